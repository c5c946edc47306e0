"""The answers to the questions of `scalar_uniqueness`, computed."""

import numpy as np

from dmfbook import scalar_minimizers, uniqueness_threshold


def leap() -> str:
    """Lower the target in small steps and follow the best product."""
    path = np.array([scalar_minimizers(m, 3, 0.5).large for m in np.arange(2, 0.05, -0.005)])
    if path[-1] > 0:
        return "only with the target"
    falls = -np.diff(path)
    return "leaps" if falls.max() > 100 * np.median(falls) else "slides"


def kept_at_the_tie() -> str:
    """Divide the tied product by its target, at ever larger depth and for two regularizations."""
    parts = []
    for regularization in (0.1, 0.5):
        for depth in (3, 4, 6, 10, 60):
            tie = uniqueness_threshold(depth, regularization)
            parts.append(scalar_minimizers(tie, depth, regularization).large / tie)
    one, other = np.split(np.array(parts), 2)
    assert np.allclose(one, other)
    if (np.diff(one) > 0).all() and one[-1] > 0.95:
        return "More and more"
    return "the same part" if np.ptp(one) < 1e-6 else "Less and less"


TRUTHS = {
    "leap": leap,
    "kept-at-the-tie": kept_at_the_tie,
}
