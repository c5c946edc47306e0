"""The directions of the orbit of minimizers, counted."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider
from dmfbook.symbolic import depth
from dmfbook.symbolic import hessian_spectrum as formula

__all__ = ["orbit"]

# Counting: one dot for each way to change the coordinates of one hidden layer.
_chosen, _hidden, _ends = sp.symbols("rank hidden ends", positive=True, integer=True)
_layers = depth - 1
_r = sp.Symbol("r", positive=True)
_dot = sp.Symbol("dot", integer=True)
_SIDE = 8
_row, _col = sp.floor(_dot / _SIDE), sp.Mod(_dot, _SIDE)
_is_present = sp.And(_row < _hidden, _col < _hidden)
_sizes = {formula.rank: _r, formula.hidden_width: _hidden}
_turns, _stretches = formula.rotations.subs(_sizes), formula.stretches.subs(_sizes)
_parameters = 2 * _ends * _hidden + (depth - 2) * _hidden**2
_moves = {
    formula.rank: _r,
    formula.input_width: _ends,
    formula.output_width: _ends,
    formula.hidden_total: _layers * _hidden,
    formula.parameters: _parameters,
}
_counts = [
    _layers * _turns,
    _layers * _stretches,
    formula.function_moves.subs(_moves),
    formula.dead_moves.subs(_moves),
]
_full = sp.Eq(_r, _hidden)


def _dots(condition: sp.Basic, **style: Any) -> ex.Points:
    """Return dots at those places of the matrix S that satisfy a condition."""
    shown = sp.And(_is_present, condition)
    away = -sp.Integer(9)
    return ex.Points(
        ex.where(shown, _col + 1, away),
        ex.where(shown, _row + 1, away),
        index=_dot,
        count=_SIDE**2,
        **style,
    )


orbit = ex.Explorable(
    name="orbit",
    title="Every rotation is a zero eigenvalue",
    description=r"""First: the entries $(i, j)$ of a matrix $S$ that changes the coordinates of one
        hidden layer, drawn as dots. Above the diagonal a dot stands for the rotation of the plane
        $(i, j)$, on it and below it for a stretch. A dot is filled if the change moves the
        minimizer, which it does when one of its coordinates is among the $r$ in use; hollow dots
        do nothing. Second: how many eigenvalues of each kind the whole Hessian has: $0$ for the
        rotations, $4\lambda$ for the stretches, then those of the function space, then the dead
        ones. As the rank grows the dots fill up.""",
    sliders=[
        ex.Slider(_chosen, "rank", "rank $r$ of the end-to-end matrix", 1, 8, 1, 2),
        ex.Slider(_hidden, "hidden", "hidden widths $d$", 1, 8, 1, 8),
        ex.Slider(_ends, "ends", "outer widths $d_0 = d_L$", 1, 8, 1, 8),
        depth_slider(3, high=6),
    ],
    derived={_r: sp.Min(_chosen, _hidden, _ends)},
    panels=[
        ex.Panel(
            ex.Axis("column $j$ of $S$", 0.3, 8.7, ticks=False),
            ex.Axis("row $i$ of $S$", 8.7, 0.3, ticks=False),
            ex.Segments((0.3, 0.3), (8.7, 8.7), pen="grey dotted 1"),
            _dots(
                sp.And(_row < _col, _row < _r), label="rotation: eigenvalue 0", pen="blue", size=7
            ),
            _dots(
                sp.And(_row >= _col, _col < _r),
                label=r"stretch: eigenvalue $4\lambda$",
                pen="orange",
                size=7,
            ),
            _dots(
                sp.And(_row >= _r, _col >= _r),
                label="moves nothing",
                pen="grey",
                size=5,
                hollow=True,
            ),
            ex.Handle(_r + 0.5, _r + 0.5, pen="ink", moves="rank"),
            aspect=1.3,
        ),
        ex.Panel(
            ex.Axis("kinds of eigenvalues", -0.6, 3.6, ticks=False),
            ex.Axis("how many", 0, 1.05 * sp.Max(*_counts)),
            ex.Bars([_counts[0]], at=[0], pen="blue", names=("$0$",)),
            ex.Bars([_counts[1]], at=[1], pen="orange", names=(r"$4\lambda$",)),
            ex.Bars([_counts[2]], at=[2], pen="green", names=("function",)),
            ex.Bars([_counts[3]], at=[3], pen="grey", names=("dead",)),
            aspect=1.3,
        ),
    ],
    readouts=[
        ex.Readout("rank $r$, at most every width", _r),
        ex.Readout("rotations: dimension of the orbit, eigenvalues $0$", _counts[0], digits=6),
        ex.Readout(r"eigenvalues $4\lambda$", _counts[1], digits=6),
        ex.Readout("all parameters $N$", _parameters, digits=6),
        ex.Readout("connected pieces of the orbit", ex.where(_full, 2**_layers, 1)),
    ],
    settings=[
        ex.Setting("one-path", "rank one", rank=1),
        ex.Setting("square", "all widths equal to the rank", rank=4, hidden=4),
        ex.Setting("wide", "wide hidden layers", hidden=8, ends=2),
        ex.Setting("scalar", "one number", rank=1, hidden=1, ends=1),
    ],
)
