import math

import numpy as np
import pytest
from cases import PROBLEMS, drawn_problems
from hypothesis import given, settings

from dmfbook import (
    balanced_factors,
    check_gradient,
    check_hessian,
    gradient,
    hessian_operator,
    loss,
    pack,
    unpack,
)

problems = pytest.mark.parametrize("problem", PROBLEMS, ids=str)
STRENGTHS = (1.0, 1e-1, 1e-2, 1e-3)


def loss_of(problem):
    return lambda factors: loss(factors, problem.target, problem.regularization)


def gradient_of(problem, error=0.0):
    def function(factors):
        right = gradient(factors, problem.target, problem.regularization)
        size = error * np.linalg.norm(pack(right)) / math.sqrt(sum(part.size for part in right))
        return [part + size for part in right]

    return function


def product_of(problem, error=0.0):
    def function(factors, direction):
        operator = hessian_operator(factors, problem.target, problem.regularization)
        return unpack((1 + error) * (operator @ pack(direction)), problem.widths)

    return function


@problems
def test_right_derivatives_pass(problem):
    first = check_gradient(loss_of(problem), gradient_of(problem), problem.factors)
    second = check_hessian(gradient_of(problem), product_of(problem), problem.factors)
    for check in (first, second):
        assert check.passed
        assert not check.exact
        assert check.slope == pytest.approx(2, abs=0.05)
        assert check.used.sum() >= 8
        assert str(check).startswith("passed: slope")


@problems
@pytest.mark.parametrize("error", STRENGTHS)
def test_wrong_derivatives_fail(problem, error):
    along_the_error = [np.ones_like(part) for part in problem.factors]
    first = check_gradient(
        loss_of(problem), gradient_of(problem, error), problem.factors, along_the_error
    )
    second = check_hessian(gradient_of(problem), product_of(problem, error), problem.factors)
    for check in (first, second):
        assert not check.passed
        assert check.slope < 1.3
        assert str(check).startswith("failed: slope 1")


@given(problem=drawn_problems())
@settings(max_examples=15, deadline=None, derandomize=True)
def test_verdicts_on_drawn_problems(problem):
    factors = problem.factors
    assert check_gradient(loss_of(problem), gradient_of(problem), factors).passed
    assert not check_gradient(loss_of(problem), gradient_of(problem, 0.1), factors).passed
    assert check_hessian(gradient_of(problem), product_of(problem), factors).passed
    assert not check_hessian(gradient_of(problem), product_of(problem, 0.1), factors).passed


@problems
def test_a_vanishing_gradient_is_no_obstacle(problem):
    """At a fitted point without decay loss and gradient are zero up to rounding."""
    point = balanced_factors(problem.target, problem.widths, rng=0)
    right = check_gradient(
        lambda w: loss(w, problem.target), lambda w: gradient(w, problem.target), point
    )
    assert right.passed
    wrong = check_gradient(
        lambda w: loss(w, problem.target), lambda w: [np.ones_like(part) for part in w], point
    )
    assert not wrong.passed


def test_exact_remainders_are_told():
    linear = check_gradient(lambda x: 3 * x[0] - x[1], lambda x: [3.0, -1.0], [2.0, 5.0])
    assert linear.passed
    assert linear.exact
    assert linear.slope == math.inf
    assert not linear.used.any()
    assert str(linear) == "passed: the remainder vanishes up to rounding"
    constant = check_gradient(lambda x: 0.0, lambda x: np.zeros(2), [0.0, 0.0])
    assert constant.exact
    wrong = check_gradient(lambda x: 3 * x[0] - x[1], lambda x: [3.0, -1.001], [2.0, 5.0])
    assert not wrong.passed
    assert not wrong.exact
    quadratic = check_hessian(lambda x: 2 * x, lambda x, d: 2 * d, [2.0, 5.0])
    assert quadratic.exact


def test_at_a_critical_point_a_multiple_passes_and_is_told():
    def bowl(x):
        return 1 + float(np.sum((x - 1) ** 2 + (x - 1) ** 4))

    def slope(x):
        return 2 * (x - 1) + 4 * (x - 1) ** 3

    for point in ([1.0, 1.0], [1.0, 1 - 1e-12], [1.0, 1 + 1e-9]):
        wrong = check_gradient(bowl, lambda x: 7 * slope(x), point)
        assert wrong.passed
        assert wrong.vanishing
        assert "vanishes here, so that a wrong multiple of it passes too" in str(wrong)
    for point in ([0.7, 0.3], [1.0, 0.9], [3.0, 20.0]):
        right = check_gradient(bowl, slope, point)
        assert right.passed
        assert not right.vanishing
        assert str(right) == "passed: slope 2.00, a right derivative has at least 2"
        assert not check_gradient(bowl, lambda x: 7 * slope(x), point).passed
    flat = check_hessian(lambda x: 4 * x**3, lambda x, d: 36 * x**2 * d, [0.0])
    assert flat.passed
    assert flat.vanishing
    assert not check_hessian(lambda x: 4 * x**3, lambda x, d: 12 * x**2 * d, [1.0]).vanishing
    constant = check_gradient(lambda x: 3.0, np.zeros_like, [1.0])
    assert constant.exact
    assert constant.vanishing


def test_a_vanishing_second_order_gives_a_steeper_slope():
    check = check_gradient(lambda x: x[0] ** 3 + x[0], lambda x: 3 * x**2 + 1, [0.0])
    assert check.passed
    assert check.slope == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize("scale", [1e-60, 1e60])
def test_the_verdict_does_not_depend_on_the_scale(scale):
    point = scale * np.array([1.0, 2.0, -1.0])
    assert check_gradient(lambda x: np.sum(x**4), lambda x: 4 * x**3, point).passed
    assert not check_gradient(lambda x: np.sum(x**4), lambda x: 5 * x**3, point).passed


def test_steps_where_the_loss_overflows_are_left_out():
    def steep(x):
        with np.errstate(over="ignore"):
            return float(np.exp(x[0] ** 2))

    check = check_gradient(steep, lambda x: 2 * x * np.exp(x**2), [20.0], direction=[1.0])
    assert check.passed
    assert np.isinf(check.remainders[0])


def test_the_direction_can_be_given_or_drawn():
    def blind(x):
        return np.array([2 * x[0], 0.0])

    def bowl(x):
        return float(x @ x)

    assert check_gradient(bowl, blind, [1.0, 2.0], direction=[1.0, 0.0]).passed
    assert not check_gradient(bowl, blind, [1.0, 2.0], direction=[1e-300, 1e-300]).passed
    assert not check_gradient(bowl, blind, [1.0, 2.0]).passed
    one, two = (check_gradient(bowl, blind, [1.0, 2.0], rng=seed) for seed in (1, 1))
    assert np.array_equal(one.remainders, two.remainders)


def test_points_of_every_form():
    assert check_gradient(lambda x: x**2, lambda x: 2 * x, 3.0).passed
    matrix = np.arange(6.0).reshape(2, 3)
    assert check_gradient(lambda x: np.sum(x**3), lambda x: 3 * x**2, matrix).passed
    assert check_gradient(
        lambda x: np.sum(x[0] ** 3) + x[1] ** 2, lambda x: [3 * x[0] ** 2, 2 * x[1]], [matrix, 2.0]
    ).passed


def test_what_is_refused_is_named():
    def bowl(x):
        return float(x @ x)

    with pytest.raises(ValueError, match="direction must not be zero"):
        check_gradient(bowl, lambda x: 2 * x, [1.0], direction=[0.0])
    with pytest.raises(ValueError, match="direction must have the form of the point"):
        check_gradient(bowl, lambda x: 2 * x, [1.0], direction=[1.0, 0.0])
    with pytest.raises(ValueError, match="gradient at the point must have the form"):
        check_gradient(bowl, lambda x: [2.0, 3.0], [1.0])
    with pytest.raises(ValueError, match="loss at the point must be finite"):
        check_gradient(lambda x: math.nan, lambda x: 2 * x, [1.0])
    with pytest.raises(ValueError, match="hessian_product at the point must be finite"):
        check_hessian(lambda x: 2 * x, lambda x, d: math.inf * d, [1.0])


def test_steps_of_tiny_points_do_not_underflow():
    with np.errstate(all="raise", under="ignore"):
        for size in (5e-324, 1e-320, 1e-300):
            assert check_hessian(lambda x: 2 * x, lambda x, d: 2 * d, [size, size]).passed
            assert not check_hessian(lambda x: 2 * x, lambda x, d: 3 * d, [size, size]).passed
