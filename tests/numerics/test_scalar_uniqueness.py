"""The scalar minimizer against 60-digit arithmetic, and against grids of the loss itself."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmfbook import (
    collapse_threshold,
    reduced_loss,
    scalar_critical_points,
    scalar_minimizer,
    scalar_minimizers,
    shrinkage,
    tangent_regularization,
    tangent_threshold,
    uniqueness_threshold,
)

DEPTHS = (2, 3, 4, 5, 6, 7, 10, 31, 100, 1000)
DEEP = DEPTHS[1:]
PRECISE = mpmath.mp.clone()
PRECISE.dps = 60
BOUND = 1e-14


def mpf(number: float) -> mpmath.mpf:
    return PRECISE.mpf(number)


def error(value: float, exact: mpmath.mpf) -> float:
    """Return the relative error."""
    if exact == 0:
        return 0.0 if value == 0 else math.inf
    return float(abs(mpf(value) / exact - 1))


def exact_tie(depth: int, regularization: float) -> mpmath.mpf:
    n = mpf(depth - 2)
    return (n + 1) / n * (mpf(regularization) * n) ** (mpf(depth) / (2 * depth - 2))


def exact_shrinkage(target: float, depth: int, regularization: float) -> mpmath.mpf:
    """Solve z = kappa (1 - z)**(2/L - 1) in 60 digits; 1 where zero wins."""
    m, weight = abs(mpf(target)), mpf(regularization)
    if depth == 2:
        return min(weight / m, PRECISE.one)
    if m < exact_tie(depth, regularization):
        return PRECISE.one
    power = 1 - mpf(2) / depth
    kappa = weight * m ** (-1 - power)
    z = kappa
    # Newton on a concave function from the left of its root: monotone.
    for _ in range(100):
        bent = kappa * (1 - z) ** -power
        step = (bent - z) / (1 - power * bent / (1 - z))
        z += step
        if abs(step) <= abs(z) * mpf(10) ** -55:
            break
    return z


def wide_targets(count: int, seed: int) -> list[tuple[float, int, float]]:
    """Draw targets and regularizations over the whole range, many of them near the tie."""
    rng = np.random.default_rng(seed)
    drawn: list[tuple[float, int, float]] = []
    while len(drawn) < count:
        depth = int(rng.choice(DEPTHS))
        target = float(10 ** rng.uniform(-300, 300)) * float(rng.choice([-1, 1]))
        tie = collapse_threshold(target, depth)
        regularization = 10 ** rng.uniform(-300, 300)
        if 1e-270 < tie < 1e270 and rng.random() < 0.8:
            sides = (1 - 10 ** rng.uniform(-12, 0), 1 + 10 ** rng.uniform(-12, 1))
            regularization = tie * float(rng.choice([*sides, 10 ** rng.uniform(-25, 0)]))
        drawn.append((target, depth, regularization))
    return drawn


def test_minimizer_and_shrinkage_over_the_whole_range() -> None:
    collapsed = 0
    for target, depth, regularization in wide_targets(1500, seed=1):
        exact = exact_shrinkage(target, depth, regularization)
        minimizer = scalar_minimizer(target, depth, regularization)
        where = (target, depth, regularization)
        collapsed += exact == 1
        assert error(minimizer, mpf(target) * (1 - exact)) <= BOUND, where
        if exact > 1e-307:
            assert error(shrinkage(target, depth, regularization), exact) <= BOUND, where
    assert 100 < collapsed < 1000


@pytest.mark.parametrize("depth", DEPTHS)
def test_extreme_targets_and_regularizations(depth: int) -> None:
    for target in (1e-300, 1e-160, 1.0, 1e160, 1e300):
        for regularization in (1e-300, 1e-200, 1.0, 1e200, 1e300):
            exact = exact_shrinkage(target, depth, regularization)
            minimizer = scalar_minimizer(target, depth, regularization)
            assert error(minimizer, mpf(target) * (1 - exact)) <= BOUND, (target, regularization)


@pytest.mark.parametrize("depth", DEPTHS)
def test_largest_and_smallest_floats_are_answered_without_a_warning(depth: int) -> None:
    for target in (0.0, 5e-324, 1.7e308):
        for regularization in (0.0, 5e-324, 1.7e308):
            minimizer = scalar_minimizer(-target, depth, regularization)
            assert -target <= minimizer <= 0
            assert math.copysign(1, minimizer) == -1
            assert 0 <= shrinkage(target, depth, regularization) <= 1
            assert reduced_loss(target, -target, depth, regularization) >= 0
            points = scalar_critical_points(target, depth, regularization)
            assert not points.upper < 0
            assert tangent_threshold(depth, regularization) >= 0
            assert uniqueness_threshold(depth, regularization) >= 0
        assert 0 <= collapse_threshold(target, depth) <= tangent_regularization(target, depth)


@pytest.mark.parametrize("depth", DEPTHS)
def test_arrays_and_scalars_agree_to_the_last_bit(depth: int) -> None:
    target = np.random.default_rng(depth).standard_normal((3, 5000)) * 3
    for function in (scalar_minimizer, shrinkage):
        together = function(target, depth, 0.3)
        assert together.shape == target.shape
        one_by_one = [function(float(m), depth, 0.3) for m in target[1, :300]]
        assert together[1, :300].tolist() == one_by_one
        assert isinstance(one_by_one[0], float)
    assert isinstance(scalar_minimizer(np.float64(2), depth, 0.3), float)
    assert np.array_equal(
        scalar_minimizer(-target, depth, 0.3), -scalar_minimizer(target, depth, 0.3)
    )


@pytest.mark.item("P2-5")
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    target=st.floats(-20, 20),
    depth=st.integers(2, 12),
    regularization=st.floats(0, 10),
)
def test_nothing_on_a_grid_beats_the_minimizer(
    target: float, depth: int, regularization: float
) -> None:
    minimizers = scalar_minimizers(target, depth, regularization)
    grid = np.linspace(-1.5 * abs(target) - 1, 1.5 * abs(target) + 1, 4001)
    least = reduced_loss(grid, target, depth, regularization).min()
    for minimizer in (minimizers.small, minimizers.large):
        value = reduced_loss(minimizer, target, depth, regularization)
        assert value <= least * (1 + 1e-13) + 1e-300


@pytest.mark.parametrize("depth", DEPTHS)
def test_reduced_loss_is_the_least_loss_of_factors(depth: int) -> None:
    rng = np.random.default_rng(depth)
    for product, target, regularization in rng.uniform(0.1, 3, (20, 3)):
        balanced = np.full(depth, product ** (1 / depth))
        log_scale = rng.normal(size=depth)
        unbalanced = balanced * np.exp(log_scale - log_scale.mean())
        losses = [
            (target - math.prod(factors)) ** 2 + regularization * (factors**2).sum()
            for factors in (balanced, unbalanced)
        ]
        reduced = reduced_loss(product, target, depth, regularization)
        assert reduced == pytest.approx(losses[0], rel=1e-12)
        assert reduced < losses[1]
        assert reduced_loss(-product, -target, depth, regularization) == reduced


def test_reduced_loss_over_the_whole_range() -> None:
    rng = np.random.default_rng(5)
    for _ in range(300):
        x, target = 10 ** rng.uniform(-140, 140, 2) * rng.choice([-1, 1], 2)
        depth, regularization = int(rng.choice(DEPTHS)), 10 ** rng.uniform(-140, 140)
        exact = (mpf(target) - mpf(x)) ** 2
        exact += depth * mpf(regularization) * abs(mpf(x)) ** (mpf(2) / depth)
        assert error(reduced_loss(x, target, depth, regularization), exact) <= BOUND


def test_reduced_loss_broadcasts_and_overflows_to_infinity() -> None:
    assert reduced_loss(np.ones((3, 1)), np.ones(4), 3, 0.1).shape == (3, 4)
    assert reduced_loss(1e300, -1e300, 3, 0.1) == math.inf
    with pytest.raises(ValueError, match=r"shape \(2,\) and target has shape \(3,\)"):
        reduced_loss([1.0, 2.0], [1.0, 2.0, 3.0], 3, 0.1)


@pytest.mark.item("P2-5")
@pytest.mark.parametrize("depth", DEEP)
@pytest.mark.parametrize("regularization", [1e-250, 1e-3, 0.3, 7.0, 1e250])
def test_the_tie(depth: int, regularization: float) -> None:
    tie = uniqueness_threshold(depth, regularization)
    assert error(tie, exact_tie(depth, regularization)) <= BOUND
    for sign in (1, -1):
        at_tie = scalar_minimizers(sign * tie, depth, regularization)
        assert at_tie.unique is False
        assert at_tie.small == 0
        assert at_tie.large == pytest.approx(sign * tie * (depth - 2) / (depth - 1), rel=BOUND)
        assert scalar_minimizer(sign * tie, depth, regularization) == at_tie.large
    for factor, wins in ((1 - 1e-14, False), (1 + 1e-14, True)):
        beside = scalar_minimizers(factor * tie, depth, regularization)
        assert beside.unique is True
        assert beside.small == beside.large
        assert (beside.large > 0) is wins


@pytest.mark.item("P2-5")
@pytest.mark.parametrize("depth", [3, 4, 7, 31])
def test_both_minimizers_at_the_tie_have_the_same_loss(depth: int) -> None:
    both = scalar_minimizers(uniqueness_threshold(depth, 0.3), depth, 0.3)
    m = uniqueness_threshold(depth, 0.3)
    zero, nonzero = (reduced_loss(x, m, depth, 0.3) for x in (both.small, both.large))
    assert zero == pytest.approx(nonzero, rel=1e-13)
    assert reduced_loss(both.large / 2, m, depth, 0.3) > zero * 1.001


def test_uniqueness_of_an_array_of_targets() -> None:
    tie = uniqueness_threshold(5, 0.2)
    both = scalar_minimizers([[-tie, 0.0], [2 * tie, tie]], 5, 0.2)
    assert both.unique.tolist() == [[False, True], [True, False]]
    assert (both.small == both.large).tolist() == [[False, True], [True, False]]


@pytest.mark.item("P2-5")
def test_depth_two_and_no_regularization_are_always_unique() -> None:
    assert uniqueness_threshold(2, 0.7) == math.inf
    assert scalar_minimizers(0.7, 2, 0.7) == scalar_minimizers(0.0, 2, 0.7)
    assert scalar_minimizers(0.7, 2, 0.7).unique is True
    for depth in DEPTHS:
        assert scalar_minimizers([0.0, -3.0], depth, 0).large.tolist() == [0.0, -3.0]
        assert scalar_minimizers([0.0, -3.0], depth, 0).unique.all()
    assert uniqueness_threshold(3, 0) == 0
    assert shrinkage([0.0, 1.0], 3, 0).tolist() == [0.0, 0.0]
    assert shrinkage(0.0, 3, 0.1) == shrinkage(0.0, 2, 0.1) == 1


@pytest.mark.item("P2-14")
def test_collapse_and_tangent_thresholds_over_the_whole_range() -> None:
    rng = np.random.default_rng(3)
    for _ in range(300):
        depth = int(rng.choice(DEEP))
        n = mpf(depth - 2)
        target, regularization = 10 ** rng.uniform(-150, 150, 2)
        power = 2 - mpf(2) / depth
        beta = (n / depth) ** (1 / power) + (depth / n) ** (n / (2 * depth - 2))
        collapse = mpf(target) ** power * n ** (1 - mpf(2) / depth) / (n + 1) ** power
        assert error(collapse_threshold(target, depth), collapse) <= BOUND
        assert error(tangent_regularization(target, depth), (target / beta) ** power) <= BOUND
        tangent = beta * mpf(regularization) ** (1 / power)
        assert error(tangent_threshold(depth, regularization), tangent) <= BOUND


@pytest.mark.parametrize("target", [1e153, 1.5e154, 3e154, 1e155])
def test_thresholds_overflow_only_where_the_result_does(target: float) -> None:
    depth, power = 1000, 2 - mpf(2) / 1000
    n = mpf(depth - 2)
    beta = (n / depth) ** (1 / power) + (depth / n) ** (n / (2 * depth - 2))
    collapse = mpf(target) ** power * n ** (1 - mpf(2) / depth) / (n + 1) ** power
    tangent = (target / beta) ** power
    for value, exact in (
        (collapse_threshold(target, depth), collapse),
        (tangent_regularization(target, depth), tangent),
    ):
        assert value == math.inf if exact > 1.7e308 else error(value, exact) <= BOUND


def test_thresholds_known_by_hand() -> None:
    assert uniqueness_threshold(3, 1.0) == pytest.approx(2, rel=BOUND)
    assert uniqueness_threshold(4, 4.0) == pytest.approx(1.5 * 8 ** (2 / 3), rel=BOUND)
    assert collapse_threshold([-2.0, 0.0], 2).tolist() == [2.0, 0.0]
    assert tangent_regularization([-2.0, 0.0], 2).tolist() == [2.0, 0.0]
    assert tangent_threshold(2, 0.3) == 0.3
    assert collapse_threshold(1e300, 3) == math.inf


@pytest.mark.parametrize("depth", DEEP)
def test_critical_points_against_60_digits(depth: int) -> None:
    rng = np.random.default_rng(depth)
    power = 1 - mpf(2) / depth
    for _ in range(60):
        target = float(10 ** rng.uniform(-100, 100))
        share = float(rng.choice([rng.uniform(0.01, 0.99), 10 ** rng.uniform(-12, -1)]))
        regularization = tangent_regularization(target, depth) * share
        points = scalar_critical_points(target, depth, regularization)
        logs = []
        for root in (points.lower, points.upper):
            # One Newton step in the logarithm, far beyond double precision, measures the error.
            x = mpf(root)
            residual = x + regularization * x**-power - target
            slope = x - power * regularization * x**-power
            logs.append(float(residual / slope))
        assert 0 < points.lower < points.upper
        assert abs(logs[0]) <= 1e-13
        assert abs(logs[1]) <= BOUND / (1 - share)


@pytest.mark.parametrize("depth", DEEP)
def test_critical_points_appear_at_the_tangent_threshold(depth: int) -> None:
    threshold = tangent_threshold(depth, 0.3)
    meeting = scalar_critical_points(-threshold, depth, 0.3)
    assert meeting.lower == meeting.upper
    assert -meeting.upper == pytest.approx((0.3 * (depth - 2) / depth) ** (depth / (2 * depth - 2)))
    below, above = threshold * (1 - 1e-12), threshold * (1 + 1e-12)
    none = scalar_critical_points(below, depth, 0.3)
    assert math.isnan(none.lower)
    assert math.isnan(none.upper)
    two = scalar_critical_points([above, below], depth, 0.3)
    assert two.lower[0] < two.upper[0]
    assert np.isnan(two.upper[1])


def test_critical_points_of_depth_two() -> None:
    points = scalar_critical_points([-3.0, 0.5, 1.0], 2, 1.0)
    assert points.upper[0] == -2
    assert np.isnan(points.upper[1:]).all()
    assert np.isnan(points.lower).all()


@pytest.mark.parametrize("bad", [math.nan, math.inf, [], [1.0, math.nan]])
def test_targets_that_are_no_finite_numbers_are_refused(bad: object) -> None:
    for function in (scalar_minimizer, scalar_minimizers, shrinkage, scalar_critical_points):
        with pytest.raises(ValueError, match="target must"):
            function(bad, 3, 0.1)
