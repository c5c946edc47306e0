"""A minimum dragged along the valley, with its four curvatures: an explorable."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import conditioning as formula

__all__ = ["along_valley"]

_p, _q = sp.symbols("p q", real=True)
_x, _y = sp.symbols("x y", real=True)
_values = sp.symbols("first_value second_value third_value fourth_value", positive=True)
_top, _low = sp.symbols("top low", positive=True)


def _gains(first: sp.Expr, second: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
    """Return the gains of the last layer, where a balanced one has both coordinates zero."""
    half = sp.log(2.0) / 2
    return {
        formula.first_gain: sp.sqrt(3.0) * sp.exp(first * half),
        formula.second_gain: sp.exp(second * half),
    }


def _extremes(first: sp.Expr, second: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    four = [2 * one.subs(_gains(first, second)) for one in formula.two_by_two]
    return sp.Max(*four), sp.Min(*four)


_anywhere = _extremes(_x, _y)
_flat_end = float(sp.log(3, 2))
_least = 12.0
_is_flat = _top < _least * (1 + 1e-9)
_condition = _top / _low
_rate = (_top - _low) / (_top + _low)

along_valley = ex.Explorable(
    name="along-valley",
    title="Along the valley, flat or fast",
    description=r"""Minima of depth two with the product $\operatorname{diag}(3, 1)$: $W_2 =
        \operatorname{diag}(a, b)$ and $W_1 = \operatorname{diag}(3/a, 1/b)$. The loss is zero
        everywhere in this plane; both factors are balanced in its middle. First: the condition
        number $\kappa$, darker where it is smaller, with contours. On the green segment the minima
        are flat, of the least sharpness $12$. Second: the four nonzero curvatures, $2(a^2 +
        9/a^2)$, $2(a^2 + 1/b^2)$, $2(b^2 + 9/a^2)$ and $2(b^2 + 1/b^2)$, with lines at the
        largest and the smallest; their quotient is $\kappa$.""",
    sliders=[
        ex.Slider(_p, "first", r"first gain, $\log_2 (a^2/3)$", -2.5, 2.5, 0.02, 0.6),
        ex.Slider(_q, "second", r"second gain, $\log_2 b^2$", -4, 4, 0.02, -0.8),
    ],
    derived={
        **{
            symbol: 2 * one.subs(_gains(_p, _q))
            for symbol, one in zip(_values, formula.two_by_two, strict=True)
        },
        _top: sp.Max(*_values),
        _low: sp.Min(*_values),
    },
    panels=[
        ex.Panel(
            ex.Axis(r"first gain, $\log_2 (a^2/3)$", -2.6, 2.6),
            ex.Axis(r"second gain, $\log_2 b^2$", -4.1, 4.1),
            ex.HeatMap(
                sp.log(_anywhere[0] / _anywhere[1]),
                (_x, _y),
                0.0,
                sp.log(12.0),
                levels=[sp.log(level) for level in (1.5, 2.0, 3.0, 5.0, 8.0)],
                resolution=44,
            ),
            ex.Segments((0, -_flat_end), (0, _flat_end), label="flat minima", pen="green 4"),
            ex.Points(0, 0, label="balanced", pen="green", size=7, hollow=True),
            ex.Handle(_p, _q, label="the minimum", pen="red", moves=("first", "second")),
            title="condition number",
            aspect=1.0,
        ),
        ex.Panel(
            ex.Axis("the four nonzero curvatures", -0.6, 3.6, ticks=False),
            ex.Axis("curvature", 0, sp.Max(30, 1.1 * _top)),
            ex.Bars(list(_values), label="curvatures"),
            ex.Rule(y=_top, label="largest", pen="orange dashed 2"),
            ex.Rule(y=_low, label="smallest", pen="purple dashed 2"),
            ex.Rule(y=_least, label="least sharpness", pen="green dotted 2"),
            title="curvatures",
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout("sharpness", _top),
        ex.Readout(r"condition number $\kappa$", _condition),
        ex.Readout(
            "steps for a millionth, at the best step",
            sp.ceiling(sp.log(1e-6) / sp.log(_rate) - 1e-9),
        ),
        ex.Verdict(
            "this minimum",
            (sp.And(_is_flat, _condition > 2.99), "is flat and slow"),
            (_is_flat, "is flat, and less slow than the balanced one"),
            (_condition < 1.8 - 1e-9, "is sharp, and faster than any flat one in this plane"),
            (
                _condition < 3 + 1e-9,
                "is sharper than it need be, and not faster than some flat one",
            ),
            otherwise="is sharp, and slower than the balanced one",
        ),
    ],
    settings=[
        ex.Setting("balanced", "balanced", first=0, second=0),
        ex.Setting("end", "an end of the green segment", first=0, second=_flat_end),
        ex.Setting("fast", "sharp and fast", first=2.4, second=4),
        ex.Setting("slow", "sharp and slow", first=-2, second=3),
    ],
)
