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
from dmfbook.explorables.compile import Compiler, Routine

_BOUND = 1e9
Values = Mapping[str, float]


@dataclass(frozen=True)
class Slot:
    """A compiled expression: its place in the list of sources, and its Python twin."""

    index: int
    python: Callable[..., Any]


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
        derived: Sequence[tuple[sp.Symbol, Any]],
        orbits: Sequence[d.Orbit],
        panels: Sequence[d.Panel],
        readouts: Sequence[d.Readout | d.Verdict],
        settings: Sequence[d.Setting],
        routines: Sequence[Routine],
        frames: d.Frames | None,
    ) -> None:
        self._sliders = sliders
        self._frames = frames
        self._orbits = orbits
        self._derived_symbols = [symbol for symbol, _ in derived]
        orbit_symbols = [s for o in orbits for s in (o.length, *o.last)]
        names = [s.symbol for s in sliders] + self._derived_symbols + orbit_symbols
        if len(set(names)) != len(names):
            raise ValueError("sliders, derived values and orbits must use different symbols")
        self._compiler = Compiler(names, routines)
        self.sources: list[str] = []
        self._derived = [self._slot(expression) for _, expression in derived]
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
        return {"sources": self.sources, **_indices(plan)}

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
        self.sources.append(compiled.javascript)
        return Slot(len(self.sources) - 1, compiled.python)

    def _coordinate(self, value: Any, local: Sequence[sp.Symbol] = ()) -> Any:
        if isinstance(value, d.FrameSeries):
            if self._frames is None or value.name not in self._frames.series:
                raise ValueError(f"no frames hold the series {value.name!r}")
            return {"frame": value.name}
        if isinstance(value, (list, tuple)):
            return [self._slot(item, local) for item in value]
        return self._slot(value, local)

    def _orbit(self, orbit: d.Orbit) -> dict[str, Any]:
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
        known = {s.name for s in self._sliders}
        if panel.pick and not set(panel.pick) <= known:
            raise ValueError(f"a panel picks {panel.pick}, but the sliders are {sorted(known)}")
        return {
            "x": self._axis(panel.x),
            "y": self._axis(panel.y),
            "aspect": panel.aspect,
            "equal": panel.equal,
            "pick": panel.pick,
            "marks": [self._mark(mark) for mark in panel.marks],
        }

    def _mark(self, mark: d.Mark) -> dict[str, Any]:
        plan: dict[str, Any] = {
            "kind": type(mark).__name__.lower(),
            "when": self._slot(mark.when),
            "colour": mark.colour,
            "dash": mark.dash,
            "width": mark.width,
        }
        match mark:
            case d.Line():
                parameter = mark.parameter or sp.Symbol("_t")
                local = (parameter,)
                x = parameter if mark.x is None else mark.x
                span = [self._slot(e) for e in mark.span] if mark.span else None
                plan |= {"x": self._coordinate(x, local), "y": self._coordinate(mark.y, local)}
                plan |= {"span": span, "samples": mark.samples}
            case d.Region():
                local = (mark.parameter,)
                x = mark.parameter if mark.x is None else mark.x
                span = [self._slot(e) for e in mark.span] if mark.span else None
                plan |= {"x": self._slot(x, local), "lower": self._slot(mark.lower, local)}
                plan |= {"upper": self._slot(mark.upper, local)}
                plan |= {"span": span, "samples": mark.samples}
            case d.Points():
                plan |= self._family(mark, ("x", "y"))
                plan |= {"size": mark.size, "hollow": mark.hollow}
            case d.Rule():
                plan |= {
                    k: self._slot(e) for k, e in (("x", mark.x), ("y", mark.y)) if e is not None
                }
            case d.Bars():
                fields = ("heights",) if mark.at is None else ("heights", "at")
                plan |= {"at": None, **self._family(mark, fields), "thickness": mark.thickness}
            case d.Segments():
                plan |= self._family(mark, ("x0", "y0", "x1", "y1")) | {"arrow": mark.arrow}
            case d.HeatMap():
                plan |= {"value": self._slot(mark.value, (mark.x, mark.y))}
                plan |= {"low": self._slot(mark.low), "high": self._slot(mark.high)}
                plan |= {"contours": [self._slot(e) for e in mark.contours]}
                plan |= {"resolution": mark.resolution}
            case d.Path():
                local = (*mark.orbit.state, mark.orbit.step)
                plan |= {"orbit": mark.orbit.name, "dots": mark.dots}
                plan |= {"x": self._slot(mark.x, local), "y": self._slot(mark.y, local)}
            case d.Cells():
                plan |= {"value": self._slot(mark.value, (mark.row, mark.column))}
                plan |= {"rows": mark.rows, "columns": mark.columns, "digits": mark.digits}
                plan |= {"low": mark.low, "high": mark.high}
            case _:
                raise TypeError(f"{type(mark).__name__} is not a mark")
        return plan

    def _stages(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Split a setting: plain numbers first, so that its expressions are of the new values."""
        stages: tuple[dict[str, Any], ...] = ({}, {})
        for slider, value in values.items():
            stages[bool(sp.sympify(value).free_symbols)][slider] = self._slot(value)
        return [stage for stage in stages if stage]

    def _family(self, mark: Any, fields: Sequence[str]) -> dict[str, Any]:
        local = (mark.index,) if mark.index is not None else ()
        plan = {name: self._coordinate(getattr(mark, name), local) for name in fields}
        return {**plan, "family": mark.index is not None, "count": self._slot(mark.count)}

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

    def _sampled(
        self, coordinate: Any, environment: Environment, at: np.ndarray | None
    ) -> np.ndarray:
        """Evaluate a coordinate: a slot along ``at``, a list of slots, or a series of the frame."""
        numbers = environment.numbers
        if isinstance(coordinate, dict):
            assert self._frames is not None
            series: np.ndarray = self._frames.series[coordinate["frame"]][environment.frame]
            return series
        if isinstance(coordinate, list):
            return np.array([float(slot.python(numbers)) for slot in coordinate])
        if at is None:
            return np.array([float(coordinate.python(numbers))])
        result = np.asarray(coordinate.python(numbers, at), dtype=float)
        return np.array(np.broadcast_to(result, at.shape))

    def _evaluate_mark(
        self, mark: dict[str, Any], x: list[float], y: list[float], environment: Environment
    ) -> dict[str, Any]:
        numbers = environment.numbers
        if not bool(mark["when"].python(numbers)):
            return {"hidden": True}
        kind = mark["kind"]
        if kind in ("line", "region"):
            low, high = (float(e.python(numbers)) for e in mark["span"]) if mark["span"] else x
            at = low + (high - low) * np.arange(mark["samples"]) / (mark["samples"] - 1)
            sampled = ("x", "y") if kind == "line" else ("x", "lower", "upper")
            return {k: self._sampled(mark[k], environment, at) for k in sampled}
        if kind in ("points", "segments", "bars"):
            count = int(float(mark["count"].python(numbers)))
            index = np.arange(count, dtype=float) if mark["family"] else None
            fields = {
                "points": ("x", "y"),
                "segments": ("x0", "y0", "x1", "y1"),
                "bars": ("heights",),
            }[kind]
            result = {k: self._sampled(mark[k], environment, index) for k in fields}
            if kind == "bars":
                result["at"] = (
                    np.arange(len(result["heights"]), dtype=float)
                    if mark["at"] is None
                    else self._sampled(mark["at"], environment, index)
                )
            return result
        if kind == "rule":
            return {k: float(mark[k].python(numbers)) for k in ("x", "y") if k in mark}
        if kind == "heatmap":
            n = mark["resolution"]
            across = x[0] + (x[1] - x[0]) * np.arange(n) / (n - 1)
            up = y[0] + (y[1] - y[0]) * np.arange(n) / (n - 1)
            values = mark["value"].python(numbers, across[None, :], up[:, None])
            return {
                "values": np.array(np.broadcast_to(values, (n, n)), dtype=float).ravel(),
                "low": float(mark["low"].python(numbers)),
                "high": float(mark["high"].python(numbers)),
                "contours": np.array([float(e.python(numbers)) for e in mark["contours"]]),
            }
        if kind == "path":
            history = environment.orbits[mark["orbit"]]
            steps = np.arange(len(history[0]), dtype=float)
            return {
                k: np.array(
                    np.broadcast_to(mark[k].python(numbers, *history, steps), steps.shape),
                    dtype=float,
                )
                for k in ("x", "y")
            }
        rows = np.arange(mark["rows"], dtype=float)[:, None]
        columns = np.arange(mark["columns"], dtype=float)[None, :]
        cells = np.broadcast_to(
            mark["value"].python(numbers, rows, columns), (mark["rows"], mark["columns"])
        )
        return {"values": np.array(cells, dtype=float).ravel()}


def _iterate(plan: dict[str, Any], numbers: Mapping[sp.Symbol, float]) -> list[np.ndarray]:
    state = [np.float64(slot.python(numbers)) for slot in plan["start"]]
    history = [state]
    for step in range(min(int(float(plan["count"].python(numbers))), plan["limit"])):
        state = [np.float64(slot.python(numbers, *state, float(step))) for slot in plan["update"]]
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
