"""Noisy gradient descent around a minimizer, an explorable of `hessian_trace`.

The noise comes from two generators of Lehmer, whose states are integers below 2^29 (orbits end at
10^9):
every machine computes them exactly, so that the page and Python see the same path.
"""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import regularization_slider, target_slider
from dmfbook.symbolic import depth, regularization, step_size, target
from dmfbook.symbolic import hessian_trace as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["shaken"]

# A prime and two of its primitive roots, so that each state returns only after all others.
_MODULUS, _MULTIPLIERS = 2**29 - 3, (24940, 43459)
_STEPS, _DISCARDED = 1200, 100
_kind, _draw = sp.symbols("kind draw", nonnegative=True, integer=True)
_gain = sp.Symbol("gain", positive=True)
_u, _v = sp.symbols("u v", real=True)
_states = sp.symbols("state_1 state_2", positive=True)
_total, _step = sp.Symbol("total", real=True), sp.Symbol("step")
# Uniform numbers of mean zero and variance one.
_one, _two = (sp.sqrt(12.0) * (state / _MODULUS - 0.5) for state in _states)
_lack = target - _u * _v
_in_target = sp.Eq(_kind, 1)
# Of the loss of two numbers, less that of the minimizer.
_loss = scalar.loss.subs(depth, 2).subs({scalar.first_factor: _u, scalar.other_factors: _v})
_least = _loss.subs({_u: _gain, _v: _gain})
_above = sp.Symbol("least", real=True)


def _moved(factor: sp.Symbol, other: sp.Symbol, own: sp.Expr) -> sp.Expr:
    """Return a factor after a step; noise is added to its slope, or to the target."""
    slope = -2 * _lack * other + 2 * regularization * factor
    # The kind is 0 or 1: a product, taken at every step, is faster than a choice.
    shake = _kind * (-2 * other * _one) + (1 - _kind) * own
    return factor - step_size * (slope + formula.noise * shake)


_orbit = ex.Orbit(
    name="noisy",
    state=(_u, _v, *_states, _total),
    start=(
        _gain,
        _gain,
        sp.Mod(7919 * 24940 * _draw, _MODULUS),
        sp.Mod(104729 * 4345 * _draw, _MODULUS),
        0,
    ),
    update=(
        _moved(_u, _v, _one),
        _moved(_v, _u, _two),
        *(sp.Mod(a * state, _MODULUS) for a, state in zip(_MULTIPLIERS, _states, strict=True)),
        _total + sp.Min(sp.Max(_step - (_DISCARDED - 1), 0), 1) * (_loss - _above),
    ),
    count=_STEPS,
    limit=_STEPS,
    step=_step,
)
_mean = _orbit.last[4] / (_STEPS - _DISCARDED)
_predicted = ex.where(_in_target, formula.target_excess, formula.gradient_excess)
_here = sp.Symbol("here", real=True)
_low, _high = 1.0, 2.0
_top = 1150 * sp.Max(
    formula.gradient_excess.subs(target, _high), formula.target_excess.subs(target, _high)
)
_window = 0.25

shaken = ex.Explorable(
    name="shaken",
    title="Gradient descent that is shaken",
    description=r"""Two numbers $u$ and $v$ with the target $m$, and 1,200 steps of gradient descent
        with noise, from a minimizer. First, its path in a window around the minimizer, over level
        lines of the loss. Second, how far above the least loss it is in the mean: two curves over
        the target, predicted for noise in the gradient and for noise in the target, and a point
        that was measured on the path. The larger the target, the steeper is the valley across. The
        first curve hardly notices; the second rises with the trace of the Hessian.""",
    sliders=[
        target_slider(_low, _high, 1.5),
        ex.Slider(_kind, "kind", "noise: 0 in the gradient, 1 in the target", 0, 1, 1, 0),
        ex.Slider(formula.noise, "noise", r"size $\sigma$ of the noise", 0.01, 0.2, 0.01, 0.1),
        ex.Slider(step_size, "step", r"step size $\eta$", 0.02, 0.14, 0.01, 0.1),
        regularization_slider(0.1, 0.5, 0.25),
        ex.Slider(_draw, "draw", "draw number", 1, 40, 1, 1),
    ],
    derived={
        _gain: sp.sqrt(target - regularization),
        _above: _least,
    },
    orbits=[_orbit],
    panels=[
        ex.Panel(
            ex.Axis("$u$", _gain - _window, _gain + _window),
            ex.Axis("$v$", _gain - _window, _gain + _window),
            ex.HeatMap(
                sp.sqrt(sp.Max(_loss - _above, 0)),
                (_u, _v),
                0.0,
                0.7,
                levels=[0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6],
            ),
            ex.Path(_orbit, _u, _v, pen="red 0.5", dots=False, label="noisy descent"),
            ex.Points(_gain, _gain, pen="orange", size=4, label="minimizer"),
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("target $m$", _low, _high),
            ex.Axis("mean excess, in thousandths", 0, _top),
            ex.Line(
                1000 * formula.gradient_excess.subs(target, _here),
                parameter=_here,
                label="noise in the gradient",
                pen="2.5",
            ),
            ex.Line(
                1000 * formula.target_excess.subs(target, _here),
                parameter=_here,
                label="noise in the target",
                pen="green dashed 2.5",
            ),
            ex.Points(target, 1000 * _mean, pen="red", size=6, label="measured"),
            ex.Handle(target, 1000 * _predicted, pen="grey", moves="target"),
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout("predicted mean excess", _predicted),
        ex.Readout("measured mean excess", _mean),
        ex.Readout("measured over predicted", _mean / _predicted, digits=3),
        ex.Readout(
            r"trace of the Hessian, less $2\lambda N$",
            formula.balancing_curvature + formula.product_curvature - 4 * regularization,
        ),
    ],
    settings=[
        ex.Setting("steep", "a steep valley", target=2),
        ex.Setting("target-noise", "noise in the target", kind=1),
        ex.Setting("steep-target-noise", "noise in the target, steep", kind=1, target=2),
        ex.Setting("much-noise", "much noise", noise=0.2, step=0.14, kind=1, target=2),
        ex.Setting("another-draw", "another draw", draw=2),
    ],
)
