"""The runs behind P1's figures, made beforehand: what is in ``traces.json``.

``python -m dmfbook.demos.escape._traces`` writes the file anew; a test runs a sample of it again.
What a page gets of a run are points so chosen that the lines between them leave the trace by no
more than a pen's width or so: the exponential growth, a straight line here, takes two.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dmfbook import (
    end_to_end,
    flattest_sharpness,
    gradient_descent,
    plane_coordinates,
    predict_escape,
    sharpness,
    stability_threshold,
    tangent_projection,
)

__all__ = [
    "FIGURES",
    "FILE",
    "MIRROR_RATIOS",
    "PLANE_RATIOS",
    "Figure",
    "Network",
    "landings",
    "matrix_network",
    "polynomial",
    "scalar_network",
    "seen_in_planes",
    "thinned",
    "third_figure_planes",
    "traces",
]

Array = NDArray[np.float64]
FILE = Path(__file__).with_name("traces.json")
#: Logarithms of losses are cut off here: the least is that of displacements of 1e-17 or so.
_LOWEST, _HIGHEST = -34.0, 8.0
_POINTS = 56


@dataclass(frozen=True)
class Network:
    """A zero-loss minimum and what the picture needs to know of it."""

    factors: list[Array]
    target: Array
    sharpness: float
    flattest: float
    sharpest_direction: list[Array]
    flattening_direction: list[Array]


def _network(factors: list[Array]) -> Network:
    target, top = end_to_end(factors), sharpness(factors)
    found = predict_escape(factors, 2 / top)
    return Network(
        factors,
        target,
        top,
        flattest_sharpness(target, len(factors)),
        found.sharpest_direction,
        found.flattening_direction,
    )


def matrix_network(widths: Sequence[int], seed: int = 0) -> Network:
    """Return two factors with standard normal entries, and their product as target."""
    draw = np.random.default_rng(seed).normal
    return _network([draw(size=(widths[1], widths[0])), draw(size=(widths[2], widths[1]))])


@cache
def scalar_network(depth: int = 15, width: int = 10, seed: int = 2) -> Network:
    """Return a factorization of a number with normal entries of variance one over the inputs."""
    draw = np.random.default_rng(seed).normal
    widths = (1, *[width] * (depth - 1), 1)
    pairs = zip(widths[1:], widths, strict=False)
    return _network([draw(size=(b, a)) / np.sqrt(a) for b, a in pairs])


@dataclass(frozen=True)
class Figure:
    """The runs of a figure: from a distance along the sharpest direction, at each of the ratios."""

    network: Callable[[], Network]
    ratios: tuple[float, ...]
    radius: float
    steps: int


def _ratios(step: float, count: int) -> tuple[float, ...]:
    return tuple(round(0.9 + step * i, 2) for i in range(count))


FIGURES = {
    "figure-one": Figure(partial(matrix_network, (20, 20, 10)), _ratios(0.05, 17), 1e-15, 600),
    "figure-two": Figure(scalar_network, _ratios(0.1, 12), 1e-12, 300),
    "figure-four": Figure(partial(matrix_network, (20, 30, 10)), _ratios(0.05, 19), 1e-15, 600),
    "figure-five": Figure(partial(matrix_network, (20, 30, 25)), _ratios(0.05, 15), 1e-15, 600),
}


def thinned(x: Array, y: Array, count: int, height: float) -> tuple[Array, Array]:
    """Return count points of a trace: one after the other where the lines are furthest from it."""
    kept = [0, len(x) - 1]
    while len(kept) < count:
        away = np.abs(np.interp(x, x[kept], y[kept]) - y) / height
        away[kept] = -1.0  # on a straight trace any other point will do
        kept = sorted([*kept, int(np.argmax(away))])
    return x[kept], y[kept]


def _decades(losses: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.clip(np.log10(losses), _LOWEST, _HIGHEST)


def traces(figure: Figure) -> dict[str, Any]:
    """Return the traces of loss and ratio, a row for each ratio, and what the readouts say."""
    network = figure.network()
    etas = 2 * np.array(figure.ratios) / network.sharpness
    run = gradient_descent(
        network.factors,
        network.target,
        etas,
        figure.steps,
        displacement=[figure.radius * part for part in network.sharpest_direction],
        record_sharpness=True,
        record_every=3,
    )
    along = np.asarray(run.steps, dtype=float)
    high = 1.05 * max(figure.ratios)
    formula_values = np.asarray(run.sharpness)
    proxies = np.minimum(etas[:, None] * np.minimum(formula_values, 1e6) / 2, 2 * high)
    losses = [thinned(along, y, _POINTS, 40.0) for y in _decades(run.losses)]
    # Two records in turn lie on opposite sides of the valley: their mean is that of the bottom.
    between, bottoms = (along[1:] + along[:-1]) / 2, (proxies[:, 1:] + proxies[:, :-1]) / 2
    shown = [thinned(between, y, _POINTS, high) for y in bottoms]
    # Nowhere to land, and gone for good: the loss at the end is not small, and infinite.
    ends = np.where(run.diverged, np.inf, run.losses[:, -20:].max(axis=1))
    return {
        "ratios": list(figure.ratios),
        "steps": figure.steps,
        "loss_step": [x.tolist() for x, _ in losses],
        "loss": (np.round([y for _, y in losses], 1) + 0.0).tolist(),
        "ratio_step": [x.tolist() for x, _ in shown],
        "ratio": np.round([y for _, y in shown], 3).tolist(),
        "rests": [float(end < 1e-3) for end in ends],
        "gone": [float(np.isinf(end)) for end in ends],
        "landing": [round(float(y), 4) for y in bottoms[:, -1]],
        "share": round(network.flattest / network.sharpness, 9),
        "first": round(float(np.log10(run.losses[0, 0])), 6),
    }


PLANE_RATIOS = tuple(round(1.1 + 0.1 * i, 1) for i in range(5))
_DEGREE, _STEPS, _SHOWN = 5, 240, 110


def third_figure_planes(network: Network) -> list[list[list[Array]]]:
    """Return the two pairs of directions.

    The second of the first pair is any unit vector of the null space, drawn at random.
    """
    draw = np.random.default_rng(0).normal
    moves = [draw(size=factor.shape) for factor in network.factors]
    null = tangent_projection(network.factors, moves)
    size = np.sqrt(sum(float(np.sum(part * part)) for part in null))
    top = network.sharpest_direction
    return [[top, [part / size for part in null]], [top, network.flattening_direction]]


def polynomial(network: Network, plane: list[list[Array]], degree: int = _DEGREE) -> Array:
    """Return the coefficients of x^i y^j in W_L ... W_1 - m on the plane, up to a total degree."""
    product = np.zeros((degree + 1, degree + 1, 1, 1))
    product[0, 0] = 1.0
    for factor, one, two in zip(network.factors, *plane, strict=True):
        after = factor @ product
        after[1:] += one @ product[:-1]
        after[:, 1:] += two @ product[:, :-1]
        product = after
    coefficients: Array = product[:, :, 0, 0]
    coefficients[0, 0] = 0.0
    i, j = np.indices(coefficients.shape)
    return np.where(i + j <= degree, coefficients, 0.0)


def seen_in_planes() -> dict[str, Any]:
    """Return the paths in both planes for each ratio, and of the way the share that is in them."""
    network = scalar_network()
    planes = third_figure_planes(network)
    run = gradient_descent(
        network.factors,
        network.target,
        2 * np.array(PLANE_RATIOS) / network.sharpness,
        _STEPS,
        displacement=[1e-9 * part for part in network.sharpest_direction],
        record_trajectory=True,
    )
    paths = np.empty((2, len(PLANE_RATIOS), _SHOWN, 2))
    shares = np.empty(paths.shape[:2])
    for i, plane in enumerate(planes):
        seen = plane_coordinates(run, plane)
        for j, (path, away) in enumerate(zip(seen.coordinates, seen.distance, strict=True)):
            # Before, it has not left the point; after, it has arrived.
            start = int(np.argmax(np.abs(path[:, 0]) > 2e-4))
            paths[i, j] = path[start : start + _SHOWN]
            way = np.linalg.norm(path[-1])
            shares[i, j] = way / np.hypot(way, away[-1])
    paths = np.round(paths, 4) + 0.0
    return {
        "ratios": list(PLANE_RATIOS),
        "x": paths[..., 0].tolist(),
        "y": paths[..., 1].tolist(),
        "shares": np.round(shares, 3).tolist(),
        "polynomials": [
            [[float(f"{number:.7g}") for number in row] for row in polynomial(network, plane)]
            for plane in planes
        ],
    }


MIRROR_RATIOS = (1.03, 1.06, 1.1, 1.15, 1.2)
_DRAWS, _LONG = 9, 600


def landings() -> list[list[float]]:
    """Return for each ratio the final ratios of some random networks."""
    ends = []
    for seed in range(_DRAWS):
        draw = np.random.default_rng(seed).normal
        factors = [draw(size=(8, 6)), draw(size=(5, 8))]
        etas = np.array(MIRROR_RATIOS) * stability_threshold(factors)
        run = gradient_descent(
            factors,
            end_to_end(factors),
            etas,
            _LONG,
            displacement=[1e-4 * draw(size=factor.shape) for factor in factors],
            record_sharpness=True,
            record_every=_LONG,
        )
        ends.append(etas * np.asarray(run.sharpness)[:, -1] / 2)
    found: list[list[float]] = np.round(np.array(ends).T, 4).tolist()
    return found


def _main() -> None:
    made: dict[str, Any] = {name: traces(figure) for name, figure in FIGURES.items()}
    made["figure-three"] = seen_in_planes()
    made["mirror"] = {"ratios": list(MIRROR_RATIOS), "landed": landings()}
    lines = []
    for name, data in made.items():
        parts = [
            f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':')).replace('.0,', ',')}"
            for key, value in data.items()
        ]
        lines.append(f"{json.dumps(name)}: {{\n" + ",\n".join(parts) + "\n}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    _main()
