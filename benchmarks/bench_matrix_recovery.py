"""Continuation against a cold start, and thresholding against a numerical minimizer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.optimize import minimize_scalar

from benchmarks.harness import Race, race
from dmfbook import recover_matrix, threshold_singular_values
from dmfbook.reference import grid_minimizer

DEPTH = 4
REGULARIZATION = 0.05


def by_grid(matrix: np.ndarray) -> np.ndarray:
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    return (left * [grid_minimizer(m, DEPTH, REGULARIZATION, 2001) for m in values]) @ right


def by_minimize_scalar(matrix: np.ndarray) -> np.ndarray:
    """Bounded minimization of each singular value; zero is compared, or it would be missed."""
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    shrunk = []
    for m in values:

        def objective(x: float, m: float = m) -> float:
            return float((m - x) ** 2 + REGULARIZATION * DEPTH * abs(x) ** (2 / DEPTH))

        found = minimize_scalar(objective, bounds=(m * (DEPTH - 2) / (DEPTH - 1), m))
        shrunk.append(found.x if objective(found.x) <= objective(0.0) else 0.0)
    return (left * shrunk) @ right


def races() -> Iterator[Race]:
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((60, 50))
    yield race(
        "Thresholding of a 60 x 50 matrix, depth 4",
        ours=lambda: threshold_singular_values(matrix, DEPTH, REGULARIZATION),
        peers={
            "grid of 2001 points": lambda: by_grid(matrix),
            "scipy minimize_scalar": lambda: by_minimize_scalar(matrix),
        },
        note="all decompose by numpy's SVD first; the peers are exact to 3 and about 5 digits",
    )
    target = rng.standard_normal((40, 3)) @ rng.standard_normal((3, 40))
    mask = rng.random(target.shape) < 0.5
    runs = {levels: recover_matrix(target, mask, 3, 1e-2, levels=levels) for levels in (20, 1)}
    errors = {
        levels: np.linalg.norm(run.matrix - target) / np.linalg.norm(target)
        for levels, run in runs.items()
    }
    yield race(
        "Recovery of a 40 x 40 matrix of rank 3 from half of its entries, depth 3",
        ours=lambda: recover_matrix(target, mask, 3, 1e-2),
        peers={"no continuation": lambda: recover_matrix(target, mask, 3, 1e-2, levels=1)},
        repeats=3,
        note=(
            f"rank and relative error: {runs[20].rank} and {errors[20]:.0e} with continuation, "
            f"{runs[1].rank} and {errors[1]:.0e} without"
        ),
    )
