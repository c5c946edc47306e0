"""The operator Z -> sum_l A_l Z B_l, whose top eigenvalue is half of a zero-loss sharpness."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dmfbook.numerics._chain import scaled
from dmfbook.numerics._checks import Array

DENSE_LIMIT = 144
SMALLEST_BASIS, LARGEST_BASIS = 40, 400
BASIS_NUMBERS = 4_000_000
RESTARTS = 200
RESIDUAL_TOLERANCE = 2e-13
FIRST_CHECK = 14
EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True)
class PartialProducts:
    """Products of factors, each with its power of two.

    ``left[l]`` is W_L ... W_(l+2) and ``right[l]`` is W_l ... W_1 times ``root``, for l = 0, ...,
    L - 1 (so that W_(l+1) stands between them).
    """

    left: list[Array]
    left_exponents: list[int]
    right: list[Array]
    right_exponents: list[int]

    def exponents(self) -> list[int | None]:
        """Return the power of two of each pair (left, right), None where the pair vanishes."""
        return [
            e + f if left.any() and right.any() else None
            for left, e, right, f in zip(
                self.left, self.left_exponents, self.right, self.right_exponents, strict=True
            )
        ]


def partial_products(factors: Sequence[Array], root: Array | None = None) -> PartialProducts:
    """Return the scaled products on both sides of every factor."""
    parts = [scaled(factor) for factor in factors]
    lefts = [(np.eye(factors[-1].shape[0]), 0)]
    for factor, exponent in reversed(parts[1:]):
        product, total = lefts[-1]
        product, shift = scaled(product @ factor)
        lefts.append((product, total + exponent + shift))
    lefts.reverse()
    rights = [(np.eye(factors[0].shape[1]), 0) if root is None else scaled(root)]
    for factor, exponent in parts[:-1]:
        product, total = rights[-1]
        product, shift = scaled(factor @ product)
        rights.append((product, total + exponent + shift))
    return PartialProducts(
        [product for product, _ in lefts],
        [exponent for _, exponent in lefts],
        [product for product, _ in rights],
        [exponent for _, exponent in rights],
    )


@dataclass(frozen=True)
class KroneckerSum:
    """The operator X -> 2^exponent sum_l A_l X B_l on matrices, with A_l, B_l >= 0.

    ``left`` holds the A_l and ``right`` the B_l, in the order of the factors, scaled so that the
    largest term is of order one. ``white`` tells that the first B_l and the last A_l are multiples
    of the identity.
    """

    left: Array
    right: Array
    exponent: int
    white: bool

    @property
    def shape(self) -> tuple[int, int]:
        """Return the shape of X."""
        return self.left.shape[1], self.right.shape[1]

    def dense(self) -> Array:
        """Return the operator as a matrix acting on ``X.ravel()``, without the power of two."""
        size = self.left.shape[1] * self.right.shape[1]
        rows, columns = self.shape
        terms, left = self.left.shape[0], self.left.reshape(self.left.shape[0], -1)
        product = left.T @ self.right.reshape(terms, -1)
        shuffled = product.reshape(rows, rows, columns, columns).transpose(0, 2, 1, 3)
        return shuffled.reshape(size, size)

    @property
    def _small(self) -> bool:
        return min(self.shape) == 1 or self.shape[0] * self.shape[1] <= DENSE_LIMIT

    def top_value(self, start: Callable[[], Array]) -> float:
        """Return the largest eigenvalue, without the power of two."""
        if self._small:
            return max(float(np.linalg.eigvalsh(self.dense())[-1]), 0.0)
        return self.top(start)[0]

    def top(self, start: Callable[[], Array]) -> tuple[float, Array]:
        """Return the largest eigenvalue, without the power of two, and a unit eigenmatrix.

        ``start`` gives a guess of the eigenmatrix, and is called only where one is needed.
        """
        rows, columns = self.shape
        if self._small:
            values, vectors = np.linalg.eigh(self.dense())
            return max(float(values[-1]), 0.0), vectors[:, -1].reshape(rows, columns)
        if self.white:
            return self._rotated_top(start())
        value, eigenmatrix = _largest(self.left, self.right, np.zeros((1, 1)), start())
        return max(value, 0.0), eigenmatrix

    def _rotated_top(self, start: Array) -> tuple[float, Array]:
        # In the eigenbases of the first A_l and the last B_l these two terms multiply entrywise,
        # which leaves L - 2 terms of 2L to multiply as matrices.
        left_values, left_basis = np.linalg.eigh(self.left[0])
        right_values, right_basis = np.linalg.eigh(self.right[-1])
        weights = np.add.outer(
            left_values * self.right[0, 0, 0], self.left[-1, 0, 0] * right_values
        )
        value, rotated = _largest(
            left_basis.T @ self.left[1:-1] @ left_basis,
            right_basis.T @ self.right[1:-1] @ right_basis,
            weights,
            left_basis.T @ start @ right_basis,
        )
        return max(value, 0.0), left_basis @ rotated @ right_basis.T


def _largest(left: Array, right: Array, weights: Array, start: Array) -> tuple[float, Array]:
    """Return the top eigenpair of X -> weights * X + sum_l A_l X B_l."""
    rows, columns = start.shape
    tall, wide = left.reshape(-1, rows), right.reshape(-1, columns)

    def apply(vector: Array) -> Array:
        matrix = vector.reshape(rows, columns)
        if len(left) == 1:
            image: Array = weights * matrix + tall.dot(matrix).dot(wide)
            return image.ravel()
        # One tall and one wide product instead of two small ones for each term.
        inner = (tall @ matrix).reshape(-1, rows, columns).transpose(1, 0, 2)
        return (weights * matrix + inner.reshape(rows, -1) @ wide).ravel()

    value, vector = largest_eigenpair(apply, _spread(start))
    return value, vector.reshape(rows, columns)


def kronecker_sum(products: PartialProducts, white: bool) -> KroneckerSum:
    """Return sum_l B_l kron A_l with A_l = left_l left_l^T and B_l = right_l^T right_l.

    ``white`` tells that the first right and the last left product are identities.
    """
    exponents = products.exponents()
    present = [exponent for exponent in exponents if exponent is not None]
    top = max(present, default=0)
    left = np.stack([product @ product.T for product in products.left])
    right = np.stack([product.T @ product for product in products.right])
    for term, exponent in enumerate(exponents):
        left[term] = np.ldexp(left[term], 2 * (exponent - top)) if exponent is not None else 0.0
    return KroneckerSum(left, right, 2 * top, white)


def pulled_to_top(matrix: Array) -> Array:
    """Return matrix matrix^T matrix over its norm: closer to u v^T of the top singular pair."""
    cube = matrix @ (matrix.T @ matrix)
    norm = float(np.linalg.norm(cube))
    return cube / norm if norm > 0 else cube


def _spread(start: Array) -> Array:
    # u v^T can be an eigenvector that is not the top one (at a coupled minimum it is one), and
    # Krylov spaces never leave an invariant subspace: the noise lets every direction in. Little of
    # it would leave the top one too weak to be told from an eigenvalue 1e-10 below.
    noise = np.random.default_rng(1).standard_normal(start.size)
    return start.ravel() + noise / float(np.linalg.norm(noise))


def largest_eigenpair(apply: Callable[[Array], Array], start: Array) -> tuple[float, Array]:
    """Return the largest eigenvalue of a symmetric operator and its unit eigenvector.

    ``apply`` must return a new array. Lanczos with thick restarts, orthogonal to all before in two
    of four steps, stopped when the residual of the eigenpair is at rounding level; few steps are
    needed here, so that the fixed cost of a general solver would dominate.
    """
    size = start.size
    # A large basis costs memory that is untouched as long as few steps are enough.
    limit = min(size, LARGEST_BASIS, max(SMALLEST_BASIS, BASIS_NUMBERS // size))
    kept = limit // 3
    basis = np.empty((limit + 1, size))
    projected = np.zeros((limit, limit))
    basis[0] = start / np.linalg.norm(start)
    used, restarted, next_check = 0, 0, FIRST_CHECK
    last_check, last_residual = 0, 1.0
    for _ in range(RESTARTS * limit):
        image = apply(basis[used])
        # All that is not rounding lies along the last two vectors, or after a restart along all.
        first = 0 if used == restarted else max(used - 1, 0)
        near, whole = basis[first : used + 1], basis[: used + 1]
        coefficients = near.dot(image)
        image -= coefficients.dot(near)
        scale, remainder = math.sqrt(coefficients.dot(coefficients)), math.sqrt(image.dot(image))
        # Rounding along the whole basis grows by about scale / remainder a step, and is harmless
        # below the root of EPSILON: two steps may go before two that remove it.
        if used % 4 < 2 or remainder < 0.1 * scale:
            image -= whole.dot(image).dot(whole)
            remainder = math.sqrt(image.dot(image))
        projected[used, first : used + 1] = projected[first : used + 1, used] = coefficients
        used += 1
        exhausted = remainder <= 4 * EPSILON * scale
        if exhausted or used in (limit, next_check):
            values, vectors = np.linalg.eigh(projected[:used, :used])
            value = float(values[-1])
            residual = remainder * abs(float(vectors[-1, -1]))
            if exhausted or used == size or residual <= RESIDUAL_TOLERANCE * value:
                return value, vectors[:, -1].dot(basis[:used])
            next_check = used + _steps_until_check(
                used - last_check, last_residual, residual / value
            )
            last_check, last_residual = used, residual / value
        np.divide(image, remainder, out=basis[used])
        if used == limit:
            basis[:kept] = vectors[:, -kept:].T @ basis[:used]
            basis[kept] = basis[used]
            projected[:] = 0.0
            projected[range(kept), range(kept)] = values[-kept:]
            used, restarted, next_check = kept, kept, kept + FIRST_CHECK
            last_check, last_residual = kept, 1.0
    raise ArithmeticError(
        "Lanczos did not reach the largest eigenvalue to rounding; the top of the spectrum is "
        "too crowded"
    )


def _steps_until_check(steps: int, before: float, after: float) -> int:
    """Guess how many steps the residual still needs at its present rate, but do not go far."""
    rate = math.log(before / after) / steps if 0 < after < before else 0.0
    missing = math.log(after / RESIDUAL_TOLERANCE)
    return max(2, min(math.ceil(0.9 * missing / rate), steps)) if rate > 0 else max(2, steps)
