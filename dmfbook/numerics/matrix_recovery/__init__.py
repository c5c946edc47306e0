r"""Low-rank recovery with the generalized proximal gradient method.

Weight decay on L factors penalises X = W_L ... W_1 by lambda L ||X||_{S_{2/L}}^{2/L}. Its proximal
operator thresholds singular values, and alternating it with gradient steps recovers a low-rank
matrix from some of its entries without ever forming the factors.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dmfbook.numerics._chain import scaled
from dmfbook.numerics._checks import (
    Array,
    check_count,
    check_depth,
    check_matrix,
    check_positive,
    check_regularization,
    is_masked,
    shown,
)
from dmfbook.numerics._reduction import decomposed, reduced_values
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.matrix_recovery._progress import ProgressLine
from dmfbook.numerics.scalar_uniqueness import collapse_threshold, scalar_minimizer

__all__ = ["MatrixRecovery", "recover_matrix", "threshold_singular_values"]

# Earlier levels of the continuation only have to come near enough to start the next.
_WARM_START_TOLERANCE = 1e-3


@dataclass(frozen=True, repr=False)
class MatrixRecovery(Shown):
    """The result of `recover_matrix`.

    Attributes
    ----------
    matrix : ndarray of shape (d_L, d_0)
        The recovered X.
    singular_values : ndarray
        Its singular values, decreasing; those the penalty removed are exactly zero.
    iterations : int
        How many proximal gradient steps were taken, all levels of the continuation together.
    converged : bool
        Whether the last level met the tolerance.
    losses : ndarray of shape (iterations,)
        The objective after each step, for the regularization of that step. It never increases
        while the regularization stays the same.
    residuals : ndarray of shape (iterations,)
        After each step, the norm of a subgradient of the objective at the new X over that of the
        gradient of the data term at X = 0; this is what the tolerance bounds.
    regularizations : ndarray of shape (iterations,)
        The regularization of each step, decreasing to the one asked for.
    """

    _shows: ClassVar[str] = "rank converged iterations singular_values losses residuals matrix"

    matrix: Array
    singular_values: Array
    iterations: int
    converged: bool
    losses: Array
    residuals: Array
    regularizations: Array

    @property
    def rank(self) -> int:
        """The number of nonzero singular values."""
        return int(np.count_nonzero(self.singular_values))


def threshold_singular_values(matrix: ArrayLike, depth: int, regularization: float) -> Array:
    """Return the minimizer of ||M - X||_F^2 + lambda L ||X||_{S_{2/L}}^{2/L} over all matrices X.

    With the singular value decomposition M = U diag(m_i) V^T it is U diag(x(m_i)) V^T, where x(m)
    is `scalar_minimizer`: the proximal operator of the penalty, soft thresholding for depth 2.

    Parameters
    ----------
    matrix : array_like of shape (d_L, d_0)
        The matrix M.
    depth : int
        L, at least 2.
    regularization : float
        lambda, at least 0.

    Returns
    -------
    ndarray of shape (d_L, d_0)
        The matrix X. Where a singular value of M sits on the tie between zero and a nonzero
        minimizer (depth at least 3), the nonzero one is returned; both are minimizers.

    Raises
    ------
    TypeError, ValueError
        If ``matrix`` is not finite and real, ``depth`` not an integer of at least 2, or lambda
        negative.

    Notes
    -----
    Away from ties the error is a few eps times the largest singular value times max(d_L, d_0). What
    counts as zero and as tied is as in `end_to_end_minimizer`.

    References
    ----------
    Lu and others (2015); Kamber and Parhi, P2, Theorem 10 and section 4.

    Examples
    --------
    >>> from dmfbook import threshold_singular_values
    >>> threshold_singular_values([[3.0, 0.0], [0.0, 0.5]], depth=2, regularization=1.0)
    array([[2., 0.],
           [0., 0.]])
    """
    checked = check_matrix(matrix, "matrix")
    layers = check_depth(depth)
    weight = check_regularization(regularization)
    body, exponent = scaled(checked)
    left, computed, right = decomposed(body, "matrix")
    weight = _rescaled(weight, exponent, layers)
    values = scalar_minimizer(reduced_values(computed, body.shape, layers, weight), layers, weight)
    return np.asarray(np.ldexp((left * values) @ right.T, exponent))


def recover_matrix(
    target: ArrayLike,
    mask: ArrayLike,
    depth: int,
    regularization: float,
    *,
    step_size: float = 0.49,
    levels: int = 20,
    max_iterations: int = 10_000,
    tolerance: float = 1e-8,
    progress: bool = False,
    callback: Callable[[int, float, float], object] | None = None,
) -> MatrixRecovery:
    """Recover a low-rank matrix from some of its entries by proximal gradient steps.

    The objective is sum_{(i,j) observed} (M_ij - X_ij)^2 + lambda L ||X||_{S_{2/L}}^{2/L}. A step
    goes along the negative gradient of the first term, by the step size, and then applies
    `threshold_singular_values` with the regularization 2 * step_size * lambda.

    For depth at least 3 the objective is not convex and X = 0 attracts. Therefore the method starts
    at the regularization where X = 0 gives way and lowers it level by level to the one asked for,
    each level starting from the end of the last. What it reaches is a critical point; that it is
    the global minimizer is guaranteed for depth 2 only.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M. Entries that are not observed are ignored; in an array they may be NaN or
        masked.
    mask : array_like of bool, of the shape of target
        True where an entry is observed; at least one must be.
    depth : int
        L, at least 2.
    regularization : float
        lambda, above 0.
    step_size : float, optional
        Above 0 and at most 1/2. The gradient of the first term has Lipschitz constant 2, so that
        no such step increases the objective: it decreases by at least (1/(2 step_size) - 1) times
        the squared length of the step. Below 1/2 this bound is strict, and, as the objective is
        semialgebraic, bounded iterates converge to a critical point.
    levels : int, optional
        How many regularizations the continuation takes, at least 1; with 1 there is none.
    max_iterations : int, optional
        The greatest number of steps of each level, at least 1.
    tolerance : float, optional
        Above 0. A level ends when the residual (see `MatrixRecovery`) is at most this; levels
        before the last end at 1e-3 if that is larger.
    progress : bool, optional
        Whether to show a progress line on standard error.
    callback : callable, optional
        Called after each step as ``callback(iteration, loss, residual)``.

    Returns
    -------
    MatrixRecovery
        The matrix, its singular values, whether it converged, and the history.

    Raises
    ------
    TypeError, ValueError
        If an observed entry is not finite and real, ``mask`` is not boolean, not of the shape of
        ``target`` or all False, or another argument is out of its range.

    Notes
    -----
    The residual is a relative distance from criticality, so ``tolerance`` is about the relative
    accuracy of X where the objective is well conditioned. Below about 1e-13 rounding may keep a
    level from ending. The target is scaled by a power of two inside, so its size does not matter.

    References
    ----------
    The step is that of Lu and others (2015), as Kamber and Parhi, P2, section 4, describe it; the
    convergence is that of Attouch, Bolte and Svaiter (2013).

    Examples
    --------
    >>> import numpy as np
    >>> from dmfbook import recover_matrix
    >>> target = np.outer([1.0, 2.0, 3.0], [1.0, 1.0, 2.0])
    >>> mask = np.array([[True, True, True], [True, True, True], [True, True, False]])
    >>> recovery = recover_matrix(target, mask, depth=3, regularization=1e-3)
    >>> recovery.rank, round(float(recovery.matrix[2, 2]), 2)
    (1, 6.0)
    """
    observed = _checked_mask(mask)
    goal = _checked_target(target, observed)
    layers = check_depth(depth)
    weight = check_positive(regularization, "regularization")
    step = check_positive(step_size, "step_size")
    if step > 0.5:
        raise ValueError(
            f"step_size must be at most 0.5, the inverse Lipschitz constant, but it is {step}"
        )
    count = check_count(levels, "levels")
    most = check_count(max_iterations, "max_iterations")
    accuracy = check_positive(tolerance, "tolerance")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback must be callable or None, but it is {shown(callback)}")
    body, exponent = scaled(goal)
    schedule = _schedule(body, layers, _rescaled(weight, exponent, layers), count)
    gradient_at_zero = 2 * float(np.linalg.norm(body)) or 1.0
    line = ProgressLine(bool(progress))

    matrix, values = np.zeros_like(body), np.zeros(min(body.shape))
    history: list[tuple[float, float, float]] = []
    converged = False
    for level, current in enumerate(schedule):
        last = level == len(schedule) - 1
        enough = accuracy if last else max(accuracy, _WARM_START_TOLERANCE)
        reported = weight if last else _restored(current, exponent, layers)
        error = np.where(observed, matrix - body, 0.0)
        for _ in range(most):
            left, values, right = _decompose(matrix - 2 * step * error, layers, 2 * step * current)
            updated = (left * values) @ right
            new_error = np.where(observed, updated - body, 0.0)
            subgradient = (matrix - updated) / step + 2 * (new_error - error)
            matrix, error = updated, new_error
            residual = float(np.linalg.norm(subgradient)) / gradient_at_zero
            loss = _objective(error, values, layers, current)
            with np.errstate(over="ignore"):
                history.append((float(np.ldexp(loss, 2 * exponent)), residual, reported))
            if callback is not None:
                callback(len(history), *history[-1][:2])
            line.show(_message(level, len(schedule), history))
            converged = residual <= enough
            if converged:
                break
    line.close(_message(len(schedule) - 1, len(schedule), history))
    losses, residuals, regularizations = np.array(history).T
    with np.errstate(over="ignore"):
        matrix, values = np.ldexp(matrix, exponent), np.ldexp(values, exponent)
    return MatrixRecovery(
        matrix=matrix,
        singular_values=values,
        iterations=len(history),
        converged=converged,
        losses=losses,
        residuals=residuals,
        regularizations=regularizations,
    )


def _decompose(matrix: Array, depth: int, regularization: float) -> tuple[Array, Array, Array]:
    """Return U, x, V^T with x the thresholded singular values."""
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    return left, scalar_minimizer(values, depth, regularization), right


def _objective(error: Array, values: Array, depth: int, regularization: float) -> float:
    penalty = depth * float(np.sum(values ** (2 / depth)))
    return float(np.sum(error**2)) + regularization * penalty


def _rescaled(regularization: float, exponent: int, depth: int) -> float:
    """Return the regularization that belongs to a target divided by 2^exponent."""
    power = -exponent * (2 - 2 / depth)
    whole = math.floor(power)
    with np.errstate(over="ignore", under="ignore"):
        value = float(np.ldexp(regularization * 2 ** (power - whole), whole))
    # Beyond the range of floats nothing, or everything, is thresholded just the same.
    limits = np.finfo(np.float64)
    return min(max(value, float(limits.tiny)), float(limits.max) / 2) if regularization else 0.0


def _restored(regularization: float, exponent: int, depth: int) -> float:
    return _rescaled(regularization, -exponent, depth)


def _schedule(body: Array, depth: int, regularization: float, levels: int) -> list[float]:
    """Return regularizations that fall geometrically from where zero gives way to the last one."""
    start = float(collapse_threshold(float(np.linalg.norm(body, 2)), depth))
    if levels == 1 or start <= regularization:
        return [regularization]
    return [*np.geomspace(start, regularization, levels)[:-1].tolist(), regularization]


def _message(level: int, levels: int, history: list[tuple[float, float, float]]) -> str:
    loss, residual, regularization = history[-1]
    return (
        f"level {level + 1}/{levels} (regularization {regularization:.2e})  "
        f"step {len(history)}  loss {loss:.6e}  residual {residual:.1e}"
    )


def _checked_mask(mask: Any) -> NDArray[np.bool_]:
    observed = np.asarray(mask)
    if observed.dtype != np.bool_:
        raise TypeError(
            f"mask must be boolean, True where an entry is observed, but its type is "
            f"{observed.dtype}; convert it with mask.astype(bool)"
        )
    if not observed.any():
        raise ValueError(
            f"mask of shape {observed.shape} must be True somewhere: with no entry observed there "
            "is nothing to recover from"
        )
    return observed


def _checked_target(target: Any, observed: NDArray[np.bool_]) -> Array:
    if is_masked(target) and np.ma.asarray(target).dtype.kind in "biuf":
        target = np.ma.filled(np.ma.asarray(target, dtype=np.float64), np.nan)
    if not isinstance(target, np.ndarray) or target.dtype.kind != "f":
        target = check_matrix(target, "target")
    if target.shape != observed.shape:
        raise ValueError(
            f"target and mask must have the same shape, but they have {target.shape} and "
            f"{observed.shape}"
        )
    return check_matrix(np.where(observed, target, 0.0), "target")
