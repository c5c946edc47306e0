"""Doubly stochastic matrices: domination and Birkhoff's theorem, for ``trace_inequality``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import Array, check_matrix
from dmfbook.numerics._shown import Shown

# Entries may be this far below zero.
_BELOW_ZERO = 1e-10
# Row and column sums may be off by this much. What single precision leaves of a sum is enough for
# a decomposition, but would be filled in by a dominating matrix.
_SUM_TOLERANCE = {"doubly stochastic": 1e-5, "doubly substochastic": 1e-10}


@dataclass(frozen=True, eq=False, repr=False)
class BirkhoffDecomposition(Shown):
    """A doubly stochastic matrix as a weighted mean of k permutation matrices.

    Attributes
    ----------
    weights : ndarray, shape (k,)
        Positive weights with sum 1, in the order in which they were peeled off.
    permutations : ndarray of int, shape (k, n)
        Row i of term t has its one in column ``permutations[t, i]``.
    """

    weights: Array
    permutations: NDArray[np.intp]

    def matrix(self) -> Array:
        """Return the weighted sum of the permutation matrices, shape (n, n)."""
        count, n = self.permutations.shape
        total = np.zeros((n, n))
        rows = np.broadcast_to(np.arange(n), (count, n))
        np.add.at(total, (rows, self.permutations), self.weights[:, None])
        return total


def _check_stochastic(matrix: Any, kind: str) -> Array:
    """Return a square matrix without negative entries whose sums fit the kind."""
    array = check_matrix(matrix, "matrix")
    if array.shape[0] != array.shape[1]:
        raise ValueError(
            f"matrix must be square to be {kind}, but it has shape {array.shape}; "
            "pad it with zeros first if it is substochastic"
        )
    lowest = np.unravel_index(np.argmin(array), array.shape)
    if array[lowest] < -_BELOW_ZERO:
        where = tuple(int(i) for i in lowest)
        raise ValueError(
            f"matrix must be {kind}, but entry {where} is negative: {array[lowest]}; "
            "take absolute values first if you mean a matrix of overlaps"
        )
    array = np.maximum(array, 0.0)
    for axis, what in ((1, "row"), (0, "column")):
        with np.errstate(over="ignore"):
            sums = array.sum(axis=axis)
        excess = sums - 1.0
        if kind == "doubly stochastic":
            excess = np.abs(excess)
        worst = int(np.argmax(excess))
        if excess[worst] > _SUM_TOLERANCE[kind]:
            wanted, advice = "at most 1", "divide the matrix by its largest row or column sum"
            if kind == "doubly stochastic":
                wanted, advice = (
                    "1",
                    (
                        "divide the rows and the columns by their sums, in turn and in double "
                        "precision, until all sums are within 1e-5 of 1"
                    ),
                )
            raise ValueError(
                f"matrix must be {kind}: {what} {worst} must sum to {wanted}, but it sums to "
                f"{sums[worst]}; {advice}"
            )
    return array


def dominating_doubly_stochastic(matrix: Any) -> Array:
    """Return a doubly stochastic matrix that is nowhere below a doubly substochastic one.

    With the slacks ``r_i = 1 - sum_j S_ij`` and ``c_j = 1 - sum_i S_ij``, which have one sum t,

        D = S + r c^T / t    (D = S if t = 0).

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        S: no negative entries, every row and every column sums to at most 1. Sums may exceed 1, and
        entries may be below 0, by at most 1e-10; such entries count as 0.

    Returns
    -------
    ndarray, shape (n, n)
        D, with ``D >= S`` entrywise, exactly also in floating point.

    Raises
    ------
    TypeError, ValueError
        If matrix is not a finite real square matrix, or is not doubly substochastic.

    Notes
    -----
    Accuracy: rows and columns of D sum to 1 within ``4 n eps``, or within the excess of S itself.

    Source: Kamber and Parhi, P2, Lemma 31. The paper's way is entry by entry; the rank-one filling
    used here is this book's choice.

    Examples
    --------
    >>> dominating_doubly_stochastic([[0.5, 0.0], [0.25, 0.25]])
    array([[0.625, 0.375],
           [0.375, 0.625]])
    """
    array = _check_stochastic(matrix, "doubly substochastic")
    row_slack = np.maximum(1.0 - array.sum(axis=1), 0.0)
    column_slack = np.maximum(1.0 - array.sum(axis=0), 0.0)
    # The sums agree but for rounding; the larger one never overfills a row or a column.
    total = max(float(row_slack.sum()), float(column_slack.sum()))
    if total == 0.0:
        return array
    filled: Array = array + np.outer(row_slack / total, column_slack)
    return filled


class _Matching:
    """A matching of rows to columns along positive entries, kept perfect while entries vanish."""

    def __init__(self, positive: NDArray[np.bool_]) -> None:
        n = len(positive)
        # Sets of columns and of rows are bits of an int: a path search then costs microseconds.
        self.columns_of = [sum(1 << j for j in np.flatnonzero(row).tolist()) for row in positive]
        self.row_of = [-1] * n
        self.column_of = [-1] * n
        self.free_columns = (1 << n) - 1

    def remove(self, row: int) -> None:
        """Forget the entry by which the row is matched."""
        column = self.column_of[row]
        self.columns_of[row] &= ~(1 << column)
        self.row_of[column] = -1
        self.free_columns |= 1 << column

    def augment(self, start: int) -> bool:
        """Match one more row along an alternating path; return whether there is one."""
        columns_of, row_of, free = self.columns_of, self.row_of, self.free_columns
        reached_from: dict[int, int] = {}
        reached = columns_of[start]
        if reached & free:
            self._flip(start, start, reached & free, reached_from)
            return True
        unseen = ~reached
        layers = [(start, reached)]
        for row, columns in layers:
            while columns:
                bit = columns & -columns
                columns ^= bit
                column = bit.bit_length() - 1
                owner = row_of[column]
                reached_from[column] = row
                reached = columns_of[owner] & unseen
                if reached & free:
                    self._flip(start, owner, reached & free, reached_from)
                    return True
                if reached:
                    unseen ^= reached
                    layers.append((owner, reached))
        return False

    def _flip(self, start: int, row: int, ends: int, reached_from: dict[int, int]) -> None:
        """Match along the path that leads from start over the row to the first of the ends."""
        bit = ends & -ends
        self.free_columns ^= bit
        column = bit.bit_length() - 1
        while True:
            previous = self.column_of[row]
            self.column_of[row], self.row_of[column] = column, row
            if row == start:
                return
            column, row = previous, reached_from[previous]


def birkhoff_decomposition(matrix: Any) -> BirkhoffDecomposition:
    """Write a doubly stochastic matrix as a weighted mean of permutation matrices.

    Birkhoff's theorem: ``D = sum_t w_t P_t`` with weights ``w_t > 0`` of sum 1, and at most
    ``n^2 - 2n + 2`` permutation matrices.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        D: no negative entries, every row and every column sums to 1. Sums may be off by at most
        1e-5, as after Sinkhorn's iteration in single precision; entries below 0 by at most 1e-10
        count as 0.

    Returns
    -------
    BirkhoffDecomposition
        Weights and permutations; ``.matrix()`` puts D together again.

    Raises
    ------
    TypeError, ValueError
        If matrix is not a finite real square matrix, or is not doubly stochastic.

    Notes
    -----
    Method: take a permutation along positive entries, subtract it with the smallest of its
    entries as weight, repair the matching along one alternating path for every entry that vanished,
    repeat. Every step leaves at least one entry of the remaining support out for good, so that the
    bound on the number of terms holds whatever the rounding.

    Accuracy: every entry of D is met within ``8 n eps`` plus ``2 n`` times the largest error of the
    sums of D. (If no permutation is left in a remainder whose sums are still s, Hall's theorem
    gives k rows whose entries lie in k - 1 columns, so that s is at most 2k - 1 times that error.)

    Source: Birkhoff (1946); Kamber and Parhi, P2, Lemmas 28 and 29.

    Examples
    --------
    >>> parts = birkhoff_decomposition([[0.75, 0.25], [0.25, 0.75]])
    >>> parts.weights.tolist(), parts.permutations.tolist()
    ([0.75, 0.25], [[0, 1], [1, 0]])
    """
    rest = _check_stochastic(matrix, "doubly stochastic")
    n = len(rest)
    # What is left of an entry after many subtractions is rounding once it falls below this.
    crumbs = 4.0 * np.finfo(float).eps * rest
    matching = _Matching(rest > 0)
    row_starts = n * np.arange(n)
    weights: list[float] = []
    permutations: list[list[int]] = []
    perfect = all(matching.augment(row) for row in range(n))
    while perfect:
        permutations.append(matching.column_of.copy())
        places = row_starts + permutations[-1]
        entries = rest.take(places)
        weights.append(float(entries.min()))
        entries -= weights[-1]
        rest.put(places, entries)
        vanished = (entries <= crumbs.take(places)).nonzero()[0].tolist()
        for row in vanished:
            matching.remove(row)
        perfect = all(matching.augment(row) for row in vanished)
    return BirkhoffDecomposition(
        weights=np.asarray(weights) / math.fsum(weights),
        permutations=np.asarray(permutations, dtype=np.intp),
    )
