"""What the explorables of the scalar problem share: derived values and verdicts."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dmfbook.demos._shared import nonzero_fraction
from dmfbook.explorables import Readout, Verdict
from dmfbook.symbolic import depth, end_to_end, target
from dmfbook.symbolic import scalar_uniqueness as formula

# Values that several explorables derive from their sliders.
size = sp.Abs(target)
threshold = sp.Symbol("threshold", positive=True)
_tangent = sp.Symbol("tangent", positive=True)
local_minimum = sp.Symbol("local", real=True)
excess = sp.Symbol("excess", real=True)

# The margin keeps the double root itself, where Newton's method cannot settle, out of the picture.
has_local = size > _tangent * (1 + 1e-9)
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
tied = sp.And(depth >= 3, sp.Abs(size / threshold - 1) < 1e-12)
nonzero_wins = sp.And(size > threshold, sp.Not(tied))
zero_wins = sp.And(size <= threshold, sp.Not(tied))
#: How the minimizers and the local minima are drawn.
minimum: dict[str, Any] = {"colour": "orange", "size": 7}


def winner(nonzero: sp.Expr) -> sp.Expr:
    """Return a coordinate of the minimizer; of the one at zero where there are two."""
    return sp.Piecewise((nonzero, nonzero_wins), (0, True))


def loser(nonzero: sp.Expr) -> sp.Expr:
    """Return a coordinate of the other local minimum, where there is one."""
    return sp.Piecewise((0, nonzero_wins), (nonzero, True))


winners = Verdict(
    "who wins",
    (tied, "a tie: zero and a nonzero number are both minimizers"),
    (nonzero_wins, "the nonzero number wins, alone"),
    (has_local, "zero wins, alone; the nonzero well is a local minimum only"),
    otherwise="zero wins, alone, and there is no other well",
)

minimizer_readout = Readout(
    "minimizer $x$", winner(local_minimum), when=sp.Not(tied), otherwise="two of them"
)
