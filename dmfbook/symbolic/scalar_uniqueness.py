"""The formulas of the chapter on scalar uniqueness, in symbolic depth.

The problem is to minimize ``(m - w_1 ... w_L)^2 + lambda * (w_1^2 + ... + w_L^2)``.
"""

from __future__ import annotations

import sympy as sp

from dmfbook.symbolic import depth, end_to_end, gain, regularization, step_size, target

_size = sp.Abs(end_to_end)

# The cheapest loss among all factors whose product is x.
reduced_loss = (target - end_to_end) ** 2 + regularization * depth * _size ** (2 / depth)

# Half the derivative of the reduced loss, for x other than 0.
reduced_slope = (
    end_to_end - target + regularization * sp.sign(end_to_end) * _size ** (2 / depth - 1)
)

# The positive target for which x = s^L is a critical point of the reduced loss.
critical_target = gain**depth + regularization * gain ** (2 - depth)

# At depth two: the minimizer, the soft threshold.
soft_threshold = sp.sign(target) * sp.Max(sp.Abs(target) - regularization, 0)

# At a positive critical point x of the reduced loss: its loss less the loss of zero.
excess_loss = end_to_end * ((depth - 2) * target - (depth - 1) * end_to_end)

# From depth three on. The gain and the product of the nonzero minimizer that ties with zero.
tie_gain = (regularization * (depth - 2)) ** (1 / (2 * depth - 2))
tie_point = (regularization * (depth - 2)) ** (depth / (2 * depth - 2))

# The target at which the two tie, and the fraction of it that the nonzero minimizer keeps.
uniqueness_threshold = (depth - 1) / (depth - 2) * tie_point
jump_ratio = (depth - 2) / (depth - 1)

# The same threshold with (L-2)/(L-2)^a written as one power. It makes sense at depth two as well,
# where it is the soft threshold lambda: zero wins below, and above it does not.
winning_threshold = (
    (depth - 1)
    * (depth - 2) ** (-(depth - 2) / (2 * depth - 2))
    * regularization ** (depth / (2 * depth - 2))
)

# The gain and the target at which the first nonzero critical point appears.
tangent_gain = (regularization * (depth - 2) / depth) ** (1 / (2 * depth - 2))
tangent_ratio = ((depth - 2) / depth) ** (depth / (2 * depth - 2)) + ((depth - 2) / depth) ** (
    -(depth - 2) / (2 * depth - 2)
)
tangent_threshold = tangent_ratio * regularization ** (depth / (2 * depth - 2))

# The regularization at which zero starts to win, and the one above which zero is the only
# critical point, for a given target.
collapse_threshold = (
    sp.Abs(target) ** (2 - 2 / depth)
    * (depth - 2) ** (1 - 2 / depth)
    / (depth - 1) ** (2 - 2 / depth)
)
tangent_regularization = (sp.Abs(target) / tangent_ratio) ** (2 - 2 / depth)

# The problem without units: kappa replaces lambda, and y = x / m.
relative_regularization = regularization * sp.Abs(target) ** (2 / depth - 2)
kappa = sp.Symbol("kappa", positive=True)
kept_fraction = sp.Symbol("y", positive=True)
relative_slope = kept_fraction + kappa * kept_fraction ** (2 / depth - 1) - 1

# Its solution where two solutions meet, at the largest kappa that has one.
tangent_fraction = (depth - 2) / (2 * depth - 2)

# The same equation for the shrinkage z = 1 - y, and Newton's step for it.
shrinkage = sp.Symbol("z", real=True)
shrinkage_equation = shrinkage - kappa * (1 - shrinkage) ** (2 / depth - 1)
shrinkage_newton_step = shrinkage - shrinkage_equation / sp.diff(shrinkage_equation, shrinkage)

# Two coordinates of the loss itself: u = w_1 and v = w_2 = ... = w_L. Gradient descent from such
# a point stays on such points, and one step of it is given here.
first_factor = sp.Symbol("u", real=True)
other_factors = sp.Symbol("v", real=True)
loss = (target - first_factor * other_factors ** (depth - 1)) ** 2 + regularization * (
    first_factor**2 + (depth - 1) * other_factors**2
)
_residual = target - first_factor * other_factors ** (depth - 1)
descent_step = (
    first_factor
    - step_size * 2 * (regularization * first_factor - _residual * other_factors ** (depth - 1)),
    other_factors
    - step_size
    * 2
    * (regularization * other_factors - _residual * first_factor * other_factors ** (depth - 2)),
)
