"""The library computes the formulas of the chapter."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from dmfbook import collapse_threshold, first_direction, network_minimizer, scalar_minimizer
from dmfbook.reference import dense_data_hessian
from dmfbook.symbolic import depth, regularization
from dmfbook.symbolic import linear_networks as formula

Z = np.array([[2.0, 2, -2, -2], [1, -1, 1, -1]])
Y = np.array([[2.0, 2, -2, -2], [3, -3, 3, -3]])


@pytest.mark.parametrize("layers", [2, 3, 5])
def test_the_threshold_of_one_direction_is_the_librarys(layers: int) -> None:
    numbers = {depth: layers, formula.variance: 0.7, formula.covariance: 1.9}
    threshold = float(formula.direction_threshold.subs(numbers))
    assert threshold == pytest.approx(0.7 * collapse_threshold(1.9 / 0.7, layers), rel=1e-12)
    found = first_direction([[0.7**0.5]], [[1.9 / 0.7**0.5]], layers)
    assert found.regularization == pytest.approx(threshold, rel=1e-12)


@pytest.mark.parametrize("layers", [2, 3, 6])
def test_the_part_kept_solves_its_equation(layers: int) -> None:
    s, m, weight = 0.8, 2.5, 0.3
    part = scalar_minimizer(m, layers, weight / s) / m
    values = {depth: layers, formula.variance: s, formula.slope: m, formula.part: part}
    kept = formula.kept_condition.subs({**values, regularization: weight})
    assert 1 - part == pytest.approx(float(kept), rel=1e-10)


@pytest.mark.parametrize("layers", [2, 4])
def test_the_curvatures_are_those_of_a_dense_hessian(layers: int) -> None:
    factors = network_minimizer(Z, Y, (2,) * (layers + 1))
    found = np.linalg.eigvalsh(dense_data_hessian(factors, Z, Y, 0.0))[-4:]
    whole = formula.factorization_eigenvalue.subs(depth, layers).doit()
    whole += formula.variance_excess.subs(depth, layers)
    at = sp.lambdify((formula.first_gain, formula.second_gain, formula.variance), whole)
    gains, variances = np.array([2.0, 3.0]) ** (1 / layers), (4.0, 1.0)
    wanted = [at(a, b, s) for a in gains for b, s in zip(gains, variances, strict=True)]
    assert np.sort(wanted) == pytest.approx(found, rel=1e-8)
