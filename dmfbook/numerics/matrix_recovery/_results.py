"""What the functions of matrix recovery return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dmfbook.numerics._checks import Array
from dmfbook.numerics.matrix_recovery._arguments import checked_mask, checked_target


@dataclass(frozen=True, eq=False, repr=False)
class MatrixRecovery:
    """The result of `recover_matrix` and `minimize_penalized`.

    Attributes
    ----------
    matrix : ndarray of shape (d_L, d_0)
        The recovered X.
    singular_values : ndarray
        Its singular values, decreasing; those the penalty removed are exactly zero.
    objective : float
        The objective at X.
    start : str
        Where the descent to X began: "zero", "zero, hurried" (L-BFGS from the first steps on),
        "continuation", "weaker penalty", "stronger penalty", or "start[i]" of those given.
    iterations : int
        How many proximal gradient steps led to X, all levels of a continuation together.
    all_iterations : int
        How many were taken in all, from all starts.
    converged : bool
        Whether the last step was a longest one and its residual met the tolerance.
    reason : str
        Why the descent ended.
    losses : ndarray of shape (iterations,)
        The objective after each step to X, for the regularization of that step. It never increases
        while the regularization stays the same.
    residuals : ndarray of shape (iterations,)
        After each step, the norm of a subgradient of the objective at the new X over that of the
        gradient of the data term at X = 0; this is what the tolerance bounds.
    regularizations : ndarray of shape (iterations,)
        The regularization of each step; the last is the one asked for.
    """

    matrix: Array
    singular_values: Array
    objective: float
    start: str
    iterations: int
    all_iterations: int
    converged: bool
    reason: str
    losses: Array
    residuals: Array
    regularizations: Array

    @property
    def rank(self) -> int:
        """The number of nonzero singular values."""
        return int(np.count_nonzero(self.singular_values))

    def __repr__(self) -> str:
        rows, columns = self.matrix.shape
        state = "converged" if self.converged else f"not converged:\n    {self.reason}"
        return (
            f"MatrixRecovery(rank {self.rank}, {rows} x {columns}, "
            f"{self.iterations} step{'s' * (self.iterations != 1)}, {state})"
        )


@dataclass(frozen=True, eq=False, repr=False)
class RecoveryPath:
    """The result of `recovery_path`: one matrix for each regularization, in decreasing order.

    Attributes
    ----------
    regularizations : ndarray of shape (k,)
    matrices : ndarray of shape (k, d_L, d_0)
    singular_values : ndarray of shape (k, min(d_L, d_0))
    ranks : ndarray of int of shape (k,)
    objectives : ndarray of shape (k,)
    converged : ndarray of bool of shape (k,)
    """

    regularizations: Array
    matrices: Array
    singular_values: Array
    ranks: NDArray[np.intp]
    objectives: Array
    converged: NDArray[np.bool_]

    def errors(self, target: ArrayLike, mask: ArrayLike) -> Array:
        """Return the root mean squared error of each matrix on the entries that a mask selects.

        Parameters
        ----------
        target : array_like of shape (d_L, d_0)
            The true matrix; what the mask leaves out is ignored and may be NaN.
        mask : array_like of bool, of the shape of target
            The entries to compare, such as some that were kept for validation.

        Returns
        -------
        ndarray of shape (k,)

        Raises
        ------
        TypeError, ValueError
            If ``mask`` is not boolean or all False, or ``target`` is not real and finite where it
            is compared or not of the shape of the matrices.
        """
        compared = checked_mask(mask)
        truth = checked_target(target, compared)
        if truth.shape != self.matrices.shape[1:]:
            raise ValueError(
                f"target must have the shape {self.matrices.shape[1:]} of the matrices, "
                f"but it has {truth.shape}"
            )
        misses = self.matrices[:, compared] - truth[compared]
        return np.asarray(np.sqrt(np.mean(misses**2, axis=1)))

    def __repr__(self) -> str:
        count, rows, columns = self.matrices.shape
        least, most = int(self.ranks.min()), int(self.ranks.max())
        return (
            f"RecoveryPath({count} regularizations from {self.regularizations[0]:.3g} to "
            f"{self.regularizations[-1]:.3g}, {rows} x {columns}, ranks {least} to {most}, "
            f"{int(self.converged.sum())} converged)"
        )
