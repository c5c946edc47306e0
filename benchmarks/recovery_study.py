"""Does depth beat the nuclear norm? ``python -m benchmarks.recovery_study`` writes its table.

Each matrix is 32 x 32, with mean 0 and standard deviation 1. Of its entries a share is observed at
random. A tenth of these is held out; `recovery_path` with its own starts (the end of
the regularization before, and zero) sees the rest, at nine regularizations from a half to a
two-hundredth of the one up to which zero gives way, and the one with the least error on the
held-out entries is kept. All depths get the same entries, the same nine shares and the same
tolerance. The error is the root mean square over the entries that were never observed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.interpolate import griddata

from dmfbook import RecoveryPath, collapse_threshold, recovery_path
from dmfbook.samples import sample_matrix

TABLE = Path(__file__).parent / "recovery_study.md"
PICTURES = ("terrain", "sea floor", "scan", "portrait", "gravel")
SHARES = np.geomspace(0.5, 0.005, 9)
DEPTHS = (2, 3, 4, 6)
# How many draws for each size; larger matrices take minutes each.
DRAWS = {32: 4}
OBSERVED = (0.3, 0.6)
TOLERANCE = 1e-4
REFITTED, INTERPOLATED = "depth 2, refitted", "interpolation"


class Draw(NamedTuple):
    """Which entries are seen, which of them are held out, and which serve to learn."""

    seen: np.ndarray
    held: np.ndarray

    @property
    def learned(self) -> np.ndarray:
        """What is seen and not held out."""
        return self.seen & ~self.held


def matrix_of(name: str, seed: int, size: int) -> np.ndarray:
    """Return a sample, or a matrix of rank 3 with noise of a twentieth of its size."""
    if name != "rank 3":
        return sample_matrix(name, size)
    rng = np.random.default_rng(100 + seed)
    low = rng.standard_normal((size, 3)) @ rng.standard_normal((3, size))
    low = low / low.std() + 0.05 * rng.standard_normal((size, size))
    return np.asarray((low - low.mean()) / low.std())


def drawn(shape: tuple[int, ...], share: float, seed: int) -> Draw:
    rng = np.random.default_rng(seed)
    seen = rng.random(shape) < share
    return Draw(seen, seen & (rng.random(shape) < 0.1))


def path_of(matrix: np.ndarray, draw: Draw, depth: int) -> RecoveryPath:
    top = float(np.linalg.norm(np.where(draw.learned, matrix, 0.0), 2))
    weights = SHARES * collapse_threshold(top, depth)
    return recovery_path(matrix, draw.learned, depth, weights, tolerance=TOLERANCE)


def chosen_error(matrices: np.ndarray, matrix: np.ndarray, draw: Draw) -> float:
    """Return the error on what was never seen of the matrix that is best on what was held out."""
    misses = (matrices - matrix) ** 2
    best = int(np.argmin(misses[:, draw.held].mean(1)))
    return float(np.sqrt(misses[best][~draw.seen].mean()))


def refitted(path: RecoveryPath, matrix: np.ndarray, draw: Draw) -> np.ndarray:
    """Fit the learned entries anew, without a penalty, at each rank of the path."""
    found = []
    for start, rank in zip(path.matrices, path.ranks, strict=True):
        left, values, right = np.linalg.svd(start)
        sides = [left[:, :rank] * values[:rank], right[:rank].T]
        for _ in range(20):
            for side, goal, seen in ((0, matrix, draw.learned), (1, matrix.T, draw.learned.T)):
                other = sides[1 - side]
                fits = (
                    np.linalg.lstsq(other[row], line[row], rcond=1e-6)[0]
                    for line, row in zip(goal, seen, strict=True)
                )
                sides[side] = np.array(list(fits)).reshape(len(goal), rank)
        found.append(sides[0] @ sides[1].T)
    return np.array(found)


def interpolated(matrix: np.ndarray, draw: Draw) -> float:
    """Return the error of piecewise linear interpolation in the plane, from all that is seen."""
    places = np.argwhere(draw.seen)
    asked = np.argwhere(~draw.seen)
    known = matrix[draw.seen]
    guess = griddata(places, known, asked, method="linear")
    nearest = griddata(places, known, asked, method="nearest")
    guess = np.where(np.isnan(guess), nearest, guess)
    return float(np.sqrt(np.mean((guess - matrix[~draw.seen]) ** 2)))


def errors(name: str, share: float, seed: int, size: int) -> dict[str, float]:
    """Return the error of each method for one matrix and one draw of entries."""
    matrix = matrix_of(name, seed, size)
    draw = drawn(matrix.shape, share, seed)
    found = {}
    for depth in DEPTHS:
        path = path_of(matrix, draw, depth)
        found[f"depth {depth}"] = chosen_error(path.matrices, matrix, draw)
        if depth == 2:
            again = refitted(path, matrix, draw)
            found[REFITTED] = chosen_error(again, matrix, draw)
    if name != "rank 3":
        found[INTERPOLATED] = interpolated(matrix, draw)
    return found


def row(name: str, share: float, size: int) -> str:
    """Return means and standard deviations over the draws, and how often depth three wins."""
    runs = [errors(name, share, seed, size) for seed in range(DRAWS[size])]
    cells = []
    for method in (*(f"depth {depth}" for depth in DEPTHS), REFITTED, INTERPOLATED):
        values = [run[method] for run in runs if method in run]
        cells.append(f"{np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}" if values else "")
    wins = sum(run["depth 3"] < run["depth 2"] for run in runs)
    return f"| {name} | {share:.0%} | " + " | ".join(cells) + f" | {wins} of {len(runs)} |"


def rows(size: int) -> Iterator[str]:
    """Yield the lines of the table of one size."""
    methods = [*(f"depth {depth}" for depth in DEPTHS), REFITTED, INTERPOLATED, "3 beats 2"]
    yield "| matrix | seen | " + " | ".join(methods) + " |"
    yield "|---|---|" + "---|" * len(methods)
    for name in (*PICTURES, "rank 3"):
        for share in OBSERVED:
            yield row(name, share, size)


def main() -> None:
    lines = ["# Recovery, by depth", "", (__doc__ or "").split("\n", 2)[2].strip()]
    for size, draws in DRAWS.items():
        lines += ["", f"## {size} x {size}", ""]
        lines += [f"Means over {draws} draws of the entries, ± the deviation of the draws.", ""]
        for line in rows(size):
            print(line, flush=True)
            lines.append(line)
    TABLE.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
