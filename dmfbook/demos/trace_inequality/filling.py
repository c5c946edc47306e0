"""What the overlaps of two matrices lack to be doubly stochastic, and how it is filled up."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import about
from dmfbook.demos.trace_inequality._shared import square
from dmfbook.symbolic import trace_inequality as formula

__all__ = ["filling"]

# The singular vectors of B against those of A are rotations of space: a turn, a tilt that both
# share, and half of the turn again.
_output, _input, _tilt = _turns = sp.symbols("output input tilt", real=True)
_part = sp.Symbol("part", nonnegative=True)


def _frame(turn: sp.Symbol) -> sp.Matrix:
    return about(2, turn) * about(0, _tilt) * about(2, turn / 2)


_u, _v = _frame(_output), _frame(_input)
_sizes = [sp.Abs(x * y) for x, y in zip(_u, _v, strict=True)]
_overlaps = sp.symbols("overlap_1:10", nonnegative=True)
_rows = sp.symbols("row_lack_1:4", nonnegative=True)
_columns = sp.symbols("column_lack_1:4", nonnegative=True)
_total = sp.Symbol("total_lack", nonnegative=True)
_crumb = 1e-9
_lacks = _total > _crumb
_gains = [
    [ex.where(_lacks, row * column / sp.Max(_total, _crumb), 0) for column in _columns]
    for row in _rows
]
_now = [[_overlaps[3 * i + j] + _part * _gains[i][j] for j in range(3)] for i in range(3)]
_row, _column = sp.symbols("row column", real=True)
_entry = sp.Piecewise(
    *((_now[k // 3][k % 3], sp.Eq(3 * _row + _column, k)) for k in range(8)), (_now[2][2], True)
)
# The first row and the first column that lack the most, where the entry gains the most.
_most_row, _most_column = (
    sp.Piecewise(
        (0, lack[0] >= sp.Max(*lack) - _crumb), (1, lack[1] >= sp.Max(*lack) - _crumb), (2, True)
    )
    for lack in (_rows, _columns)
)
_PLACES = tuple(map(sp.Float, (0, 1, 2, 3.6, 4.6, 5.6)))
_HALF = 0.35
_lists = (*_rows, *_columns)
_across = sp.Symbol("across", real=True)


def _missing(k: int) -> ex.Region:
    """Return the rectangle between a bar and one."""
    return ex.Region(
        1 - (1 - _part) * _lists[k],
        sp.Integer(1),
        label="still lacking" if k == 0 else "",
        parameter=_across,
        span=(_PLACES[k] - _HALF, _PLACES[k] + _HALF),
        samples=2,
        pen="red",
    )


filling = ex.Explorable(
    name="filling",
    title="What is lacking",
    description=r"""First: the overlaps $|P_{ij}|$ of two matrices with three rows and columns,
        whose singular vectors are turned by rotations of space. Each rotation is a turn, a tilt and
        half of the turn again; the turns of output and input have sliders, the tilt is common. To
        the overlaps is added a part, from none to all, of the filling $r_i c_j / t$. A red square
        marks an entry that gains the most, in the row and the column that lack the most. Second:
        the sums of the three rows and of the three columns as bars, with an orange line at the
        height that the overlaps alone give, and in pale red what is still lacking to one. No sum
        exceeds one, and when all is filled in every sum is one. When both turns are the same, every
        sum is one from the beginning.""",
    sliders=[
        ex.Slider(_part, "part", "part filled in", 0, 1, 0.05, 0, play=True),
        ex.Slider(_output, "output", "output turn, degrees", 0, 90, 1, 5),
        ex.Slider(_input, "input", "input turn, degrees", 0, 90, 1, 60),
        ex.Slider(_tilt, "tilt", "common tilt, degrees", 0, 90, 1, 50),
    ],
    derived={
        **dict(zip(_overlaps, _sizes, strict=True)),
        **{_rows[i]: formula.lack_of_overlaps(_u[i, :], _v[i, :]) for i in range(3)},
        **{_columns[j]: formula.lack_of_overlaps(_u[:, j], _v[:, j]) for j in range(3)},
        _total: sum(_rows),
    },
    panels=[
        ex.Panel(
            ex.Axis("", 0, 3, ticks=False),
            ex.Axis("", 0, 3, ticks=False),
            ex.Cells(_entry, 3, 3, over=(_row, _column), digits=3),
            square(_most_row, _most_column, 3, label="gains the most", pen="red 2.5", when=_lacks),
            title=r"overlaps $|P_{ij}|$ and what is filled in",
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("rows, columns", -0.6, 6.2, ticks=False),
            ex.Axis("sum", 0, 1.15),
            ex.Bars(
                [1 - (1 - _part) * lack for lack in _lists],
                label="the sum",
                at=list(_PLACES),
                names=("1", "2", "3", "1", "2", "3"),
                pen="blue",
            ),
            *(_missing(k) for k in range(6)),
            ex.Segments(
                ([place - _HALF for place in _PLACES], [1 - lack for lack in _lists]),
                ([place + _HALF for place in _PLACES], [1 - lack for lack in _lists]),
                label="the sum of the overlaps",
                pen="orange 2.5",
            ),
            ex.Rule(y=sp.Integer(1), pen="grey dashed 1.2"),
            title="sums of rows and of columns",
            aspect=1.25,
        ),
    ],
    readouts=[
        ex.Readout("$t$, lacking at first", _total, when=_lacks, otherwise="0"),
        ex.Readout(
            "lacking now", (1 - _part) * _total, when=sp.And(_lacks, _part < 1), otherwise="nothing"
        ),
        ex.Readout(
            "most that an entry gains",
            sp.Max(*_rows) * sp.Max(*_columns) / sp.Max(_total, _crumb),
            when=_lacks,
            otherwise="nothing",
        ),
        ex.Verdict(
            "the matrix is",
            (sp.Or(sp.Not(_lacks), _part >= 1), "doubly stochastic"),
            otherwise="doubly substochastic, and not doubly stochastic",
        ),
    ],
    settings=[
        ex.Setting("filled", "all filled in", part=1),
        ex.Setting("same-turn", "the same turn twice", output=40, input=40),
        ex.Setting("nothing-left", "no overlap in two rows", output=0, tilt=0),
    ],
)
