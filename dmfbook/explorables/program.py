"""From a declaration to a plan that Python evaluates and the browser interprets alike.

The plan is a tree of plain data whose leaves are ``Slot``s: compiled expressions. ``specification``
turns each slot into its index in a list of JavaScript sources; ``scene`` turns it into numbers.
Both walk the same tree, as ``web/scene.js`` does in the browser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from dmfbook.explorables import declaration as d
from dmfbook.explorables import marks as m
from dmfbook.explorables.compile import Compiled, Compiler, Routine
from dmfbook.explorables.places import Grid, Members, Places, Plane, Span, Steps
from dmfbook.explorables.sources import Frames, FrameSeries, Orbit
from dmfbook.explorables.surface import Surface

_BOUND = 1e9
Values = Mapping[str, float]


@dataclass(frozen=True)
class Slot:
    """A compiled expression: its place in the list of sources, and its Python twins."""

    index: int
    python: Callable[..., Any]
    bind: Callable[[Mapping[sp.Symbol, float]], Callable[..., Any]]


@dataclass(frozen=True)
class Environment:
    """What the slots see at one setting: the global symbols' numbers, the orbits, the frame."""

    numbers: dict[sp.Symbol, float]
    orbits: dict[str, list[np.ndarray]]
    frame: tuple[int, ...]


class Program:
    """The compiled form of one explorable."""

    def __init__(
        self,
        *,
        sliders: Sequence[d.Slider],
        derived: Mapping[sp.Symbol, Any],
        orbits: Sequence[Orbit],
        panels: Sequence[d.Panel],
        readouts: Sequence[d.Readout | d.Verdict],
        settings: Sequence[d.Setting],
        routines: Sequence[Routine],
        frames: Frames | None,
    ) -> None:
        self._sliders = sliders
        self._frames = frames
        self._orbits = orbits
        self._derived_symbols = list(derived)
        self._derived_expressions = derived
        orbit_symbols = [s for o in orbits for s in (o.length, *o.last)]
        names = [s.symbol for s in sliders] + self._derived_symbols + orbit_symbols
        if len(set(names)) != len(names):
            raise ValueError("sliders, derived values and orbits must use different symbols")
        self._compiler = Compiler(names, routines)
        self._compiled: list[Compiled] = []
        self._derived = [self._slot(expression) for expression in derived.values()]
        self._orbit_plans = [self._orbit(o) for o in orbits]
        self.panels = [self._panel(p) for p in panels]
        self.readouts = [self._readout(r) for r in readouts]
        self._settings = {s.name: self._stages(s.values) for s in settings}

    def specification(self) -> dict[str, Any]:
        """Return the plan as data for the browser, with the sources of all its expressions."""
        plan = {
            "routines": "".join(self._compiler.javascript_routines),
            "derived": self._derived,
            "orbits": self._orbit_plans,
            "panels": self.panels,
            "readouts": self.readouts,
            "settings": self._settings,
            "frames": {"over": self._frames.over, "grid": self._frames.grid}
            if self._frames
            else None,
        }
        return {"sources": [c.javascript for c in self._compiled], **_indices(plan)}

    def setting(self, name: str, values: Values) -> dict[str, float]:
        """Return the slider values after the named setting is applied to the given ones."""
        clamps = {s.name: s.clamp for s in self._sliders}
        moved = dict(values)
        for stage in self._settings[name]:
            numbers = self._environment(moved).numbers
            for slider, slot in stage.items():
                moved[slider] = clamps[slider](float(slot.python(numbers)))
        return moved

    def scene(self, values: Values) -> dict[str, Any]:
        """Return every number of the picture and the readouts at the given slider values."""
        environment = self._environment(values)
        panels = []
        for panel in self.panels:
            x, y = (
                [float(panel[axis][end].python(environment.numbers)) for end in ("low", "high")]
                for axis in ("x", "y")
            )
            marks = [self._evaluate_mark(mark, x, y, environment) for mark in panel["marks"]]
            panels.append({"x": x, "y": y, "marks": marks})
        readouts = [_evaluate_readout(readout, environment) for readout in self.readouts]
        return {"panels": panels, "readouts": readouts}

    # How the plan is made

    def _slot(self, expression: Any, local: Sequence[sp.Symbol] = ()) -> Slot:
        compiled = self._compiler.compile(expression, local)
        self._compiled.append(compiled)
        return Slot(len(self._compiled) - 1, compiled.python, compiled.bind)

    def _coordinate(self, value: Any, local: Sequence[sp.Symbol]) -> Any:
        """Plan a channel: an expression, a list of them, or a series of the frames."""
        if value is None:
            return None
        if isinstance(value, FrameSeries):
            if self._frames is None or value.name not in self._frames.series:
                raise ValueError(f"no frames hold the series {value.name!r}")
            return {"frame": value.name}
        if isinstance(value, (list, tuple)):
            return [self._slot(item) for item in value]
        return self._slot(value, local)

    def _once(self, value: Any) -> Any:
        """Plan what is computed once for a setting: an expression, several, or none."""
        if isinstance(value, (list, tuple)):
            return [self._slot(item) for item in value]
        return None if value is None else self._slot(value)

    def _orbit(self, orbit: Orbit) -> dict[str, Any]:
        local = (*orbit.state, orbit.step)
        return {
            "name": orbit.name,
            "start": [self._slot(e) for e in orbit.start],
            "update": [self._slot(e, local) for e in orbit.update],
            "count": self._slot(orbit.count),
            "limit": orbit.limit,
        }

    def _axis(self, axis: d.Axis) -> dict[str, Any]:
        return {
            "low": self._slot(axis.low),
            "high": self._slot(axis.high),
            "scale": axis.scale,
            "ticks": axis.ticks,
        }

    def _panel(self, panel: d.Panel) -> dict[str, Any]:
        return {
            "x": self._axis(panel.x),
            "y": self._axis(panel.y),
            "aspect": panel.aspect,
            "equal": panel.equal,
            "marks": [
                {**self._mark(mark, panel.surface), "needs": self._needs(mark)}
                if isinstance(mark, m.Handle)
                else self._mark(mark, panel.surface)
                for mark in panel.marks
            ],
        }

    def _needs(self, handle: m.Handle) -> list[int] | None:
        """Return which derived values tell where a handle is, or None if orbits or frames do.

        A drag asks for many places of the handle, and for nothing else of the scene.
        """
        sliders = {s.name: s.symbol for s in self._sliders}
        if not set(handle.moves) <= set(sliders):
            raise ValueError(f"a handle moves {handle.moves}, but the sliders are {list(sliders)}")
        place = [handle.x, handle.y]
        if any(isinstance(value, FrameSeries) for value in place):
            return None
        needed = self._closure([*place, handle.when, *handle.snap])
        if not needed <= {*sliders.values(), *self._derived_symbols}:
            return None
        for name in handle.moves:
            if sliders[name] not in self._closure(place):
                raise ValueError(f"a handle moves {name!r}, but its place does not depend on it")
        return [i for i, symbol in enumerate(self._derived_symbols) if symbol in needed]

    def _closure(self, expressions: Sequence[Any]) -> set[sp.Symbol]:
        """Return the symbols of expressions, with those of the derived values among them."""
        found: set[sp.Symbol] = set()
        todo = [s for e in expressions for s in sp.sympify(e).free_symbols]
        while todo:
            symbol = todo.pop()
            if symbol not in found:
                found.add(symbol)
                todo += sp.sympify(self._derived_expressions.get(symbol, 0)).free_symbols
        return found

    def _mark(self, mark: m.Mark, surface: Surface | None) -> dict[str, Any]:
        local = mark.places.symbols
        channels = dict(mark.fields("channel"))
        if surface is not None and mark is not surface:
            channels["z"] = surface.height(channels["x"], channels["y"])
        return {
            "kind": type(mark).__name__.lower(),
            "colour": mark.colour,
            "dash": mark.dash,
            "width": mark.width,
            **dict(mark.fields("style")),
            "along": self._places(mark.places),
            "channels": {k: self._coordinate(value, local) for k, value in channels.items()},
            "once": {k: self._once(value) for k, value in mark.fields("once")},
        }

    def _places(self, places: Places) -> dict[str, Any]:
        match places:
            case Span(ends=ends, samples=samples):
                return {"kind": "span", "ends": self._once(ends), "samples": samples}
            case Members(count=count):
                return {"kind": "members", "count": self._once(count)}
            case Plane(resolution=resolution):
                return {"kind": "plane", "resolution": resolution}
            case Steps(orbit=orbit):
                return {"kind": "steps", "orbit": orbit.name}
            case Grid(rows=rows, columns=columns):
                return {"kind": "grid", "rows": rows, "columns": columns}

    def _stages(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Split a setting: plain numbers first, so that its expressions are of the new values."""
        stages: tuple[dict[str, Any], ...] = ({}, {})
        for slider, value in values.items():
            stages[bool(sp.sympify(value).free_symbols)][slider] = self._slot(value)
        return [stage for stage in stages if stage]

    def _readout(self, readout: d.Readout | d.Verdict) -> dict[str, Any]:
        if isinstance(readout, d.Verdict):
            return {"cases": [[self._slot(condition), text] for condition, text in readout.cases]}
        return {
            "value": self._slot(readout.value),
            "when": self._slot(readout.when),
            "digits": readout.digits,
            "otherwise": readout.otherwise,
        }

    # How the plan is evaluated

    def _environment(self, values: Values) -> Environment:
        numbers: dict[sp.Symbol, float] = {s.symbol: float(values[s.name]) for s in self._sliders}
        for symbol, slot in zip(self._derived_symbols, self._derived, strict=True):
            numbers[symbol] = float(slot.python(numbers))
        orbits = {}
        for orbit, plan in zip(self._orbits, self._orbit_plans, strict=True):
            history = _iterate(plan, numbers)
            orbits[orbit.name] = history
            numbers[orbit.length] = float(len(history[0]) - 1)
            numbers |= {s: float(h[-1]) for s, h in zip(orbit.last, history, strict=True)}
        return Environment(numbers, orbits, self._frame(values))

    def _frame(self, values: Values) -> tuple[int, ...]:
        if self._frames is None:
            return ()
        return tuple(
            int(np.argmin(np.abs(np.array(points) - values[name])))
            for name, points in zip(self._frames.over, self._frames.grid, strict=True)
        )

    def _evaluate_mark(
        self, mark: dict[str, Any], x: list[float], y: list[float], environment: Environment
    ) -> dict[str, Any]:
        numbers = environment.numbers
        values: dict[str, Any] = {
            k: np.array([float(e.python(numbers)) for e in slot])
            if isinstance(slot, list)
            else float(slot.python(numbers))
            for k, slot in mark["once"].items()
            if slot is not None
        }
        if not values.pop("when"):
            return {"hidden": True}
        at = _places(mark["along"], x, y, environment)
        for name, coordinate in mark["channels"].items():
            if coordinate is not None:
                values[name] = self._channel(coordinate, environment, at)
        length = max((len(values[k]) for k in mark["channels"] if k in values), default=0)
        for name, coordinate in mark["channels"].items():
            if coordinate is None:  # the number of the place
                values[name] = np.arange(length, dtype=float)
        return values

    def _channel(self, channel: Any, environment: Environment, at: list[np.ndarray]) -> np.ndarray:
        numbers = environment.numbers
        if isinstance(channel, dict):
            assert self._frames is not None
            series: np.ndarray = self._frames.series[channel["frame"]][environment.frame]
            return series
        if isinstance(channel, list):
            return np.array([float(slot.python(numbers)) for slot in channel])
        shape = np.broadcast_shapes(*(places.shape for places in at)) if at else (1,)
        result = np.asarray(channel.python(numbers, *at), dtype=float)
        return np.array(np.broadcast_to(result, shape)).ravel()


def _places(
    along: dict[str, Any], x: list[float], y: list[float], environment: Environment
) -> list[np.ndarray]:
    """Return the values of the symbols that a mark runs along, as arrays that broadcast."""

    def steps(low: float, high: float, count: int) -> np.ndarray:
        return low + (high - low) * np.arange(count) / (count - 1)

    def count_to(end: float) -> np.ndarray:
        return np.arange(int(end), dtype=float)

    numbers = environment.numbers
    match along["kind"]:
        case "span":
            ends = [float(e.python(numbers)) for e in along["ends"]] if along["ends"] else x
            return [steps(ends[0], ends[1], along["samples"])]
        case "members":
            if along["count"] is None:
                return []
            return [count_to(float(along["count"].python(numbers)))]
        case "plane":
            n = along["resolution"]
            return [steps(x[0], x[1], n)[None, :], steps(y[0], y[1], n)[:, None]]
        case "steps":
            history = environment.orbits[along["orbit"]]
            return [*history, count_to(len(history[0]))]
        case _:
            return [count_to(along["rows"])[:, None], count_to(along["columns"])[None, :]]


def _iterate(plan: dict[str, Any], numbers: Mapping[sp.Symbol, float]) -> list[np.ndarray]:
    state = [np.float64(slot.python(numbers)) for slot in plan["start"]]
    update = [slot.bind(numbers) for slot in plan["update"]]
    history = [state]
    with np.errstate(all="ignore"):  # once, and not for each of thousands of steps
        for step in range(min(int(float(plan["count"].python(numbers))), plan["limit"])):
            state = [np.float64(function(*state, float(step))) for function in update]
            if not all(abs(value) <= _BOUND for value in state):
                break
            history.append(state)
    return [np.array(column) for column in zip(*history, strict=True)]


def _evaluate_readout(readout: dict[str, Any], environment: Environment) -> dict[str, Any]:
    numbers = environment.numbers
    if "cases" in readout:
        for condition, text in readout["cases"]:
            if bool(condition.python(numbers)):
                return {"text": text}
        return {"text": ""}
    if not bool(readout["when"].python(numbers)):
        return {"text": readout["otherwise"]}
    return {"value": float(readout["value"].python(numbers))}


def _indices(node: Any) -> Any:
    """Replace every slot of a plan by its index."""
    if isinstance(node, Slot):
        return node.index
    if isinstance(node, Mapping):
        return {key: _indices(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_indices(value) for value in node]
    return node
