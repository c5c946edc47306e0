"""What several explorables use."""

from itertools import product
from typing import Literal

import sympy as sp

from dmfbook.explorables import Routine, Slider, where
from dmfbook.symbolic import depth, regularization, target
from dmfbook.symbolic import scalar_uniqueness as scalar
from dmfbook.symbolic import trace_inequality as formula

__all__ = [
    "about",
    "cosine_and_sine",
    "depth_slider",
    "nonzero_fraction",
    "regularization_slider",
    "target_slider",
]

# Newton's method on the shrinkage climbs to the root from below. Only at the tangent, where two
# roots meet and the slope vanishes, could rounding carry it past; the bounds prevent that.
nonzero_fraction = Routine(
    name="nonzero_fraction",
    parameters=(scalar.kappa, depth),
    state=(scalar.shrinkage,),
    start=(sp.Integer(0),),
    update=(sp.Min(scalar.shrinkage_newton_step, (1 - scalar.tangent_fraction) * (1 - 1e-12)),),
    count=40,
    result=1 - scalar.shrinkage,
)


def depth_slider(value: float, low: float = 2, high: float = 8) -> Slider:
    """Return a slider of the depth."""
    return Slider(depth, "depth", "depth $L$", low, high, 1, value)


def target_slider(low: float, high: float, value: float) -> Slider:
    """Return a slider of a target that is a number."""
    return Slider(target, "target", "target $m$", low, high, 0.01, value)


def regularization_slider(
    low: float, high: float, value: float, scale: Literal["linear", "log"] = "linear"
) -> Slider:
    """Return a slider of the regularization."""
    label = r"regularization $\lambda$"
    return Slider(regularization, "regularization", label, low, high, 0.01, value, scale)


def about(axis: int, degrees: sp.Symbol) -> sp.Matrix:
    """Return the rotation of space about one of the three axes."""
    turn = sp.eye(3)
    kept = [i for i in range(3) if i != axis]
    for (i, j), value in zip(
        product(range(2), repeat=2), formula.rotation(degrees * sp.pi / 180), strict=True
    ):
        turn[kept[i], kept[j]] = value
    return turn


def cosine_and_sine(degrees: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """Return both for an angle of at most a right angle, whose cosine is to be zero."""
    angle = degrees * sp.pi / 180
    return where(degrees < 90, sp.cos(angle), 0), sp.sin(angle)
