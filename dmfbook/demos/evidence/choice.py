"""Which depth and which width a target speaks for."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook import scalar_minimizer
from dmfbook.demos._shared import nonzero_fraction
from dmfbook.demos.evidence._shared import log_spheres, radial, routines
from dmfbook.symbolic import depth, gain, regularization
from dmfbook.symbolic import evidence as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["choice"]

_DEPTHS, _WIDTHS = (2, 3, 4, 6), 12
_PENS = ("blue", "green", "orange", "purple")
_LOWEST, _HIGHEST = 1.5, 40.0
_m, _beta = formula.positive_target, formula.precision
_FIXED = 0.2
_light = {regularization: sp.Float(_FIXED)}
_gains = [sp.Symbol(f"gain_{layers}", positive=True) for layers in _DEPTHS]
_scores = [sp.Symbol(f"score_{layers}", real=True) for layers in _DEPTHS]
_top = sp.Symbol("top", real=True)
_high = sp.Symbol("high", positive=True)


def _at(expression: sp.Expr, layers: int, size: sp.Expr) -> sp.Expr:
    return expression.subs(depth, layers).subs(gain, size).subs(_light)


def _score(place: int, width: sp.Expr | int) -> sp.Expr:
    """Return the logarithm of the density of the target for one depth and width."""
    layers, size = _DEPTHS[place], _gains[place]
    room = _at(formula.layer_room, layers, size).subs(formula.width, width) + log_spheres(width)
    own = _at(formula.own_share, layers, size)
    return -_beta * _at(formula.least_loss, layers, size) + own + (layers - 1) * room


def _gain(layers: int) -> sp.Expr:
    kappa = (regularization * _m ** sp.Rational(2 - 2 * layers, layers)).subs(_light)
    return (_m * nonzero_fraction(kappa, layers)) ** sp.Rational(1, layers)


_shallow = formula.circle_least_loss.subs(_light)
_costs = [
    _at(formula.least_loss, layers, size) / _shallow
    for layers, size in zip(_DEPTHS, _gains, strict=True)
]
_width = 1 + ex.index
# Where the first correction to the formula is about one.
_reach = (4 * _gains[0] * sp.sqrt(_beta * regularization)).subs(_light)
_exact = _score(0, _width) + sp.log(radial(_m, _beta, _width).subs(_light))


def _span(layers: int) -> tuple[float, float]:
    low, high = (float(scalar_minimizer(m, layers, _FIXED)) for m in (_LOWEST, _HIGHEST))
    return low ** (1 / layers), high ** (1 / layers)


choice = ex.Explorable(
    name="choice",
    title="Which network does a number speak for?",
    description=r"""A number $m$ is the product of $L$ layers with all hidden widths $d$, at
        $\lambda = 0.2$. First: the least loss at each depth over that at depth two, against $m$.
        Each depth is the cheapest one on a stretch, the deeper for the larger numbers. Second: for
        the chosen $m$ and $\beta$, the logarithm of the density of $m$, less the largest at width
        one, against the width, by the formula of the chapter. Circles are the exact integral at
        depth two. The dotted line is at $4 s \sqrt{\beta\lambda}$, up to which the formula can be
        trusted there.""",
    sliders=[
        ex.Slider(_m, "target", "target $m$", _LOWEST, _HIGHEST, 0.01, 6, scale="log"),
        ex.Slider(_beta, "beta", r"precision $\beta$", 3, 100, 0.1, 30, scale="log"),
    ],
    routines=[nonzero_fraction, *routines],
    derived={
        **{size: _gain(layers) for layers, size in zip(_DEPTHS, _gains, strict=True)},
        **{score: _score(place, 1) for place, score in enumerate(_scores)},
        _top: sp.Max(*_scores),
        _high: sp.Max(10, *(_score(k, _WIDTHS) - _top + 1 for k in range(len(_DEPTHS)))),
    },
    panels=[
        ex.Panel(
            ex.Axis("target $m$", _LOWEST, _HIGHEST, scale="log"),
            ex.Axis("least loss, over depth two", 0, 1.6),
            *(
                ex.Line(
                    _at(scalar.critical_target, layers, gain),
                    _at(formula.least_loss, layers, gain)
                    / _shallow.subs(_m, _at(scalar.critical_target, layers, gain)),
                    parameter=gain,
                    span=_span(layers),
                    samples=80,
                    label=f"$L = {layers}$",
                    pen=pen,
                )
                for layers, pen in zip(_DEPTHS, _PENS, strict=True)
            ),
            ex.Handle(_m, sp.Min(*_costs), moves="target", pen="ink"),
            title="the price",
            aspect=1.15,
        ),
        ex.Panel(
            ex.Axis("hidden width $d$", 0.3, _WIDTHS + 0.7),
            ex.Axis("log density, less the best at $d = 1$", -0.6 * _high, _high),
            *(
                ex.Points(_width, _score(place, _width) - _top, count=_WIDTHS, size=4, pen=pen)
                for place, pen in enumerate(_PENS)
            ),
            ex.Points(
                _width,
                _exact - _top,
                count=_WIDTHS,
                size=6,
                hollow=True,
                label="exact, $L = 2$",
                pen="blue",
            ),
            ex.Rule(x=_reach, pen="grey dotted"),
            title="the evidence",
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Verdict(
            "cheapest of these depths",
            *(
                (cost <= sp.Min(*_costs) * (1 + 1e-12), f"{layers}")
                for cost, layers in zip(_costs[:-1], _DEPTHS, strict=False)
            ),
            otherwise=f"{_DEPTHS[-1]}",
        ),
        ex.Readout(r"$2 \log m$", formula.cheapest_depth, digits=3),
        ex.Readout(
            "at depth two, a second hidden unit multiplies the density by",
            sp.exp(_score(0, 2) - _score(0, 1)),
            digits=3,
        ),
        ex.Readout(r"$4 s \sqrt{\beta\lambda}$ at depth two", _reach, digits=3),
    ],
    settings=[
        ex.Setting("small", "a small number", target=2),
        ex.Setting("large", "a large number", target=30),
        ex.Setting("warm", "warm: the formula fails", target=3, beta=6),
        ex.Setting("cold", "cold", target=3, beta=100),
    ],
)
