"""The formulas of the chapter on sharpness at minima of loss zero.

The loss is ``||M - W_L ... W_1||_F^2``, without regularization. Where the depth cannot be a symbol,
functions build the matrices of one explicit depth from matrices of symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import sympy as sp

from dmfbook.symbolic import depth, gain, step_size, target

# One number m = s^L. One factor is gamma s, and the others share what is left equally.
scale = sp.Symbol("gamma", positive=True)
scaled_factor = scale * gain
other_factor = scale ** (-1 / (depth - 1)) * gain
# The square of what the other factors multiply to: the part of each factor in the sharpness.
scaled_part = (gain**depth / scaled_factor) ** 2
other_part = (gain**depth / other_factor) ** 2
rescaled_sharpness = 2 * (scaled_part + (depth - 1) * other_part)
balanced_sharpness = 2 * depth * gain ** (2 * depth - 2)

# The loss along the sharpest direction, at distance t, and the parabola that sharpness describes.
distance = sp.Symbol("t", real=True)
_length = sp.sqrt(scaled_part + (depth - 1) * other_part)
product_along_sharpest = (scaled_factor + distance * sp.sqrt(scaled_part) / _length) * (
    other_factor + distance * sp.sqrt(other_part) / _length
) ** (depth - 1)
loss_along_sharpest = (gain**depth - product_along_sharpest) ** 2
parabola = rescaled_sharpness / 2 * distance**2

# Two factors u v = m of one number, and gradient descent in the displacement (x, y) from them. The
# excess is the product less m.
factors_of_two = first_factor, second_factor = sp.symbols("u v", real=True)
displacement = sp.symbols("x y", real=True)
_x, _y = displacement
displaced_excess = first_factor * _y + second_factor * _x + _x * _y
displaced_step = (
    _x - step_size * 2 * displaced_excess * (second_factor + _y),
    _y - step_size * 2 * displaced_excess * (first_factor + _x),
)
pair_sharpness = 2 * (first_factor**2 + second_factor**2)

# c = eta lambda_max / 2, the step size in units of the edge, and the factor by which one step
# multiplies the displacement along the sharpest direction.
edge_ratio = sp.Symbol("c", positive=True)
sharpness = sp.Symbol("lambda_max", positive=True)
amplification = 1 - 2 * edge_ratio

# An eigenvalue mu of the Hessian makes 1 - eta mu of a step: in [-1, 1] where this is not negative.
curvature = sp.Symbol("mu", nonnegative=True)
step_margin = 1 - (1 - step_size * curvature) ** 2

# Two numbers anywhere, also where the loss is not zero, and the unit direction at an angle. The
# second derivative along it is a square and a term of the residual, and its mean over all angles
# and the two parts of its swing give the eigenvalues of the Hessian.
two_numbers = _one, _two = sp.symbols("w_1 w_2", real=True)
bearing = sp.Symbol("theta", real=True)
heading = (sp.cos(bearing), sp.sin(bearing))
pair_residual = target - _two * _one
pair_square = 2 * (_two * heading[0] + _one * heading[1]) ** 2
pair_mixed = -4 * pair_residual * heading[0] * heading[1]
pair_mean = _one**2 + _two**2
_even, _odd = _two**2 - _one**2, 2 * (2 * _one * _two - target)
pair_lean = _even * sp.cos(2 * bearing) + _odd * sp.sin(2 * bearing)
pair_across = _even * sp.sin(2 * bearing) - _odd * sp.cos(2 * bearing)
pair_swing = sp.sqrt(_even**2 + _odd**2)
pair_top = pair_mean + pair_swing
# The smaller eigenvalue is the determinant over the larger one: nothing cancels at loss zero.
pair_determinant = 4 * pair_residual * (3 * _one * _two - target)
sharpest_bearing = sp.atan2(_odd, _even) / 2

# A factorization too narrow for its target diag(1, sigma): widths (2, 1, 2, 2). The last layer has
# an idle gain s, which the product does not use.
missed = sp.Symbol("sigma", nonnegative=True)
idle_gain = sp.Symbol("s", nonnegative=True)
narrow_factors = (
    sp.Matrix([[1, 0]]),
    sp.Matrix([1, 0]),
    sp.diag(1, idle_gain),
)
narrow_target = sp.diag(1, missed)
narrow_root = sp.sqrt(idle_gain**4 + 4 * missed**2 * (1 + idle_gain**2))
narrow_values = (
    sp.Integer(6),
    2 + idle_gain**2 + narrow_root,
    2 + idle_gain**2 - narrow_root,
)
narrow_formula = 2 * sp.Max(3, 1 + idle_gain**2)

# One output, two inputs, two layers: W_1 = (t, 0) and W_2 = 1/t. The inputs have variance 1 + e
# along an angle and 1 - e across it. The sharpness is twice the larger eigenvalue of S^(1/2) K
# S^(1/2), which has the trace and the determinant of the product S K.
imbalance = sp.Symbol("t", positive=True)
eccentricity = sp.Symbol("e", real=True)
angle = sp.Symbol("phi", real=True)
_turn = sp.Matrix([[sp.cos(angle), -sp.sin(angle)], [sp.sin(angle), sp.cos(angle)]])
covariance = _turn * sp.diag(1 + eccentricity, 1 - eccentricity) * _turn.T
network_matrix = sp.diag(imbalance**2 + imbalance**-2, imbalance**-2)
data_trace = 2 * imbalance**-2 + imbalance**2 * (1 + eccentricity * sp.cos(2 * angle))
data_determinant = (1 - eccentricity**2) * (1 + imbalance**-4)
data_sharpness = data_trace + sp.sqrt(sp.Max(data_trace**2 - 4 * data_determinant, 0))

Matrices = Sequence[sp.Matrix]


def symbol_factors(widths: Sequence[int], name: str = "w") -> list[sp.Matrix]:
    """Return [W_1, ..., W_L] of the given widths, with a real symbol for each entry."""
    return [
        sp.Matrix(
            rows,
            columns,
            lambda i, j, layer=layer: sp.Symbol(f"{name}_{layer}{i + 1}{j + 1}", real=True),
        )
        for layer, (columns, rows) in enumerate(pairwise(widths), start=1)
    ]


def partial_product(factors: Matrices, start: int, stop: int) -> sp.Matrix:
    """Return W_stop ... W_(start+1), the identity when there is no factor between."""
    product = sp.eye(factors[start].cols if start < len(factors) else factors[-1].rows)
    for factor in factors[start:stop]:
        product = factor * product
    return product


def end_to_end(factors: Matrices) -> sp.Matrix:
    """Return W_L ... W_1."""
    return partial_product(factors, 0, len(factors))


def loss(factors: Matrices, target: sp.Matrix) -> sp.Expr:
    """Return ||M - W_L ... W_1||_F^2."""
    return sum(entry**2 for entry in target - end_to_end(factors))


def first_variation(factors: Matrices, moves: Matrices) -> sp.Matrix:
    """Return the derivative of the end-to-end matrix along the moves (U_1, ..., U_L)."""
    count = len(factors)
    total = sp.zeros(factors[-1].rows, factors[0].cols)
    for k in range(count):
        total += partial_product(factors, k + 1, count) * moves[k] * partial_product(factors, 0, k)
    return total


def second_variation(factors: Matrices, moves: Matrices, target: sp.Matrix) -> sp.Expr:
    """Return the second derivative of the loss along the moves, by the lemma's formula."""
    count = len(factors)
    residual = target - end_to_end(factors)
    total = 2 * sum(entry**2 for entry in first_variation(factors, moves))
    for low in range(count):
        for high in range(low + 1, count):
            crossed = (
                partial_product(factors, high + 1, count)
                * moves[high]
                * partial_product(factors, low + 1, high)
                * moves[low]
                * partial_product(factors, 0, low)
            )
            total -= 4 * sum(residual.multiply_elementwise(crossed))
    return total


def parameters(factors: Matrices) -> list[sp.Expr]:
    """Return all entries of W_1, ..., W_L in this order, each read row by row."""
    return [entry for factor in factors for entry in factor]


def jacobian(factors: Matrices) -> sp.Matrix:
    """Return J: the entries of W_L ... W_1, row by row, differentiated by all parameters."""
    return sp.Matrix(list(end_to_end(factors))).jacobian(parameters(factors))


def kronecker_sum(factors: Matrices) -> sp.Matrix:
    """Return G = sum_l A_l kron B_l, the matrix of Z -> sum_l A_l Z B_l for Z read row by row."""
    count = len(factors)
    total = sp.zeros(factors[-1].rows * factors[0].cols)
    for k in range(count):
        after, before = (
            partial_product(factors, k + 1, count),
            partial_product(factors, 0, k),
        )
        total += sp.kronecker_product(after * after.T, before.T * before)
    return total
