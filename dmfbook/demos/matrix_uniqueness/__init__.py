"""The explorables of the chapter on matrix uniqueness."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dmfbook.demos._shared import depth_slider, nonzero_fraction, regularization_slider
from dmfbook.demos.matrix_uniqueness._shared import kept, threshold, tied
from dmfbook.demos.matrix_uniqueness.darts import darts
from dmfbook.demos.matrix_uniqueness.layers import layers
from dmfbook.demos.matrix_uniqueness.moves import moves
from dmfbook.demos.matrix_uniqueness.unseen import unseen
from dmfbook.explorables import (
    Axis,
    Bars,
    Explorable,
    HeatMap,
    Line,
    Panel,
    Points,
    Readout,
    Rule,
    Segments,
    Setting,
    Slider,
    Verdict,
    along,
    index,
)
from dmfbook.symbolic import depth, gain, regularization, target
from dmfbook.symbolic import matrix_uniqueness as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["circle", "darts", "layers", "moves", "staircase", "unseen"]

# Five singular values in geometric progression.
_values = 5
_ratio = sp.Symbol("rho", positive=True)
_least, _most = 0.001, 1.5
_value = _ratio**index
_five = [_ratio**k for k in range(_values)]
_minimizers = [sp.Symbol(f"x_{k + 1}", nonnegative=True) for k in range(_values)]
_ties = sp.Symbol("ties", nonnegative=True)
_rank = sp.Symbol("rank", nonnegative=True)


def _curve(k: int) -> tuple[Line, Segments]:
    """Draw the minimizer of one singular value over the regularization, and its fall."""
    here = {target: _five[k]}
    last = formula.last_gain.subs(here)
    fall = formula.matching_regularization.subs(here).subs(gain, last)
    return (
        Line(
            sp.Max(formula.matching_regularization.subs(here), _least / 2),
            gain**depth,
            label=r"the minimizer's singular values" if k == 0 else "",
            parameter=gain,
            span=(last, _five[k] ** (1 / depth)),
            samples=120,
        ),
        Segments(
            (fall, 0),
            (fall, last**depth),
            label="their falls" if k == 0 else "",
            dash="dotted",
            when=sp.And(depth >= 3, fall > _least),
        ),
    )


staircase = Explorable(
    name="staircase",
    title="The staircase of singular values",
    description=r"""Five singular values of a target and of its minimizer. On the left the
        minimizer's singular values over the regularization, on a logarithmic scale: each sinks
        slowly and then, from depth three on, falls to zero all at once, the smallest first. On the
        right, at the chosen regularization, the target's singular values as pale bars and the
        minimizer's as full ones, with a line at the tie: bars that end below the line are lost, and
        bars that end above it keep at least $(L-2)/(L-1)$ of their length. At depth two all sink by
        the same amount until they reach zero, and none falls.""",
    sliders=[
        regularization_slider(float(_least), float(_most), 0.1, "log"),
        Slider(_ratio, "ratio", r"each over the one before, $\rho$", 0.5, 1, 0.01, 0.7),
        depth_slider(3),
    ],
    routines=[nonzero_fraction],
    derived=[
        (threshold, scalar.winning_threshold),
        *(
            (symbol, kept(value, regularization, threshold))
            for symbol, value in zip(_minimizers, _five, strict=True)
        ),
        (_ties, sum(sp.Piecewise((1, tied(v, threshold)), (0, True)) for v in _five)),
        (_rank, sum(sp.sign(x) for x in _minimizers)),
    ],
    panels=[
        Panel(
            Axis(r"regularization $\lambda$", _least, _most, scale="log"),
            Axis("singular value", 0, 1.05),
            [
                *(mark for k in range(_values) for mark in _curve(k)),
                Rule(x=regularization, colour="grey", dash="dashed"),
                Points(
                    [regularization] * _values, _minimizers, count=_values, colour="orange", size=6
                ),
            ],
            aspect=1.1,
        ),
        Panel(
            Axis("at this regularization", 0.4, _values + 0.6, ticks=False),
            Axis("", 0, 1.05),
            [
                Bars(
                    _value,
                    label="the target's",
                    at=index + 1,
                    count=_values,
                    colour="grey",
                    thickness=0.75,
                ),
                Bars(
                    _minimizers,
                    label="the minimizer's",
                    at=[sp.Integer(k + 1) for k in range(_values)],
                    colour="orange",
                    thickness=0.45,
                ),
                Rule(
                    y=threshold, colour="ink", dash="dashed", text="the tie $m^*$", when=depth >= 3
                ),
                Rule(
                    y=threshold,
                    colour="ink",
                    dash="dashed",
                    text=r"the soft threshold $\lambda$",
                    when=sp.Eq(depth, 2),
                ),
            ],
            aspect=1.1,
        ),
    ],
    readouts=[
        Verdict(
            "minimizers",
            (_ties >= 2, "infinitely many: several singular values are at the tie together"),
            (_ties >= 1, "two: one singular value is at the tie, and may stay or fall"),
            otherwise="one",
        ),
        Readout("its rank (the largest, at a tie)", _rank, digits=1),
        Readout("the tie $m^*$", threshold, when=depth >= 3, otherwise="none at depth two"),
        Readout(
            r"norm of every factor, $\|W_l\|_F$ (the largest, at a tie)",
            sp.sqrt(sum(x ** (2 / depth) for x in _minimizers)),
        ),
    ],
    settings=[
        Setting(
            "at-a-tie",
            "the third at the tie",
            regularization=scalar.collapse_threshold.subs(target, _five[2]),
            depth=3,
        ),
        Setting(
            "all-equal",
            "all equal, at the tie",
            ratio=1,
            depth=3,
            regularization=scalar.collapse_threshold.subs(target, 1),
        ),
        Setting("depth-two", "depth two", depth=2),
        Setting("deep", "depth eight", depth=8, regularization=0.02),
    ],
)

# A double tie, in units in which the nonzero tied value is one. The marked matrix walks from zero
# to a projector, and from there to the identity: half its trace is c, and rho is how far from the
# multiples of the identity it is.
_center, _across, _up = formula.half_trace, formula.across, formula.along
_theta = formula.direction
_shift, _split = formula.shift, formula.split
_RESOLUTION = 56
_REACH = 0.8
_half_diagonal = sp.Float(1.5 * _REACH / (_RESOLUTION - 1))


def _charged(value: Any) -> Any:
    """Return the part of the price that the shades charge for a singular value.

    The creases of the penalty are narrower than the grid, which would see them at some of its
    points and miss them at others, so they are widened by half the diagonal of one of its squares.
    """
    return sp.Min(sp.Max(value / _half_diagonal - 1, 0) / 2, 1)


_excess = formula.symmetric_loss(
    formula.near_tie, formula.unit_regularization, _charged
) - formula.frobenius_square(formula.near_tie)
_ring = sp.Min(_center, 1 - _center)
_marked = {_across: _ring * sp.cos(2 * _theta), _up: _ring * sp.sin(2 * _theta)}
_floor = sp.Symbol("floor", real=True)
_exact = 1e-9
_off = sp.Abs(_split)


def _road(center: Any) -> Any:
    """Return the loss, less the loss of zero, on the way of the marked matrix."""
    first, second = sp.Min(2 * center, 1), sp.Max(2 * center - 1, 0)
    return formula.road_excess.subs(
        {formula.fraction: first, formula.other_fraction: second}, simultaneous=True
    )


circle = Explorable(
    name="circle",
    title="Two points and a circle",
    description=r"""Symmetric two by two matrices $X$ with half the trace $c$, as points of a
        plane: the further from the middle, the further apart the two eigenvalues; the angle is
        twice that of the eigenvectors. The shades show the loss for a target whose two singular
        values are at the tie, in units in which $x^* = 1$; the creases of its penalty, too narrow
        to be seen, are drawn about as wide as a shaded square. The marked matrix walks, as $c$
        grows from 0 to 1, from $X = 0$ to the projector $X = P$ on a direction, and on to $X = I$;
        the dashed ring shows it for all other directions. The second picture shows the loss on its
        way: the least loss is reached three times, at $c = 0$, at $c = 1/2$ on the whole ring, and
        at $c = 1$, with walls between. The straight way, along the multiples of $I$, is dashed,
        and its wall is twice as high. The target is $\operatorname{diag}(m^* + \mu + \delta, m^* +
        \mu - \delta)$: split its singular values, and the ring tilts; shift both, and an end sinks
        or rises.""",
    sliders=[
        Slider(_center, "center", "half the trace, $c$", 0, 1, 0.01, 0.5),
        Slider(_theta, "direction", r"direction kept, $\theta$", 0, 3.14, 0.01, 0.5),
        Slider(_split, "split", r"split of the two, $\delta$", -0.1, 0.1, 0.01, 0),
        Slider(_shift, "shift", r"shift of both, $\mu$", -0.1, 0.1, 0.01, 0),
        depth_slider(3, 3),
    ],
    derived=[(_floor, sp.Min(0, -2 * _shift - 2 * _off, formula.full_excess))],
    panels=[
        Panel(
            Axis("half the difference on the diagonal, $a$", -_REACH, _REACH),
            Axis("off the diagonal, $b$", -1.1 * _REACH, 1.1 * _REACH),
            [
                HeatMap(
                    _excess,
                    (_across, _up),
                    _floor,
                    _floor + 0.7,
                    levels=[_floor + level for level in (0.1, 0.25, 0.4, 0.7, 1.2, 2, 3)],
                    resolution=_RESOLUTION,
                ),
                Line(
                    _ring * sp.cos(along),
                    _ring * sp.sin(along),
                    label="all directions",
                    span=(0, 2 * sp.pi),
                    colour="ink",
                    dash="dashed",
                    width=1.2,
                ),
                Points(_marked[_across], _marked[_up], label="$X$", colour="orange", size=7),
            ],
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis("half the trace, $c$", 0, 1),
            Axis("loss, less the loss of zero", -0.45, 1.15),
            [
                Rule(y=_floor, colour="grey", dash="dotted"),
                Line(
                    along**3 * (10 - 15 * along + 6 * along**2),
                    _road(along**3 * (10 - 15 * along + 6 * along**2)),
                    label="by the ring",
                    samples=401,
                ),
                Line(
                    2 * formula.wall.subs(formula.fraction, along) - 4 * _shift * along,
                    label="straight",
                    colour="grey",
                    dash="dashed",
                ),
                Points(_center, _road(_center), colour="orange", size=7),
            ],
            aspect=1.0,
        ),
    ],
    readouts=[
        Verdict(
            "minimizers",
            (
                sp.And(sp.Abs(_shift) < _exact, _off < _exact),
                "two points and a circle: both singular values are at the tie",
            ),
            (
                sp.Or(sp.Abs(_shift - _off) < _exact, sp.Abs(_shift + _off) < _exact),
                "two: one singular value is at the tie",
            ),
            (_shift > _off, "one, of rank two: both are above the tie"),
            (_shift < -_off, "one, zero: both are below the tie"),
            otherwise="one, of rank one: the tie lies between the two",
        ),
        Readout(
            "loss of the marked $X$, less the loss of zero",
            sp.floor(_road(_center) * 10**9 + sp.Rational(1, 2)) / 10**9,
        ),
    ],
    settings=[
        Setting("zero", "the first point", center=0, split=0, shift=0),
        Setting("ring", "the circle", center=0.5, split=0, shift=0),
        Setting("identity", "the second point", center=1, split=0, shift=0),
        Setting("tilted", "tilted", center=0.5, split=0.1, shift=0),
        Setting("larger", "both above the tie", center=1, split=0, shift=0.1),
    ],
)
