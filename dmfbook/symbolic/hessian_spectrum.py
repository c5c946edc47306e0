"""The formulas of the chapter on the Hessian spectrum, in symbolic depth.

The loss is ``||M - W_L ... W_1||_F^2 + lambda * sum_l ||W_l||_F^2``. At a critical point whose
end-to-end matrix has rank r, the gains s_a = x_a^(1/L) belong to the fitted singular values a <= r.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from dmfbook.symbolic import depth, gain, regularization, target
from dmfbook.symbolic.scalar_uniqueness import critical_target

# s_a and s_b, the gains of two fitted singular values, and their quotient t = s_b / s_a.
large_gain, small_gain = sp.symbols("s_a s_b", positive=True)
gain_ratio = sp.Symbol("t", positive=True)
# l, the number of a layer.
layer = sp.Symbol("l", positive=True)
# m_b, a singular value of the target that is not fitted.
unfitted_target = sp.Symbol("m_b", nonnegative=True, real=True)

# The targets m_a and m_b for which the gains are critical.
large_target = critical_target.subs(gain, large_gain)
small_target = critical_target.subs(gain, small_gain)

# One number. The Hessian at equal positive factors is the first entry on the diagonal and the
# second off it; its eigenvalues are 4 lambda, L - 1 times, and the simple one.
diagonal_entry = 2 * gain ** (2 * depth - 2) + 2 * regularization
mixed_entry = 2 * gain ** (2 * depth - 2) - 2 * regularization
balancing_value = 4 * regularization
simple_value = 2 * depth * gain ** (2 * depth - 2) - 2 * (depth - 2) * regularization
# The rate at which the simple one leaves its limit as lambda grows from zero, whatever the target.
vanishing_rate = -(6 * depth - 8)

# The loss as a function of two of the factors, while the product of all others stays s^(L-2).
_first, _second = sp.symbols("w_1 w_2", real=True)
two_factors = (_first, _second)
two_factor_loss = (target - _first * _second * gain ** (depth - 2)) ** 2 + regularization * (
    _first**2 + _second**2
)

# The two sums of a pair of fitted singular values: what the data term and the residual contribute.
data_sum = (large_gain ** (2 * depth) - small_gain ** (2 * depth)) / (large_gain**2 - small_gain**2)
residual_sum = (large_gain ** (2 * depth - 2) - small_gain ** (2 * depth - 2)) / (
    (large_gain * small_gain) ** (depth - 2) * (large_gain**2 - small_gain**2)
)

# The eigenvalues of a pair of fitted singular values.
pair_symmetric = (
    2
    * (large_gain**depth + small_gain**depth)
    * (large_target - small_target)
    / (large_gain**2 - small_gain**2)
)
pair_antisymmetric = (
    2
    * (large_gain**depth - small_gain**depth)
    * (large_target + small_target)
    / (large_gain**2 - small_gain**2)
)

# The same with tau = log(s_a / s_b), in the form that stays accurate for close singular values.
log_ratio = sp.Symbol("tau", positive=True)
_mean_power = (large_gain * small_gain) ** (depth - 1)
stable_data_sum = _mean_power * sp.sinh(depth * log_ratio) / sp.sinh(log_ratio)
stable_residual_sum = sp.sinh((depth - 1) * log_ratio) / sp.sinh(log_ratio)

# The eigenvalues of a fitted and an unfitted singular value, and those of excess rows or columns.
unfitted_symmetric = 2 * gain ** (depth - 2) * (critical_target - unfitted_target)
unfitted_antisymmetric = 2 * gain ** (depth - 2) * (critical_target + unfitted_target)
excess_value = 2 * gain ** (depth - 2) * critical_target

# Dimensions. The rank, the outer widths, the sum of the hidden widths, the number of parameters.
rank, input_width, output_width = sp.symbols("r d_0 d_L", positive=True)
hidden_width = sp.Symbol("d", positive=True)
hidden_total, parameters = sp.symbols("h N", positive=True)
# Of one hidden layer: rotations that move the minimizer, and stretches.
rotations = rank * (rank - 1) / 2 + rank * (hidden_width - rank)
stretches = rank * (rank + 1) / 2 + rank * (hidden_width - rank)
# Of all layers: both together, the function space, and the dead parameters.
hidden_moves = 2 * rank * hidden_total - (depth - 1) * rank**2
function_moves = rank * (input_width + output_width - rank)
dead_moves = parameters - rank * (input_width + output_width + 2 * hidden_total) + depth * rank**2

# A loss of one number x = W_2 W_1, with a hidden layer of width two, to check the symmetry on. It
# is no square, and its derivative takes every value.
_entries = sp.symbols("p q u v", real=True)
_product = _entries[0] * _entries[2] + _entries[1] * _entries[3]
sample_parameters = _entries
sample_loss = _product**3 + target * _product
# S, any change of the hidden coordinates, and the direction (S W_1, -W_2 S).
change = sp.Matrix(2, 2, sp.symbols("a b c d", real=True))


def sample_direction(first: sp.Matrix, second: sp.Matrix) -> sp.Matrix:
    """Return a column W_1 and a row W_2 of the sample loss as one vector of parameters."""
    return sp.Matrix([*first, *second])


def canonical_factors(layers: int) -> list[sp.Matrix]:
    """Return the factors diag(s_a, s_b), once for each layer."""
    return [sp.diag(large_gain, small_gain)] * layers


def partly_fitted(layers: int) -> list[sp.Matrix]:
    """Return the factors diag(s_a, 0), once for each layer."""
    return [sp.diag(large_gain, 0)] * layers


def outer_direction(layers: int, row: int, column: int, sign: int) -> list[sp.Matrix]:
    """Return E_ij in the first layer and sign * E_ji in the last."""
    direction = [sp.zeros(2, 2) for _ in range(layers)]
    direction[0][row, column] = 1
    direction[-1][column, row] = sign
    return direction


def pair_direction(layers: int, sign: int) -> list[sp.Matrix]:
    """Return the direction that moves the end-to-end matrix along E_ab + sign * E_ba."""
    powers = [(layers - 1 - k, k) for k in range(layers)]
    return [
        sp.Matrix(
            [
                [0, large_gain**high * small_gain**low],
                [sign * small_gain**high * large_gain**low, 0],
            ]
        )
        for high, low in powers
    ]


def pair_value(layers: int, sign: int) -> sp.Expr:
    """Return the eigenvalue that belongs to `pair_direction`, with both sums written out."""
    data = sum(large_gain ** (2 * k) * small_gain ** (2 * (layers - 1 - k)) for k in range(layers))
    residual = sum((small_gain / large_gain) ** (2 * j - layers) for j in range(1, layers))
    return sp.expand(2 * data + 2 * regularization * (1 - sign * residual))


def data_gradient(factors: Sequence[sp.Matrix], goal: sp.Matrix) -> list[sp.Matrix]:
    """Return the gradient of the loss without its penalty, layer by layer."""
    slopes = []
    for place, factor in enumerate(factors):
        before, after = sp.eye(factors[0].cols), sp.eye(factor.rows)
        for other in factors[:place]:
            before = other * before
        for other in factors[place + 1 :]:
            after = other * after
        residual = goal - after * factor * before
        slopes.append(-2 * after.T * residual * before.T)
    return slopes


def hessian_product(
    factors: Sequence[sp.Matrix], goal: sp.Matrix, direction: Sequence[sp.Matrix]
) -> list[sp.Matrix]:
    """Return the Hessian of the loss times a direction, layer by layer, from the gradient."""
    step = sp.Symbol("epsilon", real=True)
    moved = [factor + step * part for factor, part in zip(factors, direction, strict=True)]
    slopes = zip(data_gradient(moved, goal), moved, strict=True)
    return [
        (slope + 2 * regularization * factor).diff(step).subs(step, 0) for slope, factor in slopes
    ]


def pairing(one: Sequence[sp.Matrix], other: Sequence[sp.Matrix]) -> sp.Expr:
    """Return the inner product of two directions."""
    return sum(
        (a * b for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True)),
        start=sp.Integer(0),
    )


def any_direction(layers: int) -> list[sp.Matrix]:
    """Return a direction of 2 x 2 matrices with symbols for entries."""
    return [
        sp.Matrix(2, 2, lambda i, j, k=k: sp.Symbol(f"z_{k}{i}{j}", real=True))
        for k in range(1, layers + 1)
    ]


# Three layers of 2 x 2 matrices for a diagonal target: the canonical minimizer, its two hidden
# layers rotated by the angles theta_1 and theta_2, and the first of them stretched by tau.
first_turn, second_turn, stretch = sp.symbols("theta_1 theta_2 tau", real=True)


def _turn(angle: sp.Symbol) -> sp.Matrix:
    return sp.Matrix([[sp.cos(angle), -sp.sin(angle)], [sp.sin(angle), sp.cos(angle)]])


_gains = sp.diag(large_gain, small_gain)
_stretching = sp.diag(sp.exp(stretch), sp.exp(-stretch))
turned_factors = (
    _turn(first_turn) * _stretching * _gains,
    _turn(second_turn) * _gains * _stretching.inv() * _turn(first_turn).T,
    _gains * _turn(second_turn).T,
)
