"""The explorables of the chapter on sharpness at minima of loss zero."""

from __future__ import annotations

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from dmfbook.demos._sharpness_descent import edge
from dmfbook.demos._sharpness_direction import direction
from dmfbook.explorables import (
    Axis,
    Bars,
    Explorable,
    Frames,
    Line,
    Panel,
    Points,
    Readout,
    Rule,
    Segments,
    Setting,
    Slider,
    Verdict,
)
from dmfbook.factorization import end_to_end
from dmfbook.reference import dense_hessian, dense_kronecker_sum
from dmfbook.symbolic import depth, gain, target
from dmfbook.symbolic import sharpness as formula

__all__ = ["data", "direction", "edge", "narrow", "rescale", "spectrum"]

_index = sp.Symbol("index", integer=True)
_along = sp.Symbol("along", real=True)

# One number, one layer rescaled at the cost of the others.
_scale = formula.scale
_now, _flat = sp.symbols("now flat", positive=True)
_is_scaled = sp.Eq(_index, 0)
_size_of_layer = sp.Piecewise((formula.scaled_factor, _is_scaled), (formula.other_factor, True))
_part_of_layer = sp.Piecewise((formula.scaled_part, _is_scaled), (formula.other_part, True))
_tallest = sp.Max(
    formula.scaled_factor, formula.other_factor, formula.scaled_part, formula.other_part
)
_reach = sp.Float(0.5)
_balanced_line = formula.loss_along_sharpest.subs({_scale: 1, formula.distance: _along})

rescale = Explorable(
    name="rescale",
    title="Rescale the layers of a fixed product",
    description=r"""A product of $L$ numbers equal to $m$. The first factor is multiplied by
        $\gamma$; the others shrink or grow equally, so that the product stays. Left: for each layer
        its size (gray) and its part $(m/w_l)^2$ of the sharpness (blue). The smaller a factor is,
        the larger is its part. Right: the loss on the straight line through the minimum in the
        sharpest direction (blue), the parabola with the curvature $\lambda_{\max}$ (orange,
        dotted), and the loss for equal factors (gray, dashed). The blue valley is never wider than
        the dashed one near its bottom, and the sharpness is least for $\gamma = 1$.""",
    sliders=[
        Slider(_scale, "scale", r"the first times $\gamma$", 0.2, 5, 0.02, 0.44, scale="log"),
        Slider(depth, "depth", "depth $L$", 2, 6, 1, 3),
        Slider(target, "target", "the product $m$", 0.5, 2, 0.01, 1),
    ],
    derived=[
        (gain, target ** (1 / depth)),
        (_now, formula.rescaled_sharpness),
        (_flat, formula.balanced_sharpness),
    ],
    panels=[
        Panel(
            Axis(r"layers $1, \dots, L$; the first is rescaled", -0.6, depth - 0.4, ticks=False),
            Axis("size, and part", 0, 1.12 * _tallest),
            (
                Bars(
                    label="size $w_l$",
                    heights=_size_of_layer,
                    index=_index,
                    count=depth,
                    at=_index - 0.2,
                    thickness=0.36,
                    colour="grey",
                ),
                Bars(
                    label="part $(m/w_l)^2$",
                    heights=_part_of_layer,
                    index=_index,
                    count=depth,
                    at=_index + 0.2,
                    thickness=0.36,
                    colour="blue",
                ),
            ),
            aspect=1.15,
        ),
        Panel(
            Axis("distance along the sharpest direction", -_reach, _reach),
            Axis("loss", 0, 1),
            (
                Line(
                    label="equal factors",
                    parameter=_along,
                    y=_balanced_line,
                    colour="grey",
                    dash="dashed",
                ),
                Line(
                    label="loss",
                    parameter=_along,
                    width=2.5,
                    y=formula.loss_along_sharpest.subs(formula.distance, _along),
                ),
                Line(
                    label=r"parabola of curvature $\lambda_{\max}$",
                    parameter=_along,
                    y=formula.parabola.subs(formula.distance, _along),
                    colour="orange",
                    dash="dotted",
                ),
            ),
            aspect=1.15,
        ),
    ],
    readouts=[
        Readout(r"sharpness $\lambda_{\max}$, twice the sum of the blue bars", _now),
        Readout("with equal factors", _flat),
        Readout("how many times as sharp", _now / _flat),
        Readout(r"largest stable step size, $2/\lambda_{\max}$", 2 / _now),
    ],
    settings=[
        Setting("equal", "equal factors", {"scale": 1}),
        Setting("one-small", "one factor small", {"scale": 0.25, "depth": 3}),
        Setting("one-large", "one factor large", {"scale": 4, "depth": 3}),
        Setting("deep-small", "depth six, one small", {"scale": 0.25, "depth": 6}),
        Setting("deep-large", "depth six, one large", {"scale": 4, "depth": 6}),
    ],
)

# Two networks with twelve parameters each: widths (2, 3, 2) and (2, 2, 2, 2).
_DEGREES = tuple(float(x) for x in range(0, 181, 15))
_STRETCHES = tuple(round(0.1 * k, 1) for k in range(-4, 5))
_first_values, _last_values, _middle = (1.2, 0.7), (1.0, 0.5), np.diag([1.3, 0.6])


def _network(layers: int, degrees: float, stretch: float) -> list[NDArray[np.float64]]:
    """Return factors with given singular values; the first two are turned against each other."""
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.array([[cos, -sin], [sin, cos]])
    first = np.exp(stretch) * turn @ np.diag(_first_values)
    last = np.exp(-stretch) * np.diag(_last_values)
    if layers == 2:
        return [np.vstack([first, [0.0, 0.0]]), np.hstack([last, [[0.0], [0.0]]])]
    return [first, _middle, last]


def _spectra() -> Frames:
    shape = (2, len(_DEGREES), len(_STRETCHES))
    hessian, formulas, product = (
        np.empty((*shape, 12)),
        np.empty((*shape, 4)),
        np.empty((*shape, 2)),
    )
    for at in np.ndindex(shape):
        factors = _network(at[0] + 2, _DEGREES[at[1]], _STRETCHES[at[2]])
        matrix = end_to_end(factors)
        hessian[at] = np.linalg.eigvalsh(dense_hessian(factors, matrix))
        formulas[at] = 2 * np.linalg.eigvalsh(dense_kronecker_sum(factors))
        product[at] = np.linalg.svd(matrix, compute_uv=False)
    # Nine decimals, so that rounding errors about zero do not fill the page's data.
    rounded = {
        name: np.round(array, 9) + 0.0
        for name, array in (("hessian", hessian), ("formula", formulas), ("product", product))
    }
    places = {
        f"{name}_place": np.broadcast_to(np.arange(float(first), last), (*shape, last - first))
        for name, first, last in (("hessian", 1, 13), ("formula", 9, 13), ("product", 1, 3))
    }
    return Frames(
        ("depth", "turn", "stretch"), ((2.0, 3.0), _DEGREES, _STRETCHES), {**rounded, **places}
    )


_frames = _spectra()
_highest = 1.08 * float(max(_frames.series["hessian"].max(), _frames.series["formula"].max()))

spectrum = Explorable(
    name="spectrum",
    title="The Kronecker sum against the Hessian",
    description=r"""Left: the twelve eigenvalues of the Hessian at a minimum of loss zero, computed
        from the Hessian itself, as points, and twice the four eigenvalues of the Kronecker sum as
        bars. Every bar ends at a point, and the other eight points lie at zero. Right: the two
        singular values of the product $M$. At depth two, turning the first layer against the second
        changes $M$ but no eigenvalue of the Hessian. At depth three it changes both. Rescaling the
        outer layers never changes $M$, and always changes the eigenvalues.""",
    sliders=[
        Slider(sp.Symbol("turn"), "turn", "turn of the first layer, degrees", 0, 180, 15, 30),
        Slider(
            sp.Symbol("stretch"),
            "stretch",
            r"rescaling $\tau$: $W_1$ times $e^{\tau}$, $W_L$ times $e^{-\tau}$",
            -0.4,
            0.4,
            0.1,
            0.2,
        ),
        Slider(depth, "depth", "depth $L$", 2, 3, 1, 2),
    ],
    frames=_frames,
    panels=[
        Panel(
            Axis("eigenvalues in increasing order", 0.4, 12.6, ticks=False),
            Axis("eigenvalue", -0.03 * _highest, _highest),
            (
                Bars(
                    label="Kronecker sum, doubled",
                    heights=_frames["formula"],
                    at=_frames["formula_place"],
                    thickness=0.62,
                ),
                Points(
                    label="Hessian",
                    x=_frames["hessian_place"],
                    y=_frames["hessian"],
                    colour="orange",
                    size=5,
                ),
            ),
            aspect=1.2,
        ),
        Panel(
            Axis(r"$\sigma_1(M)$ and $\sigma_2(M)$", 0.3, 2.7, ticks=False),
            Axis("singular value", 0, 1.08 * float(_frames.series["product"].max())),
            (
                Bars(
                    label="product $M$",
                    heights=_frames["product"],
                    at=_frames["product_place"],
                    thickness=0.5,
                    colour="green",
                ),
            ),
            aspect=1.2,
        ),
    ],
    settings=[
        Setting("aligned", "aligned, depth two", {"turn": 0, "depth": 2}),
        Setting("crossed", "crossed, depth two", {"turn": 90, "depth": 2}),
        Setting("aligned-three", "aligned, depth three", {"turn": 0, "depth": 3}),
        Setting("crossed-three", "crossed, depth three", {"turn": 90, "depth": 3}),
    ],
)

# One output, two inputs: a cloud of inputs whose covariance is turned and stretched.
_t, _e, _phi = formula.imbalance, formula.eccentricity, formula.angle
_degrees = sp.Symbol("degrees", real=True)
_rings, _per_ring = 5, 12
# Points evenly spread over rings have a multiple of the identity as covariance, and the radii make
# it the identity itself.
_ring = sp.floor(_index / _per_ring)
_radius = sp.sqrt(sp.Float(0.8) * _ring + sp.Float(0.4))
_turned = 2 * sp.pi * _index / _per_ring + sp.Float(0.9) * _ring


def _input(radius: sp.Expr, direction: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return a point of a round cloud after the stretch and the turn."""
    p, q = (
        sp.sqrt(1 + _e) * radius * sp.cos(direction),
        sp.sqrt(1 - _e) * radius * sp.sin(direction),
    )
    return p * sp.cos(_phi) - q * sp.sin(_phi), p * sp.sin(_phi) + q * sp.cos(_phi)


_cloud = _input(_radius, _turned)
_ellipse = _input(sp.Integer(1), _along)
_white = formula.data_sharpness.subs(_e, 0)
_sharp, _plain = sp.symbols("sharp plain", positive=True)
_by_angle = formula.data_sharpness.subs(_phi, _along * sp.pi / 180)

data = Explorable(
    name="data",
    title="The same minimum, other data",
    description=r"""A network with two inputs, one output and two layers, $W_1 = (t, 0)$ and
        $W_2 = 1/t$, which fits its data exactly: the output is the first input. Left: the inputs,
        an ellipse one standard deviation from their mean, and an arrow in the direction that the
        network listens to. The variances along and across the ellipse add up to two, always. Right:
        the sharpness of this minimum as the cloud turns, and the dotted line for a round cloud,
        whose covariance is the identity. The minimum is sharpest when the cloud points along the
        arrow.""",
    sliders=[
        Slider(_degrees, "angle", r"angle $\phi$ of the data, degrees", 0, 180, 1, 25),
        Slider(_e, "eccentricity", "how long the cloud is, $e$", 0, 0.95, 0.01, 0.7),
        Slider(_t, "imbalance", "first layer $t$, second layer $1/t$", 0.5, 2, 0.01, 1.2),
    ],
    derived=[
        (_phi, _degrees * sp.pi / 180),
        (_sharp, formula.data_sharpness),
        (_plain, _white),
    ],
    panels=[
        Panel(
            Axis("input $x_1$", -2.8, 2.8),
            Axis("input $x_2$", -2.8, 2.8),
            (
                Points(
                    label="inputs",
                    x=_cloud[0],
                    y=_cloud[1],
                    index=_index,
                    count=_rings * _per_ring,
                    size=3,
                ),
                Line(
                    label="one standard deviation",
                    parameter=_along,
                    x=_ellipse[0],
                    y=_ellipse[1],
                    span=(0, 2 * sp.pi),
                    colour="ink",
                    width=2.5,
                ),
                Segments(
                    label="what the network listens to",
                    x0=0,
                    y0=0,
                    x1=2.2,
                    y1=0,
                    arrow=True,
                    colour="orange",
                    width=3,
                ),
            ),
            aspect=1.0,
            equal=True,
        ),
        Panel(
            Axis(r"angle $\phi$ of the data, degrees", 0, 180),
            Axis(
                r"sharpness $\lambda_{\max}$",
                0,
                1.1 * sp.Max(2 * _plain, formula.data_sharpness.subs(_phi, 0)),
            ),
            (
                Line(
                    label="for a round cloud",
                    parameter=_along,
                    y=_plain,
                    colour="grey",
                    dash="dotted",
                    width=2,
                ),
                Line(label="sharpness as the cloud turns", parameter=_along, y=_by_angle),
                Points(x=_degrees, y=_sharp, colour="orange", size=7),
            ),
            aspect=1.0,
        ),
    ],
    readouts=[
        Readout(r"sharpness $\lambda_{\max}$", _sharp),
        Readout("sharpness for a round cloud", _plain),
        Readout(r"largest stable step size, $2/\lambda_{\max}$", 2 / _sharp),
        Readout("largest stable step size for a round cloud", 2 / _plain),
    ],
    settings=[
        Setting("round", "round", {"eccentricity": 0}),
        Setting("along", "along", {"angle": 0, "eccentricity": 0.7}),
        Setting("across", "across", {"angle": 90, "eccentricity": 0.7}),
        Setting("flattest", "flattest", {"angle": 90, "imbalance": 1, "eccentricity": 0.33}),
    ],
)

# A factorization too narrow for its target: what the residual does to the formula.
_s, _sigma = formula.idle_gain, formula.missed
_true = sp.Max(*formula.narrow_values[:2])
_lowest = formula.narrow_values[2]
_is_minimum = _sigma <= 1

narrow = Explorable(
    name="narrow",
    title="When the loss is not zero",
    description=r"""Widths $2, 1, 2, 2$ and the target $\operatorname{diag}(1, \sigma)$, of which a
        product of rank one can fit only one entry: here the first. The last layer has an idle gain
        $s$ that the product does not use. Over $s$ the picture shows the largest eigenvalue of the
        Hessian (blue), what the formula for loss zero would say (orange, dashed), and the
        eigenvalue that decides whether the point is a minimum (gray). Blue and orange agree where
        both are $6$, and when $\sigma = 0$. Elsewhere blue is higher. The gray line lies below zero
        exactly when $\sigma > 1$.""",
    sliders=[
        Slider(_sigma, "missed", r"the missed singular value $\sigma$", 0, 1.3, 0.01, 0.9),
        Slider(_s, "idle", "idle gain $s$ of the last layer", 0, 3, 0.01, 2),
    ],
    panels=[
        Panel(
            Axis("idle gain $s$", 0, 3),
            Axis("eigenvalue", -1.5, 26),
            (
                Rule(y=0, colour="grey", dash="dotted"),
                Line(label="true sharpness", parameter=_along, y=_true.subs(_s, _along), width=3),
                Line(
                    label="the formula for loss zero",
                    parameter=_along,
                    width=2.5,
                    y=formula.narrow_formula.subs(_s, _along),
                    colour="orange",
                    dash="dashed",
                ),
                Line(
                    label="the eigenvalue that decides",
                    parameter=_along,
                    colour="grey",
                    y=_lowest.subs(_s, _along),
                ),
                Points(x=_s, y=_true, size=7),
                Points(x=_s, y=formula.narrow_formula, colour="orange", size=6),
                Points(x=_s, y=_lowest, colour="grey", size=5),
            ),
            aspect=1.7,
        )
    ],
    readouts=[
        Readout("true sharpness", _true, digits=6),
        Readout("the formula for loss zero", formula.narrow_formula),
        Readout("true over formula", _true / formula.narrow_formula),
        Readout("the eigenvalue that decides", _lowest),
        Verdict(
            "the point is",
            (
                (_sigma < 1, "a global minimum: it keeps the larger singular value"),
                (sp.Eq(_sigma, 1), "a global minimum: both singular values are equally large"),
                (True, "a saddle: it keeps the smaller singular value"),
            ),
        ),
    ],
    settings=[
        Setting("counterexample", "the example of the text", {"missed": 0.9, "idle": 2}),
        Setting("no-residual", "no residual", {"missed": 0}),
        Setting("formula-holds", "idle gain small", {"missed": 0.9, "idle": 0.8}),
        Setting("saddle", "a saddle", {"missed": 1.3, "idle": 1}),
    ],
)
