"""The live widget: ipywidgets sliders beside the book's own picture, drawn by the same scripts."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import anywidget
import ipywidgets
import traitlets

from dmfbook.explorables.declaration import Slider
from dmfbook.explorables.forms import page
from dmfbook.explorables.labels import to_plain
from dmfbook.explorables.model import Model


def _module() -> str:
    """Join the book's scripts, with the widget's end in place of the page's, into one module."""
    scripts = [name for name in page.SCRIPTS if name != "element.js"]
    return "\n".join((page.WEB / name).read_text("utf-8") for name in [*scripts, "widget.js"])


class Picture(anywidget.AnyWidget):
    """The picture, legend and readouts of an explorable at its ``values``."""

    _esm = _module()
    _css = page.styles()
    markup = traitlets.Unicode().tag(sync=True)
    specification = traitlets.Unicode().tag(sync=True)
    series = traitlets.Unicode("{}").tag(sync=True)
    values = traitlets.Dict().tag(sync=True)


def build_widget(demo: Model) -> ipywidgets.Widget:
    """Return sliders, setting buttons and the picture, all tied to ``demo.values``."""
    picture = Picture(
        markup=page.figure(demo, controls=False),
        specification=json.dumps(page.browser_specification(demo)),
        series=page.series_json(demo.frames) if demo.frames else "{}",
        values=dict(demo.values),
    )
    sliders = {s.name: _slider(s, demo.values[s.name]) for s in demo.sliders}
    following = False

    def from_python(changes: Mapping[str, float]) -> None:
        # The picture hears of all changes at once; what the sliders make of theirs is no news.
        nonlocal following
        following = True
        try:
            picture.values = dict(demo.values)
            for slider in demo.sliders:
                if slider.name in changes:
                    value = changes[slider.name]
                    sliders[slider.name].value = int(value) if slider.integer else value
        finally:
            following = False

    def from_slider(change: Any) -> None:
        if not following:
            demo.values[change["owner"].name] = change["new"]

    def from_picture(change: Any) -> None:
        demo.values = change["new"]

    for name, slider in sliders.items():
        slider.add_traits(name=traitlets.Unicode(name))
        slider.observe(from_slider, "value")
    picture.observe(from_picture, "values")
    demo.values.listen(from_python)
    rows: list[ipywidgets.Widget] = []
    for declared in demo.sliders:
        row = [sliders[declared.name]]
        if declared.play:
            row.append(_play(declared, sliders[declared.name]))
        rows.append(ipywidgets.HBox(row))
    return ipywidgets.VBox([picture, *rows, _buttons(demo)])


def front_end_metadata(widget: ipywidgets.Widget) -> dict[str, Any]:
    """Return what the front end needs beside the widget: in Colab, where its manager is.

    Only anywidget knows, and tells it for its own widgets; the same holds for the box around one.
    """
    (picture,) = (child for child in widget.children if isinstance(child, Picture))
    bundle = picture._repr_mimebundle_()
    return dict(bundle[1]) if bundle else {}


def _slider(slider: Slider, value: float) -> ipywidgets.Widget:
    common: dict[str, Any] = {
        "description": to_plain(slider.label),
        "style": {"description_width": "12em"},
        "layout": {"width": "30em"},
        "continuous_update": True,
    }
    if slider.integer:
        return ipywidgets.IntSlider(
            int(value), int(slider.low), int(slider.high), int(slider.step), **common
        )
    if slider.scale == "log":
        low, high = math.log10(slider.low), math.log10(slider.high)
        return ipywidgets.FloatLogSlider(value, min=low, max=high, step=slider.step, **common)
    return ipywidgets.FloatSlider(
        value, min=slider.low, max=slider.high, step=slider.step, readout_format=".4g", **common
    )


def _play(declared: Slider, slider: ipywidgets.Widget) -> ipywidgets.Widget:
    """Return buttons that walk the slider's steps, on from where it stands."""
    place = math.log10 if declared.scale == "log" else float
    low, high = place(declared.low), place(declared.high)
    steps = max(1, round((high - low) / declared.step))

    def position() -> int:
        return round((place(slider.value) - low) / declared.step)

    def value(step: int) -> float:
        if step >= steps:
            return declared.high
        at = low + step * declared.step
        return float(10**at) if declared.scale == "log" else at

    def advance(change: Any) -> None:
        if change["new"] != position():
            slider.value = type(slider.value)(value(change["new"]))

    def follow(_: Any) -> None:
        play.value = position()

    interval = max(30, min(350, 5000 // steps))
    play = ipywidgets.Play(value=position(), min=0, max=steps, interval=interval)
    play.observe(advance, "value")
    slider.observe(follow, "value")
    return play


def _buttons(demo: Model) -> ipywidgets.Widget:
    buttons = []
    for setting in demo.settings:
        button = ipywidgets.Button(description=to_plain(setting.label), layout={"width": "auto"})
        button.on_click(lambda _, name=setting.name: demo.apply(name))
        buttons.append(button)
    reset = ipywidgets.Button(description="Reset", layout={"width": "auto"})
    reset.on_click(lambda _: demo.reset())
    return ipywidgets.HBox([*buttons, reset], layout={"flex_flow": "row wrap"})
