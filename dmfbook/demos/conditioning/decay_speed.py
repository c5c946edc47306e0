"""What weight decay does to the condition number: an explorable of `conditioning`."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._hessian_spectrum import gain_of, pair_value, routines, threshold
from dmfbook.demos._shared import depth_slider
from dmfbook.symbolic import depth, gain, regularization, target
from dmfbook.symbolic import hessian_spectrum as table
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["decay_speed"]

# A two by two target, all widths two; its first singular value is one.
_FIRST = sp.Integer(1)
_second = sp.Symbol("second", positive=True)
_moment = sp.Symbol("moment", positive=True)
_is_two = sp.Eq(depth, 2)
_low, _high = 1e-3, 1.0
_tiny = 1e-9
_first_split, _second_split = sp.symbols("first_split second_split", positive=True)
_least, _most, _kappa, _without = sp.symbols("least most kappa without", positive=True)

_four = 4 * regularization
_slope = 2 * gain_of(_FIRST) ** (depth - 2)
_own = table.simple_value.subs(gain, gain_of(_FIRST))
# Both singular values fitted, one of them, none.
_extremes = (
    (
        ex.where(_is_two, sp.Min(_four, 4 * (_second - regularization)), _four),
        sp.Max(_own, pair_value(gain_of(_FIRST), gain_of(_second), -1), _four),
    ),
    (
        ex.where(
            _is_two,
            sp.Min(_four, 4 * (_FIRST - regularization), 2 * (regularization - _second)),
            sp.Min(_four / 2, _slope * (_FIRST - _second)),
        ),
        sp.Max(_own, _slope * (_FIRST + _second), _four),
    ),
    (
        2 * regularization - ex.where(_is_two, 2 * _FIRST, 0),
        2 * regularization + ex.where(_is_two, 2 * _FIRST, 0),
    ),
)
_guarded = [(sp.Max(low, _tiny), high) for low, high in _extremes]
_spans = (
    (_low, sp.Min(_second_split, _high)),
    (_second_split, _first_split),
    (_first_split, _high),
)
_shown = (True, _second_split < sp.Min(_first_split, _high), _first_split < _high)


def _now(place: int) -> sp.Expr:
    values = [pair[place] for pair in _guarded]
    after = ex.where(regularization < _first_split, values[1], values[2])
    return ex.where(regularization < _second_split, values[0], after)


def _curves(of: Any, label: str, pen: str) -> list[ex.Line]:
    """Draw a number over the regularization, in the pieces between the collapses."""
    lines = []
    for place, (pair, (start, end), shown) in enumerate(zip(_guarded, _spans, _shown, strict=True)):
        value = of(*pair).subs(threshold, scalar.winning_threshold)
        lines.append(
            ex.Line(
                sp.exp(_moment),
                value.subs(regularization, sp.exp(_moment)),
                label=label if place == 0 else "",
                parameter=_moment,
                span=(sp.log(start) + 1e-6, sp.log(sp.Max(end, start)) - 1e-6),
                samples=49,
                pen=pen,
                when=shown,
            )
        )
    return lines


_roof = 3e4
_axis = ex.Axis(r"regularization $\lambda$", _low, _high, scale="log")

decay_speed = ex.Explorable(
    name="decay-speed",
    title="What weight decay does to speed",
    description=r"""The minimizers with weight decay of a two by two target with the singular values
        $1$ and $\sigma_2$, all widths two, over the decay $\lambda$. First: the smallest curvature
        across the valley, $\mu$ (orange), and the largest, $\nu$ (green). For small $\lambda$ the
        smallest is $4\lambda$, the line that rises. Second: their quotient, the condition number
        $\kappa$. The dotted level is the condition number without decay, at balanced factors. A
        curve breaks off where a singular value collapses.""",
    sliders=[
        ex.Slider(
            regularization,
            "regularization",
            r"regularization $\lambda$",
            _low,
            _high,
            0.03,
            0.02,
            scale="log",
        ),
        ex.Slider(_second, "second", r"second singular value $\sigma_2$", 0.2, 1, 0.01, 0.5),
        depth_slider(3, high=6),
    ],
    derived={
        threshold: scalar.winning_threshold,
        _first_split: scalar.collapse_threshold.subs(target, _FIRST),
        _second_split: scalar.collapse_threshold.subs(target, _second),
        _least: _now(0),
        _most: _now(1),
        _kappa: _most / _least,
        _without: _second ** (2 / depth - 2),
    },
    routines=routines,
    panels=[
        ex.Panel(
            _axis,
            ex.Axis("curvature", 1e-3, 50, scale="log"),
            ex.Rule(x=regularization, pen="grey dotted"),
            *_curves(lambda low, high: high, r"largest, $\nu$", "green 3"),
            *_curves(lambda low, high: sp.Max(low, 1e-4), r"smallest, $\mu$", "orange 3"),
            title="both ends",
            aspect=1.15,
        ),
        ex.Panel(
            _axis,
            ex.Axis(r"condition number $\kappa$", 0.8, _roof, scale="log"),
            ex.Rule(y=_without, label="without decay", pen="ink dotted 2"),
            *_curves(
                lambda low, high: sp.Min(high / low, 10 * _roof),
                r"with decay, $\nu/\mu$",
                "purple 3",
            ),
            ex.Handle(regularization, sp.Min(_kappa, _roof), pen="purple", moves="regularization"),
            title="their quotient",
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Readout(r"smallest curvature $\mu$", _least),
        ex.Readout(r"largest curvature $\nu$", _most),
        ex.Readout(r"condition number $\kappa$", _kappa),
        ex.Readout("without decay, balanced", _without),
        ex.Verdict(
            "singular values that are fitted",
            (regularization < _second_split, "both"),
            (regularization < _first_split, "the first"),
            otherwise="none",
        ),
    ],
    settings=[
        ex.Setting("little", "hardly any decay", regularization=1e-3),
        ex.Setting("before", "just before the collapse", regularization=0.98 * _second_split),
        ex.Setting("after", "just after it", regularization=1.02 * _second_split),
        ex.Setting("depth-two", "depth two", depth=2, regularization=0.25, second=0.5),
    ],
)
