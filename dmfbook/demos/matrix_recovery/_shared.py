"""What the explorables of the chapter share: units, and what was computed beforehand."""

import json
from pathlib import Path
from typing import Any

import sympy as sp

from dmfbook.demos._shared import nonzero_fraction
from dmfbook.explorables import Routine
from dmfbook.symbolic import scalar_uniqueness as scalar
from dmfbook.symbolic import target

# Units in which a step of one half drops all singular values below one.
unit_regularization: Any = scalar.collapse_threshold.subs(target, sp.Integer(1))

_value, _price, _tie, _depth = sp.symbols("value price tie depth")
# What thresholding leaves of a value, the nonzero minimizer at the tie. It is a routine so that it
# is compiled once.
thresholded = Routine(
    name="thresholded",
    parameters=(_value, _price, _tie, _depth),
    result=sp.Piecewise(
        (
            _value * nonzero_fraction(_price * sp.Max(_value, _tie) ** (2 / _depth - 2), _depth),
            _value >= _tie * (1 - 1e-12),
        ),
        (0, True),
    ),
    uses=(nonzero_fraction,),
)

# Where the stored paths of tools/recovery_frames.py lie.
STORED = Path(__file__).parent / "terrain.json"


def stored() -> dict[str, Any]:
    """Return the paths of the terrain that tools/recovery_frames.py has computed."""
    data: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))
    return data
