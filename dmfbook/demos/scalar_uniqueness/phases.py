"""The plane of targets and regularizations, an explorable of `scalar_uniqueness`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import (
    depth_slider,
    nonzero_fraction,
    regularization_slider,
    target_slider,
)
from dmfbook.demos.scalar_uniqueness._shared import derived, minimizer_readout, winners
from dmfbook.symbolic import depth, regularization, target
from dmfbook.symbolic import scalar_uniqueness as formula

__all__ = ["phases"]

_widest, _top = 2.5, 1.2
_tie_curve = formula.collapse_threshold.subs(target, ex.along)
_tangent_curve = formula.tangent_regularization.subs(target, ex.along)

phases = ex.Explorable(
    name="phases",
    title="Who wins where",
    description=r"""The plane of targets $m$ (across) and regularizations $\lambda$ (up), cut by two
        curves through the origin. Below the lower one, the tie, a nonzero number wins; above it
        zero wins. From depth three on a second curve, the tangent, lies above the first. Between
        the two zero wins but a spurious nonzero minimum exists; above both zero is the only
        minimum. Below the tie it is zero that is spurious, from depth three on. At depth two the
        curves are one, the diagonal, and nothing is ever spurious.""",
    sliders=[target_slider(0, 2.5, 1.8), regularization_slider(0.01, 1.2, 0.6), depth_slider(3)],
    derived=derived,
    routines=[nonzero_fraction],
    panels=[
        ex.Panel(
            ex.Axis("target $m$", 0, _widest),
            ex.Axis(r"regularization $\lambda$", 0, _top),
            ex.Region(
                sp.Min(_tangent_curve, _top), _top, label="zero wins, no other minimum", pen="grey"
            ),
            ex.Region(
                sp.Min(_tie_curve, _top),
                sp.Min(_tangent_curve, _top),
                label="zero wins, the nonzero minimum is spurious",
                pen="purple",
                when=depth >= 3,
            ),
            ex.Region(0, sp.Min(_tie_curve, _top), label="the nonzero number wins", pen="blue"),
            ex.Line(_tie_curve, label="the tie", pen="orange 3"),
            ex.Line(_tangent_curve, label="the tangent", pen="purple dashed", when=depth >= 3),
            ex.Handle(target, regularization, pen="ink", moves=("target", "regularization")),
        )
    ],
    readouts=[
        winners,
        ex.Readout(r"collapse threshold $\lambda_c(m)$", formula.collapse_threshold),
        ex.Readout(
            "above this, no second minimum",
            formula.tangent_regularization,
            when=depth >= 3,
            otherwise="there is never one at depth two",
        ),
        minimizer_readout,
    ],
    settings=[
        ex.Setting("on-the-tie", "on the tie", target=formula.winning_threshold),
        ex.Setting("spurious", "a spurious minimum", target=1.8, regularization=0.95),
        ex.Setting("zero-alone", "nothing but zero", target=0.8, regularization=0.9),
        ex.Setting("depth-two", "depth two", depth=2),
    ],
)
