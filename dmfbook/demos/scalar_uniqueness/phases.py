"""The plane of targets and regularizations, an explorable of `scalar_uniqueness`."""

from __future__ import annotations

import sympy as sp

from dmfbook.demos._shared import (
    depth_slider,
    nonzero_fraction,
    regularization_slider,
    target_slider,
)
from dmfbook.demos.scalar_uniqueness._shared import derived, minimizer_readout, winners
from dmfbook.explorables import (
    Axis,
    Explorable,
    Line,
    Panel,
    Points,
    Readout,
    Region,
    Setting,
    along,
)
from dmfbook.symbolic import depth, regularization, target
from dmfbook.symbolic import scalar_uniqueness as formula

__all__ = ["phases"]

_widest, _top = 2.5, 1.2
_tie_curve = formula.collapse_threshold.subs(target, along)
_tangent_curve = formula.tangent_regularization.subs(target, along)

phases = Explorable(
    name="phases",
    title="Who wins where",
    description=r"""The plane of targets $m$ (across) and regularizations $\lambda$ (up), cut by two
        curves through the origin. Below the lower one, the tie, a nonzero number wins; above it
        zero wins. From depth three on a second curve, the tangent, lies above the first. Between
        the two zero wins but a spurious nonzero minimum exists; above both zero is the only
        minimum. Below the tie it is zero that is spurious. At depth two the curves are one, the
        diagonal, and nothing is ever spurious.""",
    sliders=[target_slider(0, 2.5, 1.8), regularization_slider(0.01, 1.2, 0.95), depth_slider(3)],
    derived=derived,
    routines=[nonzero_fraction],
    panels=[
        Panel(
            Axis("target $m$", 0, _widest),
            Axis(r"regularization $\lambda$", 0, _top),
            [
                Region(
                    sp.Min(_tangent_curve, _top),
                    _top,
                    label="zero wins, no other minimum",
                    colour="grey",
                ),
                Region(
                    sp.Min(_tie_curve, _top),
                    sp.Min(_tangent_curve, _top),
                    label="zero wins, the nonzero minimum is spurious",
                    colour="purple",
                    when=depth >= 3,
                ),
                Region(
                    0,
                    sp.Min(_tie_curve, _top),
                    label="the nonzero number wins, zero is spurious",
                    colour="blue",
                    when=depth >= 3,
                ),
                Line(_tie_curve, label="the tie", colour="orange", width=3, when=depth >= 3),
                Line(
                    _tangent_curve,
                    label="the tangent",
                    colour="purple",
                    dash="dashed",
                    when=depth >= 3,
                ),
                Region(
                    0,
                    sp.Min(_tie_curve, _top),
                    label="the nonzero number wins, no other minimum",
                    colour="green",
                    when=sp.Eq(depth, 2),
                ),
                Line(_tie_curve, label="the soft threshold", colour="ink", when=sp.Eq(depth, 2)),
                Points(target, regularization, colour="ink", size=7),
            ],
            pick=("target", "regularization"),
        )
    ],
    readouts=[
        winners,
        Readout(r"collapse threshold $\lambda_c(m)$", formula.collapse_threshold),
        Readout(
            "above this, no second minimum",
            formula.tangent_regularization,
            when=depth >= 3,
            otherwise="there is never one at depth two",
        ),
        minimizer_readout,
    ],
    settings=[
        Setting("on-the-tie", "on the tie", target=formula.winning_threshold, depth=3),
        Setting("spurious", "a spurious minimum", target=1.8, regularization=0.95, depth=3),
        Setting("zero-alone", "nothing but zero", target=0.8, regularization=0.9, depth=3),
        Setting("depth-two", "depth two", depth=2),
    ],
)
