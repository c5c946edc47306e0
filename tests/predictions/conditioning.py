"""The answers to the questions of `conditioning`, computed."""

import numpy as np
from questions import readout

from dmfbook import (
    balanced_conditioning,
    conditioning_at,
    fast_flat_factors,
    is_flat,
    minimizer_conditioning,
)
from dmfbook.demos import conditioning as demos


def best_step() -> str:
    """Try all steps of the picture."""
    grid = np.linspace(0.01, 0.5, 491)
    fastest = grid[np.argmin([readout(demos.steps, 1, step=float(step)) for step in grid])]
    if fastest > 0.495:
        return "longest that does not fly off"
    return "Between these two" if fastest > 0.255 else "the steep direction in one step"


def a_little_decay() -> str:
    """Compare the condition number without decay with that of a hair of decay."""
    target, widths = np.diag([1.0, 0.5]), (2, 2, 2, 2)
    without = balanced_conditioning(target, widths).condition_number
    little = minimizer_conditioning(target, widths, 1e-3).condition_number
    more = minimizer_conditioning(target, widths, 1e-2).condition_number
    if little < without:
        return "falls a little"
    if little < 1.1 * without:
        return "hardly changes"
    return "leaps up" if more < little else "climbs slowly"


def fastest_flat() -> float:
    """Move along the flat minima of the picture."""
    found = []
    for log_gain in np.linspace(-np.log(3) / 2, np.log(3) / 2, 201):
        gains = np.array([np.sqrt(3), np.exp(log_gain)])
        factors = [np.diag([3.0, 1.0] / gains), np.diag(gains)]
        assert is_flat(factors)
        found.append(conditioning_at(factors).condition_number)
    return min(found)


def how_wide() -> str:
    """Widen until all curvatures of the best flat minimum are equal."""
    target = np.diag([3.0, 1.0, 0.1])
    for width in range(3, 9):
        if fast_flat_factors(target, (3, width, 3)).condition_number == 1:
            return {4: "Four", 5: "Five", 6: "Six"}.get(width, "other")
    return "None is enough"


def depth_instead() -> str:
    """Deepen without widening."""
    target = np.diag([1.0, 0.05])
    found = [fast_flat_factors(target, (2,) * (L + 1)).condition_number for L in range(2, 8)]
    if np.all(np.diff(found) <= 0) and found[2:] == [1.0] * 4:
        return "falls, and from depth four on it is one"
    return "grows" if found[-1] > found[0] else "stays near two"


TRUTHS = {
    "best-step": best_step,
    "a-little-decay": a_little_decay,
    "fastest-flat": fastest_flat,
    "how-wide": how_wide,
    "depth-instead": depth_instead,
}
