"""The product of all nonzero curvatures at a minimizer, against eigensolvers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.harness import Race, race
from dmfbook import log_determinant, minimizer_factors
from dmfbook.reference import dense_hessian

REGULARIZATION = 0.3


def races() -> Iterator[Race]:
    for width, depth in ((20, 2), (10, 4)):
        widths = (width,) * (depth + 1)
        target = np.random.default_rng(0).standard_normal((width, width))
        factors = minimizer_factors(target, widths, REGULARIZATION, rng=0)
        hessian = dense_hessian(factors, target, REGULARIZATION)
        values = np.linalg.eigvalsh(hessian)
        slow = np.log(values[values > 1e-9 * values[-1]]).sum()
        error = abs(log_determinant(target, widths, REGULARIZATION) - slow)
        assert error < 1e-6
        yield race(
            f"log-determinant across the valley, depth {depth}, N = {len(hessian):,}",
            ours=lambda args=(target, widths): log_determinant(*args, REGULARIZATION),
            peers={"numpy.linalg.eigvalsh": lambda given=hessian: np.linalg.eigvalsh(given)},
            note=f"the Hessian is given to the peer; the same to {error:.0e}",
        )
