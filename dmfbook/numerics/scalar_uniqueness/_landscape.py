"""Thresholds and critical points of the scalar problem; `scalar_uniqueness` offers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from dmfbook.numerics._checks import (
    Array,
    check_array,
    check_depth,
    check_number,
    check_regularization,
)
from dmfbook.numerics._shown import Shown
from dmfbook.numerics._shrinkage_curve import (
    TIE_TOLERANCE,
    lower_branch,
    rational_power,
    shrinkage_curve,
    upper_branch,
)


@dataclass(frozen=True, repr=False)
class ScalarCriticalPoints(Shown):
    """The nonzero critical points of the reduced loss, beside zero itself.

    Attributes
    ----------
    lower : float or array
        The one nearer to zero, a local maximum of the reduced loss; NaN where there is none
        (always so for depth 2).
    upper : float or array
        The one nearer to the target, a local minimum; NaN where there is none. It equals
        ``lower`` where the two meet, an inflection point.
    """

    lower: Any
    upper: Any


def uniqueness_threshold(depth: int, regularization: float) -> float:
    r"""Return the absolute value of the target at which two minimizers tie.

    .. math:: m^* = \frac{L-1}{L-2} \, (\lambda (L-2))^{L/(2L-2)}

    Parameters
    ----------
    depth : int
        The number L of factors, at least 2.
    regularization : float
        The weight lambda, at least 0.

    Returns
    -------
    float
        Infinity for depth 2, where no finite target ties. (The minimizer of depth 2 leaves zero
        at ``|m| = regularization``, continuously; see `tangent_threshold`.) For regularization 0
        it is 0, where the two tied minimizers are both zero and hence one.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range or not finite.

    Notes
    -----
    Relative error at most 1e-14. Source: Kamber and Parhi (P2), Theorem 5.

    Examples
    --------
    >>> round(uniqueness_threshold(3, 1.0), 12)
    2.0
    >>> uniqueness_threshold(2, 1.0)
    inf
    """
    depth, regularization = check_depth(depth), check_regularization(regularization)
    if depth == 2:
        return float("inf")
    return _target_at(shrinkage_curve(depth).tie, depth, regularization)


def tangent_threshold(depth: int, regularization: float) -> float:
    r"""Return the absolute value of the target at which nonzero critical points appear.

    .. math:: m_0 = \beta_L \lambda^{L/(2L-2)}, \qquad
        \beta_L = \Bigl(\frac{L-2}{L}\Bigr)^{L/(2L-2)} + \Bigl(\frac{L}{L-2}\Bigr)^{(L-2)/(2L-2)}

    and :math:`m_0 = \lambda` for depth 2. For larger targets the reduced loss has a nonzero local
    minimum; for depth at least 3 it is the global one only from the uniqueness threshold on.

    Parameters
    ----------
    depth : int
        The number L of factors, at least 2.
    regularization : float
        The weight lambda, at least 0.

    Returns
    -------
    float

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range or not finite.

    Notes
    -----
    Relative error at most 1e-14. Source: this book; compare Kamber and Parhi (P2), equation 79.

    Examples
    --------
    >>> tangent_threshold(2, 0.25)
    0.25
    >>> tangent_threshold(3, 1.0) < uniqueness_threshold(3, 1.0)
    True
    """
    depth, regularization = check_depth(depth), check_regularization(regularization)
    return _target_at(shrinkage_curve(depth).tangent, depth, regularization)


@overload
def collapse_threshold(target: float, depth: int) -> float: ...
@overload
def collapse_threshold(target: Any, depth: int) -> Any: ...
def collapse_threshold(target: Any, depth: int) -> Any:
    r"""Return the regularization above which zero is the only minimizer.

    .. math:: \lambda_c = |m|^{2 - 2/L} \, \frac{(L-2)^{1 - 2/L}}{(L-1)^{2 - 2/L}},
        \qquad \lambda_c = |m| \text{ for } L = 2

    For depth at least 3 a nonzero minimizer ties with zero at ``lambda_c`` itself (if m is not 0).

    Parameters
    ----------
    target : float or array
        The number m, or any array of such numbers.
    depth : int
        The number L of factors, at least 2.

    Returns
    -------
    float or array
        Of the shape of the target.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, empty or not finite.

    Notes
    -----
    Relative error at most 1e-14 for results in the range of doubles; others come out as infinity
    or underflow. Source: Kamber and Parhi (P2), Corollary 14.

    Examples
    --------
    >>> round(collapse_threshold(1.0, depth=3), 6)
    0.39685
    """
    numbers, scalar = check_numbers(target, "target")
    depth = check_depth(depth)
    return like_input(_regularization_at(shrinkage_curve(depth).tie, numbers, depth), scalar)


@overload
def tangent_regularization(target: float, depth: int) -> float: ...
@overload
def tangent_regularization(target: Any, depth: int) -> Any: ...
def tangent_regularization(target: Any, depth: int) -> Any:
    r"""Return the regularization above which zero is the only critical point.

    .. math:: \lambda_t = (|m| / \beta_L)^{2 - 2/L}, \qquad \lambda_t = |m| \text{ for } L = 2

    with the constant of `tangent_threshold`. From ``lambda_c`` to ``lambda_t`` the nonzero local
    minimum of the reduced loss is there, but is not a global one.

    Parameters
    ----------
    target : float or array
        The number m, or any array of such numbers.
    depth : int
        The number L of factors, at least 2.

    Returns
    -------
    float or array
        Of the shape of the target.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, empty or not finite.

    Notes
    -----
    Relative error at most 1e-14 for results in the range of doubles; others come out as infinity
    or underflow. Source: this book; compare Kamber and Parhi (P2), equation 79.

    Examples
    --------
    >>> round(tangent_regularization(1.0, depth=4), 6)
    0.3849
    """
    numbers, scalar = check_numbers(target, "target")
    depth = check_depth(depth)
    return like_input(_regularization_at(shrinkage_curve(depth).tangent, numbers, depth), scalar)


def scalar_critical_points(target: Any, depth: int, regularization: float) -> ScalarCriticalPoints:
    r"""Return the nonzero critical points of the reduced loss.

    They are :math:`x = \operatorname{sgn}(m) s^L` with :math:`s^L + \lambda s^{2-L} = |m|`: none
    below the tangent threshold, two above it (one for depth 2), which meet there. Zero, where the
    reduced loss has a cusp, is not among them; it comes from all factors being zero.

    Parameters
    ----------
    target : float or array
        The number m, or any array of such numbers.
    depth : int
        The number L of factors, at least 2.
    regularization : float
        The weight lambda, above 0 for ``lower`` to be there: for 0 the only one is the target.

    Returns
    -------
    ScalarCriticalPoints
        Floats for a scalar target, otherwise arrays of its shape.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, empty or not finite.

    Notes
    -----
    ``upper`` is as accurate as `scalar_minimizer`, and ``lower`` has relative error 1e-13, away
    from the tangent threshold; towards it the problem itself loses half of the digits. Targets
    within 16 units of rounding of it count as equal to it.
    Source: this book; the equation is also in Chen and others, arXiv 2506.20344.

    Examples
    --------
    >>> both = scalar_critical_points(2.0, depth=3, regularization=1.0)
    >>> round(both.lower, 6), round(both.upper, 12)
    (0.160713, 1.0)
    """
    numbers, scalar = check_numbers(target, "target")
    depth, regularization = check_depth(depth), check_regularization(regularization)
    flat = numbers.ravel()
    magnitudes = np.abs(flat)
    lower = np.full_like(flat, np.nan)
    upper = np.full_like(flat, np.nan)
    if depth == 2 or regularization == 0:
        there = magnitudes > regularization
        upper[there] = magnitudes[there] - regularization
    else:
        curve = shrinkage_curve(depth)
        kappa, shrunk = upper_branch(magnitudes, curve, regularization)
        there = kappa <= curve.tangent * (1 + TIE_TOLERANCE)
        m, kappa, shrunk = magnitudes[there], np.minimum(kappa[there], curve.tangent), shrunk[there]
        # Positive also where kappa underflows: the lower branch is then kept = 0 to precision.
        kept = lower_branch(np.maximum(kappa, np.finfo(np.float64).tiny), curve)
        upper[there] = m * (1 - shrunk)
        # s**(L-2) = lambda / (m z): the root in s, not in 1 - z, reaches the smallest doubles.
        lower[there] = rational_power(regularization / (m * (1 - kept)), depth, depth - 2)
        meeting = np.abs(kappa - curve.tangent) <= TIE_TOLERANCE * curve.tangent
        lower[there] = np.where(meeting, upper[there], lower[there])
    signed = [np.copysign(x, flat).reshape(numbers.shape) for x in (lower, upper)]
    return ScalarCriticalPoints(*(like_input(x, scalar) for x in signed))


def check_numbers(value: Any, name: str) -> tuple[Array, bool]:
    """Return a finite, non-empty array and whether it came as a scalar."""
    if isinstance(value, float):
        return np.asarray(check_number(value, name)), True
    array = check_array(value, name)
    return array, array.ndim == 0


def like_input(values: Array, scalar: bool) -> Any:
    """Return a float where a scalar came in."""
    return float(values) if scalar else values


def _target_at(kappa: float, depth: int, regularization: float) -> float:
    """Solve ``regularization * |m|**(2/L - 2) = kappa`` for ``|m|``."""
    numerator, denominator = depth, 2 * depth - 2
    rest = kappa ** (-numerator / denominator)
    return float(rational_power(np.asarray(regularization), numerator, denominator, factor=rest))


def _regularization_at(kappa: float, target: Array, depth: int) -> Array:
    """Solve ``regularization * |m|**(2/L - 2) = kappa`` for the regularization."""
    return rational_power(np.abs(target), 2 * depth - 2, depth, factor=kappa)
