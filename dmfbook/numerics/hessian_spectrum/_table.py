"""The table of eigenvalues of `dmfbook.hessian_spectrum`, as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import Array
from dmfbook.numerics._reduction import FittedValues
from dmfbook.numerics._shown import Shown
from dmfbook.numerics._shrinkage_curve import rational_power

# Quotients of floats below this have lost digits, or all, to underflow.
_LOST = float(np.finfo(np.float64).tiny)
# Squares of gains relatively closer than this have lost too many digits in their difference.
_CLOSE = 1e-3


class Origin(IntEnum):
    """Where an eigenvalue comes from (see the table of `dmfbook.hessian_spectrum`).

    Of a pair, ``SYMMETRIC`` marks the eigenvalue with m_a - m_b and ``ANTISYMMETRIC`` the one with
    m_a + m_b, after the symmetry of their eigenvectors under transposition of all factors.
    """

    ROTATION = 0
    BALANCING = 1
    SINGULAR_VALUE = 2
    PAIR_SYMMETRIC = 3
    PAIR_ANTISYMMETRIC = 4
    UNFITTED_SYMMETRIC = 5
    UNFITTED_ANTISYMMETRIC = 6
    EXCESS = 7
    DEAD = 8


@dataclass(frozen=True, eq=False, repr=False)
class HessianSpectrum(Shown):
    """All eigenvalues of a Hessian with their multiplicities and origins.

    Attributes
    ----------
    values : ndarray
        One eigenvalue for each entry of the table, not sorted; different entries may agree.
    multiplicities : ndarray of int
        How often each stands in the spectrum, at least once.
    origins : ndarray of int8
        The `Origin` of each.
    first, second : ndarray of int32
        The indices a and b of the singular values (from 0, in decreasing order) that each belongs
        to, or -1; of a fitted and an unfitted value the fitted one comes first.
    rank : int
        The number r of fitted singular values.
    """

    _shows: ClassVar[str] = "dimension rank nullity morse_index smallest largest trace"

    values: Array
    multiplicities: NDArray[np.int64]
    origins: NDArray[np.int8]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    rank: int

    @cached_property
    def dimension(self) -> int:
        """Return N, the number of parameters."""
        return int(self.multiplicities.sum())

    @property
    def largest(self) -> float:
        """Return the largest eigenvalue, the sharpness."""
        return float(self.values.max())

    @property
    def smallest(self) -> float:
        """Return the smallest eigenvalue."""
        return float(self.values.min())

    @property
    def trace(self) -> float:
        """Return the sum of all eigenvalues, infinite where it exceeds the largest float."""
        try:
            with np.errstate(over="ignore"):
                return math.fsum(self.values * self.multiplicities)
        except OverflowError:
            return math.inf

    @property
    def nullity(self) -> int:
        """Return the number of eigenvalues that are exactly zero."""
        return int(self.multiplicities[self.values == 0].sum())

    @property
    def morse_index(self) -> int:
        """Return the number of negative eigenvalues: 0 at a minimum."""
        return int(self.multiplicities[self.values < 0].sum())

    def count(self, origin: Origin) -> int:
        """Return the number of eigenvalues of one origin."""
        return int(self.multiplicities[self.origins == origin].sum())

    def eigenvalues(self) -> Array:
        """Return all N eigenvalues in increasing order."""
        order = np.argsort(self.values)
        # Counts of 64 bits are refused where an index has 32, as in WebAssembly.
        return np.repeat(self.values[order], self.multiplicities[order].astype(np.intp))


def own_values(shared: FittedValues, count: int) -> Array:
    """Return 2L s_a^(2L-2) - 2(L-2) lambda for the first values."""
    depth = shared.depth
    power = rational_power(shared.fitted[:count], 2 * depth - 2, depth)
    own: Array = 2 * depth * power - 2 * (depth - 2) * shared.regularization
    # It has the sign of the branch; rounding near a double root must not hide that.
    branches = shared.branches[:count]
    return np.where(branches > 0, own, branches * np.abs(own))


def pair_values(
    shared: FittedValues, a: NDArray[np.intp], b: NDArray[np.intp]
) -> tuple[Array, Array]:
    """Return the two eigenvalues of each pair a < b of fitted singular values.

    They are 2S + 2 lambda (1 -+ t) with S = sum_l s_a^(2(L-l)) s_b^(2(l-1)) and
    lambda t = (m_b - x_b) s_a^(L-2) (1 + q^2 + ... + q^(2(L-2))), q = s_b / s_a.
    """
    depth = shared.depth
    big, small = shared.fitted[a], shared.fitted[b]
    step = (small - big) / big
    logs, quotient = np.log(shared.fitted), small / big
    # The logarithm of q^2, accurate for close values, for far ones and where the quotient is lost.
    far = np.where(quotient > _LOST, np.log(np.maximum(quotient, _LOST)), logs[b] - logs[a])
    near = np.log1p(np.maximum(step, -0.5))
    log_square = np.where(step > -0.5, near, far) * (2 / depth)
    ratio = np.expm1(log_square)
    equal = ratio == 0
    ratio[equal] = 1.0
    whole = np.where(equal, depth, step * (2 + step) / ratio)
    shorter = np.where(equal, depth - 1, np.expm1((depth - 1) * log_square) / ratio)
    slope = rational_power(shared.fitted, depth - 2, depth)
    power = rational_power(shared.fitted, 2 * depth - 2, depth)
    common = power[a] * whole + shared.regularization
    split = shared.gaps[b] * slope[a] * shorter
    return 2 * (common - split), 2 * (common + split)


def pair_values_of_roots(
    shared: FittedValues, a: NDArray[np.intp], b: NDArray[np.intp]
) -> tuple[Array, Array]:
    """Return what `pair_values` does where some roots are lower or double ones.

    Such roots may underflow or come in the wrong order, so all is written in q = s_b / s_a and the
    slopes s_a^(L-2), and the sign of 2(x_a + x_b)(m_a - m_b)/(s_a^2 - s_b^2) is decided exactly.
    """
    depth, targets, slopes = shared.depth, shared.fitted_targets, shared.slopes
    gains = np.where(
        shared.branches < 0,
        rational_power(slopes, 1, depth - 2),
        rational_power(shared.fitted, 1, depth),
    )
    log_square = 2 * np.log(np.maximum(gains[b] / gains[a], _LOST))
    drop = -np.expm1(log_square)
    equal = drop == 0
    drop[equal] = 1.0
    whole = np.where(equal, depth, -np.expm1(depth * log_square) / drop)
    shorter = np.where(equal, depth - 1, -np.expm1((depth - 1) * log_square) / drop)
    both = 1 + np.exp(depth / 2 * log_square)
    antisymmetric = 2 * slopes[a] * whole / both * (targets[a] + targets[b])
    close = drop < _CLOSE
    symmetric = np.where(
        close | equal,
        2 * slopes[a] * (shared.fitted[a] * whole - shared.gaps[b] * shorter)
        + 2 * shared.regularization,
        2 * slopes[a] * both * (targets[a] - targets[b]) / drop,
    )
    # Upper roots rise with the target and lower ones fall; the larger root is never the lower one
    # of two kinds. Two equal roots of one kind bend as each does by itself.
    same = shared.branches[a] == shared.branches[b]
    order = np.sign(targets[a] - targets[b]).astype(np.int8)
    sign = np.where(same, shared.branches[a], order)
    return sign * np.abs(symmetric), antisymmetric


def spectrum_of(shared: FittedValues) -> HessianSpectrum:
    """Return the spectrum that all critical points with these values share."""
    r, weight, depth, widths = shared.rank, shared.regularization, shared.depth, shared.widths
    hidden = widths[1:-1]
    n = shared.targets.size
    excess = max(widths[0], widths[-1]) - n
    rotations = sum(r * (r - 1) // 2 + r * (width - r) for width in hidden)
    own, left_out = shared.indices, shared.unfitted
    table = _Table()
    table.add(Origin.ROTATION, np.zeros(1), rotations)
    table.add(Origin.BALANCING, np.full(1, 4 * weight), rotations + (depth - 1) * r)
    with np.errstate(over="ignore", invalid="ignore"):
        slope = 2 * shared.slopes
        every = np.arange(r)
        table.add(Origin.SINGULAR_VALUE, own_values(shared, r), 1, own)
        if r >= 2:
            a, b = np.triu_indices(r, 1)
            pairs = pair_values if (shared.branches > 0).all() else pair_values_of_roots
            plus, minus = pairs(shared, a, b)
            first, second = np.minimum(own[a], own[b]), np.maximum(own[a], own[b])
            table.add(Origin.PAIR_SYMMETRIC, plus, 1, first, second)
            table.add(Origin.PAIR_ANTISYMMETRIC, minus, 1, first, second)
        a, second = np.repeat(every, n - r), np.tile(left_out, r)
        fitted, unfitted = shared.fitted_targets[a], shared.targets[second]
        first = own[a]
        table.add(Origin.UNFITTED_SYMMETRIC, slope[a] * (fitted - unfitted), 1, first, second)
        table.add(Origin.UNFITTED_ANTISYMMETRIC, slope[a] * (fitted + unfitted), 1, first, second)
        table.add(Origin.EXCESS, slope * shared.fitted_targets, excess, own)
        if depth == 2:
            idle, rest = hidden[0] - r, shared.targets[left_out]
            table.add(Origin.DEAD, 2 * (weight - rest), idle, left_out)
            table.add(Origin.DEAD, 2 * (weight + rest), idle, left_out)
            table.add(Origin.DEAD, np.full(1, 2 * weight), excess * idle)
        else:
            dead = sum((x - r) * (y - r) for x, y in pairwise(widths))
            table.add(Origin.DEAD, np.full(1, 2 * weight), dead)
    return table.finish(r)


class _Table:
    """Collects the rows of the table, a block of eigenvalues at a time."""

    def __init__(self) -> None:
        self.blocks: list[tuple[Array, int, Origin, NDArray[np.intp], NDArray[np.intp]]] = []

    def add(
        self,
        origin: Origin,
        values: Array,
        multiplicity: int,
        first: NDArray[np.intp] | None = None,
        second: NDArray[np.intp] | None = None,
    ) -> None:
        if multiplicity > 0 and values.size:
            absent = np.full(values.size, -1)
            self.blocks.append(
                (
                    values,
                    multiplicity,
                    origin,
                    absent if first is None else first,
                    absent if second is None else second,
                )
            )

    def finish(self, rank: int) -> HessianSpectrum:
        sizes = [block[0].size for block in self.blocks]
        values = np.concatenate([block[0] for block in self.blocks])
        if not np.isfinite(values).all():
            raise too_large()
        arrays = (
            values,
            np.repeat(np.array([block[1] for block in self.blocks], dtype=np.int64), sizes),
            np.repeat(np.array([block[2] for block in self.blocks], dtype=np.int8), sizes),
            np.concatenate([block[3] for block in self.blocks]).astype(np.int32),
            np.concatenate([block[4] for block in self.blocks]).astype(np.int32),
        )
        for array in arrays:
            array.setflags(write=False)
        return HessianSpectrum(*arrays, rank=rank)


def too_large() -> ValueError:
    """Return the error for an eigenvalue beyond the floats."""
    return ValueError(
        "target or regularization is too large: an eigenvalue exceeds the largest float; multiply "
        "the target by c and the regularization by c^(2-2/L), with c < 1, and divide the "
        "eigenvalues by c^(2-2/L)"
    )
