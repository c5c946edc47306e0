"""The formulas of the chapter on the room that minimizers have, in symbolic depth.

``Z = int exp(-beta F)`` over all parameters, with the loss F of the book. The gains, the eigenvalues
and their sums are those of `dmfbook.symbolic.hessian_spectrum`.
"""

from __future__ import annotations

import sympy as sp

from dmfbook.symbolic import depth, gain, regularization
from dmfbook.symbolic import hessian_spectrum as table
from dmfbook.symbolic.scalar_uniqueness import critical_target

# beta, the precision; the excess epsilon of a near-minimizer.
precision = sp.Symbol("beta", positive=True)
excess = sp.Symbol("epsilon", positive=True)
# N - g, the number of directions across the valley.
across = sp.Symbol("q", positive=True)


def sphere(dimension: sp.Expr | int) -> sp.Expr:
    """Return the volume of the unit sphere of this dimension: two points for zero."""
    half = sp.Rational(1, 2) * (dimension + 1)
    return 2 * sp.pi**half / sp.gamma(half)


# Two vectors u and v in the plane, target m > lambda: the circle u = v of minimizers.
positive_target = sp.Symbol("m", positive=True)
circle_gain_squared = positive_target - regularization
circle_length = 2 * sp.pi * sp.sqrt(2 * circle_gain_squared)
circle_least_loss = 2 * regularization * positive_target - regularization**2
# The integral over v, for u of the squared length t - lambda, and what is left: an integral in t.
shifted = sp.Symbol("t", positive=True)
_exponent = regularization * (shifted - regularization)
_exponent += regularization * positive_target**2 / shifted
circle_integrand = (
    sp.pi**2
    / (precision * sp.sqrt(regularization))
    * sp.exp(-precision * _exponent)
    / sp.sqrt(shifted)
)
# An antiderivative of it in t.
_root, _pole = (
    sp.sqrt(regularization * shifted),
    positive_target * sp.sqrt(regularization / shifted),
)
_left = sp.exp(-2 * precision * regularization * positive_target) * sp.erf(
    sp.sqrt(precision) * (_root - _pole)
)
_right = sp.exp(2 * precision * regularization * positive_target) * sp.erf(
    sp.sqrt(precision) * (_root + _pole)
)
circle_constant = sp.pi ** sp.Rational(5, 2) / (precision ** sp.Rational(3, 2) * regularization)
circle_antiderivative = (
    circle_constant / 2 * sp.exp(precision * regularization**2) * (_left + _right)
)
# The integral at all m and lambda, and what Laplace's method makes of it for m > lambda.
circle_integral = (
    circle_constant
    / 2
    * sp.exp(precision * regularization**2)
    * (
        sp.exp(-2 * precision * regularization * positive_target)
        * sp.erfc(sp.sqrt(precision) * (regularization - positive_target))
        + sp.exp(2 * precision * regularization * positive_target)
        * sp.erfc(sp.sqrt(precision) * (regularization + positive_target))
    )
)
circle_laplace = circle_constant * sp.exp(-precision * circle_least_loss)

# Unit rotations of one fitted pair, layer by layer: entries of their Gram matrix, its determinant.
gram_diagonal = 2 * (table.large_gain**2 + table.small_gain**2)
gram_next = -2 * table.large_gain * table.small_gain
gram_determinant = 2 ** (depth - 1) * table.data_sum
# A rotation of one fitted coordinate with an idle one.
gram_idle = 2 * gain**2

# What a fitted pair adds to the squared volume over the determinant: one quotient.
pair_quotient = (table.large_target**2 - table.small_target**2) / (
    table.large_gain**2 - table.small_gain**2
)
pair_row = 2 ** (depth - 3) / pair_quotient
# Its limit for equal values, where the quotient is a derivative.
equal_quotient = critical_target * table.simple_value / (2 * gain**depth)

# At the tie of one number with all widths one: the odds of the nonzero minimizers against zero.
tie_odds = 2 ** ((depth - 1) / 2) / sp.sqrt((depth - 1) * (depth - 2))

# One number, all hidden widths d: the logarithm of the density of the target, without O(1/beta).
width = table.hidden_width
least_loss = regularization**2 * gain ** (4 - 2 * depth) + regularization * depth * gain**2
layer_room = (width - 1) / 2 * sp.log(precision * regularization * gain**2 / sp.pi) - sp.log(2) / 2
own_share = sp.log(2 * regularization / table.simple_value) / 2
noise = sp.log(precision / sp.pi) / 2
# One more hidden unit: the change of that logarithm for each fitted value, apart from the spheres.
one_more = sp.log(precision * regularization * gain**2 / sp.pi) / 2

# The price of one number at little decay, and the depth at which it is least.
price = depth * positive_target ** (2 / depth)
cheapest_depth = 2 * sp.log(positive_target)
