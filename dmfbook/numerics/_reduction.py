"""From a target to the singular values that its minimizers fit: one policy of rounding, for all.

Computed singular values are wrong by a modest multiple of max(d_0, d_L) eps sigma_1. What lies
closer together than

    d = 8 max(d_0, d_L, 2) eps sigma_1

is therefore taken for equal, in this order:

- a singular value of at most d is zero;
- a singular value within d of a threshold is that threshold: of the uniqueness threshold m* for
  L >= 3, where it is tied; of lambda for L = 2, where it is not fitted; and, where critical points
  are listed, of the tangent threshold, where its two roots are one double root;
- singular values within d of the last one that narrow hidden layers can fit are equal to it, and,
  where critical points are listed, those within d of the largest of a group belong to the group.

A threshold below 2 d takes only what is within half of itself, so that zero stays zero. Every
function that reports or implies a rank starts from the values that are left, and from no others:
the decisions are then exact comparisons. Singular values are always computed without the vectors,
for with them LAPACK rounds otherwise, and two functions might disagree at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import (
    Array,
    check_array,
    check_computed,
    check_count,
    check_regularization,
    check_target,
    check_widths,
)
from dmfbook.numerics._shrinkage_curve import rational_power
from dmfbook.numerics.scalar_uniqueness import (
    scalar_minimizers,
    shrinkage,
    tangent_threshold,
    uniqueness_threshold,
)

_ROUNDING = 8
_EPS = float(np.finfo(np.float64).eps)


def rounding_tolerance(shape: Sequence[int]) -> float:
    """Return what counts as equal for a matrix of this shape, in units of sigma_1.

    At least 16 eps, which is more than what `scalar_minimizers` takes for a tie.
    """
    return _ROUNDING * max(*shape, 2) * _EPS


def rank_of(singular_values: Array, shape: Sequence[int]) -> int:
    """Return how many singular values, in decreasing order, are not zero to rounding."""
    floor = rounding_tolerance(shape) * singular_values[0]
    return int(np.count_nonzero(singular_values > floor))


def decomposed(matrix: Array, name: str = "target") -> tuple[Array, Array, Array]:
    """Return U, the singular values and V of a matrix, as computed."""
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left, computed_values(matrix, name), right.T


def computed_values(matrix: Array, name: str = "target") -> Array:
    """Return the singular values of a matrix, as computed."""
    values = np.asarray(np.linalg.svd(matrix, compute_uv=False), dtype=np.float64)
    check_computed(values, name)
    return values


def reduced_values(
    computed: Array,
    shape: Sequence[int],
    depth: int,
    regularization: float,
    tie_tolerance: float | None = None,
) -> Array:
    """Return the singular values of a target without the rounding errors of zeros and ties.

    ``tie_tolerance`` replaces the distance to the threshold that still counts as none.
    """
    usual = rounding_tolerance(shape)
    values = _without_crumbs(computed, usual)
    near = (usual if tie_tolerance is None else tie_tolerance) * computed[0]
    _snap(values, _fitting_threshold(depth, regularization), near)
    return values


def grouped_values(
    computed: Array, depth: int, regularization: float, tolerance: float
) -> tuple[Array, list[list[int]]]:
    """Return singular values without rounding errors, equal ones in groups.

    Beside zeros and ties this finds double roots and repeated values, which decide what kinds of
    critical points there are.
    """
    near = tolerance * computed[0]
    values = _without_crumbs(computed, tolerance)
    thresholds = [_fitting_threshold(depth, regularization)]
    if depth > 2:
        thresholds.append(tangent_threshold(depth, regularization))
    for threshold in thresholds:
        _snap(values, threshold, near)
    groups = [[0]]
    for i in range(1, values.size):
        if values[groups[-1][0]] - values[i] <= near and values[i] not in (0.0, *thresholds):
            values[i] = values[groups[-1][0]]
        if values[i] == values[groups[-1][0]]:
            groups[-1].append(i)
        else:
            groups.append([i])
    return values, groups


def _fitting_threshold(depth: int, regularization: float) -> float:
    """Return the singular value at which the rank of the minimizer changes."""
    return regularization if depth == 2 else uniqueness_threshold(depth, regularization)


def _without_crumbs(computed: Array, tolerance: float) -> Array:
    return np.where(computed <= tolerance * computed[0], 0.0, computed)


def _snap(values: Array, level: float, near: float) -> None:
    """Set the values near a level above zero to it."""
    values[np.abs(values - level) <= min(near, level / 2)] = level


@dataclass(frozen=True, eq=False)
class FittedValues:
    """Singular values of a target and of the end-to-end matrix X of a minimizer or critical point.

    Attributes
    ----------
    widths : tuple of int
    regularization : float
    targets : ndarray of shape (n,)
        All n = min(d_0, d_L) singular values m_a of the target, in decreasing order.
    fitted : ndarray of shape (r,)
        The nonzero singular values x_a of X, in decreasing order.
    gaps : ndarray of shape (r,)
        m_a - x_a = lambda s_a^(2-L), s_a = x_a^(1/L), to full relative accuracy.
    indices : ndarray of int, shape (r,)
        Which of the targets each fitted value belongs to: the first r for a minimizer.
    branches : ndarray of int, shape (r,)
        1 for the upper root, which minimizers take, 0 for the double root, -1 for the lower one.
    """

    widths: tuple[int, ...]
    regularization: float
    targets: Array
    fitted: Array
    gaps: Array
    indices: NDArray[np.intp]
    branches: NDArray[np.int8]

    @property
    def depth(self) -> int:
        """Return L."""
        return len(self.widths) - 1

    @property
    def rank(self) -> int:
        """Return the rank of X."""
        return self.fitted.size

    @property
    def dimension(self) -> int:
        """Return N, the number of parameters."""
        return sum(a * b for a, b in pairwise(self.widths))

    @property
    def fitted_targets(self) -> Array:
        """Return the m_a of the fitted values."""
        return self.targets[self.indices]

    @property
    def unfitted(self) -> NDArray[np.intp]:
        """Return which of the targets are left out."""
        return np.setdiff1d(np.arange(self.targets.size), self.indices)

    @property
    def slopes(self) -> Array:
        """Return s_a^(L-2), also where the lower root x_a itself underflows."""
        powers = rational_power(self.fitted, self.depth - 2, self.depth)
        lower = self.branches < 0
        powers[lower] = self.regularization / self.gaps[lower]
        return powers


def check_singular_values(singular_values: Any, widths: tuple[int, ...]) -> Array:
    """Return all min(d_0, d_L) singular values of a target, in decreasing order."""
    values = check_array(singular_values, "singular_values", ndim=1)
    wanted = min(widths[0], widths[-1])
    if values.size != wanted:
        raise ValueError(
            f"singular_values must hold all min(d_0, d_L) = {wanted} singular values of the "
            f"target, zeros included, but it holds {values.size}"
        )
    if values.min() < 0:
        raise ValueError(f"singular_values must be at least 0, but one is {values.min()}")
    return np.sort(values)[::-1]


def fitted_from_target(
    target: Any, widths: Any, regularization: Any, rank: int | None
) -> FittedValues:
    """Return what all minimizers of a target share, without the rounding errors of rank."""
    sizes = check_widths(widths)
    matrix = check_target(target, sizes)
    computed = computed_values(matrix)
    weight = check_regularization(regularization)
    values = reduced_values(computed, matrix.shape, len(sizes) - 1, weight)
    narrowest = min(sizes[1:-1])
    if narrowest < values.size:
        _snap(values, values[narrowest - 1], rounding_tolerance(matrix.shape) * computed[0])
    return fitted_values(values, sizes, weight, rank)


def fitted_values(
    singular_values: Any, widths: Sequence[int], regularization: Any, rank: int | None
) -> FittedValues:
    """Return what all minimizers of a target with these singular values share."""
    sizes = check_widths(widths)
    targets = check_singular_values(singular_values, sizes)
    weight = check_regularization(regularization)
    if weight == 0:
        raise ValueError(
            "regularization must be above 0, but it is 0, where the minimizers have different "
            "Hessians; give the factors of one to spectrum_at, sharpness or hessian_trace"
        )
    depth = len(sizes) - 1
    minimizers = scalar_minimizers(targets, depth, weight)
    narrowest = min(sizes[1:-1])
    most = min(int(np.count_nonzero(minimizers.large)), narrowest)
    least = min(int(np.count_nonzero(minimizers.small)), narrowest)
    if rank is None:
        if least < most:
            raise ValueError(
                f"target has {most - least} singular value(s) at the tie, so that minimizers of "
                f"every rank from {least} to {most} share the least loss; choose one by rank="
            )
        rank = most
    elif not least <= check_count(rank, "rank", at_least=0) <= most:
        raise ValueError(
            f"rank must be that of a minimizer, "
            f"{least if least == most else f'from {least} to {most}'}, but it is {rank}"
        )
    top = targets[:rank]
    return FittedValues(
        sizes,
        weight,
        targets,
        np.asarray(minimizers.large)[:rank],
        top * np.asarray(shrinkage(top, depth, weight)) if rank else top,
        np.arange(rank),
        np.ones(rank, dtype=np.int8),
    )
