"""A sort by swaps, and the area that never falls."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import trace_inequality as formula

__all__ = ["swaps"]

# Rectangles of fixed widths a_1 > ... > a_4, whose heights b are sorted by swaps.
_WIDTHS = tuple(map(sp.Float, ("1.6", "1.1", "0.7", "0.4")))
_COUNT = len(_WIDTHS)
_lefts = [sum(_WIDTHS[:i], 0.0) for i in range(_COUNT)]
_starts = sp.symbols("start_1:5", positive=True)
_heights = sp.symbols("height_1:5", positive=True)
_settled = sp.Symbol("settled", nonnegative=True)
_place = sp.Symbol("place", real=True)


def _best_from(heights: tuple[sp.Symbol, ...], i: int) -> list[sp.Expr]:
    """Return, for each place j, whether it holds the first largest height from place i on."""
    return [
        sp.And(
            *(heights[j] > heights[k] for k in range(i, j)),
            *(heights[j] >= heights[k] for k in range(j + 1, _COUNT)),
        )
        for j in range(i, _COUNT)
    ]


def _after_settling(i: int) -> list[sp.Expr]:
    """Return the heights after the largest from place i on has been swapped into place i."""
    best = _best_from(_heights, i)
    moved = [ex.where(best[j - i], _heights[i], _heights[j]) for j in range(i + 1, _COUNT)]
    return [*_heights[:i], sp.Max(*_heights[i:]), *moved]


_settling = [_after_settling(i) for i in range(_COUNT - 1)]
_update = tuple(
    sp.Piecewise(
        *((_settling[i][m], sp.Eq(_place, i)) for i in range(_COUNT - 2)),
        (_settling[_COUNT - 2][m], True),
    )
    for m in range(_COUNT)
)
_sorting, _sorted = (
    ex.Orbit(name=name, state=_heights, start=_starts, update=_update, count=count, step=_place)
    for name, count in (("sorting", _settled), ("sorted", sp.Integer(_COUNT - 1)))
)


def _area(heights: tuple[sp.Symbol, ...]) -> sp.Expr:
    return sum(width * height for width, height in zip(_WIDTHS, heights, strict=True))


_now = _sorting.last
_most, _least = _area(_sorted.last), _area(_sorted.last[::-1])
# Who is swapped next: the place to settle and, where that is not itself, the place of the largest.
_swapped = {
    (i, j): sp.And(sp.Eq(_settled, i), _best_from(_now, i)[j - i])
    for i in range(_COUNT - 1)
    for j in range(i + 1, _COUNT)
}
_gain = sp.Piecewise(
    *(
        (
            formula.swap_gain.subs(
                {
                    formula.higher: _WIDTHS[i],
                    formula.lower: _WIDTHS[j],
                    formula.early: _now[i],
                    formula.late: _now[j],
                },
                simultaneous=True,
            ),
            condition,
        )
        for (i, j), condition in _swapped.items()
    ),
    (0, True),
)


# The inversions of the permutation that puts the heights where they now stand: the pairs of places
# of which the later one holds the taller height. Equal heights leave a choice of the permutation.
_later = [(_now[i], _now[j]) for j in range(_COUNT) for i in range(j)]
_inversions = sum(ex.where(early < late, 1, 0) for early, late in _later)
_sign = sp.prod(ex.where(early < late, -1, 1) for early, late in _later)
_different = sp.And(*(sp.Ne(early, late) for early, late in _later))


def _rectangle(m: int, colour: str, when: sp.Expr) -> ex.Bars:
    return ex.Bars(
        [_now[m]],
        at=[_lefts[m] + _WIDTHS[m] / 2],
        thickness=float(_WIDTHS[m]) - 0.03,
        names=(f"$a_{m + 1}$",),
        pen=colour,
        when=when,
    )


def _top(m: int) -> ex.Handle:
    """Return what sets a height, before any are settled."""
    middle = _lefts[m] + _WIDTHS[m] / 2
    return ex.Handle(middle, _starts[m], moves=f"height_{m + 1}", when=sp.Eq(_settled, 0))


_in_swap = [
    sp.Or(*(condition for pair, condition in _swapped.items() if m in pair)) for m in range(_COUNT)
]


def _unsorted(name: str, label: str, *heights: float) -> ex.Setting:
    values = {f"height_{k}": height for k, height in enumerate(heights, 1)}
    return ex.Setting(name, label, **values)


swaps = ex.Explorable(
    name="swaps",
    title="A sort by swaps",
    description=r"""First: four rectangles side by side. Their widths $a_1 > a_2 > a_3 > a_4$ are
        fixed, their heights are $b$ in some order, so their area is $\sum_i a_i b_{\pi(i)}$. Each
        step gives the tallest of the rest the widest place that is left, by exchanging two heights,
        drawn in orange before the exchange; where it stands there already, nothing is exchanged.
        Second: the area after each step. It never falls, and ends at the area of the sorted order,
        the highest line; the lowest line is the opposite order. While
        all heights differ, each exchange changes the sign of $\pi$.""",
    sliders=[
        ex.Slider(_settled, "settled", "places settled", 0, 3, 1, 0, play=True),
        *(
            ex.Slider(symbol, f"height_{i}", f"height {i} at the start", 0.1, 1, 0.05, value)
            for i, (symbol, value) in enumerate(
                zip(_starts, (0.3, 0.55, 0.15, 0.95), strict=True), 1
            )
        ),
    ],
    orbits=[_sorting, _sorted],
    panels=[
        ex.Panel(
            ex.Axis("widths 1.6, 1.1, 0.7, 0.4", 0, sum(_WIDTHS), ticks=False),
            ex.Axis("heights", 0, 1.05),
            *(_rectangle(m, "blue", sp.Not(_in_swap[m])) for m in range(_COUNT)),
            *(_rectangle(m, "orange", _in_swap[m]) for m in range(_COUNT)),
            *(_top(m) for m in range(_COUNT)),
            title="the area is the sum; orange swaps next",
            aspect=1.35,
        ),
        ex.Panel(
            ex.Axis("places settled", -0.3, 3.3),
            ex.Axis("area", _least - 0.12, _most + 0.12),
            ex.Rule(label="like order", y=_most, pen="green dashed"),
            ex.Rule(label="opposite order", y=_least, pen="grey dotted"),
            ex.Path(_sorting, _place, _area(_heights), label="this order", pen="blue"),
            title="no swap lowers it",
            aspect=1.35,
        ),
    ],
    readouts=[
        ex.Readout(r"area $\sum_i a_i b_{\pi(i)}$", _area(_now)),
        ex.Readout("area in like order", _most),
        ex.Readout(r"the next swap adds $(a_i - a_j)(b_j - b_i)$", _gain),
        ex.Readout(
            r"inversions of $\pi$", _inversions, when=_different, otherwise="two heights are equal"
        ),
        ex.Readout(r"sign of $\pi$", _sign, when=_different, otherwise="two heights are equal"),
    ],
    settings=[
        _unsorted("opposite-order", "opposite order", 0.15, 0.3, 0.55, 0.95),
        _unsorted("three-swaps", "three swaps needed", 0.15, 0.95, 0.55, 0.3),
        _unsorted("nearly-equal", "nearly equal heights", 0.5, 0.55, 0.5, 0.6),
        ex.Setting("sorted", "all settled", settled=3),
    ],
)
