"""One missing entry, and what each depth would put there."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider
from dmfbook.symbolic import matrix_recovery as formula

_entry, _neighbor = formula.entry, formula.neighbor
_price = formula.relative_price
_at_rank_one = sp.Abs(_entry - formula.rank_one_entry) < 1e-9
_entries = ex.where(
    sp.Eq(ex.row + ex.column, 0), 1, ex.where(sp.Eq(ex.row + ex.column, 2), _entry, _neighbor)
)

missing = ex.Explorable(
    name="missing",
    title="One missing entry",
    description=r"""A two by two matrix with a $1$, twice the same number $b$, and a last entry $t$
        that nobody has seen. First: the price of the whole matrix, $\sigma_1^{2/L} +
        \sigma_2^{2/L}$, over $t$, divided by the price of the matrix of rank one, which has $t =
        b^2$ and lies on the dotted line. At depth two the curve is smooth before the line, and
        lowest well before it; from depth three on it has a sharp dip at $b^2$. Second: the matrix,
        with your entry.""",
    sliders=[
        ex.Slider(_entry, "entry", "the missing entry $t$", -1, 8, 0.05, 2.5),
        ex.Slider(_neighbor, "neighbor", "the two known numbers $b$", 1, 2.5, 0.1, 2),
        depth_slider(2),
    ],
    panels=[
        ex.Panel(
            ex.Axis("missing entry $t$", -1, 8),
            ex.Axis("price, over that of rank one", 0.6, 1.8),
            ex.Rule(y=1, pen="grey dotted"),
            ex.Line(_price.subs(_entry, ex.along), samples=361, label="price", pen="3"),
            ex.Points(formula.rank_one_entry, 1, label="rank one", pen="green", size=6),
            ex.Handle(
                _entry,
                _price,
                label="your entry",
                pen="orange",
                moves="entry",
                snap=[formula.rank_one_entry, 1],
            ),
            aspect=1.2,
        ),
        ex.Panel(
            ex.Axis("", 0, 1, ticks=False),
            ex.Axis("", 0, 1, ticks=False),
            ex.Cells(_entries, 2, 2, low=-1, high=8),
            title="the matrix",
            aspect=1.2,
        ),
    ],
    readouts=[
        ex.Readout("larger singular value", formula.larger),
        ex.Readout("smaller singular value", formula.smaller),
        ex.Readout("price, over that of rank one", _price, digits=5),
        ex.Verdict(
            "your matrix",
            (_at_rank_one, "has rank one"),
            (_price < 1 - 1e-9, "has rank two, and costs less than rank one"),
            otherwise="has rank two, and costs no less than rank one",
        ),
    ],
    settings=[
        ex.Setting("rank-one", "rank one", entry=formula.rank_one_entry),
        ex.Setting("depth-three", "depth three", depth=3),
        ex.Setting("two-dips", "two dips", depth=3, neighbor=2.5, entry=1.5),
        ex.Setting("deep", "depth eight", depth=8, neighbor=2.5),
    ],
)
