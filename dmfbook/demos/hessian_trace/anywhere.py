"""The trace at any point of a plane of factors, an explorable of `hessian_trace`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import (
    depth_slider,
    nonzero_fraction,
    regularization_slider,
    target_slider,
)
from dmfbook.symbolic import depth, target
from dmfbook.symbolic import hessian_trace as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["anywhere"]

_first, _others = scalar.first_factor, scalar.other_factors
_u, _v = sp.symbols("first others", real=True)
_here = {_first: _u, _others: _v}
_reach = 1.6
_threshold, _gain = sp.symbols("threshold gain", real=True)
_held = sp.Max(target, _threshold)
_kept = nonzero_fraction(scalar.relative_regularization.subs(target, _held), depth)
_heights = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)


def _minimizers(label: str = "") -> list[ex.Points]:
    """Mark the minimizers; the mirror image has the product of the same sign."""
    sign = (-1) ** (depth - 1)
    return [
        ex.Points(_gain, _gain, label=label, pen="orange", size=6),
        ex.Points(sign * _gain, -_gain, pen="orange", size=6),
    ]


anywhere = ex.Explorable(
    name="anywhere",
    title="Two pictures of one plane of factors",
    description=r"""The plane of the first factor $u = w_1$ and the common value $v$ of all other
        factors of a product of $L$ numbers. First, level lines of the loss
        $(m - u v^{L-1})^2 + \lambda (u^2 + (L-1) v^2)$, with its minimizers. Second, level lines of
        the trace of the Hessian in all $L$ factors, with the same points. A point that you drag
        lies in both. When the target moves, the lines of the loss move with it, and those of the
        trace stay where they are.""",
    sliders=[
        ex.Slider(_u, "first", "the point: $u$", -_reach, _reach, 0.01, 0.4),
        ex.Slider(_v, "others", "the point: $v$", -_reach, _reach, 0.01, 1.2),
        target_slider(0.2, 2.5, 1.5),
        regularization_slider(0.01, 1, 0.2),
        depth_slider(2, high=6),
    ],
    derived={
        _threshold: scalar.winning_threshold,
        _gain: ex.where(target > _threshold, (target * _kept) ** (1 / depth), 0),
    },
    routines=[nonzero_fraction],
    panels=[
        ex.Panel(
            ex.Axis("first factor $u$", -_reach, _reach),
            ex.Axis("other factors $v$", -_reach, _reach),
            ex.HeatMap(
                sp.log(scalar.loss),
                (_first, _others),
                sp.log(0.05),
                sp.log(60.0),
                levels=[sp.log(2.0**power) for power in range(-3, 6)],
            ),
            *_minimizers("a minimizer"),
            ex.Handle(_u, _v, pen="red", moves=("first", "others")),
            title="the loss",
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("first factor $u$", -_reach, _reach),
            ex.Axis("other factors $v$", -_reach, _reach),
            ex.HeatMap(
                sp.log(formula.plane_trace),
                (_first, _others),
                sp.log(0.1),
                sp.log(400.0),
                levels=[sp.log(height * 2) for height in _heights],
            ),
            *_minimizers(),
            ex.Handle(_u, _v, pen="red", label="the point", moves=("first", "others")),
            title="its trace",
            aspect=1.0,
            equal=True,
        ),
    ],
    readouts=[
        ex.Readout("trace of the Hessian at the point", formula.plane_trace.xreplace(_here)),
        ex.Readout("second derivative in $w_1$", formula.first_share.xreplace(_here)),
        ex.Readout("in each other factor", formula.other_share.xreplace(_here)),
        ex.Readout("loss at the point", scalar.loss.xreplace(_here)),
        ex.Readout(
            "trace at the minimizers", formula.plane_trace.subs({_first: _gain, _others: _gain})
        ),
    ],
    settings=[
        ex.Setting("at-zero", "all factors zero", first=0, others=0),
        ex.Setting("one-zero", "one factor zero", first=0, others=1),
        ex.Setting("balanced", "equal factors", first=1, others=1),
        ex.Setting("depth-three", "depth three", depth=3),
        ex.Setting("collapsed", "collapsed", target=0.5, depth=3),
    ],
)
