"""Gradient descent on the factors of one number, an explorable of `scalar_uniqueness`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import (
    depth_slider,
    nonzero_fraction,
    regularization_slider,
    target_slider,
)
from dmfbook.demos.scalar_uniqueness._shared import (
    derived,
    excess,
    has_local,
    local_minimum,
    local_minimum_only,
    nonzero_wins,
    tied,
    zero_wins,
)
from dmfbook.symbolic import depth, regularization, step_size, target
from dmfbook.symbolic import scalar_uniqueness as formula

_first, _others = formula.first_factor, formula.other_factors
_start_first, _start_others = sp.symbols("first_start others_start", real=True)
_steps = sp.Symbol("steps", positive=True)
_best = sp.Symbol("best", positive=True)
_orbit = ex.Orbit(
    name="descent",
    state=(_first, _others),
    start=(_start_first, _start_others),
    update=formula.descent_step,
    count=_steps,
    limit=400,
)
_end = dict(zip(_orbit.state, _orbit.last, strict=True))
_product = _first * _others ** (depth - 1)
_well_gain = sp.Abs(local_minimum) ** (1 / depth)
_mirrored = {"x": (-1) ** (depth - 1) * _well_gain, "y": -_well_gain, "pen": "orange", "size": 7}
_at_zero = _first**2 + _others**2 < 1e-4
# At depth two zero is a saddle when it is not a minimizer: only paths with u = -v end there.
_stays_at_zero = sp.Or(depth >= 3, sp.Abs(_first + _others) < 1e-6)
_in_the_well = sp.And(
    _product > 0, (sp.Abs(_first) - _well_gain) ** 2 + (sp.Abs(_others) - _well_gain) ** 2 < 1e-4
)
_square = 2.0
# From depth three on, a level below the pass out of the basin around the origin: on the diagonal
# u = v the loss climbs beyond it. At depth two it is the loss of the saddle there.
_small_gain = (regularization / target) ** (1 / sp.Max(depth - 2, 1))
_basin_level = target**2 + 0.6 * (depth - 2) * regularization * _small_gain**2

descent = ex.Explorable(
    name="descent",
    title="Gradient descent on the factors",
    description=r"""Contours of the loss $(m - u v^{L-1})^2 + \lambda (u^2 + (L-1) v^2)$ over the
        first factor $u = w_1$ and the common value $v = w_2 = \dots = w_L$ of the others, and the
        path of gradient descent from a start that you choose. Filled points are the minimizers,
        hollow ones the local minima that are no minimizers; a nonzero product has two points in
        this picture. From depth three on a round basin surrounds the origin, and every path of
        small steps that starts in it ends at zero, however large the target. At depth two, with
        the target above $\lambda$, the origin is a saddle, and almost every path leaves it.""",
    sliders=[
        ex.Slider(_start_first, "first", "start $u$", -2, 2, 0.01, 0.25),
        ex.Slider(_start_others, "others", "start $v$", -2, 2, 0.01, 1.6),
        ex.Slider(_steps, "steps", "steps", 0, 200, 1, 60, play=True),
        ex.Slider(step_size, "step", r"step size $\eta$", 0.005, 0.2, 0.005, 0.05),
        target_slider(0.2, 2.5, 1.5),
        regularization_slider(0.05, 1, 0.4),
        depth_slider(3, high=5),
    ],
    derived={**derived, _best: target**2 + sp.Min(excess, 0)},
    routines=[nonzero_fraction],
    orbits=[_orbit],
    panels=[
        ex.Panel(
            ex.Axis("first factor $u$", -_square, _square),
            ex.Axis("other factors $v$", -_square, _square),
            ex.HeatMap(
                sp.log(formula.loss),
                (_first, _others),
                sp.log(_best),
                sp.log(40 * _best),
                levels=[
                    *(
                        sp.log(level * _best)
                        for level in (1.05, 1.2, 1.5, 2.0, 3.0, 5.0, 9.0, 17.0, 33.0)
                    ),
                    sp.log(_basin_level),
                ],
            ),
            ex.Points(
                ex.where(nonzero_wins, _well_gain, 0),
                ex.where(nonzero_wins, _well_gain, 0),
                label="a minimizer",
                pen="orange",
                size=7,
            ),
            # The second product of the tie, and the mirror image of the first factors.
            ex.Points(_well_gain, _well_gain, pen="orange", size=7, when=tied),
            ex.Points(**_mirrored, when=sp.Or(nonzero_wins, tied)),
            ex.Points(
                ex.where(nonzero_wins, 0, _well_gain),
                ex.where(nonzero_wins, 0, _well_gain),
                **local_minimum_only,
            ),
            ex.Points(**_mirrored, hollow=True, when=sp.And(has_local, zero_wins)),
            ex.Path(_orbit, _first, _others, label="gradient descent", pen="red"),
            ex.Handle(
                _start_first, _start_others, label="start", pen="red", moves=("first", "others")
            ),
            aspect=1.0,
            equal=True,
        )
    ],
    readouts=[
        ex.Readout("product of the factors at the end", _product.xreplace(_end)),
        ex.Readout("loss at the end", formula.loss.xreplace(_end)),
        ex.Readout("least loss", _best),
        ex.Verdict(
            "where it ended",
            (
                sp.And(_at_zero, _stays_at_zero, nonzero_wins).xreplace(_end),
                "trapped at zero, which is not a minimizer here",
            ),
            (
                sp.And(_in_the_well, has_local, zero_wins).xreplace(_end),
                "trapped in the nonzero well, which is not a minimizer here",
            ),
            (
                sp.Or(
                    sp.And(_at_zero, sp.Not(nonzero_wins)), formula.loss < 1.0001 * _best
                ).xreplace(_end),
                "at a minimizer",
            ),
            (formula.loss.xreplace(_end) > 1e6, "it diverged: the step is too large"),
            otherwise="not there yet",
        ),
    ],
    settings=[
        ex.Setting("found", "a start that finds it", steps=120),
        ex.Setting("trapped", "a start near zero", first=0.2, others=0.25, steps=200),
        ex.Setting(
            "depth-two", "the same start at depth two", first=0.2, others=0.25, steps=200, depth=2
        ),
        ex.Setting(
            "spurious",
            "trapped in the nonzero well",
            first=1,
            others=1.5,
            steps=200,
            target=1.8,
            regularization=0.95,
        ),
        ex.Setting("too-large-a-step", "too large a step", first=1.9, others=1.9, step=0.2),
    ],
)
