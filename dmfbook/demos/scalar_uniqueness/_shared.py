"""What the explorables of the scalar problem share: derived values and verdicts."""

import sympy as sp

from dmfbook.demos._shared import nonzero_fraction
from dmfbook.explorables import Readout, Verdict, where
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
_kappa = formula.relative_regularization.subs(target, sp.Max(size, _tangent))
derived = {
    threshold: formula.winning_threshold,
    _tangent: formula.tangent_threshold,
    local_minimum: where(has_local, target * nonzero_fraction(_kappa, depth), 0),
    excess: formula.reduced_loss.subs(end_to_end, local_minimum) - target**2,
}
tied = sp.And(depth >= 3, sp.Abs(size / threshold - 1) < 1e-12)
nonzero_wins = sp.And(size > threshold, sp.Not(tied))
zero_wins = sp.And(size <= threshold, sp.Not(tied))
local_minimum_only = {
    "label": "local minimum only",
    "pen": "orange",
    "size": 7,
    "hollow": True,
    "when": sp.And(depth >= 3, has_local, sp.Not(tied)),
}
winners = Verdict(
    "who wins",
    (tied, "a tie: zero and a nonzero number are both minimizers"),
    (nonzero_wins, "the nonzero number wins, alone"),
    (has_local, "zero wins, alone; the nonzero well is a local minimum only"),
    otherwise="zero wins, alone, and there is no other well",
)

minimizer_readout = Readout(
    "minimizer $x$",
    where(nonzero_wins, local_minimum, 0),
    when=sp.Not(tied),
    otherwise="two of them",
)


def winner(nonzero: sp.Expr) -> sp.Expr:
    """Return a coordinate of the minimizer; of the one at zero where there are two."""
    return where(nonzero_wins, nonzero, 0)
