"""The volume of the orbit of minimizers as a singular value comes to the tie, or to another one."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._hessian_spectrum import gain_of, threshold
from dmfbook.demos._hessian_spectrum import routines as gains
from dmfbook.demos._shared import depth_slider
from dmfbook.demos.evidence._shared import log_spheres
from dmfbook.demos.evidence._shared import routines as integrals
from dmfbook.symbolic import depth, gain, regularization
from dmfbook.symbolic import evidence as formula
from dmfbook.symbolic import hessian_spectrum as table
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["to_the_tie"]

_LAST, _FIXED, _SMALLEST = 2.0, 0.15, 0.02
_light = {regularization: sp.Float(_FIXED)}
_width, _beta = formula.width, formula.precision
_m1, _m2, _here = sp.symbols("first second here", positive=True)
_g1, _g2 = sp.symbols("first_gain second_gain", positive=True)
_fitted = _m2 > threshold
_is_two = sp.Eq(depth, 2)
_near = 1e-6


def _ordered(expression: sp.Expr, one: sp.Expr, other: sp.Expr) -> sp.Expr:
    """Put two gains into a formula of a pair; equal ones are moved apart by a hair."""
    held = sp.Max(one, other) * (1 + _near), sp.Min(one, other)
    pair = dict(zip((table.large_gain, table.small_gain), held, strict=True))
    return expression.subs(pair, simultaneous=True)


def _own(size: sp.Expr) -> sp.Expr:
    return formula.own_share.subs(gain, size)


def _volume_of_two(one: sp.Expr, other: sp.Expr) -> sp.Expr:
    layer = _ordered(formula.two_fitted_volume, one, other) + log_spheres(_width, 2)
    return (depth - 1) * layer + _ordered(formula.pair_volume, one, other)


def _evidence_of_two(one: sp.Expr, other: sp.Expr) -> sp.Expr:
    layer = _ordered(formula.two_fitted_layer, one, other) + log_spheres(_width, 2)
    shares = _ordered(formula.pair_share, one, other) + _own(one) + _own(other)
    return ((depth - 1) * layer + shares + 4 * formula.noise).subs(_light)


_volume_of_one = (depth - 1) * (formula.one_fitted_volume.subs(gain, _g1) + log_spheres(_width))


def _evidence_of_one(second: sp.Expr) -> sp.Expr:
    layer = formula.one_fitted_layer.subs(gain, _g1) + log_spheres(_width)
    pair = {table.unfitted_target: second, gain: _g1}
    dead = ex.where(_is_two, -(_width - 1) / 2 * sp.log(1 - (second / regularization) ** 2), 0)
    shares = formula.unfitted_share.subs(pair, simultaneous=True) + _own(_g1)
    return ((depth - 1) * layer + shares + 4 * formula.noise + dead).subs(_light)


# A hair from the threshold, where at depth two both logarithms are infinite.
_from = (scalar.tie_gain.subs(_light) + ex.where(_is_two, 1e-3, 0), _LAST ** (1 / depth))
_until = threshold * ex.where(_is_two, 1 - 1e-6, 1)


def _panel(title: str, two: sp.Expr, one: Any, now: sp.Expr, *more: ex.Mark) -> ex.Panel:
    low, high = (_VOLUMES, _EVIDENCES)[title == "the evidence"]
    style: dict[str, Any] = {"samples": 120}
    return ex.Panel(
        ex.Axis("second singular value $m_2$", 0, _LAST),
        ex.Axis("log volume" if title == "the volume" else "log density, less the fit", low, high),
        ex.Rule(x=threshold, pen="grey dotted", label="the tie"),
        ex.Rule(x=_m1, pen="grey dashed", label="$m_2 = m_1$"),
        ex.Line(
            scalar.critical_target.subs(_light),
            two,
            parameter=gain,
            span=_from,
            label="two fitted",
            pen="blue 3",
            **style,
        ),
        ex.Line(
            _here,
            one,
            parameter=_here,
            span=(0, _until),
            label="one fitted",
            pen="orange 3",
            **style,
        ),
        *more,
        title=title,
        aspect=1.15,
    )


_now_volume, _now_evidence = sp.symbols("now_volume now_evidence", real=True)
_low_volume, _high_volume = sp.symbols("low_volume high_volume", real=True)
_low_evidence, _high_evidence = sp.symbols("low_evidence high_evidence", real=True)
_VOLUMES = (_low_volume - 3, _high_volume + 1)
_EVIDENCES = (_low_evidence - 4, _high_evidence + 3)
_end = _LAST ** (1 / depth)
_volumes = _volume_of_two(_g1, _end), _volume_of_one
_evidences = _evidence_of_two(_g1, _end), _evidence_of_one(sp.Integer(0))

to_the_tie = ex.Explorable(
    name="to-the-tie",
    title="Towards the tie, and towards a collision",
    description=r"""The target is $\operatorname{diag}(m_1, m_2)$, all hidden layers have the width
        $d$, and $\lambda = 0.15$. First: the logarithm of the volume of the minimizers against
        $m_2$. Left of the dotted line $m_2$ is not fitted. Second: the
        logarithm of the density of the target less $-\beta \min F$, which is what the room
        contributes. At depth two the volume vanishes as $m_2$ comes down to the line, if $d > 2$.
        From depth three on it stays finite, and then the orbit is one of another dimension. At
        $m_2 = m_1$ nothing happens.""",
    sliders=[
        ex.Slider(_m2, "second", "second singular value $m_2$", _SMALLEST, _LAST, 0.01, 1.1),
        ex.Slider(_m1, "first", "first singular value $m_1$", 1, 1.8, 0.01, 1.5),
        depth_slider(3, high=5),
        ex.Slider(_width, "width", "hidden width $d$", 2, 6, 1, 3),
        ex.Slider(_beta, "beta", r"precision $\beta$", 10, 1000, 0.1, 100, scale="log"),
    ],
    routines=[*gains, *integrals],
    derived={
        regularization: sp.Float(_FIXED),
        threshold: scalar.winning_threshold,
        _g1: gain_of(_m1),
        _g2: gain_of(_m2),
        _now_volume: ex.where(_fitted, _volume_of_two(_g1, _g2), _volume_of_one),
        _now_evidence: ex.where(
            _fitted,
            _evidence_of_two(_g1, _g2),
            _evidence_of_one(sp.Min(_m2, _until)),
        ),
        **{
            symbol: bound(*ends)
            for symbol, bound, ends in (
                (_low_volume, sp.Min, _volumes),
                (_high_volume, sp.Max, _volumes),
                (_low_evidence, sp.Min, _evidences),
                (_high_evidence, sp.Max, _evidences),
            )
        },
    },
    panels=[
        _panel(
            "the volume",
            _volume_of_two(_g1, gain),
            _volume_of_one + 0 * _here,
            _now_volume,
            ex.Handle(_m2, _now_volume, moves="second", pen="red", snap=[_m1]),
        ),
        _panel(
            "the evidence",
            _evidence_of_two(_g1, gain),
            _evidence_of_one(_here),
            _now_evidence,
            ex.Points(_m2, _now_evidence, pen="red", size=6),
        ),
    ],
    readouts=[
        ex.Readout("log volume of the minimizers", _now_volume),
        ex.Readout(
            "their dimension",
            (depth - 1) * ex.where(_fitted, 2 * _width - 3, _width - 1),
            digits=3,
        ),
        ex.Readout("log density, less the fit", _now_evidence),
        ex.Readout(r"tie $m^*$ (at depth two, $\lambda$)", threshold),
    ],
    settings=[
        ex.Setting(
            "just-above",
            "just above the tie",
            second=1.02 * scalar.winning_threshold.subs({**_light, depth: 3}),
        ),
        ex.Setting("collision", "a collision", second=_m1),
        ex.Setting("depth-two", "depth two, near the line", depth=2, second=0.17),
        ex.Setting("square", "width two", width=2),
        ex.Setting("colder", "ten times as cold", beta=1000),
    ],
)
