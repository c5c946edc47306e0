"""How far the singular values move when a matrix does."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import matrix_uniqueness as formula

__all__ = ["moves"]

_FIRST = 2.0
_DOTS = 150
_second, _size = formula.second_value, sp.Symbol("epsilon", positive=True)
_heading, _share, _corner = sp.symbols("heading share corner", real=True)
_sum, _difference = sp.symbols("sum difference", nonnegative=True)
_moved, _rest = sp.symbols("moved rest", nonnegative=True)
_degree = sp.pi / 180
_half_window = 0.65


def _entries(heading: Any, across: Any, beside: Any, corner: Any) -> dict[Any, Any]:
    """Return the entries of the moved matrix; the cosine and sine of alpha are given."""
    step = formula.unit_step.subs(
        {
            sp.cos(formula.share): across,
            sp.sin(formula.share): beside,
            formula.heading: heading,
            formula.corner: corner,
        }
    )
    moved = sp.diag(_FIRST, _second) + _size * step
    return dict(zip(formula.moved_entries, moved, strict=True))


def _values(places: dict[Any, Any]) -> tuple[Any, Any]:
    """Return the two singular values; the determinant stays positive for all sliders."""
    total = formula.moved_sum.subs(places, simultaneous=True)
    difference = formula.moved_difference.subs(places, simultaneous=True)
    return (total + difference) / 2, (total - difference) / 2


def _by_share(share: Any) -> dict[Any, Any]:
    corner = _corner * _degree
    return _entries(_heading * _degree, sp.cos(share * _degree), sp.sin(share * _degree), corner)


def _distance(values: tuple[Any, Any]) -> Any:
    """Return how far the singular values have moved, as a share of how far the matrix has."""
    return sp.sqrt((values[0] - _FIRST) ** 2 + (values[1] - _second) ** 2) / _size


def _lost(part: tuple[Any, Any], length: Any) -> Any:
    """Return the length less the first coordinate, without a difference of near equals."""
    ahead, aside = part
    safe = sp.Max(length + ahead, 1e-300)
    return ex.where(ahead > 0, aside**2 / safe, length - ahead)


# Directions spread evenly over all that are possible, by multiples of irrational numbers.
_part = (ex.index + sp.Rational(1, 2)) / _DOTS
_cloud = _values(
    _entries(
        2 * sp.pi * 0.6180339887498949 * ex.index,
        sp.sqrt(_part),
        sp.sqrt(1 - _part),
        2 * sp.pi * 0.7548776662466927 * ex.index,
    )
)
_here = _by_share(_share)
_parts = [
    tuple(x.subs(_here, simultaneous=True) for x in part)
    for part in (formula.turning_part, formula.mirroring_part)
]
_here_values = ((_sum + _difference) / 2, (_sum - _difference) / 2)
_path = _values(_by_share(ex.along))
_on_the_rim = _rest < 1e-9
_still = _moved < 1e-6
# How far the rim reaches in the wedge: on the rest of it the second value would be the larger one.
_reach = sp.acos(-sp.Min((_FIRST - _second) / (sp.sqrt(2) * _size), 1))

moves = ex.Explorable(
    name="moves",
    title="How far can singular values move?",
    description=r"""The plane of two singular values, the larger one across. One dot is a
        diagonal matrix $A$ with the singular values 2 and $m_2$. Around it lies a disc of radius
        $\epsilon$, as far as it is below the dotted diagonal, where both values are equal. Each
        blue dot is a matrix at the distance $\epsilon$ from $A$, drawn at its singular values: all
        lie in the disc. The orange dot is the one matrix that the sliders choose, and the orange
        curve is its way as $\alpha$, the share of the change that is off the diagonal, goes from 0
        to 90 degrees: it begins on the rim of the disc, unless the values have changed places, and
        leads inwards. The second picture shows along this way how far the singular values have
        moved, divided by $\epsilon$; it never exceeds one, and stays at one for symmetric changes
        of a matrix with equal values.""",
    sliders=[
        ex.Slider(_second, "second", r"second singular value $m_2$", 0.8, 2, 0.01, 1.3),
        ex.Slider(_size, "distance", r"distance $\epsilon$", 0.1, 0.5, 0.01, 0.4),
        ex.Slider(_heading, "heading", r"direction $\phi$, degrees", 0, 360, 1, 60),
        ex.Slider(_share, "share", r"share off the diagonal $\alpha$, degrees", 0, 90, 0.5, 40),
        ex.Slider(_corner, "corner", r"its symmetry $\beta$, degrees", -45, 45, 1, 10),
    ],
    derived={
        _sum: formula.moved_sum.subs(_here, simultaneous=True),
        _difference: formula.moved_difference.subs(_here, simultaneous=True),
        _moved: _distance(_here_values),
        _rest: (
            (_FIRST + _second) * _lost(_parts[0], _sum)
            + (_FIRST - _second) * _lost(_parts[1], _difference)
        )
        / _size**2,
    },
    panels=[
        ex.Panel(
            ex.Axis(
                r"larger singular value, $\sigma_1$", _FIRST - _half_window, _FIRST + _half_window
            ),
            ex.Axis(
                r"smaller singular value, $\sigma_2$",
                _second - _half_window,
                _second + _half_window,
            ),
            ex.Region(
                sp.Min(_second - _size * sp.sin(ex.along), _FIRST - _size * sp.cos(ex.along)),
                sp.Min(_second + _size * sp.sin(ex.along), _FIRST - _size * sp.cos(ex.along)),
                label=r"within $\epsilon$",
                x=_FIRST - _size * sp.cos(ex.along),
                span=(0, sp.pi),
                pen="blue",
            ),
            ex.Line(
                _FIRST + _size * sp.cos(ex.along - sp.pi / 4),
                _second + _size * sp.sin(ex.along - sp.pi / 4),
                span=(-_reach, _reach),
                pen="blue 1.2",
            ),
            ex.Line(ex.along, label="both equal", pen="grey dotted 1.2"),
            ex.Points(_cloud, label=r"matrices at distance $\epsilon$", count=_DOTS, size=1.6),
            ex.Line(_path[0], _path[1], span=(0, 90), samples=60, pen="orange"),
            ex.Points(_FIRST, _second, label="$A$", pen="ink", size=6),
            ex.Handle(_here_values, label="$B$", pen="orange", moves=("heading", "share")),
            title="where the values go",
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis(r"share off the diagonal, $\alpha$", 0, 90),
            ex.Axis(r"values moved, divided by $\epsilon$", 0, 1.15),
            ex.Segments((0, 1), (90, 1), label="the matrix", pen="blue dashed 1.5"),
            ex.Line(_distance(_path), label="its singular values", samples=121, pen="orange"),
            ex.Handle(_share, ex.settled(_moved), pen="orange", moves="share"),
            title="how far they go",
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Verdict(
            "the singular values of $B$",
            (_on_the_rim, "have moved as far as the matrix: a common ordered decomposition"),
            (_still, "have not moved at all, although the matrix has"),
            (
                sp.Eq(_share, 0),
                "have moved less far: the same singular vectors, but in the other order",
            ),
            otherwise="have moved less far than the matrix",
        ),
        ex.Readout(
            r"distance of the matrices, $\|A - B\|_F$",
            sp.sqrt(
                (_here[formula.moved_entries[0]] - _FIRST) ** 2
                + _here[formula.moved_entries[1]] ** 2
                + _here[formula.moved_entries[2]] ** 2
                + (_here[formula.moved_entries[3]] - _second) ** 2
            ),
        ),
        ex.Readout(
            "distance of their singular values",
            sp.floor(_moved * _size * 10**9 + sp.Rational(1, 2)) / 10**9,
        ),
    ],
    settings=[
        ex.Setting("along", "on the diagonal", share=0),
        ex.Setting("off", "off the diagonal", share=90),
        ex.Setting(
            "still",
            "no value moves",
            heading=225,
            corner=-45,
            share=sp.acos(_size / (sp.sqrt(2) * (_FIRST + _second))) / _degree,
        ),
        ex.Setting("other-order", "the other order", second=1.8, heading=135, share=0),
        ex.Setting("equal", "equal values", second=2, heading=330, corner=45, share=60),
    ],
)
