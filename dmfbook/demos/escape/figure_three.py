"""P1, Figure 3: the loss of the fifteen layers in two planes through the minimum, and the runs.

In such a plane the product is a polynomial of the two coordinates. Expanded to the degree five it
is exact enough for the picture, and the browser draws the contours of its square.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.escape._figures import STORED, looked_up
from dmfbook.symbolic.sharpness import edge_ratio

__all__ = ["figure_three"]

_stored = STORED["figure-three"]
_RATIOS = tuple(_stored["ratios"])
_across, _up, _plane = sp.symbols("across up plane", real=True)


def _expression(coefficients: Sequence[Sequence[float]]) -> sp.Expr:
    """Return the polynomial in Horner's form."""
    rows = []
    for row in coefficients:
        value: sp.Expr = sp.Integer(0)
        for coefficient in row[::-1]:
            value = value * _up + coefficient
        rows.append(value)
    total: sp.Expr = sp.Integer(0)
    for value in rows[::-1]:
        total = total * _across + value
    return total


_paths = {name: np.array(_stored[name]) for name in ("x", "y")}
_ends = {f"end_{name}": path[..., -1:] for name, path in _paths.items()}
_made = ex.Frames(("plane", "ratio"), ((1.0, 2.0), _RATIOS), {**_paths, **_ends})
_along, _beside = (looked_up(_RATIOS, shares) for shares in _stored["shares"])
_first, _second = (_expression(found) for found in _stored["polynomials"])
_excess = ex.where(_plane < sp.Rational(3, 2), _first, _second)
# The floor of the valley is narrower than the grid of the shades, and is kept from showing it.
_LEAST, _MOST = 1e-4, 0.1


def _shade(loss: sp.Expr) -> sp.Expr:
    return sp.log((loss + _LEAST) / _LEAST) / sp.log(_MOST / _LEAST)


figure_three = ex.Explorable(
    name="figure-three",
    title="The valley, cut in two ways",
    description=r"""The loss of fifteen layers in a plane through a minimum, shaded by its
        logarithm, with contours, and a run of gradient descent in it. Across is the
        sharpest direction. Up is either a direction of the null space of the Hessian picked at
        random, or the one in which the sharpness falls fastest. In the first plane the
        valley is straight and the run seems to swing to and fro on one line. In the second the
        valley bends and widens, and the run climbs it. The run leaves the plane a little; drawn is
        the nearest point of the plane.""",
    sliders=[
        ex.Slider(_plane, "plane", "up: 1, at random; 2, flattening", 1, 2, 1, 1),
        ex.Slider(
            edge_ratio,
            "ratio",
            r"step size over the edge, $c = \eta \lambda_{\max} / 2$",
            _RATIOS[0],
            _RATIOS[-1],
            0.1,
            1.3,
        ),
    ],
    frames=_made,
    panels=[
        ex.Panel(
            ex.Axis("along the sharpest direction", -0.04, 0.08),
            ex.Axis("along the other direction", -0.03, 0.09),
            ex.HeatMap(
                _shade(_excess**2),
                (_across, _up),
                levels=[_shade(sp.Float(10**power)) for power in (-3.5, -3, -2.5, -2, -1.5)],
                resolution=44,
            ),
            ex.Line(_made["x"], _made["y"], label="gradient descent", pen="red 1.2"),
            ex.Points(0, 0, label="the minimum that it leaves", pen="ink", hollow=True),
            ex.Points(_made["end_x"], _made["end_y"], label="its end", pen="green", size=6),
            aspect=1.2,
        )
    ],
    readouts=[
        ex.Readout(
            "share of the way in this plane",
            ex.where(_plane < sp.Rational(3, 2), _along, _beside),
        ),
    ],
    settings=[
        ex.Setting("flattening", "the flattening direction", plane=2),
        ex.Setting("gentle", "flattening, gently", plane=2, ratio=1.1),
        ex.Setting("hard", "flattening, hard", plane=2, ratio=1.5),
    ],
)
