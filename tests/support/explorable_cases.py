"""The explorables that tests run over: every one the book declares, and one with every mark."""

from __future__ import annotations

import ast
import importlib
import pathlib
import re
from functools import cache

import numpy as np
import sympy as sp

import dmfbook.demos
from dmfbook.explorables import (
    Axis,
    Bars,
    Cells,
    Explorable,
    Frames,
    Handle,
    HeatMap,
    Line,
    Orbit,
    Panel,
    Path,
    Points,
    Readout,
    Region,
    Routine,
    Rule,
    Segments,
    Setting,
    Slider,
    Surface,
    Verdict,
    column,
    row,
)

EVERY_MARK = "every-mark"


def declared() -> list[str]:
    """Return "chapter.name" of every explorable of ``dmfbook.demos``.

    The names are read from ``__all__``, without an import: whoever collects the tests need not wait
    for all explorables to be compiled.
    """
    names = []
    for folder in map(pathlib.Path, dmfbook.demos.__path__):
        for file in sorted(folder.glob("[a-z]*/__init__.py")):
            (public,) = re.findall(r"^__all__ = (\[.*?\])", file.read_text("utf-8"), re.M | re.S)
            names += [f"{file.parent.name}.{name}" for name in ast.literal_eval(public)]
    return names


@cache
def explorable(name: str) -> Explorable:
    """Return the explorable of a name of ``declared``, or the one with every mark."""
    if name == EVERY_MARK:
        return every_mark()
    chapter, variable = name.split(".")
    found = getattr(importlib.import_module(f"dmfbook.demos.{chapter}"), variable)
    assert isinstance(found, Explorable), f"{name} is in __all__, but is no explorable"
    return found


def every_mark() -> Explorable:
    """Return an explorable that uses every kind of mark, slider, readout and source of numbers."""
    a, k, x, y, i, u, v, root = sp.symbols("a k x y i u v root")
    square_root = Routine("square_root", (a,), (x,), (1 + a,), ((x + a / x) / 2,), 12, result=x)
    spiral = Orbit("spiral", (u, v), (1, 0), (0.9 * u - a * v, a * u + 0.9 * v), k)
    grid = np.linspace(0.1, 2, 5)
    frames = Frames(("size",), (tuple(grid),), {"wave": np.sin(np.outer(grid, np.arange(6)))})
    plane = Panel(
        Axis("$x$", -2, 2),
        Axis("$y$", -2, 2 + a),
        HeatMap(x**2 + a * y**2, (x, y), levels=[1, a, 4], high=8, resolution=16),
        Line(sp.Piecewise((sp.sqrt(x), x > 0), (sp.sin(a * x), True)), parameter=x, label="$y$"),
        Line(sp.cos(x), sp.sin(x), parameter=x, span=(0, 2 * sp.pi), pen="dotted"),
        Region(-(sp.Abs(x) ** a), sp.Min(x, a), parameter=x, pen="green"),
        Points(root, sp.Mod(root, 1), text="$\\sqrt a$", label="root", pen="red"),
        Points(sp.cos(i), sp.Max(sp.sin(i), a - 1), index=i, count=k, hollow=True),
        Rule(x=root, pen="dashed", when=a > 1, label="only above one"),
        Rule(y=sp.sign(a - 1) * sp.log(1 + y), text="$\\pm 1$"),
        Segments((0, 0), (sp.cos(a), sp.sin(a)), arrow=True, pen="purple"),
        Path(spiral, u, v, pen="orange", label="orbit"),
        Region(0, sp.sin(x), parameter=x, x=sp.cos(x), span=(0, sp.pi / 2)),
        Handle(a - 1, k / 20, moves=("size", "steps"), label="handle", pen="ink"),
        equal=True,
    )
    others = (
        Panel(
            Axis("", -1, 6, ticks=False),
            Axis("height", 0, 3),
            Bars([a, sp.log(1 + a)], names=("a", "$b$")),
            Bars(frames["wave"]),
            Handle(5, root**2, moves="size", snap=[1, 3], when=a > 0.3),
        ),
        Panel(
            Axis("steps", 1, 100, scale="log"),
            Axis("size", 1e-6, 10, scale="log"),
            Path(spiral, spiral.step + 1, u**2 + v**2 + 1e-9, dots=False),
        ),
        Panel(
            Axis("", 0, 1, ticks=False),
            Axis("", 0, 1, ticks=False),
            Cells(a * (row + column) / 3, 2, 3),
        ),
        Panel(
            Axis("$x$", -1, 1),
            Axis("$y$", -1, 1 + a),
            # It has a hole where the logarithm has no value, and reaches above its box.
            Surface(
                sp.log(0.7 + x) + a * x * y, (x, y), -1, 1, levels=[0, a], up="$h$", resolution=9
            ),
            Line(x, sp.cos(a * x), parameter=x, label="on it", pen="green"),
            Line(x, x / 2, parameter=x, span=(-2, 2), samples=40, pen="dashed"),
            Points([(0, 0), (a - 1, 1)], text="$0$", label="two", pen="red"),
            Points(0.5, i / 9, index=i, count=k, hollow=True),
            Path(spiral, u, v, pen="orange", label="orbit on it"),
            title="raised",
        ),
    )
    return Explorable(
        name="every-mark",
        title="Every mark $a$",
        description="One of each, for the tests.",
        sliders=[
            Slider(a, "size", "size $a$", 0.1, 2, 0.05, 1.2),
            Slider(k, "steps", "steps", 0, 30, 1, 12, play=True),
            Slider(y, "decade", r"decade $10^{-y}$", 1e-4, 10, 0.1, 1, scale="log"),
        ],
        panels=(plane, *others),
        readouts=[
            Readout("root", root, 6),
            Readout("logarithm", sp.log(a - 1), when=a > 1, otherwise="none, for $a \\le 1$"),
            Readout("end", spiral.last[0] + spiral.length + sp.log(y)),
            Verdict("size", (a < 1, "small"), otherwise="large, $a \\ge 1$"),
        ],
        settings=[Setting("one", "one", size=1), Setting("mirrored", "mirrored", size=2.1 - a)],
        derived={root: square_root(a)},
        orbits=[spiral],
        routines=[square_root],
        frames=frames,
    )
