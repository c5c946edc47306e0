"""The explorables of the chapter on the problem, its symmetries and balance."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dmfbook.demos.factorization._imbalance_flow import decay, layers_agree
from dmfbook.demos.factorization.cross import cross
from dmfbook.explorables import (
    Axis,
    Colour,
    Explorable,
    HeatMap,
    Line,
    Mark,
    Panel,
    Points,
    Readout,
    Region,
    Rule,
    Segments,
    Setting,
    Slider,
    Verdict,
)
from dmfbook.symbolic import factorization as formula
from dmfbook.symbolic import regularization, target

__all__ = ["basis", "cross", "decay", "layers_agree", "valley"]

# One number, two factors: the floor of the valley of factorizations.
_half, _top_share = 2.4, 3.2
_share, _along = formula.share, sp.Symbol("along", real=True)
_u, _v = sp.symbols("u v", real=True)
_place, _height = sp.symbols("place height", real=True)
_floor_product = sp.Max(formula.floor_product, 0)
_floor_height = target**2 - _floor_product**2
_loss = (target - _u * _v) ** 2 + regularization * (_u**2 + _v**2)
_shade = sp.log(_loss + 0.08)
_misfit = (target - _floor_product) ** 2


def _branch(side: int, **style: Any) -> Line:
    """Draw the valley's floor where both factors are positive, or both negative."""
    size = side * sp.sqrt(_floor_product.subs(_share, _along))
    return Line(
        size * sp.exp(-_along / 2),
        size * sp.exp(_along / 2),
        parameter=_along,
        span=(-2 * _top_share, 2 * _top_share),
        samples=321,
        colour="orange",
        width=3,
        **style,
    )


_size = sp.sqrt(_floor_product)
_best = sp.sqrt(sp.Max(target - regularization, 0))
_free = regularization < 1e-9

valley = Explorable(
    name="valley",
    title="The valley of factorizations of one number",
    description=r"""Left: the plane of two factors $w_1$ and $w_2$, with contours of the loss
        $(m - w_2 w_1)^2 + \lambda (w_1^2 + w_2^2)$. An orange line follows the floor of its
        valleys: for each ratio of the factors, the best product. Without weight decay the floor is
        the hyperbola $w_2 w_1 = m$, endless and level. With weight decay it is two closed leaves
        that meet at the origin, and they shrink as $\lambda$ grows; from $\lambda = m$ on there are
        none. Right: the height of the floor over the logarithm $t$ of the ratio $w_2/w_1$, split
        into misfit and weight decay. While there are leaves it is lowest at $t = 0$, where the
        factors are equal; there lie the two minimizers.""",
    sliders=[
        Slider(regularization, "regularization", r"regularization $\lambda$", 0, 2, 0.01, 0.25),
        Slider(_share, "share", r"ratio of the factors, $t = \log(w_2/w_1)$", -3, 3, 0.05, 1.4),
        Slider(target, "target", "target $m$", 0.2, 2, 0.01, 1.5),
    ],
    derived=((_place, _size), (_height, _floor_height)),
    panels=[
        Panel(
            Axis("first factor $w_1$", -_half, _half),
            Axis("second factor $w_2$", -_half, _half),
            [
                HeatMap(
                    _shade,
                    (_u, _v),
                    sp.log(0.08),
                    sp.log(12.0),
                    levels=[sp.log(level) for level in (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)],
                ),
                _branch(1, label="floor of the valley"),
                _branch(-1),
                Points(
                    _best, _best, label="minimizers", colour="green", size=7, when=sp.Not(_free)
                ),
                Points(-_best, -_best, colour="green", size=7, when=sp.Not(_free)),
                Points(
                    _place * sp.exp(-_share / 2),
                    _place * sp.exp(_share / 2),
                    label="the ratio $t$",
                    colour="red",
                    size=6,
                ),
            ],
            title="the loss from above",
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis("$t$, log of the ratio", -_top_share, _top_share),
            Axis("height of the floor", -0.08 * target**2, 1.15 * target**2),
            [
                Region(
                    0,
                    _misfit.subs(_share, _along),
                    label="misfit",
                    parameter=_along,
                    samples=129,
                    colour="grey",
                ),
                Region(
                    _misfit.subs(_share, _along),
                    _floor_height.subs(_share, _along),
                    label="weight decay",
                    parameter=_along,
                    samples=129,
                    colour="purple",
                ),
                Line(
                    _floor_height.subs(_share, _along),
                    parameter=_along,
                    samples=129,
                    colour="orange",
                    width=3,
                ),
                Points(
                    0, _floor_height.subs(_share, 0), colour="green", size=7, when=sp.Not(_free)
                ),
                Points(_share, _height, colour="red", size=6),
            ],
            title="the floor from the side",
            aspect=1.0,
        ),
    ],
    readouts=[
        Verdict(
            "minimizers",
            (_free, "every point of the hyperbola"),
            (regularization < target, r"two: the balanced points, $w_1 = w_2$"),
            otherwise="one: zero",
        ),
        Readout("product at the red point", _place**2),
        Readout("its loss", _height),
        Readout("least loss", _floor_height.subs(_share, 0)),
    ],
    settings=[
        Setting("free", "no weight decay", regularization=0),
        Setting("a-hair", "a hair of it", regularization=0.02),
        Setting("collapsing", "nearly all gone", regularization=0.93 * target),
        Setting("on-the-floor", "down to the minimizer", share=0),
    ],
)

# A hidden basis changed by a stretch along a direction and a turn. The start is a balanced pair,
# spoiled by the stretch that the reader has to undo.
_turn, _direction, _stretch = sp.symbols("turn direction stretch", real=True)
_SPOILED_DIRECTION, _SPOILED_STRETCH = 50, 0.8
_radians = sp.pi / 180


def _rotation(angle: sp.Expr) -> sp.Matrix:
    return sp.Matrix([[sp.cos(angle), -sp.sin(angle)], [sp.sin(angle), sp.cos(angle)]])


def _stretching(angle: sp.Expr, size: sp.Expr) -> sp.Matrix:
    """Return the matrix that stretches by e^size along an angle."""
    unit = sp.Matrix([sp.cos(angle), sp.sin(angle)])
    return sp.eye(2) + (sp.exp(size) - 1) * unit * unit.T


_shape = sp.diag(1.4, 0.7)
_spoiled_angle = _SPOILED_DIRECTION * sp.pi.n(17) / 180
_first = (_stretching(_spoiled_angle, _SPOILED_STRETCH) * _shape).evalf(17)
_second = (_rotation(0.5) * _shape * _stretching(_spoiled_angle, -_SPOILED_STRETCH)).evalf(17)
_product = (_rotation(0.5) * _shape**2).evalf(17)
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
_round = sp.Symbol("round", real=True)
_circle = sp.Matrix([sp.cos(_round), sp.sin(_round)])
_MARKS = 3


def _ellipse(matrix: sp.Matrix, **style: Any) -> Line:
    x, y = matrix * _circle
    span = (0, 2 * sp.pi)
    return Line(x, y, parameter=_round, span=span, samples=121, **style)


def _dots(matrix: sp.Matrix, colour: Colour, label: str = "") -> Points:
    x, y = matrix * _circle.subs(_round, 2 * sp.pi * _round / _MARKS + 1)
    return Points(x, y, label=label, index=_round, count=_MARKS, size=4.5, colour=colour)


_reach = 3.4
_arrow = _spin * _unit * _reach


def _plane(title: str, *marks: Mark) -> Panel:
    """Return a picture of a layer of two dimensions."""
    axis = Axis("", -_reach, _reach, ticks=False)
    return Panel(axis, axis, marks, title=title, aspect=1.35, equal=True)


_balanced = _price_now < _LEAST * 1.0005

basis = Explorable(
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
        Slider(_direction, "direction", "direction of the stretch, degrees", 0, 180, 1, 20),
        Slider(_stretch, "stretch", r"stretch $t$ (by the factor $e^t$)", -1, 0.3, 0.01, 0),
        Slider(_turn, "turn", "turn of the hidden layer, degrees", -180, 180, 1, 0),
    ],
    derived=(
        (_ca, sp.cos(_direction * _radians)),
        (_sa, sp.sin(_direction * _radians)),
        (_ct, sp.cos(_turn * _radians)),
        (_st, sp.sin(_turn * _radians)),
        (_up_by, sp.exp(_stretch)),
        (_down_by, sp.exp(-_stretch)),
        (_price_now, _price.subs(formula.share, _stretch)),
    ),
    panels=[
        _plane(
            "the input",
            _ellipse(sp.eye(2), label="unit circle, its image", colour="ink"),
            _dots(sp.eye(2), "ink", label="three inputs"),
        ),
        _plane(
            "the hidden layer",
            Segments(
                (-_arrow[0], -_arrow[1]),
                (_arrow[0], _arrow[1]),
                label="direction of the stretch",
                colour="grey",
                dash="dashed",
                width=1.5,
            ),
            _ellipse(_new_first, label="written by $W_1$", colour="blue", width=2.5),
            _ellipse(_new_second_transposed, label="read by $W_2$", colour="orange", width=2.5),
            _dots(_new_first, "blue"),
        ),
        _plane("the output", _ellipse(_product, colour="ink"), _dots(_product, "ink")),
        Panel(
            Axis("stretch $t$", -1, 0.3),
            Axis("", 4, 17),
            [
                Rule(y=_LEAST, label="least price of all", colour="green", dash="dotted"),
                Line(_price.subs(formula.share, _along), parameter=_along, colour="purple"),
                Points(_stretch, _price_now, colour="red", size=6),
            ],
            title=r"the price $\|W_1\|_F^2 + \|W_2\|_F^2$",
            aspect=1.35,
        ),
    ],
    readouts=[
        Readout(r"price $\|W_1\|_F^2 + \|W_2\|_F^2$", _price_now),
        Readout("least price", _LEAST),
        Readout("price along the line, written", _written * _up_by**2),
        Readout("price along the line, read", _read * _down_by**2),
        Verdict(
            "balance",
            (_balanced, "yes: both ellipses are one"),
            otherwise="no: some other basis is cheaper",
        ),
    ],
    settings=[
        Setting("turned", "turn only", turn=75, stretch=0),
        Setting("wrong-way", "the wrong way", direction=_SPOILED_DIRECTION, stretch=0.3),
        Setting(
            "least",
            "show the cheapest basis",
            direction=_SPOILED_DIRECTION,
            stretch=-_SPOILED_STRETCH,
        ),
    ],
)
