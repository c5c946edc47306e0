"""The explorables of the chapter on scalar uniqueness."""

from __future__ import annotations

import sympy as sp

from dmfbook.demos.scalar_uniqueness._shared import (
    depth_slider,
    derived,
    excess,
    has_local,
    local_minimum,
    minimizer_readout,
    nonzero_fraction,
    nonzero_wins,
    regularization_slider,
    target_slider,
    threshold,
    tied,
    winners,
)
from dmfbook.demos.scalar_uniqueness.descent import descent
from dmfbook.explorables import (
    Axis,
    Explorable,
    Line,
    Panel,
    Points,
    Readout,
    Region,
    Rule,
    Segments,
    Setting,
)
from dmfbook.symbolic import depth, end_to_end, gain, regularization, target
from dmfbook.symbolic import scalar_uniqueness as formula

__all__ = ["descent", "minimizer", "phases", "well"]

# The parameter of the curve, cubed, puts most points around the cusp at zero.
_along = sp.Symbol("along", real=True)
_reach = sp.Float(2.2)


def _winner(nonzero: sp.Expr) -> sp.Expr:
    """Return a coordinate of the minimizer; of the one at zero where there are two."""
    return sp.Piecewise((nonzero, nonzero_wins), (0, True))


def _loser(nonzero: sp.Expr) -> sp.Expr:
    """Return a coordinate of the other local minimum, where there is one."""
    return sp.Piecewise((0, nonzero_wins), (nonzero, True))


well = Explorable(
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
        Panel(
            Axis("$x$, the product of the factors", -_reach, _reach),
            Axis(
                "loss, less the loss of zero",
                sp.Min(-0.5, 1.15 * excess),
                sp.Max(1.2, 1.3 * excess),
            ),
            (
                Rule(y=0, colour="grey", dash="dotted", text="the loss of zero"),
                Line(
                    label="reduced loss",
                    parameter=_along,
                    x=_reach * _along**3,
                    y=formula.reduced_loss.subs(end_to_end, _reach * _along**3) - target**2,
                    span=(-1, 1),
                    samples=401,
                ),
                Points(
                    label="minimizer",
                    x=_winner(local_minimum),
                    y=_winner(excess),
                    colour="orange",
                    size=7,
                ),
                # The other one at the tie.
                Points(
                    x=local_minimum,
                    y=excess,
                    colour="orange",
                    size=7,
                    when=sp.And(tied, has_local),
                ),
                Points(
                    label="local minimum only",
                    x=_loser(local_minimum),
                    y=_loser(excess),
                    colour="orange",
                    size=7,
                    hollow=True,
                    when=sp.And(depth >= 3, has_local, sp.Not(tied)),
                ),
            ),
        )
    ],
    readouts=[
        winners,
        Readout("bottom of the nonzero well, $x$", local_minimum, when=has_local),
        Readout(
            "its loss, less the loss of zero",
            sp.Piecewise((0, tied), (excess, True)),
            when=has_local,
        ),
        Readout(
            "target at the tie, $m^*$",
            threshold,
            digits=6,
            when=depth >= 3,
            otherwise="there is none at depth two",
        ),
    ],
    settings=[
        # Depth three ties inside the picture, whatever the regularization on its slider.
        Setting("at-the-tie", "at the tie", {"target": formula.winning_threshold, "depth": 3}),
        Setting(
            "deeper-tie",
            "at the tie, depth six",
            {
                "target": formula.winning_threshold,
                "regularization": 0.5,
                "depth": 6,
            },
        ),
        Setting("collapsed", "collapsed", {"target": 1.0, "regularization": 0.8, "depth": 3}),
        Setting("large-target", "a large target", {"target": 1.8}),
        Setting("depth-two", "depth two", {"depth": 2}),
    ],
)

_widest = sp.Float(2.5)
_top_gain = _widest ** (1 / depth)
# Small enough to be critical only for a target outside the picture; used from depth three on.
_gain_beyond = (regularization / _widest) ** (1 / sp.Max(depth - 2, 1))


def _branch(low: sp.Expr, high: sp.Expr, side: int, **style: object) -> Line:
    """Draw the critical points of gain between two values, for positive or negative targets."""
    return Line(
        parameter=gain,
        x=side * formula.critical_target,
        y=side * gain**depth,
        span=(low, sp.Max(low, high)),
        **style,  # type: ignore[arg-type]
    )


minimizer = Explorable(
    name="minimizer",
    title="The minimizer as a function of the target",
    description=r"""The minimizer $x$ over the target $m$: zero for all targets up to some size,
        and a curve for the larger ones of either sign. At depth two the curve leaves zero
        continuously, and runs parallel to the dashed diagonal $x = m$: the soft threshold. From
        depth three on it jumps, at $m^*$, from zero to $(L-2)/(L-1)$ of the target, and then
        approaches the diagonal. The curve continues, dashed, below the jump as a local minimum,
        turns around at the tangent target, and returns, dotted, as the maximum between the two
        wells.""",
    sliders=[target_slider(-2.5, 2.5, 1.6), regularization_slider(0.05, 1, 0.5), depth_slider(3)],
    derived=derived,
    routines=[nonzero_fraction],
    panels=[
        Panel(
            Axis("target $m$", -_widest, _widest),
            Axis("minimizer $x$", -_widest, _widest),
            (
                Line(
                    label="$x = m$",
                    parameter=_along,
                    y=_along,
                    colour="grey",
                    dash="dashed",
                    width=1,
                ),
                Segments(
                    label="minimizer",
                    x0=-sp.Min(threshold, _widest),
                    y0=0,
                    x1=sp.Min(threshold, _widest),
                    y1=0,
                    width=3,
                ),
                *(
                    _branch(formula.tie_gain, _top_gain, side, width=3, when=threshold < _widest)
                    for side in (1, -1)
                ),
                Points(
                    label="at the target chosen",
                    x=target,
                    y=_winner(local_minimum),
                    colour="orange",
                    size=7,
                ),
                Points(x=target, y=local_minimum, colour="orange", size=7, when=tied),
                *(
                    Segments(
                        label="the jump" if side > 0 else "",
                        x0=side * threshold,
                        y0=0,
                        x1=side * threshold,
                        y1=side * formula.jump_ratio * threshold,
                        colour="orange",
                        dash="dotted",
                        when=sp.And(depth >= 3, threshold < _widest),
                    )
                    for side in (1, -1)
                ),
                *(
                    _branch(
                        _gain_beyond,
                        formula.tangent_gain,
                        side,
                        colour="grey",
                        dash="dotted",
                        width=1.5,
                        when=depth >= 3,
                        label="maximum between the wells" if side > 0 else "",
                    )
                    for side in (1, -1)
                ),
                *(
                    _branch(
                        formula.tangent_gain,
                        formula.tie_gain,
                        side,
                        colour="blue",
                        dash="dashed",
                        width=1.5,
                        when=depth >= 3,
                        label="local minimum only" if side > 0 else "",
                    )
                    for side in (1, -1)
                ),
            ),
            aspect=1.25,
        )
    ],
    readouts=[
        minimizer_readout,
        Readout(
            "the part of the target it keeps, $x/m$",
            local_minimum / target,
            when=sp.Or(nonzero_wins, tied),
        ),
        Readout("least part ever kept, $(L-2)/(L-1)$", formula.jump_ratio),
        Readout("target where the minimizer leaves zero", threshold, digits=6),
    ],
    settings=[
        Setting("soft-threshold", "depth two: the soft threshold", {"depth": 2}),
        Setting("at-the-jump", "at the jump", {"target": formula.winning_threshold, "depth": 3}),
        Setting("deep", "depth eight", {"depth": 8, "regularization": 0.2}),
    ],
)

_top = sp.Float(1.2)
_tie_curve = formula.collapse_threshold.subs(target, _along)
_tangent_curve = formula.tangent_regularization.subs(target, _along)

phases = Explorable(
    name="phases",
    title="Who wins where",
    description=r"""The plane of targets $m$ (across) and regularizations $\lambda$ (up), cut by two
        curves through the origin. Below the lower one, the tie, a nonzero number wins; above it
        zero wins. From depth three on a second curve, the tangent, lies above the first. Between
        the two zero wins but a spurious nonzero minimum exists; above both zero is the only
        minimum. Below the tie it is zero that is spurious. At depth two the curves are one, the
        diagonal, and nothing is ever spurious.""",
    sliders=[target_slider(0, 2.5, 1.8), regularization_slider(0.01, 1.2, 0.95), depth_slider(3)],
    derived=derived,
    routines=[nonzero_fraction],
    panels=[
        Panel(
            Axis("target $m$", 0, _widest),
            Axis(r"regularization $\lambda$", 0, _top),
            (
                Region(
                    label="zero wins, no other minimum",
                    parameter=_along,
                    lower=sp.Min(_tangent_curve, _top),
                    upper=_top,
                    colour="grey",
                ),
                Region(
                    label="zero wins, the nonzero minimum is spurious",
                    parameter=_along,
                    lower=sp.Min(_tie_curve, _top),
                    upper=sp.Min(_tangent_curve, _top),
                    colour="purple",
                    when=depth >= 3,
                ),
                Region(
                    label="the nonzero number wins, zero is spurious",
                    parameter=_along,
                    lower=0,
                    upper=sp.Min(_tie_curve, _top),
                    colour="blue",
                    when=depth >= 3,
                ),
                Line(
                    label="the tie",
                    parameter=_along,
                    y=_tie_curve,
                    colour="orange",
                    width=3,
                    when=depth >= 3,
                ),
                Line(
                    label="the tangent",
                    parameter=_along,
                    y=_tangent_curve,
                    colour="purple",
                    dash="dashed",
                    when=depth >= 3,
                ),
                Region(
                    label="the nonzero number wins, no other minimum",
                    parameter=_along,
                    lower=0,
                    upper=sp.Min(_tie_curve, _top),
                    colour="green",
                    when=sp.Eq(depth, 2),
                ),
                Line(
                    label="the soft threshold",
                    parameter=_along,
                    y=_tie_curve,
                    colour="ink",
                    when=sp.Eq(depth, 2),
                ),
                Points(x=target, y=regularization, colour="ink", size=7),
            ),
            pick=("target", "regularization"),
        )
    ],
    readouts=[
        winners,
        Readout(r"collapse threshold $\lambda_c(m)$", formula.collapse_threshold),
        Readout(
            "above this, no second minimum",
            formula.tangent_regularization,
            when=depth >= 3,
            otherwise="there is never one at depth two",
        ),
        minimizer_readout,
    ],
    settings=[
        Setting("on-the-tie", "on the tie", {"target": formula.winning_threshold, "depth": 3}),
        Setting(
            "spurious", "a spurious minimum", {"target": 1.8, "regularization": 0.95, "depth": 3}
        ),
        Setting(
            "zero-alone", "nothing but zero", {"target": 0.8, "regularization": 0.9, "depth": 3}
        ),
        Setting("depth-two", "depth two", {"depth": 2}),
    ],
)
