"""The marks of a panel: each kind says what it runs along, and what of it is computed where.

Each field has a role, told by its type. A ``Channel`` is computed at every place that the mark runs
along, ``Once`` for a setting of the sliders; ``Words`` are written into the page by Python; a
``Place`` is what ``places`` tells of, and all others are plain style. ``program`` compiles and
evaluates a mark from this alone, so a new kind of mark is written here, and drawn in
``forms/still.py`` and ``web/marks.js``.

A coordinate is an expression, a list of them, or a series of the frames. Where a mark has an ``x``
and a ``y``, or ends, a pair may be given in one: ``Line(polar(2, along))``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args, get_type_hints

import sympy as sp

from dmfbook.explorables.places import Grid, Members, Places, Plane, Span, Steps
from dmfbook.explorables.sources import Orbit

Colour = Literal["blue", "orange", "green", "red", "purple", "grey", "ink"]
Dash = Literal["solid", "dashed", "dotted"]

#: What a curve runs along, unless it names a parameter of its own.
along = sp.Symbol("along", real=True)
#: What a family runs over, unless it names an index of its own: 0, 1, 2, ...
index = sp.Symbol("index", integer=True, nonnegative=True)
#: The place of a cell in its matrix, counted from 0.
row, column = sp.symbols("row column", integer=True, nonnegative=True)


_Kind = TypeVar("_Kind")
#: Computed at every place that the mark runs along.
Channel = Annotated[Any, "channel"]
#: Computed once for a setting of the sliders.
Once = Annotated[Any, "once"]
#: Text, with mathematics between dollars.
Words = Annotated[_Kind, "words"]
#: What a mark is drawn with.
Pen = Annotated[str, "pen"]
#: What ``places`` tells of.
Place = Annotated[_Kind, "place"]


@dataclass(frozen=True)
class Mark:
    """What all marks share: a legend entry, a pen, and when they are shown.

    A pen is a colour, a dash and a width, in any order, each of which may be left out:
    ``"orange dashed 3"``. Without them it is blue, solid, and 2 pixels wide.
    """

    #: How the legend shows the mark.
    swatch: ClassVar[Literal["stroke", "dot", "knob", "area", "bar"]] = "stroke"
    _: KW_ONLY
    label: Words[str] = ""
    pen: Pen = "blue"
    when: Once = True

    @property
    def colour(self) -> Colour:
        """The colour of the pen."""
        return _pen(self.pen)[0]

    @property
    def dash(self) -> Dash:
        """Whether the pen's lines are solid, dashed or dotted."""
        return _pen(self.pen)[1]

    @property
    def width(self) -> float:
        """The width of the pen, in pixels."""
        return _pen(self.pen)[2]

    @property
    def places(self) -> Places:
        """What the mark runs along: here nothing, so that each channel is one number."""
        return Members((), None)

    def fields(self, role: str) -> Iterator[tuple[str, Any]]:
        """Yield the names and values of the fields of a role; the rest is of the role "style"."""
        for name, its in _roles(type(self)).items():  # type: ignore[arg-type]
            if its == role:
                yield name, getattr(self, name)

    def _put(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


@cache
def _pen(words: str) -> tuple[Colour, Dash, float]:
    """Return the colour, dash and width that the words of a pen tell."""
    colours, dashes = get_args(Colour), get_args(Dash)
    given = words.split()
    colour = [word for word in given if word in colours]
    dash = [word for word in given if word in dashes]
    width = [word for word in given if re.fullmatch(r"\d+(\.\d+)?", word)]
    if len(colour + dash + width) < len(given) or max(map(len, (colour, dash, width))) > 1:
        raise ValueError(
            f"a pen tells at most one colour ({', '.join(colours)}), one dash "
            f"({', '.join(dashes)}) and one width, but this one is {words!r}"
        )
    first: Any = (*colour, "blue"), (*dash, "solid"), (*map(float, width), 2.0)
    return first[0][0], first[1][0], first[2][0]


@cache
def _roles(kind: Any) -> dict[str, str]:
    """Return the role of each field of a kind of mark."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        field.name: getattr(hints[field.name], "__metadata__", ("style",))[0]
        for field in dataclasses.fields(kind)
    }


def _split(pairs: Any) -> tuple[Any, Any]:
    """Return the first and the second coordinates of a pair, or of a list of pairs."""
    if isinstance(pairs, list):
        first, second = zip(*pairs, strict=True)
        return list(first), list(second)
    first, second = pairs
    return first, second


@dataclass(frozen=True)
class Line(Mark):
    """A curve as the ``parameter`` runs over ``span`` (the x axis if not given).

    ``Line(y)`` is the graph of a function, ``Line(x, y)`` or ``Line(pair)`` any curve.
    """

    x: Channel = None
    y: Channel = None
    _: KW_ONLY
    span: Place[tuple[Any, Any] | None] = None
    parameter: Place[sp.Symbol] = along
    samples: Place[int] = 240

    def __post_init__(self) -> None:
        """Take a single coordinate as a pair, or as the height over the axis."""
        x, y = self.x, self.y
        if y is None:
            x, y = x if isinstance(x, tuple) else (None, x)
        self._put(x=self.parameter if x is None else x, y=y)

    @property
    def places(self) -> Span:
        """The stretch of the parameter."""
        return Span((self.parameter,), self.span, self.samples)


@dataclass(frozen=True)
class Region(Mark):
    """The area from ``lower`` to ``upper`` over ``x`` as the ``parameter`` runs over ``span``.

    Without ``x`` the parameter is x itself.
    """

    swatch = "area"
    lower: Channel
    upper: Channel
    _: KW_ONLY
    x: Channel = None
    span: Place[tuple[Any, Any] | None] = None
    parameter: Place[sp.Symbol] = along
    samples: Place[int] = 160

    def __post_init__(self) -> None:
        """Let the parameter be x unless there is one."""
        if self.x is None:
            self._put(x=self.parameter)

    @property
    def places(self) -> Span:
        """The stretch of the parameter."""
        return Span((self.parameter,), self.span, self.samples)


@dataclass(frozen=True)
class Family(Mark):
    """One of a kind; or ``count`` of them, as the symbol ``index`` runs over 0, 1, 2, ...

    Coordinates that are lists need no ``count``.
    """

    _: KW_ONLY
    count: Place[Any] = None
    index: Place[sp.Symbol] = index

    @property
    def places(self) -> Members:
        """The members of the family."""
        return Members(() if self.count is None else (self.index,), self.count)


@dataclass(frozen=True)
class Points(Family):
    """Points: ``Points(x, y)``, ``Points(pair)`` or ``Points([pair, pair, ...])``."""

    swatch = "dot"
    x: Channel
    y: Channel = None
    _: KW_ONLY
    text: Words[str] = ""
    size: float = 5.0
    hollow: bool = False

    def __post_init__(self) -> None:
        """Take pairs apart."""
        if self.y is None:
            x, y = _split(self.x)
            self._put(x=x, y=y)


@dataclass(frozen=True)
class Handle(Mark):
    """A point that the reader drags: ``Handle(x, y, moves="target")``, or of two sliders.

    Whatever expression of the sliders it is, they move to where it is nearest to the pointer: no
    inverse is declared. ``snap`` is a value of its one slider, or several, that it clings to.
    One of two sliders, ``moves=("first", "second")``, also comes to where the picture is clicked.
    """

    swatch = "knob"
    x: Channel
    y: Channel = None
    _: KW_ONLY
    moves: str | tuple[str, ...]
    snap: Once = ()

    def __post_init__(self) -> None:
        """Take a pair apart, and one slider as one of several."""
        if self.y is None:
            x, y = _split(self.x)
            self._put(x=x, y=y)
        moves = (self.moves,) if isinstance(self.moves, str) else tuple(self.moves)
        if len(set(moves)) != len(moves) or len(moves) not in (1, 2):
            raise ValueError(f"a handle moves one slider, or two, but this one moves {moves}")
        snap = list(self.snap) if isinstance(self.snap, (list, tuple)) else [self.snap]
        if snap and len(moves) > 1:
            raise ValueError(f"only a handle of one slider can snap, but this one moves {moves}")
        self._put(moves=moves, snap=snap)


@dataclass(frozen=True)
class Rule(Mark):
    """A straight line across the panel at an ``x`` or at a ``y``."""

    _: KW_ONLY
    x: Once = None
    y: Once = None
    text: Words[str] = ""


@dataclass(frozen=True)
class Bars(Family):
    """Bars from the axis to each of the ``heights``.

    ``at`` gives the middle of each bar (0, 1, 2, ... if not given), ``thickness`` its width in
    units of the axis, and ``names`` a text under each bar.
    """

    swatch = "bar"
    heights: Channel
    _: KW_ONLY
    at: Channel = None
    thickness: float = 0.7
    names: Words[Sequence[str]] = ()


@dataclass(frozen=True)
class Segments(Family):
    """Straight pieces: ``Segments(start, end)`` with pairs or lists of them; ``arrow`` adds a head.

    Or ``Segments(x0, y0, x1, y1)``.
    """

    x0: Channel
    y0: Channel
    x1: Channel = None
    y1: Channel = None
    _: KW_ONLY
    arrow: bool = False

    def __post_init__(self) -> None:
        """Take pairs apart."""
        if self.x1 is None:
            (x0, y0), (x1, y1) = _split(self.x0), _split(self.y0)
            self._put(x0=x0, y0=y0, x1=x1, y1=y1)


@dataclass(frozen=True)
class OverPlane(Mark):
    """A function of the plane between ``low`` and ``high``.

    ``over`` is the pair of symbols that ``value`` takes for the place in the panel.
    """

    swatch = "area"
    value: Channel
    over: Place[tuple[sp.Symbol, sp.Symbol]]
    low: Once = 0.0
    high: Once = 1.0
    _: KW_ONLY
    levels: Once = ()
    resolution: Place[int] = 48

    @property
    def places(self) -> Plane:
        """A grid over the panel."""
        return Plane(self.over, self.resolution)


@dataclass(frozen=True)
class HeatMap(OverPlane):
    """A function of the plane as shades from ``low`` to ``high``, with contours at ``levels``.

    ``over`` is the pair of symbols that ``value`` takes for the place in the panel.
    """


@dataclass(frozen=True)
class Path(Mark):
    """The steps of an orbit: ``x, y``, or a pair, written in its state and step."""

    orbit: Place[Orbit]
    x: Channel
    y: Channel = None
    _: KW_ONLY
    dots: bool = True

    def __post_init__(self) -> None:
        """Take a pair apart."""
        if self.y is None:
            x, y = _split(self.x)
            self._put(x=x, y=y)

    @property
    def places(self) -> Steps:
        """The steps of the orbit."""
        return Steps(self.orbit)


@dataclass(frozen=True)
class Cells(Mark):
    """A matrix of numbers as shaded cells; ``value`` is written in ``row`` and ``column``."""

    swatch = "area"
    value: Channel
    rows: Place[int]
    columns: Place[int]
    _: KW_ONLY
    over: Place[tuple[sp.Symbol, sp.Symbol]] = (row, column)
    low: float = 0.0
    high: float = 1.0
    digits: int = 2

    @property
    def places(self) -> Grid:
        """The cells, row by row."""
        return Grid(self.over, self.rows, self.columns)
