"""Long flows with little decay, followed beforehand: what is in ``long_runs.json``.

``python -m dmfbook.demos.vanishing_decay._runs`` writes the file anew; a test follows one of them
again.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from dmfbook import end_to_end, flattest_sharpness, imbalance, sharpness

__all__ = ["FILE", "POWERS", "downhill", "followed", "rounded"]

FILE = Path(__file__).with_name("long_runs.json")

# Three layers of two by two, from a random start whose layers differ in size.
_TARGET = np.diag([2.0, 1.0])
POWERS = tuple(float(p) for p in np.arange(-3.5, -0.9, 0.5))
_TIMES = np.geomspace(0.03, 1e4, 49)


def _start() -> NDArray[np.float64]:
    rng = np.random.default_rng(4)
    return np.array([size * rng.normal(size=(2, 2)) for size in (1.5, 0.7, 0.6)])


def downhill(_: float, flat: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    """Return the slope of the flow; written out, for it is asked thousands of times."""
    first, second, third = flat.reshape(3, 2, 2)
    misfit = 2 * (third @ second @ first - _TARGET)
    slopes = (
        (third @ second).T @ misfit,
        third.T @ misfit @ first.T,
        misfit @ (second @ first).T,
    )
    return -np.concatenate([slope.ravel() for slope in slopes]) - 2 * decay * flat


def followed(decay: float) -> NDArray[np.float64]:
    """Return misfit, largest imbalance and sharpness formula at the times, row by row."""
    flow = solve_ivp(
        downhill,
        (0, _TIMES[-1]),
        _start().ravel(),
        method="LSODA",
        t_eval=_TIMES,
        args=(decay,),
        rtol=1e-7,
        atol=1e-9,
    )
    rows = []
    for flat in flow.y.T:
        factors = list(flat.reshape(3, 2, 2))
        rows.append(
            (
                np.linalg.norm(_TARGET - end_to_end(factors)),
                np.linalg.norm(imbalance(factors)[0]),
                sharpness(factors),
            )
        )
    return np.array(rows).T


def rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values with four digits, and none below what a logarithmic axis can show."""
    cut = np.maximum(values, 1e-7)
    return np.array([float(f"{x:.4g}") for x in cut.flat]).reshape(cut.shape)


def _main() -> None:
    made = {
        "powers": list(POWERS),
        "times": [float(f"{t:.4g}") for t in _TIMES],
        "first": float(np.linalg.norm(imbalance(list(_start()))[0])),
        "flattest": flattest_sharpness(_TARGET, 3),
    }
    runs = rounded(np.array([followed(10**power) for power in POWERS]))
    for name, rows in zip(("misfit", "imbalance", "sharpness"), runs.swapaxes(0, 1), strict=True):
        made[name] = rows.tolist()
    lines = (f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in made.items())
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    _main()
