"""Descents from beside two flat minima of each width: what is in ``runs.json``.

``python -m dmfbook.demos.conditioning._runs`` writes the file anew; a test follows one of them
again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from dmfbook import (
    balanced_factors,
    conditioning_at,
    fast_flat_factors,
    gradient_descent,
    spectrum_at,
)

__all__ = ["DISTANCES", "FILE", "STEPS", "TARGET", "WIDTHS", "followed"]

FILE = Path(__file__).with_name("runs.json")
TARGET = np.diag([3.0, 1.0, 0.1])
WIDTHS = (3, 4, 5)
DISTANCES = (-4, -3, -2, -1, 0)
STEPS = 120
_EVERY, _DEEPEST = 2, 1e-24


def _beside(kind: str, width: int) -> list[np.ndarray]:
    widths = (3, width, 3)
    return (
        balanced_factors(TARGET, widths)
        if kind == "balanced"
        else fast_flat_factors(TARGET, widths).factors
    )


def followed(kind: str, width: int, power: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the nine curvatures, and the loss at every second step as a power of ten."""
    factors = _beside(kind, width)
    rng = np.random.default_rng(7)
    away = [rng.normal(size=part.shape) for part in factors]
    size = 10.0**power / np.sqrt(sum(float(np.sum(part**2)) for part in away))
    speed = conditioning_at(factors)
    start = [part + size * move for part, move in zip(factors, away, strict=True)]
    step = speed.optimal_step_size
    run = gradient_descent(start, TARGET, step, STEPS, record_every=_EVERY)
    losses = np.log10(np.clip(run.losses, _DEEPEST, 1e6))
    return spectrum_at(factors).values, losses


def _digits(values: np.ndarray) -> list[float]:
    return [float(f"{x:.4g}") for x in values]


def _main() -> None:
    made: dict[str, Any] = {}
    for kind in ("balanced", "fast"):
        pairs = [[followed(kind, width, power) for power in DISTANCES] for width in WIDTHS]
        made[f"{kind}_curvatures"] = [_digits(row[0][0]) for row in pairs]
        made[f"{kind}_losses"] = [[_digits(pair[1]) for pair in row] for row in pairs]
    lines = (f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in made.items())
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    _main()
