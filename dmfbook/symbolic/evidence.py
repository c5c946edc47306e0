"""The formulas of the chapter on the room that minimizers have, in symbolic depth.

``Z = int exp(-beta F)`` over all parameters, with the loss F of the book. The gains, the
eigenvalues and their sums are those of `dmfbook.symbolic.hessian_spectrum`.
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
# At depth three, with lambda = 1, one input and output and two hidden layers of width d: the same
# odds for equal losses, at or beside the tie. The logarithm, without the spheres S^(d-1), twice.
width = table.hidden_width
_simple = table.simple_value.subs({depth: 3, regularization: 1})
wide_log_odds = (
    (width - 1) * sp.log(precision * gain**2 / sp.pi) - sp.log(2) / 2 - sp.log(_simple) / 2
)

# Depth two, one input and output, hidden width d. All but the size p of the second layer is
# integrated out; what is left, over the loss e^(-beta F) of the minimizers, is to be summed in p.
size = sp.Symbol("p", positive=True)
_inner = regularization + size**2
radial_exponent = regularization * size**2 + regularization * positive_target**2 / _inner
radial_integrand = size ** (width - 1) / sp.sqrt(_inner)
# What multiplies that sum, and what Laplace's method makes of all, without the sphere S^(d-1).
radial_constant = (sp.pi / precision) ** (width / 2) * regularization ** ((1 - width) / 2)
radial_laplace = (
    (2 * sp.pi / precision) ** ((width + 1) / 2)
    * (2 * circle_gain_squared) ** ((width - 1) / 2)
    / sp.sqrt((4 * regularization) ** width * 4 * circle_gain_squared)
)

# The first correction to Laplace's method there, times beta. It comes from t = lambda + p^2, with
# the weight t^(-1/2) e^(-beta (lambda t + lambda m^2 / t)), up to a factor. The logarithm of the
# integral of the weight, with a = beta lambda and b = beta lambda m^2.
decay_rate, pole_rate = sp.symbols("a b", positive=True)
log_weight = sp.log(sp.pi / decay_rate) / 2 - 2 * sp.sqrt(decay_rate * pole_rate)
# The factor (t - lambda)^(d/2 - 1) t^((1 - d_0)/2), whose mean is to be found; d_0 inputs.
inputs = table.input_width
mean_factor = (shifted - regularization) ** (width / 2 - 1) * shifted ** ((1 - inputs) / 2)
_x = circle_gain_squared
first_correction = (
    (width - 2) * (3 - inputs) / _x
    + positive_target * (width - 2) * (width - 4) / (2 * _x**2)
    + (inputs - 1) * (inputs - 3) / (2 * positive_target)
) / (8 * regularization)

# One number, depth L, all hidden widths d: the logarithm of the density of the target, without
# O(1/beta), is -beta times the least loss, and the noise, and the share of the simple eigenvalue,
# and for each hidden layer its room and the logarithm of the volume of the sphere S^(d-1).
least_loss = regularization**2 * gain ** (4 - 2 * depth) + regularization * depth * gain**2
noise = sp.log(precision / sp.pi) / 2
own_share = sp.log(2 * regularization / table.simple_value) / 2
layer_room = (width - 1) / 2 * sp.log(precision * regularization * gain**2 / sp.pi) - sp.log(2) / 2
# One more hidden unit: what each fitted value adds, apart from the quotient of two spheres.
one_more = sp.log(precision * regularization * gain**2 / sp.pi) / 2

# The price of one number at little decay, over lambda, and the depth at which it is least.
price = depth * positive_target ** (2 / depth)
cheapest_depth = 2 * sp.log(positive_target)

# Two numbers by two, all hidden widths d: the same logarithm less -beta times the least loss, with
# two values fitted, or with the first alone. The spheres of a layer are to be added here as well.
_turns = precision * regularization / sp.pi
pair_share = sp.log(2 ** (depth - 1) * regularization**2 / pair_quotient) / 2
two_fitted_layer = (
    (2 * width - 3) / 2 * sp.log(_turns)
    - (2 * width - 1) / 2 * sp.log(2)
    + (width - 2) / 2 * sp.log(4 * table.large_gain**2 * table.small_gain**2)
)
unfitted_share = (
    sp.log(
        regularization**2
        / (gain ** (2 * depth - 4) * (critical_target**2 - table.unfitted_target**2))
    )
    / 2
)
one_fitted_layer = layer_room
two_fitted_volume = (width - 2) / 2 * sp.log(4 * table.large_gain**2 * table.small_gain**2)
one_fitted_volume = (width - 1) / 2 * sp.log(2 * gain**2)
pair_volume = sp.log(gram_determinant) / 2
