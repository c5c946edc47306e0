"""Gradient descent in batches, its sharpness on the way, and the prediction of an escape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from benchmarks.harness import Race, race
from dmfbook import (
    end_to_end,
    gradient_descent,
    loss,
    loss_on_plane,
    pack,
    predict_escape,
    sharpness,
    stability_threshold,
    unpack,
)
from dmfbook.numerics._checks import Array

STEPS = 200


def plain_loop(start: list[Array], target: Array, step_sizes: Array) -> list[list[float]]:
    """Run one step size after the other, as one would write it down."""
    histories = []
    for eta in step_sizes:
        factors, losses = [factor.copy() for factor in start], []
        for _ in range(STEPS + 1):
            rights = [np.eye(target.shape[1])]
            for factor in factors:
                rights.append(factor @ rights[-1])
            residual = rights[-1] - target
            losses.append(float((residual**2).sum()))
            left = 2 * residual
            for i in range(len(factors) - 1, -1, -1):
                gradient = left @ rights[i].T
                left = factors[i].T @ left
                factors[i] = factors[i] - eta * gradient
        histories.append(losses)
    return histories


def races() -> Iterator[Race]:
    yield from batches()
    yield predictions()
    yield sharpness_on_the_way()
    yield map_of_the_loss()


def map_of_the_loss() -> Race:
    rng = np.random.default_rng(0)
    widths = (1, *[10] * 14, 1)
    factors, one, two = (
        [rng.standard_normal((b, a)) / np.sqrt(a) for a, b in pairwise(widths)] for _ in range(3)
    )
    target, axis = end_to_end(factors), np.linspace(-0.05, 0.05, 61)
    here, x_way, y_way = pack(factors), pack(one), pack(two)
    return race(
        "loss_on_plane, 61 x 61, fifteen layers",
        ours=lambda: loss_on_plane(factors, target, [one, two], axis, axis),
        peers={
            "loss at one point after the other": lambda: [
                loss(unpack(here + x * x_way + y * y_way, widths), target)
                for y in axis
                for x in axis
            ]
        },
        repeats=3,
    )


def predictions() -> Race:
    rng = np.random.default_rng(0)
    minimum = [rng.standard_normal((60, 50)), rng.standard_normal((50, 60))]
    eta = 1.05 * stability_threshold(minimum)
    return race(
        "predict_escape, 50 x 60 . 60 x 50",
        ours=lambda: predict_escape(minimum, eta),
        peers={"numpy, one SVD of each factor": lambda: [np.linalg.svd(w) for w in minimum]},
        repeats=7,
        note="the least that any prediction needs; ours decomposes the factors and their product",
    )


def sharpness_on_the_way() -> Race:
    rng = np.random.default_rng(0)
    widths = (1, *[10] * 14, 1)
    start = [rng.standard_normal((b, a)) / np.sqrt(a) for a, b in pairwise(widths)]
    target, steps = end_to_end(start), 100

    def ours() -> Array:
        run = gradient_descent(start, target, [1e-6] * 3, steps, record_sharpness=True)
        assert run.sharpness is not None
        return run.sharpness

    def one_by_one() -> list[float]:
        run = gradient_descent(start, target, [1e-6] * 3, steps, record_trajectory=True)
        assert run.trajectory is not None
        return [
            sharpness([w[b, t] for w in run.trajectory]) for b in range(3) for t in range(steps + 1)
        ]

    np.testing.assert_allclose(ours().ravel(), one_by_one(), rtol=1e-11)
    return race(
        "gradient_descent with its sharpness, 15 layers, 3 runs, 100 steps",
        ours=ours,
        peers={"sharpness at every step": one_by_one},
        repeats=3,
    )


def batches() -> Iterator[Race]:
    for widths, count in (((20, 20, 10), 8), ((1, 10, 10, 10, 10, 1), 32), ((4, 4, 4), 64)):
        rng = np.random.default_rng(0)
        start = [
            rng.standard_normal((after, before)) / np.sqrt(before)
            for before, after in pairwise(widths)
        ]
        target = np.linalg.multi_dot(start[::-1]) + 0.01
        etas = np.linspace(0.3, 0.9, count) * stability_threshold(start)
        ours = gradient_descent(start, target, etas, STEPS)
        np.testing.assert_allclose(
            ours.losses, plain_loop(start, target, etas), rtol=1e-6, atol=1e-24
        )
        yield race(
            f"gradient_descent, widths {widths}, {count} step sizes, {STEPS} steps",
            ours=lambda args=(start, target, etas): gradient_descent(*args, STEPS),
            peers={
                "numpy loop over step sizes": lambda args=(start, target, etas): plain_loop(*args),
                "gradient_descent, one run each": lambda args=(start, target, etas): [
                    gradient_descent(args[0], args[1], eta, STEPS) for eta in args[2]
                ],
            },
            repeats=3,
            note="the same losses to 1e-6; ours also watches for divergence",
        )
