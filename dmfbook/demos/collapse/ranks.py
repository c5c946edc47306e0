"""The phase diagram of a matrix with two singular values: an explorable of `collapse`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider
from dmfbook.demos.collapse._shared import (
    collapse_of,
    excess,
    fitting,
    routines,
    second,
    tangent,
    tangent_of,
    unit,
    unit_slider,
    upper_root,
)
from dmfbook.symbolic import depth, regularization
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["ranks"]

_right = 1.1 * tangent_of(1)
_here = ex.along
_first_end, _second_end = collapse_of(1), collapse_of(second)
_one, _two = sp.symbols("one two", real=True)
_has_one, _has_two = fitting(1), fitting(second)
_low, _top = sp.symbols("low top", real=True)
# The value that collapses just at this regularization, at depth two as well; and the tangent one.
_tied = scalar.winning_threshold.subs(regularization, _here)
_turning = scalar.tangent_threshold.subs(regularization, _here)
_best = sp.Min(0, _one, _one + _two)
_levels = [sp.Integer(0), _one, _two, _one + _two]
_there = [sp.true, _has_one, _has_two, _has_two]


def _is_best(place: int) -> sp.Basic:
    return sp.And(_there[place], _levels[place] <= _best + 1e-9)


_which = ex.where(_is_best(3), 3, ex.where(_is_best(1), 1, 0))


ranks = ex.Explorable(
    name="ranks",
    title="What a matrix keeps, and what it could keep",
    description=r"""A target with the singular values 1 and $m_2$. First: the plane of the
        regularization (across) and of $m_2$ (up). On the left the best product has rank two, in the
        middle one, on the right zero; the borders are where $m_2$, and where 1, collapses. Dashed,
        from depth three on: where the second critical points of $m_2$, and of 1, end. Second: the
        loss, less that of zero, of the products that keep neither value, only the first, only the
        second, or both, each in its own best way. A missing bar means that there is no critical
        point of the kind. The best is marked. At depth two the dashed lines are the borders.""",
    sliders=[
        unit_slider(0.75),
        ex.Slider(second, "second", "second singular value $m_2$", 0.2, 0.98, 0.01, 0.85),
        depth_slider(3, high=6),
    ],
    routines=routines,
    derived={
        regularization: unit * tangent_of(1),
        tangent: scalar.tangent_threshold,
        _one: ex.where(_has_one, excess(upper_root(1), 1), 0),
        _two: ex.where(_has_two, excess(upper_root(second), second), 0),
        _low: 1.15 * sp.Min(-0.1, _one, _one + _two),
        _top: 1.2 * sp.Max(0.08, _one, _two, _one + _two),
    },
    panels=[
        ex.Panel(
            ex.Axis(r"regularization $\lambda$", 0, _right),
            ex.Axis("second singular value $m_2$", 0.2, 1),
            ex.Region(
                sp.Min(sp.Max(_tied, 0.2), 1),
                1,
                label="the best has rank two",
                span=(1e-4, _first_end),
                pen="blue",
            ),
            ex.Region(
                0.2,
                sp.Min(sp.Max(_tied, 0.2), 1),
                label="rank one",
                span=(1e-4, _first_end),
                pen="green",
            ),
            ex.Region(
                0.2,
                1,
                label="rank zero",
                span=(_first_end, _right),
                pen="grey",
            ),
            ex.Line(
                collapse_of(ex.along),
                ex.along,
                label=r"$\lambda_c(m_2)$ and $\lambda_c(1)$",
                span=(0.2, 1),
                pen="orange 3",
            ),
            ex.Rule(x=_first_end, pen="orange 3"),
            ex.Line(
                tangent_of(ex.along),
                ex.along,
                label=r"$\lambda_t(m_2)$ and $\lambda_t(1)$",
                span=(0.2, 1),
                pen="purple dashed",
                when=depth >= 3,
            ),
            ex.Rule(x=tangent_of(1), pen="purple dashed", when=depth >= 3),
            ex.Handle(regularization, second, pen="ink", moves=("unit", "second")),
            aspect=1.1,
        ),
        ex.Panel(
            ex.Axis("kept", -0.6, 3.6, ticks=False),
            ex.Axis("loss, less that of zero", _low, _top),
            *(
                ex.Bars([level], at=[place], names=(name,), pen="grey", when=there)
                for place, (level, there, name) in enumerate(
                    zip(_levels, _there, ("none", "1st", "2nd", "both"), strict=True)
                )
            ),
            *(
                ex.Points(place, level, pen="grey", size=6, when=there)
                for place, (level, there) in enumerate(zip(_levels, _there, strict=True))
            ),
            ex.Bars([_best], at=[_which], label="the best", pen="orange"),
            ex.Points(_which, _best, pen="orange", size=6),
            aspect=1.1,
        ),
    ],
    readouts=[
        ex.Verdict(
            "the best product keeps",
            (_is_best(3), "both singular values"),
            (_is_best(1), "the first singular value alone"),
            otherwise="nothing",
        ),
        ex.Readout(
            "local minima",
            ex.where(
                depth >= 3,
                1 + ex.where(_has_one, 1, 0) + ex.where(_has_two, 1, 0),
                1,
            ),
            digits=1,
        ),
        ex.Verdict(
            "the product that keeps the second alone is",
            (sp.Not(_has_two), "not there: no critical point keeps the second"),
            otherwise="a saddle: turn it towards the first value, and the loss falls",
        ),
        ex.Readout(r"regularization $\lambda$", regularization),
    ],
    settings=[
        ex.Setting("both", "both are kept", unit=0.3),
        ex.Setting("strip", "between the last two lines", unit=0.92, second=0.96),
        ex.Setting("alone", "right of all lines", unit=1.05),
        ex.Setting("depth-two", "depth two", unit=0.6, depth=2),
        ex.Setting("deep", "depth six", unit=0.5, second=0.9, depth=6),
    ],
)
