r"""How fast gradient descent arrives: the curvatures across the valley of minimizers, and rates.

With decay, lambda > 0, all minimizers share one spectrum (see `hessian_spectrum`). Off the ties,
for hidden widths of at least n and end-to-end rank r at least 1, its smallest positive eigenvalue
is the smallest of

=========================== ======================================= ===============================
depth                       number                                  where
=========================== ======================================= ===============================
any                         4 lambda                                always
at least 3                  2 lambda                                some (d_l - r)(d_(l-1) - r) > 0
at least 3                  2 s_r^(L-2) (m_r - m_(r+1))             r < n
2                           4 (m_r - lambda)                        always
2                           2 (lambda - m_(r+1))                    r < n
2                           2 lambda                                d_0 != d_2 and d_1 > r
=========================== ======================================= ===============================

Without decay the spectrum differs from one exact factorization to another. At balanced ones the
condition number is (sigma_1 / sigma_r)^(2 - 2/L) for r = d_0 = d_L, and L times that otherwise.
*Perfect* ones, which are as flat as any and have all nonzero eigenvalues equal, are made by
`perfect_factors`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import check_hidden_widths, check_target, check_widths
from dmfbook.numerics._reduction import computed_values, fitted_from_target, rank_of
from dmfbook.numerics._shrinkage_curve import rational_power
from dmfbook.numerics.conditioning._perfect import (
    FlatFactors,
    fast_flat_factors,
    perfect_factors,
)
from dmfbook.numerics.conditioning._rates import Conditioning
from dmfbook.numerics.hessian_spectrum import Origin
from dmfbook.numerics.hessian_spectrum._table import spectrum_of
from dmfbook.numerics.sharpness import spectrum_at

__all__ = [
    "Conditioning",
    "FlatFactors",
    "balanced_conditioning",
    "conditioning_at",
    "fast_flat_factors",
    "minimizer_conditioning",
    "perfect_factors",
]


def minimizer_conditioning(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    *,
    rank: int | None = None,
) -> Conditioning:
    """Return the extreme curvatures across the valley of minimizers with weight decay.

    The loss is ||M - W_L ... W_1||_F^2 + lambda sum_l ||W_l||_F^2. All its minimizers (at a tie,
    all of one rank) have the same curvatures, from the table of `hessian_spectrum`; zeros, along
    the valley, are left out.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0.
    rank : int, optional
        As in `hessian_spectrum`: the rank of the minimizers, needed only at a tie.

    Returns
    -------
    Conditioning
        The smallest and the largest positive eigenvalue, and the rates that follow.

    Raises
    ------
    TypeError, ValueError
        As `hessian_spectrum`, and where L = 2 and lambda is a singular value that hidden units
        could fit: the loss is then flat to second order in a direction that leads to no minimizer,
        and gradient descent has no rate.

    Notes
    -----
    Accuracy as `hessian_spectrum`: about 1e-14 of the largest eigenvalue, and a few eps for
    4 lambda and 2 lambda.

    References
    ----------
    This book.

    Examples
    --------
    >>> from dmfbook import minimizer_conditioning
    >>> speed = minimizer_conditioning([[3.0, 0.0], [0.0, 2.0]], (2, 2, 2), regularization=1.0)
    >>> speed.smallest, speed.largest, speed.condition_number
    (4.0, 10.0, 2.5)
    """
    table = spectrum_of(fitted_from_target(target, widths, regularization, rank))
    level = table.values == 0
    stuck = (table.origins == Origin.DEAD) | (table.origins == Origin.SINGULAR_VALUE)
    if (level & stuck).any():
        raise ValueError(
            "regularization equals a singular value of the target at depth 2, so that the loss is "
            "flat to second order where it has no further minimizer, and no rate exists; it is "
            f"{regularization}"
        )
    positive = table.values[table.values > 0]
    return Conditioning(float(positive.min()), table.largest)


def conditioning_at(factors: Sequence[ArrayLike]) -> Conditioning:
    """Return the extreme nonzero curvatures at a minimum of loss zero, without decay.

    They are twice the extreme nonzero eigenvalues of sum_l B_l kron A_l (see `spectrum_at`).

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2, with loss zero.

    Returns
    -------
    Conditioning
        The smallest and the largest positive eigenvalue, and the rates that follow.

    Raises
    ------
    TypeError, ValueError
        As `spectrum_at`, and if the Hessian is zero.

    Notes
    -----
    Eigenvalues up to d_0 d_L eps times the largest count as zero, so condition numbers above about
    1e14 are not seen; for balanced factors take `balanced_conditioning`.

    References
    ----------
    Kamber and Parhi, P1, Theorem 5, for the spectrum.

    Examples
    --------
    >>> import numpy as np
    >>> from dmfbook import conditioning_at
    >>> conditioning_at([np.diag([3.0, 1.0]), np.eye(2)]).condition_number
    5.0
    """
    values = spectrum_at(factors).values
    if values.size == 0:
        raise ValueError(
            "factors must have a nonzero Hessian, but all curvatures are zero: descent does not "
            "move there, and no rate exists"
        )
    return Conditioning(float(values[0]), float(values[-1]))


def balanced_conditioning(target: ArrayLike, widths: Sequence[int]) -> Conditioning:
    """Return the extreme nonzero curvatures at balanced exact factorizations, without decay.

    The largest is 2L sigma_1^(2-2/L); the smallest 2L sigma_r^(2-2/L) if r = d_0 = d_L and
    2 sigma_r^(2-2/L) otherwise, r the rank of M.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M, not zero.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2, hidden widths of at least the rank of M.

    Returns
    -------
    Conditioning
        The smallest and the largest positive eigenvalue, and the rates that follow.

    Raises
    ------
    TypeError, ValueError
        If the target is zero, not finite or of another shape, or a hidden width is below its rank.

    Notes
    -----
    Singular values up to 8 max(d_0, d_L, 2) eps sigma_1 count as zero.

    References
    ----------
    Saxe, McClelland and Ganguli (2014); Ghosh et al. (2025); the factor L of the second case, for
    equal singular values, Deng et al. (2026).

    Examples
    --------
    >>> from dmfbook import balanced_conditioning
    >>> round(balanced_conditioning([[4.0, 0.0], [0.0, 1.0]], (2, 2, 2)).condition_number, 12)
    4.0
    >>> round(balanced_conditioning([[4.0, 0.0], [0.0, 1.0]], (2, 3, 3, 3, 2)).condition_number, 12)
    8.0
    """
    sizes = check_widths(widths)
    matrix = check_target(target, sizes)
    values = computed_values(matrix)
    if values[0] == 0:
        raise ValueError("target must not be the zero matrix, whose balanced factors are all zero")
    rank = rank_of(values, matrix.shape)
    check_hidden_widths(sizes, rank, "factor the target")
    depth = len(sizes) - 1
    square = rank == sizes[0] == sizes[-1]
    kept = np.array([values[rank - 1], values[0]])
    low, high = (float(p) for p in rational_power(kept, 2 * depth - 2, depth, factor=2 * depth))
    return Conditioning(low if square else low / depth, high)
