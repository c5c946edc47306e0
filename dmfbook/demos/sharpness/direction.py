"""The second derivative along a direction that turns, an explorable of `sharpness`."""

from __future__ import annotations

import sympy as sp

from dmfbook.demos._shared import rounded
from dmfbook.explorables import (
    Axis,
    Explorable,
    HeatMap,
    Line,
    Panel,
    Points,
    Readout,
    Rule,
    Segments,
    Setting,
    Slider,
    Verdict,
)
from dmfbook.symbolic import sharpness as formula
from dmfbook.symbolic import target

_first, _second = formula.two_numbers
_degrees, _along = sp.symbols("degrees along", real=True)
_cos, _sin = sp.symbols("cos sin", real=True)
_radians = sp.pi / 180
_tiny = sp.Float(1e-9)
_residual = sp.Symbol("residual", real=True)
_top, _bottom, _here, _next = sp.symbols("top bottom here next", real=True)


def _with_residual(value: sp.Expr) -> sp.Expr:
    """Write the residual as one symbol, which is exactly zero on the valley."""
    return value.subs(formula.pair_residual, _residual)


def _at(value: sp.Expr, degrees: sp.Expr) -> sp.Expr:
    return value.subs(formula.bearing, degrees * _radians)


_square = formula.pair_square
_mixed = _with_residual(formula.pair_mixed)
_total = _square + _mixed
_turned = {formula.heading[0]: _cos, formula.heading[1]: _sin}
_quarter = {formula.heading[0]: -_sin, formula.heading[1]: _cos}
_loss = _residual**2
# The residual on the line through the point, t away from it, is a parabola in t.
_rise = _second * formula.heading[0] + _first * formula.heading[1]
_on_line = (_residual - _along * _rise - _along**2 * formula.heading[0] * formula.heading[1]) ** 2

_half = sp.Float(2.4)
_u, _v = sp.symbols("u v", real=True)
_loss_anywhere = formula.pair_residual.subs({_first: _u, _second: _v}) ** 2
_reach = sp.Float(0.8)
_steepest = 2 * sp.Abs(_residual) * sp.sqrt(formula.pair_mean)
_most = sp.Max(_top, 2 * formula.pair_mean)
_roof = _loss + _reach * _steepest + _reach**2 * _top / 2


def _valley(side: int, **style: object) -> Line:
    """Draw one branch of the curve of zero-loss minima."""
    size = side * sp.sqrt(target)
    return Line(
        parameter=_along,
        x=size * sp.exp(_along),
        y=size * sp.exp(-_along),
        span=(-3, 3),
        samples=81,
        colour="green",
        width=3,
        **style,  # type: ignore[arg-type]
    )


def _slice(title: str, turned: dict[sp.Expr, sp.Expr], bend: sp.Expr) -> Panel:
    """Return the loss along a line through the point, with the parabola that touches it there."""
    rise = _rise.subs(turned, simultaneous=True)
    parabola = _loss - 2 * _residual * rise * _along + bend * _along**2 / 2
    labels = ("loss", "parabola that bends equally") if bend == _here else ("", "")
    return Panel(
        Axis("distance along the line", -_reach, _reach),
        Axis("", sp.Float(-0.15) * _roof, _roof),
        (
            Rule(y=0, colour="grey", width=1),
            Line(
                label=labels[0],
                parameter=_along,
                y=_on_line.subs(turned, simultaneous=True),
                samples=61,
                width=2.5,
            ),
            Line(
                label=labels[1],
                parameter=_along,
                y=parabola,
                samples=61,
                colour="orange",
                dash="dotted",
            ),
            Points(x=0, y=_loss, colour="ink", size=6),
        ),
        title=title,
        aspect=1.25,
    )


direction = Explorable(
    name="direction",
    title="Turn the direction",
    description=r"""First: the plane of two factors $w_1$ and $w_2$ with contours of the loss
        $(m - w_2 w_1)^2$; on the green curve it is zero. Through any point of the plane goes a line
        at the angle $\theta$, and a dashed one a quarter turn on. Second: the second derivative of
        the loss along the line, for every angle (orange), and the two parts of which it is the sum:
        the square, which is never negative (purple), and the term of the residual (red, dashed),
        which is zero on the green curve. Dotted levels are the two eigenvalues of the Hessian. The
        orange wave touches the higher at one angle and the lower a quarter turn on. Third and
        fourth: the loss along both lines (blue), and the parabola with its slope and second
        derivative at the point (orange, dotted).""",
    sliders=[
        Slider(_degrees, "angle", r"angle $\theta$ of the direction, degrees", 0, 180, 0.5, 20),
        Slider(_first, "first", "first factor $w_1$", -2, 2, 0.025, 1),
        Slider(_second, "second", "second factor $w_2$", -2, 2, 0.025, 0.2),
        Slider(target, "target", "target $m$", 0.2, 2, 0.01, 1),
    ],
    derived=[
        (_cos, sp.cos(_degrees * _radians)),
        (_sin, sp.sin(_degrees * _radians)),
        (_residual, rounded(formula.pair_residual)),
        (_top, formula.pair_top),
        (_bottom, _with_residual(formula.pair_determinant) / _top),
        (_here, _total.subs(_turned)),
        (_next, _total.subs(_quarter, simultaneous=True)),
    ],
    panels=[
        Panel(
            Axis("first factor $w_1$", -_half, _half),
            Axis("second factor $w_2$", -_half, _half),
            (
                HeatMap(
                    x=_u,
                    y=_v,
                    value=sp.log(_loss_anywhere + sp.Float(0.08)),
                    low=sp.log(sp.Float(0.08)),
                    high=sp.log(sp.Float(20)),
                    contours=tuple(sp.log(sp.Float(level)) for level in (0.2, 0.5, 1, 2, 4, 8, 16)),
                    resolution=33,
                ),
                _valley(1, label="loss zero"),
                _valley(-1),
                Segments(
                    x0=_first - _reach * _cos,
                    y0=_second - _reach * _sin,
                    x1=_first,
                    y1=_second,
                    colour="orange",
                    width=3,
                ),
                Segments(
                    label=r"direction $\theta$",
                    x0=_first,
                    y0=_second,
                    x1=_first + _reach * _cos,
                    y1=_second + _reach * _sin,
                    arrow=True,
                    colour="orange",
                    width=3,
                ),
                Segments(
                    x0=_first + _reach * _sin,
                    y0=_second - _reach * _cos,
                    x1=_first - _reach * _sin,
                    y1=_second + _reach * _cos,
                    colour="orange",
                    dash="dashed",
                    width=1.5,
                ),
                Points(x=_first, y=_second, colour="ink", size=6),
            ),
            title="the loss from above",
            aspect=1.25,
            equal=True,
            pick=("first", "second"),
        ),
        Panel(
            Axis(r"angle $\theta$, degrees", 0, 180),
            Axis("", -1.08 * 2 * sp.Abs(_residual) - 0.06 * _most, 1.08 * _most),
            (
                Rule(y=0, colour="grey", width=1),
                Rule(
                    label="eigenvalues of the Hessian",
                    y=_top,
                    colour="ink",
                    dash="dotted",
                ),
                Rule(y=_bottom, colour="ink", dash="dotted"),
                Line(
                    label="the square",
                    parameter=_along,
                    y=_at(_square, _along),
                    samples=91,
                    colour="purple",
                ),
                Line(
                    label="the residual's term",
                    parameter=_along,
                    y=_at(_mixed, _along),
                    samples=91,
                    colour="red",
                    dash="dashed",
                ),
                Line(
                    label="their sum",
                    parameter=_along,
                    y=_at(_total, _along),
                    samples=91,
                    colour="orange",
                    width=3,
                ),
                Points(x=_degrees, y=rounded(_here), colour="orange", size=7),
                Points(
                    label="a quarter turn on",
                    x=_degrees + sp.Piecewise((90, _degrees < 90), (-90, True)),
                    y=rounded(_next),
                    colour="orange",
                    size=7,
                    hollow=True,
                ),
            ),
            title="second derivative along the line",
            aspect=1.25,
        ),
        _slice("the loss on the line", _turned, _here),
        _slice("on the line a quarter turn on", _quarter, _next),
    ],
    readouts=[
        Readout("second derivative", rounded(_here)),
        Readout("a quarter turn on", rounded(_next)),
        Readout("the sum of these two, at every angle", 2 * formula.pair_mean),
        Readout(r"largest eigenvalue of the Hessian, $\lambda_{\max}$", _top),
        Readout("its other eigenvalue", rounded(_bottom)),
        Readout("loss", _loss),
        Verdict(
            "along this line the loss bends",
            (
                (_top - _bottom < _tiny, "up, equally along every line"),
                (sp.Abs(_here - _top) < _tiny, "up, more than along any other"),
                (
                    sp.And(sp.Abs(_here - _bottom) < _tiny, _here > _tiny),
                    "up, less than along any other",
                ),
                (
                    sp.And(sp.Abs(_here - _bottom) < _tiny, _here < -_tiny),
                    "down, more than along any other",
                ),
                (sp.Abs(_here) < _tiny, "not at all, to second order"),
                (_here > 0, "up"),
                (True, "down"),
            ),
        ),
    ],
    settings=[
        Setting(
            "sharpest",
            "the sharpest direction",
            {"angle": sp.Mod(formula.sharpest_bearing / _radians, 180)},
        ),
        Setting(
            "least",
            "the one that bends least",
            {"angle": sp.Mod(formula.sharpest_bearing / _radians + 90, 180)},
        ),
        Setting("zero-loss", "loss zero", {"first": 1.6, "second": 0.625, "target": 1}),
        Setting("saddle", "both factors zero", {"first": 0, "second": 0}),
    ],
)
