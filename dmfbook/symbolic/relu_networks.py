"""The formulas of one ReLU neuron on a line, v relu(w x + b), by its kink and its slope.

With w > 0 the kink is c = -b / w and the slope m = v w. Of all w, b, v that give both, the least
penalty w^2 + b^2 + v^2 is 2 |m| sqrt(1 + c^2), where the neuron is balanced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from dmfbook.symbolic import regularization

kink = sp.Symbol("c", real=True)
# What the penalty charges for a unit of slope: sqrt(1 + c^2).
lever = sp.sqrt(1 + kink**2)


@dataclass(frozen=True)
class Hinge:
    """The loss of one neuron with a given kink, at the best slope and the best balance."""

    samples: tuple[Any, ...]
    answers: tuple[Any, ...]

    @property
    def count(self) -> int:
        """The number of samples."""
        return len(self.samples)

    def mean(self, parts: Sequence[Any]) -> sp.Expr:
        """Return the mean over the samples."""
        return sp.Add(*parts) / self.count

    def lengths(self, at: Any = kink) -> list[sp.Expr]:
        """Return relu(x_i - c)."""
        return [sp.Max(x - at, 0) for x in self.samples]

    @property
    def pull(self) -> sp.Expr:
        """The mean of y_i relu(x_i - c)."""
        return self.mean([y * r for y, r in zip(self.answers, self.lengths(), strict=True)])

    @property
    def weight(self) -> sp.Expr:
        """The mean of relu(x_i - c)^2."""
        return self.mean([r**2 for r in self.lengths()])

    @property
    def kept(self) -> sp.Expr:
        """What of the pull decay leaves; zero where the best slope is zero."""
        return sp.Max(sp.Abs(self.pull) - regularization * lever, 0)

    @property
    def slope(self) -> sp.Expr:
        """The best slope."""
        return sp.sign(self.pull) * self.kept / self.weight

    @property
    def least_loss(self) -> sp.Expr:
        """The least loss of all networks with this kink."""
        return self.mean([y**2 for y in self.answers]) - self.kept**2 / self.weight

    def steepness(self, slope: Any, open_gates: Sequence[Any]) -> sp.Expr:
        """Return the derivative of the loss by the kink, with these gates at the samples."""
        pushes = [
            gate * (slope * r - y)
            for gate, r, y in zip(open_gates, self.lengths(), self.answers, strict=True)
        ]
        penalty = 2 * regularization * sp.Abs(slope) * kink / lever
        return -2 * slope * self.mean(pushes) + penalty
