"""The chapter's symbolic formulas against each other and against the numerics.

The formulas are evaluated by sympy with 40 digits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

from dmfbook.numerics import scalar_uniqueness
from dmfbook.symbolic import depth, gain, regularization, step_size, target
from dmfbook.symbolic import scalar_uniqueness as formula
from dmfbook.symbolic.checks import check_identity

SETTINGS = [
    (m, L, weight)
    for m in (0.03, 0.9, 2.5, 40.0)
    for L in (2, 3, 4, 7, 30)
    for weight in (0.002, 0.45, 3.0)
]


def exactly(expression: Any, m: float, L: int, weight: float, **more: float) -> float:  # noqa: N803
    values = {target: sp.Rational(m), depth: L, regularization: sp.Rational(weight)}
    values |= {sp.Symbol(name, real=True): sp.Rational(value) for name, value in more.items()}
    return float(expression.subs(values).evalf(40))


@pytest.mark.item("P2-5")
@pytest.mark.parametrize(("m", "L", "weight"), SETTINGS)
def test_numerics_compute_the_formulas(m: float, L: int, weight: float) -> None:  # noqa: N803
    pairs = [
        (scalar_uniqueness.collapse_threshold(m, L), formula.collapse_threshold),
        (scalar_uniqueness.tangent_threshold(L, weight), formula.tangent_threshold),
        (scalar_uniqueness.tangent_regularization(m, L), formula.tangent_regularization),
    ]
    if L == 2:
        pairs.append((scalar_uniqueness.scalar_minimizer(m, L, weight), formula.soft_threshold))
        pairs.append((weight, formula.winning_threshold))
    else:
        pairs.append((scalar_uniqueness.uniqueness_threshold(L, weight), formula.winning_threshold))
        pairs.append(
            (scalar_uniqueness.uniqueness_threshold(L, weight), formula.uniqueness_threshold)
        )
    for computed, expression in pairs:
        np.testing.assert_allclose(computed, exactly(expression, m, L, weight), rtol=1e-14)
    for x in (-1.5, 0.0, 0.75 * m):
        np.testing.assert_allclose(
            scalar_uniqueness.reduced_loss(x, m, L, weight),
            exactly(formula.reduced_loss, m, L, weight, x=x),
            rtol=1e-14,
        )


@pytest.mark.item("P2-5")
@pytest.mark.parametrize(("m", "L", "weight"), SETTINGS)
def test_the_minimizer_solves_the_equations(m: float, L: int, weight: float) -> None:  # noqa: N803
    x = scalar_uniqueness.scalar_minimizer(m, L, weight)
    wins = m > exactly(formula.winning_threshold, m, L, weight)
    assert (x > 0) == wins
    if wins:
        slope = exactly(formula.reduced_slope, m, L, weight, x=x)
        assert abs(slope) < 1e-13 * m
        kappa = exactly(formula.relative_regularization, m, L, weight)
        z = scalar_uniqueness.shrinkage(m, L, weight)
        values = {formula.kappa: kappa, formula.shrinkage: z, depth: L}
        step = float(formula.shrinkage_newton_step.subs(values))
        np.testing.assert_allclose(step, z, rtol=1e-13)
    if L > 2:
        excess = exactly(formula.excess_loss, m, L, weight, x=x)
        assert excess < 0 if wins else excess == 0


def test_the_critical_target_is_met_at_the_gain() -> None:
    x = scalar_uniqueness.scalar_minimizer(2.0, 5, 0.3)
    value = formula.critical_target.subs({gain: x ** (1 / 5), depth: 5, regularization: 0.3})
    np.testing.assert_allclose(float(value), 2.0, rtol=1e-14)


def test_zero_is_a_fixed_point_of_descent() -> None:
    at_zero = {formula.first_factor: 0, formula.other_factors: 0}
    for L in (3, 4, 5):  # noqa: N806
        assert [step.subs({**at_zero, depth: L}) for step in formula.descent_step] == [0, 0]


def test_the_jump_leads_from_zero_to_the_product_at_the_tie() -> None:
    at_the_tie = formula.jump_ratio * formula.uniqueness_threshold
    check_identity(at_the_tie, formula.tie_point)


def test_the_tangent_point_keeps_its_fraction_of_the_target() -> None:
    check_identity(
        formula.tangent_gain**depth, formula.tangent_fraction * formula.tangent_threshold
    )


@pytest.mark.parametrize("m", [-1.7, -0.2, 0.2, 1.7])
def test_the_soft_threshold_keeps_the_sign(m: float) -> None:
    found = float(formula.soft_threshold.subs({target: m, regularization: 0.5}))
    assert found == pytest.approx(scalar_uniqueness.scalar_minimizer(m, 2, 0.5), rel=1e-14)


def test_the_problem_without_units() -> None:
    size, y, z = sp.Symbol("m", positive=True), formula.kept_fraction, formula.shrinkage
    kappa = formula.relative_regularization.subs(target, size)
    slope = formula.reduced_slope.subs({sp.Symbol("x", real=True): y * size, target: size})
    check_identity(slope, size * formula.relative_slope.subs(formula.kappa, kappa))
    check_identity(formula.relative_slope.subs(y, 1 - z), -formula.shrinkage_equation)


def test_newton_s_step_ends_where_the_tangent_is_zero() -> None:
    z, equation = formula.shrinkage, formula.shrinkage_equation
    moved = formula.shrinkage_newton_step - z
    tangent = equation + sp.diff(equation, z) * moved
    check_identity(tangent, 0)


def test_one_step_of_descent_moves_every_factor_against_its_slope() -> None:
    """Of L - 1 equal factors each has its share of the slope of the loss."""
    first, other = formula.first_factor, formula.other_factors
    slopes = sp.diff(formula.loss, first), sp.diff(formula.loss, other) / (depth - 1)
    for stepped, factor, slope in zip(formula.descent_step, (first, other), slopes, strict=True):
        difference = (stepped - factor + step_size * slope).subs(other, gain)
        assert check_identity(difference, 0).startswith("holds for every depth")
