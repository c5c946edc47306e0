"""Critical points where some neurons sit on samples: smoothing first, then exact equations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from dmfbook.numerics._checks import Array
from dmfbook.numerics.relu_networks._network import Network

Mask = NDArray[np.bool_]

_SMOOTHINGS = tuple(10.0**-power for power in np.arange(2.0, 6.1, 0.5))
# Of the last smoothing: beyond that a gate is open or shut to 1e-13.
_PINNED = 30.0
# Of the largest neuron's norm: smaller ones tend to zero with the smoothing.
_LIVE = 1e-3


@dataclass(frozen=True)
class Rest:
    """A critical point: its layers without idle neurons, and who sits where."""

    incoming: Array
    outgoing: Array
    live: Mask
    pinned: Mask  # (h, n)
    residual: float
    eigenvalues: Array
    multipliers: Array
    steepness: Array


def resting_point(network: Network, incoming: Array, outgoing: Array) -> Rest:
    """Return the critical point that Newton's method reaches as the smoothing goes to zero."""
    samples = network.samples
    scale = float(np.abs(samples).max())
    for smoothing in _SMOOTHINGS:
        incoming, outgoing = _descend(network, incoming, outgoing, smoothing * scale)
    sizes = np.sqrt(np.sum(incoming**2, axis=1) + np.sum(outgoing**2, axis=0))
    live = sizes > _LIVE * max(float(sizes.max()), 1.0)
    reach = _PINNED * _SMOOTHINGS[-1] * scale
    pinned = (np.abs(incoming @ samples.T) < reach) & live[:, None]
    incoming, outgoing = np.where(live[:, None], incoming, 0.0), np.where(live, outgoing, 0.0)
    bases = [
        scipy.linalg.null_space(samples[on]) if on.any() else np.eye(samples.shape[1])
        for on in pinned
    ]
    incoming, outgoing, eigenvalues = _polish(network, incoming, outgoing, live, pinned, bases)
    multipliers, steepness, residual = _pulls(network, incoming, outgoing, pinned)
    return Rest(incoming, outgoing, live, pinned, residual, eigenvalues, multipliers, steepness)


def _descend(
    network: Network, incoming: Array, outgoing: Array, smoothing: float
) -> tuple[Array, Array]:
    """Return a minimizer of the smoothed loss near a point, by Newton steps made descending."""
    shape, size = incoming.shape, incoming.size
    point = np.concatenate([incoming.ravel(), outgoing.ravel()])

    def layers(point: Array) -> tuple[Array, Array]:
        return point[:size].reshape(shape), point[size:].reshape(outgoing.shape)

    value = network.loss(*layers(point), smoothing)
    for _ in range(100):
        slope = np.concatenate([g.ravel() for g in network.gradient(*layers(point), smoothing)])
        if np.linalg.norm(slope) <= 1e-10 * (1 + np.linalg.norm(point)):
            break
        curvatures, axes = np.linalg.eigh(network.hessian(*layers(point), smoothing))
        floor = max(1e-8 * float(np.abs(curvatures).max()), 1e-300)
        move = -axes @ ((axes.T @ slope) / np.maximum(np.abs(curvatures), floor))
        share = 1.0
        while share > 1e-12:
            tried = network.loss(*layers(point + share * move), smoothing)
            if tried <= value + 1e-4 * share * float(slope @ move):
                break
            share /= 2
        else:
            break
        point, value = point + share * move, tried
    return layers(point)


def _polish(
    network: Network,
    incoming: Array,
    outgoing: Array,
    live: Mask,
    pinned: Mask,
    bases: list[Array],
) -> tuple[Array, Array, Array]:
    """Solve the equations on the subspace where pinned preactivations stay zero.

    Returns the layers and the eigenvalues of the Hessian restricted to the subspace.
    """
    held = _held(network, incoming, pinned)
    rows = [i for i, alive in enumerate(live) if alive]
    outputs, hidden = outgoing.shape
    if not rows:
        return incoming, outgoing, np.zeros(0)
    # Columns: the free coordinates of the live neurons.
    free = scipy.linalg.block_diag(*[bases[i] for i in rows])
    chosen = np.concatenate([np.arange(incoming.shape[1]) + i * incoming.shape[1] for i in rows])
    ends = np.concatenate([incoming.size + np.arange(outputs) * hidden + i for i in rows])
    span = np.zeros((incoming.size + outgoing.size, free.shape[1] + len(ends)))
    span[chosen, : free.shape[1]] = free
    span[ends, free.shape[1] + np.arange(len(ends))] = 1.0
    split = incoming.size
    point = span @ (span.T @ np.concatenate([incoming.ravel(), outgoing.ravel()]))
    for _ in range(20):
        layers = point[:split].reshape(incoming.shape), point[split:].reshape(outgoing.shape)
        slope = span.T @ np.concatenate([part.ravel() for part in held.gradient(*layers)])
        bent = span.T @ held.hessian(*layers) @ span
        move = np.linalg.lstsq(bent, slope, rcond=1e-12)[0]
        if np.linalg.norm(move) <= 1e-14 * np.linalg.norm(point):
            break
        point = point - span @ move
    return layers[0], layers[1], np.asarray(np.linalg.eigvalsh(bent)[::-1], dtype=np.float64)


@dataclass(frozen=True)
class _Held(Network):
    """A network whose gates do not move."""

    held: Array

    def gates(self, incoming: Array, smoothing: float) -> tuple[Array, Array, Array]:
        """Return what the held gates let through."""
        before = self.samples @ incoming.T
        return before * self.held, self.held, np.zeros_like(before)


def _held(network: Network, incoming: Array, pinned: Mask) -> _Held:
    """Return the loss with each gate as it is, and those of pinned pairs shut: a polynomial."""
    gates = ((incoming @ network.samples.T > 0) & ~pinned).astype(float)
    return _Held(network.samples, network.answers, network.regularization, gates.T)


def _pulls(
    network: Network, incoming: Array, outgoing: Array, pinned: Mask
) -> tuple[Array, Array, float]:
    """Return the multipliers s, the steepness c and the norm of the gradient that s leaves.

    A pinned neuron j at sample i pulls by c_ij x_i on the open side, c_ij = (2/n) w_j.(f_i - y_i),
    and by nothing on the other; s_ij is the share of the open side that balances all pulls.
    """
    held = _held(network, incoming, pinned)
    first, second = held.gradient(incoming, outgoing)
    error = held.gates(incoming, 0.0)[0] @ outgoing.T - network.answers
    steepness = np.where(pinned, (error @ outgoing).T * (2 / network.count), 0.0)
    multipliers = np.zeros(pinned.shape)
    for j, on in enumerate(pinned):
        if on.any():
            found = np.linalg.lstsq(network.samples[on].T, -first[j], rcond=None)[0]
            first[j] += network.samples[on].T @ found
            with np.errstate(divide="ignore", invalid="ignore"):
                multipliers[j, on] = np.nan_to_num(found / steepness[j, on], nan=0.0)
    return multipliers, steepness, float(np.sqrt(np.sum(first**2) + np.sum(second**2)))
