r"""The trace of the Hessian: at any point, at the minimizers, and from below.

The trace at any point needs no second derivatives of the product, because the loss is quadratic in
each factor:

    tr H = 2 sum_l ||W_(L:l+1)||_F^2 ||W_(l-1:1)||_F^2 + 2 lambda N.

At the minimizers for lambda > 0 it is one number, which answers when the lower bound of P2,
Theorem 15 (as reconstructed), is attained.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import Array, check_factors, check_regularization
from dmfbook.numerics._kronecker_sum import partial_products
from dmfbook.numerics._reduction import FittedValues, fitted_from_target
from dmfbook.numerics._shown import Shown
from dmfbook.numerics._shrinkage_curve import rational_power

__all__ = ["TraceBounds", "hessian_trace", "minimizer_trace", "trace_bounds"]


@dataclass(frozen=True, repr=False)
class TraceBounds(Shown):
    """The trace of the Hessian at the minimizers and what bounds it from below.

    Attributes
    ----------
    trace : float
        The trace, the same at all minimizers (of one rank).
    norm_bound : float
        2L ||X||_F^2 / C^2 + 2 lambda N, the bound of P2, Theorem 15, with C the common norm
        ||W_l||_F (2 lambda N for X = 0).
    sharp_bound : float
        2(L - 2 + d_0 + d_L) ||X||_F^2 / C^2 + 2 lambda N.
    norm_bound_attained : bool
        Whether X = 0, or the rank of X is one and d_0 = d_L = 1.
    sharp_bound_attained : bool
        Whether the rank of X is at most one.
    """

    trace: float
    norm_bound: float
    sharp_bound: float
    norm_bound_attained: bool
    sharp_bound_attained: bool


def hessian_trace(factors: Sequence[ArrayLike], regularization: float = 0.0) -> float:
    """Return the trace of the Hessian at any point, minimum or not.

    It is 2 sum_l ||W_(L:l+1)||_F^2 ||W_(l-1:1)||_F^2 + 2 lambda N (the squared norm of an empty
    product is that of an identity, its size). The target does not enter: the residual stands only
    in blocks off the diagonal.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    float
        The trace.

    Raises
    ------
    TypeError, ValueError
        If ``factors`` is not a list of at least two finite matrices whose product exists, if
        lambda is negative, or if the trace exceeds the largest float.

    Notes
    -----
    All terms are at least zero. The relative error is about L eps times the condition of the
    partial products (tested to 1e-13 on well-conditioned factors); the time is that of 2L products
    of matrices.

    References
    ----------
    Kamber and Parhi, P2, Theorem 15 (its proof computes these blocks).

    Examples
    --------
    >>> from dmfbook import hessian_trace
    >>> hessian_trace([[[1.0]], [[2.0]]], regularization=0.5)
    12.0
    """
    checked = check_factors(factors)
    weight = check_regularization(regularization)
    products = partial_products(checked)
    terms = []
    try:
        for left, right, exponent in zip(
            products.left, products.right, products.exponents(), strict=True
        ):
            if exponent is not None:
                squares = float(np.sum(left**2)) * float(np.sum(right**2))
                terms.append(math.ldexp(2 * squares, 2 * exponent))
        total = math.fsum([*terms, 2 * weight * sum(factor.size for factor in checked)])
    except OverflowError:
        total = math.inf
    if math.isinf(total):
        raise ValueError(
            "factors or regularization are too large: the trace exceeds the largest float; divide "
            "every factor by c, the regularization by c^(2L-2), and multiply the trace by c^(2L-2)"
        )
    return total


def minimizer_trace(
    target: ArrayLike, widths: Sequence[int], regularization: float, *, rank: int | None = None
) -> float:
    """Return the trace of the Hessian that all minimizers of one target share.

    With s_i = x_i^(1/L), x_i the nonzero singular values of the end-to-end matrix X, and
    S_k = sum_i s_i^k, it is

        2 [(d_0 + d_L) S_(2L-2) + sum_(l=2..L-1) S_(2(L-l)) S_(2(l-1))] + 2 lambda N.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0 (at 0 the trace differs between minimizers: see `hessian_trace`).
    rank : int, optional
        The rank of X. Needed only for a singular value at the tie, where minimizers of several
        ranks share the least loss.

    Returns
    -------
    float
        The trace.

    Raises
    ------
    TypeError, ValueError
        If the arguments are not finite or do not fit together, if lambda is 0, if the target has a
        singular value at the tie and ``rank`` does not say which, or if the trace exceeds the
        largest float.

    Notes
    -----
    The relative error is about 1e-14 (tested to 1e-12).

    References
    ----------
    This book; it answers, as we read it, the question that Kamber and Parhi, P2, leave open with
    Theorem 15.

    Examples
    --------
    >>> from dmfbook import minimizer_trace
    >>> minimizer_trace([[3.0, 0.0], [0.0, 1.0]], widths=(2, 2, 2), regularization=0.5)
    32.0
    """
    return trace_bounds(target, widths, regularization, rank=rank).trace


def trace_bounds(
    target: ArrayLike, widths: Sequence[int], regularization: float, *, rank: int | None = None
) -> TraceBounds:
    """Return the trace of the Hessian at the minimizers together with its lower bounds.

    With C = ||W_l||_F, the same for all l, the bounds are 2L ||X||_F^2 / C^2 + 2 lambda N and
    2(L - 2 + d_0 + d_L) ||X||_F^2 / C^2 + 2 lambda N. The first is attained if and only if X = 0,
    or rank X = 1 and d_0 = d_L = 1; the second if and only if rank X is at most 1.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0.
    rank : int, optional
        As in `minimizer_trace`.

    Returns
    -------
    TraceBounds
        The exact trace, both bounds, and whether each is attained (decided by rank and widths, not
        by comparing floats).

    Raises
    ------
    TypeError, ValueError
        As `minimizer_trace`.

    Notes
    -----
    The accuracy of `minimizer_trace`. In floating point too, norm_bound <= sharp_bound <= trace,
    with equality where a bound is attained.

    References
    ----------
    Kamber and Parhi, P2, Theorem 15 (as reconstructed), for the first bound; the second, and when
    each is attained, is this book's.

    Examples
    --------
    >>> from dmfbook import trace_bounds
    >>> bounds = trace_bounds([[3.0, 0.0], [0.0, 1.0]], widths=(2, 2, 2), regularization=0.5)
    >>> bounds.trace, round(bounds.norm_bound, 4), round(bounds.sharp_bound, 4)
    (32.0, 16.6667, 25.3333)
    >>> bounds.sharp_bound_attained
    False
    """
    shared = fitted_from_target(target, widths, regularization, rank)
    penalty = 2 * shared.regularization * shared.dimension
    ends = shared.widths[0] + shared.widths[-1]
    depth = shared.depth
    with np.errstate(over="ignore"):
        data = 2 * ends * _power_sum(shared, 2 * depth - 2) + 2 * sum(
            _power_sum(shared, 2 * (depth - layer)) * _power_sum(shared, 2 * (layer - 1))
            for layer in range(2, depth)
        )
    if not math.isfinite(data + penalty):
        raise ValueError(
            "target or regularization is too large: the trace exceeds the largest float; multiply "
            "the target by c and the regularization by c^(2-2/L), with c < 1, and divide the trace "
            "by c^(2-2/L)"
        )
    ratio = _norm_ratio(shared)
    trace = data + penalty
    sharp_attained = shared.rank <= 1
    norm_attained = shared.rank == 0 or (shared.rank == 1 and ends == 2)
    # A bound may not exceed what it bounds by rounding, and is equal where it is attained.
    sharp = trace if sharp_attained else min(2 * (depth - 2 + ends) * ratio + penalty, trace)
    norm = trace if norm_attained else min(2 * depth * ratio + penalty, sharp)
    return TraceBounds(
        trace=trace,
        norm_bound=norm,
        sharp_bound=sharp,
        norm_bound_attained=norm_attained,
        sharp_bound_attained=sharp_attained,
    )


def _power_sum(shared: FittedValues, power: int) -> float:
    """Return S_k = sum_i s_i^k."""
    return float(np.sum(rational_power(shared.fitted, power, shared.depth)))


def _norm_ratio(shared: FittedValues) -> float:
    """Return ||X||_F^2 / C^2 = S_(2L) / S_2; the ratios to s_1 keep S_(2L) from overflow."""
    if shared.rank == 0:
        return 0.0
    largest = float(shared.fitted[0])
    shares: Array = shared.fitted / largest
    top = float(rational_power(shared.fitted[0], 2 * shared.depth - 2, shared.depth))
    return top * float(np.sum(shares**2)) / float(np.sum(shares ** (2 / shared.depth)))
