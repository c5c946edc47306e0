r"""Two-layer ReLU networks: what of the deep linear theory holds for them.

A network maps an input x to W_2 relu(W_1 [x; 1]): the last column of W_1 holds the biases. Its
loss, in the normalisation of this library, is

    (1/n) ||Y - W_2 relu(W_1 [X; 1])||_F^2 + lambda (||W_1||_F^2 + ||W_2||_F^2).

Row j of W_1 and column j of W_2 are neuron j. Multiplying the one by c > 0 and the other by 1 / c
changes no output, and from this follow, as for linear networks, the decay of the imbalance
(`relu_imbalance`), the threshold of collapse (`relu_collapse_threshold`), and a curvature of
4 lambda for each neuron (`relu_critical_point`), which is found where the loss is differentiable:
at the minimizers often in a subspace only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dmfbook.numerics._checks import Array, check_count, check_matrix, check_positive, check_rng
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.relu_networks._kinks import resting_point
from dmfbook.numerics.relu_networks._network import (
    check_layers,
    check_network,
    check_samples,
    check_width,
    extended,
    norms,
)
from dmfbook.numerics.relu_networks._threshold import enumerated, searched, values

__all__ = [
    "ReluCriticalPoint",
    "ReluRun",
    "ReluThreshold",
    "relu_collapse_threshold",
    "relu_critical_point",
    "relu_gradient",
    "relu_imbalance",
    "relu_loss",
    "relu_outputs",
    "relu_sharpness",
    "relu_training",
]


def relu_outputs(factors: Sequence[ArrayLike], inputs: ArrayLike) -> Array:
    """Return W_2 relu(W_1 [X; 1]), one column for each sample.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.

    Returns
    -------
    ndarray of shape (d_2, n)
        The outputs.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, there are not two factors, or a shape does not fit.

    Notes
    -----
    Accuracy: a few eps times the sum of the absolute values of the terms.

    Source: textbook; the biases as a column of W_1 are this book's notation.

    Examples
    --------
    >>> relu_outputs([[[1.0, -1.0]], [[2.0]]], inputs=[[0.0, 1.0, 3.0]])
    array([[0., 0., 4.]])
    """
    incoming, outgoing = check_layers(factors)
    given = check_matrix(inputs, "inputs")
    check_width(incoming, given)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(outgoing @ np.maximum(incoming @ extended(given).T, 0.0))


def relu_loss(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float = 0.0,
) -> float:
    """Return (1/n) ||Y - W_2 relu(W_1 [X; 1])||_F^2 + lambda (||W_1||_F^2 + ||W_2||_F^2).

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
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
        If an argument is not finite and real, there are not two factors, a shape does not fit, or
        lambda is negative.

    Notes
    -----
    The relative error is a few eps, apart from what the subtraction cancels.

    Source: as `data_loss`, with a ReLU.

    Examples
    --------
    >>> relu_loss([[[1.0, -1.0]], [[2.0]]], [[0.0, 1.0, 3.0]], [[0.0, 0.0, 1.0]], 0.5)
    6.0
    """
    network, incoming, outgoing = check_network(factors, inputs, outputs, regularization)
    return network.loss(incoming, outgoing)


def relu_gradient(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float = 0.0,
) -> list[Array]:
    """Return the derivatives of `relu_loss` by W_1 and W_2, with relu'(0) = 0.

    For every choice of relu'(0) in [0, 1], and so for every generalized gradient, they satisfy
    <a_j, dF/da_j> - <v_j, dF/dv_j> = 2 lambda (||a_j||^2 - ||v_j||^2) with row a_j of W_1 and
    column v_j of W_2, because relu'(z) z = relu(z) also at z = 0.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
        Y, one column for each sample.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    list of ndarray
        Two arrays with the shapes of the factors.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, there are not two factors, a shape does not fit, or
        lambda is negative.

    Notes
    -----
    Accuracy: a few eps times the sum of the absolute values of the terms.

    Source: the chain rule; the identity is that of Du, Hu and Lee (2018) for lambda = 0.

    Examples
    --------
    >>> relu_gradient([[[1.0, -1.0]], [[2.0]]], [[1.0, 3.0]], [[0.0, 1.0]])
    [array([[18.,  6.]]), array([[6.]])]
    """
    network, incoming, outgoing = check_network(factors, inputs, outputs, regularization)
    with np.errstate(over="ignore", invalid="ignore"):
        return list(network.gradient(incoming, outgoing))


def relu_imbalance(factors: Sequence[ArrayLike]) -> Array:
    """Return ||a_j||^2 - ||v_j||^2 of each neuron: row a_j of W_1 with its bias, column v_j of W_2.

    Along the gradient flow each decays exactly as exp(-4 lambda t), whatever the data; it does so
    across kinks too, for any choice of relu'(0) in [0, 1]. At every critical point with
    lambda > 0, generalized ones among them, all are zero.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.

    Returns
    -------
    ndarray of shape (h,)
        The imbalances, infinite where a norm exceeds the floats.

    Raises
    ------
    TypeError, ValueError
        If there are not two finite factors that fit together.

    Notes
    -----
    The error is a few eps times ||a_j||^2 + ||v_j||^2.

    Source: the difference of squared norms of Du, Hu and Lee (2018); its decay in
    Kunin et al. (2021), equation (20), in another normalisation.

    Examples
    --------
    >>> relu_imbalance([[[1.0, 2.0], [0.0, 3.0]], [[2.0, 3.0]]])
    array([1., 0.])
    """
    incoming, outgoing = check_layers(factors)
    ones, others = norms(incoming, 1), norms(outgoing, 0)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(ones - others, nan=np.inf, posinf=np.inf, neginf=-np.inf)


def relu_sharpness(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float = 0.0,
) -> float:
    """Return the largest eigenvalue of the Hessian of `relu_loss`, with relu'(0) = 0.

    Where a preactivation is zero the loss has no Hessian; this is then the one of the side on which
    that neuron is off.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
        Y, one column for each sample.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    float
        The sharpness. Gradient descent is stable at a minimum up to the step size 2 / sharpness.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, there are not two factors, a shape does not fit,
        lambda is negative, or an entry of the Hessian exceeds the floats.

    Notes
    -----
    The Hessian is made as a matrix with h (d_0 + 1 + d_2) rows. Accuracy: a few eps times its norm.

    Source: textbook.

    Examples
    --------
    >>> round(relu_sharpness([[[1.0, 0.0]], [[1.0]]], [[1.0]], [[1.0]]), 12)
    6.0
    """
    network, incoming, outgoing = check_network(factors, inputs, outputs, regularization)
    with np.errstate(over="ignore", invalid="ignore"):
        hessian = network.hessian(incoming, outgoing)
    if not np.isfinite(hessian).all():
        raise ValueError("factors and inputs are too large: the Hessian exceeds the largest float")
    return float(np.linalg.eigvalsh(hessian)[-1])


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
        Record the first of each so many steps.
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


@dataclass(frozen=True, eq=False, repr=False)
class ReluThreshold(Shown):
    """The regularization from which on a ReLU network collapses.

    Attributes
    ----------
    value : float
        The threshold D, or a lower bound of it; see ``exact``.
    neuron : ndarray of shape (d_0 + 1,)
        The unit vector, its bias last, at which the value is attained.
    exact : bool
        Whether all cones were tried, so that the value is D up to rounding.
    """

    value: float
    neuron: Array
    exact: bool


def relu_collapse_threshold(
    inputs: ArrayLike,
    outputs: ArrayLike,
    rng: np.random.Generator | int | None = None,
    starts: int = 20,
) -> ReluThreshold:
    """Return D = max over ||a|| <= 1 of ||(1/n) sum_i y_i relu(a . [x_i; 1])||.

    If lambda < D, then near zero there are networks of any width with less loss. If lambda >= D > 0
    zero is the only critical point of `relu_loss`, and along the gradient flow
    ||W_1||^2 + ||W_2||^2 decays at least as exp(-4 (lambda - D) t).

    For what a network leaves, Y - f(X), in place of Y it certifies: a critical point at which this
    is at most lambda is a global minimizer, among the networks of all widths.

    For inputs with one or two entries all cones on which no a . [x_i; 1] changes its sign are
    tried, and the value is exact. For more entries it is the best of ascents from ``starts`` random
    points, and a lower bound.

    Parameters
    ----------
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
        Y, one column for each sample.
    rng : numpy.random.Generator or int, optional
        Draws the starts, if d_0 > 2; an integer is a seed. Without it the seed is 0.
    starts : int, optional
        How many starts, if d_0 > 2.

    Returns
    -------
    ReluThreshold
        The value, where it is attained, and whether it is exact.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, or the numbers of columns differ.

    Notes
    -----
    The enumeration takes time of order n^(d_0 + 1). An exact value has a relative error of a few
    n eps.

    Source: the dual norm of convex reformulations; see Mishkin and Pilanci (2023) and the
    references there.

    Examples
    --------
    The neuron relu(x) sees the largest answer; the bias helps it:

    >>> found = relu_collapse_threshold([[-1.0, 0.0, 1.0]], [[0.0, 0.0, 3.0]])
    >>> round(found.value, 12), found.neuron.round(6), found.exact
    (1.414213562373, array([0.707107, 0.707107]), True)
    """
    given, wanted = check_samples(inputs, outputs)
    draw = check_rng(0 if rng is None else rng)
    starts = check_count(starts, "starts")
    samples = extended(given)
    size, height = float(np.abs(samples).max()), float(np.abs(wanted).max())
    if height == 0:
        return ReluThreshold(0.0, np.eye(samples.shape[1])[-1], exact=True)
    # The value is linear in both.
    scaled, answers = samples / size, wanted.T / height
    exact = len(given) <= 2
    found = enumerated(scaled, answers) if exact else searched(scaled, answers, draw, starts)
    with np.errstate(over="ignore"):
        value = float(np.float64(values(found[None, :], scaled, answers)[0]) * size * height)
    return ReluThreshold(value, found, exact)


@dataclass(frozen=True, eq=False, repr=False)
class ReluCriticalPoint(Shown):
    """A critical point of `relu_loss`, and the kinks on which it lies.

    Attributes
    ----------
    factors : list of ndarray
        [W_1, W_2]; idle neurons are exactly zero.
    loss : float
        The loss there.
    live : ndarray of bool, shape (h,)
        Which neurons are not zero.
    pinned : ndarray of bool, shape (h, n)
        Pairs of a live neuron and a sample whose preactivation is zero.
    multipliers : ndarray of shape (h, n)
        For pinned pairs the choice s of relu'(0) for which the gradient vanishes; 0 elsewhere.
    steepness : ndarray of shape (h, n)
        For pinned pairs c = (2/n) <v_j, f(x_i) - y_i>. Across the kink the loss rises by s c to
        the one and (1 - s) c to the other side, per unit of preactivation: a V if c > 0.
    eigenvalues : ndarray, nonincreasing
        Of the Hessian on the subspace of the live neurons' weights where all pinned preactivations
        stay zero. 4 lambda is among them, at least once for each live neuron.
    gradient_norm : float
        The norm of the gradient with the multipliers in place of relu'(0).
    """

    _shows = "loss smooth minimum pairs live_neurons gradient_norm"

    factors: list[Array]
    loss: float
    live: NDArray[np.bool_]
    pinned: NDArray[np.bool_]
    multipliers: Array
    steepness: Array
    eigenvalues: Array
    gradient_norm: float

    @property
    def pairs(self) -> int:
        """The number of pinned pairs."""
        return int(self.pinned.sum())

    @property
    def live_neurons(self) -> int:
        """The number of neurons that are not zero."""
        return int(self.live.sum())

    @property
    def smooth(self) -> bool:
        """Whether the loss is differentiable in the weights of the live neurons."""
        return not self.pinned.any()

    @property
    def minimum(self) -> bool:
        """Whether it is a strict local minimum in the weights of the live neurons.

        That is: each pinned pair is the corner of a V, 0 < s < 1 and c > 0, and all eigenvalues
        are positive, by more than 1e-9 of the largest. (For repeated inputs s is one of several
        choices.) Neurons with parallel weights share what they do in any proportion, which makes a
        zero eigenvalue, and a minimum that is not strict.
        """
        on, found = self.pinned, self.eigenvalues
        inside = (self.multipliers[on] > 0) & (self.multipliers[on] < 1)
        positive = bool(np.all(found > 1e-9 * np.max(found, initial=0.0)))
        return positive and bool(np.all(inside & (self.steepness[on] > 0)))


def relu_critical_point(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float,
) -> ReluCriticalPoint:
    """Return a critical point of `relu_loss` near the end of a run, exactly on its kinks.

    The ReLU is replaced by tau log(1 + exp(z / tau)), and Newton's method follows a minimizer as
    tau goes to zero. Preactivations that go to zero with tau are then set to zero: they are linear
    equations for the weights, on whose solutions the loss is a polynomial, and Newton's method
    ends there. At last the multipliers are found, which say whether the gradient vanishes in the
    sense of Clarke: for some choice of relu'(0) in [0, 1] at each pinned pair.

    Parameters
    ----------
    factors : sequence of array_like
        The start [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h), as from `relu_training`.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
        Y, one column for each sample.
    regularization : float
        lambda, above 0.

    Returns
    -------
    ReluCriticalPoint
        The point, its kinks, multipliers and restricted eigenvalues. Look at ``gradient_norm``: it
        is of the order of rounding unless the search failed.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, there are not two factors, a shape does not fit,
        lambda is not above 0, or the loss at the start exceeds the floats.

    Notes
    -----
    Each Newton step takes the eigenvalues of a matrix with h (d_0 + 1 + d_2) rows. Weights of order
    one are assumed where zero is told from small: a neuron is idle below 1e-3, and a preactivation
    is zero below 3e-5 times the largest input.

    Source: this book. That all minimizers outside of flat regions lie on kinks was proved by
    Laurent and von Brecht (2018) for the hinge loss.

    Examples
    --------
    One neuron, which sits on the sample at 1:

    >>> point = relu_critical_point(
    ...     [[[1.0, -0.8]], [[1.0]]], [[0.0, 1.0, 2.0]], [[0.0, -1.0, 2.0]], 0.05
    ... )
    >>> point.pairs, point.minimum, bool(np.any(abs(point.eigenvalues - 0.2) < 1e-12))
    (1, True, True)
    """
    network, incoming, outgoing = check_network(factors, inputs, outputs, regularization)
    check_positive(regularization, "regularization")
    if not np.isfinite(network.loss(incoming, outgoing)):
        raise ValueError("factors are too large: the loss at the start exceeds the largest float")
    rest = resting_point(network, incoming, outgoing)
    return ReluCriticalPoint(
        factors=[rest.incoming, rest.outgoing],
        loss=network.loss(rest.incoming, rest.outgoing),
        live=rest.live,
        pinned=rest.pinned,
        multipliers=rest.multipliers,
        steepness=rest.steepness,
        eigenvalues=rest.eigenvalues,
        gradient_norm=rest.residual,
    )
