"""Explorables: demos that the reader steers, declared once for the book, Jupyter and print.

``declaration`` and ``marks`` say what one is, ``compile`` turns its expressions into numpy and
JavaScript, ``program`` evaluates it, ``model`` holds its values, and ``forms`` show it. The scripts
under ``web/`` are the browser's half. Nothing here knows a theorem.
"""

from dmfbook.explorables.compile import Routine, UnknownNameError
from dmfbook.explorables.declaration import Axis, Panel, Readout, Setting, Slider, Verdict
from dmfbook.explorables.explorable import Explorable
from dmfbook.explorables.helpers import near, polar, rounded, settled, where
from dmfbook.explorables.marks import (
    Bars,
    Cells,
    Colour,
    Dash,
    Handle,
    HeatMap,
    Line,
    Mark,
    Path,
    Points,
    Region,
    Rule,
    Segments,
    along,
    column,
    index,
    row,
)
from dmfbook.explorables.sources import Frames, Orbit
from dmfbook.explorables.surface import Surface

__all__ = [
    "Axis",
    "Bars",
    "Cells",
    "Colour",
    "Dash",
    "Explorable",
    "Frames",
    "Handle",
    "HeatMap",
    "Line",
    "Mark",
    "Orbit",
    "Panel",
    "Path",
    "Points",
    "Readout",
    "Region",
    "Routine",
    "Rule",
    "Segments",
    "Setting",
    "Slider",
    "Surface",
    "UnknownNameError",
    "Verdict",
    "along",
    "column",
    "index",
    "near",
    "polar",
    "rounded",
    "row",
    "settled",
    "where",
]
