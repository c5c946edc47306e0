"""Gradient flows that are watched by their imbalance, explorables of `factorization`."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dmfbook.explorables import (
    Axis,
    Explorable,
    Line,
    Orbit,
    Panel,
    Path,
    Readout,
    Rule,
    Setting,
    Slider,
    Verdict,
    along,
)
from dmfbook.symbolic import factorization as formula
from dmfbook.symbolic import regularization, step_size, target

_now = sp.Symbol("now", positive=True)


def _flow(
    name: str,
    state: tuple[sp.Symbol, ...],
    slope: tuple[sp.Expr, ...],
    start: tuple[sp.Expr, ...],
    time_step: sp.Float,
    duration: float,
) -> Orbit:
    """Return gradient flow in small time steps; the slopes of the last two are in its state."""
    last, earlier = (tuple(sp.Symbol(f"{w}_{k}_ago", real=True) for w in state) for k in (1, 2))
    first = [e.subs(dict(zip(state, start, strict=True)), simultaneous=True) for e in slope]
    # Before the start the path is continued along its tangent.
    past = [
        {w: w0 + k * time_step * s for w, w0, s in zip(state, start, first, strict=True)}
        for k in (1, 2)
    ]
    before = [e.subs(point, simultaneous=True) for point in past for e in slope]
    moved = formula.flow_step(state, slope, last, earlier)
    return Orbit(
        name=name,
        state=(*state, *last, *earlier),
        start=(*start, *before),
        update=(*(e.subs(formula.time_step, time_step) for e in moved), *slope, *last),
        count=sp.floor(_now / time_step + sp.Rational(1, 2)),
        limit=round(duration / float(time_step)),
    )


# Three numbers. The first two starts are fixed, the last is a slider.
_DURATION = 3.0
_FIRST, _SECOND = 0.3, 0.9
_third_start = sp.Symbol("third_start", real=True)
_starts = (_FIRST, _SECOND, _third_start)
_STEP = 0.01
_numbers = _flow("numbers", formula.three, formula.three_slope, _starts, _STEP, _DURATION)
_descent = Orbit(
    name="descent",
    state=formula.three,
    start=_starts,
    update=tuple(
        w - step_size * slope for w, slope in zip(formula.three, formula.three_slope, strict=True)
    ),
    count=sp.floor(_now / step_size + 1e-9),
    limit=300,
)
_pairs = ((0, 1, "green"), (1, 2, "purple"))
_LOWEST, _HIGHEST = 1.2e-4, 10.0


def _imbalance(values: tuple[sp.Expr, ...], lower: int, upper: int) -> sp.Expr:
    return values[upper] ** 2 - values[lower] ** 2


def _logarithmic(value: sp.Expr) -> sp.Expr:
    """Return a size that a logarithmic axis can show."""
    return sp.Max(sp.Abs(value), 1e-6)


_lowest_factor = -0.3 + 1.3 * sp.Min(target, 0)
_flowing = _numbers.step * _STEP
_decayed = formula.decay.subs(formula.time, along)
_end = _numbers.last[:3]
_exact = _imbalance(_starts, 1, 2) * formula.decay.subs(formula.time, _now)

decay = Explorable(
    name="decay",
    title="Imbalance keeps its own time",
    description=r"""Three numbers follow the gradient flow of $(m - w_3 w_2 w_1)^2 + \lambda (w_1^2
        + w_2^2 + w_3^2)$ from $w_1 = 0.3$, $w_2 = 0.9$ and a $w_3$ that you choose. Left: the
        factors and their product over time; they bend, overshoot and settle. Right, on a
        logarithmic scale: the sizes of the two imbalances $w_2^2 - w_1^2$ and $w_3^2 - w_2^2$.
        Whatever the factors do, these fall like $e^{-4\lambda t}$, on two parallel straight lines.
        Dots are gradient descent with the step size $\eta$; when the steps are large they leave
        the lines, and may even run off.""",
    sliders=[
        Slider(_now, "time", "time", 0.05, _DURATION, 0.05, _DURATION, play=True),
        Slider(target, "target", "target $m$", -2, 3, 0.05, 2),
        Slider(regularization, "regularization", r"regularization $\lambda$", 0, 0.6, 0.01, 0.25),
        Slider(_third_start, "third", "start of $w_3$", 1, 1.9, 0.05, 1.6),
        Slider(step_size, "step", r"step size $\eta$ of the descent", 0.01, 0.2, 0.01, 0.08),
    ],
    orbits=[_numbers, _descent],
    panels=[
        Panel(
            Axis("time", 0, _DURATION),
            Axis("", _lowest_factor, sp.Max(2.1, 1.1 * target)),
            [
                Rule(y=target, label="target", colour="grey", dash="dotted"),
                Path(
                    _numbers,
                    _flowing,
                    formula.three[0] * formula.three[1] * formula.three[2],
                    label="product",
                    colour="ink",
                    dots=False,
                    width=3,
                ),
                *(
                    Path(
                        _numbers,
                        _flowing,
                        formula.three[k],
                        label=f"$w_{k + 1}$",
                        colour=colour,
                        dash=dash,
                        dots=False,
                    )
                    for k, (colour, dash) in enumerate(
                        (("blue", "solid"), ("blue", "dashed"), ("blue", "dotted"))
                    )
                ),
            ],
            title="the factors",
            aspect=1.15,
        ),
        Panel(
            Axis("time", 0, _DURATION),
            Axis("", _LOWEST, _HIGHEST, scale="log"),
            [
                *(
                    Line(
                        _imbalance(_starts, lower, upper) * _decayed,
                        label=r"exactly $e^{-4\lambda t}$" if lower == 0 else "",
                        samples=31,
                        colour="grey",
                        width=7,
                    )
                    for lower, upper, _ in _pairs
                ),
                *(
                    Path(
                        _numbers,
                        _flowing,
                        _logarithmic(_imbalance(formula.three, lower, upper)),
                        label=f"$w_{upper + 1}^2 - w_{lower + 1}^2$",
                        colour=colour,
                        dots=False,
                    )
                    for lower, upper, colour in _pairs
                ),
                *(
                    Path(
                        _descent,
                        _descent.step * step_size,
                        _logarithmic(_imbalance(formula.three, lower, upper)),
                        label="descent" if lower == 0 else "",
                        colour="red",
                        width=1,
                    )
                    for lower, upper, _ in _pairs
                ),
            ],
            title="sizes of the imbalances",
            aspect=1.15,
        ),
    ],
    readouts=[
        Readout("$w_3^2 - w_2^2$ of the flow", _imbalance(_end, 1, 2), digits=3),
        Readout(r"its start times $e^{-4\lambda t}$", _exact, digits=3),
        Readout("of the descent", _imbalance(_descent.last, 1, 2), digits=3),
        Readout("product", _end[0] * _end[1] * _end[2], digits=3),
    ],
    settings=[
        Setting("other-target", "another target", target=-1.5),
        Setting("conserved", "no weight decay", regularization=0),
        Setting("large-steps", "large steps", step=0.13),
        Setting("strong", "strong weight decay", regularization=0.6),
    ],
)

# Two factors of two rows and columns, and the hidden layer between them.
_SPAN = 4.0
_PAIR_STEP = 0.02
_angle, _second_goal = sp.symbols("angle second_goal", real=True)
_FIRST_GOAL = 2.0
_turned = sp.Matrix(
    [
        [sp.cos(_angle * sp.pi / 180), -sp.sin(_angle * sp.pi / 180)],
        [sp.sin(_angle * sp.pi / 180), sp.cos(_angle * sp.pi / 180)],
    ]
)
_first_start = _turned * sp.diag(1.5, 0.4)
_second_start = sp.Matrix([[0.9, 0.1], [-0.3, 0.5]])
_entries = (*formula.first_layer, *formula.second_layer)
_goals = dict(zip(formula.goals, (_FIRST_GOAL, _second_goal), strict=True))
_pair = _flow(
    "pair",
    _entries,
    tuple(e.subs(_goals) for part in formula.pair_slope for e in part),
    (*_first_start, *_second_start),
    _PAIR_STEP,
    _SPAN,
)
_first_now = sp.Matrix(2, 2, _pair.last[:4])
_second_now = sp.Matrix(2, 2, _pair.last[4:8])
_round = sp.Symbol("round", real=True)
_circle = sp.Matrix([sp.cos(_round), sp.sin(_round)])


def _ellipse(matrix: sp.Matrix, **style: Any) -> Line:
    x, y = matrix * _circle
    span = (0, 2 * sp.pi)
    return Line(x, y, parameter=_round, span=span, samples=121, **style)


def _distance(first: sp.Matrix, second: sp.Matrix) -> sp.Expr:
    """Return the norm of the imbalance of two factors."""
    return sp.sqrt(formula.squared_norm(second.T * second - first * first.T))


_apart = _distance(_first_now, _second_now)
_product_now = _second_now * _first_now

layers_agree = Explorable(
    name="layers-agree",
    title="Two layers come to agree",
    description=r"""Two factors of two rows and columns follow the gradient flow towards the target
        $M = \operatorname{diag}(2, m_2)$. Left: the hidden layer between them, with the ellipse
        that $W_1$ writes (the image of the unit circle) and the ellipse that $W_2$ reads (the image
        under $W_2^\top$). Dotted: the same at the start. With weight decay both become one
        ellipse, at the rate $e^{-4\lambda t}$; without it they never do. Right: the image of the
        circle under the product and, dashed, under the target. The product settles whether or not
        the layers agree, closer to the target the smaller $\lambda$ is. With weight decay, and
        $m_2$ at most $\lambda$, all ellipses that move become flat in the end.""",
    sliders=[
        Slider(_now, "time", "time", 0, _SPAN, 0.1, 1.0, play=True),
        Slider(regularization, "regularization", r"regularization $\lambda$", 0, 1, 0.01, 0.3),
        Slider(_angle, "angle", "turn of $W_1$ at the start, degrees", -90, 90, 1, 55),
        Slider(_second_goal, "second", r"second singular value $m_2$ of the target", 0, 2, 0.05, 1),
    ],
    orbits=[_pair],
    panels=[
        Panel(
            Axis("", -2.1, 2.1),
            Axis("", -2.1, 2.1),
            [
                _ellipse(
                    _first_start, label="at the start", colour="blue", dash="dotted", width=1.2
                ),
                _ellipse(_second_start.T, colour="orange", dash="dotted", width=1.2),
                _ellipse(_first_now, label="written by $W_1$", colour="blue", width=2.5),
                _ellipse(_second_now.T, label="read by $W_2$", colour="orange", width=2.5),
            ],
            title="the hidden layer",
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis("", -2.4, 2.4),
            Axis("", -2.4, 2.4),
            [
                _ellipse(
                    sp.diag(_FIRST_GOAL, _second_goal),
                    label="image under the target",
                    colour="grey",
                    dash="dashed",
                ),
                _ellipse(_product_now, label="image under $W_2 W_1$", colour="ink", width=2.5),
            ],
            title="the output",
            aspect=1.0,
            equal=True,
        ),
    ],
    readouts=[
        Readout("size of the imbalance", _apart, digits=2),
        Readout(
            r"its start times $e^{-4\lambda t}$",
            _distance(_first_start, _second_start) * formula.decay.subs(formula.time, _now),
            digits=2,
        ),
        Verdict(
            "the layers",
            (_apart < 0.05, "agree, up to a twentieth"),
            (regularization < 1e-9, "never agree without weight decay"),
            otherwise="do not agree yet",
        ),
    ],
    settings=[
        Setting("start", "at the start", time=0),
        Setting("agreed", "much later", time=_SPAN),
        Setting("never", "later, without weight decay", time=_SPAN, regularization=0),
        Setting("flat", "a value lost to weight decay", time=_SPAN, regularization=1, second=0.3),
    ],
)
