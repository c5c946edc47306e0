"""The symbolic formulas of the chapter on conditioning, held against the numerical library."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from dmfbook import (
    Conditioning,
    fast_flat_factors,
    hessian_spectrum,
    perfect_factors,
    spectrum_at,
)
from dmfbook.symbolic import conditioning as formula
from dmfbook.symbolic import depth, gain, regularization, step_size
from dmfbook.symbolic import hessian_spectrum as table


@pytest.mark.parametrize(("low", "high"), [(1.0, 9.0), (0.3, 0.31), (1e-3, 40.0)])
def test_rates(low: float, high: float) -> None:
    speed = Conditioning(low, high)
    at = {formula.lowest: low, formula.highest: high}
    pairs = (
        (formula.condition, speed.condition_number),
        (formula.best_step, speed.optimal_step_size),
        (formula.best_rate, speed.rate),
        (formula.best_momentum_step, speed.momentum_step_size),
        (formula.best_momentum, speed.momentum),
        (formula.best_momentum_rate, speed.momentum_rate),
        (formula.rate_at.subs(step_size, 0.1), speed.rate_at(0.1)),
    )
    for claim, found in pairs:
        assert float(claim.subs(at)) == pytest.approx(found, rel=1e-12)
    # Both ends of the spectrum are multiplied by a double root of this size.
    for end in (low, high):
        here = {formula.momentum: speed.momentum, formula.momentum_step: speed.momentum_step_size}
        polynomial = formula.momentum_polynomial.subs({**here, formula.curvature: end})
        roots = np.roots([float(c) for c in sp.Poly(polynomial, formula.root).all_coeffs()])
        np.testing.assert_allclose(abs(roots), speed.momentum_rate, rtol=1e-6)


@pytest.mark.parametrize("layers", [2, 3, 5])
def test_the_symmetric_eigenvalue_is_a_mean(layers: int) -> None:
    """It lies between the own eigenvalues of the two gains."""
    target, price = np.diag([2.0, 1.2]), 0.1
    spectrum = hessian_spectrum(target, (2,) * (layers + 1), price)
    values = dict(zip(spectrum.origins.tolist(), spectrum.values, strict=False))
    own = np.sort(spectrum.values[spectrum.origins == 2])
    assert own[0] < values[3] < own[1]
    slope = sp.lambdify(gain, formula.slope_over_gain.subs({depth: layers, regularization: price}))
    rise = sp.lambdify(gain, formula.slope_of_that.subs({depth: layers, regularization: price}))
    for s in (0.9, 1.3):
        found = table.simple_value.subs({depth: layers, regularization: price, gain: s})
        assert 2 * s**layers * slope(s) == pytest.approx(float(found), rel=1e-12)
        change = (slope(s + 1e-5) - slope(s - 1e-5)) / 2e-5
        assert rise(s) == pytest.approx(change, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("scale", [0.8, 1.7])
@pytest.mark.parametrize("layers", [2, 3, 4])
def test_orthonormal_layers(scale: float, layers: int) -> None:
    values = np.array([3.0, 2.0, 1.0])
    factors = [np.diag(values) / scale ** (layers - 1)] + [scale * np.eye(3)] * (layers - 1)
    at = {depth: layers, formula.scale: scale}
    claims = [float(formula.scaled_deep_value.subs({**at, formula.value: v})) for v in values]
    found = spectrum_at(factors).values
    np.testing.assert_allclose(np.sort(np.repeat(claims, 3)), found, rtol=1e-12)
    if layers == 2:
        claim = formula.scaled_value.subs({**at, formula.value: 2.0})
        assert float(claim) == pytest.approx(claims[1], rel=1e-12)


def test_two_by_two() -> None:
    a, b = 1.3, 0.6
    claims = [
        2 * float(f.subs({formula.first_gain: a, formula.second_gain: b}))
        for f in formula.two_by_two
    ]
    found = spectrum_at([np.diag([3 / a, 1 / b]), np.diag([a, b])]).values
    np.testing.assert_allclose(np.sort(claims), found, rtol=1e-12)


@pytest.mark.parametrize("layers", [2, 3, 6])
def test_completion(layers: int) -> None:
    target = np.diag([1.0, 0.4])
    first = perfect_factors(target, (2, 3, *[2] * (layers - 2), 2))[0]
    share = formula.completion.subs({depth: layers, formula.value: 0.4})
    assert abs(first[2]).max() == pytest.approx(float(share), rel=1e-12)


@pytest.mark.parametrize("small", [0.0, 0.3, 0.9])
def test_depth_three(small: float) -> None:
    outer = float(formula.outer_solution.subs(formula.value, small))
    at = {formula.outer: outer, formula.value: small, formula.other_outer: 1.0}
    assert 1 <= outer <= np.sqrt(3) + 1e-12
    assert float(formula.outer_cubic.subs(at)) == pytest.approx(0, abs=1e-12)
    assert float(formula.inner.subs(at)) == pytest.approx(small**2 / outer, abs=1e-12)
    best = fast_flat_factors(np.diag([1.0, small]), (2,) * 4)
    assert best.proved_best
    assert best.condition_number == pytest.approx(float(formula.three_condition.subs(at)))
    assert best.condition_number <= float(formula.three_bound) + 1e-12
    mixed = float(formula.three_deep.subs(at))
    values = [6, 6, 2 * mixed, 2 * mixed]
    np.testing.assert_allclose(spectrum_at(best.factors).values, np.sort(values), rtol=1e-12)


@pytest.mark.parametrize("share", [2.05, 2.5, 4.0])
def test_depth_four(share: float) -> None:
    part = float(formula.four_part.subs(formula.share, share))
    at = {formula.share: share, formula.part: part}
    size = float(formula.four_value_square.subs(at))
    squares = [float(f.subs(at)) for f in formula.four_squares]
    assert float(formula.four_eliminated.subs(at)) == pytest.approx(0, abs=1e-12)
    assert float(formula.four_first.subs(at)) == pytest.approx((1 + share) / size, rel=1e-12)
    assert float(formula.four_second.subs(at)) == pytest.approx((2 - share) / size, rel=1e-12)
    factors = perfect_factors(np.diag([1.0, np.sqrt(size)]), (2,) * 5)
    after = [np.linalg.norm(np.linalg.multi_dot([*factors[:k:-1], [0, 1]])) for k in (0, 1)]
    after.append(np.linalg.norm(factors[3] @ [0, 1]))
    np.testing.assert_allclose(np.square(after), squares, rtol=1e-9)


@pytest.mark.parametrize("layers", [5, 6, 9])
def test_depth_five_and_more(layers: int) -> None:
    small = 0.4
    at = {depth: layers, formula.value: small}
    turn = float(sp.sqrt(formula.deep_turn_square.subs(at)))
    assert float(formula.deep_sum.subs({**at, formula.turn: turn})) == pytest.approx(layers)
    second = perfect_factors(np.diag([1.0, small]), (2,) * (layers + 1))[1]
    assert second[1, 1] == pytest.approx((1 + turn) ** -0.5, rel=1e-12)
