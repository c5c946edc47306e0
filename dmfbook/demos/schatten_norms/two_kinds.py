"""The two kinds of majorization, for lists of two numbers."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import schatten_norms as formula

__all__ = ["two_kinds"]

_p = formula.exponent
_first, _second, _beta = sp.symbols("first second beta", nonnegative=True)
_across, _up = 1.352, 1.04
# A setting puts the point on the edge of a region, where rounding must not decide.
_hair = 1e-9
_scale, _start, _corner, _root = sp.symbols("scale start corner root", nonnegative=True)
# By an angle: solved for one coordinate, the curve would lose all digits near the axis.
_rim = tuple(_scale * part for part in formula.unit_pair(_p, ex.along))
_hyperbola = _beta / sp.Max(ex.along, 1e-300)
_sum, _bound = _first**_p + _second**_p, 1 + _beta**_p
_in_order = _second <= _first + _hair
_below = _first <= 1 + _hair
_by_product = sp.And(_in_order, _below, _first * _second <= _beta + _hair)
_by_sum = sp.And(_in_order, _below, _sum <= _bound + _hair)


def _triangle(reach: sp.Symbol, colour: str) -> ex.Region:
    """Shade the part of a set in which only the order limits the second number."""
    return ex.Region(0, ex.along, span=(0, reach), pen=colour, samples=2)


two_kinds = ex.Explorable(
    name="two-kinds",
    title="Two kinds of majorization",
    description=r"""A plane of lists of two numbers, the larger first. The blue point is
        $\beta$, with $\beta_1 = 1$; the red point is $\alpha$. Shaded blue are all $\alpha$ whose
        $p$-th powers are weakly majorized by those of $\beta$. They end at the diagonal, at the
        vertical line through $\beta$, and at a curve from $\beta$ to the diagonal, which is
        straight for $p = 1$. Shaded orange are all $\alpha$ that are weakly log-majorized; their
        upper edge is a hyperbola through $\beta$. The orange region lies in the blue one for every
        $p$. As $p$ falls, the edge of the blue region sinks towards the hyperbola.""",
    sliders=[
        ex.Slider(_first, "first", r"larger number $\alpha_1$", 0, 1.2, 0.01, 0.8),
        ex.Slider(_second, "second", r"smaller number $\alpha_2$", 0, 1, 0.01, 0.44),
        ex.Slider(_beta, "beta", r"smaller number $\beta_2$", 0, 1, 0.01, 0.3),
        ex.Slider(_p, "exponent", "exponent $p$", 0.05, 3, 0.05, 1),
    ],
    derived={
        _scale: _bound ** (1 / _p),
        _start: sp.atan(_beta ** (_p / 2)),
        _corner: (_bound / 2) ** (1 / _p),
        _root: sp.sqrt(_beta),
    },
    panels=[
        ex.Panel(
            ex.Axis("larger number", 0, _across),
            ex.Axis("smaller number", 0, _up),
            ex.Line(ex.along, span=(0, _up), pen="grey dotted"),
            _triangle(_corner, "blue"),
            ex.Region(
                0,
                _rim[1],
                label="powers weakly majorized",
                x=_rim[0],
                span=(_start, sp.pi / 4),
                samples=80,
            ),
            _triangle(_root, "orange"),
            ex.Region(
                0,
                _hyperbola,
                label="weakly log-majorized",
                span=(_root, 1),
                pen="orange",
                samples=80,
            ),
            ex.Line(_rim[0], _rim[1], span=(_start, sp.pi / 4), samples=80),
            ex.Line(_hyperbola, span=(_root, 1), pen="orange", samples=80),
            ex.Handle(1, _beta, label=r"$\beta$", pen="blue", moves="beta"),
            ex.Handle(_first, _second, label=r"$\alpha$", pen="red", moves=("first", "second")),
            aspect=1.3,
            equal=True,
        )
    ],
    readouts=[
        ex.Readout(r"$\alpha_1^p + \alpha_2^p$", _sum),
        ex.Readout(r"$\beta_1^p + \beta_2^p$", _bound),
        ex.Readout(r"$\alpha_1 \alpha_2$", _first * _second),
        ex.Readout(r"$\beta_1 \beta_2$", _beta),
        ex.Verdict(
            r"this $\alpha$",
            (sp.Not(_in_order), "is not in descending order"),
            (_by_product, "is weakly log-majorized, and so its powers are weakly majorized"),
            (_by_sum, "has weakly majorized powers, but is not weakly log-majorized"),
            (sp.Not(_below), r"is neither: $\alpha_1$ exceeds $\beta_1$"),
            otherwise="is not weakly log-majorized, and neither are these powers majorized",
        ),
    ],
    settings=[
        ex.Setting(
            "mean",
            r"$\alpha_1 = \alpha_2$, the mean of $\beta$",
            first=(1 + _beta) / 2,
            second=(1 + _beta) / 2,
        ),
        ex.Setting("converse", r"the mean, for $\beta_2 = 0$", first=0.5, second=0.5, beta=0),
        ex.Setting("small-power", "a small power", exponent=0.05),
        ex.Setting("squares", "squares", exponent=2),
    ],
)
