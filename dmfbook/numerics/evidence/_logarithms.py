"""Logarithms of eigenvalues and of volumes, from values that are far beyond one another in size.

All is written in logarithms and in quotients that stay of order one, so that it is finite wherever
the targets and the regularization are floats.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import Array
from dmfbook.numerics._reduction import FittedValues

_LOG_TWO = math.log(2)


def log_sphere(dimension: int) -> float:
    """Return the logarithm of the volume of the unit sphere of this dimension, two points for 0."""
    half = (dimension + 1) / 2
    return _LOG_TWO + half * math.log(math.pi) - math.lgamma(half)


def log_frames(size: int, rank: int) -> float:
    """Return that of the matrices with orthonormal columns, unit rotations having length one."""
    return math.fsum(log_sphere(size - 1 - taken) for taken in range(rank))


def rotations(widths: tuple[int, ...], rank: int) -> int:
    """Return g, the dimension of the orbit."""
    return sum(rank * (rank - 1) // 2 + rank * (width - rank) for width in widths[1:-1])


def geometric(log_square: Array, count: int) -> Array:
    """Return 1 + q^2 + ... + q^(2(count - 1)) from log q^2, at most 0."""
    drop = np.expm1(log_square)
    equal = drop == 0
    drop[equal] = 1.0
    result: Array = np.where(equal, float(count), np.expm1(count * log_square) / drop)
    return result


def log_squares(fitted: Array, depth: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Return the indices a < b of all pairs, and log (s_b / s_a)^2, accurate for close values."""
    a, b = np.triu_indices(fitted.size, 1)
    step = (fitted[b] - fitted[a]) / fitted[a]
    near = np.log1p(np.maximum(step, -0.5))
    far = np.log(fitted[b]) - np.log(fitted[a])
    return a, b, np.where(step > -0.5, near, far) * (2 / depth)


def log_volume(fitted: Array, widths: tuple[int, ...]) -> float:
    """Return the logarithm of the volume of the orbit over these singular values."""
    depth, rank = len(widths) - 1, fitted.size
    if rank == 0:
        return 0.0
    gains = np.log(fitted) / depth
    parts = [log_frames(width, rank) for width in widths[1:-1]]
    idle = sum(width - rank for width in widths[1:-1])
    parts += list(idle / 2 * (_LOG_TWO + 2 * gains))
    a, _, squares = log_squares(fitted, depth)
    sums = 2 * (depth - 1) * gains[a] + np.log(geometric(squares, depth))
    parts += list(0.5 * ((depth - 1) * _LOG_TWO + sums))
    return math.fsum(parts)


def log_nonzero(shared: FittedValues) -> float:
    """Return the sum of the logarithms of all eigenvalues that are not those of rotations."""
    depth, rank, widths = shared.depth, shared.rank, shared.widths
    targets, fitted, gaps = shared.targets, shared.fitted, shared.gaps
    smaller = targets.size
    excess = max(widths[0], widths[-1]) - smaller
    weight = math.log(shared.regularization)
    gains = np.log(fitted) / depth
    tops, rest = targets[:rank], targets[rank:]
    stretches = rotations(widths, rank) + (depth - 1) * rank
    parts = [stretches * (2 * _LOG_TWO + weight)]
    own = np.log1p(-(depth - 2) / depth * (gaps / fitted))
    parts += list(own + (2 * depth - 2) * gains + math.log(2 * depth))
    # Of each pair, in units of 2 s_a^(2L-2): two sums, plus and minus what the residual adds.
    a, b, squares = log_squares(fitted, depth)
    data, shorter = geometric(squares, depth), geometric(squares, depth - 1)
    common, split = data + gaps[a] / fitted[a], gaps[b] / fitted[a] * shorter
    both = np.log(common - split) + np.log(common + split)
    parts += list(both + 2 * (_LOG_TWO + (2 * depth - 2) * gains[a]))
    slopes = _LOG_TWO + (depth - 2) * gains + np.log(tops)
    parts += list(excess * slopes)
    for slope, top in zip(slopes, tops, strict=True):
        parts += list(2 * slope + np.log1p(-rest / top) + np.log1p(rest / top))
    dead = sum((x - rank) * (y - rank) for x, y in pairwise(widths))
    if depth == 2:
        idle, share = widths[1] - rank, rest / shared.regularization
        if idle:
            parts += list(idle * (np.log1p(-share) + np.log1p(share)))
    parts.append(dead * (_LOG_TWO + weight))
    return math.fsum(parts)


def log_least_loss(shared: FittedValues) -> Array:
    """Return the logarithms of summands whose sum is the least loss."""
    depth = shared.depth
    with np.errstate(divide="ignore"):
        misfit = 2 * np.log(np.concatenate([shared.gaps, shared.targets[shared.rank :]]))
    gains = np.log(shared.fitted) / depth
    price = math.log(shared.regularization) + math.log(depth) + 2 * gains
    result: Array = np.concatenate([misfit, price])
    return result
