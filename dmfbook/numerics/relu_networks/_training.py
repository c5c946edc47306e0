"""Gradient descent on the loss of a ReLU network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dmfbook.numerics._checks import Array, check_count, check_positive
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.relu_networks._network import check_network, norms


@dataclass(frozen=True, eq=False, repr=False)
class ReluRun(Shown):
    """A run of gradient descent on `relu_loss`, at the recorded steps.

    Attributes
    ----------
    steps : ndarray of shape (k,)
        The recorded steps, 0 among them.
    losses : ndarray of shape (k,)
        The loss there.
    imbalances : ndarray of shape (k, h)
        ||a_j||^2 - ||v_j||^2 of each neuron.
    norms : ndarray of shape (k, h)
        ||a_j||^2 + ||v_j||^2 of each neuron.
    factors : list of ndarray
        [W_1, W_2] after the last step.
    diverged : bool
        Whether the loss left the floats; the run then ends at the last recorded step before.
    sharpness : ndarray of shape (k,), or None
        The sharpness, if it was asked for.
    """

    steps: NDArray[np.int64]
    losses: Array
    imbalances: Array
    norms: Array
    factors: list[Array]
    diverged: bool
    sharpness: Array | None


def relu_training(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    step_size: float,
    steps: int,
    regularization: float = 0.0,
    record_every: int = 1,
    record_sharpness: bool = False,
) -> ReluRun:
    """Run gradient descent on `relu_loss` with all samples in each step.

    A step multiplies the imbalance of a neuron by (1 - 2 eta lambda)^2 and adds
    eta^2 (||g||^2 - ||g'||^2), with the gradients g, g' of the data term by the neuron's incoming
    and outgoing weights: to first order in eta this is the law exp(-4 lambda t) at t = eta * steps.

    Parameters
    ----------
    factors : sequence of array_like
        The start [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h).
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
        Y, one column for each sample.
    step_size : float
        eta, above 0.
    steps : int
        How many steps, at least 1.
    regularization : float, optional
        lambda, at least 0.
    record_every : int, optional
        Record the start, and then after so many steps each time, at least 1. The last factors are
        those after all steps, recorded or not.
    record_sharpness : bool, optional
        Whether to record `relu_sharpness` too, which takes an eigenvalue problem each time.

    Returns
    -------
    ReluRun
        What was recorded, and the last factors.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, there are not two factors, a shape does not fit, a
        step size is not above 0, a count below 1, or lambda negative.

    Notes
    -----
    Accuracy: a step is computed to rounding.

    Source: Cohen et al. (2021) for watching the sharpness; the identity is this book's exercise.

    Examples
    --------
    >>> start = [[[1.0, 0.0], [-1.0, 0.5]], [[0.5, 1.0]]]
    >>> run = relu_training(start, [[-1.0, 0.0, 2.0]], [[1.0, 0.0, 1.0]], 0.05, 2000, 0.01, 1000)
    >>> run.steps, bool(abs(run.imbalances[-1]).max() < 0.02), run.diverged
    (array([   0, 1000, 2000]), True, False)
    """
    network, incoming, outgoing = check_network(factors, inputs, outputs, regularization)
    eta = check_positive(step_size, "step_size")
    steps = check_count(steps, "steps")
    every = check_count(record_every, "record_every")
    kept: list[tuple[int, float, Array, Array, float]] = []
    last, diverged = [incoming, outgoing], False
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps + 1):
            if step % every == 0 or step == steps:
                value = network.loss(incoming, outgoing)
                if not np.isfinite(value):
                    diverged = True
                    break
                ones, others = norms(incoming, 1), norms(outgoing, 0)
                top = np.nan
                if record_sharpness:
                    top = float(np.linalg.eigvalsh(network.hessian(incoming, outgoing))[-1])
                if step % every == 0:
                    kept.append((step, value, ones - others, ones + others, top))
                last = [incoming, outgoing]
            first, second = network.gradient(incoming, outgoing)
            incoming, outgoing = incoming - eta * first, outgoing - eta * second
    if not kept:
        raise ValueError(
            "factors, inputs and outputs are too large: the loss at the start exceeds the floats"
        )
    at, losses, imbalances, sums, tops = zip(*kept, strict=True)
    return ReluRun(
        steps=np.array(at, dtype=np.int64),
        losses=np.array(losses),
        imbalances=np.array(imbalances),
        norms=np.array(sums),
        factors=last,
        diverged=diverged,
        sharpness=np.array(tops) if record_sharpness else None,
    )
