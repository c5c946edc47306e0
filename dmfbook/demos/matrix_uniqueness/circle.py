"""Two points and a circle: an explorable of `matrix_uniqueness`."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider
from dmfbook.symbolic import matrix_uniqueness as formula

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


circle = ex.Explorable(
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
        ex.Slider(_center, "center", "half the trace, $c$", 0, 1, 0.01, 0.5),
        ex.Slider(_theta, "direction", r"direction kept, $\theta$", 0, 3.14, 0.01, 0.5),
        ex.Slider(_split, "split", r"split of the two, $\delta$", -0.1, 0.1, 0.01, 0),
        ex.Slider(_shift, "shift", r"shift of both, $\mu$", -0.1, 0.1, 0.01, 0),
        depth_slider(3, 3),
    ],
    derived={_floor: sp.Min(0, -2 * _shift - 2 * _off, formula.full_excess)},
    panels=[
        ex.Panel(
            ex.Axis("half the difference on the diagonal, $a$", -_REACH, _REACH),
            ex.Axis("off the diagonal, $b$", -1.1 * _REACH, 1.1 * _REACH),
            ex.HeatMap(
                _excess,
                (_across, _up),
                _floor,
                _floor + 0.7,
                levels=[_floor + level for level in (0.1, 0.25, 0.4, 0.7, 1.2, 2, 3)],
                resolution=_RESOLUTION,
            ),
            ex.Line(
                _ring * sp.cos(ex.along),
                _ring * sp.sin(ex.along),
                label="all directions",
                span=(0, 2 * sp.pi),
                pen="ink dashed 1.2",
            ),
            ex.Handle(
                (_marked[_across], _marked[_up]), label="$X$", pen="orange", moves="direction"
            ),
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("half the trace, $c$", 0, 1),
            ex.Axis("loss, less the loss of zero", -0.45, 1.15),
            ex.Rule(y=_floor, pen="grey dotted"),
            ex.Line(
                ex.along**3 * (10 - 15 * ex.along + 6 * ex.along**2),
                _road(ex.along**3 * (10 - 15 * ex.along + 6 * ex.along**2)),
                label="by the ring",
                samples=401,
            ),
            ex.Line(
                2 * formula.wall.subs(formula.fraction, ex.along) - 4 * _shift * ex.along,
                label="straight",
                pen="grey dashed",
            ),
            ex.Handle(_center, _road(_center), pen="orange", moves="center", snap=[0, 0.5, 1]),
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Verdict(
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
        ex.Readout(
            "loss of the marked $X$, less the loss of zero",
            sp.floor(_road(_center) * 10**9 + sp.Rational(1, 2)) / 10**9,
        ),
    ],
    settings=[
        ex.Setting("zero", "the first point", center=0),
        ex.Setting("identity", "the second point", center=1),
        ex.Setting("tilted", "tilted", split=0.1),
        ex.Setting("larger", "both above the tie", center=1, shift=0.1),
    ],
)
