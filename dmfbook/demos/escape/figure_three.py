"""P1, Figure 3: the loss of the fifteen layers in two planes through the minimum, and the runs.

In such a plane the product is a polynomial of the two coordinates. Expanded to the degree five it
is exact enough for the picture, and the browser draws the contours of its square.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook import gradient_descent, plane_coordinates, tangent_projection
from dmfbook.demos.escape._figures import Array, Network, looked_up, scalar_network
from dmfbook.symbolic.sharpness import edge_ratio

__all__ = ["excess_polynomial", "figure_three", "third_figure_planes"]

_RATIOS = tuple(round(1.1 + 0.1 * i, 1) for i in range(5))
_DEGREE, _STEPS, _SHOWN = 5, 240, 110
_across, _up, _plane = sp.symbols("across up plane", real=True)


def third_figure_planes(network: Network) -> list[list[list[Array]]]:
    """Return the two pairs of directions.

    The second of the first pair is any unit vector of the null space, drawn at random.
    """
    draw = np.random.default_rng(0).normal
    moves = [draw(size=factor.shape) for factor in network.factors]
    null = tangent_projection(network.factors, moves)
    size = np.sqrt(sum(float(np.sum(part * part)) for part in null))
    top = network.sharpest_direction
    return [[top, [part / size for part in null]], [top, network.flattening_direction]]


def excess_polynomial(network: Network, plane: list[list[Array]], degree: int) -> Array:
    """Return the coefficients of x^i y^j in W_L ... W_1 - m on the plane, up to a total degree."""
    product = np.zeros((degree + 1, degree + 1, 1, 1))
    product[0, 0] = 1.0
    for factor, one, two in zip(network.factors, *plane, strict=True):
        after = factor @ product
        after[1:] += one @ product[:-1]
        after[:, 1:] += two @ product[:, :-1]
        product = after
    coefficients: Array = product[:, :, 0, 0]
    coefficients[0, 0] = 0.0
    i, j = np.indices(coefficients.shape)
    return np.where(i + j <= degree, coefficients, 0.0)


def _expression(coefficients: Array) -> sp.Expr:
    """Return the polynomial in Horner's form, to seven digits."""
    rows = []
    for row in coefficients:
        value: sp.Expr = sp.Integer(0)
        for coefficient in row[::-1]:
            value = value * _up + float(f"{coefficient:.7g}")
        rows.append(value)
    total: sp.Expr = sp.Integer(0)
    for value in rows[::-1]:
        total = total * _across + value
    return total


_network = scalar_network()
_planes = third_figure_planes(_network)
_run = gradient_descent(
    _network.factors,
    _network.target,
    2 * np.array(_RATIOS) / _network.sharpness,
    _STEPS,
    displacement=[1e-9 * part for part in _network.sharpest_direction],
    record_trajectory=True,
)
_seen = [plane_coordinates(_run, plane) for plane in _planes]


def _frames() -> ex.Frames:
    paths = np.empty((2, len(_RATIOS), _SHOWN, 2))
    for i, seen in enumerate(_seen):
        for j, path in enumerate(seen.coordinates):
            # Before, it has not left the point; after, it has arrived.
            start = int(np.argmax(np.abs(path[:, 0]) > 2e-4))
            paths[i, j] = path[start : start + _SHOWN]
    paths = np.round(paths, 4) + 0.0
    series = {"x": paths[..., 0], "y": paths[..., 1]}
    last = {"end_x": paths[..., -1:, 0], "end_y": paths[..., -1:, 1]}
    return ex.Frames(("plane", "ratio"), ((1.0, 2.0), _RATIOS), {**series, **last})


_along, _beside = [
    looked_up(_RATIOS, [round(float(size), 3) for size in sizes])
    for sizes in (
        [
            np.linalg.norm(path[-1]) / np.hypot(np.linalg.norm(path[-1]), away[-1])
            for path, away in zip(seen.coordinates, seen.distance, strict=True)
        ]
        for seen in _seen
    )
]
_excess = ex.where(
    _plane < sp.Rational(3, 2),
    _expression(excess_polynomial(_network, _planes[0], _DEGREE)),
    _expression(excess_polynomial(_network, _planes[1], _DEGREE)),
)
# The floor of the valley is narrower than the grid of the shades, and is kept from showing it.
_LEAST, _MOST = 1e-4, 0.1


def _shade(loss: sp.Expr) -> sp.Expr:
    return sp.log((loss + _LEAST) / _LEAST) / sp.log(_MOST / _LEAST)


_made = _frames()

figure_three = ex.Explorable(
    name="figure-three",
    title="The valley, cut in two ways",
    description=r"""The loss of fifteen layers in a plane through a minimum, shaded by its
        logarithm, with contours, and a run of gradient descent in it. Across is the
        sharpest direction. Up is either a direction of the null space of the Hessian picked at
        random, or the one in which the sharpness falls fastest. In the first plane the
        valley is straight and the run seems to swing to and fro on one line. In the second the
        valley bends and widens, and the run climbs it. The run leaves the plane a little; drawn is
        the nearest point of the plane.""",
    sliders=[
        ex.Slider(_plane, "plane", "up: 1, at random; 2, flattening", 1, 2, 1, 1),
        ex.Slider(
            edge_ratio,
            "ratio",
            r"step size over the edge, $c = \eta \lambda_{\max} / 2$",
            _RATIOS[0],
            _RATIOS[-1],
            0.1,
            1.3,
        ),
    ],
    frames=_made,
    panels=[
        ex.Panel(
            ex.Axis("along the sharpest direction", -0.04, 0.08),
            ex.Axis("along the other direction", -0.03, 0.09),
            ex.HeatMap(
                _shade(_excess**2),
                (_across, _up),
                levels=[_shade(sp.Float(10**power)) for power in (-3.5, -3, -2.5, -2, -1.5)],
                resolution=44,
            ),
            ex.Line(_made["x"], _made["y"], label="gradient descent", pen="red 1.2"),
            ex.Points(0, 0, label="the minimum that it leaves", pen="ink", hollow=True),
            ex.Points(_made["end_x"], _made["end_y"], label="its end", pen="green", size=6),
            aspect=1.2,
        )
    ],
    readouts=[
        ex.Readout(
            "share of the way in this plane",
            ex.where(_plane < sp.Rational(3, 2), _along, _beside),
        ),
    ],
    settings=[
        ex.Setting("flattening", "the flattening direction", plane=2),
        ex.Setting("gentle", "flattening, gently", plane=2, ratio=1.1),
        ex.Setting("hard", "flattening, hard", plane=2, ratio=1.5),
    ],
)
