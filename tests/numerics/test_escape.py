from functools import cache

import mpmath
import numpy as np
import pytest
from cases import PROBLEMS, random_factors
from escape_cases import ONE, critical_point, moves_like, relative_error, wide_pair

from dmfbook import (
    end_to_end,
    gradient,
    gradient_descent,
    loss,
    loss_on_plane,
    pack,
    plane_coordinates,
    predict_escape,
    sharpness,
    sharpness_gradient,
    stability_threshold,
    tangent_projection,
)


def slow_descent(factors, target, step_size, steps, regularization=0.0):
    losses = [loss(factors, target, regularization)]
    for _ in range(steps):
        slopes = gradient(factors, target, regularization)
        factors = [w - step_size * g for w, g in zip(factors, slopes, strict=True)]
        losses.append(loss(factors, target, regularization))
    return factors, np.array(losses)


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_one_run_is_the_plain_loop(problem):
    args = (problem.factors, problem.target, 0.01, 12, problem.regularization)
    slow, losses = slow_descent(*args)
    run = gradient_descent(*args, record_trajectory=True)
    assert relative_error(run.factors, slow) <= 1e-13
    np.testing.assert_allclose(run.losses, losses, rtol=1e-12)
    assert run.losses.shape == (13,)
    assert not run.diverged
    assert run.displacement is None
    assert run.sharpness is None
    for first, last, stages in zip(problem.factors, run.factors, run.trajectory, strict=True):
        assert stages.shape == (13, *first.shape)
        np.testing.assert_array_equal(stages[0], first)
        np.testing.assert_array_equal(stages[-1], last)


@pytest.mark.parametrize("widths", [(3, 2, 4), (2, 3, 3, 2), (1, 3, 2, 1), (13, 2, 2, 12)])
def test_the_sharpness_proxy_is_the_formula_at_every_stage(widths):
    factors = random_factors(widths, 0)
    run = gradient_descent(
        factors,
        np.ones((widths[-1], widths[0])),
        0.05,
        4,
        record_sharpness=True,
        record_trajectory=True,
    )
    expected = [sharpness([w[t] for w in run.trajectory]) for t in range(5)]
    np.testing.assert_allclose(run.sharpness, expected, rtol=1e-12)


@pytest.mark.parametrize("c", [1e-100, 1e-60, 1e60, 1e100])
def test_the_sharpness_proxy_does_not_leave_the_floats_before_the_sharpness(c):
    factors = [np.array([[c], [1.0]]), np.eye(2) / c, np.array([[1.0, 2.0]])]
    run = gradient_descent(factors, end_to_end(factors), 1e-300, 1, record_sharpness=True)
    assert run.sharpness[0] == pytest.approx(sharpness(factors), rel=1e-12)


@pytest.mark.parametrize("regularization", [0.0, 0.3])
@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_displacement_agrees_with_factors(depth, regularization):
    minimum, target = critical_point(depth, (3, 4), (1.4, 1.2), regularization, depth)
    assert np.linalg.norm(pack(gradient(minimum, target, regularization))) < 1e-13
    moves = moves_like(minimum, 0.3, depth)
    start = [w + d for w, d in zip(minimum, moves, strict=True)]
    plain = gradient_descent(start, target, 0.01, 25, regularization)
    run = gradient_descent(minimum, target, 0.01, 25, regularization, displacement=moves)
    floor = loss(minimum, target, regularization)
    np.testing.assert_allclose(run.losses, plain.losses - floor, rtol=1e-11, atol=1e-13 * floor)
    assert relative_error(run.factors, plain.factors) <= 1e-13
    assert (
        relative_error(
            run.displacement, [w - m for w, m in zip(plain.factors, minimum, strict=True)]
        )
        <= 1e-11
    )


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("widths", [(2, 2), (1, 3)])
def test_displacement_is_exact_at_the_distance_of_rounding(depth, widths):
    ends, hidden = widths
    minimum = random_factors((ends, *[hidden] * (depth - 1), ends), 3)
    target = end_to_end(minimum)
    moves = moves_like(minimum, 1e-15, 4)
    eta = 1.3 * stability_threshold(minimum)
    run = gradient_descent(minimum, target, eta, 30, displacement=moves)
    with mpmath.workdps(60):
        base = [mpmath.matrix(w.tolist()) for w in minimum]
        goal = base[0]
        for w in base[1:]:
            goal = w * goal
        state = [b + mpmath.matrix(d.tolist()) for b, d in zip(base, moves, strict=True)]
        for _ in range(30):
            slopes = []
            for k in range(depth):
                right, left = mpmath.eye(ends), mpmath.eye(ends)
                for w in state[:k]:
                    right = w * right
                for w in reversed(state[k + 1 :]):
                    left = left * w
                residual = left * state[k] * right - goal
                slopes.append(2 * left.T * residual * right.T)
            state = [w - mpmath.mpf(eta) * g for w, g in zip(state, slopes, strict=True)]
        exact = [np.array((w - b).tolist(), dtype=float) for w, b in zip(state, base, strict=True)]
    assert relative_error(run.displacement, exact) <= 1e-12


def test_rounding_freezes_the_plain_run_and_not_the_displacement():
    minimum = wide_pair()
    eta = 1.01 * stability_threshold(minimum)
    nudge = [1e-15 * part for part in predict_escape(minimum, eta).sharpest_direction]
    start = [w + d for w, d in zip(minimum, nudge, strict=True)]
    target = end_to_end(minimum)
    theory = np.log((2 * 1.01 - 1) ** 2)
    exact = gradient_descent(minimum, target, eta, 200, displacement=nudge)
    growth = np.diff(np.log(exact.losses))
    np.testing.assert_allclose(growth, theory, rtol=1e-6)
    plain = gradient_descent(start, target, eta, 200)
    assert abs(np.log(plain.losses[-1] / plain.losses[0]) / 200 - theory) > 0.2 * theory


@pytest.mark.parametrize("ratio", [1.001, 1.01, 1.05, 1.2])
def test_the_loss_grows_as_predicted_from_any_direction(ratio):
    minimum = wide_pair()
    eta = ratio * stability_threshold(minimum)
    predicted = predict_escape(minimum, eta).loss_growth
    assert predicted == pytest.approx((2 * ratio - 1) ** 2, rel=1e-12)
    sharpest = predict_escape(minimum, eta).sharpest_direction
    nudge = [1e-15 * part for part in sharpest]
    run = gradient_descent(minimum, end_to_end(minimum), eta, 60, displacement=nudge)
    np.testing.assert_allclose(run.losses[1:] / run.losses[:-1], predicted, rtol=1e-5)
    random = gradient_descent(
        minimum, end_to_end(minimum), eta, 80, displacement=moves_like(minimum, 1e-15, 1)
    )
    # The other directions die out first, slowly where the ratio is close to 1.
    if ratio >= 1.05:
        assert random.losses[80] / random.losses[79] == pytest.approx(predicted, rel=1e-4)


@cache
def experiment():
    """Run the escape experiment once, for all step sizes; random start at distance 1e-3."""
    minimum = wide_pair()
    ratios = np.array([0.9, 0.98, 1.005, 1.01, 1.02, 1.05, 1.1, 1.3, 1.8])
    moves = moves_like(minimum, 1e-3, 1)
    etas = ratios * stability_threshold(minimum)
    run = gradient_descent(minimum, end_to_end(minimum), etas, 3000, displacement=moves)
    return minimum, ratios, etas, run


def final_ratios():
    _, _, etas, run = experiment()
    return [
        eta * sharpness([w[i] for w in run.factors]) / 2 if not run.diverged[i] else np.inf
        for i, eta in enumerate(etas)
    ]


def test_the_experiment_is_the_one_of_the_table():
    minimum = wide_pair()
    assert sharpness(minimum) == pytest.approx(227.167, abs=1e-3)
    assert 4 * np.linalg.norm(end_to_end(minimum), 2) == pytest.approx(132.130, abs=1e-3)


@pytest.mark.item("P1-1")
def test_below_the_threshold_descent_stays():
    _, ratios, _, run = experiment()
    for i in (0, 1):
        assert run.losses[i, -1] < 1e-20
        assert run.losses[i].max() == run.losses[i, 0]
        assert final_ratios()[i] == pytest.approx(ratios[i], abs=1e-5)


@pytest.mark.item("P1-1")
def test_above_the_threshold_it_lands_at_the_mirror_image():
    minimum, ratios, etas, run = experiment()
    # c, how far the final ratio is from 2 - c, how far the peak is from its prediction
    rows = {1.005: (1e-4, 0.02), 1.01: (2e-4, 0.02), 1.02: (1e-3, 0.04)}
    rows |= {1.05: (3e-3, 0.08), 1.1: (1e-2, 0.16)}
    for ratio, (landing, peak) in rows.items():
        i = int(np.flatnonzero(ratios == ratio)[0])
        predicted = predict_escape(minimum, etas[i])
        assert not predicted.stable
        assert predicted.final_ratio == pytest.approx(2 - ratio, rel=1e-12)
        assert abs(final_ratios()[i] - predicted.final_ratio) < landing
        assert run.losses[i].max() == pytest.approx(predicted.peak_loss, rel=peak)
        assert run.losses[i, -1] < 1e-15
    # The law is one for c close to 1 only.
    assert 0.9 < final_ratios()[list(ratios).index(1.3)] < 1


def test_how_far_the_mirror_law_is_off_over_several_draws():
    ratios = np.array([1.01, 1.05, 1.1])
    landings = []
    for seed in range(100, 108):
        rng = np.random.default_rng(seed)
        minimum = [rng.standard_normal((20, 20)), rng.standard_normal((10, 20))]
        etas = ratios * stability_threshold(minimum)
        moves = [1e-6 * rng.standard_normal(factor.shape) for factor in minimum]
        run = gradient_descent(minimum, end_to_end(minimum), etas, 2500, displacement=moves)
        final = [eta * sharpness([w[i] for w in run.factors]) / 2 for i, eta in enumerate(etas)]
        landings.append(np.abs(final - (2 - ratios)))
        peaks = [predict_escape(minimum, eta).peak_loss for eta in etas]
        assert (np.abs(run.losses.max(axis=1) / peaks - 1) < [0.02, 0.08, 0.16]).all()
    assert (np.median(landings, axis=0) < [2e-4, 4e-3, 0.06]).all()
    assert (np.max(landings, axis=0) < [6e-3, 0.05, 0.1]).all()
    # Single draws are much further off than the one above.
    assert np.max(landings, axis=0)[2] > 0.02


def test_far_above_it_diverges_alone_and_without_warnings():
    minimum, _, etas, run = experiment()
    assert run.diverged.tolist() == [False] * 8 + [True]
    first_infinite = int(np.argmax(np.isinf(run.losses[-1])))
    assert np.isfinite(run.losses[-1, :first_infinite]).all()
    assert np.isinf(run.losses[-1, first_infinite:]).all()
    assert all(np.isfinite(w).all() for w in run.factors)
    alone = gradient_descent(
        minimum,
        end_to_end(minimum),
        etas[-1],
        first_infinite + 5,
        displacement=moves_like(minimum, 1e-3, 1),
        record_sharpness=True,
        record_trajectory=True,
    )
    assert bool(alone.diverged)
    assert np.isinf(alone.sharpness[first_infinite:]).all()
    for stages, last in zip(alone.trajectory, alone.displacement, strict=True):
        np.testing.assert_array_equal(stages[first_infinite - 1], last)
        np.testing.assert_array_equal(stages[-1], last)


def test_a_start_beyond_the_floats_is_a_run_that_diverged():
    run = gradient_descent([[[1e200]], [[1e200]], [[1e200]]], [[1.0]], [0.1, 0.2], 3)
    assert run.diverged.all()
    assert np.isinf(run.losses).all()
    assert run.factors[0].tolist() == [[[1e200]], [[1e200]]]


TIED = [np.eye(2), np.eye(2)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sharpness_gradient(TIED), "simple largest Hessian eigenvalue"),
        (lambda: predict_escape(TIED, 0.1), "simple largest Hessian eigenvalue"),
        (lambda: predict_escape([np.zeros((1, 1))] * 2, 0.1), "zero Hessian"),
        (lambda: sharpness_gradient([[[1e200]], [[1e200]]]), "factors are too large"),
        (lambda: tangent_projection(ONE, [[[1.0]]]), "direction must hold one matrix per factor"),
        (lambda: tangent_projection(ONE, [[[1.0, 2.0]], [[1.0]]]), r"direction\[0\] must have"),
        (lambda: tangent_projection(ONE, [[[[1.0]]], [[1.0]]]), "direction must hold matrices"),
        (lambda: gradient_descent(ONE, [[3.0]], [0.1, 0.0], 3), "step_size must be one number"),
        (lambda: gradient_descent(ONE, [[3.0]], [[0.1]], 3), "step_size must be one number"),
        (lambda: gradient_descent(ONE, [[3.0]], 0.1, 0), "steps must be at least 1"),
        (
            lambda: gradient_descent(ONE, [[3.0]], 0.1, 3, record_every=0),
            "record_every must be at least 1",
        ),
        (
            lambda: plane_coordinates(gradient_descent(ONE, [[3.0]], 0.1, 3), [ONE]),
            "with displacement and record_trajectory=True",
        ),
        (
            lambda: loss_on_plane(ONE, [[3.0]], [ONE, [[[2.0]], [[6.0]]]], [0.0], [0.0]),
            "directions must be linearly independent",
        ),
        (
            lambda: loss_on_plane(ONE, [[3.0]], [ONE, [[[0.0]], [[0.0]]]], [0.0], [0.0]),
            r"directions\[1\] must not be zero",
        ),
        (
            lambda: loss_on_plane(ONE, [[3.0]], [ONE], [0.0], [0.0]),
            "directions must be two, but there are 1",
        ),
        (
            lambda: loss_on_plane(ONE, [[3.0]], [ONE, [[[1.0]], [[0.0]]]], [[0.0]], [0.0]),
            "across must be a vector",
        ),
        (
            lambda: gradient_descent(ONE, [[3.0]], 0.1, 3, 0.5, record_sharpness=True),
            "record_sharpness must be left out with regularization 0.5",
        ),
        (
            lambda: gradient_descent(ONE, [[3.0]], 0.1, 3, [0.0, 0.5], record_sharpness=True),
            r"record_sharpness must be left out with regularization \[0.0, 0.5\]",
        ),
        (
            lambda: gradient_descent(ONE, [[3.0]], 0.1, 3, [0.5, -0.1]),
            "regularization must be one number at least 0 .* smallest entry -0.1",
        ),
        (
            lambda: gradient_descent(ONE, [[3.0]], 0.1, 3, [[0.5]]),
            r"regularization must be one number at least 0 .* shape \(1, 1\)",
        ),
        (
            lambda: gradient_descent(ONE, [[3.0]], [0.1, 0.2], 3, [0.1, 0.2, 0.3]),
            "one length, but step_size has 2, regularization has 3",
        ),
        (
            lambda: gradient_descent(ONE, [[3.0]], 0.1, 3, [0.0, 1e-30], displacement=ONE),
            "regularization must be the same for all runs",
        ),
        (
            lambda: gradient_descent(ONE, [[4.0]], 0.1, 3, displacement=ONE),
            "factors must be a minimum",
        ),
        (
            lambda: gradient_descent(ONE, [[3.0]], 0.1, 3, 0.5, displacement=ONE),
            "factors must be a minimum",
        ),
        (
            lambda: gradient_descent(
                [np.ones((2, 1, 1)), np.ones((1, 1))], [[1.0]], 0.1, 3, displacement=ONE
            ),
            "without a batch axis",
        ),
        (
            lambda: gradient_descent([np.ones((2, 1, 1)), np.ones((1, 1))], [[3.0]], [0.1] * 3, 3),
            "one length, but step_size has 3, factors has 2",
        ),
        (
            lambda: gradient_descent([np.ones((2, 1, 1)), np.ones((3, 1, 1))], [[3.0]], 0.1, 3),
            r"factors\[0\] has 2, factors\[1\] has 3",
        ),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_displacement_must_be_a_list():
    with pytest.raises(TypeError, match="displacement must be a list"):
        gradient_descent(ONE, [[3.0]], 0.1, 3, displacement=np.zeros((2, 1, 1)))
