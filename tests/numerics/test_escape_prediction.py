import math

import numpy as np
import pytest
from cases import drawn_problems, random_factors
from escape_cases import ONE, POINTS, critical_point, moves_like, wide_pair
from hypothesis import given, settings

from dmfbook import (
    end_to_end,
    gradient_descent,
    pack,
    predict_escape,
    sharpness,
    sharpness_gradient,
    stability_threshold,
    tangent_projection,
)
from dmfbook.reference import dense_hessian, dense_jacobian


@pytest.mark.item("P1-1")
@POINTS
def test_the_threshold_is_where_the_linearized_step_turns_unstable(factors):
    hessian = dense_hessian(factors, end_to_end(factors))
    top = np.linalg.eigvalsh(hessian)[-1]
    assert stability_threshold(factors) == pytest.approx(2 / top, rel=1e-12)


def test_zero_factors_are_stable_at_any_step_size():
    zeros = [np.zeros((2, 2)), np.zeros((2, 2))]
    assert stability_threshold(zeros) == np.inf
    assert not pack(sharpness_gradient(zeros)).any()


def is_simple(factors):
    values = np.linalg.eigvalsh(dense_jacobian(factors) @ dense_jacobian(factors).T)
    return len(values) == 1 or values[-1] - values[-2] > 1e-3 * values[-1]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(drawn_problems(max_depth=5, max_width=3))
def test_the_sharpness_gradient_is_a_derivative(problem):
    factors = problem.factors
    if not is_simple(factors):
        return
    move = moves_like(factors, 1.0, problem.seed)
    h = 1e-5
    ahead, behind = (
        sharpness([w + t * d for w, d in zip(factors, move, strict=True)]) for t in (h, -h)
    )
    slope = pack(sharpness_gradient(factors))
    scale = np.linalg.norm(slope)
    assert (ahead - behind) / (2 * h) == pytest.approx(pack(move) @ slope, abs=1e-5 * scale)
    # Euler: s is homogeneous of degree 2L - 2.
    degree = 2 * problem.depth - 2
    assert pack(factors) @ slope == pytest.approx(degree * sharpness(factors), rel=1e-10)


def test_the_sharpness_gradient_at_depth_two_is_made_of_top_singular_triples():
    factors = wide_pair()
    for part, factor in zip(sharpness_gradient(factors), factors, strict=True):
        u, s, vt = np.linalg.svd(factor)
        np.testing.assert_allclose(part, 4 * s[0] * np.outer(u[:, 0], vt[0]), atol=1e-10 * s[0])


@POINTS
def test_the_tangent_projection_is_that_of_the_dense_jacobian(factors):
    jacobian = dense_jacobian(factors)
    direction = moves_like(factors, 1.0, 0)
    projected = tangent_projection(factors, direction)
    vector = pack(projected)
    scale = np.linalg.norm(jacobian, 2)
    assert np.linalg.norm(jacobian @ vector) <= 1e-12 * scale
    _, s, vt = np.linalg.svd(jacobian)
    rows = vt[: int((s > 1e-7 * s[0]).sum())]
    expected = pack(direction) - rows.T @ (rows @ pack(direction))
    np.testing.assert_allclose(vector, expected, atol=1e-10)


@pytest.mark.parametrize("widths", [(2, 2, 2), (3, 2, 3, 2), (1, 3, 3, 1), (2, 3, 3, 3, 2)])
def test_the_prediction_from_dense_matrices(widths):
    factors = random_factors(widths, 5)
    eta = 1.04 * stability_threshold(factors)
    found = predict_escape(factors, eta)
    values, vectors = np.linalg.eigh(dense_hessian(factors, end_to_end(factors)))
    top = vectors[:, -1]
    assert found.sharpness == pytest.approx(values[-1], rel=1e-12)
    assert found.ratio == pytest.approx(1.04, rel=1e-12)
    assert abs(pack(found.sharpest_direction) @ top) == pytest.approx(1, rel=1e-10)
    null = vectors[:, np.abs(values) < 1e-10 * values[-1]]
    slope = null @ (null.T @ pack(sharpness_gradient(factors)))
    size = np.linalg.norm(slope)
    peak = values[-1] * (eta * values[-1] - 2) ** 2 / (eta * size) ** 2
    assert found.peak_loss == pytest.approx(peak, rel=1e-8)
    np.testing.assert_allclose(pack(found.flattening_direction), -slope / size, atol=1e-9)
    moved = [w + 1e-4 * d for w, d in zip(factors, found.flattening_direction, strict=True)]
    assert sharpness(moved) < found.sharpness


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_a_flat_minimum_has_nowhere_to_go(depth):
    minimum, _ = critical_point(depth, (3, 4), (1.4, 1.2), 0.0, depth)
    found = predict_escape(minimum, 1.1 * stability_threshold(minimum))
    assert found.peak_loss == np.inf
    assert not pack(found.flattening_direction).any()
    assert found.lowest_ratio == pytest.approx(1.1, rel=1e-12)
    assert not found.stable_minimum_exists
    assert math.isnan(found.final_ratio)


@pytest.mark.parametrize("tilt", [1.0025, 1.05, 1.4, 3.0])
@pytest.mark.parametrize("ratio", [0.7, 1.001, 1.02, 1.1, 1.5, 2.5])
def test_no_landing_point_is_flatter_than_every_minimum(tilt, ratio):
    """Of 6 = a (6 / a) the flattest minimum has sharpness 24: a^2 + 36 / a^2 is at least 12."""
    side = math.sqrt(6) * tilt
    factors = [[[side]], [[6 / side]]]
    own = 2 * (side**2 + 36 / side**2)
    eta = 2 * ratio / own
    found = predict_escape(factors, eta)
    assert found.lowest_ratio == pytest.approx(12 * eta, rel=1e-12)
    assert found.stable_minimum_exists == (12 * eta <= 1)
    if ratio <= 1:
        assert found.final_ratio == found.ratio
    elif 2 - ratio < 12 * eta:
        assert math.isnan(found.final_ratio)
    else:
        assert found.final_ratio == pytest.approx(2 - ratio, rel=1e-12)


@pytest.mark.parametrize("widths", [(5, 3, 4), (3, 7, 4), (6, 2, 7), (4, 4, 4)])
def test_depth_two_needs_singular_vectors_only(widths):
    """The eigenbasis of J J^T from the factors is that of the dense matrix."""
    factors = random_factors(widths, 8)
    direction = moves_like(factors, 1.0, 9)
    jacobian = dense_jacobian(factors)
    pseudo = np.linalg.pinv(jacobian, rcond=1e-10)
    expected = pack(direction) - pseudo @ (jacobian @ pack(direction))
    np.testing.assert_allclose(pack(tangent_projection(factors, direction)), expected, atol=1e-12)
    found = predict_escape(factors, 1.0)
    top = np.linalg.eigh(dense_hessian(factors, end_to_end(factors)))[1][:, -1]
    assert abs(pack(found.sharpest_direction) @ top) == pytest.approx(1, rel=1e-12)


def test_a_stable_minimum_is_not_left():
    found = predict_escape([[[1.0]], [[3.0]]], 0.1)
    assert found.ratio == 1
    assert found.stable
    assert found.peak_loss == 0
    assert found.final_ratio == found.ratio


def test_deep_scalar_factorizations_escape_to_flatter_minima():
    factors = random_factors((1, 5, 5, 5, 1), 0, scale=1.3)
    eta = 1.03 * stability_threshold(factors)
    predicted = predict_escape(factors, eta)
    nudge = [1e-4 * part for part in predicted.sharpest_direction]
    run = gradient_descent(factors, end_to_end(factors), eta, 2000, displacement=nudge)
    assert run.losses[-1] < 1e-15
    assert run.losses.max() > 1e3 * run.losses[0]
    assert 0.9 < eta * sharpness(run.factors) / 2 < 1


def test_predictions_beyond_the_floats_are_infinite():
    found = predict_escape(ONE, 1e200)
    assert found.loss_growth == math.inf
    slope = tangent_projection(ONE, sharpness_gradient(ONE))
    assert found.peak_loss == pytest.approx(20**3 / sum(part.item() ** 2 for part in slope))
    found = predict_escape([[[1e100]], [[2e100]]], 1.0)
    assert (found.ratio, found.loss_growth) == (pytest.approx(5e200), math.inf)


@pytest.mark.parametrize("c", [1e-200, 1e-100, 1e100, 1e200])
def test_the_projection_does_not_depend_on_the_scale(c):
    factors, direction = random_factors((2, 3, 2, 2), 0), random_factors((2, 3, 2, 2), 1)
    plain = tangent_projection(factors, direction)
    with np.errstate(all="raise", under="ignore"):
        scaled = tangent_projection([c * w for w in factors], direction)
        moved = tangent_projection(factors, [c * d for d in direction])
    for one, two, three in zip(plain, scaled, moved, strict=True):
        np.testing.assert_allclose(two, one, rtol=0, atol=1e-12)
        np.testing.assert_allclose(three / c, one, rtol=0, atol=1e-12)


@pytest.mark.parametrize("c", [1.0, 1e80, 1e100, 1e200])
def test_the_projection_of_small_factors_beside_large_ones(c):
    # J = (W_3 W_2, W_3 W_1, W_2 W_1), and the one in the middle is 1 / c^2.
    factors = [[[1 / c]], [[c]], [[1 / c]]]
    moved = tangent_projection(factors, [[[1.0]], [[0.0]], [[0.0]]])
    slope = np.array([1.0, c**-2.0, 1.0])
    wanted = [1.0, 0.0, 0.0] - slope / (slope @ slope)
    np.testing.assert_allclose(np.ravel(moved), wanted, rtol=0, atol=1e-12)
