"""Gradient descent beside a minimum, an explorable of `sharpness`.

All expressions of the orbit are sums, products and square roots, which every machine rounds alike:
an unstable iteration would magnify any other difference.
"""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import sharpness as formula
from dmfbook.symbolic import step_size

_u, _v = formula.factors_of_two
_x, _y = formula.displacement
_ratio = formula.edge_ratio
_away, _steps = sp.symbols("away steps", positive=True)
_sharpness = formula.sharpness
_size = sp.sqrt(_u**2 + _v**2)
_orbit = ex.Orbit(
    name="descent",
    state=(_x, _y),
    # The sharpest direction is (v, u), divided by its length.
    start=(_away * _v / _size, _away * _u / _size),
    update=formula.displaced_step,
    count=_steps,
    limit=400,
)
_end = dict(zip(_orbit.state, _orbit.last, strict=True))
_loss = formula.displaced_excess**2
_start_loss = sp.Symbol("start_loss", nonnegative=True)
_first_loss = _loss.subs(dict(zip(_orbit.state, _orbit.start, strict=True)), simultaneous=True)
_end_ratio = step_size * ((_u + _end[_x]) ** 2 + (_v + _end[_y]) ** 2)
_along = sp.Symbol("along", positive=True)


def _decades(value: sp.Expr) -> sp.Expr:
    """Return the common logarithm; a loss of zero stands far below the picture."""
    return sp.log(sp.Max(value, 1e-300)) / sp.log(10)


# On the valley v = 1/u the sharpness is 2 (u^2 + u^-2), so the stable part is an interval of u^2.
_half_width = sp.sqrt(sp.Max(1 / (2 * step_size) ** 2 - 1, 0))
_middle = 1 / (2 * step_size)
_some_stable = step_size <= sp.Rational(1, 2)
_across, _up = 2.8, 2.0

edge = ex.Explorable(
    name="edge",
    title="Beside a minimum, on either side of the edge",
    description=r"""First: the plane of two factors $u$ and $v$. All points of the curve $uv = 1$
        are minima. Its thick green part holds the minima whose sharpness is at most $2/\eta$; on
        the thin dashed part the minima are sharper. Gradient descent starts beside the minimum
        marked by a hollow point. Second: the loss at each step, as a power of ten, and dotted the
        growth or decay by $(2c-1)^2$ per step that the sharpness predicts. Below $c = 1$ the loss
        falls. Above it the loss grows at the predicted rate, the path swings across the valley, and
        it settles on the green part, if there is one.""",
    sliders=[
        ex.Slider(
            _ratio,
            "ratio",
            r"step size over the edge, $c = \eta \lambda_{\max} / 2$",
            0.8,
            1.5,
            0.005,
            1.1,
        ),
        ex.Slider(_u, "first", "the minimum: $u$, with $v = 1/u$", 1, 2.5, 0.01, 1.65),
        ex.Slider(_away, "away", "distance of the start", 1e-15, 0.1, 0.25, 1e-3, scale="log"),
        ex.Slider(_steps, "steps", "steps", 0, 300, 1, 120, play=True),
    ],
    derived={
        _v: 1 / _u,
        _sharpness: formula.pair_sharpness,
        step_size: 2 * _ratio / _sharpness,
        _start_loss: _first_loss,
    },
    orbits=[_orbit],
    panels=[
        ex.Panel(
            ex.Axis("factor $u$", 0, _across),
            ex.Axis("factor $v$", 0, _up),
            ex.Line(
                1 / _along,
                label="minima too sharp for $\\eta$",
                parameter=_along,
                span=(0.3, _across),
                pen="grey dashed 1.5",
            ),
            ex.Line(
                sp.sqrt(_along),
                1 / sp.sqrt(_along),
                label="minima stable for $\\eta$",
                parameter=_along,
                pen="green 5",
                when=_some_stable,
                span=(sp.Max(_middle - _half_width, 0.2), _middle + _half_width),
            ),
            ex.Path(_orbit, _u + _x, _v + _y, label="gradient descent", pen="red 1", dots=False),
            ex.Points(_u + _orbit.last[0], _v + _orbit.last[1], pen="red", size=6),
            ex.Handle(_u, _v, label="the minimum beside which it starts", pen="ink", moves="first"),
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis("step", 0, 300),
            ex.Axis("loss, as a power of ten", -35, 5),
            ex.Line(
                _decades(_start_loss) + 2 * _along * sp.log(sp.Abs(2 * _ratio - 1)) / sp.log(10),
                label="predicted, a factor $(2c-1)^2$ per step",
                parameter=_along,
                span=(0, 300),
                pen="orange dotted 2.5",
            ),
            ex.Path(_orbit, _orbit.step, _decades(_loss), pen="red", dots=False),
            aspect=1.25,
        ),
    ],
    readouts=[
        ex.Readout(r"sharpness $\lambda_{\max}$ of the minimum", _sharpness),
        ex.Readout(r"the edge, $2/\lambda_{\max}$", 2 / _sharpness),
        ex.Readout(r"step size $\eta$", step_size),
        ex.Readout("loss at the end", _loss.xreplace(_end)),
        ex.Readout(r"$\eta/2$ times $2(u^2 + v^2)$ at the end", _end_ratio),
        ex.Verdict(
            "what happens",
            (_loss.xreplace(_end) > 1e6, "it flies off"),
            (sp.Eq(_ratio, 1), "on the edge: the linear step neither grows nor shrinks"),
            (_ratio < 1, "it falls back: this minimum is stable"),
            (
                # From a start far away the new minimum can be no farther than the start was.
                sp.And(_loss.xreplace(_end) < _start_loss / 1000, _end_ratio < 1),
                "it left, and settles at a flatter minimum",
            ),
            (
                _end[_x] ** 2 + _end[_y] ** 2 < sp.Max(1e-4, 2 * _away**2),
                "it is leaving, though it is not far yet",
            ),
            (sp.Not(_some_stable), "it has left, and no minimum is stable for this step size"),
            (_loss.xreplace(_end) < 1e-6, "it left, and settles at a flatter minimum"),
            otherwise="it has left, and is still swinging",
        ),
    ],
    settings=[
        ex.Setting("just-below", "just below the edge", steps=300, ratio=0.95),
        ex.Setting("just-above", "just above", steps=300, ratio=1.05),
        ex.Setting("from-rounding", "from a distance of $10^{-15}$", away=1e-15, steps=300),
        ex.Setting("far-above", "far above", steps=300, ratio=1.4),
        ex.Setting("nowhere-to-go", "no stable minimum", first=1.3, steps=300, ratio=1.3),
    ],
)
