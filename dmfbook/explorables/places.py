"""What a mark runs along: a stretch, a family, the plane, an orbit or a matrix; or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from dmfbook.explorables.sources import Orbit


@dataclass(frozen=True)
class Span:
    """A stretch of a parameter, in equal steps; without ``ends`` the range of the x axis."""

    symbols: tuple[sp.Symbol]
    ends: tuple[Any, Any] | None
    samples: int


@dataclass(frozen=True)
class Members:
    """The members 0, 1, 2, ... of a family; without a ``count`` the mark is one alone."""

    symbols: tuple[sp.Symbol, ...]
    count: Any


@dataclass(frozen=True)
class Plane:
    """A square grid over the ranges of both axes."""

    symbols: tuple[sp.Symbol, sp.Symbol]
    resolution: int


@dataclass(frozen=True)
class Steps:
    """The steps of an orbit."""

    orbit: Orbit

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The state of the orbit, and the number of the step."""
        return (*self.orbit.state, self.orbit.step)


@dataclass(frozen=True)
class Grid:
    """The rows and columns of a matrix."""

    symbols: tuple[sp.Symbol, sp.Symbol]
    rows: int
    columns: int


Places = Span | Members | Plane | Steps | Grid
