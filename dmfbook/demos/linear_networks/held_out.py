"""The error on samples that were not learned, over decay, at every depth."""

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider
from dmfbook.demos.linear_networks._stored import DEPTHS, PROBLEMS, stored
from dmfbook.symbolic import depth

__all__ = ["held_out"]

_data = stored()
_shares = _data["shares"]
_share = sp.Symbol("share", positive=True)
_problem = sp.Symbol("problem", positive=True)
_problems = tuple(float(k) for k in range(1, len(PROBLEMS) + 1))
_paths = _data["paths"]
_errors = np.array([[path["errors"] for path in paths] for paths in _paths])
_values = np.array([[path["values"] for path in paths] for paths in _paths])

_all = (len(_problems), len(DEPTHS), len(_shares))
_VALUES = 8


def _everywhere(numbers: np.ndarray) -> np.ndarray:
    """Return numbers for all settings that are given for those they depend on."""
    return np.broadcast_to(numbers, (*_all, numbers.shape[-1]))


# The singular values as parts of the largest one of their map.
_parts = _values / np.maximum(_values.max(3, keepdims=True), 1e-9)
_frames = ex.Frames(
    over=("problem", "depth", "share"),
    grid=(_problems, tuple(map(float, DEPTHS)), tuple(_shares)),
    series={
        "shares": _everywhere(np.array(_shares)),
        "errors": _everywhere(_errors[:, :, None, :]),
        "ridge": _everywhere(_errors[:, :1, None, :]),
        "at": _everywhere(np.array(_shares)[:, None]),
        "here": _everywhere(_errors[..., None]),
        "values": _parts[..., :_VALUES],
    },
)


def _of(numbers: np.ndarray) -> sp.Expr:
    """Return the number of the chosen problem and depth."""
    cases = (
        (float(numbers[p, k]), sp.And(sp.Eq(_problem, p + 1), sp.Eq(depth, L)))
        for p in range(len(PROBLEMS))
        for k, L in enumerate(DEPTHS)
    )
    return sp.Piecewise(*cases, (0, True))


_best = _errors.min(2)
_NAMES = ("digits, from 60", "stocks, from 40 months", "a planted map of rank two, from 60")

held_out = ex.Explorable(
    name="held-out",
    title="Decay, depth, and data that were not learned",
    description=r"""Three regressions: the class of a digit from its 64 grey values, the growth of
        four stocks in a month from that of four others, and a planted map of rank two on the
        digits.
        First: the error on the samples that were not learned, over the regularization, as a part of
        the one up to which zero gives way (at depth one, of the largest variance of the inputs);
        dashed, that of ridge regression. An error of one is that of the mean. Second: the
        singular values of the map at the chosen regularization, over the largest of them. At depth
        one none is zero, and the deeper the network the fewer there are.""",
    sliders=[
        ex.Slider(
            _share,
            "share",
            "regularization, as a share",
            min(_shares),
            max(_shares),
            0.01,
            _shares[5],
            scale="log",
        ),
        depth_slider(2, low=1, high=4),
        ex.Slider(_problem, "problem", "data set", 1, len(PROBLEMS), 1, 1),
    ],
    frames=_frames,
    panels=[
        ex.Panel(
            ex.Axis("regularization, as a share", min(_shares), max(_shares), scale="log"),
            ex.Axis("error", 0.5, 1.3),
            ex.Rule(y=1, pen="grey dotted"),
            ex.Line(_frames["shares"], _frames["ridge"], label="ridge", pen="grey dashed"),
            ex.Line(_frames["shares"], _frames["errors"], label="chosen depth", pen="blue 3"),
            ex.Points(_frames["at"], _frames["here"], pen="orange", size=6),
            ex.Rule(x=_share, pen="orange dotted"),
            ex.Handle(_share, 0.5, pen="orange", moves="share"),
            title="not learned",
            aspect=1.1,
        ),
        ex.Panel(
            ex.Axis("singular value", -0.6, _VALUES - 0.4, ticks=False),
            ex.Axis("over the largest", 0, 1),
            ex.Bars(_frames["values"]),
            title="singular values",
            aspect=1.1,
        ),
    ],
    readouts=[
        ex.Readout("least error at this depth", _of(_best)),
        ex.Readout("least error of ridge", _of(np.repeat(_best[:, :1], len(DEPTHS), axis=1))),
        ex.Verdict(
            "the data",
            *((sp.Eq(_problem, k), name) for k, name in enumerate(_NAMES, 1)),
            otherwise="none",
        ),
    ],
    settings=[
        ex.Setting("ridge", "digits, ridge", depth=1),
        ex.Setting("stocks", "stocks", problem=2),
        ex.Setting("planted", "planted", problem=3),
        ex.Setting("planted-deep", "planted, depth three", problem=3, depth=3),
    ],
)
