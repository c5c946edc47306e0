"""Two lists and two matrices: what mismatch loses, and what a turn loses."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import cosine_and_sine
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


def _curve(power: sp.Expr, colour: str, label: str) -> ex.Line:
    """Draw the pairs whose powers add up to one."""
    x, y = formula.unit_pair(power, ex.along)
    return ex.Line(x, y, label=label, span=(0, sp.pi / 2), pen=colour, samples=91)


_product = tuple(x * y for x, y in zip(_x, _y, strict=True))
_turned = tuple(value.subs(_at_turn) for value in _values())
# The same as functions of the angle of y, and of the turn.
_other_y = dict(zip(_y, formula.unit_pair(_q, _radian * ex.along), strict=True))
_over_t = tuple(value.subs(_other_y) for value in _product)
_turned_over_t = tuple(value.subs(_other_y) for value in _turned)
_trail = tuple(value.subs(formula.angle, ex.along) for value in _values())
_matched, _aligned = sp.Eq(_first, _second), sp.Eq(_degrees, 0)
_flat_a, _flat_b = sp.Eq(_first, 45), sp.Eq(_second, 45)

two_losses = ex.Explorable(
    name="two-losses",
    title="Two ways to lose",
    description=r"""First: three curves, on which the powers of two numbers with exponents $p$, $q$
        and $r$ add up to one. The blue point $x$ lies on the first and the orange point $y$ on the
        second, each at an angle from $0$ to $45$ degrees, so that the larger number comes first.
        The hollow point is the pair of the products $x_i y_i$. It lies on the third curve when the
        two angles agree, and inside otherwise. The red point is the pair of the singular values of
        $AB$, where $A$ has the singular values $x$, $B$ has $y$, and $B$ is turned against $A$. It
        starts at the hollow point and moves along the dotted hyperbola, further inside, as the turn
        grows; it stays if one of the angles is $45$ degrees. Second: the norms of the products
        $x_i y_i$ and, in red, of $AB$, with exponent $r$, for every angle of $y$. The first
        touches the line at height one where the angles agree; red is nowhere above it.""",
    sliders=[
        ex.Slider(_p, "exponent", "exponent $p$", 0.5, 4, 0.1, 2),
        ex.Slider(_q, "other", "exponent $q$", 0.5, 4, 0.1, 3),
        ex.Slider(_first, "first", "angle of $x$, degrees", 0, 45, 1, 14),
        ex.Slider(_second, "second", "angle of $y$, degrees", 0, 45, 1, 34),
        ex.Slider(_degrees, "turn", "turn of $B$, degrees", 0, 90, 1, 50),
    ],
    derived={
        _r: formula.holder_exponent,
        _s: _radian * _first,
        _t: _radian * _second,
        **dict(zip(_x, formula.unit_pair(_p, _s), strict=True)),
        **dict(zip(_y, formula.unit_pair(_q, _t), strict=True)),
        **dict(zip((_cosine, _sine), cosine_and_sine(_degrees), strict=True)),
        _larger: _turned[0],
        _smaller: _turned[1],
        _list_norm: _norm(_product),
        _product_norm: _norm((_larger, _smaller)),
    },
    panels=[
        ex.Panel(
            ex.Axis("first number", 0, 1.08),
            ex.Axis("second number", 0, 1.08),
            ex.Line(ex.along, span=(0, 1.08), pen="grey dotted"),
            _curve(_p, "blue", "exponent $p$, and $x$"),
            _curve(_q, "orange", "exponent $q$, and $y$"),
            _curve(_r, "ink", r"exponent $r$"),
            ex.Line(_trail[0], _trail[1], span=(0, sp.pi / 2), pen="red dotted", samples=46),
            ex.Points(_product[0], _product[1], label=r"$x_i y_i$", pen="ink", size=8, hollow=True),
            ex.Points(_larger, _smaller, label="$AB$", pen="red", size=5),
            ex.Handle(_x[0], _x[1], pen="blue", moves="first"),
            ex.Handle(_y[0], _y[1], pen="orange", moves="second", snap=_first),
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("angle of $y$, degrees", 0, 45),
            ex.Axis("norm with exponent $r$", 0, 1.1),
            ex.Rule(y=1, pen="grey dotted"),
            ex.Rule(x=_first, pen="grey dotted"),
            ex.Line(_norm(_over_t), span=(0, 45), pen="ink", samples=46),
            ex.Line(_norm(_turned_over_t), span=(0, 45), pen="red", samples=46),
            ex.Points(_second, _list_norm, pen="ink", size=8, hollow=True),
            ex.Points(_second, _product_norm, pen="red", size=5),
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout("exponent $r$", _r),
        ex.Readout(r"norm of $x_i y_i$", _list_norm),
        ex.Readout("norm of $AB$", _product_norm),
        ex.Verdict(
            "what is lost",
            (sp.And(_matched, sp.Or(_aligned, _flat_a)), "nothing: all norms are one"),
            (_aligned, "the lists do not match; nothing is turned"),
            (sp.Or(_flat_a, _flat_b), "the lists do not match; the turn costs nothing"),
            (_matched, "the lists match; only the turn loses"),
            otherwise="the lists do not match, and the turn loses more",
        ),
    ],
    settings=[
        ex.Setting("matched", "matched, no turn", second=_first, turn=0),
        ex.Setting("turned", "matched, but turned", second=_first),
        ex.Setting("free-turn", "a turn for nothing", first=45, second=45),
        ex.Setting("squares", "both exponents two", other=2),
        ex.Setting("hollow", "$r$ below one", exponent=1, other=1),
    ],
)
