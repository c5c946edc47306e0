"""Explorables: demos that the reader steers, declared once for the book, Jupyter and print.

``declaration`` says what one is, ``compile`` turns its expressions into numpy and JavaScript,
``program`` evaluates it, and ``static``, ``widget`` and ``still`` show it. The scripts under
``web/`` are the browser's half. Nothing here knows a theorem.
"""

from dmfbook.explorables.compile import Routine, UnknownNameError
from dmfbook.explorables.declaration import (
    Axis,
    Bars,
    Cells,
    Frames,
    HeatMap,
    Line,
    Orbit,
    Panel,
    Path,
    Points,
    Readout,
    Region,
    Rule,
    Segments,
    Setting,
    Slider,
    Verdict,
)
from dmfbook.explorables.explorable import Explorable

__all__ = [
    "Axis",
    "Bars",
    "Cells",
    "Explorable",
    "Frames",
    "HeatMap",
    "Line",
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
    "UnknownNameError",
    "Verdict",
]
