"""Imbalance keeps its own time: an explorable of `factorization`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.factorization._shared import flow, now
from dmfbook.symbolic import factorization as formula
from dmfbook.symbolic import regularization, step_size, target

# Three numbers. The first two starts are fixed, the last is a slider.
_DURATION = 3.0
_FIRST, _SECOND = 0.3, 0.9
_third_start = sp.Symbol("third_start", real=True)
_starts = (_FIRST, _SECOND, _third_start)
_STEP = 0.01
_numbers = flow("numbers", formula.three, formula.three_slope, _starts, _STEP, _DURATION)
_descent = ex.Orbit(
    name="descent",
    state=formula.three,
    start=_starts,
    update=tuple(
        w - step_size * slope for w, slope in zip(formula.three, formula.three_slope, strict=True)
    ),
    count=sp.floor(now / step_size + 1e-9),
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
_decayed = formula.decay.subs(formula.time, ex.along)
_end = _numbers.last[:3]
_exact = _imbalance(_starts, 1, 2) * formula.decay.subs(formula.time, now)
decay = ex.Explorable(
    name="decay",
    title="Imbalance keeps its own time",
    description=r"""Three numbers follow the gradient flow of $(m - w_3 w_2 w_1)^2 + \lambda (w_1^2
        + w_2^2 + w_3^2)$ from $w_1 = 0.3$, $w_2 = 0.9$ and a $w_3$ that you choose. First: the
        factors and their product over time; they bend, overshoot and settle. Second, on a
        logarithmic scale: the sizes of the two imbalances $w_2^2 - w_1^2$ and $w_3^2 - w_2^2$.
        Whatever the factors do, these fall like $e^{-4\lambda t}$, on two parallel straight lines.
        Dots are gradient descent with the step size $\eta$; when the steps are large they leave
        the lines, and may even run off.""",
    sliders=[
        ex.Slider(now, "time", "time", 0.05, _DURATION, 0.05, 1, play=True),
        ex.Slider(target, "target", "target $m$", -2, 3, 0.05, 2),
        ex.Slider(
            regularization, "regularization", r"regularization $\lambda$", 0, 0.6, 0.01, 0.25
        ),
        ex.Slider(_third_start, "third", "start of $w_3$", 1, 1.9, 0.05, 1.6),
        ex.Slider(step_size, "step", r"step size $\eta$ of the descent", 0.01, 0.2, 0.01, 0.08),
    ],
    orbits=[_numbers, _descent],
    panels=[
        ex.Panel(
            ex.Axis("time", 0, _DURATION),
            ex.Axis("", _lowest_factor, sp.Max(2.1, 1.1 * target)),
            ex.Rule(y=target, label="target", pen="grey dotted"),
            ex.Path(
                _numbers,
                _flowing,
                formula.three[0] * formula.three[1] * formula.three[2],
                label="product",
                pen="ink 3",
                dots=False,
            ),
            *(
                ex.Path(
                    _numbers,
                    _flowing,
                    formula.three[k],
                    label=f"$w_{k + 1}$",
                    pen=f"blue {dash}",
                    dots=False,
                )
                for k, dash in enumerate(("solid", "dashed", "dotted"))
            ),
            ex.Handle(0, _third_start, pen="blue", moves="third"),
            ex.Handle(_DURATION, target, pen="grey", moves="target"),
            title="the factors",
            aspect=1.15,
        ),
        ex.Panel(
            ex.Axis("time", 0, _DURATION),
            ex.Axis("", _LOWEST, _HIGHEST, scale="log"),
            *(
                ex.Line(
                    _imbalance(_starts, lower, upper) * _decayed,
                    label=r"exactly $e^{-4\lambda t}$" if lower == 0 else "",
                    samples=31,
                    pen="grey 5",
                )
                for lower, upper, _ in _pairs
            ),
            *(
                ex.Path(
                    _numbers,
                    _flowing,
                    _logarithmic(_imbalance(formula.three, lower, upper)),
                    label=f"$w_{upper + 1}^2 - w_{lower + 1}^2$",
                    pen=colour,
                    dots=False,
                )
                for lower, upper, colour in _pairs
            ),
            *(
                ex.Path(
                    _descent,
                    _descent.step * step_size,
                    _logarithmic(_imbalance(formula.three, lower, upper)),
                    label="descent" if lower == 0 else "",
                    pen="red 1",
                )
                for lower, upper, _ in _pairs
            ),
            title="sizes of the imbalances",
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Readout("$w_3^2 - w_2^2$ of the flow", _imbalance(_end, 1, 2), digits=3),
        ex.Readout(r"its start times $e^{-4\lambda t}$", _exact, digits=3),
        ex.Readout("of the descent", _imbalance(_descent.last, 1, 2), digits=3),
        ex.Readout("product", _end[0] * _end[1] * _end[2], digits=3),
    ],
    settings=[
        ex.Setting("other-target", "another target", target=-1.5),
        ex.Setting("conserved", "no weight decay", regularization=0),
        ex.Setting("large-steps", "large steps", step=0.13),
        ex.Setting("strong", "strong weight decay", regularization=0.6),
    ],
)
