"""The Jacobian J of the end-to-end matrix and the eigenvectors of J J^T, for ``escape``.

At depth 2 they are u v^T, with the left singular vectors u of W_2 and the right ones v of W_1, to
s(W_2)^2 + s(W_1)^2: nothing larger than the factors is formed. Beyond that J J^T is dense.
"""

from __future__ import annotations

import math

import numpy as np

from dmfbook.numerics._checks import Array
from dmfbook.numerics._kronecker_sum import partial_products

# Two largest eigenvalues closer than this, relative to them, count as one double eigenvalue.
_TIE = 1e-10
_EPS = float(np.finfo(np.float64).eps)


class _DenseEigenbasis:
    """Eigenvectors of J J^T as columns, for any depth."""

    def __init__(self, lefts: list[Array], rights: list[Array]) -> None:
        dense = sum(np.kron(a @ a.T, b.T @ b) for a, b in zip(lefts, rights, strict=True))
        _refuse_overflow(np.asarray(dense))
        self.shape = len(lefts[-1]), len(rights[0])
        self.values, self.vectors = np.linalg.eigh(dense)

    def coordinates(self, matrix: Array) -> Array:
        return np.asarray(self.vectors.T @ matrix.ravel())

    def matrix(self, coordinates: Array) -> Array:
        return (self.vectors @ coordinates).reshape(self.shape)


class _SingularEigenbasis:
    """Eigenvectors u v^T of J J^T at depth 2, as two orthogonal matrices."""

    def __init__(self, lefts: list[Array], rights: list[Array]) -> None:
        (second, to_last), (to_first, first) = lefts, rights
        # Complete where the factor is narrow; otherwise the long side's vectors are not needed.
        self.left, left_values, _ = np.linalg.svd(
            second, full_matrices=second.shape[0] > second.shape[1]
        )
        _, right_values, right = np.linalg.svd(first, full_matrices=first.shape[1] > first.shape[0])
        self.right = right.T
        self.values = np.add.outer(
            _padded(to_first[0, 0] * left_values, len(self.left)) ** 2,
            _padded(to_last[0, 0] * right_values, len(self.right)) ** 2,
        )
        _refuse_overflow(self.values)

    def coordinates(self, matrix: Array) -> Array:
        return np.asarray(self.left.T @ matrix @ self.right)

    def matrix(self, coordinates: Array) -> Array:
        return np.asarray(self.left @ coordinates @ self.right.T)


class FunctionSpace:
    """``J(D) = sum_l A_l D_l B_l`` with ``A_l = W_{L:l+1}``, ``B_l = W_{l-1:1}``, and ``J J^T``."""

    def __init__(self, factors: list[Array], up_to_scale: bool = False) -> None:
        """Take J, or for projections, which do not depend on its scale, J over a power of two."""
        self.factors = factors
        eigenbasis = _SingularEigenbasis if len(factors) == 2 else _DenseEigenbasis
        with np.errstate(over="ignore", invalid="ignore"):
            self.lefts, self.rights = (_scaled_sides if up_to_scale else _sides)(factors)
            self.basis = eigenbasis(self.lefts, self.rights)

    @property
    def sharpness(self) -> float:
        """Return the largest eigenvalue of the Hessian 2 J^T J."""
        return 2 * max(float(self.basis.values.max()), 0.0)

    def _top(self) -> Array:
        """Return the top eigenvector of J J^T as a matrix, refusing a tie."""
        values = self.basis.values
        place = np.unravel_index(np.argmax(values), values.shape)
        first = float(values[place])
        second = float(np.partition(values, -2, axis=None)[-2]) if values.size > 1 else -math.inf
        if first > 0 and first - second <= _TIE * first:
            raise ValueError(
                "factors must have a simple largest Hessian eigenvalue here, but the two largest "
                f"are {2 * first} and {2 * second}; change the factors a little"
            )
        unit = np.zeros_like(values)
        unit[place] = 1.0
        return self.basis.matrix(unit)

    def adjoint(self, matrix: Array) -> list[Array]:
        """Return J^T X."""
        return [a.T @ matrix @ b.T for a, b in zip(self.lefts, self.rights, strict=True)]

    def apply(self, moves: list[Array]) -> Array:
        """Return J(D)."""
        parts = zip(self.lefts, moves, self.rights, strict=True)
        return np.asarray(sum(a @ d @ b for a, d, b in parts))

    def project(self, moves: list[Array]) -> list[Array]:
        """Return the part of D in the null space of J."""
        values = self.basis.values
        with np.errstate(divide="ignore"):
            inverse = np.where(values > values.size * _EPS * values.max(), 1 / values, 0.0)
        # The second pass removes what rounding in the first one left behind.
        for _ in range(2):
            solved = self.basis.matrix(inverse * self.basis.coordinates(self.apply(moves)))
            back = self.adjoint(solved)
            moves = [move - part for move, part in zip(moves, back, strict=True)]
        return moves

    def sharpness_gradient(self) -> list[Array]:
        """Return the gradient of the largest eigenvalue of 2 J^T J."""
        if self.sharpness == 0:
            return [np.zeros_like(factor) for factor in self.factors]
        top = self._top()
        moves = self.adjoint(top)
        left_changes = [np.zeros_like(self.lefts[-1])]
        for left, factor, move in zip(
            self.lefts[:0:-1], self.factors[:0:-1], moves[:0:-1], strict=True
        ):
            left_changes.append(left_changes[-1] @ factor + left @ move)
        left_changes.reverse()
        right_changes = [np.zeros_like(self.rights[0])]
        for right, factor, move in zip(
            self.rights[:-1], self.factors[:-1], moves[:-1], strict=True
        ):
            right_changes.append(factor @ right_changes[-1] + move @ right)
        return [
            4 * (da.T @ top @ b.T + a.T @ top @ db.T)
            for a, da, b, db in zip(
                self.lefts, left_changes, self.rights, right_changes, strict=True
            )
        ]


def _refuse_overflow(values: Array) -> None:
    if not np.isfinite(values).all():
        raise ValueError(
            "factors are too large: the Hessian exceeds the largest float; scale all factors "
            "by one number below 1"
        )


def _padded(values: Array, size: int) -> Array:
    return np.concatenate([values, np.zeros(size - len(values))])


def _sides(factors: list[Array]) -> tuple[list[Array], list[Array]]:
    lefts = [np.eye(factors[-1].shape[0])]
    for factor in reversed(factors[1:]):
        lefts.append(lefts[-1] @ factor)
    rights = [np.eye(factors[0].shape[1])]
    for factor in factors[:-1]:
        rights.append(factor @ rights[-1])
    return lefts[::-1], rights


def _scaled_sides(factors: list[Array]) -> tuple[list[Array], list[Array]]:
    """Return A_l and B_l, all pairs over one power of two, the largest pair of order one."""
    products = partial_products(factors)
    exponents = products.exponents()
    top = max((exponent for exponent in exponents if exponent is not None), default=0)
    lefts = [
        np.zeros_like(left) if exponent is None else np.ldexp(left, exponent - top)
        for left, exponent in zip(products.left, exponents, strict=True)
    ]
    return lefts, products.right
