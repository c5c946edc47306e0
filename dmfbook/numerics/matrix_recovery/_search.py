"""Which starts are tried, and which end is kept."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dmfbook.numerics._chain import scaled
from dmfbook.numerics._checks import Array
from dmfbook.numerics.matrix_recovery._operator import Operator
from dmfbook.numerics.matrix_recovery._problem import Point, Problem
from dmfbook.numerics.matrix_recovery._progress import ProgressLine
from dmfbook.numerics.matrix_recovery._proximal import Pace, descend
from dmfbook.numerics.scalar_uniqueness import collapse_threshold

# Earlier levels of a continuation only have to come near enough to start the next.
_WARM_START_TOLERANCE = 1e-3
# How far apart the penalties of two levels are.
_APART = 3.0
PLAIN = Pace(patience=sys.maxsize, evaluations=1)
EAGER = Pace(patience=2, evaluations=50)
# Leaves the proximal steps to sort out the rank first.
PATIENT = Pace(patience=25, evaluations=20)


@dataclass(frozen=True)
class Settings:
    """How far each descent goes, and who is told.

    Attributes
    ----------
    share : float
        The step size in units of the inverse bound.
    levels, most_steps : int
    tolerance : float
    progress : bool
    callback : callable or None
    """

    share: float = 0.49
    levels: int = 20
    most_steps: int = 10_000
    tolerance: float = 1e-8
    progress: bool = False
    callback: Callable[[int, float, float], object] | None = None


@dataclass(frozen=True)
class End:
    """Where one descent ended, in the units of the user.

    Attributes
    ----------
    start : str
    matrix, values : ndarray
    objective : float
        Of the scaled problem.
    converged : bool
    history : list of tuple
        Objective, residual and regularization of each step.
    """

    start: str
    matrix: Array
    values: Array
    objective: float
    converged: bool
    history: list[tuple[float, float, float]]


class Scaling:
    """The powers of two between a problem and its scaled form."""

    def __init__(self, operator: Operator, data: Array, depth: int) -> None:
        self.body, self._data = scaled(data)
        self._matrix = self._data - operator.exponent
        self._power = self._matrix * (2 / depth) - 2 * self._data

    def regularization(self, weight: float) -> float:
        """Return the scaled regularization."""
        return times_power(weight, self._power)

    def restored(self, weight: float) -> float:
        """Return the regularization of the user."""
        return times_power(weight, -self._power)

    def matrix(self, scaled_matrix: Array) -> Array:
        """Return a matrix, or its singular values, in the units of the user."""
        with np.errstate(over="ignore"):
            return np.asarray(np.ldexp(scaled_matrix, self._matrix))

    def start(self, matrix: Array) -> Array:
        """Return a start of the user in the units of the scaled problem."""
        with np.errstate(over="ignore"):
            return np.asarray(np.ldexp(matrix, -self._matrix))

    def objective(self, value: float) -> float:
        """Return the objective in the units of the user; infinite beyond the floats."""
        with np.errstate(over="ignore", under="ignore"):
            return float(np.ldexp(value, 2 * self._data))


class Search:
    """Descents from several starts for one problem; all steps are counted and told."""

    def __init__(
        self,
        operator: Operator,
        data: Array,
        shape: tuple[int, int],
        depth: int,
        most: int,
        settings: Settings,
    ) -> None:
        self.scaling = Scaling(operator, data, depth)
        slope = 2 * operator.adjoint(self.scaling.body)
        size = float(np.linalg.norm(slope)) or 1.0
        self._problem = Problem(operator, self.scaling.body, shape, depth, 0.0, most, size)
        # X = 0 gives way where a longest step from it does.
        self._top = float(np.linalg.norm(slope, 2)) / 2 / operator.bound
        self._settings = settings
        self._line = ProgressLine(settings.progress)
        self._steps = 0
        self._message = ""

    @property
    def steps(self) -> int:
        """Return the number of steps of all descents."""
        return self._steps

    def best(self, weight: float, starts: Sequence[tuple[str, Array]] | None) -> End:
        """Return the lowest end from the given starts, or from those of the library."""
        zero = np.zeros(self._problem.shape)
        if starts is not None:
            ends = [
                self._descend(weight, name, self.scaling.start(start), EAGER)
                for name, start in starts
            ]
        elif self._problem.depth == 2:
            ends = [self._descend(weight, "zero", zero, EAGER)]
        else:
            ends = [
                self._descend(weight, "zero", zero, PATIENT),
                self._descend(weight, "zero, hurried", zero, EAGER),
            ]
            if self._settings.levels > 1:
                ends += [
                    self._continue("continuation", self._schedule(weight), PLAIN, PATIENT),
                    self._continue("weaker penalty", [weight / _APART, weight], EAGER, EAGER),
                    self._continue("stronger penalty", [weight * _APART, weight], EAGER, EAGER),
                ]
        self._line.close(self._message)
        return min(ends, key=lambda end: end.objective)

    def path(self, weights: Sequence[float]) -> list[End]:
        """Return the lower of the ends from zero and from the last one, for each regularization."""
        found: list[End] = []
        zero = np.zeros(self._problem.shape)
        for weight in weights:
            ends = []
            if found:
                previous = self.scaling.start(found[-1].matrix)
                ends.append(self._descend(weight, "previous", previous, EAGER))
            if not found or self._problem.depth > 2:
                ends.append(self._descend(weight, "zero", zero, PATIENT))
            found.append(min(ends, key=lambda end: end.objective))
        self._line.close(self._message)
        return found

    def _continue(self, start: str, schedule: list[float], early: Pace, pace: Pace) -> End:
        """Change the regularization level by level, each level from the end of the last."""
        history: list[tuple[float, float, float]] = []
        matrix = np.zeros(self._problem.shape)
        for level, current in enumerate(schedule):
            last = level == len(schedule) - 1
            name = f"{start}, level {level + 1}/{len(schedule)}"
            tolerance = self._settings.tolerance
            if not last:
                tolerance = max(tolerance, _WARM_START_TOLERANCE)
            going = pace if last else early
            point, converged = self._run(current, name, matrix, going, tolerance, history)
            matrix = point.matrix
        return self._end(start, point, converged, history)

    def _descend(self, weight: float, name: str, start: Array, pace: Pace) -> End:
        history: list[tuple[float, float, float]] = []
        point, converged = self._run(weight, name, start, pace, self._settings.tolerance, history)
        return self._end(name, point, converged, history)

    def _end(
        self,
        name: str,
        point: Point,
        converged: bool,
        history: list[tuple[float, float, float]],
    ) -> End:
        values = np.zeros(min(self._problem.shape))
        values[: point.rank] = point.values
        to_user = self.scaling.matrix
        return End(
            name, to_user(point.matrix), to_user(values), point.objective, converged, history
        )

    def _run(
        self,
        weight: float,
        name: str,
        start: Array,
        pace: Pace,
        tolerance: float,
        history: list[tuple[float, float, float]],
    ) -> tuple[Point, bool]:
        settings = self._settings

        def report(point: Point) -> None:
            self._steps += 1
            objective = self.scaling.objective(point.objective)
            history.append((objective, point.residual, weight))
            if settings.callback is not None:
                settings.callback(self._steps, objective, point.residual)
            if settings.progress:
                self._message = (
                    f"{name} (regularization {weight:.2e})  step {self._steps}  "
                    f"loss {objective:.6e}  residual {point.residual:.1e}"
                )
                self._line.show(self._message)

        problem = self._problem.at(self.scaling.regularization(weight))
        return descend(problem, start, settings.share, pace, tolerance, settings.most_steps, report)

    def _schedule(self, weight: float) -> list[float]:
        """Return regularizations that fall from where zero gives way to the one asked for."""
        problem, last = self._problem, self.scaling.regularization(weight)
        start = float(collapse_threshold(self._top, problem.depth)) * problem.operator.bound
        if start <= last:
            return [weight]
        steps = np.geomspace(start, last, self._settings.levels)[:-1]
        return [*(self.scaling.restored(float(step)) for step in steps), weight]


def times_power(value: float, power: float) -> float:
    """Return value 2^power, kept within the range of floats."""
    whole = math.floor(power)
    with np.errstate(over="ignore", under="ignore"):
        result = float(np.ldexp(value * 2 ** (power - whole), whole))
    # Beyond it nothing, or everything, is thresholded just the same.
    limits = np.finfo(np.float64)
    return min(max(result, float(limits.tiny)), float(limits.max) / 2) if value else 0.0
