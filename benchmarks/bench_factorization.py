"""Hessian products through two passes against the dense Hessian and differences of gradients."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from benchmarks.harness import Race, race
from dmfbook import gradient, hessian_operator, pack, unpack
from dmfbook.reference import dense_hessian

REGULARIZATION = 0.1


def draw(widths: tuple[int, ...]) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    factors = [
        rng.standard_normal((after, before)) / np.sqrt(before) for before, after in pairwise(widths)
    ]
    target = rng.standard_normal((widths[-1], widths[0]))
    return factors, target, rng.standard_normal(sum(a * b for a, b in pairwise(widths)))


def by_differences(
    factors: list[np.ndarray], target: np.ndarray, vector: np.ndarray, widths: tuple[int, ...]
) -> np.ndarray:
    """Central differences of the gradient, exact to about ten digits only."""
    point, step = pack(factors), 1e-5
    ahead = gradient(unpack(point + step * vector, widths), target, REGULARIZATION)
    behind = gradient(unpack(point - step * vector, widths), target, REGULARIZATION)
    return (pack(ahead) - pack(behind)) / (2 * step)


def races() -> Iterator[Race]:
    for widths in [(20, 20, 20, 20), (40, 40, 40), (20,) * 7]:
        factors, target, vector = draw(widths)
        operator = hessian_operator(factors, target, REGULARIZATION)
        dense = dense_hessian(factors, target, REGULARIZATION)
        error = np.abs(operator @ vector - dense @ vector).max() / np.abs(dense @ vector).max()
        yield race(
            f"Hessian product, widths {widths[0]}, depth {len(widths) - 1}",
            ours=lambda operator=operator, vector=vector: operator @ vector,
            peers={
                "dense product, Hessian given": lambda dense=dense, vector=vector: dense @ vector,
                "differences of gradients": lambda f=factors, t=target, v=vector, w=widths: (
                    by_differences(f, t, v, w)
                ),
            },
            note=f"N = {vector.size}; ours and the dense product agree to {error:.0e}",
        )
    factors, target, _ = draw((10, 10, 10, 10))
    size = 300
    yield race(
        "Whole Hessian, widths 10, depth 3",
        ours=lambda: hessian_operator(factors, target, REGULARIZATION) @ np.eye(size),
        peers={"block by block": lambda: dense_hessian(factors, target, REGULARIZATION)},
        note=f"N = {size}; the operator times the identity, in one batch",
    )
