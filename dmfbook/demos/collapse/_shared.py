"""What the explorables of the chapter on collapse share: the roots of two singular values."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dmfbook.demos._shared import nonzero_fraction
from dmfbook.explorables import Routine, Slider
from dmfbook.symbolic import collapse as formula
from dmfbook.symbolic import depth, regularization, target
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = [
    "collapse_of",
    "excess",
    "fitting",
    "lower_fraction",
    "lower_root",
    "routines",
    "second",
    "tangent",
    "tangent_of",
    "unit",
    "unit_slider",
    "upper_root",
]

# The second singular value, in units of the first.
second = sp.Symbol("second", positive=True)
# The regularization in units of the tangent one of the first value, so that each depth fills the
# picture.
unit = sp.Symbol("unit", positive=True)
# Derived by each explorable: the tangent target of the regularization.
tangent = sp.Symbol("tangent", positive=True)

# Newton's method on the kept part of the target, from the left: there its equation is convex and
# falls, so that it climbs to the smaller root. As for the larger one only the double root itself
# could be overshot.
lower_fraction = Routine(
    name="lower_fraction",
    parameters=(scalar.kappa, depth),
    state=(scalar.kept_fraction,),
    start=(scalar.kappa ** (depth / (depth - 2)),),
    update=(
        sp.Min(
            scalar.kept_fraction
            - scalar.relative_slope / sp.diff(scalar.relative_slope, scalar.kept_fraction),
            scalar.tangent_fraction * (1 - 1e-12),
        ),
    ),
    count=40,
    result=scalar.kept_fraction,
)
_x, _m = sp.symbols("product value", nonnegative=True)
_excess = Routine(
    name="excess",
    parameters=(_x, _m, regularization, depth),
    result=_x * (_x - 2 * _m) + depth * regularization * _x ** (2 / depth),
)
routines = [nonzero_fraction, lower_fraction, _excess]


def unit_slider(value: float) -> Slider:
    """Return a slider of the regularization in units of the first value's tangent one."""
    label = r"regularization, $\lambda / \lambda_t(1)$"
    return Slider(unit, "unit", label, 0.02, 1.08, 0.01, value)


def collapse_of(value: Any) -> Any:
    """Return the collapse threshold of a singular value."""
    return scalar.collapse_threshold.subs(target, value)


def tangent_of(value: Any) -> Any:
    """Return the tangent regularization of a singular value."""
    return formula.turning_regularization.subs(formula.value, value)


def fitting(value: Any) -> Any:
    """Whether a singular value has two roots, with a margin to the double one."""
    return value > tangent * (1 + 1e-9)


def _kappa(value: Any) -> Any:
    return regularization * sp.Max(value, tangent) ** (2 / depth - 2)


def upper_root(value: Any) -> Any:
    """Return the product at the upper root; below the tangent it means nothing."""
    return value * nonzero_fraction(_kappa(value), depth)


def lower_root(value: Any) -> Any:
    """Return the product at the lower root; below the tangent it means nothing."""
    return value * lower_fraction(_kappa(value), depth)


def excess(product: Any, value: Any) -> Any:
    """Return the reduced loss of a product, less that of zero."""
    return _excess(product, value, regularization, depth)
