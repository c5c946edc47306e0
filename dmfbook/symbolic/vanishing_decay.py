"""The formulas of the chapter on vanishing decay, in symbolic depth where that is possible.

The loss is ``||M - W_L ... W_1||_F^2 + lambda * sum_l ||W_l||_F^2``, and lambda falls to zero.
"""

from __future__ import annotations

import sympy as sp

from dmfbook.symbolic import depth, gain, regularization, step_size, target
from dmfbook.symbolic.factorization import floor_product, share
from dmfbook.symbolic.hessian_spectrum import data_sum

# One number m > 0. Along its minimizers, of gain s, the regularization and the cost.
regularization_at_gain = gain ** (depth - 2) * (target - gain**depth)
cost_at_gain = depth * gain**2

# The rates at which product and cost leave their limits as lambda grows from zero, in terms of the
# gain s = m^(1/L) of the limit.
product_rate = -(gain ** (2 - depth))
cost_rate = -2 * gain ** (4 - 2 * depth)
# The same for the eigenvalue of a fitted singular value with an idle row or column.
idle_rate = -2 * (depth - 2) / depth

# The eigenvalue 2 A_ab of a pair in the limit. With s_b = 0 it is 2 s_a^(2L-2).
limit_value = 2 * data_sum

# The target diag(4, 1) and factors of depth two whose product it is, for any ratio e^t of the
# second entries: W_1 = diag(2, e^(-t/2)) and W_2 = diag(2, e^(t/2)).
chosen_target = sp.diag(4, 1)
chosen_factors = (sp.diag(2, sp.exp(-share / 2)), sp.diag(2, sp.exp(share / 2)))
chosen_sharpness = 2 * (sp.Max(4, sp.exp(-share)) + sp.Max(4, sp.exp(share)))
chosen_cost = 8 + 2 * sp.cosh(share)
flat_share = 2 * sp.log(2)
# With decay: the least loss among all factors diag(a, b), diag(a, c) with c / b = e^t.
_small_product = sp.Max(floor_product.subs(target, 1), 0)
chosen_floor = 16 - (4 - regularization) ** 2 + 1 - _small_product**2

# Two numbers u v with the target m: one step of gradient descent, and what it makes of the
# imbalance v^2 - u^2. The excess is the product less m.
factors_of_two = first_factor, second_factor = sp.symbols("u v", real=True)
excess = first_factor * second_factor - target
descent_step = (
    first_factor - 2 * step_size * (excess * second_factor + regularization * first_factor),
    second_factor - 2 * step_size * (excess * first_factor + regularization * second_factor),
)
imbalance = second_factor**2 - first_factor**2
imbalance_factor = (1 - 2 * step_size * regularization) ** 2 - 4 * step_size**2 * excess**2

# Unequal prices lambda c_l for the factors of two: the limit costs c_1 u^2 + c_2 v^2.
prices = first_price, second_price = sp.symbols("c_1 c_2", positive=True)
