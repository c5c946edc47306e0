"""The six products whose sum is the determinant of t I - D."""

from itertools import permutations

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import trace_inequality as formula

__all__ = ["products"]

# D is a mean of the identity and three other permutations, by the weights of these.
_level = sp.Symbol("level", real=True)
_swap, _cycle, _back = _others = sp.symbols("swap cycle back", nonnegative=True)
_ORDERS = tuple(permutations(range(3)))
_mean = formula.weighted_mean(
    (1 - _swap - _cycle - _back, *_others),
    [formula.permutation_matrix(order) for order in ((0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 0, 1))],
)
_shifted = _level * sp.eye(3) - _mean
_products = sp.symbols("product_1:7", real=True)
_sum = sum(_products)
_size = sp.Symbol("size", positive=True)
_tiny = 1e-12
_positive = sum(
    ex.where(sp.And(*(_mean[i, order[i]] > _tiny for i in range(3))), 1, 0) for order in _ORDERS
)
_determinant = formula.leibniz_determinant(_shifted)
_first = formula.leibniz_products(_shifted)[0]
# Below a third, so that the identity keeps a weight and the diagonal of D is positive.
_MOST = 0.33

products = ex.Explorable(
    name="products",
    title="Six products make a determinant",
    description=r"""A doubly stochastic matrix $D$ is the mean of the identity and of the
        permutations 213, 231 and 312, with weights that three sliders set. First: the six signed
        products of the determinant of $tI - D$ as blue bars, named by their permutations, and
        beside them their sum as a red bar. Second: this sum as a red curve over $t$, which passes
        through zero at $t = 1$ whatever $D$ is, and dashed the first product alone. The two curves
        are the same only for $D = I$, where all bars but the first vanish.""",
    sliders=[
        ex.Slider(_level, "level", "level $t$", 0.2, 1.2, 0.01, 0.7, play=True),
        ex.Slider(_swap, "swap", "weight of 213", 0, _MOST, 0.01, 0.2),
        ex.Slider(_cycle, "cycle", "weight of 231", 0, _MOST, 0.01, 0.3),
        ex.Slider(_back, "back", "weight of 312", 0, _MOST, 0.01, 0.15),
    ],
    derived={
        **dict(zip(_products, formula.leibniz_products(_shifted), strict=True)),
        _size: sp.Max(0.02, *map(sp.Abs, _products), sp.Abs(_sum)),
    },
    panels=[
        ex.Panel(
            ex.Axis("permutation", -0.6, 7.1, ticks=False),
            ex.Axis("signed product", -1.2 * _size, 1.2 * _size),
            ex.Bars(
                list(_products),
                names=tuple("".join(str(j + 1) for j in order) for order in _ORDERS),
                pen="blue",
            ),
            ex.Bars([_sum], label="their sum", at=[6.5], names=("sum",), pen="red"),
            title="six products and their sum",
            aspect=1.35,
        ),
        ex.Panel(
            ex.Axis("level $t$", 0.2, 1.2),
            ex.Axis("", -0.55, 0.55),
            ex.Rule(x=sp.Integer(1), pen="grey dotted 1.2"),
            ex.Line(
                _first, label="the first product alone", parameter=_level, pen="dashed", samples=120
            ),
            ex.Line(
                _determinant, label=r"$\det(tI - D)$", parameter=_level, pen="red", samples=120
            ),
            ex.Handle(_level, _sum, pen="red", moves="level", snap=1),
            title="the sum as $t$ moves",
            aspect=1.35,
        ),
    ],
    readouts=[
        ex.Readout(r"sum $\det(tI - D)$", ex.rounded(_sum)),
        ex.Readout("the first product", ex.rounded(_products[0])),
        ex.Readout(r"permutations along which $D$ is positive", _positive),
    ],
    settings=[
        ex.Setting("one", "$t$ at one", level=1),
        ex.Setting("one-cycle", "one cycle", level=1, swap=0, back=0),
        ex.Setting("one-swap", "one swap", level=0.5, swap=0.3, cycle=0, back=0),
        ex.Setting("identity", "the identity", level=0.5, swap=0, cycle=0, back=0),
    ],
)
