"""What the minimizers of one target have in common: which singular values they fit, and how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from dmfbook.numerics._checks import (
    Array,
    check_array,
    check_computed,
    check_count,
    check_regularization,
    check_target,
    check_widths,
)
from dmfbook.numerics.scalar_uniqueness import scalar_minimizers, shrinkage, uniqueness_threshold

# What rounding may do to computed singular values, in units of max(d_0, d_L) eps sigma_1.
_ROUNDING_OF_TIES = 8


@dataclass(frozen=True, eq=False)
class FittedValues:
    """Singular values of a target and of its minimizing end-to-end matrix X.

    Attributes
    ----------
    widths : tuple of int
    regularization : float
    targets : ndarray of shape (n,)
        All n = min(d_0, d_L) singular values m_a of the target, in decreasing order.
    fitted : ndarray of shape (r,)
        The nonzero singular values x_a of X.
    gaps : ndarray of shape (r,)
        m_a - x_a = lambda s_a^(2-L), s_a = x_a^(1/L), to full relative accuracy.
    """

    widths: tuple[int, ...]
    regularization: float
    targets: Array
    fitted: Array
    gaps: Array

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
    """Return what all minimizers of a target share, without the rounding errors of rank.

    Singular values that rounding cannot tell from zero, from the tie (depth 2: from lambda, where
    the rank changes), or from the last one that narrow layers can fit, are set equal to it.
    """
    sizes = check_widths(widths)
    matrix = check_target(target, sizes)
    values = np.asarray(np.linalg.svd(matrix, compute_uv=False), dtype=np.float64)
    check_computed(values)
    weight = check_regularization(regularization)
    rounding = max(sizes[0], sizes[-1]) * np.finfo(np.float64).eps * values[0]
    values[values <= rounding] = 0.0
    if len(sizes) == 3:
        _snap(values, weight, rounding)
    else:
        _snap(values, uniqueness_threshold(len(sizes) - 1, weight), _ROUNDING_OF_TIES * rounding)
    narrowest = min(sizes[1:-1])
    if narrowest < values.size:
        _snap(values, values[narrowest - 1], _ROUNDING_OF_TIES * rounding)
    return fitted_values(values, sizes, weight, rank)


def _snap(values: Array, level: float, rounding: float) -> None:
    """Set the values within rounding of a level above zero to it."""
    values[np.abs(values - level) <= min(rounding, level / 2)] = level


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
    )
