"""What the truth values of the bank may name, beside the public functions of ``dmfbook``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import dmfbook
from dmfbook.reference import dense_hessian


def diag(*values: float) -> Any:
    """Return a diagonal matrix."""
    return np.diag(np.array(values, dtype=float))


def numbers(*values: float) -> list[Any]:
    """Return factors that are numbers, the first one first."""
    return [np.array([[float(value)]]) for value in values]


def random(*shape: int, seed: int = 0) -> Any:
    """Return a matrix of normal entries, the same one every time."""
    return np.random.default_rng(seed).normal(size=shape)


def singular(matrix: Any) -> Any:
    """Return the singular values of a matrix."""
    return np.linalg.svd(np.asarray(matrix, dtype=float), compute_uv=False)


def turn(degrees: float) -> Any:
    """Return the rotation of the plane by an angle."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


def eigenvalues(factors: Sequence[Any], target: Any, regularization: float = 0.0) -> Any:
    """Return the eigenvalues of the Hessian, ascending."""
    return np.linalg.eigvalsh(dense_hessian(factors, target, regularization))


def steepest(factors: Sequence[Any], target: Any, regularization: float = 0.0) -> float:
    """Return the largest entry of the gradient: zero at a critical point."""
    slopes = dmfbook.gradient(factors, target, regularization)
    return float(max(np.abs(slope).max() for slope in slopes))


def imbalance_of(factors: Sequence[Any]) -> float:
    """Return the largest entry of all imbalances: zero for balanced factors."""
    return float(max(np.abs(one).max() for one in dmfbook.imbalance(factors)))


def cost(factors: Sequence[Any]) -> float:
    """Return the sum of the squared norms of the factors."""
    return float(sum(np.sum(np.square(factor)) for factor in factors))


def descend(
    factors: Sequence[Any], target: Any, step_size: float, steps: int, regularization: float = 0.0
) -> list[Any]:
    """Return where gradient descent ends."""
    run = dmfbook.gradient_descent(list(factors), target, step_size, steps, regularization)
    return list(run.factors)


def times(values: Any, value: float) -> int:
    """Return how often a value occurs among numbers."""
    return int(np.sum(np.abs(np.asarray(values) - value) < 1e-7))


def close(one: Any, other: Any, within: float = 1e-9) -> bool:
    """Say whether two numbers, or arrays, agree."""
    return bool(np.allclose(one, other, rtol=0, atol=within))


def namespace() -> dict[str, Any]:
    """Return all names that a truth value may use."""
    names: dict[str, Any] = {name: getattr(dmfbook, name) for name in dmfbook.__all__}
    helpers = (
        *(diag, numbers, random, singular, turn, eigenvalues, steepest, imbalance_of, cost),
        *(descend, times, close),
    )
    return names | {"np": np} | {helper.__name__: helper for helper in helpers}


def holds(expression: str) -> Any:
    """Return the value of a truth value or of an answer."""
    return eval(expression, namespace())  # our own files, no reader's
