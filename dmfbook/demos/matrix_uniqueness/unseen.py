"""A loss that does not see all entries, and the minimizers it has in pairs."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider, nonzero_fraction, regularization_slider
from dmfbook.demos.matrix_uniqueness._shared import kept, threshold
from dmfbook.symbolic import depth, regularization, target
from dmfbook.symbolic import matrix_uniqueness as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["unseen"]

# The target m I, of which the entries off the diagonal count little.
_weight = formula.weight
_both, _single = sp.symbols("both single", nonnegative=True)
_best = sp.Symbol("best", real=True)


def _unseen_at(diagonal: Any, hidden: Any) -> Any:
    places = {formula.diagonal: diagonal, formula.hidden: hidden}
    return formula.unseen_loss.subs(places, simultaneous=True)


_of_zero, _of_both = _unseen_at(0, 0), _unseen_at(_both, 0)
_of_single = _unseen_at(_single / 2, _single / 2)
_slack = 1e-9
_single_wins = sp.And(_of_single < _best + _slack, _single > 0)
_both_wins = sp.And(_of_both < _best + _slack, _both > 0)
_reach = 1.6
_scale = sp.Max(target**2, 3 * regularization)

unseen = ex.Explorable(
    name="unseen",
    title="Entries that are not seen",
    description=r"""The loss of the matrices $X$ with $a$ twice on the diagonal and $t$ twice beside
        it, for a target with $m$ on the diagonal and zeros beside it. The errors in the two entries
        beside the diagonal are multiplied by the weight $\omega$. At weight one, the book's loss,
        the least loss is on the vertical line $t = 0$. As the weight falls, two equally low hollows
        grow on the diagonals $a = \pm t$, where $X$ has rank one, and below some weight they win:
        there are then two minimizers, mirror images of each other.""",
    sliders=[
        ex.Slider(_weight, "weight", r"weight of the unseen, $\omega$", 0, 1, 0.01, 0.1),
        ex.Slider(target, "target", "target $m$", 0.2, 1.5, 0.01, 1.3),
        regularization_slider(0.05, 1, 0.3, "log"),
        depth_slider(3),
    ],
    routines=[nonzero_fraction],
    derived={
        threshold: scalar.winning_threshold,
        _both: kept(target, regularization, threshold),
        _single: kept(
            formula.rank_one_target,
            formula.rank_one_regularization,
            scalar.winning_threshold.subs(regularization, formula.rank_one_regularization),
        ),
        _best: sp.Min(_of_zero, _of_both, _of_single),
    },
    panels=[
        ex.Panel(
            ex.Axis("beside the diagonal, $t$", -_reach, _reach),
            ex.Axis("on the diagonal, $a$", -0.2, 1.8),
            ex.HeatMap(
                formula.unseen_loss,
                (formula.hidden, formula.diagonal),
                _best,
                _best + 2 * _scale,
                levels=[_best + level * _scale for level in (0.01, 0.04, 0.1, 0.2, 0.4, 0.8, 1.3)],
                resolution=72,
            ),
            ex.Line(sp.Abs(ex.along), label="rank one", pen="ink dashed 1.2"),
            ex.Points(
                [-_single / 2, _single / 2],
                [_single / 2, _single / 2],
                label="minimizers",
                count=2,
                pen="orange",
                size=7,
                when=_single_wins,
            ),
            ex.Points(0, _both, label="minimizer", pen="orange", size=7, when=_both_wins),
            ex.Points(
                0, 0, label="minimizer: zero", pen="orange", size=7, when=_of_zero < _best + _slack
            ),
            ex.Handle(0, target, label="target", pen="ink", moves="target"),
            aspect=1.55,
        )
    ],
    readouts=[
        ex.Verdict(
            "least loss in the picture",
            (
                sp.And(sp.Eq(depth, 2), _single_wins, _both_wins),
                "on a whole segment between the two marked ends",
            ),
            (sp.And(_single_wins, _both_wins), "at three places: a tie between ranks"),
            (_single_wins, "at two places, mirror images of each other, of rank one"),
            (_both_wins, "at one place, of rank two, with nothing beside the diagonal"),
            otherwise="at zero",
        ),
        ex.Readout("best loss of rank one", _of_single, when=_single > 0),
        ex.Readout("best loss with $t = 0$", sp.Min(_of_zero, _of_both)),
    ],
    settings=[
        ex.Setting("unseen", "not seen at all", weight=0),
        ex.Setting("seen", "seen in full", weight=1),
        ex.Setting("depth-two", "depth two, not seen", weight=0, depth=2),
    ],
)
