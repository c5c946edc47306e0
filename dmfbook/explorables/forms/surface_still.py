"""The still image of a surface: polygons of the plane, by the projection that the browser uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.ticker import MaxNLocator

from dmfbook.explorables import declaration as d
from dmfbook.explorables import marks as m
from dmfbook.explorables.forms.relief import Numbers, Piece, Relief
from dmfbook.explorables.labels import to_plain
from dmfbook.explorables.surface import Surface, edge_name

#: How the lines on it are drawn: colour of the palette, opacity, width.
_LINES = {"level": ("soft", 0.55, 0.5), "edge": ("soft", 0.7, 0.5), "rim": ("ink", 0.75, 0.7)}


def stage(
    axes: Axes, panel: d.Panel, numbers: Mapping[str, Any], colours: Mapping[str, str]
) -> Relief:
    """Set up a panel for its surface, draw the box, and return how it is seen."""
    assert panel.surface is not None
    values = numbers["marks"][0]
    n = panel.surface.resolution
    relief = Relief(
        values["value"].reshape(n, n) if "value" in values else np.full((2, 2), np.nan),
        numbers["x"],
        numbers["y"],
        (values.get("low", 0.0), values.get("high", 1.0)),
        panel.surface.turn,
        panel.surface.rise,
        panel.equal,
    )
    down = np.radians(relief.turn[1])
    half = np.sqrt(8) * np.sin(down) / 2 + relief.rise * np.cos(down) / 2
    axes.set_xlim(-1.75, 1.75)
    axes.set_ylim(-half - 0.25, half + 0.05)
    axes.set_aspect("equal", adjustable="box")
    axes.set_axis_off()
    axes.set_title(to_plain(panel.title), fontsize=9)
    axes.text(0, 1, to_plain(panel.surface.up), transform=axes.transAxes, va="top")
    _box(axes, panel, relief, colours)
    return relief


def _box(axes: Axes, panel: d.Panel, relief: Relief, colours: Mapping[str, str]) -> None:
    """Draw the edges of the box with their ticks and names."""
    z = relief.z
    (near_x, far_x), (near_y, far_y) = (
        (ends[1], ends[0]) if ahead > 0 else (ends[0], ends[1])
        for ends, ahead in zip((relief.x, relief.y), relief.toward, strict=True)
    )

    def at(*place: float) -> Numbers:
        return np.array(relief.flat(*np.array(place)))

    def line(colour: str, *places: tuple[float, float, float]) -> None:
        axes.plot(*np.array([at(*p) for p in places]).T, color=colours[colour], lw=0.6, zorder=1)

    outer = [(near_x, far_y), (far_x, near_y)]
    left, right = sorted(outer, key=lambda corner: float(at(*corner, z[0])[0]))
    for level in z:
        line("line", (near_x, far_y, level), (far_x, far_y, level), (far_x, near_y, level))
    for corner in ((far_x, far_y), right):
        line("line", (*corner, z[0]), (*corner, z[1]))
    line("soft", (far_x, near_y, z[0]), (near_x, near_y, z[0]), (near_x, far_y, z[0]))
    line("soft", (*left, z[0]), (*left, z[1]))
    style: dict[str, Any] = {"color": colours["soft"], "fontsize": 7, "va": "center"}
    tall = np.hypot(*(at(*left, z[1]) - at(*left, z[0])))
    for tick in _ticks(z, 4) if panel.y.ticks and tall > 0.3 else ():
        px, py = at(*left, tick)
        axes.text(px - 0.05, py, f"{tick:g}", ha="right", **style)
    edges = (
        (panel.x, relief.x, lambda t: (t, near_y, z[0]), lambda t: (t, far_y, z[0])),
        (panel.y, relief.y, lambda t: (near_x, t, z[0]), lambda t: (far_x, t, z[0])),
    )
    for axis, ends, here, across in edges:
        middle = (ends[0] + ends[1]) / 2
        way = _unit(at(*here(middle)) - at(*across(middle)))
        out = _unit(way - np.array([0, 0.6]))
        if np.hypot(*(at(*here(ends[1])) - at(*here(ends[0])))) < 0.4:
            continue
        for tick in _ticks(ends, 4) if axis.ticks else ():
            px, py = at(*here(tick)) + 0.12 * out
            axes.text(px, py, f"{tick:g}", ha="center", **style)
        px, py = at(*here(middle)) + 0.3 * out
        axes.text(px, py, to_plain(edge_name(axis)), ha="center", **{**style, "fontsize": 9})


def _ticks(ends: Any, count: int) -> list[float]:
    ticks = MaxNLocator(count).tick_values(*ends)
    slack = 1e-9 * (ends[1] - ends[0])
    return [float(t) for t in ticks if ends[0] - slack <= t <= ends[1] + slack]


def _unit(way: Numbers) -> Numbers:
    result: Numbers = way / (np.hypot(*way) or 1.0)
    return result


def paint(axes: Axes, mark: Surface, values: Mapping[str, Any], colours: Mapping[str, str]) -> None:
    """Draw the surface itself, with the lines on it, as polygons from back to front."""
    relief: Relief = values["relief"]
    pieces = list(relief.pieces(values["levels"]))
    rgb = {name: np.array(to_rgb(colours[name])) for name in ("panel", "soft", mark.colour)}
    faces, rims, widths = [], [], []
    for piece in pieces:
        if piece.kind == "face":
            shade = (*_shade(piece, rgb["panel"], rgb[mark.colour], rgb["soft"]), 1.0)
            faces.append(shade)
            rims.append(shade)  # so that no ground shows between two cells
            widths.append(0.4)
        else:
            colour, opacity, width = _LINES[piece.kind]
            faces.append((0.0, 0.0, 0.0, 0.0))
            rims.append((*to_rgb(colours[colour]), opacity))
            widths.append(width)
    polygons = [np.stack(relief.flat(*piece.corners.T), axis=1) for piece in pieces]
    style: dict[str, Any] = {"facecolors": faces, "edgecolors": rims, "linewidths": widths}
    axes.add_collection(
        PolyCollection(polygons, **style, zorder=1.5, rasterized=True), autolim=False
    )


def _shade(piece: Piece, paper: Numbers, full: Numbers, soft: Numbers) -> Numbers:
    """Return the colour of a face, as the browser mixes it."""
    amount = 0.04 + 0.5 * (1 - piece.share) + 0.3 * (1 - piece.light)
    lit = paper + (full - paper) * amount
    shade: Numbers = lit + (soft - lit) * 0.2 if piece.under else lit
    return np.clip(shade, 0, 1)


def wordless(mark: m.Mark) -> m.Mark:
    """Return the mark without a legend entry and a note, for its hidden part."""
    words: dict[str, Any] = {name: "" for name in ("label", "text") if hasattr(mark, name)}
    return replace(mark, **words)


def flattened(
    mark: m.Mark, values: Mapping[str, Any], relief: Relief
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the numbers of a mark on the surface as those of a flat one: seen, and hidden."""
    place = (values["x"], values["y"], values["z"])
    if isinstance(mark, m.Points):
        kept = [numbers[relief.inside(*place)] for numbers in place]
        seen = relief.seen(*kept)
        flat = relief.flat(*kept)
        parts = [dict(zip("xy", (c[which] for c in flat), strict=True)) for which in (seen, ~seen)]
        return parts[0], parts[1]
    gap = np.full((2, 1), np.nan)
    joined = [
        np.concatenate([part for line in lines for part in (line, gap)], axis=1)
        if lines
        else np.empty((2, 0))
        for lines in relief.traced(*place)
    ]
    if isinstance(mark, m.Path) and relief.inside(*(numbers[-1:] for numbers in place)).all():
        end = np.stack(relief.flat(*(numbers[-1:] for numbers in place)))
        joined[0] = np.concatenate([joined[0], end], axis=1)
    before, behind = ({"x": line[0], "y": line[1]} for line in joined)
    return before, behind
