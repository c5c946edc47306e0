"""The unit ball that loses its belly: an explorable of `schatten_norms`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import schatten_norms as formula

_p = formula.exponent
# The ball of the price x_1^p + x_2^p, blown up until it touches a line.
_degrees, _slope, _turn = sp.symbols("degrees slope turn", positive=True)
_across, _up, _level = sp.symbols("across up level", nonnegative=True)
_larger, _smaller = sp.Max(sp.cos(_slope), sp.sin(_slope)), sp.Min(sp.cos(_slope), sp.sin(_slope))
_ratio = ex.where(
    _p > 1.0001,
    formula.cheapest_ratio.subs({formula.slant: _smaller / _larger, _p: sp.Max(_p, 1.005)}),
    0,
)
_major, _minor = sp.symbols("major minor", nonnegative=True)
_tie = sp.And(sp.Eq(_degrees, 45), _p < 1.0001)
_all_tie = sp.And(sp.Eq(_degrees, 45), sp.Abs(_p - 1) < 1e-4)
_window = 1.65
# By an angle: solved for one coordinate, the circle would lose all digits near the axis.
_rim = tuple(_level ** (1 / _p) * function(ex.along) ** (2 / _p) for function in (sp.cos, sp.sin))
_line_first = (1 - ex.along) / sp.cos(_slope)
_line_second = ex.along / sp.sin(_slope)
_is_flat = _degrees <= 45
_highest = sp.Max(1.15 * 2 ** sp.Max(1 - _p, 0) * _smaller**-_p, 2)
ball = ex.Explorable(
    name="ball",
    title="The unit ball that loses its belly",
    description=r"""First: two singular values across and up, and all pairs whose price
        $\sigma_1^p + \sigma_2^p$ is at most that of the cheapest pair on an orange line. At $p = 2$
        the shaded set is a round quarter disk, which touches the line at a pair of two positive
        values. At $p = 1$, depth two, it is a triangle; below, it is hollow, with two spikes along
        the axes, and it touches the line on an axis: rank one. Second: the price along the line,
        from one axis to the other. It is convex for $p > 1$, straight at $p = 1$ and an arch for
        $p < 1$, so that its lowest point is an end.""",
    sliders=[
        ex.Slider(_p, "exponent", "exponent $p$", 0.2, 2, 0.01, 1.5),
        ex.Slider(_degrees, "tilt", "direction of the line, degrees", 25, 65, 1, 56),
    ],
    derived={
        _slope: sp.pi / 180 * _degrees,
        _turn: _ratio,
        _major: 1 / (_larger + _smaller * _turn),
        _minor: _turn * _major,
        _across: ex.where(_is_flat, _major, _minor),
        _up: ex.where(_is_flat, _minor, _major),
        _level: _major**_p + _minor**_p,
    },
    panels=[
        ex.Panel(
            ex.Axis(r"$\sigma_1$", 0, _window),
            ex.Axis(r"$\sigma_2$", 0, _window),
            ex.Region(0, _rim[1], label="no dearer", x=_rim[0], span=(0, sp.pi / 2)),
            ex.Line(_rim[0], _rim[1], span=(0, sp.pi / 2)),
            ex.Line(_line_first, _line_second, label="the line", span=(0, 1), pen="orange"),
            ex.Points(_across, _up, label="cheapest", pen="red", size=7),
            ex.Points(_up, _across, pen="red", size=7, when=_tie),
            ex.Handle(ex.polar(1, _slope), pen="orange", moves="tilt", snap=45),
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis(r"along the line: from $\sigma_2 = 0$ to $\sigma_1 = 0$", 0, 1, ticks=False),
            ex.Axis(r"price $\sigma_1^p + \sigma_2^p$", 0, _highest),
            ex.Line(_line_first**_p + _line_second**_p, span=(0, 1), pen="orange", samples=401),
            ex.Rule(y=_level, pen="grey dotted", text="cheapest"),
            ex.Points(_up * sp.sin(_slope), _level, pen="red", size=7),
            ex.Points(_across * sp.sin(_slope), _level, pen="red", size=7, when=_tie),
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout("the depth whose penalty this is, $2/p$", 2 / _p),
        ex.Verdict(
            "the cheapest pair",
            (_all_tie, "the whole line ties"),
            (_tie, "has rank one, and there are two of them"),
            (sp.Eq(_minor, 0), "has rank one"),
            otherwise="has rank two",
        ),
        ex.Readout("its smaller over its larger value", _turn),
    ],
    settings=[
        ex.Setting("round", "$p = 2$: round", exponent=2),
        ex.Setting("depth-two", "depth two", exponent=1),
        ex.Setting("depth-three", "depth three", exponent=sp.Rational(2, 3)),
        ex.Setting("depth-ten", "depth ten", exponent=0.2),
        ex.Setting("tie", "a tie", exponent=sp.Rational(2, 3), tilt=45),
    ],
)
