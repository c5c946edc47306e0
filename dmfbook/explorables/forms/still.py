"""The still image: the same scene drawn by matplotlib, for print and where scripts do not run."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure

from dmfbook.explorables import declaration as d
from dmfbook.explorables import marks as m
from dmfbook.explorables.labels import to_plain
from dmfbook.explorables.model import Model

#: The light palette of web/explorables.css.
PALETTE: Mapping[str, str] = {
    "blue": "#1d5fa8",
    "orange": "#b4540a",
    "green": "#2c7a3f",
    "red": "#b3263a",
    "purple": "#7443a6",
    "grey": "#6b7280",
    "ink": "#1f2328",
}
_DASHES = {"solid": "-", "dashed": "--", "dotted": ":"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dmfbook",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#6b7280",
    "axes.grid": True,
    "grid.color": "#d9dde3",
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
    scene = demo.scene()
    with _style():
        heights = [4.2 / panel.aspect for panel in demo.panels]
        figure = Figure(
            figsize=(4.2 * len(demo.panels) + 0.4, max(heights) + 0.9), layout="constrained"
        )
        row = figure.subplots(1, len(demo.panels), squeeze=False)[0]
        for axes, panel, numbers in zip(row, demo.panels, scene["panels"], strict=True):
            _draw_panel(axes, panel, numbers)
        figure.suptitle(to_plain(demo.title), x=0.01, ha="left", fontsize=10, weight="bold")
        # Ticks and legends are laid out when drawn, which must happen under this style.
        figure.draw_without_rendering()
    return figure


def svg(demo: Model) -> str:
    """Return the still image as an SVG with its alternative text, the same bytes on every run."""
    figure = draw(demo)
    buffer = io.StringIO()
    with _style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m.group()):.2f}", text)
    # Several stills share a page, so the ids that matplotlib counts up need the demo's name.
    text = re.sub(r'(id="|#)(\w+)', rf"\g<1>{demo.name}-still-\g<2>", text)
    text = re.sub(r"#[\w-]*-still-([0-9a-f]{6})\b(?=[;\"])", r"#\1", text)
    described = html.escape(f"{demo.in_words()}. {to_plain(demo.description)}")
    return text.replace("<svg", f'<svg role="img" aria-label="{described}"', 1)


def _draw_panel(axes: Axes, panel: d.Panel, numbers: dict[str, Any]) -> None:
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
            _draw_mark(axes, mark, values)
    if any(artist.get_label()[:1] not in ("", "_") for artist in _labelled(axes)):
        axes.legend(fontsize=7, frameon=False)


def _labelled(axes: Axes) -> list[Any]:
    return [*axes.lines, *axes.collections, *axes.patches, *axes.containers]


def _draw_mark(axes: Axes, mark: m.Mark, values: dict[str, Any]) -> None:
    colour = PALETTE[mark.colour]
    label = to_plain(mark.label) or None
    pen: dict[str, Any] = {
        "color": colour,
        "linestyle": _DASHES[mark.dash],
        "linewidth": 0.8 * mark.width,
        "label": label,
    }
    match mark:
        case m.Line():
            axes.plot(values["x"], values["y"], **pen)
        case m.Region():
            axes.fill_between(
                values["x"],
                values["lower"],
                values["upper"],
                color=colour,
                alpha=0.16,
                lw=0,
                label=label,
            )
        case m.Points():
            face = "white" if mark.hollow else colour
            axes.plot(
                values["x"], values["y"], "o", ms=mark.size, mfc=face, mec=colour, label=label
            )
            _note(axes, values["x"], values["y"], mark.text)
        case m.Rule():
            (axes.axvline if "x" in values else axes.axhline)(*values.values(), **pen)
            left = np.array([values.get("x", axes.get_xlim()[0])])
            top = np.array([values.get("y", axes.get_ylim()[1])])
            _note(axes, left, top, mark.text, below="x" in values)
        case m.Bars():
            axes.bar(
                values["at"],
                values["heights"],
                mark.thickness,
                color=colour,
                alpha=0.75,
                label=label,
            )
            if mark.names:
                names = [to_plain(name) for name in mark.names]
                axes.set_xticks(values["at"][: len(names)], names[: len(values["at"])])
        case m.Segments():
            ends = np.array([values["x0"], values["x1"]]), np.array([values["y0"], values["y1"]])
            lines = axes.plot(*ends, **{**pen, "label": None})
            if label and lines:
                lines[0].set_label(label)
            for x0, x1, y0, y1 in zip(*ends[0], *ends[1], strict=True) if mark.arrow else ():
                head = {"arrowstyle": "->", "mutation_scale": 20, "color": colour}
                head |= {"linewidth": mark.width, "shrinkA": 0, "shrinkB": 0}
                # As low as a line, so that the marks after it lie above it.
                axes.annotate(
                    "", (x1, y1), (x0, y0), arrowprops=head, annotation_clip=True, zorder=2
                )
        case m.HeatMap():
            _draw_heat(axes, mark, values)
        case m.Path():
            axes.plot(values["x"], values["y"], marker="o" if mark.dots else "", ms=2.5, **pen)
            axes.plot(values["x"][-1:], values["y"][-1:], "o", ms=5, color=colour)
        case m.Cells():
            grid = values["value"].reshape(mark.rows, mark.columns)
            box = (*axes.get_xlim(), *axes.get_ylim())
            shades = LinearSegmentedColormap.from_list("cells", ["white", colour])
            axes.imshow(
                grid, extent=box, vmin=mark.low, vmax=2 * mark.high, cmap=shades, aspect="auto"
            )
            for (i, j), value in np.ndenumerate(grid):
                at = ((j + 0.5) / mark.columns, 1 - (i + 0.5) / mark.rows)
                axes.text(
                    *at,
                    f"{value:.{mark.digits}f}",
                    transform=axes.transAxes,
                    ha="center",
                    va="center",
                )


def _note(axes: Axes, x: np.ndarray, y: np.ndarray, text: str, *, below: bool = False) -> None:
    if text and len(x) and np.isfinite(x[0] + y[0]):
        axes.annotate(
            to_plain(text), (x[0], y[0]), xytext=(6, -10 if below else 4),
            textcoords="offset points", fontsize=8, clip_on=True, annotation_clip=True,
        )  # fmt: skip


def _draw_heat(axes: Axes, mark: m.HeatMap, values: dict[str, Any]) -> None:
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
        axes.contour(across, up, grid, inside, colors="#57606a", linewidths=0.5, linestyles="solid")
