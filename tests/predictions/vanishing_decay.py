"""The answers to the questions of `vanishing_decay`, computed."""

import numpy as np
from questions import readout

from dmfbook import gradient_descent, imbalance, loss, sharpness
from dmfbook.demos import vanishing_decay as demos
from dmfbook.reference import dense_hessian


def zeros_that_stay() -> str:
    """Minimize with a little decay from a turned start, and count small eigenvalues."""
    target, weight = np.diag([1.0, 0.7]), 0.01
    rng = np.random.default_rng(3)
    start = [np.linalg.qr(rng.normal(size=(2, 2)))[0] for _ in range(3)]
    start[2] = target @ np.linalg.inv(start[1] @ start[0])
    end = gradient_descent(start, target, 0.05, 6000, weight).factors
    values = np.linalg.eigvalsh(dense_hessian(end, target, weight))
    zeros = int(np.sum(np.abs(values) < 1e-6))
    assert zeros == readout(demos.splitting, 1, "a-hair")
    return {0: "None", 2: "Two", 4: "Four", 8: "All eight"}[zeros]


def chosen_among_flat() -> str:
    """Descend from several flat factorizations, and see where the ratio goes."""
    target, ends = np.diag([4.0, 1.0]), set()
    for ratio in (-1.2, -0.4, 0.3, 1.3):
        start = [np.diag([2, np.exp(-ratio / 2)]), np.diag([2, np.exp(ratio / 2)])]
        assert sharpness(start) < 16 + 1e-9
        last = gradient_descent(start, target, 0.05, 5000, 0.02).factors
        ends.add(round(np.log(last[1][1, 1] / last[0][1, 1]), 3) + 0.0)
    return "One of them" if ends == {0.0} else "All of the level piece"


def half_the_decay() -> str:
    """Count the steps to a good product, and to a tenth of the imbalance."""
    found = []
    for weight in (0.02, 0.01):
        run = gradient_descent(
            [[[0.3]], [[2.1]]], [[1.0]], 0.08, 4000, weight, record_trajectory=True
        )
        steps = [list(pair) for pair in zip(*run.trajectory, strict=True)]
        misfit = np.array([loss(factors, [[1.0]]) for factors in steps])
        uneven = np.array([abs(imbalance(factors)[0].item()) for factors in steps])
        found.append((np.argmax(misfit < 1e-2), np.argmax(uneven < uneven[0] / 10)))
    (fit, even), (fit_half, even_half) = found
    grown = round(float(fit_half / fit), 0), round(float(even_half / even), 0)
    names = {(1, 2): "The first stays and the second doubles", (2, 2): "Both double"}
    return names.get(grown, "Neither changes")


TRUTHS = {
    "zeros-that-stay": zeros_that_stay,
    "chosen-among-flat": chosen_among_flat,
    "half-the-decay": half_the_decay,
}
