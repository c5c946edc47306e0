"""Critical points of the loss of a ReLU network, with the kinks on which they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dmfbook.numerics._checks import Array, check_positive
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.relu_networks._kinks import resting_point
from dmfbook.numerics.relu_networks._network import check_network


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
