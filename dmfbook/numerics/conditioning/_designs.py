"""Flat factors of a rectangular diagonal matrix whose largest entry is one.

Each design is a list of factors for diag(values) of shape (d_L, d_0), values in decreasing order
from 1, zeros exact. All are flat: the largest eigenvalue of sum_l B_l kron A_l is L.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy

from dmfbook.numerics._checks import Array

Widths = tuple[int, ...]


@dataclass(frozen=True)
class Design:
    """Factors, their condition number and the name of how they were made."""

    name: str
    factors: list[Array]
    condition_number: float


def perfect_design(values: Array, widths: Widths, near: float) -> Design | None:
    """Return a design of condition number one, or None."""
    for turned in (False, True):
        sizes = widths[::-1] if turned else widths
        made = _spread(values, sizes)
        if made is not None and made.condition_number == 1:
            return _back(made, turned)
    for turned in (False, True):
        sizes = widths[::-1] if turned else widths
        made = _deep(values, sizes) or _ones_and_zeros(values, sizes)
        if made is not None:
            return _back(made, turned)
    return _two_values(values, widths, near)


def best_design(values: Array, widths: Widths, near: float) -> Design:
    """Return the best conditioned of all designs that apply."""
    found = [_balanced(values, widths)]
    for turned in (False, True):
        made = _spread(values, widths[::-1] if turned else widths)
        if made is not None:
            found.append(_back(made, turned))
    three = _depth_three(values, widths)
    if three is not None:
        found.append(three)
    return min(found, key=lambda design: design.condition_number)


def _back(design: Design, turned: bool) -> Design:
    if not turned:
        return design
    factors = [factor.T for factor in reversed(design.factors)]
    return Design(design.name, factors, design.condition_number)


def _padded(values: Array, size: int) -> Array:
    return np.concatenate([values, np.zeros(max(0, size - values.size))])[:size]


def _spread(values: Array, widths: Widths) -> Design | None:
    """Complete the smallest right singular vectors in the hidden units beyond d_L.

    A vector with the singular value s needs (L - 1)(1 - s^2) more. The first layer can give it to
    any, later ones to those that the target keeps, s > 0.
    """
    inputs, outputs, depth = widths[0], widths[-1], len(widths) - 1
    if min(widths[1:-1]) < outputs:
        return None
    right = _padded(values, inputs)
    rooms = [width - outputs for width in widths[1:-1]]
    lacking = [int(i) for i in np.argsort(right, kind="stable") if right[i] < 1]
    lost = [i for i in lacking if right[i] == 0]
    rows: list[list[int]] = [[] for _ in rooms]
    rows[0] = lost[: rooms[0]]
    left_out = lost[rooms[0] :]
    for i in lacking[len(lost) :]:
        layer = next((j for j, room in enumerate(rooms) if len(rows[j]) < room), None)
        if layer is None:
            left_out.append(i)
        else:
            rows[layer].append(i)
    factors = []
    for layer, width in enumerate(widths[1:]):
        factor = np.zeros((width, widths[layer]))
        if layer == 0:
            np.fill_diagonal(factor[:outputs], values)
        else:
            np.fill_diagonal(factor[:outputs, :outputs], 1.0)
        for place, i in enumerate(rows[layer] if layer < depth - 1 else []):
            share = math.sqrt((depth - 1) * (1 - right[i]) * (1 + right[i]))
            factor[outputs + place, i] = share if layer == 0 else share / right[i]
        factors.append(factor)
    worst = min((float(right[i]) for i in left_out), default=1.0)
    return Design("spread", factors, depth / (1 + (depth - 1) * worst**2))


def _deep(values: Array, widths: Widths) -> Design | None:
    """Return M, (1 + T)^(-1/2), (1 + T)^(1/2), (1 - T)^(-1/2), (1 - T)^(1/2), I, ..., I."""
    inputs, outputs, depth = widths[0], widths[-1], len(widths) - 1
    if depth < 5 or min(widths[1:-1]) < outputs or inputs > outputs or values[-1] == 0:
        return None
    spread = depth - 1 - (depth - 3) * values**2
    turn = _padded(np.sqrt((depth - 1) * (1 - values) * (1 + values) / spread), outputs)
    # 1 - T without cancellation; T is zero where the target has no input.
    rest = np.ones(outputs)
    rest[:inputs] = 2 * values**2 / spread / (1 + turn[:inputs])
    gains = [(1 + turn) ** -0.5, (1 + turn) ** 0.5, rest**-0.5, rest**0.5]
    gains += [np.ones(outputs)] * (depth - 5)
    return Design("deep", _diagonals([values, *gains], widths), 1.0)


def _ones_and_zeros(values: Array, widths: Widths) -> Design | None:
    """Return layers for singular values one and zero: the second layer forgets the zeros.

    Off the path B = (1, L - 1, 0, ..., 0), and A = (0, L / (L - 1), x, ..., x, 1) with the sum L.
    """
    inputs, outputs, depth = widths[0], widths[-1], len(widths) - 1
    fits = widths[1] >= inputs and min(widths[2:]) >= outputs
    if depth < 4 or not fits or ((values > 0) & (values < 1)).any():
        return None
    rank = int(np.count_nonzero(values))
    level = depth / (depth - 1)
    between = (depth - 1 - level) / (depth - 3)
    after = [level, *[between] * (depth - 3), 1.0]
    gains = [math.sqrt(depth - 1.0), 0.0]
    gains += [math.sqrt(one / other) for one, other in pairwise(after)]
    sizes = [inputs, min(inputs, outputs), *[outputs] * (depth - 2)]
    rows = [
        np.where(np.arange(size) < rank, 1.0, gain) for size, gain in zip(sizes, gains, strict=True)
    ]
    return Design("ones and zeros", _diagonals(rows, widths), 1.0)


def _two_values(values: Array, widths: Widths, near: float) -> Design | None:
    """Return equal gains on all values below one, from the curve of the depth-four theorem."""
    depth, size = len(widths) - 1, values.size
    square = widths[0] == widths[-1] and min(widths[1:-1]) >= size
    below = values[values < 1]
    if depth != 4 or not square or values[-1] == 0 or below.size == 0:
        return None
    if below[0] - below[-1] > near:
        return None
    goal = float(below.mean())

    # c = 2 + e for e > 0, so that small singular values keep their digits.
    def outer(log_excess: float) -> tuple[float, Array]:
        e = math.exp(log_excess)
        c = 2 + e
        common = ((2 * c + 1) * c - 5) * c - 1
        other = ((2 * c - 1) * c - 5) * c + 1
        squares = (
            np.array(
                [
                    e * (c + 2) * (2 * c + 1),
                    (c - 1) * (c + 2) * (2 * c - 1),
                    (c - 1) * (c + 1) * (2 * c + 1),
                ]
            )
            / common
        )
        product = e * (c + 2) * (c * c - 1) * (4 * c * c - 1) / (common * other)
        return math.sqrt(product), squares

    end = float(
        scipy.optimize.brentq(lambda x: outer(x)[0] - goal, -200.0, 20.0, xtol=1e-15, rtol=1e-15)
    )
    squares = outer(end)[1]
    one, two, three = np.sqrt(squares)
    gains = np.array([goal / one, one / two, two / three, three])
    rows = [np.where(values < 1, gain, 1.0) for gain in gains]
    rows[0][values < 1] *= values[values < 1] / goal
    return Design("two values", _diagonals(rows, widths), 1.0)


def _depth_three(values: Array, widths: Widths) -> Design | None:
    """Return sqrt(X), S / X and sqrt(X) with x^3 - 3x + 2 s^2 = 0, 1 <= x <= sqrt(3)."""
    if len(widths) != 4 or widths[1] < widths[0] or widths[2] < widths[-1]:
        return None
    inputs, outputs = (_outer_gains(_padded(values, size)) for size in (widths[0], widths[-1]))
    factors = _diagonals([np.sqrt(inputs), values / _outer_gains(values), np.sqrt(outputs)], widths)
    most = max(float(inputs.max()), float(outputs.max()))
    return Design("depth three", factors, 6 / (6 - (most - 1) ** 2))


def _outer_gains(values: Array) -> Array:
    result: Array = np.where(values == 1, 1.0, 2 * np.cos(np.arccos(-(values**2)) / 3))
    return result


def _balanced(values: Array, widths: Widths) -> Design:
    depth, rank = len(widths) - 1, int(np.count_nonzero(values))
    roots = values ** (1 / depth)
    whole = rank == widths[0] == widths[-1]
    ratio = float(values[rank - 1]) ** (2 / depth - 2)
    gains = [roots[:rank]] * depth
    return Design("balanced", _diagonals(gains, widths), ratio if whole else depth * ratio)


def _diagonals(gains: list[Array], widths: Widths) -> list[Array]:
    factors = []
    for layer, gain in enumerate(gains):
        factor = np.zeros((widths[layer + 1], widths[layer]))
        count = min(gain.size, *factor.shape)
        factor[range(count), range(count)] = gain[:count]
        factors.append(factor)
    return factors
