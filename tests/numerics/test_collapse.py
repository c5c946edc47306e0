"""The classification of critical points against dense Hessians of actual factors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from cases import (
    PROBLEMS,
    Drawn,
    Problem,
    collapse_value,
    drawn_problems,
    matrix_with_singular_values,
    problems,
    random_factors,
    tie_value,
)
from hypothesis import given, settings
from scipy.optimize import minimize

from dmfbook import (
    CriticalPoint,
    balanced_factors,
    critical_points,
    end_to_end,
    end_to_end_minimizer,
    gradient,
    hessian_operator,
    landscape_thresholds,
    loss,
    pack,
    scalar_critical_points,
    tangent_regularization,
    tangent_threshold,
    unpack,
    zero_basin_radius,
)
from dmfbook.reference import dense_hessian


def check_against_hessian(
    point: CriticalPoint, target: np.ndarray, widths: tuple[int, ...], regularization: float
) -> None:
    """Assert that the point is critical and that its kind fits the spectrum."""
    factors = balanced_factors(point.matrix, widths, rng=0)
    size = max(float(np.linalg.norm(target)), 1.0) ** 2
    slope = pack(gradient(factors, target, regularization))
    assert np.abs(slope).max() <= 1e-12 * size
    assert loss(factors, target, regularization) == pytest.approx(point.loss, rel=1e-12)
    eigenvalues = np.linalg.eigvalsh(dense_hessian(factors, target, regularization))
    rounding = 1e-11 * max(np.abs(eigenvalues).max(), size)
    assert bool(eigenvalues[0] < -rounding) == (point.kind == "strict saddle"), point


HAS_ROOM = problems(
    lambda p: min(p.widths[1:-1]) >= min(p.widths[0], p.widths[-1]) and p.regularization > 1e-3
)


@pytest.mark.parametrize("problem", HAS_ROOM, ids=str)
def test_kinds_fit_the_dense_hessian(problem: Problem) -> None:
    points = critical_points(problem.target, problem.depth, problem.regularization)
    for point in points:
        check_against_hessian(point, problem.target, problem.widths, problem.regularization)
    assert [p.loss for p in points] == sorted(p.loss for p in points)
    assert points[0].kind == "global minimum"
    assert (sum(p.kind == "global minimum" for p in points) > 1) is problem.has_tie


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    drawn_problems(max_depth=4, max_width=3, hidden_at_least_ends=True, min_regularization=2.0**-6)
)
def test_kinds_of_drawn_problems_fit_the_dense_hessian(problem: Drawn) -> None:
    points = critical_points(problem.target, problem.depth, problem.regularization)
    for point in points:
        check_against_hessian(point, problem.target, problem.widths, problem.regularization)
    result = end_to_end_minimizer(problem.target, problem.depth, problem.regularization)
    scale = np.linalg.norm(problem.target)
    assert points[0].loss == pytest.approx(result.loss, rel=1e-13)
    np.testing.assert_allclose(points[0].matrix, result.matrix, rtol=0, atol=1e-12 * scale)


def test_kinds_at_the_edges() -> None:
    """Repeated, tied and nearly tangent values, lower roots and wrong orders, all together."""
    seen = set()
    for depth in (2, 3, 4, 5):
        regularization = 0.1
        tangent = tangent_threshold(depth, regularization)
        for values in [
            (1.5, 1.5, tangent * 1.05),
            (1.5, tangent * 0.99, 0.0),
            (1.5, 1.2, 0.9),
            (1.5, tie_value(max(depth, 3), regularization)),
        ]:
            target = matrix_with_singular_values(values, (4, 3), seed=depth)
            widths = (3, *(3, 4, 3, 5)[: depth - 1], 4)
            for point in critical_points(target, depth, regularization):
                check_against_hessian(point, target, widths, regularization)
                seen.add((depth > 2, point.kind))
    assert seen == {
        (False, "global minimum"),
        (False, "strict saddle"),
        (True, "global minimum"),
        (True, "spurious minimum"),
        (True, "strict saddle"),
    }


@pytest.mark.parametrize("depth", [3, 4, 6])
def test_a_double_root_is_a_non_strict_saddle(depth: int) -> None:
    regularization = 0.2
    values = (2.0, tangent_threshold(depth, regularization), 0.1)
    target = matrix_with_singular_values(values, (3, 3), seed=depth)
    widths = (3,) * (depth + 1)
    points = critical_points(target, depth, regularization)
    saddle = next(p for p in points if p.roots == ("upper", "double", "zero"))
    assert saddle.kind == "non-strict saddle"
    factors = balanced_factors(saddle.matrix, widths)
    slope = pack(gradient(factors, target, regularization))
    assert np.abs(slope).max() <= 1e-7
    eigenvalues = np.linalg.eigvalsh(dense_hessian(factors, target, regularization))
    assert abs(eigenvalues[0]) <= 1e-6
    # The loss falls to third order along the direction that shrinks the second singular value.
    shorter = saddle.singular_values.copy()
    left, _, right = np.linalg.svd(target)
    falls = []
    for step in (1e-3, 1e-2):
        shorter[1] = saddle.singular_values[1] * (1 - step)
        near = balanced_factors((left * shorter) @ right, widths)
        falls.append(saddle.loss - loss(near, target, regularization))
    assert falls[1] / falls[0] == pytest.approx(1000, rel=0.1)
    assert falls[0] > 0
    kinds = {p.roots: p.kind for p in points}
    assert kinds[("lower", "double", "zero")] == "strict saddle"
    assert kinds[("zero", "double", "zero")] == "strict saddle"


def test_the_double_root_is_not_a_minimum_at_its_threshold_from_either_side() -> None:
    """Just above the tangent regularization the class is gone, just below it splits in two."""
    threshold = tangent_regularization(1.0, 3)
    above = critical_points([[1.0]], 3, threshold * (1 + 1e-9))
    at = critical_points([[1.0]], 3, threshold)
    below = critical_points([[1.0]], 3, threshold * (1 - 1e-9))
    assert [len(points) for points in (above, at, below)] == [1, 2, 3]
    assert {p.kind for p in at} == {"global minimum", "non-strict saddle"}
    assert {p.kind for p in below} == {"global minimum", "spurious minimum", "strict saddle"}


@pytest.mark.parametrize("widths", [(2, 3, 2, 2), (3, 2, 2, 2, 2)], ids=str)
def test_every_point_that_newton_finds_is_listed(widths: tuple[int, ...]) -> None:
    """Blindly find zeros of the gradient, saddles among them, and look each up in the list."""
    depth, regularization = len(widths) - 1, 0.1
    target = matrix_with_singular_values((1.6, 1.0), (widths[-1], widths[0]), seed=1)
    points = critical_points(target, depth, regularization)

    def squared_slope(vector: np.ndarray) -> tuple[float, np.ndarray]:
        factors = unpack(vector, widths)
        slope = pack(gradient(factors, target, regularization))
        return float(slope @ slope), 2 * (hessian_operator(factors, target, regularization) @ slope)

    found = set()
    for seed in range(12):
        start = pack(random_factors(widths, seed, scale=1.2))
        options = {"maxiter": 150, "ftol": 0.0, "gtol": 1e-13}
        end = minimize(squared_slope, start, jac=True, method="L-BFGS-B", options=options)
        vector = end.x
        for _ in range(5):
            factors = unpack(vector, widths)
            hessian = dense_hessian(factors, target, regularization)
            slope = pack(gradient(factors, target, regularization))
            vector = vector - np.linalg.lstsq(hessian, slope, rcond=1e-9)[0]
        factors = unpack(vector, widths)
        if np.abs(pack(gradient(factors, target, regularization))).max() > 1e-11:
            continue
        matrix = end_to_end(factors)
        gaps = [np.abs(matrix - point.matrix).max() for point in points]
        assert min(gaps) <= 1e-8
        found.add(points[int(np.argmin(gaps))].roots)
    assert len(found) >= 4
    assert len(points) == 9


def test_the_number_of_classes() -> None:
    target = np.diag([3.0, 2.0, 2.0, 2.0, 0.001])
    points = critical_points(target, 3, 0.1)
    assert len(points) == 3 * math.comb(5, 2)
    assert len({p.roots for p in points}) == len(points)
    with pytest.raises(ValueError, match="30 classes of critical points, more than limit = 29"):
        critical_points(target, 3, 0.1, limit=29)
    assert len(critical_points(np.zeros((2, 3)), 3, 0.1)) == 1
    with pytest.raises(ValueError, match="243 classes"):
        critical_points(np.diag(np.arange(2.0, 7.0)), 3, 0.1, limit=100)


def test_local_minima_of_distinct_values_are_counted_by_the_tangent_threshold() -> None:
    depth, regularization = 4, 0.1
    target = np.diag([2.0, 1.5, 1.0, 0.5, 0.2])
    count = sum(m > tangent_threshold(depth, regularization) for m in (2.0, 1.5, 1.0, 0.5, 0.2))
    points = critical_points(target, depth, regularization)
    minima = [p for p in points if p.kind.endswith("minimum")]
    assert 1 < count < 5
    assert sorted(p.rank for p in minima) == list(range(count + 1))


@pytest.mark.parametrize("depth", [2, 3, 4, 10])
def test_thresholds_part_the_landscapes(depth: int) -> None:
    values = (2.0, 1.1)
    target = matrix_with_singular_values(values, (2, 3), seed=0)
    thresholds = landscape_thresholds(target, depth)
    assert thresholds.singular_values == pytest.approx(values, rel=1e-14)
    assert thresholds.collapse == pytest.approx([collapse_value(depth, m) for m in values])
    assert thresholds.total_collapse == thresholds.collapse[0]

    def kinds(regularization: float) -> list[tuple[str, int]]:
        return [(p.kind, p.rank) for p in critical_points(target, depth, regularization)]

    assert kinds(thresholds.total_collapse * 0.999)[0] == ("global minimum", 1)
    assert kinds(thresholds.total_collapse * 1.001)[0] == ("global minimum", 0)
    assert kinds(thresholds.collapse[1] * 0.999)[0] == ("global minimum", 2)
    assert kinds(thresholds.collapse[1] * 1.001)[0] == ("global minimum", 1)
    assert kinds(thresholds.benign * 1.001) == [("global minimum", 0)]
    spurious = "spurious minimum" in dict(kinds(thresholds.benign * 0.999))
    assert spurious is (depth > 2)


def test_no_minimum_is_spurious_where_all_fittable_values_tie() -> None:
    tie = tie_value(3, 0.2)
    for values in ([tie], [tie, tie], [tie, 0.1]):
        kinds = [p.kind for p in critical_points(np.diag(values), 3, 0.2)]
        assert set(kinds) == {"global minimum", "strict saddle"}
    kinds = [p.kind for p in critical_points(np.diag([tie, 0.99 * tie]), 3, 0.2)]
    assert "spurious minimum" in kinds


def test_zero_is_a_strict_local_minimum_for_depth_three_and_more() -> None:
    for depth in (3, 4, 5):
        points = critical_points(np.diag([5.0, 1.0]), depth, 1e-3)
        assert next(p for p in points if p.rank == 0).kind == "spurious minimum"
    points = critical_points(np.diag([5.0, 1.0]), 2, 1e-3)
    assert next(p for p in points if p.rank == 0).kind == "strict saddle"


def test_roots_are_those_of_the_scalar_problem() -> None:
    both = scalar_critical_points(1.5, 4, 0.1)
    points = {p.roots: p for p in critical_points(np.diag([1.5, 0.1]), 4, 0.1)}
    assert points[("upper", "zero")].singular_values.tolist() == [both.upper, 0]
    assert points[("lower", "zero")].singular_values.tolist() == [both.lower, 0]


def test_a_regularization_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="regularization must be above 0"):
        critical_points(np.eye(2), 3, 0)
    assert all(p.regularization > 0 for p in PROBLEMS)


def test_losses_and_singular_values_beyond_the_floats() -> None:
    large = 1.2e154 * np.eye(3)
    with np.errstate(all="raise", under="ignore"):
        assert critical_points(large, 3, 1e290)[0].loss == np.inf
        for call in (lambda m: critical_points(m, 3, 1.0), lambda m: landscape_thresholds(m, 3)):
            with pytest.raises(ValueError, match="target is too large: its singular values"):
                call(np.full((3, 3), 1.7e308))


@pytest.mark.parametrize("depth", [3, 4, 6])
def test_the_ball_around_zero_reaches_to_the_nearest_critical_point(depth: int) -> None:
    target = matrix_with_singular_values((2.0, 1.9, 0.3), (3, 4), seed=depth)
    widths = (4, *(2, 3, 2, 5, 4)[: depth - 1], 3)
    for regularization in (1e-3, 0.1, 0.9 * tangent_regularization(2.0, depth)):
        radius = zero_basin_radius(target, depth, regularization)
        norms = [
            math.hypot(*(np.linalg.norm(W) for W in balanced_factors(p.matrix, [4] * depth + [3])))
            for p in critical_points(target, depth, regularization)
            if p.rank
        ]
        assert min(norms) == pytest.approx(radius, rel=1e-9)
        left, _, right = np.linalg.svd(target)
        rng = np.random.default_rng(0)
        for noise in (0.0, 0.01, 0.1, 1.0, 1e3):
            factors = balanced_factors(np.outer(left[:, 0], right[0]), widths)
            factors = [W + noise * rng.normal(size=W.shape) for W in factors]
            size = math.hypot(*(np.linalg.norm(W) for W in factors))
            for part in (0.3, 0.999):
                inside = [W * part * radius / size for W in factors]
                slope = gradient(inside, target, regularization)
                outward = sum(np.sum(a * b) for a, b in zip(slope, inside, strict=True))
                assert outward > 0


def test_the_ball_at_the_edges() -> None:
    at_tangent = np.diag([tangent_threshold(3, 0.5), 0.1])
    middle = (0.5 / 3) ** (1 / 4)
    assert zero_basin_radius(at_tangent, 3, 0.5) == pytest.approx(math.sqrt(3) * middle, rel=1e-7)
    assert zero_basin_radius(0.99 * at_tangent, 3, 0.5) == math.inf
    assert zero_basin_radius(np.zeros((2, 3)), 3, 0.5) == math.inf
    assert zero_basin_radius([[0.5]], 2, 0.5) == math.inf
    assert zero_basin_radius([[0.51]], 2, 0.5) == 0
    # s^3 + lambda / s = 1 has the root s = lambda, up to lambda^4, though x = s^3 underflows.
    assert zero_basin_radius([[1.0]], 3, 1e-200) == pytest.approx(math.sqrt(3) * 1e-200, rel=1e-13)
    assert zero_basin_radius([[13e100]], 4, 12e150) == pytest.approx(2e25, rel=1e-12)
