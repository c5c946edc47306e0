"""The spectrum of one number against the regularization, an explorable of `hessian_spectrum`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._hessian_spectrum import gain_of, routines, threshold
from dmfbook.demos._shared import depth_slider
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
_place = sp.Symbol("place", integer=True)
_own_value = formula.simple_value.subs(gain, _scalar_gain)
_highest = sp.Symbol("highest", positive=True)
_right = 1.5
_is_two = sp.Eq(depth, 2)
# How far the two collapsed eigenvalues of depth two lie from 2 lambda; beyond depth two all agree.
_apart = ex.where(_is_two, 2 * target, 0)
_apart_at_limit = ex.where(_is_two, 2 * _limit, 0)

simple = ex.Explorable(
    name="simple",
    title="One number: the spectrum against the regularization",
    description=r"""First: the eigenvalues of the Hessian at the minimizers for a target $m > 0$, as
        curves over the regularization $\lambda$. The simple eigenvalue starts at $2Lm^{2-2/L}$ and
        falls; the other $L - 1$ eigenvalues are $4\lambda$ and rise. At the collapse all factors
        become zero and the curves break off; from then on, at depth three and more, all
        eigenvalues are $2\lambda$. At depth two there is no break: they are $2(\lambda - m)$ and
        $2(\lambda + m)$. Second: all $L$ eigenvalues at the current setting, as bars.""",
    sliders=[
        ex.Slider(target, "target", "target $m$", 0.5, 1.5, 0.01, 1.2),
        ex.Slider(
            regularization, "regularization", r"regularization $\lambda$", 0.01, 1.5, 0.01, 0.25
        ),
        depth_slider(3, high=8),
    ],
    derived={
        threshold: scalar.winning_threshold,
        _limit: scalar.collapse_threshold,
        _scalar_gain: gain_of(target),
        _highest: 1.12 * sp.Max(2 * depth * target ** (2 - 2 / depth), 2 * _right + _apart),
    },
    routines=routines,
    panels=[
        ex.Panel(
            ex.Axis(r"regularization $\lambda$", 0, _right),
            ex.Axis("eigenvalue", -1, _highest),
            ex.Rule(x=_limit, pen="grey dotted", text=r"$\lambda_c$"),
            ex.Line(
                _weight,
                _along_curve,
                label="simple eigenvalue",
                parameter=gain,
                span=(_least_gain, target ** (1 / depth)),
                pen="3",
            ),
            ex.Segments(
                (0, 0), (_limit, 4 * _limit), label=r"$4\lambda$, $L - 1$ times", pen="orange 3"
            ),
            ex.Segments(
                _limit,
                [2 * _limit - _apart_at_limit, 2 * _limit + _apart_at_limit],
                _right,
                [2 * _right - _apart, 2 * _right + _apart],
                label="collapsed",
                pen="purple 3",
            ),
            ex.Points(regularization, _own_value, size=6, when=_survives),
            ex.Points(regularization, 4 * regularization, pen="orange", size=6, when=_survives),
            ex.Points(
                [regularization, regularization],
                [2 * regularization - _apart, 2 * regularization + _apart],
                pen="purple",
                size=6,
                when=sp.Not(_survives),
            ),
            ex.Handle(regularization, -0.5, pen="grey", moves="regularization", snap=_limit),
        ),
        ex.Panel(
            ex.Axis("all eigenvalues", -0.7, depth - 0.3, ticks=False),
            ex.Axis("eigenvalue", -1, _highest),
            ex.Bars(
                4 * regularization, index=_place, count=depth - 1, pen="orange", when=_survives
            ),
            ex.Bars([_own_value], at=[depth - 1], when=_survives),
            ex.Bars(
                2 * regularization,
                index=_place,
                count=depth,
                pen="purple",
                when=sp.And(sp.Not(_survives), depth >= 3),
            ),
            ex.Bars(
                [2 * (regularization - target), 2 * (regularization + target)],
                pen="purple",
                when=sp.And(sp.Not(_survives), _is_two),
            ),
        ),
    ],
    readouts=[
        ex.Readout(r"collapse threshold $\lambda_c(m)$", _limit),
        ex.Readout("simple eigenvalue", _own_value, when=_survives, otherwise="none: zero wins"),
        ex.Readout(r"its limit as $\lambda \to 0$", 2 * depth * target ** (2 - 2 / depth)),
        ex.Readout(
            "fall of the sharpness at the collapse, by the factor",
            (depth - 1) * (depth - 2),
            when=depth >= 3,
            otherwise="no fall",
        ),
    ],
    settings=[
        ex.Setting(
            "isotropic", "just before the collapse, depth three", regularization=0.999 * 0.506094
        ),
        ex.Setting("hardly-any", "hardly any regularization", regularization=0.01),
        ex.Setting("deep", "depth eight", depth=8, regularization=0.1),
        ex.Setting("depth-two", "depth two", depth=2, target=0.8, regularization=0.5),
    ],
)
