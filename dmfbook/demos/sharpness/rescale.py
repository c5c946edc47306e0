"""Rescale the layers of a fixed product: an explorable of `sharpness`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import depth, gain, target
from dmfbook.symbolic import sharpness as formula

_index = sp.Symbol("index", integer=True)
# One number, one layer rescaled at the cost of the others.
_scale = formula.scale
_now, _flat = sp.symbols("now flat", positive=True)
_is_scaled = sp.Eq(_index, 0)
_size_of_layer = ex.where(_is_scaled, formula.scaled_factor, formula.other_factor)
_part_of_layer = ex.where(_is_scaled, formula.scaled_part, formula.other_part)
_tallest = sp.Max(
    formula.scaled_factor, formula.other_factor, formula.scaled_part, formula.other_part
)
_reach = 0.5
_balanced_line = formula.loss_along_sharpest.subs({_scale: 1, formula.distance: ex.along})
rescale = ex.Explorable(
    name="rescale",
    title="Rescale the layers of a fixed product",
    description=r"""A product of $L$ numbers equal to $m$. The first factor is multiplied by
        $\gamma$; the others shrink or grow equally, so that the product stays. First: for each
        layer its size (gray) and its part $(m/w_l)^2$ of the sharpness (blue). The smaller a factor
        is, the larger is its part. Second: the loss on the straight line through the minimum in the
        sharpest direction (blue), the parabola with the curvature $\lambda_{\max}$ (orange,
        dotted), and the loss for equal factors (gray, dashed). The blue valley is never wider than
        the dashed one near its bottom, and the sharpness is least for $\gamma = 1$.""",
    sliders=[
        ex.Slider(_scale, "scale", r"the first times $\gamma$", 0.2, 5, 0.02, 0.44, scale="log"),
        ex.Slider(depth, "depth", "depth $L$", 2, 6, 1, 3),
        ex.Slider(target, "target", "the product $m$", 0.5, 2, 0.01, 1),
    ],
    derived={
        gain: target ** (1 / depth),
        _now: formula.rescaled_sharpness,
        _flat: formula.balanced_sharpness,
    },
    panels=[
        ex.Panel(
            ex.Axis(r"layers $1, \dots, L$; the first is rescaled", -0.6, depth - 0.4, ticks=False),
            ex.Axis("size, and part", 0, 1.12 * _tallest),
            ex.Bars(
                _size_of_layer,
                label="size $w_l$",
                index=_index,
                count=depth,
                at=_index - 0.2,
                thickness=0.36,
                pen="grey",
            ),
            ex.Bars(
                _part_of_layer,
                label="part $(m/w_l)^2$",
                index=_index,
                count=depth,
                at=_index + 0.2,
                thickness=0.36,
                pen="blue",
            ),
            ex.Handle(-0.2, _size_of_layer.subs(_index, 0), pen="grey", moves="scale", snap=1),
            aspect=1.15,
        ),
        ex.Panel(
            ex.Axis("distance along the sharpest direction", -_reach, _reach),
            ex.Axis("loss", 0, 1),
            ex.Line(_balanced_line, label="equal factors", pen="grey dashed"),
            ex.Line(
                formula.loss_along_sharpest.subs(formula.distance, ex.along),
                label="loss",
                pen="2.5",
            ),
            ex.Line(
                formula.parabola.subs(formula.distance, ex.along),
                label=r"parabola of curvature $\lambda_{\max}$",
                pen="orange dotted",
            ),
            aspect=1.15,
        ),
    ],
    readouts=[
        ex.Readout(r"sharpness $\lambda_{\max}$, twice the sum of the blue bars", _now),
        ex.Readout("with equal factors", _flat),
        ex.Readout("how many times as sharp", _now / _flat),
        ex.Readout(r"largest stable step size, $2/\lambda_{\max}$", 2 / _now),
    ],
    settings=[
        ex.Setting("equal", "equal factors", scale=1),
        ex.Setting("one-small", "one factor small", scale=0.25),
        ex.Setting("one-large", "one factor large", scale=4),
        ex.Setting("deep-small", "depth six, one small", scale=0.25, depth=6),
        ex.Setting("deep-large", "depth six, one large", scale=4, depth=6),
    ],
)
