"""Two layers that meet at an angle: an explorable of `flat_minima`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import flat_minima as formula

_degrees = sp.Symbol("degrees", nonnegative=True)
_ratio = formula.ratio
_cos, _sin, _first, _last, _now = sp.symbols("cos sin first last now", positive=True)
_one = {formula.product: 1}


def _sharpness(degrees: sp.Expr, ratio: sp.Expr) -> sp.Expr:
    value = formula.arrows_sharpness.subs(_one)
    return value.subs({formula.between: degrees * sp.pi / 180, _ratio: ratio})


_length = formula.arrow.subs(_one).subs(formula.between, _degrees * sp.pi / 180)
_widest, _reach = 75, 3.0

equal_norms = ex.Explorable(
    name="equal-norms",
    title="Two layers that meet at an angle",
    description=r"""A network of one input, two hidden units and one output, at loss zero: the
        product $W_2 W_1$ is $1$. First: the plane of the two hidden units, with the first layer
        $W_1$ (blue), into which the input goes, and the last layer $W_2$ (orange), on which the
        output reads it. Their lengths times the cosine of the angle between them is the product, so
        both must grow as the angle does. Second: the sharpness over the angle, for equal lengths
        (purple) and for the lengths at hand (gray, dashed); dotted, the least value, which is
        reached where the arrows have equal lengths and lie on each other.""",
    sliders=[
        ex.Slider(_degrees, "angle", r"angle $\phi$ between them, degrees", 0, _widest, 0.5, 50),
        ex.Slider(
            _ratio,
            "ratio",
            "how much longer the first is than equal, $t$",
            0.7,
            1.4,
            0.01,
            1,
            scale="log",
        ),
    ],
    derived={
        _cos: sp.cos(_degrees * sp.pi / 180),
        _sin: sp.sin(_degrees * sp.pi / 180),
        _first: _ratio * _length,
        _last: _length / _ratio,
        _now: _sharpness(_degrees, _ratio),
    },
    panels=[
        ex.Panel(
            ex.Axis("first hidden unit", -0.3, _reach),
            ex.Axis("second hidden unit", -0.3, _reach),
            ex.Segments((_last * _cos, _last * _sin), (_last * _cos, 0), pen="grey dotted 1.5"),
            ex.Segments((0, 0), (_first, 0), label="first layer $W_1$", arrow=True, pen="blue 3"),
            ex.Segments(
                (0, 0),
                (_last * _cos, _last * _sin),
                label="last layer $W_2$",
                arrow=True,
                pen="orange 3",
            ),
            ex.Handle(_last * _cos, _last * _sin, pen="orange", moves=("angle", "ratio")),
            title="the hidden plane",
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis(r"angle $\phi$, degrees", 0, _widest),
            ex.Axis("sharpness", 0, 20),
            ex.Rule(y=4, label="least for this product", pen="ink dotted"),
            ex.Line(
                _sharpness(ex.along, _ratio),
                label="lengths as they are",
                samples=121,
                pen="grey dashed",
            ),
            ex.Line(
                _sharpness(ex.along, sp.Integer(1)),
                label="equal lengths",
                samples=121,
                pen="purple 3",
            ),
            ex.Handle(_degrees, _now, pen="purple", moves="angle", snap=0),
            title="how sharp it is",
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout("sharpness", _now),
        ex.Readout("least sharpness for the product $1$", 4),
        ex.Readout(r"length of the first layer, $\|W_1\|$", _first),
        ex.Readout(r"length of the last layer, $\|W_2\|$", _last),
        ex.Verdict(
            "this minimum",
            (sp.And(_degrees < 1e-9, ex.near(_ratio, 1)), "is flat"),
            (_degrees < 1e-9, "is not flat: in line, but not equally long"),
            (ex.near(_ratio, 1), "is not flat: equally long, but not in line"),
            otherwise="is not flat: neither in line nor equally long",
        ),
    ],
    settings=[
        ex.Setting("in-line", "equally long, in line", angle=0, ratio=1),
        ex.Setting("unequal", "in line, not equally long", angle=0, ratio=1.4),
        ex.Setting("sixty", "a cosine of one half", angle=60, ratio=1),
        ex.Setting("wide", "far apart", angle=_widest, ratio=1),
    ],
)
