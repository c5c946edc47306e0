"""The formulas of the chapter on flat minima: of all minima of loss zero, those of least sharpness.

The gain is s = sigma_1(M)^(1/L), the share of every layer in the largest singular value of the
target. Partial products have the lengths ``a_l = |W_(L:l+1)^T u|`` and ``b_l = |W_(l-1:1) v|``
along the top singular vectors u and v of the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import sympy as sp

from dmfbook.symbolic import depth, gain
from dmfbook.symbolic.sharpness import Matrices, partial_product

# The least sharpness. A layer l between 1 and L, and the lengths at a coupled path.
least_sharpness = 2 * depth * gain ** (2 * depth - 2)
layer = sp.Symbol("l", positive=True)
after_length = gain ** (depth - layer)
before_length = gain ** (layer - 1)

# Of two numbers, the mean is above the root of the product by half a square; of L numbers e^t, by
# the sum of these surpluses, none of which is negative.
exponent = sp.Symbol("t", real=True)
surplus = sp.exp(exponent) - 1 - exponent

# One input, two hidden units, one output: two arrows at an angle phi, their product kept at m. The
# ratio t makes one longer and the other shorter.
between = sp.Symbol("phi", real=True)
ratio = sp.Symbol("t", positive=True)
product = sp.Symbol("m", positive=True)
arrow = sp.sqrt(product / sp.cos(between))
first_arrow = sp.Matrix([ratio * arrow, 0])
last_arrow = sp.Matrix([[arrow / ratio * sp.cos(between), arrow / ratio * sp.sin(between)]])
arrows_sharpness = 2 * product / sp.cos(between) * (ratio**2 + ratio**-2)

# Depth three, in units of s: diag(1, a), diag(1, c), diag(1, b), with the product diag(1, p). The
# four corners of the Kronecker sum, of which the first is the path.
first_gain, last_gain = sp.symbols("a b", positive=True)
second_value = sp.Symbol("p", nonnegative=True)
middle_gain = second_value / (first_gain * last_gain)
two_path_factors = (
    sp.diag(1, first_gain),
    sp.diag(1, middle_gain),
    sp.diag(1, last_gain),
)
path_corner = sp.Integer(3)
input_corner = 1 + first_gain**2 + second_value**2 / last_gain**2
output_corner = 1 + last_gain**2 + second_value**2 / first_gain**2
inner_corner = (
    first_gain**2 * last_gain**2 + second_value**2 / first_gain**2 + second_value**2 / last_gain**2
)
off_path = sp.Max(input_corner, output_corner, inner_corner)
two_path_sharpness = 2 * sp.Max(path_corner, off_path)
# The largest ||W_(L:l+1)|| ||W_(l-1:1)||; the sufficient condition holds where it is one.
norm_share = sp.Max(
    1,
    first_gain,
    last_gain,
    first_gain * last_gain,
    second_value / first_gain,
    second_value / last_gain,
)

# Depth two, the target diag(4, 1): the second path has the gains 1/beta and beta, and a shear of
# size h of the hidden plane goes into one layer and out of the other.
gain_beta = sp.Symbol("beta", positive=True)
shear = sp.Symbol("h", real=True)
_shear = sp.Matrix([[1, shear], [0, 1]])
sheared_factors = (
    _shear * sp.diag(2, 1 / gain_beta),
    sp.diag(2, gain_beta) * _shear.inv(),
)


def _top_square(larger: sp.Expr, smaller: sp.Expr, leak: sp.Expr) -> sp.Expr:
    """Return the larger root of a trace, and of a discriminant written as a sum of squares."""
    return (larger + smaller + sp.sqrt((larger - smaller) ** 2 + leak)) / 2


first_square = _top_square(
    sp.Integer(4), (1 + shear**2) / gain_beta**2, 16 * shear**2 / gain_beta**2
)
last_square = _top_square(4 + 4 * shear**2, gain_beta**2, 16 * shear**2 * gain_beta**2)
sheared_sharpness = 2 * (first_square + last_square)

# Depth two, W_1 = S^(1/2) V^T / c and W_2 = c U S^(1/2), with the dial tau = log c. Both measures,
# each in units of its least value, are one curve, and the second is moved.
dial = sp.Symbol("tau", real=True)
inputs, outputs = sp.symbols("d_0 d_2", positive=True)
top, nuclear = sp.symbols("sigma_1 nu", positive=True)
dial_sharpness = 2 * top * (sp.exp(2 * dial) + sp.exp(-2 * dial))
dial_trace = 2 * nuclear * (inputs * sp.exp(2 * dial) + outputs * sp.exp(-2 * dial))
least_trace = 4 * sp.sqrt(inputs * outputs) * nuclear
least_trace_dial = sp.log(outputs / inputs) / 4
sharpness_share = sp.cosh(2 * dial)
trace_share = sp.cosh(2 * (dial - least_trace_dial))
price_of_both = (sp.sqrt(outputs / inputs) + sp.sqrt(inputs / outputs)) / 2


def minimizer_dimension(widths: Sequence[sp.Expr]) -> sp.Expr:
    """Return the dimension of the minima of loss zero, for a target of full rank."""
    total = sum(a * b for a, b in pairwise(widths))
    return total - widths[0] * widths[-1]


def coupled_dimension(widths: Sequence[sp.Expr]) -> sp.Expr:
    """Return the dimension of the coupled ones: hidden unit vectors, and smaller factors."""
    spheres = sum(width - 1 for width in widths[1:-1])
    return spheres + minimizer_dimension([width - 1 for width in widths])


def path_squares(
    factors: Matrices, right: sp.Matrix, left: sp.Matrix
) -> list[tuple[sp.Expr, sp.Expr]]:
    """Return the squares of a_l and b_l for l = 1, ..., L, along two vectors."""
    count = len(factors)
    pairs = []
    for k in range(count):
        after = partial_product(factors, k + 1, count).T * left
        before = partial_product(factors, 0, k) * right
        pairs.append((after.dot(after), before.dot(before)))
    return pairs


def pairings(factors: Matrices, right: sp.Matrix, left: sp.Matrix) -> list[sp.Expr]:
    """Return the inner products of W_(L:l+1)^T u and W_(l:1) v for l = 0, ..., L."""
    count = len(factors)
    return [
        (partial_product(factors, k, count).T * left).dot(partial_product(factors, 0, k) * right)
        for k in range(count + 1)
    ]


def four_corners(rests: Matrices, corners: Sequence[sp.Matrix]) -> list[sp.Expr]:
    """Return what each corner of Z gives to <Z, G(Z)>, for factors diag(1, V_l).

    The corners are a number, the row and the column beside it, and the matrix of the rest.
    """
    count = len(rests)
    number, row, column, inner = corners
    totals = [count * number[0] ** 2, 0, 0, 0]
    for k in range(count):
        after, before = partial_product(rests, k + 1, count), partial_product(rests, 0, k)
        parts = row * before.T, after.T * column, after.T * inner * before.T
        for place, part in enumerate(parts, start=1):
            totals[place] += sum(entry**2 for entry in part)
    return totals
