r"""Deep linear networks on data, and when they are deep matrix factorization.

A deep linear network maps inputs X of shape (d_0, n) to W_L ... W_1 X and is trained on

    (1/n) ||Y - W_L ... W_1 X||_F^2 + lambda * sum_l ||W_l||_F^2.

With the covariance S = X X^T / n and C = Y X^T / n the first term is
||C S^(-1/2) - W_L ... W_1 S^(1/2)||_F^2 plus a constant. So

- white inputs (S = c I) with any lambda give the factorization of C / c, with lambda / c;
- for lambda = 0 and any invertible S, W_1 -> W_1 S^(1/2) maps the network's minimizers onto those
  of the factorization of C S^(-1/2), but not its gradients and Hessians: sharpness is not kept;
- for lambda > 0 and inputs that are not white it is no factorization problem, because the weight
  decay on W_1 becomes ||W_1 S^(-1/2)||_F^2 in the new coordinates. The factors still enter the
  first term through their product alone, so that the least loss of all factors of a product X is
  ||C S^(-1/2) - X S^(1/2)||_F^2 + lambda L ||X||_{S_{2/L}}^{2/L} plus the constant, which is what
  `minimize_penalized` minimizes.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._chain import chain_product, scaled, scaled_product
from dmfbook.numerics._checks import (
    Array,
    check_factors,
    check_regularization,
    check_rng,
    check_samples,
    check_widths,
)
from dmfbook.numerics._residual import covariance_root
from dmfbook.numerics.linear_networks._equivalent import FactorizationProblem, equivalent_problem
from dmfbook.numerics.linear_networks._first import FirstDirection, first_direction
from dmfbook.numerics.matrix_recovery._operator import multiplying
from dmfbook.numerics.matrix_recovery._search import Search, Settings
from dmfbook.numerics.matrix_uniqueness import minimizer_factors
from dmfbook.numerics.schatten_norms import balanced_factors
from dmfbook.numerics.sharpness import closed_form

__all__ = [
    "FactorizationProblem",
    "FirstDirection",
    "data_loss",
    "data_sharpness",
    "equivalent_problem",
    "first_direction",
    "network_minimizer",
]

# How far rounding may take a residual from X's rows, relatively.
_FITTED = 1e-9


def data_loss(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float = 0.0,
) -> float:
    """Return (1/n) ||Y - W_L ... W_1 X||_F^2 + lambda * sum_l ||W_l||_F^2.

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
    float
        The loss, infinite where it exceeds the largest float.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, if a shape does not fit, or if lambda is negative.

    Notes
    -----
    The relative error is a few eps, apart from what the subtraction cancels.

    References
    ----------
    Kamber and Parhi, P2, section 1.

    Examples
    --------
    >>> from dmfbook import data_loss
    >>> data_loss([[[1.0]], [[2.0]]], inputs=[[1.0, 2.0]], outputs=[[2.0, 6.0]], regularization=0.1)
    2.5
    """
    checked = check_factors(factors)
    samples, answers = check_samples(inputs, outputs)
    _check_fit(checked, samples, answers)
    weight = check_regularization(regularization)
    count = samples.shape[1]
    with np.errstate(over="ignore"):
        error = answers - chain_product([samples, *checked])
        total = float(np.sum(error**2)) / count
        if weight > 0:
            total += weight * sum(float(np.sum(factor**2)) for factor in checked)
    return float(total)


def network_minimizer(
    inputs: ArrayLike,
    outputs: ArrayLike,
    widths: Sequence[int],
    regularization: float = 0.0,
    rng: np.random.Generator | int | None = None,
) -> list[Array]:
    """Return a minimizer of the loss of a deep linear network on data.

    For lambda = 0 the end-to-end matrix is the best one of rank at most the smallest width
    (reduced rank regression); among the minimizers the one is returned whose factors are balanced
    after W_1 -> W_1 S^(1/2). For lambda > 0 and white inputs it is a minimizer of the equivalent
    factorization problem. Both are global minimizers.

    For lambda > 0 and other inputs they are balanced factors of the X that `minimize_penalized`
    finds for the data and the least hidden width: a global minimizer for depth 2, if that width is
    at least min(d_0, d_L); otherwise critical factors, at whose X a proximal step of 1/2 rests.

    Parameters
    ----------
    inputs : array_like of shape (d_0, n)
        X, one column for each sample; for lambda = 0 with an invertible covariance X X^T / n.
    outputs : array_like of shape (d_L, n)
        Y, one column for each sample.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2.
    regularization : float, optional
        lambda, at least 0.
    rng : numpy.random.Generator or int, optional
        Draws the hidden rotations; an integer is a seed.

    Returns
    -------
    list of ndarray
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)).

    Raises
    ------
    TypeError, ValueError
        As `equivalent_problem`, and if ``widths`` do not fit the data or are too small.

    Warns
    -----
    RuntimeWarning
        If `minimize_penalized` does not converge.

    Notes
    -----
    The loss exceeds the least one by about eps times the condition number of the covariance; with
    lambda > 0 and inputs that are not white the gradient is within 1e-8 of that at zero.
    Where singular values tie for the last place of the rank, or with zero, one choice is returned.

    References
    ----------
    Kamber and Parhi, P2, Theorem 10, for white inputs, and Theorem 3 for the penalty of X; reduced
    rank regression is classical.

    Examples
    --------
    >>> from dmfbook import end_to_end, network_minimizer
    >>> factors = network_minimizer([[1.0, 3.0]], [[2.0, 6.0]], widths=(1, 2, 1))
    >>> end_to_end(factors).round(12)
    array([[2.]])
    """
    samples, answers = check_samples(inputs, outputs)
    sizes = check_widths(widths)
    ends = (samples.shape[0], answers.shape[0])
    if (sizes[0], sizes[-1]) != ends:
        raise ValueError(
            f"widths must start with d_0 = {ends[0]} and end with d_L = {ends[1]} to fit the data, "
            f"but they are {sizes}"
        )
    generator = None if rng is None else check_rng(rng)
    problem = equivalent_problem(samples, answers, regularization)
    if not problem.is_factorization:
        return balanced_factors(_penalized_minimizer(problem, sizes), sizes, generator)
    factors = minimizer_factors(problem.target, sizes, problem.regularization, generator)
    return factors if problem.is_white else problem.to_network(factors)


def data_sharpness(factors: Sequence[ArrayLike], inputs: ArrayLike, outputs: ArrayLike) -> float:
    """Return the largest Hessian eigenvalue of (1/n) ||Y - W_L ... W_1 X||_F^2 at a fitted point.

    Where W_L ... W_1 is a least-squares solution, the residual is orthogonal to the rows of X and
    does not enter: the sharpness is 2 || sum_l (S^(1/2) B_l S^(1/2)) kron A_l ||_2 with the
    covariance S = X X^T / n, A_l = W_(L:l+1) W_(L:l+1)^T and B_l = W_(l-1:1)^T W_(l-1:1).

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample; its covariance may be singular.
    outputs : array_like of shape (d_L, n)
        Y, one column for each sample.

    Returns
    -------
    float
        The sharpness; there is no regularization here.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, if a shape does not fit, if the sharpness exceeds the
        largest float, or if W_L ... W_1 is not a least-squares solution: ||(Y - W X) X^T|| above
        1e-9 (||Y|| + ||W X||) ||X||.

    Notes
    -----
    The relative error is about 1e-9, and 1e-12 where the least-squares solution is one to rounding.

    References
    ----------
    This book, after Kamber and Parhi, P1, Theorem 5.

    Examples
    --------
    >>> from dmfbook import data_sharpness
    >>> round(data_sharpness([[[1.0]], [[2.0]]], inputs=[[1.0, 3.0]], outputs=[[2.0, 6.0]]), 12)
    50.0
    """
    checked = check_factors(factors)
    samples, answers = check_samples(inputs, outputs)
    _check_fit(checked, samples, answers)
    # Apart from powers of two, so that no size of the data or the factors overflows.
    samples, exponent = scaled(samples)
    fitted, fitted_exponent = scaled_product([samples, *checked])
    answers, answers_exponent = scaled(answers)
    fitted_exponent += exponent
    sizes = ((answers, answers_exponent), (fitted, fitted_exponent))
    common = max((size for part, size in sizes if part.any()), default=0)
    answers, fitted = (np.ldexp(part, size - common) for part, size in sizes)
    miss = float(np.linalg.norm((answers - fitted) @ samples.T))
    size = float((np.linalg.norm(answers) + np.linalg.norm(fitted)) * np.linalg.norm(samples))
    if miss > _FITTED * size:
        raise ValueError(
            "factors must fit the data by least squares, but ||(Y - W X) X^T|| is "
            f"{miss / size:.3g} of (||Y|| + ||W X||) ||X||, above 1e-9; for trained factors take "
            "sharpness(factors, covariance=inputs @ inputs.T / n), which leaves out what the "
            "residual adds"
        )
    root = covariance_root(samples @ samples.T / samples.shape[1], len(samples))
    half, half_exponent = closed_form(checked, root)
    try:
        return math.ldexp(2 * half, half_exponent + 2 * exponent)
    except OverflowError:
        raise ValueError(
            "factors or inputs are too large: the sharpness exceeds the largest float; divide "
            "inputs and outputs by c and multiply the sharpness by c^2"
        ) from None


def _penalized_minimizer(problem: FactorizationProblem, widths: tuple[int, ...]) -> Array:
    shape = (widths[-1], widths[0])
    search = Search(
        multiplying(problem.design),
        problem.target,
        shape,
        len(widths) - 1,
        min(widths),
        Settings(),
    )
    end = search.best(problem.regularization, None)
    if not end.converged:
        warnings.warn(
            f"network_minimizer did not converge: the residual is {end.history[-1][1]:.1e}; "
            "minimize_penalized goes on from any start",
            RuntimeWarning,
            stacklevel=3,
        )
    return end.matrix


def _check_fit(factors: list[Array], inputs: Array, outputs: Array) -> None:
    wanted = (factors[0].shape[1], factors[-1].shape[0])
    if (inputs.shape[0], outputs.shape[0]) != wanted:
        raise ValueError(
            f"inputs and outputs must have d_0 = {wanted[0]} and d_L = {wanted[1]} rows to fit the "
            f"factors, but they have {inputs.shape[0]} and {outputs.shape[0]}"
        )
