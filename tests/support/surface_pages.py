"""A surface alone on a page: where it is, how it is turned, and what its canvas shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from explorable_cases import EVERY_MARK
from explorable_pages import Window, written

from dmfbook.explorables import Explorable

PLOT = "document.querySelector('.dmf-surface')"
TURN = f"[...dmfbook.turnOf({PLOT})]"
SVG = ".dmf-surface > svg"
#: Reads a copy: browsers warn of reading often from a canvas that is drawn on. The sums of the
#: channels are the picture as numbers, in which any change shows.
PIXELS = """
globalThis.pixels = (canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
};
globalThis.sums = (canvas) => {
  const total = [0, 0, 0, 0];
  pixels(canvas).data.forEach((value, k) => (total[k % 4] += value));
  return total;
};"""
SUMS = f"sums({PLOT}.querySelector('canvas'))"


def alone(folder: Path, name: str) -> str:
    """Write a page with one explorable, which can be scrolled; return its address."""
    return written(folder, name, around='<main>{}</main><div style="height: 2000px"></div>')


@pytest.fixture
def opened(
    request: pytest.FixtureRequest, chromium: Any, tmp_path: Path
) -> Iterator[tuple[Explorable, Any]]:
    """One explorable alone on a page that may log nothing: the one with every mark, or another."""
    name = getattr(request, "param", EVERY_MARK)
    window = Window(chromium.new_page(viewport={"width": 900, "height": 900}))
    window.page.add_init_script(PIXELS)
    shown = window.show(name, alone(tmp_path, name))
    window.page.evaluate("scrollTo(0, 0)")
    yield shown.demo, shown.page
    window.page.close()
    assert not window.messages
