"""Recovery against its single starts and other solvers, thresholding against minimizers.

The instances are 64 x 64: five pictures that matplotlib ships and two synthetic matrices, 30 and 60
percent observed, depth 3 and 4, the regularization a tenth and 3 hundredths of what collapses all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from benchmarks.harness import Peer, Race, race
from dmfbook import (
    MatrixRecovery,
    collapse_threshold,
    factorization_cost,
    pack,
    recover_matrix,
    threshold_singular_values,
    unpack,
)
from dmfbook.reference import grid_minimizer
from dmfbook.samples import SAMPLES, sample_matrix

DEPTH = 4
REGULARIZATION = 0.05
PLAIN = "plain steps, from zero and by continuation"
FACTORS = "L-BFGS on factors of width 20, 4 random starts"
# Objectives are equal within this; the factors are not polished further.
SAME = 1e-6


class Instance(NamedTuple):
    """A matrix with a mask, and what it is recovered with."""

    name: str
    target: np.ndarray
    mask: np.ndarray
    share: float
    depth: int
    regularization: float

    def objective(self, matrix: np.ndarray) -> float:
        """Return the objective at a matrix."""
        error = np.where(self.mask, matrix - self.target, 0.0)
        return float(np.sum(error**2)) + self.regularization * factorization_cost(
            matrix, self.depth
        )


class Duel(NamedTuple):
    """The objective that the library reaches and its seconds, and those of its peers."""

    objective: float
    seconds: float
    peers: dict[str, tuple[float, float]]


def matrices() -> dict[str, np.ndarray]:
    """Return the matrices, each with mean 0 and standard deviation 1."""
    pictures = [name for name in SAMPLES if name != "gravel"]
    found = {name: sample_matrix(name, 64) for name in pictures}
    rng = np.random.default_rng(0)
    low = rng.standard_normal((64, 3)) @ rng.standard_normal((3, 64))
    found["rank 3"] = low + 0.1 * rng.standard_normal((64, 64))
    frames = [np.linalg.qr(rng.standard_normal((64, 64)))[0] for _ in range(2)]
    found["1/k"] = frames[0] / np.arange(1, 65) @ frames[1]
    return {name: (m - m.mean()) / m.std() for name, m in found.items()}


def instances() -> Iterator[Instance]:
    for seed, (name, target) in enumerate(matrices().items()):
        for share in (0.3, 0.6):
            mask = np.random.default_rng(100 + seed).random(target.shape) < share
            top = float(np.linalg.norm(np.where(mask, target, 0.0), 2))
            for depth in (3, 4):
                for part in (0.1, 0.03):
                    weight = part * collapse_threshold(top, depth)
                    title = f"{name}, {share:.0%} observed, depth {depth}, lambda/collapse {part}"
                    yield Instance(title, target, mask, share, depth, weight)


def plain_steps(one: Instance, levels: int, most: int = 10_000) -> np.ndarray:
    """Return the end of proximal steps alone, from zero or along a continuation."""
    matrix = np.zeros_like(one.target)
    top = float(np.linalg.norm(np.where(one.mask, one.target, 0.0), 2))
    start = collapse_threshold(top, one.depth) if levels > 1 else one.regularization
    size = 2 * float(np.linalg.norm(one.target[one.mask]))
    for level, weight in enumerate(np.geomspace(start, one.regularization, levels)):
        enough = 1e-8 if level == levels - 1 else 1e-3
        for _ in range(most):
            before = matrix
            moved = before + 0.98 * np.where(one.mask, one.target - before, 0.0)
            matrix = threshold_singular_values(moved, one.depth, 0.98 * weight)
            step = before - matrix
            if np.linalg.norm(step / 0.49 - 2 * np.where(one.mask, step, 0.0)) <= enough * size:
                break
    return matrix


def by_factors(one: Instance, starts: int = 4) -> float:
    """Return the lowest objective of L-BFGS on the factors from random starts."""
    widths = (64,) + (20,) * (one.depth - 1) + (64,)
    weights = one.mask.astype(float)
    goal = np.where(one.mask, one.target, 0.0)

    def value_and_slope(vector: np.ndarray) -> tuple[float, np.ndarray]:
        factors = unpack(vector, widths)
        before = [np.eye(64)]
        for factor in factors:
            before.append(factor @ before[-1])
        error = weights * (before[-1] - goal)
        back, parts = 2 * error, []
        for factor, prefix in zip(reversed(factors), reversed(before[:-1]), strict=True):
            parts.append(back @ prefix.T + 2 * one.regularization * factor)
            back = factor.T @ back
        value = float(np.sum(error**2)) + one.regularization * float(vector @ vector)
        return value, pack(parts[::-1])

    rng = np.random.default_rng(0)
    count = 64 * 20 * 2 + 400 * (one.depth - 2)
    return min(
        minimize(
            value_and_slope,
            0.3 * rng.standard_normal(count),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 5000, "maxfun": 10_000},
        ).fun
        for _ in range(starts)
    )


def soft_impute(one: Instance, most: int = 10_000) -> np.ndarray:
    """Return the end of soft-impute in numpy, for the nuclear norm."""
    matrix = np.zeros_like(one.target)
    for _ in range(most):
        before = matrix
        filled = np.where(one.mask, one.target, before)
        left, values, right = np.linalg.svd(filled, full_matrices=False)
        matrix = (left * np.maximum(values - one.regularization, 0.0)) @ right
        if np.linalg.norm(matrix - before) <= 1e-7 * np.linalg.norm(matrix):
            break
    return matrix


def by_pyproximal(one: Instance) -> np.ndarray:
    """Return the end of pyproximal's accelerated proximal gradient, for the nuclear norm."""
    import pylops
    import pyproximal
    from pyproximal.optimization.primal import ProximalGradient

    observed = np.flatnonzero(one.mask)
    operator = pylops.Restriction(one.mask.size, observed)
    end = ProximalGradient(
        pyproximal.L2(Op=operator, b=one.target.ravel()[observed]),
        pyproximal.Nuclear(one.mask.shape, one.regularization),
        x0=np.zeros(one.mask.size),
        tau=0.99,
        niter=1000,
        acceleration="fista",
        show=False,
    )
    return np.reshape(end, one.mask.shape)


def by_nuclear_norm() -> Iterator[Race]:
    """Race at depth 2, where others solve the same problem."""
    first = next(instances())
    top = float(np.linalg.norm(np.where(first.mask, first.target, 0.0), 2))
    one = first._replace(depth=2, regularization=0.03 * top)
    peers: dict[str, Callable[[], np.ndarray]] = {"soft-impute in numpy": lambda: soft_impute(one)}
    if find_spec("pyproximal"):
        peers["pyproximal, FISTA, 1000 steps"] = lambda: by_pyproximal(one)
    least = recover_matrix(one.target, one.mask, 2, one.regularization).objective
    excess = [f"{name} {one.objective(peer()) / least - 1:.0e}" for name, peer in peers.items()]
    yield race(
        "Nuclear norm, terrain, 30% observed, lambda/collapse 0.03",
        ours=lambda: recover_matrix(one.target, one.mask, 2, one.regularization),
        peers=peers,
        repeats=3,
        note=f"objective over ours - 1: {', '.join(excess)}",
    )


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return run(), time.perf_counter() - start


def duel(one: Instance) -> Duel:
    """Solve an instance as the library does and as its peers do, once each.

    Plain steps may not have arrived after 10,000; L-BFGS then finishes from their ends.
    """

    def ours(start: list[np.ndarray] | None = None) -> MatrixRecovery:
        return recover_matrix(one.target, one.mask, one.depth, one.regularization, start=start)

    found, seconds = timed(ours)
    ends, plain_seconds = timed(lambda: [plain_steps(one, levels) for levels in (1, 20)])
    least, factor_seconds = timed(lambda: by_factors(one))
    peers = {PLAIN: (ours(ends).objective, plain_seconds), FACTORS: (least, factor_seconds)}
    return Duel(found.objective, seconds, peers)


def summary(title: str, duels: list[Duel]) -> Race:
    """Return a race over instances: the ratios are those of the instances, not of rounds."""
    peers, notes = [], []
    for name in duels[0].peers:
        excess = np.array([one.objective / one.peers[name][0] - 1 for one in duels])
        times = np.array([one.peers[name][1] for one in duels])
        own = np.array([one.seconds for one in duels])
        ratios = times / own
        peers.append(Peer(name, float(np.median(ratios)), float(ratios.max()), float(ratios.min())))
        notes.append(
            f"against {name} our objective is lower in {np.sum(excess < -SAME)} of {len(duels)} "
            f"(by up to {-excess.min():.0e}) and higher in {np.sum(excess > SAME)} (by up to "
            f"{max(excess.max(), 0.0):.0e}); all times together {times.sum() / own.sum():.3g}"
        )
    seconds = float(np.median([one.seconds for one in duels]))
    return Race(title, seconds, tuple(peers), "; ".join(notes))


def by_depth() -> Iterator[Race]:
    """Race on all instances, those of one share and depth together."""
    groups: dict[str, list[Duel]] = {}
    for one in instances():
        title = f"{one.share:.0%} observed, depth {one.depth}"
        groups.setdefault(title, []).append(duel(one))
    yield from (summary(f"Recovery, {name}", duels) for name, duels in groups.items())


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
    yield from by_nuclear_norm()
    yield from by_depth()
