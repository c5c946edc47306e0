"""Closed-form spectra, sharpness and traces at regularized minimizers against eigensolvers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from scipy.sparse.linalg import eigsh

from benchmarks import curvature
from benchmarks.harness import Race, race
from dmfbook import (
    balanced_factors,
    hessian_operator,
    hessian_spectrum,
    minimizer_sharpness,
    minimizer_trace,
    scalar_minimizer,
    spectrum_from_singular_values,
)
from dmfbook.reference import dense_hessian

REGULARIZATION = 0.3


def minimizer(target: np.ndarray, widths: tuple[int, ...]) -> list[np.ndarray]:
    left, values, right = np.linalg.svd(target, full_matrices=False)
    fitted = scalar_minimizer(values, len(widths) - 1, REGULARIZATION)
    return balanced_factors((left * fitted) @ right, widths, rng=0)


def all_eigenvalues(target: np.ndarray, widths: tuple[int, ...]) -> np.ndarray:
    return hessian_spectrum(target, widths, REGULARIZATION).eigenvalues()


def all_from_singular_values(values: np.ndarray, widths: tuple[int, ...]) -> np.ndarray:
    return spectrum_from_singular_values(values, widths, REGULARIZATION).eigenvalues()


def top_by_lanczos(operator: object) -> float:
    return float(eigsh(operator, k=1, which="LA", tol=0, return_eigenvectors=False)[0])


def trace_by_hutchinson(operator: object, probes: np.ndarray) -> float:
    return float(np.sum(probes * (operator @ probes)) / probes.shape[1])


def races() -> Iterator[Race]:
    rng = np.random.default_rng(0)
    for width in (20, 50):
        widths = (width,) * 3
        target = rng.standard_normal((width, width))
        hessian = dense_hessian(minimizer(target, widths), target, REGULARIZATION)
        ours, dense = all_eigenvalues(target, widths), np.linalg.eigvalsh(hessian)
        error = float(np.abs(ours - dense).max() / dense[-1])
        assert error < 1e-12
        yield race(
            f"all eigenvalues, N = {hessian.shape[0]:,}",
            ours=partial(all_eigenvalues, target, widths),
            peers={"numpy.linalg.eigvalsh": partial(np.linalg.eigvalsh, hessian)},
            repeats=5 if width < 50 else 2,
            note=f"the peer is given the Hessian; largest difference {error:.0e} of the largest "
            "eigenvalue",
        )

    widths = (500,) * 11
    values = np.linalg.svd(rng.standard_normal((500, 500)), compute_uv=False)
    numbers = rng.standard_normal(sum(a * b for a, b in pairwise(widths)))
    yield race(
        f"all eigenvalues, N = {numbers.size:,}, from the singular values",
        ours=partial(all_from_singular_values, values, widths),
        peers={"numpy.sort of as many random numbers": partial(np.sort, numbers)},
        note="no eigensolver can take part; the peer is only a yardstick",
    )

    for widths in ((20,) * 4, (100,) * 5):
        target = rng.standard_normal((widths[-1], widths[0]))
        factors = minimizer(target, widths)
        operator = hessian_operator(factors, target, REGULARIZATION)
        exact = minimizer_sharpness(target, widths, REGULARIZATION)
        np.testing.assert_allclose(exact, top_by_lanczos(operator), rtol=1e-11)
        size = f"depth {len(widths) - 1}, width {widths[0]}"
        peers = {"scipy eigsh on Hessian products": partial(top_by_lanczos, operator)}
        if curvature.INSTALLED:
            by_torch = curvature.torch_hessian(factors, target, REGULARIZATION)
            np.testing.assert_allclose(exact, top_by_lanczos(by_torch), rtol=1e-11)
            peers["scipy eigsh on curvlinops"] = partial(top_by_lanczos, by_torch)
        yield race(
            f"sharpness of the minimizers, {size}",
            ours=partial(minimizer_sharpness, target, widths, REGULARIZATION),
            peers=peers,
            repeats=3,
            note="ours starts from the target, the peer from a minimizer; agreement to 1e-11",
        )
        probes = np.where(rng.random((operator.shape[0], 30)) < 0.5, -1.0, 1.0)
        trace = minimizer_trace(target, widths, REGULARIZATION)
        error = abs(trace_by_hutchinson(operator, probes) / trace - 1)
        yield race(
            f"trace at the minimizers, {size}",
            ours=partial(minimizer_trace, target, widths, REGULARIZATION),
            peers={"Hutchinson, 30 probes": partial(trace_by_hutchinson, operator, probes)},
            note=f"ours is exact; the estimate is off by {error:.0e}",
        )
