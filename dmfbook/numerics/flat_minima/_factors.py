"""Flat minima that are not balanced, and minima of least trace, for `dmfbook.flat_minima`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._chain import scaled
from dmfbook.numerics._checks import (
    Array,
    check_hidden_widths,
    check_matrix,
    check_nonnegative,
    check_number,
    check_target,
    check_widths,
)
from dmfbook.numerics._reduction import decomposed, rank_of


def unbalanced_flat_factors(
    target: ArrayLike, widths: Sequence[int], imbalance: float = 1.0, idle_gain: float = 0.0
) -> list[Array]:
    """Return a flat minimum that is not balanced.

    With M = U S V^T, every singular value passes through the factors on a path of its own. In units
    of sigma_1^(1/L), its partial products p_0 = 1, p_1, ..., p_L = sigma_i / sigma_1 may be any
    numbers with p_L <= p_l <= 1: every ||W_(L:l+1)|| and ||W_(l-1:1)|| is then 1, and the minimum
    is flat. Here p_l moves from p_L^(l/L) (balanced) to p_1 = p_L, p_2 = ... = p_(L-1) = 1.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2; every hidden width at least the rank of M.
    imbalance : float, optional
        From 0 (balanced) to 1.
    idle_gain : float, optional
        An entry of W_2, in units of sigma_1^(1/L), between a hidden coordinate that W_1 never
        reaches and one that W_3 never reads. It may be of any size, so the flat minima are then an
        unbounded set. Needs L at least 3, and d_1 and d_2 above the rank of M.

    Returns
    -------
    list of ndarray
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)).

    Raises
    ------
    TypeError, ValueError
        If the arguments are not finite or do not fit together, if a hidden width is below the rank
        of M, if ``imbalance`` is outside 0 to 1, or if there is no idle path for ``idle_gain``.

    Notes
    -----
    The rank of M is that of `dmfbook.balanced_factors`: singular values of at most
    8 max(d_0, d_L, 2) eps sigma_1 count as zero. The product differs from M
    by a few max(d_0, d_L) L eps sigma_1.

    References
    ----------
    This book.

    Examples
    --------
    >>> from dmfbook import is_flat, unbalanced_flat_factors
    >>> factors = unbalanced_flat_factors([[1.0, 0.0], [0.0, 0.01]], widths=(2, 2, 2, 2))
    >>> [float(round(factor[1, 1], 12)) for factor in factors], is_flat(factors)
    ([0.01, 100.0, 0.01], True)
    """
    sizes = check_widths(widths)
    matrix = check_target(target, sizes)
    share = check_number(imbalance, "imbalance")
    if not 0 <= share <= 1:
        raise ValueError(f"imbalance must be from 0 (balanced) to 1, but it is {share}")
    gain = check_nonnegative(idle_gain, "idle_gain")
    body, exponent = scaled(matrix)
    left, values, right = decomposed(body)
    rank = rank_of(values, matrix.shape)
    check_hidden_widths(sizes, rank, f"factorize this matrix of rank {rank}")
    depth = len(sizes) - 1
    if gain > 0 and (depth == 2 or min(sizes[1:3]) <= rank):
        raise ValueError(
            f"idle_gain must be 0 here, but it is {gain}: an idle path needs depth at least 3, and "
            f"d_1 and d_2 above the rank {rank}, and the widths are {sizes}"
        )
    whole, rest = divmod(exponent, depth)
    unit = float(np.exp2(rest / depth) * values[0] ** (1 / depth))
    logs = np.log(values[:rank] / (values[0] if rank else 1.0))
    steps = np.arange(1, depth) / depth * (1 - share)
    steps[0] += share
    powers = np.concatenate([[0.0], steps, [1.0]])
    frames = [right[:, :rank], *(np.eye(size, rank) for size in sizes[1:-1]), left[:, :rank]]
    factors = [
        (after * np.exp((end - start) * logs)) @ before.T
        for (before, after), (start, end) in zip(pairwise(frames), pairwise(powers), strict=True)
    ]
    if gain > 0:
        factors[1][rank, rank] = gain
    return [np.ldexp(factor * unit, whole) for factor in factors]


def two_path_factors(first: float, last: float, product: float = 0.0) -> list[Array]:
    """Return [diag(1, a), diag(1, p / (a b)), diag(1, b)], a depth-3 minimum for M = diag(1, p).

    For p = 0 it is flat if and only if a^2 <= 2, b^2 <= 2 and a^2 b^2 <= 3, though the largest
    ||W_(L:l+1)|| ||W_(l-1:1)|| is 1 only for a^2 <= 1, b^2 <= 1.

    Parameters
    ----------
    first, last : float
        a and b, any numbers; not 0 if p is not 0.
    product : float, optional
        p.

    Returns
    -------
    list of ndarray
        Three matrices of shape (2, 2).

    Raises
    ------
    TypeError, ValueError
        If an argument is not a finite number, or if p / (a b) is not.

    Notes
    -----
    The entries are correctly rounded, up to two eps for p / (a b).

    References
    ----------
    This book.

    Examples
    --------
    >>> from dmfbook import two_path_factors
    >>> [factor[1, 1].item() for factor in two_path_factors(0.5, 4.0, product=1.0)]
    [0.5, 0.5, 4.0]
    """
    a, b, p = (
        check_number(first, "first"),
        check_number(last, "last"),
        check_number(product, "product"),
    )
    if p != 0 and (a == 0 or b == 0 or math.isinf(p / a / b)):
        raise ValueError(
            f"product must be 0 unless product / (first * last) is finite, but it is {p} with "
            f"first = {a} and last = {b}"
        )
    middle = p / a / b if p != 0 else 0.0
    return [np.diag([1.0, gain]) for gain in (a, middle, b)]


def flattest_trace(target: ArrayLike) -> float:
    """Return the least trace of the Hessian over all depth-2 minima of loss zero.

    It is 4 sqrt(d_0 d_2) ||M||_*, with the nuclear norm. For d_0 different from d_2 the minima of
    least trace (see `trace_flat_factors`) are not those of least sharpness.

    Parameters
    ----------
    target : array_like of shape (d_2, d_0)
        M; the hidden width is taken to be at least its rank.

    Returns
    -------
    float
        The least trace.

    Raises
    ------
    TypeError, ValueError
        If ``target`` is not a finite matrix, or if the result exceeds the largest float.

    Notes
    -----
    The relative error is a few eps times min(d_0, d_2).

    References
    ----------
    This book.

    Examples
    --------
    >>> from dmfbook import flattest_trace
    >>> flattest_trace([[3.0, 0.0, 0.0, 0.0]])
    24.0
    """
    body, exponent = scaled(check_matrix(target, "target"))
    nuclear = float(np.sum(np.linalg.svd(body, compute_uv=False)))
    try:
        return math.ldexp(4 * math.sqrt(body.size) * nuclear, exponent)
    except OverflowError:
        raise ValueError(
            "target is too large: the trace exceeds the largest float; multiply the target by "
            "c < 1 and divide the result by c"
        ) from None


def trace_flat_factors(target: ArrayLike) -> list[Array]:
    """Return a depth-2 minimum of loss zero with the least trace of the Hessian.

    With M = U S V^T it is W_1 = S^(1/2) V^T / c, W_2 = c U S^(1/2) with c = (d_2 / d_0)^(1/4).

    Parameters
    ----------
    target : array_like of shape (d_2, d_0)
        The matrix M.

    Returns
    -------
    list of ndarray
        W_1 of shape (n, d_0) and W_2 of shape (d_2, n), n = min(d_0, d_2).

    Raises
    ------
    TypeError, ValueError
        If ``target`` is not a finite matrix.

    Notes
    -----
    The product differs from M by a few n eps sigma_1.

    References
    ----------
    This book.

    Examples
    --------
    >>> from dmfbook import trace_flat_factors
    >>> [abs(part).round(12).tolist() for part in trace_flat_factors([[0.0, 0.0, 0.0, 4.0]])]
    [[[0.0, 0.0, 0.0, 2.828427124746]], [[1.414213562373]]]
    """
    left, values, right = np.linalg.svd(check_matrix(target, "target"), full_matrices=False)
    ratio = (left.shape[0] / right.shape[1]) ** 0.25
    roots = np.sqrt(values)
    return [(roots / ratio)[:, np.newaxis] * right, left * (roots * ratio)]
