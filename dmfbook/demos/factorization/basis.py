"""Another basis for the hidden layer: an explorable of `factorization`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.factorization._shared import around, circle, ellipse
from dmfbook.symbolic import factorization as formula
from dmfbook.symbolic.trace_inequality import rotation

_share = formula.share
# A hidden basis changed by a stretch along a direction and a turn. The start is a balanced pair,
# spoiled by the stretch that the reader has to undo.
_turn, _direction, _stretch = sp.symbols("turn direction stretch", real=True)
_SPOILED_DIRECTION, _SPOILED_STRETCH = 50, 0.8
_radians = sp.pi / 180


def _stretching(angle: sp.Expr, size: sp.Expr) -> sp.Matrix:
    """Return the matrix that stretches by e^size along an angle."""
    unit = sp.Matrix([sp.cos(angle), sp.sin(angle)])
    return sp.eye(2) + (sp.exp(size) - 1) * unit * unit.T


_shape = sp.diag(1.4, 0.7)
_spoiled_angle = _SPOILED_DIRECTION * sp.pi.n(17) / 180
_first = (_stretching(_spoiled_angle, _SPOILED_STRETCH) * _shape).evalf(17)
_second = (rotation(0.5) * _shape * _stretching(_spoiled_angle, -_SPOILED_STRETCH)).evalf(17)
_product = (rotation(0.5) * _shape**2).evalf(17)
_LEAST = 2 * formula.squared_norm(_shape)
_ca, _sa, _ct, _st, _up_by, _down_by = sp.symbols("ca sa ct st up_by down_by", real=True)
_unit, _spin = sp.Matrix([_ca, _sa]), sp.Matrix([[_ct, -_st], [_st, _ct]])
_new_first = _spin * (sp.eye(2) + (_up_by - 1) * _unit * _unit.T) * _first
_new_second_transposed = _spin * (sp.eye(2) + (_down_by - 1) * _unit * _unit.T) * _second.T
_written = formula.squared_norm(_unit.T * _first)
_read = formula.squared_norm(_second * _unit)
_totals = formula.squared_norm(_first) + formula.squared_norm(_second)
_price = formula.stretched_price.subs(
    {
        formula.along_written: _written,
        formula.along_read: _read,
        formula.untouched: _totals - _written - _read,
    }
)
_price_now = sp.Symbol("price_now", real=True)
_MARKS = 3


def _dots(matrix: sp.Matrix, colour: str, label: str = "") -> ex.Points:
    dots = tuple(matrix * circle.subs(around, 2 * sp.pi * around / _MARKS + 1))
    return ex.Points(dots, label=label, index=around, count=_MARKS, size=4.5, pen=colour)


_reach = 3.4
# Input and output share a scale, so that the eye can compare them.
_END_REACH = 2.1
_arrow = _spin * _unit * _reach


def _plane(title: str, reach: float, *marks: ex.Mark) -> ex.Panel:
    """Return a picture of a layer of two dimensions."""
    axis = ex.Axis("", -reach, reach)
    return ex.Panel(axis, axis, *marks, title=title, aspect=1.35, equal=True)


_balanced = _price_now < _LEAST * 1.0005
basis = ex.Explorable(
    name="basis",
    title="Another basis for the hidden layer",
    description=r"""A network with two factors and a hidden layer of two dimensions. First: the unit
        circle of inputs, three of them marked. Second: the hidden layer. The blue ellipse is what
        the first factor writes there, the image of the unit circle under $W_1$; the orange one is
        what the second factor reads, the image under $W_2^\top$. A stretch along the dashed line
        makes the blue ellipse longer and the orange one shorter; a turn turns both. Third: the
        image of the circle under the product $W_2 W_1$, which never moves. The marked points belong
        to the same three inputs. Fourth: the weight decay as a function of the stretch, a curve
        with one lowest point. When both ellipses coincide the price is the least of all.""",
    sliders=[
        ex.Slider(_direction, "direction", "direction of the stretch, degrees", 0, 180, 1, 20),
        ex.Slider(_stretch, "stretch", r"stretch $t$ (by the factor $e^t$)", -1, 0.3, 0.01, 0),
        ex.Slider(_turn, "turn", "turn of the hidden layer, degrees", -180, 180, 1, 0),
    ],
    derived={
        _ca: sp.cos(_direction * _radians),
        _sa: sp.sin(_direction * _radians),
        _ct: sp.cos(_turn * _radians),
        _st: sp.sin(_turn * _radians),
        _up_by: sp.exp(_stretch),
        _down_by: sp.exp(-_stretch),
        _price_now: _price.subs(formula.share, _stretch),
    },
    panels=[
        _plane(
            "the input",
            _END_REACH,
            ellipse(sp.eye(2), label="unit circle, its image", pen="ink"),
            _dots(sp.eye(2), "ink", label="three inputs"),
        ),
        _plane(
            "the hidden layer",
            _reach,
            ex.Segments(
                tuple(-_arrow),
                tuple(_arrow),
                label="direction of the stretch",
                pen="grey dashed 1.5",
            ),
            ellipse(_new_first, label="written by $W_1$", pen="blue 2.5"),
            ellipse(_new_second_transposed, label="read by $W_2$", pen="orange 2.5"),
            _dots(_new_first, "blue"),
            ex.Handle(0.6 * _arrow[0], 0.6 * _arrow[1], pen="grey", moves="direction"),
        ),
        _plane("the output", _END_REACH, ellipse(_product, pen="ink"), _dots(_product, "ink")),
        ex.Panel(
            ex.Axis("stretch $t$", -1, 0.3),
            ex.Axis("", 4, 17),
            ex.Rule(y=_LEAST, label="least price of all", pen="green dotted"),
            ex.Line(_price.subs(formula.share, ex.along), pen="purple"),
            ex.Handle(_stretch, _price_now, pen="red", moves="stretch"),
            title=r"the price $\|W_1\|_F^2 + \|W_2\|_F^2$",
            aspect=1.35,
        ),
    ],
    readouts=[
        ex.Readout(r"price $\|W_1\|_F^2 + \|W_2\|_F^2$", _price_now),
        ex.Readout("least price", _LEAST),
        ex.Readout("price along the line, written", _written * _up_by**2),
        ex.Readout("price along the line, read", _read * _down_by**2),
        ex.Verdict(
            "balance",
            (_balanced, "yes: both ellipses are one"),
            otherwise="no: some other basis is cheaper",
        ),
    ],
    settings=[
        ex.Setting("turned", "turn only", turn=75),
        ex.Setting("wrong-way", "the wrong way", direction=_SPOILED_DIRECTION, stretch=0.3),
        ex.Setting(
            "least",
            "show the cheapest basis",
            direction=_SPOILED_DIRECTION,
            stretch=-_SPOILED_STRETCH,
        ),
    ],
)
