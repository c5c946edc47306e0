"""At the tie two kinds of minimizers have the same loss, and the posterior chooses between them."""

import json
from pathlib import Path

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.evidence._shared import log_spheres
from dmfbook.demos.evidence._shared import routines as integrals
from dmfbook.demos.evidence._shares import BETAS, FILE, OFFSETS, TIE, WIDTHS
from dmfbook.symbolic import depth, end_to_end, gain, regularization, target
from dmfbook.symbolic import evidence as formula
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["two_rooms"]

# What ``python -m dmfbook.demos.evidence._shares`` wrote.
_stored = np.array(json.loads(Path(FILE).read_text(encoding="utf-8"))["shares"])
_shape = (*_stored.shape[:2], len(BETAS))
_frames = ex.Frames(
    ("width", "offset"),
    (tuple(float(d) for d in WIDTHS), OFFSETS),
    {"share": _stored, "beta": np.broadcast_to(np.array(BETAS), _shape)},
)
_width, _beta = formula.width, formula.precision
_offset = sp.Symbol("offset", real=True)
_at_tie = sp.Eq(_offset, 0)
_held = {target: TIE + _offset, regularization: sp.Integer(1), depth: sp.Integer(3)}
# The parameter of the curve, cubed, puts most points around the cusp at zero.
_loss = scalar.reduced_loss.subs(_held).subs(end_to_end, ex.along**3)
_zero_loss = (TIE + _offset) ** 2
# The gains of the two wells: the upper root of s^4 - m s + 1 by Newton's method from above.
_root, _goal = sp.symbols("root goal", positive=True)
_upper = ex.Routine(
    name="upper",
    parameters=(_goal,),
    state=(_root,),
    start=(_goal ** sp.Rational(1, 3),),
    update=(_root - (_root**4 - _goal * _root + 1) / (4 * _root**3 - _goal),),
    count=12,
    result=_root,
)
_gain = sp.Symbol("upper_gain", positive=True)
_bottom = scalar.reduced_loss.subs(_held).subs(end_to_end, _gain**3)
_difference = sp.Symbol("difference", real=True)


def _odds(beta: sp.Expr) -> sp.Expr:
    """Return the logarithm of the odds against zero."""
    alike = formula.wide_log_odds.subs({_beta: beta, gain: _gain}, simultaneous=True)
    return alike + 2 * log_spheres(_width) - beta * _difference


def _share(beta: sp.Expr) -> sp.Expr:
    return 1 / (1 + sp.exp(-_odds(beta)))


two_rooms = ex.Explorable(
    name="two-rooms",
    title="Equal losses, unequal rooms",
    description=r"""Three layers with the product $x$, one input and one output, hidden width $d$,
        and $\lambda = 1$, at the tie $m^* = 2$ or beside it. First: the reduced loss over $x$. At
        the tie zero and $x = 1$ are equally good. The grey line lies $1/\beta$ above the lower
        one. Second: the share of the density $e^{-\beta F}$ that lies beyond the barrier, around
        the minimizers other than zero, against $\beta$; dots are exact integrals, the line is the
        formula of the chapter.""",
    sliders=[
        ex.Slider(_beta, "beta", r"precision $\beta$", BETAS[0], BETAS[-1], 0.1, 30, scale="log"),
        ex.Slider(_width, "width", "hidden width $d$", WIDTHS[0], WIDTHS[-1], 1, 1),
        ex.Slider(_offset, "offset", "target less the tie", OFFSETS[0], OFFSETS[-1], 0.05, -0.05),
    ],
    frames=_frames,
    routines=[_upper, *integrals],
    derived={
        _gain: _upper(TIE + _offset),
        _difference: ex.where(_at_tie, 0, _bottom - _zero_loss),
    },
    panels=[
        ex.Panel(
            ex.Axis("product $x$", -0.2, 1.6),
            ex.Axis("least loss, less that of zero", -0.3, 0.5),
            ex.Line(
                ex.along**3, _loss - _zero_loss, span=(-0.585, 1.17), samples=301, pen="blue 3"
            ),
            ex.Rule(y=sp.Min(0, _difference) + 1 / _beta, pen="grey", label=r"$1/\beta$ higher"),
            ex.Points([0, _gain**3], [0, _difference], pen="orange", size=7, label="wells"),
            title="two wells",
            aspect=1.15,
        ),
        ex.Panel(
            ex.Axis(r"precision $\beta$", BETAS[0], BETAS[-1], scale="log"),
            ex.Axis("share beyond the barrier", -0.03, 1.03),
            ex.Rule(y=0.5, pen="grey dotted"),
            ex.Line(
                sp.exp(ex.along),
                _share(sp.exp(ex.along)),
                span=(float(np.log(BETAS[0])), float(np.log(BETAS[-1]))),
                samples=121,
                label="formula",
                pen="green",
            ),
            ex.Points(_frames["beta"], _frames["share"], label="exact", pen="blue", size=4),
            ex.Handle(_beta, _share(_beta), moves="beta", pen="red"),
            title="where the posterior is",
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Readout("share beyond the barrier, by the formula", _share(_beta)),
        ex.Readout("odds against zero", sp.exp(_odds(_beta)), digits=3),
        ex.Readout(
            "sharpness there and at zero, over each other",
            sp.Max(6 * _gain**4 - 2, 4) / 2,
            digits=3,
        ),
    ],
    settings=[
        ex.Setting("tie", "at the tie", offset=0),
        ex.Setting("tie-wide", "at the tie, two hidden units", offset=0, width=2),
        ex.Setting("above", "just above the tie", offset=0.05),
        ex.Setting("below-wide", "below, three hidden units", width=3, beta=60),
    ],
)
