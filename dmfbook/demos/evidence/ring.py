"""The posterior of two vectors gathers around a circle."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.evidence._shared import radial, routines
from dmfbook.symbolic import evidence as formula
from dmfbook.symbolic import regularization

__all__ = ["ring"]

_REACH, _COLDEST, _HOTTEST = 2.3, 40.0, 0.1
_m, _beta, _width = formula.positive_target, formula.precision, formula.width
_across, _up = sp.symbols("across up", real=True)
_lambda_one = {regularization: sp.Integer(1)}
_radius = sp.sqrt(formula.circle_gain_squared.subs(_lambda_one))
_height = _beta * (formula.radial_exponent - formula.circle_least_loss).subs(_lambda_one)
_here = {formula.size: sp.sqrt(_across**2 + _up**2)}
_density = (sp.sqrt(_m) * sp.exp(-_height) / sp.sqrt(1 + formula.size**2)).subs(_here)
_ratio = sp.Symbol("ratio", positive=True)
_room = (formula.radial_laplace.subs(_lambda_one) * _ratio).subs(_width, 2) * 2 * sp.pi


def _share(beta: sp.Expr, width: sp.Expr | int) -> sp.Expr:
    return radial(_m, beta, width).subs(_lambda_one)


ring = ex.Explorable(
    name="ring",
    title="A cloud on a circle",
    description=r"""Two vectors $u$ and $v$ of the plane with the loss
        $(m - u \cdot v)^2 + |u|^2 + |v|^2$. First: the density of $u$ when the four parameters have
        the density $e^{-\beta F}$, up to a factor; the dashed circle holds the minimizers, whose
        radius is $\sqrt{m - 1}$. As $\beta$ grows the cloud
        thins to a ring. Second: the exact integral of $e^{-\beta F}$ over what the formula of the
        chapter gives, against $\beta$, for vectors of $2$, $3$ and $6$ entries. All three tend to
        one; that of the plane is there almost at once.""",
    sliders=[
        ex.Slider(_beta, "beta", r"precision $\beta$", _HOTTEST, _COLDEST, 0.1, 0.4, scale="log"),
        ex.Slider(_m, "target", "target $m$", 1.05, 4, 0.05, 3),
    ],
    routines=routines,
    derived={_ratio: _share(_beta, 2)},
    panels=[
        ex.Panel(
            ex.Axis("$u_1$", -_REACH, _REACH),
            ex.Axis("$u_2$", -_REACH, _REACH),
            # The darkest shade is that of the lowest value.
            ex.HeatMap(-_density, (_across, _up), -1.1, 0),
            ex.Line(
                ex.polar(_radius, ex.along),
                span=(0, 2 * sp.pi),
                label="minimizers",
                pen="orange dashed",
            ),
            ex.Handle(_radius, 0, moves="target", pen="orange"),
            title="where $u$ is",
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis(r"precision $\beta$", _HOTTEST, _COLDEST, scale="log"),
            ex.Axis("integral over formula", 0, 2),
            ex.Rule(y=1, pen="grey dotted"),
            *(
                ex.Line(
                    sp.exp(ex.along),
                    _share(sp.exp(ex.along), width),
                    span=(float(sp.log(_HOTTEST)), float(sp.log(_COLDEST))),
                    samples=61,
                    label=f"{width} entries",
                    pen=pen,
                )
                for width, pen in ((2, "blue 3"), (3, "green"), (6, "purple dashed"))
            ),
            ex.Handle(_beta, _ratio, moves="beta", pen="blue"),
            title="how good the formula is",
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout(r"integral of $e^{-\beta (F - \min F)}$", _room),
        ex.Readout("over the formula, in the plane", _ratio, digits=6),
        ex.Readout("length of the circle of minimizers", formula.circle_length.subs(_lambda_one)),
    ],
    settings=[
        ex.Setting("warm", "a warm cloud", beta=0.15),
        ex.Setting("cold", "cold", beta=20),
        ex.Setting("doubled", "twice as cold", beta=40),
        ex.Setting("small", "a small circle", target=1.3, beta=4),
    ],
)
