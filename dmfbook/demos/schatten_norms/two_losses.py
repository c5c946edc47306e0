"""Two lists and two matrices: what mismatch loses, and what a turn loses."""

from __future__ import annotations

from typing import Literal

import sympy as sp

from dmfbook.demos._shared import cosine_and_sine
from dmfbook.explorables import (
    Axis,
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
from dmfbook.symbolic import schatten_norms as formula

__all__ = ["two_losses"]

_p, _q, _r = formula.exponent, formula.other_exponent, sp.Symbol("r", positive=True)
_s, _t = formula.unit_angle, formula.other_unit_angle
_first, _second, _degrees = sp.symbols("first second degrees", nonnegative=True)
_x, _y = formula.values_of_a, formula.values_of_b
_cosine, _sine = sp.symbols("cosine sine", nonnegative=True)
_larger, _smaller = sp.symbols("larger smaller", nonnegative=True)
_list_norm, _product_norm = sp.symbols("list_norm product_norm", nonnegative=True)
_radian = sp.pi / 180
_at_turn = {sp.cos(formula.angle): _cosine, sp.sin(formula.angle): _sine}


def _values() -> tuple[sp.Expr, sp.Expr]:
    """Return the singular values of the product; it is zero when both factors have rank one."""
    root = sp.sqrt(formula.turned_sum_squared) + sp.sqrt(formula.turned_difference_squared)
    larger = root / 2
    return larger, _x[0] * _x[1] * _y[0] * _y[1] / sp.Max(larger, 1e-300)


def _norm(pair: tuple[sp.Expr, sp.Expr]) -> sp.Expr:
    """Return the norm of two numbers with the exponent r."""
    return (pair[0] ** _r + pair[1] ** _r) ** (1 / _r)


def _curve(power: sp.Expr, colour: Literal["blue", "orange", "ink"], label: str) -> Line:
    """Draw the pairs whose powers add up to one."""
    x, y = formula.unit_pair(power, along)
    return Line(x, y, label=label, span=(0, sp.pi / 2), colour=colour, samples=91)


_product = tuple(x * y for x, y in zip(_x, _y, strict=True))
_turned = tuple(value.subs(_at_turn) for value in _values())
# The same as functions of the angle of y, and of the turn.
_other_y = dict(zip(_y, formula.unit_pair(_q, _radian * along), strict=True))
_over_t = tuple(value.subs(_other_y) for value in _product)
_turned_over_t = tuple(value.subs(_other_y) for value in _turned)
_trail = tuple(value.subs(formula.angle, along) for value in _values())
_matched, _aligned = sp.Eq(_first, _second), sp.Eq(_degrees, 0)
_flat_a, _flat_b = sp.Eq(_first, 45), sp.Eq(_second, 45)

two_losses = Explorable(
    name="two-losses",
    title="Two ways to lose",
    description=r"""Left: three curves, on which the powers of two numbers with exponents $p$, $q$
        and $r$ add up to one. The blue point $x$ lies on the first and the orange point $y$ on the
        second, each at an angle from $0$ to $45$ degrees, so that the larger number comes first.
        The hollow point is the pair of the products $x_i y_i$. It lies on the third curve when the
        two angles agree, and inside otherwise. The red point is the pair of the singular values of
        $AB$, where $A$ has the singular values $x$, $B$ has $y$, and $B$ is turned against $A$. It
        starts at the hollow point and moves along the dotted hyperbola, further inside, as the turn
        grows; it stays if one of the angles is $45$ degrees. Right: the norms of the products
        $x_i y_i$ and, in red, of $AB$, with exponent $r$, for every angle of $y$. The first
        touches the line at height one where the angles agree; red is nowhere above it.""",
    sliders=[
        Slider(_p, "exponent", "exponent $p$", 0.5, 4, 0.1, 2),
        Slider(_q, "other", "exponent $q$", 0.5, 4, 0.1, 3),
        Slider(_first, "first", "angle of $x$, degrees", 0, 45, 1, 14),
        Slider(_second, "second", "angle of $y$, degrees", 0, 45, 1, 34),
        Slider(_degrees, "turn", "turn of $B$, degrees", 0, 90, 1, 50),
    ],
    derived=[
        (_r, formula.holder_exponent),
        (_s, _radian * _first),
        (_t, _radian * _second),
        *zip(_x, formula.unit_pair(_p, _s), strict=True),
        *zip(_y, formula.unit_pair(_q, _t), strict=True),
        *zip((_cosine, _sine), cosine_and_sine(_degrees), strict=True),
        (_larger, _turned[0]),
        (_smaller, _turned[1]),
        (_list_norm, _norm(_product)),
        (_product_norm, _norm((_larger, _smaller))),
    ],
    panels=[
        Panel(
            Axis("first number", 0, 1.08),
            Axis("second number", 0, 1.08),
            [
                Line(along, span=(0, 1.08), colour="grey", dash="dotted"),
                _curve(_p, "blue", "exponent $p$, and $x$"),
                _curve(_q, "orange", "exponent $q$, and $y$"),
                _curve(_r, "ink", r"exponent $r$"),
                Line(
                    _trail[0],
                    _trail[1],
                    span=(0, sp.pi / 2),
                    colour="red",
                    dash="dotted",
                    samples=46,
                ),
                Points(_x[0], _x[1], colour="blue", size=6),
                Points(_y[0], _y[1], colour="orange", size=6),
                Points(
                    _product[0], _product[1], label=r"$x_i y_i$", colour="ink", size=8, hollow=True
                ),
                Points(_larger, _smaller, label="$AB$", colour="red", size=5),
            ],
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis("angle of $y$, degrees", 0, 45),
            Axis("norm with exponent $r$", 0, 1.1),
            [
                Rule(y=1, colour="grey", dash="dotted"),
                Rule(x=_first, colour="grey", dash="dotted"),
                Line(_norm(_over_t), span=(0, 45), colour="ink", samples=46),
                Line(_norm(_turned_over_t), span=(0, 45), colour="red", samples=46),
                Points(_second, _list_norm, colour="ink", size=8, hollow=True),
                Points(_second, _product_norm, colour="red", size=5),
            ],
            aspect=1.0,
        ),
    ],
    readouts=[
        Readout("exponent $r$", _r),
        Readout(r"norm of $x_i y_i$", _list_norm),
        Readout("norm of $AB$", _product_norm),
        Verdict(
            "what is lost",
            (sp.And(_matched, sp.Or(_aligned, _flat_a)), "nothing: all norms are one"),
            (_aligned, "the lists do not match; nothing is turned"),
            (sp.Or(_flat_a, _flat_b), "the lists do not match; the turn costs nothing"),
            (_matched, "the lists match; only the turn loses"),
            otherwise="the lists do not match, and the turn loses more",
        ),
    ],
    settings=[
        Setting("matched", "matched, no turn", second=_first, turn=0),
        Setting("turned", "matched, but turned", second=_first, turn=50),
        Setting("free-turn", "a turn for nothing", first=45, second=45, turn=50),
        Setting("squares", "both exponents two", exponent=2, other=2),
        Setting("hollow", "$r$ below one", exponent=1, other=1),
    ],
)
