"""The formulas of the chapter on the trace of the Hessian, in symbolic depth.

The loss is ``||M - W_L ... W_1||_F^2 + lambda * sum_l ||W_l||_F^2``. At a critical point with
lambda > 0 all factors have the gains s_1, ..., s_r for singular values, and S_k is the sum of their
k-th powers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import add

import sympy as sp

from dmfbook.symbolic import depth, gain, regularization, step_size, target
from dmfbook.symbolic.hessian_spectrum import (
    input_width,
    layer,
    output_width,
    parameters,
)
from dmfbook.symbolic.scalar_uniqueness import first_factor, other_factors

# The gains of three fitted singular values.
gains = sp.symbols("s_1:4", positive=True)


def power_sum(power: sp.Expr, rank: int | None = None) -> sp.Expr:
    """Return S_k of the first gains."""
    return sum((s**power for s in gains[:rank]), start=sp.Integer(0))


# Of a layer between the first and the last: the product of the squared norms on both sides of it.
middle_term = power_sum(2 * (depth - layer)) * power_sum(2 * (layer - 1))
# The numerator of ||X||_F^2 and the square of C, the norm that all factors share.
squared_product = power_sum(2 * depth)
squared_norm = power_sum(2)
# What the penalty adds to the trace.
penalty = 2 * regularization * parameters


def middle_sum(layers: int, rank: int | None = None) -> sp.Expr:
    """Return the middle terms of all layers, for a depth that is a number."""
    return sum(
        (power_sum(2 * (layers - at), rank) * power_sum(2 * (at - 1), rank))
        for at in range(2, layers)
    )


def exact_trace(layers: int, rank: int | None = None) -> sp.Expr:
    """Return the trace at a critical point, for a depth that is a number."""
    outer = (input_width + output_width) * power_sum(2 * layers - 2, rank)
    return 2 * (outer + middle_sum(layers, rank)) + penalty


norm_bound = 2 * depth * squared_product / squared_norm + penalty
sharp_bound = 2 * (depth - 2 + input_width + output_width) * squared_product / squared_norm
sharp_bound += penalty


def unequal_pairs(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """Return the sum of s_i^first s_j^second over i != j."""
    return sum(a**first * b**second for a in gains for b in gains if a != b)


def crossed_differences(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """Return half the sum over i, j of (s_i^first - s_j^first)(s_i^second - s_j^second)."""
    pairs = [(a, b) for a in gains for b in gains]
    return sum((a**first - b**first) * (a**second - b**second) for a, b in pairs) / 2


# A network of any widths, with symbols for all entries.
def any_factors(widths: Sequence[int], name: str = "w") -> list[sp.Matrix]:
    """Return factors with symbols for entries."""
    return [
        sp.Matrix(after, before, lambda i, j, k=k: sp.Symbol(f"{name}_{k}{i}{j}", real=True))
        for k, (before, after) in enumerate(pairwise(widths))
    ]


def squared(matrix: sp.Matrix) -> sp.Expr:
    """Return the squared Frobenius norm."""
    return sum((entry**2 for entry in matrix), start=sp.Integer(0))


def product_of(factors: Sequence[sp.Matrix], size: int) -> sp.Matrix:
    """Return W_b ... W_a, the identity of the given size if there is none."""
    product = sp.eye(size)
    for factor in factors:
        product = factor * product
    return product


def loss_of(factors: Sequence[sp.Matrix], goal: sp.Matrix) -> sp.Expr:
    """Return the loss of a network."""
    price = sum(squared(factor) for factor in factors)
    return squared(goal - product_of(factors, goal.cols)) + regularization * price


def trace_by_products(factors: Sequence[sp.Matrix]) -> sp.Expr:
    """Return the trace of the Hessian from the products before and after each factor."""
    inputs, total = factors[0].cols, sp.Integer(0)
    for place, factor in enumerate(factors):
        before = product_of(factors[:place], inputs)
        after = product_of(factors[place + 1 :], factor.rows)
        total += squared(after) * squared(before)
    count = sum(len(factor) for factor in factors)
    return 2 * total + 2 * regularization * count


# One number: the first factor u, and v for each of the others. The trace of all L second
# derivatives, and what each kind of factor adds to it.
first_share = 2 * other_factors ** (2 * depth - 2) + 2 * regularization
other_share = 2 * first_factor**2 * other_factors ** (2 * depth - 4) + 2 * regularization
plane_trace = first_share + (depth - 1) * other_share

# A product of rank one with the gain s, all hidden layers one wide, whose first factor is stretched
# by e^tau at the cost of the second: the trace without the penalty, and what it costs.
stretch = sp.Symbol("tau", real=True)
_after_first = sp.Piecewise((output_width, sp.Eq(depth, 2)), (sp.Integer(1), True))
_others = sp.Piecewise((sp.Integer(0), sp.Eq(depth, 2)), (depth - 3 + output_width, True))
stretched_data = (
    2
    * gain ** (2 * depth - 2)
    * (input_width * sp.exp(-2 * stretch) + _after_first * sp.exp(2 * stretch) + _others)
)
stretch_price = regularization * gain**2 * (sp.exp(stretch) - sp.exp(-stretch)) ** 2
flattest_stretch = sp.log(input_width / _after_first) / 4

# Noise: one direction with the curvature h, noise of the size sigma along it.
curvature = sp.Symbol("h", positive=True)
noise = sp.Symbol("sigma", positive=True)
settled_variance = step_size * noise**2 / (curvature * (2 - step_size * curvature))
direction_excess = step_size * noise**2 / (2 * (2 - step_size * curvature))

# Two numbers u and v with the product near m: the curvatures at the minimizer, across and along
# u = v, and the excess under noise in the gradient and in the target.
balancing_curvature = 4 * regularization
product_curvature = 4 * (target - regularization)
gradient_excess = sum(
    direction_excess.subs(curvature, h) for h in (balancing_curvature, product_curvature)
)
# The noise of the target reaches only the product, whose slope has the square u^2 + v^2.
product_slope = 2 * (target - regularization)
target_excess = direction_excess.subs(curvature, product_curvature) * 4 * product_slope


def first_change(factors: Sequence[sp.Matrix], move: Sequence[sp.Matrix]) -> sp.Matrix:
    """Return what the product changes by, to first order, when the factors move."""
    return reduce(
        add,
        (
            product_of(factors[place + 1 :], part.rows)
            * part
            * product_of(factors[:place], factors[0].cols)
            for place, part in enumerate(move)
        ),
    )
