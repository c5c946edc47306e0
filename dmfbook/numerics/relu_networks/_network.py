"""Loss, gradient and Hessian of a network with one hidden layer of ReLUs, or of smoothed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from dmfbook.numerics._checks import Array, check_factors, check_regularization, check_samples


@dataclass(frozen=True)
class Network:
    """The data of a loss; the samples end with a 1, which the biases multiply."""

    samples: Array  # (n, d_0 + 1)
    answers: Array  # (n, d_2)
    regularization: float

    @property
    def count(self) -> int:
        """The number of samples."""
        return len(self.samples)

    def gates(self, incoming: Array, smoothing: float) -> tuple[Array, Array, Array]:
        """Return the activations, their first and second derivatives, each of shape (n, h).

        Without smoothing the derivative at 0 is 0; with it the activation is
        tau log(1 + exp(z / tau)).
        """
        before = self.samples @ incoming.T
        if smoothing == 0:
            return np.maximum(before, 0.0), (before > 0).astype(float), np.zeros_like(before)
        scaled = before / smoothing
        slope = scipy.special.expit(scaled)
        curved = slope * scipy.special.expit(-scaled) / smoothing
        return smoothing * np.logaddexp(0.0, scaled), slope, curved

    def loss(self, incoming: Array, outgoing: Array, smoothing: float = 0.0) -> float:
        """Return the loss; infinity where it exceeds the floats."""
        with np.errstate(over="ignore", invalid="ignore"):
            error = self.gates(incoming, smoothing)[0] @ outgoing.T - self.answers
            total = np.sum(error**2) / self.count
            if self.regularization > 0:
                total += self.regularization * (np.sum(incoming**2) + np.sum(outgoing**2))
        return float(total) if np.isfinite(total) else np.inf

    def gradient(
        self, incoming: Array, outgoing: Array, smoothing: float = 0.0
    ) -> tuple[Array, Array]:
        """Return the derivatives by the incoming and the outgoing weights."""
        active, slope, _ = self.gates(incoming, smoothing)
        error = (active @ outgoing.T - self.answers) * (2 / self.count)
        weight = 2 * self.regularization
        first = ((error @ outgoing) * slope).T @ self.samples + weight * incoming
        return first, error.T @ active + weight * outgoing

    def hessian(self, incoming: Array, outgoing: Array, smoothing: float = 0.0) -> Array:
        """Return the Hessian: the incoming weights row by row, then the outgoing ones."""
        samples, count = self.samples, self.count
        active, slope, curved = self.gates(incoming, smoothing)
        hidden, inputs = incoming.shape
        outputs = len(outgoing)
        error = active @ outgoing.T - self.answers
        gated = slope[:, :, None] * samples[:, None, :]  # (n, h, d_0 + 1)
        flat = gated.reshape(count, -1)
        gram = (flat.T @ flat).reshape(hidden, inputs, hidden, inputs)
        first = gram * (outgoing.T @ outgoing)[:, None, :, None]
        if smoothing > 0:
            bent = (error @ outgoing) * curved
            for j in range(hidden):
                first[j, :, j] += (samples * bent[:, [j]]).T @ samples
        # By an incoming weight (j, d) and an outgoing one (k, m).
        mixed = np.einsum("kj,jdm->jdkm", outgoing, (flat.T @ active).reshape(hidden, inputs, -1))
        own = np.einsum("ik,ijd->jdk", error, gated)
        rows = np.arange(hidden)
        mixed[rows, :, :, rows] += own
        second = np.kron(np.eye(outputs), active.T @ active)
        size = hidden * inputs
        made = np.empty((size + outputs * hidden,) * 2)
        made[:size, :size] = first.reshape(size, size)
        made[:size, size:] = mixed.reshape(size, -1)
        made[size:, :size] = made[:size, size:].T
        made[size:, size:] = second
        made *= 2 / count
        made[np.diag_indices_from(made)] += 2 * self.regularization
        return made


def extended(inputs: Array) -> Array:
    """Return the samples as rows that end with a 1."""
    return np.column_stack([inputs.T, np.ones(inputs.shape[1])])


def check_layers(factors: Sequence[ArrayLike]) -> tuple[Array, Array]:
    """Return W_1, whose last column holds the biases, and W_2."""
    layers = check_factors(factors)
    if len(layers) != 2:
        raise ValueError(
            f"factors must be the two layers [W_1, W_2] of a network, but there are {len(layers)}"
        )
    return layers[0], layers[1]


def check_network(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float,
) -> tuple[Network, Array, Array]:
    """Return the loss and the two layers, or say what does not fit."""
    incoming, outgoing = check_layers(factors)
    given, wanted = check_samples(inputs, outputs)
    check_width(incoming, given)
    if len(wanted) != len(outgoing):
        raise ValueError(
            f"outputs must have {len(outgoing)} rows, as factors[1] has, but their shape is "
            f"{wanted.shape}"
        )
    weight = check_regularization(regularization)
    return Network(extended(given), wanted.T, weight), incoming, outgoing


def check_width(incoming: Array, inputs: Array) -> None:
    """Refuse a first layer that does not fit the inputs and a bias."""
    if incoming.shape[1] != len(inputs) + 1:
        raise ValueError(
            f"inputs must have {incoming.shape[1] - 1} rows, one less than factors[0] has columns "
            f"(the last holds the biases), but their shape is {inputs.shape}"
        )


def norms(matrix: Array, axis: int) -> NDArray[np.float64]:
    """Return the squared norms along an axis, without a warning where they overflow."""
    with np.errstate(over="ignore"):
        return np.asarray(np.sum(matrix**2, axis=axis))
