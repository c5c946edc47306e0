r"""Deep matrix factorization: the problem, its derivatives and its balance.

The conventions of the whole package are set here. A deep matrix factorization of depth L writes a
matrix as a product of L factors, and the problem is

    minimize  F(W_1, ..., W_L) = ||M - W_L ... W_1||_F^2 + lambda * sum_l ||W_l||_F^2,

without one half. ``factors`` is the list ``[W_1, ..., W_L]``, first applied first, with W_l of
shape (d_l, d_(l-1)); ``widths`` is (d_0, ..., d_L); ``target`` is M, of shape (d_L, d_0); ``depth``
is L and ``regularization`` is lambda. Where all parameters stand in one vector, it is the
concatenation of ``factor.ravel()`` in the order W_1, ..., W_L.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dmfbook.numerics._chain import (
    both_passes,
    chain_product,
    chain_widths,
    hessian_columns,
    refuse_overflow,
    split_columns,
)
from dmfbook.numerics._checks import (
    Array,
    check_array,
    check_factors,
    check_regularization,
    check_target,
    check_widths,
)

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

__all__ = ["end_to_end", "gradient", "hessian_operator", "imbalance"]
__all__ += ["loss", "pack", "unpack", "widths_of"]


def widths_of(factors: Sequence[ArrayLike]) -> tuple[int, ...]:
    """Return the widths (d_0, ..., d_L) of a factorization.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.

    Returns
    -------
    tuple of int
        (d_0, d_1, ..., d_L).

    Raises
    ------
    TypeError, ValueError
        If ``factors`` is not a list of at least two finite matrices whose product exists.

    Examples
    --------
    >>> import numpy as np
    >>> from dmfbook import widths_of
    >>> widths_of([np.ones((4, 2)), np.ones((3, 4))])
    (2, 4, 3)
    """
    return chain_widths(check_factors(factors))


def end_to_end(factors: Sequence[ArrayLike]) -> Array:
    """Return the end-to-end matrix W_L ... W_1.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.

    Returns
    -------
    ndarray of shape (d_L, d_0)
        The product. Factors are scaled by powers of two on the way, so that huge and tiny ones
        neither overflow nor underflow before the end; an entry that does so itself is infinite.

    Raises
    ------
    TypeError, ValueError
        If ``factors`` is not a list of at least two finite matrices whose product exists.

    Notes
    -----
    The error is at most about (d_0 + ... + d_(L-1)) eps times the product of the matrices of
    absolute values, entry by entry, as for every product of floating-point matrices.

    References
    ----------
    Kamber and Parhi, P2, section 2.1.

    Examples
    --------
    >>> from dmfbook import end_to_end
    >>> end_to_end([[[1.0, 2.0]], [[3.0], [4.0]]])
    array([[3., 6.],
           [4., 8.]])
    """
    return chain_product(check_factors(factors))


def loss(factors: Sequence[ArrayLike], target: ArrayLike, regularization: float = 0.0) -> float:
    """Return ||M - W_L ... W_1||_F^2 + lambda * sum_l ||W_l||_F^2.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.
    target : array_like of shape (d_L, d_0)
        The matrix M.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    float
        The loss, without one half; infinite where it exceeds the largest float.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, if a shape does not fit, or if lambda is negative.

    Notes
    -----
    The relative error is a few eps, apart from what the subtraction M - W_L ... W_1 cancels.

    References
    ----------
    Kamber and Parhi, P2, section 2.1; with ``regularization=0`` the loss of P1.

    Examples
    --------
    >>> from dmfbook import loss
    >>> loss([[[1.0]], [[2.0]]], target=[[3.0]], regularization=0.5)
    3.5
    """
    checked, goal, weight = _checked_problem(factors, target, regularization)
    with np.errstate(over="ignore"):
        residual = goal - chain_product(checked)
        total = float(np.sum(residual**2))
        if weight > 0:
            total += sum(weight * float(np.sum(factor**2)) for factor in checked)
    return total


def gradient(
    factors: Sequence[ArrayLike], target: ArrayLike, regularization: float = 0.0
) -> list[Array]:
    """Return the gradient of the loss, factor by factor.

    With the residual E = W_L ... W_1 - M, the gradient in W_l is
    2 (W_L ... W_(l+1))^T E (W_(l-1) ... W_1)^T + 2 lambda W_l.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.
    target : array_like of shape (d_L, d_0)
        The matrix M.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    list of ndarray
        One array for each factor, of its shape.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, if a shape does not fit, if lambda is negative, or
        if the gradient exceeds the largest float.

    Notes
    -----
    Backward stable: a few eps times the products of the norms that make up each term.

    References
    ----------
    Where it is zero, factors are balanced: Chen, Jiang and Wang (2025), Lemma 3.2; Kamber and
    Parhi, P2, Theorem 2.

    Examples
    --------
    >>> from dmfbook import gradient
    >>> gradient([[[1.0]], [[2.0]]], target=[[3.0]], regularization=0.5)
    [array([[-3.]]), array([[0.]])]
    """
    checked, goal, weight = _checked_problem(factors, target, regularization)
    with np.errstate(over="ignore", invalid="ignore"):
        prefixes, backs = both_passes(checked, goal)
        result = [
            back @ prefix.T + 2 * weight * factor
            for back, prefix, factor in zip(backs[1:], prefixes, checked[1:], strict=True)
        ]
        result.insert(0, backs[0] + 2 * weight * checked[0])
    for part in result:
        refuse_overflow(part, "gradient")
    return result


def hessian_operator(
    factors: Sequence[ArrayLike], target: ArrayLike, regularization: float = 0.0
) -> LinearOperator:
    """Return the Hessian of the loss as a linear operator on packed parameters.

    The operator multiplies by the exact Hessian without forming it: one product costs about four
    gradients. It takes real vectors and matrices of columns, which are multiplied in one batch, and
    keeps the point it was made at, whatever becomes of the arrays.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.
    target : array_like of shape (d_L, d_0)
        The matrix M.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    scipy.sparse.linalg.LinearOperator of shape (N, N)
        N = sum_l d_l d_(l-1); vectors are ordered as `pack` orders them.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, if a shape does not fit, if lambda is negative, or
        if the Hessian exceeds the largest float.

    Notes
    -----
    A product's error is a few eps times the norm of the Hessian times the norm of the vector.

    References
    ----------
    Kamber and Parhi, P1, Lemma 2, of which this is the polarization.

    Examples
    --------
    >>> import numpy as np
    >>> from dmfbook import hessian_operator
    >>> operator = hessian_operator([[[1.0]], [[2.0]]], target=[[2.0]])
    >>> operator @ np.eye(2)
    array([[8., 4.],
           [4., 2.]])
    """
    from scipy.sparse.linalg import LinearOperator

    checked, goal, weight = _checked_problem(factors, target, regularization)
    checked = [factor.copy() for factor in checked]
    with np.errstate(over="ignore", invalid="ignore"):
        prefixes, backs = both_passes(checked, goal)
    for part in prefixes + backs:
        refuse_overflow(part, "Hessian")
    widths = chain_widths(checked)
    size = sum(factor.size for factor in checked)

    def columns(block: NDArray[Any]) -> Array:
        if np.iscomplexobj(block):
            raise TypeError("vector must be real to be multiplied by the Hessian")
        return hessian_columns(checked, prefixes, backs, weight, widths, block)

    def column(vector: NDArray[Any]) -> Array:
        return columns(vector.reshape(size, 1)).reshape(vector.shape)

    operator: LinearOperator = LinearOperator(
        (size, size), column, column, columns, np.dtype(np.float64), columns
    )
    return operator


def imbalance(factors: Sequence[ArrayLike]) -> list[Array]:
    """Return W_(l+1)^T W_(l+1) - W_l W_l^T for l = 1, ..., L - 1.

    All are zero (balance) at every critical point of the loss with lambda > 0, and each decays
    exactly as exp(-4 lambda t) along the gradient flow dW/dt = -grad F.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.

    Returns
    -------
    list of ndarray
        L - 1 symmetric matrices, the l-th of shape (d_l, d_l).

    Raises
    ------
    TypeError, ValueError
        If ``factors`` is not a list of at least two finite matrices whose product exists, or if
        the imbalance exceeds the largest float.

    Notes
    -----
    The error is a few eps times d_l (||W_(l+1)||^2 + ||W_l||^2).

    References
    ----------
    Kamber and Parhi, P2, Theorem 2, after Chen, Jiang and Wang (2025). The decay is known: Kunin
    et al. (2021), for rescalings; Lindsey and Menon (2025), for any depth.

    Examples
    --------
    >>> from dmfbook import imbalance
    >>> imbalance([[[1.0]], [[2.0]]])
    [array([[3.]])]
    """
    checked = check_factors(factors)
    with np.errstate(over="ignore", invalid="ignore"):
        result = [after.T @ after - before @ before.T for before, after in pairwise(checked)]
    for part in result:
        refuse_overflow(part, "imbalance")
    return result


def pack(factors: Sequence[ArrayLike]) -> Array:
    """Return all parameters as one vector, W_1 first, each factor row by row.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2 (or a gradient of such).

    Returns
    -------
    ndarray of shape (N,)
        The concatenation of ``factor.ravel()``, N = sum_l d_l d_(l-1); always a copy.

    Raises
    ------
    TypeError, ValueError
        If ``factors`` is not a list of at least two finite matrices whose product exists.

    Examples
    --------
    >>> from dmfbook import pack
    >>> pack([[[1.0, 2.0]], [[3.0], [4.0]]])
    array([1., 2., 3., 4.])
    """
    return np.concatenate([factor.ravel() for factor in check_factors(factors)])


def unpack(vector: ArrayLike, widths: Sequence[int]) -> list[Array]:
    """Return the factors that a vector of parameters holds, the inverse of `pack`.

    Parameters
    ----------
    vector : array_like of shape (N,)
        All parameters, W_1 first, each factor row by row, N = sum_l d_l d_(l-1).
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.

    Returns
    -------
    list of ndarray
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)); always copies.

    Raises
    ------
    TypeError, ValueError
        If ``vector`` is not a finite real vector, if ``widths`` are not at least three positive
        integers, or if the length does not fit the widths.

    Examples
    --------
    >>> from dmfbook import unpack
    >>> [factor.tolist() for factor in unpack([1.0, 2.0, 3.0, 4.0], widths=(2, 1, 2))]
    [[[1.0, 2.0]], [[3.0], [4.0]]]
    """
    flat = check_array(vector, "vector", ndim=1)
    sizes = check_widths(widths)
    wanted = sum(rows * columns for columns, rows in pairwise(sizes))
    if flat.size != wanted:
        raise ValueError(
            f"vector must have {wanted} entries to fit widths {sizes}, but it has {flat.size}"
        )
    return [part[0].copy() for part in split_columns(flat[:, np.newaxis], sizes)]


def _checked_problem(
    factors: Sequence[ArrayLike], target: ArrayLike, regularization: float
) -> tuple[list[Array], Array, float]:
    checked = check_factors(factors)
    goal = check_target(target, chain_widths(checked))
    return checked, goal, check_regularization(regularization)
