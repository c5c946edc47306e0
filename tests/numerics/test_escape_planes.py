"""What is recorded of a run, and a run and the loss as seen in a plane."""

import math

import numpy as np
import pytest
from cases import random_factors

from dmfbook import (
    end_to_end,
    gradient_descent,
    loss,
    loss_on_plane,
    pack,
    plane_coordinates,
    stability_threshold,
)


def moves_like(factors, size, seed):
    rng = np.random.default_rng(seed)
    moves = [rng.standard_normal(factor.shape) for factor in factors]
    norm = np.linalg.norm(pack(moves))
    return [size * move / norm for move in moves]


@pytest.mark.parametrize("every", [1, 3, 7, 20])
def test_what_is_recorded_now_and_then_is_part_of_what_is_recorded_always(every):
    factors = random_factors((2, 3, 2), 4)
    etas = [0.01, 5.0]  # the second diverges
    args = (factors, np.eye(2), etas, 20)
    kept = {"record_sharpness": True, "record_trajectory": True}
    always, rarely = (gradient_descent(*args, **kept, record_every=k) for k in (1, every))
    assert rarely.steps.tolist() == list(range(0, 21, every))
    np.testing.assert_array_equal(rarely.losses, always.losses[:, ::every])
    np.testing.assert_array_equal(rarely.sharpness, always.sharpness[:, ::every])
    for few, all_of_them in zip(rarely.trajectory, always.trajectory, strict=True):
        np.testing.assert_array_equal(few, all_of_them[:, ::every])
    np.testing.assert_array_equal(rarely.factors[0], always.factors[0])
    assert rarely.diverged.tolist() == [False, True]


@pytest.mark.parametrize("batch", [False, True])
def test_plane_coordinates_are_those_of_least_squares(batch):
    minimum = random_factors((3, 4, 2), 1)
    directions = [moves_like(minimum, size, seed) for size, seed in ((2.0, 5), (0.3, 6))]
    eta = np.array([0.5, 1.02]) * stability_threshold(minimum)
    run = gradient_descent(
        minimum,
        end_to_end(minimum),
        eta if batch else eta[1],
        30,
        displacement=moves_like(minimum, 1e-15, 7),
        record_trajectory=True,
    )
    seen = plane_coordinates(run, directions)
    matrix = np.stack([pack(direction) for direction in directions], axis=1)
    assert seen.coordinates.shape == ((2, 31, 2) if batch else (31, 2))
    for at in np.ndindex(seen.distance.shape):
        move = pack([stack[at] for stack in run.trajectory])
        found, residual, *_ = np.linalg.lstsq(matrix, move, rcond=None)
        size = np.linalg.norm(move)
        np.testing.assert_allclose(seen.coordinates[at], found, rtol=0, atol=1e-13 * size)
        assert seen.distance[at] == pytest.approx(math.sqrt(residual[0]), rel=1e-12)


@pytest.mark.parametrize("widths", [(3, 2, 4), (1, 3, 3, 3, 1)])
def test_the_loss_on_a_plane_is_the_loss_at_its_points(widths):
    factors = random_factors(widths, 2)
    target = np.ones((widths[-1], widths[0]))
    one, two = (moves_like(factors, 1.5, seed) for seed in (3, 4))
    across, up = np.linspace(-1, 2, 31), np.linspace(-2, 1, 23)
    grid = loss_on_plane(factors, target, [one, two], across, up, 0.2)
    assert grid.shape == (23, 31)
    for i, j in ((0, 0), (5, 30), (22, 7), (17, 16)):
        parts = zip(factors, one, two, strict=True)
        point = [w + across[j] * a + up[i] * b for w, a, b in parts]
        assert grid[i, j] == pytest.approx(loss(point, target, 0.2), rel=1e-13)


def test_the_loss_on_a_plane_beyond_the_floats_is_infinite():
    plane = [[[[1.0]], [[0.0]]], [[[0.0]], [[1.0]]]]
    grid = loss_on_plane([[[0.0]], [[0.0]]], [[0.0]], plane, [1.0, 1e200], [1.0, 1e200])
    assert grid.tolist() == [[1.0, math.inf], [math.inf, math.inf]]
