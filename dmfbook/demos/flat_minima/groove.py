"""The sharpness as a height over two ways to move along the valley: an explorable."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import flat_minima as formula

_doublings = sp.Symbol("doublings", real=True)
_shear = formula.shear
_x, _y = sp.symbols("x y", real=True)
_here = sp.Symbol("here", positive=True)
_across, _up = 1.7, 1.3


def _sharpness(doublings: sp.Expr, shear: sp.Expr) -> sp.Expr:
    value = formula.sheared_sharpness
    return value.subs(
        {formula.gain_beta: sp.exp(doublings * sp.log(2.0)), _shear: shear}, simultaneous=True
    )


_plane = (
    ex.Axis(r"gain of the second path, $\log_2 \beta$", -_across, _across),
    ex.Axis("shear $h$ of the hidden plane", -_up, _up),
)


def _floor(**style: Any) -> ex.Line:
    return ex.Line(ex.along, 0 * ex.along, span=(-1, 1), samples=41, pen="green 4", **style)


groove = ex.Explorable(
    name="groove",
    title="A groove in the valley",
    description=r"""Minima of depth two with the product $\operatorname{diag}(4, 1)$. The gain
        $\beta$ of the second path moves size from one layer to the other; the shear $h$ mixes the
        two hidden units in the first layer and unmixes them in the last. The loss is zero
        everywhere in this plane; what is drawn is the sharpness. First from above, then as a
        height, to be turned by a drag or the arrow keys. Its least value $16$ is taken on the green
        segment alone: without shear, from $\beta = 1/2$ to $\beta = 2$. Any shear makes it sharper,
        and so does a gain beyond the ends.""",
    sliders=[
        ex.Slider(
            _doublings,
            "doublings",
            r"gain of the second path, $\log_2 \beta$",
            -1.6,
            1.6,
            0.02,
            0.6,
        ),
        ex.Slider(_shear, "shear", "shear $h$ of the hidden plane", -1.2, 1.2, 0.02, 0.4),
    ],
    derived={_here: _sharpness(_doublings, _shear)},
    panels=[
        ex.Panel(
            *_plane,
            ex.HeatMap(
                sp.log(_sharpness(_x, _y)),
                (_x, _y),
                sp.log(16.0),
                sp.log(44.0),
                levels=[sp.log(level) for level in (17.0, 19.0, 22.0, 26.0, 32.0, 40.0)],
                resolution=40,
            ),
            _floor(label="flat minima"),
            ex.Handle(
                _doublings,
                _shear,
                label="the minimum",
                pen="red",
                moves=("doublings", "shear"),
            ),
            title="sharpness from above",
            aspect=1.1,
        ),
        ex.Panel(
            *_plane,
            ex.Surface(
                _sharpness(_x, _y), (_x, _y), 15, 40, up="sharpness", turn=(58, 32), rise=1.2
            ),
            _floor(),
            ex.Points(_doublings, _shear, pen="red", size=6),
            title="sharpness as a height",
            aspect=1.1,
        ),
    ],
    readouts=[
        ex.Readout("sharpness", _here),
        ex.Readout("least sharpness for this product", 16),
        ex.Verdict(
            "this minimum",
            (
                sp.And(ex.near(_shear), sp.Abs(_doublings) <= 1 + 1e-9),
                "is flat",
            ),
            (ex.near(_shear), "is not flat: the second path is too strong in one layer"),
            otherwise="is not flat: the layers do not share their top singular vectors",
        ),
    ],
    settings=[
        ex.Setting("balanced", "balanced", doublings=0, shear=0),
        ex.Setting("end", "an end of the floor", doublings=1, shear=0),
        ex.Setting("beyond", "beyond the end", doublings=1.6, shear=0),
        ex.Setting("sheared", "the same gains, sheared", doublings=0, shear=0.5),
    ],
)
