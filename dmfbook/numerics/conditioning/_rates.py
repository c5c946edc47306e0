"""Rates of gradient descent and of heavy ball between two curvatures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from dmfbook.numerics._checks import check_positive
from dmfbook.numerics._shown import Shown

__all__ = ["Conditioning"]


@dataclass(frozen=True, repr=False)
class Conditioning(Shown):
    """The smallest and the largest curvature across a valley of minimizers, and what they decide.

    Rates are factors by which the distance to the limit shrinks, per step and asymptotically, for
    almost every start near the valley; the loss above its least value shrinks by their squares.

    Attributes
    ----------
    smallest, largest : float
        The least and the largest positive eigenvalue of the Hessian.

    Raises
    ------
    TypeError, ValueError
        If they are not finite numbers with 0 < smallest <= largest.

    Notes
    -----
    Numbers of steps are computed through ``log1p`` and keep their relative accuracy for any
    condition number.

    References
    ----------
    Polyak (1964) for the rates; at a valley in place of a point: this book.

    Examples
    --------
    >>> from dmfbook import Conditioning
    >>> speed = Conditioning(smallest=1.0, largest=9.0)
    >>> speed.condition_number, speed.optimal_step_size, speed.rate
    (9.0, 0.2, 0.8)
    >>> speed.momentum_step_size, speed.momentum, speed.momentum_rate
    (0.25, 0.25, 0.5)
    >>> speed.predicted_steps(1e-6), speed.predicted_momentum_steps(1e-6)
    (62.0, 20.0)
    """

    _shows: ClassVar[str] = (
        "smallest largest condition_number optimal_step_size rate momentum momentum_rate"
    )

    smallest: float
    largest: float

    def __post_init__(self) -> None:
        smallest = check_positive(self.smallest, "smallest")
        largest = check_positive(self.largest, "largest")
        if smallest > largest:
            raise ValueError(
                f"smallest must not exceed largest, but they are {smallest} and {largest}"
            )

    @property
    def condition_number(self) -> float:
        """Return the largest over the smallest, infinite where that exceeds the largest float."""
        return float(self.largest) / float(self.smallest)

    @property
    def optimal_step_size(self) -> float:
        """Return 2 / (smallest + largest), the step of gradient descent with the best rate."""
        return 1 / (self.smallest / 2 + self.largest / 2)

    @property
    def rate(self) -> float:
        """Return (kappa - 1) / (kappa + 1), the rate of gradient descent with the best step."""
        return (self.largest - self.smallest) / (self.largest + self.smallest)

    @property
    def momentum_step_size(self) -> float:
        """Return 4 / (sqrt(smallest) + sqrt(largest))^2, the best step of heavy ball."""
        return (2 / (math.sqrt(self.smallest) + math.sqrt(self.largest))) ** 2

    @property
    def momentum(self) -> float:
        """Return ((sqrt(kappa) - 1) / (sqrt(kappa) + 1))^2, the best momentum of heavy ball."""
        return self.momentum_rate**2

    @property
    def momentum_rate(self) -> float:
        """Return (sqrt(kappa) - 1) / (sqrt(kappa) + 1), the rate of heavy ball at its best."""
        low, high = math.sqrt(self.smallest), math.sqrt(self.largest)
        return (high - low) / (high + low)

    def rate_at(self, step_size: float) -> float:
        """Return max(abs(1 - step smallest), abs(1 - step largest)); from 1 on nothing converges.

        Parameters
        ----------
        step_size : float
            The step of gradient descent, above 0.
        """
        step = check_positive(step_size, "step_size")
        return max(abs(1 - step * self.smallest), abs(1 - step * self.largest))

    def predicted_steps(self, accuracy: float, step_size: float | None = None) -> float:
        """Return how many steps of gradient descent shrink the distance by a factor.

        Parameters
        ----------
        accuracy : float
            The factor, between 0 and 1.
        step_size : float, optional
            The step; by default the best.

        Returns
        -------
        float
            A whole number, or infinity where the rate is 1 or more.
        """
        if step_size is None:
            return _steps(accuracy, _log_of_ratio(self.condition_number))
        step = check_positive(step_size, "step_size")
        rate = self.rate_at(step)
        if rate >= 1 and step * self.largest >= 2:
            return _steps(accuracy, 0.0)
        slow = 1 - step * self.smallest
        if rate == slow > 0:
            return _steps(accuracy, math.log1p(-step * self.smallest))
        return _steps(accuracy, math.log(rate) if rate > 0 else -math.inf)

    def predicted_momentum_steps(self, accuracy: float) -> float:
        """Return how many steps of heavy ball at its best shrink the distance by a factor.

        Parameters
        ----------
        accuracy : float
            The factor, between 0 and 1.

        Returns
        -------
        float
            A whole number. The double root at both ends of the spectrum costs a factor k in the
            distance after k steps, which is left out.
        """
        return _steps(accuracy, _log_of_ratio(math.sqrt(self.condition_number)))


def _log_of_ratio(size: float) -> float:
    """Return log((size - 1) / (size + 1)), minus infinity at 1."""
    return math.log1p(-2 / (size + 1)) if size > 1 else -math.inf


def _steps(accuracy: float, log_rate: float) -> float:
    factor = check_positive(accuracy, "accuracy")
    if factor >= 1:
        raise ValueError(f"accuracy must be below 1, but it is {factor}")
    if log_rate >= 0:
        return math.inf
    return float(max(1, math.ceil(math.log(factor) / log_rate)))
