"""What the explorables of P1's figures share: two panels over the traces of ``traces.json``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import escape as formula
from dmfbook.symbolic.sharpness import edge_ratio

__all__ = ["STORED", "escape_figure", "looked_up"]

#: What ``python -m dmfbook.demos.escape._traces`` wrote.
STORED: dict[str, Any] = json.loads(
    Path(__file__).with_name("traces.json").read_text(encoding="utf-8")
)


def looked_up(ratios: Sequence[float], values: Sequence[float]) -> sp.Expr:
    """Return the value that belongs to the ratio of the slider, as an expression."""
    cases = [
        (sp.Float(value), sp.Lt(edge_ratio, (low + high) / 2, evaluate=False))
        for value, following, low, high in zip(values, values[1:], ratios, ratios[1:], strict=False)
        if value != following
    ]
    last = sp.Float(values[-1])
    # Left to evaluate them, sympy compares every condition with all others.
    return sp.Piecewise(*cases, (last, True), evaluate=False) if cases else last


def escape_figure(
    name: str,
    title: str,
    value: float,
    *,
    lowest: float,
    words: str,
    settings: Sequence[ex.Setting],
) -> ex.Explorable:
    """Return loss and ratio of runs that start at a distance along the sharpest direction."""
    stored = STORED[name]
    ratios, steps = stored["ratios"], stored["steps"]
    frames = ex.Frames(
        ("ratio",),
        (tuple(ratios),),
        {key: np.array(stored[key]) for key in ("loss_step", "loss", "ratio_step", "ratio")},
    )
    rests, gone, landing = (looked_up(ratios, stored[key]) for key in ("rests", "gone", "landing"))
    share, first = stored["share"], stored["first"]
    high = 1.05 * max(ratios)
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
