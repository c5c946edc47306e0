"""The library computes the formulas of the chapter on the trace."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import sympy as sp

from dmfbook import (
    gradient_noise_excess,
    hessian_trace,
    minimizer_factors,
    noise_excess,
    scalar_minimizer,
    target_noise_excess,
    trace_bounds,
)
from dmfbook.reference import dense_hessian
from dmfbook.symbolic import depth, gain, regularization, step_size, target
from dmfbook.symbolic import hessian_spectrum as spectrum
from dmfbook.symbolic import hessian_trace as formula

WEIGHT = 0.05


@pytest.mark.item("P2-15")
@pytest.mark.parametrize("layers", [2, 3, 4, 6])
def test_the_trace_and_its_bounds(layers: int) -> None:
    widths = (3, *[4] * (layers - 1), 5)
    targets = np.array([2.0, 1.5, 1.1])
    found = trace_bounds(np.diag(targets, 0)[[0, 1, 2, 2, 2]] * np.eye(5, 3), widths, WEIGHT)
    gains = scalar_minimizer(targets, layers, WEIGHT) ** (1 / layers)
    count = sum(a * b for a, b in pairwise(widths))
    at = {
        depth: layers,
        regularization: WEIGHT,
        spectrum.input_width: 3,
        spectrum.output_width: 5,
        spectrum.parameters: count,
        **dict(zip(formula.gains, gains, strict=True)),
    }
    assert found.trace == pytest.approx(float(formula.exact_trace(layers).subs(at)), rel=1e-12)
    assert found.norm_bound == pytest.approx(float(formula.norm_bound.subs(at)), rel=1e-12)
    assert found.sharp_bound == pytest.approx(float(formula.sharp_bound.subs(at)), rel=1e-12)


@pytest.mark.parametrize("layers", [2, 3, 5])
def test_the_trace_in_the_plane(layers: int) -> None:
    at = {formula.first_factor: 0.7, formula.other_factors: -1.3}
    at |= {depth: layers, regularization: WEIGHT}
    factors = [[[0.7]], *[[[-1.3]]] * (layers - 1)]
    assert float(formula.plane_trace.subs(at)) == pytest.approx(hessian_trace(factors, WEIGHT))
    dense = np.diag(dense_hessian(factors, [[9.0]], WEIGHT))
    shares = [formula.first_share, *[formula.other_share] * (layers - 1)]
    np.testing.assert_allclose([float(share.subs(at)) for share in shares], dense, rtol=1e-12)


@pytest.mark.parametrize("layers", [2, 3, 5])
@pytest.mark.parametrize("tau", [-0.4, 0.0, 0.7])
def test_the_stretched_minimizer(layers: int, tau: float) -> None:
    widths = (4, *[1] * (layers - 1), 3)
    x = np.outer([1.0, 2.0, 2.0], [1.0, 1.0, 1.0, 1.0]) / 6 * 1.7
    factors = balanced(x, widths)
    factors[0], factors[1] = np.exp(tau) * factors[0], np.exp(-tau) * factors[1]
    at = {gain: 1.7 ** (1 / layers), formula.stretch: tau, depth: layers}
    at |= {spectrum.input_width: 4, spectrum.output_width: 3, regularization: WEIGHT}
    assert float(formula.stretched_data.subs(at)) == pytest.approx(hessian_trace(factors))
    rise = WEIGHT * sum(np.sum(w**2) for w in factors)
    rise -= WEIGHT * layers * 1.7 ** (2 / layers)
    assert float(formula.stretch_price.subs(at)) == pytest.approx(rise, rel=1e-9, abs=1e-14)
    flattest = sp.diff(formula.stretched_data, formula.stretch).subs(
        formula.stretch, formula.flattest_stretch
    )
    assert abs(float(flattest.subs(at))) < 1e-12


def balanced(x: np.ndarray, widths: tuple[int, ...]) -> list[np.ndarray]:
    from dmfbook import balanced_factors

    return balanced_factors(x, widths, rng=2)


def test_noise_in_one_direction_and_in_two_numbers() -> None:
    at = {step_size: 0.1, formula.noise: 0.3, formula.curvature: 1.7}
    found = noise_excess([1.7], 0.1, 0.3)
    assert float(formula.direction_excess.subs(at)) == pytest.approx(found, rel=1e-14)
    variance = float(formula.settled_variance.subs(at))
    assert 1.7 * variance / 2 == pytest.approx(found, rel=1e-14)
    at |= {target: 1.5, regularization: 0.25}
    arguments = [[1.5]], (1, 1, 1), 0.25, 0.1, 0.3
    for expression, predict in (
        (formula.gradient_excess, gradient_noise_excess),
        (formula.target_excess, target_noise_excess),
    ):
        assert float(expression.subs(at)) == pytest.approx(predict(*arguments), rel=1e-13)


def test_the_change_of_the_product() -> None:
    rng = np.random.default_rng(3)
    factors = minimizer_factors(rng.normal(size=(2, 3)), (3, 2, 2), 0.1)
    moves = [rng.normal(size=factor.shape) for factor in factors]
    found = formula.first_change(*(list(map(sp.Matrix, part)) for part in (factors, moves)))
    expected = factors[1] @ moves[0] + moves[1] @ factors[0]
    np.testing.assert_allclose(np.array(found, dtype=float), expected, rtol=1e-12)
