"""When the loss is not zero: an explorable of `sharpness`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import sharpness as formula

# A factorization too narrow for its target: what the residual does to the formula.
_s, _sigma = formula.idle_gain, formula.missed
_true = sp.Max(*formula.narrow_values[:2])
_lowest = formula.narrow_values[2]
narrow = ex.Explorable(
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
        ex.Slider(_sigma, "missed", r"the missed singular value $\sigma$", 0, 1.3, 0.01, 0.9),
        ex.Slider(_s, "idle", "idle gain $s$ of the last layer", 0, 3, 0.01, 2),
    ],
    panels=[
        ex.Panel(
            ex.Axis("idle gain $s$", 0, 3),
            ex.Axis("eigenvalue", -1.5, 26),
            ex.Rule(y=0, pen="grey dotted"),
            ex.Line(_true.subs(_s, ex.along), label="true sharpness", pen="3"),
            ex.Line(
                formula.narrow_formula.subs(_s, ex.along),
                label="the formula for loss zero",
                pen="orange dashed 2.5",
            ),
            ex.Line(_lowest.subs(_s, ex.along), label="the eigenvalue that decides", pen="grey"),
            ex.Points(_s, formula.narrow_formula, pen="orange", size=6),
            ex.Points(_s, _lowest, pen="grey", size=5),
            ex.Handle(_s, _true, moves="idle"),
            aspect=1.7,
        )
    ],
    readouts=[
        ex.Readout("true sharpness", _true, digits=6),
        ex.Readout("the formula for loss zero", formula.narrow_formula),
        ex.Readout("true over formula", _true / formula.narrow_formula),
        ex.Readout("the eigenvalue that decides", _lowest),
        ex.Verdict(
            "the point is",
            (_sigma < 1, "a global minimum: it keeps the larger singular value"),
            (sp.Eq(_sigma, 1), "a global minimum: both singular values are equally large"),
            otherwise="a saddle: it keeps the smaller singular value",
        ),
    ],
    settings=[
        ex.Setting("no-residual", "no residual", missed=0),
        ex.Setting("formula-holds", "idle gain small", idle=0.8),
        ex.Setting("saddle", "a saddle", missed=1.3, idle=1),
    ],
)
