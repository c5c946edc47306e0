"""A cloud of factorizations, and the floor it sinks to."""

from __future__ import annotations

import sympy as sp

from dmfbook.explorables import (
    Axis,
    Explorable,
    Line,
    Panel,
    Points,
    Readout,
    Routine,
    Setting,
    Slider,
    along,
)
from dmfbook.symbolic import depth, regularization
from dmfbook.symbolic import scalar_uniqueness as scalar
from dmfbook.symbolic import schatten_norms as formula

__all__ = ["cloud"]

_index = sp.Symbol("index", nonnegative=True)


# A cloud of factorizations. The fractional parts of irrational multiples of 1, 2, 3, ... and of
# their squares fill the unit interval evenly, and without a visible pattern where both are used.
def _fraction(multiple: sp.Expr) -> sp.Expr:
    return multiple - sp.floor(multiple)


_number = _index + 1
_deepest = 6
_imbalance = sp.Symbol("imbalance", nonnegative=True)
_x, _rho = formula.scale, formula.second_value
_reach = 1.5
_dot_x = _reach * _fraction(0.6180339887498949 * _number)
_dot_size = _imbalance * _fraction(0.4142135623730951 * _number**2)
_dot_phase = _fraction(0.7320508075688772 * _number**2)
_fall = (1 + _rho**2) * (1 - _x) ** 2


def _unbalanced_share(shift: float) -> sp.Expr:
    """Return by what factor the cost of one singular value exceeds its least."""
    parts = (
        sp.exp(2 * _dot_size * sp.cos(2 * sp.pi * (layer / depth + _dot_phase + shift)))
        for layer in range(_deepest)
    )
    inside = (sp.Piecewise((part, depth > layer), (0, True)) for layer, part in enumerate(parts))
    return sp.Add(*inside) / depth


_dot_loss = _fall.subs(_x, _dot_x) + regularization * depth * _dot_x ** (2 / depth) * (
    _unbalanced_share(0.0) + _rho ** (2 / depth) * _unbalanced_share(0.31)
)

_floor_at_one = formula.floor_of_loss.subs(_x, 1)

# Along this family of products the floor is a scalar problem with the target one.
_kappa = regularization * (1 + _rho ** (2 / depth)) / (1 + _rho**2)
_most_kappa = (1 - scalar.tangent_fraction) * scalar.tangent_fraction ** (1 - 2 / depth)
_fitted = Routine(
    name="fitted",
    parameters=(scalar.kappa, depth),
    state=(scalar.shrinkage,),
    start=(sp.Integer(0),),
    update=(sp.Min(scalar.shrinkage_newton_step, (1 - scalar.tangent_fraction) * (1 - 1e-12)),),
    count=40,
    result=1 - scalar.shrinkage,
)
_best, _floor_at_best = sp.symbols("best floor_at_best", nonnegative=True)
_lowest_nonzero = _fitted(sp.Min(_kappa, _most_kappa * (1 - 1e-9)), depth)

cloud = Explorable(
    name="cloud",
    title="A cloud of factorizations",
    description=r"""Each dot is a factorization of depth $L$. Its place across is $x$, where the
        product of its factors is $x M$ with $M = \operatorname{diag}(1, \rho)$; its height is its
        loss. The imbalance slider says how unequal its factors may be. As it falls to zero the
        dots sink onto a curve, the floor, and lie on it when all factors are balanced. No dot is
        ever below. At depth two the floor is a parabola. From depth three on it starts vertically
        at $x = 0$, so that $x = 0$ is a local minimum. The orange point is the lowest on the floor;
        products that are no multiples of $M$ may do better still.""",
    sliders=[
        Slider(_imbalance, "imbalance", "imbalance, at most", 0, 1.5, 0.01, 0.9),
        Slider(depth, "depth", "depth $L$", 2, _deepest, 1, 3),
        Slider(regularization, "regularization", r"regularization $\lambda$", 0.01, 1, 0.01, 0.2),
        Slider(_rho, "second", r"second singular value $\rho$", 0, 1, 0.01, 0.5),
    ],
    routines=[_fitted],
    derived=[
        (_x, _lowest_nonzero),
        (_best, sp.Piecewise((_x, formula.floor_of_loss < 1 + _rho**2), (0, True))),
        (_floor_at_best, sp.Min(formula.floor_of_loss, 1 + _rho**2)),
    ],
    panels=[
        Panel(
            Axis("$x$, where the product is $xM$", 0, _reach),
            Axis("loss", 0, sp.Max(2 * (1 + _rho**2), 1.2 * _floor_at_one)),
            [
                Points(
                    _dot_x,
                    _dot_loss,
                    label="factorizations",
                    index=_index,
                    count=220,
                    size=2.6,
                    colour="blue",
                ),
                Line(
                    _reach * along**3,
                    formula.floor_of_loss.subs(_x, _reach * along**3),
                    label="the floor",
                    span=(0, 1),
                    colour="ink",
                ),
                Points(_best, _floor_at_best, label="lowest on the floor", colour="orange", size=7),
            ],
        )
    ],
    readouts=[
        Readout("lowest on the floor", _floor_at_best),
        Readout("attained at $x$", _best),
        Readout("exponent of the hidden penalty, $2/L$", 2 / depth),
    ],
    settings=[
        Setting("balanced", "balance all factors", imbalance=0),
        Setting("depth-two", "depth two", depth=2, imbalance=0.3, regularization=0.2),
        Setting("depth-six", "depth six", depth=6, imbalance=0.3, regularization=0.2),
        Setting(
            "dear", "zero is cheapest", regularization=0.35, depth=3, imbalance=0.3, second=0.5
        ),
    ],
)
