"""A doubly stochastic matrix, peeled permutation by permutation."""

from itertools import permutations, product

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import about
from dmfbook.demos.trace_inequality._shared import square

__all__ = ["peeling"]

# The squares of a rotation of space, a doubly stochastic matrix, and its peeling.
_tilts = sp.symbols("first_turn tilt second_turn", real=True)
_frame = about(2, _tilts[0]) * about(0, _tilts[1]) * about(2, _tilts[2])
_squares = [entry**2 for entry in _frame]
_orders = tuple(permutations(range(3)))
_rest = sp.symbols("rest_1:10", real=True)
_weights = sp.symbols("weight_1:7", real=True)
_smallest = [sp.Min(*(_rest[3 * i + order[i]] for i in range(3))) for order in _orders]
# What is taken from the permutation of number k: its smallest entry if that is the largest of all,
# else nothing. A tie goes to the first, with a margin, so that rounding does not decide it.
_margin = 1e-9
_number = sp.Symbol("number", real=True)
_largest, _winner = sp.symbols("largest winner", real=True)
_taken_from = ex.Routine(
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
_peeling = ex.Orbit(
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
_crumb = 1e-6
_rest_sum = ex.where(sum(_left[:3]) > _crumb, sum(_left[:3]), 0)
_dust = 1e-12
_zeros = sum(ex.where(entry < _dust, 1, 0) for entry in _left)
_row, _column = sp.symbols("row column", real=True)
_entry = sp.Piecewise(
    *((sp.Max(_left[k], 0), sp.Eq(3 * _row + _column, k)) for k in range(8)),
    (sp.Max(_left[8], 0), True),
)


def _outline(i: int) -> ex.Segments:
    """Return the outline of the entry that the next permutation takes from row i."""
    column = sum(j * ex.where(_taken_at(i, j, _left) > _crumb, 1, 0) for j in (1, 2))
    label = "peeled next" if i == 0 else ""
    return square(i, column, 3, label=label, pen="red 2.5", when=_next > _crumb)


peeling = ex.Explorable(
    name="peeling",
    title="Peeling a doubly stochastic matrix",
    description=r"""First: a matrix of three rows and columns, all of whose row and column sums are
        one: the squares of the entries of a rotation of space, chosen by three angles. Red squares
        mark a permutation along which all entries are positive: one in each row and each column.
        Each step subtracts the smallest of the three marked entries from all three of them, so that
        one becomes zero. Second: what was subtracted, as one bar for each of the six permutations,
        named by where they send the rows 1, 2, 3. After at most five steps nothing is left, and the
        bars add up to one.""",
    sliders=[
        ex.Slider(_steps, "peeled", "peels", 0, 5, 1, 1, play=True),
        ex.Slider(_tilts[0], "first_turn", "first turn, degrees", 0, 90, 1, 40),
        ex.Slider(_tilts[1], "tilt", "tilt, degrees", 0, 90, 1, 50),
        ex.Slider(_tilts[2], "second_turn", "second turn, degrees", 0, 90, 1, 25),
    ],
    routines=[_taken_from],
    orbits=[_peeling],
    panels=[
        ex.Panel(
            ex.Axis("", 0, 3, ticks=False),
            ex.Axis("", 0, 3, ticks=False),
            ex.Cells(_entry, 3, 3, over=(_row, _column), label="what is left", digits=3),
            *(_outline(i) for i in range(3)),
            title="what is left of the matrix",
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("permutation", -0.6, 5.6, ticks=False),
            ex.Axis("weight", 0, 1),
            ex.Bars(
                list(_taken),
                label="peeled",
                names=tuple("".join(str(j + 1) for j in order) for order in _orders),
                pen="green",
            ),
            title="what was peeled",
            aspect=1.25,
        ),
    ],
    readouts=[
        ex.Readout("weights so far", sum(_taken)),
        ex.Readout("each row and column of the rest sums to", _rest_sum),
        ex.Readout("zeros in the rest", _zeros),
        ex.Readout("the next weight", _next, when=_next > _crumb, otherwise="nothing is left"),
        ex.Readout(
            "different permutations so far",
            sum(ex.where(weight > _crumb, 1, 0) for weight in _taken),
        ),
    ],
    settings=[
        ex.Setting("untouched", "untouched", peeled=0),
        ex.Setting("all-peeled", "all peeled", peeled=5),
        ex.Setting("half-block", "a half block", first_turn=45, tilt=0, second_turn=0),
        ex.Setting(
            "a-permutation", "a permutation", first_turn=90, tilt=90, second_turn=0, peeled=0
        ),
    ],
)
