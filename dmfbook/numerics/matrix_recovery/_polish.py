"""Descent on the matrices of one rank, between proximal steps.

Near X = U S V^T they are (U S + A) S^(-1) (V S + C)^T. For small A and C this moves X by
A V^T + U C^T, whatever S is, so that small singular values spoil no condition number.
"""

from __future__ import annotations

import numpy as np
import scipy

from dmfbook.numerics._checks import Array
from dmfbook.numerics.matrix_recovery._problem import Point, Problem

_MEMORY = 20


def polished(problem: Problem, point: Point, evaluations: int, accuracy: float) -> Array:
    """Return a matrix of at most the same rank, from L-BFGS started at a point of nonzero rank.

    What is minimized is the objective where no singular value is below a share of the smallest that
    a proximal step would keep; smaller ones cost more than they do there, and cost smoothly.
    """
    chart = Chart(problem, point)
    run = scipy.optimize.minimize(
        chart.value_and_slope,
        np.zeros(chart.size),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": evaluations, "maxcor": _MEMORY, "ftol": 0.0, "gtol": accuracy},
    )
    left, right = chart.sides(run.x)
    return np.asarray(left @ right.T)


class Chart:
    """The coordinates A and C around a point, and the objective in them."""

    def __init__(self, problem: Problem, point: Point) -> None:
        self._problem = problem
        self._values = point.values
        self._left = point.left * point.values
        self._right = point.right.T * point.values
        self.size = self._left.size + self._right.size
        self._low = problem.smallest_kept()

    def sides(self, moves: Array) -> tuple[Array, Array]:
        """Return (U S + A) S^(-1) and V S + C."""
        a, c = np.split(moves, [self._left.size])
        left = (self._left + a.reshape(self._left.shape)) / self._values
        return left, self._right + c.reshape(self._right.shape)

    def value_and_slope(self, moves: Array) -> tuple[float, Array]:
        """Return the objective and its gradient with respect to A and C."""
        problem = self._problem
        left, right = self.sides(moves)
        error = problem.error(left @ right.T)
        left_frame, left_triangle = np.linalg.qr(left)
        right_frame, right_triangle = np.linalg.qr(right)
        u, values, v = np.linalg.svd(left_triangle @ right_triangle.T)
        power = 2 / problem.depth
        # Below the lowest value x^(2/L) gives way to its tangent in x^2.
        kept = np.maximum(values, self._low)
        penalty = problem.depth * kept**power + (values**2 - kept**2) * kept ** (power - 2)
        slopes = problem.weight * 2 * values * kept ** (power - 2)
        slope = problem.gradient(error) + (left_frame @ u * slopes) @ (v @ right_frame.T)
        value = float(np.sum(error**2)) + problem.weight * float(np.sum(penalty))
        parts = (slope @ right / self._values, slope.T @ left)
        return value, np.concatenate([part.ravel() for part in parts])
