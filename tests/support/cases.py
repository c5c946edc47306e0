"""Structured problems and points, in one place, for every test to draw from.

A `Problem` is a target with known singular values together with widths and a regularization; a
`Point` is a factorization of any kind, minimum or not. Both are seeded and never change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[np.float64]


def orthonormal_columns(rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Return a random matrix with orthonormal columns."""
    return np.linalg.qr(rng.standard_normal((rows, columns)))[0]


def matrix_with_singular_values(
    singular_values: tuple[float, ...], shape: tuple[int, int], seed: int
) -> Array:
    """Return a random matrix of the given shape with the given singular values, then zeros."""
    rng = np.random.default_rng(seed)
    count = len(singular_values)
    left = orthonormal_columns(shape[0], count, rng)
    right = orthonormal_columns(shape[1], count, rng)
    return left @ np.diag(singular_values) @ right.T


def random_factors(widths: tuple[int, ...], seed: int, scale: float = 1.0) -> list[Array]:
    """Return Gaussian factors, so scaled that the end-to-end matrix neither dies nor explodes."""
    rng = np.random.default_rng(seed)
    return [
        scale * rng.standard_normal((after, before)) / np.sqrt(max(before, 1))
        for before, after in pairwise(widths)
    ]


def tie_value(depth: int, regularization: float) -> float:
    """Return the singular value at which zero and a nonzero minimizer tie (depth at least 3)."""
    power = depth / (2 * depth - 2)
    return float((depth - 1) / (depth - 2) * (regularization * (depth - 2)) ** power)


def collapse_value(depth: int, singular_value: float) -> float:
    """Return the regularization at which a singular value collapses to zero."""
    power = 2 - 2 / depth
    tip = 1.0 if depth == 2 else (depth - 2) ** (1 - 2 / depth)
    return float(singular_value**power * tip / (depth - 1) ** power)


@dataclass(frozen=True)
class Problem:
    """A target with known singular values (zeros not listed), widths and a regularization."""

    name: str
    singular_values: tuple[float, ...]
    widths: tuple[int, ...]
    regularization: float
    seed: int = 0
    has_tie: bool = False

    @property
    def depth(self) -> int:
        return len(self.widths) - 1

    @property
    def size(self) -> int:
        return sum(before * after for before, after in pairwise(self.widths))

    @cached_property
    def target(self) -> Array:
        shape = (self.widths[-1], self.widths[0])
        return matrix_with_singular_values(self.singular_values, shape, self.seed)

    @cached_property
    def factors(self) -> list[Array]:
        """A random point that belongs to the widths; it minimizes nothing."""
        return random_factors(self.widths, self.seed + 1000)

    def __str__(self) -> str:
        return self.name


PROBLEMS = (
    Problem("square depth 2", (3.0, 2.0, 0.7), (3, 3, 3), 0.1),
    Problem("square depth 3", (3.0, 2.0, 0.7), (3, 3, 3, 3), 0.05),
    Problem("square depth 4", (2.0, 1.5), (2, 2, 2, 2, 2), 0.05),
    Problem("square depth 5", (2.0, 1.5), (2, 2, 2, 2, 2, 2), 0.02),
    Problem("square depth 6", (2.0, 1.5), (2,) * 7, 0.02),
    Problem("tall", (3.0, 1.2), (2, 3, 2, 4), 0.1),
    Problem("broad", (3.0, 1.2), (4, 2, 3, 2), 0.1),
    Problem("tall depth 2", (3.0, 1.2), (2, 2, 5), 0.1),
    Problem("broad depth 2", (3.0, 1.2), (5, 3, 2), 0.1),
    Problem("wide hidden depth 2", (2.0, 1.0), (2, 6, 2), 0.1),
    Problem("wide hidden depth 3", (2.0, 1.0), (2, 5, 4, 3), 0.1),
    Problem("scalar depth 2", (1.7,), (1, 1, 1), 0.2),
    Problem("scalar depth 3", (1.7,), (1, 1, 1, 1), 0.2),
    Problem("scalar depth 6", (1.7,), (1,) * 7, 0.05),
    Problem("scalar with hidden width", (1.7,), (1, 4, 3, 1), 0.2),
    Problem("one row", (1.5,), (3, 2, 2, 1), 0.1),
    Problem("one column", (1.5,), (1, 2, 2, 3), 0.1),
    Problem("rank deficient depth 2", (2.0,), (3, 3, 3), 0.1),
    Problem("rank deficient depth 4", (2.0, 1.1), (3, 3, 4, 3, 4), 0.1),
    Problem("zero target depth 2", (), (2, 3, 2), 0.3),
    Problem("zero target depth 3", (), (2, 3, 2, 2), 0.3),
    Problem("repeated depth 2", (2.0, 2.0, 1.0), (3, 3, 3), 0.2),
    Problem("repeated depth 3", (2.0, 2.0, 2.0), (3, 4, 3, 3), 0.2),
    Problem("nearly repeated", (2.0, 2.0 * (1 + 1e-9)), (2, 2, 2, 2), 0.2),
    Problem("collapsed depth 2", (0.9, 0.4), (2, 3, 2), 1.5),
    Problem("collapsed depth 3", (0.9, 0.4), (2, 3, 2, 3), 1.5),
    Problem("partly collapsed depth 2", (3.0, 1.0, 0.2), (3, 3, 4), 0.5),
    Problem("partly collapsed depth 3", (3.0, 1.0, 0.2), (3, 3, 4, 3), 0.4),
    Problem("partly collapsed depth 5", (3.0, 1.5, 0.1), (4, 3, 3, 4, 3, 3), 0.1),
    Problem("tie depth 3", (3.0, tie_value(3, 0.3)), (2, 3, 2, 2), 0.3, has_tie=True),
    Problem("double tie", (tie_value(4, 0.2),) * 2, (2, 2, 3, 2, 2), 0.2, has_tie=True),
    Problem("edge of collapse depth 2", (2.0, 0.5), (2, 2, 2), 0.5),
    Problem("tiny regularization", (2.0, 1.0), (2, 2, 2, 2), 1e-8),
)


def problems(wanted: Callable[[Problem], bool] = lambda problem: True) -> tuple[Problem, ...]:
    """Return the problems that satisfy a condition."""
    return tuple(problem for problem in PROBLEMS if wanted(problem))


def untied(problem: Problem) -> bool:
    """Tell whether the problem has one minimizing end-to-end matrix."""
    return not problem.has_tie


@dataclass(frozen=True)
class Drawn:
    """What hypothesis draws: widths, a seed and a regularization."""

    widths: tuple[int, ...]
    seed: int
    regularization: float

    @property
    def depth(self) -> int:
        return len(self.widths) - 1

    @property
    def target(self) -> Array:
        rng = np.random.default_rng(self.seed)
        return rng.standard_normal((self.widths[-1], self.widths[0]))

    @property
    def factors(self) -> list[Array]:
        return random_factors(self.widths, self.seed + 1000)


@st.composite
def drawn_problems(
    draw: Callable[[st.SearchStrategy[Any]], Any],
    max_depth: int = 6,
    max_width: int = 4,
    hidden_at_least_ends: bool = False,
    min_regularization: float = 0.0,
) -> Drawn:
    """Draw widths of depth 2 to max_depth, a seed, and lambda between the given bound and 2."""
    width = st.integers(1, max_width)
    depth = draw(st.integers(2, max_depth))
    ends = (draw(width), draw(width))
    least = min(ends) if hidden_at_least_ends else 1
    hidden = draw(st.lists(st.integers(least, max_width), min_size=depth - 1, max_size=depth - 1))
    regularization = draw(st.floats(min_regularization, 2.0, allow_subnormal=False))
    return Drawn((ends[0], *hidden, ends[1]), draw(st.integers(0, 2**16)), regularization)
