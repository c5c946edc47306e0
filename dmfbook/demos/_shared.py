"""What several explorables use."""

from __future__ import annotations

from itertools import product

import sympy as sp

from dmfbook.symbolic import trace_inequality as formula

__all__ = ["about", "cosine_and_sine", "rounded"]


def about(axis: int, degrees: sp.Symbol) -> sp.Matrix:
    """Return the rotation of space about one of the three axes."""
    turn = sp.eye(3)
    kept = [i for i in range(3) if i != axis]
    for (i, j), value in zip(
        product(range(2), repeat=2), formula.rotation(degrees * sp.pi / 180), strict=True
    ):
        turn[kept[i], kept[j]] = value
    return turn


def cosine_and_sine(degrees: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """Return both for an angle of at most a right angle, whose cosine is to be zero."""
    angle = degrees * sp.pi / 180
    return sp.Piecewise((sp.cos(angle), degrees < 90), (0, True)), sp.sin(angle)


def rounded(value: sp.Expr) -> sp.Expr:
    """Return the value, or zero where it is but rounding."""
    return sp.Piecewise((0, sp.Abs(value) < sp.Float(1e-12)), (value, True))
