"""The averaged system behind the mirror law, and where real runs land."""

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.escape._figures import STORED
from dmfbook.symbolic import escape as formula
from dmfbook.symbolic.sharpness import edge_ratio

__all__ = ["mirror"]

_ratios, _landed = STORED["mirror"]["ratios"], np.array(STORED["mirror"]["landed"])
_across = np.repeat(_ratios, _landed.shape[1])
_frames = ex.Frames(
    ("ratio",), ((1.1,),), {"across": _across[None, :], "landed": _landed.reshape(1, -1)}
)
_r = formula.bend_share
_START = 2 * (edge_ratio - 1)
_excess = sp.Symbol("along", real=True)
_given, _given_bend = sp.symbols("given given_bend", real=True)
_x = sp.Symbol("x", real=True)
# From the left of the root Newton's method climbs to it, since the function is concave there.
_land = ex.Routine(
    name="land",
    parameters=(_given,),
    state=(_x,),
    start=(sp.Integer(-1),),
    update=(formula.landing_newton_step.subs({formula.landing: _x, formula.departure: _given}),),
    count=40,
    result=_x,
)
_SMALL = sp.Rational(1, 20)


def _end_of(start: sp.Expr) -> sp.Expr:
    """Return the excess at the end of the curve that begins at the given one."""
    departure = 2 * _r * sp.Max(start, sp.Rational(1, 1000))
    return ex.where(_r < _SMALL, -start, _land(departure) / (2 * sp.Max(_r, _SMALL)))


_end = sp.Symbol("last_excess", real=True)
_height = ex.where(
    _r < _SMALL,
    _START**2 - _excess**2,
    formula.bent_square.subs(
        {formula.excess: _excess, formula.first_excess: _START, formula.feedback: 1}
    ).subs(_r, sp.Max(_r, _SMALL)),
)

mirror = ex.Explorable(
    name="mirror",
    title="The averaged escape",
    description=r"""First: the averaged system, a curve from right to left. Across is the excess
        $e = \eta\lambda - 2$ of the sharpness, up the squared amplitude times $k$. While the
        sharpness is too large the amplitude grows; while there is an amplitude the sharpness falls.
        Without a bend, $r = 0$, the curve is symmetric, and the excess ends at minus its start:
        the mirror law. With a bend the walls slow the growth, and the end is nearer to the edge.
        Second: the ratio at the end over the ratio at the start, for the averaged system (line) and
        for nine random networks of two factors at five step sizes (dots).""",
    sliders=[
        ex.Slider(
            edge_ratio,
            "ratio",
            r"step size over the edge, $c = \eta \lambda_{\max} / 2$",
            1.01,
            1.25,
            0.005,
            1.1,
        ),
        ex.Slider(_r, "bend", "bend of the valley, $r$", 0, 10, 0.1, 0),
    ],
    routines=[_land],
    derived={_end: _end_of(_START)},
    frames=_frames,
    panels=[
        ex.Panel(
            ex.Axis("excess $e$", -0.55, 0.55),
            ex.Axis("$k$ times squared amplitude", 0, sp.Max(1.15 * _START**2, 0.01)),
            ex.Rule(x=0, pen="ink dashed 1.5", label="the edge"),
            ex.Rule(x=-_START, pen="green dotted 2", label="mirror image"),
            ex.Line(
                _excess,
                sp.Max(_height, 0),
                parameter=_excess,
                span=(_end, _START),
                pen="blue 2.5",
                label="averaged",
            ),
            ex.Points(_end, 0, pen="blue", size=6),
            ex.Handle(_START, 0, pen="ink", moves="ratio"),
            aspect=1.2,
        ),
        ex.Panel(
            ex.Axis("ratio $c$ at the start", 1, 1.26),
            ex.Axis("ratio at the end", 0.7, 1.06),
            ex.Rule(y=1, pen="ink dashed 1.5"),
            ex.Line(2 - ex.along, pen="green dotted 2"),
            ex.Line(1 + _end_of(2 * (ex.along - 1)) / 2, pen="blue 2", samples=60),
            ex.Points(
                _frames["across"],
                _frames["landed"],
                pen="orange",
                size=3,
                label="real runs",
            ),
            ex.Points(edge_ratio, 1 + _end / 2, pen="blue", size=6),
            aspect=1.2,
        ),
    ],
    readouts=[
        ex.Readout("excess at the start", _START),
        ex.Readout("excess at the end", _end),
        ex.Readout("ratio at the end", 1 + _end / 2),
    ],
    settings=[
        ex.Setting("some", "a bend as in the runs", bend=2),
        ex.Setting("riding", "edge-riding", bend=10, ratio=1.2),
    ],
)
