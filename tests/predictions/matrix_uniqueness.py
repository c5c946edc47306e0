"""The answers to the questions of `matrix_uniqueness`, computed."""

import itertools

import numpy as np
import pytest
from questions import readout

from dmfbook import (
    balanced_factors,
    loss,
    minimizer_factors,
    scalar_minimizers,
    uniqueness_threshold,
)
from dmfbook.demos import matrix_uniqueness as demos


def three_of_five() -> str:
    """Keep random spaces of three dimensions of five tied ones, and count the best products."""
    tie, rng = uniqueness_threshold(3, 0.5), np.random.default_rng(6)
    kept, target = scalar_minimizers(tie, 3, 0.5).large, tie * np.eye(5)
    least = loss(minimizer_factors(target, [5] * 4, 0.5), target, 0.5)
    best = []
    for _ in range(30):
        frame = np.linalg.qr(rng.normal(size=(5, 3)))[0]
        factors = balanced_factors(kept * frame @ frame.T, [5] * 4)
        best += [frame @ frame.T] if loss(factors, target, 0.5) < least + 1e-9 else []
    apart = [np.linalg.norm(one - other) for one, other in itertools.combinations(best, 2)]
    if len(best) == 30 and min(apart) > 1e-3:
        return "infinitely many"
    return "ten such products" if best else "No:"


def both_in_the_band() -> str:
    """Throw a million matrices, and compare with what the picture expects."""
    at = readout(demos.darts, 3)
    p, q, r, s = np.random.default_rng(8).normal(size=(4, 1_000_000))
    total, difference = np.hypot(p + s, r - q), np.hypot(p - s, r + q)
    values = np.array([total + difference, abs(total - difference)]) / 2
    counts = [np.sum((abs(values - at) < w).all(axis=0)) for w in (0.2, 0.1)]
    expected = [readout(demos.darts, 2, width=width) for width in (0.02, 0.01)]
    assert counts[0] / counts[1] == pytest.approx(expected[0] / expected[1], rel=0.15)
    return {2: "halved", 4: "quarter", 8: "eighth"}[round(expected[0] / expected[1])]


TRUTHS = {
    "three-of-five": three_of_five,
    "both-in-the-band": both_in_the_band,
}
