"""The balanced minimum and the best flat one known, without extra width: an explorable."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import conditioning as formula
from dmfbook.symbolic import depth

__all__ = ["depths"]

_s = formula.value
_index = sp.Symbol("index", integer=True)
_outer, _share, _turn = sp.symbols("outer share turn", positive=True)
_one, _two, _three = sp.symbols("one two three", positive=True)
_left, _right = sp.symbols("left right", real=True)
_middle = sp.exp((_left + _right) / 2) + 2
_wanted = sp.Symbol("wanted", positive=True)
# Halving an interval of log(c - 2) at whose ends the depth-four formula gives 0 and 1.
_too_low = formula.four_value_square.subs(formula.share, _middle) < _wanted
_four = ex.Routine(
    name="share",
    parameters=(_wanted,),
    state=(_left, _right),
    start=(sp.Integer(-20), sp.Integer(12)),
    update=(
        ex.where(_too_low, (_left + _right) / 2, _left),
        ex.where(_too_low, _right, (_left + _right) / 2),
    ),
    count=50,
    result=_middle,
)
_last_share = 0.99


def _squares(place: int) -> sp.Expr:
    return (
        formula.four_squares[place]
        .subs(formula.part, formula.four_part)
        .subs(formula.share, _share)
    )


def _listed(*values: sp.Expr) -> sp.Expr:
    """Return the value that belongs to the index; the last one from there on."""
    result = values[-1]
    for place in range(len(values) - 2, -1, -1):
        result = ex.where(_index <= place, values[place], result)
    return result


def _by_depth(two: sp.Expr, three: sp.Expr, four: sp.Expr, more: sp.Expr) -> sp.Expr:
    later = ex.where(depth < 4.5, four, more)
    return ex.where(depth < 2.5, two, ex.where(depth < 3.5, three, later))


_gain = _by_depth(
    _listed(_s, sp.Integer(1)),
    _listed(sp.sqrt(_outer), _s / _outer, sp.sqrt(_outer)),
    _listed(_s / sp.sqrt(_one), sp.sqrt(_one / _two), sp.sqrt(_two / _three), sp.sqrt(_three)),
    _listed(
        _s,
        1 / sp.sqrt(1 + _turn),
        sp.sqrt(1 + _turn),
        1 / sp.sqrt(1 - _turn),
        sp.sqrt(1 - _turn),
        sp.Integer(1),
    ),
)
_inner = _s**2 / _outer
# The four eigenvalues of the Kronecker sum, over the depth: path, input off, output off, both off.
_fast = (
    sp.Integer(1),
    _by_depth((1 + _s**2) / 2, (1 + _outer + _inner) / 3, 1, 1),
    _by_depth(1, (1 + _outer + _inner) / 3, 1, 1),
    _by_depth((1 + _s**2) / 2, 1, 1, 1),
)
_power = _s ** (2 / depth)
_mixed = (1 - _s**2) / (1 - _power) / depth
_slow = (sp.Integer(1), _mixed, _mixed, _s ** (2 - 2 / depth))


def _best_over(small: sp.Expr) -> sp.Expr:
    three = formula.three_condition.subs(formula.outer, formula.outer_solution)
    return _by_depth(2 / (1 + small**2), three.subs(_s, small), 1, 1)


_balanced = _s ** (2 / depth - 2)

depths = ex.Explorable(
    name="depths",
    title="Depth in place of width",
    description=r"""Flat minima for the target $\operatorname{diag}(1, \sigma)$, all widths two: the
        balanced one (grey), and the best conditioned one that this chapter knows (blue). First:
        their condition numbers over $\sigma$. Second: their four nonzero curvatures, in units of
        the largest. Third: the gains of the second singular value, layer by layer, on a
        logarithmic axis: their product is $\sigma$ for both.""",
    sliders=[
        ex.Slider(depth, "depth", "depth $L$", 2, 6, 1, 3),
        ex.Slider(
            _s,
            "value",
            r"second singular value $\sigma$",
            0.02,
            _last_share,
            0.02,
            0.1,
            scale="log",
        ),
    ],
    derived={
        _outer: formula.outer_solution,
        _share: _four(_s**2),
        _one: _squares(0),
        _two: _squares(1),
        _three: _squares(2),
        _turn: sp.sqrt(sp.Max(formula.deep_turn_square, 0)),
    },
    routines=(_four,),
    panels=[
        ex.Panel(
            ex.Axis(r"second singular value $\sigma$", 0.02, 1, scale="log"),
            ex.Axis(r"condition number $\kappa$", 0.7, 900, scale="log"),
            ex.Line(
                sp.exp(ex.along),
                sp.exp(ex.along * (2 / depth - 2)),
                label="balanced",
                span=(float(sp.log(0.02)), 0),
                pen="grey 3",
                samples=41,
            ),
            ex.Line(
                sp.exp(ex.along),
                _best_over(sp.exp(ex.along)),
                label="best known",
                span=(float(sp.log(0.02)), -1e-9),
                pen="blue 3",
                samples=41,
            ),
            ex.Points(_s, _best_over(_s), pen="blue", size=6),
            ex.Handle(_s, _balanced, pen="grey", moves="value"),
            title="condition numbers",
            aspect=1.1,
        ),
        ex.Panel(
            ex.Axis("four curvatures: balanced, best known", -0.6, 3.6, ticks=False),
            ex.Axis("part of the sharpness", 0, 1.15),
            ex.Bars(
                list(_slow),
                at=[k - 0.2 for k in range(4)],
                thickness=0.36,
                pen="grey",
            ),
            ex.Bars(
                list(_fast),
                at=[k + 0.2 for k in range(4)],
                thickness=0.36,
                pen="blue",
            ),
            title="curvatures",
            aspect=1.1,
        ),
        ex.Panel(
            ex.Axis("layer", 0.5, 6.5),
            ex.Axis(r"gain of $\sigma$", 0.015, 120, scale="log"),
            ex.Rule(y=1, pen="ink dotted 1.5"),
            ex.Points(
                _index + 1,
                _s ** (1 / depth) + 0 * _index,
                index=_index,
                count=depth,
                pen="grey",
                size=6,
            ),
            ex.Points(_index + 1, _gain, index=_index, count=depth, pen="blue", size=6),
            title="gains, layer by layer",
            aspect=1.1,
        ),
    ],
    readouts=[
        ex.Readout(r"condition number, balanced", _balanced),
        ex.Readout("condition number, best known", _best_over(_s)),
        ex.Readout(
            "largest gain in it",
            _by_depth(
                1,
                sp.Max(sp.sqrt(_outer), _s / _outer),
                sp.Max(_s / sp.sqrt(_one), sp.sqrt(_two / _three), sp.sqrt(_three)),
                1 / sp.sqrt(1 - _turn),
            ),
        ),
        ex.Verdict(
            "no flat minimum is better",
            (depth < 3.5, "true, though its curvatures are not all equal"),
            otherwise="true: all curvatures are equal, the minimum is perfect",
        ),
    ],
    settings=[
        ex.Setting("two", "depth two", depth=2, value=0.1),
        ex.Setting("three", "depth three", depth=3, value=0.02),
        ex.Setting("four", "depth four", depth=4, value=0.1),
        ex.Setting("five", "depth five", depth=5, value=0.1),
    ],
)
