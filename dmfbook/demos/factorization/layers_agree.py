"""Two layers come to agree: an explorable of `factorization`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.factorization._shared import ellipse, flow, now
from dmfbook.symbolic import factorization as formula
from dmfbook.symbolic import regularization
from dmfbook.symbolic.trace_inequality import rotation

# Two factors of two rows and columns, and the hidden layer between them.
_SPAN = 4.0
_PAIR_STEP = 0.02
_angle, _second_goal = sp.symbols("angle second_goal", real=True)
_FIRST_GOAL = 2.0
_first_start = rotation(_angle * sp.pi / 180) * sp.diag(1.5, 0.4)
_second_start = sp.Matrix([[0.9, 0.1], [-0.3, 0.5]])
_entries = (*formula.first_layer, *formula.second_layer)
_goals = dict(zip(formula.goals, (_FIRST_GOAL, _second_goal), strict=True))
_pair = flow(
    "pair",
    _entries,
    tuple(e.subs(_goals) for part in formula.pair_slope for e in part),
    (*_first_start, *_second_start),
    _PAIR_STEP,
    _SPAN,
)
_first_now = sp.Matrix(2, 2, _pair.last[:4])
_second_now = sp.Matrix(2, 2, _pair.last[4:8])


def _distance(first: sp.Matrix, second: sp.Matrix) -> sp.Expr:
    """Return the norm of the imbalance of two factors."""
    return sp.sqrt(formula.squared_norm(second.T * second - first * first.T))


_apart = _distance(_first_now, _second_now)
_product_now = _second_now * _first_now
layers_agree = ex.Explorable(
    name="layers-agree",
    title="Two layers come to agree",
    description=r"""Two factors of two rows and columns follow the gradient flow towards the target
        $M = \operatorname{diag}(2, m_2)$. First: the hidden layer between them, with the ellipse
        that $W_1$ writes (the image of the unit circle) and the ellipse that $W_2$ reads (the image
        under $W_2^\top$). Dotted: the same at the start. With weight decay both become one
        ellipse, at the rate $e^{-4\lambda t}$; without it they never do. Second: the image of the
        circle under the product and, dashed, under the target. The product settles whether or not
        the layers agree, closer to the target the smaller $\lambda$ is. With weight decay, and
        $m_2$ at most $\lambda$, all ellipses that move become flat in the end.""",
    sliders=[
        ex.Slider(now, "time", "time", 0, _SPAN, 0.1, 1.0, play=True),
        ex.Slider(regularization, "regularization", r"regularization $\lambda$", 0, 1, 0.01, 0.3),
        ex.Slider(_angle, "angle", "turn of $W_1$ at the start, degrees", -90, 90, 1, 55),
        ex.Slider(
            _second_goal, "second", r"second singular value $m_2$ of the target", 0, 2, 0.05, 1
        ),
    ],
    orbits=[_pair],
    panels=[
        ex.Panel(
            ex.Axis("", -2.1, 2.1),
            ex.Axis("", -2.1, 2.1),
            ellipse(_first_start, label="at the start", pen="blue dotted 1.2"),
            ellipse(_second_start.T, pen="orange dotted 1.2"),
            ellipse(_first_now, label="written by $W_1$", pen="blue 2.5"),
            ellipse(_second_now.T, label="read by $W_2$", pen="orange 2.5"),
            ex.Handle((_first_start[0, 0], _first_start[1, 0]), moves="angle"),
            title="the hidden layer",
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("", -2.4, 2.4),
            ex.Axis("", -2.4, 2.4),
            ellipse(
                sp.diag(_FIRST_GOAL, _second_goal),
                label="image under the target",
                pen="grey dashed",
            ),
            ellipse(_product_now, label="image under $W_2 W_1$", pen="ink 2.5"),
            ex.Handle(0, _second_goal, pen="grey", moves="second"),
            title="the output",
            aspect=1.0,
            equal=True,
        ),
    ],
    readouts=[
        ex.Readout("size of the imbalance", _apart, digits=2),
        ex.Readout(
            r"its start times $e^{-4\lambda t}$",
            _distance(_first_start, _second_start) * formula.decay.subs(formula.time, now),
            digits=2,
        ),
        ex.Verdict(
            "the layers",
            (_apart < 0.05, "agree, up to a twentieth"),
            (regularization < 1e-9, "never agree without weight decay"),
            otherwise="do not agree yet",
        ),
    ],
    settings=[
        ex.Setting("start", "at the start", time=0),
        ex.Setting("agreed", "much later", time=_SPAN),
        ex.Setting("never", "later, without weight decay", time=_SPAN, regularization=0),
        ex.Setting(
            "flat", "a value lost to weight decay", time=_SPAN, regularization=1, second=0.3
        ),
    ],
)
