"""The eigenvalues of two singular values, as levels that meet and cross."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._hessian_spectrum import gain_of, pair_value, routines, threshold
from dmfbook.demos._shared import depth_slider
from dmfbook.symbolic import depth, gain, regularization
from dmfbook.symbolic import hessian_spectrum as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["levels"]

# Two singular values. The first is always fitted here; the second slides from zero to beyond it.
_m1, _m2 = sp.symbols("first second", positive=True)
_g1, _g2 = sp.symbols("first_gain second_gain", positive=True)
_here = sp.Symbol("here", real=True)
_fitted = _m2 > threshold
_critical = scalar.critical_target
_is_two = sp.Eq(depth, 2)
_top = sp.Symbol("top", positive=True)
_last = 2.0
_slope = 2 * _g1 ** (depth - 2)
_second_span = (scalar.tie_gain, _last ** (1 / depth))
_shown_first, _shown_second, _shown_plus, _shown_minus, _largest_own, _largest = sp.symbols(
    "of_first of_second of_sum of_difference own_largest largest", real=True
)


def _fitted_line(value: sp.Expr, **style: Any) -> ex.Line:
    return ex.Line(_critical, value, parameter=gain, span=_second_span, **style)


def _unfitted_line(value: sp.Expr, **style: Any) -> ex.Line:
    return ex.Line(value, parameter=_here, span=(0, sp.Min(threshold, _last)), **style)


def _dead(value: sp.Expr, sign: int) -> sp.Expr:
    """Return a dead eigenvalue of an unfitted singular value; beyond depth two both are one."""
    apart = ex.where(_is_two, 2 * sign * value, 0)
    return 2 * regularization + apart


levels = ex.Explorable(
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
        ex.Slider(_m2, "second", "second singular value $m_2$", 0, 2, 0.01, 0.9),
        ex.Slider(_m1, "first", "first singular value $m_1$", 1, 2, 0.01, 1.4),
        ex.Slider(
            regularization, "regularization", r"regularization $\lambda$", 0.01, 0.15, 0.01, 0.15
        ),
        depth_slider(3, high=6),
    ],
    derived={
        threshold: scalar.winning_threshold,
        _g1: gain_of(_m1),
        _g2: gain_of(_m2),
        _shown_first: formula.simple_value.subs(gain, _g1),
        _shown_second: formula.simple_value.subs(gain, _g2),
        _shown_plus: ex.where(_fitted, pair_value(_g1, _g2, 1), _slope * (_m1 - _m2)),
        _shown_minus: ex.where(_fitted, pair_value(_g1, _g2, -1), _slope * (_m1 + _m2)),
        _largest_own: ex.where(_fitted, sp.Max(_shown_first, _shown_second), _shown_first),
        _largest: sp.Max(_largest_own, _shown_minus, 4 * regularization),
        _top: 1.1 * pair_value(_g1, sp.Max(_g1, _last ** (1 / depth)), -1),
    },
    routines=routines,
    panels=[
        ex.Panel(
            ex.Axis("second singular value $m_2$", 0, _last),
            ex.Axis("eigenvalue", 0, _top),
            ex.Rule(x=_m2, pen="grey dotted"),
            ex.Line(_shown_first + 0 * _here, label="of $m_1$ alone", parameter=_here, pen="2.5"),
            _fitted_line(formula.simple_value, label="of $m_2$ alone", pen="dashed 2.5"),
            _fitted_line(pair_value(_g1, gain, 1), label="symmetric pair", pen="green"),
            _unfitted_line(_slope * (_m1 - _here), pen="green"),
            _fitted_line(pair_value(_g1, gain, -1), label="antisymmetric pair", pen="red"),
            _unfitted_line(_slope * (_m1 + _here), pen="red"),
            ex.Line(
                4 * regularization + 0 * _here, label=r"$4\lambda$", parameter=_here, pen="orange"
            ),
            _unfitted_line(_dead(_here, -1), label="dead", pen="grey"),
            _unfitted_line(_dead(_here, 1), pen="grey"),
            ex.Points(_m2, _shown_first, size=5),
            ex.Points(_m2, _shown_second, size=5, hollow=True, when=_fitted),
            ex.Points(_m2, _shown_plus, size=5, pen="green"),
            ex.Points(_m2, _shown_minus, size=5, pen="red"),
            ex.Points(_m2, 4 * regularization, size=5, pen="orange"),
            ex.Points(
                [_m2, _m2],
                [_dead(_m2, -1), _dead(_m2, 1)],
                size=5,
                pen="grey",
                when=sp.Not(_fitted),
            ),
            ex.Handle(_m2, 0.96 * _top, pen="grey", moves="second", snap=[threshold, _m1]),
        )
    ],
    readouts=[
        ex.Verdict(
            "the largest eigenvalue",
            (_shown_minus > _largest_own, "the antisymmetric one of the pair"),
            otherwise="that of the larger singular value alone",
        ),
        ex.Readout("sharpness", _largest),
        ex.Readout("step size at the edge of stability", 2 / _largest),
        ex.Readout("tie $m^*$ (at depth two: the soft threshold)", threshold),
    ],
    settings=[
        ex.Setting("equal", "equal singular values", second=_m1),
        ex.Setting("before-the-tie", "just before the tie", second=0.99 * threshold),
        ex.Setting("after-the-tie", "just after the tie", second=1.01 * threshold),
        ex.Setting("depth-two", "depth two", depth=2),
        ex.Setting("depth-six", "depth six", depth=6),
    ],
)
