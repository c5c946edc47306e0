"""The second derivative along a direction that turns, an explorable of `sharpness`."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import sharpness as formula
from dmfbook.symbolic import target

_first, _second = formula.two_numbers
_degrees = sp.Symbol("degrees", real=True)
_cos, _sin = sp.symbols("cos sin", real=True)
_radians = sp.pi / 180
_tiny = 1e-9
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
_on_line = (
    _residual - ex.along * _rise - ex.along**2 * formula.heading[0] * formula.heading[1]
) ** 2

_half = 2.4
_u, _v = sp.symbols("u v", real=True)
_loss_anywhere = formula.pair_residual.subs({_first: _u, _second: _v}) ** 2
_reach = 0.8
_steepest = 2 * sp.Abs(_residual) * sp.sqrt(formula.pair_mean)
_most = sp.Max(_top, 2 * formula.pair_mean)
_roof = _loss + _reach * _steepest + _reach**2 * _top / 2


def _valley(side: int, **style: Any) -> ex.Line:
    """Draw one branch of the curve of zero-loss minima."""
    size = side * sp.sqrt(target)
    return ex.Line(
        size * sp.exp(ex.along),
        size * sp.exp(-ex.along),
        span=(-3, 3),
        samples=81,
        pen="green 3",
        **style,
    )


_plane = (
    ex.Axis("first factor $w_1$", -_half, _half),
    ex.Axis("second factor $w_2$", -_half, _half),
)


def _through(across: sp.Expr, up: sp.Expr, **style: Any) -> ex.Line:
    """Draw the line through the point in a direction, on the surface."""
    at = _first + ex.along * across, _second + ex.along * up
    return ex.Line(at, span=(-_reach, _reach), samples=61, **style)


def _slice(
    turned: dict[sp.Expr, sp.Expr], bend: sp.Expr, pen: str, labels: tuple[str, str]
) -> list[ex.Line]:
    """Return the loss along a line through the point, and the parabola that touches it there."""
    rise = _rise.subs(turned, simultaneous=True)
    parabola = _loss - 2 * _residual * rise * ex.along + bend * ex.along**2 / 2
    return [
        ex.Line(_on_line.subs(turned, simultaneous=True), label=labels[0], samples=61, pen=pen),
        ex.Line(parabola, label=labels[1], samples=61, pen="grey dotted 1.5"),
    ]


direction = ex.Explorable(
    name="direction",
    title="Turn the direction",
    description=r"""First: the plane of two factors $w_1$ and $w_2$ with contours of the loss $(m -
        w_2 w_1)^2$; on the green curve it is zero. Through any point of the plane goes a line at
        the angle $\theta$, and a dashed one a quarter turn on. Second: the same loss as a height,
        to be turned by a drag or the arrow keys, with both lines, as far as they are drawn, and the
        green curve lying on it. Third: the second derivative of the loss along the line, for every
        angle (orange), and the two parts of which it is the sum: the square, which is never
        negative (purple), and the term of the residual (red, dashed), which is zero on the green
        curve. Dotted levels are the two eigenvalues of the Hessian. The orange wave touches the
        higher at one angle and the lower a quarter turn on. Fourth: the loss along the line (blue)
        and along the one a quarter turn on (blue, dashed), each with the parabola that has its
        slope and second derivative at the point (gray, dotted).""",
    sliders=[
        ex.Slider(_degrees, "angle", r"angle $\theta$ of the direction, degrees", 0, 180, 0.5, 20),
        ex.Slider(_first, "first", "first factor $w_1$", -2, 2, 0.025, 1),
        ex.Slider(_second, "second", "second factor $w_2$", -2, 2, 0.025, 0.2),
        ex.Slider(target, "target", "target $m$", 0.2, 2, 0.01, 1),
    ],
    derived={
        _cos: sp.cos(_degrees * _radians),
        _sin: sp.sin(_degrees * _radians),
        _residual: ex.rounded(formula.pair_residual),
        _top: formula.pair_top,
        _bottom: _with_residual(formula.pair_determinant) / _top,
        _here: _total.subs(_turned),
        _next: _total.subs(_quarter, simultaneous=True),
    },
    panels=[
        ex.Panel(
            *_plane,
            ex.HeatMap(
                sp.log(_loss_anywhere + 0.08),
                (_u, _v),
                sp.log(0.08),
                sp.log(20.0),
                levels=[sp.log(level) for level in (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)],
                resolution=33,
            ),
            _valley(1, label="loss zero"),
            _valley(-1),
            ex.Segments(
                (_first - _reach * _cos, _second - _reach * _sin), (_first, _second), pen="orange 3"
            ),
            ex.Segments(
                (_first, _second),
                (_first + _reach * _cos, _second + _reach * _sin),
                label=r"direction $\theta$",
                arrow=True,
                pen="orange 3",
            ),
            ex.Segments(
                (_first + _reach * _sin, _second - _reach * _cos),
                (_first - _reach * _sin, _second + _reach * _cos),
                pen="orange dashed 1.5",
            ),
            ex.Handle(_first + _reach * _cos, _second + _reach * _sin, pen="orange", moves="angle"),
            ex.Handle(_first, _second, pen="ink", moves=("first", "second")),
            title="the loss from above",
            aspect=1.25,
            equal=True,
        ),
        ex.Panel(
            *_plane,
            ex.Surface(
                _loss_anywhere,
                (_u, _v),
                0,
                sp.Max(1.5 * target**2, 1.5 * _loss),
                up="loss",
                levels=6,
                turn=(72, 46),
            ),
            _valley(1),
            _valley(-1),
            _through(_cos, _sin, pen="orange 3"),
            _through(-_sin, _cos, pen="orange dashed 1.5"),
            ex.Points(_first, _second, pen="ink", size=6),
            title="the loss as a height",
            aspect=1.25,
            equal=True,
        ),
        ex.Panel(
            ex.Axis(r"angle $\theta$, degrees", 0, 180),
            ex.Axis("", -1.08 * 2 * sp.Abs(_residual) - 0.06 * _most, 1.08 * _most),
            ex.Rule(y=0, pen="grey 1"),
            ex.Rule(label="eigenvalues of the Hessian", y=_top, pen="ink dotted"),
            ex.Rule(y=_bottom, pen="ink dotted"),
            ex.Line(_at(_square, ex.along), label="the square", samples=91, pen="purple"),
            ex.Line(
                _at(_mixed, ex.along), label="the residual's term", samples=91, pen="red dashed"
            ),
            ex.Line(_at(_total, ex.along), label="their sum", samples=91, pen="orange 3"),
            ex.Points(_degrees, ex.rounded(_here), pen="orange", size=7),
            ex.Points(
                _degrees + ex.where(_degrees < 90, 90, -90),
                ex.rounded(_next),
                label="a quarter turn on",
                pen="orange",
                size=7,
                hollow=True,
            ),
            title="second derivative along the line",
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("distance along the line", -_reach, _reach),
            ex.Axis("", -0.15 * _roof, _roof),
            ex.Rule(y=0, pen="grey 1"),
            *_slice(_turned, _here, "blue 2.5", ("loss", "parabolas that bend equally")),
            *_slice(_quarter, _next, "blue dashed 2", ("loss a quarter turn on", "")),
            ex.Points(0, _loss, pen="ink", size=6),
            title="the loss on both lines",
            aspect=1.25,
        ),
    ],
    readouts=[
        ex.Readout("second derivative", ex.rounded(_here)),
        ex.Readout("a quarter turn on", ex.rounded(_next)),
        ex.Readout("the sum of these two, at every angle", 2 * formula.pair_mean),
        ex.Readout(r"largest eigenvalue of the Hessian, $\lambda_{\max}$", _top),
        ex.Readout("its other eigenvalue", ex.rounded(_bottom)),
        ex.Readout("loss", _loss),
        ex.Verdict(
            "along this line the loss bends",
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
            otherwise="down",
        ),
    ],
    settings=[
        ex.Setting(
            "sharpest",
            "the sharpest direction",
            angle=sp.Mod(formula.sharpest_bearing / _radians, 180),
        ),
        ex.Setting(
            "least",
            "the one that bends least",
            angle=sp.Mod(formula.sharpest_bearing / _radians + 90, 180),
        ),
        ex.Setting("zero-loss", "loss zero", first=1.6, second=0.625),
        ex.Setting("saddle", "both factors zero", first=0, second=0),
    ],
)
