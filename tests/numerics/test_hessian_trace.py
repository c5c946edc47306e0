from itertools import pairwise

import numpy as np
import pytest
from cases import Drawn, Problem, drawn_problems, problems, random_factors, tie_value, untied
from hypothesis import given, settings

from dmfbook import balanced_factors, hessian_trace, minimizer_trace, scalar_minimizer, trace_bounds
from dmfbook.reference import dense_hessian


def minimizing_matrix(target, widths, regularization):
    left, values, right = np.linalg.svd(target, full_matrices=False)
    fitted = scalar_minimizer(values, len(widths) - 1, regularization)
    fitted[min(widths[1:-1]) :] = 0
    fitted[fitted <= 1e-14 * values[0]] = 0
    return (left * fitted) @ right


@pytest.mark.parametrize("problem", problems(), ids=str)
def test_trace_at_any_point_whatever_the_target(problem: Problem):
    dense = np.trace(dense_hessian(problem.factors, problem.target, problem.regularization))
    found = hessian_trace(problem.factors, problem.regularization)
    assert found == pytest.approx(dense, rel=1e-13)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(drawn_problems())
def test_trace_at_drawn_points(problem: Drawn):
    dense = np.trace(dense_hessian(problem.factors, problem.target, problem.regularization))
    found = hessian_trace(problem.factors, problem.regularization)
    assert found == pytest.approx(dense, rel=1e-12)


@pytest.mark.item("P2-15")
@pytest.mark.parametrize("problem", problems(untied), ids=str)
def test_minimizer_trace_and_its_bounds(problem: Problem):
    arguments = problem.target, problem.widths, problem.regularization
    matrix = minimizing_matrix(*arguments)
    factors = balanced_factors(matrix, problem.widths, rng=3)
    exact = minimizer_trace(*arguments)
    assert exact == pytest.approx(hessian_trace(factors, problem.regularization), rel=1e-12)
    assert_bounds(matrix, factors, problem.widths, *arguments[::2])


@pytest.mark.item("P2-15")
@settings(max_examples=80, deadline=None, derandomize=True)
@given(drawn_problems(min_regularization=1e-2))
def test_bounds_of_drawn_problems(problem: Drawn):
    target = 4 * problem.target
    matrix = minimizing_matrix(target, problem.widths, problem.regularization)
    factors = balanced_factors(matrix, problem.widths, rng=3)
    assert_bounds(matrix, factors, problem.widths, target, problem.regularization)


def assert_bounds(matrix, factors, widths, target, regularization):
    bounds = trace_bounds(target, widths, regularization)
    penalty = 2 * regularization * sum(factor.size for factor in factors)
    norm = np.linalg.norm(factors[0])
    ratio = (np.linalg.norm(matrix) / norm) ** 2 if norm > 0 else 0.0
    depth = len(factors)
    assert bounds.norm_bound == pytest.approx(2 * depth * ratio + penalty, rel=1e-11)
    slope = 2 * (depth - 2 + widths[0] + widths[-1])
    assert bounds.sharp_bound == pytest.approx(slope * ratio + penalty, rel=1e-11)
    assert bounds.trace >= bounds.sharp_bound * (1 - 1e-13)
    assert bounds.sharp_bound >= bounds.norm_bound * (1 - 1e-13)
    close = {"rel": 1e-12, "abs": 0}
    assert bounds.sharp_bound_attained == (
        bounds.trace == pytest.approx(bounds.sharp_bound, **close)
    )
    assert bounds.norm_bound_attained == (bounds.trace == pytest.approx(bounds.norm_bound, **close))
    rank = np.linalg.matrix_rank(matrix)
    assert bounds.sharp_bound_attained == (rank <= 1)


def test_bounds_do_not_exceed_the_trace_by_rounding():
    rng = np.random.default_rng(0)
    for _ in range(300):
        depth, size = int(rng.integers(2, 8)), int(rng.integers(1, 4))
        target = np.outer(rng.standard_normal(size), rng.standard_normal(size))
        if rng.random() < 0.3:
            target = target + rng.standard_normal((size, size))
        bounds = trace_bounds(target, (size,) * (depth + 1), 10.0 ** -rng.uniform(0, 6))
        assert bounds.norm_bound <= bounds.sharp_bound <= bounds.trace
        assert bounds.sharp_bound_attained == (bounds.sharp_bound == bounds.trace)
        assert bounds.norm_bound_attained == (bounds.norm_bound == bounds.trace)


@pytest.mark.item("P2-15")
def test_each_verdict_occurs():
    verdicts = {
        (bounds.norm_bound_attained, bounds.sharp_bound_attained)
        for bounds in (
            trace_bounds([[2.0]], (1, 3, 1), 0.1),
            trace_bounds([[2.0, 0.0]], (2, 3, 1), 0.1),
            trace_bounds(np.eye(2), (2, 2, 2), 0.1),
        )
    }
    assert verdicts == {(True, True), (False, True), (False, False)}
    assert trace_bounds(np.eye(2), (2, 2, 2), 5.0).norm_bound_attained


def test_equal_singular_values_leave_the_stated_gap():
    rank, widths, weight = 3, (4, 3, 5, 3, 6), 0.05
    target = np.eye(6, 4)
    target[3, 3] = 0
    bounds = trace_bounds(target, widths, weight)
    penalty = 2 * weight * sum(a * b for a, b in pairwise(widths))
    ratio = (bounds.trace - penalty) / (bounds.norm_bound - penalty)
    depth = len(widths) - 1
    expected = rank * (widths[0] + widths[-1] + (depth - 2) * rank) / depth
    assert ratio == pytest.approx(expected, rel=1e-12)


def test_a_tie_needs_a_rank():
    target = [[tie_value(4, 0.2)]]
    with pytest.raises(ValueError, match="rank="):
        minimizer_trace(target, (1,) * 5, 0.2)
    assert minimizer_trace(target, (1,) * 5, 0.2, rank=0) == pytest.approx(8 * 0.2)
    assert minimizer_trace(target, (1,) * 5, 0.2, rank=1) > 8 * 0.2 * 2


def test_huge_and_tiny_factors():
    factors = random_factors((3, 4, 2, 5), 0)
    plain = hessian_trace(factors)
    assert hessian_trace([np.ldexp(f, 250) for f in factors]) == np.ldexp(plain, 1000)
    assert hessian_trace([np.ldexp(f, -250) for f in factors]) == np.ldexp(plain, -1000)
    first, second = np.ldexp(factors[0], 900), np.ldexp(factors[1], -900)
    third = np.ldexp(factors[2], -900)
    assert 0 < hessian_trace([first, second, third]) < np.inf
    with pytest.raises(ValueError, match="exceeds the largest float"):
        hessian_trace([np.ldexp(f, 500) for f in factors])
    with pytest.raises(ValueError, match="exceeds the largest float"):
        hessian_trace(factors, 1e308)
    with pytest.raises(ValueError, match="exceeds the largest float"):
        minimizer_trace([[1e300]], (1, 1, 1, 1), 1.0)


def test_zero_factors_leave_the_penalty_and_the_identity_blocks():
    zeros = [np.zeros((2, 3)), np.zeros((2, 2)), np.zeros((4, 2))]
    assert hessian_trace(zeros, 0.5) == 18.0
    assert hessian_trace([zeros[0], np.ones((4, 2))]) == 2 * 3 * 8
