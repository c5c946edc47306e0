"""Flat factorizations, of which a little decay chooses one."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import regularization
from dmfbook.symbolic import vanishing_decay as formula
from dmfbook.symbolic.factorization import share

_HALF = 3.0
_free = regularization < 1e-9
_flat = sp.Abs(share) <= formula.flat_share + 1e-9
_least = formula.chosen_floor.subs(share, 0)
_highest = 2 * (4 + float(sp.exp(_HALF)))


def _along(value: sp.Expr) -> sp.Expr:
    return value.subs(share, ex.along)


_corner = formula.flat_share

choice = ex.Explorable(
    name="choice",
    title="Equally flat, and one of them chosen",
    description=r"""Factorizations $W_2 W_1 = \operatorname{diag}(4, 1)$ with $W_1 =
        \operatorname{diag}(2, e^{-t/2})$ and $W_2 = \operatorname{diag}(2, e^{t/2})$, over the
        logarithm $t$ of the ratio of the two small entries. First: the sharpness without decay.
        It is level at its least value, $16$, for all $t$ between $-\log 4$ and $\log 4$, and
        rises outside. Second: the least loss with decay that diagonal factors of this ratio can
        have, with the product free. Without decay it is zero for every ratio; with any decay it
        is lowest at $t = 0$ alone, where the factors are balanced.""",
    sliders=[
        ex.Slider(share, "share", "log of the ratio, $t$", -_HALF, _HALF, 0.05, 1),
        ex.Slider(regularization, "regularization", r"regularization $\lambda$", 0, 0.3, 0.005, 0),
    ],
    panels=[
        ex.Panel(
            ex.Axis("$t$, log of the ratio", -_HALF, _HALF),
            ex.Axis(r"sharpness at $\lambda = 0$", 0, _highest),
            ex.Line(_along(formula.chosen_sharpness), span=(-_HALF, _HALF), samples=121, pen="3"),
            ex.Line(
                16 + 0 * ex.along,
                span=(-_corner, _corner),
                label="flattest",
                pen="green 5",
            ),
            ex.Handle(share, formula.chosen_sharpness, moves="share", pen="red", snap=0),
            title="how sharp",
            aspect=1.2,
        ),
        ex.Panel(
            ex.Axis("$t$, log of the ratio", -_HALF, _HALF),
            ex.Axis(r"least loss at $\lambda$", 0, 4),
            ex.Line(
                _along(formula.chosen_floor), span=(-_HALF, _HALF), samples=121, pen="orange 3"
            ),
            ex.Points(
                0,
                _least,
                pen="green",
                size=7,
                label="the minimizer",
                when=sp.Not(_free),
            ),
            ex.Points(share, formula.chosen_floor, pen="red", size=6),
            title="what it costs",
            aspect=1.2,
        ),
    ],
    readouts=[
        ex.Readout("sharpness without decay", formula.chosen_sharpness),
        ex.Readout(r"cost $\|W_1\|_F^2 + \|W_2\|_F^2$", formula.chosen_cost),
        ex.Readout(
            "loss above the least", formula.chosen_floor - formula.chosen_floor.subs(share, 0)
        ),
        ex.Verdict(
            "among these ratios",
            (_free, "all are minimizers"),
            otherwise="one is: that of balanced factors",
        ),
        ex.Verdict(
            "and the point is",
            (sp.And(_flat, sp.Abs(share) > 1e-9), "flattest, not balanced"),
            (_flat, "flattest and balanced"),
            otherwise="neither",
        ),
    ],
    settings=[
        ex.Setting("corner", "the last flat one", share=_corner),
        ex.Setting("sharp", "a sharp one", share=-2.5),
        ex.Setting("a-hair", "a hair of decay", regularization=0.02),
        ex.Setting("balanced", "the balanced one", share=0, regularization=0.1),
    ],
)
