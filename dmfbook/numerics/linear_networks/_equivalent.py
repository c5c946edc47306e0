"""The problem of factors that a deep linear network on data is equivalent to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import Array, check_factors, check_regularization, check_samples

# How far rounding may take a covariance from c I, relatively.
_WHITE = 1e-10
# Above this condition number S^(-1/2) is not known to half of the digits.
_WORST_CONDITION = 1e12


@dataclass(frozen=True, eq=False, repr=False)
class FactorizationProblem:
    """The problem of factors that training a deep linear network on data amounts to.

    With V = to_factorization(W), R = ``design`` and the loss of the network,
    data_loss(W) = scale * (||target - V_L ... V_1 R||_F^2 + regularization * sum_l ||V_l||_F^2)
    + constant. Where R is the identity the bracket is ``loss(V, target, regularization)``, that of
    deep matrix factorization.

    Attributes
    ----------
    target : ndarray of shape (d_L, d_0)
        C / c for white inputs, C S^(-1/2) otherwise.
    regularization : float
        lambda / c for white inputs, lambda otherwise.
    scale : float
        c for white inputs, 1 otherwise.
    constant : float
        The part of the loss that no linear network fits.
    is_white : bool
        Whether S = c I up to 1e-10. Then the factors of both problems are the same, and the
        Hessian of the network is ``scale`` times that of the factorization.
    covariance_root : ndarray of shape (d_0, d_0)
        S^(1/2) where the inputs are not white and lambda = 0, otherwise the identity: then the
        factors of both problems are the same.
    design : ndarray of shape (d_0, d_0)
        S^(1/2) where the inputs are not white and lambda > 0, otherwise the identity.
    """

    target: Array
    regularization: float
    scale: float
    constant: float
    is_white: bool
    covariance_root: Array
    design: Array

    @property
    def is_factorization(self) -> bool:
        """Whether the problem is deep matrix factorization, that is, ``design`` the identity."""
        return self.is_white or self.regularization == 0

    def __repr__(self) -> str:
        rows, columns = self.target.shape
        inputs = "white" if self.is_white else "not white"
        return (
            f"FactorizationProblem({rows} x {columns}, regularization {self.regularization:.3g}, "
            f"inputs {inputs}, {'' if self.is_factorization else 'no '}factorization)"
        )

    def to_factorization(self, factors: Sequence[ArrayLike]) -> list[Array]:
        """Return the factors of the factorization that belong to those of the network."""
        first, *others = self._checked(factors)
        return [first @ self.covariance_root, *(factor.copy() for factor in others)]

    def to_network(self, factors: Sequence[ArrayLike]) -> list[Array]:
        """Return the factors of the network that belong to those of the factorization."""
        first, *others = self._checked(factors)
        moved = np.linalg.solve(self.covariance_root, first.T).T
        return [np.asarray(moved, dtype=np.float64), *(factor.copy() for factor in others)]

    def _checked(self, factors: Sequence[ArrayLike]) -> list[Array]:
        checked = check_factors(factors)
        ends = (checked[-1].shape[0], checked[0].shape[1])
        if ends != self.target.shape:
            raise ValueError(
                f"factors must have an end-to-end matrix of shape {self.target.shape}, "
                f"but theirs has shape {ends}"
            )
        return checked


def equivalent_problem(
    inputs: ArrayLike, outputs: ArrayLike, regularization: float = 0.0
) -> FactorizationProblem:
    """Return the problem of factors that training on data is equivalent to.

    For lambda = 0 or white inputs it is deep matrix factorization. For lambda > 0 and other inputs
    it is not, but the data still enter through S and C alone (see `FactorizationProblem`).

    Parameters
    ----------
    inputs : array_like of shape (d_0, n)
        X, one column for each sample; for lambda = 0 with an invertible covariance X X^T / n.
    outputs : array_like of shape (d_L, n)
        Y, one column for each sample.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    FactorizationProblem
        Its target and regularization, and the maps between the factors of both.

    Raises
    ------
    TypeError, ValueError
        If the data are not finite and real or do not fit together, or if lambda = 0 and the
        covariance is singular (condition number above 1e12).

    Notes
    -----
    The relative error is about eps times the condition number of the covariance.

    References
    ----------
    Kamber and Parhi, P2, section 1, after Chou and others (2024): equivalence for an invertible
    covariance. What becomes of weight decay and of sharpness is worked out in this book.

    Examples
    --------
    >>> from dmfbook import equivalent_problem
    >>> problem = equivalent_problem(inputs=[[2.0, 2.0]], outputs=[[4.0, 8.0]], regularization=0.4)
    >>> problem.target, problem.regularization, problem.scale, problem.constant
    (array([[3.]]), 0.1, 4.0, 4.0)
    >>> equivalent_problem([[1.0, 1.0], [0.0, 2.0]], [[1.0, 3.0]], regularization=0.1)
    FactorizationProblem(1 x 2, regularization 0.1, inputs not white, no factorization)
    """
    samples, answers = check_samples(inputs, outputs)
    weight = check_regularization(regularization)
    size, count = samples.shape
    left, values, right = np.linalg.svd(samples / np.sqrt(count), full_matrices=False)
    singular = values.size < size or values[-1] <= values[0] / _WORST_CONDITION**0.5
    if singular and weight == 0:
        raise ValueError(
            f"inputs of shape {samples.shape} must have an invertible covariance, but its "
            "condition number is above 1e12: drop or combine dependent rows, add samples, or take "
            "a regularization above 0"
        )
    root = (left * values) @ left.T
    with np.errstate(over="ignore", invalid="ignore"):
        target = (answers / np.sqrt(count)) @ right.T @ left.T
        constant = float(np.sum((answers - target @ left @ right * np.sqrt(count)) ** 2)) / count
        scale = float(np.mean(values**2))
        spread = float(np.max(np.abs(values**2 - scale)))
        is_white = not singular and spread <= _WHITE * scale
        if is_white and scale > 0:
            target = target / np.sqrt(scale)
    if not (0 < scale < np.inf and constant < np.inf and np.isfinite(target).all()):
        raise ValueError(
            f"inputs or outputs are too large or too small: their largest entries are "
            f"{np.max(np.abs(samples)):.3g} and {np.max(np.abs(answers)):.3g}, whose squares no "
            "float can hold; rescale them"
        )
    same = np.eye(size)
    if not is_white:
        moved, design = (same, root) if weight > 0 else (root, same)
        return FactorizationProblem(target, weight, 1.0, constant, False, moved, design)
    if math.isinf(weight / scale):
        raise ValueError(
            f"inputs are too small for this regularization: {weight} over their variance "
            f"{scale:.3g} exceeds the largest float; multiply inputs and outputs by c > 1 and "
            "the regularization by c^2"
        )
    return FactorizationProblem(target, weight / scale, scale, constant, True, same, same)
