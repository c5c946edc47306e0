"""The minimizer as a function of the target, an explorable of `scalar_uniqueness`."""

from typing import Any

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
    local_minimum,
    minimizer_readout,
    nonzero_wins,
    threshold,
    tied,
    winner,
)
from dmfbook.symbolic import depth, end_to_end, gain, regularization, target
from dmfbook.symbolic import scalar_uniqueness as formula

__all__ = ["minimizer"]

_widest = 2.5
_top_gain = _widest ** (1 / depth)
# Small enough to be critical only for a target outside the picture; used from depth three on.
_gain_beyond = (regularization / _widest) ** (1 / sp.Max(depth - 2, 1))


# The surface: the loss of factors that all have the size s. It reaches beyond the jump, and to the
# target, and down to the minimizer of its farthest target.
_size, _gain, _lowest = (sp.Symbol(name, real=True) for name in ("size", "s", "lowest"))
_product = sp.sign(_gain) * sp.Abs(_gain) ** depth
_height = _product**2 - 2 * _size * _product + regularization * depth * _gain**2
_far = sp.Max(1.4 * threshold, 1.04 * sp.Abs(target))
_far_gain = 1.12 * _far ** (1 / depth)
_far_product = _far * nonzero_fraction(formula.relative_regularization.subs(target, _far), depth)
_far_excess = formula.excess_loss.subs({target: _far, end_to_end: _far_product})


def _gain_of(product: sp.Expr) -> sp.Expr:
    return sp.Abs(product) ** (1 / depth)


def _lying(low: sp.Expr, high: sp.Expr, **style: Any) -> ex.Line:
    """Draw the critical points of gain between two values on the surface."""
    return ex.Line(
        formula.critical_target,
        gain,
        parameter=gain,
        span=(low, sp.Max(low, high)),
        samples=81,
        **style,
    )


def _branch(low: sp.Expr, high: sp.Expr, side: int, **style: Any) -> ex.Line:
    """Draw the critical points of gain between two values, for positive or negative targets."""
    return ex.Line(
        side * formula.critical_target,
        side * gain**depth,
        parameter=gain,
        span=(low, sp.Max(low, high)),
        **style,
    )


minimizer = ex.Explorable(
    name="minimizer",
    title="The minimizer as a function of the target",
    description=r"""First: the minimizer $x$ over the target $m$: zero for all targets up to some
        size, and a curve for the larger ones of either sign. At depth two the curve leaves zero
        continuously, and runs parallel to the dashed diagonal $x = m$: the soft threshold. From
        depth three on it jumps, at $m^*$, from zero to $(L-2)/(L-1)$ of the target, and then
        approaches the diagonal. The curve continues, dashed, below the jump as a local minimum,
        turns around at the tangent target, and returns, dotted, as the maximum between the two
        wells. Second, a surface to be turned by a drag or the arrow keys: the loss, less the loss
        of zero, of factors that all have the size $|s|$, over the size of the target and the gain
        $s$; their product is $|s|^L$ with the sign of $s$. The same curves lie on it. One valley
        runs level at $s = 0$, from depth three on another comes up beside it and falls; the
        minimizer follows the lower one, and crosses the ridge between them where both are equally
        deep.""",
    sliders=[target_slider(-2.5, 2.5, 1.6), regularization_slider(0.05, 1, 0.5), depth_slider(3)],
    derived={**derived, _lowest: _far_excess},
    routines=[nonzero_fraction],
    panels=[
        ex.Panel(
            ex.Axis("target $m$", -_widest, _widest),
            ex.Axis("minimizer $x$", -_widest, _widest),
            ex.Line(ex.along, label="$x = m$", pen="grey dashed 1"),
            ex.Segments(
                (-sp.Min(threshold, _widest), 0),
                (sp.Min(threshold, _widest), 0),
                label="minimizer",
                pen="3",
            ),
            *(
                _branch(formula.tie_gain, _top_gain, side, pen="3", when=threshold < _widest)
                for side in (1, -1)
            ),
            ex.Points(target, local_minimum, pen="orange", size=7, when=tied),
            *(
                ex.Segments(
                    (side * threshold, 0),
                    (side * threshold, side * formula.jump_ratio * threshold),
                    label="the jump" if side > 0 else "",
                    pen="orange dotted",
                    when=sp.And(depth >= 3, threshold < _widest),
                )
                for side in (1, -1)
            ),
            *(
                _branch(
                    _gain_beyond,
                    formula.tangent_gain,
                    side,
                    pen="grey dotted 1.5",
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
                    pen="blue dashed 1.5",
                    when=depth >= 3,
                    label="local minimum only" if side > 0 else "",
                )
                for side in (1, -1)
            ),
            ex.Handle(
                (target, winner(local_minimum)),
                label="at the target chosen",
                pen="orange",
                moves="target",
                snap=[threshold, -threshold],
            ),
            title="from above",
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("size of the target $|m|$", 0, _far),
            ex.Axis("gain $s$", -0.4 * _far_gain, _far_gain),
            ex.Surface(
                _height,
                (_size, _gain),
                1.04 * _lowest,
                -0.6 * _lowest,
                up="loss, less the loss of zero",
                turn=(72, 38),
                resolution=31,
            ),
            ex.Line(
                sp.Abs(target),
                ex.along,
                span=(-0.4 * _far_gain, _far_gain),
                label="loss at the target chosen",
                samples=81,
                pen="orange",
            ),
            _lying(sp.Integer(0), formula.tangent_gain, pen="grey dotted 1.5", when=depth >= 3),
            _lying(formula.tangent_gain, formula.tie_gain, pen="blue dashed 1.5", when=depth >= 3),
            ex.Line(
                threshold, ex.along, span=(0, formula.tie_gain), samples=41, pen="orange dotted"
            ),
            ex.Line(ex.along, 0, span=(0, threshold), samples=21, pen="3"),
            _lying(formula.tie_gain, _far_gain, pen="3"),
            ex.Points(sp.Abs(target), _gain_of(winner(local_minimum)), pen="orange", size=7),
            ex.Points(sp.Abs(target), _gain_of(local_minimum), pen="orange", size=7, when=tied),
            title="from the side, over the gain",
            aspect=1.25,
        ),
    ],
    readouts=[
        minimizer_readout,
        ex.Readout(
            "the part of the target it keeps, $x/m$",
            local_minimum / target,
            when=sp.Or(nonzero_wins, tied),
        ),
        ex.Readout("least part ever kept, $(L-2)/(L-1)$", formula.jump_ratio),
        ex.Readout("target where the minimizer leaves zero", threshold, digits=6),
    ],
    settings=[
        ex.Setting("soft-threshold", "depth two: the soft threshold", depth=2),
        ex.Setting("at-the-jump", "at the tie", target=formula.winning_threshold),
        ex.Setting("deep", "depth eight", depth=8, regularization=0.2),
    ],
)
