"""The unit circle on its way through the layers."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import depth
from dmfbook.symbolic import schatten_norms as formula

__all__ = ["journey"]

_index = sp.Symbol("index", nonnegative=True)

_second, _t, _degrees, _direction = sp.symbols("second t degrees direction", real=True)
_first_value = 3.0
_layer = sp.floor(depth / 2)
_u = (sp.cos(_direction), sp.sin(_direction))
_shares = (_first_value ** (2 / depth), _second ** (2 / depth))
_energy_along_u = _u[0] ** 2 * _shares[0] + _u[1] ** 2 * _shares[1]
_share, _energy = sp.symbols("share energy", nonnegative=True)
_layers = 6
# The unit vector along which the layer is stretched, as long as the stretch makes it.
_drawn_out = ex.polar(sp.exp(_t), _direction)


def _ellipse(layer: sp.Expr, stretch: sp.Expr) -> dict[str, sp.Expr]:
    """Return the image of the circle after a layer, stretched by e^stretch along u."""
    x = _first_value ** (layer / depth) * sp.cos(ex.along)
    y = _second ** (layer / depth) * sp.sin(ex.along)
    push = (sp.exp(stretch) - 1) * (x * _u[0] + y * _u[1])
    return {"x": x + push * _u[0], "y": y + push * _u[1]}


def _stage(place: int) -> ex.Line:
    """Draw one of the hidden layers that are not stretched; there are L - 2."""
    layer = ex.where(_layer > place, place, place + 1)
    return ex.Line(
        label="a hidden layer" if place == 1 else "",
        **_ellipse(layer, sp.Integer(0)),
        span=(0, 2 * sp.pi),
        pen="1.5",
        when=depth > place + 1,
    )


journey = ex.Explorable(
    name="journey",
    title="The circle on its way",
    description=r"""First: the unit circle (dotted) and the ellipses into which the layers turn
        it one after the other; the last is its image under $X$, with half axes $3$
        and $\sigma_2$. When all factors are balanced, the half axes after layer $l$
        are these two numbers raised to the power $l/L$: each layer does an equal
        part of the work. The orange ellipse, in the middle, can be stretched along
        a direction; the next layer then undoes it. Second: the cost of each layer,
        the sum of the squares of its entries. All bars end at the dotted line when
        nothing is stretched. A stretch raises one bar by more than it lowers the
        next.""",
    sliders=[
        ex.Slider(_t, "stretch", "stretch $t$", -0.8, 0.8, 0.01, 0.45),
        ex.Slider(_degrees, "direction", "its direction, degrees", 0, 180, 1, 35),
        ex.Slider(_second, "second", r"second singular value $\sigma_2$", 0, 3, 0.01, 0.4),
        ex.Slider(depth, "depth", "depth $L$", 2, _layers, 1, 4),
    ],
    derived={
        _direction: sp.pi / 180 * _degrees,
        _share: _shares[0] + _shares[1],
        _energy: ex.where(_energy_along_u > 1e-12, _energy_along_u, 0),
    },
    panels=[
        ex.Panel(
            ex.Axis("", -3.9, 3.9),
            ex.Axis("", -3.9, 3.9),
            ex.Line(
                label="unit circle",
                **_ellipse(sp.Integer(0), sp.Integer(0)),
                span=(0, 2 * sp.pi),
                pen="grey dotted",
            ),
            *(_stage(place) for place in range(1, _layers - 1)),
            ex.Line(
                label="the stretched layer",
                **_ellipse(_layer, _t),
                span=(0, 2 * sp.pi),
                pen="orange 2.5",
            ),
            ex.Line(
                label="its image under $X$",
                **_ellipse(depth, sp.Integer(0)),
                span=(0, 2 * sp.pi),
                pen="ink 2.5",
            ),
            ex.Segments((0, 0), _drawn_out, pen="orange dashed 1.5"),
            ex.Handle(_drawn_out, pen="orange", moves=("stretch", "direction")),
            ex.Handle(0, _second, pen="ink", moves="second"),
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("layer $l$", 0.4, _layers + 0.6),
            ex.Axis(
                "cost of the layer",
                0,
                sp.Max(1.15 * (_share + (sp.exp(2 * sp.Abs(_t)) - 1) * _energy), 4),
            ),
            ex.Bars(
                _share
                + sp.Piecewise(
                    ((sp.exp(2 * _t) - 1) * _energy, sp.Eq(_index + 1, _layer)),
                    ((sp.exp(-2 * _t) - 1) * _energy, sp.Eq(_index, _layer)),
                    (0, True),
                ),
                index=_index,
                count=depth,
                at=_index + 1,
            ),
            ex.Rule(y=_share, pen="ink dotted", label="balanced"),
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Readout(
            "cost of all layers",
            depth * _share
            + formula.stretch_excess.subs({formula.energy: _energy, formula.stretch: _t}),
        ),
        ex.Readout("least cost of a factorization", depth * _share),
        ex.Readout(
            "price of the stretch",
            formula.stretch_excess.subs({formula.energy: _energy, formula.stretch: _t}),
        ),
    ],
    settings=[
        ex.Setting("balanced", "balanced", stretch=0),
        ex.Setting("along-the-short-axis", "along the short axis", direction=90),
        ex.Setting("rank-one", "rank one", second=0),
        ex.Setting("deep", "depth six", depth=6, stretch=0),
    ],
)
