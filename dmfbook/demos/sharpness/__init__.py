"""The explorables of the chapter on sharpness at minima of loss zero."""

from __future__ import annotations

import sympy as sp

from dmfbook.demos.sharpness.data import data
from dmfbook.demos.sharpness.direction import direction
from dmfbook.demos.sharpness.edge import edge
from dmfbook.demos.sharpness.spectrum import spectrum
from dmfbook.explorables import (
    Axis,
    Bars,
    Explorable,
    Line,
    Panel,
    Points,
    Readout,
    Rule,
    Setting,
    Slider,
    Verdict,
    along,
)
from dmfbook.symbolic import depth, gain, target
from dmfbook.symbolic import sharpness as formula

__all__ = ["data", "direction", "edge", "narrow", "rescale", "spectrum"]

_index = sp.Symbol("index", integer=True)

# One number, one layer rescaled at the cost of the others.
_scale = formula.scale
_now, _flat = sp.symbols("now flat", positive=True)
_is_scaled = sp.Eq(_index, 0)
_size_of_layer = sp.Piecewise((formula.scaled_factor, _is_scaled), (formula.other_factor, True))
_part_of_layer = sp.Piecewise((formula.scaled_part, _is_scaled), (formula.other_part, True))
_tallest = sp.Max(
    formula.scaled_factor, formula.other_factor, formula.scaled_part, formula.other_part
)
_reach = 0.5
_balanced_line = formula.loss_along_sharpest.subs({_scale: 1, formula.distance: along})

rescale = Explorable(
    name="rescale",
    title="Rescale the layers of a fixed product",
    description=r"""A product of $L$ numbers equal to $m$. The first factor is multiplied by
        $\gamma$; the others shrink or grow equally, so that the product stays. Left: for each layer
        its size (gray) and its part $(m/w_l)^2$ of the sharpness (blue). The smaller a factor is,
        the larger is its part. Right: the loss on the straight line through the minimum in the
        sharpest direction (blue), the parabola with the curvature $\lambda_{\max}$ (orange,
        dotted), and the loss for equal factors (gray, dashed). The blue valley is never wider than
        the dashed one near its bottom, and the sharpness is least for $\gamma = 1$.""",
    sliders=[
        Slider(_scale, "scale", r"the first times $\gamma$", 0.2, 5, 0.02, 0.44, scale="log"),
        Slider(depth, "depth", "depth $L$", 2, 6, 1, 3),
        Slider(target, "target", "the product $m$", 0.5, 2, 0.01, 1),
    ],
    derived=[
        (gain, target ** (1 / depth)),
        (_now, formula.rescaled_sharpness),
        (_flat, formula.balanced_sharpness),
    ],
    panels=[
        Panel(
            Axis(r"layers $1, \dots, L$; the first is rescaled", -0.6, depth - 0.4, ticks=False),
            Axis("size, and part", 0, 1.12 * _tallest),
            [
                Bars(
                    _size_of_layer,
                    label="size $w_l$",
                    index=_index,
                    count=depth,
                    at=_index - 0.2,
                    thickness=0.36,
                    colour="grey",
                ),
                Bars(
                    _part_of_layer,
                    label="part $(m/w_l)^2$",
                    index=_index,
                    count=depth,
                    at=_index + 0.2,
                    thickness=0.36,
                    colour="blue",
                ),
            ],
            aspect=1.15,
        ),
        Panel(
            Axis("distance along the sharpest direction", -_reach, _reach),
            Axis("loss", 0, 1),
            [
                Line(_balanced_line, label="equal factors", colour="grey", dash="dashed"),
                Line(
                    formula.loss_along_sharpest.subs(formula.distance, along),
                    label="loss",
                    width=2.5,
                ),
                Line(
                    formula.parabola.subs(formula.distance, along),
                    label=r"parabola of curvature $\lambda_{\max}$",
                    colour="orange",
                    dash="dotted",
                ),
            ],
            aspect=1.15,
        ),
    ],
    readouts=[
        Readout(r"sharpness $\lambda_{\max}$, twice the sum of the blue bars", _now),
        Readout("with equal factors", _flat),
        Readout("how many times as sharp", _now / _flat),
        Readout(r"largest stable step size, $2/\lambda_{\max}$", 2 / _now),
    ],
    settings=[
        Setting("equal", "equal factors", scale=1),
        Setting("one-small", "one factor small", scale=0.25, depth=3),
        Setting("one-large", "one factor large", scale=4, depth=3),
        Setting("deep-small", "depth six, one small", scale=0.25, depth=6),
        Setting("deep-large", "depth six, one large", scale=4, depth=6),
    ],
)

# A factorization too narrow for its target: what the residual does to the formula.
_s, _sigma = formula.idle_gain, formula.missed
_true = sp.Max(*formula.narrow_values[:2])
_lowest = formula.narrow_values[2]
_is_minimum = _sigma <= 1

narrow = Explorable(
    name="narrow",
    title="When the loss is not zero",
    description=r"""Widths $2, 1, 2, 2$ and the target $\operatorname{diag}(1, \sigma)$, of which a
        product of rank one can fit only one entry: here the first. The last layer has an idle gain
        $s$ that the product does not use. Over $s$ the picture shows the largest eigenvalue of the
        Hessian (blue), what the formula for loss zero would say (orange, dashed), and the
        eigenvalue that decides whether the point is a minimum (gray). Blue and orange agree where
        both are $6$, and when $\sigma = 0$. Elsewhere blue is higher. The gray line lies below zero
        exactly when $\sigma > 1$.""",
    sliders=[
        Slider(_sigma, "missed", r"the missed singular value $\sigma$", 0, 1.3, 0.01, 0.9),
        Slider(_s, "idle", "idle gain $s$ of the last layer", 0, 3, 0.01, 2),
    ],
    panels=[
        Panel(
            Axis("idle gain $s$", 0, 3),
            Axis("eigenvalue", -1.5, 26),
            [
                Rule(y=0, colour="grey", dash="dotted"),
                Line(_true.subs(_s, along), label="true sharpness", width=3),
                Line(
                    formula.narrow_formula.subs(_s, along),
                    label="the formula for loss zero",
                    width=2.5,
                    colour="orange",
                    dash="dashed",
                ),
                Line(_lowest.subs(_s, along), label="the eigenvalue that decides", colour="grey"),
                Points(_s, _true, size=7),
                Points(_s, formula.narrow_formula, colour="orange", size=6),
                Points(_s, _lowest, colour="grey", size=5),
            ],
            aspect=1.7,
        )
    ],
    readouts=[
        Readout("true sharpness", _true, digits=6),
        Readout("the formula for loss zero", formula.narrow_formula),
        Readout("true over formula", _true / formula.narrow_formula),
        Readout("the eigenvalue that decides", _lowest),
        Verdict(
            "the point is",
            (_sigma < 1, "a global minimum: it keeps the larger singular value"),
            (sp.Eq(_sigma, 1), "a global minimum: both singular values are equally large"),
            otherwise="a saddle: it keeps the smaller singular value",
        ),
    ],
    settings=[
        Setting("counterexample", "the example of the text", missed=0.9, idle=2),
        Setting("no-residual", "no residual", missed=0),
        Setting("formula-holds", "idle gain small", missed=0.9, idle=0.8),
        Setting("saddle", "a saddle", missed=1.3, idle=1),
    ],
)
