"""The model of an explorable: its declaration, its sliders' values, and its numbers.

The forms in ``forms/`` show a model and steer it; it knows none of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from functools import cached_property
from typing import Any

import sympy as sp

from dmfbook.explorables import declaration as d
from dmfbook.explorables.compile import Routine
from dmfbook.explorables.labels import to_ascii, to_plain
from dmfbook.explorables.program import Program
from dmfbook.explorables.sources import Frames, Orbit


class SliderValues(MutableMapping[str, float]):
    """The sliders' values: read and set like a dictionary; widgets follow at once."""

    def __init__(self, sliders: Sequence[d.Slider]) -> None:
        self._sliders = {s.name: s for s in sliders}
        self._values = {s.name: float(s.value) for s in sliders}
        self._listeners: list[Callable[[Mapping[str, float]], object]] = []

    def __getitem__(self, name: str) -> float:
        self.check_names([name])
        return self._values[name]

    def __setitem__(self, name: str, value: float) -> None:
        self.change({name: value})

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"slider {name!r} cannot be removed; set it to a number instead")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)

    def change(self, values: Mapping[str, float]) -> None:
        """Set several values as one change; when one of them is refused, none is set."""
        accepted = {name: self.accepted(name, value) for name, value in values.items()}
        changes = {k: number for k, number in accepted.items() if number != self._values[k]}
        self._values |= changes
        if changes:
            for listener in list(self._listeners):
                listener(changes)

    def update(self, *values: Any, **named: float) -> None:
        """Set several values as one change, as a dictionary's method of this name does."""
        self.change(dict(*values, **named))

    def listen(self, listener: Callable[[Mapping[str, float]], object]) -> None:
        """Call ``listener(changes)`` after each change, with the new values of what changed."""
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


class Model:
    """One declared demo and where its sliders stand, with every number that it shows."""

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
        derived: Mapping[sp.Symbol, Any] | None = None,
        orbits: Sequence[Orbit] = (),
        routines: Sequence[Routine] = (),
        frames: Frames | None = None,
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
            derived=derived or {},
            orbits=orbits,
            panels=self.panels,
            readouts=self.readouts,
            settings=self.settings,
            routines=routines,
            frames=frames,
        )
        self._values = SliderValues(self.sliders)

    @property
    def values(self) -> SliderValues:
        """The sliders' values; assign a mapping, or set one entry, to move them.

        A value outside a slider's range becomes the nearest end, as under the reader's hand. When
        one entry is refused, no slider moves.
        """
        return self._values

    @values.setter
    def values(self, values: Mapping[str, float]) -> None:
        self._values.change(values)

    def apply(self, setting: str) -> None:
        """Move the sliders to a named setting, from where they were declared."""
        if setting not in {s.name for s in self.settings}:
            raise KeyError(
                f"no setting {setting!r}; there are {', '.join(s.name for s in self.settings)}"
            )
        self.values = self.program.setting(setting, {s.name: s.value for s in self.sliders})

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
