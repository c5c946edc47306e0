"""The formulas of the chapter on how gradient descent leaves a minimum.

The loss is ``||M - W_L ... W_1||_F^2``, without regularization.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from dmfbook.symbolic import depth, step_size
from dmfbook.symbolic.sharpness import edge_ratio

# The displacement along the sharpest direction, and how many steps it takes to grow.
steps = sp.Symbol("t", positive=True)
amplitude = sp.Symbol("a", positive=True)
amplitude_reached = sp.Symbol("rho", positive=True)
growth = 2 * edge_ratio - 1
grown_amplitude = amplitude * growth**steps
escape_time = sp.log(amplitude_reached / amplitude) / sp.log(growth)

# The least ratio that any minimum of a target with the largest singular value sigma allows.
largest = sp.Symbol("sigma", positive=True)
least_ratio = step_size * depth * largest ** (2 - 2 / depth)

# Two numbers, or two vectors, by their sum p and their difference n: a step multiplies both. The
# product is x, the sum of squares q, and the misfit x - m.
plus, minus, misfit = sp.symbols("p n E", real=True)
plus_factor, minus_factor = 1 - 2 * step_size * misfit, 1 + 2 * step_size * misfit
pair_product = (plus**2 - minus**2) / 4
pair_size = (plus**2 + minus**2) / 2
pair_imbalance = plus * minus
imbalance_factor = 1 - 4 * step_size**2 * misfit**2

# The averaged system: e = eta lambda - 2 and A, the squared amplitude, in the course of steps. The
# feedback k says how fast the amplitude lowers e; the bend kappa, how the walls slow its growth.
excess = sp.Symbol("e", real=True)
square = sp.Symbol("A", nonnegative=True)
feedback, bend = sp.symbols("k kappa", positive=True)
first_excess = sp.Symbol("E_0", positive=True)
excess_rate = -feedback * square
square_rate = 2 * square * (excess - bend * square)
conserved = excess**2 + feedback * square
time = sp.Symbol("tau", real=True)
excess_in_time = -first_excess * sp.tanh(first_excess * time)
square_in_time = first_excess**2 / feedback / sp.cosh(first_excess * time) ** 2
# The size of P grad lambda, from which the feedback comes.
slope = sp.Symbol("g", positive=True)
feedback_by_slope = step_size**2 * slope**2 / 2
landing_ratio = 2 - edge_ratio
# Where 2 - c is still at least c times least over own sharpness.
flat_share = sp.Symbol("f", positive=True)
last_ratio = 2 / (1 + flat_share)

# With the bend: r = kappa / k. The curve A(e) that starts at (E_0, 0), and what it conserves.
bend_share = sp.Symbol("r", positive=True)
bent_conserved = (1 + 2 * bend_share * excess - 2 * bend_share**2 * feedback * square) * sp.exp(
    -2 * bend_share * excess
)
_start = bent_conserved.subs({excess: first_excess, square: 0})
bent_square = (1 + 2 * bend_share * excess - _start * sp.exp(2 * bend_share * excess)) / (
    2 * bend_share**2 * feedback
)
# The landing point x = 2 r e solves (1 + x) exp(-x) = (1 + X) exp(-X): a step of Newton's method.
landing, departure = sp.symbols("x_landing X_departure", real=True)
landing_balance = (1 + landing) * sp.exp(-landing)
landing_newton_step = (
    landing + (1 + landing - (1 + departure) * sp.exp(landing - departure)) / landing
)

# A function of one variable with the bottom 0, by its derivatives there, and the second iterate of
# a step at the edge.
second, third, fourth = sp.symbols("f_2 f_3 f_4", real=True)
offset = sp.Symbol("y", real=True)
valley = second * offset**2 / 2 + third * offset**3 / 6 + fourth * offset**4 / 24
bend_of_valley = step_size**2 * third**2 / 4 - step_size * fourth / 6

# Two numbers u, v, their feedback and bend at the edge.
pair = first_factor, second_factor = sp.symbols("u v", positive=True)
_lengths = first_factor**2 + second_factor**2
_imbalance = first_factor**2 - second_factor**2
pair_feedback = 8 * _imbalance**2 / _lengths**3
pair_bend = 32 * (first_factor * second_factor) ** 2 / _lengths**3
pair_bend_share = 4 * (first_factor * second_factor) ** 2 / _imbalance**2

# Two equal numbers w with the target one, at the ratio c = 2 eta of their minimum.
number = sp.Symbol("w", real=True)
equal_step = number * (1 - edge_ratio * (number**2 - 1))
cycle_product = 1 / edge_ratio
cycle_squares = (1 + edge_ratio) / edge_ratio
_gap = sp.sqrt(cycle_squares - 2 * cycle_product)
_total = sp.sqrt(cycle_squares + 2 * cycle_product)
cycle_numbers = ((_total + _gap) / 2, (_total - _gap) / 2)
cycle_multiplier = 9 - 2 * (1 + edge_ratio) ** 2
cycle_across = 3 - 2 * edge_ratio
cycle_end = sp.sqrt(5) - 1

Matrices = Sequence[sp.Matrix]


def partial_products(factors: Matrices) -> list[sp.Matrix]:
    """Return W_1, W_2 W_1, ..., W_L ... W_1."""
    products = [factors[0]]
    for factor in factors[1:]:
        products.append(factor * products[-1])
    return products


def displaced_changes(factors: Matrices, moves: Matrices) -> list[sp.Matrix]:
    """Return the changes of the partial products when D_l is added to W_l, all expanded."""
    products, changes = partial_products(factors), [moves[0]]
    for factor, move, product in zip(factors[1:], moves[1:], products, strict=False):
        changes.append((factor + move) * changes[-1] + move * product)
    return changes
