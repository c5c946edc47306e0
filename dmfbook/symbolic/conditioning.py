"""The formulas of the chapter on conditioning: curvatures across a valley, rates, perfect minima.

Curvatures are eigenvalues of the Hessian, ``lowest`` and ``highest`` the extreme positive ones. In
the second half there is no decay and the largest singular value of the target is one; the squares
``A_l`` and ``B_l`` of partial products are then numbers, one for each singular value.
"""

from __future__ import annotations

import sympy as sp

from dmfbook.symbolic import depth, gain, regularization, step_size
from dmfbook.symbolic.scalar_uniqueness import critical_target

# mu and nu, any curvature h between them, and kappa = nu / mu.
lowest, highest, curvature = sp.symbols("mu nu h", positive=True)
condition = highest / lowest

# Gradient descent: the best step, and what it makes of both ends.
best_step = 2 / (lowest + highest)
best_rate = (highest - lowest) / (highest + lowest)
rate_at = sp.Max(sp.Abs(1 - step_size * lowest), sp.Abs(1 - step_size * highest))

# Heavy ball with the step alpha and the momentum beta: a curvature h multiplies by the roots of a
# polynomial in z. The best choice, and its rate rho.
momentum_step, momentum, root = sp.symbols("alpha beta z", real=True)
momentum_polynomial = root**2 - (1 + momentum - momentum_step * curvature) * root + momentum
_low, _high = sp.sqrt(lowest), sp.sqrt(highest)
best_momentum_step = 4 / (_low + _high) ** 2
best_momentum_rate = (_high - _low) / (_high + _low)
best_momentum = best_momentum_rate**2

# A pair of fitted singular values. The symmetric eigenvalue is (x_a + x_b) times a mean of
# m'(s) / s, which rises with the gain s; at a single gain it is the own eigenvalue.
slope_over_gain = sp.diff(critical_target, gain) / gain
slope_of_that = (
    (depth - 2) * depth * gain ** (depth - 3) * (1 + regularization * gain ** (2 - 2 * depth))
)
unfitted_sum = 2 * gain ** (depth - 2) * critical_target

# Depth two without decay: the diagonal factors W_2 = c I and W_1 = M / c.
scale = sp.Symbol("c", positive=True)
value = sp.Symbol("sigma", positive=True)
scaled_value = 2 * (scale**2 + value**2 / scale**2)
# At any depth: W_2, ..., W_L are c times isometries, and W_1 = M / c^(L-1).
scaled_deep_value = 2 * (scale ** (2 * depth - 2) + (depth - 1) * value**2 / scale**2)
# Two singular values, sigma_1 = 3 and 1, with the gains a and b of the last layer.
first_gain, second_gain = sp.symbols("a b", positive=True)
two_by_two = [
    (first_gain if i == 0 else second_gain) ** 2 + (9 / first_gain**2, 1 / second_gain**2)[j]
    for i in range(2)
    for j in range(2)
]

# Perfect minima. A target of rank one beside its completion at depth L.
completion = sp.sqrt((depth - 1) * (1 - value**2))

# Depth three: x = |W_3|^2 = |W_1|^2 off the path, with x^3 - 3x + 2 sigma^2 = 0.
outer, other_outer = sp.symbols("x_i x_j", positive=True)
outer_cubic = outer**3 - 3 * outer + 2 * value**2
outer_solution = 2 * sp.cos(sp.acos(-(value**2)) / 3)
inner = (3 - outer**2) / 2
three_deep = 3 - (outer - other_outer) ** 2 / 2
three_condition = 6 / (6 - (outer - 1) ** 2)
three_bound = 3 / (1 + sp.sqrt(3))

# Depth four: A_2 = 1 + p, A_3 = 1 + c p, A_1 = 1 - (1 + c) p and the two equations of which p, c
# and sigma are the solutions; without sigma, the first is a quadratic with the root zero.
share, part = sp.symbols("c p", real=True)
four_squares = [1 - (1 + share) * part, 1 + part, 1 + share * part]
four_first = 1 / four_squares[0] + share / four_squares[1]
four_second = 1 / four_squares[2] + (1 - share) / four_squares[1]
four_eliminated = 3 - (2 * share**3 + share**2 - 5 * share - 1) * part
four_part = 3 / (2 * share**3 + share**2 - 5 * share - 1)
four_value_square = (
    (share**2 - 4)
    * (share**2 - 1)
    * (4 * share**2 - 1)
    / ((2 * share**3 + share**2 - 5 * share - 1) * (2 * share**3 - share**2 - 5 * share + 1))
)

# Depth five and more: A = (1, 1 + t, 1, 1 - t, 1, ..., 1), B_(l+1) = sigma^2 / A_l.
turn = sp.Symbol("t", nonnegative=True)
deep_turn_square = (depth - 1) * (1 - value**2) / (depth - 1 - (depth - 3) * value**2)
deep_sum = 1 + (depth - 3) * value**2 + value**2 / (1 + turn) + value**2 / (1 - turn)
