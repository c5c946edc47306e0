"""A fast clock and a slow one, in gradient descent with a little decay."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import regularization, step_size, target
from dmfbook.symbolic import vanishing_decay as formula

_STEP, _STEPS, _TARGET = 0.08, 2000, 1
_u, _v = formula.factors_of_two
_first, _second = sp.symbols("first second", real=True)
_here = {step_size: _STEP, target: _TARGET}
_descent = ex.Orbit(
    name="descent",
    state=formula.factors_of_two,
    start=(_first, _second),
    update=tuple(part.subs(_here) for part in formula.descent_step),
    count=sp.Integer(_STEPS),
    limit=_STEPS,
)
_slow = 1 / (4 * regularization * _STEP)
_fast = 1 / (4 * _STEP * _TARGET)
_LOW = 1e-6
_excess = formula.excess.subs(_here)


def _on_log(value: sp.Expr) -> sp.Expr:
    """Return a size that a logarithmic axis can show."""
    return sp.Max(sp.Abs(value), _LOW)


_last = _descent.last
_best = sp.sqrt(_TARGET - regularization)
two_clocks = ex.Explorable(
    name="two-clocks",
    title="Two clocks",
    description=r"""Gradient descent on $(1 - uv)^2 + \lambda(u^2 + v^2)$, two thousand steps
        of $0.08$, from a start that you drag. First: the plane of the two factors, with the
        curve $uv = 1$ of exact factorizations and the minimizer with positive factors. The path
        runs to the curve at once and then creeps along it. Second: over the number of steps, on
        logarithmic axes, the distance of the product from one and the imbalance $v^2 - u^2$.
        Dotted lines mark the clocks: the fast one at $1/(4\eta)$ steps, whatever $\lambda$ is,
        and the slow one at $1/(4\lambda\eta)$.""",
    sliders=[
        ex.Slider(
            regularization,
            "regularization",
            r"regularization $\lambda$",
            0.002,
            0.2,
            0.02,
            0.02,
            scale="log",
        ),
        ex.Slider(_first, "first", "start of $u$", 0.05, 2.4, 0.05, 0.3),
        ex.Slider(_second, "second", "start of $v$", 0.05, 2.4, 0.05, 2.1),
    ],
    orbits=[_descent],
    panels=[
        ex.Panel(
            ex.Axis("first factor $u$", 0, 2.6),
            ex.Axis("second factor $v$", 0, 2.6),
            ex.Line(
                sp.exp(ex.along),
                sp.exp(-ex.along),
                span=(-1.2, 1.2),
                label="$uv = 1$",
                pen="grey 3",
            ),
            ex.Path(_descent, _u, _v, label="descent", pen="blue 2", dots=False),
            ex.Points(_best, _best, label="minimizer", pen="green", size=7),
            ex.Points(_last[0], _last[1], label="last step", pen="orange", size=6),
            ex.Handle(_first, _second, moves=("first", "second"), pen="red"),
            aspect=1.0,
            equal=True,
            title="where it goes",
        ),
        ex.Panel(
            ex.Axis("steps", 1, _STEPS, scale="log"),
            ex.Axis("", 1e-3, 10, scale="log"),
            ex.Rule(x=_fast, pen="grey dotted"),
            ex.Rule(x=_slow, pen="orange dotted"),
            ex.Path(
                _descent,
                _descent.step + 1,
                _on_log(_excess),
                label="product less one, size",
                pen="blue",
                dots=False,
            ),
            ex.Path(
                _descent,
                _descent.step + 1,
                _on_log(formula.imbalance),
                label="imbalance, size",
                pen="orange",
                dots=False,
            ),
            ex.Handle(_slow, 5, moves="regularization", pen="orange"),
            aspect=1.0,
            title="when",
        ),
    ],
    readouts=[
        ex.Readout(r"fast clock, steps $1/(4\eta)$", sp.Float(_fast)),
        ex.Readout(r"slow clock, steps $1/(4\lambda\eta)$", _slow, digits=3),
        ex.Readout("product at the end", _last[0] * _last[1]),
        ex.Readout("imbalance at the end", _last[1] ** 2 - _last[0] ** 2, digits=3),
        ex.Readout(
            "without decay its sharpness would be", 2 * (_last[0] ** 2 + _last[1] ** 2), digits=3
        ),
    ],
    settings=[
        ex.Setting("half", "half the decay", regularization=0.01),
        ex.Setting("little", "hardly any", regularization=0.002),
        ex.Setting("much", "much", regularization=0.2),
        ex.Setting("other-side", "from the other side", first=2.2, second=0.2),
    ],
)
