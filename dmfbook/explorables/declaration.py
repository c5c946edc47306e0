r"""What an explorable is: sliders, panels of marks, readouts and named settings, as plain data.

Every coordinate is a sympy expression of the sliders' symbols, of derived values, and of the
mark's own parameter. Nothing here draws or computes; see ``program`` for the numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import sympy as sp
from numpy.typing import NDArray

Colour = Literal["blue", "orange", "green", "red", "purple", "grey", "ink"]
Dash = Literal["solid", "dashed", "dotted"]
_NAME = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)*")


@dataclass(frozen=True)
class Slider:
    """One number that the reader moves.

    ``name`` is the word used in URLs and in ``demo.values`` ("target"); ``label`` is what stands
    beside the slider: a word at least, with mathematics between dollars. With ``scale="log"`` the
    ``step`` is the number of decades a step spans. With ``play=True`` the slider gets buttons that
    advance it.
    """

    symbol: sp.Symbol
    name: str
    label: str
    low: float
    high: float
    step: float
    value: float
    scale: Literal["linear", "log"] = "linear"
    play: bool = False

    def __post_init__(self) -> None:
        """Refuse a range that cannot be walked."""
        if not re.fullmatch(r"[a-z][a-z_0-9]*", self.name):
            raise ValueError(f"a slider's name must be a plain lower-case word, not {self.name!r}")
        if self.name == "setting":
            raise ValueError("a slider cannot be named 'setting': in URLs that names a setting")
        _check_label(self.label, f"slider {self.name}")
        if not all(map(math.isfinite, (self.low, self.high, self.step, self.value))):
            raise ValueError(f"slider {self.name} must have finite numbers")
        if not (self.low < self.high and self.step > 0 and self.low <= self.value <= self.high):
            raise ValueError(
                f"slider {self.name} needs low < high, step > 0 and a value between, "
                f"but has low={self.low}, high={self.high}, step={self.step}, value={self.value}"
            )
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"slider {self.name} is logarithmic, so low must be above 0")

    @property
    def integer(self) -> bool:
        """Whether the slider moves over integers only."""
        numbers = (self.low, self.high, self.step, self.value)
        return self.scale == "linear" and all(float(x).is_integer() for x in numbers)

    def clamp(self, value: float) -> float:
        """Return the value, moved to the nearest end when it is outside the range."""
        inside = min(max(float(value), self.low), self.high)
        return float(math.floor(inside + 0.5) if self.integer else inside)


@dataclass(frozen=True)
class Frames:
    """Numbers computed beforehand on a grid of slider settings, for what has no closed form.

    ``over`` names the sliders; ``series`` maps a name to an array whose leading axes follow the
    ``grid`` of each of them and whose last axis runs along the series. Values are rounded to seven
    significant digits here, once, so that Python and the browser hold the same numbers.
    """

    over: tuple[str, ...]
    grid: tuple[tuple[float, ...], ...]
    series: Mapping[str, NDArray[np.float64]]

    def __post_init__(self) -> None:
        """Round the series, and refuse shapes that do not match the grid or are not finite."""
        shape = tuple(len(points) for points in self.grid)
        rounded = {}
        for name, array in self.series.items():
            values = np.asarray(array, dtype=float)
            if values.shape[:-1] != shape or len(shape) != len(self.over):
                raise ValueError(
                    f"series {name!r} must have shape {(*shape, 'k')}, but has {values.shape}"
                )
            if not np.isfinite(values).all():
                raise ValueError(f"series {name!r} must be finite")
            rounded[name] = np.array([float(f"{x:.7g}") for x in values.flat]).reshape(values.shape)
        object.__setattr__(self, "series", rounded)

    def __getitem__(self, name: str) -> FrameSeries:
        """Return the named series, to be used as a coordinate of a mark."""
        if name not in self.series:
            raise KeyError(f"no series {name!r}; there are {', '.join(self.series)}")
        return FrameSeries(name)


@dataclass(frozen=True)
class FrameSeries:
    """A coordinate that is read from the explorable's frames instead of being computed."""

    name: str


@dataclass(frozen=True)
class Orbit:
    """An iterated map: ``state`` starts at ``start`` and takes ``count`` steps of ``update``.

    ``step`` is the symbol of the step's number, which ``update`` and the marks may use. The orbit
    ends early when a coordinate leaves [-1e9, 1e9]. ``last[i]`` is a symbol for the final value of
    the i-th state, usable in readouts and marks, and ``length`` one for the steps really taken.
    """

    name: str
    state: tuple[sp.Symbol, ...]
    start: tuple[Any, ...]
    update: tuple[Any, ...]
    count: Any
    limit: int = 2000
    step: sp.Symbol = field(default_factory=lambda: sp.Symbol("step"))

    def __post_init__(self) -> None:
        """Refuse a start or an update that does not match the state."""
        if not len(self.state) == len(self.start) == len(self.update):
            raise ValueError(f"orbit {self.name}: state, start and update must be equally long")

    @property
    def last(self) -> tuple[sp.Symbol, ...]:
        """Symbols of the final state."""
        return tuple(sp.Symbol(f"{self.name}_last_{s.name}") for s in self.state)

    @property
    def length(self) -> sp.Symbol:
        """Symbol of the number of steps taken."""
        return sp.Symbol(f"{self.name}_length")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What all marks share: a legend entry, a colour, and when they are shown."""

    label: str = ""
    colour: Colour = "blue"
    dash: Dash = "solid"
    when: Any = True
    width: float = 2.0


@dataclass(frozen=True, kw_only=True)
class Line(Mark):
    """A curve: ``(x, y)`` as the ``parameter`` runs over ``span`` (the x axis if not given)."""

    parameter: sp.Symbol | None = None
    x: Any = None
    y: Any = None
    span: tuple[Any, Any] | None = None
    samples: int = 240


@dataclass(frozen=True, kw_only=True)
class Region(Mark):
    """The area between ``lower`` and ``upper`` at ``x`` as the ``parameter`` runs over ``span``.

    Without ``x`` the parameter is x itself.
    """

    parameter: sp.Symbol
    lower: Any
    upper: Any
    x: Any = None
    span: tuple[Any, Any] | None = None
    samples: int = 160


@dataclass(frozen=True, kw_only=True)
class Points(Mark):
    """Points: one, or a family as the symbol ``index`` runs over 0, ..., ``count`` - 1."""

    x: Any
    y: Any
    index: sp.Symbol | None = None
    count: Any = 1
    text: str = ""
    size: float = 5.0
    hollow: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule(Mark):
    """A straight line across the panel at an ``x`` or at a ``y``."""

    x: Any = None
    y: Any = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Bars(Mark):
    """Bars from the axis to each height: a list, or a family as ``index`` runs over its count.

    ``at`` gives the middle of each bar (0, 1, 2, ... if not given), ``thickness`` its width in
    units of the axis, and ``names`` a text under each bar.
    """

    heights: Any
    index: sp.Symbol | None = None
    count: Any = 1
    at: Any = None
    thickness: float = 0.7
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Segments(Mark):
    """Straight pieces from ``(x0, y0)`` to ``(x1, y1)``, one or a family; ``arrow`` adds a head."""

    x0: Any
    y0: Any
    x1: Any
    y1: Any
    index: sp.Symbol | None = None
    count: Any = 1
    arrow: bool = False


@dataclass(frozen=True, kw_only=True)
class HeatMap(Mark):
    """A function of the plane as shades from ``low`` to ``high``, with ``contours`` at levels."""

    x: sp.Symbol
    y: sp.Symbol
    value: Any
    low: Any = 0.0
    high: Any = 1.0
    contours: tuple[Any, ...] = ()
    resolution: int = 48


@dataclass(frozen=True, kw_only=True)
class Path(Mark):
    """The steps of an orbit, as points ``(x, y)`` written in its state and step."""

    orbit: Orbit
    x: Any
    y: Any
    dots: bool = True


@dataclass(frozen=True, kw_only=True)
class Cells(Mark):
    """A matrix of numbers as shaded cells; ``value`` is written in ``row`` and ``column``."""

    row: sp.Symbol
    column: sp.Symbol
    rows: int
    columns: int
    value: Any
    low: float = 0.0
    high: float = 1.0
    digits: int = 2


@dataclass(frozen=True)
class Axis:
    """One axis of a panel: its title and its range, which may move with the sliders."""

    label: str
    low: Any
    high: Any
    scale: Literal["linear", "log"] = "linear"
    ticks: bool = True


@dataclass(frozen=True)
class Panel:
    """One picture: two axes and the marks, drawn in order.

    ``aspect`` is width over height. ``pick`` names two sliders that a click or a drag in the
    picture sets. ``equal`` asks for one unit to be equally long on both axes: a range grows, or, in
    a panel with a ``HeatMap``, the picture gives way.
    """

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    title: str = ""
    aspect: float = 1.6
    pick: tuple[str, str] | None = None
    equal: bool = False


@dataclass(frozen=True)
class Readout:
    """A number beneath the picture; where ``when`` fails, the text ``otherwise`` stands instead."""

    label: str
    value: Any
    digits: int = 4
    when: Any = True
    otherwise: str = "none"


@dataclass(frozen=True)
class Verdict:
    """A sentence beneath the picture: the text of the first condition that holds."""

    label: str
    cases: tuple[tuple[Any, str], ...]


@dataclass(frozen=True)
class Setting:
    """A named setting: slider names with numbers, or with expressions of the other sliders.

    The numbers are set first, and the expressions are those of the sliders as they then stand.
    """

    name: str
    label: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a button without a word."""
        _check_label(self.label, f"setting {self.name}")


def _check_label(label: str, what: str) -> None:
    """Refuse a formula alone: a control needs a word by which to speak of it."""
    if not re.sub(r"\$[^$]*\$", "", label).strip():
        raise ValueError(f"{what} needs a word in its label, which is {label!r}")


def check_names(names: Sequence[str], what: str) -> None:
    """Refuse names that cannot stand in a URL, and names used twice."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{what} {name!r} must be lower-case words joined by hyphens")
    if len(set(names)) != len(names):
        raise ValueError(f"{what}s must differ, but they are {', '.join(names)}")
