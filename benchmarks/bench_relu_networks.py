"""The threshold of collapse of a ReLU network: all cones, against ascents and a grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.harness import Race, race
from dmfbook import relu_collapse_threshold
from dmfbook.numerics._checks import Array
from dmfbook.numerics.relu_networks._network import extended
from dmfbook.numerics.relu_networks._threshold import searched, values

STARTS, ANGLES = 20, 20_000


def races() -> Iterator[Race]:
    for count in (30, 300):
        rng = np.random.default_rng(0)
        inputs, outputs = rng.standard_normal((1, count)), rng.standard_normal((2, count))
        samples, answers = extended(inputs), outputs.T

        def best_of_ascents(data: tuple[Array, Array] = (samples, answers)) -> float:
            neuron = searched(*data, np.random.default_rng(0), STARTS)
            return float(values(neuron[None, :], *data)[0])

        def best_of_grid(data: tuple[Array, Array] = (samples, answers)) -> float:
            angles = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False)
            return float(values(np.column_stack([np.cos(angles), np.sin(angles)]), *data).max())

        exact = relu_collapse_threshold(inputs, outputs).value
        short = [1 - found / exact for found in (best_of_ascents(), best_of_grid())]
        assert min(short) > -1e-12
        yield race(
            f"relu_collapse_threshold, one input, {count} samples",
            ours=lambda data=(inputs, outputs): relu_collapse_threshold(*data),
            peers={
                f"best of {STARTS} ascents (scipy's L-BFGS)": best_of_ascents,
                f"grid of {ANGLES:,} angles": best_of_grid,
            },
            repeats=3,
            note="ours is exact; they fall short by "
            + " and ".join(f"{max(part, 0):.0e}" for part in short),
        )
