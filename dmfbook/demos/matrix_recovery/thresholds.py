"""What each depth does to a singular value, and what a grid search finds."""

from typing import Any

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook import collapse_threshold
from dmfbook.demos._shared import depth_slider, nonzero_fraction
from dmfbook.demos.matrix_recovery._shared import thresholded, unit_regularization
from dmfbook.reference import grid_minimizer
from dmfbook.symbolic import depth

_value = sp.Symbol("value", positive=True)
_widest = 3.0
_DEPTHS = tuple(range(2, 9))
# None of them is at the jump, at one, where the grid would have to choose.
_PLACES = tuple((k + 0.5) * 0.13 for k in range(23))
_grid = ex.Frames(
    over=("depth",),
    grid=(tuple(map(float, _DEPTHS)),),
    series={
        "place": np.tile(_PLACES, (len(_DEPTHS), 1)),
        "found": np.array(
            [
                [grid_minimizer(m, L, float(collapse_threshold(1.0, L)), 601) for m in _PLACES]
                for L in _DEPTHS
            ]
        ),
    },
)


def _kept(value: Any) -> Any:
    """Return what is left of a value above one."""
    return value * nonzero_fraction(unit_regularization * value ** (2 / depth - 2), depth)


_jump = (depth - 2) / (depth - 1)
_left = thresholded(_value, unit_regularization, 1, depth)

thresholds = ex.Explorable(
    name="thresholds",
    title="What is left of a singular value",
    description=r"""First: what thresholding leaves of a singular value $m$, in units in which all
        below $1$ are dropped, at every depth. Grey dots are the places of the lowest of 601 points
        of a grid. At depth two the curve leaves zero without a jump and stays one unit below the
        dashed diagonal; the deeper, the higher the jump and the sooner the curve comes to the
        diagonal. Second: what is taken away, $m - x$. Up to the jump it is all. Beyond it the soft
        threshold, dashed, takes one unit from every value however large, and from depth three on
        ever less is taken.""",
    sliders=[
        ex.Slider(_value, "value", "singular value $m$", 0.02, _widest, 0.01, 1.6),
        depth_slider(3),
    ],
    routines=[nonzero_fraction, thresholded],
    frames=_grid,
    panels=[
        ex.Panel(
            ex.Axis("singular value $m$", 0, _widest),
            ex.Axis("what is left, $x$", -0.2, _widest),
            ex.Line(ex.along, label="all of it", pen="grey dashed 1"),
            ex.Segments((0, 0), (1, 0), pen="3"),
            ex.Line(_kept(ex.along), span=(1, _widest), label="left", pen="3"),
            ex.Segments((1, 0), (1, _jump), pen="orange dotted"),
            ex.Points(_grid["place"], _grid["found"], label="grid search", pen="grey", size=3),
            ex.Handle(_value, _left, pen="orange", moves="value", snap=1),
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("singular value $m$", 0, _widest),
            ex.Axis("what is taken, $m - x$", -0.1, 1.5),
            ex.Segments((1, 1), (_widest, 1), label="at depth two", pen="grey dashed 1.5"),
            ex.Segments((0, 0), (1, 1), pen="3"),
            ex.Line(ex.along - _kept(ex.along), span=(1, _widest), label="taken", pen="3"),
            ex.Segments((1, 1), (1, 1 - _jump), pen="orange dotted"),
            ex.Points(_value, _value - _left, pen="orange", size=6),
            aspect=1.25,
        ),
    ],
    readouts=[
        ex.Readout("what is left, $x$", _left),
        ex.Readout("what is taken, $m - x$", _value - _left),
        ex.Readout(r"regularization $\lambda$ of these units", unit_regularization),
    ],
    settings=[
        ex.Setting("soft", "depth two", depth=2),
        ex.Setting("at-the-jump", "at the jump", value=1),
        ex.Setting("deep", "depth eight", depth=8),
    ],
)
