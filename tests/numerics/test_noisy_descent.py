"""Predictions of noise against covariances that solve their equation, and against slow runs."""

import numpy as np
import pytest
from cases import Problem, problems, untied
from scipy.linalg import solve_discrete_lyapunov

from dmfbook import (
    balanced_factors,
    end_to_end_minimizer,
    gradient,
    gradient_noise_excess,
    hessian_spectrum,
    loss,
    minimizer_factors,
    minimizer_sharpness,
    minimizer_trace,
    noise_excess,
    noisy_descent,
    pack,
    target_noise_excess,
)
from dmfbook.reference import dense_hessian, dense_jacobian


def step_of(problem: Problem) -> float:
    """Return a step size below the edge."""
    return 1.2 / minimizer_sharpness(problem.target, problem.widths, problem.regularization)


@pytest.mark.parametrize("seed", range(3))
def test_the_covariance_that_a_quadratic_valley_keeps_up(seed: int):
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    values = rng.uniform(0.1, 3, 5)
    hessian, root = basis * values @ basis.T, rng.standard_normal((5, 5))
    covariance, eta, sigma = root @ root.T, 0.5, 0.3
    kept = solve_discrete_lyapunov(np.eye(5) - eta * hessian, (eta * sigma) ** 2 * covariance)
    variances = np.einsum("ij,jk,ki->i", basis.T, covariance, basis)
    found = noise_excess(values, eta, sigma, variances=variances)
    assert found == pytest.approx(np.trace(hessian @ kept) / 2, rel=1e-12)


def test_flat_directions_and_rounding_errors_add_nothing():
    assert noise_excess([0.0, 1e-12, -1e-12, 1.0], 0.5, 2.0) == noise_excess([1.0], 0.5, 2.0)
    assert noise_excess([0.0, 0.0], 0.5, 2.0) == 0.0
    with pytest.raises(ValueError, match="no minimum"):
        noise_excess([-0.1, 1.0], 0.5, 2.0)
    with pytest.raises(ValueError, match="variances must be one number, or of the shape"):
        noise_excess([1.0, 2.0], 0.5, 2.0, variances=[1.0])
    with pytest.raises(ValueError, match="variances must be at least 0"):
        noise_excess([1.0, 2.0], 0.5, 2.0, variances=-1.0)


def test_at_the_edge_nothing_settles():
    assert noise_excess([1.0], 2.0, 0.1) == np.inf
    assert noise_excess([1.0], 2.0, 0.0) == 0.0
    assert noise_excess([1e-3, 1.0], 2.0, 0.1, variances=[1.0, 0.0]) == np.inf


@pytest.mark.parametrize("problem", problems(untied), ids=str)
def test_minimizers_against_dense_matrices(problem: Problem):
    arguments = problem.target, problem.widths, problem.regularization
    factors = minimizer_factors_of(problem)
    values, vectors = np.linalg.eigh(dense_hessian(factors, *arguments[::2]))
    eta = step_of(problem)
    zeros = hessian_spectrum(*arguments).nullity
    assert np.abs(values[:zeros]).max(initial=0.0) < 1e-9 * values[-1]
    found = gradient_noise_excess(*arguments, eta, 0.3)
    assert found == pytest.approx(noise_excess(values[zeros:], eta, 0.3), rel=1e-11)
    shakes = np.sum((dense_jacobian(factors) @ vectors) ** 2, axis=0)
    brute = noise_excess(values[zeros:], eta, 0.3, variances=4 * shakes[zeros:])
    assert target_noise_excess(*arguments, eta, 0.3) == pytest.approx(brute, rel=1e-10, abs=1e-15)
    small = 1e-9 * eta
    data = minimizer_trace(*arguments) - 2 * problem.regularization * problem.size
    slow = target_noise_excess(*arguments, small, 0.3)
    assert slow == pytest.approx(small * 0.09 / 2 * data, rel=1e-8, abs=1e-15)


def minimizer_factors_of(problem: Problem):
    """Return a minimizer, also where narrow hidden layers carry the largest values only."""
    best = end_to_end_minimizer(problem.target, problem.depth, problem.regularization)
    k = min(problem.widths)
    kept = best.left[:, :k] * best.singular_values[:k]
    return balanced_factors(kept @ best.right[:, :k].T, problem.widths, rng=3)


@pytest.mark.parametrize("kind", ["gradient", "target"])
def test_copies_take_the_steps_of_a_slow_loop(kind: str):
    rng = np.random.default_rng(5)
    factors = [rng.standard_normal(shape) for shape in ((2, 3), (2, 2))]
    target, weight, eta, sigma = rng.standard_normal((2, 3)), 0.2, 0.02, 0.4
    options = {"kind": kind, "copies": 2, "discarded": 1, "rng": 8}
    run = noisy_descent(factors, target, eta, 3, sigma, weight, **options)
    draw = np.random.default_rng(8)
    copies, first = [factors, factors], loss(factors, target, weight)
    above = []
    for _ in range(3):
        above.append([loss(copy, target, weight) - first for copy in copies])
        if kind == "gradient":
            noise = [draw.standard_normal((2, *factor.shape)) for factor in factors]
            slopes = [gradient(copy, target, weight) for copy in copies]
            slopes = [
                [g + sigma * part[i] for g, part in zip(slope, noise, strict=True)]
                for i, slope in enumerate(slopes)
            ]
        else:
            shaken = target + sigma * draw.standard_normal((2, *target.shape))
            slopes = [gradient(*each, weight) for each in zip(copies, shaken, strict=True)]
        copies = [
            [w - eta * g for w, g in zip(copy, slope, strict=True)]
            for copy, slope in zip(copies, slopes, strict=True)
        ]
    np.testing.assert_allclose(run.excess, np.mean(above, axis=1), rtol=1e-12, atol=1e-14)
    means = np.mean(above[1:], axis=0)
    assert run.mean == pytest.approx(means.mean(), rel=1e-12)
    assert run.standard_error == pytest.approx(abs(means[0] - means[1]) / 2, rel=1e-10)
    for i in (0, 1):
        np.testing.assert_allclose(pack([w[i] for w in run.factors]), pack(copies[i]), rtol=1e-12)


@pytest.mark.parametrize("kind", ["gradient", "target"])
def test_a_network_settles_where_it_is_predicted_to(kind: str):
    target, widths, weight = np.diag([2.0, 1.2]), (2, 3, 2, 2), 0.25
    minimum = minimizer_factors(target, widths, weight, rng=1)
    eta, sigma = 0.06, 0.02
    predict = gradient_noise_excess if kind == "gradient" else target_noise_excess
    predicted = predict(target, widths, weight, eta, sigma)
    options = {"kind": kind, "copies": 400, "discarded": 300, "rng": 2}
    run = noisy_descent(minimum, target, eta, 1200, sigma, weight, **options)
    assert abs(run.mean - predicted) < 4 * run.standard_error
    assert run.standard_error < 0.02 * predicted
    other = {"gradient": target_noise_excess, "target": gradient_noise_excess}[kind]
    assert abs(run.mean - other(target, widths, weight, eta, sigma)) > 20 * run.standard_error


def test_too_much_noise_is_refused_in_words():
    with pytest.raises(ValueError, match="a copy diverged"):
        noisy_descent([[[1.0]], [[1.0]]], [[1.0]], 0.5, 400, 10.0)
    with pytest.raises(ValueError, match="discarded must be below"):
        noisy_descent([[[1.0]], [[1.0]]], [[1.0]], 0.1, 5, 1.0, discarded=5)


def test_without_noise_a_minimizer_stays():
    minimum = minimizer_factors([[2.0]], (1, 1, 1), 0.1)
    assert noisy_descent(minimum, [[2.0]], 0.1, 50, 0.0, 0.1, copies=2).mean < 1e-14
    assert gradient_noise_excess([[2.0]], (1, 1, 1), 0.1, 0.1, 0.0) == 0.0
