"""The scalar minimizer against general root finders."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.optimize.elementwise import find_root

from benchmarks.harness import Race, race
from dmfbook import scalar_minimizer, uniqueness_threshold

REGULARIZATION = 0.5
COUNT = 200_000


def by_elementwise(target: np.ndarray, depth: int, tie: float) -> np.ndarray:
    """Bracket the nonzero root between the tie's ratio and the target; zero below the tie."""
    size = np.abs(target)
    minimizer = np.zeros_like(size)
    large = size[size >= tie]

    def slope(x: np.ndarray, m: np.ndarray) -> np.ndarray:
        return x - m + REGULARIZATION * x ** (2 / depth - 1)

    low = large * ((depth - 2) / (depth - 1)) * (1 - 1e-12)
    found = find_root(slope, (low, large), args=(large,), tolerances={"xrtol": 1e-15})
    minimizer[size >= tie] = found.x
    return np.copysign(minimizer, target)


def by_brentq(target: np.ndarray, depth: int, tie: float) -> list[float]:
    minimizer = []
    for m in target.tolist():
        size = abs(m)
        if size < tie:
            minimizer.append(0.0)
            continue
        low = size * ((depth - 2) / (depth - 1)) * (1 - 1e-12)
        root = brentq(
            lambda x, size=size: x - size + REGULARIZATION * x ** (2 / depth - 1),
            low,
            size,
            xtol=1e-300,
            rtol=1e-15,
        )
        minimizer.append(root if m > 0 else -root)
    return minimizer


def races() -> Iterator[Race]:
    rng = np.random.default_rng(0)
    fair = "both to about 1e-15; the root finder is handed the tie and a bracket"
    for depth in (3, 10):
        tie = uniqueness_threshold(depth, REGULARIZATION)
        many = 3 * rng.standard_normal(COUNT)
        few, one = many[:2000], many[np.abs(many).argmax()]
        ours = scalar_minimizer(many, depth, REGULARIZATION)
        np.testing.assert_allclose(by_elementwise(many, depth, tie), ours, rtol=1e-13)
        np.testing.assert_allclose(by_brentq(few, depth, tie), ours[: few.size], rtol=1e-13)
        yield race(
            f"scalar_minimizer, depth {depth}, {COUNT:,} targets",
            ours=partial(scalar_minimizer, many, depth, REGULARIZATION),
            peers={
                "scipy.optimize.elementwise.find_root": partial(by_elementwise, many, depth, tie)
            },
            note=fair,
        )
        yield race(
            f"scalar_minimizer, depth {depth}, 2,000 targets",
            ours=partial(scalar_minimizer, few, depth, REGULARIZATION),
            peers={"scipy.optimize.brentq in a loop": partial(by_brentq, few, depth, tie)},
            note=fair,
        )
        yield race(
            f"scalar_minimizer, depth {depth}, a single target",
            ours=partial(scalar_minimizer, one, depth, REGULARIZATION),
            peers={"scipy.optimize.brentq": partial(by_brentq, np.array([one]), depth, tie)},
            note="ours checks its arguments, which the peer does not",
        )
