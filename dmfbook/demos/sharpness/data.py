"""One minimum, and data whose covariance is not the identity."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import sharpness as formula

__all__ = ["data"]

_index = sp.Symbol("index", integer=True)
# One output, two inputs: a cloud of inputs whose covariance is turned and stretched.
_t, _e, _phi = formula.imbalance, formula.eccentricity, formula.angle
_degrees = sp.Symbol("degrees", real=True)
_rings, _per_ring = 5, 12
# Points evenly spread over rings have a multiple of the identity as covariance, and the radii make
# it the identity itself.
_ring = sp.floor(_index / _per_ring)
_radius = sp.sqrt(0.8 * _ring + 0.4)
_turned = 2 * sp.pi * _index / _per_ring + 0.9 * _ring


def _input(radius: sp.Expr, direction: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return a point of a round cloud after the stretch and the turn."""
    p, q = (
        sp.sqrt(1 + _e) * radius * sp.cos(direction),
        sp.sqrt(1 - _e) * radius * sp.sin(direction),
    )
    return p * sp.cos(_phi) - q * sp.sin(_phi), p * sp.sin(_phi) + q * sp.cos(_phi)


_cloud = _input(_radius, _turned)
_ellipse = _input(sp.Integer(1), ex.along)
_white = formula.data_sharpness.subs(_e, 0)
_sharp, _plain = sp.symbols("sharp plain", positive=True)
_by_angle = formula.data_sharpness.subs(_phi, ex.along * sp.pi / 180)

data = ex.Explorable(
    name="data",
    title="The same minimum, other data",
    description=r"""A network with two inputs, one output and two layers, $W_1 = (t, 0)$ and $W_2 =
        1/t$, which fits its data exactly: the output is the first input. First: the inputs, an
        ellipse one standard deviation from their mean, and an arrow in the direction that the
        network listens to. The variances along and across the ellipse add up to two, always.
        Second: the sharpness of this minimum as the cloud turns, and the dotted line for a round
        cloud, whose covariance is the identity. The minimum is sharpest when the cloud points along
        the arrow.""",
    sliders=[
        ex.Slider(_degrees, "angle", r"angle $\phi$ of the data, degrees", 0, 180, 1, 25),
        ex.Slider(_e, "eccentricity", "how long the cloud is, $e$", 0, 0.95, 0.01, 0.7),
        ex.Slider(_t, "imbalance", "first layer $t$, second layer $1/t$", 0.5, 2, 0.01, 1.2),
    ],
    derived={_phi: _degrees * sp.pi / 180, _sharp: formula.data_sharpness, _plain: _white},
    panels=[
        ex.Panel(
            ex.Axis("input $x_1$", -2.8, 2.8),
            ex.Axis("input $x_2$", -2.8, 2.8),
            ex.Points(_cloud, label="inputs", index=_index, count=_rings * _per_ring, size=3),
            ex.Line(_ellipse, label="one standard deviation", span=(0, 2 * sp.pi), pen="ink 2.5"),
            ex.Segments(
                (0, 0), (2.2, 0), label="what the network listens to", arrow=True, pen="orange 3"
            ),
            ex.Handle(ex.polar(sp.sqrt(1 + _e), _phi), pen="ink", moves=("angle", "eccentricity")),
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis(r"angle $\phi$ of the data, degrees", 0, 180),
            ex.Axis(
                r"sharpness $\lambda_{\max}$",
                0,
                1.1 * sp.Max(2 * _plain, formula.data_sharpness.subs(_phi, 0)),
            ),
            ex.Line(_plain, label="for a round cloud", pen="grey dotted 2"),
            ex.Line(_by_angle, label="sharpness as the cloud turns"),
            ex.Handle(_degrees, _sharp, pen="orange", moves="angle"),
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout(r"sharpness $\lambda_{\max}$", _sharp),
        ex.Readout("sharpness for a round cloud", _plain),
        ex.Readout(r"largest stable step size, $2/\lambda_{\max}$", 2 / _sharp),
        ex.Readout("largest stable step size for a round cloud", 2 / _plain),
    ],
    settings=[
        ex.Setting("round", "round", eccentricity=0),
        ex.Setting("along", "along", angle=0),
        ex.Setting("across", "across", angle=90),
        ex.Setting("flattest", "flattest", angle=90, imbalance=1, eccentricity=0.33),
    ],
)
