"""The flat minima in the plane of two gains, at depth three: an explorable of `flat_minima`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import flat_minima as formula

_a, _b, _p = formula.first_gain, formula.last_gain, formula.second_value
_x, _y = sp.symbols("x y", positive=True)
_input, _output, _inner, _most, _norms = sp.symbols("inp out inner most norms", positive=True)
_corners = (formula.path_corner, _input, _output, _inner)
_low, _high = 0.02, 1.75
_over = formula.off_path.subs({_a: _x, _b: _y}, simultaneous=True) / 3
_balanced = ex.where(_p > 0, _p ** sp.Rational(1, 3), 0)
_square = [(_p, _p), (1, _p), (1, 1), (_p, 1)]
_flat = _most <= 3 * (1 + 1e-9)
_vouched = _norms <= 1 + 1e-9

two_gains = ex.Explorable(
    name="two-gains",
    title="Which gains off the path are flat?",
    description=r"""Three layers $\operatorname{diag}(1, a)$, $\operatorname{diag}(1, c)$ and
        $\operatorname{diag}(1, b)$ with the product $\operatorname{diag}(1, p)$, so that $c = p /
        (ab)$. First: the plane of the outer gains $a$ and $b$. Inside the contour the minimum is
        flat, with sharpness $6$; outside it is the sharper the paler. The dotted square holds the
        minima for which the norm condition vouches, the green point is the balanced one. Second:
        the four eigenvalues of the Kronecker sum, which belong to the four entries of the product:
        the one on the path, always $3$; those whose input, or whose output, is off the path; and
        the one off it on both sides. The minimum is flat exactly when no bar is higher than the
        first.""",
    sliders=[
        ex.Slider(_a, "first", "gain $a$ of the first layer", _low, 1.7, 0.01, 1.25),
        ex.Slider(_b, "last", "gain $b$ of the last layer", _low, 1.7, 0.01, 1.1),
        ex.Slider(_p, "product", "second singular value $p$", 0, 1, 0.01, 0.3),
    ],
    derived={
        _input: formula.input_corner,
        _output: formula.output_corner,
        _inner: formula.inner_corner,
        _most: sp.Max(3, _input, _output, _inner),
        _norms: formula.norm_share,
    },
    panels=[
        ex.Panel(
            ex.Axis("gain $a$ of the first layer", 0.01, _high),
            ex.Axis("gain $b$ of the last layer", 0.01, _high),
            ex.HeatMap(_over, (_x, _y), 1, 2.5, levels=[1.0], resolution=56),
            ex.Segments(
                _square,
                [*_square[1:], _square[0]],
                label="the norm condition vouches",
                pen="ink dotted 2",
            ),
            ex.Points(_balanced, _balanced, label="balanced", pen="green", size=6),
            ex.Handle(_a, _b, label="the minimum", pen="red", moves=("first", "last")),
            title="which gains are flat",
            aspect=1.0,
        ),
        ex.Panel(
            ex.Axis("on the path; input off, output off, both", -0.6, 3.6, ticks=False),
            ex.Axis("eigenvalue", 0, 5.4),
            ex.Bars([sp.Min(value, 6) for value in _corners], label="Kronecker sum"),
            ex.Rule(y=3, label="the path's, $L$", pen="orange dashed 2"),
            title="four eigenvalues",
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout("sharpness", 2 * _most),
        ex.Verdict(
            "the minimum",
            (sp.And(_flat, _vouched), "is flat, and the norms vouch for it"),
            (_flat, "is flat, though a product of norms is above one"),
            (sp.And(_inner >= _input, _inner >= _output), "is not flat: the last bar is too high"),
            (_input >= _output, "is not flat: the second bar is too high"),
            otherwise="is not flat: the third bar is too high",
        ),
        ex.Readout("largest product of norms", _norms),
        ex.Readout("gain $c$ of the middle layer", formula.middle_gain),
    ],
    settings=[
        ex.Setting("zero", "the second value zero", product=0, first=1, last=1),
        ex.Setting("corner", "where the corner is cut", product=0, first=1.35, last=1.35),
        ex.Setting(
            "balanced", "balanced", first=_p ** sp.Rational(1, 3), last=_p ** sp.Rational(1, 3)
        ),
        ex.Setting("middle", "a middle gain of fifty", product=0.02, first=0.02, last=0.02),
        ex.Setting("equal-values", "two equal values", product=1, first=1, last=1),
    ],
)
