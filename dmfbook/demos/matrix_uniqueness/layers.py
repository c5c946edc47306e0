"""The factors of a minimizer at depth three, entry by entry, and the norm of each."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import nonzero_fraction
from dmfbook.demos.matrix_uniqueness._shared import kept
from dmfbook.symbolic import depth
from dmfbook.symbolic import matrix_uniqueness as formula

__all__ = ["layers"]

# The target diag(m_1, m_2) at depth three, in units in which x* = 1: then lambda is 1 and m* is 2.
_LAYERS = 3
_price = formula.unit_regularization.subs(depth, _LAYERS)
_tie = formula.unit_tie.subs(depth, _LAYERS)
_targets = sp.symbols("m_1 m_2", positive=True)
_first_turn, _second_turn, _direction = sp.symbols("alpha beta theta", real=True)
_staying = sp.Symbol("q", nonnegative=True)
_values = sp.symbols("x_1 x_2", nonnegative=True)
_gains = sp.symbols("s_1 s_2", nonnegative=True)
_ties, _angle = sp.symbols("ties angle", real=True)
_degree = sp.pi / 180
_row, _column = sp.symbols("row column", integer=True)


def _at_the_tie(target: Any) -> Any:
    return sp.Abs(target / _tie - 1) < 1e-12


def _is_tied(target: Any) -> Any:
    return ex.where(_at_the_tie(target), 1, 0)


def _value(target: Any, rank: Any) -> Any:
    """Return the minimizer of one target; at the tie it stays if enough of the tied ones do."""
    stays = ex.where(_staying >= rank, 1, 0)
    elsewhere = kept(target, sp.Integer(_price), sp.Integer(_tie)).subs(depth, _LAYERS)
    return ex.where(_at_the_tie(target), stays, elsewhere)


_frame = formula.rotation(_angle)
_core = _frame * sp.diag(*_gains) * _frame.T
_turns = [formula.rotation(turn * _degree) for turn in (_first_turn, _second_turn)]
_factors = [_turns[0] * _core, _turns[1] * _core * _turns[0].T, _core * _turns[1].T]
_product = _frame * sp.diag(*_values) * _frame.T
_squares = [formula.frobenius_square(factor) for factor in _factors]
_level = sum(gain**2 for gain in _gains)
_loss = formula.frobenius_square(sp.diag(*_targets) - _product) + _price * sum(_squares)

# Four matrices as the blocks of one picture.
_blocks = (
    (("$X$", _product), ("$W_3$", _factors[2])),
    (("$W_2$", _factors[1]), ("$W_1$", _factors[0])),
)
_entries = sp.Matrix(sp.BlockMatrix([[block for _, block in row] for row in _blocks]))
_cell = 4 * _row + _column
_entry = sp.Piecewise(
    *((value, sp.Eq(_cell, k)) for k, value in enumerate(_entries[:-1])), (_entries[-1], True)
)
# The sums that the untied values give, to which each tied value that stays adds one.
_untied = sum(
    ex.where(_at_the_tie(target), 0, gain**2) for target, gain in zip(_targets, _gains, strict=True)
)


def _target_slider(number: int) -> ex.Slider:
    label = f"target's value $m_{number}$ (tie at 2)"
    name = ("first_target", "second_target")[number - 1]
    return ex.Slider(_targets[number - 1], name, label, 1, 3, 0.05, 2)


layers = ex.Explorable(
    name="layers",
    title="Many entries, one norm",
    description=r"""First: the entries of the product $X = W_3 W_2 W_1$ of a minimizer at depth
        three and of its three factors, two by two each, as shaded cells: $X$ and $W_3$ above, $W_2$
        and $W_1$ below. The target is $\operatorname{diag}(m_1, m_2)$, in units in which $x^* = 1$,
        so that $\lambda = 1$ and the tie is at 2. Second: the sum of the squares of the entries of
        each factor, as three bars, which are always equally high, up to a dashed line; dotted lines
        show the heights that other minimizers of the same target have. Two turns change the hidden
        layers. At a tie one chooses how many of the tied values stay, and, if one of two stays, in
        which direction.""",
    sliders=[
        ex.Slider(_first_turn, "first", r"turn between $W_1$ and $W_2$, degrees", 0, 360, 1, 40),
        ex.Slider(_second_turn, "second", r"turn between $W_2$ and $W_3$, degrees", 0, 360, 1, 110),
        ex.Slider(_direction, "direction", r"direction kept $\theta$, degrees", 0, 180, 1, 30),
        ex.Slider(_staying, "staying", "tied values that stay, $q$", 0, 2, 1, 1),
        _target_slider(1),
        _target_slider(2),
    ],
    routines=[nonzero_fraction],
    derived={
        _ties: sum(_is_tied(target) for target in _targets),
        _values[0]: _value(_targets[0], 1),
        _values[1]: _value(_targets[1], 1 + _is_tied(_targets[0])),
        **dict(zip(_gains, (value ** sp.Rational(1, _LAYERS) for value in _values), strict=True)),
        _angle: ex.where(
            sp.And(_ties > sp.Rational(3, 2), sp.Eq(_staying, 1)), _direction * _degree, 0
        ),
    },
    panels=[
        ex.Panel(
            ex.Axis("", 0, 4, ticks=False),
            ex.Axis("", 0, 4, ticks=False),
            ex.Cells(_entry, 4, 4, over=(_row, _column), label="entries", low=-1.5, high=1.5),
            ex.Segments([0, 2], [2, 0], [4, 2], [2, 4], pen="ink 1.5"),
            *(
                ex.Points(2 * j + 0.02, 3.84 - 2 * i, text=name, pen="ink", size=0.01)
                for i, blocks in enumerate(_blocks)
                for j, (name, _) in enumerate(blocks)
            ),
            title="$X$ and $W_3$; below, $W_2$ and $W_1$",
            aspect=1.2,
        ),
        ex.Panel(
            ex.Axis("", -0.6, 2.6, ticks=False),
            ex.Axis("sum of the squares of the entries", 0, 3.8),
            ex.Bars(
                [_squares[2], _squares[1], _squares[0]],
                label=r"$\|W_l\|_F^2$",
                names=("$W_3$", "$W_2$", "$W_1$"),
                pen="green",
                thickness=0.55,
            ),
            ex.Segments(
                (-0.6, _untied + ex.index),
                (2.6, _untied + ex.index),
                label="at other minimizers",
                count=_ties + 1,
                pen="grey dotted 1.5",
            ),
            ex.Segments(
                (-0.6, _level),
                (2.6, _level),
                label=r"$\sigma_1(X)^{2/3} + \sigma_2(X)^{2/3}$",
                pen="ink dashed 1.5",
            ),
            title="the norm of each layer, squared",
            aspect=1.2,
        ),
    ],
    readouts=[
        ex.Verdict(
            "products $X$ of minimizers",
            (_ties > sp.Rational(3, 2), "two points and a circle, with three norms"),
            (_ties > sp.Rational(1, 2), "two, with two norms"),
            (sp.Max(*_targets) < _tie, "one, zero: all factors are zero"),
            otherwise="one: every layer of every minimizer has this norm",
        ),
        ex.Readout(r"$\|W_l\|_F^2$, for every $l$", _level, digits=5),
        ex.Readout("loss", _loss, digits=5),
    ],
    settings=[
        ex.Setting("single-tie", "a single tie", first_target=2.6),
        ex.Setting("no-tie", "no tie", first_target=2.6, second_target=2.2),
        ex.Setting("plain", "no turns", first=0, second=0, direction=0),
    ],
)
