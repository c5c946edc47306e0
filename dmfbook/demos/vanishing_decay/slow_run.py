"""A network of three layers, followed for a very long time with little decay."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import factorization as formula
from dmfbook.symbolic import regularization

__all__ = ["slow_run"]


def _frames(stored: dict[str, Any]) -> ex.Frames:
    series = {name: np.array(stored[name]) for name in ("misfit", "imbalance", "sharpness")}
    count = len(stored["powers"])
    return ex.Frames(
        ("power",),
        (tuple(stored["powers"]),),
        {
            **series,
            "time": np.tile(stored["times"], (count, 1)),
            "first": np.full((count, 1), stored["first"]),
            "last": series["sharpness"][:, -1:],
        },
    )


# What ``python -m dmfbook.demos.vanishing_decay._runs`` wrote.
_stored = json.loads(Path(__file__).with_name("long_runs.json").read_text(encoding="utf-8"))
_runs = _frames(_stored)
_FLATTEST, _FIRST_TIME, _LAST_TIME = _stored["flattest"], 0.03, 1e4
_power = sp.Symbol("power", real=True)
_decay = 10.0**_power
_clock = 1 / (4 * _decay)
_IMBALANCE = float(_runs.series["first"][0, 0])
_HIGHEST = 1.1 * float(_runs.series["sharpness"].max())
_exact = _IMBALANCE * formula.decay.subs({formula.time: sp.exp(ex.along), regularization: _decay})
_span = (float(np.log(_FIRST_TIME)), float(np.log(_LAST_TIME)))


slow_run = ex.Explorable(
    name="slow-run",
    title="A long run with little decay",
    description=r"""Gradient flow of three layers, two by two, for the target
        $\operatorname{diag}(2, 1)$, from one random start whose first layer is the largest. Time
        runs from $0.03$ to $10\,000$ on a logarithmic axis. First: the distance of the product
        from the target, and the size of the first imbalance, with its exact law as a line.
        Second: what the sharpness formula says on the way, with the least value that any exact
        factorization can have. The misfit falls within a few units of time. Imbalance and
        sharpness wait for the dotted line, the slow clock $1/(4\lambda)$, then fall together.""",
    sliders=[
        ex.Slider(_power, "power", r"regularization $\lambda = 10^p$, $p$", -3.5, -1, 0.5, -2.5),
    ],
    frames=_runs,
    panels=[
        ex.Panel(
            ex.Axis("time", _FIRST_TIME, _LAST_TIME, scale="log"),
            ex.Axis("", 2e-4, 30, scale="log"),
            ex.Rule(x=_clock, pen="orange dotted"),
            ex.Line(
                sp.exp(ex.along),
                _exact,
                span=_span,
                label=r"exactly $e^{-4\lambda t}$",
                pen="grey 4",
                samples=121,
            ),
            ex.Points(_runs["time"], _runs["misfit"], label="misfit", pen="blue", size=3),
            ex.Points(_runs["time"], _runs["imbalance"], label="imbalance", pen="orange", size=3),
            ex.Handle(_clock, 10, moves="power", pen="orange"),
            title="two sizes",
            aspect=1.15,
        ),
        ex.Panel(
            ex.Axis("time", _FIRST_TIME, _LAST_TIME, scale="log"),
            ex.Axis("sharpness formula", 0, _HIGHEST),
            ex.Rule(x=_clock, pen="orange dotted"),
            ex.Rule(y=_FLATTEST, pen="green dashed", label="least without decay"),
            ex.Points(_runs["time"], _runs["sharpness"], label="the run", pen="red", size=3),
            title="how sharp",
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Readout(r"regularization $\lambda$", _decay),
        ex.Readout(r"slow clock $1/(4\lambda)$", _clock, digits=4),
        ex.Readout("least sharpness without decay", sp.Float(_FLATTEST)),
    ],
    settings=[
        ex.Setting("little", "hardly any decay", power=-3.5),
        ex.Setting("ten-times", "ten times as much", power=-1.5),
        ex.Setting("much", "much", power=-1),
    ],
)
