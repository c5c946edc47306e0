"""The Jacobian of the end-to-end matrix and its eigenvectors, densely, for ``escape``."""

from __future__ import annotations

import math

import numpy as np

from dmfbook.numerics._checks import Array
from dmfbook.numerics._kronecker_sum import partial_products

# Two largest eigenvalues closer than this, relative to them, count as one double eigenvalue.
_TIE = 1e-10


class FunctionSpace:
    """``J(D) = sum_l A_l D_l B_l`` with ``A_l = W_{L:l+1}``, ``B_l = W_{l-1:1}``, and ``J J^T``."""

    def __init__(self, factors: list[Array], up_to_scale: bool = False) -> None:
        """Take J, or for projections, which do not depend on its scale, J over a power of two."""
        self.factors = factors
        with np.errstate(over="ignore", invalid="ignore"):
            if up_to_scale:
                self.lefts, self.rights = _scaled_sides(factors)
            else:
                self.lefts, self.rights = _sides(factors)
            dense = sum(
                np.kron(a @ a.T, b.T @ b) for a, b in zip(self.lefts, self.rights, strict=True)
            )
        if not np.isfinite(dense).all():
            raise ValueError(
                "factors are too large: the Hessian exceeds the largest float; scale all factors "
                "by one number below 1"
            )
        self.values, self.vectors = np.linalg.eigh(dense)

    @property
    def sharpness(self) -> float:
        """Return the largest eigenvalue of the Hessian 2 J^T J."""
        return 2 * max(float(self.values[-1]), 0.0)

    def _top(self) -> Array:
        """Return the top eigenvector of J J^T as a matrix, refusing a tie."""
        second, first = self.values[-2:] if len(self.values) > 1 else (-math.inf, self.values[0])
        if first > 0 and first - second <= _TIE * first:
            raise ValueError(
                "factors must have a simple largest Hessian eigenvalue here, but the two largest "
                f"are {2 * first} and {2 * second}; change the factors a little"
            )
        return self.vectors[:, -1].reshape(len(self.lefts[-1]), len(self.rights[0]))

    def adjoint(self, matrix: Array) -> list[Array]:
        """Return J^T X."""
        return [a.T @ matrix @ b.T for a, b in zip(self.lefts, self.rights, strict=True)]

    def apply(self, moves: list[Array]) -> Array:
        """Return J(D)."""
        parts = zip(self.lefts, moves, self.rights, strict=True)
        return np.asarray(sum(a @ d @ b for a, d, b in parts))

    def project(self, moves: list[Array]) -> list[Array]:
        """Return the part of D in the null space of J."""
        kept = self.values > len(self.values) * np.finfo(float).eps * self.values[-1]
        vectors, values = self.vectors[:, kept], self.values[kept]
        # The second pass removes what rounding in the first one left behind.
        for _ in range(2):
            image = self.apply(moves)
            solved = vectors @ ((vectors.T @ image.ravel()) / values)
            back = self.adjoint(solved.reshape(image.shape))
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
