"""The static element: complete markup, written here once, that the scripts under web/ bring alive.

Everything that takes room is in the markup from the start, so nothing moves when scripts run; a
reader without scripts gets the still image and the numbers.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dmfbook.explorables import declaration as d
from dmfbook.explorables import marks as m
from dmfbook.explorables.labels import to_html, to_plain
from dmfbook.explorables.model import Model
from dmfbook.explorables.sources import Frames
from dmfbook.explorables.surface import edge_name

WEB = Path(__file__).parents[1] / "web"
#: The browser's scripts, in the order in which they must load.
SCRIPTS = (
    *("axes.js", "contours.js", "scene.js", "marks.js", "draw.js", "relief.js", "surface.js"),
    *("controls.js", "glide.js", "readouts.js", "dragging.js", "explorable.js", "element.js"),
)
STYLES = ("palette.css", "explorables.css", "layout.css", "surface.css")
#: What a page without a surface does not need.
FOR_SURFACES = ("relief.js", "surface.js", "surface.css")
#: Two panels at least so wide for their height stand one above the other.
FLAT = 1.3


def styles() -> str:
    """Return all styles of the engine, in their order."""
    return "".join((WEB / name).read_text("utf-8") for name in STYLES)


#: How SVG writes the dashes of a stroke; the browser gets them with the specification.
DASHES: Mapping[m.Dash, str] = {"solid": "", "dashed": "7 5", "dotted": "1.5 5"}


def browser_specification(demo: Model) -> dict[str, Any]:
    """Return the specification with the words that the browser writes, as HTML."""
    spec = json.loads(json.dumps(demo.specification))
    for shown, panel in zip(spec["panels"], demo.panels, strict=True):
        if panel.surface:
            shown["names"] = [to_html(edge_name(axis)) for axis in (panel.x, panel.y)]
        for plan, mark in zip(shown["marks"], panel.marks, strict=True):
            plan["dash"] = DASHES[mark.dash]
            for name, text in mark.fields("words"):
                if text and name != "label":  # labels stand in the legend
                    plan[name] = to_html(text) if isinstance(text, str) else [*map(to_html, text)]
    for shown, readout in zip(spec["readouts"], demo.readouts, strict=True):
        if isinstance(readout, d.Verdict):
            shown["html"] = [to_html(text) for _, text in readout.cases]
        else:
            shown["html"] = to_html(readout.otherwise)
    return dict(spec)


def to_script_json(data: Any) -> str:
    """Write JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def series_json(frames: Frames) -> str:
    """Write the frames' series as rows, one per grid setting."""
    rows = {
        name: array.reshape(-1, array.shape[-1]).tolist() for name, array in frames.series.items()
    }
    return to_script_json(rows)


def element(demo: Model, *, still: bool = True) -> str:
    """Return the custom element with everything in it; with ``still``, for want of scripts too."""
    frames = (
        f'<script type="application/json" class="dmf-frames" data-of="{demo.name}">'
        f"{series_json(demo.frames)}</script>"
        if demo.frames
        else ""
    )
    return (
        f'<dmf-explorable class="dmf-explorable" id="{demo.name}">{figure(demo, controls=True)}'
        f'<noscript data-of="{demo.name}">{_still(demo) if still else ""}</noscript>'
        f'<script type="application/json" class="dmf-spec">'
        f"{to_script_json(browser_specification(demo))}</script>{frames}</dmf-explorable>"
    )


def saved(demo: Model) -> str:
    """Return what a notebook's file keeps for readers whom no kernel serves: picture and numbers.

    Reopened, exported, or shown by another site, it has no script to wait for, and many of those
    drop ``svg``, ``math``, ``style`` and ``script`` elements. So there are none, nor any controls.
    """
    picture = base64.b64encode(_still(demo).encode()).decode()
    description = html.escape(to_plain(demo.description))
    return (
        f'<div class="dmf-saved"><p><strong>{html.escape(to_plain(demo.title))}</strong></p>'
        f'<img src="data:image/svg+xml;base64,{picture}" '
        f'alt="{html.escape(demo.in_words())}. {description}" style="max-width: 100%">'
        f"<table><tbody>{_rows(demo)}</tbody></table><p>{description}</p></div>"
    )


def _still(demo: Model) -> str:
    from dmfbook.explorables.forms.still import svg  # which loads matplotlib

    return svg(demo)


def figure(demo: Model, *, controls: bool) -> str:
    """Return the figure; without ``controls`` Jupyter's own widgets stand below it."""
    name = demo.name
    steering = _controls(demo) + _settings(demo) if controls else ""
    least = min(panel.aspect for panel in demo.panels)
    shape = "flat" if least >= FLAT else "square"
    pair = shape == "square" and len(demo.panels) == 2
    even = " data-even" if pair and any(panel.equal for panel in demo.panels) else ""
    link = '<button type="button" class="dmf-quiet" data-link>Copy link</button>'
    return (
        f'<figure class="dmf-figure{" dmf-steered" if controls else ""}" role="group" '
        f'tabindex="-1" aria-labelledby="{name}-title" data-panels="{len(demo.panels)}" '
        f'data-shape="{shape}"{even} style="--dmf-aspect:{least:g}">'
        f'<figcaption class="dmf-title" id="{name}-title">{to_html(demo.title)}</figcaption>'
        '<div class="dmf-body"><div class="dmf-stage"><div class="dmf-panels">'
        f"{''.join(_panel(demo, p) for p in demo.panels)}</div>{_legend(demo)}</div>"
        f'<div class="dmf-desk">{steering}{_readouts(demo)}</div></div>'
        '<div class="dmf-live" aria-live="polite"></div>'
        '<div class="dmf-foot"><details><summary>Description and numbers</summary>'
        f"<p>{to_html(demo.description)}{_dragged(demo)}</p>"
        f"<table><tbody>{_rows(demo)}</tbody></table></details>{link * controls}</div></figure>"
    )


def _dragged(demo: Model) -> str:
    """Return, in words, what can be dragged: only where scripts are, so stills do not say it."""
    handles = [mark for p in demo.panels for mark in p.marks if isinstance(mark, m.Handle)]
    moved = {name for handle in handles for name in handle.moves}
    if not moved:
        return ""
    labels = [to_html(s.label) for s in demo.sliders if s.name in moved]
    return f" What bears a ring can be dragged, or moved with its slider: {'; '.join(labels)}."


def _panel(demo: Model, panel: d.Panel) -> str:
    title = f'<div class="dmf-panel-title">{to_html(panel.title)}</div>' if panel.title else ""
    if panel.surface:
        return _surface_panel(demo, panel, title)
    spoken = html.escape(to_plain(f"{demo.title}. {panel.title}" if panel.title else demo.title))
    heat = (
        '<div class="dmf-heat" hidden><canvas></canvas></div>'
        if any(isinstance(mark, m.HeatMap) for mark in panel.marks)
        else ""
    )
    return (
        f'<div class="dmf-panel">{title}<div class="dmf-y-label">{to_html(panel.y.label)}</div>'
        f'<div class="dmf-plot">{heat}'
        f'<svg role="img" aria-label="{spoken}" data-title="{spoken}"></svg>'
        f'<div class="dmf-words" aria-hidden="true"></div></div>'
        f'<div class="dmf-x-label">{to_html(panel.x.label)}</div></div>'
    )


def _surface_panel(demo: Model, panel: d.Panel, title: str) -> str:
    """Return the panel of a surface, which takes the keyboard and names its axes inside."""
    assert panel.surface is not None
    over = f"{panel.surface.up or 'height'} over {panel.x.label} and {panel.y.label}"
    parts = (demo.title, panel.title, over, "Turn it with the arrow keys")
    spoken = html.escape(to_plain(". ".join(filter(None, parts))))
    return (
        f'<div class="dmf-panel">{title}<div class="dmf-y-label">{to_html(panel.surface.up)}</div>'
        f'<div class="dmf-plot dmf-surface"><canvas></canvas>'
        f'<svg role="img" tabindex="0" aria-label="{spoken}" data-title="{spoken}"></svg>'
        f'<div class="dmf-words" aria-hidden="true"></div></div>'
        '<div class="dmf-x-label dmf-turn">drag to turn</div></div>'
    )


def _swatch(mark: m.Mark) -> str:
    match mark.swatch:
        case "dot":
            style = "dmf-hollow" if getattr(mark, "hollow", False) else "dmf-dot"
            shape = f'<circle class="{style} dmf-{mark.colour}" cx="13" cy="7" r="5"/>'
        case "knob":
            shape = (
                '<circle class="dmf-ring" cx="13" cy="7" r="5.5"/>'
                f'<circle class="dmf-core dmf-{mark.colour}" cx="13" cy="7" r="2.8"/>'
            )
        case "stroke":
            shape = (
                f'<path class="dmf-stroke dmf-{mark.colour}" stroke-width="{mark.width:g}" '
                f'stroke-dasharray="{DASHES[mark.dash]}" d="M2,7H24"/>'
            )
        case _:
            style = "dmf-bar" if mark.swatch == "bar" else "dmf-region"
            shape = f'<path class="{style} dmf-{mark.colour}" d="M3,1H23V13H3Z"/>'
    return f'<svg width="26" height="14" viewBox="0 0 26 14" aria-hidden="true">{shape}</svg>'


def _legend(demo: Model) -> str:
    """Return the legend: what looks alike and means the same, once.

    What may be absent keeps its room, so that nothing moves; it stands last, where none sees a gap.
    """
    marks: dict[str, list[str]] = {}
    always: set[str] = set()
    for i, panel in enumerate(demo.panels):
        for j, mark in enumerate(panel.marks):
            if mark.label:
                item = f"{_swatch(mark)}<span>{to_html(mark.label)}</span>"
                marks.setdefault(item, []).append(f"{i},{j}")
                if mark.when is True:
                    always.add(item)
    items = "".join(
        f'<li data-mark="{" ".join(marks[item])}">{item}</li>'
        for item in sorted(marks, key=lambda item: item not in always)
    )
    return f'<ul class="dmf-legend">{items}</ul>' if items else ""


def _controls(demo: Model) -> str:
    """Return the sliders; their names are spoken in plain words, for browsers leave MathML out."""
    rows = []
    for i, slider in enumerate(demo.sliders):
        spoken = html.escape(to_plain(slider.label))
        play = (
            f'<span class="dmf-play"><button type="button" data-play="{i}" aria-pressed="false" '
            f'aria-label="Play {spoken}">▶\ufe0e</button><button type="button" data-step="{i}" '
            f'aria-label="+1, one step of {spoken}">+1</button></span>'
            if slider.play
            else ""
        )
        field = f"{demo.name}-{slider.name}"
        rows.append(
            f'<div class="dmf-slider"><label for="{field}">{to_html(slider.label)}</label>'
            f'<span class="dmf-rail"><input type="range" id="{field}" data-slider="{i}" min="0" '
            f'step="1" value="0" aria-label="{spoken}" autocomplete="off"></span>'
            f'<output for="{field}" aria-live="off" style="min-width:{_room(demo, slider)}ch">'
            f"<span>{slider.value:.4g}</span></output>{play}</div>"
        )
    return f'<div class="dmf-controls">{"".join(rows)}</div>'


def _room(demo: Model, slider: d.Slider) -> int:
    """Return how many characters the longest value of a slider takes, in settings too."""
    steps = slider.positions
    every = max(1, steps // 500)
    declared = {s.name: s.value for s in demo.sliders}
    reached = [demo.program.setting(s.name, declared)[slider.name] for s in demo.settings]
    places = [slider.at(i) for i in (*range(0, steps, every), steps)]
    return max(len(f"{value:.4g}") for value in (slider.value, *reached, *places))


def _settings(demo: Model) -> str:
    """Return the settings as buttons; the first leads back to how the explorable opens."""
    buttons = ['<button type="button" data-setting="" aria-pressed="true">as it opens</button>']
    for setting in demo.settings:
        spoken = (
            f' aria-label="{html.escape(to_plain(setting.label))}"' if "$" in setting.label else ""
        )
        buttons.append(
            f'<button type="button" data-setting="{setting.name}" aria-pressed="false"{spoken}>'
            f"{to_html(setting.label)}</button>"
        )
    return f'<div class="dmf-settings" role="group" aria-label="Settings">{"".join(buttons)}</div>'


def _readouts(demo: Model) -> str:
    """Return the answers' places, as large as the largest answer, so that none moves another."""
    rows = [
        f'<div class="{"dmf-sentence" if _is_sentence(r) else "dmf-number"}">'
        f"<dt>{to_html(r.label)}</dt>"
        f'<dd data-room="{html.escape(_longest(r))}"><span>&nbsp;</span></dd></div>'
        for r in demo.readouts
    ]
    return f'<dl class="dmf-readouts">{"".join(rows)}</dl>' if rows else ""


def _longest(readout: d.Readout | d.Verdict) -> str:
    """Return as much text as the longest answer may be."""
    if isinstance(readout, d.Verdict):
        return max((to_plain(text) for _, text in readout.cases), key=len)
    # A sign, a point, and three zeros or an exponent.
    number = "\u2212" + "0" * (readout.digits + 4)
    return max(number, to_plain(readout.otherwise), key=len)


def _is_sentence(readout: d.Readout | d.Verdict) -> bool:
    """Whether an answer stands below its name, for want of room beside it."""
    return isinstance(readout, d.Verdict) and len(_longest(readout)) > 16


def _rows(demo: Model) -> str:
    return "".join(
        f'<tr><th scope="row">{html.escape(label)}</th><td>{html.escape(text)}</td></tr>'
        for label, text in demo.numbers()
    )
