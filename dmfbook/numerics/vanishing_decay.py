r"""What is left of the Hessian as weight decay vanishes, in closed form.

As lambda falls to zero, the minimizers of ||M - W_L ... W_1||_F^2 + lambda sum_l ||W_l||_F^2 tend
to the balanced factorizations of M. These share one spectrum: with s_i = sigma_i(M)^(1/L), zero for
i beyond the rank r, the eigenvalues that do not vanish are

    2 sum_(l=1..L) s_i^(2(L-l)) s_j^(2(l-1)),   i <= d_L, j <= d_0, not both beyond r,

with 0^0 = 1. All others are zero, and as soon as lambda > 0 most of them are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import (
    check_count,
    check_hidden_widths,
    check_target,
    check_widths,
)
from dmfbook.numerics._reduction import computed_values, rank_of
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.sharpness import ZeroLossSpectrum

__all__ = ["SplitZeros", "limit_spectrum", "split_zeros"]


@dataclass(frozen=True, eq=False, repr=False)
class SplitZeros(Shown):
    """What becomes of the zero eigenvalues of a balanced factorization under a little decay.

    Attributes
    ----------
    without_decay : int
        The number of zero eigenvalues of the Hessian at lambda = 0.
    rotations : int
        How many of them stay zero.
    stretches : int
        How many become 4 lambda.
    dead : int
        How many become 2 lambda.
    """

    without_decay: int
    rotations: int
    stretches: int
    dead: int


def split_zeros(widths: Sequence[int], rank: int) -> SplitZeros:
    """Count the zero eigenvalues at a balanced factorization, and where decay sends them.

    A balanced factorization of a matrix of rank r has N - r (d_0 + d_L - r) zero eigenvalues at
    lambda = 0, where N = sum_l d_l d_(l-1). At the minimizers for a small lambda > 0, sums over
    the hidden layers of r(r-1)/2 + r(d_l - r) of them are still zero, sums of r(r+1)/2 + r(d_l - r)
    are 4 lambda, and the sum over all layers of (d_l - r)(d_(l-1) - r) is 2 lambda.

    Parameters
    ----------
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    rank : int
        r, the rank of the target, at least 0 and at most every width.

    Returns
    -------
    SplitZeros
        The four counts; the last three sum to the first.

    Raises
    ------
    TypeError, ValueError
        If the widths or the rank are not such integers.

    Notes
    -----
    Exact. "Small" means below the collapse threshold of the smallest positive singular value, see
    `collapse_threshold`.

    References
    ----------
    This book, chapter vanishing_decay.

    Examples
    --------
    >>> from dmfbook import split_zeros
    >>> split_zeros((3, 3, 3, 3), rank=3)
    SplitZeros(without_decay=18, rotations=6, stretches=12, dead=0)
    """
    sizes = check_widths(widths)
    rank = check_count(rank, "rank", at_least=0)
    if rank > min(sizes):
        raise ValueError(
            f"rank must be at most every width, but it is {rank} and a width is {min(sizes)}"
        )
    parameters = sum(after * before for before, after in pairwise(sizes))
    hidden = sizes[1:-1]
    return SplitZeros(
        without_decay=parameters - rank * (sizes[0] + sizes[-1] - rank),
        rotations=sum(rank * (rank - 1) // 2 + rank * (width - rank) for width in hidden),
        stretches=sum(rank * (rank + 1) // 2 + rank * (width - rank) for width in hidden),
        dead=sum((after - rank) * (before - rank) for before, after in pairwise(sizes)),
    )


def limit_spectrum(target: ArrayLike, widths: Sequence[int]) -> ZeroLossSpectrum:
    """Return the limit of the Hessian's spectrum at the minimizers as lambda falls to zero.

    It is the spectrum at lambda = 0 of every balanced factorization of the target.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2; every hidden width at least the rank of M.

    Returns
    -------
    ZeroLossSpectrum
        The eigenvalues that do not vanish, 2 sum_l s_i^(2(L-l)) s_j^(2(l-1)), and the number of
        those that do. Its largest is 2L sigma_1^(2-2/L), the least sharpness of a factorization.

    Raises
    ------
    TypeError, ValueError
        If the target is not a finite real matrix that fits the widths, a hidden width is below its
        rank, or the largest eigenvalue exceeds the largest float.

    Notes
    -----
    Relative accuracy: a few L eps for each eigenvalue, given the singular values, whose own error
    is a few eps sigma_1. Singular values that count as zero elsewhere in this library do so here.
    Cost: one singular value decomposition and d_0 d_L L operations.

    References
    ----------
    This book, chapter vanishing_decay. For one number: Kamber and Parhi, P2, Remark 7.

    Examples
    --------
    >>> import numpy as np
    >>> from dmfbook import limit_spectrum
    >>> limit = limit_spectrum(np.diag([4.0, 1.0]), widths=(2, 2, 2))
    >>> limit.eigenvalues().round(12)
    array([ 0.,  0.,  0.,  0.,  4., 10., 10., 16.])
    """
    sizes = check_widths(widths)
    checked = check_target(target, sizes)
    values = computed_values(checked)
    rank = rank_of(values, checked.shape)
    check_hidden_widths(sizes, rank, f"factorize this target of rank {rank}")
    depth = len(sizes) - 1
    nullity = split_zeros(sizes, rank).without_decay
    if rank == 0:
        return ZeroLossSpectrum(values=np.zeros(0), nullity=nullity)
    # In units of sigma_1, so that no power overflows before the result does.
    gains = (values[:rank] / values[0]) ** (1 / depth)
    rows, columns = (np.zeros(sizes[-1]), np.zeros(sizes[0]))
    rows[:rank], columns[:rank] = gains, gains
    sums = np.zeros((sizes[-1], sizes[0]))
    for k in range(1, depth + 1):
        sums += np.multiply.outer(rows ** (2 * (depth - k)), columns ** (2 * (k - 1)))
    kept = np.concatenate([sums[:rank].ravel(), sums[rank:, :rank].ravel()])
    with np.errstate(over="ignore"):
        found = np.sort(2 * kept * values[0] ** (2 - 2 / depth))
    if not np.isfinite(found[-1]):
        raise ValueError(
            "target is too large: an eigenvalue exceeds the largest float; multiply the target by "
            "c < 1 and divide the eigenvalues by c^(2-2/L)"
        )
    return ZeroLossSpectrum(values=found, nullity=nullity)
