"""Curvatures of a network on data, and of the factorization with the same minimizers."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider
from dmfbook.symbolic import depth
from dmfbook.symbolic import linear_networks as formula

__all__ = ["whitening"]

_DEEPEST = 5
_SLOPES = (1, 3)
_variances = sp.symbols("s_1 s_2", positive=True)
_gains = sp.symbols("g_1 g_2", positive=True)
_eigenvalues = sp.symbols("e_1:5", positive=True)
_pairs = [(i, j) for i in range(2) for j in range(2)]


def _factorization(i: int, j: int) -> Any:
    """Return the sum over layers, term by term."""
    terms = (
        sp.Piecewise(
            (_gains[i] ** (2 * depth - 2 * layer) * _gains[j] ** (2 * layer - 2), layer <= depth),
            (0, True),
        )
        for layer in range(1, _DEEPEST + 1)
    )
    return 2 * sum(terms, sp.Integer(0))


def _excess(i: int, j: int) -> Any:
    return formula.variance_excess.subs(
        {formula.variance: _variances[j], formula.first_gain: _gains[i]}
    )


_network = [value + _excess(i, j) for value, (i, j) in zip(_eigenvalues, _pairs, strict=True)]
_sharpest, _sharpest_factorization = sp.Max(*_network), sp.Max(*_eigenvalues)
_white = sp.And(sp.Abs(_variances[0] - 1) < 1e-9, sp.Abs(_variances[1] - 1) < 1e-9)
_reach = 3.2

whitening = ex.Explorable(
    name="whitening",
    title="What whitening hides",
    description=r"""A linear network without decay, on inputs with variances $s_1$ and $s_2$ along
        the axes and slopes $1$ and $3$, at a minimizer that is balanced once the inputs are
        whitened.
        First: the ellipse of the inputs, dashed the circle of white ones. Second: the four nonzero
        curvatures, of the network as
        points, of the factorization with the same minimizers as rings. They agree in pairs where
        the inputs are white.""",
    sliders=[
        ex.Slider(_variances[0], "variance_one", "variance $s_1$", 0.25, 9, 0.01, 4, scale="log"),
        ex.Slider(_variances[1], "variance_two", "variance $s_2$", 0.25, 9, 0.01, 1, scale="log"),
        depth_slider(2, high=_DEEPEST),
    ],
    derived={
        **{
            gain: (slope * sp.sqrt(variance)) ** (1 / depth)
            for gain, slope, variance in zip(_gains, _SLOPES, _variances, strict=True)
        },
        **{value: _factorization(i, j) for value, (i, j) in zip(_eigenvalues, _pairs, strict=True)},
    },
    panels=[
        ex.Panel(
            ex.Axis("first input", -_reach, _reach),
            ex.Axis("second input", -_reach, _reach),
            ex.Line(ex.polar(1, ex.along), span=(0, 2 * sp.pi), label="white", pen="grey dashed"),
            ex.Line(
                sp.sqrt(_variances[0]) * sp.cos(ex.along),
                sp.sqrt(_variances[1]) * sp.sin(ex.along),
                span=(0, 2 * sp.pi),
                label="the inputs",
                pen="blue 3",
            ),
            ex.Handle(sp.sqrt(_variances[0]), 0, moves="variance_one", pen="orange", snap=1),
            ex.Handle(0, sp.sqrt(_variances[1]), moves="variance_two", pen="orange", snap=1),
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("output and input direction", 0.4, 4.6, ticks=False),
            ex.Axis("curvature", 0.5, 2000, scale="log"),
            ex.Points(
                list(enumerate(_eigenvalues, 1)),
                label="factorization",
                pen="blue",
                size=8,
                hollow=True,
            ),
            ex.Points(list(enumerate(_network, 1)), label="network", pen="orange", size=5),
            title="curvatures",
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout("sharpness of the network", _sharpest),
        ex.Readout("of the factorization", _sharpest_factorization),
        ex.Verdict(
            "the inputs",
            (_white, "are white, and both have the same curvatures"),
            otherwise="are not white, and the curvatures differ",
        ),
    ],
    settings=[
        ex.Setting("white", "white", variance_one=1, variance_two=1),
        ex.Setting("small", "small inputs", variance_one=0.25, variance_two=0.25),
        ex.Setting("deep", "depth four", depth=4),
    ],
)
