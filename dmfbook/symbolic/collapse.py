"""The formulas of the chapter on collapse: thresholds, critical points, and what surrounds zero.

The loss is ``||M - W_L ... W_1||_F^2 + lambda * sum_l ||W_l||_F^2``. At a critical point each
singular value m of the target is sent to zero or to ``x = s^L`` with ``s^L + lambda s^(2-L) = m``.
"""

from __future__ import annotations

import sympy as sp

from dmfbook.symbolic import depth, gain, regularization, step_size, target
from dmfbook.symbolic import hessian_spectrum as spectrum
from dmfbook.symbolic import scalar_uniqueness as scalar

# The singular value m of the target, here positive.
value = sp.Symbol("m", positive=True)

# The regularization for which the gain s is critical for the value m: a curve with both roots on
# it, and what a fitted value loses on it, less what it loses at zero.
matching_regularization = gain ** (depth - 2) * (value - gain**depth)
fitted_excess = gain**2 * ((depth - 2) * regularization - gain ** (2 * depth - 2))
# The gain at which that curve turns, and the regularization there.
turning_gain = (value * scalar.tangent_fraction) ** (1 / depth)
turning_regularization = scalar.tangent_regularization.subs(target, value)
# By what factor the tangent regularization exceeds the collapse threshold, whatever the value is.
strip_ratio = ((depth - 1) / scalar.tangent_ratio) ** (2 - 2 / depth) / (depth - 2) ** (
    1 - 2 / depth
)

# At a double root the reduced loss has neither slope nor curvature; this is its third derivative.
third_derivative = (
    4 * (depth - 1) * (depth - 2) / depth**2 * regularization * gain ** (2 - 3 * depth)
)

# The slope of the loss along the ray through balanced factors of gain s over one singular value,
# which is the inner product of the factors with the gradient there.
ray_loss = (value - gain**depth) ** 2 + depth * regularization * gain**2
ray_slope = 2 * depth * gain**depth * (scalar.critical_target - value)

# How the loss changes when the kept value m_a turns towards a larger one m_b that is left out.
kept_target = spectrum.unfitted_target.func("m_a", positive=True)
angle = sp.Symbol("theta", real=True)
product_kept = sp.Symbol("x", positive=True)
turned_loss = (
    kept_target**2
    + spectrum.unfitted_target**2
    - 2
    * product_kept
    * (kept_target * sp.cos(angle) ** 2 + spectrum.unfitted_target * sp.sin(angle) ** 2)
    + product_kept**2
)

# Three layers of 2 x 2 matrices with W_3 = W_1^T and W_2 symmetric, a diagonal target: gradient
# descent keeps this form. The entries of W_1, of W_2 on and above the diagonal, and one step.
first_entries = sp.symbols("a b c d", real=True)
middle_entries = sp.symbols("p q r", real=True)
large_value, small_value = sp.symbols("m_1 m_2", positive=True)
_first = sp.Matrix(2, 2, first_entries)
_middle = sp.Matrix(
    [[middle_entries[0], middle_entries[1]], [middle_entries[1], middle_entries[2]]]
)
three_factors = (_first, _middle, _first.T)
three_product = _first.T * _middle * _first
# The residual's entries as symbols of their own: (1, 1), (1, 2) and (2, 2).
residual_entries = sp.symbols("R_1 R_2 R_3", real=True)
_residual = sp.Matrix(
    [[residual_entries[0], residual_entries[1]], [residual_entries[1], residual_entries[2]]]
)
three_residual = sp.diag(large_value, small_value) - three_product
_slopes = (
    -2 * _middle * _first * _residual + 2 * regularization * _first,
    -2 * _first * _residual * _first.T + 2 * regularization * _middle,
)
descent_step = (
    *(entry - step_size * slope for entry, slope in zip(first_entries, _slopes[0], strict=True)),
    *(
        entry - step_size * slope
        for entry, slope in zip(
            middle_entries, (_slopes[1][0, 0], _slopes[1][0, 1], _slopes[1][1, 1]), strict=True
        )
    ),
)
