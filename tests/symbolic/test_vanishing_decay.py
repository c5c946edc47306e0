"""The library and the formulas of the chapter agree."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from dmfbook import (
    end_to_end_minimizer,
    factorization_cost,
    gradient_descent,
    imbalance,
    limit_spectrum,
    loss,
    minimizer_factors,
    sharpness,
)
from dmfbook.symbolic import depth, gain, regularization, step_size, target
from dmfbook.symbolic import vanishing_decay as formula
from dmfbook.symbolic.factorization import share
from dmfbook.symbolic.hessian_spectrum import large_gain, small_gain


@pytest.mark.parametrize("layers", [2, 3, 6])
def test_rates_of_product_and_cost(layers: int) -> None:
    step, m = 1e-7, 1.7
    at = {gain: m ** (1 / layers), depth: layers}
    x = end_to_end_minimizer([[m]], layers, step).singular_values[0]
    assert (x - m) / step == pytest.approx(float(formula.product_rate.subs(at)), rel=1e-5)
    change = (layers * x ** (2 / layers) - layers * m ** (2 / layers)) / step
    assert change == pytest.approx(float(formula.cost_rate.subs(at)), rel=1e-5)
    weight = formula.regularization_at_gain.subs({target: m, gain: x ** (1 / layers)})
    assert float(weight.subs(depth, layers)) == pytest.approx(step, rel=1e-6)


def test_limit_values_of_a_pair() -> None:
    found = limit_spectrum(np.diag([3.0, 2.0]), (2, 2, 2, 2)).values
    at = {large_gain: 3 ** (1 / 3), small_gain: 2 ** (1 / 3), depth: 3}
    assert np.sum(np.isclose(found, float(formula.limit_value.subs(at)), rtol=1e-13)) == 2


@pytest.mark.parametrize("t", [-2.1, 0.0, 0.7, 1.5])
def test_the_factors_of_the_choice(t: float) -> None:
    matrices = [np.array(w.subs(share, t), dtype=float) for w in formula.chosen_factors]
    wanted = np.array(formula.chosen_target, dtype=float)
    assert loss(matrices, wanted) == pytest.approx(0, abs=1e-28)
    assert sharpness(matrices) == pytest.approx(float(formula.chosen_sharpness.subs(share, t)))
    cost = sum(np.sum(w**2) for w in matrices)
    assert cost == pytest.approx(float(formula.chosen_cost.subs(share, t)), rel=1e-14)
    flat = abs(t) <= float(formula.flat_share)
    assert (sharpness(matrices) < 16 + 1e-9) == flat
    assert cost >= factorization_cost(wanted, 2) - 1e-12


def test_the_floor_of_the_choice_is_the_least_loss() -> None:
    """Over both products, on a grid; at equal shares it is the minimum of the problem."""
    weight, t = 0.15, 0.8
    kept = np.linspace(0, 5, 20_001)
    first = (4 - kept) ** 2 + 2 * weight * kept
    second = (1 - kept) ** 2 + 2 * weight * kept * np.cosh(t)
    at = {regularization: weight, share: t}
    found = first.min() + second.min()
    assert float(formula.chosen_floor.subs(at)) == pytest.approx(found, abs=1e-7)
    best = minimizer_factors(np.diag([4.0, 1.0]), (2, 2, 2), weight)
    least = loss(best, np.diag([4.0, 1.0]), weight)
    assert float(formula.chosen_floor.subs({**at, share: 0})) == pytest.approx(least, rel=1e-13)


def test_a_step_of_descent_and_its_imbalance() -> None:
    start, m, eta, weight = (0.4, 1.9), 1.3, 0.05, 0.02
    numbers = {**dict(zip(formula.factors_of_two, start, strict=True)), target: m}
    numbers |= {step_size: eta, regularization: weight}
    factors = [[[start[0]]], [[start[1]]]]
    after = gradient_descent(factors, [[m]], eta, 1, weight).factors
    stepped = [float(part.subs(numbers)) for part in formula.descent_step]
    assert [w.item() for w in after] == pytest.approx(stepped, rel=1e-14)
    factor = float(formula.imbalance_factor.subs(numbers))
    assert imbalance(after)[0].item() == pytest.approx(
        factor * imbalance(factors)[0].item(), rel=1e-13
    )
    assert float(sp.N(formula.imbalance.subs(numbers))) == pytest.approx(1.9**2 - 0.4**2)
