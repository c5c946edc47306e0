"""The library computes the formulas of the chapter."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from dmfbook import scalar_minimizer, threshold_singular_values, uniqueness_threshold
from dmfbook.symbolic import depth, end_to_end, regularization, step_size, target
from dmfbook.symbolic import matrix_recovery as formula


@pytest.mark.parametrize("neighbor", [1.3, 2.0])
@pytest.mark.parametrize("entry", [-0.7, 1.0, 3.0, 6.5])
def test_the_singular_values_of_the_completion(entry: float, neighbor: float) -> None:
    places = {formula.entry: entry, formula.neighbor: neighbor}
    found = [float(value.subs(places)) for value in (formula.larger, formula.smaller)]
    wanted = np.linalg.svd([[1, neighbor], [neighbor, entry]], compute_uv=False)
    assert found == pytest.approx(wanted, rel=1e-12)
    for layers in (2, 3, 7):
        power = 2 / layers
        wanted_price = np.sum(wanted**power) / (1 + neighbor**2) ** power
        price = float(formula.relative_price.subs({**places, depth: layers}))
        assert price == pytest.approx(wanted_price, rel=1e-10)
    assert float(formula.rank_one_entry.subs(places)) == pytest.approx(neighbor**2)
    if entry < neighbor**2:
        total = float(formula.sum_below_squared.subs(places)) ** 0.5
        assert total == pytest.approx(wanted.sum(), rel=1e-12)


@pytest.mark.parametrize(("layers", "eta"), [(3, 0.1), (4, 0.3), (7, 0.05), (3, 0.5)])
def test_zero_gives_way_where_the_formula_says(layers: int, eta: float) -> None:
    places = {depth: layers, step_size: eta, regularization: 0.7}
    edge = float(formula.resting_threshold.subs(places))
    ratio = float(formula.resting_ratio.subs(places))
    assert edge == pytest.approx(ratio * uniqueness_threshold(layers, 0.7), rel=1e-12)
    for m, kept in ((0.999 * edge, False), (1.001 * edge, True)):
        landed = threshold_singular_values([[2 * eta * m]], layers, 2 * eta * 0.7)
        assert bool(landed.any()) is kept


@pytest.mark.parametrize("eta", [0.1, 0.5])
def test_a_step_minimizes_the_bound(eta: float) -> None:
    places = {depth: 3, step_size: eta, regularization: 0.4, target: 1.7, formula.current: 0.6}
    landing = scalar_minimizer(float(formula.moved.subs(places)), 3, 2 * eta * 0.4)
    bound = sp.lambdify(end_to_end, formula.bound.subs(places))
    grid = np.linspace(-1, 3, 4001)
    assert bound(landing) <= bound(grid).min() + 1e-12
    assert landing == pytest.approx(grid[np.argmin(bound(grid))], abs=1e-3)


def test_the_least_price_bounds_the_rank() -> None:
    found = float(formula.least_price.subs({depth: 4, regularization: 0.3}))
    least = 2 / 3 * uniqueness_threshold(4, 0.3)
    assert found == pytest.approx(0.3 * 4 * least**0.5, rel=1e-12)
