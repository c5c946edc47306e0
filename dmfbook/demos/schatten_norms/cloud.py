"""A cloud of factorizations, and the floor it sinks to."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import nonzero_fraction
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
    inside = (ex.where(depth > layer, part, 0) for layer, part in enumerate(parts))
    return sp.Add(*inside) / depth


_dot_loss = _fall.subs(_x, _dot_x) + regularization * depth * _dot_x ** (2 / depth) * (
    _unbalanced_share(0.0) + _rho ** (2 / depth) * _unbalanced_share(0.31)
)

_floor_at_one = formula.floor_of_loss.subs(_x, 1)

# Along this family of products the floor is a scalar problem with the target one.
_kappa = regularization * (1 + _rho ** (2 / depth)) / (1 + _rho**2)
_most_kappa = (1 - scalar.tangent_fraction) * scalar.tangent_fraction ** (1 - 2 / depth)
_best, _floor_at_best = sp.symbols("best floor_at_best", nonnegative=True)
_lowest_nonzero = nonzero_fraction(sp.Min(_kappa, _most_kappa * (1 - 1e-9)), depth)

cloud = ex.Explorable(
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
        ex.Slider(_imbalance, "imbalance", "imbalance, at most", 0, 1.5, 0.01, 0.9),
        ex.Slider(depth, "depth", "depth $L$", 2, _deepest, 1, 3),
        ex.Slider(
            regularization, "regularization", r"regularization $\lambda$", 0.01, 1, 0.01, 0.2
        ),
        ex.Slider(_rho, "second", r"second singular value $\rho$", 0, 1, 0.01, 0.5),
    ],
    routines=[nonzero_fraction],
    derived={
        _x: _lowest_nonzero,
        _best: ex.where(formula.floor_of_loss < 1 + _rho**2, _x, 0),
        _floor_at_best: sp.Min(formula.floor_of_loss, 1 + _rho**2),
    },
    panels=[
        ex.Panel(
            ex.Axis("$x$, where the product is $xM$", 0, _reach),
            ex.Axis("loss", 0, sp.Max(2 * (1 + _rho**2), 1.2 * _floor_at_one)),
            ex.Points(
                _dot_x,
                _dot_loss,
                label="factorizations",
                index=_index,
                count=220,
                size=2.6,
                pen="blue",
            ),
            ex.Line(
                _reach * ex.along**3,
                formula.floor_of_loss.subs(_x, _reach * ex.along**3),
                label="the floor",
                span=(0, 1),
                pen="ink",
            ),
            ex.Points(_best, _floor_at_best, label="lowest on the floor", pen="orange", size=7),
        )
    ],
    readouts=[
        ex.Readout("lowest on the floor", _floor_at_best),
        ex.Readout("attained at $x$", _best),
        ex.Readout("exponent of the hidden penalty, $2/L$", 2 / depth),
    ],
    settings=[
        ex.Setting("balanced", "balance all factors", imbalance=0),
        ex.Setting("depth-two", "depth two", depth=2, imbalance=0.3),
        ex.Setting("depth-six", "depth six", depth=6, imbalance=0.3),
        ex.Setting("dear", "zero is cheapest", regularization=0.35, imbalance=0.3),
    ],
)
