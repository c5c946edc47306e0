"""Where steps of a given size come to rest."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider, nonzero_fraction
from dmfbook.demos.matrix_recovery._shared import thresholded, unit_regularization
from dmfbook.symbolic import depth, end_to_end, regularization, step_size, target
from dmfbook.symbolic import matrix_recovery as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

_start, _place = sp.symbols("start place", real=True)
_weight = sp.Symbol("weight", positive=True)
_best = sp.Symbol("best", real=True)
_landing = sp.Symbol("landing", real=True)
_in_units = {regularization: _weight}


def _step(place: Any) -> Any:
    """Return where a step from a place leads; the price has its tie where the step has it."""
    tie = (2 * step_size) ** (depth / (2 * depth - 2))
    moved = formula.moved.subs(formula.current, place)
    return thresholded(moved, 2 * step_size * _weight, tie, depth)


_orbit = ex.Orbit(
    name="steps",
    state=(_place,),
    start=(_start,),
    update=(_step(_place),),
    count=sp.Integer(30),
    limit=30,
)


def _loss(x: Any) -> Any:
    """Return the loss at a place, less the loss of zero."""
    return scalar.reduced_loss.subs(_in_units).subs(end_to_end, x) - target**2


def _bound(x: Any) -> Any:
    return formula.bound.subs(_in_units).subs({end_to_end: x, formula.current: _start}) - target**2


_rests = sp.Abs(_orbit.last[0] - _start) < 1e-9
# To the digits that are shown: what prints as the best place is not called elsewhere.
_arrives = sp.Abs(_orbit.last[0] - _best) < sp.Piecewise((1e-4, _best < 1), (1e-3, True))
_edge = formula.resting_ratio

rests = ex.Explorable(
    name="rests",
    title="Where a step comes to rest",
    description=r"""First: the loss $f_m(x)$, less that of zero, of one singular value, in units
        in which zero and a nonzero number tie at the target $m = 1$. The orange point is where a
        step of the size $\eta$ starts, and the dashed curve what it minimizes: it touches the
        loss at the start, lies above it elsewhere, and is the narrower the shorter the step.
        The green point is its lowest, where the step lands. At $\eta = 1/2$ the two curves are
        one. Second: the places of thirty steps, with a dotted line at the best one. From zero a
        short step may not leave, although the loss is lower elsewhere: the narrow curve does
        not reach that far.""",
    sliders=[
        ex.Slider(_start, "start", "start $x_0$", 0, 2, 0.01, 0),
        ex.Slider(step_size, "step", r"step size $\eta$", 0.05, 0.5, 0.01, 0.2),
        ex.Slider(target, "target", "singular value of the data, $m$", 0.8, 1.8, 0.01, 1.15),
        depth_slider(3, high=6),
    ],
    derived={
        _weight: unit_regularization,
        _best: thresholded(target, _weight, 1, depth),
        _landing: _step(_start),
    },
    routines=[nonzero_fraction, thresholded],
    orbits=[_orbit],
    panels=[
        ex.Panel(
            ex.Axis("place $x$", 0, 2),
            ex.Axis("loss, less that of zero", -1, 1.2),
            ex.Rule(y=0, pen="grey dotted 1"),
            ex.Line(_bound(ex.along), label="what the step minimizes", pen="orange dashed"),
            ex.Line(_loss(ex.along), label="loss", pen="3"),
            ex.Points(_landing, _bound(_landing), label="where it lands", pen="green", size=6),
            ex.Handle(
                _start, _loss(_start), label="start", pen="orange", moves="start", snap=[0, _best]
            ),
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("steps taken", 0, 30),
            ex.Axis("place $x$", -0.1, 2),
            ex.Rule(y=_best, pen="green dotted", label="the best place"),
            ex.Path(_orbit, _orbit.step, _place, label="steps"),
            aspect=1.25,
        ),
    ],
    readouts=[
        ex.Readout("the best place", _best),
        ex.Readout("after thirty steps", ex.settled(_orbit.last[0])),
        ex.Readout("steps leave zero from this $m$ on", _edge),
        ex.Verdict(
            "the steps",
            (sp.And(_rests, _arrives), "rest at once, at the best place"),
            (_rests, "rest at once, and not at the best place"),
            (_arrives, "come to the best place"),
            otherwise="end, or still are, elsewhere",
        ),
    ],
    settings=[
        ex.Setting("longest", "the longest step", step=0.5),
        ex.Setting("short", "a short step", step=0.05, target=1.5),
        ex.Setting("depth-two", "depth two", depth=2, step=0.05),
        ex.Setting("from-far", "from far", start=2),
    ],
)
