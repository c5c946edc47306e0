"""A triangle of doubly stochastic matrices, and a function that is largest at a corner."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import trace_inequality as formula

__all__ = ["corners"]

# The circulant matrices: means of the identity and the two cycles.
_ORDERS = ((0, 1, 2), (1, 2, 0), (2, 0, 1))
_NAMES = tuple("".join(str(j + 1) for j in order) for order in _ORDERS)
_corners = [formula.permutation_matrix(order) for order in _ORDERS]
_second, _third = sp.symbols("second third", nonnegative=True)
_bend, _tilt = sp.symbols("bend tilt", real=True)
_weights = _w1, _w2, _w3 = sp.symbols("w_1:4", nonnegative=True)

# sum_ij a_i D_ij b_j, the bound of Step 2, for a = (3, 2, 1)/3 and b = (1, y, 0).
_first_list = (sp.Integer(1), sp.Rational(2, 3), sp.Rational(1, 3))
_second_list = (sp.Integer(1), _tilt, sp.Integer(0))
_linear = [sum(_first_list[i] * _second_list[order[i]] for i in range(3)) for order in _ORDERS]
# With c |D|^2 added; the squared norm of a permutation matrix is 3.
_values = sp.symbols("value_1:4", real=True)


def _at(weights: tuple[sp.Expr, ...]) -> sp.Expr:
    """Return the function at a mean of the corners."""
    mean = sum(w * value for w, value in zip(weights, _values, strict=True))
    return mean - _bend * formula.gap_of_convexity(weights, _corners)


_mean, _here, _best = sp.symbols("mean here best", real=True)
_lowest, _highest = sp.symbols("lowest highest", real=True)
# For c = 1: the gap is 6 c (w_1 w_2 + w_1 w_3 + w_2 w_3), its bracket at most one third.
_LARGEST_GAP = 2
_x, _y = sp.symbols("x y", real=True)
_edge = 1e-9
_inside = sp.Min(_x, _y, 1 - _x - _y) > -_edge
_gap = _bend * formula.gap_of_convexity(_weights, _corners)
_tiny = 1e-12
_across = sp.Symbol("across", real=True)
_starts = (sp.Integer(0), _w1, _w1 + _w2)


def _bar(r: int) -> ex.Region:
    """Return a bar whose width is the weight of a corner, and whose height is the value there."""
    return ex.Region(
        sp.Integer(0),
        _values[r],
        label="corner values, as wide as the weights" if r == 0 else "",
        parameter=_across,
        span=(_starts[r], _starts[r] + _weights[r]),
        samples=2,
        pen="blue",
    )


corners = ex.Explorable(
    name="corners",
    title="Largest at a corner",
    description=r"""First: the triangle of the doubly stochastic matrices
        $w_1 P_{123} + w_2 P_{231} + w_3 P_{312}$, with $w_2$ to the right and $w_3$ upward, shaded
        where the function $f(D) = \sum_{ij} a_i D_{ij} b_j + c \, \|D\|_F^2$ is large, and a red
        point for the present matrix. Second: the values of $f$ at the three corners as bars side by
        side, each as wide as the weight of its corner, so that their area is the mean of the corner
        values. Lines mark the largest corner value, this mean and $f(D)$ itself. At $c = 0$ the
        line of $f(D)$ meets the mean. Unless $D$ is a corner, it is the lowest of the three for $c$
        above zero, where the function is convex; below zero it is above the mean, and may be above
        every corner value. Should $w_2 + w_3$ exceed one, both are scaled down to the sum one.""",
    sliders=[
        ex.Slider(_bend, "bend", "bend $c$", -0.2, 0.2, 0.01, 0.1),
        ex.Slider(_tilt, "tilt", "middle number $b_2$", 0, 1, 0.05, 0.2),
        ex.Slider(_second, "second", "weight $w_2$ of 231", 0, 1, 0.01, 0.35),
        ex.Slider(_third, "third", "weight $w_3$ of 312", 0, 1, 0.01, 0.25),
    ],
    derived={
        _w2: _second / sp.Max(1, _second + _third),
        _w3: _third / sp.Max(1, _second + _third),
        _w1: sp.Max(0, 1 - _second - _third),
        **{_values[r]: _linear[r] + 3 * _bend for r in range(3)},
        _mean: sum(w * value for w, value in zip(_weights, _values, strict=True)),
        _here: _mean - _gap,
        _best: sp.Max(*_values),
        _highest: _best + _LARGEST_GAP * sp.Max(0, -_bend),
        _lowest: sp.Min(*_values) - _LARGEST_GAP * sp.Max(0, _bend),
    },
    panels=[
        ex.Panel(
            ex.Axis("weight $w_2$ of 231", -0.05, 1.05),
            ex.Axis("weight $w_3$ of 312", -0.05, 1.05),
            ex.HeatMap(
                ex.where(_inside, _highest - _at((1 - _x - _y, _x, _y)), _highest - _lowest),
                (_x, _y),
                0,
                _highest - _lowest,
                pen="green",
                resolution=45,
            ),
            ex.Segments([0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0], pen="grey 1.5"),
            ex.Points([0, 1, 0], [0, 0, 1], label="corners: permutations", pen="blue", size=6),
            ex.Handle(_w2, _w3, label="$D$", pen="red", moves=("second", "third")),
            title="larger where it is greener",
            aspect=1.0,
        ),
        ex.Panel(
            ex.Axis("weights of 123, 231, 312", 0, 1),
            ex.Axis("$f$", -0.4, 2.4),
            *(_bar(r) for r in range(3)),
            ex.Rule(label="largest corner value", y=_best, pen="green dotted"),
            ex.Rule(label="mean of the corner values", y=_mean, pen="blue dashed"),
            ex.Rule(label="$f(D)$", y=_here, pen="red"),
            title="the mean of the corner values",
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout("$f(D)$", _here),
        ex.Readout("mean of the corner values", _mean),
        ex.Readout("largest corner value", _best),
        ex.Verdict(
            "here",
            (_gap > _tiny, r"$f(D)$ is below the mean of the corner values"),
            (_gap >= -_tiny, r"$f(D)$ is the mean of the corner values"),
            (_here > _best + _tiny, r"$f(D)$ is above every corner value"),
            otherwise=r"$f(D)$ is above the mean, not above every corner value",
        ),
    ],
    settings=[
        ex.Setting("convex", "convex", bend=0.2),
        ex.Setting("linear", "linear", bend=0),
        ex.Setting("concave", "concave", bend=-0.2, second=0.11, third=0.28),
    ],
)
