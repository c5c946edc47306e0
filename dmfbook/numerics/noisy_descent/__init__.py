r"""What noise makes of gradient descent at a minimum: predicted from curvatures, and simulated.

With noise xi_t in the gradient, independent from step to step, of mean zero and covariance Q, where
the loss is quadratic with the Hessian H, every eigenvalue h > 0 with unit eigenvector v holds an
iteration a <- (1 - eta h) a - eta v.xi by itself. For eta h < 2 it settles at a loss above the
least one of, in the mean,

    (eta / 2) sum_(h > 0) q_h / (2 - eta h),   q_h = v.Q v.

Noise of one size in all directions, Q = sigma^2 I, therefore counts the positive eigenvalues, and
noise in the target adds up what they owe to the data. For the loss of a factorization, which is
quadratic only near a minimum, this is the limit of little noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import Array, check_array, check_nonnegative, check_positive
from dmfbook.numerics._reduction import FittedValues, fitted_from_target
from dmfbook.numerics._shrinkage_curve import rational_power
from dmfbook.numerics.hessian_spectrum._table import HessianSpectrum, Origin, spectrum_of
from dmfbook.numerics.noisy_descent._simulation import NoisyDescent, noisy_descent

__all__ = ["NoisyDescent", "gradient_noise_excess", "noise_excess", "noisy_descent"]
__all__ += ["target_noise_excess"]

# Eigenvalues below this part of the largest one are rounding errors of zeros.
_ZERO = 1e-9


def noise_excess(
    eigenvalues: ArrayLike, step_size: float, noise: float, *, variances: ArrayLike = 1.0
) -> float:
    """Return the mean loss above the least one that noise keeps up in a quadratic valley.

    It is (eta sigma^2 / 2) sum q / (2 - eta h) over the eigenvalues h > 0.

    Parameters
    ----------
    eigenvalues : array_like
        All eigenvalues h of the Hessian at a minimum. Those within 1e-9 of the largest from zero
        count as zero: along them the loss does not change, whatever the noise does.
    step_size : float
        eta, above 0.
    noise : float
        sigma, at least 0: the standard deviation of each entry of the noise in the gradient.
    variances : array_like, optional
        q, at least 0: the variance of the noise along each eigenvector, in units of sigma^2; one
        number, or one for each eigenvalue.

    Returns
    -------
    float
        The mean excess of the loss; infinity where eta is 2 over the largest h or more, so that
        descent does not settle.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite, step_size is not above 0, noise or a variance is negative, an
        eigenvalue is negative beyond rounding (the point is no minimum), or the shapes differ.

    Notes
    -----
    Accuracy: a few eps, unless eta h is close to 2. Exact for a quadratic loss and any noise that
    is independent from step to step, of mean zero and these variances; for other losses the limit
    of little noise.

    References
    ----------
    Liu, Ziyin and Ueda (2020) for a quadratic loss.

    Examples
    --------
    Each direction with a curvature adds the same while steps are small; one without adds nothing:

    >>> from dmfbook import noise_excess
    >>> noise_excess([1.0, 1.0], step_size=1.0, noise=1.0)
    1.0
    >>> noise_excess([0.0, 3.0], step_size=0.5, noise=1.0)
    0.5
    """
    values = check_array(eigenvalues, "eigenvalues")
    eta = check_positive(step_size, "step_size")
    size = check_nonnegative(noise, "noise")
    weights = check_array(variances, "variances")
    if weights.min() < 0:
        raise ValueError(f"variances must be at least 0, but the smallest is {weights.min()}")
    if weights.ndim and weights.shape != values.shape:
        raise ValueError(
            f"variances must be one number, or of the shape {values.shape} of eigenvalues, "
            f"but have shape {weights.shape}"
        )
    floor = _ZERO * float(np.abs(values).max())
    if values.min() < -floor:
        raise ValueError(
            f"eigenvalues must be at least 0 to rounding, but the smallest is {values.min()}: "
            "the point is no minimum, and noise drives descent away from it"
        )
    with np.errstate(over="ignore"):
        return _excess(np.where(values > floor, values, 0.0), eta, size, weights)


def gradient_noise_excess(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    step_size: float,
    noise: float,
    *,
    rank: int | None = None,
) -> float:
    """Return the mean excess loss at the minimizers under noise in every entry of the gradient.

    A step is W_l <- W_l - eta (grad_l F + sigma xi_l), with independent entries of xi_l of mean 0
    and variance 1. To first order in sigma^2 the excess is (eta sigma^2 / 2) sum 1/(2 - eta h) over
    the positive eigenvalues h of the Hessian, and for small steps eta sigma^2 / 4 times their
    number: not their size counts, but how many there are.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0.
    step_size : float
        eta, above 0.
    noise : float
        sigma, at least 0.
    rank : int, optional
        As in `hessian_spectrum`: needed only for a singular value at the tie.

    Returns
    -------
    float
        The excess; infinity where eta is 2 / sharpness or more.

    Raises
    ------
    TypeError, ValueError
        As `hessian_spectrum`, and if step_size is not above 0 or noise is negative.

    Notes
    -----
    Accuracy: that of `hessian_spectrum`. It is the limit of little noise at minimizers whose
    Hessian has no zeros but those of the rotations; at depth two not where an unfitted singular
    value equals lambda, since the loss is not quadratic there.

    References
    ----------
    Liu, Ziyin and Ueda (2020) for a quadratic loss; the sum over h > 0 is this book's.

    Examples
    --------
    >>> from dmfbook import gradient_noise_excess
    >>> found = gradient_noise_excess([[3.0]], (1, 1, 1), 0.5, step_size=0.1, noise=0.1)
    >>> round(found, 9), round(0.1 * 0.1**2 / 2 * (1 / (2 - 0.2) + 1 / (2 - 1.0)), 9)
    (0.000777778, 0.000777778)
    """
    spectrum = spectrum_of(fitted_from_target(target, widths, regularization, rank))
    eta, size = check_positive(step_size, "step_size"), check_nonnegative(noise, "noise")
    return _excess(spectrum.values, eta, size, spectrum.multiplicities)


def target_noise_excess(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    step_size: float,
    noise: float,
    *,
    rank: int | None = None,
) -> float:
    """Return the mean excess loss at the minimizers under noise in the target, "label noise".

    A step follows the gradient for the target M + sigma E, with independent entries of E of mean 0
    and variance 1, drawn anew in each step. The noise of the gradient has the covariance
    4 sigma^2 J^T J with the Jacobian J of the product, whose trace is 2 sigma^2 (tr H - 2 lambda
    N). For small steps the excess is eta sigma^2 / 2 times tr H - 2 lambda N.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0.
    step_size : float
        eta, above 0.
    noise : float
        sigma, at least 0.
    rank : int, optional
        As in `hessian_spectrum`: needed only for a singular value at the tie.

    Returns
    -------
    float
        The excess; infinity where eta is 2 / sharpness or more.

    Raises
    ------
    TypeError, ValueError
        As `hessian_spectrum`, and if step_size is not above 0 or noise is negative.

    Notes
    -----
    Accuracy: that of `hessian_spectrum`. Every eigenvector of H that changes the product to first
    order is one of J^T J too, with the eigenvalue L s_a^(2L-2) for a fitted value by itself,
    sum_l s_a^(2(L-l)) s_b^(2(l-1)) for a pair, and s_a^(2L-2) for a fitted and an unfitted one, so
    the excess is exact for the quadratic part of the loss and of its noise. It is the limit of
    little noise.

    References
    ----------
    Damian, Ma and Lee (2021) and others for label noise; the closed form is this book's.

    Examples
    --------
    >>> from dmfbook import minimizer_trace, target_noise_excess
    >>> excess = target_noise_excess([[3.0]], (1, 1, 1), 0.5, step_size=1e-6, noise=1.0)
    >>> data_part = minimizer_trace([[3.0]], (1, 1, 1), 0.5) - 2 * 0.5 * 2
    >>> round(excess / (1e-6 / 2 * data_part), 4)
    1.0
    """
    shared = fitted_from_target(target, widths, regularization, rank)
    spectrum = spectrum_of(shared)
    eta, size = check_positive(step_size, "step_size"), check_nonnegative(noise, "noise")
    with np.errstate(over="ignore"):
        weights = 4 * _data_parts(shared, spectrum) * spectrum.multiplicities
    return _excess(spectrum.values, eta, size, weights)


def _data_parts(shared: FittedValues, spectrum: HessianSpectrum) -> Array:
    """Return, for each entry of a table, the eigenvalue of J^T J that its eigenvectors have."""
    depth, origins = shared.depth, spectrum.origins
    parts = np.zeros(spectrum.values.shape)
    first, second = spectrum.first, spectrum.second
    top = rational_power(shared.fitted, 2 * depth - 2, depth)
    own = origins == Origin.SINGULAR_VALUE
    parts[own] = depth * top[first[own]]
    for origin in (Origin.UNFITTED_SYMMETRIC, Origin.UNFITTED_ANTISYMMETRIC, Origin.EXCESS):
        rows = origins == origin
        parts[rows] = top[first[rows]]
    pairs = (origins == Origin.PAIR_SYMMETRIC) | (origins == Origin.PAIR_ANTISYMMETRIC)
    large, small = shared.fitted[first[pairs]], shared.fitted[second[pairs]]
    parts[pairs] = sum(
        rational_power(large, 2 * (depth - layer), depth)
        * rational_power(small, 2 * (layer - 1), depth)
        for layer in range(1, depth + 1)
    )
    return parts


def _excess(values: Array, eta: float, size: float, weights: Any) -> float:
    """Return (eta sigma^2 / 2) sum weight / (2 - eta h) over h > 0."""
    curved = values > 0
    room = 2 - eta * values[curved]
    if size == 0 or room.size == 0:
        return 0.0
    if room.min() <= 0:
        return math.inf
    counted = np.broadcast_to(np.asarray(weights, dtype=float), values.shape)[curved]
    return float(eta * size * size / 2 * np.sum(counted / room))
