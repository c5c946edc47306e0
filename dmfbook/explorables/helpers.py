"""Expressions that many declarations need."""

from __future__ import annotations

from typing import Any

import sympy as sp


def where(condition: Any, value: Any, otherwise: Any) -> sp.Expr:
    """Return one value where the condition holds, and another elsewhere."""
    return sp.Piecewise((value, condition), (otherwise, True))


def near(value: Any, other: Any = 0, tolerance: float = 1e-9) -> Any:
    """Return the condition that two numbers are equal but for rounding."""
    return sp.Abs(value - other) < tolerance


def settled(value: Any, digits: int = 9) -> sp.Expr:
    """Return the value rounded to decimals that every browser agrees on.

    Processors and browsers round powers and logarithms differently; a difference of nearly equal
    numbers shows it.
    """
    return sp.floor(value * 10**digits + sp.Rational(1, 2)) / 10**digits


def rounded(value: Any, tolerance: float = 1e-12) -> sp.Expr:
    """Return the value, or zero where it is but rounding."""
    return where(sp.Abs(value) < tolerance, 0, value)


def polar(radius: Any, angle: Any) -> tuple[sp.Expr, sp.Expr]:
    """Return the point at a distance from the origin, in the direction of an angle."""
    return radius * sp.cos(angle), radius * sp.sin(angle)
