"""What the explorables of the chapter on matrix uniqueness share: sliders, and who is kept."""

from typing import Any

import sympy as sp

from dmfbook.demos._shared import nonzero_fraction
from dmfbook.explorables import where
from dmfbook.symbolic import depth

threshold = sp.Symbol("threshold", positive=True)


def tied(value: Any, threshold: Any) -> Any:
    return sp.And(depth >= 3, sp.Abs(value / threshold - 1) < 1e-12)


def kept(value: Any, price: Any, threshold: Any) -> Any:
    """Return the minimizer for a target: the nonzero one where the two tie."""
    safe = sp.Max(value, threshold)
    relative = price * safe ** (2 / depth - 2)
    return where(
        sp.Or(value > threshold, tied(value, threshold)),
        value * nonzero_fraction(relative, depth),
        0,
    )
