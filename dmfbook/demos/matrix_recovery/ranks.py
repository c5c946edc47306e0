"""The path of ranks and of errors over the regularization."""

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider
from dmfbook.demos.matrix_recovery._shared import stored
from dmfbook.symbolic import depth

_data = stored()
_share = sp.Symbol("share", positive=True)
_low, _high = min(_data["shares"]), max(_data["shares"])
_frames = ex.Frames(
    over=("depth",),
    grid=(tuple(map(float, _data["depths"])),),
    series={
        "share": np.tile(_data["shares"], (len(_data["depths"]), 1)),
        **{
            name: np.array([path[name] for path in _data["paths"]], dtype=float)
            for name in ("ranks", "seen", "unseen")
        },
    },
)


def _of_depth(numbers: list[float]) -> sp.Expr:
    """Return the number of the chosen depth."""
    pairs = zip(_data["depths"], numbers, strict=True)
    return sp.Piecewise(*((value, sp.Eq(depth, L)) for L, value in pairs), (0, True))


# The best error on the unseen entries, and the worst where the penalty is weaker than there.
_bests = [min(path["unseen"]) for path in _data["paths"]]
_worst = [max(path["unseen"][int(np.argmin(path["unseen"])) :]) for path in _data["paths"]]


def _axis() -> ex.Axis:
    return ex.Axis(r"$\lambda$ over $\lambda_c$", _low, _high, scale="log")


ranks = ex.Explorable(
    name="ranks",
    title="Along the path",
    description=r"""The path of the terrain of 24 by 24 heights, two fifths of them seen, over the
        regularization, as a part of $\lambda_c$, up to which zero gives way. First: the rank, which
        grows as the penalty falls, and less so at larger depth.
        Second: the root mean square error, on the entries that were seen, falling to zero, and on
        those that were not, which first falls and then rises. An error of one, dotted, is that of
        the mean.""",
    sliders=[
        ex.Slider(
            _share,
            "share",
            r"regularization $\lambda$, over $\lambda_c$",
            _low,
            _high,
            0.01,
            0.1,
            scale="log",
        ),
        depth_slider(2, high=5),
    ],
    frames=_frames,
    panels=[
        ex.Panel(
            _axis(),
            ex.Axis("rank", 0, 12),
            ex.Line(_frames["share"], _frames["ranks"], label="rank", pen="1.5"),
            ex.Points(_frames["share"], _frames["ranks"], size=4),
            ex.Rule(x=_share, pen="orange dotted"),
            ex.Handle(_share, 0, pen="orange", moves="share"),
            aspect=1.25,
        ),
        ex.Panel(
            _axis(),
            ex.Axis("error", 0, 1.4),
            ex.Rule(y=1, pen="grey dotted"),
            ex.Line(_frames["share"], _frames["unseen"], label="on the unseen", pen="green 3"),
            ex.Line(_frames["share"], _frames["seen"], label="on the seen", pen="blue dashed"),
            ex.Rule(x=_share, pen="orange dotted"),
            ex.Points(_share, 0, pen="orange", size=6),
            aspect=1.25,
        ),
    ],
    readouts=[
        ex.Readout(r"$\lambda$ over $\lambda_c$", _share),
        ex.Readout("least error on the unseen", _of_depth(_bests)),
        ex.Readout("the largest at weaker penalties", _of_depth(_worst)),
    ],
    settings=[
        ex.Setting("depth-three", "depth three", depth=3),
        ex.Setting("depth-five", "depth five", depth=5),
    ],
)
