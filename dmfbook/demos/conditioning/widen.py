"""Two descents side by side, while the hidden layer is widened: an explorable."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

import dmfbook.explorables as ex

__all__ = ["widen"]

_stored: dict[str, Any] = json.loads(
    Path(__file__).with_name("runs.json").read_text(encoding="utf-8")
)
_width, _power = sp.symbols("width power", real=True)
_WIDTHS, _POWERS, _STEPS = (3, 4, 5), (-4, -3, -2, -1, 0), 120
_grid = (len(_WIDTHS), len(_POWERS))
_count = len(_stored["fast_losses"][0][0])


def _series(name: str) -> np.ndarray:
    values = np.array(_stored[name])
    if values.ndim == 2:
        values = np.repeat(values[:, np.newaxis], len(_POWERS), axis=1)
    return values


_frames = ex.Frames(
    ("width", "power"),
    (tuple(float(w) for w in _WIDTHS), tuple(float(p) for p in _POWERS)),
    {
        **{name: _series(name) for name in _stored},
        "step": np.broadcast_to(np.linspace(0, _STEPS, _count), (*_grid, _count)),
        "place": np.broadcast_to(np.arange(9.0), (*_grid, 9)),
    },
)
# The formulas of the chapter: 2 / (1 + sigma^2 / 9), with the largest value that is not completed.
_fast_condition = ex.where(
    _width < 3.5, 2 / (1 + sp.Rational(1, 900)), ex.where(_width < 4.5, sp.Rational(9, 5), 1)
)


def _dots(name: str, **style: Any) -> ex.Points:
    return ex.Points(_frames["place"], _frames[f"{name}_curvatures"], size=6, **style)


widen = ex.Explorable(
    name="widen",
    title="Widen the hidden layer",
    description=r"""Depth two, the target $\operatorname{diag}(3, 1, 0.1)$, and a hidden layer of
        three, four or five units. Two flat minima are compared: the balanced one (grey), and the
        best conditioned one (blue). First: the nine nonzero curvatures of both, in increasing
        order; the largest is $12$ for both, at every width. Second: the loss of gradient descent
        that starts beside each, with the best step for each, as a power of ten.""",
    sliders=[
        ex.Slider(_width, "width", "hidden width $d_1$", 3, 5, 1, 3),
        ex.Slider(_power, "power", "distance of the start, power of ten $10^p$", -4, 0, 1, -3),
    ],
    frames=_frames,
    panels=[
        ex.Panel(
            ex.Axis("the nine curvatures, in order", -0.6, 8.6, ticks=False),
            ex.Axis("curvature", 0, 13),
            ex.Rule(y=12, label="least sharpness", pen="green dotted 2"),
            _dots("balanced", label="balanced", pen="grey"),
            _dots("fast", label="best conditioned", pen="blue"),
            title="curvatures",
            aspect=1.15,
        ),
        ex.Panel(
            ex.Axis("step", 0, _STEPS),
            ex.Axis("loss, power of ten", -25, 3),
            ex.Points(
                _frames["step"],
                _frames["balanced_losses"],
                pen="grey",
                size=3,
            ),
            ex.Points(
                _frames["step"],
                _frames["fast_losses"],
                pen="blue",
                size=3,
            ),
            title="two descents",
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Readout("condition number, balanced", 30 + 0 * _width),
        ex.Readout("condition number, best of the flat ones", _fast_condition),
        ex.Readout("sharpness of both", 12 + 0 * _width),
        ex.Verdict(
            "the best conditioned one",
            (_width > 4.5, "is perfect: all nine curvatures are equal"),
            (_width > 3.5, "has completed the smallest singular value"),
            otherwise="has $W_2$ a multiple of the identity",
        ),
    ],
    settings=[
        ex.Setting("four", "four hidden units", width=4),
        ex.Setting("five", "five hidden units", width=5),
        ex.Setting("far", "five, and a start far away", width=5, power=0),
    ],
)
