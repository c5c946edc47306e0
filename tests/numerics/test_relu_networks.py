"""ReLU networks against differences, random search, and what is proved of them."""

from __future__ import annotations

import numpy as np
import pytest

from dmfbook import (
    relu_collapse_threshold,
    relu_critical_point,
    relu_gradient,
    relu_imbalance,
    relu_loss,
    relu_outputs,
    relu_sharpness,
    relu_training,
)
from dmfbook.numerics.relu_networks._network import Network, extended


def problem(seed, size=2, outputs=1, count=15):
    draw = np.random.default_rng(seed).normal
    return draw(size=(size, count)), draw(size=(outputs, count))


def network(seed, hidden=5, size=2, outputs=1, scale=0.7):
    draw = np.random.default_rng(50 + seed).normal
    return [scale * draw(size=(hidden, size + 1)), scale * draw(size=(outputs, hidden))]


def vector(factors):
    return np.concatenate([factor.ravel() for factor in factors])


def layers(point, like):
    first, second = like
    return [point[: first.size].reshape(first.shape), point[first.size :].reshape(second.shape)]


def value_of(neurons, inputs, outputs):
    active = np.maximum(neurons @ extended(inputs).T, 0)
    return np.linalg.norm(active @ outputs.T, axis=-1) / inputs.shape[1]


def test_the_loss_is_its_definition_and_the_gradient_its_derivative():
    inputs, outputs = problem(0, outputs=2)
    factors = network(0, outputs=2)
    by_hand = 0.0
    for x, y in zip(inputs.T, outputs.T, strict=True):
        out = sum(
            max(row[:-1] @ x + row[-1], 0.0) * column
            for row, column in zip(factors[0], factors[1].T, strict=True)
        )
        np.testing.assert_allclose(relu_outputs(factors, x[:, None])[:, 0], out, rtol=1e-12)
        by_hand += np.sum((y - out) ** 2) / inputs.shape[1]
    by_hand += 0.3 * sum(np.sum(factor**2) for factor in factors)
    assert relu_loss(factors, inputs, outputs, 0.3) == pytest.approx(by_hand, rel=1e-13)
    point, h = vector(factors), 1e-6
    slopes = [
        (
            relu_loss(layers(point + move, factors), inputs, outputs, 0.3)
            - relu_loss(layers(point - move, factors), inputs, outputs, 0.3)
        )
        / (2 * h)
        for move in h * np.eye(len(point))
    ]
    found = vector(relu_gradient(factors, inputs, outputs, 0.3))
    np.testing.assert_allclose(found, slopes, atol=1e-8)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_the_hessian_is_the_derivative_of_the_gradient(smoothing):
    inputs, outputs = problem(1, outputs=2)
    factors = network(1, outputs=2)
    made = Network(extended(inputs), outputs.T, 0.1)
    point, h = vector(factors), 1e-6
    rows = [
        (
            vector(made.gradient(*layers(point + move, factors), smoothing))
            - vector(made.gradient(*layers(point - move, factors), smoothing))
        )
        / (2 * h)
        for move in h * np.eye(len(point))
    ]
    hessian = made.hessian(*factors, smoothing)
    np.testing.assert_allclose(hessian, rows, atol=1e-8)
    if smoothing == 0:
        top = np.linalg.eigvalsh(np.array(rows))[-1]
        assert relu_sharpness(factors, inputs, outputs, 0.1) == pytest.approx(top, abs=1e-7)


def test_the_imbalance_follows_its_law_better_with_smaller_steps():
    inputs, outputs = problem(2)
    start, decay, time = network(2), 0.02, 4.0
    law = relu_imbalance(start) * np.exp(-4 * decay * time)
    errors = []
    for steps in (400, 800, 1600):
        run = relu_training(start, inputs, outputs, time / steps, steps, decay, steps)
        np.testing.assert_array_equal(run.imbalances[-1], relu_imbalance(run.factors))
        errors.append(np.abs(run.imbalances[-1] - law).max())
    assert errors[2] < 2e-3 * np.abs(law).max()
    assert 1.7 < errors[0] / errors[1] < 2.3
    assert 1.7 < errors[1] / errors[2] < 2.3


def test_a_step_multiplies_the_imbalance_and_adds_the_square_of_the_step():
    """On a kink too: the first neuron sees the first sample with preactivation zero."""
    inputs, outputs = problem(3)
    factors, decay, eta = network(3), 0.1, 0.3
    factors[0][0, 2] = -factors[0][0, :2] @ inputs[:, 0]
    data = relu_gradient(factors, inputs, outputs)
    run = relu_training(factors, inputs, outputs, eta, 1, decay)
    added = eta**2 * relu_imbalance(data)
    told = (1 - 2 * eta * decay) ** 2 * relu_imbalance(factors) + added
    np.testing.assert_allclose(run.imbalances[1], told, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("size", "outputs"), [(1, 1), (1, 2), (2, 1), (2, 2)])
def test_no_random_neuron_exceeds_the_threshold(size, outputs):
    rng = np.random.default_rng(4)
    for seed in range(4):
        inputs, answers = problem(10 * seed, size, outputs, count=7)
        if seed == 3:
            inputs = np.round(inputs)  # repeated inputs, and three cuts through one ray
        found = relu_collapse_threshold(inputs, answers)
        assert found.exact
        assert np.linalg.norm(found.neuron) == pytest.approx(1.0)
        assert value_of(found.neuron, inputs, answers) == pytest.approx(found.value)
        tried = rng.normal(size=(40_000, size + 1))
        near = found.neuron + 1e-3 * tried[:10_000]
        tried = np.concatenate([tried, near])
        tried /= np.linalg.norm(tried, axis=1)[:, None]
        best = value_of(tried, inputs, answers).max()
        assert found.value * (1 - 0.01) < best <= found.value * (1 + 1e-12)


def test_many_starts_find_what_the_enumeration_proves():
    from dmfbook.numerics.relu_networks._threshold import searched, values

    for seed in range(3):
        inputs, outputs = problem(seed, 2)
        rows = extended(inputs)
        found = searched(rows, outputs.T, np.random.default_rng(0), 20)
        lower = values(found[None, :], rows, outputs.T)[0]
        exact = relu_collapse_threshold(inputs, outputs).value
        assert exact * (1 - 1e-4) <= lower <= exact * (1 + 1e-12)
    inputs, outputs = problem(9, 5)
    assert not relu_collapse_threshold(inputs, outputs, rng=0, starts=2).exact


def test_the_threshold_is_linear_in_the_answers_and_zero_without():
    inputs, outputs = problem(5)
    value = relu_collapse_threshold(inputs, outputs).value
    assert relu_collapse_threshold(inputs, 1e-200 * outputs).value == pytest.approx(1e-200 * value)
    assert relu_collapse_threshold(inputs, 0 * outputs).value == 0
    assert np.isfinite(relu_collapse_threshold(1e200 * inputs, outputs).value)
    # One sample: the neuron points at it.
    assert relu_collapse_threshold([[3.0]], [[2.0]]).value == pytest.approx(2 * np.sqrt(10))


@pytest.mark.parametrize("seed", [0, 1])
def test_networks_collapse_from_the_threshold_on(seed):
    inputs, outputs = problem(seed)
    threshold = relu_collapse_threshold(inputs, outputs).value
    below = relu_training(network(seed), inputs, outputs, 0.1, 6000, 0.8 * threshold, 6000)
    above = relu_training(network(seed), inputs, outputs, 0.1, 6000, 1.1 * threshold, 6000)
    assert below.norms[-1].sum() > 1e-3
    assert above.norms[-1].sum() < 1e-12
    # The rate: ||W||^2 falls at least as exp(-4 (lambda - D) t); steps of 0.01 are small enough.
    run = relu_training(network(seed), inputs, outputs, 0.01, 1000, 1.5 * threshold, 100)
    bound = run.norms[0].sum() * np.exp(-2 * threshold * 0.01 * run.steps)
    assert np.all(run.norms.sum(axis=1) <= bound * 1.01)


@pytest.fixture(scope="module")
def points():
    found = []
    for seed, outputs in ((0, 1), (1, 1), (2, 2)):
        inputs, answers = problem(seed, outputs=outputs)
        run = relu_training(network(seed, 6, outputs=outputs), inputs, answers, 0.1, 3000, 0.02)
        found.append((inputs, answers, relu_critical_point(run.factors, inputs, answers, 0.02)))
    return found


def test_the_gradient_vanishes_for_the_multipliers_and_neurons_are_balanced(points):
    assert sum(point.pairs for _, _, point in points) >= 3
    for inputs, answers, point in points:
        before = point.factors[0] @ extended(inputs).T
        assert np.all(np.abs(before[point.pinned]) < 1e-12)
        gates = np.where(point.pinned, point.multipliers, before > 0)
        assert np.all((gates >= 0) & (gates <= 1))
        error = (relu_outputs(point.factors, inputs) - answers) * (2 / inputs.shape[1])
        first = (gates * (point.factors[1].T @ error)) @ extended(inputs)
        second = error @ np.maximum(before, 0).T
        for slope, factor in zip((first, second), point.factors, strict=True):
            np.testing.assert_allclose(slope, -2 * 0.02 * factor, atol=1e-12)
        assert point.gradient_norm < 1e-12
        assert np.abs(relu_imbalance(point.factors)).max() < 1e-12


def test_four_lambda_once_for_each_live_neuron(points):
    for _, _, point in points:
        assert np.sum(np.abs(point.eigenvalues - 0.08) < 1e-9) == point.live_neurons
        free = point.factors[0].shape[1] + len(point.factors[1])
        assert len(point.eigenvalues) == point.live_neurons * free - point.pairs


def test_a_strict_minimum_is_one_among_random_neighbors(points):
    rng = np.random.default_rng(0)
    assert any(point.minimum for _, _, point in points)
    for inputs, answers, point in points:
        for size in (1e-2, 1e-3, 1e-4):
            for _ in range(100):
                moved = [f + size * rng.normal(size=f.shape) * (f != 0) for f in point.factors]
                assert relu_loss(moved, inputs, answers, 0.02) > point.loss or not point.minimum


def test_the_loss_is_a_v_across_a_kink(points):
    inputs, answers, point = next(p for p in points if p[2].pairs and p[2].minimum)
    j, i = np.argwhere(point.pinned)[0]
    s, c = point.multipliers[j, i], point.steepness[j, i]
    assert 0 < s < 1
    assert c > 0
    # A direction of the incoming weights that moves this preactivation and no other pinned one.
    rows = extended(inputs)[point.pinned[j]]
    move = np.linalg.pinv(rows)[:, list(np.flatnonzero(point.pinned[j])).index(i)]
    for sign, slope in ((1, (1 - s) * c), (-1, s * c)):
        moved = [factor.copy() for factor in point.factors]
        moved[0][j] += sign * 1e-6 * move
        gain = relu_loss(moved, inputs, answers, 0.02) - point.loss
        assert gain / 1e-6 == pytest.approx(slope, rel=1e-3, abs=1e-6)


def test_what_is_left_certifies_a_global_minimizer():
    """By the threshold for what is left: no network of any width has less loss."""
    inputs, answers = np.array([[-1.0, 0.0, 1.0, 2.0]]), np.array([[0.5, 0.0, 0.0, 1.0]])
    decay = 0.05
    losses = []
    for seed in range(5):
        run = relu_training(network(seed, 8, 1), inputs, answers, 0.1, 3000, decay, 3000)
        point = relu_critical_point(run.factors, inputs, answers, decay)
        left = answers - relu_outputs(point.factors, inputs)
        losses.append((relu_collapse_threshold(inputs, left).value / decay, point.loss))
    certified = [loss for ratio, loss in losses if ratio < 1 + 1e-9]
    assert certified
    assert max(certified) - min(certified) < 1e-12
    assert min(loss for _, loss in losses) > min(certified) - 1e-12
    for ratio, loss in losses:
        assert ratio < 1 + 1e-9 or loss > min(certified) + 1e-6


def test_a_run_that_leaves_the_floats_says_so():
    inputs, outputs = problem(0)
    run = relu_training(network(0), inputs, outputs, 1e3, 100)
    assert run.diverged
    assert np.isfinite(run.losses).all()
    with pytest.raises(ValueError, match="the loss at the start"):
        relu_training([1e200 * f for f in network(0)], inputs, outputs, 0.1, 3)
    with pytest.raises(ValueError, match="the loss at the start"):
        relu_critical_point([1e200 * f for f in network(0)], inputs, outputs, 0.1)
    with pytest.raises(ValueError, match=r"factors must be the two layers .* there are 3"):
        relu_loss([np.eye(2)] * 3, inputs, outputs)
    with pytest.raises(ValueError, match=r"inputs must have 2 rows, one less"):
        relu_loss(network(0), inputs[:1], outputs)
