"""The rate against the step, with descent beside it: an explorable of `conditioning`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import conditioning as formula
from dmfbook.symbolic import step_size

__all__ = ["steps"]

# Two gains p and q, each used by both of two layers: the targets are 1 and sigma.
_value = formula.value
_mu, _nu = formula.lowest, formula.highest
_root, _best, _rate = sp.symbols("root best rate", positive=True)
_count = sp.Symbol("count", integer=True, positive=True)
_e, _f = sp.symbols("e f", real=True)
_START = (0.04, 0.04)

# Displacements from the minimum, so that no digits are lost on the way.
_orbit = ex.Orbit(
    name="descent",
    state=(_e, _f),
    start=_START,
    update=(
        _e - 2 * step_size * _e * (2 + _e) * (1 + _e),
        _f - 2 * step_size * _f * (2 * _root + _f) * (_root + _f),
    ),
    count=_count,
    limit=80,
)
_last = dict(zip(_orbit.state, _orbit.last, strict=True))
_distance = sp.sqrt(_e**2 + _f**2)
_first = float((_START[0] ** 2 + _START[1] ** 2) ** 0.5)


def _decades(size: sp.Expr) -> sp.Expr:
    return sp.log(sp.Max(size, 1e-30)) / sp.log(10)


def _size(end: sp.Expr) -> sp.Expr:
    return sp.Abs(1 - ex.along * end)


_LAST, _DEEPEST = 0.56, -12
_edge = 2 / _nu
_one_step = 1 / _nu
_predicted = sp.log(1e-6) / sp.log(sp.Max(_rate, 1e-12))

steps = ex.Explorable(
    name="steps",
    title="A step for both ends",
    description=r"""Two layers with the product $\operatorname{diag}(1, \sigma)$, both layers
        $\operatorname{diag}(p, q)$. At the minimum, $p = 1$ and $q = \sqrt\sigma$, the loss has the
        curvature $\nu = 4$ along $p$ and $\mu = 4\sigma$ along $q$. First: the plane of the two
        gains with contours of the loss, and gradient descent from a start beside the minimum.
        Second: by what factor a step $\eta$ multiplies a small displacement along $q$ (orange) and
        along $p$ (green); the larger of both, purple, is the rate. Third: the distance to the
        minimum after every step, as a power of ten, and dotted the rate of the second picture.""",
    sliders=[
        ex.Slider(step_size, "step", r"step size $\eta$", 0.01, 0.52, 0.005, 0.2),
        ex.Slider(_value, "value", r"second singular value $\sigma$", 0.05, 1, 0.01, 0.2),
        ex.Slider(_count, "count", "steps", 1, 80, 1, 80, play=True),
    ],
    derived={
        _root: sp.sqrt(_value),
        _mu: 4 * _value,
        _nu: sp.Integer(4),
        _best: formula.best_step,
        _rate: sp.Max(sp.Abs(1 - step_size * _mu), sp.Abs(1 - step_size * _nu)),
    },
    orbits=[_orbit],
    panels=[
        ex.Panel(
            ex.Axis("away from the best $p$", -0.055, 0.055),
            ex.Axis("away from the best $q$", -0.055, 0.055),
            *(
                ex.Line(
                    radius * sp.cos(ex.along),
                    radius * sp.sin(ex.along) / _root,
                    span=(0, 2 * sp.pi),
                    pen="grey 1",
                )
                for radius in (0.01, 0.02, 0.03, 0.04, 0.05)
            ),
            ex.Path(_orbit, _e, _f, label="gradient descent", pen="blue 1.5"),
            ex.Points(0, 0, label="minimum", pen="ink", size=5),
            title="descent",
            aspect=1.1,
        ),
        ex.Panel(
            ex.Axis(r"step size $\eta$", 0, _LAST),
            ex.Axis("factor per step", 0, 1.25),
            ex.Rule(y=1, pen="ink dotted 1.5"),
            ex.Line(_size(_mu), label="along $q$", pen="orange dashed", samples=121),
            ex.Line(_size(_nu), label="along $p$", pen="green dashed", samples=121),
            ex.Line(sp.Max(_size(_mu), _size(_nu)), label="the rate", pen="purple 3", samples=121),
            ex.Handle(step_size, _rate, pen="purple", moves="step", snap=[_one_step, _best]),
            title="the rate, over the step",
            aspect=1.1,
        ),
        ex.Panel(
            ex.Axis("step", 0, 80),
            ex.Axis("distance, power of ten", _DEEPEST, 1),
            ex.Line(
                ex.along,
                sp.Max(_decades(_first + 0 * _rate) + ex.along * _decades(_rate), 2 * _DEEPEST),
                label="predicted rate",
                span=(0, 80),
                samples=81,
                pen="purple dotted 2.5",
            ),
            ex.Path(_orbit, _orbit.step, _decades(_distance), label="distance", pen="blue 1.5"),
            title="how far it is",
            aspect=1.1,
        ),
    ],
    readouts=[
        ex.Readout(r"condition number $\kappa = \nu/\mu$", _nu / _mu),
        ex.Readout("rate at this step", _rate),
        ex.Readout(
            "steps for a millionth, predicted",
            sp.ceiling(_predicted - 1e-9),
            when=_rate < 1 - 1e-9,
            otherwise="it does not arrive",
        ),
        ex.Verdict(
            "what holds it up",
            (_rate >= 1 - 1e-9, "the step is too long for the steep direction"),
            (ex.near(step_size, _best), "both directions equally"),
            (step_size < _best, "the level direction: the step is short for it"),
            otherwise="the steep direction: it swings from side to side",
        ),
        ex.Readout("distance at the end", _distance.xreplace(_last)),
    ],
    settings=[
        ex.Setting("one-step", "the steep direction in one step", step=0.25),
        ex.Setting("best", "the lowest point of the purple line", step=1 / (2 + 2 * _value)),
        ex.Setting("edge", "just below the edge", step=0.495),
        ex.Setting("round", "both curvatures equal", value=1, step=0.25),
    ],
)
