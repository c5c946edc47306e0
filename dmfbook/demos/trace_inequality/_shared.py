"""What the explorables of the chapter trace_inequality share."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import trace_inequality as formula

LARGEST_A, LARGEST_B = 2.0, 1.5
a1, a2 = formula.first_values
b1, b2 = formula.second_values
out_degrees, in_degrees = sp.symbols("output input", real=True)
radians = sp.pi / 180
angles = {
    a1: LARGEST_A,
    b1: LARGEST_B,
    formula.out_turn: out_degrees * radians,
    formula.in_turn: in_degrees * radians,
}

missing = sp.Symbol("missing", real=True)
reached = missing < 1e-9


def turn(symbol: sp.Symbol, label: str, value: float) -> ex.Slider:
    return ex.Slider(symbol, symbol.name, label, -180, 180, 1, value)


second_a = ex.Slider(a2, "second_a", r"$\sigma_2(A)$, where $\sigma_1(A) = 2$", 0, 2, 0.05, 0.8)

# A point x of the unit circle, and where a matrix sends it.
around = sp.Symbol("around", real=True)
circle = sp.Matrix([sp.cos(around), sp.sin(around)])


def ellipse(matrix: sp.Matrix, label: str, colour: str) -> ex.Line:
    x, y = matrix * circle
    return ex.Line(x, y, label=label, parameter=around, span=(0, 2 * sp.pi), pen=colour)


def square(row: Any, column: Any, size: int, **style: Any) -> ex.Segments:
    """Draw the outline of a cell of a square matrix, a little inside of it."""
    edge = 0.05
    low, high = column + edge, column + 1 - edge
    bottom, top = size - 1 - row + edge, size - row - edge
    return ex.Segments(
        [low, high, high, low],
        [bottom, bottom, top, top],
        [high, high, low, low],
        [bottom, top, top, bottom],
        **style,
    )
