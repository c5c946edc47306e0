"""The surface: a height over two coordinates, that the reader turns, in a panel of its own.

The panel's axes are the two coordinates. The marks that follow the surface lie on it: they are
given in the plane, as in a flat panel, and get their heights from the surface's own expression.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, Protocol

import sympy as sp

from dmfbook.explorables.marks import Line, Mark, Once, OverPlane, Path, Place, Points, Words
from dmfbook.explorables.sources import FrameSeries


class Scaled(Protocol):
    """What a surface asks of an axis: declaration.py, which asks this module, declares axes."""

    @property
    def scale(self) -> str:
        """Whether it is linear or logarithmic."""

    @property
    def label(self) -> str:
        """What it shows."""


#: The marks that can lie on a surface.
_LYING = (Line, Points, Path)
_FINEST = 64


@dataclass(frozen=True)
class Surface(OverPlane):
    """A function of the plane as heights from ``low`` to ``high``, seen from a side.

    ``over`` is the pair of symbols that ``value`` takes for the place in the plane. What is higher
    than ``high`` or lower than ``low`` is cut off, and where there is no finite number is a hole.
    ``levels`` are the heights of its level lines, or how many there are, at equal distances.
    ``up`` names the height. ``turn`` tells whence it is seen at first, in degrees: how far it is
    turned about the upright, and how far one looks down, 0 from the side and 90 from above.
    ``rise`` is the height of the box that it stands in; the longer side of the floor is 2.
    """

    _: KW_ONLY
    up: Words[str] = ""
    levels: Once = 8
    resolution: Place[int] = 29
    turn: tuple[float, float] = (35.0, 30.0)
    rise: float = 1.1

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn; write a number of levels as the levels."""
        first, second = _pair("over", self.over, sp.Symbol, "two symbols")
        if first == second:
            raise ValueError(f"over must be two different symbols, not {first} twice")
        about, down = _pair("turn", self.turn, Real, "two angles in degrees")
        if not (math.isfinite(about) and 0 <= down <= 90):
            raise ValueError(
                f"turn must be a finite angle and one from 0 (from the side) to 90 (from above), "
                f"but is {self.turn!r}"
            )
        if not (_is_count(self.resolution) and 2 <= self.resolution <= _FINEST):
            raise ValueError(
                f"resolution must be a whole number from 2 to {_FINEST}, not {self.resolution!r}"
            )
        if not (isinstance(self.rise, Real) and 0 < self.rise < math.inf):
            raise ValueError(f"rise must be a positive number, not {self.rise!r}")
        low, high = sp.sympify(self.low), sp.sympify(self.high)
        if low.is_number and high.is_number and not bool(low < high):
            raise ValueError(f"low must be below high, but low={self.low} and high={self.high}")
        if isinstance(self.levels, Sequence):
            return
        if not (_is_count(self.levels) and self.levels >= 0):
            raise ValueError(
                f"levels must be a list of heights or how many there are, not {self.levels!r}"
            )
        parts = [sp.Rational(k, self.levels + 1) for k in range(1, self.levels + 1)]
        self._put(levels=tuple(self.low + part * (self.high - self.low) for part in parts))

    def height(self, x: Any, y: Any) -> Any:
        """Return the height at a place, or at each of a list of places."""
        if isinstance(x, (list, tuple)):
            return [self.height(*place) for place in zip(x, y, strict=True)]
        place = dict(zip(self.over, (x, y), strict=True))
        return sp.sympify(self.value).subs(place, simultaneous=True)


def edge_name(axis: Scaled) -> str:
    """Return what stands at an edge, where room is short: the formula of a label that has one."""
    formula = re.search(r"\$[^$]*\$", axis.label)
    return formula.group() if formula else axis.label


def _pair(name: str, given: Any, kind: type, what: str) -> tuple[Any, Any]:
    if not isinstance(given, Sequence) or len(given) != 2 or not isinstance(given[0], kind):
        raise ValueError(f"{name} must be {what}, not {given!r}")
    if not isinstance(given[1], kind):
        raise ValueError(f"{name} must be {what}, not {given!r}")
    return given[0], given[1]


def _is_count(given: Any) -> bool:
    return isinstance(given, Integral) and not isinstance(given, bool)


def surface_of(x: Scaled, y: Scaled, marks: Sequence[Mark]) -> Surface | None:
    """Return the surface of a panel, or None; refuse what cannot stand in one panel with it."""
    surfaces = [mark for mark in marks if isinstance(mark, Surface)]
    if not surfaces:
        return None
    if marks[0] is not surfaces[0] or len(surfaces) > 1:
        raise ValueError(
            f"a surface is the first of a panel's marks, and the only one, but the marks are "
            f"{', '.join(type(mark).__name__ for mark in marks)}"
        )
    for name, axis in (("x", x), ("y", y)):
        if axis.scale != "linear":
            raise ValueError(f"axis {name} of a surface must be linear, not {axis.scale!r}")
    for mark in marks[1:]:
        if not isinstance(mark, _LYING):
            raise ValueError(
                f"{', '.join(kind.__name__ for kind in _LYING)} can lie on a surface, "
                f"but this is a {type(mark).__name__}"
            )
        if any(isinstance(value, FrameSeries) for _, value in mark.fields("channel")):
            raise ValueError("a mark on a surface needs expressions, not a series of the frames")
    return surfaces[0]
