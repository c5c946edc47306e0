"""When weight decay wins: the thresholds of collapse, and all critical points.

At a critical point of ``||M - W_L ... W_1||_F^2 + regularization * sum ||W_l||_F^2`` with positive
regularization the end-to-end matrix shares singular vectors with M, and each singular value m of M
is sent to zero or to a root ``x = s**L`` of ``s**L + regularization * s**(2 - L) = m``. Which roots
are taken decides what kind of critical point it is.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import (
    Array,
    check_count,
    check_depth,
    check_matrix,
    check_nonnegative,
    check_positive,
)
from dmfbook.numerics._reduction import (
    computed_values,
    decomposed,
    grouped_values,
    rank_of,
    rounding_tolerance,
)
from dmfbook.numerics._shown import Shown
from dmfbook.numerics._shrinkage_curve import rational_power
from dmfbook.numerics.collapse._critical_point import CriticalPoint, CriticalPoints, Kind, Root
from dmfbook.numerics.scalar_uniqueness import (
    collapse_threshold,
    reduced_loss,
    scalar_critical_points,
    tangent_regularization,
    tangent_threshold,
    uniqueness_threshold,
)

__all__ = [
    "CriticalPoint",
    "LandscapeThresholds",
    "critical_points",
    "landscape_thresholds",
    "zero_basin_radius",
]


@dataclass(frozen=True, eq=False, repr=False)
class LandscapeThresholds(Shown):
    """Regularizations at which the landscape of a target changes.

    Attributes
    ----------
    singular_values : ndarray of shape (n,)
        Of the target, largest first.
    collapse : ndarray of shape (n,)
        For each singular value the regularization above which it is sent to zero.
    tangent : ndarray of shape (n,)
        For each singular value the regularization above which no critical point fits it. Where it
        is equal to the regularization, there is a non-strict saddle (depth at least 3).
    """

    _shows: ClassVar[str] = "total_collapse benign singular_values collapse tangent"

    singular_values: Array
    collapse: Array
    tangent: Array

    @property
    def total_collapse(self) -> float:
        """The regularization above which zero is the only global minimizer."""
        return float(self.collapse[0])

    @property
    def benign(self) -> float:
        """The regularization above which every local minimum is global, for depth at least 3.

        Zero is then the only critical point. For depth 2 every local minimum is global at any
        regularization, and this is only where zero becomes the only critical point.
        """
        return float(self.tangent[0])


def landscape_thresholds(target: ArrayLike, depth: int) -> LandscapeThresholds:
    r"""Return the regularizations at which the landscape of a target changes.

    For each singular value :math:`m_i` these are :math:`\lambda_c(m_i)`, above which a global
    minimizer sends it to zero, and :math:`\lambda_t(m_i) \ge \lambda_c(m_i)`, above which every
    critical point does. Above :math:`\lambda_c(m_1)` zero is the only global minimizer. For depth
    at least 3 and positive regularization there are spurious minima if and only if
    :math:`\lambda < \lambda_t(m_1)`, with one exception: if every singular value above the tangent
    threshold equals the uniqueness threshold, all local minima tie.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    depth : int
        L, at least 2. For depth 2 both thresholds are the singular values themselves.

    Returns
    -------
    LandscapeThresholds

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, empty or not finite.

    Notes
    -----
    As accurate as the singular values, times 1e-14 relative; those of at most
    8 max(d_0, d_L, 2) eps sigma_1 count as zero. Every hidden width is taken to be at least
    n = min(d_0, d_L).
    Source: Kamber and Parhi (P2), Corollary 14 and equation 79; the landscape is that of Chen and
    others, arXiv 2506.20344, derived anew from the spectrum of the Hessian.

    Examples
    --------
    >>> from dmfbook import landscape_thresholds
    >>> thresholds = landscape_thresholds([[1.0, 0.0], [0.0, 8.0]], depth=4)
    >>> round(thresholds.total_collapse, 6), round(thresholds.benign, 6)
    (6.158403, 8.709297)
    """
    matrix = check_matrix(target, "target")
    depth = check_depth(depth)
    values = computed_values(matrix)
    values[rank_of(values, matrix.shape) :] = 0.0
    return LandscapeThresholds(
        values, collapse_threshold(values, depth), tangent_regularization(values, depth)
    )


def critical_points(
    target: ArrayLike,
    depth: int,
    regularization: float,
    limit: int = 10_000,
    tolerance: float | None = None,
) -> list[CriticalPoint]:
    r"""Return every class of critical points, least loss first.

    The critical end-to-end matrices are :math:`X = U \operatorname{diag}(x_i) V^T` over the
    singular value decompositions of M, each :math:`x_i` zero or a root of
    :math:`x + \lambda x^{2/L - 1} = m_i`. For depth at least 3, with *fitted* meaning
    :math:`x_i > 0`, such a class is

    - a local minimum if every fitted value takes its upper root and no value left out is larger
      than a fitted one; it is global if the fitted ones are at least, and the others at most, the
      uniqueness threshold;
    - a strict saddle if some fitted value takes its lower root, or a value left out is larger
      than a fitted one;
    - otherwise some fitted value takes a double root, and it is a non-strict saddle.

    For depth 2 it is a global minimum if all values above :math:`\lambda` are fitted, and a strict
    saddle otherwise.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M. Every hidden width is taken to be at least n = min(d_0, d_L).
    depth : int
        L, at least 2.
    regularization : float
        lambda, above 0. (Without it the critical points are not balanced and form other families.)
    limit : int, optional
        The largest number of classes to list; there are up to 3**n.
    tolerance : float, optional
        Singular values within ``tolerance * m_1`` of zero, of a threshold, or of the largest of a
        group of equal ones count as equal to it, in this order: a value that is zero to rounding is
        zero also where a tiny regularization brings the thresholds that near. The default, with
        which all functions of this library agree on ranks, is ``8 * max(d_0, d_L, 2) * eps``.

    Returns
    -------
    list of CriticalPoint
        It prints how many there are of each kind. For equal singular values of the target only how
        many of them take each root matters, so classes that differ by a permutation of equal ones
        are listed once.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, or there are more than ``limit`` classes.

    Notes
    -----
    Roots and losses are as accurate as `scalar_critical_points` and the computed singular values.
    A lower root below the smallest float is still listed, with the singular value 0.
    Source: Chen, Jiang and Wang, arXiv 2506.20344, of which we read summaries only; derived anew
    from the spectrum of the Hessian at every critical point.

    Examples
    --------
    >>> from dmfbook import critical_points
    >>> for point in critical_points([[1.0]], depth=3, regularization=0.45):
    ...     print(point.kind, point.roots, round(point.loss, 6))
    global minimum ('zero',) 1.0
    spurious minimum ('upper',) 1.092651
    strict saddle ('lower',) 1.10363
    >>> critical_points([[2.0, 0.0], [0.0, 1.0]], depth=3, regularization=0.1)
    CriticalPoints(global minimum: 1, spurious minimum: 2, strict saddle: 6)
    """
    matrix = check_matrix(target, "target")
    depth = check_depth(depth)
    regularization = check_positive(regularization, "regularization")
    limit = check_count(limit, "limit")
    if tolerance is None:
        tolerance = rounding_tolerance(matrix.shape)
    tolerance = check_nonnegative(tolerance, "tolerance")
    left, computed, right = decomposed(matrix)
    values, blocks = grouped_values(computed, depth, regularization, tolerance)
    choices = [_choices(float(values[block[0]]), depth, regularization) for block in blocks]
    count = math.prod(
        math.comb(len(block) + len(roots) - 1, len(block))
        for block, roots in zip(blocks, choices, strict=True)
    )
    if count > limit:
        raise ValueError(
            f"there are {count} classes of critical points, more than limit = {limit}; "
            "raise limit, or raise regularization so that fewer singular values can be fitted"
        )
    points = []
    for taken in _selections(blocks, choices):
        roots = tuple(choice.root for choice in taken)
        x = np.array([choice.value for choice in taken])
        with np.errstate(over="ignore"):
            loss = float(np.sum([choice.loss for choice in taken]))
        points.append(
            CriticalPoint(
                matrix=(left * x) @ right.T,
                singular_values=x,
                target_singular_values=values,
                roots=roots,
                kind=_kind(roots, values, depth, regularization),
                loss=loss,
                depth=depth,
                regularization=regularization,
            )
        )
    return CriticalPoints(sorted(points, key=lambda point: (point.loss, point.rank)))


def zero_basin_radius(target: ArrayLike, depth: int, regularization: float) -> float:
    r"""Return the radius of the largest ball about zero from which gradient flow ends at zero.

    For depth at least 3 it is

    .. math:: \sqrt{L} \, s_-(m_1),

    with the smaller positive solution :math:`s_-` of :math:`s^L + \lambda s^{2-L} = m_1`, the
    largest singular value of the target. Inside the ball
    :math:`\langle \nabla F(W), W \rangle > 0` except at zero, so that the norm of the factors
    falls along gradient flow; on its sphere there are critical points other than zero. Above the
    tangent regularization of :math:`m_1` there is no such solution, and the ball is everything.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    depth : int
        L, at least 2.
    regularization : float
        lambda, above 0.

    Returns
    -------
    float
        In the norm :math:`(\sum_l \|W_l\|_F^2)^{1/2}` of all factors together; the hidden widths,
        at least 1 each, do not enter. Infinity where zero is the only critical point. For depth 2
        it is 0 if lambda is below the largest singular value, where zero is a saddle.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range or not finite.

    Notes
    -----
    As accurate as the lower root of `scalar_critical_points`. A largest singular value within
    8 max(d_0, d_L, 2) eps m_1 of the tangent threshold counts as equal to it, as in
    `critical_points`. Gradient descent, whose steps are finite, ends at zero too from every start
    in the ball if its steps are small enough.
    Source: this book.

    Examples
    --------
    >>> from dmfbook import zero_basin_radius
    >>> round(zero_basin_radius([[13.0, 0.0], [0.0, 5.0]], depth=4, regularization=12.0), 12)
    2.0
    >>> zero_basin_radius([[1.0]], depth=3, regularization=0.5)
    inf
    """
    matrix = check_matrix(target, "target")
    depth = check_depth(depth)
    regularization = check_positive(regularization, "regularization")
    computed = computed_values(matrix)
    values, _ = grouped_values(computed, depth, regularization, rounding_tolerance(matrix.shape))
    largest, threshold = float(values[0]), tangent_threshold(depth, regularization)
    if largest < threshold or (depth == 2 and largest == threshold):
        return math.inf
    if depth == 2:
        return 0.0
    roots = scalar_critical_points(largest, depth, regularization)
    # s^(L-2) = lambda / (m - x) holds also where x = s^L underflows.
    power = regularization / (largest - roots.lower)
    return math.sqrt(depth) * float(rational_power(np.asarray(power), 1, depth - 2))


class _Choice(NamedTuple):
    """What a singular value of the target may become, and what it then adds to the loss."""

    root: Root
    value: float
    loss: float


def _choices(value: float, depth: int, regularization: float) -> list[_Choice]:
    """List the roots that a singular value may take, with the loss of each."""
    roots = _roots(value, depth, regularization)
    with np.errstate(over="ignore"):
        losses = reduced_loss([x for _, x in roots], value, depth, regularization)
    return [_Choice(root, x, float(loss)) for (root, x), loss in zip(roots, losses, strict=True)]


def _roots(value: float, depth: int, regularization: float) -> list[tuple[Root, float]]:
    """List the roots that a singular value may take."""
    threshold = tangent_threshold(depth, regularization)
    zero: tuple[Root, float] = ("zero", 0.0)
    if value == 0 or value < threshold or (depth == 2 and value == threshold):
        return [zero]
    both = scalar_critical_points(value, depth, regularization)
    if value == threshold:
        return [zero, ("double", both.upper)]
    lower: list[tuple[Root, float]] = [("lower", both.lower)] if depth > 2 else []
    return [zero, *lower, ("upper", both.upper)]


def _selections(blocks: list[list[int]], choices: list[list[_Choice]]) -> Iterator[list[_Choice]]:
    """Yield one root for each singular value, largest root first inside a block."""
    per_block = [
        itertools.combinations_with_replacement(roots[::-1], len(block))
        for block, roots in zip(blocks, choices, strict=True)
    ]
    for selection in itertools.product(*per_block):
        yield list(itertools.chain.from_iterable(selection))


def _kind(roots: tuple[Root, ...], values: Array, depth: int, regularization: float) -> Kind:
    is_fitted = np.array([root != "zero" for root in roots])
    fitted, left_out = values[is_fitted], values[~is_fitted]
    if depth == 2:
        return "strict saddle" if (left_out > regularization).any() else "global minimum"
    overtaken = fitted.size and left_out.size and left_out.max() > fitted.min()
    if overtaken or "lower" in roots:
        return "strict saddle"
    if "double" in roots:
        return "non-strict saddle"
    tie = uniqueness_threshold(depth, regularization)
    best = (fitted >= tie).all() and (left_out <= tie).all()
    return "global minimum" if best else "spurious minimum"
