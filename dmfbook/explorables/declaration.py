"""What an explorable is made of, as plain data: sliders, panels, readouts and named settings.

Every number is a sympy expression of the sliders' symbols and of derived values; those of the
marks, in ``marks``, may use a parameter of their own. Nothing here computes; see ``program``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from dmfbook.explorables.marks import Mark

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

    @property
    def positions(self) -> int:
        """How many steps lie between the two ends."""
        if self.scale == "log":
            return round(math.log10(self.high / self.low) / self.step)
        return round((self.high - self.low) / self.step)

    def at(self, position: int) -> float:
        """Return the value after so many steps from the lower end."""
        if position >= self.positions:
            return self.high
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** (position / self.positions))
        return self.low + position * self.step

    def clamp(self, value: float) -> float:
        """Return the value, moved to the nearest end when it is outside the range."""
        inside = min(max(float(value), self.low), self.high)
        return float(math.floor(inside + 0.5) if self.integer else inside)


@dataclass(frozen=True)
class Axis:
    """One axis of a panel: its title and its range, which may move with the sliders."""

    label: str
    low: Any
    high: Any
    scale: Literal["linear", "log"] = "linear"
    ticks: bool = True


@dataclass(frozen=True, init=False)
class Panel:
    """One picture: two axes and the marks, drawn in order.

    ``aspect`` is width over height, where there is room for it. ``pick`` names two sliders that a
    click or a drag in the picture sets. ``equal`` asks for one unit to be equally long on both
    axes: a range grows, or, in a panel with a ``HeatMap``, the picture gives way.
    """

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    title: str = ""
    aspect: float = 1.6
    pick: tuple[str, str] | None = None
    equal: bool = False

    def __init__(
        self,
        x: Axis,
        y: Axis,
        *marks: Mark,
        title: str = "",
        aspect: float = 1.6,
        pick: tuple[str, str] | None = None,
        equal: bool = False,
    ) -> None:
        """Take the marks one after the other."""
        given = {"title": title, "aspect": aspect, "pick": pick, "equal": equal}
        for name, value in {"x": x, "y": y, "marks": marks, **given}.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Readout:
    """A number beneath the picture; where ``when`` fails, the text ``otherwise`` stands instead."""

    label: str
    value: Any
    digits: int = 4
    when: Any = True
    otherwise: str = "none"


@dataclass(frozen=True, init=False)
class Verdict:
    """A sentence beneath the picture: the text of the first condition that holds."""

    label: str
    cases: tuple[tuple[Any, str], ...]

    def __init__(self, label: str, *cases: tuple[Any, str], otherwise: str) -> None:
        """Take pairs of a condition and a text, and the text where no condition holds."""
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "cases", (*cases, (True, otherwise)))


@dataclass(frozen=True, init=False)
class Setting:
    """A named setting: sliders with numbers, or with expressions of the other sliders.

    The numbers are set first, and the expressions are those of the sliders as they then stand.
    """

    name: str
    label: str
    values: Mapping[str, Any]

    def __init__(self, name: str, label: str, /, **values: Any) -> None:
        """Take the sliders' values as keywords; refuse a button without a word."""
        _check_label(label, f"setting {name}")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "values", values)


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
