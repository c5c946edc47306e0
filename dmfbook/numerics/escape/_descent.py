"""Batched gradient descent, from a start or in displacement from a minimum, for ``escape``.

Every array of factors is a stack: the batch comes first, then rows and columns. Nothing is checked
here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import Array

Stacks = list[Array]


def _transposed(stack: Array) -> Array:
    return np.swapaxes(stack, -1, -2)


def squared_norms(stack: Array) -> Array:
    """Return the squared Frobenius norm of every matrix."""
    total: Array = np.einsum("...ij,...ij->...", stack, stack)
    return total


def decay(weights: Array, state: Stacks) -> Array:
    """Return lambda times the sum of all squares, for each member: 0 where its lambda is 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = weights * np.asarray(sum(squared_norms(part) for part in state))
    return np.where(weights > 0, total, 0.0)


class Landscape(ABC):
    """A loss without weight decay, in coordinates that the descent moves in."""

    @abstractmethod
    def loss_and_gradient(self, state: Stacks) -> tuple[Array, Stacks]:
        """Return the losses, one per member of the batch, and the gradients."""

    @abstractmethod
    def factors(self, state: Stacks) -> Stacks:
        """Return the factors that the coordinates stand for."""


def decayed(landscape: Landscape, weights: Array, state: Stacks) -> tuple[Array, Stacks]:
    """Return losses and gradients with weight decay: one lambda, or one per member."""
    losses, gradients = landscape.loss_and_gradient(state)
    if weights.any():
        losses = losses + decay(weights, state)
        pull = 2 * weights[..., None, None]
        gradients = [g + pull * s for g, s in zip(gradients, state, strict=True)]
    return losses, gradients


class FactorLandscape(Landscape):
    """The loss, with the factors themselves as coordinates."""

    def __init__(self, target: Array) -> None:
        self.target = target

    def loss(self, state: Stacks) -> Array:
        """Return the losses alone."""
        product = state[0]
        for factor in state[1:]:
            product = factor @ product
        return squared_norms(product - self.target)

    def loss_and_gradient(self, state: Stacks) -> tuple[Array, Stacks]:
        """Return the losses and their gradients."""
        prefixes = [state[0]]
        for factor in state[1:]:
            prefixes.append(factor @ prefixes[-1])
        residual = prefixes.pop() - self.target
        back = 2 * residual
        gradients = []
        for factor in reversed(state[1:]):
            gradients.append(back @ _transposed(prefixes.pop()))
            back = _transposed(factor) @ back
        gradients.append(back)
        return squared_norms(residual), gradients[::-1]

    def factors(self, state: Stacks) -> Stacks:
        """Return the coordinates, which are the factors."""
        return state


class DisplacementLandscape(Landscape):
    """The loss above that of a critical point, with the displacement from it as coordinates.

    Differences of products are expanded, never formed by subtraction: the change of W_l ... W_1 is
    W_l (change of W_(l-1) ... W_1) + D_l W*_(l-1) ... W*_1, and likewise from the other end. So a
    displacement of size 1e-15 moves with full relative accuracy. Weight decay acts on displacements
    as on factors: its terms linear in them are part of the gradient at the point, which is zero.
    """

    def __init__(self, minimum: list[Array], target: Array) -> None:
        self.minimum = minimum
        self.prefixes = [minimum[0]]
        for factor in minimum[1:]:
            self.prefixes.append(factor @ self.prefixes[-1])
        self.residual = self.prefixes[-1] - target
        backs = [self.residual]
        for factor in reversed(minimum[1:]):
            backs.append(factor.T @ backs[-1])
        self.backs = backs[::-1]

    def gradient(self, regularization: float) -> list[Array]:
        """Return the gradient at the minimum: zero but for rounding if it is one."""
        first, *others = [2 * back for back in self.backs]
        data = [first, *(b @ p.T for b, p in zip(others, self.prefixes[:-1], strict=True))]
        return [g + 2 * regularization * w for g, w in zip(data, self.minimum, strict=True)]

    def loss_and_gradient(self, state: Stacks) -> tuple[Array, Stacks]:
        """Return the losses above that of the minimum, and the change of the gradient."""
        changes = [state[0]]
        beyond_linear = np.zeros_like(state[0])
        for factor, move, prefix in zip(
            self.minimum[1:], state[1:], self.prefixes[:-1], strict=True
        ):
            beyond_linear = factor @ beyond_linear + move @ changes[-1]
            changes.append((factor + move) @ changes[-1] + move @ prefix)
        change_back = changes.pop()
        # The terms linear in the displacement vanish together, since the gradient does.
        losses = squared_norms(change_back) + 2 * np.einsum(
            "ij,...ij->...", self.residual, beyond_linear
        )
        gradients = []
        for layer in range(len(state) - 1, 0, -1):
            prefix = self.prefixes[layer - 1] + changes[layer - 1]
            back = self.backs[layer] + change_back
            gradients.append(
                2 * change_back @ _transposed(prefix)
                + 2 * self.backs[layer] @ _transposed(changes[layer - 1])
            )
            change_back = self.minimum[layer].T @ change_back + _transposed(state[layer]) @ back
        gradients.append(2 * change_back)
        return losses, gradients[::-1]

    def factors(self, state: Stacks) -> Stacks:
        """Return the minimum plus the displacement."""
        return [factor + move for factor, move in zip(self.minimum, state, strict=True)]


@dataclass
class History:
    """What a run leaves behind, the batch first in every array but that of the steps."""

    steps: NDArray[np.int_]
    losses: Array
    final: Stacks
    diverged: NDArray[np.bool_]
    observed: Array | None
    states: Stacks | None


def descend(
    landscape: Landscape,
    start: Stacks,
    step_sizes: Array,
    weights: Array,
    steps: int,
    every: int,
    observe: Callable[[Stacks], Array] | None,
    keep_states: bool,
) -> History:
    """Run gradient descent; members that leave the range of floats stop where they last were.

    Each member has its own step size and weight lambda of the sum of squares of its coordinates.
    Recorded are the start and what every ``every`` steps lead to.
    """
    count, stages = len(step_sizes), steps // every + 1
    history = History(
        steps=every * np.arange(stages),
        losses=np.full((count, stages), np.inf),
        final=[stack.copy() for stack in start],
        diverged=np.zeros(count, dtype=bool),
        observed=np.full((count, stages), np.inf) if observe else None,
        states=[np.empty((count, stages, *s.shape[1:])) for s in start] if keep_states else None,
    )
    members, state, etas = np.arange(count), start, step_sizes[:, None, None]
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps + 1):
            losses, gradients = decayed(landscape, weights, state)
            alive = np.isfinite(losses)
            if not alive.all():
                history.diverged[members[~alive]] = True
                members, losses = members[alive], losses[alive]
                etas, weights = etas[alive], weights[alive]
                state = [stack[alive] for stack in state]
                gradients = [stack[alive] for stack in gradients]
            for final, stack in zip(history.final, state, strict=True):
                final[members] = stack
            if step % every == 0:
                stage = step // every
                history.losses[members, stage] = losses
                if observe is not None and history.observed is not None:
                    history.observed[members, stage] = observe(landscape.factors(state))
                if history.states is not None:
                    for states, final in zip(history.states, history.final, strict=True):
                        states[:, stage] = final
            state = [s - etas * g for s, g in zip(state, gradients, strict=True)]
    return history
