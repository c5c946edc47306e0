"""What the explorables of the scalar problem share: sliders, derived values and verdicts."""

from __future__ import annotations

import sympy as sp

from dmfbook.explorables import (
    Readout,
    Routine,
    Slider,
    Verdict,
)
from dmfbook.symbolic import depth, end_to_end, regularization, target
from dmfbook.symbolic import scalar_uniqueness as formula

# Values that several explorables derive from their sliders.
size = sp.Abs(target)
threshold = sp.Symbol("threshold", positive=True)
_tangent = sp.Symbol("tangent", positive=True)
local_minimum = sp.Symbol("local", real=True)
excess = sp.Symbol("excess", real=True)

# Newton's method on the shrinkage climbs to the root from below. Only at the tangent, where two
# roots meet and the slope vanishes, could rounding carry it past; the bounds prevent that.
nonzero_fraction = Routine(
    name="nonzero_fraction",
    parameters=(formula.kappa, depth),
    state=(formula.shrinkage,),
    start=(sp.Integer(0),),
    update=(
        sp.Min(
            formula.shrinkage_newton_step,
            (1 - formula.tangent_fraction) * (1 - sp.Float(1e-12)),
        ),
    ),
    count=40,
    result=1 - formula.shrinkage,
)
# The margin keeps the double root itself, where Newton's method cannot settle, out of the picture.
has_local = size > _tangent * (1 + sp.Float(1e-9))
derived = (
    (threshold, formula.winning_threshold),
    (_tangent, formula.tangent_threshold),
    (
        local_minimum,
        sp.Piecewise(
            (
                target
                * nonzero_fraction(
                    formula.relative_regularization.subs(target, sp.Max(size, _tangent)), depth
                ),
                has_local,
            ),
            (0, True),
        ),
    ),
    (excess, formula.reduced_loss.subs(end_to_end, local_minimum) - target**2),
)
tied = sp.And(depth >= 3, sp.Abs(size / threshold - 1) < sp.Float(1e-12))
nonzero_wins = sp.And(size > threshold, sp.Not(tied))
zero_wins = sp.And(size <= threshold, sp.Not(tied))
winners = Verdict(
    "who wins",
    (
        (tied, "a tie: zero and a nonzero number are both minimizers"),
        (nonzero_wins, "the nonzero number wins, alone"),
        (has_local, "zero wins, alone; the nonzero well is a local minimum only"),
        (True, "zero wins, alone, and there is no other well"),
    ),
)

minimizer_readout = Readout(
    "minimizer $x$",
    sp.Piecewise((local_minimum, nonzero_wins), (0, True)),
    when=sp.Not(tied),
    otherwise="two of them",
)


def depth_slider(value: int, high: int = 8) -> Slider:
    return Slider(depth, "depth", "depth $L$", 2, high, 1, value)


def target_slider(low: float, high: float, value: float) -> Slider:
    return Slider(target, "target", "target $m$", low, high, 0.01, value)


def regularization_slider(low: float, high: float, value: float) -> Slider:
    label = r"regularization $\lambda$"
    return Slider(regularization, "regularization", label, low, high, 0.01, value)
