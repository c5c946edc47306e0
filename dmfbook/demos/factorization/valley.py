"""The valley of factorizations of one number: an explorable of `factorization`."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import factorization as formula
from dmfbook.symbolic import regularization, target

# One number, two factors: the floor of the valley of factorizations.
_half, _top_share = 2.4, 3.2
_share = formula.share
_u, _v = sp.symbols("u v", real=True)
_place, _height = sp.symbols("place height", real=True)
_floor_product = sp.Max(formula.floor_product, 0)
_floor_height = target**2 - _floor_product**2
_loss = (target - _u * _v) ** 2 + regularization * (_u**2 + _v**2)
_shade = sp.log(_loss + 0.08)
_misfit = (target - _floor_product) ** 2


def _branch(side: int, **style: Any) -> ex.Line:
    """Draw the valley's floor where both factors are positive, or both negative."""
    size = side * sp.sqrt(_floor_product.subs(_share, ex.along))
    return ex.Line(
        size * sp.exp(-ex.along / 2),
        size * sp.exp(ex.along / 2),
        span=(-2 * _top_share, 2 * _top_share),
        pen="orange 3",
        **style,
    )


_size = sp.sqrt(_floor_product)
_best = sp.sqrt(sp.Max(target - regularization, 0))
_free = regularization < 1e-9
_plane = (
    ex.Axis("first factor $w_1$", -_half, _half),
    ex.Axis("second factor $w_2$", -_half, _half),
)


def _in_the_plane(*, labels: bool) -> tuple[ex.Mark, ...]:
    """Return the floor and the points on it, which the flat picture and the surface show."""
    style: dict[str, Any] = {"pen": "green", "size": 7, "when": sp.Not(_free)}
    floor, minimizers = ("floor of the valley", "minimizers") if labels else ("", "")
    samples = 321 if labels else 121
    at = _place * sp.exp(-_share / 2), _place * sp.exp(_share / 2)
    return (
        _branch(1, samples=samples, label=floor),
        _branch(-1, samples=samples),
        ex.Points(_best, _best, label=minimizers, **style),
        ex.Points(-_best, -_best, **style),
        ex.Handle(at, label="the ratio $t$", pen="red", moves="share")
        if labels
        else ex.Points(at, pen="red", size=6),
    )


valley = ex.Explorable(
    name="valley",
    title="The valley of factorizations of one number",
    description=r"""First: the plane of two factors $w_1$ and $w_2$, with contours of the loss $(m -
        w_2 w_1)^2 + \lambda (w_1^2 + w_2^2)$. An orange line follows the floor of its valleys: for
        each ratio of the factors, the best product. Without weight decay the floor is the
        hyperbola $w_2 w_1 = m$, endless and level. With weight decay it is two closed leaves that
        meet at the origin, and they shrink as $\lambda$ grows; from $\lambda = m$ on there are
        none. Second: the same loss as a height, to be turned by a drag or the arrow keys; it is
        cut off above, and the floor with its points lies on it. Third: the height of the floor
        over the logarithm $t$ of the ratio $w_2/w_1$, split into misfit and weight decay. While
        there are leaves it is lowest at $t = 0$, where the factors are equal; there lie the two
        minimizers.""",
    sliders=[
        ex.Slider(regularization, "regularization", r"regularization $\lambda$", 0, 2, 0.01, 0.25),
        ex.Slider(_share, "share", r"ratio of the factors, $t = \log(w_2/w_1)$", -3, 3, 0.05, 1.4),
        ex.Slider(target, "target", "target $m$", 0.2, 2, 0.01, 1.5),
    ],
    derived={_place: _size, _height: _floor_height},
    panels=[
        ex.Panel(
            *_plane,
            ex.HeatMap(
                _shade,
                (_u, _v),
                sp.log(0.08),
                sp.log(12.0),
                levels=[sp.log(level) for level in (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)],
            ),
            *_in_the_plane(labels=True),
            title="the loss from above",
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            *_plane,
            ex.Surface(
                _loss,
                (_u, _v),
                0,
                sp.Max(1.4 * target**2, 1.2 * regularization),
                up="loss",
                turn=(30, 44),
                rise=1.4,
            ),
            *_in_the_plane(labels=False),
            title="the loss as a height",
            aspect=1.0,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("$t$, log of the ratio", -_top_share, _top_share),
            ex.Axis("height of the floor", -0.08 * target**2, 1.15 * target**2),
            ex.Region(0, _misfit.subs(_share, ex.along), label="misfit", samples=129, pen="grey"),
            ex.Region(
                _misfit.subs(_share, ex.along),
                _floor_height.subs(_share, ex.along),
                label="weight decay",
                samples=129,
                pen="purple",
            ),
            ex.Line(_floor_height.subs(_share, ex.along), samples=129, pen="orange 3"),
            ex.Points(0, _floor_height.subs(_share, 0), pen="green", size=7, when=sp.Not(_free)),
            ex.Handle(_share, _height, pen="red", moves="share", snap=0),
            title="the floor from the side",
            aspect=1.0,
        ),
    ],
    readouts=[
        ex.Verdict(
            "minimizers",
            (_free, "every point of the hyperbola"),
            (regularization < target, r"two: the balanced points, $w_1 = w_2$"),
            otherwise="one: zero",
        ),
        ex.Readout("product at the red point", _place**2),
        ex.Readout("its loss", _height),
        ex.Readout("least loss", _floor_height.subs(_share, 0)),
    ],
    settings=[
        ex.Setting("free", "no weight decay", regularization=0),
        ex.Setting("a-hair", "a hair of it", regularization=0.02),
        ex.Setting("collapsing", "nearly all gone", regularization=0.93 * target),
        ex.Setting("on-the-floor", "down to the minimizer", share=0),
    ],
)
