"""Handles of explorables: where they are declared, and where they stand in a page."""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

from browser import ROOT
from explorable_cases import EVERY_MARK, declared, explorable
from explorable_pages import MOUNTED

from dmfbook.explorables import Explorable, Handle, Slider


class Place(NamedTuple):
    """Where a handle stands in its explorable."""

    name: str
    panel: int
    mark: int

    @property
    def handle(self) -> Handle:
        """The declaration."""
        found = explorable(self.name).panels[self.panel].marks[self.mark]
        assert isinstance(found, Handle)
        return found


def places(name: str) -> list[Place]:
    """Return the handles of an explorable."""
    return [
        Place(name, i, j)
        for i, panel in enumerate(explorable(name).panels)
        for j, mark in enumerate(panel.marks)
        if isinstance(mark, Handle)
    ]


def with_handles() -> list[str]:
    """Return the explorables with handles, as their sources say: none is compiled for it."""
    # The figures of a paper share a function, and it lays the handle.
    lays = re.compile(r"\b(ex\.Handle|escape_figure)\(")
    sources = (ROOT / "dmfbook/demos").glob("*/*.py")
    found = [f"{s.parent.name}.{s.stem}" for s in sources if lays.search(s.read_text("utf-8"))]
    return [*(name for name in declared() if name in found), EVERY_MARK]


class Dragged(NamedTuple):
    """An explorable with handles, its page, and what was logged there."""

    name: str
    demo: Explorable
    page: Any
    messages: list[str]

    def values(self) -> dict[str, float]:
        """Return where the sliders stand."""
        return dict(self.page.evaluate(f"{MOUNTED}.values"))

    def set(self, values: dict[str, float]) -> None:
        """Move the sliders."""
        self.page.evaluate(f"(values) => {MOUNTED}.set(values)", values)

    def at(self, place: Place) -> tuple[float, float] | None:
        """Return the middle of a handle in the window, or None where it is not shown."""
        found = self.page.locator(".dmf-handle").nth(places(self.name).index(place)).bounding_box()
        return found and (found["x"] + found["width"] / 2, found["y"] + found["height"] / 2)

    def rings(self, place: Place) -> list[tuple[float, float]]:
        """Return the middles of the rings that a panel draws."""
        found = self.page.locator(".dmf-plot").nth(place.panel).locator("circle.dmf-ring")
        boxes = [ring.bounding_box() for ring in found.all()]
        return [(b["x"] + b["width"] / 2, b["y"] + b["height"] / 2) for b in boxes]

    def position(self, slider: Slider) -> float:
        """Return how far along its range the native slider stands."""
        field = self.page.locator(f"input[id='{self.demo.name}-{slider.name}']")
        return float(field.evaluate("(e) => Number(e.value) / Number(e.max)"))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag with the mouse, beginning a little beside the middle of the handle."""
        self.page.mouse.move(start[0] + 3, start[1] - 2)
        self.page.mouse.down()
        self.page.mouse.move(end[0] + 3, end[1] - 2, steps=5)
        self.page.mouse.up()


def distance(one: Any, other: Any) -> float:
    """Return how many pixels two places are apart."""
    return math.dist(one, other)
