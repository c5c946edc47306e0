"""Turn one matrix against the other: an explorable of `schatten_norms`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import schatten_norms as formula

_index = sp.Symbol("index", nonnegative=True)
_p = formula.exponent
# The ball of the price x_1^p + x_2^p, blown up until it touches a line.
_degrees, _slope, _turn = sp.symbols("degrees slope turn", positive=True)
# Two 4 x 4 matrices with singular values in geometric progression, one turned against the other
# in the planes of the first and last and of the two middle coordinates.
_spread, _other, _angle = formula.spread, formula.other_spread, formula.angle
_outer, _inner = sp.symbols("outer inner", nonnegative=True)
_spreads = {
    _outer: formula.turned_spread.subs({_spread: 3 * _spread, _other: 3 * _other}),
    _inner: formula.turned_spread,
}


def _partial_sums(terms: tuple[sp.Expr, ...]) -> sp.Expr:
    """Return the partial sums of four terms, as a function of the index 0, ..., 4."""
    sums = [sp.Add(*terms[:k]) for k in range(5)]
    pieces = [(value, _index < k + sp.Rational(1, 2)) for k, value in enumerate(sums[:-1])]
    return sp.Piecewise(*pieces, (sums[-1], True))


_logs = (_outer, _inner, -_inner, -_outer)
_sum = _spread + _other
_bound_logs = (3 * _sum, _sum, -_sum, -3 * _sum)
_powers = tuple(sp.exp(_p * value) for value in _logs)
_bound_powers = tuple(sp.exp(_p * value) for value in _bound_logs)
_total = sp.Add(*_bound_powers)


def _polygon(
    terms: tuple[sp.Expr, ...], colour: str, label: str, unit: sp.Expr
) -> tuple[ex.Segments, ex.Points]:
    """Draw partial sums as points joined by straight pieces."""
    sums = _partial_sums(terms) / unit
    after = sums.subs(_index, _index + 1)
    return (
        ex.Segments((_index, sums), (_index + 1, after), index=_index, count=4, pen=colour),
        ex.Points(_index, sums, label=label, index=_index, count=5, pen=colour),
    )


partial_products = ex.Explorable(
    name="partial-products",
    title="Turn one matrix against the other",
    description=r"""Two 4 by 4 matrices $A$ and $B$ with given singular values; $B$ is turned
        against $A$ by an angle. First: the sums of the first $k$ logarithms of the
        singular values of $AB$ (red) and of the products $\sigma_i(A) \sigma_i(B)$
        (blue), for $k = 0, \dots, 4$. The red polygon is never above the blue one,
        and both end at the same point, because the determinant of a product is the
        product of the determinants. Second: the sums of the first $k$ powers with
        exponent $p$, as parts of the blue total. There red ends below blue. At
        angle zero red and blue agree.""",
    sliders=[
        ex.Slider(_degrees, "angle", "angle, degrees", 0, 90, 1, 50),
        ex.Slider(_spread, "spread", "spread of $A$", 0, 0.5, 0.01, 0.3),
        ex.Slider(_other, "other", "spread of $B$", 0, 0.5, 0.01, 0.2),
        ex.Slider(_p, "exponent", "exponent $p$", 0.1, 3, 0.05, 1),
    ],
    derived={_angle: sp.pi / 180 * _degrees, **_spreads},
    panels=[
        ex.Panel(
            ex.Axis("$k$", -0.15, 4.15),
            ex.Axis("sum of the first $k$ logarithms", -0.2, sp.Max(4 * _sum, 0.4) * 1.1),
            *_polygon(_bound_logs, "blue", r"$\sigma_i(A)\, \sigma_i(B)$", sp.Integer(1)),
            *_polygon(_logs, "red", r"$\sigma_i(AB)$", sp.Integer(1)),
            aspect=1.15,
        ),
        ex.Panel(
            ex.Axis("$k$", -0.15, 4.15),
            ex.Axis("sum of the first $k$ powers, as a part", 0, 1.08),
            *_polygon(_bound_powers, "blue", "", _total),
            *_polygon(_powers, "red", "", _total),
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Readout(
            r"$\sum \sigma_i(AB)^p \,/ \sum \sigma_i(A)^p \sigma_i(B)^p$", sp.Add(*_powers) / _total
        ),
        ex.Readout(r"$\sigma_1(AB) / \sigma_1(A) \sigma_1(B)$", sp.exp(_logs[0] - _bound_logs[0])),
        ex.Readout(r"$\sigma_4(AB) / \sigma_4(A) \sigma_4(B)$", sp.exp(_logs[3] - _bound_logs[3])),
    ],
    settings=[
        ex.Setting("aligned", "aligned", angle=0),
        ex.Setting("crossed", "crossed", angle=90),
        ex.Setting("undone", "one undoes the other", angle=90, other=0.3),
        ex.Setting("small-exponent", "a small exponent", exponent=0.1),
    ],
)
