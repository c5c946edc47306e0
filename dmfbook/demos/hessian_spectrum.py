"""The explorables of the chapter on the Hessian spectrum."""

from __future__ import annotations

import sympy as sp

from dmfbook.demos._hessian_million import million
from dmfbook.demos._hessian_rotation import rotate
from dmfbook.demos._hessian_routines import (
    depth_slider,
    gain_of,
    pair_value,
    routines,
    threshold,
)
from dmfbook.explorables import (
    Axis,
    Bars,
    Explorable,
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
from dmfbook.symbolic import depth, gain, regularization, target
from dmfbook.symbolic import hessian_spectrum as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["levels", "million", "orbit", "rotate", "simple"]

# One number: lambda is explicit in the gain, so the curves need no equation to be solved.
_scalar_gain = sp.Symbol("own_gain", positive=True)
_limit = sp.Symbol("limit", positive=True)
_weight = gain ** (depth - 2) * (target - gain**depth)
_along_curve = formula.simple_value.subs(regularization, _weight)
_least_gain = (target * scalar.jump_ratio) ** (1 / depth)
_survives = regularization < _limit
_place = sp.Symbol("place", integer=True)
_own_value = formula.simple_value.subs(gain, _scalar_gain)
_highest = sp.Symbol("highest", positive=True)
_right = sp.Float(1.5)
_is_two = sp.Eq(depth, 2)
# How far the two collapsed eigenvalues of depth two lie from 2 lambda; beyond depth two all agree.
_apart = sp.Piecewise((2 * target, _is_two), (0, True))
_apart_at_limit = sp.Piecewise((2 * _limit, _is_two), (0, True))

simple = Explorable(
    name="simple",
    title="One number: the spectrum against the regularization",
    description=r"""Left: the eigenvalues of the Hessian at the minimizers for a target $m > 0$, as
        curves over the regularization $\lambda$. The simple eigenvalue starts at $2Lm^{2-2/L}$ and
        falls; the other $L - 1$ eigenvalues are $4\lambda$ and rise. At the collapse all factors
        become zero and the curves break off; from then on, at depth three and more, all
        eigenvalues are $2\lambda$. At depth two there is no break: they are $2(\lambda - m)$ and
        $2(\lambda + m)$. Right: all $L$ eigenvalues at the current setting, as bars.""",
    sliders=[
        Slider(target, "target", "target $m$", 0.5, 1.5, 0.01, 1.2),
        Slider(
            regularization, "regularization", r"regularization $\lambda$", 0.01, 1.5, 0.01, 0.25
        ),
        depth_slider(3, high=8),
    ],
    derived=[
        (threshold, scalar.winning_threshold),
        (_limit, scalar.collapse_threshold),
        (_scalar_gain, gain_of(target)),
        (_highest, 1.12 * sp.Max(2 * depth * target ** (2 - 2 / depth), 2 * _right + _apart)),
    ],
    routines=routines,
    panels=[
        Panel(
            Axis(r"regularization $\lambda$", 0, _right),
            Axis("eigenvalue", -1, _highest),
            (
                Rule(x=_limit, colour="grey", dash="dotted", text=r"$\lambda_c$"),
                Line(
                    label="simple eigenvalue",
                    parameter=gain,
                    x=_weight,
                    y=_along_curve,
                    span=(_least_gain, target ** (1 / depth)),
                    width=3,
                ),
                Segments(
                    label=r"$4\lambda$, $L - 1$ times",
                    x0=0,
                    y0=0,
                    x1=_limit,
                    y1=4 * _limit,
                    colour="orange",
                    width=3,
                ),
                Segments(
                    label="collapsed",
                    x0=_limit,
                    y0=[2 * _limit - _apart_at_limit, 2 * _limit + _apart_at_limit],
                    x1=_right,
                    y1=[2 * _right - _apart, 2 * _right + _apart],
                    colour="purple",
                    width=3,
                ),
                Points(x=regularization, y=_own_value, size=6, when=_survives),
                Points(
                    x=regularization,
                    y=4 * regularization,
                    colour="orange",
                    size=6,
                    when=_survives,
                ),
                Points(
                    x=[regularization, regularization],
                    y=[2 * regularization - _apart, 2 * regularization + _apart],
                    colour="purple",
                    size=6,
                    when=sp.Not(_survives),
                ),
            ),
        ),
        Panel(
            Axis("all eigenvalues", -0.7, depth - sp.Float(0.3), ticks=False),
            Axis("eigenvalue", -1, _highest),
            (
                Bars(
                    heights=4 * regularization,
                    index=_place,
                    count=depth - 1,
                    colour="orange",
                    when=_survives,
                ),
                Bars(heights=[_own_value], at=[depth - 1], when=_survives),
                Bars(
                    heights=2 * regularization,
                    index=_place,
                    count=depth,
                    colour="purple",
                    when=sp.And(sp.Not(_survives), depth >= 3),
                ),
                Bars(
                    heights=[2 * (regularization - target), 2 * (regularization + target)],
                    colour="purple",
                    when=sp.And(sp.Not(_survives), _is_two),
                ),
            ),
        ),
    ],
    readouts=[
        Readout(r"collapse threshold $\lambda_c(m)$", _limit),
        Readout("simple eigenvalue", _own_value, when=_survives, otherwise="none: zero wins"),
        Readout(r"its limit as $\lambda \to 0$", 2 * depth * target ** (2 - 2 / depth)),
        Readout(
            "fall of the sharpness at the collapse, by the factor",
            (depth - 1) * (depth - 2),
            when=depth >= 3,
            otherwise="no fall",
        ),
    ],
    settings=[
        Setting(
            "isotropic",
            "just before the collapse, depth three",
            {"depth": 3, "target": 1.2, "regularization": 0.999 * sp.Float(0.506094)},
        ),
        Setting("hardly-any", "hardly any regularization", {"regularization": 0.01}),
        Setting("deep", "depth eight", {"depth": 8, "regularization": 0.1}),
        Setting("depth-two", "depth two", {"depth": 2, "target": 0.8, "regularization": 0.5}),
    ],
)

# Two singular values. The first is always fitted here; the second slides from zero to beyond it.
_m1, _m2 = sp.symbols("first second", positive=True)
_g1, _g2 = sp.symbols("first_gain second_gain", positive=True)
_here = sp.Symbol("here", real=True)
_fitted = _m2 > threshold
_critical = scalar.critical_target
_top = sp.Symbol("top", positive=True)
_last = sp.Float(2.0)
_slope = 2 * _g1 ** (depth - 2)
_second_span = (scalar.tie_gain, _last ** (1 / depth))
_shown_first, _shown_second, _shown_plus, _shown_minus, _largest_own, _largest = sp.symbols(
    "of_first of_second of_sum of_difference own_largest largest", real=True
)


def _fitted_line(value: sp.Expr, **style: object) -> Line:
    return Line(parameter=gain, x=_critical, y=value, span=_second_span, **style)  # type: ignore[arg-type]


def _unfitted_line(value: sp.Expr, **style: object) -> Line:
    return Line(parameter=_here, y=value, span=(0, sp.Min(threshold, _last)), **style)  # type: ignore[arg-type]


def _dead(value: sp.Expr, sign: int) -> sp.Expr:
    """Return a dead eigenvalue of an unfitted singular value; beyond depth two both are one."""
    apart = sp.Piecewise((2 * sign * value, _is_two), (0, True))
    return 2 * regularization + apart


levels = Explorable(
    name="levels",
    title="The levels of two singular values",
    description=r"""The eigenvalues at the minimizers of a two by two target, all layers two wide,
        as curves over its second singular value $m_2$; the first, $m_1$, stays where its slider is.
        Left of the tie $m_2$ is not fitted: its two levels with $m_1$ are
        $2 s_1^{L-2} (m_1 \mp m_2)$, straight lines, and its own are dead: $2\lambda$, at depth two
        $2(\lambda \mp m_2)$. Right of the tie it is fitted and has a level of its own, which rises.
        Where $m_2 = m_1$ three levels meet: both own levels and the symmetric one of the pair. The
        antisymmetric one lies above them, so near equal singular values it is the largest
        eigenvalue. The level $4\lambda$ is flat and low, and the zeros of the rotations are not
        drawn.""",
    sliders=[
        Slider(_m2, "second", "second singular value $m_2$", 0, 2, 0.01, 0.9),
        Slider(_m1, "first", "first singular value $m_1$", 1, 2, 0.01, 1.4),
        Slider(
            regularization, "regularization", r"regularization $\lambda$", 0.01, 0.15, 0.01, 0.15
        ),
        depth_slider(3),
    ],
    derived=[
        (threshold, scalar.winning_threshold),
        (_g1, gain_of(_m1)),
        (_g2, gain_of(_m2)),
        (_shown_first, formula.simple_value.subs(gain, _g1)),
        (_shown_second, formula.simple_value.subs(gain, _g2)),
        (
            _shown_plus,
            sp.Piecewise((pair_value(_g1, _g2, 1), _fitted), (_slope * (_m1 - _m2), True)),
        ),
        (
            _shown_minus,
            sp.Piecewise((pair_value(_g1, _g2, -1), _fitted), (_slope * (_m1 + _m2), True)),
        ),
        (
            _largest_own,
            sp.Piecewise((sp.Max(_shown_first, _shown_second), _fitted), (_shown_first, True)),
        ),
        (_largest, sp.Max(_largest_own, _shown_minus, 4 * regularization)),
        (_top, 1.1 * pair_value(_g1, sp.Max(_g1, _last ** (1 / depth)), -1)),
    ],
    routines=routines,
    panels=[
        Panel(
            Axis("second singular value $m_2$", 0, _last),
            Axis("eigenvalue", 0, _top),
            (
                Rule(x=_m2, colour="grey", dash="dotted"),
                Line(
                    label="of $m_1$ alone", parameter=_here, y=_shown_first + 0 * _here, width=2.5
                ),
                _fitted_line(
                    formula.simple_value,
                    label="of $m_2$ alone",
                    dash="dashed",
                    width=2.5,
                ),
                _fitted_line(pair_value(_g1, gain, 1), label="symmetric pair", colour="green"),
                _unfitted_line(_slope * (_m1 - _here), colour="green"),
                _fitted_line(pair_value(_g1, gain, -1), label="antisymmetric pair", colour="red"),
                _unfitted_line(_slope * (_m1 + _here), colour="red"),
                Line(
                    label=r"$4\lambda$",
                    parameter=_here,
                    y=4 * regularization + 0 * _here,
                    colour="orange",
                ),
                _unfitted_line(_dead(_here, -1), label="dead", colour="grey"),
                _unfitted_line(_dead(_here, 1), colour="grey"),
                Points(x=_m2, y=_shown_first, size=5),
                Points(x=_m2, y=_shown_second, size=5, hollow=True, when=_fitted),
                Points(x=_m2, y=_shown_plus, size=5, colour="green"),
                Points(x=_m2, y=_shown_minus, size=5, colour="red"),
                Points(x=_m2, y=4 * regularization, size=5, colour="orange"),
                Points(
                    x=[_m2, _m2],
                    y=[_dead(_m2, -1), _dead(_m2, 1)],
                    size=5,
                    colour="grey",
                    when=sp.Not(_fitted),
                ),
            ),
            pick=("second", "first"),
        )
    ],
    readouts=[
        Verdict(
            "the largest eigenvalue",
            (
                (_shown_minus > _largest_own, "the antisymmetric one of the pair"),
                (True, "that of the larger singular value alone"),
            ),
        ),
        Readout("sharpness", _largest),
        Readout(
            "step size at the edge of stability",
            2 / _largest,
        ),
        Readout("tie $m^*$ (at depth two: the soft threshold)", threshold),
    ],
    settings=[
        Setting("equal", "equal singular values", {"second": _m1}),
        Setting("before-the-tie", "just before the tie", {"second": 0.99 * threshold}),
        Setting("after-the-tie", "just after the tie", {"second": 1.01 * threshold}),
        Setting("depth-two", "depth two", {"depth": 2}),
        Setting("depth-six", "depth six", {"depth": 6}),
    ],
)

# Counting: one dot for each way to change the coordinates of one hidden layer.
_chosen, _hidden, _ends = sp.symbols("rank hidden ends", positive=True, integer=True)
_layers = depth - 1
_r = sp.Symbol("r", positive=True)
_dot = sp.Symbol("dot", integer=True)
_SIDE = 8
_row, _col = sp.floor(_dot / _SIDE), sp.Mod(_dot, _SIDE)
_is_present = sp.And(_row < _hidden, _col < _hidden)
_sizes = {formula.rank: _r, formula.hidden_width: _hidden}
_turns, _stretches = formula.rotations.subs(_sizes), formula.stretches.subs(_sizes)
_parameters = 2 * _ends * _hidden + (depth - 2) * _hidden**2
_moves = {
    formula.rank: _r,
    formula.input_width: _ends,
    formula.output_width: _ends,
    formula.hidden_total: _layers * _hidden,
    formula.parameters: _parameters,
}
_counts = [
    _layers * _turns,
    _layers * _stretches,
    formula.function_moves.subs(_moves),
    formula.dead_moves.subs(_moves),
]
_full = sp.Eq(_r, _hidden)


def _dots(condition: sp.Basic, **style: object) -> Points:
    """Return dots at those places of the matrix S that satisfy a condition."""
    shown = sp.And(_is_present, condition)
    away = -sp.Integer(9)
    return Points(
        x=sp.Piecewise((_col + 1, shown), (away, True)),
        y=sp.Piecewise((_row + 1, shown), (away, True)),
        index=_dot,
        count=_SIDE**2,
        **style,  # type: ignore[arg-type]
    )


orbit = Explorable(
    name="orbit",
    title="Every rotation is a zero eigenvalue",
    description=r"""Left: the entries $(i, j)$ of a matrix $S$ that changes the coordinates of one
        hidden layer, drawn as dots. Above the diagonal a dot stands for the rotation of the plane
        $(i, j)$, on it and below it for a stretch. A dot is filled if the change moves the
        minimizer, which it does when one of its coordinates is among the $r$ in use; hollow dots
        do nothing. Right: how many eigenvalues of each kind the whole Hessian has: $0$ for the
        rotations, $4\lambda$ for the stretches, then those of the function space, then the dead
        ones. As the rank grows the dots fill up.""",
    sliders=[
        Slider(_chosen, "rank", "rank $r$ of the end-to-end matrix", 1, 8, 1, 2),
        Slider(_hidden, "hidden", "hidden widths $d$", 1, 8, 1, 6),
        Slider(_ends, "ends", "outer widths $d_0 = d_L$", 1, 8, 1, 4),
        depth_slider(3),
    ],
    derived=[(_r, sp.Min(_chosen, _hidden, _ends))],
    panels=[
        Panel(
            Axis("column $j$ of $S$", 0.3, 8.7, ticks=False),
            Axis("row $i$ of $S$", 8.7, 0.3, ticks=False),
            (
                Segments(x0=0.3, y0=0.3, x1=8.7, y1=8.7, colour="grey", dash="dotted", width=1),
                _dots(
                    sp.And(_row < _col, _row < _r),
                    label="rotation: eigenvalue 0",
                    colour="blue",
                    size=7,
                ),
                _dots(
                    sp.And(_row >= _col, _col < _r),
                    label=r"stretch: eigenvalue $4\lambda$",
                    colour="orange",
                    size=7,
                ),
                _dots(
                    sp.And(_row >= _r, _col >= _r),
                    label="moves nothing",
                    colour="grey",
                    size=5,
                    hollow=True,
                ),
            ),
            aspect=1.15,
        ),
        Panel(
            Axis("kinds of eigenvalues", -0.6, 3.6, ticks=False),
            Axis("how many", 0, 1.05 * sp.Max(*_counts)),
            (
                Bars(heights=[_counts[0]], at=[0], colour="blue", names=("$0$",)),
                Bars(heights=[_counts[1]], at=[1], colour="orange", names=(r"$4\lambda$",)),
                Bars(heights=[_counts[2]], at=[2], colour="green", names=("function",)),
                Bars(heights=[_counts[3]], at=[3], colour="grey", names=("dead",)),
            ),
            aspect=1.15,
        ),
    ],
    readouts=[
        Readout("rank $r$, at most every width", _r),
        Readout("rotations: dimension of the orbit, eigenvalues $0$", _counts[0], digits=6),
        Readout(r"eigenvalues $4\lambda$", _counts[1], digits=6),
        Readout("all parameters $N$", _parameters, digits=6),
        Readout("connected pieces of the orbit", sp.Piecewise((2**_layers, _full), (1, True))),
    ],
    settings=[
        Setting("one-path", "rank one", {"rank": 1}),
        Setting("square", "all widths equal to the rank", {"rank": 4, "hidden": 4, "ends": 4}),
        Setting("wide", "wide hidden layers", {"rank": 2, "hidden": 8, "ends": 2}),
        Setting("scalar", "one number", {"rank": 1, "hidden": 1, "ends": 1}),
    ],
)
