"""The norm of a product of more and more layers."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import cosine_and_sine
from dmfbook.symbolic import schatten_norms as formula

__all__ = ["many_factors"]

_p, _q = formula.exponent, formula.other_exponent
_first, _second, _degrees = sp.symbols("first second degrees", nonnegative=True)
_x, _y = formula.values_of_a, formula.values_of_b
_cosine, _sine = sp.symbols("cosine sine", nonnegative=True)
_radian, _layers = sp.pi / 180, 8

# The running product, entry by entry, and its determinant: the product of those of the layers.
_entries = sp.symbols("e11 e12 e21 e22", real=True)
_determinant = sp.Symbol("determinant", nonnegative=True)
_step = sp.Symbol("step", nonnegative=True)
_is_even = sp.Eq(sp.Mod(_step, 2), 0)
_next = tuple(ex.where(_is_even, y, x) for x, y in zip(_x, _y, strict=True))
_e11, _e12, _e21, _e22 = _entries
_orbit = ex.Orbit(
    name="product",
    state=(*_entries, _determinant),
    start=(_x[0], sp.Integer(0), sp.Integer(0), _x[1], _x[0] * _x[1]),
    update=(
        _next[0] * (_cosine * _e11 - _sine * _e21),
        _next[0] * (_cosine * _e12 - _sine * _e22),
        _next[1] * (_sine * _e11 + _cosine * _e21),
        _next[1] * (_sine * _e12 + _cosine * _e22),
        _next[0] * _next[1] * _determinant,
    ),
    count=sp.Integer(_layers - 1),
    step=_step,
)


def _exponent(step: sp.Expr) -> sp.Expr:
    """Return r, where 1/r is the sum of the reciprocal exponents of the layers so far."""
    return 1 / ((sp.floor(step / 2) + 1) / _p + sp.floor((step + 1) / 2) / _q)


def _norm(exponent: sp.Expr) -> sp.Expr:
    """Return the norm of the running product with an exponent."""
    total = sp.sqrt((_e11 + _e22) ** 2 + (_e12 - _e21) ** 2)
    difference = sp.sqrt((_e11 - _e22) ** 2 + (_e12 + _e21) ** 2)
    larger = (total + difference) / 2
    # Its square, which sympy makes of it, must not be zero either.
    guarded = sp.Max(larger, 1e-140)
    smaller = _determinant / guarded
    return larger * (1 + (smaller / guarded) ** exponent) ** (1 / exponent)


def _running(label: str, factor: sp.Expr, **style: Any) -> ex.Path:
    """Draw the norms of the first layers, with a multiple of the exponent of the remark."""
    norm = _norm(factor * _exponent(_step))
    return ex.Path(_orbit, _step + 1, norm, label=label, **style)


_end = dict(zip(_orbit.state, _orbit.last, strict=True))
_last = sp.Integer(_layers - 1)
_less, _more = sp.Rational(9, 10), sp.Rational(11, 10)
_last_exponent = sp.Symbol("last_exponent", positive=True)
_highest = 1.05 * 2 ** ((1 / _less - 1) / _last_exponent) + 0.1
_level = sp.And(sp.Eq(_first, _second), sp.Or(sp.Eq(_degrees, 0), sp.Eq(_first, 45)))

many_factors = ex.Explorable(
    name="many-factors",
    title="A norm that never rises",
    description=r"""The norm of the product of the first $l$ layers, for $l$ from one to eight. Odd
        layers are $A$ and even ones $B$, of two by two entries, each turned by the same angle
        against the one before; their norms, with the exponents $p$ and $q$, are one. The exponent
        $r$ of the norm is the one of the remark: its reciprocal is the sum of those of the first
        $l$ layers. The blue line starts at one and never rises. It is level when the two
        angles agree and nothing is turned, or when both are $45$ degrees. Two dashed lines belong
        to exponents a tenth smaller, where the norm can rise above one, and a tenth larger, where
        it falls even if the blue line is level, unless all layers have rank one.""",
    sliders=[
        ex.Slider(_p, "exponent", "exponent $p$, odd layers", 0.5, 4, 0.1, 2),
        ex.Slider(_q, "other", "exponent $q$, even layers", 0.5, 4, 0.1, 2),
        ex.Slider(_first, "first", "angle of odd layers, degrees", 0, 45, 1, 30),
        ex.Slider(_second, "second", "angle of even layers, degrees", 0, 45, 1, 18),
        ex.Slider(_degrees, "turn", "turn of each layer, degrees", 0, 90, 1, 10),
    ],
    derived={
        **dict(zip(_x, formula.unit_pair(_p, _radian * _first), strict=True)),
        **dict(zip(_y, formula.unit_pair(_q, _radian * _second), strict=True)),
        **dict(zip((_cosine, _sine), cosine_and_sine(_degrees), strict=True)),
        _last_exponent: _exponent(_last),
    },
    orbits=[_orbit],
    panels=[
        ex.Panel(
            ex.Axis("number of layers $l$", 0.7, _layers + 0.3),
            ex.Axis("norm of their product", 0, _highest),
            ex.Rule(y=1, pen="grey dotted"),
            _running(r"exponent $0.9\, r$", _less, pen="orange dashed 1.5"),
            _running(r"exponent $1.1\, r$", _more, pen="green dashed 1.5"),
            _running("exponent $r$", sp.Integer(1), pen="blue 2.5"),
            aspect=1.7,
        )
    ],
    readouts=[
        ex.Readout("exponent $r$ for eight layers", _last_exponent),
        ex.Readout("norm of eight layers", _norm(_last_exponent).xreplace(_end)),
        ex.Readout("with exponent $0.9\\, r$", _norm(_less * _last_exponent).xreplace(_end)),
        ex.Readout("with exponent $1.1\\, r$", _norm(_more * _last_exponent).xreplace(_end)),
        ex.Verdict(
            "the blue line", (_level, "is level: nothing is lost"), otherwise="ends below one"
        ),
    ],
    settings=[
        ex.Setting("level", "equal angles, no turn", second=_first, turn=0),
        ex.Setting("uneven", "unequal, no turn", first=40, second=10, turn=0),
        ex.Setting("turned", "equal, but turned", second=_first, turn=20),
        ex.Setting("identity", "both at 45 degrees", first=45, second=45, turn=20),
    ],
)
