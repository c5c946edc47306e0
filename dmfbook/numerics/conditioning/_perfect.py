"""Exact factorizations that are flat and well conditioned: perfect ones, and the best known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._chain import scaled
from dmfbook.numerics._checks import Array, check_hidden_widths, check_target, check_widths
from dmfbook.numerics._reduction import rank_of, rounding_tolerance
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.conditioning._designs import Design, best_design, perfect_design

__all__ = ["FlatFactors", "fast_flat_factors", "perfect_factors"]


@dataclass(frozen=True, eq=False, repr=False)
class FlatFactors(Shown):
    """An exact factorization of least sharpness, and how well conditioned it is.

    Attributes
    ----------
    factors : list of ndarray
        [W_1, ..., W_L].
    condition_number : float
        The largest over the smallest nonzero eigenvalue of the Hessian, by formula.
    proved_best : bool
        Whether no flat minimum of the same target and widths has a smaller one: where it is 1, at
        depth two for d_1 >= min(d_0, d_2), and at depth three if all widths are 2. Elsewhere it is
        the best that this book knows.
    design : str
        Which one: "spread", "deep", "two values", "ones and zeros", "depth three" or "balanced".
    """

    _shows: ClassVar[str] = "design condition_number proved_best"

    factors: list[Array]
    condition_number: float
    proved_best: bool
    design: str


def perfect_factors(target: ArrayLike, widths: Sequence[int]) -> list[Array]:
    """Return a perfect minimum: loss zero, least sharpness, and all nonzero curvatures equal.

    Up to scale the factors are one of these, or the transpose of one for the transposed target.
    With k the multiplicity of sigma_1 and r the rank of M:

    spread
        d_l >= d_L, d_1 >= d_L + d_0 - r and sum_l (d_l - d_L) >= d_0 - k: the deficient right
        singular vectors are completed in the hidden units that are left over, at any depth.
    deep
        L at least 5, r = d_0 <= d_L, d_l >= d_L: M in the first layer, and two pairs of mutually
        inverse layers after it.
    two values
        L = 4, r = d_0 = d_L and no more than two different singular values.
    ones and zeros
        L at least 4, no singular values but sigma_1 and zero, d_1 >= d_0, and d_l >= d_L after it.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M, not zero.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.

    Returns
    -------
    list of ndarray
        [W_1, ..., W_L].

    Raises
    ------
    TypeError, ValueError
        If the target is zero or does not fit the widths, or if none of these applies. For L = 2 and
        L = 3, and for L = 4 with all widths equal to the rank, there is then no perfect minimum.

    Notes
    -----
    Singular values within 8 max(d_0, d_L, 2) eps sigma_1 of sigma_1, or of each other for "two
    values", count as equal, those within that of zero as zero. The product is M to a few
    n eps sigma_1 times the norm of the largest factor: "deep" has one of about
    sqrt(L - 1) sigma_1 / sigma_r, in units of sigma_1^(1/L).

    References
    ----------
    This book; the completion is a dilation (Halmos; Sz.-Nagy).

    Examples
    --------
    >>> from dmfbook import perfect_factors, spectrum_at
    >>> factors = perfect_factors([[2.0, 0.0], [0.0, 1.0]], (2, 3, 2))
    >>> spectrum_at(factors).values.round(12).tolist()
    [8.0, 8.0, 8.0, 8.0]
    >>> factors = perfect_factors([[1.0, 0.0], [0.0, 0.5]], (2, 2, 2, 2, 2, 2))
    >>> spectrum_at(factors).values.round(12).tolist()
    [10.0, 10.0, 10.0, 10.0]
    """
    problem = _Problem(target, widths)
    found = perfect_design(*problem.in_units)
    if found is None:
        raise ValueError(
            f"widths {problem.widths} admit no perfect minimum that this function knows for a "
            f"target of rank {problem.rank} whose largest singular value occurs {problem.copies} "
            "times; widen a hidden layer, or take fast_flat_factors, which needs no more than "
            "widths that fit"
        )
    return problem.factors(found)


def fast_flat_factors(target: ArrayLike, widths: Sequence[int]) -> FlatFactors:
    """Return a flat minimum of loss zero with the best condition number that this book knows.

    A perfect one where `perfect_factors` has one. Else at depth two, for d_1 >= min(d_0, d_2), the
    best there is, 2 sigma_1^2 / (sigma_1^2 + sigma_j^2) with j = d_0 + d_2 - d_1. At depth three,
    for d_1 >= d_0 and d_2 >= d_3, one of condition number at most 3 / (1 + sqrt(3)) = 1.098,
    whatever the target is. Otherwise as many singular vectors are completed as fit, or the balanced
    factors are returned.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M, not zero.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2, hidden widths of at least the rank of M.

    Returns
    -------
    FlatFactors
        The factors, their condition number, and whether it is proved to be the best.

    Raises
    ------
    TypeError, ValueError
        If the target is zero or does not fit the widths, or a hidden width is below its rank.

    Notes
    -----
    Accuracy as `perfect_factors`.

    References
    ----------
    This book.

    Examples
    --------
    >>> from dmfbook import fast_flat_factors
    >>> fast_flat_factors([[1.0, 0.0], [0.0, 0.1]], (2, 2, 2, 2))
    FlatFactors(design='depth three', condition_number=1.0971, proved_best=True)
    >>> fast_flat_factors([[3.0, 0.0], [0.0, 1.0]], (2, 2, 2))
    FlatFactors(design='spread', condition_number=1.8, proved_best=True)
    """
    problem = _Problem(target, widths)
    found = perfect_design(*problem.in_units) or best_design(*problem.in_units)
    first, *hidden, last = problem.widths
    two_deep = len(hidden) == 1 and hidden[0] >= min(first, last)
    proved = found.condition_number == 1 or two_deep or problem.widths == (2, 2, 2, 2)
    return FlatFactors(problem.factors(found), found.condition_number, proved, found.name)


class _Problem:
    """A target in units of its largest singular value, with its singular values sorted out."""

    def __init__(self, target: ArrayLike, widths: Sequence[int]) -> None:
        self.widths = check_widths(widths)
        body, self.exponent = scaled(check_target(target, self.widths))
        self.left, values, self.right = np.linalg.svd(body)
        if values[0] == 0:
            raise ValueError("target must not be the zero matrix, at which nothing has a rate")
        self.rank = rank_of(values, body.shape)
        check_hidden_widths(self.widths, self.rank, "factor the target")
        self.top = float(values[0])
        units = values / self.top
        near = rounding_tolerance(body.shape)
        units[units >= 1 - near] = 1.0
        units[self.rank :] = 0.0
        self.copies = int(np.count_nonzero(units == 1))
        self.in_units = units, self.widths, near

    def factors(self, design: Design) -> list[Array]:
        """Return the factors of the target from those of the diagonal matrix of its values."""
        depth = len(self.widths) - 1
        share = 2.0 ** ((math.log2(self.top) + self.exponent) / depth)
        first, *middle, last = design.factors
        turned = [first @ self.right, *middle, self.left @ last]
        return [share * factor for factor in turned]
