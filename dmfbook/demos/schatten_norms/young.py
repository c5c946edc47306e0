"""Two areas that cover a rectangle: an explorable of `schatten_norms`."""

import dmfbook.explorables as ex
from dmfbook.symbolic import schatten_norms as formula

_p = formula.exponent
# Young's inequality as areas.
_a, _b = formula.first, formula.second
_corner = 2.3
_curve = formula.young_curve.subs(formula.ratio, ex.along)
_outside = formula.young_bound - _a * _b
young = ex.Explorable(
    name="young",
    title="Two areas that cover a rectangle",
    description=r"""A curve that rises from the origin: $y$ is $x$ to the power $p - 1$. The
        area under it up to $x = a$ is $a^p/p$; the area between it and the vertical
        axis, up to height $b$, is $b^q/q$. Together they cover the rectangle with
        sides $a$ and $b$. What sticks out of the rectangle is the difference
        between the two sides of Young's inequality; nothing does when the curve
        passes through the corner of the rectangle.""",
    sliders=[
        ex.Slider(_a, "first", "side $a$", 0.05, 1.5, 0.01, 1.3),
        ex.Slider(_b, "second", "side $b$", 0.05, 1.5, 0.01, 0.8),
        ex.Slider(_p, "exponent", "exponent $p$", 1.5, 3, 0.01, 2.2),
    ],
    panels=[
        ex.Panel(
            ex.Axis("$x$", 0, _corner),
            ex.Axis("$y$", 0, _corner),
            ex.Region(0, _curve, label="area $a^p/p$", span=(0, _a)),
            ex.Region(
                _curve, _b, label="area $b^q/q$", span=(0, _b ** (1 / (_p - 1))), pen="orange"
            ),
            ex.Line(_curve, label="$y = x^{p-1}$", span=(0, _corner), pen="grey"),
            ex.Segments((0, _b), (_a, _b), label="rectangle $a$ by $b$", pen="ink 2.5"),
            ex.Segments((_a, 0), (_a, _b), pen="ink 2.5"),
            ex.Handle(_a, _b, pen="red", moves=("first", "second")),
            aspect=1.6,
        )
    ],
    readouts=[
        ex.Readout("rectangle, $ab$", _a * _b),
        ex.Readout("both areas, $a^p/p + b^q/q$", formula.young_bound),
        ex.Readout("what sticks out", ex.where(_outside < 1e-12, 0, _outside)),
    ],
    settings=[
        # With this side the corner is within reach of the slider for every exponent.
        ex.Setting("equality", "equality", first=1.2, second=1.2 ** (_p - 1)),
        ex.Setting("squares", "$p = 2$: two triangles", exponent=2),
        ex.Setting("wide", "$a$ large, $b$ small", first=1.5, second=0.3),
    ],
)
