"""The answers to the questions of `matrix_recovery`, computed."""

import numpy as np

from dmfbook import scalar_minimizer, uniqueness_threshold
from dmfbook.demos.matrix_recovery._shared import stored


def what_depth_two_fills_in() -> str:
    """Try entries on a grid, and add the singular values up."""
    entries = np.linspace(-2, 6, 801)
    made = np.full((len(entries), 2, 2), 2.0)
    made[:, 0, 0], made[:, 1, 1] = 1.0, entries
    best = entries[np.argmin(np.linalg.svd(made, compute_uv=False).sum(1))]
    return f"t = {best:.0f}$, with two equal" if abs(best - 1) < 0.02 else f"t = {best:.0f}$"


def which_step_is_pickier() -> str:
    """Take steps of several sizes from zero, for targets just above the tie and far above it."""
    rests = {}
    for target in np.array([1.05, 1.3, 2.5]) * uniqueness_threshold(3, 0.5):
        for step in (0.05, 0.5):
            landed = scalar_minimizer(2 * step * target, 3, step)
            rests[step] = [*rests.get(step, []), landed == 0]
    short, longest = np.array(rests[0.05]), np.array(rests[0.5])
    if (longest <= short).all() and (longest < short).any():
        return "The long ones"
    return "The short ones" if (short < longest).any() else "the same places"


def who_suffers_from_a_weak_penalty() -> str:
    """Look for the largest error on the unseen where the penalty is weaker than the best one."""
    data = stored()
    worst = [max(path["unseen"][int(np.argmin(path["unseen"])) :]) for path in data["paths"]]
    if np.ptp(worst) < 0.02:
        return "At no depth"
    worst_at = int(np.argmax(worst))
    return {0: "At depth two", len(worst) - 1: "the largest depth"}.get(worst_at, "between")


TRUTHS = {
    "what-depth-two-fills-in": what_depth_two_fills_in,
    "which-step-is-pickier": which_step_is_pickier,
    "who-suffers-from-a-weak-penalty": who_suffers_from_a_weak_penalty,
}
