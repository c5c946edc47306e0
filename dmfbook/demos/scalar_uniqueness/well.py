"""The reduced loss as a curve that tilts, an explorable of `scalar_uniqueness`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import (
    depth_slider,
    nonzero_fraction,
    regularization_slider,
    target_slider,
)
from dmfbook.demos.scalar_uniqueness._shared import (
    derived,
    excess,
    has_local,
    local_minimum,
    local_minimum_only,
    nonzero_wins,
    threshold,
    tied,
    winner,
    winners,
)
from dmfbook.symbolic import depth, end_to_end, target
from dmfbook.symbolic import scalar_uniqueness as formula

__all__ = ["well"]

# The parameter of the curve, cubed, puts most points around the cusp at zero.
_reach = 2.2


def _loser(nonzero: sp.Expr) -> sp.Expr:
    """Return a coordinate of the other local minimum, where there is one."""
    return ex.where(nonzero_wins, 0, nonzero)


well = ex.Explorable(
    name="well",
    title="The well that tilts",
    description=r"""The reduced loss $(m-x)^2 + \lambda L |x|^{2/L}$ as a curve over $x$, less its
        value at $x = 0$, so that the curve always passes through the origin. From depth three on
        the origin is the bottom of a narrow well, and for a large enough target there is a second,
        rounder well near $m$. As the target grows the second well sinks; at the tie both bottoms
        lie on the same level line. At depth two there is never more than one well.""",
    sliders=[target_slider(-2, 2, 1.32), regularization_slider(0.05, 1, 0.5), depth_slider(3)],
    derived=derived,
    routines=[nonzero_fraction],
    panels=[
        ex.Panel(
            ex.Axis("$x$, the product of the factors", -_reach, _reach),
            ex.Axis(
                "loss, less the loss of zero",
                sp.Min(-0.5, 1.15 * excess),
                sp.Max(1.2, 1.3 * excess),
            ),
            ex.Rule(y=0, pen="grey dotted", text="the loss of zero"),
            ex.Line(
                _reach * ex.along**3,
                formula.reduced_loss.subs(end_to_end, _reach * ex.along**3) - target**2,
                label="reduced loss",
                span=(-1, 1),
                samples=401,
            ),
            ex.Points(
                winner(local_minimum), winner(excess), label="minimizer", pen="orange", size=7
            ),
            # The other one at the tie.
            ex.Points(local_minimum, excess, pen="orange", size=7, when=sp.And(tied, has_local)),
            ex.Points(_loser(local_minimum), _loser(excess), **local_minimum_only),
            ex.Handle(
                (target, 0),
                label="target",
                pen="grey",
                moves="target",
                snap=[threshold, -threshold],
            ),
        )
    ],
    readouts=[
        winners,
        ex.Readout("bottom of the nonzero well, $x$", local_minimum, when=has_local),
        ex.Readout("its loss, less the loss of zero", ex.where(tied, 0, excess), when=has_local),
        ex.Readout(
            "target at the tie, $m^*$",
            threshold,
            digits=6,
            when=depth >= 3,
            otherwise="there is none at depth two",
        ),
    ],
    settings=[
        # Depth three ties inside the picture, whatever the regularization on its slider.
        ex.Setting("at-the-tie", "at the tie", target=formula.winning_threshold),
        ex.Setting(
            "deeper-tie", "at the tie, depth six", target=formula.winning_threshold, depth=6
        ),
        ex.Setting("collapsed", "collapsed", target=1.0, regularization=0.8),
        ex.Setting("large-target", "a large target", target=1.8),
        ex.Setting("depth-two", "depth two", depth=2),
    ],
)
