"""The loss of every critical point against the regularization: an explorable of `collapse`."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider
from dmfbook.demos.collapse._shared import (
    collapse_of,
    excess,
    fitting,
    lower_root,
    routines,
    second,
    tangent,
    tangent_of,
    unit,
    unit_slider,
    upper_root,
)
from dmfbook.symbolic import collapse as formula
from dmfbook.symbolic import depth, gain, regularization
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["swallowtail"]

# A class is told by the roots of the two values: 0 for zero, -1 for the lower, 1 for the upper.
# Its index is the number of lower roots and of inversions, the second product above the first.
_PENS = ("blue 3", "orange 2", "purple dashed", "red dotted")
_INDEX = {
    (0, 0): 0,
    (1, 0): 0,
    (1, 1): 0,
    (0, 1): 1,
    (-1, 0): 1,
    (1, -1): 1,
    (0, -1): 2,
    (-1, 1): 2,
    (-1, -1): 3,
}
_ENDS = {name: sp.Symbol(name, real=True) for name in ("up_1", "low_1", "up_2", "low_2")}
_has = {1: fitting(1), 2: fitting(second)}


def _along(value: Any) -> tuple[Any, Any]:
    """Return the regularization and what the value loses, less the loss of zero, at a gain."""
    price = formula.matching_regularization.subs(formula.value, value)
    return price, formula.fitted_excess.subs(regularization, price)


def _first_at(price: Any, root: int) -> Any:
    """Return what the first value loses, less the loss of zero, at a regularization."""
    if root == 0:
        return 0
    kappa = sp.Min(price, tangent_of(1) * (1 - 1e-9))
    from_one = (upper_root if root > 0 else lower_root)(1)
    held = {regularization: kappa, tangent: 1e-9}
    return excess(from_one, 1).subs(held, simultaneous=True)


def _curve(roots: tuple[int, int]) -> ex.Mark:
    """Draw the loss of one class over the regularizations at which it is there."""
    kind = _INDEX[roots]
    style: dict[str, Any] = {"pen": _PENS[kind], "samples": 160}
    style["label"] = _LABELS.pop(kind, "")
    if roots == (0, 0):
        return ex.Line(ex.along, 0 * ex.along, span=(0, _right), **style)
    value, root = (second, roots[1]) if roots[1] else (sp.Integer(1), roots[0])
    turn = formula.turning_gain.subs(formula.value, value)
    end = value ** (1 / depth)
    span = (turn, end) if root > 0 else (turn / 1000, turn)
    price, lost = _along(value)
    others = _first_at(price, roots[0]) if roots[1] else 0
    return ex.Line(price, lost + others, parameter=gain, span=span, **style)


_right = 1.1 * tangent_of(1)
_LABELS = {0: "minima", 1: "index one", 2: "index two", 3: "index three"}
_level = {
    (0, 0): sp.Integer(0),
    (1, 0): _ENDS["up_1"],
    (1, 1): _ENDS["up_1"] + _ENDS["up_2"],
    (0, 1): _ENDS["up_2"],
    (-1, 0): _ENDS["low_1"],
    (1, -1): _ENDS["up_1"] + _ENDS["low_2"],
    (0, -1): _ENDS["low_2"],
    (-1, 1): _ENDS["low_1"] + _ENDS["up_2"],
    (-1, -1): _ENDS["low_1"] + _ENDS["low_2"],
}


def _is_there(roots: tuple[int, int]) -> Any:
    return _has[2] if roots[1] else _has[1] if roots[0] else sp.true


_best = sp.Min(0, _ENDS["up_1"], _ENDS["up_1"] + _ENDS["up_2"])
_top = sp.Symbol("top", positive=True)
_of_index = [
    sum(ex.where(_is_there(roots), 1, 0) for roots, k in _INDEX.items() if k == kind)
    for kind in range(4)
]

swallowtail = ex.Explorable(
    name="swallowtail",
    title="Every critical point, by its loss",
    description=r"""A target with the singular values 1 and $m_2$. First: the loss, less that of
        zero, of all classes of critical points, as curves over the regularization, with one pen
        for minima, and one each for saddles of index one, two and three. On the right there is
        zero alone. At the tangent regularization of each value pairs of curves are born, in cusps:
        an upper and a lower root. The lowest curve is the global minimum; where it changes two
        curves cross, at the collapse thresholds. Second: how many classes there are of each index
        at the marked regularization.""",
    sliders=[
        unit_slider(0.7),
        ex.Slider(second, "second", "second singular value $m_2$", 0.5, 0.97, 0.01, 0.9),
        depth_slider(3, low=3, high=6),
    ],
    routines=routines,
    derived={
        regularization: unit * tangent_of(1),
        tangent: scalar.tangent_threshold,
        _ENDS["up_1"]: ex.where(_has[1], excess(upper_root(1), 1), 0),
        _ENDS["low_1"]: ex.where(_has[1], excess(lower_root(1), 1), 0),
        _ENDS["up_2"]: ex.where(_has[2], excess(upper_root(second), second), 0),
        _ENDS["low_2"]: ex.where(_has[2], excess(lower_root(second), second), 0),
        _top: 2
        * formula.fitted_excess.subs(regularization, tangent_of(1)).subs(
            gain, formula.turning_gain.subs(formula.value, 1)
        ),
    },
    panels=[
        ex.Panel(
            ex.Axis(r"regularization $\lambda$", 0, _right),
            ex.Axis("loss, less that of zero", -1.8 * _top, 1.1 * _top),
            *(_curve(roots) for roots in _INDEX),
            ex.Rule(x=collapse_of(1), pen="grey dotted", label="collapse thresholds"),
            ex.Rule(x=collapse_of(second), pen="grey dotted"),
            *(
                ex.Points(
                    regularization,
                    _level[roots],
                    pen=_PENS[kind].split()[0],
                    size=5,
                    when=_is_there(roots),
                )
                for roots, kind in _INDEX.items()
            ),
            ex.Handle(
                regularization,
                -1.62 * _top,
                pen="grey",
                moves="unit",
                snap=[collapse_of(x) / tangent_of(1) for x in (1, second)],
            ),
            aspect=1.2,
        ),
        ex.Panel(
            ex.Axis("index", -0.6, 3.6, ticks=False),
            ex.Axis("classes of critical points", 0, 3.3),
            *(
                ex.Bars([_of_index[kind]], at=[kind], names=(str(kind),), pen=pen.split()[0])
                for kind, pen in enumerate(_PENS)
            ),
            aspect=1.2,
        ),
    ],
    readouts=[
        ex.Readout("classes of critical points", sum(_of_index), digits=1),
        ex.Readout("of which local minima", _of_index[0], digits=1),
        ex.Verdict(
            "the best product",
            (
                sp.Or(
                    sp.Abs(unit * tangent_of(1) / collapse_of(1) - 1) < 1e-9,
                    sp.Abs(unit * tangent_of(1) / collapse_of(second) - 1) < 1e-9,
                ),
                "two of them: a tie",
            ),
            (sp.And(_has[2], _ENDS["up_2"] < 0), "keeps both values"),
            (sp.And(_has[1], _ENDS["up_1"] < 0), "keeps the first alone"),
            otherwise="is zero",
        ),
        ex.Readout(r"regularization $\lambda$", regularization),
    ],
    settings=[
        ex.Setting("first-tie", "the second collapses", unit=collapse_of(second) / tangent_of(1)),
        ex.Setting("last-tie", "all collapses", unit=collapse_of(1) / tangent_of(1)),
        ex.Setting("births", "before the second is born", unit=0.95, second=0.9),
        ex.Setting("alone", "zero alone", unit=1.05),
        ex.Setting("deep", "depth five", unit=0.5, depth=5),
    ],
)
