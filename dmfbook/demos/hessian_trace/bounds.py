"""The trace of the Hessian at the minimizers over its two bounds, an explorable."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider, nonzero_fraction, regularization_slider
from dmfbook.symbolic import depth, regularization, target
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["bounds"]

_HIDDEN = 3
_DEEPEST = 6
_values = sp.symbols("m_1:4", real=True)
_names = ("one", "two", "three")
_ends = sp.Symbol("ends", positive=True, integer=True)
_threshold = sp.Symbol("threshold", positive=True)
_products = sp.symbols("x_1:4", nonnegative=True)
_trace, _sharp, _norm, _penalty, _power = sp.symbols("trace sharp norm penalty power", real=True)
_rank, _square, _fourth = sp.symbols("rank square product", nonnegative=True)


def _fitted(value: sp.Symbol, place: int) -> sp.Expr:
    """Return the singular value of the minimizer; values beyond the width are not there."""
    held = sp.Max(value, _threshold)
    kept = nonzero_fraction(scalar.relative_regularization.subs(target, held), depth)
    return ex.where(sp.And(value > _threshold, _ends >= place), value * kept, 0)


def _sum(power: sp.Expr) -> sp.Expr:
    """Return S_k for a power above zero."""
    return sum(x ** (sp.Max(power, 1) / depth) for x in _products)


_middle = sum(
    ex.where(at < depth, _sum(2 * (depth - at)) * _sum(2 * sp.Integer(at - 1)), 0)
    for at in range(2, _DEEPEST)
)
_ratio = ex.where(_rank > 0, _fourth / sp.Max(_square, 1e-9), 0)
_hidden_ones = _HIDDEN**2 * (depth - 2)
_tallest = 1.12 * sp.Max(_trace, 1.0)

bounds = ex.Explorable(
    name="bounds",
    title="A trace and two bounds from below",
    description=r"""First, in gray the singular values $m_i$ of a target with as many rows as
        columns, in blue those of the best product; the dotted line is the tie $m^*$, below which
        nothing is kept. Second, three bars: the lower bound of the paper, the sharp lower bound,
        and the trace of the Hessian at the minimizers, each with the gray part $2\lambda N$ that
        every network pays; hidden layers are three wide. With one singular value that is kept the
        last two bars are equal, and with one input and one output all three are. Every further
        value that is kept opens a gap.""",
    sliders=[
        *(
            ex.Slider(value, name, f"singular value $m_{i}$", 0, 3, 0.01, start)
            for i, value, name, start in zip(
                (1, 2, 3), _values, _names, (2.4, 1.6, 0.9), strict=True
            )
        ),
        ex.Slider(_ends, "ends", "inputs and outputs $d_0 = d_L$", 1, 6, 1, 3),
        regularization_slider(0.01, 0.5, 0.2),
        depth_slider(3, high=_DEEPEST),
    ],
    derived={
        _threshold: scalar.winning_threshold,
        **{
            x: _fitted(value, place)
            for place, (x, value) in enumerate(zip(_products, _values, strict=True), 1)
        },
        _rank: sum(ex.where(x > 0, 1, 0) for x in _products),
        _square: _sum(sp.Integer(2)),
        _fourth: sum(x**2 for x in _products),
        _penalty: 2 * regularization * (2 * _ends * _HIDDEN + _hidden_ones),
        _power: _sum(2 * depth - 2),
        _trace: 2 * (2 * _ends * _power + _middle) + _penalty,
        _sharp: 2 * (depth - 2 + 2 * _ends) * _ratio + _penalty,
        _norm: 2 * depth * _ratio + _penalty,
    },
    routines=[nonzero_fraction],
    panels=[
        ex.Panel(
            ex.Axis("singular values 1, 2, 3", -0.6, 2.6, ticks=False),
            ex.Axis("size", 0, 3.2),
            ex.Bars(
                [ex.where(_ends >= place, value, 0) for place, value in enumerate(_values, 1)],
                at=[-0.18, 0.82, 1.82],
                thickness=0.34,
                pen="grey",
                label="of the target",
            ),
            ex.Bars(
                list(_products),
                at=[0.18, 1.18, 2.18],
                thickness=0.34,
                label="of the best product",
            ),
            ex.Rule(y=_threshold, pen="orange dotted", text="$m^*$"),
            *(
                ex.Handle(place - 0.18, value, pen="grey", moves=name, snap=_threshold)
                for place, (value, name) in enumerate(zip(_values, _names, strict=True))
            ),
            aspect=1.3,
        ),
        ex.Panel(
            ex.Axis("", -0.6, 2.6, ticks=False),
            ex.Axis("trace", 0, _tallest),
            ex.Bars(
                [_norm, _sharp, _trace],
                names=("the bound", "sharp", "the trace"),
                label="from the data",
                pen="green",
            ),
            ex.Bars([_penalty] * 3, label=r"$2\lambda N$", pen="grey"),
            aspect=1.3,
        ),
    ],
    readouts=[
        ex.Readout("rank of the best product", _rank),
        ex.Readout("trace at the minimizers", _trace),
        ex.Readout("the paper's bound", _norm),
        ex.Readout("the sharp bound", _sharp),
        ex.Readout(
            "data part of the trace over that of the paper's bound",
            (_trace - _penalty) / sp.Max(_norm - _penalty, 1e-9),
            when=_rank > 0,
            otherwise="both are zero",
        ),
        ex.Verdict(
            "attained",
            (sp.Eq(_rank, 0), "both bounds: nothing is left but the penalty"),
            (sp.And(sp.Eq(_rank, 1), sp.Eq(_ends, 1)), "both bounds"),
            (sp.Eq(_rank, 1), "the sharp bound, not the other"),
            otherwise="neither",
        ),
    ],
    settings=[
        ex.Setting("one-left", "one value kept", two=0.3, three=0.2),
        ex.Setting("one-and-one", "one input, one output", ends=1),
        ex.Setting("equal", "three equal values", one=2, two=2, three=2),
        ex.Setting("depth-two", "depth two", depth=2),
        ex.Setting("nothing-left", "nothing kept", one=0.3, two=0.2, three=0.1),
    ],
)
