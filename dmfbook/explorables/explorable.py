"""The explorable itself: one declaration, and its static element, live widget and still image."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy as sp

from dmfbook.explorables import declaration as d
from dmfbook.explorables.compile import Routine
from dmfbook.explorables.labels import to_ascii, to_plain
from dmfbook.explorables.program import Program

if TYPE_CHECKING:
    import ipywidgets
    from matplotlib.figure import Figure

#: What a notebook cell shows: "all", the widget and what a file keeps of it; the "static" element
#: alone (the book's build); or "text" alone (stored notebooks). The environment variable of this
#: name sets it.
DISPLAY_VARIABLE = "DMFBOOK_DISPLAY"


class SliderValues(MutableMapping[str, float]):
    """The sliders' values: read and set like a dictionary; widgets follow at once."""

    def __init__(self, sliders: Sequence[d.Slider]) -> None:
        self._sliders = {s.name: s for s in sliders}
        self._values = {s.name: float(s.value) for s in sliders}
        self._listeners: list[Any] = []

    def __getitem__(self, name: str) -> float:
        self.check_names([name])
        return self._values[name]

    def __setitem__(self, name: str, value: float) -> None:
        number = self.accepted(name, value)
        if number != self._values[name]:
            self._values[name] = number
            for listener in list(self._listeners):
                listener(name, number)

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"slider {name!r} cannot be removed; set it to a number instead")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)

    def listen(self, listener: Any) -> None:
        """Call ``listener(name, value)`` whenever a value changes."""
        self._listeners.append(listener)

    def accepted(self, name: str, value: float) -> float:
        """Return the number that the slider takes for a value: the nearest end when outside."""
        self.check_names([name])
        slider = self._sliders[name]
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if math.isnan(number):
            raise ValueError(
                f"slider {name!r} takes a number from {slider.low:g} to {slider.high:g}, "
                f"not {value!r}"
            )
        return slider.clamp(number)

    def check_names(self, names: Iterable[str]) -> None:
        """Refuse names that no slider has."""
        for name in names:
            if name not in self._sliders:
                raise KeyError(f"no slider {name!r}; there are {', '.join(self._sliders)}")


class Explorable:
    r"""A demo that the reader steers, declared once.

    Parameters
    ----------
    name
        Its name in URLs and ids: lower-case words joined by hyphens.
    title, description
        What it is called, and what it shows, for those who cannot see it. Both may hold
        mathematics between dollars.
    sliders, panels, readouts, settings
        What the reader moves, sees, reads, and the settings worth a name.
    derived
        Pairs of a symbol and its expression, each of the sliders and the pairs before it.
    orbits, routines, frames
        Iterated maps, functions defined by an iteration, and numbers computed beforehand.

    Raises
    ------
    ValueError
        When names clash or an expression uses a name that nothing defines.

    Examples
    --------
    >>> import sympy as sp
    >>> a, x = sp.symbols("a x")
    >>> demo = Explorable(
    ...     name="parabola",
    ...     title="A parabola",
    ...     description="The curve opens as the slider moves right.",
    ...     sliders=[d.Slider(a, "opening", "opening $a$", 0, 2, 0.1, 1)],
    ...     panels=[
    ...         d.Panel(
    ...             d.Axis("$x$", -1, 1),
    ...             d.Axis("$y$", 0, 2),
    ...             (d.Line(parameter=x, y=a * x**2),),
    ...         )
    ...     ],
    ...     readouts=[d.Readout("height at $x = 1$", a)],
    ... )
    >>> demo.values["opening"] = 1.5
    >>> print(demo)
    A parabola (opening = 1.5): height at x = 1: 1.5
    """

    def __init__(
        self,
        *,
        name: str,
        title: str,
        description: str,
        sliders: Sequence[d.Slider],
        panels: Sequence[d.Panel],
        readouts: Sequence[d.Readout | d.Verdict] = (),
        settings: Sequence[d.Setting] = (),
        derived: Sequence[tuple[sp.Symbol, Any]] = (),
        orbits: Sequence[d.Orbit] = (),
        routines: Sequence[Routine] = (),
        frames: d.Frames | None = None,
    ) -> None:
        d.check_names([name], "explorable")
        d.check_names([s.name for s in settings], "setting")
        if not description.strip():
            raise ValueError(f"explorable {name} needs a description for those who cannot see it")
        known = {s.name for s in sliders}
        for setting in settings:
            if not set(setting.values) <= known:
                raise ValueError(f"setting {setting.name} moves {set(setting.values) - known}")
        self.name, self.title, self.description = name, title, " ".join(description.split())
        self.sliders, self.panels, self.readouts = tuple(sliders), tuple(panels), tuple(readouts)
        self.settings, self.frames = tuple(settings), frames
        self.program = Program(
            sliders=self.sliders,
            derived=derived,
            orbits=orbits,
            panels=self.panels,
            readouts=self.readouts,
            settings=self.settings,
            routines=routines,
            frames=frames,
        )
        self._values = SliderValues(self.sliders)
        self._widget: ipywidgets.Widget | None = None

    @property
    def values(self) -> SliderValues:
        """The sliders' values; assign a mapping, or set one entry, to move them.

        A value outside a slider's range becomes the nearest end, as under the reader's hand. When
        one entry is refused, no slider moves.
        """
        return self._values

    @values.setter
    def values(self, values: Mapping[str, float]) -> None:
        accepted = {name: self._values.accepted(name, value) for name, value in values.items()}
        for name, number in accepted.items():
            self._values[name] = number

    def apply(self, setting: str) -> None:
        """Move the sliders to a named setting."""
        if setting not in {s.name for s in self.settings}:
            raise KeyError(
                f"no setting {setting!r}; there are {', '.join(s.name for s in self.settings)}"
            )
        self.values = self.program.setting(setting, self.values)

    def reset(self) -> None:
        """Move the sliders back to where they were declared."""
        self.values = {s.name: s.value for s in self.sliders}

    def scene(self, values: Mapping[str, float] | None = None) -> dict[str, Any]:
        """Return every number of the picture, at the given values or at the current ones."""
        self._values.check_names(values or ())
        return self.program.scene({**self._values, **(values or {})})

    def numbers(self) -> list[tuple[str, str]]:
        """Return the sliders and the readouts as rows of a table, in plain text."""
        rows = [(to_plain(s.label), f"{self._values[s.name]:.6g}") for s in self.sliders]
        return rows + self._spoken_readouts()

    def _spoken_readouts(self) -> list[tuple[str, str]]:
        shown = self.scene()["readouts"]
        rows = []
        for readout, result in zip(self.readouts, shown, strict=True):
            digits = getattr(readout, "digits", 4)
            text = to_plain(result["text"]) if "text" in result else f"{result['value']:.{digits}g}"
            rows.append((to_plain(readout.label), text))
        return rows

    @cached_property
    def specification(self) -> dict[str, Any]:
        """The declaration as data for the browser."""
        sliders = [
            {
                "name": s.name,
                "label": to_plain(s.label),
                "low": s.low,
                "high": s.high,
                "step": s.step,
                "value": s.value,
                "scale": s.scale,
                "integer": s.integer,
                "play": s.play,
            }
            for s in self.sliders
        ]
        return {"name": self.name, "sliders": sliders, **self.program.specification()}

    def to_html(self) -> str:
        """Return the static element: alive in any browser with no kernel and no network."""
        from dmfbook.explorables.forms.page import element

        return element(self)

    def to_widget(self) -> ipywidgets.Widget:
        """Return the live widget for Jupyter: one, which a notebook may show in several places."""
        from dmfbook.explorables.forms.widget import build_widget

        if self._widget is None or self._widget.comm is None:  # a closed widget has no comm
            self._widget = build_widget(self)
        return self._widget

    def to_figure(self) -> Figure:
        """Return the still image at the current values, as a matplotlib figure."""
        from dmfbook.explorables.forms.still import draw

        return draw(self)

    def in_words(self) -> str:
        """Return its title, its sliders and its readouts in one line of plain text."""
        sliders = ", ".join(f"{s.name} = {self._values[s.name]:.6g}" for s in self.sliders)
        readouts = "; ".join(f"{label}: {text}" for label, text in self._spoken_readouts())
        return f"{to_plain(self.title)} ({sliders}): {readouts}"

    def __str__(self) -> str:
        # Any stream can print it: not every console and log has Greek letters.
        return to_ascii(self.in_words())

    def __repr__(self) -> str:
        return f"<Explorable {self.name}>"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the forms of a cell's output, and what a front end must know to show them."""
        rows = "\n".join(f"  {label}: {text}" for label, text in self.numbers())
        text = f"{to_plain(self.title)}\n{to_plain(self.description)}\n{rows}"
        data: dict[str, Any] = {"text/plain": text}
        display = os.environ.get(DISPLAY_VARIABLE, "all")
        if display == "static":
            data["text/html"] = self.to_html()
        if display != "all":
            return data, {}
        from dmfbook.explorables.forms.page import saved
        from dmfbook.explorables.forms.widget import front_end_metadata

        data["text/html"] = saved(self)
        widget = self.to_widget()
        shown = widget._repr_mimebundle_() or {}
        data |= {k: v for k, v in shown.items() if k.startswith("application/")}
        return data, front_end_metadata(widget)
