"""A batch of runs of gradient descent is what its members are alone, whatever they differ in."""

import numpy as np
import pytest
from cases import drawn_problems, matrix_with_singular_values, random_factors
from escape_cases import critical_point, moves_like, relative_error
from hypothesis import given, settings

from dmfbook import gradient_descent


@settings(max_examples=25, deadline=None, derandomize=True)
@given(drawn_problems())
def test_a_batch_is_its_members(problem):
    other = random_factors(problem.widths, problem.seed + 1)
    starts = [np.stack(pair) for pair in zip(problem.factors, other, strict=True)]
    etas = np.array([0.003, 0.02])
    lam = problem.regularization
    batch = gradient_descent(starts, problem.target, etas, 6, lam, record_sharpness=lam == 0)
    for i, start in enumerate((problem.factors, other)):
        alone = gradient_descent(start, problem.target, etas[i], 6, lam, record_sharpness=lam == 0)
        assert relative_error([stack[i] for stack in batch.factors], alone.factors) <= 1e-13
        np.testing.assert_allclose(batch.losses[i], alone.losses, rtol=1e-12)
        if lam == 0:
            np.testing.assert_allclose(batch.sharpness[i], alone.sharpness, rtol=1e-11)
    shared = gradient_descent(problem.factors, problem.target, etas, 6, lam)
    np.testing.assert_array_equal(shared.losses[0], batch.losses[0])


# The first runs away at once, and the others go on with their own.
REGULARIZATIONS = np.array([200.0, 0.0, 0.05, 0.4])


def assert_members(batch, alone):
    """Each member of the batch is the run alone, to rounding, and diverges when that does."""
    assert batch.diverged.tolist() == [bool(run.diverged) for run in alone]
    for i, run in enumerate(alone):
        np.testing.assert_array_equal(batch.steps, run.steps)
        np.testing.assert_allclose(batch.losses[i], run.losses, rtol=1e-12)
        assert relative_error([stack[i] for stack in batch.factors], run.factors) <= 1e-13
        if run.trajectory is not None:
            assert relative_error([w[i] for w in batch.trajectory], run.trajectory) <= 1e-13
        if run.displacement is not None:
            assert relative_error([w[i] for w in batch.displacement], run.displacement) <= 1e-12


@pytest.mark.parametrize("every", [1, 7])
@pytest.mark.parametrize("depth", [2, 3])
def test_a_batch_of_regularizations_is_its_members(depth, every):
    factors = random_factors((3, 2, 4, 2)[: depth + 1], 0)
    target = np.ones((len(factors[-1]), 3))
    kept = {"record_trajectory": True, "record_every": every}
    batch = gradient_descent(factors, target, 0.02, 30, REGULARIZATIONS, **kept)
    assert batch.diverged.tolist() == [True, False, False, False]
    assert_members(
        batch,
        [gradient_descent(factors, target, 0.02, 30, lam, **kept) for lam in REGULARIZATIONS],
    )


def test_each_member_may_have_its_own_start_step_size_and_regularization():
    starts = [random_factors((2, 3, 2), seed) for seed in range(4)]
    stacks = [np.stack(parts) for parts in zip(*starts, strict=True)]
    etas = np.array([0.01, 0.02, 0.03, 0.04])
    batch = gradient_descent(stacks, np.eye(2), etas, 20, REGULARIZATIONS)
    members = zip(starts, etas, REGULARIZATIONS, strict=True)
    assert_members(
        batch, [gradient_descent(start, np.eye(2), eta, 20, lam) for start, eta, lam in members]
    )


@pytest.mark.parametrize("depth", [2, 3])
def test_regularizations_may_differ_in_displacement_from_zero(depth):
    zero = [np.zeros((2, 2))] * depth
    moves = moves_like(zero, 1e-9, depth)
    target = np.diag([2.0, 1.0])
    args = (zero, target, 0.1, 40)
    batch = gradient_descent(*args, [0.0, 1.0, 3.0], displacement=moves)
    alone = [gradient_descent(*args, lam, displacement=moves) for lam in (0.0, 1.0, 3.0)]
    assert_members(batch, alone)
    # At depth two zero is left below the collapse threshold, which is the largest singular value.
    assert (batch.losses[:, -1] < 0).tolist() == [depth == 2, depth == 2, False]


def test_equal_regularizations_share_a_minimum():
    minimum, target = critical_point(3, (3, 4), (1.4, 1.2), 0.3, 3)
    moves = moves_like(minimum, 1e-6, 3)
    batch = gradient_descent(minimum, target, 0.01, 20, [0.3, 0.3], displacement=moves)
    assert_members(
        batch, [gradient_descent(minimum, target, 0.01, 20, 0.3, displacement=moves)] * 2
    )


def test_the_sharpness_is_recorded_where_every_regularization_is_zero():
    factors = random_factors((2, 3, 2), 0)
    batch = gradient_descent(factors, np.eye(2), 0.01, 5, [0.0, 0.0], record_sharpness=True)
    alone = gradient_descent(factors, np.eye(2), 0.01, 5, record_sharpness=True)
    np.testing.assert_allclose(batch.sharpness, [alone.sharpness] * 2, rtol=1e-12)


def test_without_decay_the_size_of_factors_does_not_matter():
    large = [np.array([[1e200]]), np.array([[0.0]])]
    run = gradient_descent(large, [[0.0]], 0.01, 2, [0.0, 0.1])
    assert run.losses.tolist() == [[0.0] * 3, [np.inf] * 3]


def test_runs_diverge_one_after_the_other():
    factors = random_factors((3, 2, 3), 0)
    etas = np.array([0.6, 0.01, 5.0, 0.02, 1.0])
    batch = gradient_descent(factors, np.eye(3), etas, 40)
    assert batch.diverged.tolist() == [True, False, True, False, True]
    ends = np.isfinite(batch.losses).sum(axis=1)
    assert len({ends[0], ends[2], ends[4]}) == 3
    for i, eta in enumerate(etas):
        alone = gradient_descent(factors, np.eye(3), eta, 40)
        # Chaos on the way out magnifies rounding, so the stage and not the value must agree.
        assert np.isfinite(alone.losses).sum() == ends[i]
        np.testing.assert_allclose(alone.losses[:3], batch.losses[i, :3], rtol=1e-12)


def test_one_stack_among_matrices_is_shared_by_the_batch():
    first = matrix_with_singular_values((2.0, 1.0), (2, 2), 0)
    stack = np.stack([np.eye(2), 2 * np.eye(2)])
    run = gradient_descent([first, stack], np.eye(2), 0.01, 3)
    alone = gradient_descent([first, stack[1]], np.eye(2), 0.01, 3)
    np.testing.assert_allclose(run.losses[1], alone.losses, rtol=1e-14)
    np.testing.assert_array_equal(stack[1], 2 * np.eye(2))
