"""The spectrum of one number against the regularization, an explorable of `hessian_spectrum`."""

from __future__ import annotations

import sympy as sp

from dmfbook.demos._shared import depth_slider, regularization_slider, target_slider
from dmfbook.demos.hessian_spectrum._shared import gain_of, routines, threshold
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
)
from dmfbook.symbolic import depth, gain, regularization, target
from dmfbook.symbolic import hessian_spectrum as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["simple"]

# One number: lambda is explicit in the gain, so the curves need no equation to be solved.
_scalar_gain = sp.Symbol("own_gain", positive=True)
_limit = sp.Symbol("limit", positive=True)
_weight = gain ** (depth - 2) * (target - gain**depth)
_along_curve = formula.simple_value.subs(regularization, _weight)
_least_gain = (target * scalar.jump_ratio) ** (1 / depth)
_survives = regularization < _limit
_own_value = formula.simple_value.subs(gain, _scalar_gain)
_highest = sp.Symbol("highest", positive=True)
_right = 1.5
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
        target_slider(0.5, 1.5, 1.2),
        regularization_slider(0.01, 1.5, 0.25),
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
            [
                Rule(x=_limit, colour="grey", dash="dotted", text=r"$\lambda_c$"),
                Line(
                    _weight,
                    _along_curve,
                    label="simple eigenvalue",
                    parameter=gain,
                    span=(_least_gain, target ** (1 / depth)),
                    width=3,
                ),
                Segments(
                    (0, 0),
                    (_limit, 4 * _limit),
                    label=r"$4\lambda$, $L - 1$ times",
                    colour="orange",
                    width=3,
                ),
                Segments(
                    _limit,
                    [2 * _limit - _apart_at_limit, 2 * _limit + _apart_at_limit],
                    _right,
                    [2 * _right - _apart, 2 * _right + _apart],
                    label="collapsed",
                    colour="purple",
                    width=3,
                ),
                Points(regularization, _own_value, size=6, when=_survives),
                Points(regularization, 4 * regularization, colour="orange", size=6, when=_survives),
                Points(
                    [(regularization, 2 * regularization + apart) for apart in (-_apart, _apart)],
                    colour="purple",
                    size=6,
                    when=sp.Not(_survives),
                ),
            ],
        ),
        Panel(
            Axis("all eigenvalues", -0.7, depth - 0.3, ticks=False),
            Axis("eigenvalue", -1, _highest),
            [
                Bars(4 * regularization, count=depth - 1, colour="orange", when=_survives),
                Bars([_own_value], at=[depth - 1], when=_survives),
                Bars(
                    2 * regularization,
                    count=depth,
                    colour="purple",
                    when=sp.And(sp.Not(_survives), depth >= 3),
                ),
                Bars(
                    [2 * (regularization - target), 2 * (regularization + target)],
                    colour="purple",
                    when=sp.And(sp.Not(_survives), _is_two),
                ),
            ],
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
            depth=3,
            target=1.2,
            regularization=0.999 * 0.506094,
        ),
        Setting("hardly-any", "hardly any regularization", regularization=0.01),
        Setting("deep", "depth eight", depth=8, regularization=0.1),
        Setting("depth-two", "depth two", depth=2, target=0.8, regularization=0.5),
    ],
)
