"""The vignette: one panel as a small picture without axes or words, in the colours of the page.

It stands for a chapter in a list, and at its head. Colours are those of ``palette.css``, by their
names, so that it follows the reader's theme.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from functools import singledispatch
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from dmfbook.explorables import declaration as d
from dmfbook.explorables import marks as m
from dmfbook.explorables.labels import to_plain
from dmfbook.explorables.model import Model

_DASHES: Mapping[m.Dash, str] = {"solid": "", "dashed": "6 5", "dotted": "0.1 5"}
#: Lines that leave the picture are kept this far, in widths of the picture.
_BEYOND = 4.0
#: A line drawn with fewer points stays so near to itself, in pixels.
_FINE = 0.12


class Frame(NamedTuple):
    """Where a panel's numbers lie in the picture."""

    x: Callable[[ArrayLike], NDArray[np.float64]]
    y: Callable[[ArrayLike], NDArray[np.float64]]
    width: float
    height: float
    xs: tuple[float, float]
    ys: tuple[float, float]


def vignette(
    demo: Model, *, panel: int = 0, values: Mapping[str, float] | None = None,
    window: tuple[float, float, float, float] | None = None,
    width: float = 240, height: float = 150,
) -> str:  # fmt: skip
    """Return one panel of an explorable as a bare SVG.

    Parameters
    ----------
    demo
        The explorable; its sliders stay where they are.
    panel
        The number of the panel.
    values
        Values of sliders other than the present ones.
    window
        What of the panel is seen: from and to in x, then in y; all of it unless given.
    width, height
        Of the picture, in pixels.
    """
    numbers = demo.scene(values)["panels"][panel]
    declared = demo.panels[panel]
    ends = {"x": window[:2], "y": window[2:]} if window else numbers
    frame = _frame(declared, ends, width, height)
    drawn = "".join(
        _draw(mark, found, frame)
        for mark, found in zip(declared.marks, numbers["marks"], strict=True)
        if not found.get("hidden")
    )
    words = html.escape(to_plain(demo.title))
    return (
        f'<svg class="vignette" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{words}">'
        f"{drawn}</svg>"
    )


def _frame(panel: d.Panel, numbers: Mapping[str, Any], width: float, height: float) -> Frame:
    (x0, x1), (y0, y1) = (map(float, numbers[name]) for name in "xy")
    # Shades are known on their ranges alone: these fill the picture.
    if panel.equal and not any(isinstance(mark, m.HeatMap) for mark in panel.marks):
        spread = max((x1 - x0) / width, (y1 - y0) / height)
        middle = (x0 + x1) / 2, (y0 + y1) / 2
        x0, x1 = (middle[0] + side * spread * width / 2 for side in (-1, 1))
        y0, y1 = (middle[1] + side * spread * height / 2 for side in (-1, 1))
    return Frame(
        _scale(x0, x1, 0, width, panel.x.scale == "log"),
        _scale(y0, y1, height, 0, panel.y.scale == "log"),
        *(width, height, (x0, x1), (y0, y1)),
    )


def _scale(
    low: float, high: float, start: float, end: float, logarithmic: bool
) -> Callable[[ArrayLike], NDArray[np.float64]]:
    def to(values: ArrayLike) -> NDArray[np.float64]:
        numbers = np.asarray(values, float)
        with np.errstate(all="ignore"):
            share = (
                np.log(numbers / low) / np.log(high / low)
                if logarithmic
                else (numbers - low) / (high - low)
            )
        reach = _BEYOND * abs(end - start)
        return np.clip(start + share * (end - start), -reach, reach)

    return to


def _bends(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points of a polygon that its drawing needs, ends included."""
    if len(points) < 3:
        return points
    ends = points[-1] - points[0]
    away = points - points[0]
    length = np.hypot(*ends)
    off = (
        np.abs(ends[0] * away[:, 1] - ends[1] * away[:, 0]) / length
        if length > _FINE
        else np.hypot(away[:, 0], away[:, 1])
    )
    k = int(off.argmax())
    if off[k] <= _FINE:
        return points[[0, -1]]
    return np.concatenate([_bends(points[: k + 1])[:-1], _bends(points[k:])])


def _path(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """Return the path through finite points, less those that nobody would miss."""
    points = np.column_stack([x, y]).astype(float)
    whole = np.isfinite(points).all(axis=1)
    cuts = np.flatnonzero(np.diff(np.r_[False, whole, False]))
    pieces = (_bends(points[a:b]) for a, b in zip(cuts[::2], cuts[1::2], strict=True))
    return "".join("M" + "L".join(f"{a:.1f},{b:.1f}" for a, b in piece) for piece in pieces)


def _stroke(mark: m.Mark, path: str) -> str:
    dash = f' stroke-dasharray="{_DASHES[mark.dash]}"' if mark.dash != "solid" else ""
    return (
        f'<path d="{path}" fill="none" style="stroke:var(--dmf-{mark.colour})" '
        f'stroke-width="{mark.width:g}" stroke-linecap="round" stroke-linejoin="round"{dash}/>'
    )


def _disc(x: float, y: float, size: float) -> str:
    half = f"a{size:g},{size:g} 0 1 0 "
    return f"M{x - size:.1f},{y:.1f}{half}{2 * size:g},0{half}{-2 * size:g},0"


@singledispatch
def _draw(mark: m.Mark, values: Mapping[str, Any], frame: Frame) -> str:
    """Draw one mark from its numbers; a kind that registers nothing is left out."""
    return ""


@_draw.register
def _line(mark: m.Line, values: Mapping[str, Any], frame: Frame) -> str:
    return _stroke(mark, _path(frame.x(values["x"]), frame.y(values["y"])))


@_draw.register
def _trail(mark: m.Path, values: Mapping[str, Any], frame: Frame) -> str:
    x, y = frame.x(values["x"]), frame.y(values["y"])
    end = _disc(x[-1], y[-1], 4) if len(x) and np.isfinite(x[-1] + y[-1]) else ""
    return _stroke(mark, _path(x, y)) + f'<path d="{end}" style="fill:var(--dmf-{mark.colour})"/>'


@_draw.register
def _region(mark: m.Region, values: Mapping[str, Any], frame: Frame) -> str:
    x, low, high = (frame.x(values["x"]), frame.y(values["lower"]), frame.y(values["upper"]))
    fine = np.isfinite(x + low + high)
    if not fine.any():
        return ""
    path = _path(np.r_[x[fine], x[fine][::-1]], np.r_[high[fine], low[fine][::-1]])
    return f'<path d="{path}Z" style="fill:var(--dmf-{mark.colour})" fill-opacity="0.16"/>'


@_draw.register
def _points(mark: m.Points, values: Mapping[str, Any], frame: Frame) -> str:
    places = zip(frame.x(values["x"]), frame.y(values["y"]), strict=True)
    path = "".join(_disc(x, y, 0.8 * mark.size) for x, y in places if np.isfinite(x + y))
    fill = "var(--dmf-panel)" if mark.hollow else f"var(--dmf-{mark.colour})"
    return (
        f'<path d="{path}" style="fill:{fill};stroke:var(--dmf-{mark.colour})" stroke-width="1.5"/>'
    )


@_draw.register
def _handle(mark: m.Handle, values: Mapping[str, Any], frame: Frame) -> str:
    x, y = float(frame.x(values["x"]).flat[0]), float(frame.y(values["y"]).flat[0])
    return f'<path d="{_disc(x, y, 4.5)}" style="fill:var(--dmf-{mark.colour})"/>'


@_draw.register
def _rule(mark: m.Rule, values: Mapping[str, Any], frame: Frame) -> str:
    if "x" in values:
        return _stroke(mark, f"M{float(frame.x(values['x'])):.1f},0V{frame.height:g}")
    return _stroke(mark, f"M0,{float(frame.y(values['y'])):.1f}H{frame.width:g}")


@_draw.register
def _bars(mark: m.Bars, values: Mapping[str, Any], frame: Frame) -> str:
    floor = float(frame.y(np.clip(0, *frame.ys)))
    path = ""
    for at, height in zip(np.asarray(values["at"]), frame.y(values["heights"]), strict=True):
        left, right = (float(frame.x(at + side * mark.thickness / 2)) for side in (-1, 1))
        if np.isfinite(height):
            path += f"M{left:.1f},{floor:.1f}V{height:.1f}H{right:.1f}V{floor:.1f}Z"
    return f'<path d="{path}" style="fill:var(--dmf-{mark.colour})" fill-opacity="0.8"/>'


@_draw.register
def _segments(mark: m.Segments, values: Mapping[str, Any], frame: Frame) -> str:
    ends = [
        frame.x(values["x0"]),
        frame.y(values["y0"]),
        frame.x(values["x1"]),
        frame.y(values["y1"]),
    ]
    path = "".join(
        f"M{a:.1f},{b:.1f}L{c:.1f},{e:.1f}"
        for a, b, c, e in zip(*ends, strict=True)
        if np.isfinite(a + b + c + e)
    )
    return _stroke(mark, path)


@_draw.register
def _cells(mark: m.Cells, values: Mapping[str, Any], frame: Frame) -> str:
    grid = np.asarray(values["value"]).reshape(mark.rows, mark.columns)
    wide, high = frame.width / mark.columns, frame.height / mark.rows
    shades = np.clip((grid - mark.low) / (mark.high - mark.low), 0, 1)
    square = f"h{wide - 2:.1f}v{high - 2:.1f}h{2 - wide:.1f}Z"
    return "".join(
        f'<path d="M{j * wide + 1:.1f},{i * high + 1:.1f}{square}" '
        f'style="fill:var(--dmf-{mark.colour})" fill-opacity="{shade:.2f}"/>'
        for (i, j), shade in np.ndenumerate(shades)
    )


@_draw.register
def _heat_map(mark: m.HeatMap, values: Mapping[str, Any], frame: Frame) -> str:
    n = mark.resolution
    places = np.linspace(0, frame.width, n), np.linspace(frame.height, 0, n)
    grid = np.ma.masked_invalid(np.asarray(values["value"]).reshape(n, n))
    # Every other level: the picture is small.
    inside = [v for v in np.unique(values["levels"])[::2] if grid.min() < v < grid.max()]
    if not inside:
        return ""
    lines = Figure().subplots().contour(*places, grid, levels=inside).allsegs
    path = "".join(_path(line[:, 0], line[:, 1]) for level in lines for line in level)
    pen = f'style="stroke:var(--dmf-{mark.colour})" stroke-opacity="0.6"'
    return f'<path d="{path}" fill="none" {pen}/>'
