"""The explorables of the chapter on scalar uniqueness."""

from __future__ import annotations

import sympy as sp

from dmfbook.demos._scalar_descent import descent
from dmfbook.demos._scalar_reduction import (
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
            Axis("loss, less the loss of zero", sp.Min(-0.5, 1.15 * excess), 1.2),
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
                    x=local_minimum,
                    y=excess,
                    colour="orange",
                    size=7,
                    when=sp.Or(nonzero_wins, sp.And(tied, has_local)),
                ),
                Points(x=0, y=0, colour="orange", size=7, when=sp.Not(nonzero_wins)),
                Points(
                    label="local minimum only",
                    x=local_minimum,
                    y=excess,
                    colour="orange",
                    size=7,
                    hollow=True,
                    when=sp.And(has_local, sp.Not(nonzero_wins), sp.Not(tied)),
                ),
                Points(
                    x=0,
                    y=0,
                    colour="orange",
                    size=7,
                    hollow=True,
                    when=sp.And(nonzero_wins, depth >= 3),
                ),
            ),
        )
    ],
    readouts=[
        winners,
        Readout("bottom of the nonzero well, $x$", local_minimum, when=has_local),
        Readout("its loss, less the loss of zero", excess, when=has_local),
        Readout(
            "target at the tie, $m^*$",
            threshold,
            digits=6,
            when=depth >= 3,
            otherwise="there is none at depth two",
        ),
    ],
    settings=[
        Setting("at-the-tie", "at the tie", {"target": formula.winning_threshold, "depth": 3}),
        Setting(
            "deeper-tie",
            "at the tie, depth six",
            {"target": formula.winning_threshold.subs(depth, 6), "depth": 6},
        ),
        Setting("collapsed", "collapsed", {"target": 1.0, "regularization": 0.8, "depth": 3}),
        Setting("large-target", "a large target", {"target": 1.8}),
        Setting("depth-two", "depth two", {"depth": 2}),
    ],
)

_widest = sp.Float(2.5)
_top_gain = _widest ** (1 / depth)


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
    description=r"""The minimizer $x$ over the target $m$: zero between $-m^*$ and $m^*$, outside it
        a curve that approaches the dashed diagonal $x = m$. At depth two the curve leaves zero
        continuously, and runs parallel to the diagonal: the soft threshold. From depth three on it
        jumps, at $m^*$, from zero to $(L-2)/(L-1)$ of the target. The curve continues, dashed,
        below the jump as a local minimum, turns around at the tangent target, and returns, dotted,
        as the maximum between the two wells.""",
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
                *(
                    _branch(
                        sp.Float(0.02) ** (1 / depth),
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
                Points(
                    x=target,
                    y=local_minimum,
                    colour="orange",
                    size=7,
                    when=sp.Or(nonzero_wins, tied),
                ),
                Points(x=target, y=0, colour="orange", size=7, when=sp.Not(nonzero_wins)),
            ),
            aspect=1.25,
        )
    ],
    readouts=[
        minimizer_readout,
        Readout(
            "the part of the target it keeps, $x/m$", local_minimum / target, when=nonzero_wins
        ),
        Readout("least part ever kept, $(L-2)/(L-1)$", formula.jump_ratio),
        Readout("where the minimizer leaves zero, $m^*$", threshold, digits=6),
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
    sliders=[target_slider(0, 2.5, 1.4), regularization_slider(0.01, 1.2, 0.65), depth_slider(3)],
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
                Region(
                    label="the nonzero number wins, no other minimum",
                    parameter=_along,
                    lower=0,
                    upper=sp.Min(_tie_curve, _top),
                    colour="green",
                    when=sp.Eq(depth, 2),
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
                    label="the soft threshold",
                    parameter=_along,
                    y=_tie_curve,
                    colour="ink",
                    when=sp.Eq(depth, 2),
                ),
                Line(
                    label="the tangent",
                    parameter=_along,
                    y=_tangent_curve,
                    colour="purple",
                    dash="dashed",
                    when=depth >= 3,
                ),
                Points(x=target, y=regularization, colour="ink", size=7),
            ),
            pick=("target", "regularization"),
        )
    ],
    readouts=[
        winners,
        Readout(r"collapse threshold $\lambda_c(m)$", formula.collapse_threshold),
        Readout(r"above this, no second minimum", formula.tangent_regularization),
        minimizer_readout,
    ],
    settings=[
        Setting("on-the-tie", "on the tie", {"target": formula.winning_threshold}),
        Setting(
            "spurious", "a spurious minimum", {"target": 1.4, "regularization": 0.65, "depth": 3}
        ),
        Setting(
            "zero-alone", "nothing but zero", {"target": 0.8, "regularization": 0.9, "depth": 3}
        ),
        Setting("depth-two", "depth two", {"depth": 2}),
    ],
)
