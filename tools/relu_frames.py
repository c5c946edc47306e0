"""Train the ReLU networks that the explorable `edge` shows, and store what is drawn.

``python tools/relu_frames.py`` writes `dmfbook/demos/linear_networks/edge.json`. A test trains a
few of them anew.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from dmfbook import ReluRun, relu_training
from dmfbook.demos.linear_networks._relu import STORED

STEP_SIZES = tuple(round(0.05 * 2 ** (i / 2), 4) for i in range(7))
DECAYS = (0.0, 0.002, 0.004, 0.006, 0.008, 0.01)
SAMPLES, HIDDEN, STEPS, EVERY, SHOWN = 40, 32, 6000, 20, 34

Array = np.ndarray[Any, np.dtype[np.float64]]


def problem(seed: int = 0) -> tuple[Array, Array]:
    """Return inputs in the plane, and a wave across them with noise."""
    draw = np.random.default_rng(seed).normal
    inputs, across = draw(size=(2, SAMPLES)), draw(size=(1, 2))
    return inputs, np.sin(1.5 * across @ inputs) + 0.3 * draw(size=(1, SAMPLES))


def start(seed: int = 0) -> list[Array]:
    """Return the network from which all runs start."""
    draw = np.random.default_rng(100 + seed).normal
    return [0.2 * draw(size=(HIDDEN, 3)), 0.2 * draw(size=(1, HIDDEN))]


def run(step_size: float, decay: float, seed: int = 0) -> ReluRun:
    """Train one network."""
    return relu_training(start(seed), *problem(seed), step_size, STEPS, decay, EVERY, True)


def shown(made: ReluRun) -> Array:
    """Return which records are drawn: even on a logarithmic axis."""
    wanted = np.round(np.geomspace(1, STEPS / EVERY, SHOWN)).astype(int)
    return np.unique(wanted[wanted < len(made.steps)])


def main() -> None:
    """Train all of them and store the traces."""
    data: dict[str, Any] = {"step_sizes": STEP_SIZES, "decays": DECAYS}
    for name in ("sharpness", "loss", "final"):
        data[name] = []
    for decay in DECAYS:
        runs = [run(step_size, decay) for step_size in STEP_SIZES]
        at = shown(runs[0])
        data["steps"] = runs[0].steps[at].tolist()
        data["sharpness"].append([np.round(made.sharpness[at], 2).tolist() for made in runs])
        data["loss"].append([[float(f"{loss:.3g}") for loss in made.losses[at]] for made in runs])
        # The mean over the last records: on the edge the sharpness swings.
        data["final"].append([round(float(made.sharpness[-25:].mean()), 3) for made in runs])
    STORED.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
