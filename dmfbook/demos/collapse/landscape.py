"""The landscape over two singular values, and descent through it: an explorable of `collapse`."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.collapse._shared import (
    excess,
    fitting,
    lower_root,
    routines,
    second,
    tangent,
    tangent_of,
    unit,
    unit_slider,
    upper_root,
)
from dmfbook.symbolic import collapse as formula
from dmfbook.symbolic import depth, regularization, step_size
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["landscape"]

_LAYERS, _STEP = 3, 0.08
_low, _high = -0.3, 1.25
_start_first, _start_second, _tilt = sp.symbols("first_start second_start tilt", real=True)
_steps = sp.Symbol("steps", positive=True)
_s1, _s2 = sp.symbols("s_1 s_2", real=True)
_state = (*formula.first_entries, *formula.middle_entries)
_goal = {formula.large_value: sp.Integer(1), formula.small_value: second, step_size: _STEP}

# The residual enters every entry of the gradient, so it is named.
_rest = [
    ex.Routine(name=f"rest_{i + 1}", parameters=(*_state, second), result=entry.subs(_goal))
    for i, entry in enumerate(formula.three_residual[k] for k in (0, 1, 3))
]
_residual = {
    symbol: routine(*_state, second)
    for symbol, routine in zip(formula.residual_entries, _rest, strict=True)
}
_orbit = ex.Orbit(
    name="descent",
    state=_state,
    start=(_start_first, _tilt, _tilt, _start_second, _start_first, _tilt, _start_second),
    update=tuple(entry.subs(_goal).subs(_residual) for entry in formula.descent_step),
    count=_steps,
    limit=400,
)
_product = [formula.three_product[k] for k in (0, 1, 3)]


def _root(entry: Any) -> Any:
    return sp.sign(entry) * sp.Abs(entry) ** sp.Rational(1, _LAYERS)


_end = dict(zip(_state, _orbit.last, strict=True))
_x1, _x12, _x2 = (entry.xreplace(_end) for entry in _product)
_loss = sum((g - p) ** 2 for g, p in zip((1, second), (_product[0], _product[2]), strict=True))
_loss += 2 * _product[1] ** 2
_loss += regularization * (
    2 * sum(entry**2 for entry in formula.first_entries)
    + sum(formula.middle_entries[k] ** 2 for k in (0, 1, 1, 2))
)
_has = {1: fitting(1), 2: fitting(second)}
_up1, _low1, _up2, _low2 = sp.symbols("up_1 low_1 up_2 low_2", real=True)
_least = sp.Symbol("least", real=True)
_plane = sum(
    (m - s**_LAYERS) ** 2 + _LAYERS * regularization * s**2
    for m, s in zip((1, second), (_s1, _s2), strict=True)
)


def _gain(product: Any) -> Any:
    return sp.Max(product, 0) ** sp.Rational(1, _LAYERS)


def _saddle(kind: int, first: Any, other: Any, label: str = "") -> ex.Points:
    there = _has[2] if other != 0 else _has[1]
    return ex.Points(
        _gain(first),
        _gain(other),
        label=label,
        text=str(kind),
        pen=("", "purple", "green", "red")[kind],
        size=5,
        when=there,
    )


def _local_minimum(first: Any, other: Any, best: Any, label: str = "") -> ex.Points:
    there = _has[2] if other != 0 else _has[1] if first != 0 else sp.true
    return ex.Points(
        _gain(first),
        _gain(other),
        label=label,
        pen="orange",
        size=7,
        hollow=True,
        when=sp.And(there, sp.Not(best)),
    )


def _near(first: Any, other: Any) -> Any:
    return (_x1 - first) ** 2 + (_x2 - other) ** 2 + 2 * _x12**2 < 1e-3


_excess = {"first": excess(_up1, 1), "both": excess(_up1, 1) + excess(_up2, second)}
_wins = {
    "both": sp.And(_has[2], _excess["both"] <= sp.Min(0, _excess["first"]) + 1e-12),
    "first": sp.And(
        _has[1], _excess["first"] <= 1e-12, sp.Or(sp.Not(_has[2]), excess(_up2, second) > 0)
    ),
}
_wins["zero"] = sp.Not(sp.Or(_wins["both"], _wins["first"]))

landscape = ex.Explorable(
    name="landscape",
    title="Two singular values, and a way out of the plane",
    description=r"""The loss at depth three for a target with the singular values 1 and $m_2$, over
        products that are diagonal, by the gains of their two entries. The points are the critical
        products: global and local minima, and saddles with their index, the number of negative
        eigenvalues of the whole Hessian of all twelve parameters. The path is gradient descent on
        the three factors. All start at one diagonal matrix, with an entry $\epsilon$ beside the
        diagonal. Without it the factors stay diagonal, and the path can end at the point on the
        vertical axis, which in this plane is a valley; with the smallest tilt the product turns
        from the second direction to the first. The path shows the diagonal of the product.""",
    sliders=[
        ex.Slider(_start_first, "first", "start, first gain", -0.3, 1.25, 0.01, 0.2),
        ex.Slider(_start_second, "other", "start, second gain", -0.3, 1.25, 0.01, 0.95),
        ex.Slider(_tilt, "tilt", r"tilt of the start, $\epsilon$", 0, 0.2, 0.005, 0),
        ex.Slider(_steps, "steps", "steps", 0, 400, 1, 200, play=True),
        ex.Slider(second, "second", "second singular value $m_2$", 0.3, 0.97, 0.01, 0.75),
        unit_slider(0.55),
    ],
    routines=[*routines, *_rest],
    orbits=[_orbit],
    derived={
        depth: sp.Integer(_LAYERS),
        regularization: unit * tangent_of(1),
        tangent: scalar.tangent_threshold,
        _up1: ex.where(_has[1], upper_root(1), 0),
        _low1: ex.where(_has[1], lower_root(1), 0),
        _up2: ex.where(_has[2], upper_root(second), 0),
        _low2: ex.where(_has[2], lower_root(second), 0),
        _least: 1
        + second**2
        + ex.where(_wins["both"], _excess["both"], ex.where(_wins["first"], _excess["first"], 0)),
    },
    panels=[
        ex.Panel(
            ex.Axis("first gain", _low, _high),
            ex.Axis("second gain", _low, _high),
            ex.HeatMap(
                sp.log(_plane - _least + 0.03),
                (_s1, _s2),
                sp.log(0.03),
                sp.log(4.0),
                levels=[
                    sp.log(level + 0.03)
                    for level in (0.02, 0.06, 0.12, 0.2, 0.3, 0.45, 0.7, 1.1, 1.8, 3.0)
                ],
            ),
            ex.Points(
                ex.where(_wins["zero"], 0, _gain(_up1)),
                ex.where(_wins["both"], _gain(_up2), 0),
                label="global minimum",
                pen="orange",
                size=7,
            ),
            _local_minimum(0, 0, _wins["zero"], "local minimum"),
            _local_minimum(_up1, 0, _wins["first"]),
            _local_minimum(_up1, _up2, _wins["both"]),
            _saddle(1, 0, _up2, "saddle, with its index"),
            _saddle(1, _low1, 0),
            _saddle(1, _up1, _low2),
            _saddle(2, 0, _low2),
            _saddle(2, _low1, _up2),
            _saddle(3, _low1, _low2),
            ex.Path(
                _orbit, _root(_product[0]), _root(_product[2]), label="gradient descent", pen="ink"
            ),
            ex.Handle(
                _root(_start_first * (_start_first**2 + _tilt**2)),
                _root(_start_second * (_start_second**2 + _tilt**2)),
                label="start",
                pen="ink",
                moves=("first", "other"),
            ),
            aspect=1.0,
            equal=True,
        )
    ],
    readouts=[
        ex.Verdict(
            "where it ended",
            (_near(0, 0), "at zero"),
            (sp.And(_has[2], _near(_up1, _up2)), "at the product that keeps both values"),
            (sp.And(_has[1], _near(_up1, 0)), "at the product that keeps the first value alone"),
            (sp.And(_has[2], _near(0, _up2)), "at the saddle that keeps the second value alone"),
            otherwise="not there yet",
        ),
        ex.Readout("loss at the end", _loss.xreplace(_end)),
        ex.Readout("least loss", _least),
        ex.Readout("entry of the product beside the diagonal", ex.settled(_x12)),
    ],
    settings=[
        ex.Setting("tilted", "a little tilted", tilt=0.005, steps=400),
        ex.Setting("trapped", "inside the ball", first=0.2, other=0.15, tilt=0.02),
        ex.Setting("both", "a large start", first=1.1, other=0.9, tilt=0.02),
        ex.Setting("spurious", "zero is best", first=1, other=0.2, unit=0.9, steps=400),
        ex.Setting("first-alone", "one value is best", unit=0.75, tilt=0.01, first=0.8, steps=400),
    ],
)
