"""The still image: the same scene drawn by matplotlib, for print and where scripts do not run."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import singledispatch
from pathlib import Path
from typing import Any, Literal
from weakref import WeakKeyDictionary

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from dmfbook.explorables import declaration as d
from dmfbook.explorables import marks as m
from dmfbook.explorables.forms import surface_still
from dmfbook.explorables.labels import to_plain
from dmfbook.explorables.model import Model
from dmfbook.explorables.surface import Surface

_STYLES = Path(__file__).parents[1] / "web/palette.css"


def palette() -> dict[str, str]:
    """Return the colours that the browser's styles declare first, the light ones."""
    rule = _STYLES.read_text("utf-8").split("}", 1)[0]
    return dict(re.findall(r"--dmf-(\w+): (#[0-9a-f]{6});", rule))


PALETTE: Mapping[str, str] = palette()
#: The last still image of a demo, with the values that it shows: a notebook asks for it often.
_DRAWN: WeakKeyDictionary[Model, tuple[dict[str, float], str]] = WeakKeyDictionary()
_DASHES: Mapping[m.Dash, str] = {"solid": "-", "dashed": "--", "dotted": ":"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dmfbook",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": PALETTE["soft"],
    "axes.grid": True,
    "grid.color": PALETTE["line"],
    "grid.linewidth": 0.6,
}


@contextmanager
def _style() -> Iterator[None]:
    """Draw in the book's style, whatever the reader's own matplotlibrc and session say."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def draw(demo: Model) -> Figure:
    """Draw the explorable at its current values."""
    with _style():
        figure = _figure(demo)
        # Ticks and legends are laid out when drawn, which must happen under this style.
        figure.draw_without_rendering()
    return figure


def _figure(demo: Model) -> Figure:
    """Return the figure, under this style, before it is laid out: that takes longest."""
    scene = demo.scene()
    heights = [4.2 / panel.aspect for panel in demo.panels]
    figure = Figure(
        figsize=(4.2 * len(demo.panels) + 0.4, max(heights) + 0.9), layout="constrained"
    )
    row = figure.subplots(1, len(demo.panels), squeeze=False)[0]
    for axes, panel, numbers in zip(row, demo.panels, scene["panels"], strict=True):
        _draw_panel(axes, panel, numbers)
    figure.suptitle(to_plain(demo.title), x=0.01, ha="left", fontsize=10, weight="bold")
    return figure


def svg(demo: Model) -> str:
    """Return the still image as an SVG with its alternative text, the same bytes on every run."""
    values = dict(demo.values)
    if demo not in _DRAWN or _DRAWN[demo][0] != values:
        _DRAWN[demo] = (values, _svg(demo))
    return _DRAWN[demo][1]


def _svg(demo: Model) -> str:
    buffer = io.StringIO()
    with _style():
        figure = _figure(demo)
        _lay_out(figure, demo)
        # Surfaces are pictures of pixels in it: as many polygons would weigh ten times as much.
        dpi = 130 if any(panel.surface for panel in demo.panels) else 100
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, dpi=dpi)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m.group()):.2f}", text)
    # Several stills share a page, so the ids that matplotlib counts up need the demo's name.
    text = re.sub(r'(id="|#)(\w+)', rf"\g<1>{demo.name}-still-\g<2>", text)
    text = re.sub(r"#[\w-]*-still-([0-9a-f]{6})\b(?=[;\"])", r"#\1", text)
    described = html.escape(f"{demo.in_words()}. {to_plain(demo.description)}")
    return text.replace("<svg", f'<svg role="img" aria-label="{described}"', 1)


def _lay_out(figure: Figure, demo: Model) -> None:
    """Lay a figure out as SVG does, once and for all: else it would be drawn twice to be saved."""
    FigureCanvasSVG(figure)
    figure.set_dpi(72)
    layout = figure.get_layout_engine()
    assert layout is not None
    # Where boxes keep their shape, a second layout settles.
    for _ in range(2 if any(panel.equal for panel in demo.panels) else 1):
        layout.execute(figure)
    figure.set_layout_engine(None)


def _draw_panel(axes: Axes, panel: d.Panel, numbers: dict[str, Any]) -> None:
    if panel.surface is not None:
        _draw_surface_panel(axes, panel, numbers)
        return
    axes.set_xscale(panel.x.scale)
    axes.set_yscale(panel.y.scale)
    axes.set_xlim(*numbers["x"])
    axes.set_ylim(*numbers["y"])
    if panel.equal:
        axes.set_aspect("equal", adjustable="box")
    axes.set_xlabel(to_plain(panel.x.label))
    axes.set_ylabel(to_plain(panel.y.label))
    axes.set_title(to_plain(panel.title), fontsize=9)
    if not panel.x.ticks:
        axes.set_xticks([])
    if not panel.y.ticks:
        axes.set_yticks([])
    for mark, values in zip(panel.marks, numbers["marks"], strict=True):
        if not values.get("hidden"):
            _draw_mark(mark, axes, values)
    _add_legend(axes)


def _draw_surface_panel(axes: Axes, panel: d.Panel, numbers: dict[str, Any]) -> None:
    relief = surface_still.stage(axes, panel, numbers, PALETTE)
    shown = not numbers["marks"][0].get("hidden")
    for mark, values in zip(panel.marks, numbers["marks"], strict=True):
        if values.get("hidden") or not shown:
            continue
        if isinstance(mark, Surface):
            _draw_mark(mark, axes, {**values, "relief": relief})
            continue
        before, behind = surface_still.flattened(mark, values, relief)
        there = set(axes.get_children())
        _draw_mark(surface_still.wordless(mark), axes, behind)
        for artist in set(axes.get_children()) - there:
            artist.set_alpha(0.3)
        _draw_mark(mark, axes, before)
    _add_legend(axes, "upper right")


def _add_legend(axes: Axes, place: Literal["best", "upper right"] = "best") -> None:
    if any(artist.get_label()[:1] not in ("", "_") for artist in _labelled(axes)):
        axes.legend(fontsize=7, frameon=False, loc=place)


def _labelled(axes: Axes) -> list[Any]:
    return [*axes.lines, *axes.collections, *axes.patches, *axes.containers]


def _label(mark: m.Mark) -> str | None:
    return to_plain(mark.label) or None


def _pen(mark: m.Mark) -> dict[str, Any]:
    """Return how matplotlib strokes a mark."""
    return {
        "color": PALETTE[mark.colour],
        "linestyle": _DASHES[mark.dash],
        "linewidth": 0.8 * mark.width,
        "label": _label(mark),
    }


@singledispatch
def _draw_mark(mark: m.Mark, axes: Axes, values: dict[str, Any]) -> None:
    """Draw one mark from its numbers; each kind registers how."""
    raise TypeError(f"{type(mark).__name__} has no still image")


@_draw_mark.register
def _line(mark: m.Line, axes: Axes, values: dict[str, Any]) -> None:
    axes.plot(values["x"], values["y"], **_pen(mark))


@_draw_mark.register
def _region(mark: m.Region, axes: Axes, values: dict[str, Any]) -> None:
    colour = PALETTE[mark.colour]
    area = (values["x"], values["lower"], values["upper"])
    axes.fill_between(*area, color=colour, alpha=0.16, lw=0, label=_label(mark))


@_draw_mark.register
def _points(mark: m.Points, axes: Axes, values: dict[str, Any]) -> None:
    colour = PALETTE[mark.colour]
    face = "white" if mark.hollow else colour
    style: dict[str, Any] = {"ms": mark.size, "mfc": face, "mec": colour, "label": _label(mark)}
    axes.plot(values["x"], values["y"], "o", **style)
    _note(axes, values["x"], values["y"], mark.text)


@_draw_mark.register
def _rule(mark: m.Rule, axes: Axes, values: dict[str, Any]) -> None:
    (axes.axvline if "x" in values else axes.axhline)(*values.values(), **_pen(mark))
    left = np.array([values.get("x", axes.get_xlim()[0])])
    top = np.array([values.get("y", axes.get_ylim()[1])])
    _note(axes, left, top, mark.text, below="x" in values)


@_draw_mark.register
def _bars(mark: m.Bars, axes: Axes, values: dict[str, Any]) -> None:
    at, heights = values["at"], values["heights"]
    style: dict[str, Any] = {"color": PALETTE[mark.colour], "alpha": 0.75, "label": _label(mark)}
    axes.bar(at, heights, mark.thickness, **style)
    if mark.names:
        names = [to_plain(name) for name in mark.names]
        named = min(len(names), len(at))
        ticks = dict(zip(at[:named], names[:named], strict=True))
        # Bars of several marks share an axis: a name is added to those that stand there already.
        if isinstance(axes.xaxis.get_major_locator(), FixedLocator):
            there = (label.get_text() for label in axes.get_xticklabels())
            ticks = dict(zip(axes.get_xticks(), there, strict=True)) | ticks
        axes.set_xticks(list(ticks), list(ticks.values()))


@_draw_mark.register
def _segments(mark: m.Segments, axes: Axes, values: dict[str, Any]) -> None:
    ends = np.array([values["x0"], values["x1"]]), np.array([values["y0"], values["y1"]])
    lines = axes.plot(*ends, **{**_pen(mark), "label": None})
    if mark.label and lines:
        lines[0].set_label(to_plain(mark.label))
    for x0, x1, y0, y1 in zip(*ends[0], *ends[1], strict=True) if mark.arrow else ():
        head = {"arrowstyle": "->", "mutation_scale": 20, "color": PALETTE[mark.colour]}
        head |= {"linewidth": mark.width, "shrinkA": 0, "shrinkB": 0}
        # As low as a line, so that the marks after it lie above it.
        axes.annotate("", (x1, y1), (x0, y0), arrowprops=head, annotation_clip=True, zorder=2)


@_draw_mark.register
def _handle(mark: m.Handle, axes: Axes, values: dict[str, Any]) -> None:
    at, ink, panel = (values["x"], values["y"]), PALETTE["ink"], PALETTE["panel"]
    axes.plot(*at, "o", ms=9, mew=1.6, mfc=panel, mec=ink, label=_label(mark))
    axes.plot(*at, "o", ms=4, color=PALETTE[mark.colour])


@_draw_mark.register
def _surface(mark: Surface, axes: Axes, values: dict[str, Any]) -> None:
    surface_still.paint(axes, mark, values, PALETTE)


@_draw_mark.register
def _path(mark: m.Path, axes: Axes, values: dict[str, Any]) -> None:
    axes.plot(values["x"], values["y"], marker="o" if mark.dots else "", ms=2.5, **_pen(mark))
    axes.plot(values["x"][-1:], values["y"][-1:], "o", ms=5, color=PALETTE[mark.colour])


@_draw_mark.register
def _cells(mark: m.Cells, axes: Axes, values: dict[str, Any]) -> None:
    grid = values["value"].reshape(mark.rows, mark.columns)
    box = (*axes.get_xlim(), *axes.get_ylim())
    shades = LinearSegmentedColormap.from_list("cells", ["white", PALETTE[mark.colour]])
    axes.imshow(grid, extent=box, vmin=mark.low, vmax=2 * mark.high, cmap=shades, aspect="auto")
    for (i, j), value in np.ndenumerate(grid):
        at = ((j + 0.5) / mark.columns, 1 - (i + 0.5) / mark.rows)
        text = f"{value:.{mark.digits}f}"
        axes.text(*at, text, transform=axes.transAxes, ha="center", va="center")


def _note(axes: Axes, x: np.ndarray, y: np.ndarray, text: str, *, below: bool = False) -> None:
    if text and len(x) and np.isfinite(x[0] + y[0]):
        axes.annotate(
            to_plain(text), (x[0], y[0]), xytext=(6, -10 if below else 4),
            textcoords="offset points", fontsize=8, clip_on=True, annotation_clip=True,
        )  # fmt: skip


@_draw_mark.register
def _heat_map(mark: m.HeatMap, axes: Axes, values: dict[str, Any]) -> None:
    n = mark.resolution
    grid = values["value"].reshape(n, n)
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    shades = LinearSegmentedColormap.from_list("heat", [PALETTE[mark.colour], "white"])
    across, up = np.linspace(x0, x1, n), np.linspace(y0, y1, n)
    # Squares are centred on the samples, as in the browser.
    wide, high = (x1 - x0) / (2 * (n - 1)), (y1 - y0) / (2 * (n - 1))
    box = (x0 - wide, x1 + wide, y0 - high, y1 + high)
    axes.imshow(
        grid, extent=box, norm=PowerNorm(0.5, values["low"], values["high"]),
        cmap=shades, alpha=0.6, origin="lower", aspect=axes.get_aspect(), interpolation="none",
    )  # fmt: skip
    contours = np.unique(values["levels"])
    inside = contours[(contours > np.nanmin(grid)) & (contours < np.nanmax(grid))]
    if len(inside):
        axes.contour(
            across, up, grid, inside, colors=PALETTE["soft"], linewidths=0.5, linestyles="solid"
        )
