"""Where gradient descent ends, run beforehand: the data of `norm_after_training`.

``python -m dmfbook.demos.collapse._runs`` prints the two tables at the end of this file anew; a
test runs a sample of them again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dmfbook import collapse_threshold, end_to_end_minimizer, gradient_descent

__all__ = ["COUNTS", "DEPTHS", "NORMS", "SINGULAR_VALUES", "SIZES", "STARTS", "UNITS", "run"]

# The target is diagonal: turning it changes nothing, as the starts have no preferred direction.
SINGULAR_VALUES = (2.0, 1.5, 1.0, 0.5)
DEPTHS = (2, 3, 4)
# The standard deviation of the entries of the starts, times the root of the width.
SIZES = (0.2, 0.4, 0.6, 0.8, 1.0)
# The regularizations, in units of the collapse threshold of the largest singular value.
UNITS = tuple(round(0.06 * k, 2) for k in range(1, 26))
STARTS = 24
_STEPS, _STEP_SIZE = 8000, 0.02


def run(depth: int, size: float, unit: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the singular values at the end of every run, and the losses less the least loss."""
    width = len(SINGULAR_VALUES)
    target = np.diag(SINGULAR_VALUES)
    regularization = unit * collapse_threshold(SINGULAR_VALUES[0], depth)
    draws = np.random.default_rng(7).normal(size=(depth, STARTS, width, width))
    starts = list(draws * size / np.sqrt(width))
    descent = gradient_descent(starts, target, _STEP_SIZE, _STEPS, regularization)
    product = descent.factors[0]
    for factor in descent.factors[1:]:
        product = factor @ product
    least = end_to_end_minimizer(target, depth, regularization).loss
    values = np.asarray(np.linalg.svd(product, compute_uv=False), dtype=np.float64)
    return values, descent.losses[:, -1] - least


def _tables() -> str:
    """Return the two tables as text."""
    ranks = range(len(SINGULAR_VALUES) + 1)
    counts: dict[tuple[int, float], str] = {}
    norms = {depth: np.zeros((len(UNITS), len(ranks))) for depth in DEPTHS}
    for depth in DEPTHS:
        for place, unit in enumerate(UNITS):
            ends = [run(depth, size, unit)[0] for size in SIZES]
            rank = [(values > 1e-3).sum(axis=1) for values in ends]
            for size, found in zip(SIZES, rank, strict=True):
                word = "".join(chr(97 + int((found == k).sum())) for k in ranks)
                counts[depth, size] = f"{counts.get((depth, size), '')} {word}".strip()
            length = np.linalg.norm(np.vstack(ends), axis=1)
            for k in ranks:
                same = length[np.concatenate(rank) == k]
                if same.size:
                    if np.ptp(same) > 1e-3:
                        raise ValueError(f"depth {depth}, unit {unit}, rank {k}: not converged")
                    norms[depth][place, k] = same.mean()
    lines = ["COUNTS = {"]
    for key, words in counts.items():
        half = 6 * ((len(UNITS) + 1) // 2)
        lines += [
            f"    {key}: (",
            f'        "{words[:half]}"',
            f'        "{words[half:]}"',
            "    ),",
        ]
    lines += ["}", "NORMS = {"]
    for depth in DEPTHS:
        lines.append(f"    {depth}: (")
        lines += [f"        {tuple(round(x, 4) for x in row.tolist())}," for row in norms[depth]]
        lines.append("    ),")
    return "\n".join([*lines, "}"])


if __name__ == "__main__":
    print(_tables())


# For every depth and size of the starts a word for each regularization: how many of the runs end at
# a product of rank 0, 1, 2, 3, 4, as letters, a for none and y for all 24.
COUNTS: dict[tuple[int, float], str] = {
    (2, 0.2): (
        "aaaay aaaay aaaay aaaay aaaya aaaya aaaya aaaya aayaa aayaa aayaa aayaa ayaaa "
        "ayaaa ayaaa ayaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (2, 0.4): (
        "aaaay aaaay aaaay aaaay aaaya aaaya aaaya aaaya aayaa aayaa aayaa aayaa ayaaa "
        "ayaaa ayaaa ayaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (2, 0.6): (
        "aaaay aaaay aaaay aaaay aaaya aaaya aaaya aaaya aayaa aayaa aayaa aayaa ayaaa "
        "ayaaa ayaaa ayaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (2, 0.8): (
        "aaaay aaaay aaaay aaaay aaaya aaaya aaaya aaaya aayaa aayaa aayaa aayaa ayaaa "
        "ayaaa ayaaa ayaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (2, 1.0): (
        "aaaay aaaay aaaay aaaay aaaya aaaya aaaya aaaya aayaa aayaa aayaa aayaa ayaaa "
        "ayaaa ayaaa ayaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (3, 0.2): (
        "aafta aatfa alnaa dqfaa nlaaa tfaaa wcaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa "
        "yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (3, 0.4): (
        "aaarh aafta aalna aatfa afsba ammaa asgaa dqfaa jobaa okaaa sgaaa ueaaa wcaaa "
        "yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (3, 0.6): (
        "aaags aabte aafta aakoa aapja absfa acvba agsaa aokaa arhaa dpgaa erdaa lnaaa "
        "qiaaa sgaaa sgaaa vdaaa xbaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (3, 0.8): (
        "aaacw aaaqi aabvc aaeua aalna aanla aasga acwaa acwaa agsaa aokaa apjaa brgaa "
        "ftaaa ftaaa lnaaa qiaaa sgaaa sgaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (3, 1.0): (
        "aaabx aaajp aaaue aacwa aafta aalna aanla abxaa abxaa acwaa aeuaa akoaa apjaa "
        "ayaaa dvaaa euaaa gsaaa mmaaa rhaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (4, 0.2): (
        "dsdaa xbaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa "
        "yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (4, 0.4): (
        "aaqia agsaa bsfaa dreaa jpaaa okaaa vdaaa xbaaa yaaaa yaaaa yaaaa yaaaa yaaaa "
        "yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (4, 0.6): (
        "aactd aamma acqga aeuaa alnaa bpiaa bsfaa dqfaa gpdaa iqaaa mmaaa nlaaa pjaaa "
        "tfaaa wcaaa xbaaa xbaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa yaaaa"
    ),
    (4, 0.8): (
        "aaasg aacvb aahra aapja acqga aerda aftaa aiqaa aokaa bsfaa bteaa budaa dsdaa "
        "fqdaa iqaaa iqaaa mmaaa nlaaa pjaaa rhaaa ueaaa wcaaa wcaaa yaaaa yaaaa"
    ),
    (4, 1.0): (
        "aaaok aaaue aacwa aagsa aakoa aapja abqha abvca advaa agsaa ajpaa aqiaa asgaa "
        "aueaa budaa bxaaa cwaaa ftaaa hraaa koaaa koaaa mmaaa rhaaa yaaaa yaaaa"
    ),
}
# For every depth, and for every regularization, the Frobenius norm of the products of rank 0 to 4
# at which runs end, and 0 where none does.
NORMS: dict[int, tuple[tuple[float, ...], ...]] = {
    2: (
        (0.0, 0.0, 0.0, 0.0, 2.5214),
        (0.0, 0.0, 0.0, 0.0, 2.3088),
        (0.0, 0.0, 0.0, 0.0, 2.102),
        (0.0, 0.0, 0.0, 0.0, 1.903),
        (0.0, 0.0, 0.0, 1.7117, 0.0),
        (0.0, 0.0, 0.0, 1.5249, 0.0),
        (0.0, 0.0, 0.0, 1.3442, 0.0),
        (0.0, 0.0, 0.0, 1.1725, 0.0),
        (0.0, 0.0, 1.0113, 0.0, 0.0),
        (0.0, 0.0, 0.8544, 0.0, 0.0),
        (0.0, 0.0, 0.7034, 0.0, 0.0),
        (0.0, 0.0, 0.5632, 0.0, 0.0),
        (0.0, 0.44, 0.0, 0.0, 0.0),
        (0.0, 0.32, 0.0, 0.0, 0.0),
        (0.0, 0.2, 0.0, 0.0, 0.0),
        (0.0, 0.08, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
    ),
    3: (
        (0.0, 0.0, 2.4298, 2.6048, 2.6385),
        (0.0, 0.0, 2.3582, 2.5152, 2.5361),
        (0.0, 1.8535, 2.2851, 2.4233, 2.4302),
        (0.0, 1.8028, 2.2104, 2.329, 0.0),
        (0.0, 1.7511, 2.1337, 2.2318, 0.0),
        (0.0, 1.6983, 2.055, 2.1311, 0.0),
        (0.0, 1.6441, 1.9738, 2.0252, 0.0),
        (0.0, 1.5886, 1.8899, 0.0, 0.0),
        (0.0, 1.5315, 1.8027, 0.0, 0.0),
        (0.0, 1.4726, 1.7114, 0.0, 0.0),
        (0.0, 1.4117, 1.6149, 0.0, 0.0),
        (0.0, 1.3483, 1.511, 0.0, 0.0),
        (0.0, 1.282, 1.3931, 0.0, 0.0),
        (0.0, 1.2122, 0.0, 0.0, 0.0),
        (0.0, 1.1379, 0.0, 0.0, 0.0),
        (0.0, 1.0578, 0.0, 0.0, 0.0),
        (0.0, 0.9694, 0.0, 0.0, 0.0),
        (0.0, 0.8677, 0.0, 0.0, 0.0),
        (0.0, 0.7392, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
    ),
    4: (
        (0.0, 1.9671, 2.4508, 2.6294, 2.6643),
        (0.0, 1.9336, 2.4005, 2.5646, 2.5873),
        (0.0, 1.8995, 2.3491, 2.498, 0.0),
        (0.0, 1.8647, 2.2965, 2.4294, 0.0),
        (0.0, 1.8292, 2.2425, 2.3583, 0.0),
        (0.0, 1.793, 2.1871, 2.2841, 0.0),
        (0.0, 1.756, 2.13, 2.2057, 0.0),
        (0.0, 1.7181, 2.071, 2.1189, 0.0),
        (0.0, 1.6792, 2.0099, 0.0, 0.0),
        (0.0, 1.6392, 1.9462, 0.0, 0.0),
        (0.0, 1.5981, 1.8795, 0.0, 0.0),
        (0.0, 1.5556, 1.8089, 0.0, 0.0),
        (0.0, 1.5116, 1.7332, 0.0, 0.0),
        (0.0, 1.4659, 1.6497, 0.0, 0.0),
        (0.0, 1.4182, 1.548, 0.0, 0.0),
        (0.0, 1.3682, 0.0, 0.0, 0.0),
        (0.0, 1.3154, 0.0, 0.0, 0.0),
        (0.0, 1.2591, 0.0, 0.0, 0.0),
        (0.0, 1.1983, 0.0, 0.0, 0.0),
        (0.0, 1.1316, 0.0, 0.0, 0.0),
        (0.0, 1.0562, 0.0, 0.0, 0.0),
        (0.0, 0.9663, 0.0, 0.0, 0.0),
        (0.0, 0.8429, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
    ),
}
