"""What of the linear theory a ReLU network keeps: ``python -m benchmarks.relu_study`` says it.

All runs fit 40 noisy samples of a wave in the plane, each seed its own, by gradient descent. The
networks of the first, second and fourth table have ten neurons and start with weights of size 0.7;
those of the third are the runs of `tools/relu_frames.py`. Critical points are those that
`relu_critical_point` finds from the end of a run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dmfbook import (
    relu_collapse_threshold,
    relu_critical_point,
    relu_outputs,
    relu_training,
)

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import relu_frames

TABLE = Path(__file__).parent / "relu_study.md"
SEEDS = range(10)


class Rest(NamedTuple):
    """What is told of one critical point."""

    pairs: int
    live: int
    four_lambda: int
    strict: bool
    corners: bool
    certificate: float


def start(seed: int) -> list[Any]:
    """Return ten neurons."""
    draw = np.random.default_rng(100 + seed).normal
    return [0.7 * draw(size=(10, 3)), 0.7 * draw(size=(1, 10))]


def imbalance_left(seed: int, step_size: float) -> float:
    """Return the share of the imbalance that is left at the time 50 with lambda = 0.01."""
    steps = round(50 / step_size)
    data = relu_frames.problem(seed)
    run = relu_training(start(seed), *data, step_size, steps, 0.01, steps)
    sizes = np.linalg.norm(run.imbalances, axis=1)
    return float(sizes[1] / sizes[0])


def size_at(seed: int, share: float) -> float:
    """Return the norm after 20,000 steps of 0.1 at a share of the threshold."""
    data = relu_frames.problem(seed)
    decay = share * relu_collapse_threshold(*data).value
    run = relu_training(start(seed), *data, 0.1, 20_000, decay, 20_000)
    return float(np.sqrt(run.norms[-1].sum()))


def end_ratio(seed: int, step_size: float, decay: float) -> float:
    """Return eta sharpness / 2 at the end of 6,000 steps, the mean over the last 500."""
    made = relu_frames.run(step_size, decay, seed)
    if made.diverged or made.sharpness is None:
        return np.inf
    return float(step_size * made.sharpness[-25:].mean() / 2)


def rest(seed: int, decay: float) -> Rest:
    """Return the critical point at the end of 5,000 steps of 0.1."""
    inputs, outputs = relu_frames.problem(seed)
    run = relu_training(start(seed), inputs, outputs, 0.1, 5000, decay, 5000)
    point = relu_critical_point(run.factors, inputs, outputs, decay)
    left = outputs - relu_outputs(point.factors, inputs)
    shares = point.multipliers[point.pinned]
    return Rest(
        point.pairs,
        point.live_neurons,
        int(np.sum(np.abs(point.eigenvalues - 4 * decay) < 1e-8)),
        point.minimum,
        bool(np.all((shares > 0) & (shares < 1) & (point.steepness[point.pinned] > 0))),
        relu_collapse_threshold(inputs, left).value / decay,
    )


def lines() -> Iterator[str]:
    """Yield the tables."""
    yield "Imbalance left at the time 50 with lambda = 0.01, least to largest of ten seeds;"
    yield f"the law says {np.exp(-2):.4f}.\n"
    yield "| step size | least | largest |\n| --- | --- | --- |"
    for eta in (0.1, 0.02, 0.005):
        found = [imbalance_left(seed, eta) for seed in SEEDS]
        yield f"| {eta} | {min(found):.4f} | {max(found):.4f} |"
    yield "\nNorm of all weights after 20,000 steps, at shares of the threshold of collapse.\n"
    yield "| share | least | largest |\n| --- | --- | --- |"
    for share in (0.9, 0.99, 1.01, 1.1):
        found = [size_at(seed, share) for seed in SEEDS]
        yield f"| {share} | {min(found):.0e} | {max(found):.0e} |"
    yield "\nStep size times sharpness over 2 at the end: median [least, largest] of five seeds.\n"
    sizes = (0.05, 0.1, 0.2, 0.4)
    yield "| lambda | " + " | ".join(f"step {eta}" for eta in sizes) + " |\n" + "| --- " * 5 + "|"
    for decay in (0.0, 0.001, 0.01):
        cells = []
        for eta in sizes:
            found = [end_ratio(seed, eta, decay) for seed in range(5)]
            cells.append(f"{np.median(found):.2f} [{min(found):.2f}, {max(found):.2f}]")
        yield f"| {decay} | " + " | ".join(cells) + " |"
    yield "\nCritical points at the ends of runs, ten seeds each: how many are differentiable, the"
    yield "number of pinned pairs, whether 4 lambda is an eigenvalue once for each live neuron, all"
    yield "pinned pairs are corners of a V, the minimum is strict, and certified as global.\n"
    yield "| lambda | differentiable | pairs | 4 lambda | corners | strict | certified |"
    yield "| --- " * 7 + "|"
    for decay in (0.003, 0.01, 0.03):
        rests = [rest(seed, decay) for seed in SEEDS]
        pairs = [one.pairs for one in rests]
        counts = [
            sum(one.pairs == 0 for one in rests),
            f"{min(pairs)} to {max(pairs)}",
            sum(one.four_lambda == one.live for one in rests),
            sum(one.corners for one in rests),
            sum(one.strict for one in rests),
            sum(one.certificate < 1 + 1e-6 for one in rests),
        ]
        yield f"| {decay} | " + " | ".join(map(str, counts)) + " |"


def main() -> None:
    """Write the tables."""
    TABLE.write_text("\n".join(lines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
