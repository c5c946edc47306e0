"""The formulas of the chapter on von Neumann's trace inequality.

The inequality itself holds for all sizes; its steps are written here for sizes that sympy can
carry: two by two matrices given by angles, and three by three matrices of symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations
from typing import Any

import sympy as sp

__all__ = [
    "abel_sum",
    "exchanged",
    "filled",
    "gap_of_convexity",
    "inversions",
    "lack_of_overlaps",
    "leibniz_determinant",
    "leibniz_products",
    "permutation_matrix",
    "rotation",
    "sign_of_permutation",
    "singular_value_pair",
    "squared_distance",
    "weighted_mean",
]

Expression = Any
Matrix = Any

# Two by two: the singular values of A and of B, and the two turns that bring A's frames to B's.
first_values = sp.symbols("a_1 a_2", positive=True)
second_values = sp.symbols("b_1 b_2", positive=True)
# By how much the first singular value exceeds the second.
_gaps = sp.symbols("g h", positive=True)
in_order = {
    first_values[0]: first_values[1] + _gaps[0],
    second_values[0]: second_values[1] + _gaps[1],
}
out_turn = sp.Symbol("theta", real=True)
in_turn = sp.Symbol("phi", real=True)


def rotation(angle: Expression) -> Matrix:
    """Return the rotation of the plane by an angle."""
    return sp.Matrix([[sp.cos(angle), -sp.sin(angle)], [sp.sin(angle), sp.cos(angle)]])


first = sp.diag(*first_values)
second = rotation(out_turn) * sp.diag(*second_values) * rotation(in_turn).T
total = first + second

# tr(A^T B), entry by entry, and the same number in terms of the two angles.
trace = sum(x * y for x, y in zip(first, second, strict=True))
_sums = (first_values[0] + first_values[1]) * (second_values[0] + second_values[1]) / 2
_differences = (first_values[0] - first_values[1]) * (second_values[0] - second_values[1]) / 2
trace_by_angles = _sums * sp.cos(out_turn - in_turn) + _differences * sp.cos(out_turn + in_turn)
bound = first_values[0] * second_values[0] + first_values[1] * second_values[1]

# P_ij = (u_i . u'_j)(v_i . v'_j), the overlaps of the singular vectors of A and B.
overlaps = sp.Matrix(2, 2, lambda i, j: rotation(out_turn)[i, j] * rotation(in_turn)[i, j])


def singular_value_pair(matrix: Matrix) -> tuple[Expression, Expression]:
    """Return the two singular values of a two by two matrix, the larger one first."""
    (p, q), (r, s) = matrix.tolist()
    turning = sp.sqrt((p + s) ** 2 + (r - q) ** 2)
    mirroring = sp.sqrt((p - s) ** 2 + (r + q) ** 2)
    return (turning + mirroring) / 2, sp.Abs(turning - mirroring) / 2


# What exchanging b_j and b_i, for i < j, adds to the sum of products.
higher, lower = sp.symbols("a_i a_j", real=True)
early, late = sp.symbols("b_i b_j", real=True)
swap_gain = (higher - lower) * (late - early)


def inversions(order: Sequence[int]) -> int:
    """Return the number of pairs i < j with order[i] > order[j]."""
    return sum(order[i] > order[j] for j in range(len(order)) for i in range(j))


def sign_of_permutation(order: Sequence[int]) -> int:
    """Return 1 for a permutation with an even number of inversions, -1 for an odd one."""
    return 1 if inversions(order) % 2 == 0 else -1


def exchanged(order: Sequence[int], i: int, j: int) -> tuple[int, ...]:
    """Return the permutation with what stands in the places i and j exchanged."""
    places = list(order)
    places[i], places[j] = places[j], places[i]
    return tuple(places)


def leibniz_products(matrix: Matrix) -> list[Expression]:
    """Return the signed product along each permutation, the identity first."""
    n = matrix.rows
    return [
        sign_of_permutation(order) * sp.prod(matrix[i, order[i]] for i in range(n))
        for order in permutations(range(n))
    ]


def leibniz_determinant(matrix: Matrix) -> Expression:
    """Return the determinant as the signed sum over all permutations."""
    return sp.Add(*leibniz_products(matrix))


def permutation_matrix(order: Sequence[int]) -> Matrix:
    """Return the matrix whose row i has its one in column order[i]."""
    n = len(order)
    return sp.Matrix(n, n, lambda i, j: int(order[i] == j))


def weighted_mean(weights: Sequence[Expression], matrices: Sequence[Matrix]) -> Matrix:
    """Return the sum of the matrices, each times its weight."""
    terms = [w * matrix for w, matrix in zip(weights, matrices, strict=True)]
    return sum(terms[1:], start=terms[0])


def squared_distance(one: Matrix, other: Matrix) -> Expression:
    """Return the squared Frobenius norm of the difference of two matrices."""
    return sp.Add(*((x - y) ** 2 for x, y in zip(one, other, strict=True)))


def gap_of_convexity(weights: Sequence[Expression], matrices: Sequence[Matrix]) -> Expression:
    """Return the mean of a squared distance over some matrices, less that of their mean.

    The distance is that from any fixed matrix, and the weights have the sum one.
    """
    pairs = combinations(zip(weights, matrices, strict=True), 2)
    return sp.Add(*(v * w * squared_distance(one, other) for (v, one), (w, other) in pairs))


# Every three by three matrix whose rows and columns sum to one, by its top left entries.
top_left = sp.symbols("p q r s", real=True)
_p, _q, _r, _s = top_left
unit_sums = sp.Matrix(
    [
        [_p, _q, 1 - _p - _q],
        [_r, _s, 1 - _r - _s],
        [1 - _p - _r, 1 - _q - _s, _p + _q + _r + _s - 1],
    ]
)
weight = sp.Symbol("w", positive=True)


def lack_of_overlaps(one: Sequence[Expression], other: Sequence[Expression]) -> Expression:
    """Return what the products of the entries of two unit vectors lack, in size, to the sum one."""
    return sp.Add(*((sp.Abs(x) - sp.Abs(y)) ** 2 for x, y in zip(one, other, strict=True))) / 2


def filled(matrix: Matrix) -> Matrix:
    """Return S + r c^T / t, with the slacks r of the rows and c of the columns, of sum t."""
    n = matrix.rows
    row_slack = sp.Matrix([1 - sum(matrix[i, :]) for i in range(n)])
    column_slack = sp.Matrix([1 - sum(matrix[:, j]) for j in range(n)])
    return matrix + row_slack * column_slack.T / sum(row_slack)


def abel_sum(terms: Sequence[Expression], weights: Sequence[Expression]) -> Expression:
    """Return the sum of the partial sums of the terms, times the falls of the weights."""
    falls = [x - y for x, y in zip(weights, [*weights[1:], 0], strict=True)]
    partial = [sum(terms[: j + 1]) for j in range(len(terms))]
    return sp.Add(*(fall * part for fall, part in zip(falls, partial, strict=True)))
