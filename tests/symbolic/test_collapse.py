"""The library computes the formulas of the chapter on collapse."""

from __future__ import annotations

import numpy as np
import pytest
from cases import matrix_with_singular_values

from dmfbook import (
    collapse_threshold,
    critical_points,
    end_to_end_minimizer,
    gradient,
    landscape_thresholds,
    scalar_critical_points,
    tangent_regularization,
)
from dmfbook.symbolic import collapse as formula
from dmfbook.symbolic import depth, gain, regularization, step_size

DEPTHS = (3, 4, 7)


@pytest.mark.item("P2-14")
@pytest.mark.parametrize("layers", [2, *DEPTHS])
def test_the_rank_goes_down_at_the_thresholds(layers: int) -> None:
    """Just below each threshold a value is kept, just above it is lost; zero is left in the end."""
    values = (2.0, 1.3, 0.7)
    target = matrix_with_singular_values(values, (4, 3), seed=layers)
    thresholds = landscape_thresholds(target, layers).collapse
    assert thresholds == pytest.approx([collapse_threshold(m, layers) for m in values], rel=1e-13)
    for place, weight in enumerate(thresholds):
        ranks = [
            end_to_end_minimizer(target, layers, float(weight) * part).rank
            for part in (1 - 1e-6, 1 + 1e-6)
        ]
        assert ranks == [place + 1, place]
    assert end_to_end_minimizer(target, layers, float(thresholds[0]) * 5).loss == pytest.approx(
        float((target**2).sum()), rel=1e-14
    )


@pytest.mark.item("P2-14")
@pytest.mark.parametrize("layers", DEPTHS)
def test_the_strip_is_as_wide_as_the_formula_says(layers: int) -> None:
    ratio = float(formula.strip_ratio.subs(depth, layers))
    for value in (0.2, 1.0, 9.0):
        found = tangent_regularization(value, layers) / collapse_threshold(value, layers)
        assert found == pytest.approx(ratio, rel=1e-13)


@pytest.mark.parametrize("layers", DEPTHS)
def test_both_roots_lie_on_the_curve_of_regularizations(layers: int) -> None:
    for weight in (0.02, 0.1):
        both = scalar_critical_points(1.7, layers, weight)
        turn = float(formula.turning_gain.subs({formula.value: 1.7, depth: layers}))
        gains = both.lower ** (1 / layers), both.upper ** (1 / layers)
        assert gains[0] < turn < gains[1]
        points = {p.roots: p for p in critical_points([[1.7]], layers, weight)}
        for root, size in zip(("lower", "upper"), gains, strict=True):
            at = {formula.value: 1.7, depth: layers, gain: size, regularization: weight}
            assert float(formula.matching_regularization.subs(at)) == pytest.approx(weight)
            lost = points[(root,)].loss - 1.7**2
            assert float(formula.fitted_excess.subs(at)) == pytest.approx(lost, rel=1e-9)


def test_a_step_of_the_landscape_is_a_step_of_descent() -> None:
    """The seven numbers of the picture against the gradient of all twelve entries."""
    rng = np.random.default_rng(0)
    first, half = rng.normal(size=(2, 2)), rng.normal(size=(2, 2))
    middle = half + half.T
    factors = [first, middle, first.T]
    slopes = gradient(factors, np.diag([1.0, 0.8]), 0.3)
    np.testing.assert_allclose(slopes[2], slopes[0].T, atol=1e-14)
    at = dict(zip(formula.first_entries, first.ravel(), strict=True))
    at |= dict(zip(formula.middle_entries, middle[[0, 0, 1], [0, 1, 1]], strict=True))
    at |= {formula.large_value: 1.0, formula.small_value: 0.8, regularization: 0.3, step_size: 0.1}
    rest = [formula.three_residual[k].subs(at) for k in (0, 1, 3)]
    at |= dict(zip(formula.residual_entries, rest, strict=True))
    moved = [float(entry.subs(at)) for entry in formula.descent_step]
    wanted = [first - 0.1 * slopes[0], middle - 0.1 * slopes[1]]
    np.testing.assert_allclose(
        moved, [*wanted[0].ravel(), *wanted[1][[0, 0, 1], [0, 1, 1]]], atol=1e-13
    )
