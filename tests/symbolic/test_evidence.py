"""The library and the formulas of the chapter agree."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

from dmfbook import (
    end_to_end_minimizer,
    integrated_log_evidence,
    log_determinant,
    log_evidence,
    log_orbit_volume,
    uniqueness_threshold,
)
from dmfbook.symbolic import depth, gain, regularization
from dmfbook.symbolic import evidence as formula
from dmfbook.symbolic import hessian_spectrum as table


@pytest.mark.parametrize(("m", "weight", "beta"), [(3, 1, 0.5), (0.7, 1.1, 2.0), (1.0, 1.0, 3.0)])
def test_the_circle_is_the_integral(m: float, weight: float, beta: float) -> None:
    at = {formula.positive_target: m, regularization: weight, formula.precision: beta}
    known = float(sp.log(formula.circle_integral.subs(at)).evalf(30))
    assert integrated_log_evidence([[m]], (1, 2, 1), weight, beta) == pytest.approx(known, abs=1e-8)
    if m > weight:
        found = log_evidence([[m]], (1, 2, 1), weight, beta)
        assert found.log_integral == pytest.approx(float(sp.log(formula.circle_laplace.subs(at))))
        assert found.log_height == pytest.approx(-beta * float(formula.circle_least_loss.subs(at)))
        length = float(sp.log(formula.circle_length.subs(at)))
        assert found.log_volume == pytest.approx(length, abs=1e-13)


@pytest.mark.parametrize("layers", [2, 3, 5])
def test_a_fitted_pair_adds_what_the_row_says(layers: int) -> None:
    """Two fitted values, all widths two: what is left beside spheres, stretches and own values."""
    target, weight, widths = np.diag([2.0, 1.3]), 0.1, (2,) * (layers + 1)
    s = end_to_end_minimizer(target, layers, weight).singular_values ** (1 / layers)
    at = {table.large_gain: s[0], table.small_gain: s[1], regularization: weight, depth: layers}
    found = log_evidence(target, widths, weight, 7.0)
    left = found.log_volume - found.log_determinant / 2
    own = [float(table.simple_value.subs({**at, gain: size})) for size in s]
    left -= (layers - 1) * math.log(4 * math.pi) - np.log(own).sum() / 2
    left += 3 * (layers - 1) / 2 * math.log(4 * weight)
    assert left == pytest.approx(math.log(float(formula.pair_row.subs(at))) / 2, abs=1e-12)


def test_equal_values_have_the_limit_of_the_row() -> None:
    weight, s, layers = 0.1, 1.2, 4
    at = {gain: s, regularization: weight, depth: layers}
    near = {table.large_gain: s + 1e-5, table.small_gain: s - 1e-5, **at}
    limit = float(formula.equal_quotient.subs(at))
    assert float(formula.pair_quotient.subs(near)) == pytest.approx(limit, rel=1e-8)


@pytest.mark.parametrize("layers", [3, 4, 5, 9])
def test_odds_at_the_tie(layers: int) -> None:
    tie, widths = uniqueness_threshold(layers, 0.7), (1,) * (layers + 1)
    near = [log_evidence([[tie]], widths, 0.7, 9.0, rank=rank).log_integral for rank in (0, 1)]
    assert near[1] - near[0] == pytest.approx(
        math.log(float(formula.tie_odds.subs(depth, layers))), abs=1e-11
    )


@pytest.mark.parametrize("d", [1, 2, 5])
def test_odds_of_wide_layers_beside_the_tie(d: int) -> None:
    s = 1.02
    m, beta = s**3 + 1 / s, 80.0
    at = {gain: s, formula.precision: beta, formula.width: d}
    claim = float(formula.wide_log_odds.subs(at)) + 2 * math.log(float(formula.sphere(d - 1)))
    there = log_evidence([[m]], (1, d, d, 1), 1.0, beta)
    # At zero all eigenvalues are 2 lambda, and the height is the square of the target.
    at_zero = -beta * m * m + (2 * d + d * d) / 2 * math.log(math.pi / beta)
    height = there.log_height + beta * m * m
    assert there.log_integral - at_zero - height == pytest.approx(claim, abs=1e-11)


@pytest.mark.parametrize(("layers", "d"), [(2, 1), (2, 4), (3, 3), (6, 2)])
def test_the_density_of_one_number(layers: int, d: int) -> None:
    m, weight, beta = 2.5, 0.2, 40.0
    s = end_to_end_minimizer([[m]], layers, weight).singular_values[0] ** (1 / layers)
    at = {gain: s, depth: layers, formula.width: d, regularization: weight, formula.precision: beta}
    layer = formula.layer_room + sp.log(formula.sphere(d - 1))
    whole = -beta * formula.least_loss + formula.own_share + formula.noise + (depth - 1) * layer
    found = log_evidence([[m]], (1, *[d] * (layers - 1), 1), weight, beta)
    assert found.log_likelihood == pytest.approx(float(whole.subs(at)), abs=1e-10)


@pytest.mark.parametrize(
    ("layers", "d", "second"), [(2, 3, 0.9), (3, 2, 1.0), (4, 3, 1.3), (2, 4, 0.05)]
)
def test_the_density_of_two_numbers(layers: int, d: int, second: float) -> None:
    weight, beta = 0.15, 50.0
    found = log_evidence(np.diag([1.5, second]), (2, *[d] * (layers - 1), 2), weight, beta)
    x = end_to_end_minimizer(np.diag([1.5, second]), layers, weight).singular_values
    s = x[x > 0] ** (1 / layers)
    at = {gain: s[0], depth: layers, formula.width: d, regularization: weight}
    at |= {formula.precision: beta, table.large_gain: s[0], table.small_gain: s[-1]}
    own = sum(formula.own_share.subs({**at, gain: size}) for size in s)
    spheres = math.log(float(formula.sphere(d - 1)))
    if s.size == 2:
        spheres += math.log(float(formula.sphere(d - 2)))
        layer = formula.two_fitted_layer
        whole = formula.pair_share + own + 4 * formula.noise
        volume = formula.two_fitted_volume * (layers - 1) + formula.pair_volume
    else:
        layer = formula.one_fitted_layer
        share = formula.unfitted_share.subs(table.unfitted_target, second)
        dead = -(d - 1) / 2 * math.log(1 - (second / weight) ** 2) if layers == 2 else 0
        whole = share + own + 4 * formula.noise + dead
        volume = formula.one_fitted_volume * (layers - 1)
    whole = whole + (layers - 1) * (layer + spheres)
    left = found.log_likelihood - found.log_height
    assert left == pytest.approx(float(whole.subs(at)), abs=1e-10)
    volume = float(volume.subs(at)) + (layers - 1) * spheres
    assert found.log_volume == pytest.approx(volume, abs=1e-10)


def test_the_first_correction() -> None:
    beta = 1e4
    for inputs, d in ((1, 3), (2, 5), (5, 2)):
        target = np.full((1, inputs), 1.8 / math.sqrt(inputs))
        problem = target, (inputs, d, 1), 0.5, beta
        apart = integrated_log_evidence(*problem) - log_evidence(*problem).log_integral
        at = {formula.positive_target: 1.8, regularization: 0.5}
        at |= {formula.width: d, formula.inputs: inputs}
        claim = float(formula.first_correction.subs(at))
        assert beta * apart == pytest.approx(claim, rel=1e-3, abs=1e-4)


def test_one_idle_coordinate_moves_by_its_gain() -> None:
    """A sphere of radius sqrt(2) s, and the determinant 4 lambda, twice, times the own value."""
    volume = log_orbit_volume([[8.0]], (1, 3, 1))
    radius = math.sqrt(float(formula.gram_idle.subs(gain, math.sqrt(8.0))))
    assert volume == pytest.approx(math.log(4 * math.pi * radius**2))
    own = float(table.simple_value.subs({gain: math.sqrt(8.0), depth: 2, regularization: 0.5}))
    wanted = math.log(own) + 3 * math.log(2.0)
    assert log_determinant([[8.5]], (1, 3, 1), 0.5) == pytest.approx(wanted)
