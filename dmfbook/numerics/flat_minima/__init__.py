r"""Which minima of ||M - W_L ... W_1||_F^2 are flat, that is of least sharpness.

The least sharpness of all minima of loss zero is 2L sigma_1^(2-2/L), sigma_1 = ||M||_2. In units of
sigma_1^(1/L), a minimum attains it if and only if

(i) it is coupled: unit vectors x_0, ..., x_L, from a top right to a top left singular vector of M,
    satisfy W_l x_(l-1) = x_l and W_l^T x_l = x_(l-1) for every l; and

(ii) with V_l = W_l - x_l x_(l-1)^T, A_l = V_(L:l+1) V_(L:l+1)^T and B_l = V_(l-1:1)^T V_(l-1:1)
     (empty products are the projections that remove x_L and x_0), none of || sum_l A_l ||,
     || sum_l B_l || and || sum_l B_l kron A_l || exceeds L.

Balanced minima are flat, but so are others: for L at least 3 an inner factor may even be unbounded,
where hidden widths above the rank of M leave it a direction that the end-to-end matrix never uses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._chain import scaled
from dmfbook.numerics._checks import (
    Array,
    check_depth,
    check_factors,
    check_matrix,
    check_nonnegative,
)
from dmfbook.numerics._kronecker_sum import (
    PartialProducts,
    kronecker_sum,
    partial_products,
    pulled_to_top,
)
from dmfbook.numerics._shown import Shown
from dmfbook.numerics._shrinkage_curve import rational_power
from dmfbook.numerics.flat_minima._factors import (
    flattest_trace,
    trace_flat_factors,
    two_path_factors,
    unbalanced_flat_factors,
)

__all__ = [
    "FlatnessConditions",
    "flatness_conditions",
    "flattest_sharpness",
    "flattest_trace",
    "is_flat",
    "trace_flat_factors",
    "two_path_factors",
    "unbalanced_flat_factors",
]


@dataclass(frozen=True, repr=False)
class FlatnessConditions(Shown):
    """How far factors satisfy each of the conditions for a flat minimum.

    Lengths are in units of sigma_1^(1/L). Infinity stands for a value that exceeds the floats.

    Attributes
    ----------
    coupling_defect : float
        The largest distance ||W_(l:1) v - W_(L:l+1)^T u|| over l, for a top singular pair (u, v) of
        the end-to-end matrix; zero if and only if the factors are coupled.
    left_share, right_share, both_share : float
        The three norms of condition (ii), divided by L. They mean something for coupled factors.
    norm_share : float
        The largest ||W_(L:l+1)|| ||W_(l-1:1)|| over l. It is at least 1, and where it is 1 (up to
        the tolerance) the minimum is flat; for L at least 3 not every flat minimum is such.
    tolerance : float
        What the properties below allow.
    """

    _shows: ClassVar[str] = (
        "flat coupled bounded norm_balanced coupling_defect "
        "left_share right_share both_share norm_share tolerance"
    )

    coupling_defect: float
    left_share: float
    right_share: float
    both_share: float
    norm_share: float
    tolerance: float

    @property
    def coupled(self) -> bool:
        """Return whether condition (i) holds."""
        return self.coupling_defect <= self.tolerance

    @property
    def bounded(self) -> bool:
        """Return whether condition (ii) holds."""
        return max(self.left_share, self.right_share, self.both_share) <= 1 + self.tolerance

    @property
    def flat(self) -> bool:
        """Return whether the minimum is flat."""
        return self.coupled and self.bounded

    @property
    def norm_balanced(self) -> bool:
        """Return whether the sufficient condition ``norm_share = 1`` holds."""
        return self.norm_share <= 1 + self.tolerance


def flattest_sharpness(target: ArrayLike, depth: int) -> float:
    """Return the least sharpness of all minima of loss zero, 2L sigma_1^(2-2/L).

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        M; sigma_1 is its largest singular value.
    depth : int
        L, at least 2. Every hidden width is taken to be at least the rank of M, so that there are
        minima of loss zero.

    Returns
    -------
    float
        The least sharpness; 0 for the zero matrix.

    Raises
    ------
    TypeError, ValueError
        If ``target`` is not a finite matrix, ``depth`` is not an integer of at least 2, or the
        result exceeds the largest float.

    Notes
    -----
    The relative error is a few eps (tested to 1e-13), for targets of any size.

    References
    ----------
    Mulayoff and Michaeli (2020); Kamber and Parhi, P1, Corollary 6 to 8 (as reconstructed).

    Examples
    --------
    >>> from dmfbook import flattest_sharpness
    >>> flattest_sharpness([[4.0, 0.0], [0.0, 1.0]], depth=2)
    16.0
    """
    matrix = check_matrix(target, "target")
    layers = check_depth(depth)
    body, exponent = scaled(matrix)
    with np.errstate(over="ignore"):
        largest = np.ldexp(np.linalg.norm(body, 2), exponent)
    result = float(rational_power(largest, 2 * layers - 2, layers, factor=2 * layers))
    if not math.isfinite(result):
        raise ValueError(
            "target is too large: the sharpness exceeds the largest float; multiply the target by "
            "c < 1 and divide the result by c^(2-2/L)"
        )
    return result


def flatness_conditions(
    factors: Sequence[ArrayLike], tolerance: float = 1e-8
) -> FlatnessConditions:
    """Measure the conditions that are necessary and sufficient for a flat minimum.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2, with loss zero, that is
        M = W_L ... W_1.
    tolerance : float, optional
        The coupling defect that still counts as zero and the excess of a share over 1 that still
        counts as none.

    Returns
    -------
    FlatnessConditions
        The measured quantities and the verdicts. For M = 0 the units fail: then a minimum is flat
        if and only if its Hessian is zero, which is reported as shares of 0, or of infinity.

    Raises
    ------
    TypeError, ValueError
        If ``factors`` is not a list of at least two finite matrices whose product exists, or
        ``tolerance`` is negative.

    Notes
    -----
    The quantities are accurate to about 1e-14 times the product of the condition numbers of the
    factors. The sharpness grows with the square of the coupling defect: a minimum whose sharpness
    exceeds the least one by a part of e may have a defect of about sqrt(e).

    References
    ----------
    That flat minima are coupled is Mulayoff and Michaeli (2020); that ``norm_balanced`` is
    sufficient is Kamber and Parhi, P1, Corollary 6 to 8 (as reconstructed). What has to be added to
    the coupling is this book's.

    Examples
    --------
    >>> from dmfbook import flatness_conditions, two_path_factors
    >>> conditions = flatness_conditions(two_path_factors(1.25, 1.25))
    >>> conditions.flat, conditions.norm_balanced, round(conditions.both_share, 12)
    (True, False, 0.813802083333)
    >>> conditions = flatness_conditions(two_path_factors(1.35, 1.35))
    >>> conditions.coupled, conditions.flat
    (True, False)
    """
    checked = check_factors(factors)
    slack = check_nonnegative(tolerance, "tolerance")
    products = partial_products(checked)
    body, first_exponent = scaled(checked[0])
    product = products.left[0] @ body
    exponent = products.left_exponents[0] + first_exponent
    left, values, right = np.linalg.svd(product)
    depth = len(checked)
    if values[0] == 0:
        share = 0.0 if all(e is None for e in products.exponents()) else math.inf
        return FlatnessConditions(0.0, share, share, share, share, slack)
    whole, rest = divmod(exponent, depth)
    unit = float(np.exp2(rest / depth) * values[0] ** (1 / depth))
    with np.errstate(over="ignore", invalid="ignore"):
        units = [np.ldexp(factor, -whole) / unit for factor in checked]
        starts, ends = [right[0]], [left[:, 0]]
        for factor, reverse in zip(units, reversed(units), strict=True):
            starts.append(factor @ starts[-1])
            ends.append(reverse.T @ ends[-1])
        defects = [
            float(np.linalg.norm(start - end))
            for start, end in zip(starts, reversed(ends), strict=True)
        ]
    defect = max(defects) if np.isfinite(defects).all() else math.inf
    unit_exponent = (depth - 1) * (math.log2(unit) + whole)
    norm_share = max(
        _power_of_two(_norm(a) * _norm(b), e - unit_exponent)
        for a, b, e in zip(products.left, products.right, products.exponents(), strict=True)
        if e is not None
    )
    if math.isinf(defect):
        return FlatnessConditions(defect, math.inf, math.inf, math.inf, norm_share, slack)
    path = [start / np.linalg.norm(start) for start in starts]
    shares = _complement_shares(units, path)
    return FlatnessConditions(defect, *shares, norm_share, slack)


def is_flat(factors: Sequence[ArrayLike], tolerance: float = 1e-8) -> bool:
    """Tell whether a minimum of loss zero has the least sharpness of all.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2, with loss zero.
    tolerance : float, optional
        As in `flatness_conditions`.

    Returns
    -------
    bool
        ``flatness_conditions(factors, tolerance).flat``.

    Raises
    ------
    TypeError, ValueError
        As `flatness_conditions`.

    Notes
    -----
    See `flatness_conditions`.

    References
    ----------
    See `flatness_conditions`.

    Examples
    --------
    >>> from dmfbook import is_flat
    >>> is_flat([[[2.0, 0.0], [0.0, 0.5]], [[2.0, 0.0], [0.0, 2.0]]])
    True
    >>> is_flat([[[4.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]])
    False
    """
    return flatness_conditions(factors, tolerance).flat


def _complement_shares(units: list[Array], path: list[Array]) -> tuple[float, float, float]:
    """Return the three norms of condition (ii), divided by L."""
    complements = [
        factor - np.outer(end, start)
        for factor, (start, end) in zip(units, pairwise(path), strict=True)
    ]
    off_start, off_end = (np.eye(x.size) - np.outer(x, x) for x in (path[0], path[-1]))
    products = partial_products(complements, off_start)
    products = PartialProducts(
        [*products.left[:-1], off_end],
        products.left_exponents,
        products.right,
        products.right_exponents,
    )
    depth = len(units)
    with np.errstate(over="ignore", under="ignore"):
        left_sum = sum(
            np.ldexp(part @ part.T, 2 * e)
            for part, e in zip(products.left, products.left_exponents, strict=True)
        )
        right_sum = sum(
            np.ldexp(part.T @ part, 2 * e)
            for part, e in zip(products.right, products.right_exponents, strict=True)
        )
        operator = kronecker_sum(products, white=False)
        top = operator.top_value(lambda: pulled_to_top(operator.left[0] @ np.ones(operator.shape)))
        both = float(np.ldexp(top, operator.exponent))
    norms = [_norm(np.asarray(part)) for part in (left_sum, right_sum)]
    return norms[0] / depth, norms[1] / depth, both / depth


def _norm(matrix: Array) -> float:
    """Return the spectral norm, infinite where an entry is."""
    return float(np.linalg.norm(matrix, 2)) if np.isfinite(matrix).all() else math.inf


def _power_of_two(number: float, exponent: float) -> float:
    return number * 2.0**exponent if exponent < 1000 else math.inf
