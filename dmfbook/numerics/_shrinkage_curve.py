"""The universal curve behind the scalar problem, one for each depth.

With ``kappa = regularization * |m|**(2/L - 2)`` and ``z = 1 - x/m`` the nonzero critical points
of the reduced loss solve ``kappa = z * (1 - z)**beta``, ``beta = 1 - 2/L``. The right side rises
to ``kappa_t`` at ``z = 1/(1 + beta)`` and falls again, so there are two branches for
``kappa < kappa_t``. With ``w = sqrt(1 - kappa/kappa_t)`` both are values of one analytic function
at ``w`` and ``-w``; in ``q = (1 - w)/(1 + w)`` the ratio ``z/kappa`` of the upper branch is
``1 + q`` for infinite depth and close to it for every other, so a polynomial of low degree
reaches full precision and no equation has to be solved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import Array

_DEGREE = 16
_SAMPLES = 512
# Relative, in kappa: covers the rounding of target, regularization, kappa and its value at the tie.
TIE_TOLERANCE = 16 * float(np.finfo(np.float64).eps)
# frexp of a positive double gives an exponent in this range.
_LOWEST_EXPONENT, _HIGHEST_EXPONENT = -1073, 1024
_WORTH_A_TABLE = 1024


@dataclass(frozen=True)
class ShrinkageCurve:
    """Constants of one depth.

    Attributes
    ----------
    depth : int
    beta : float
        ``1 - 2/depth``.
    tie : float
        ``kappa`` where zero and the nonzero minimizer tie.
    tangent : float
        ``kappa`` above which there is no nonzero critical point.
    coefficients : tuple of float
        ``z/kappa`` of the upper branch in powers of ``2*q - 1``, highest first.
    """

    depth: int
    beta: float
    tie: float
    tangent: float
    coefficients: tuple[float, ...]


@lru_cache(maxsize=256)
def shrinkage_curve(depth: int) -> ShrinkageCurve:
    """Return the constants of a depth of at least 2."""
    if depth == 2:
        return ShrinkageCurve(2, 0.0, 1.0, 1.0, (1.0,))
    beta = (depth - 2) / depth
    tie = math.exp(beta * math.log1p(-1 / (depth - 1))) / (depth - 1)
    tangent = depth / (2 * depth - 2) * ((depth - 2) / (2 * depth - 2)) ** beta
    return ShrinkageCurve(depth, beta, tie, tangent, _coefficients(beta))


def _coefficients(beta: float) -> tuple[float, ...]:
    from numpy.polynomial import chebyshev

    # The samples are explicit in a = 1 - z/z_t, so that nothing is solved or canceled here:
    # kappa/kappa_t = (1 - a) * (1 + a/beta)**beta and z/kappa = (1 - z)**-beta.
    a = (1 - np.cos(np.pi * (np.arange(_SAMPLES) + 0.5) / _SAMPLES)) / 2
    w = np.sqrt(-np.expm1(np.log1p(-a) + beta * np.log1p(a / beta)))
    ratio = ((beta + a) / (1 + beta)) ** -beta
    fitted = chebyshev.chebfit(2 * (1 - w) / (1 + w) - 1, ratio, _DEGREE)
    return tuple(float(c) for c in chebyshev.cheb2poly(fitted)[::-1])


def _kappa_of_exponents(e: NDArray[np.int64], depth: int, regularization: float) -> Array:
    """Return ``regularization * (2**e)**(2/L - 2)``."""
    mantissa, exponent = math.frexp(regularization)
    # 2 e / L is split into an integer and a rest in integers: a logarithm of a huge or tiny
    # number would lose as many digits as the number has in its exponent.
    whole, rest = np.divmod(2 * e, depth)
    power = np.clip(exponent - 2 * e + whole, -2000, 1000)
    with np.errstate(under="ignore"):
        kappa: Array = np.ldexp(mantissa * np.exp2(rest / depth), power)
    return kappa


def _kappa_of_exponent(e: int, depth: int, regularization: float) -> float:
    """Do for one exponent what `_kappa_of_exponents` does for an array."""
    mantissa, exponent = math.frexp(regularization)
    whole, rest = divmod(2 * e, depth)
    power = min(max(exponent - 2 * e + whole, -2000), 1000)
    return math.ldexp(mantissa * float(np.exp2(rest / depth)), power)


@lru_cache(maxsize=16)
def _kappa_table(depth: int, regularization: float) -> Array:
    """Tabulate `_kappa_of_exponents` for every exponent of a double."""
    e = np.arange(_LOWEST_EXPONENT, _HIGHEST_EXPONENT + 1, dtype=np.int64)
    table = _kappa_of_exponents(e, depth, regularization)
    table.flags.writeable = False
    return table


def upper_branch(
    magnitudes: Array, curve: ShrinkageCurve, regularization: float
) -> tuple[Array, Array]:
    """Return ``kappa`` and the shrinkage ``z`` of the upper branch (of the tangent point above it).

    Both are relative to 1e-15 or so, and ``z`` is smooth in ``kappa``. Depth at least 3.
    """
    mantissa, exponent = np.frexp(magnitudes)
    np.maximum(mantissa, 0.5, out=mantissa)
    if magnitudes.size < _WORTH_A_TABLE:
        unit_kappa = _kappa_of_exponents(exponent.astype(np.int64), curve.depth, regularization)
    else:
        unit_kappa = _kappa_table(curve.depth, regularization)[exponent - _LOWEST_EXPONENT]
    with np.errstate(under="ignore"):
        kappa = np.power(mantissa, 2 / curve.depth - 2)
        kappa *= unit_kappa
        if regularization > 0:
            kappa[magnitudes == 0] = np.inf
        bounded = np.minimum(kappa, curve.tangent)
        w = np.sqrt(1 - bounded / curve.tangent)
        t = 2 * ((1 - w) / (1 + w)) - 1
        ratio = np.full_like(t, curve.coefficients[0])
        for coefficient in curve.coefficients[1:]:
            ratio *= t
            ratio += coefficient
        bounded *= ratio
    return kappa, bounded


def upper_point(
    magnitude: float, curve: ShrinkageCurve, regularization: float
) -> tuple[float, float]:
    """Do for one number what `upper_branch` does for an array, to the last bit, but sooner."""
    mantissa, exponent = math.frexp(magnitude)
    # numpy's power, because it may round otherwise than Python's.
    kappa = float(np.power(max(mantissa, 0.5), 2 / curve.depth - 2))
    kappa *= _kappa_of_exponent(exponent, curve.depth, regularization)
    if magnitude == 0 and regularization > 0:
        kappa = math.inf
    bounded = min(kappa, curve.tangent)
    w = math.sqrt(1 - bounded / curve.tangent)
    t = 2 * ((1 - w) / (1 + w)) - 1
    ratio = curve.coefficients[0]
    for coefficient in curve.coefficients[1:]:
        ratio = ratio * t + coefficient
    return kappa, bounded * ratio


def lower_branch(kappa: Array, curve: ShrinkageCurve) -> Array:
    """Return ``1 - z`` of the lower branch for ``0 < kappa <= kappa_t``; depth at least 3.

    Newton on ``beta*u + log(1 - exp(u)) = log(kappa)`` with ``u = log(1 - z)``: the left side is
    concave and rises up to the tangent point, so the steps from the left are monotone.
    """
    beta = curve.beta
    u_tangent = math.log(beta / (1 + beta))
    log_kappa = np.log(kappa)
    u = log_kappa / beta
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        for _ in range(80):
            e = np.exp(u)
            slope = beta - e / (1 - e)
            step = (log_kappa - beta * u - np.log1p(-e)) / slope
            step = np.where(slope > 0, np.maximum(step, 0.0), 0.0)
            u = np.minimum(u + step, u_tangent)
            if not (step > 4e-16 * np.abs(u)).any():
                break
        kept: Array = np.exp(u)
    return kept


def rational_power(values: Array, numerator: int, denominator: int, factor: float = 1.0) -> Array:
    """Return ``factor * values**(numerator/denominator)`` for values at least 0.

    The relative error is about 1e-15; only the result overflows or underflows, not the power alone.

    ``values ** (numerator / denominator)`` rounds the exponent, which costs as many digits as
    the logarithm of the value has; here the binary exponent is divided in integers.
    """
    mantissa, exponent = np.frexp(values)
    # With the mantissa from 1 to 2, powers of one are exact.
    whole, rest = np.divmod((exponent.astype(np.int64) - 1) * numerator, denominator)
    with np.errstate(over="ignore", under="ignore"):
        scaled = np.power(2 * mantissa, numerator / denominator) * np.exp2(rest / denominator)
        powered: Array = np.ldexp(factor * scaled, np.clip(whole, -4000, 4000))
    return powered


def is_tie(kappa: Array, curve: ShrinkageCurve) -> NDArray[np.bool_]:
    """Tell where ``kappa`` equals the tie up to the rounding of the inputs and of ``kappa``."""
    tied: NDArray[np.bool_] = np.abs(kappa - curve.tie) <= TIE_TOLERANCE * curve.tie
    return tied
