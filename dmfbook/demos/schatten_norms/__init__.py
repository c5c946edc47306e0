"""The explorables of the chapter on the Schatten penalty hidden in weight decay."""

from __future__ import annotations

from typing import Literal

import sympy as sp

from dmfbook.demos.schatten_norms.cloud import cloud
from dmfbook.demos.schatten_norms.journey import journey
from dmfbook.demos.schatten_norms.many_factors import many_factors
from dmfbook.demos.schatten_norms.two_kinds import two_kinds
from dmfbook.demos.schatten_norms.two_losses import two_losses
from dmfbook.explorables import (
    Axis,
    Explorable,
    Line,
    Panel,
    Points,
    Readout,
    Region,
    Rule,
    Segments,
    Setting,
    Slider,
    Verdict,
    along,
)
from dmfbook.symbolic import schatten_norms as formula

__all__ = [
    "ball",
    "cloud",
    "journey",
    "many_factors",
    "partial_products",
    "two_kinds",
    "two_losses",
    "young",
]

_index = sp.Symbol("index", nonnegative=True)
_p = formula.exponent

# The ball of the price x_1^p + x_2^p, blown up until it touches a line.
_degrees, _slope, _turn = sp.symbols("degrees slope turn", positive=True)
_across, _up, _level = sp.symbols("across up level", nonnegative=True)
_larger, _smaller = sp.Max(sp.cos(_slope), sp.sin(_slope)), sp.Min(sp.cos(_slope), sp.sin(_slope))
_ratio = sp.Piecewise(
    (
        formula.cheapest_ratio.subs({formula.slant: _smaller / _larger, _p: sp.Max(_p, 1.005)}),
        _p > 1.0001,
    ),
    (0, True),
)
_major, _minor = sp.symbols("major minor", nonnegative=True)
_tie = sp.And(sp.Eq(_degrees, 45), _p < 1.0001)
_all_tie = sp.And(sp.Eq(_degrees, 45), sp.Abs(_p - 1) < 1e-4)
_window = 1.65
# By an angle: solved for one coordinate, the circle would lose all digits near the axis.
_rim = tuple(_level ** (1 / _p) * function(along) ** (2 / _p) for function in (sp.cos, sp.sin))
_line_first = (1 - along) / sp.cos(_slope)
_line_second = along / sp.sin(_slope)
_is_flat = _degrees <= 45
_highest = sp.Max(1.15 * 2 ** sp.Max(1 - _p, 0) * _smaller**-_p, 2)

ball = Explorable(
    name="ball",
    title="The unit ball that loses its belly",
    description=r"""Left: two singular values across and up, and all pairs whose price
        $\sigma_1^p + \sigma_2^p$ is at most that of the cheapest pair on an orange line. At $p = 2$
        the shaded set is a round quarter disk, which touches the line at a pair of two positive
        values. At $p = 1$, depth two, it is a triangle; below, it is hollow, with two spikes along
        the axes, and it touches the line on an axis: rank one. Right: the price along the line,
        from one axis to the other. It is convex for $p > 1$, straight at $p = 1$ and an arch for
        $p < 1$, so that its lowest point is an end.""",
    sliders=[
        Slider(_p, "exponent", "exponent $p$", 0.2, 2, 0.01, 1.5),
        Slider(_degrees, "tilt", "direction of the line, degrees", 25, 65, 1, 56),
    ],
    derived=[
        (_slope, sp.pi / 180 * _degrees),
        (_turn, _ratio),
        (_major, 1 / (_larger + _smaller * _turn)),
        (_minor, _turn * _major),
        (_across, sp.Piecewise((_major, _is_flat), (_minor, True))),
        (_up, sp.Piecewise((_minor, _is_flat), (_major, True))),
        (_level, _major**_p + _minor**_p),
    ],
    panels=[
        Panel(
            Axis(r"$\sigma_1$", 0, _window),
            Axis(r"$\sigma_2$", 0, _window),
            [
                Region(0, _rim[1], label="no dearer", x=_rim[0], span=(0, sp.pi / 2)),
                Line(_rim[0], _rim[1], span=(0, sp.pi / 2)),
                Line(_line_first, _line_second, label="the line", span=(0, 1), colour="orange"),
                Points(_across, _up, label="cheapest", colour="red", size=7),
                Points(_up, _across, colour="red", size=7, when=_tie),
            ],
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis(r"along the line: from $\sigma_2 = 0$ to $\sigma_1 = 0$", 0, 1, ticks=False),
            Axis(r"price $\sigma_1^p + \sigma_2^p$", 0, _highest),
            [
                Line(_line_first**_p + _line_second**_p, span=(0, 1), colour="orange", samples=401),
                Rule(y=_level, colour="grey", dash="dotted", text="cheapest"),
                Points(_up * sp.sin(_slope), _level, colour="red", size=7),
                Points(_across * sp.sin(_slope), _level, colour="red", size=7, when=_tie),
            ],
            aspect=1.0,
        ),
    ],
    readouts=[
        Readout("the depth whose penalty this is, $2/p$", 2 / _p),
        Verdict(
            "the cheapest pair",
            (_all_tie, "the whole line ties"),
            (_tie, "has rank one, and there are two of them"),
            (sp.Eq(_minor, 0), "has rank one"),
            otherwise="has rank two",
        ),
        Readout("its smaller over its larger value", _turn),
    ],
    settings=[
        Setting("round", "$p = 2$: round", exponent=2, tilt=56),
        Setting("depth-two", "depth two", exponent=1, tilt=56),
        Setting("depth-three", "depth three", exponent=sp.Rational(2, 3), tilt=56),
        Setting("depth-ten", "depth ten", exponent=0.2, tilt=56),
        Setting("tie", "a tie", exponent=sp.Rational(2, 3), tilt=45),
    ],
)

# Young's inequality as areas.
_a, _b = formula.first, formula.second
_corner = 2.3
_curve = formula.young_curve.subs(formula.ratio, along)
_outside = formula.young_bound - _a * _b

young = Explorable(
    name="young",
    title="Two areas that cover a rectangle",
    description=r"""A curve that rises from the origin: $y$ is $x$ to the power $p - 1$. The
        area under it up to $x = a$ is $a^p/p$; the area between it and the vertical
        axis, up to height $b$, is $b^q/q$. Together they cover the rectangle with
        sides $a$ and $b$. What sticks out of the rectangle is the difference
        between the two sides of Young's inequality; nothing does when the curve
        passes through the corner of the rectangle.""",
    sliders=[
        Slider(_a, "first", "side $a$", 0.05, 1.5, 0.01, 1.3),
        Slider(_b, "second", "side $b$", 0.05, 1.5, 0.01, 0.8),
        Slider(_p, "exponent", "exponent $p$", 1.5, 3, 0.01, 2.2),
    ],
    panels=[
        Panel(
            Axis("$x$", 0, _corner),
            Axis("$y$", 0, _corner),
            [
                Region(0, _curve, label="area $a^p/p$", span=(0, _a)),
                Region(
                    _curve,
                    _b,
                    label="area $b^q/q$",
                    span=(0, _b ** (1 / (_p - 1))),
                    colour="orange",
                ),
                Line(_curve, label="$y = x^{p-1}$", span=(0, _corner), colour="grey"),
                Segments((0, _b), (_a, _b), label="rectangle $a$ by $b$", colour="ink", width=2.5),
                Segments((_a, 0), (_a, _b), colour="ink", width=2.5),
                Points(_a, _b, colour="red", size=6),
            ],
            aspect=1.6,
            pick=("first", "second"),
        )
    ],
    readouts=[
        Readout("rectangle, $ab$", _a * _b),
        Readout("both areas, $a^p/p + b^q/q$", formula.young_bound),
        Readout("what sticks out", sp.Piecewise((0, _outside < 1e-12), (_outside, True))),
    ],
    settings=[
        # With this side the corner is within reach of the slider for every exponent.
        Setting("equality", "equality", first=1.2, second=1.2 ** (_p - 1)),
        Setting("squares", "$p = 2$: two triangles", exponent=2),
        Setting("wide", "$a$ large, $b$ small", first=1.5, second=0.3),
    ],
)

# Two 4 x 4 matrices with singular values in geometric progression, one turned against the other
# in the planes of the first and last and of the two middle coordinates.
_spread, _other, _angle = formula.spread, formula.other_spread, formula.angle
_outer, _inner = sp.symbols("outer inner", nonnegative=True)
_spreads = {
    _outer: formula.turned_spread.subs({_spread: 3 * _spread, _other: 3 * _other}),
    _inner: formula.turned_spread,
}


def _partial_sums(terms: tuple[sp.Expr, ...]) -> sp.Expr:
    """Return the partial sums of four terms, as a function of the index 0, ..., 4."""
    sums = [sp.Add(*terms[:k]) for k in range(5)]
    pieces = [(value, _index < k + sp.Rational(1, 2)) for k, value in enumerate(sums[:-1])]
    return sp.Piecewise(*pieces, (sums[-1], True))


_logs = (_outer, _inner, -_inner, -_outer)
_sum = _spread + _other
_bound_logs = (3 * _sum, _sum, -_sum, -3 * _sum)
_powers = tuple(sp.exp(_p * value) for value in _logs)
_bound_powers = tuple(sp.exp(_p * value) for value in _bound_logs)
_total = sp.Add(*_bound_powers)


def _polygon(
    terms: tuple[sp.Expr, ...], colour: Literal["blue", "red"], label: str, unit: sp.Expr
) -> tuple[Segments, Points]:
    """Draw partial sums as points joined by straight pieces."""
    sums = _partial_sums(terms) / unit
    after = sums.subs(_index, _index + 1)
    return (
        Segments((_index, sums), (_index + 1, after), index=_index, count=4, colour=colour),
        Points(_index, sums, label=label, index=_index, count=5, colour=colour),
    )


partial_products = Explorable(
    name="partial-products",
    title="Turn one matrix against the other",
    description=r"""Two 4 by 4 matrices $A$ and $B$ with given singular values; $B$ is turned
        against $A$ by an angle. Left: the sums of the first $k$ logarithms of the
        singular values of $AB$ (red) and of the products $\sigma_i(A) \sigma_i(B)$
        (blue), for $k = 0, \dots, 4$. The red polygon is never above the blue one,
        and both end at the same point, because the determinant of a product is the
        product of the determinants. Right: the sums of the first $k$ powers with
        exponent $p$, as parts of the blue total. There red ends below blue. At
        angle zero red and blue agree.""",
    sliders=[
        Slider(_degrees, "angle", "angle, degrees", 0, 90, 1, 50),
        Slider(_spread, "spread", "spread of $A$", 0, 0.5, 0.01, 0.3),
        Slider(_other, "other", "spread of $B$", 0, 0.5, 0.01, 0.2),
        Slider(_p, "exponent", "exponent $p$", 0.1, 3, 0.05, 1),
    ],
    derived=[(_angle, sp.pi / 180 * _degrees), *_spreads.items()],
    panels=[
        Panel(
            Axis("$k$", -0.15, 4.15),
            Axis("sum of the first $k$ logarithms", -0.2, sp.Max(4 * _sum, 0.4) * 1.1),
            [
                *_polygon(_bound_logs, "blue", r"$\sigma_i(A)\, \sigma_i(B)$", sp.Integer(1)),
                *_polygon(_logs, "red", r"$\sigma_i(AB)$", sp.Integer(1)),
            ],
            aspect=1.15,
        ),
        Panel(
            Axis("$k$", -0.15, 4.15),
            Axis("sum of the first $k$ powers, as a part", 0, 1.08),
            [*_polygon(_bound_powers, "blue", "", _total), *_polygon(_powers, "red", "", _total)],
            aspect=1.15,
        ),
    ],
    readouts=[
        Readout(
            r"$\sum \sigma_i(AB)^p \,/ \sum \sigma_i(A)^p \sigma_i(B)^p$", sp.Add(*_powers) / _total
        ),
        Readout(r"$\sigma_1(AB) / \sigma_1(A) \sigma_1(B)$", sp.exp(_logs[0] - _bound_logs[0])),
        Readout(r"$\sigma_4(AB) / \sigma_4(A) \sigma_4(B)$", sp.exp(_logs[3] - _bound_logs[3])),
    ],
    settings=[
        Setting("aligned", "aligned", angle=0),
        Setting("crossed", "crossed", angle=90),
        Setting("undone", "one undoes the other", angle=90, spread=0.3, other=0.3),
        Setting("small-exponent", "a small exponent", exponent=0.1),
    ],
)
