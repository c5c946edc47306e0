"""The staircase of singular values: an explorable of `matrix_uniqueness`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider, nonzero_fraction, regularization_slider
from dmfbook.demos.matrix_uniqueness._shared import kept, threshold, tied
from dmfbook.symbolic import depth, gain, regularization, target
from dmfbook.symbolic import matrix_uniqueness as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

# Five singular values in geometric progression.
_values = 5
_ratio = sp.Symbol("rho", positive=True)
_least, _most = 0.001, 1.5
_value = _ratio**ex.index
_five = [_ratio**k for k in range(_values)]
_minimizers = [sp.Symbol(f"x_{k + 1}", nonnegative=True) for k in range(_values)]
_ties = sp.Symbol("ties", nonnegative=True)
_rank = sp.Symbol("rank", nonnegative=True)
_falls = [scalar.collapse_threshold.subs(target, value) for value in _five]


def _curve(k: int) -> tuple[ex.Line, ex.Segments]:
    """Draw the minimizer of one singular value over the regularization, and its fall."""
    here = {target: _five[k]}
    last = formula.last_gain.subs(here)
    fall = formula.matching_regularization.subs(here).subs(gain, last)
    return (
        ex.Line(
            sp.Max(formula.matching_regularization.subs(here), _least / 2),
            gain**depth,
            label=r"the minimizer's singular values" if k == 0 else "",
            parameter=gain,
            span=(last, _five[k] ** (1 / depth)),
            samples=120,
        ),
        ex.Segments(
            (fall, 0),
            (fall, last**depth),
            label="their falls" if k == 0 else "",
            pen="dotted",
            when=sp.And(depth >= 3, fall > _least),
        ),
    )


staircase = ex.Explorable(
    name="staircase",
    title="The staircase of singular values",
    description=r"""Five singular values of a target and of its minimizer. First the
        minimizer's singular values over the regularization, on a logarithmic scale: each sinks
        slowly and then, from depth three on, falls to zero all at once, the smallest first. Second,
        at the chosen regularization, the target's singular values as pale bars and the
        minimizer's as full ones, with a line at the tie: bars that end below the line are lost, and
        bars that end above it keep at least $(L-2)/(L-1)$ of their length. At depth two all sink by
        the same amount until they reach zero, and none falls.""",
    sliders=[
        regularization_slider(float(_least), float(_most), 0.1, "log"),
        ex.Slider(_ratio, "ratio", r"each over the one before, $\rho$", 0.5, 1, 0.01, 0.7),
        depth_slider(3),
    ],
    routines=[nonzero_fraction],
    derived={
        threshold: scalar.winning_threshold,
        **{
            symbol: kept(value, regularization, threshold)
            for symbol, value in zip(_minimizers, _five, strict=True)
        },
        _ties: sum(ex.where(tied(v, threshold), 1, 0) for v in _five),
        _rank: sum(sp.sign(x) for x in _minimizers),
    },
    panels=[
        ex.Panel(
            ex.Axis(r"regularization $\lambda$", _least, _most, scale="log"),
            ex.Axis("singular value", 0, 1.05),
            *(mark for k in range(_values) for mark in _curve(k)),
            ex.Rule(x=regularization, pen="grey dashed"),
            ex.Points([regularization] * _values, _minimizers, count=_values, pen="orange", size=6),
            ex.Handle(regularization, 1.0, pen="grey", moves="regularization"),
            aspect=1.1,
        ),
        ex.Panel(
            ex.Axis("at this regularization", 0.4, _values + 0.6, ticks=False),
            ex.Axis("", 0, 1.05),
            ex.Bars(
                _value,
                label="the target's",
                at=ex.index + 1,
                count=_values,
                pen="grey",
                thickness=0.75,
            ),
            ex.Bars(
                _minimizers,
                label="the minimizer's",
                at=[sp.Integer(k + 1) for k in range(_values)],
                pen="orange",
                thickness=0.45,
            ),
            ex.Rule(y=threshold, pen="ink dashed", text="the tie $m^*$", when=depth >= 3),
            ex.Rule(
                y=threshold,
                pen="ink dashed",
                text=r"the soft threshold $\lambda$",
                when=sp.Eq(depth, 2),
            ),
            ex.Handle(_values + 0.5, threshold, pen="ink", moves="regularization", snap=_falls),
            aspect=1.1,
        ),
    ],
    readouts=[
        ex.Verdict(
            "minimizers",
            (_ties >= 2, "infinitely many: several singular values are at the tie together"),
            (_ties >= 1, "two: one singular value is at the tie, and may stay or fall"),
            otherwise="one",
        ),
        ex.Readout("its rank (the largest, at a tie)", _rank, digits=1),
        ex.Readout("the tie $m^*$", threshold, when=depth >= 3, otherwise="none at depth two"),
        ex.Readout(
            r"norm of every factor, $\|W_l\|_F$ (the largest, at a tie)",
            sp.sqrt(sum(x ** (2 / depth) for x in _minimizers)),
        ),
    ],
    settings=[
        ex.Setting(
            "at-a-tie",
            "the third at the tie",
            regularization=scalar.collapse_threshold.subs(target, _five[2]),
        ),
        ex.Setting(
            "all-equal",
            "all equal, at the tie",
            ratio=1,
            regularization=scalar.collapse_threshold.subs(target, 1),
        ),
        ex.Setting("depth-two", "depth two", depth=2),
        ex.Setting("deep", "depth eight", depth=8, regularization=0.02),
    ],
)
