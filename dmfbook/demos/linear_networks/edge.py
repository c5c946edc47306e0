"""Runs of a ReLU network: their sharpness on the way, and the edge of stability."""

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos.linear_networks._relu import stored
from dmfbook.symbolic import regularization, step_size

__all__ = ["edge"]

_data = stored()
_STEPS, _SIZES, _DECAYS = _data["steps"], tuple(_data["step_sizes"]), tuple(_data["decays"])
_shape = (len(_DECAYS), len(_SIZES))
_frames = ex.Frames(
    ("decay", "step"),
    (_DECAYS, _SIZES),
    {
        "step": np.broadcast_to(np.array(_STEPS, dtype=float), (*_shape, len(_STEPS))),
        "sharpness": np.array(_data["sharpness"]),
        "loss": np.array(_data["loss"]),
    },
)


def _stored(rows: list[list[float]]) -> sp.Expr:
    """Return the number that belongs to the sliders, as an expression."""
    cases = []
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            here = sp.And(
                sp.Abs(regularization - _DECAYS[i]) < 1e-3,
                sp.Abs(sp.log(step_size / _SIZES[j])) < 0.17,
            )
            cases.append((sp.Float(value), here))
    last = cases.pop()[0]
    return sp.Piecewise(*cases, (last, True), evaluate=False)


_final = sp.Symbol("final", positive=True)
_ratio = _final * step_size / 2

edge = ex.Explorable(
    name="edge",
    title="Up to the edge, or not",
    description=r"""Gradient descent on a network of 32 ReLUs and 40 samples, 6,000 steps from one
        start. First: the sharpness, the largest eigenvalue of the Hessian, at steps spaced evenly
        on a logarithmic axis. The dashed level is $2/\eta$, above which a step of size $\eta$ is
        unstable; drag it. Second: the loss, its penalty included. The runs were computed
        beforehand, for seven step sizes and six amounts of decay.""",
    sliders=[
        ex.Slider(
            step_size,
            "step",
            r"step size $\eta$",
            _SIZES[0],
            _SIZES[-1],
            float(np.log10(_SIZES[-1] / _SIZES[0]) / (len(_SIZES) - 1)),
            _SIZES[4],
            scale="log",
        ),
        ex.Slider(
            regularization,
            "decay",
            r"regularization $\lambda$",
            _DECAYS[0],
            _DECAYS[-1],
            0.002,
            0,
        ),
    ],
    derived={_final: _stored(_data["final"])},
    frames=_frames,
    panels=[
        ex.Panel(
            ex.Axis("step", 20, 6000, scale="log"),
            ex.Axis("sharpness", 2, 50, scale="log"),
            ex.Rule(y=2 / step_size, pen="ink dashed 1.5", label=r"the edge, $2/\eta$"),
            ex.Line(
                _frames["step"], _frames["sharpness"], pen="red 2", label="sharpness of the run"
            ),
            ex.Handle(24, 2 / step_size, moves="step", pen="ink"),
            aspect=1.3,
        ),
        ex.Panel(
            ex.Axis("step", 20, 6000, scale="log"),
            ex.Axis("loss", 0.02, 0.2, scale="log"),
            ex.Line(_frames["step"], _frames["loss"], pen="blue 2"),
            aspect=1.3,
        ),
    ],
    readouts=[
        ex.Readout(r"sharpness at the end", _final),
        ex.Readout(r"over the edge, $\eta \lambda_{\max} / 2$", _ratio),
        ex.Verdict(
            "where the run ends",
            (_ratio > 0.93, "on the edge"),
            (_ratio > 0.7, "close below the edge"),
            otherwise="well below the edge",
        ),
    ],
    settings=[
        ex.Setting("no-decay", "no decay, a large step", step=_SIZES[-1], decay=0),
        ex.Setting("small-step", "no decay, a small step", step=_SIZES[0], decay=0),
        ex.Setting("decay", "decay", step=_SIZES[4], decay=_DECAYS[-1]),
    ],
)
