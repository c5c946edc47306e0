"""Sharpness at arbitrary zero-loss minima against Lanczos on Hessian products."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from benchmarks import curvature
from benchmarks.harness import Race, race
from dmfbook import end_to_end, hessian_operator, hessian_trace, sharpness, spectrum_at

CASES = (
    (10, 20, 20),
    (10, 10, 10, 10),
    (20, 20, 20, 20),
    (50, 40, 40, 60),
    (100, 100, 100, 100),
    (100, 100, 100, 100, 100),
    (50,) * 11,
    (1, *(30,) * 14, 1),
)
# Automatic differentiation takes its time.
CURVLINOPS_CASES = ((20, 20, 20, 20), (50, 40, 40, 60))


def top_by_lanczos(factors: list[np.ndarray], target: np.ndarray, tolerance: float) -> float:
    return top(hessian_operator(factors, target), tolerance)


def top(operator: LinearOperator, tolerance: float) -> float:
    found = eigsh(operator, k=1, which="LA", tol=tolerance, return_eigenvectors=False)
    return float(found[0])


def trace_by_hutchinson(factors: list[np.ndarray], target: np.ndarray, probes: np.ndarray) -> float:
    products = hessian_operator(factors, target) @ probes
    return float(np.sum(probes * products) / probes.shape[1])


def all_by_eigvalsh(factors: list[np.ndarray], target: np.ndarray) -> np.ndarray:
    operator = hessian_operator(factors, target)
    return np.linalg.eigvalsh(operator @ np.eye(operator.shape[0]))


def races() -> Iterator[Race]:
    rng = np.random.default_rng(0)
    for widths in CASES:
        factors = [
            rng.standard_normal((after, before)) / np.sqrt(before)
            for before, after in pairwise(widths)
        ]
        target = end_to_end(factors)
        ours = sharpness(factors)
        np.testing.assert_allclose(top_by_lanczos(factors, target, 0), ours, rtol=1e-12)
        size = sum(factor.size for factor in factors)
        peers = {
            "scipy eigsh on Hessian products": partial(top_by_lanczos, factors, target, 0),
            "the same, tol=1e-8": partial(top_by_lanczos, factors, target, 1e-8),
        }
        if curvature.INSTALLED and widths in CURVLINOPS_CASES:
            by_torch = curvature.torch_hessian(factors, target)
            np.testing.assert_allclose(top(by_torch, 0), ours, rtol=1e-12)
            peers["scipy eigsh on curvlinops"] = partial(top, by_torch, 0)
        yield race(
            f"sharpness, depth {len(factors)}, N = {size:,}, d_0 d_L = {target.size:,}",
            ours=partial(sharpness, factors),
            peers=peers,
            repeats=9 if size < 5000 else 5,
            note="random Gaussian factors; agreement to 1e-12; the peers start at random, with "
            "scipy's default tolerance where none is given",
        )

    widths = (20, 20, 20, 20)
    factors = [rng.standard_normal((20, 20)) / np.sqrt(20) for _ in widths[1:]]
    target = end_to_end(factors)
    found, dense = spectrum_at(factors).eigenvalues(), all_by_eigvalsh(factors, target)
    np.testing.assert_allclose(found, dense, rtol=0, atol=1e-12 * dense[-1])
    yield race(
        f"all eigenvalues, depth 3, N = {found.size:,}, d_0 d_L = {target.size}",
        ours=partial(spectrum_at, factors),
        peers={"numpy.linalg.eigvalsh": partial(all_by_eigvalsh, factors, target)},
        note="agreement to 1e-12 of the largest",
    )
    probes = np.where(rng.random((found.size, 30)) < 0.5, -1.0, 1.0)
    exact = hessian_trace(factors)
    error = abs(trace_by_hutchinson(factors, target, probes) / exact - 1)
    yield race(
        f"trace, depth 3, N = {found.size:,}",
        ours=partial(hessian_trace, factors),
        peers={"Hutchinson, 30 probes": partial(trace_by_hutchinson, factors, target, probes)},
        note=f"ours is exact; the estimate is off by {error:.0e}",
    )
