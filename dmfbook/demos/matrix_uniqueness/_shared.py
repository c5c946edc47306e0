"""What the explorables of the chapter on matrix uniqueness share: sliders, and who is kept."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dmfbook.demos.scalar_uniqueness._shared import nonzero_fraction
from dmfbook.explorables import Slider
from dmfbook.symbolic import depth, regularization

threshold = sp.Symbol("threshold", positive=True)
index = sp.Symbol("i", nonnegative=True)
along = sp.Symbol("along", real=True)


def depth_slider(low: int, high: int, value: int = 3) -> Slider:
    return Slider(depth, "depth", "depth $L$", low, high, 1, value)


def weight_decay(low: float, high: float, value: float) -> Slider:
    label = r"regularization $\lambda$"
    return Slider(regularization, "regularization", label, low, high, 0.01, value, scale="log")


def tied(value: Any, threshold: Any) -> Any:
    return sp.And(depth >= 3, sp.Abs(value / threshold - 1) < sp.Float(1e-12))


def kept(value: Any, price: Any, threshold: Any) -> Any:
    """Return the minimizer for a target: the nonzero one where the two tie."""
    safe = sp.Max(value, threshold)
    relative = price * safe ** (2 / depth - 2)
    return sp.Piecewise(
        (
            value * nonzero_fraction(relative, depth),
            sp.Or(value > threshold, tied(value, threshold)),
        ),
        (0, True),
    )
