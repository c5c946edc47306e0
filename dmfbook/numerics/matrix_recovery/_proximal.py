"""Proximal gradient steps for ||A(X) - b||^2 + lambda L ||X||_{S_2/L}^{2/L}, scaled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dmfbook.numerics._checks import Array
from dmfbook.numerics.matrix_recovery._polish import polished
from dmfbook.numerics.matrix_recovery._problem import Point, Problem
from dmfbook.numerics.scalar_uniqueness import scalar_minimizer

# The longest step, in units of the inverse bound, that never increases the objective.
LONGEST = 0.5
# How many steps L-BFGS pauses where it found nothing better.
_REST = 10
# What rounding may do to the ratio of two squared norms.
_ROUNDING = 1e-10


@dataclass(frozen=True)
class Pace:
    """How a descent goes on between proximal steps.

    Attributes
    ----------
    patience : int
        How many steps the rank must have stayed before L-BFGS may run.
    evaluations : int
        How many iterations it may take.
    """

    patience: int
    evaluations: int


def step_from(
    problem: Problem, matrix: Array, gradient: Array, error: Array, share: float
) -> Point:
    """Take one proximal gradient step, with the step size share / bound."""
    while True:
        bound = problem.operator.bound
        size = share / bound
        left, values, right = np.linalg.svd(matrix - size * gradient, full_matrices=False)
        values = scalar_minimizer(values, problem.depth, 2 * size * problem.weight)
        rank = min(int(np.count_nonzero(values)), problem.most)
        left, values, right = left[:, :rank], values[:rank], right[:rank]
        updated = (left * values) @ right
        new_error = problem.error(updated)
        moved = float(np.sum((updated - matrix) ** 2))
        stretch = float(np.sum((new_error - error) ** 2))
        known = problem.operator.exact or moved <= _ROUNDING * float(np.sum(updated**2))
        if known or stretch <= bound * moved * (1 + _ROUNDING):
            break
        problem.operator.bound = 1.05 * stretch / moved
    new_gradient = problem.gradient(new_error)
    subgradient = (matrix - updated) / size + new_gradient - gradient
    residual = float(np.linalg.norm(subgradient)) / problem.slope_at_zero
    objective = problem.objective(new_error, values)
    return Point(updated, left, values, right, new_error, new_gradient, objective, residual)


def descend(
    problem: Problem,
    start: Array,
    share: float,
    pace: Pace,
    tolerance: float,
    most_steps: int,
    report: Callable[[Point], object],
) -> tuple[Point, bool]:
    """Descend from a matrix until a longest step, share 1/2, ends with a residual in tolerance.

    Every step is a proximal gradient step, which ends at a critical point only if nothing better is
    within its reach; longest steps reach furthest. Where the rank stays, L-BFGS goes ahead of it,
    if the objective is lower for it.
    """
    error = problem.error(start)
    point = step_from(problem, start, problem.gradient(error), error, share)
    report(point)
    settled, size = 0, share
    accuracy = 0.1 * tolerance * problem.slope_at_zero / np.sqrt(start.size)
    for _ in range(most_steps - 1):
        close = point.residual <= tolerance
        if close and size == LONGEST:
            break
        size = LONGEST if close else share
        new = None
        if not close and settled >= pace.patience and point.rank:
            new = _leap(problem, point, pace, accuracy, size)
            settled = settled if new else pace.patience - _REST
        if new is None:
            new = step_from(problem, point.matrix, point.gradient, point.error, size)
        settled = settled + 1 if new.rank == point.rank else 0
        point = new
        report(point)
    return point, size == LONGEST and point.residual <= tolerance


def _leap(
    problem: Problem, point: Point, pace: Pace, accuracy: float, share: float
) -> Point | None:
    """Take a step from where L-BFGS arrives, or none if that is no better than the point."""
    ahead = polished(problem, point, pace.evaluations, accuracy)
    error = problem.error(ahead)
    landed = step_from(problem, ahead, problem.gradient(error), error, share)
    return landed if landed.objective < point.objective else None
