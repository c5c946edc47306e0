"""Two numbers by their product and their imbalance: how escape makes them more alike.

The state is the sum p and the difference n of the two numbers, each multiplied in a step: all
expressions of the orbit are sums and products, which every machine rounds alike.
"""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import escape as formula
from dmfbook.symbolic import step_size
from dmfbook.symbolic.sharpness import edge_ratio

__all__ = ["drift"]

_first, _count = sp.symbols("first steps", positive=True)
_other, _own, _imbalance = sp.symbols("other own imbalance", real=True)
_p, _n, _m = formula.plus, formula.minus, 1.0
_misfit = formula.pair_product - _m
_nudge = 1e-3
_orbit = ex.Orbit(
    name="descent",
    state=(_p, _n),
    # The sharpest direction is (v, u): it changes the sum by the length, nearly.
    start=(
        _first + _other + _nudge * (_first + _other) / sp.sqrt(_own),
        _first - _other - _nudge * (_first - _other) / sp.sqrt(_own),
    ),
    update=(
        _p * formula.plus_factor.subs(formula.misfit, _misfit),
        _n * formula.minus_factor.subs(formula.misfit, _misfit),
    ),
    count=_count,
    limit=1500,
)
_end = dict(zip(_orbit.state, _orbit.last, strict=True))
# The ratio of the minimum with the same imbalance.
_below = step_size * sp.sqrt(formula.pair_imbalance**2 + 4 * _m**2)
_end_loss = (_misfit**2).xreplace(_end)
_end_ratio = _below.xreplace(_end)
_least = 2 * step_size * _m
_highest = 9.2

drift = ex.Explorable(
    name="drift",
    title="Product and imbalance",
    description=r"""Two numbers $u, v$ with the target $1$, drawn by their product $uv$ (across) and
        their imbalance $u^2 - v^2$ (up). All zero-loss minima lie on the upright line $uv = 1$: the
        thick green part is stable for the step size, the dashed part is too sharp. Gradient descent
        starts beside the minimum marked by a ring. First: its path; each step multiplies the
        imbalance by $1 - 4\eta^2 F$, with the loss $F$. Second: the ratio $c$ of the minimum with
        the imbalance of each step, the edge at $1$, and the mirror image $2-c$ of the start.""",
    sliders=[
        ex.Slider(
            edge_ratio,
            "ratio",
            r"step size over the edge, $c = \eta \lambda_{\max} / 2$",
            0.9,
            1.4,
            0.005,
            1.06,
        ),
        ex.Slider(_first, "first", "the minimum: $u$, with $v = 1/u$", 1.05, 3, 0.01, 2.2),
        ex.Slider(_count, "steps", "steps", 0, 1500, 5, 400, play=True),
    ],
    derived={
        _other: 1 / _first,
        _own: _first**2 + _other**2,
        step_size: edge_ratio / _own,
        _imbalance: _first**2 - _other**2,
    },
    orbits=[_orbit],
    panels=[
        ex.Panel(
            ex.Axis("product $uv$", 0, 2),
            ex.Axis("imbalance $u^2 - v^2$", 0, _highest),
            ex.Segments((1, 0), (1, _highest), pen="grey dashed 1.5", label="minima too sharp"),
            ex.Segments(
                (1, 0),
                (1, sp.sqrt(sp.Max(1 / step_size**2 - 4, 0))),
                pen="green 5",
                label="stable minima",
                when=_least < 1,
            ),
            ex.Path(
                _orbit,
                formula.pair_product,
                formula.pair_imbalance,
                label="gradient descent",
                pen="red 1",
                dots=False,
            ),
            ex.Points(
                formula.pair_product.xreplace(_end),
                formula.pair_imbalance.xreplace(_end),
                pen="red",
                size=6,
            ),
            ex.Handle(1, _imbalance, pen="ink", moves="first"),
            aspect=1.2,
        ),
        ex.Panel(
            ex.Axis("step", 0, sp.Max(_count, 100)),
            ex.Axis("ratio of the minimum beside", 0.6, 1.45),
            ex.Region(0.6, _least, label="no minimum has such a ratio", pen="grey"),
            ex.Rule(y=1, pen="ink dashed 1.5", label="the edge"),
            ex.Rule(
                y=formula.landing_ratio,
                pen="green dotted 2.5",
                label="mirror image, $2-c$",
                when=edge_ratio > 1,
            ),
            ex.Path(_orbit, _orbit.step, _below, pen="blue 2", dots=False),
            ex.Handle(0, edge_ratio, pen="ink", moves="ratio"),
            aspect=1.2,
        ),
    ],
    readouts=[
        ex.Readout("ratio at the end", _end_ratio),
        ex.Readout(
            "mirror image, $2-c$", formula.landing_ratio, when=edge_ratio > 1, otherwise="none"
        ),
        ex.Readout("least ratio of any minimum", _least),
        ex.Readout(
            "imbalance, end over start",
            formula.pair_imbalance.xreplace(_end)
            / formula.pair_imbalance.subs(
                dict(zip(_orbit.state, _orbit.start, strict=True)), simultaneous=True
            ),
        ),
        ex.Verdict(
            "what happens",
            (_end_loss > 1e6, "it flies off"),
            (edge_ratio < 1 - 1e-9, "it falls back"),
            (edge_ratio < 1 + 1e-9, "on the edge"),
            (
                sp.And(_end_loss < 1e-9, _end_ratio < 1),
                "it left, and is at rest at a flatter minimum",
            ),
            (_least > 1, "no minimum is stable for this step size"),
            otherwise="it is on its way",
        ),
    ],
    settings=[
        ex.Setting("just-above", "just above", ratio=1.02, steps=600),
        ex.Setting("lopsided", "very unequal", first=3, ratio=1.05),
        ex.Setting("nearly-equal", "nearly equal", first=1.2, ratio=1.05, steps=1500),
        ex.Setting("nowhere", "nowhere to land", first=1.2, ratio=1.2, steps=300),
    ],
)
