"""The formulas of the chapter on matrix uniqueness.

What a scalar chapter can say in symbolic depth is said so here too. Matrices are matrices of
symbols, two by two or as large as a step of the proof needs to show its pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from dmfbook.symbolic import depth, end_to_end, gain, regularization, target
from dmfbook.symbolic import scalar_uniqueness as scalar
from dmfbook.symbolic.trace_inequality import rotation

__all__ = [
    "frobenius_square",
    "inner_product",
    "line_polynomial",
    "projector",
    "rotation",
    "symmetric",
    "symmetric_loss",
]

Expression = Any
Matrix = Any


def inner_product(first: Matrix, second: Matrix) -> Expression:
    """Return tr(A^T B), the sum of the products of the entries."""
    return sum(a * b for a, b in zip(first, second, strict=True))


def frobenius_square(matrix: Matrix) -> Expression:
    """Return the sum of the squares of the entries."""
    return inner_product(matrix, matrix)


# A matrix with the entries p, q, r, s, at some distance from diag(sigma_1, sigma_2). Twice its
# parts: the vectors (p + s, r - q) and (p - s, r + q), whose lengths are the sum and the difference
# of its singular values if the determinant is not negative.
first_value, second_value = sp.symbols("sigma_1 sigma_2", positive=True)
moved_entries = sp.symbols("p q r s", real=True)
_p, _q, _r, _s = moved_entries
turning_part, mirroring_part = (_p + _s, _r - _q), (_p - _s, _r + _q)
moved_sum, moved_difference = (sp.sqrt(x**2 + y**2) for x, y in (turning_part, mirroring_part))
# By how much the square of the distance exceeds that of the singular values.
distance_rest = (first_value + second_value) * (moved_sum - turning_part[0])
distance_rest += (first_value - second_value) * (moved_difference - mirroring_part[0])

# A direction of length one in which to move: phi is where the singular values would go if alpha
# were zero, alpha the share of the entries off the diagonal, and beta says how these are related.
heading, share, corner = sp.symbols("phi alpha beta", real=True)
unit_step = sp.Matrix(
    [
        [sp.cos(share) * sp.cos(heading), sp.sin(share) * sp.cos(corner)],
        [sp.sin(share) * sp.sin(corner), sp.cos(share) * sp.sin(heading)],
    ]
)

# The regularization for which s^L is a critical point of the reduced loss of m, and the gain s of
# the minimizer just before it falls to zero.
matching_regularization = target * gain ** (depth - 2) - gain ** (2 * depth - 2)
last_gain = (scalar.jump_ratio * target) ** (1 / depth)

# What two targets gain when they exchange their products.
other_target, other_end = sp.symbols("m' x'", real=True)
exchange_gain = 2 * (target - other_target) * (end_to_end - other_end)


# Two tied singular values: the direction that a member of the family keeps, and the coordinates of
# a symmetric matrix, half its trace c and the vector (a, b), which turns twice as fast.
direction, other_direction = sp.symbols("theta phi", real=True)
half_trace, across, along = sp.symbols("c a b", real=True)


def projector(angle: Expression) -> Matrix:
    """Return the orthogonal projector of the plane on the line at an angle."""
    return rotation(angle) * sp.diag(1, 0) * rotation(angle).T


def symmetric(center: Expression, first: Expression, second: Expression) -> Matrix:
    """Return the symmetric matrix with half the trace c, its eigenvalues c +- sqrt(a^2 + b^2)."""
    return sp.Matrix([[center + first, second], [second, center - first]])


# In units in which the nonzero tied value is 1, that is lambda (L-2) = 1.
unit_regularization = 1 / (depth - 2)
unit_tie = (depth - 1) / (depth - 2)

# The target diag(m* + shift + split, m* + shift - split) near a double tie in these units, and what
# the members of the family lose there, less the loss of zero.
shift, split = sp.symbols("mu delta", real=True)
near_tie = sp.diag(unit_tie + shift + split, unit_tie + shift - split)
circle_excess = -2 * shift - 2 * split * sp.cos(2 * direction)
full_excess = -4 * shift

# Between zero and the tied value x*, at the fraction y of it: the loss of the tied number less the
# loss of zero, in units of x*^2.
fraction = sp.Symbol("y", positive=True)
wall = fraction**2 - 2 * (depth - 1) / (depth - 2) * fraction
wall += depth / (depth - 2) * fraction ** (2 / depth)

# The matrix with the eigenvalues y and y', the first in the direction theta, for the target above:
# its loss, less the loss of zero.
other_fraction = sp.Symbol("y'", positive=True)
road_excess = wall + wall.subs(fraction, other_fraction)
road_excess -= 2 * fraction * (shift + split * sp.cos(2 * direction))
road_excess -= 2 * other_fraction * (shift - split * sp.cos(2 * direction))


def symmetric_loss(
    goal: Matrix, price: Expression, charged: Callable[[Expression], Expression] = lambda _: 1
) -> Expression:
    """Return the loss of the symmetric matrix (c, a, b) for a two by two target.

    ``charged`` says what part of the price of a singular value is charged: all of it if not given.
    """
    size = sp.sqrt(across**2 + along**2)
    values = sp.Abs(half_trace + size), sp.Abs(half_trace - size)
    penalty = sum(charged(value) * value ** (2 / depth) for value in values)
    fit = frobenius_square(goal - symmetric(half_trace, across, along))
    return fit + price * depth * penalty


def line_polynomial(matrix: Matrix, parameter: sp.Symbol, value: Expression) -> Expression:
    """Return det(A A^T - a^2 I) on the line A = M + t [I 0], as a polynomial in t."""
    step = sp.eye(matrix.rows, matrix.cols)
    moved = matrix + parameter * step
    gram = moved * moved.T - value**2 * sp.eye(matrix.rows)
    return sp.expand(gram.det(method="berkowitz"))


# The sizes of the turning and of the mirroring part of a two by two matrix, and by them its
# singular values. For independent standard normal entries the squares of the sizes are independent
# and exponentially distributed, with mean one.
turning, mirroring = sp.symbols("r t", nonnegative=True)
larger, smaller = turning + mirroring, sp.Abs(turning - mirroring)

# The joint density of the two singular values of such a matrix. The density of either near a is
# written with the integral of exp(-y^2/2) from 0 to a; the last line is the share of matrices with
# both within epsilon of a, to leading order.
gaussian_density = (first_value**2 - second_value**2) * sp.exp(
    -(first_value**2 + second_value**2) / 2
)
gauss_integral = sp.Symbol("E", positive=True)
value_density = sp.exp(-(first_value**2) / 2) * (
    (first_value**2 - 1) * (2 * gauss_integral - sp.sqrt(sp.pi / 2))
    + 2 * first_value * sp.exp(-(first_value**2) / 2)
)
half_width = sp.Symbol("epsilon", positive=True)
double_share = sp.Rational(8, 3) * first_value * sp.exp(-(first_value**2)) * half_width**3

# The target m I, of which only the diagonal is seen in full: the other two entries count with the
# weight omega. The matrix [[a, t], [t, a]] has the eigenvalues a + t and a - t.
weight = sp.Symbol("omega", nonnegative=True)
diagonal, hidden = sp.symbols("a t", real=True)
unseen_loss = (
    2 * (target - diagonal) ** 2
    + 2 * weight * hidden**2
    + regularization
    * depth
    * (sp.Abs(diagonal + hidden) ** (2 / depth) + sp.Abs(diagonal - hidden) ** (2 / depth))
)
# With a = t = y/2 the rank is one, and up to a constant and a factor the loss is that of a number.
rank_one_target = 2 * target / (1 + weight)
rank_one_regularization = 2 * regularization / (1 + weight)
rank_one_loss = (1 + weight) / 2 * scalar.reduced_loss.subs(
    {target: rank_one_target, regularization: rank_one_regularization}, simultaneous=True
) + 2 * target**2 * weight / (1 + weight)
