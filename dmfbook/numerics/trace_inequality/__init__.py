"""Von Neumann's trace inequality, its equality case, and the steps of its proof.

The statement is ``tr(A^T B) <= sum_i sigma_i(A) sigma_i(B)``. The proof writes the trace as a sum
over the overlaps of singular vectors (``singular_overlaps``), which form a doubly substochastic
matrix; a doubly stochastic matrix dominates it (``dominating_doubly_stochastic``); Birkhoff's
theorem makes that a mean of permutations (``birkhoff_decomposition``); and swaps show that sorting
is the best permutation (``swap_sort``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import Array, check_array, check_matrix, check_positive
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.trace_inequality._birkhoff import (
    BirkhoffDecomposition,
    birkhoff_decomposition,
    dominating_doubly_stochastic,
)

__all__ = [
    "BirkhoffDecomposition",
    "SwapSort",
    "TraceEquality",
    "birkhoff_decomposition",
    "dominating_doubly_stochastic",
    "singular_overlaps",
    "swap_sort",
    "trace_bound",
    "trace_equality",
]


@dataclass(frozen=True, eq=False, repr=False)
class TraceEquality(Shown):
    """What ``trace_equality`` finds for a pair of matrices of one shape (m, n), k = min(m, n).

    Attributes
    ----------
    trace : float
        ``tr(A^T B)``.
    bound : float
        ``sum_i sigma_i(A) sigma_i(B)``.
    gap : float
        ``bound - trace``, and 0 where rounding would make that negative.
    equality : bool
        Whether ``misalignment <= rtol``.
    misalignment : float
        The larger of ``||A - U diag(sigma(A)) V^T||_F / ||A||_F`` and the same for B, where U and V
        are the best candidates for common singular vectors. Zero in exact arithmetic if and only if
        the trace equals the bound.
    singular_values_a, singular_values_b : ndarray, shape (k,)
        Singular values of both matrices, in descending order.
    left : ndarray, shape (m, k), or None
        U with orthonormal columns, where equality holds: ``A = U diag(sigma(A)) V^T`` and
        ``B = U diag(sigma(B)) V^T``.
    right : ndarray, shape (n, k), or None
        V, where equality holds.
    """

    trace: float
    bound: float
    gap: float
    equality: bool
    misalignment: float
    singular_values_a: Array
    singular_values_b: Array
    left: Array | None
    right: Array | None


@dataclass(frozen=True, eq=False, repr=False)
class SwapSort(Shown):
    """The stages of sorting by swaps.

    Attributes
    ----------
    arrangements : ndarray, shape (swaps + 1, n)
        The second sequence before the first swap and after every swap; the last is descending.
    swapped : ndarray of int, shape (swaps, 2)
        The two positions exchanged by every swap.
    sums : ndarray, shape (swaps + 1,)
        ``sum_i a_i b_i`` at every stage: never decreasing.
    """

    arrangements: Array
    swapped: NDArray[np.intp]
    sums: Array


def _check_pair(a: Any, b: Any) -> tuple[Array, Array]:
    first, second = check_matrix(a, "a"), check_matrix(b, "b")
    if first.shape != second.shape:
        raise ValueError(
            f"a and b must have one shape, but a has shape {first.shape} and b has shape "
            f"{second.shape}; pad the smaller one with zeros or transpose it"
        )
    return first, second


def _scaled(matrix: Array) -> tuple[Array, int]:
    """Return (matrix / 2^e, e) with entries at most 1, exact, so that products cannot overflow."""
    exponent = int(np.frexp(np.abs(matrix).max())[1])
    return np.ldexp(matrix, -exponent), exponent


def _times_power_of_two(number: float, exponent: int) -> float:
    try:
        return math.ldexp(number, exponent)
    except OverflowError:
        return math.copysign(math.inf, number)


def trace_bound(a: Any, b: Any) -> float:
    """Return von Neumann's bound on the trace, ``sum_i sigma_i(a) sigma_i(b)``.

    For all real matrices of one shape, ``|tr(A^T B)| <= sum_i sigma_i(A) sigma_i(B)``, with both
    lists of singular values in descending order.

    Parameters
    ----------
    a, b : array_like, shape (m, n)
        Two real matrices of one shape; rectangular ones are fine.

    Returns
    -------
    float
        The bound: at least 0, and infinity only where it exceeds the range of floats.

    Raises
    ------
    TypeError, ValueError
        If a or b is not a finite, non-empty real matrix, or the shapes differ.

    Notes
    -----
    Accuracy: relative error at most ``10 k eps`` with ``k = max(m, n)``; matrices are scaled by
    powers of two first, so that tiny and huge entries lose nothing.

    Source: von Neumann (1937), Mirsky (1975); Kamber and Parhi, P2, Theorem 9 and Remark 32.

    Examples
    --------
    >>> trace_bound([[0, 2], [1, 0]], [[3, 0], [0, 1]])
    7.0
    """
    first, second = _check_pair(a, b)
    (first, e), (second, f) = _scaled(first), _scaled(second)
    sigma_a = np.linalg.svd(first, compute_uv=False)
    sigma_b = np.linalg.svd(second, compute_uv=False)
    return _times_power_of_two(float(sigma_a @ sigma_b), e + f)


def trace_equality(a: Any, b: Any, rtol: float = 1e-10) -> TraceEquality:
    """Decide whether ``tr(A^T B) = sum_i sigma_i(A) sigma_i(B)``, and by which singular vectors.

    Equality holds if and only if A and B have a common ordered singular value decomposition:
    ``A = U diag(sigma(A)) V^T`` and ``B = U diag(sigma(B)) V^T`` with the same U and V and both
    lists in descending order. (With repeated singular values "the same singular vectors" is not
    enough: a common choice must exist.) Then ``A B^T`` and ``A^T B`` are symmetric and positive
    semidefinite.

    Parameters
    ----------
    a, b : array_like, shape (m, n)
        Two real matrices of one shape.
    rtol : float, optional
        Equality is accepted if A and B are, relative to their own Frobenius norms, within rtol of a
        pair that has a common ordered singular value decomposition.

    Returns
    -------
    TraceEquality
        Trace, bound, verdict, and the common singular vectors where equality holds.

    Raises
    ------
    TypeError, ValueError
        If a or b is not a finite, non-empty real matrix, the shapes differ, or rtol is not above 0.

    Notes
    -----
    Method: if a common ordered decomposition exists, *every* singular value decomposition of
    ``A/||A|| + B/||B||`` is one, because in two descending lists the sums tie only where both lists
    tie. Repeated and zero singular values therefore need no special care.

    The verdict rests on ``misalignment`` and not on the gap, which is blunt: turning singular
    vectors by a small angle t costs only order t^2 of the trace, so a gap at rounding level
    leaves angles up to 1e-8 undecided.

    Accuracy: at exact equality ``misalignment`` is at most ``100 k eps`` with ``k = max(m, n)``.

    Source: Kamber and Parhi, P2, Theorem 9; the equality case in this form is known, we believe
    from Lewis (1995), which we could not read. The decomposition by a weighted sum was worked out
    for this book, without a claim that it is new.

    Examples
    --------
    >>> trace_equality([[2, 0], [0, 1]], [[5, 0], [0, 5]]).equality
    True
    >>> found = trace_equality([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> found.equality, found.trace, found.bound
    (False, 4.0, 5.0)
    """
    first, second = _check_pair(a, b)
    rtol = check_positive(rtol, "rtol")
    (first, e), (second, f) = _scaled(first), _scaled(second)
    norm_a, norm_b = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    # A zero matrix shares every singular vector, so it must not steer the choice.
    mixed = first / (norm_a or 1.0) + second / (norm_b or 1.0)
    left, _, right_t = np.linalg.svd(mixed, full_matrices=False)
    misalignment = 0.0
    sigmas = []
    for matrix, norm in ((first, norm_a), (second, norm_b)):
        sigma = np.linalg.svd(matrix, compute_uv=False)
        sigmas.append(sigma)
        error = float(np.linalg.norm(matrix - (left * sigma) @ right_t))
        misalignment = max(misalignment, error / (norm or 1.0))
    trace, bound = float(np.vdot(first, second)), float(sigmas[0] @ sigmas[1])
    equality = misalignment <= rtol
    with np.errstate(over="ignore"):
        singular_values_a, singular_values_b = np.ldexp(sigmas[0], e), np.ldexp(sigmas[1], f)
    return TraceEquality(
        trace=_times_power_of_two(trace, e + f),
        bound=_times_power_of_two(bound, e + f),
        gap=_times_power_of_two(max(bound - trace, 0.0), e + f),
        equality=equality,
        misalignment=misalignment,
        singular_values_a=singular_values_a,
        singular_values_b=singular_values_b,
        left=left if equality else None,
        right=right_t.T if equality else None,
    )


def singular_overlaps(a: Any, b: Any) -> Array:
    """Return the overlaps of the singular vectors, ``P_ij = (u_i . u'_j)(v_i . v'_j)``.

    With ``A = sum_i sigma_i(A) u_i v_i^T`` and ``B = sum_j sigma_j(B) u'_j v'_j^T``,

        tr(A^T B) = sum_ij sigma_i(A) P_ij sigma_j(B),

    and ``|P|`` is doubly substochastic: by Cauchy and Schwarz every row and
    every column sums to at most 1.

    Parameters
    ----------
    a, b : array_like, shape (m, n)
        Two real matrices of one shape.

    Returns
    -------
    ndarray, shape (k, k) with k = min(m, n)
        The matrix P. Where singular values repeat or vanish, P depends on the vectors that LAPACK
        returns; the two statements above hold for every choice.

    Raises
    ------
    TypeError, ValueError
        If a or b is not a finite, non-empty real matrix, or the shapes differ.

    Notes
    -----
    Accuracy: the trace is recovered to ``100 k eps`` of the bound, ``k = max(m, n)``.

    Source: first step of the proof of Kamber and Parhi, P2, Theorem 9.

    Examples
    --------
    >>> abs(singular_overlaps([[2, 0], [0, 1]], [[1, 0], [0, 2]])).round(12)
    array([[0., 1.],
           [1., 0.]])
    """
    first, second = _check_pair(a, b)
    left_a, _, right_a = np.linalg.svd(_scaled(first)[0], full_matrices=False)
    left_b, _, right_b = np.linalg.svd(_scaled(second)[0], full_matrices=False)
    overlaps: Array = (left_a.T @ left_b) * (right_a @ right_b.T)
    return overlaps


def swap_sort(a: Any, b: Any) -> SwapSort:
    """Sort the second sequence by swaps, none of which lowers ``sum_i a_i b_i``.

    For descending a, exchanging ``b_i < b_j`` with ``i < j`` raises the sum by
    ``(a_i - a_j)(b_j - b_i) >= 0``. Bringing the largest of the remaining entries to the front, one
    place after the other, sorts b in at most n - 1 such swaps: the sum is largest in like order.

    Parameters
    ----------
    a : array_like, shape (n,)
        A descending sequence.
    b : array_like, shape (n,)
        Any sequence.

    Returns
    -------
    SwapSort
        Every stage, with its sum.

    Raises
    ------
    TypeError, ValueError
        If a or b is not a finite, non-empty real vector, the lengths differ, or a is not
        descending.

    Notes
    -----
    Accuracy: each sum is the first one plus the gains, so the sums never decrease, also in floating
    point; the error is at most ``2 n eps sum_i |a_i| max_j |b_j|``.

    Source: last step of the proof of Kamber and Parhi, P2, Theorem 9 (items 23 to 30).

    Examples
    --------
    >>> swap_sort([3, 2, 1], [0, 1, 5]).sums.tolist()
    [7.0, 17.0]
    """
    first, second = check_array(a, "a", ndim=1), check_array(b, "b", ndim=1)
    if first.shape != second.shape:
        raise ValueError(
            f"a and b must have one length, but a has {first.size} entries and b has {second.size}"
        )
    rising = np.flatnonzero(first[1:] > first[:-1])
    if rising.size:
        i = int(rising[0])
        raise ValueError(
            f"a must be descending, but a[{i}] = {first[i]} comes before a[{i + 1}] = "
            f"{first[i + 1]}; sort it first"
        )
    (first, e), (small, f) = _scaled(first), _scaled(second)
    current = second.copy()
    arrangements, swapped, sums = [second.copy()], [], [float(first @ small)]
    for i in range(len(current) - 1):
        j = i + int(np.argmax(current[i:]))
        if current[j] > current[i]:
            sums.append(sums[-1] + (first[i] - first[j]) * (small[j] - small[i]))
            small[[i, j]], current[[i, j]] = small[[j, i]], current[[j, i]]
            arrangements.append(current.copy())
            swapped.append((i, j))
    return SwapSort(
        arrangements=np.asarray(arrangements),
        swapped=np.asarray(swapped, dtype=np.intp).reshape(-1, 2),
        sums=np.asarray([_times_power_of_two(total, e + f) for total in sums]),
    )
