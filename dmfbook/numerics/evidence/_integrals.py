"""The same integrals without eigenvalues, orbits or volumes of them: to hold the formula against.

Each factor but a few numbers is integrated out exactly, since the loss is quadratic in each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import (
    Array,
    check_count,
    check_positive,
    check_regularization,
    check_rng,
    check_target,
    check_widths,
)
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.matrix_uniqueness import end_to_end_minimizer

_PLACES = 4001
_SEEN = 60.0  # what is so far below the top, in logarithms, is not seen in a sum
_DEGREES = 8  # of the sampling distribution, whose tails must be heavier than the integrand's


@dataclass(frozen=True, eq=False, repr=False)
class SampledEvidence(Shown):
    """An integral found by sampling.

    Attributes
    ----------
    log_integral : float
        log int exp(-beta F).
    standard_error : float
        The standard error of log_integral, from the spread of the samples.
    """

    _shows: ClassVar[str] = "log_integral standard_error"

    log_integral: float
    standard_error: float


def integrated_log_evidence(
    target: ArrayLike, widths: Sequence[int], regularization: float, precision: float
) -> float:
    """Return log int exp(-beta F) for networks of depth two or three with one output or input.

    All parameters but the size of one vector are integrated out by hand, the rest by quadrature.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M, one row or one column.
    widths : sequence of int
        (d_0, d_1, d_2) or (d_0, d_1, d_2, d_3), the first or the last of them 1.
    regularization : float
        lambda, above 0.
    precision : float
        beta, above 0.

    Returns
    -------
    float
        The logarithm of the integral, for every beta: no limit is taken.

    Raises
    ------
    TypeError, ValueError
        If the arguments are not finite or do not fit together, the network is of another shape, or
        the logarithm exceeds the largest float.

    Notes
    -----
    With one output and v = W_2^T at depth two, v = W_2^T W_3^T at depth three, W_1 is Gaussian
    given v, and the law of the length of v under the weight decay of the other layers is known:
    Gaussian at depth two, and with a Bessel function K at depth three. The trapezoidal rule in the
    logarithm of the length, on intervals that are narrowed to each peak, leaves an error of about
    1e-10, or of some eps times beta times the least loss where that is more.

    References
    ----------
    This book; for fixed priors and any depth see Hanin and Zlokapa, 2023.

    Examples
    --------
    >>> from math import log, pi
    >>> from dmfbook import integrated_log_evidence
    >>> found = integrated_log_evidence([[3.0]], (1, 2, 1), regularization=1.0, precision=10.0)
    >>> round(found - (2.5 * log(pi) - 1.5 * log(10) - 50), 9) + 0.0
    0.0
    """
    sizes = check_widths(widths)
    matrix = check_target(target, sizes)
    weight = _above_zero(regularization)
    beta = check_positive(precision, "precision")
    if len(sizes) > 4 or 1 not in (sizes[0], sizes[-1]):
        raise ValueError(
            f"widths must be those of a network of depth 2 or 3 with one input or output, "
            f"but they are {sizes}; see sampled_log_evidence"
        )
    if sizes[-1] != 1:
        sizes, matrix = sizes[::-1], matrix.T
    first, last, inputs = sizes[1], sizes[-2], sizes[0]
    goal = 2 * _log_norm(matrix)
    cold, decay = math.log(beta), math.log(weight)

    def height(t: Array) -> Array:
        """Return the logarithm of the integrand, with t the logarithm of |v|."""
        with np.errstate(all="ignore"):
            inner = np.logaddexp(decay, 2 * t)
            logs = first * t - inputs / 2 * inner - np.exp(cold + goal + decay - inner)
            if len(sizes) == 3:
                logs -= np.exp(cold + decay + 2 * t)
            else:
                logs += (last - first) / 2 * t
                logs += _log_bessel(abs(last - first) / 2, math.log(2) + cold + decay + t)
        return np.nan_to_num(logs, nan=-math.inf, posinf=-math.inf, neginf=-math.inf)

    gauss = math.log(math.pi) - cold - decay
    parts = [first * inputs / 2 * (math.log(math.pi) - cold), _log_sphere(first)]
    parts.append(-(first - 1) * inputs / 2 * decay)
    if len(sizes) == 4:
        parts += [first * (last - 1) / 2 * gauss, _log_sphere(last)]
    # All sizes at which the integrand can turn, and far beyond them.
    turns = [0.0, decay, decay / 2, -cold - decay, -(cold + decay) / 2]
    turns += [goal / 2, goal / 4] if math.isfinite(goal) else []
    ends = min(turns) - _SEEN, max(turns) + math.log(sum(sizes)) + 10
    result = math.fsum((*parts, _log_sum(height, *ends)))
    if not math.isfinite(result):
        raise ValueError(
            "precision or target is too large: the logarithm of the integral exceeds the largest "
            f"float; take a smaller precision than {precision}"
        )
    return result


def sampled_log_evidence(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    precision: float,
    rng: np.random.Generator | int,
    *,
    samples: int = 20_000,
) -> SampledEvidence:
    """Return log int exp(-beta F) by importance sampling, for minimizers of full rank.

    With n = min(d_0, d_L), the layers are replaced by triangular matrices T_L, ..., T_2 of size n
    (by the QR decomposition, from the last layer down), their orthogonal parts and what these send
    to zero are integrated out by hand, and so is W_1: L - 1 triangles remain.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2, the hidden ones at least min(d_0, d_L).
    regularization : float
        lambda, above 0.
    precision : float
        beta, above 0, so large that the integral is governed by the minimizers.
    rng : numpy.random.Generator or int
        A generator, or a seed.
    samples : int, optional
        How many samples are drawn, at least 2.

    Returns
    -------
    SampledEvidence
        The logarithm, with its standard error.

    Raises
    ------
    TypeError, ValueError
        If the arguments are not finite or do not fit together, if a hidden layer is narrower than
        n, or if the minimizers have not the rank n.

    Notes
    -----
    The samples come from a t distribution around the minimizer, with the curvature of the integrand
    there. Between 1e-3 and 1e-2 are typical errors for 20000 samples in six dimensions.

    References
    ----------
    This book.

    Examples
    --------
    >>> from dmfbook import integrated_log_evidence, sampled_log_evidence
    >>> problem = [[3.0]], (1, 2, 3, 1), 0.5, 20.0
    >>> found = sampled_log_evidence(*problem, rng=0)
    >>> abs(found.log_integral - integrated_log_evidence(*problem)) < 5 * found.standard_error
    True
    """
    sizes = check_widths(widths)
    matrix = check_target(target, sizes)
    weight = _above_zero(regularization)
    beta = check_positive(precision, "precision")
    count = check_count(samples, "samples", at_least=2)
    generator = check_rng(rng)
    if sizes[-1] > sizes[0]:
        sizes, matrix = sizes[::-1], matrix.T
    n, depth = sizes[-1], len(sizes) - 1
    if min(sizes[1:-1]) < n:
        raise ValueError(f"widths must have hidden layers of at least {n}, but they are {sizes}")
    minimizer = end_to_end_minimizer(matrix, depth, weight)
    if minimizer.singular_values[-1] <= 0:
        raise ValueError("target must have minimizers of full rank here; lower the regularization")
    u, gains, _ = np.linalg.svd(minimizer.matrix)
    middle = np.diag(gains ** (1 / depth))
    triangles = [_triangle(u @ middle)] + [_triangle(middle)] * (depth - 2)
    lower = np.tril_indices(n)
    center = np.concatenate([triangle[lower] for triangle in triangles])
    problem = matrix, sizes, weight, beta
    start, covariance = _top(center, problem)
    root = np.linalg.cholesky(1.2 * covariance)
    size = center.size
    normal = generator.standard_normal((count, size))
    scale = generator.chisquare(_DEGREES, count) / _DEGREES
    places = start + normal / np.sqrt(scale)[:, None] @ root.T
    square = np.sum(normal**2, axis=1) / scale
    drawn = (
        scipy.special.gammaln((_DEGREES + size) / 2)
        - scipy.special.gammaln(_DEGREES / 2)
        - size / 2 * math.log(_DEGREES * math.pi)
        - np.log(np.diag(root)).sum()
        - (_DEGREES + size) / 2 * np.log1p(square / _DEGREES)
    )
    logs = _log_density(places, *problem) - drawn
    mean = float(scipy.special.logsumexp(logs)) - math.log(count)
    error = float(np.std(np.exp(logs - mean))) / math.sqrt(count)
    return SampledEvidence(mean + _constants(sizes, weight, beta), error)


def _log_norm(matrix: Array) -> float:
    """Return the logarithm of the Frobenius norm, minus infinity for zero."""
    largest = float(np.abs(matrix).max())
    if largest == 0:
        return -math.inf
    return math.log(largest) + math.log(float(np.linalg.norm(matrix / largest)))


def _log_bessel(order: float, log_argument: Array) -> Array:
    """Return the logarithm of K; by series where it is no float, or the argument is enormous."""
    argument = np.exp(log_argument)
    result: Array = np.log(scipy.special.kve(order, argument)) - argument
    low, high = np.isposinf(result), argument > 1e8
    first = (math.lgamma(order) if order > 0 else 0.0) + (order - 1) * math.log(2)
    second = argument[low] ** 2 / (4 * (order - 1)) if order > 1 else 0.0
    result[low] = first - order * log_argument[low] - second
    far, square = argument[high], 4 * order**2
    tail = 1 + (square - 1) / (8 * far) * (1 + (square - 9) / (16 * far))
    result[high] = np.log(tail * np.sqrt(math.pi / (2 * far))) - far
    return result


def _log_sum(height: Callable[[Array], Array], low: float, high: float) -> float:
    """Return the logarithm of the integral of exp(height), which has one peak or two."""
    t = np.linspace(low, high, _PLACES)
    logs = height(t)
    top = int(np.argmax(logs))
    if not math.isfinite(logs[top]):
        return -math.inf
    cuts = [0, t.size - 1]
    for side, sign in ((logs[: top + 1], 1), (logs[top:][::-1], -1)):
        with np.errstate(invalid="ignore"):
            dip = np.nan_to_num(np.maximum.accumulate(side) - side, nan=0.0)
        if dip.max() > _SEEN / 2:
            place = int(np.argmax(dip))
            cuts.append(place if sign > 0 else t.size - 1 - place)
    cuts.sort()
    return float(
        scipy.special.logsumexp([_log_peak(height, t[i], t[j]) for i, j in pairwise(cuts)])
    )


def _log_peak(height: Callable[[Array], Array], low: float, high: float) -> float:
    """Return that of one peak: the interval is narrowed until it is seen as a whole."""
    while True:
        t = np.linspace(low, high, _PLACES)
        logs = height(t)
        if logs.max() == -math.inf:
            return -math.inf
        seen = np.flatnonzero(logs >= logs.max() - _SEEN)
        left, right = t[max(seen[0] - 1, 0)], t[min(seen[-1] + 1, t.size - 1)]
        if right - left > (high - low) / 2 or right - left < 1e-13 * max(abs(left), abs(right)):
            return float(scipy.special.logsumexp(logs)) + math.log(t[1] - t[0])
        low, high = left, right


def _above_zero(regularization: float) -> float:
    weight = check_regularization(regularization)
    if weight == 0:
        raise ValueError("regularization must be above 0, but it is 0: the integral is infinite")
    return weight


def _log_sphere(size: int) -> float:
    """Return the logarithm of the volume of the unit sphere in this many dimensions."""
    return math.log(2) + size / 2 * math.log(math.pi) - math.lgamma(size / 2)


def _triangle(matrix: Array) -> Array:
    """Return T, lower triangular with a positive diagonal, of matrix = T Q."""
    upper = np.linalg.qr(matrix.T)[1]
    result: Array = (upper * np.sign(np.diag(upper))[:, None]).T
    return result


def _constants(sizes: tuple[int, ...], weight: float, beta: float) -> float:
    """Return the logarithm of what has been integrated out apart from W_1 given the triangles."""
    n, gauss = sizes[-1], math.log(math.pi / (beta * weight))
    parts = [n * sizes[0] / 2 * math.log(math.pi / beta)]
    for width, below in zip(sizes[-2:0:-1], sizes[-3::-1], strict=True):
        frames = n * math.log(2) + n * width / 2 * math.log(math.pi)
        parts.append(frames - float(scipy.special.multigammaln(width / 2, n)))
        parts.append((width - n) * below / 2 * gauss)
    return math.fsum(parts)


def _log_density(
    places: Array, matrix: Array, sizes: tuple[int, ...], weight: float, beta: float
) -> Array:
    """Return the logarithm of the integrand in the triangles, W_1 integrated out."""
    n = sizes[-1]
    rows, columns = np.tril_indices(n)
    each = rows.size
    product = np.broadcast_to(np.eye(n), (len(places), n, n))
    logs = -beta * weight * np.sum(places**2, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        for number, width in enumerate(sizes[-2:0:-1]):
            part = places[:, number * each : (number + 1) * each]
            triangle = np.zeros((len(places), n, n))
            triangle[:, rows, columns] = part
            product = product @ triangle
            diagonal = part[:, rows == columns]
            powers = width - 1 - np.arange(n)
            logs = logs + np.where(powers > 0, powers * np.log(np.abs(diagonal)), 0.0).sum(axis=1)
            logs = np.where((diagonal > 0).all(axis=1), logs, -np.inf)
    inner = product @ product.transpose(0, 2, 1) + weight * np.eye(n)
    gram = matrix @ matrix.T
    logs = logs - sizes[0] / 2 * np.linalg.slogdet(inner)[1]
    result: Array = logs - beta * weight * np.trace(
        np.linalg.solve(inner, np.broadcast_to(gram, inner.shape)), axis1=1, axis2=2
    )
    return result


def _top(
    center: Array, problem: tuple[Array, tuple[int, ...], float, float]
) -> tuple[Array, Array]:
    """Return where the integrand is largest, near the minimizer, and the inverse curvature there.

    Newton's method with differences; steps that go down are halved.
    """
    place = center
    for _ in range(20):
        slope, curvature = _differences(place, problem)
        values, frame = np.linalg.eigh(curvature)
        if not (np.isfinite(values).all() and values[0] > 0):
            break
        covariance: Array = frame / values @ frame.T
        step = covariance @ slope
        gain = slope @ step
        if gain < 1e-6:
            return place, covariance
        tries = place + step * 0.5 ** np.arange(8)[:, None]
        place = tries[np.argmax(_log_density(tries, *problem))]
    raise ValueError(
        f"precision must be so large that the minimizers govern the integral, "
        f"but it is {problem[3]}"
    )


def _differences(
    place: Array, problem: tuple[Array, tuple[int, ...], float, float]
) -> tuple[Array, Array]:
    """Return the first derivatives of the logarithm, and minus the second, by differences."""
    size, step = place.size, 1e-3 / math.sqrt(problem[3])
    moves = np.eye(size) * step
    four = ((1, 1), (1, -1), (-1, 1), (-1, -1))
    pairs = [place + p * one + q * other for p, q in four for one in moves for other in moves]
    values = _log_density(np.array(pairs), *problem).reshape(4, size, size)
    with np.errstate(invalid="ignore"):
        second = (values[1] + values[2] - values[0] - values[3]) / (4 * step**2)
        first = np.diag(values[0] - values[3]) / (4 * step)
    return first, second
