"""The answers to the questions of `sharpness`, computed."""

import numpy as np
from questions import readout

from dmfbook.demos import sharpness as demos


def large_or_small() -> str:
    """Make one of six factors four times as large, and a fourth as large."""
    large, small = (readout(demos.rescale, 2, depth=6, scale=scale) for scale in (4, 0.25))
    if abs(large - small) < 1e-6:
        return "equally sharp"
    return "large factor" if large > small else "small factor"


def over_the_edge() -> str:
    """Descend from beside a minimum with a step a little over its edge."""
    u, v, c = 1.65, 1 / 1.65, 1.05
    step = 2 * c / (2 * (u**2 + v**2))
    start, w = np.array([u, v]), np.array([u, v]) + 1e-3 * np.array([v, u])
    sharp = lambda w: 2 * float(w @ w)  # noqa: E731
    for _ in range(5000):
        w = w - 2 * step * (w[0] * w[1] - 1) * w[::-1]
    if not np.isfinite(w).all():
        return "flies off"
    if abs(w[0] * w[1] - 1) > 1e-6:
        return "never rests"
    flatter = sharp(w) < 0.99 * sharp(start) and sharp(w) < 2 / step
    return "flatter" if flatter else "the same minimum"


TRUTHS = {
    "large-or-small": large_or_small,
    "over-the-edge": over_the_edge,
}
