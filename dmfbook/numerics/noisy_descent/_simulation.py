"""Many copies of gradient descent with noise, side by side, for ``noisy_descent``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dmfbook.numerics._checks import (
    Array,
    check_count,
    check_factors,
    check_nonnegative,
    check_positive,
    check_regularization,
    check_rng,
    check_target,
)
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.escape._descent import FactorLandscape, Stacks, decayed
from dmfbook.numerics.factorization import widths_of


@dataclass(frozen=True, eq=False, repr=False)
class NoisyDescent(Shown):
    """The losses of many copies of noisy gradient descent, above the loss of the start.

    Attributes
    ----------
    mean : float
        The mean excess of the loss, over all copies and all steps that are not discarded.
    standard_error : float
        Its standard error, from the spread of the copies.
    excess : ndarray of shape (steps,)
        The mean over the copies at each step, the discarded ones included.
    factors : list of ndarray, shapes (copies, d_l, d_(l-1))
        Where the copies are in the end.
    """

    mean: float
    standard_error: float
    excess: Array
    factors: list[Array]


def noisy_descent(
    factors: Any,
    target: Any,
    step_size: float,
    steps: int,
    noise: float,
    regularization: float = 0.0,
    *,
    kind: Literal["gradient", "target"] = "gradient",
    copies: int = 100,
    discarded: int = 0,
    rng: np.random.Generator | int = 0,
) -> NoisyDescent:
    """Run many independent copies of gradient descent with normal noise from one start.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], the start of all copies; their loss is what the excess is counted from.
    target : array_like of shape (d_L, d_0)
        The matrix M.
    step_size : float
        eta, above 0.
    steps : int
        How many steps, at least 1.
    noise : float
        sigma, at least 0.
    regularization : float, optional
        lambda, at least 0.
    kind : {"gradient", "target"}, optional
        Where sigma times standard normal numbers are added, anew in each step: to every entry of
        the gradient, or to every entry of the target. The losses are those without noise.
    copies : int, optional
        How many independent runs, at least 2.
    discarded : int, optional
        How many steps at the beginning do not enter the mean; below ``steps``.
    rng : numpy.random.Generator or int, optional
        Where the noise comes from, or its seed.

    Returns
    -------
    NoisyDescent
        The mean excess with its standard error, and the excess step by step.

    Raises
    ------
    TypeError, ValueError
        If the arguments are not finite or do not fit together, if one is out of its range, or if a
        copy diverges.

    Notes
    -----
    Accuracy: the standard error tells it; it falls like one over the root of ``copies``. From depth
    two on the loss grows faster than a parabola, so normal noise makes every run diverge in the
    end; with little noise that takes longer than anybody waits.

    References
    ----------
    This book.

    Examples
    --------
    >>> from dmfbook import gradient_noise_excess, minimizer_factors, noisy_descent
    >>> minimum = minimizer_factors([[3.0]], (1, 1, 1), 0.5)
    >>> run = noisy_descent(minimum, [[3.0]], 0.1, 400, 0.1, 0.5, copies=400, discarded=100)
    >>> predicted = gradient_noise_excess([[3.0]], (1, 1, 1), 0.5, 0.1, 0.1)
    >>> abs(run.mean - predicted) < 4 * run.standard_error
    True
    """
    start = check_factors(factors)
    goal = check_target(target, widths_of(start))
    eta, size = check_positive(step_size, "step_size"), check_nonnegative(noise, "noise")
    weight = np.asarray(check_regularization(regularization))
    steps, copies = check_count(steps, "steps"), check_count(copies, "copies", at_least=2)
    discarded = check_count(discarded, "discarded", at_least=0)
    if discarded >= steps:
        raise ValueError(
            f"discarded must be below the number of steps, {steps}, but it is {discarded}"
        )
    if kind not in ("gradient", "target"):
        raise ValueError(f'kind must be "gradient" or "target", but it is {kind!r}')
    draw = check_rng(rng)
    state = [np.broadcast_to(factor, (copies, *factor.shape)) for factor in start]
    landscape = FactorLandscape(goal)
    with np.errstate(over="ignore", invalid="ignore"):
        first = float(decayed(landscape, weight, [stack[:1] for stack in state])[0][0])
        excess, totals = np.empty(steps), np.zeros(copies)
        for step in range(steps):
            state, losses = _noisy_step(state, landscape, weight, eta, size, kind, draw)
            above = losses - first
            excess[step] = above.mean()
            if step >= discarded:
                totals += above
    if not (np.isfinite(first) and np.isfinite(excess).all()):
        raise ValueError(
            f"noise {size} or step_size {eta} is too large: a copy diverged; take less of either"
        )
    means = totals / (steps - discarded)
    error = float(means.std(ddof=1)) / math.sqrt(copies)
    return NoisyDescent(float(means.mean()), error, excess, state)


def _noisy_step(
    state: Stacks,
    landscape: FactorLandscape,
    weight: Array,
    eta: float,
    size: float,
    kind: str,
    draw: np.random.Generator,
) -> tuple[Stacks, Array]:
    """Return the state after a step, and the losses before it."""
    losses, slopes = decayed(landscape, weight, state)
    if kind == "target":
        shape = (len(losses), *landscape.target.shape)
        noisy = FactorLandscape(landscape.target + size * draw.standard_normal(shape))
        slopes = decayed(noisy, weight, state)[1]
    else:
        slopes = [slope + size * draw.standard_normal(slope.shape) for slope in slopes]
    return [stack - eta * slope for stack, slope in zip(state, slopes, strict=True)], losses
