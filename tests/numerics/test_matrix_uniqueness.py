"""The matrix minimizer against blind optimization, and its uniqueness against its rivals."""

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
    untied,
)
from hypothesis import given, settings
from scipy.optimize import minimize

from dmfbook import (
    balanced_factors,
    distance_to_tie,
    end_to_end,
    end_to_end_minimizer,
    gradient,
    imbalance,
    loss,
    minimizer_factors,
    pack,
    scalar_minimizer,
    schatten_norm,
    unpack,
)

# Small, of every kind, and without regularizations so small that descent takes for ever.
BLIND = problems(
    lambda problem: (
        problem.name
        in {
            "square depth 2",
            "square depth 3",
            "square depth 4",
            "tall",
            "one row",
            "scalar depth 3",
            "wide hidden depth 2",
            "rank deficient depth 2",
            "repeated depth 2",
            "collapsed depth 3",
            "partly collapsed depth 2",
            "partly collapsed depth 3",
            "edge of collapse depth 2",
        }
    )
)


def blind_minimum(problem: Problem) -> tuple[float, np.ndarray]:
    """Return the least loss and its end-to-end matrix over random starts of L-BFGS."""

    def value(vector: np.ndarray) -> tuple[float, np.ndarray]:
        factors = unpack(vector, problem.widths)
        slope = gradient(factors, problem.target, problem.regularization)
        return loss(factors, problem.target, problem.regularization), pack(slope)

    best = (math.inf, np.zeros_like(problem.target))
    # Large starts reach fitted minima, small ones collapsed minima.
    for seed, scale in enumerate((2.0, 1.4, 1.0, 0.8, 0.6)):
        start = pack(random_factors(problem.widths, seed, scale))
        options = {"maxiter": 400, "ftol": 1e-15, "gtol": 1e-9}
        found = minimize(value, start, jac=True, method="L-BFGS-B", options=options)
        if found.fun < best[0]:
            best = (float(found.fun), end_to_end(unpack(found.x, problem.widths)))
    return best


@pytest.mark.item("P2-10")
@pytest.mark.parametrize("problem", BLIND, ids=str)
def test_blind_optimization_finds_the_same_matrix(problem: Problem) -> None:
    least, found = blind_minimum(problem)
    result = end_to_end_minimizer(problem.target, problem.depth, problem.regularization)
    scale = max(np.linalg.norm(problem.target), 1.0)
    assert result.unique
    assert least == pytest.approx(result.loss, rel=1e-9)
    # Descent stops at a relative loss of 1e-15 or so, which pins a matrix down to its root.
    np.testing.assert_allclose(found, result.matrix, rtol=0, atol=1e-4 * scale)


@pytest.mark.item("P2-2")
@pytest.mark.item("P2-3")
@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_factors_attain_the_least_loss_and_are_stationary(problem: Problem) -> None:
    result = end_to_end_minimizer(problem.target, problem.depth, problem.regularization)
    terms = max(float(np.linalg.norm(problem.target)), 1.0) ** 2
    for rng in (None, 3):
        factors = minimizer_factors(problem.target, problem.widths, problem.regularization, rng)
        assert [factor.shape for factor in factors] == [
            (after, before)
            for before, after in zip(problem.widths, problem.widths[1:], strict=False)
        ]
        slope = pack(gradient(factors, problem.target, problem.regularization))
        assert np.abs(slope).max() <= 1e-13 * terms
        attained = loss(factors, problem.target, problem.regularization)
        assert attained == pytest.approx(result.loss, rel=1e-13)
        assert max(np.abs(gap).max() for gap in imbalance(factors)) <= 1e-13 * terms


@pytest.mark.item("P2-3")
@settings(max_examples=80, deadline=None, derandomize=True)
@given(drawn_problems(hidden_at_least_ends=True))
def test_no_nearby_or_random_point_is_better(problem: Drawn) -> None:
    result = end_to_end_minimizer(problem.target, problem.depth, problem.regularization)
    factors = minimizer_factors(problem.target, problem.widths, problem.regularization, rng=1)
    attained = loss(factors, problem.target, problem.regularization)
    assert attained == pytest.approx(result.loss, rel=1e-12, abs=1e-26)
    rng = np.random.default_rng(problem.seed)
    for size in (1e-3, 0.1, 1.0):
        moved = [factor + size * rng.standard_normal(factor.shape) for factor in factors]
        assert loss(moved, problem.target, problem.regularization) >= attained * (1 - 1e-12)
    elsewhere = loss(problem.factors, problem.target, problem.regularization)
    assert elsewhere >= attained * (1 - 1e-12)


@pytest.mark.item("P2-10")
@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_each_singular_value_goes_to_its_scalar_minimizer(problem: Problem) -> None:
    result = end_to_end_minimizer(problem.target, problem.depth, problem.regularization)
    count = min(problem.target.shape)
    given_values = np.zeros(count)
    given_values[: len(problem.singular_values)] = sorted(problem.singular_values)[::-1]
    expected = scalar_minimizer(given_values, problem.depth, problem.regularization)
    scale = max(given_values[0], 1e-300)
    np.testing.assert_allclose(result.singular_values, expected, rtol=0, atol=2e-14 * scale)
    computed = np.linalg.svd(result.matrix, compute_uv=False)
    np.testing.assert_allclose(computed, expected, rtol=0, atol=2e-14 * scale)
    assert result.unique is untied(problem)
    assert result.rank == np.count_nonzero(expected > 1e-12 * scale)


def test_repeated_singular_values_do_not_depend_on_the_choice_of_singular_vectors() -> None:
    rng = np.random.default_rng(0)
    rotation = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    expected = scalar_minimizer(2.0, 3, 0.2) * rotation
    result = end_to_end_minimizer(2 * rotation, 3, 0.2)
    np.testing.assert_allclose(result.matrix, expected, rtol=0, atol=1e-14)


def test_every_projector_of_the_tied_block_gives_the_least_loss() -> None:
    depth, regularization = 4, 0.2
    tie = tie_value(depth, regularization)
    target = matrix_with_singular_values((2.0, tie, tie, tie, 0.1), (6, 5), seed=2)
    result = end_to_end_minimizer(target, depth, regularization)
    assert not result.unique
    assert result.tie_multiplicity == 3
    assert result.rank == 4
    assert result.tie_left.shape == (6, 3)
    assert result.tie_right.shape == (5, 3)
    rng = np.random.default_rng(0)
    seen = []
    for count in range(4):
        basis = rng.standard_normal((3, count))
        matrix = result.at_subspace(basis)
        orthonormal = np.linalg.qr(basis)[0]
        same = result.at_projector(orthonormal @ orthonormal.T)
        np.testing.assert_allclose(matrix, same, rtol=0, atol=1e-13)
        assert np.linalg.matrix_rank(matrix, tol=1e-9) == count + 1
        factors = balanced_factors(matrix, (5, 5, 5, 5, 6))
        assert loss(factors, target, regularization) == pytest.approx(result.loss, rel=1e-13)
        slope = pack(gradient(factors, target, regularization))
        assert np.abs(slope).max() <= 1e-13
        seen.append(matrix)
    np.testing.assert_allclose(seen[3], result.matrix, rtol=0, atol=1e-13)
    half = result.left[:, result.tied] @ (0.5 * np.eye(3)) @ result.right[:, result.tied].T
    between = seen[0] + result.singular_values[1] * half
    assert loss(balanced_factors(between, (5, 5, 5, 5, 6)), target, regularization) > (
        result.loss * 1.001
    )


@pytest.mark.item("P2-10")
def test_uniqueness_follows_the_distance_to_the_threshold() -> None:
    depth, regularization = 5, 0.1
    tie = tie_value(depth, regularization)
    for gap in (1e-12, 1e-6, 0.1):
        for sign in (-1, 1):
            target = matrix_with_singular_values((3.0, tie + sign * gap), (4, 3), seed=1)
            assert distance_to_tie(target, depth, regularization) == pytest.approx(gap, abs=1e-14)
            result = end_to_end_minimizer(target, depth, regularization)
            assert result.unique
            assert result.rank == 1 + (sign > 0)
            loose = end_to_end_minimizer(target, depth, regularization, tolerance=2 * gap)
            assert not loose.unique
    assert distance_to_tie(np.eye(2), 2, 0.3) == math.inf
    assert distance_to_tie(np.eye(2), 3, 0) == math.inf


def test_no_regularization_gives_the_target_back() -> None:
    for problem in PROBLEMS:
        result = end_to_end_minimizer(problem.target, problem.depth, 0)
        scale = max(np.abs(problem.target).max(), 1e-300)
        np.testing.assert_allclose(result.matrix, problem.target, rtol=0, atol=1e-14 * scale)
        assert result.unique


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_the_scaling_law(scale: float) -> None:
    target = matrix_with_singular_values((3.0, 1.0, 0.2), (4, 3), seed=0)
    plain = end_to_end_minimizer(target, 3, 0.4)
    scaled = end_to_end_minimizer(scale * target, 3, 0.4 * scale ** (4 / 3))
    np.testing.assert_allclose(scaled.matrix, scale * plain.matrix, rtol=1e-12)
    assert scaled.rank == plain.rank == 1 + (0.4 < 0.396)


def test_rng_draws_from_the_orbit() -> None:
    target = matrix_with_singular_values((2.0, 1.0), (3, 2), seed=0)
    draws = [minimizer_factors(target, (2, 4, 2, 3), 0.1, rng) for rng in (0, 0, 1, None)]
    products = [end_to_end(factors) for factors in draws]
    for product in products:
        np.testing.assert_allclose(product, products[0], rtol=0, atol=1e-13)
    assert all(np.array_equal(a, b) for a, b in zip(draws[0], draws[1], strict=True))
    assert not np.allclose(draws[0][0], draws[2][0])


def test_hidden_widths_need_only_carry_the_minimizer() -> None:
    target = np.diag([3.0, 1.0, 0.2])
    factors = minimizer_factors(target, (3, 2, 2, 3), 0.3)
    least = end_to_end_minimizer(target, 3, 0.3).loss
    assert loss(factors, target, 0.3) == pytest.approx(least, rel=1e-13)


@pytest.mark.parametrize("regularization", [0.0, 0.1])
@pytest.mark.parametrize("widths", [(3, 2, 4, 3), (3, 1, 3), (3, 3, 1, 2, 3)], ids=str)
def test_narrow_widths_fit_the_largest_values(
    widths: tuple[int, ...], regularization: float
) -> None:
    target = matrix_with_singular_values((3.0, 2.0, 1.5), (3, 3), 0)
    factors = minimizer_factors(target, widths, regularization, rng=0)
    assert [factor.shape for factor in factors] == list(zip(widths[1:], widths, strict=False))
    least = loss(factors, target, regularization)
    assert np.abs(pack(gradient(factors, target, regularization))).max() <= 1e-13

    def value(vector: np.ndarray) -> tuple[float, np.ndarray]:
        moved = unpack(vector, widths)
        return loss(moved, target, regularization), pack(gradient(moved, target, regularization))

    found = [
        minimize(value, pack(random_factors(widths, seed, 1.6)), jac=True, method="L-BFGS-B").fun
        for seed in range(8)
    ]
    assert min(found) == pytest.approx(least, rel=1e-6)
    assert min(found) >= least * (1 - 1e-12)


def test_narrow_widths_fit_one_of_equal_values() -> None:
    """At the cut every choice of singular vectors is a minimizer; one of them is returned."""
    target = matrix_with_singular_values((2.0, 2.0, 2.0), (4, 3), 0)
    factors = minimizer_factors(target, (3, 2, 3, 4), 0.1)
    values = np.linalg.svd(end_to_end(factors), compute_uv=False)
    expected = scalar_minimizer(2.0, 3, 0.1)
    np.testing.assert_allclose(values, [expected, expected, 0], rtol=0, atol=1e-14)
    assert np.abs(pack(gradient(factors, target, 0.1))).max() <= 1e-13


def test_wrong_projectors_and_subspaces_are_refused() -> None:
    unique = end_to_end_minimizer(np.eye(2), 3, 0.1)
    with pytest.raises(ValueError, match="unique"):
        unique.at_projector(np.eye(2))
    with pytest.raises(ValueError, match="unique"):
        unique.at_subspace(np.eye(2))
    tied = end_to_end_minimizer(2 * np.eye(2), 3, 1.0)
    with pytest.raises(ValueError, match=r"departs from that by 0\.25"):
        tied.at_projector(0.5 * np.eye(2))
    with pytest.raises(ValueError, match=r"shape \(2, 2\), but it has shape \(3, 3\)"):
        tied.at_projector(np.eye(3))
    with pytest.raises(ValueError, match="independent"):
        tied.at_subspace([[1.0, 2.0], [1.0, 2.0]])
    with pytest.raises(ValueError, match=r"shape \(2, q\)"):
        tied.at_subspace([[1.0], [1.0], [1.0]])
    with pytest.raises(ValueError, match="tolerance"):
        end_to_end_minimizer(np.eye(2), 3, 0.1, tolerance=-1)


@pytest.mark.item("P2-8")
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 5), (4, 2)])
def test_matrices_are_at_least_as_far_apart_as_their_singular_values(
    shape: tuple[int, int],
) -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        first, second = rng.standard_normal((2, *shape))
        apart = np.linalg.svd(first, compute_uv=False) - np.linalg.svd(second, compute_uv=False)
        assert np.linalg.norm(first - second) >= np.linalg.norm(apart) * (1 - 1e-13)
        assert np.abs(apart).max() > 1e-6


@pytest.mark.item("P2-12")
@pytest.mark.parametrize("depth", [2, 3, 6])
def test_random_targets_have_one_minimizer(depth: int) -> None:
    rng = np.random.default_rng(0)
    closest = math.inf
    for _ in range(300):
        target = rng.standard_normal((3, 4))
        assert end_to_end_minimizer(target, depth, 0.3).unique
        closest = min(closest, abs(distance_to_tie(target, depth, 0.3)))
    # They come near the tie but do not meet it (there is none for depth 2).
    assert closest > 1e-9
    assert (closest < 0.1) == (depth > 2)


@pytest.mark.item("P2-13")
@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_all_factors_of_a_minimizer_have_the_same_norm(problem: Problem) -> None:
    result = end_to_end_minimizer(problem.target, problem.depth, problem.regularization)
    norm = schatten_norm(result.matrix, 2 / problem.depth) ** (1 / problem.depth)
    for factor in minimizer_factors(problem.target, problem.widths, problem.regularization, 2):
        size = np.linalg.norm(factor)
        assert size == pytest.approx(norm, rel=1e-7 if "edge" in problem.name else 1e-12)


@pytest.mark.item("P2-14")
@pytest.mark.parametrize("depth", [2, 3, 5])
@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (1, 1)])
def test_zero_is_the_only_minimizer_above_the_threshold(depth: int, shape: tuple[int, int]) -> None:
    target = np.random.default_rng(1).standard_normal(shape)
    threshold = collapse_value(depth, float(np.linalg.norm(target, 2)))
    above = end_to_end_minimizer(target, depth, threshold * (1 + 1e-9))
    assert above.unique
    assert not above.matrix.any()
    below = end_to_end_minimizer(target, depth, threshold * (1 - 1e-9))
    assert below.unique
    assert below.rank == 1


def test_losses_and_singular_values_beyond_the_floats() -> None:
    large = 1.2e154 * np.eye(3)
    with np.errstate(all="raise", under="ignore"):
        assert end_to_end_minimizer(large, 3, 1e290).loss == np.inf
        with pytest.raises(ValueError, match="target is too large: its singular values"):
            end_to_end_minimizer(np.full((3, 3), 1.7e308), 3, 1.0)
