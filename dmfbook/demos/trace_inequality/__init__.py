"""The explorables of the chapter on von Neumann's trace inequality."""

from __future__ import annotations

import sympy as sp

from dmfbook.demos.trace_inequality.corners import corners
from dmfbook.demos.trace_inequality.filling import filling
from dmfbook.demos.trace_inequality.peeling import peeling
from dmfbook.demos.trace_inequality.products import products
from dmfbook.demos.trace_inequality.swaps import swaps
from dmfbook.explorables import (
    Axis,
    Colour,
    Explorable,
    HeatMap,
    Line,
    Panel,
    Points,
    Readout,
    Segments,
    Setting,
    Slider,
    Verdict,
    along,
    rounded,
)
from dmfbook.symbolic import trace_inequality as formula

__all__ = ["alignment", "corners", "filling", "peeling", "products", "sum_of_both", "swaps"]

_LARGEST_A, _LARGEST_B = 2.0, 1.5
_a1, _a2 = formula.first_values
_b1, _b2 = formula.second_values
_output, _input = sp.symbols("output input", real=True)
_radians = sp.pi / 180
_angles = (
    (_a1, _LARGEST_A),
    (_b1, _LARGEST_B),
    (formula.out_turn, _output * _radians),
    (formula.in_turn, _input * _radians),
)
_missing = sp.Symbol("missing", real=True)
_reached = _missing < 1e-9


def _turn(symbol: sp.Symbol, label: str, value: float) -> Slider:
    return Slider(symbol, symbol.name, label, -180, 180, 1, value)


_turn_output = _turn(_output, r"output turn $\theta$, degrees", 65)
_turn_input = _turn(_input, r"input turn $\phi$, degrees", 20)
_second_a = Slider(_a2, "second_a", r"$\sigma_2(A)$, where $\sigma_1(A) = 2$", 0, 2, 0.05, 0.8)

# A point x of the unit circle, and where a matrix sends it.
_around = sp.Symbol("around", real=True)
_circle = sp.Matrix([sp.cos(_around), sp.sin(_around)])
_spoke = sp.Symbol("spoke", real=True)
_SPOKES = 16


def _ellipse(matrix: sp.Matrix, label: str, colour: Colour) -> Line:
    x, y = matrix * _circle
    return Line(x, y, label=label, parameter=_around, span=(0, 2 * sp.pi), colour=colour)


_spokes = _circle.subs(_around, 2 * sp.pi * _spoke / _SPOKES)
_from, _to = formula.first * _spokes, formula.second * _spokes

# The landscape of the trace over both angles.
_across, _up = sp.symbols("across up", real=True)
_landscape = formula.bound - formula.trace_by_angles.subs(
    {formula.in_turn: _across * _radians, formula.out_turn: _up * _radians}, simultaneous=True
)
_tied = sp.Or(sp.Eq(_a1, _a2), sp.Eq(_b1, _b2))
_peak = sp.Symbol("peak", integer=True)

alignment = Explorable(
    name="alignment",
    title="Two maps that may agree",
    description=r"""Left: the unit circle as the matrix $A$ sees it, a blue ellipse that stays, and
        as $B$ sees it, an orange ellipse that turns. Gray lines join $Ax$ to $Bx$ for sixteen
        points $x$ of the circle. The turn of the output $\theta$ turns the orange ellipse; the turn
        of the input $\phi$ leaves the ellipse where it is and moves the points along it. Right: the
        plane of both turns, shaded where $\mathrm{tr}(A^\top B)$ is near the bound, with a point
        for the present turns. The bound is reached at the center, and at half a turn of both. When
        one of the ellipses is a circle it is reached along the whole line $\theta = \phi$. When
        both second singular values are zero, both ellipses are flat: segments.""",
    sliders=[
        _turn_output,
        _turn_input,
        _second_a,
        Slider(_b2, "second_b", r"$\sigma_2(B)$, where $\sigma_1(B) = 1.5$", 0, 1.5, 0.05, 0.6),
    ],
    derived=(*_angles, (_missing, formula.bound - formula.trace_by_angles)),
    panels=[
        Panel(
            Axis("", -2.2, 2.2),
            Axis("", -2.2, 2.2),
            [
                Segments(
                    (_from[0], _from[1]),
                    (_to[0], _to[1]),
                    label="from $Ax$ to $Bx$",
                    index=_spoke,
                    count=_SPOKES,
                    colour="grey",
                    width=1.2,
                ),
                _ellipse(formula.first, "$Ax$", "blue"),
                _ellipse(formula.second, "$Bx$", "orange"),
                Points(_from[0], _from[1], index=_spoke, count=_SPOKES, size=3.5),
                Points(_to[0], _to[1], index=_spoke, count=_SPOKES, size=3.5, colour="orange"),
            ],
            title="the circle, twice",
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis(r"input turn $\phi$", -180, 180),
            Axis(r"output turn $\theta$", -180, 180),
            [
                HeatMap(
                    _landscape,
                    (_across, _up),
                    0,
                    2 * formula.bound,
                    levels=[formula.bound * part for part in (0.05, 0.2, 0.5, 1, 1.5, 1.8)],
                    colour="green",
                ),
                Line(along, colour="green", width=3, when=_tied),
                Points(
                    sp.Piecewise((0, sp.Eq(_peak, 0)), (-180, _peak < 2.5), (180, True)),
                    sp.Piecewise(
                        (0, sp.Eq(_peak, 0)), (-180, sp.Eq(sp.Mod(_peak, 2), 1)), (180, True)
                    ),
                    label="the bound is reached",
                    index=_peak,
                    count=5,
                    colour="green",
                    size=7,
                ),
                Points(_input, _output, label="the present turns", colour="red", size=6),
            ],
            title="the landscape of both turns",
            aspect=1.0,
            pick=("input", "output"),
        ),
    ],
    readouts=[
        Readout(r"$\mathrm{tr}(A^\top B)$", rounded(formula.bound - _missing)),
        Readout(r"the bound $\sigma_1 \sigma_1 + \sigma_2 \sigma_2$", formula.bound),
        Verdict(
            "together",
            (_reached, "aligned: the bound is reached"),
            (2 * formula.bound - _missing < 1e-9, "opposed: the negative of the bound is reached"),
            otherwise="not aligned",
        ),
    ],
    settings=[
        Setting("aligned", "aligned", output=0, input=0, second_a=0.8, second_b=0.6),
        Setting(
            "looks-aligned", "looks aligned, is not", output=0, input=90, second_a=0.8, second_b=0.6
        ),
        Setting(
            "a-circle", "a circle does not mind", output=65, input=65, second_a=2, second_b=0.6
        ),
        Setting("two-columns", "two columns only", output=65, input=0, second_a=0, second_b=0),
        Setting("opposed", "opposed", output=180, input=0, second_a=0.8, second_b=0.6),
    ],
)

# The singular values of A + B against the sums of those of A and of B.
_SMALLER_B = 0.5
_c1, _c2, _c_turn = sp.symbols("c_1 c_2 c_turn", real=True)
_pair = formula.singular_value_pair(formula.total)
(_p, _q), (_r, _s) = formula.total.tolist()
_out_axis = (sp.atan2(_r + _q, _p - _s) + sp.atan2(_r - _q, _p + _s)) / 2


def _axis(length: sp.Expr, angle: sp.Expr, colour: Colour, width: float) -> Segments:
    """Return the longest diameter of an ellipse."""
    x, y = length * sp.cos(angle), length * sp.sin(angle)
    return Segments((-x, -y), (x, y), colour=colour, width=width)


sum_of_both = Explorable(
    name="sum-of-both",
    title="The sum that knows both",
    description=r"""Left: the images of the unit circle under $A$ (blue), $B$ (orange) and $A + B$
        (green), each with its longest diameter. Right: the plane of two singular values. Two arrows
        laid end to end lead to $\sigma(A) + \sigma(B)$; a third leads to $\sigma(A+B)$. The two
        ends meet exactly when the trace inequality is an equality, and then a longest diameter of
        the green ellipse lies along one of the blue and one of the orange ellipse; otherwise a red
        dotted line joins the ends. The gray arc has the radius that $\sigma(A + B)$ would need for
        equality; inside it the trace falls short.""",
    sliders=[
        _turn(_output, r"output turn $\theta$, degrees", 50),
        _turn(_input, r"input turn $\phi$, degrees", 25),
        _second_a,
    ],
    derived=(
        *_angles,
        (_b2, _SMALLER_B),
        (_missing, formula.bound - formula.trace_by_angles),
        (_c1, _pair[0]),
        (_c2, _pair[1]),
        (_c_turn, _out_axis),
    ),
    panels=[
        Panel(
            Axis("", -3.6, 3.6),
            Axis("", -3.6, 3.6),
            [
                _ellipse(formula.first, r"$A$, $\sigma(A)$", "blue"),
                _ellipse(formula.second, r"$B$, $\sigma(B)$", "orange"),
                _ellipse(formula.total, r"$A + B$, $\sigma(A + B)$", "green"),
                _axis(_c1, _c_turn, "green", 2.0),
                _axis(_a1, sp.Integer(0), "blue", 1.2),
                _axis(_b1, formula.out_turn, "orange", 1.2),
            ],
            title="three images of the circle",
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis("first singular value", 0, 4),
            Axis("second singular value", 0, 4),
            [
                Line(
                    sp.sqrt((_a1 + _b1) ** 2 + (_a2 + _b2) ** 2) * sp.cos(_around),
                    sp.sqrt((_a1 + _b1) ** 2 + (_a2 + _b2) ** 2) * sp.sin(_around),
                    parameter=_around,
                    span=(0, sp.pi / 4),
                    colour="grey",
                    dash="dashed",
                    width=1.2,
                ),
                Segments((0, 0), (_a1, _a2), arrow=True),
                Segments((_a1, _a2), (_a1 + _b1, _a2 + _b2), arrow=True, colour="orange"),
                Segments((0, 0), (_c1, _c2), arrow=True, colour="green", width=2.5),
                Segments((_c1, _c2), (_a1 + _b1, _a2 + _b2), colour="red", dash="dotted"),
                Points(
                    _a1 + _b1,
                    _a2 + _b2,
                    label=r"$\sigma(A) + \sigma(B)$",
                    colour="ink",
                    hollow=True,
                    size=6,
                ),
            ],
            title="their singular values",
            aspect=1.0,
            equal=True,
        ),
    ],
    readouts=[
        Readout("missing from the trace", rounded(_missing)),
        Readout(
            r"distance from $\sigma(A) + \sigma(B)$ to $\sigma(A+B)$",
            rounded(sp.sqrt((_a1 + _b1 - _c1) ** 2 + (_a2 + _b2 - _c2) ** 2)),
        ),
        Verdict(
            "together",
            (_reached, "equality: one decomposition serves all three"),
            otherwise="the trace falls short of the bound",
        ),
    ],
    settings=[
        Setting("aligned", "aligned", output=0, input=0, second_a=0.8),
        Setting("nearly", "nearly aligned", output=12, input=-8, second_a=0.8),
        Setting("a-circle", "when A is a circle", output=50, input=50, second_a=2),
        Setting("crossed", "crossed", output=90, input=90, second_a=0.8),
    ],
)
