r"""The Hessian spectrum at the minimizers of regularized deep matrix factorization, in closed form.

For lambda > 0 all minimizers of ||M - W_L ... W_1||_F^2 + lambda sum_l ||W_l||_F^2 with the same
end-to-end matrix are images of one another under orthogonal changes of the hidden coordinates, so
they share one Hessian spectrum. With m_a the singular values of M, x_a those of the end-to-end
matrix (nonzero for a <= r, the fitted ones), s_a = x_a^(1/L), n and n_+ the smaller and the larger
of d_0 and d_L, it consists of

=============================== ============================================= ====================
origin                          eigenvalue                                    multiplicity
=============================== ============================================= ====================
rotation                        0                                             sum_l [r(r-1)/2
                                                                              + r(d_l-r)]
balancing (stretches)           4 lambda                                      sum_l [r(r+1)/2
                                                                              + r(d_l-r)]
singular value a <= r           2L s_a^(2L-2) - 2(L-2) lambda                 1
pair a < b <= r                 2(x_a +- x_b)(m_a -+ m_b)/(s_a^2 - s_b^2)     1 each
pair a <= r < b <= n            2 s_a^(L-2) (m_a -+ m_b)                      1 each
excess, a <= r                  2 s_a^(L-2) m_a                               n_+ - n
dead, L >= 3                    2 lambda                                      sum_(l=1..L) (d_l-r)
                                                                              (d_(l-1)-r)
dead, L = 2, r < b <= n         2(lambda -+ m_b)                              d_1 - r each
dead, L = 2                     2 lambda                                      (n_+ - n)(d_1 - r)
=============================== ============================================= ====================

with sums over the hidden widths d_1, ..., d_(L-1) in the first two rows. The same table, with other
values fitted, holds at every critical point: see `CriticalPoint.spectrum`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._reduction import fitted_from_target, fitted_values
from dmfbook.numerics._shrinkage_curve import rational_power
from dmfbook.numerics.hessian_spectrum._table import (
    HessianSpectrum,
    Origin,
    own_values,
    pair_values,
    spectrum_of,
    too_large,
)

__all__ = [
    "HessianSpectrum",
    "Origin",
    "hessian_spectrum",
    "minimizer_sharpness",
    "spectrum_from_singular_values",
]


def hessian_spectrum(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    *,
    rank: int | None = None,
) -> HessianSpectrum:
    """Return the Hessian spectrum that all minimizers of one target share.

    The loss is ||M - W_L ... W_1||_F^2 + lambda sum_l ||W_l||_F^2; the eigenvalues are in the table
    of this module. Hidden widths below min(d_0, d_L) are allowed: then only the largest singular
    values are fitted.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0. At 0 the minimizers have different spectra: see
        `spectrum_at`.
    rank : int, optional
        The rank of the end-to-end matrix. Needed only for a singular value at the tie, where
        minimizers of several ranks share the least loss; all those of one rank share one spectrum.

    Returns
    -------
    HessianSpectrum
        Every eigenvalue with its multiplicity and origin.

    Raises
    ------
    TypeError, ValueError
        If the arguments are not finite or do not fit together, if lambda is 0, if the target has a
        singular value at the tie (L at least 3; see `uniqueness_threshold`) and ``rank`` does
        not say which, if no minimizer has that rank, or if an eigenvalue exceeds the largest float.

    Notes
    -----
    The error is about 1e-14 of the largest eigenvalue (tested to 1e-12); given the singular values
    it is a few eps for each eigenvalue of origin ``SINGULAR_VALUE``, ``BALANCING``, ``EXCESS`` and
    ``PAIR_ANTISYMMETRIC``, however close the singular values of the pair. What rounding cannot tell
    apart, that is what is within 8 max(d_0, d_L, 2) eps sigma_1, counts as equal: a singular value
    and zero; then a singular value and the tie, lambda for L = 2; then a singular value and the
    last one that narrow hidden layers fit. So zeros of the spectrum are exact zeros there too, and
    every function that takes the target reports the same rank. No eigenvalue problem is solved: the
    cost is that of the singular values of M and of n^2 formulas.

    References
    ----------
    Kamber and Parhi, P2, Theorem 6 for scalars; the matrix case is this book's.

    Examples
    --------
    >>> from dmfbook import hessian_spectrum
    >>> spectrum = hessian_spectrum([[3.0]], widths=(1, 1, 1), regularization=0.5)
    >>> spectrum.eigenvalues().tolist()
    [2.0, 10.0]
    >>> spectrum = hessian_spectrum([[3.0, 0.0], [0.0, 1.0]], widths=(2, 2, 2), regularization=0.5)
    >>> spectrum.eigenvalues().round(12).tolist()
    [0.0, 2.0, 2.0, 2.0, 2.0, 6.0, 8.0, 10.0]
    >>> spectrum.nullity, spectrum.largest, spectrum.trace
    (1, 10.0, 32.0)
    """
    return spectrum_of(fitted_from_target(target, widths, regularization, rank))


def spectrum_from_singular_values(
    singular_values: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    *,
    rank: int | None = None,
) -> HessianSpectrum:
    """Return the Hessian spectrum at the minimizers, from the singular values of the target.

    As `hessian_spectrum`, whose only use of the target is its singular values.

    Parameters
    ----------
    singular_values : array_like of shape (min(d_0, d_L),)
        All singular values of M, zeros included, in any order. They are taken as they are.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0.
    rank : int, optional
        As in `hessian_spectrum`.

    Returns
    -------
    HessianSpectrum
        Every eigenvalue with its multiplicity and origin; indices count the singular values in
        decreasing order.

    Raises
    ------
    TypeError, ValueError
        As `hessian_spectrum`, and if the singular values are negative or not min(d_0, d_L) many.

    Notes
    -----
    The accuracy of `hessian_spectrum`. Time and memory are those of n^2 numbers.

    References
    ----------
    Kamber and Parhi, P2, Theorem 6 for scalars; the matrix case is this book's.

    Examples
    --------
    >>> from dmfbook import Origin, spectrum_from_singular_values
    >>> spectrum = spectrum_from_singular_values([3.0, 1.0], (2, 4, 2), regularization=0.5)
    >>> spectrum.dimension, spectrum.count(Origin.ROTATION), spectrum.count(Origin.BALANCING)
    (16, 5, 7)
    """
    return spectrum_of(fitted_values(singular_values, widths, regularization, rank))


def minimizer_sharpness(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    *,
    rank: int | None = None,
) -> float:
    """Return the sharpness that all minimizers of one target share.

    At a global minimizer it is the largest of 2L s_1^(2L-2) - 2(L-2) lambda, 4 lambda and, where
    min(d_0, d_L) is at least 2, 2(x_1 - x_2)(m_1 + m_2)/(s_1^2 - s_2^2); at the zero matrix it is
    2 lambda for L at least 3 and 2(lambda + m_1) for L = 2.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0.
    rank : int, optional
        As in `hessian_spectrum`.

    Returns
    -------
    float
        ``hessian_spectrum(target, widths, regularization).largest``, from two singular values.

    Raises
    ------
    TypeError, ValueError
        As `hessian_spectrum`.

    Notes
    -----
    The relative error is about 1e-14 (tested to 1e-12). Gradient descent with a fixed step is
    stable at the minimizers up to the step 2 / sharpness.

    References
    ----------
    This book; for scalars Kamber and Parhi, P2, Theorem 6.

    Examples
    --------
    >>> from dmfbook import minimizer_sharpness
    >>> minimizer_sharpness([[3.0, 0.0], [0.0, 1.0]], widths=(2, 2, 2), regularization=0.5)
    10.0
    >>> minimizer_sharpness([[3.0, 0.0], [0.0, 2.5]], widths=(2, 2, 2), regularization=0.5)
    11.0
    """
    shared = fitted_from_target(target, widths, regularization, rank)
    weight = shared.regularization
    if shared.rank == 0:
        result = 2 * weight + (2 * float(shared.targets[0]) if shared.depth == 2 else 0.0)
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            candidates = [4 * weight, float(own_values(shared, 1)[0])]
            if shared.rank >= 2:
                one, two = np.array([0]), np.array([1])
                candidates.append(float(pair_values(shared, one, two)[1][0]))
            elif shared.targets.size >= 2:
                slope = float(rational_power(shared.fitted[0], shared.depth - 2, shared.depth))
                candidates.append(2 * slope * float(shared.targets[:2].sum()))
        result = max(candidates)
    if not math.isfinite(result):
        raise too_large()
    return result
