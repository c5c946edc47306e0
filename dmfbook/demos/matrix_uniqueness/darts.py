"""Random matrices, and how near they come to the null set."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider, regularization_slider
from dmfbook.demos.matrix_uniqueness._shared import threshold, tied
from dmfbook.symbolic import matrix_uniqueness as formula
from dmfbook.symbolic import scalar_uniqueness as scalar
from dmfbook.symbolic import target

__all__ = ["darts"]

# Darts: pseudo-random numbers from the fractional parts of multiples of squares and cubes.
_throws = sp.Symbol("throws", positive=True)
_width = formula.half_width


def _size_of_part(number: Any, power: int) -> Any:
    multiple = sp.Float((0.7320508075688772, 0.6180339887498949)[power - 2]) * number**power
    return sp.sqrt(-sp.log(multiple - sp.floor(multiple)))


def _pair(number: Any) -> tuple[Any, Any]:
    """Return the singular values, the larger one first, of a matrix with normal entries."""
    sizes = {formula.turning: _size_of_part(number, 2), formula.mirroring: _size_of_part(number, 3)}
    return formula.larger.subs(sizes), formula.smaller.subs(sizes)


# One dart is marked, a fixed target: the lines pass over it as the regularization grows.
_marked = _pair(sp.Integer(8))
_at_its = [scalar.collapse_threshold.subs(target, value) for value in _marked]

_hits, _doubles, _step = sp.symbols("hits doubles step", nonnegative=True)
_density = sp.Symbol("density", positive=True)


def _inside(value: Any) -> Any:
    """Return 1 within the width of the tie, 0 beyond it."""
    return ex.where(sp.Abs(value - threshold) <= _width, 1, 0)


_larger_inside, _smaller_inside = (_inside(value) for value in _pair(_step + 1))
_orbit = ex.Orbit(
    name="tally",
    state=(_hits, _doubles),
    start=(sp.Integer(0), sp.Integer(0)),
    update=(
        _hits + sp.Max(_larger_inside, _smaller_inside),
        _doubles + _larger_inside * _smaller_inside,
    ),
    count=_throws,
    limit=1000,
    step=_step,
)
# The integral of exp(-y^2/2) from 0 to a, by its series.
_end, _term, _count, _sum = sp.symbols("end term count sum", real=True)
_gauss_integral = ex.Routine(
    name="gauss_integral",
    parameters=(_end,),
    state=(_count, _term, _sum),
    start=(sp.Integer(0), _end, _end),
    update=(
        _count + 1,
        -_term * _end**2 / (2 * (_count + 1)),
        _sum - _term * _end**2 / (2 * (_count + 1)) / (2 * _count + 3),
    ),
    count=60,
    result=_sum,
)
_widest = 4.0

darts = ex.Explorable(
    name="darts",
    title="Darts thrown at the null set",
    description=r"""Each dot is a random two by two matrix with independent standard normal entries,
        drawn at its larger singular value (across) and its smaller one (up). The matrices with
        several minimizers are those on the two orange lines, one for each singular value that may
        be exactly at the tie; where the lines meet both are. Pale bands of half-width $\epsilon$
        lie around the lines. No dot is on a line, unless the tie is put there. In the second
        picture the number of dots in the bands is divided by the number of throws and by the width
        $2 \epsilon$: for a narrow band it settles near a dashed line, the density, so that the
        share of dots shrinks in proportion to the width. The dots also keep away from the dotted
        diagonal, where the two singular values are equal. One dot is marked in green: as the
        regularization grows, first the one line passes over it and then the other, so that this
        target has two minimizers at two values of $\lambda$ only.""",
    sliders=[
        ex.Slider(_throws, "throws", "darts thrown", 10, 1000, 1, 400, play=True),
        ex.Slider(_width, "width", r"half-width $\epsilon$", 0.01, 0.5, 0.01, 0.1, scale="log"),
        regularization_slider(0.03, 1.2, 0.4, "log"),
        depth_slider(3, 3),
    ],
    routines=[_gauss_integral],
    orbits=[_orbit],
    derived={
        threshold: scalar.winning_threshold,
        _density: formula.value_density.subs(formula.first_value, threshold).subs(
            formula.gauss_integral, _gauss_integral(threshold)
        ),
    },
    panels=[
        ex.Panel(
            ex.Axis(r"larger singular value, $\sigma_1$", 0, _widest),
            ex.Axis(r"smaller singular value, $\sigma_2$", 0, _widest / 2),
            ex.Region(
                0,
                sp.Min(ex.along, _widest),
                label=r"within $\epsilon$ of the tie",
                span=(sp.Max(threshold - _width, 0), threshold + _width),
                pen="orange",
            ),
            ex.Region(
                sp.Max(threshold - _width, 0),
                sp.Min(ex.along, threshold + _width),
                span=(sp.Max(threshold - _width, 0), _widest),
                pen="orange",
            ),
            ex.Segments(
                [threshold, threshold],
                [0, threshold],
                [threshold, _widest],
                [threshold, threshold],
                label="several minimizers",
                pen="orange",
            ),
            ex.Line(ex.along, pen="grey dotted 1"),
            ex.Points(
                _pair(ex.index + 1)[0],
                _pair(ex.index + 1)[1],
                label="darts",
                count=_throws,
                size=1.8,
            ),
            ex.Points(_marked[0], _marked[1], label="one target", pen="green", size=6),
            ex.Handle(
                threshold, threshold, pen="orange", moves="regularization", snap=list(_at_its)
            ),
            aspect=1.4,
        ),
        ex.Panel(
            ex.Axis("darts thrown", 0, _throws),
            ex.Axis(r"share in the bands, divided by $2 \epsilon$", 0, 1.5),
            ex.Line(_density + 0 * ex.along, label="density at the tie", pen="ink dashed"),
            ex.Path(
                _orbit,
                _orbit.step,
                sp.Min(_hits / (2 * _width * sp.Max(_orbit.step, 1)), 1.5),
                label="counted",
                dots=False,
                pen="blue",
            ),
            aspect=1.2,
        ),
    ],
    readouts=[
        ex.Readout("darts in the bands", _orbit.last[0]),
        ex.Readout("darts with both singular values there", _orbit.last[1]),
        ex.Readout(
            "how many of those one expects, about",
            _throws * formula.double_share.subs(formula.first_value, threshold),
        ),
        ex.Readout("the tie $m^*$", threshold),
        ex.Verdict(
            "the green target has",
            (tied(_marked[0], threshold), "two minimizers: its larger value is at the tie"),
            (tied(_marked[1], threshold), "two minimizers: its smaller value is at the tie"),
            otherwise="one minimizer",
        ),
        ex.Readout(r"and two only at $\lambda =$", _at_its[1]),
        ex.Readout(r"and at $\lambda =$", _at_its[0]),
    ],
    settings=[
        ex.Setting("narrow", "a narrow band", width=0.02, throws=1000),
        ex.Setting("wide", "a wide band", width=0.4, throws=1000),
        ex.Setting(
            "tie-at-one",
            "the tie at one",
            regularization=scalar.collapse_threshold.subs(target, 1),
            throws=1000,
        ),
        ex.Setting("first-exception", "a line on the green target", regularization=_at_its[1]),
        ex.Setting("second-exception", "the other line on it", regularization=_at_its[0]),
    ],
)
