r"""Checks for readers' own derivations: the Taylor slopes of a gradient and of a Hessian.

If g is the gradient of f at x, then f(x + t d) - f(x) - t <g, d> vanishes like t^2 as t -> 0; if g
is wrong, like t only. On logarithmic axes that is a slope of 2 against a slope of 1, and no
tolerance has to be guessed for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dmfbook.numerics._checks import Array, check_array, check_callable, check_rng
from dmfbook.numerics._shown import Shown

__all__ = ["TaylorCheck", "check_gradient", "check_hessian"]

_EPS = float(np.finfo(np.float64).eps)
_HALVINGS = 53
_SMALLEST_FIRST_STEP = float(np.finfo(np.float64).tiny) * 2.0**_HALVINGS
_SLOPES = 10
_FEWEST_POINTS = 3
_ALLOWED_SHORTFALL = 0.2

Point = ArrayLike | Sequence[ArrayLike]


@dataclass(frozen=True, repr=False)
class TaylorCheck(Shown):
    """The result of a Taylor test.

    Attributes
    ----------
    passed : bool
        Whether the derivative is right: the slope is at least 1.8, or the remainder is exact.
    slope : float
        The median slope of log remainder against log step over the smallest steps whose remainder
        stands clear of rounding; about 2 for a right derivative (more if the next order vanishes
        too), about 1 for a wrong one, and infinite for an exact remainder.
    exact : bool
        Whether the remainder vanishes up to rounding at every step, as for a linear function.
    steps : ndarray
        The steps t, decreasing.
    remainders : ndarray
        The size of the remainder at each step.
    used : ndarray of bool
        The steps whose remainders gave the slope.
    vanishing : bool
        Whether the derivative along the direction is too small at this point, as it is at a
        critical point, to be seen beside the remainder: then a wrong multiple of it passes too.
        Check at another point.
    """

    passed: bool
    slope: float
    exact: bool
    steps: Array
    remainders: Array
    used: NDArray[np.bool_]
    vanishing: bool

    def __str__(self) -> str:
        """Say the verdict in one line."""
        if not self.passed:
            return f"failed: slope {self.slope:.2f}, a right derivative has at least 2"
        if self.exact:
            text = "passed: the remainder vanishes up to rounding"
        else:
            text = f"passed: slope {self.slope:.2f}, a right derivative has at least 2"
        if self.vanishing:
            text += "; but it vanishes here, so that a wrong multiple of it passes too"
        return text


def check_gradient(
    loss: Callable[[Any], float],
    gradient: Callable[[Any], Any],
    point: Point,
    direction: Point | None = None,
    rng: np.random.Generator | int | None = None,
) -> TaylorCheck:
    """Check a gradient against its loss by the slope of the Taylor remainder.

    The remainder is ``|f(x + t d) - f(x) - t <g(x), d>|`` for steps t from the norm of x (or 1)
    down by halves.

    Parameters
    ----------
    loss : callable
        Takes a point, returns a real number.
    gradient : callable
        Takes a point, returns its gradient, of the point's form.
    point : array_like or list of array_like
        x; a list of arrays (such as ``factors``) is passed on as such, anything else as one array.
    direction : array_like or list of array_like, optional
        d, of the point's form and not zero; it is scaled to norm 1. By default it is drawn.
    rng : numpy.random.Generator or int, optional
        Draws the direction; an integer is a seed. By default the seed is 0.

    Returns
    -------
    TaylorCheck
        The verdict, the slope, and the remainders to plot.

    Raises
    ------
    TypeError, ValueError
        If ``loss`` or ``gradient`` is not callable, if ``point`` or ``direction`` is not finite
        and real, if they differ in form, if ``direction`` is zero, or if ``loss`` or ``gradient``
        returns at the point something of another form or not finite.

    Notes
    -----
    A drawn direction sees a wrong gradient with probability one. For a smooth loss of moderate
    scale an error in <g, d> above about 1e-3 of ||g|| is seen; a smaller one can hide behind the
    second order of the steps used. At a critical point nothing but the vanishing itself is checked:
    every multiple of the gradient passes there, and the result says so (``vanishing``). The loss
    must be exact to a few eps of its own size.

    References
    ----------
    This book; the idea is the one of Pymanopt's ``check_gradient``.

    Examples
    --------
    >>> import numpy as np
    >>> from dmfbook import check_gradient
    >>> right = check_gradient(lambda x: np.sum(x**4), lambda x: 4 * x**3, point=[1.0, 2.0])
    >>> print(right)
    passed: slope 2.00, a right derivative has at least 2
    >>> print(check_gradient(lambda x: np.sum(x**4), lambda x: 3 * x**3, point=[1.0, 2.0]))
    failed: slope 1.00, a right derivative has at least 2
    """
    check_callable(loss, "loss")
    check_callable(gradient, "gradient")
    start = _Form(point, "point")
    way = _unit_direction(start, direction, rng)
    value = float(check_array(loss(start.shaped(start.vector)), "loss at the point", ndim=0))
    slope = start.flat(gradient(start.shaped(start.vector)), "gradient at the point")
    linear = float(slope @ way)

    def remainder(step: float) -> tuple[float, float]:
        moved = float(loss(start.shaped(start.vector + step * way)))
        return abs(moved - value - step * linear), abs(moved) + abs(value)

    size = _norm(start.vector)
    return _taylor_check(remainder, size, _norm(slope) * size, abs(linear))


def check_hessian(
    gradient: Callable[[Any], Any],
    hessian_product: Callable[[Any, Any], Any],
    point: Point,
    direction: Point | None = None,
    rng: np.random.Generator | int | None = None,
) -> TaylorCheck:
    """Check a Hessian-vector product against the gradient by the slope of the Taylor remainder.

    The remainder is ||g(x + t d) - g(x) - t H(x) d|| for steps t from the norm of x (or 1) down by
    halves. Check the gradient itself with `check_gradient`.

    Parameters
    ----------
    gradient : callable
        Takes a point, returns its gradient, of the point's form.
    hessian_product : callable
        Takes a point and a direction, returns the Hessian times the direction, of their form.
    point : array_like or list of array_like
        x; a list of arrays (such as ``factors``) is passed on as such, anything else as one array.
    direction : array_like or list of array_like, optional
        d, of the point's form and not zero; it is scaled to norm 1. By default it is drawn.
    rng : numpy.random.Generator or int, optional
        Draws the direction; an integer is a seed. By default the seed is 0.

    Returns
    -------
    TaylorCheck
        The verdict, the slope, and the remainders to plot.

    Raises
    ------
    TypeError, ValueError
        If ``gradient`` or ``hessian_product`` is not callable, if ``point`` or ``direction`` is not
        finite and real, if they differ in form, if ``direction`` is zero, or if ``gradient`` or
        ``hessian_product`` returns at the point something of another form or not finite.

    Notes
    -----
    A drawn direction sees a wrong product with probability one, if its relative size is above
    about 1e-3. The gradient of a quadratic is linear, so that its remainder is exact.

    References
    ----------
    This book; the idea is the one of Pymanopt's ``check_hessian``.

    Examples
    --------
    >>> from dmfbook import check_hessian
    >>> print(check_hessian(lambda x: 4 * x**3, lambda x, d: 12 * x**2 * d, point=[1.0, 2.0]))
    passed: slope 2.00, a right derivative has at least 2
    >>> print(check_hessian(lambda x: 2 * x, lambda x, d: 2 * d, point=[1.0, 2.0]))
    passed: the remainder vanishes up to rounding
    """
    check_callable(gradient, "gradient")
    check_callable(hessian_product, "hessian_product")
    start = _Form(point, "point")
    way = _unit_direction(start, direction, rng)
    slope = start.flat(gradient(start.shaped(start.vector)), "gradient at the point")
    product = start.flat(
        hessian_product(start.shaped(start.vector), start.shaped(way)),
        "hessian_product at the point",
    )

    def remainder(step: float) -> tuple[float, float]:
        moved = start.flat(
            gradient(start.shaped(start.vector + step * way)), "gradient", finite=False
        )
        change = _norm(moved - slope - step * product)
        return change, _norm(moved) + _norm(slope)

    size = _norm(start.vector)
    return _taylor_check(remainder, size, _norm(product) * size, _norm(product))


class _Form:
    """The form of a point (one array or a list of arrays), and the point as one vector."""

    def __init__(self, point: Any, name: str) -> None:
        self.is_list = isinstance(point, (list, tuple)) and any(np.ndim(p) > 0 for p in point)
        parts = [check_array(p, name) for p in (point if self.is_list else [point])]
        self.shapes = [part.shape for part in parts]
        self.vector = np.concatenate([part.ravel() for part in parts])

    def shaped(self, vector: Array) -> Any:
        """Return a vector in the form of the point, as a copy."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])[:-1]
        parts = [
            part.reshape(shape).copy()
            for part, shape in zip(np.split(vector, ends), self.shapes, strict=True)
        ]
        return parts if self.is_list else parts[0]

    def flat(self, value: Any, name: str, finite: bool = True) -> Array:
        """Return something of the form of the point as one vector."""
        given = list(value) if self.is_list else [value]
        parts = [check_array(p, name) if finite else np.asarray(p, dtype=float) for p in given]
        if [part.shape for part in parts] != self.shapes:
            raise ValueError(
                f"{name} must have the form of the point, shapes {self.shapes}, "
                f"but it has shapes {[part.shape for part in parts]}"
            )
        return np.concatenate([part.ravel() for part in parts])


def _unit_direction(start: _Form, direction: Any, rng: np.random.Generator | int | None) -> Array:
    generator = check_rng(0 if rng is None else rng)
    if direction is None:
        way = generator.standard_normal(start.vector.size)
    else:
        way = start.flat(direction, "direction")
    if not way.any():
        raise ValueError("direction must not be zero; leave it out to have one drawn")
    way = way / np.max(np.abs(way))
    return np.asarray(way / _norm(way))


def _norm(vector: Array) -> float:
    """Return the norm, free of the overflow and underflow of squares."""
    largest = float(np.max(np.abs(vector)))
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm(vector / largest))


def _taylor_check(
    remainder: Callable[[float], tuple[float, float]], size: float, change: float, rate: float
) -> TaylorCheck:
    """Measure the slope where remainders stand clear of rounding, from the smallest steps up.

    ``change`` bounds what a relative change of the point by one changes to first order; ``rate`` is
    what a step of length one along the direction does.
    """
    # No step may underflow, however small the point.
    first = max(size, _SMALLEST_FIRST_STEP) if size > 0 else 1.0
    steps = np.ldexp(first, -np.arange(_HALVINGS))
    with np.errstate(over="ignore", invalid="ignore"):
        measured = np.array([remainder(float(step)) for step in steps])
    remainders, scales = measured[:, 0], measured[:, 1]
    floor = 1000 * _EPS * (scales + change)
    clear = np.flatnonzero(np.isfinite(remainders) & (remainders > floor))[::-1]
    used = np.zeros(steps.size, dtype=bool)
    if clear.size < _FEWEST_POINTS:
        vanishing = bool(rate * steps[0] <= floor[0])
        return TaylorCheck(True, math.inf, True, steps, remainders, used, vanishing)
    chosen = clear[: _SLOPES + 1]
    used[chosen] = True
    slopes = np.diff(np.log(remainders[chosen])) / np.diff(np.log(steps[chosen]))
    slope = float(np.median(slopes))
    passed = slope >= 2 - _ALLOWED_SHORTFALL
    # An error as large as the derivative itself would bend the slope where it exceeds the rest.
    vanishing = bool(np.median(rate * steps[chosen] / remainders[chosen]) <= 1)
    return TaylorCheck(passed, slope, False, steps, remainders, used, vanishing)
