"""Two maps that may agree: an explorable of `trace_inequality`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.trace_inequality import _shared as both
from dmfbook.symbolic import trace_inequality as formula

_turn_output = both.turn(both.out_degrees, r"output turn $\theta$, degrees", 65)
_turn_input = both.turn(both.in_degrees, r"input turn $\phi$, degrees", 20)
_spoke = sp.Symbol("spoke", real=True)
_SPOKES = 16
_spokes = both.circle.subs(both.around, 2 * sp.pi * _spoke / _SPOKES)
_from, _to = formula.first * _spokes, formula.second * _spokes
# The landscape of the trace over both angles.
_across, _up = sp.symbols("across up", real=True)
_landscape = formula.bound - formula.trace_by_angles.subs(
    {formula.in_turn: _across * both.radians, formula.out_turn: _up * both.radians},
    simultaneous=True,
)
_tied = sp.Or(sp.Eq(both.a1, both.a2), sp.Eq(both.b1, both.b2))
_peak = sp.Symbol("peak", integer=True)
alignment = ex.Explorable(
    name="alignment",
    title="Two maps that may agree",
    description=r"""First: the unit circle as the matrix $A$ sees it, a blue ellipse that stays, and
        as $B$ sees it, an orange ellipse that turns. Gray lines join $Ax$ to $Bx$ for sixteen
        points $x$ of the circle. The turn of the output $\theta$ turns the orange ellipse; the turn
        of the input $\phi$ leaves the ellipse where it is and moves the points along it. Second:
        the plane of both turns, shaded where $\mathrm{tr}(A^\top B)$ is near the bound, with a
        point for the present turns. The bound is reached at the center, and at half a turn of both.
        When one of the ellipses is a circle it is reached along the whole line $\theta = \phi$.
        When both second singular values are zero, both ellipses are flat: segments.""",
    sliders=[
        _turn_output,
        _turn_input,
        both.second_a,
        ex.Slider(
            both.b2, "second_b", r"$\sigma_2(B)$, where $\sigma_1(B) = 1.5$", 0, 1.5, 0.05, 0.6
        ),
    ],
    derived={**both.angles, both.missing: formula.bound - formula.trace_by_angles},
    panels=[
        ex.Panel(
            ex.Axis("", -2.2, 2.2),
            ex.Axis("", -2.2, 2.2),
            ex.Segments(
                (_from[0], _from[1]),
                (_to[0], _to[1]),
                label="from $Ax$ to $Bx$",
                index=_spoke,
                count=_SPOKES,
                pen="grey 1.2",
            ),
            both.ellipse(formula.first, "$Ax$", "blue"),
            both.ellipse(formula.second, "$Bx$", "orange"),
            ex.Points(_from[0], _from[1], index=_spoke, count=_SPOKES, size=3.5),
            ex.Points(_to[0], _to[1], index=_spoke, count=_SPOKES, size=3.5, pen="orange"),
            ex.Handle(ex.polar(both.b1, formula.out_turn), pen="orange", moves="output"),
            title="the circle, twice",
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis(r"input turn $\phi$", -180, 180),
            ex.Axis(r"output turn $\theta$", -180, 180),
            ex.HeatMap(
                _landscape,
                (_across, _up),
                0,
                2 * formula.bound,
                levels=[formula.bound * part for part in (0.05, 0.2, 0.5, 1, 1.5, 1.8)],
                pen="green",
            ),
            ex.Line(ex.along, pen="green 3", when=_tied),
            ex.Points(
                sp.Piecewise((0, sp.Eq(_peak, 0)), (-180, _peak < 2.5), (180, True)),
                sp.Piecewise((0, sp.Eq(_peak, 0)), (-180, sp.Eq(sp.Mod(_peak, 2), 1)), (180, True)),
                label="the bound is reached",
                index=_peak,
                count=5,
                pen="green",
                size=7,
            ),
            ex.Handle(
                (both.in_degrees, both.out_degrees),
                label="the present turns",
                pen="red",
                moves=("input", "output"),
            ),
            title="the landscape of both turns",
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout(r"$\mathrm{tr}(A^\top B)$", ex.rounded(formula.bound - both.missing)),
        ex.Readout(r"the bound $\sigma_1(A) \sigma_1(B) + \sigma_2(A) \sigma_2(B)$", formula.bound),
        ex.Verdict(
            "together",
            (both.reached, "aligned: the bound is reached"),
            (
                2 * formula.bound - both.missing < 1e-9,
                "opposed: the negative of the bound is reached",
            ),
            otherwise="not aligned",
        ),
    ],
    settings=[
        ex.Setting("aligned", "aligned", output=0, input=0),
        ex.Setting("looks-aligned", "looks aligned, is not", output=0, input=90),
        ex.Setting("a-circle", "a circle does not mind", input=65, second_a=2),
        ex.Setting("two-columns", "two columns only", input=0, second_a=0, second_b=0),
        ex.Setting("opposed", "opposed", output=180, input=0),
    ],
)
