"""The formulas of the chapter on filling in a matrix, in symbolic depth.

A proximal gradient step is a step for every singular value, so most of them are about numbers. The
data term of a number is (m - x)^2, that of a matrix ||A(X) - b||^2.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from dmfbook.symbolic import depth, end_to_end, gain, regularization, step_size, target
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["data_term", "quadratic_bound"]

Expression = Any
Matrix = Any

# The matrix [[1, b], [b, t]], of which all but t is known. Its eigenvalues: center +- radius. For
# t below b^2 the square of the sum of its singular values is given, above it the sum is 1 + t.
entry = sp.Symbol("t", real=True)
neighbor = sp.Symbol("b", positive=True)
completed = sp.Matrix([[1, neighbor], [neighbor, entry]])
rank_one_entry = neighbor**2
center = (1 + entry) / 2
radius = sp.sqrt(((1 - entry) / 2) ** 2 + neighbor**2)
larger = sp.Abs(center) + radius
smaller = sp.Abs(entry - rank_one_entry) / larger
sum_below_squared = (entry - 1) ** 2 + 4 * neighbor**2
# The price of a completion over that of rank one.
relative_price = (larger ** (2 / depth) + smaller ** (2 / depth)) / (1 + rank_one_entry) ** (
    2 / depth
)

# One step for a number: from x along the slope of the data term, and then to the minimizer of the
# reduced loss with the target `moved` and the regularization `step_regularization`.
current = sp.Symbol("x_0", real=True)
moved = current - 2 * step_size * (current - target)
step_regularization = 2 * step_size * regularization

# What a step minimizes: the reduced loss and a square that keeps it near.
bound = scalar.reduced_loss + (1 / (2 * step_size) - 1) * (end_to_end - current) ** 2
_thresholded = scalar.reduced_loss.subs(
    {target: moved, regularization: step_regularization}, simultaneous=True
)
# The same, up to a number that does not depend on x, as the problem of thresholding.
bound_as_thresholding = (_thresholded) / (2 * step_size)
bound_rest = (1 - 2 * step_size) * (current - target) ** 2

# The largest target for which a step from zero rests at zero, and its ratio to the tie.
resting_threshold = scalar.uniqueness_threshold.subs(regularization, step_regularization) / (
    2 * step_size
)
resting_ratio = (2 * step_size) ** (-(depth - 2) / (2 * depth - 2))

# What a nonzero singular value costs at least, where a longest step rests.
least_price = regularization * depth * scalar.tie_point ** (2 / depth)
least_price_at_gain = regularization * depth * gain**2


def data_term(operator: Matrix, matrix: Matrix, data: Matrix) -> Expression:
    """Return ||A x - b||^2 for a matrix x whose rows stand one after the other."""
    error = operator * matrix - data
    return (error.T * error)[0]


def quadratic_bound(operator: Matrix, matrix: Matrix, start: Matrix, data: Matrix) -> Expression:
    """Return the data term's tangent at a start, and the square of the distance over twice eta."""
    slope = 2 * operator.T * (operator * start - data)
    way = matrix - start
    tangent = data_term(operator, start, data) + (slope.T * way)[0]
    return tangent + (way.T * way)[0] / (2 * step_size)
