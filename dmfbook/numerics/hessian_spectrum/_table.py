"""The table of eigenvalues of `dmfbook.hessian_spectrum`, as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import Array
from dmfbook.numerics._reduction import FittedValues
from dmfbook.numerics._shrinkage_curve import rational_power

# Quotients of floats below this have lost digits, or all, to underflow.
_LOST = float(np.finfo(np.float64).tiny)


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


@dataclass(frozen=True, eq=False)
class HessianSpectrum:
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
        to, or -1.
    rank : int
        The number r of fitted singular values.
    """

    values: Array = field(repr=False)
    multiplicities: NDArray[np.int64] = field(repr=False)
    origins: NDArray[np.int8] = field(repr=False)
    first: NDArray[np.int32] = field(repr=False)
    second: NDArray[np.int32] = field(repr=False)
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
    return 2 * depth * power - 2 * (depth - 2) * shared.regularization


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


def spectrum_of(shared: FittedValues) -> HessianSpectrum:
    """Return the spectrum that the minimizers with these values share."""
    r, weight, depth, widths = shared.rank, shared.regularization, shared.depth, shared.widths
    hidden = widths[1:-1]
    n = shared.targets.size
    excess = max(widths[0], widths[-1]) - n
    rotations = sum(r * (r - 1) // 2 + r * (width - r) for width in hidden)
    table = _Table()
    table.add(Origin.ROTATION, np.zeros(1), rotations)
    table.add(Origin.BALANCING, np.full(1, 4 * weight), rotations + (depth - 1) * r)
    with np.errstate(over="ignore", invalid="ignore"):
        slope = 2 * rational_power(shared.fitted, depth - 2, depth)
        every = np.arange(r)
        table.add(Origin.SINGULAR_VALUE, own_values(shared, r), 1, every)
        if r >= 2:
            a, b = np.triu_indices(r, 1)
            plus, minus = pair_values(shared, a, b)
            table.add(Origin.PAIR_SYMMETRIC, plus, 1, a, b)
            table.add(Origin.PAIR_ANTISYMMETRIC, minus, 1, a, b)
        a, b = np.repeat(every, n - r), np.tile(np.arange(r, n), r)
        fitted, unfitted = shared.targets[a], shared.targets[b]
        table.add(Origin.UNFITTED_SYMMETRIC, slope[a] * (fitted - unfitted), 1, a, b)
        table.add(Origin.UNFITTED_ANTISYMMETRIC, slope[a] * (fitted + unfitted), 1, a, b)
        table.add(Origin.EXCESS, slope * shared.targets[:r], excess, every)
        if depth == 2:
            idle, rest = hidden[0] - r, np.arange(r, n)
            table.add(Origin.DEAD, 2 * (weight - shared.targets[r:]), idle, rest)
            table.add(Origin.DEAD, 2 * (weight + shared.targets[r:]), idle, rest)
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
