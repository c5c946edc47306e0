"""The vignette: the same numbers as the picture, as bare shapes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from explorable_cases import every_mark

from dmfbook.demos.scalar_uniqueness import well
from dmfbook.explorables import marks as m
from dmfbook.explorables import surface
from dmfbook.explorables.forms.vignette import _draw, _path, vignette


def paths(svg: str) -> list[list[tuple[float, float]]]:
    """Return the corners of each path of straight lines."""
    found = []
    for path in re.findall(r'd="(M[^"]*)"', svg):
        pairs = re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", path)
        found.append([(float(x), float(y)) for x, y in pairs])
    return found


def test_a_curve_lies_where_its_numbers_say() -> None:
    """In a window of one unit to 100 pixels, no number is further from the line than its width."""
    svg = vignette(well, values={"target": 1.2}, window=(-0.5, 1.5, -0.5, 1), width=200, height=150)
    line = well.scene({"target": 1.2})["panels"][0]["marks"][1]
    places = np.column_stack([100 * (np.array(line["x"]) + 0.5), 100 * (1 - np.array(line["y"]))])
    inside = places[(places >= 0).all(axis=1) & (places <= (200, 150)).all(axis=1)]
    drawn = np.array(max(paths(svg), key=len))
    start, along = drawn[:-1], np.diff(drawn, axis=0)
    share = ((inside[:, None] - start) * along).sum(axis=2) / (along**2).sum(axis=1)
    nearest = start + np.clip(share, 0, 1)[..., None] * along
    off = np.linalg.norm(inside[:, None] - nearest, axis=2).min(axis=1)
    assert len(inside) > 40
    assert off.max() < 0.2


def test_a_line_is_drawn_with_few_points() -> None:
    """A straight one with two, whatever its numbers are; and a gap stays a gap."""
    many = np.linspace(0, 100, 50)
    assert _path(many, 2 * many) == "M0.0,0.0L100.0,200.0"
    gap = np.where(np.arange(50) == 25, np.nan, many)
    assert _path(many, gap).count("M") == 2
    assert 10 < _path(many, 40 * np.sin(many / 10)).count("L") < 40


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
