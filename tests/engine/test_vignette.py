"""The vignette: the same numbers as the picture, as bare shapes."""

from __future__ import annotations

import re

import pytest
from explorable_cases import every_mark

from dmfbook.demos.scalar_uniqueness import well
from dmfbook.explorables import marks as m
from dmfbook.explorables import surface
from dmfbook.explorables.forms.vignette import _draw, vignette


def paths(svg: str) -> list[list[tuple[float, float]]]:
    """Return the corners of each path of straight lines."""
    found = []
    for path in re.findall(r'd="(M[^"]*)"', svg):
        pairs = re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", path)
        found.append([(float(x), float(y)) for x, y in pairs])
    return found


def test_a_curve_lies_where_its_numbers_say() -> None:
    """In a window of one unit to 100 pixels, the points are the curve's, to a tenth of a pixel."""
    svg = vignette(well, values={"target": 1.2}, window=(-0.5, 1.5, -0.5, 1), width=200, height=150)
    line = well.scene({"target": 1.2})["panels"][0]["marks"][1]
    places = {
        (round(100 * (x + 0.5), 1), round(100 * (1 - y), 1))
        for x, y in zip(line["x"], line["y"], strict=True)
    }
    inside = [(x, y) for x, y in max(paths(svg), key=len) if 0 <= x <= 200 and 0 <= y <= 150]
    assert len(inside) > 40
    assert all(min(abs(x - a) + abs(y - b) for a, b in places) <= 0.21 for x, y in inside)


def test_it_leaves_the_sliders_alone() -> None:
    before = dict(well.values)
    assert vignette(well, values={"target": 0.3}) != vignette(well)
    assert dict(well.values) == before


def test_every_kind_of_mark_is_drawn() -> None:
    demo = every_mark()
    drawn = "".join(vignette(demo, panel=k) for k in range(len(demo.panels)))
    assert "nan" not in drawn
    assert "inf" not in drawn
    # A surface has a view of its own, and no place in a flat picture.
    used = {type(mark) for panel in demo.panels for mark in panel.marks} - {surface.Surface}
    assert {kind for kind in used if _draw.dispatch(kind) is _draw.dispatch(m.Mark)} == set()


def test_it_is_named_after_the_explorable() -> None:
    assert 'role="img" aria-label="The well that tilts"' in vignette(well)


def test_a_panel_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError):
        vignette(well, panel=3)
