"""Gradient descent on the factorization loss, one run or a batch, for ``escape``."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import (
    Array,
    check_array,
    check_count,
    check_factors,
    check_target,
    shown,
)
from dmfbook.numerics._kronecker_sum import DENSE_LIMIT
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.escape._descent import (
    DisplacementLandscape,
    FactorLandscape,
    Landscape,
    Stacks,
    descend,
    squared_norms,
)
from dmfbook.numerics.sharpness import sharpness

# A gradient this small, relative to the sizes of its terms, counts as zero.
_STATIONARY = 1e-8


@dataclass(frozen=True, eq=False, repr=False)
class Descent(Shown):
    """A run of gradient descent, or a batch of b runs.

    The batch shape is ``(b,)`` if a step size, a regularization, a factor or a displacement came
    with a batch axis, and ``()`` otherwise; it leads the shape of every array below.

    Attributes
    ----------
    steps : ndarray of int, shape (k,)
        The steps at which something is recorded, 0 among them: all, unless ``record_every`` says
        otherwise.
    losses : ndarray, shape batch + (k,)
        The loss after so many steps; infinity once a run has diverged. With a displacement: the
        loss above that of the minimum.
    factors : list of ndarray, shapes batch + (d_l, d_(l-1))
        The last factors; for a run that diverged, the last ones with a finite loss.
    diverged : ndarray of bool, shape batch
        Whether the loss left the range of floats.
    displacement : list of ndarray or None
        The last factors minus the minimum, with full relative accuracy, if a displacement was
        given.
    sharpness : ndarray, shape batch + (k,), or None
        The sharpness formula for minima with zero loss, evaluated on the way; infinity once a run
        has diverged. A proxy: away from such minima it is not an eigenvalue of the Hessian.
    trajectory : list of ndarray, shapes batch + (k, d_l, d_(l-1)), or None
        The factors after so many steps (the displacements, if one was given); constant once a run
        has diverged.
    """

    steps: NDArray[np.int_]
    losses: Array
    factors: list[Array]
    diverged: NDArray[np.bool_]
    displacement: list[Array] | None
    sharpness: Array | None
    trajectory: list[Array] | None


def joint_norm(parts: list[Array]) -> float:
    """Return the Euclidean norm of all entries together."""
    return math.hypot(*(float(np.linalg.norm(part)) for part in parts))


def _check_batch(sizes: dict[str, int]) -> int | None:
    """Return the one batch size that the arguments share, or None without a batch."""
    if len(set(sizes.values())) > 1:
        shown = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise ValueError(f"all batch axes must have one length, but {shown}")
    return next(iter(sizes.values()), None)


def check_moves(value: Any, factors: list[Array], name: str) -> tuple[list[Array], int | None]:
    """Return one matrix, or one stack of matrices, per factor and the common batch size."""
    if isinstance(value, np.ndarray) or not isinstance(value, (list, tuple)):
        raise TypeError(
            f"{name} must be a list with one matrix per factor, but it is {shown(value)}"
        )
    if len(value) != len(factors):
        raise ValueError(
            f"{name} must hold one matrix per factor, that is {len(factors)}, "
            f"but it holds {len(value)}"
        )
    parts = [check_array(part, f"{name}[{i}]") for i, part in enumerate(value)]
    sizes = {}
    for i, (part, factor) in enumerate(zip(parts, factors, strict=True)):
        if part.ndim not in (2, 3) or part.shape[-2:] != factor.shape:
            raise ValueError(
                f"{name}[{i}] must have the shape {factor.shape} of its factor, if need be after "
                f"one batch axis, but it has shape {part.shape}"
            )
        if part.ndim == 3:
            sizes[f"{name}[{i}]"] = len(part)
    return parts, _check_batch(sizes)


def _check_start(factors: Any) -> tuple[list[Array], list[Array], int | None]:
    """Return the factors, their first member as plain matrices, and the batch size."""
    if isinstance(factors, (list, tuple)) and any(np.ndim(factor) == 3 for factor in factors):
        stacks = [check_array(factor, f"factors[{i}]") for i, factor in enumerate(factors)]
        first = check_factors([s[0] if s.ndim == 3 else s for s in stacks])
        parts, size = check_moves(stacks, first, "factors")
        return parts, first, size
    checked = check_factors(factors)
    return checked, checked, None


def _check_each(value: Any, name: str, least: str, allowed: Callable[[Any, Any], bool]) -> Array:
    """Return one number, or a vector with a number for each member of the batch."""
    numbers = check_array(value, name)
    if numbers.ndim > 1 or not allowed(numbers.min(), 0):
        raise ValueError(
            f"{name} must be one number {least} or a vector of such numbers, but it has shape "
            f"{numbers.shape} and smallest entry {numbers.min()}"
        )
    return numbers


def _displaced(factors: list[Array], target: Array, weights: Array) -> DisplacementLandscape:
    """Return the landscape around the factors, after a look at whether they are stationary."""
    regularization = float(weights.max())
    if weights.min() < regularization and any(factor.any() for factor in factors):
        raise ValueError(
            "regularization must be the same for all runs where a displacement is given, unless "
            f"all factors are zero, but it goes from {weights.min()} to {regularization}; call it "
            "once for each, with its own minimum"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        landscape = DisplacementLandscape(factors, target)
        gradient = landscape.gradient(regularization)
    size = joint_norm(factors)
    ends = joint_norm([target]) + joint_norm([landscape.prefixes[-1]])
    scale = math.prod([size] * (len(factors) - 1)) * ends + regularization * size
    if not joint_norm(gradient) <= _STATIONARY * scale:
        raise ValueError(
            "factors must be a minimum where a displacement is given, but the gradient there has "
            f"norm {joint_norm(gradient):.3g}; pass the minimum as factors and the start minus the "
            "minimum as displacement, or leave displacement out"
        )
    return landscape


def _proxy(stacks: Stacks) -> Array:
    """Return the zero-loss sharpness formula for every member of a batch."""
    if len(stacks) == 2:
        first, second = (np.linalg.norm(stack, 2, axis=(-2, -1)) for stack in stacks)
        return 2 * np.asarray(first**2 + second**2, dtype=np.float64)
    size = stacks[-1].shape[-2] * stacks[0].shape[-1]
    values = _stacked_proxy(stacks) if size <= DENSE_LIMIT else np.full(len(stacks[0]), np.nan)
    # Members whose partial products leave the range of floats are taken one by one, scaled.
    for member in np.flatnonzero(~((values > 0) & (values < np.inf))):
        values[member] = _sharpness_or_infinity([stack[member] for stack in stacks])
    return values


def _stacked_proxy(stacks: Stacks) -> Array:
    """Return the formula from dense matrices of size d_0 d_L, NaN where they are not finite."""
    count, ends = len(stacks[0]), (stacks[-1].shape[-2], stacks[0].shape[-1])
    # The products W_(L:l+1) and W_(l-1:1) for l = 1, ..., L.
    rights = [np.broadcast_to(np.eye(ends[1]), (count, ends[1], ends[1]))]
    for stack in stacks[:-1]:
        rights.append(stack @ rights[-1])
    lefts = [np.broadcast_to(np.eye(ends[0]), (count, ends[0], ends[0]))]
    for stack in stacks[:0:-1]:
        lefts.append(lefts[-1] @ stack)
    if ends == (1, 1):
        pairs = zip(reversed(lefts), rights, strict=True)
        return 2 * np.asarray(sum(squared_norms(a) * squared_norms(b) for a, b in pairs))
    total = np.zeros((count, ends[0], ends[1], ends[0], ends[1]))
    for left, right in zip(reversed(lefts), rights, strict=True):
        outer, inner = left @ np.swapaxes(left, -1, -2), np.swapaxes(right, -1, -2) @ right
        total += outer[:, :, None, :, None] * inner[:, None, :, None, :]
    matrices = total.reshape(count, ends[0] * ends[1], ends[0] * ends[1])
    finite = np.isfinite(matrices).all(axis=(-2, -1))
    values = np.full(count, np.nan)
    values[finite] = 2 * np.linalg.eigvalsh(matrices[finite])[:, -1]
    return values


def _sharpness_or_infinity(factors: list[Array]) -> float:
    try:
        return sharpness(factors)
    except ValueError:
        # The factors are finite and fit, so only overflow is left to refuse.
        return math.inf


def gradient_descent(
    factors: Any,
    target: Any,
    step_size: Any,
    steps: int,
    regularization: Any = 0.0,
    *,
    displacement: Any = None,
    record_sharpness: bool = False,
    record_trajectory: bool = False,
    record_every: int = 1,
) -> Descent:
    """Run gradient descent with constant step size on the deep matrix factorization loss.

    Every step is ``W_l <- W_l - eta (2 W_{L:l+1}^T (W_L ... W_1 - M) W_{l-1:1}^T + 2 lambda W_l)``.
    Many step sizes, regularizations or starts, or as many of each that there are many of, run as
    one batch.

    Next to a minimum W*, floating point spoils the start (at a distance of 1e-15 most entries do
    not change at all) and the growth that follows. Given the minimum as factors and the start
    minus the minimum as displacement, the iteration runs on the displacement, with all differences
    expanded, and is exact to rounding at any distance.

    Parameters
    ----------
    factors : list of array_like, shapes (d_l, d_(l-1)) or (b, d_l, d_(l-1))
        The start [W_1, ..., W_L]; with a displacement, the minimum (without a batch axis).
    target : array_like, shape (d_L, d_0)
        The matrix M.
    step_size : float or array_like, shape (b,)
        eta, above 0.
    steps : int
        How many steps, at least 1.
    regularization : float or array_like, shape (b,), optional
        lambda, at least 0. With a displacement all must be equal, unless all factors are zero: no
        other point is critical for two of them.
    displacement : list of array_like, shapes (d_l, d_(l-1)) or (b, d_l, d_(l-1)), optional
        The start minus the minimum. The gradient at the minimum is then taken as exactly zero.
    record_sharpness : bool, optional
        Whether to record the sharpness proxy at every step; only where no regularization is above
        0. Dear at depth 3 and more where d_0 d_L exceeds 144.
    record_trajectory : bool, optional
        Whether to keep all factors on the way.
    record_every : int, optional
        Record the start, and then after so many steps each time, at least 1. The last factors are
        those after all steps, recorded or not.

    Returns
    -------
    Descent
        Losses, last factors, and what was asked for.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite or of the wrong shape, a step size is not above 0, a
        regularization is negative, steps or record_every is below 1, batch axes differ in length,
        the sharpness is to be recorded with a regularization above 0, or, where a displacement is
        given, regularizations differ at factors that are not all zero, or the factors are not a
        minimum (the norm of the gradient exceeds 1e-8 of the norms of its terms).

    Notes
    -----
    Accuracy: a step is computed to rounding. With a displacement D, losses and D have relative
    errors of order eps per step and amplified by the dynamics as any change of D would be. A run
    that diverges stops at its last finite loss, without warnings, and the others go on.

    Source: the experiments of Kamber and Parhi, P1, Figures 1 to 5; coordinates: this book.

    Examples
    --------
    One step size below the threshold 0.1 of ``3 = 3 * 1`` and one above it:

    >>> minimum, nudge = [[[1.0]], [[3.0]]], [[[1e-15]], [[0.0]]]
    >>> run = gradient_descent(minimum, [[3.0]], [0.09, 0.102], 400, displacement=nudge)
    >>> run.losses[:, 0], run.losses[:, 30] > run.losses[:, 0], run.diverged
    (array([9.e-30, 9.e-30]), array([False,  True]), array([False, False]))
    """
    stacks, first, batch_factors = _check_start(factors)
    widths = (first[0].shape[1], *(factor.shape[0] for factor in first))
    goal = check_target(target, widths)
    etas = _check_each(step_size, "step_size", "above 0", operator.gt)
    steps = check_count(steps, "steps")
    every = check_count(record_every, "record_every")
    weights = _check_each(regularization, "regularization", "at least 0", operator.ge)
    if record_sharpness and weights.any():
        raise ValueError(
            f"record_sharpness must be left out with regularization {shown(regularization)}: the "
            "formula is that of minima of loss zero; for single factors give hessian_operator to "
            "an eigensolver, and for the minimizers take minimizer_sharpness"
        )
    each = {"step_size": etas, "regularization": weights}
    sizes = {name: len(numbers) for name, numbers in each.items() if numbers.ndim}
    landscape: Landscape = FactorLandscape(goal)
    if batch_factors is not None:
        sizes["factors"] = batch_factors
    if displacement is not None:
        if batch_factors is not None:
            raise ValueError(
                "factors must be one minimum, without a batch axis, where a displacement is given; "
                "put the batch axis on displacement"
            )
        stacks, batch_moves = check_moves(displacement, first, "displacement")
        if batch_moves is not None:
            sizes["displacement"] = batch_moves
        landscape = _displaced(first, goal, weights)
    batch = _check_batch(sizes)
    count = 1 if batch is None else batch
    history = descend(
        landscape,
        [np.broadcast_to(s, (count, *s.shape[-2:])) for s in stacks],
        np.broadcast_to(etas, (count,)),
        np.broadcast_to(weights, (count,)),
        steps,
        every,
        _proxy if record_sharpness else None,
        record_trajectory,
    )

    def unbatched(array: Any) -> Any:
        return array[0] if batch is None else array

    final = [unbatched(stack) for stack in history.final]
    return Descent(
        steps=history.steps,
        losses=unbatched(history.losses),
        factors=[unbatched(stack) for stack in landscape.factors(history.final)],
        diverged=np.asarray(unbatched(history.diverged)),
        displacement=None if displacement is None else final,
        sharpness=None if history.observed is None else unbatched(history.observed),
        trajectory=None if history.states is None else [unbatched(s) for s in history.states],
    )
