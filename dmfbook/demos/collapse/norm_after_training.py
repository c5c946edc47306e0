"""P2's Figure 3: the norm of the product after training, over the regularization.

An explorable of `collapse`; its dots are runs of gradient descent, made beforehand by `_runs`.
"""

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook import collapse_threshold, critical_points
from dmfbook.demos._shared import nonzero_fraction
from dmfbook.demos.collapse._runs import (
    COUNTS,
    DEPTHS,
    NORMS,
    SINGULAR_VALUES,
    SIZES,
    STARTS,
    UNITS,
)
from dmfbook.symbolic import depth, target
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["norm_after_training"]

_size = sp.Symbol("size", positive=True)
_first = SINGULAR_VALUES[0]
_right = 1.56
_AWAY = -9.0
_RANKS = range(len(SINGULAR_VALUES) + 1)


def _best_ranks(layers: int) -> list[list[int]]:
    """Return, for each regularization, the ranks of the local minima, least loss first."""
    target = np.diag(SINGULAR_VALUES)
    order = []
    for unit in UNITS:
        weight = unit * collapse_threshold(_first, layers)
        points = critical_points(target, layers, weight)
        order.append([p.rank for p in points if p.kind.endswith("minimum")])
    return order


def _series() -> dict[str, np.ndarray]:
    """Return the norms at which runs end, of the best run, and the share that miss the best."""
    shape = (len(DEPTHS), len(SIZES), len(UNITS))
    every = np.full((*shape, len(_RANKS)), _AWAY)
    best, missed = np.empty(shape), np.empty(shape)
    for i, layers in enumerate(DEPTHS):
        order = _best_ranks(layers)
        for j, size in enumerate(SIZES):
            for k, word in enumerate(COUNTS[layers, size].split()):
                count = [ord(letter) - 97 for letter in word]
                norms = NORMS[layers][k]
                every[i, j, k] = [norms[r] if count[r] else _AWAY for r in _RANKS]
                best[i, j, k] = norms[next(r for r in order[k] if count[r])]
                missed[i, j, k] = 100 * (1 - count[order[k][0]] / STARTS)
    return {
        "every": every.reshape(*shape[:2], -1),
        "best": best,
        "missed": np.round(missed, 1),
    }


_frames = ex.Frames(
    over=("depth", "size"), grid=(tuple(map(float, DEPTHS)), SIZES), series=_series()
)
_unit_of_dot = (sp.floor(ex.index / len(_RANKS)) + 1) * (UNITS[1] - UNITS[0])
_unit_of_run = (ex.index + 1) * (UNITS[1] - UNITS[0])


def _threshold(value: float) -> sp.Expr:
    """Return where a singular value collapses, in units of where the first does."""
    return (sp.nsimplify(value) / sp.nsimplify(_first)) ** (2 - 2 / depth)


def _stair(rank: int) -> ex.Line:
    """Draw the norm of the best product where it has a rank."""
    kept = SINGULAR_VALUES[:rank]
    weight = ex.along * scalar.collapse_threshold.subs(target, _first)
    parts = [m * nonzero_fraction(weight * m ** (2 / depth - 2), depth) for m in kept]
    left = _threshold(SINGULAR_VALUES[rank]) if rank < len(SINGULAR_VALUES) else 0.001
    return ex.Line(
        sp.sqrt(sum(part**2 for part in parts)),
        span=(left, _threshold(kept[-1])),
        label="the best product" if rank == 1 else "",
        samples=60,
        pen="blue 3",
    )


def _fall(rank: int) -> ex.Segments:
    """Draw the fall of the smallest of the kept values, from depth three on."""
    at = _threshold(SINGULAR_VALUES[rank - 1])
    weight = at * scalar.collapse_threshold.subs(target, _first)
    squares = [
        (m * nonzero_fraction(weight * m ** (2 / depth - 2), depth)) ** 2
        for m in SINGULAR_VALUES[:rank]
    ]
    before, after = sp.sqrt(sum(squares)), sp.sqrt(sum(squares[:-1]))
    return ex.Segments((at, before), (at, after), pen="blue dotted", when=depth >= 3)


def _table(name: str) -> sp.Expr:
    """Return a number for each depth and size of the starts: the mean of a series below one."""
    inside = np.array(UNITS) < 1
    means = _frames.series[name][:, :, inside].mean(axis=-1)
    total: sp.Expr = sp.Integer(0)
    for i, layers in enumerate(DEPTHS):
        for j, size in enumerate(SIZES):
            here = sp.And(sp.Eq(depth, layers), sp.Abs(_size - size) < 0.05)
            total += ex.where(here, round(float(means[i, j]), 1), 0)
    return total


norm_after_training = ex.Explorable(
    name="norm-after-training",
    title="The norm after training",
    description=rf"""The target has the singular values 2, 1.5, 1 and 0.5, and all layers have width
        four. First: the Frobenius norm of the product against the regularization, in units of
        $\lambda_c(2)$, where zero becomes best. The curve is the theory, for the best product.
        Each ring is a norm at which some of {STARTS} runs of gradient descent ended, and each full
        dot the end with the least loss. Second: the share of the runs that did not end at a best
        product. The entries of the starts are normal, with the standard deviation of the slider
        over two, the root of the width. Depth two never misses. From depth three on small starts
        end at zero, or at too small a rank, for all but the smallest regularization; large starts
        stay at nonzero products where zero is best.""",
    sliders=[
        ex.Slider(depth, "depth", "depth $L$", 2, 4, 1, 3),
        ex.Slider(_size, "size", "size of the starts", 0.2, 1, 0.2, 0.6),
    ],
    routines=[nonzero_fraction],
    frames=_frames,
    panels=[
        ex.Panel(
            ex.Axis(r"regularization, $\lambda / \lambda_c(2)$", 0, _right),
            ex.Axis("norm of the product", -0.1, 2.9),
            *(_stair(rank) for rank in range(1, 5)),
            *(_fall(rank) for rank in range(1, 5)),
            ex.Segments((1, 0), (_right, 0), pen="blue 3"),
            ex.Points(
                _unit_of_dot,
                _frames["every"],
                count=len(UNITS) * len(_RANKS),
                label="where runs end",
                pen="grey",
                size=4,
                hollow=True,
            ),
            ex.Points(
                _unit_of_run,
                _frames["best"],
                count=len(UNITS),
                label=f"the best of {STARTS} runs",
                pen="orange",
                size=4,
            ),
            aspect=1.5,
        ),
        ex.Panel(
            ex.Axis(r"regularization, $\lambda / \lambda_c(2)$", 0, _right),
            ex.Axis("runs that miss, in percent", 0, 105),
            ex.Bars(
                _frames["missed"], at=_unit_of_run, count=len(UNITS), pen="red", thickness=0.045
            ),
            ex.Rule(x=1, pen="grey dotted", text=r"$\lambda_c$"),
            aspect=1.5,
        ),
    ],
    readouts=[
        ex.Readout("of all runs left of the collapse this many percent miss", _table("missed")),
    ],
    settings=[
        ex.Setting("depth-two", "depth two", depth=2),
        ex.Setting("small", "small starts", size=0.2),
        ex.Setting("large", "large starts", size=1),
        ex.Setting("deep", "depth four", depth=4, size=0.8),
    ],
)
