import re
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from cases import (
    PROBLEMS,
    Drawn,
    Problem,
    drawn_problems,
    matrix_with_singular_values,
    problems,
    tie_value,
    untied,
)
from hypothesis import given, settings

from dmfbook import (
    Origin,
    balanced_factors,
    flattest_sharpness,
    hessian_spectrum,
    minimizer_sharpness,
    minimizer_trace,
    scalar_minimizer,
    spectrum_from_singular_values,
)
from dmfbook.reference import dense_hessian


def minimizer(target, widths, regularization, rank=None, seed=0):
    """Return a random minimizer: the best end-to-end matrix, lifted to balanced factors."""
    left, values, right = np.linalg.svd(target, full_matrices=False)
    fitted = scalar_minimizer(values, len(widths) - 1, regularization)
    fitted[min(widths[1:-1]) :] = 0
    if rank is not None:
        fitted[rank:] = 0
    return balanced_factors((left * fitted) @ right, widths, rng=seed)


def assert_spectrum_is_dense(target, widths, regularization, rank=None):
    factors = minimizer(target, widths, regularization, rank)
    dense = np.linalg.eigvalsh(dense_hessian(factors, target, regularization))
    spectrum = hessian_spectrum(target, widths, regularization, rank=rank)
    assert spectrum.dimension == dense.size
    scale = np.abs(dense).max()
    np.testing.assert_allclose(spectrum.eigenvalues(), dense, rtol=0, atol=1e-12 * scale)
    assert spectrum.largest == pytest.approx(dense[-1], rel=1e-12)
    assert spectrum.smallest == pytest.approx(dense[0], abs=1e-12 * scale)
    assert spectrum.trace == pytest.approx(dense.sum(), rel=1e-12)
    sharpness = minimizer_sharpness(target, widths, regularization, rank=rank)
    assert sharpness == pytest.approx(spectrum.largest, rel=1e-13)
    return spectrum, dense


@pytest.mark.parametrize("problem", problems(untied), ids=str)
def test_spectrum_is_that_of_the_dense_hessian(problem: Problem):
    assert_spectrum_is_dense(problem.target, problem.widths, problem.regularization)


@pytest.mark.parametrize("problem", problems(lambda p: p.has_tie), ids=str)
def test_a_tie_needs_a_rank_and_each_rank_has_its_spectrum(problem: Problem):
    arguments = problem.target, problem.widths, problem.regularization
    with pytest.raises(ValueError, match="choose one by rank="):
        hessian_spectrum(*arguments)
    ranks = {"tie depth 3": (1, 2), "double tie": (0, 1, 2)}[problem.name]
    for rank in ranks:
        spectrum, _ = assert_spectrum_is_dense(*arguments, rank=rank)
        assert spectrum.rank == rank
    for rank in {-1, 0, 1, 2, 3} - set(ranks):
        with pytest.raises(ValueError, match="rank must be"):
            hessian_spectrum(*arguments, rank=rank)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(drawn_problems(min_regularization=1e-3))
def test_spectrum_of_drawn_problems_also_with_bottlenecks(problem: Drawn):
    # Gaussian targets are small against most regularizations, so both kinds are looked at.
    for scale in (1.0, 10.0):
        assert_spectrum_is_dense(scale * problem.target, problem.widths, problem.regularization)


@pytest.mark.parametrize("depth", [2, 3, 4, 6])
@pytest.mark.parametrize("gap", [0.0, 1e-16, 1e-14, 1e-11, 1e-8, 1e-5, 1e-2, 0.3])
def test_near_confluent_pairs(depth, gap):
    target = np.diag([2 * (1 + gap), 2.0])
    assert_spectrum_is_dense(target, (2,) * (depth + 1), 0.1)


@pytest.mark.parametrize("depth", [2, 3, 10, 100])
@pytest.mark.parametrize("gap", [1e-13, 1e-9, 1e-4, 1.0, 1e6, 1e40])
def test_pairs_against_the_quotient_in_high_precision(depth, gap):
    weight = 1e-3
    small, large = 2.0, 2.0 * (1 + gap)
    spectrum = spectrum_from_singular_values([large, small], (2,) * (depth + 1), weight)
    with mpmath.workdps(80):

        def fitted(m):
            m = mpmath.mpf(m)
            if depth == 2:
                return m - mpmath.mpf(weight)
            x = m
            for _ in range(400):
                power = mpmath.mpf(2) / depth - 1
                slope = 1 + weight * power * x ** (power - 1)
                x -= (x - m + mpmath.mpf(weight) * x**power) / slope
            return x

        x, y = fitted(large), fitted(small)
        squares = x ** (mpmath.mpf(2) / depth) - y ** (mpmath.mpf(2) / depth)
        difference = mpmath.mpf(large) - mpmath.mpf(small)
        total = mpmath.mpf(large) + mpmath.mpf(small)
        expected = {
            Origin.PAIR_SYMMETRIC: 2 * (x + y) * difference / squares,
            Origin.PAIR_ANTISYMMETRIC: 2 * (x - y) * total / squares,
        }
    for origin, value in expected.items():
        (found,) = spectrum.values[spectrum.origins == origin]
        assert abs(found - value) <= 1e-13 * value


@pytest.mark.item("P2-6")
def test_scalar_spectrum_of_theorem_6():
    for depth, m, weight in [(2, -1.7, 0.3), (3, 2.0, 0.1), (5, 1.5, 0.01), (12, -3.0, 0.02)]:
        x = abs(scalar_minimizer(m, depth, weight))
        spectrum = hessian_spectrum([[m]], (1,) * (depth + 1), weight)
        simple = 2 * depth * x ** (2 - 2 / depth) - 2 * (depth - 2) * weight
        expected = np.sort([*[4 * weight] * (depth - 1), simple])
        np.testing.assert_allclose(spectrum.eigenvalues(), expected, rtol=1e-13)


def test_the_scalar_hessian_of_depth_3_is_isotropic_at_the_tie():
    weight = 0.3
    spectrum = hessian_spectrum([[tie_value(3, weight)]], (1, 1, 1, 1), weight, rank=1)
    np.testing.assert_allclose(spectrum.eigenvalues(), 4 * weight, rtol=1e-13)


@pytest.mark.parametrize("problem", problems(untied), ids=str)
def test_counts_of_zeros_and_of_4_lambda(problem: Problem):
    spectrum = hessian_spectrum(problem.target, problem.widths, problem.regularization)
    r, hidden = spectrum.rank, problem.widths[1:-1]
    rotations = sum(r * (r - 1) // 2 + r * (d - r) for d in hidden)
    assert spectrum.count(Origin.ROTATION) == rotations
    assert spectrum.count(Origin.BALANCING) == sum(r * (r + 1) // 2 + r * (d - r) for d in hidden)
    function_space = sum(
        spectrum.count(origin)
        for origin in Origin
        if origin not in (Origin.ROTATION, Origin.BALANCING, Origin.DEAD)
    )
    assert function_space == r * (problem.widths[0] + problem.widths[-1] - r)
    if problem.depth > 2:
        assert spectrum.nullity == rotations
        assert spectrum.smallest >= 0
    assert spectrum.trace == pytest.approx(
        minimizer_trace(problem.target, problem.widths, problem.regularization), rel=1e-12
    )


def test_indices_name_the_singular_values():
    spectrum = spectrum_from_singular_values([0.1, 4.0, 2.0], (3, 3, 3), 0.5)
    assert spectrum.rank == 2
    by_origin = {
        origin: {
            (a, b): value
            for a, b, value, found in zip(
                spectrum.first.tolist(),
                spectrum.second.tolist(),
                spectrum.values.tolist(),
                spectrum.origins.tolist(),
                strict=True,
            )
            if found == origin
        }
        for origin in Origin
    }
    assert by_origin[Origin.SINGULAR_VALUE] == pytest.approx({(0, -1): 14.0, (1, -1): 6.0})
    # Depth 2: 2(x_a + x_b) and 2(m_a + m_b), then 2(m_a -+ m_b).
    assert by_origin[Origin.PAIR_SYMMETRIC] == pytest.approx({(0, 1): 10.0})
    assert by_origin[Origin.PAIR_ANTISYMMETRIC] == pytest.approx({(0, 1): 12.0})
    assert by_origin[Origin.UNFITTED_SYMMETRIC] == pytest.approx({(0, 2): 7.8, (1, 2): 3.8})
    assert by_origin[Origin.UNFITTED_ANTISYMMETRIC] == pytest.approx({(0, 2): 8.2, (1, 2): 4.2})
    assert by_origin[Origin.ROTATION] == {(-1, -1): 0.0}
    dead = spectrum.values[spectrum.origins == Origin.DEAD]
    np.testing.assert_allclose(np.sort(dead), [0.8, 1.2], rtol=1e-14)
    assert not spectrum.values.flags.writeable


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
@pytest.mark.parametrize("c", [2.0**-300, 2.0**300])
def test_scaling_law(problem: Problem, c: float):
    power = 2 - 2 / problem.depth
    weight = problem.regularization * c**power
    n = min(problem.target.shape)
    values = np.zeros(n)
    values[: len(problem.singular_values)] = problem.singular_values
    # Rank for the ties: c^(2-2/L) is rounded, which moves a value off its tie.
    if problem.has_tie:
        values *= 1.01
    plain = spectrum_from_singular_values(values, problem.widths, problem.regularization)
    moved = spectrum_from_singular_values(c * values, problem.widths, weight)
    assert moved.rank == plain.rank
    tolerance = 1e-12 * plain.largest
    np.testing.assert_allclose(moved.values / c**power, plain.values, rtol=0, atol=tolerance)


@pytest.mark.parametrize("depth", [2, 3, 4, 7])
@pytest.mark.parametrize("doublings", [-60, 60])
def test_no_digit_is_lost_to_the_scale(depth, doublings):
    values, widths = np.array([3.0, 0.7, 0.2]), (3,) * (depth + 1)
    c, power = 2.0 ** (depth * doublings), 2.0 ** ((2 * depth - 2) * doublings)
    plain = spectrum_from_singular_values(values, widths, 0.05)
    moved = spectrum_from_singular_values(c * values, widths, power * 0.05)
    np.testing.assert_allclose(moved.values / power, plain.values, rtol=1e-14)
    trace = minimizer_trace(np.diag(c * values), widths, power * 0.05)
    assert trace / power == pytest.approx(plain.trace, rel=2e-15)
    least = flattest_sharpness(np.diag(c * values), depth)
    assert least / power == pytest.approx(2 * depth * 3.0 ** (2 - 2 / depth), rel=2e-15)


def test_two_and_a_half_million_eigenvalues():
    widths = (500,) * 11
    singular_values = np.linspace(0.01, 40, 500)
    spectrum = spectrum_from_singular_values(singular_values, widths, 0.3)
    assert spectrum.dimension == sum(a * b for a, b in pairwise(widths)) == 2_500_000
    assert spectrum.values.size < 300_000
    eigenvalues = spectrum.eigenvalues()
    assert (np.diff(eigenvalues) >= 0).all()
    assert eigenvalues.sum() == pytest.approx(spectrum.trace, rel=1e-11)
    exact = minimizer_trace(np.diag(singular_values), widths, 0.3)
    assert spectrum.trace == pytest.approx(exact, rel=1e-12)


def test_depth_2_at_the_edge_has_zeros_that_are_no_rotations():
    # An unfitted singular value equal to lambda costs d_1 - r further zeros.
    problem = next(p for p in PROBLEMS if p.name == "edge of collapse depth 2")
    spectrum = hessian_spectrum(problem.target, problem.widths, problem.regularization)
    assert (spectrum.rank, spectrum.count(Origin.ROTATION), spectrum.nullity) == (1, 1, 2)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("depth", [3, 4])
def test_rounding_does_not_hide_ties_nor_their_zeros(depth, seed):
    size, count, weight = 20, 4, 0.3
    values = (50.0, 20.0, *(tie_value(depth, weight),) * count, 0.1)
    target = matrix_with_singular_values(values, (size, size), seed)
    widths = (size,) * (depth + 1)
    with pytest.raises(ValueError, match="every rank from 2 to 6"):
        hessian_spectrum(target, widths, weight)
    for kept in range(count + 1):
        rank = 2 + kept
        spectrum = hessian_spectrum(target, widths, weight, rank=rank)
        rotations = (depth - 1) * (rank * (rank - 1) // 2 + rank * (size - rank))
        assert spectrum.nullity == rotations + kept * (count - kept)
        assert spectrum.smallest == 0


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("widths", [(3, 2, 3), (4, 1, 5, 3), (3, 3, 2, 4, 3)], ids=str)
def test_equal_values_of_which_narrow_layers_fit_some_have_exact_zeros(widths, seed):
    target = matrix_with_singular_values((2.0,) * 3, (widths[-1], widths[0]), seed)
    spectrum = hessian_spectrum(target, widths, 0.1)
    rank = min(widths)
    rotations = sum(rank * (rank - 1) // 2 + rank * (width - rank) for width in widths[1:-1])
    assert spectrum.nullity == rotations + rank * (3 - rank)
    dense = np.linalg.eigvalsh(dense_hessian(minimizer(target, widths, 0.1), target, 0.1))
    assert spectrum.nullity == np.sum(np.abs(dense) <= 1e-9 * dense[-1])


def test_rounding_errors_of_zero_singular_values_are_not_fitted():
    target = np.outer([1.0, 2.0, 3.0], [1.0, 1 / 3, 0.1])
    assert hessian_spectrum(target, (3, 3, 3, 3), 1e-30).rank == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hessian_spectrum([[1.0]], (1, 1, 1), 0.0), "spectrum_at"),
        (lambda: minimizer_sharpness([[1.0]], (1, 1, 1), 0), "regularization must be above 0"),
        (lambda: hessian_spectrum([[1.0]], (1, 1, 1), -1.0), "regularization must be at least 0"),
        (
            lambda: hessian_spectrum([[1.0]], (1, 1, 1), 0.1, rank=0),
            "rank must be that of a minimizer, 1",
        ),
        (lambda: spectrum_from_singular_values([1.0], (2, 2, 2), 0.1), "must hold all"),
        (lambda: spectrum_from_singular_values([1.0, -1.0], (2, 2, 2), 0.1), "is -1.0"),
        (lambda: spectrum_from_singular_values([1e300], (1,) * 4, 0.1), "multiply the target by c"),
        (lambda: minimizer_sharpness([[1e300]], (1,) * 4, 0.1), "multiply the target by c"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_the_trace_of_large_eigenvalues_is_infinite():
    assert hessian_spectrum(1e307 * np.eye(3), (3, 3, 3), 0.1).trace == np.inf


def test_singular_values_beyond_the_floats_are_refused():
    with pytest.raises(ValueError, match="target is too large: its singular values"):
        hessian_spectrum(np.full((3, 3), 1.7e308), (3, 3, 3), 1.0)
