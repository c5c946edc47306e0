"""Which of two directions a deep network keeps, as decay grows."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider, nonzero_fraction
from dmfbook.symbolic import depth, regularization
from dmfbook.symbolic import linear_networks as formula

__all__ = ["directions"]

_LOW, _HIGH = 0.25, 8.0
_WEAKEST, _STRONGEST = 0.1, 20.0
_price, _unit, _layers = sp.symbols("price unit layers")
_threshold = sp.Symbol("threshold", positive=True)
_importances = sp.symbols("importance_one importance_two", positive=True)
_variances = sp.symbols("s_1 s_2", positive=True)
_slopes = sp.symbols("m_1 m_2", positive=True)

# The part of the slope that is kept: zero where zero is the better one.
kept_part = ex.Routine(
    name="kept_part",
    parameters=(_price, _unit, _layers),
    result=sp.Piecewise((nonzero_fraction(_price, _layers), _price <= _unit), (0, True)),
    uses=(nonzero_fraction,),
)


def _importance(place: int) -> Any:
    return formula.importance.subs(
        {formula.variance: _variances[place], formula.slope: _slopes[place]}
    )


def _kept(place: int, weight: Any) -> Any:
    return kept_part(weight / _importances[place], _threshold, depth)


_edge = (regularization / (_threshold * sp.exp(ex.along))) ** (depth / (2 * depth - 2))
_span = (float(sp.log(_LOW)), float(sp.log(_HIGH)))
_PENS = ("blue", "orange")
_first, _second = _importances

directions = ex.Explorable(
    name="directions",
    title="Two directions of the data",
    description=r"""Data with two directions: in each the inputs have a variance $s$ and the outputs
        a slope $m$ over them. First: both directions, on logarithmic axes. What lies below the line
        is dropped at the chosen depth and regularization; the line is the flatter the deeper the
        network. Second: the part of each slope that is left, over the regularization. At
        depth two both curves come down to zero without a jump, at larger depth they break off.""",
    sliders=[
        ex.Slider(
            regularization,
            "regularization",
            r"regularization $\lambda$",
            _WEAKEST,
            _STRONGEST,
            0.01,
            1.0,
            scale="log",
        ),
        depth_slider(2),
        *(
            ex.Slider(
                symbol, f"{word}_{name}", f"{word} ${letter}_{n}$", _LOW, _HIGH, 0.01, value, "log"
            )
            for n, name, values in ((1, "one", (4, 1)), (2, "two", (1, 3)))
            for word, letter, symbol, value in (
                ("variance", "s", _variances[n - 1], values[0]),
                ("slope", "m", _slopes[n - 1], values[1]),
            )
        ),
    ],
    routines=[nonzero_fraction, kept_part],
    derived={
        _threshold: formula.unit_threshold,
        _first: _importance(0),
        _second: _importance(1),
    },
    panels=[
        ex.Panel(
            ex.Axis("variance $s$ of the inputs", _LOW, _HIGH, scale="log"),
            ex.Axis("slope $m$", _LOW, _HIGH, scale="log"),
            ex.Line(sp.exp(ex.along), _edge, span=_span, label="dropped below", pen="green dashed"),
            *(
                ex.Handle(
                    _variances[k],
                    _slopes[k],
                    moves=(f"variance_{name}", f"slope_{name}"),
                    pen=_PENS[k],
                    label=f"direction {k + 1}",
                )
                for k, name in enumerate(("one", "two"))
            ),
            aspect=1.1,
        ),
        ex.Panel(
            ex.Axis(r"regularization $\lambda$", _WEAKEST, _STRONGEST, scale="log"),
            ex.Axis("part of the slope kept", -0.05, 1.05),
            *(
                ex.Line(
                    sp.exp(ex.along),
                    _kept(k, sp.exp(ex.along)),
                    span=(float(sp.log(_WEAKEST)), float(sp.log(_STRONGEST))),
                    pen=f"{_PENS[k]} {'3' if k == 0 else 'dashed 3'}",
                    label=f"direction {k + 1}",
                )
                for k in range(2)
            ),
            ex.Rule(x=regularization, pen="grey dotted"),
            ex.Handle(regularization, 0, moves="regularization", pen="green"),
            aspect=1.1,
        ),
    ],
    readouts=[
        ex.Readout("importance of direction 1", _first),
        ex.Readout("importance of direction 2", _second),
        ex.Readout("part kept of direction 1", _kept(0, regularization)),
        ex.Readout("part kept of direction 2", _kept(1, regularization)),
        ex.Verdict(
            "as the regularization grows",
            (ex.near(_first, _second), "both directions go at once"),
            (_first > _second, "direction 2 goes first"),
            otherwise="direction 1 goes first",
        ),
    ],
    settings=[
        ex.Setting("depth-three", "depth three", depth=3),
        ex.Setting("deep", "depth eight", depth=8),
        ex.Setting("between", "one of them left", depth=2, regularization=3.5),
        ex.Setting("between-deep", "one left, depth three", depth=3, regularization=1.65),
    ],
)
