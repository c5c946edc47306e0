"""What the explorables of P1's figures share: the networks, their runs, and traces of few points.

The runs are gradient descent of the library, at each step size of the slider. What a page gets of
them are points so chosen that the lines between them leave the trace by no more than a pen's width
or so: the exponential growth, a straight line here, takes two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import sympy as sp
from numpy.typing import NDArray

import dmfbook.explorables as ex
from dmfbook import end_to_end, flattest_sharpness, gradient_descent, predict_escape, sharpness
from dmfbook.symbolic import escape as formula
from dmfbook.symbolic.sharpness import edge_ratio

__all__ = ["Network", "escape_figure", "looked_up", "matrix_network", "scalar_network", "thinned"]

Array = NDArray[np.float64]
#: Logarithms of losses are cut off here: the least is that of displacements of 1e-17 or so.
_LOWEST, _HIGHEST = -34.0, 8.0


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


def thinned(x: Array, y: Array, count: int, height: float) -> tuple[Array, Array]:
    """Return count points of a trace: one after the other where the lines are furthest from it."""
    kept = [0, len(x) - 1]
    while len(kept) < count:
        away = np.abs(np.interp(x, x[kept], y[kept]) - y) / height
        away[kept] = -1.0  # on a straight trace any other point will do
        kept = sorted([*kept, int(np.argmax(away))])
    return x[kept], y[kept]


def looked_up(ratios: Sequence[float], values: Sequence[float]) -> sp.Expr:
    """Return the value that belongs to the ratio of the slider, as an expression."""
    cases = [
        (float(value), edge_ratio < (low + high) / 2)
        for value, low, high in zip(values, ratios, ratios[1:], strict=False)
    ]
    return sp.Piecewise(*cases, (float(values[-1]), True))


def _decades(losses: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.clip(np.log10(losses), _LOWEST, _HIGHEST)


def escape_figure(
    name: str,
    title: str,
    network: Network,
    ratios: Sequence[float],
    value: float,
    *,
    radius: float,
    steps: int,
    points: int = 56,
    lowest: float,
    words: str,
    settings: Sequence[ex.Setting],
) -> ex.Explorable:
    """Return loss and ratio of runs that start at a distance along the sharpest direction."""
    etas = 2 * np.array(ratios) / network.sharpness
    start = [radius * part for part in network.sharpest_direction]
    run = gradient_descent(
        network.factors,
        network.target,
        etas,
        steps,
        displacement=start,
        record_sharpness=True,
        record_every=3,
    )
    along = np.asarray(run.steps, dtype=float)
    high = 1.05 * max(ratios)
    formula_values = np.asarray(run.sharpness)
    proxies = np.minimum(etas[:, None] * np.minimum(formula_values, 1e6) / 2, 2 * high)
    losses = [thinned(along, y, points, 40.0) for y in _decades(run.losses)]
    # Two records in turn lie on opposite sides of the valley: their mean is that of the bottom.
    between, bottoms = (along[1:] + along[:-1]) / 2, (proxies[:, 1:] + proxies[:, :-1]) / 2
    shown = [thinned(between, y, points, high) for y in bottoms]
    frames = ex.Frames(
        ("ratio",),
        (tuple(ratios),),
        {
            "loss_step": np.array([x for x, _ in losses]),
            "loss": np.round([y for _, y in losses], 1) + 0.0,
            "ratio_step": np.array([x for x, _ in shown]),
            "ratio": np.round([y for _, y in shown], 3),
        },
    )
    # Nowhere to land, and gone for good: the loss at the end is not small, and infinite.
    ends = np.where(run.diverged, np.inf, run.losses[:, -20:].max(axis=1))
    rests = looked_up(ratios, [1.0 if end < 1e-3 else 0.0 for end in ends])
    gone = looked_up(ratios, [1.0 if np.isinf(end) else 0.0 for end in ends])
    landing = looked_up(ratios, [round(float(y), 4) for y in bottoms[:, -1]])
    share = round(network.flattest / network.sharpness, 9)
    first = round(float(np.log10(run.losses[0, 0])), 6)
    predicted = first + 2 * ex.along * sp.log(sp.Abs(2 * edge_ratio - 1)) / sp.log(10)
    return ex.Explorable(
        name=name,
        title=title,
        description=rf"""{words} First: the loss at each step, as a power of ten, and dotted the
            growth or decay by $(2c-1)^2$ per step. Second: $\eta/2$ times the sharpness formula at
            each step, which is the ratio $c$ of a minimum when the loss is zero, averaged over the
            two sides of the valley; the edge is $1$, dotted is $2-c$, and no minimum lies
            in the shaded part. For each step size the numbers were computed beforehand and are
            drawn at every third step.""",
        sliders=[
            ex.Slider(
                edge_ratio,
                "ratio",
                r"step size over the edge, $c = \eta \lambda_{\max} / 2$",
                min(ratios),
                max(ratios),
                round(ratios[1] - ratios[0], 6),
                value,
            )
        ],
        frames=frames,
        panels=[
            ex.Panel(
                ex.Axis("step", 0, steps),
                ex.Axis("loss, as a power of ten", -34, 6),
                ex.Line(predicted, label="$(2c-1)^2$ per step", pen="orange dotted 2.5"),
                ex.Line(frames["loss_step"], frames["loss"], label="loss", pen="red 2"),
                aspect=1.3,
            ),
            ex.Panel(
                ex.Axis("step", 0, steps),
                ex.Axis(r"$\eta/2$ times the formula", lowest, high),
                ex.Region(
                    lowest,
                    edge_ratio * share,
                    label="no minimum has such a ratio",
                    pen="grey",
                ),
                ex.Rule(y=1, pen="ink dashed 1.5", label="the edge"),
                ex.Rule(
                    y=formula.landing_ratio,
                    pen="green dotted 2.5",
                    label="$2-c$",
                    when=sp.And(edge_ratio > 1, formula.landing_ratio > edge_ratio * share),
                ),
                ex.Line(frames["ratio_step"], frames["ratio"], label="the run", pen="blue 2"),
                ex.Handle(0, edge_ratio, pen="ink", moves="ratio"),
                aspect=1.3,
            ),
        ],
        readouts=[
            ex.Readout("ratio at the end", landing, when=rests > 0, otherwise="no minimum"),
            ex.Readout(
                "$2-c$",
                formula.landing_ratio,
                when=sp.And(edge_ratio > 1, formula.landing_ratio > edge_ratio * share),
                otherwise="says nothing",
            ),
            ex.Readout("least ratio of any minimum", edge_ratio * share),
            ex.Verdict(
                "what happens",
                (edge_ratio < 1 - 1e-6, "it falls back: this minimum is stable"),
                (edge_ratio < 1 + 1e-6, "on the edge: it neither grows nor shrinks"),
                (rests > 0, "it leaves, and settles at a flatter minimum"),
                (gone > 0, "it leaves for good: the loss leaves all bounds"),
                (edge_ratio * share > 1, "it leaves; no minimum is stable for this step size"),
                otherwise="it leaves, and is not at rest at the last step shown",
            ),
        ],
        settings=list(settings),
    )
