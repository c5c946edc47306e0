r"""The slow, obvious way: dense matrices and grids to hold the fast formulas against.

Nothing here is clever. Each function writes its definition out, at a cost that only small problems
bear, and shares no code with what it checks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import (
    Array,
    check_count,
    check_depth,
    check_factors,
    check_matrix,
    check_number,
    check_regularization,
    check_target,
)

__all__ = [
    "dense_data_hessian",
    "dense_hessian",
    "dense_jacobian",
    "dense_kronecker_sum",
    "grid_minimizer",
]


def dense_jacobian(factors: Sequence[ArrayLike]) -> Array:
    """Return the Jacobian of the end-to-end matrix in all parameters.

    Its block for W_l is W_(L:l+1) kron (W_(l-1:1))^T, for matrices read row by row.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.

    Returns
    -------
    ndarray of shape (d_L * d_0, N)
        Row i * d_0 + j belongs to entry (i, j) of the end-to-end matrix; columns are ordered as
        `dmfbook.pack` orders the parameters.

    Raises
    ------
    TypeError, ValueError
        If ``factors`` is not a list of at least two finite matrices whose product exists, or if the
        result exceeds the largest float.

    Notes
    -----
    Accurate to a few eps times the product of the norms of the factors.

    References
    ----------
    Kamber and Parhi, P1, Lemma 2.

    Examples
    --------
    >>> from dmfbook.reference import dense_jacobian
    >>> dense_jacobian([[[3.0]], [[2.0]]])
    array([[2., 3.]])
    """
    checked = check_factors(factors)
    with np.errstate(over="ignore", invalid="ignore"):
        jacobian = np.hstack(
            [
                np.kron(_chain(checked, layer + 1, len(checked)), _chain(checked, 0, layer).T)
                for layer in range(len(checked))
            ]
        )
    return _finite(jacobian, "Jacobian")


def dense_hessian(
    factors: Sequence[ArrayLike], target: ArrayLike, regularization: float = 0.0
) -> Array:
    """Return the Hessian of the loss as a dense matrix.

    With the Jacobian J and the residual E = W_L ... W_1 - M it is 2 J^T J + 2 lambda I, plus the
    second derivative of 2 <E, W_L ... W_1>, written out for each pair of factors.

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
    ndarray of shape (N, N)
        The symmetric Hessian, N = sum_l d_l d_(l-1), ordered as `dmfbook.pack` orders parameters.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, if a shape does not fit, if lambda is negative, or if
        the result exceeds the largest float.

    Notes
    -----
    Entries are accurate to a few eps times the size of their terms. Takes 8 N^2 bytes.

    References
    ----------
    Kamber and Parhi, P1, Lemma 2.

    Examples
    --------
    >>> from dmfbook.reference import dense_hessian
    >>> dense_hessian([[[1.0]], [[2.0]]], target=[[3.0]], regularization=0.5)
    array([[9., 2.],
           [2., 3.]])
    """
    checked = check_factors(factors)
    goal = check_target(target, (checked[0].shape[1], *(f.shape[0] for f in checked)))
    weight = check_regularization(regularization)
    with np.errstate(over="ignore", invalid="ignore"):
        return _finite(_dense_hessian(checked, goal, weight), "Hessian")


def _dense_hessian(checked: list[Array], goal: Array, weight: float) -> Array:
    depth = len(checked)
    residual = _chain(checked, 0, depth) - goal
    jacobian = dense_jacobian(checked)
    hessian = 2 * (jacobian.T @ jacobian) + 2 * weight * np.eye(jacobian.shape[1])
    ends = np.cumsum([0, *(factor.size for factor in checked)])
    for low in range(depth):
        for high in range(low + 1, depth):
            # <E, S U_high C U_low P> is linear in both steps; entry [a, b, c, d] belongs to
            # U_high[a, b] and U_low[c, d].
            outer = _chain(checked, 0, low) @ residual.T @ _chain(checked, high + 1, depth)
            between = _chain(checked, low + 1, high)
            block = 2 * np.einsum("bc,da->abcd", between, outer)
            block = block.reshape(checked[high].size, checked[low].size)
            rows, columns = slice(ends[high], ends[high + 1]), slice(ends[low], ends[low + 1])
            hessian[rows, columns] += block
            hessian[columns, rows] += block.T
    return hessian


def dense_data_hessian(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float = 0.0,
) -> Array:
    """Return the dense Hessian of (1/n) ||Y - W_L ... W_1 X||_F^2 + lambda * sum_l ||W_l||_F^2.

    Data are one more factor that does not move: the Hessian is a block of that of the depth L + 1
    factorization [X / sqrt(n), W_1, ..., W_L] of Y / sqrt(n).

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_L, n)
        Y, one column for each sample.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    ndarray of shape (N, N)
        The symmetric Hessian, ordered as `dmfbook.pack` orders the parameters.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, if a shape does not fit, if lambda is negative, or if
        the result exceeds the largest float.

    Notes
    -----
    Accurate as `dense_hessian`. Takes 8 (N + d_0 n)^2 bytes.

    References
    ----------
    This book.

    Examples
    --------
    >>> from dmfbook.reference import dense_data_hessian
    >>> dense_data_hessian([[[1.0]], [[2.0]]], inputs=[[1.0, 3.0]], outputs=[[2.0, 6.0]])
    array([[40., 20.],
           [20., 10.]])
    """
    checked = check_factors(factors)
    samples = check_matrix(inputs, "inputs")
    answers = check_matrix(outputs, "outputs")
    if samples.shape[0] != checked[0].shape[1]:
        raise ValueError(
            f"inputs must have d_0 = {checked[0].shape[1]} rows to fit the factors, "
            f"but it has shape {samples.shape}"
        )
    if answers.shape != (checked[-1].shape[0], samples.shape[1]):
        raise ValueError(
            f"outputs must have shape (d_L, n) = {(checked[-1].shape[0], samples.shape[1])}, "
            f"but it has shape {answers.shape}"
        )
    root = np.sqrt(samples.shape[1])
    whole = dense_hessian([samples / root, *checked], answers / root, regularization)
    return whole[samples.size :, samples.size :]


def dense_kronecker_sum(factors: Sequence[ArrayLike]) -> Array:
    """Return G = sum_l A_l kron B_l as a dense matrix, for matrices read row by row.

    A_l = W_(L:l+1) W_(L:l+1)^T and B_l = W_(l-1:1)^T W_(l-1:1). G is the matrix of the map
    Z -> sum_l A_l Z B_l; at a minimum of loss zero, 2 G has the nonzero eigenvalues of the
    Hessian. (Read column by column it is sum_l B_l kron A_l, with the same eigenvalues.)

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.

    Returns
    -------
    ndarray of shape (d_L * d_0, d_L * d_0)
        G, symmetric and positive semidefinite.

    Raises
    ------
    TypeError, ValueError
        If ``factors`` is not a list of at least two finite matrices whose product exists, or if the
        result exceeds the largest float.

    Notes
    -----
    Accurate to a few eps times its norm.

    References
    ----------
    Kamber and Parhi, P1, Theorem 5.

    Examples
    --------
    >>> from dmfbook.reference import dense_kronecker_sum
    >>> dense_kronecker_sum([[[3.0]], [[2.0]]])
    array([[13.]])
    """
    checked = check_factors(factors)
    depth = len(checked)
    total = np.zeros((checked[-1].shape[0] * checked[0].shape[1],) * 2)
    with np.errstate(over="ignore", invalid="ignore"):
        for layer in range(depth):
            after, before = _chain(checked, layer + 1, depth), _chain(checked, 0, layer)
            total += np.kron(after @ after.T, before.T @ before)
    return _finite(total, "Kronecker sum")


def grid_minimizer(
    target: float, depth: int, regularization: float, points: int = 100_001
) -> float:
    """Return the point of a grid with the least ``(m-x)^2 + lambda L |x|^(2/L)``.

    The grid covers ``[-|m|, |m|]``.

    Parameters
    ----------
    target : float
        The number m.
    depth : int
        L, at least 2.
    regularization : float
        lambda, at least 0.
    points : int, optional
        How many points the grid has, at least 3; zero and both ends are always among them.

    Returns
    -------
    float
        The best point. It is within half a grid step, ``|m| / (points - 1)``, of a point whose
        loss is as small, and of the minimizer itself away from a tie.

    Raises
    ------
    TypeError, ValueError
        If an argument is not one finite number, or is too small.

    References
    ----------
    Kamber and Parhi, P2, Theorem 5, whose minimizer this looks for.

    Examples
    --------
    >>> from dmfbook.reference import grid_minimizer
    >>> round(grid_minimizer(target=3.0, depth=2, regularization=1.0), 3)
    2.0
    """
    goal = check_number(target, "target")
    layers = check_depth(depth)
    weight = check_regularization(regularization)
    count = check_count(points, "points", at_least=3)
    grid = np.append(abs(goal) * np.linspace(-1.0, 1.0, count), 0.0)
    with np.errstate(over="ignore"):
        values = (goal - grid) ** 2 + weight * layers * np.abs(grid) ** (2 / layers)
    return float(grid[np.argmin(values)])


def _chain(factors: list[Array], start: int, stop: int) -> Array:
    """Return W_stop ... W_(start+1), the identity where there is none."""
    size = factors[start].shape[1] if start < len(factors) else factors[-1].shape[0]
    product: Array = np.eye(size)
    for factor in factors[start:stop]:
        product = factor @ product
    return product


def _finite(matrix: Array, what: str) -> Array:
    """Refuse a matrix with entries beyond the floats."""
    if not np.isfinite(matrix).all():
        raise ValueError(
            f"factors, target or regularization are too large: the {what} exceeds the largest "
            "float; scale them down"
        )
    return matrix
