"""Two equal numbers beyond the edge of their flattest minimum: period two, and what follows it."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import escape as formula
from dmfbook.symbolic.sharpness import edge_ratio

__all__ = ["cycle"]

_begin = sp.Symbol("begin", positive=True)
_w, _lag, _turn = sp.symbols("w lag turn", real=True)
_late = sp.Symbol("late", real=True)
_number, _ratio = sp.symbols("number given_ratio", real=True)


def _step(value: sp.Expr) -> sp.Expr:
    return formula.equal_step.subs(formula.number, value)


# A cobweb: in turn up to the curve, and across to the diagonal.
_web = ex.Orbit(
    name="web",
    state=(_w, _lag, _turn),
    start=(_begin, _begin, sp.Integer(0)),
    update=(
        _turn * _lag + (1 - _turn) * _w,
        _turn * _lag + (1 - _turn) * _step(_w),
        1 - _turn,
    ),
    count=sp.Integer(120),
)
# A start between the two numbers of the cycle: it comes to whatever attracts.
_tail = ex.Routine(
    name="tail",
    parameters=(_number, _ratio),
    state=(_w,),
    start=(_number,),
    update=(sp.Max(sp.Min(_w * (1 - _ratio * (_w**2 - 1)), 4), -4),),
    count=400,
    result=_w,
)
_settled = ex.Orbit(
    name="settled",
    state=(_lag,),
    start=(_late,),
    update=(_step(_lag),),
    count=sp.Integer(60),
)
_c = sp.Symbol("along", positive=True)
_upper, _lower = (number.subs(edge_ratio, _c) for number in formula.cycle_numbers)
_END = float(formula.cycle_end)
_high, _low = formula.cycle_numbers
_cycle_exists = edge_ratio > 1

cycle = ex.Explorable(
    name="cycle",
    title="Where no minimum is stable",
    description=r"""Two equal numbers $w$ with the target $w^2 = 1$, the flattest minimum there is.
        First: what a step makes of $w$ (blue), and the path of gradient descent: up to the curve,
        across to the diagonal, and again. Second: for each ratio $c$ the minimum and the two
        numbers of the cycle of period two, solid where it attracts, dashed where it does not; the
        red dots are what the path comes to after many steps. Up to $c = 1$ they are the
        minimum, then two, then four and more, then many.""",
    sliders=[
        ex.Slider(
            edge_ratio, "ratio", r"ratio $c$ of the flattest minimum", 0.6, 1.98, 0.005, 1.12
        ),
        ex.Slider(_begin, "begin", "start $w$", 0.1, 1.4, 0.01, 0.6),
    ],
    routines=[_tail],
    derived={_late: _tail(_begin, edge_ratio)},
    orbits=[_web, _settled],
    panels=[
        ex.Panel(
            ex.Axis("$w$ before the step", 0, 1.6),
            ex.Axis("$w$ after it", -0.4, 1.6),
            ex.Line(_step(ex.along), pen="blue 2.5", label="a step"),
            ex.Line(ex.along, pen="grey dashed 1.5"),
            ex.Path(_web, _w, _lag, pen="red 1", dots=False, label="the path"),
            ex.Points(
                [(_high, _low), (_low, _high)],
                pen="green",
                size=6,
                label="the cycle",
                when=_cycle_exists,
            ),
            ex.Handle(_begin, _begin, pen="ink", moves="begin"),
            aspect=1.2,
        ),
        ex.Panel(
            ex.Axis("ratio $c$", 0.6, 2),
            ex.Axis("$w$", -0.4, 1.6),
            ex.Segments((0.6, 1), (1, 1), pen="ink 2", label="the minimum"),
            ex.Segments((1, 1), (2, 1), pen="ink dashed 1.2"),
            ex.Line(_c, _upper, parameter=_c, span=(1, _END), pen="green 3"),
            ex.Line(_c, _lower, parameter=_c, span=(1, _END), pen="green 3"),
            ex.Line(_c, _upper, parameter=_c, span=(_END, 2), pen="green dashed 1.5"),
            ex.Line(_c, _lower, parameter=_c, span=(_END, 2), pen="green dashed 1.5"),
            ex.Path(
                _settled,
                edge_ratio,
                _lag,
                pen="red 0.5",
                label="after many steps",
            ),
            ex.Handle(edge_ratio, 1, pen="ink", moves="ratio", snap=1),
            aspect=1.2,
        ),
    ],
    readouts=[
        ex.Readout("larger number of the cycle", _high, when=_cycle_exists, otherwise="none"),
        ex.Readout("smaller one", _low, when=_cycle_exists, otherwise="none"),
        ex.Readout(
            "what two steps multiply a small offset by",
            formula.cycle_multiplier,
            when=_cycle_exists,
            otherwise="none",
        ),
        ex.Verdict(
            "what attracts",
            (edge_ratio < 1, "the minimum"),
            (sp.Eq(edge_ratio, 1), "the minimum, but slowly"),
            (edge_ratio < formula.cycle_end, "a cycle of two numbers"),
            otherwise="neither the minimum nor a cycle of two",
        ),
    ],
    settings=[
        ex.Setting("stable", "a stable minimum", ratio=0.8),
        ex.Setting("two", "period two", ratio=1.1),
        ex.Setting("four", "period four", ratio=1.27),
        ex.Setting("many", "no period to be seen", ratio=1.6),
        ex.Setting("last", "the last that stay", ratio=1.98),
    ],
)
