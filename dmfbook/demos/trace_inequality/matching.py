"""The walk of the proof that a doubly stochastic matrix has a positive permutation."""

from collections.abc import Sequence

import numpy as np
import sympy as sp
from numpy.typing import NDArray

import dmfbook.explorables as ex
from dmfbook.demos.trace_inequality._shared import square

__all__ = ["matching"]

_SIZE = 5
# Means of permutations, in which the first free columns from the top down leave one row without.
_MEANS = (
    {(3, 4, 2, 1, 0): 0.5, (2, 0, 4, 3, 1): 0.3, (4, 1, 3, 0, 2): 0.2},
    {(4, 1, 0, 2, 3): 0.5, (4, 0, 3, 2, 1): 0.3, (0, 3, 2, 1, 4): 0.2},
    {(3, 1, 0, 2, 4): 0.6, (2, 3, 1, 4, 0): 0.4},
)
_matrices = [
    np.sum([w * np.eye(_SIZE)[list(order)] for order, w in mean.items()], axis=0) for mean in _MEANS
]
_steps = sp.Symbol("steps", nonnegative=True)
_number = sp.Symbol("number", positive=True)
_row, _column = sp.symbols("row column", real=True)


def _first_free(matrix: NDArray[np.float64]) -> dict[int, int]:
    """Return the column that each row gets, one row after the other; a row may get none."""
    found: dict[int, int] = {}
    for i, row in enumerate(matrix):
        free = [j for j in np.flatnonzero(row).tolist() if j not in found.values()]
        if free:
            found[i] = free[0]
    return found


def _shortest_walk(matrix: NDArray[np.float64], taken: dict[int, int]) -> list[int]:
    """Return rows and columns in turn, from the row without a column to a column without a row."""
    owner = {j: i for i, j in taken.items()}
    walks = [[next(i for i in range(_SIZE) if i not in taken)]]
    seen: set[int] = set()
    for walk in walks:  # grows while it is read, so that the shorter walks come first
        for j in np.flatnonzero(matrix[walk[-1]]).tolist():
            if j not in owner:
                return [*walk, j]
            if j not in seen:
                seen.add(j)
                walks.append([*walk, j, owner[j]])
    raise ValueError("no free column can be reached, so the matrix is not doubly stochastic")


_taken = [_first_free(matrix) for matrix in _matrices]
_walks = [_shortest_walk(matrix, taken) for matrix, taken in zip(_matrices, _taken, strict=True)]
_enlarged = [
    {**taken, **dict(zip(walk[::2], walk[1::2], strict=True))}
    for taken, walk in zip(_taken, _walks, strict=True)
]


def _nth(values: Sequence[sp.Expr | float], n: sp.Expr) -> sp.Expr:
    """Return the value at a place counted from 0; beyond the end, the last one."""
    *first, last = values
    return sp.Piecewise(*((value, sp.Eq(n, k)) for k, value in enumerate(first)), (last, True))


def _here(values: Sequence[sp.Expr | float]) -> sp.Expr:
    """Return the value that belongs to the matrix chosen."""
    return _nth(values, _number - 1)


def _stop(place: int) -> sp.Expr:
    """Return the row (even places) or column (odd places) of the walk."""
    return _here([walk[min(place, len(walk) - 2 + place % 2)] for walk in _walks])


_longest = max(map(len, _walks)) // 2
_moves = _here([len(walk) - 1 for walk in _walks])
_made = sp.Min(_steps, _moves)
_done = _steps > _moves
_onward, _back = sp.floor((_made + 1) / 2), sp.floor(_made / 2)
_k = ex.index
# The arrows pass below and to the right of the numbers.
_height = [_SIZE - 0.75 - _nth([_stop(2 * m) for m in range(_longest)], n) for n in (_k, _k + 1)]
_across = _nth([_stop(2 * m + 1) + 0.75 for m in range(_longest)], _k)
_left = _nth([0.1, *(_stop(2 * m + 1) + 0.75 for m in range(_longest - 1))], _k)
_corner = (_across, _height[0])
_free_row = _SIZE - 0.75 - _stop(0)


def _chosen(i: int) -> ex.Segments:
    """Return the outline of the entry of the matching in row i."""
    before, after = (_here([t.get(i, -1) for t in table]) for table in (_taken, _enlarged))
    return square(
        i,
        ex.where(_done, after, before),
        _SIZE,
        label="the matching" if i == 0 else "",
        pen="green 3",
        when=sp.Or(_done, before >= 0),
    )


matching = ex.Explorable(
    name="matching",
    title="A walk that enlarges a matching",
    description=r"""A doubly stochastic matrix with five rows and columns. Green squares
        mark a matching, positive entries of which no two lie in one row or column. They were
        chosen from the top down, in each row the first positive entry whose column was free, and
        one row found none. From that row, marked by a red ring, the walk goes along the row to a
        positive entry (orange), along its column back to the entry of the matching there (blue),
        along the row of that entry to a positive one, and so on, until it meets a column without a
        green square. The next step exchanges: the entries where orange arrows end come into the
        matching, those where blue arrows end leave it.""",
    sliders=[
        ex.Slider(_steps, "steps", "steps", 0, 2 * _longest, 1, 0, play=True),
        ex.Slider(_number, "number", "number of the matrix", 1, len(_MEANS), 1, 1),
    ],
    panels=[
        ex.Panel(
            ex.Axis("", 0, _SIZE, ticks=False),
            ex.Axis("", 0, _SIZE, ticks=False),
            ex.Cells(
                _nth(
                    [_here([m.flat[k] for m in _matrices]) for k in range(_SIZE**2)],
                    _SIZE * _row + _column,
                ),
                _SIZE,
                _SIZE,
                over=(_row, _column),
                digits=1,
            ),
            *(_chosen(i) for i in range(_SIZE)),
            ex.Points(
                0.1,
                _free_row,
                label="no entry in this row",
                pen="red",
                hollow=True,
                size=7,
                when=sp.Not(_done),
            ),
            *(
                ex.Segments(start, end, label=label, count=count, arrow=True, pen=pen)
                for start, end, label, count, pen in (
                    ((_left, _height[0]), _corner, "to a positive entry", _onward, "orange 2.5"),
                    (_corner, (_across, _height[1]), "back along the matching", _back, "blue 2.5"),
                )
            ),
            aspect=1.2,
        )
    ],
    readouts=[
        ex.Readout("entries in the matching", ex.where(_done, _SIZE, _SIZE - 1)),
        ex.Readout("positive entries found", _onward),
        ex.Readout("entries of the matching met", _back),
        ex.Verdict(
            "the walk",
            (_done, "has been exchanged: a positive permutation"),
            (sp.Eq(_steps, 0), "begins in the row that has no entry"),
            (sp.Eq(_steps, _moves), "ends: this column is free"),
            (sp.Eq(sp.Mod(_steps, 2), 1), "is at a positive entry, but its column is taken"),
            otherwise="is at the entry that takes the column",
        ),
    ],
    settings=[
        ex.Setting("exchanged", "exchanged", steps=2 * _longest),
        ex.Setting("two-exchanges", "a longer walk", number=2),
        ex.Setting("two-a-row", "two entries in every row", number=3),
    ],
)
