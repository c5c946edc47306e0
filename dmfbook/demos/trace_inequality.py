"""The explorables of the chapter on von Neumann's trace inequality."""

from __future__ import annotations

from itertools import permutations, product

import sympy as sp

from dmfbook.explorables import (
    Axis,
    Bars,
    Cells,
    Explorable,
    HeatMap,
    Line,
    Orbit,
    Panel,
    Path,
    Points,
    Readout,
    Routine,
    Rule,
    Segments,
    Setting,
    Slider,
    Verdict,
)
from dmfbook.symbolic import trace_inequality as formula

__all__ = ["alignment", "peeling", "sum_of_both", "swaps"]

_LARGEST_A, _LARGEST_B = sp.Float(2.0), sp.Float(1.5)
_a1, _a2 = formula.first_values
_b1, _b2 = formula.second_values
_output, _input = sp.symbols("output input", real=True)
_radians = sp.pi / 180
_angles = (
    (_a1, _LARGEST_A),
    (_b1, _LARGEST_B),
    (formula.out_turn, _output * _radians),
    (formula.in_turn, _input * _radians),
)
_missing = sp.Symbol("missing", real=True)


def _rounded(value: sp.Expr) -> sp.Expr:
    """Return the value, or zero where it is but rounding."""
    return sp.Piecewise((0, sp.Abs(value) < sp.Float(1e-12)), (value, True))


_reached = _missing < sp.Float(1e-9)


def _turn(symbol: sp.Symbol, label: str, value: float) -> Slider:
    return Slider(symbol, symbol.name, label, -180, 180, 1, value)


_turn_output = _turn(_output, r"output turn $\theta$, degrees", 65)
_turn_input = _turn(_input, r"input turn $\phi$, degrees", 20)
_second_a = Slider(_a2, "second_a", r"$\sigma_2(A)$, where $\sigma_1(A) = 2$", 0, 2, 0.05, 0.8)

# A point x of the unit circle, and where a matrix sends it.
_around = sp.Symbol("around", real=True)
_circle = sp.Matrix([sp.cos(_around), sp.sin(_around)])
_spoke = sp.Symbol("spoke", real=True)
_SPOKES = 16


def _ellipse(matrix: sp.Matrix, label: str, colour: str) -> Line:
    x, y = matrix * _circle
    return Line(label=label, parameter=_around, x=x, y=y, span=(0, 2 * sp.pi), colour=colour)  # type: ignore[arg-type]


_spokes = _circle.subs(_around, 2 * sp.pi * _spoke / _SPOKES)
_from, _to = formula.first * _spokes, formula.second * _spokes

# The landscape of the trace over both angles.
_across, _up = sp.symbols("across up", real=True)
_landscape = formula.bound - formula.trace_by_angles.subs(
    {formula.in_turn: _across * _radians, formula.out_turn: _up * _radians}, simultaneous=True
)
_tied = sp.Or(sp.Eq(_a1, _a2), sp.Eq(_b1, _b2))
_along = sp.Symbol("along", real=True)
_peak = sp.Symbol("peak", integer=True)

alignment = Explorable(
    name="alignment",
    title="Two maps that may agree",
    description=r"""Left: the unit circle as the matrix $A$ sees it, a blue ellipse that stays, and
        as $B$ sees it, an orange ellipse that turns. Gray lines join $Ax$ to $Bx$ for sixteen
        points $x$ of the circle. The turn of the output $\theta$ turns the orange ellipse; the turn
        of the input $\phi$ leaves the ellipse where it is and moves the points along it. Right: the
        plane of both turns, shaded where $\mathrm{tr}(A^\top B)$ is near the bound, with a point
        for the present turns. The bound is reached at the center, and at half a turn of both. When
        one of the ellipses is a circle it is reached along the whole line $\theta = \phi$.""",
    sliders=[
        _turn_output,
        _turn_input,
        _second_a,
        Slider(_b2, "second_b", r"$\sigma_2(B)$, where $\sigma_1(B) = 1.5$", 0, 1.5, 0.05, 0.6),
    ],
    derived=(*_angles, (_missing, formula.bound - formula.trace_by_angles)),
    panels=[
        Panel(
            Axis("", -2.2, 2.2),
            Axis("", -2.2, 2.2),
            (
                Segments(
                    label="from $Ax$ to $Bx$",
                    x0=_from[0],
                    y0=_from[1],
                    x1=_to[0],
                    y1=_to[1],
                    index=_spoke,
                    count=_SPOKES,
                    colour="grey",
                    width=1.2,
                ),
                _ellipse(formula.first, "$Ax$", "blue"),
                _ellipse(formula.second, "$Bx$", "orange"),
                Points(x=_from[0], y=_from[1], index=_spoke, count=_SPOKES, size=3.5),
                Points(x=_to[0], y=_to[1], index=_spoke, count=_SPOKES, size=3.5, colour="orange"),
            ),
            title="the circle, twice",
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis(r"input turn $\phi$", -180, 180),
            Axis(r"output turn $\theta$", -180, 180),
            (
                HeatMap(
                    x=_across,
                    y=_up,
                    value=_landscape,
                    low=0,
                    high=2 * formula.bound,
                    contours=tuple(formula.bound * part for part in (0.05, 0.2, 0.5, 1, 1.5, 1.8)),
                    colour="green",
                ),
                Line(parameter=_along, y=_along, colour="green", width=3, when=_tied),
                Points(
                    label="the bound is reached",
                    x=sp.Piecewise(
                        (0, sp.Eq(_peak, 0)), (-180, _peak < sp.Float(2.5)), (180, True)
                    ),
                    y=sp.Piecewise(
                        (0, sp.Eq(_peak, 0)), (-180, sp.Eq(sp.Mod(_peak, 2), 1)), (180, True)
                    ),
                    index=_peak,
                    count=5,
                    colour="green",
                    size=7,
                ),
                Points(label="the present turns", x=_input, y=_output, colour="red", size=6),
            ),
            title="the landscape of both turns",
            aspect=1.0,
            pick=("input", "output"),
        ),
    ],
    readouts=[
        Readout(r"$\mathrm{tr}(A^\top B)$", _rounded(formula.bound - _missing)),
        Readout(r"the bound $\sigma_1 \sigma_1 + \sigma_2 \sigma_2$", formula.bound),
        Verdict(
            "together",
            (
                (_reached, "aligned: the bound is reached"),
                (
                    2 * formula.bound - _missing < sp.Float(1e-9),
                    "opposed: the negative of the bound is reached",
                ),
                (True, "not aligned"),
            ),
        ),
    ],
    settings=[
        Setting(
            "aligned",
            "aligned",
            {"output": 0, "input": 0, "second_a": 0.8, "second_b": 0.6},
        ),
        Setting(
            "looks-aligned",
            "looks aligned, is not",
            {"output": 0, "input": 90, "second_a": 0.8, "second_b": 0.6},
        ),
        Setting(
            "a-circle",
            "a circle does not mind",
            {"output": 65, "input": 65, "second_a": 2, "second_b": 0.6},
        ),
        Setting(
            "opposed",
            "opposed",
            {"output": 180, "input": 0, "second_a": 0.8, "second_b": 0.6},
        ),
    ],
)

# Rectangles of fixed widths a_1 > ... > a_4, whose heights b are sorted by swaps.
_WIDTHS = tuple(map(sp.Float, ("1.6", "1.1", "0.7", "0.4")))
_COUNT = len(_WIDTHS)
_lefts = [sum(_WIDTHS[:i], sp.Float(0)) for i in range(_COUNT)]
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
    moved = [
        sp.Piecewise((_heights[i], best[j - i]), (_heights[j], True)) for j in range(i + 1, _COUNT)
    ]
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
    Orbit(name=name, state=_heights, start=_starts, update=_update, count=count, step=_place)
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


def _rectangle(m: int, colour: str, when: sp.Expr) -> Bars:
    return Bars(
        heights=[_now[m]],
        at=[_lefts[m] + _WIDTHS[m] / 2],
        thickness=float(_WIDTHS[m]) - 0.03,
        names=(f"$a_{m + 1}$",),
        colour=colour,  # type: ignore[arg-type]
        when=when,
    )


_in_swap = [
    sp.Or(*(condition for pair, condition in _swapped.items() if m in pair)) for m in range(_COUNT)
]

swaps = Explorable(
    name="swaps",
    title="A sort by swaps",
    description=r"""Left: four rectangles side by side. Their widths $a_1 > a_2 > a_3 > a_4$ are
        fixed, their heights are $b$ in some order, so their area is $\sum_i a_i b_{\pi(i)}$. Each
        step gives the tallest of the rest the widest place that is left, by exchanging two heights,
        drawn in orange before the exchange; where it stands there already, nothing is exchanged.
        Right: the area after each step. It never falls, and ends at the area of the sorted order,
        the highest line; the lowest line is the opposite order.""",
    sliders=[
        Slider(_settled, "settled", "places settled", 0, 3, 1, 0, play=True),
        *(
            Slider(symbol, f"height_{i}", f"height {i} at the start", 0.1, 1, 0.05, value)
            for i, (symbol, value) in enumerate(
                zip(_starts, (0.3, 0.55, 0.15, 0.95), strict=True), 1
            )
        ),
    ],
    orbits=[_sorting, _sorted],
    panels=[
        Panel(
            Axis("widths 1.6, 1.1, 0.7, 0.4", 0, sum(_WIDTHS), ticks=False),
            Axis("heights", 0, 1.05),
            (
                *(_rectangle(m, "blue", sp.Not(_in_swap[m])) for m in range(_COUNT)),
                *(_rectangle(m, "orange", _in_swap[m]) for m in range(_COUNT)),
            ),
            title="the area is the sum; orange swaps next",
            aspect=1.35,
        ),
        Panel(
            Axis("places settled", -0.3, 3.3),
            Axis("area", _least - sp.Float(0.12), _most + sp.Float(0.12)),
            (
                Rule(label="like order", y=_most, colour="green", dash="dashed"),
                Rule(label="opposite order", y=_least, colour="grey", dash="dotted"),
                Path(
                    label="this order", orbit=_sorting, x=_place, y=_area(_heights), colour="blue"
                ),
            ),
            title="no swap lowers it",
            aspect=1.35,
        ),
    ],
    readouts=[
        Readout(r"area $\sum_i a_i b_{\pi(i)}$", _area(_now)),
        Readout("area in like order", _most),
        Readout(r"the next swap adds $(a_i - a_j)(b_j - b_i)$", _gain),
    ],
    settings=[
        Setting(
            "opposite-order",
            "opposite order",
            {"settled": 0, "height_1": 0.15, "height_2": 0.3, "height_3": 0.55, "height_4": 0.95},
        ),
        Setting(
            "three-swaps",
            "three swaps needed",
            {"settled": 0, "height_1": 0.15, "height_2": 0.95, "height_3": 0.55, "height_4": 0.3},
        ),
        Setting(
            "nearly-equal",
            "nearly equal heights",
            {"settled": 0, "height_1": 0.5, "height_2": 0.55, "height_3": 0.5, "height_4": 0.6},
        ),
        Setting("sorted", "all settled", {"settled": 3}),
    ],
)

# The squares of a rotation of space, a doubly stochastic matrix, and its peeling.
_tilts = sp.symbols("first_turn tilt second_turn", real=True)


def _about(axis: int, degrees: sp.Symbol) -> sp.Matrix:
    turn = sp.eye(3)
    kept = [i for i in range(3) if i != axis]
    for (i, j), value in zip(
        product(range(2), repeat=2), formula.rotation(degrees * _radians), strict=True
    ):
        turn[kept[i], kept[j]] = value
    return turn


_frame = _about(2, _tilts[0]) * _about(0, _tilts[1]) * _about(2, _tilts[2])
_squares = [entry**2 for entry in _frame]
_orders = tuple(permutations(range(3)))
_rest = sp.symbols("rest_1:10", real=True)
_weights = sp.symbols("weight_1:7", real=True)
_smallest = [sp.Min(*(_rest[3 * i + order[i]] for i in range(3))) for order in _orders]
# What is taken from the permutation of number k: its smallest entry if that is the largest of all,
# else nothing. A tie goes to the first, with a margin, so that rounding does not decide it.
_margin = sp.Float(1e-9)
_number = sp.Symbol("number", real=True)
_largest, _winner = sp.symbols("largest winner", real=True)
_taken_from = Routine(
    name="taken_from",
    parameters=(_number, *_rest),
    state=(_largest, _winner),
    start=(sp.Max(*_smallest), sp.Integer(0)),
    update=(
        _largest,
        sp.Piecewise(
            *((k, smallest >= _largest - _margin) for k, smallest in enumerate(_smallest[:-1])),
            (len(_orders) - 1, True),
        ),
    ),
    count=1,
    result=sp.Piecewise(
        (0, sp.Ne(_number, _winner)),
        *((smallest, sp.Eq(_number, k)) for k, smallest in enumerate(_smallest[:-1])),
        (_smallest[-1], True),
    ),
)


def _taken_at(i: int, j: int, entries: tuple[sp.Symbol, ...]) -> sp.Expr:
    """Return what the next step takes from the entry in row i and column j."""
    return sum(_taken_from(k, *entries) for k, order in enumerate(_orders) if order[i] == j)


_steps = sp.Symbol("peeled", nonnegative=True)
_peeling = Orbit(
    name="peeling",
    state=(*_rest, *_weights),
    start=(*_squares, *(0,) * len(_orders)),
    update=(
        *(_rest[3 * i + j] - _taken_at(i, j, _rest) for i, j in product(range(3), repeat=2)),
        *(weight + _taken_from(k, *_rest) for k, weight in enumerate(_weights)),
    ),
    count=_steps,
)
_left, _taken = _peeling.last[:9], _peeling.last[9:]
_next = sum(_taken_from(k, *_left) for k in range(len(_orders)))
_crumb = sp.Float(1e-6)
_row, _column = sp.symbols("row column", real=True)
_entry = sp.Piecewise(
    *((sp.Max(_left[k], 0), sp.Eq(3 * _row + _column, k)) for k in range(8)),
    (sp.Max(_left[8], 0), True),
)
_EDGE = sp.Float(0.05)


def _outline(i: int) -> Segments:
    """Return the outline of the entry that the next permutation takes from row i."""
    column = sum(j * sp.Piecewise((1, _taken_at(i, j, _left) > _crumb), (0, True)) for j in (1, 2))
    low, high, bottom, top = column + _EDGE, column + 1 - _EDGE, 2 - i + _EDGE, 3 - i - _EDGE
    return Segments(
        label="peeled next" if i == 0 else "",
        x0=[low, high, high, low],
        y0=[bottom, bottom, top, top],
        x1=[high, high, low, low],
        y1=[bottom, top, top, bottom],
        colour="red",
        width=2.5,
        when=_next > _crumb,
    )


peeling = Explorable(
    name="peeling",
    title="Peeling a doubly stochastic matrix",
    description=r"""Left: a matrix of three rows and columns, all of whose row and column sums are
        one: the squares of the entries of a rotation of space, chosen by three angles. Red squares
        mark a permutation along which all entries are positive: one in each row and each column.
        Each step subtracts the smallest of the three marked entries from all three of them, so that
        one becomes zero. Right: what was subtracted, as one bar for each of the six permutations,
        named by where they send the rows 1, 2, 3. After at most five steps nothing is left, and the
        bars add up to one.""",
    sliders=[
        Slider(_steps, "peeled", "peels", 0, 5, 1, 1, play=True),
        Slider(_tilts[0], "first_turn", "first turn, degrees", 0, 90, 1, 40),
        Slider(_tilts[1], "tilt", "tilt, degrees", 0, 90, 1, 50),
        Slider(_tilts[2], "second_turn", "second turn, degrees", 0, 90, 1, 25),
    ],
    routines=[_taken_from],
    orbits=[_peeling],
    panels=[
        Panel(
            Axis("", 0, 3, ticks=False),
            Axis("", 0, 3, ticks=False),
            (
                Cells(
                    label="what is left",
                    row=_row,
                    column=_column,
                    rows=3,
                    columns=3,
                    value=_entry,
                    digits=3,
                ),
                *(_outline(i) for i in range(3)),
            ),
            title="what is left of the matrix",
            aspect=1.25,
        ),
        Panel(
            Axis("permutation", -0.6, 5.6, ticks=False),
            Axis("weight", 0, 1),
            (
                Bars(
                    label="peeled",
                    heights=list(_taken),
                    names=tuple("".join(str(j + 1) for j in order) for order in _orders),
                    colour="green",
                ),
            ),
            title="what was peeled",
            aspect=1.25,
        ),
    ],
    readouts=[
        Readout("weights so far", sum(_taken)),
        Readout("the next weight", _next, when=_next > _crumb, otherwise="nothing is left"),
        Readout(
            "different permutations so far",
            sum(sp.Piecewise((1, weight > _crumb), (0, True)) for weight in _taken),
        ),
    ],
    settings=[
        Setting("untouched", "untouched", {"peeled": 0}),
        Setting("all-peeled", "all peeled", {"peeled": 5}),
        Setting(
            "half-block",
            "a half block",
            {"first_turn": 45, "tilt": 0, "second_turn": 0, "peeled": 1},
        ),
        Setting(
            "a-permutation",
            "a permutation",
            {"first_turn": 90, "tilt": 90, "second_turn": 0, "peeled": 0},
        ),
    ],
)

# The singular values of A + B against the sums of those of A and of B.
_SMALLER_B = sp.Float(0.5)
_c1, _c2, _c_turn = sp.symbols("c_1 c_2 c_turn", real=True)
_pair = formula.singular_value_pair(formula.total)
(_p, _q), (_r, _s) = formula.total.tolist()
_out_axis = (sp.atan2(_r + _q, _p - _s) + sp.atan2(_r - _q, _p + _s)) / 2


def _axis(length: sp.Expr, angle: sp.Expr, colour: str, width: float) -> Segments:
    """Return the longest diameter of an ellipse."""
    x, y = length * sp.cos(angle), length * sp.sin(angle)
    return Segments(x0=-x, y0=-y, x1=x, y1=y, colour=colour, width=width)  # type: ignore[arg-type]


sum_of_both = Explorable(
    name="sum-of-both",
    title="The sum that knows both",
    description=r"""Left: the images of the unit circle under $A$ (blue), $B$ (orange) and $A + B$
        (green), each with its longest diameter. Right: the plane of two singular values. Two arrows
        laid end to end lead to $\sigma(A) + \sigma(B)$; a third leads to $\sigma(A+B)$. The two
        ends meet exactly when the trace inequality is an equality, and then a longest diameter of
        the green ellipse lies along one of the blue and one of the orange ellipse; otherwise a red
        dotted line joins the ends. The gray arc has the radius that $\sigma(A + B)$ would need for
        equality; inside it the trace falls short.""",
    sliders=[
        _turn(_output, r"output turn $\theta$, degrees", 50),
        _turn(_input, r"input turn $\phi$, degrees", 25),
        _second_a,
    ],
    derived=(
        *_angles,
        (_b2, _SMALLER_B),
        (_missing, formula.bound - formula.trace_by_angles),
        (_c1, _pair[0]),
        (_c2, _pair[1]),
        (_c_turn, _out_axis),
    ),
    panels=[
        Panel(
            Axis("", -3.6, 3.6),
            Axis("", -3.6, 3.6),
            (
                _ellipse(formula.first, r"$A$, $\sigma(A)$", "blue"),
                _ellipse(formula.second, r"$B$, $\sigma(B)$", "orange"),
                _ellipse(formula.total, r"$A + B$, $\sigma(A + B)$", "green"),
                _axis(_c1, _c_turn, "green", 2.0),
                _axis(_a1, sp.Integer(0), "blue", 1.2),
                _axis(_b1, formula.out_turn, "orange", 1.2),
            ),
            title="three images of the circle",
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis("first singular value", 0, 4),
            Axis("second singular value", 0, 4),
            (
                Line(
                    parameter=_around,
                    x=sp.sqrt((_a1 + _b1) ** 2 + (_a2 + _b2) ** 2) * sp.cos(_around),
                    y=sp.sqrt((_a1 + _b1) ** 2 + (_a2 + _b2) ** 2) * sp.sin(_around),
                    span=(0, sp.pi / 4),
                    colour="grey",
                    dash="dashed",
                    width=1.2,
                ),
                Segments(x0=0, y0=0, x1=_a1, y1=_a2, arrow=True),
                Segments(
                    x0=_a1,
                    y0=_a2,
                    x1=_a1 + _b1,
                    y1=_a2 + _b2,
                    arrow=True,
                    colour="orange",
                ),
                Segments(
                    x0=0,
                    y0=0,
                    x1=_c1,
                    y1=_c2,
                    arrow=True,
                    colour="green",
                    width=2.5,
                ),
                Segments(x0=_c1, y0=_c2, x1=_a1 + _b1, y1=_a2 + _b2, colour="red", dash="dotted"),
                Points(
                    label=r"$\sigma(A) + \sigma(B)$",
                    x=_a1 + _b1,
                    y=_a2 + _b2,
                    colour="ink",
                    hollow=True,
                    size=6,
                ),
            ),
            title="their singular values",
            aspect=1.0,
            equal=True,
        ),
    ],
    readouts=[
        Readout("missing from the trace", _rounded(_missing)),
        Readout(
            r"distance from $\sigma(A) + \sigma(B)$ to $\sigma(A+B)$",
            _rounded(sp.sqrt((_a1 + _b1 - _c1) ** 2 + (_a2 + _b2 - _c2) ** 2)),
        ),
        Verdict(
            "together",
            (
                (_reached, "equality: one decomposition serves all three"),
                (True, "the trace falls short of the bound"),
            ),
        ),
    ],
    settings=[
        Setting("aligned", "aligned", {"output": 0, "input": 0, "second_a": 0.8}),
        Setting("nearly", "nearly aligned", {"output": 12, "input": -8, "second_a": 0.8}),
        Setting("a-circle", "when A is a circle", {"output": 50, "input": 50, "second_a": 2}),
        Setting("crossed", "crossed", {"output": 90, "input": 90, "second_a": 0.8}),
    ],
)
