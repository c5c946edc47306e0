"""One number, many factors, one minimizer.

The scalar problem ``F(w) = (m - w_1 ... w_L)**2 + regularization * sum w_l**2`` has, over all
``w`` with a given product ``x``, the least value ``(m - x)**2 + regularization * L * |x|**(2/L)``,
the *reduced loss* of ``x``. Its minimizer is unique except for one value of ``|m|`` (none for
depth 2), where zero and a nonzero number tie.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from dmfbook.numerics._checks import check_depth, check_regularization
from dmfbook.numerics._shown import Shown
from dmfbook.numerics._shrinkage_curve import (
    TIE_TOLERANCE,
    is_tie,
    rational_power,
    shrinkage_curve,
    upper_branch,
    upper_point,
)
from dmfbook.numerics.scalar_uniqueness._landscape import (
    ScalarCriticalPoints,
    check_numbers,
    collapse_threshold,
    like_input,
    scalar_critical_points,
    tangent_regularization,
    tangent_threshold,
    uniqueness_threshold,
)

__all__ = [
    "ScalarCriticalPoints",
    "ScalarMinimizers",
    "collapse_threshold",
    "reduced_loss",
    "scalar_critical_points",
    "scalar_minimizer",
    "scalar_minimizers",
    "shrinkage",
    "tangent_regularization",
    "tangent_threshold",
    "uniqueness_threshold",
]

# Eight working arrays of this length stay in the second-level cache.
_CHUNK = 4096


@dataclass(frozen=True, repr=False)
class ScalarMinimizers(Shown):
    """All minimizers of the reduced loss, for one target or an array of them.

    Attributes
    ----------
    unique : bool or array of bool
        Whether the minimizer is unique. It is false where ``|target|`` equals the uniqueness
        threshold up to rounding (a relative distance of about 2e-15).
    small, large : float or array
        The minimizers of smallest and of largest absolute value. They are equal where the
        minimizer is unique; at the tie ``small`` is zero.
    """

    unique: Any
    small: Any
    large: Any


@overload
def reduced_loss(x: float, target: float, depth: int, regularization: float) -> float: ...
@overload
def reduced_loss(x: Any, target: Any, depth: int, regularization: float) -> Any: ...
def reduced_loss(x: Any, target: Any, depth: int, regularization: float) -> Any:
    r"""Return the reduced loss of a product: the least loss of all factors with that product.

    .. math:: f_m(x) = (m - x)^2 + \lambda L |x|^{2/L}
        = \min_{w_L \cdots w_1 = x} (m - w_L \cdots w_1)^2 + \lambda \sum_l w_l^2

    Parameters
    ----------
    x : float or array
        The product of the factors.
    target : float or array
        The number m; ``x`` and ``target`` broadcast against each other.
    depth : int
        The number L of factors, at least 2.
    regularization : float
        The weight lambda of the sum of squares, at least 0.

    Returns
    -------
    float or array
        A float for two scalars, otherwise an array of the broadcast shape.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range or not finite, or the shapes do not broadcast.

    Notes
    -----
    Relative error at most 1e-14; a value above the largest double comes out as infinity.
    Source: Kamber and Parhi (P2), Theorem 3 for 1 x 1 matrices.

    Examples
    --------
    >>> reduced_loss(1.0, 2.0, depth=4, regularization=0.5)
    3.0
    """
    x, scalar_x = check_numbers(x, "x")
    target, scalar_target = check_numbers(target, "target")
    depth, regularization = check_depth(depth), check_regularization(regularization)
    try:
        np.broadcast_shapes(x.shape, target.shape)
    except ValueError as error:
        raise ValueError(
            f"x and target must broadcast against each other, but x has shape {x.shape} "
            f"and target has shape {target.shape}"
        ) from error
    with np.errstate(over="ignore", under="ignore"):
        penalty = regularization * rational_power(np.abs(x), 2, depth) * depth
        value = (target - x) ** 2 + penalty
    return like_input(value, scalar_x and scalar_target)


@overload
def scalar_minimizer(target: float, depth: int, regularization: float) -> float: ...
@overload
def scalar_minimizer(target: Any, depth: int, regularization: float) -> Any: ...
def scalar_minimizer(target: Any, depth: int, regularization: float) -> Any:
    r"""Return the product ``w_L ... w_1`` of a minimizer of the scalar problem.

    For depth L at least 3 it is zero for :math:`|m| < m^*`, the uniqueness threshold, and for
    :math:`|m| > m^*` the root nearest to m of

    .. math:: x - m + \lambda \operatorname{sgn}(x) |x|^{2/L - 1} = 0,

    of absolute value at least :math:`|m| (L-2)/(L-1)`. For depth 2 it is the soft threshold
    ``sign(m) * max(|m| - lambda, 0)``. It is odd in the target, and zero for target 0.

    Parameters
    ----------
    target : float or array
        The number m, or any array of such numbers.
    depth : int
        The number L of factors, at least 2.
    regularization : float
        The weight lambda, at least 0. For 0 the target itself is returned.

    Returns
    -------
    float or array
        A float for a scalar target, otherwise an array of its shape. At the tie (see
        `scalar_minimizers`) it is the nonzero one of the two minimizers.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, empty or not finite.

    Notes
    -----
    Relative error at most 1e-14 (usually below 2e-15) for all targets and regularizations from
    1e-300 to 1e300, at either side of the tie. Nothing is iterated: the target enters through
    ``lambda * |m|**(2/L - 2)`` alone, and the universal curve of each depth is a polynomial of
    degree 16 after a change of variable. Source: Kamber and Parhi (P2), Theorem 5.

    Examples
    --------
    >>> scalar_minimizer(2.0, depth=2, regularization=0.5)
    1.5
    >>> scalar_minimizer([0.5, -2.125], depth=3, regularization=0.125 ** (4 / 3)).round(12).tolist()
    [0.4162..., -2.0760...]
    """
    numbers, scalar = check_numbers(target, "target")
    depth, regularization = check_depth(depth), check_regularization(regularization)
    curve = shrinkage_curve(depth)
    last_kappa = curve.tie * (1 + TIE_TOLERANCE)
    if scalar and depth > 2:
        number = float(numbers)
        kappa_here, z = upper_point(abs(number), curve, regularization)
        return math.copysign(abs(number) * (1 - z) if kappa_here <= last_kappa else 0.0, number)
    flat = numbers.ravel()
    minimizer = np.empty_like(flat)
    if depth == 2:
        np.maximum(np.abs(flat) - regularization, 0.0, out=minimizer)
    else:
        for part in _chunks(flat.size):
            magnitudes = np.abs(flat[part])
            kappa, shrunk = upper_branch(magnitudes, curve, regularization)
            with np.errstate(under="ignore"):
                np.multiply(magnitudes, 1 - shrunk, out=minimizer[part])
            minimizer[part] *= kappa <= last_kappa
    return like_input(np.copysign(minimizer, flat).reshape(numbers.shape), scalar)


def scalar_minimizers(target: Any, depth: int, regularization: float) -> ScalarMinimizers:
    r"""Return all minimizers of the reduced loss, and whether there is only one.

    The minimizer is unique if and only if :math:`|m| \ne m^*` (depth at least 3), always for
    depth 2 or regularization 0; at :math:`|m| = m^*` zero and the nonzero number
    :math:`x = m (L-2)/(L-1)` tie.

    Parameters
    ----------
    target : float or array
        The number m, or any array of such numbers.
    depth : int
        The number L of factors, at least 2.
    regularization : float
        The weight lambda, at least 0.

    Returns
    -------
    ScalarMinimizers
        Plain bools and floats for a scalar target, otherwise arrays of its shape.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, empty or not finite.

    Notes
    -----
    The accuracy of `scalar_minimizer`. The target counts as tied when
    ``lambda * |m|**(2/L - 2)`` is within 16 units of rounding of its value at the tie, so
    ``uniqueness_threshold(depth, regularization)`` always does.
    Source: Kamber and Parhi (P2), Theorem 5; Chen, Shen and Suter (2016) for the proximal map.

    Examples
    --------
    >>> tie = uniqueness_threshold(4, 1.0)
    >>> both = scalar_minimizers(tie, 4, 1.0)
    >>> both.unique, both.small, round(both.large / tie, 12)
    (False, 0.0, 0.666666666667)
    >>> scalar_minimizers(1.01 * tie, 4, 1.0).unique
    True
    """
    numbers, scalar = check_numbers(target, "target")
    depth, regularization = check_depth(depth), check_regularization(regularization)
    large = np.asarray(scalar_minimizer(numbers, depth, regularization))
    tied = np.zeros(numbers.shape, dtype=np.bool_)
    if depth > 2 and regularization > 0:
        curve = shrinkage_curve(depth)
        kappa, _ = upper_branch(np.abs(numbers.ravel()), curve, regularization)
        tied = is_tie(kappa, curve).reshape(numbers.shape)
    small = np.where(tied, np.copysign(0.0, large), large)
    if scalar:
        return ScalarMinimizers(not tied, float(small), float(large))
    return ScalarMinimizers(~tied, small, large)


@overload
def shrinkage(target: float, depth: int, regularization: float) -> float: ...
@overload
def shrinkage(target: Any, depth: int, regularization: float) -> Any: ...
def shrinkage(target: Any, depth: int, regularization: float) -> Any:
    r"""Return the relative shrinkage ``z = 1 - x/m`` of the minimizer, to full relative accuracy.

    It solves :math:`z (1 - z)^{1 - 2/L} = \lambda |m|^{2/L - 2}` with
    :math:`0 \le z \le 1/(L-1)` where the minimizer is nonzero, and is 1 where it is zero. The
    distance of the minimizer from the target is ``target * z``; the difference of the two floats
    would lose it when the regularization is small.

    Parameters
    ----------
    target : float or array
        The number m, or any array of such numbers.
    depth : int
        The number L of factors, at least 2.
    regularization : float
        The weight lambda, at least 0.

    Returns
    -------
    float or array
        Of the shape of the target. At the tie it belongs to the nonzero minimizer. For target 0
        it is the limit: 1, or 0 if the regularization is 0 too.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, empty or not finite.

    Notes
    -----
    Relative error at most 1e-14 for a shrinkage above 1e-307; below, it underflows gradually.
    Source: this book, from Kamber and Parhi (P2), Theorem 5.

    Examples
    --------
    >>> round(shrinkage(1.0, depth=3, regularization=1e-30) * 1e30, 12)
    1.0
    """
    numbers, scalar = check_numbers(target, "target")
    depth, regularization = check_depth(depth), check_regularization(regularization)
    if regularization == 0:
        return like_input(np.zeros(numbers.shape), scalar)
    flat = np.abs(numbers.ravel())
    if depth == 2:
        with np.errstate(over="ignore", under="ignore", divide="ignore"):
            shrunk = np.minimum(regularization / flat, 1.0)
    else:
        curve = shrinkage_curve(depth)
        kappa, shrunk = upper_branch(flat, curve, regularization)
        shrunk[kappa > curve.tie * (1 + TIE_TOLERANCE)] = 1.0
    return like_input(shrunk.reshape(numbers.shape), scalar)


def _chunks(size: int) -> Iterator[slice]:
    return (slice(start, start + _CHUNK) for start in range(0, size, _CHUNK))
