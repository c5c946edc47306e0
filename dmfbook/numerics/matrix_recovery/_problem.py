"""The scaled problem of matrix recovery, and a point of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dmfbook.numerics._checks import Array
from dmfbook.numerics.matrix_recovery._operator import Operator
from dmfbook.numerics.scalar_uniqueness import uniqueness_threshold

# Below this share of the smallest kept value L-BFGS sees a smooth penalty.
_SHARE_OF_KEPT = 0.5
_SHARE_AT_DEPTH_TWO = 1e-3


@dataclass(frozen=True)
class Problem:
    """The scaled problem for one regularization.

    Attributes
    ----------
    operator : Operator
    data : ndarray
    shape : tuple of int
    depth : int
    weight : float
        lambda.
    most : int
        The greatest rank that is allowed.
    slope_at_zero : float
        The norm of the gradient of the first term at X = 0.
    """

    operator: Operator
    data: Array
    shape: tuple[int, int]
    depth: int
    weight: float
    most: int
    slope_at_zero: float

    def at(self, weight: float) -> Problem:
        """Return the problem with another regularization."""
        return replace(self, weight=weight)

    def error(self, matrix: Array) -> Array:
        """Return A(X) - b."""
        return np.asarray(self.operator.product(matrix) - self.data)

    def gradient(self, error: Array) -> Array:
        """Return the gradient 2 A*(A(X) - b) of the first term."""
        return np.asarray(2 * self.operator.adjoint(error))

    def objective(self, error: Array, values: Array) -> float:
        """Return the objective from the error and the nonzero singular values of X."""
        penalty = self.depth * float(np.sum(values ** (2 / self.depth)))
        return float(np.sum(error**2)) + self.weight * penalty

    def smallest_kept(self) -> float:
        """Return a share of the least nonzero singular value that a longest step returns."""
        weight = self.weight / self.operator.bound
        if self.depth == 2:
            return _SHARE_AT_DEPTH_TWO * weight
        tie = float(uniqueness_threshold(self.depth, weight))
        return _SHARE_OF_KEPT * tie * (self.depth - 2) / (self.depth - 1)


@dataclass(frozen=True)
class Point:
    """A matrix of low rank with all that a step needs to know about it.

    Attributes
    ----------
    matrix, left, values, right : ndarray
        X = U diag(x) V^T, only the nonzero x.
    error, gradient : ndarray
    objective : float
    residual : float
        The norm of a subgradient of the objective over the slope at zero.
    """

    matrix: Array
    left: Array
    values: Array
    right: Array
    error: Array
    gradient: Array
    objective: float
    residual: float

    @property
    def rank(self) -> int:
        return self.values.size
