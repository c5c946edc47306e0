"""The exact share of the posterior on either side of the barrier: what is in ``shares.json``.

``python -m dmfbook.demos.evidence._shares`` writes the file anew; a test computes some of it again.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import kve, logsumexp

from dmfbook import scalar_critical_points

__all__ = ["BETAS", "FILE", "OFFSETS", "TIE", "WIDTHS", "share"]

FILE = Path(__file__).with_name("shares.json")
# Depth three, lambda one, one input and output: the tie is at m = 2, between x = 0 and x = 1.
TIE = 2.0
OFFSETS = (-0.1, -0.05, 0.0, 0.05, 0.1)
WIDTHS = (1, 2, 3)
BETAS = tuple(float(f"{beta:.4g}") for beta in np.geomspace(3, 1000, 22))


def share(width: int, offset: float, beta: float) -> float:
    """Return how much of the posterior has a product beyond the barrier.

    With all but v = W_2^T W_3^T integrated out, |v| = p has this density, up to a factor.
    """
    target = TIE + offset
    barrier = scalar_critical_points(target, 3, 1.0).lower
    logs = np.linspace(np.log(1e-9), np.log(8.0), 40_001)
    p = np.exp(logs)
    inner = 1 + p**2
    # The product is a normal number around target p^2 / inner, given p: it goes with p.
    height = width * logs + np.log(kve(0, 2 * beta * p)) - 2 * beta * p
    height += -0.5 * np.log(inner) - beta * target**2 / inner
    far = p >= barrier ** (2 / 3)
    return float(np.exp(logsumexp(height[far]) - logsumexp(height)))


def rounded(values: NDArray[np.float64]) -> list[float]:
    """Return the values with four digits."""
    return [float(f"{value:.4g}") for value in values.flat]


def _main() -> None:
    rows = [
        [rounded(np.array([share(d, offset, beta) for beta in BETAS])) for offset in OFFSETS]
        for d in WIDTHS
    ]
    text = json.dumps({"shares": rows}, separators=(",", ":"))
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    _main()
