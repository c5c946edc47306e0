"""Where numbers come from that have no closed form: iterated maps, and frames computed before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray


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
