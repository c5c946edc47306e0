"""The sum that knows both: an explorable of `trace_inequality`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.trace_inequality import _shared as both
from dmfbook.symbolic import trace_inequality as formula

# The singular values of A + B against the sums of those of A and of B.
_SMALLER_B = 0.5
_c1, _c2, _c_turn = sp.symbols("c_1 c_2 c_turn", real=True)
_pair = formula.singular_value_pair(formula.total)
(_p, _q), (_r, _s) = formula.total.tolist()
_out_axis = (sp.atan2(_r + _q, _p - _s) + sp.atan2(_r - _q, _p + _s)) / 2


def _axis(length: sp.Expr, angle: sp.Expr, pen: str) -> ex.Segments:
    """Return the longest diameter of an ellipse."""
    x, y = length * sp.cos(angle), length * sp.sin(angle)
    return ex.Segments((-x, -y), (x, y), pen=pen)


sum_of_both = ex.Explorable(
    name="sum-of-both",
    title="The sum that knows both",
    description=r"""First: the images of the unit circle under $A$ (blue), $B$ (orange) and $A + B$
        (green), each with its longest diameter. Second: the plane of two singular values. Two
        arrows laid end to end lead to $\sigma(A) + \sigma(B)$; a third leads to $\sigma(A+B)$. The
        two ends meet exactly when the trace inequality is an equality, and then a longest diameter
        of the green ellipse lies along one of the blue and one of the orange ellipse; otherwise a
        red dotted line joins the ends. The gray arc has the radius that $\sigma(A + B)$ would need
        for equality; inside it the trace falls short.""",
    sliders=[
        both.turn(both.out_degrees, r"output turn $\theta$, degrees", 50),
        both.turn(both.in_degrees, r"input turn $\phi$, degrees", 25),
        both.second_a,
    ],
    derived={
        **both.angles,
        both.b2: _SMALLER_B,
        both.missing: formula.bound - formula.trace_by_angles,
        _c1: _pair[0],
        _c2: _pair[1],
        _c_turn: _out_axis,
    },
    panels=[
        ex.Panel(
            ex.Axis("", -3.6, 3.6),
            ex.Axis("", -3.6, 3.6),
            both.ellipse(formula.first, r"$A$, $\sigma(A)$", "blue"),
            both.ellipse(formula.second, r"$B$, $\sigma(B)$", "orange"),
            both.ellipse(formula.total, r"$A + B$, $\sigma(A + B)$", "green"),
            _axis(_c1, _c_turn, "green"),
            _axis(both.a1, sp.Integer(0), "blue 1.2"),
            _axis(both.b1, formula.out_turn, "orange 1.2"),
            ex.Handle(ex.polar(both.b1, formula.out_turn), pen="orange", moves="output"),
            title="three images of the circle",
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("first singular value", 0, 4),
            ex.Axis("second singular value", 0, 4),
            ex.Line(
                sp.sqrt((both.a1 + both.b1) ** 2 + (both.a2 + both.b2) ** 2) * sp.cos(both.around),
                sp.sqrt((both.a1 + both.b1) ** 2 + (both.a2 + both.b2) ** 2) * sp.sin(both.around),
                parameter=both.around,
                span=(0, sp.pi / 4),
                pen="grey dashed 1.2",
            ),
            ex.Segments((0, 0), (both.a1, both.a2), arrow=True),
            ex.Segments(
                (both.a1, both.a2), (both.a1 + both.b1, both.a2 + both.b2), arrow=True, pen="orange"
            ),
            ex.Segments((0, 0), (_c1, _c2), arrow=True, pen="green 2.5"),
            ex.Segments((_c1, _c2), (both.a1 + both.b1, both.a2 + both.b2), pen="red dotted"),
            ex.Points(
                both.a1 + both.b1,
                both.a2 + both.b2,
                label=r"$\sigma(A) + \sigma(B)$",
                pen="ink",
                hollow=True,
                size=6,
            ),
            ex.Handle(both.a1, both.a2, pen="blue", moves="second_a"),
            title="their singular values",
            aspect=1.0,
            equal=True,
        ),
    ],
    readouts=[
        ex.Readout("missing from the trace", ex.rounded(both.missing)),
        ex.Readout(
            r"distance from $\sigma(A) + \sigma(B)$ to $\sigma(A+B)$",
            ex.rounded(sp.sqrt((both.a1 + both.b1 - _c1) ** 2 + (both.a2 + both.b2 - _c2) ** 2)),
        ),
        ex.Verdict(
            "together",
            (both.reached, "equality: one decomposition serves all three"),
            otherwise="the trace falls short of the bound",
        ),
    ],
    settings=[
        ex.Setting("aligned", "aligned", output=0, input=0),
        ex.Setting("nearly", "nearly aligned", output=12, input=-8),
        ex.Setting("a-circle", "when A is a circle", input=50, second_a=2),
        ex.Setting("crossed", "crossed", output=90, input=90),
    ],
)
