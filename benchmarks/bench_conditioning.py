"""The smallest and the largest curvature across the valley of minimizers, against eigensolvers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.harness import Race, race
from dmfbook import (
    balanced_factors,
    conditioning_at,
    minimizer_conditioning,
    minimizer_factors,
)
from dmfbook.reference import dense_hessian, dense_jacobian

REGULARIZATION = 0.3


def races() -> Iterator[Race]:
    yield with_decay()
    yield without_decay()


def with_decay() -> Race:
    widths = (20, 20, 20)
    target = np.random.default_rng(0).standard_normal((20, 20))
    factors = minimizer_factors(target, widths, REGULARIZATION, rng=0)
    hessian = dense_hessian(factors, target, REGULARIZATION)
    ours = minimizer_conditioning(target, widths, REGULARIZATION)
    values = np.linalg.eigvalsh(hessian)
    smallest = values[values > 1e-9 * values[-1]][0]
    error = max(abs(ours.largest / values[-1] - 1), abs(ours.smallest / smallest - 1))
    assert error < 1e-9
    return race(
        f"condition number with decay, N = {len(hessian):,}",
        ours=lambda: minimizer_conditioning(target, widths, REGULARIZATION),
        peers={"numpy.linalg.eigvalsh": lambda: np.linalg.eigvalsh(hessian)},
        note=f"the Hessian is given to the peer; the same to {error:.0e}",
    )


def without_decay() -> Race:
    widths = (8, 8, 8, 8)
    target = np.random.default_rng(0).standard_normal((8, 8))
    factors = balanced_factors(target, widths, rng=0)
    jacobian = dense_jacobian(factors)
    ours = conditioning_at(factors)
    values = np.linalg.svd(jacobian, compute_uv=False)
    values = values[values > 1e-9 * values[0]] ** 2
    error = abs(ours.condition_number / (values[0] / values[-1]) - 1)
    assert error < 1e-9
    return race(
        f"condition number at a minimum of loss zero, depth 3, N = {jacobian.shape[1]:,}",
        ours=lambda: conditioning_at(factors),
        peers={
            "numpy.linalg.svd of the Jacobian": lambda: np.linalg.svd(jacobian, compute_uv=False),
            "numpy.linalg.eigvalsh of J J^T": lambda: np.linalg.eigvalsh(jacobian @ jacobian.T),
        },
        note=f"the Jacobian is given to the peers; the same to {error:.0e}",
    )
