"""Zeros that leave zero as the decay grows, and are counted."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._hessian_spectrum import gain_of, pair_value, routines, threshold
from dmfbook.demos._shared import depth_slider
from dmfbook.symbolic import depth, gain, regularization, target
from dmfbook.symbolic import hessian_spectrum as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

# All widths are two. The first singular value is one, the second a slider.
_FIRST, _LAST = sp.Integer(1), 0.25
_second = sp.Symbol("second", positive=True)
_r = sp.Symbol("r", positive=True)
_moment = sp.Symbol("moment", real=True)
_sizes = {formula.rank: _r, formula.hidden_width: 2}
_layers = depth - 1
_turns, _stretches, _dead = sp.symbols("turning stretching idle", nonnegative=True)
_without = regularization < 1e-9
_split = scalar.collapse_threshold.subs(target, _second)


def _own(value: sp.Expr) -> sp.Expr:
    return formula.simple_value.subs(gain, gain_of(value))


def _both_fitted(sign: int) -> sp.Expr:
    return pair_value(gain_of(_FIRST), gain_of(_second), sign)


def _one_fitted(sign: int) -> sp.Expr:
    return 2 * gain_of(_FIRST) ** (depth - 2) * (_FIRST - sign * _second)


def _of_both(sign: int) -> sp.Expr:
    return ex.where(_second > threshold, _both_fitted(sign), _one_fitted(sign))


_top = 1.25 * 2 * depth


_end = sp.Min(_LAST, _split)
# Else what begins there would be a speck at the rim.
_lost = _split < _LAST


def _curve(value: sp.Expr, start: Any = 0, end: Any = _LAST, **style: Any) -> ex.Line:
    """Draw an eigenvalue over the regularization."""
    moved = value.subs(threshold, scalar.winning_threshold).subs(regularization, _moment)
    return ex.Line(_moment, moved, parameter=_moment, span=(start, end), samples=33, **style)


def _dots(first: sp.Expr, count: sp.Expr, value: sp.Expr, **style: Any) -> ex.Points:
    """Draw equal eigenvalues side by side, each for itself."""
    k = sp.Symbol("k", integer=True)
    return ex.Points(
        ex.where(k < count, first + k + 1, -9), value + 0 * k, index=k, count=20, size=5, **style
    )


_slow = _turns + _stretches + _dead

splitting = ex.Explorable(
    name="splitting",
    title="Zeros that leave zero",
    description=r"""The eigenvalues of the Hessian at the minimizers of $\|M - W_L \cdots
        W_1\|_F^2 + \lambda \sum_l \|W_l\|_F^2$ for a target with the singular values $1$ and
        $\sigma_2$, all layers two by two. First: as curves over $\lambda$. At $\lambda = 0$ there
        are a few positive ones, of the function space, and all others are zero. As $\lambda$
        grows, some stay zero, some rise along the line $4\lambda$, and the positive ones move a
        little. Where $\sigma_2$ collapses, some fall to $2\lambda$. Second: all $4L$ eigenvalues
        at the chosen $\lambda$, one dot for each, side by side by their kinds.""",
    sliders=[
        ex.Slider(
            regularization, "regularization", r"regularization $\lambda$", 0, _LAST, 0.005, 0
        ),
        ex.Slider(_second, "second", r"second singular value $\sigma_2$", 0.3, 1, 0.01, 0.7),
        depth_slider(3, high=4),
    ],
    derived={
        threshold: scalar.winning_threshold,
        _r: ex.where(sp.Or(_without, _second > threshold), 2, 1),
        _turns: ex.where(_without, 4 * depth - 4, _layers * formula.rotations.subs(_sizes)),
        _stretches: ex.where(_without, 0, _layers * formula.stretches.subs(_sizes)),
        _dead: ex.where(_without, 0, depth * (2 - _r) ** 2),
    },
    routines=routines,
    panels=[
        ex.Panel(
            ex.Axis(r"regularization $\lambda$", 0, _LAST),
            ex.Axis("eigenvalue", -0.04 * _top, _top),
            ex.Rule(x=regularization, pen="grey dotted"),
            _curve(_own(_FIRST), label="function space", pen="green"),
            _curve(_own(_second), end=_end, pen="green"),
            *(_curve(_both_fitted(sign), end=_end, pen="green") for sign in (1, -1)),
            *(_curve(_one_fitted(sign), start=_end, pen="green", when=_lost) for sign in (1, -1)),
            _curve(4 * regularization, label=r"$4\lambda$", pen="orange 3"),
            _curve(2 * regularization, start=_end, label=r"$2\lambda$", pen="grey 3", when=_lost),
            _curve(0 * regularization, label="zero", pen="blue 3"),
            ex.Handle(regularization, 0.9 * _top, moves="regularization", pen="grey", snap=[0]),
            title="as decay grows",
            aspect=1.15,
        ),
        ex.Panel(
            ex.Axis("the eigenvalues, by their kinds", 0.2, 4 * depth + 0.8, ticks=False),
            ex.Axis("eigenvalue", -0.04 * _top, _top),
            _dots(sp.Integer(0), _turns, 0 * _r, pen="blue"),
            _dots(_turns, _stretches, 4 * regularization, pen="orange"),
            _dots(_turns + _stretches, _dead, 2 * regularization, pen="grey"),
            *(
                ex.Points(_slow + place, value, size=5, pen="green")
                for place, value in enumerate((_own(_FIRST), _of_both(1), _of_both(-1)), start=1)
            ),
            ex.Points(_slow + 4, _own(_second), size=5, pen="green", when=_r > 1.5),
            title="all of them, now",
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Readout("parameters $N$", 4 * depth, digits=3),
        ex.Readout("zero eigenvalues", _turns, digits=3),
        ex.Readout(r"equal to $4\lambda > 0$", _stretches, digits=3),
        ex.Readout(r"equal to $2\lambda > 0$", _dead, digits=3),
        ex.Readout("others", 4 * depth - _slow, digits=3),
    ],
    settings=[
        ex.Setting("a-hair", "a hair of decay", regularization=0.01),
        ex.Setting("more", "much more", regularization=0.15),
        ex.Setting("lost", "one value lost", regularization=0.25, second=0.5),
        ex.Setting("deeper", "depth four", depth=4, regularization=0.1),
    ],
)
