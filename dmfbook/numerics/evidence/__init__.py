r"""How much room the minimizers of regularized deep matrix factorization have.

For lambda > 0 all minimizers of F = ||M - W_L ... W_1||_F^2 + lambda sum_l ||W_l||_F^2 with one
end-to-end matrix X, of rank r and with singular values x_i = s_i^L, form one orbit of the rotations
of the hidden coordinates. Its dimension is g = sum_l [r(r-1)/2 + r(d_l-r)], and its volume,
measured in the space of all N parameters, is

    Vol = prod_l prod_(k=1..r) s(d_l - k)  prod_i (2 s_i^2)^(sum_l (d_l-r)/2)
          prod_(i<j) [2^(L-1) sum_(k=1..L) s_i^(2(L-k)) s_j^(2(k-1))]^(1/2),

with l over the hidden layers, and s(k) the volume of the unit sphere of dimension k (two points
for k = 0). With the nonzero eigenvalues h of the Hessian, as beta grows,

    log int exp(-beta F) = -beta min F + (N-g)/2 log(2 pi / beta)
                           + log Vol - 1/2 sum log h + O(1/beta).

All is computed in logarithms, so that targets and lambda may be any floats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import (
    check_computed,
    check_hidden_widths,
    check_matrix,
    check_positive,
    check_target,
    check_widths,
)
from dmfbook.numerics._reduction import (
    FittedValues,
    computed_values,
    fitted_from_target,
    rank_of,
)
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.evidence._integrals import (
    SampledEvidence,
    integrated_log_evidence,
    sampled_log_evidence,
)
from dmfbook.numerics.evidence._logarithms import (
    log_least_loss,
    log_nonzero,
    log_volume,
    rotations,
)

__all__ = [
    "Evidence",
    "SampledEvidence",
    "integrated_log_evidence",
    "log_determinant",
    "log_evidence",
    "log_orbit_volume",
    "log_room",
    "sampled_log_evidence",
]


@dataclass(frozen=True, eq=False, repr=False)
class Evidence(Shown):
    """The integral of exp(-beta F) near the minimizers, and what it is made of.

    Attributes
    ----------
    log_integral : float
        log int exp(-beta F), up to an error of the order 1 / beta.
    log_likelihood : float
        The same, as the logarithm of a probability density of the target: the entries of M are
        those of the product with independent normal errors of variance 1 / (2 beta), and the
        weights are normal with variance 1 / (2 beta lambda). It is
        log_integral + (d_0 d_L / 2) log(beta / pi) + (N / 2) log(beta lambda / pi).
    log_height : float
        -beta times the least loss.
    log_volume : float
        The logarithm of the volume of the orbit of minimizers.
    log_determinant : float
        The sum of the logarithms of the nonzero eigenvalues of the Hessian.
    dimension, orbit_dimension : int
        N and g.
    """

    _shows: ClassVar[str] = (
        "log_integral log_likelihood log_height log_volume log_determinant "
        "dimension orbit_dimension effective_dimension"
    )

    log_integral: float
    log_likelihood: float
    log_height: float
    log_volume: float
    log_determinant: float
    dimension: int
    orbit_dimension: int

    @property
    def effective_dimension(self) -> int:
        """Return N - g, the number of directions in which the loss rises."""
        return self.dimension - self.orbit_dimension


def log_orbit_volume(matrix: ArrayLike, widths: Sequence[int]) -> float:
    """Return the logarithm of the volume of all balanced factorizations of a matrix.

    They are what the minimizers for a target with this end-to-end matrix are, for any lambda > 0.
    The volume is that of dimension g in the space of all entries of all factors; where g is zero,
    it is the number of factorizations, and for the zero matrix it is one point.

    Parameters
    ----------
    matrix : array_like of shape (d_L, d_0)
        The end-to-end matrix X.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2, the hidden ones at least the rank of X.

    Returns
    -------
    float
        log Vol.

    Raises
    ------
    TypeError, ValueError
        If the matrix is not finite or does not fit the widths, or if a hidden layer is narrower
        than its rank.

    Notes
    -----
    Singular values within 8 max(d_0, d_L, 2) eps of the largest count as zero, as everywhere. The
    error is a few eps times the number of singular values times the largest logarithm; entries may
    be as small as 1e-300 and as large as 1e300.

    References
    ----------
    For square factors and full rank the formula is that of Menon and Yu, 2025; the other cases are
    this book's.

    Examples
    --------
    >>> from math import exp, pi
    >>> from dmfbook import log_orbit_volume
    >>> round(exp(log_orbit_volume([[2.0]], widths=(1, 2, 1))) / pi, 12)  # a circle of radius 2
    4.0
    >>> round(exp(log_orbit_volume([[5.0]], widths=(1, 1, 1, 1))), 12)  # four points
    4.0
    """
    sizes = check_widths(widths)
    array = check_matrix(matrix, "matrix")
    check_target(array, sizes, "matrix")
    computed = computed_values(array, "matrix")
    rank = rank_of(computed, array.shape) if computed[0] > 0 else 0
    check_hidden_widths(sizes, rank, "carry the matrix")
    return log_volume(computed[:rank], sizes)


def log_determinant(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    *,
    rank: int | None = None,
) -> float:
    """Return the sum of the logarithms of the nonzero Hessian eigenvalues at the minimizers.

    It is the logarithm of the determinant of the Hessian across the valley of minimizers, where
    the Hessian has no other zeros than those along it.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0.
    rank : int, optional
        The rank of the end-to-end matrix, needed only for a singular value at the tie.

    Returns
    -------
    float
        sum log h over the N - g nonzero eigenvalues h.

    Raises
    ------
    TypeError, ValueError
        As `dmfbook.hessian_spectrum`, except that no eigenvalue can be too large; and if the
        Hessian has more zeros than the orbit has dimensions: a singular value equal to lambda at
        depth two, or one that is fitted while another of the same size is not.

    Notes
    -----
    The error is a few eps times the sum of the sizes of the logarithms, times the condition number
    of what is fitted (which grows near the collapse of a singular value at depth two). A million
    parameters cost what their singular values cost.

    References
    ----------
    This book.

    Examples
    --------
    >>> from math import exp
    >>> from dmfbook import log_determinant
    >>> round(exp(log_determinant([[3.0]], widths=(1, 2, 1), regularization=1.0)), 9)  # 4 * 4 * 8
    128.0
    """
    return log_nonzero(_isolated(target, widths, regularization, rank))


def log_evidence(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    precision: float,
    *,
    rank: int | None = None,
) -> Evidence:
    """Return the integral of exp(-beta F) over all parameters, by Laplace's method on the orbit.

    The error of the logarithm is of the order 1 / beta for a fixed target, lambda and widths. It is
    not uniform in them. For one number at depth two and hidden width d it is, up to O(1 / beta^2),
    -(d-2) / (4 beta lambda x) * (1 + m (d-4) / (4 x)): d must stay below 4 s (beta lambda)^(1/2).

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0.
    precision : float
        beta, above 0. The prior precision of the weights is proportional to it, too.
    rank : int, optional
        The rank of the end-to-end matrix, needed only for a singular value at the tie; then the
        integral is that near the minimizers of this rank alone.

    Returns
    -------
    Evidence
        The logarithm of the integral, and its parts.

    Raises
    ------
    TypeError, ValueError
        As `log_determinant`; if beta is not a finite number above 0; and if the logarithm exceeds
        the largest float.

    Notes
    -----
    The terms are computed to a few eps of the largest of them; what is left out is the O(1 / beta).

    References
    ----------
    This book. Laplace's method on a manifold: Hwang, 1980; Ellis and Rosen, 1981.

    Examples
    --------
    >>> from math import log, pi
    >>> from dmfbook import log_evidence
    >>> found = log_evidence([[3.0]], widths=(1, 2, 1), regularization=1.0, precision=10.0)
    >>> round(found.log_integral - (2.5 * log(pi) - 1.5 * log(10) - 50), 12) + 0.0
    0.0
    >>> found.dimension, found.orbit_dimension, found.effective_dimension
    (4, 1, 3)
    """
    shared = _isolated(target, widths, regularization, rank)
    beta = math.log(check_positive(precision, "precision"))
    sizes, weight = shared.widths, math.log(shared.regularization)
    with np.errstate(over="ignore"):
        height = -float(np.exp(log_least_loss(shared) + beta).sum())
    if not math.isfinite(height):
        raise ValueError(
            "precision or target is too large: the logarithm of the evidence exceeds the largest "
            f"float; take a smaller precision than {precision}"
        )
    volume, determinant = log_volume(shared.fitted, sizes), log_nonzero(shared)
    dimension, along = shared.dimension, rotations(sizes, shared.rank)
    across = (dimension - along) / 2 * (math.log(2 * math.pi) - beta)
    integral = math.fsum((height, across, volume, -determinant / 2))
    data = sizes[0] * sizes[-1] / 2 * (beta - math.log(math.pi))
    prior = dimension / 2 * (beta + weight - math.log(math.pi))
    parts = (height, across, volume, -determinant / 2, data, prior)
    return Evidence(integral, math.fsum(parts), height, volume, determinant, dimension, along)


def log_room(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    excess: float,
    *,
    rank: int | None = None,
) -> float:
    """Return the logarithm of the volume of all parameters whose loss is nearly least.

    The volume of {F <= min F + eps} is, up to a factor 1 + O(eps),

        Vol b prod (2 eps / h)^(1/2),

    with b the volume of the unit ball of dimension N - g and h the nonzero eigenvalues.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float
        lambda, above 0.
    excess : float
        eps, above 0.
    rank : int, optional
        As in `log_evidence`: at a tie, the volume near the minimizers of this rank.

    Returns
    -------
    float
        The logarithm of the volume, to leading order.

    Raises
    ------
    TypeError, ValueError
        As `log_determinant`, and if eps is not a finite number above 0.

    Notes
    -----
    The terms are computed to a few eps of the largest of them.

    References
    ----------
    This book.

    Examples
    --------
    >>> from math import exp, pi
    >>> from dmfbook import log_room
    >>> log_volume = log_room([[3.0]], widths=(1, 2, 1), regularization=1.0, excess=0.01)
    >>> round(exp(log_volume) / (4 / 3 * pi**2 * 0.1**3), 12)
    1.0
    """
    shared = _isolated(target, widths, regularization, rank)
    step = math.log(check_positive(excess, "excess"))
    across = (shared.dimension - rotations(shared.widths, shared.rank)) / 2
    ball = across * math.log(math.pi) - math.lgamma(across + 1)
    spread = across * (math.log(2) + step) - log_nonzero(shared) / 2
    return math.fsum((log_volume(shared.fitted, shared.widths), ball, spread))


def _isolated(
    target: ArrayLike, widths: Sequence[int], regularization: float, rank: int | None
) -> FittedValues:
    """Return the values of minimizers whose Hessian is zero along their orbit alone."""
    shared = fitted_from_target(target, widths, regularization, rank)
    fitted, left = shared.targets[: shared.rank], shared.targets[shared.rank :]
    check_computed(shared.targets)
    if left.size and fitted.size and left[0] == fitted[-1]:
        raise ValueError(
            f"target has the singular value {left[0]} both fitted and not, so that its minimizers "
            "are more than one orbit; change the target, or widen the hidden layers"
        )
    if shared.depth == 2 and left.size and left[0] == shared.regularization:
        raise ValueError(
            f"target has a singular value equal to regularization = {left[0]}, where at depth two "
            "the Hessian has zeros across the valley; change one of them"
        )
    return shared
