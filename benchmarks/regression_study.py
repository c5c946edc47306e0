"""Does depth beat ridge? ``python -m benchmarks.regression_study`` writes its table.

A regression is learned from n samples by networks of depth 1 (ridge), 2, 3 and 4, with decay.
Means are taken away first, those of the n samples. Each depth tries thirteen regularizations, the
same shares of its own scale: of the largest variance at depth one, and from depth two on of the
regularization up to which zero gives way (`first_direction`). The one with the least error on n / 2
further samples, at least ten, is kept, and its error on all other samples is told, as a root mean
square in units of the standard deviation of the outputs.

From depth three on the ends of `minimize_penalized` depend on its starts: here zero and the end of
the regularization before, and the lower one is kept.

``digits`` and ``halves`` are those of `sample_regression`. ``stocks`` draws anew, for each seed,
which four series are the inputs. ``planted`` has the inputs of the digits and twenty outputs, a
random map of rank two of them and noise of the same size: what is found where low rank is
the truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dmfbook import equivalent_problem, first_direction, minimize_penalized
from dmfbook.samples import sample_regression

TABLE = Path(__file__).parent / "regression_study.md"
DEPTHS = (1, 2, 3, 4)
SHARES = np.geomspace(0.8, 1e-3, 13)
#: What is learned, from how many samples, in how many draws.
ROWS = (
    ("digits", (60, 150, 400), 6),
    ("halves", (60,), 6),
    ("stocks", (16, 24, 40, 80), 24),
    ("planted", (60, 150), 6),
)
TOLERANCE = 1e-3


class Draw(NamedTuple):
    """Samples to learn from, to choose by, and to judge by: (inputs, outputs) each."""

    learned: tuple[np.ndarray, np.ndarray]
    held: tuple[np.ndarray, np.ndarray]
    rest: tuple[np.ndarray, np.ndarray]


def drawn(name: str, count: int, seed: int) -> Draw:
    """Return a draw, with the means of what is learned taken away everywhere."""
    rng = np.random.default_rng(seed)
    inputs, outputs = sample_regression("digits" if name == "planted" else name)
    if name == "stocks":
        series = rng.permutation(np.vstack([inputs, outputs]))
        inputs, outputs = series[:4], series[4:]
    if name == "planted":
        hidden = rng.standard_normal((2, len(inputs))) @ (inputs - inputs.mean(1, keepdims=True))
        hidden /= hidden.std(1, keepdims=True)
        outputs = rng.standard_normal((20, 2)) @ hidden
        outputs += outputs.std() * rng.standard_normal(outputs.shape)
    order = rng.permutation(inputs.shape[1])
    held = count + max(count // 2, 10)
    parts = (order[:count], order[count:held], order[held:])
    middle = [data[:, parts[0]].mean(1, keepdims=True) for data in (inputs, outputs)]
    pairs = [(inputs[:, part] - middle[0], outputs[:, part] - middle[1]) for part in parts]
    return Draw(*pairs)


def maps(draw: Draw, depth: int) -> list[np.ndarray]:
    """Return the end-to-end matrix of each regularization, the strongest first."""
    inputs, outputs = draw.learned
    count = inputs.shape[1]
    covariance, cross = inputs @ inputs.T / count, outputs @ inputs.T / count
    if depth == 1:
        top = float(np.linalg.eigvalsh(covariance)[-1])
        same = np.eye(len(covariance))
        return [np.linalg.solve(covariance + s * top * same, cross.T).T for s in SHARES]
    leaves_zero = first_direction(inputs, outputs, depth).regularization
    found: list[np.ndarray] = []
    for weight in SHARES * leaves_zero:
        problem = equivalent_problem(inputs, outputs, weight)
        root = problem.design
        operator = (lambda x, root=root: x @ root, lambda e, root=root: e @ root)
        zero = np.zeros(cross.shape)
        end = minimize_penalized(
            operator,
            problem.target,
            zero.shape,
            depth,
            weight,
            start=np.array([zero, found[-1] if found else zero]),
            tolerance=TOLERANCE,
        )
        found.append(end.matrix)
    return found


def error(matrix: np.ndarray, pair: tuple[np.ndarray, np.ndarray]) -> float:
    """Return the root mean square error of a map, over the deviation of the outputs."""
    inputs, outputs = pair
    spread = outputs - outputs.mean(1, keepdims=True)
    return float(np.linalg.norm(outputs - matrix @ inputs) / np.linalg.norm(spread))


def chosen(draw: Draw, depth: int) -> tuple[float, int]:
    """Return the error, and the rank, of the map that is best on what is held out."""
    found = maps(draw, depth)
    best = min(found, key=lambda matrix: error(matrix, draw.held))
    values = np.linalg.svd(best, compute_uv=False)
    return error(best, draw.rest), int(np.sum(values > 1e-6 * max(values[0], 1e-300)))


def row(name: str, count: int, seeds: int) -> str:
    """Return means and deviations over the draws, mean ranks, and how often depth wins."""
    runs = np.array([[chosen(drawn(name, count, s), L) for L in DEPTHS] for s in range(seeds)])
    errors, ranks = runs[..., 0], runs[..., 1]
    cells = [
        f"{middle:.3f} ± {spread:.3f}"
        for middle, spread in zip(errors.mean(0), errors.std(0, ddof=1), strict=True)
    ]
    cells += [" ".join(f"{rank:.0f}" for rank in ranks.mean(0))]
    cells += [f"{int((errors[:, k] < errors[:, 0]).sum())} of {seeds}" for k in (1, 2)]
    return f"| {name} | {count} | " + " | ".join(cells) + " |"


def rows() -> Iterator[str]:
    """Yield the lines of the table."""
    names = [f"depth {depth}" for depth in DEPTHS]
    yield "| data | n | " + " | ".join([*names, "ranks", "2 beats 1", "3 beats 1"]) + " |"
    yield "|---|---|" + "---|" * (len(names) + 3)
    for name, counts, seeds in ROWS:
        for count in counts:
            yield row(name, count, seeds)


def main() -> None:
    lines = ["# Regression, by depth", "", (__doc__ or "").split("\n", 2)[2].strip(), ""]
    lines += ["Means over the draws, ± their deviation.", ""]
    for line in rows():
        print(line, flush=True)
        lines.append(line)
    TABLE.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
