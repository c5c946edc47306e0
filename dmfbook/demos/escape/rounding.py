"""The same descent in plain numbers and in displacements, side by side.

Diagonal factors: two pairs of numbers that do not see each other. The first pair is unstable, the
second is not. All updates are sums and products, which every machine rounds alike.
"""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import step_size
from dmfbook.symbolic.sharpness import edge_ratio

__all__ = ["rounding"]

_U, _V, _FIRST = 1.8, 1.1, 1.98
_P, _Q, _SECOND = 0.9, 0.8, 0.72
_SHARPNESS = 2 * (_U**2 + _V**2)
_SIZE = (_U**2 + _V**2) ** 0.5
_present, _far, _near, _count = sp.symbols("present far near steps", nonnegative=True)
_x, _y, _z, _t, _u, _v, _p, _q = sp.symbols("x y z t u v p q", real=True)
_push = _present * _near
_first = _U * _y + _V * _x + _x * _y
_second = _P * _t + _Q * _z + _z * _t
_plain_first, _plain_second = _u * _v - _FIRST, _p * _q - _SECOND
_twice = sp.Symbol("twice_step", positive=True)
_start = (_push * (_V / _SIZE), _push * (_U / _SIZE), _far, _far)
_orbit = ex.Orbit(
    name="both",
    state=(_x, _y, _z, _t, _u, _v, _p, _q),
    start=(*_start, *(at + move for at, move in zip((_U, _V, _P, _Q), _start, strict=True))),
    update=(
        _x - _twice * _first * (_V + _y),
        _y - _twice * _first * (_U + _x),
        _z - _twice * _second * (_Q + _t),
        _t - _twice * _second * (_P + _z),
        _u - _twice * _plain_first * _v,
        _v - _twice * _plain_first * _u,
        _p - _twice * _plain_second * _q,
        _q - _twice * _plain_second * _p,
    ),
    count=_count,
    limit=600,
)


def _decades(value: sp.Expr, least: float) -> sp.Expr:
    return sp.log(sp.Max(value, least)) / sp.log(10)


_along_top = (_V * _x + _U * _y) / _SIZE
_plain_top = (_V * (_u - _U) + _U * (_v - _V)) / _SIZE
_end = dict(zip(_orbit.state, _orbit.last, strict=True))
_moved = (_end[_x] ** 2 + _end[_y] ** 2) > 1e-4
_plain_moved = ((_end[_u] - _U) ** 2 + (_end[_v] - _V) ** 2) > 1e-4

rounding = ex.Explorable(
    name="rounding",
    title="One descent, computed twice",
    description=r"""Two pairs of numbers, with the products $1.98$ and $0.72$, as diagonal factors
        of size two. The first pair, $1.8$ and $1.1$, is too sharp for the step size; the second is
        not. Both computations start at the same displacement: a part along the sharpest direction,
        if it is switched on, and a part in the second pair. First: the loss, as a power of ten.
        Second: the size of the part along the sharpest direction. Blue: computed with
        displacements. Red: computed with the numbers themselves, as floating point gives them.""",
    sliders=[
        ex.Slider(_present, "push", "part along the sharpest direction: 1 on, 0 off", 0, 1, 1, 1),
        ex.Slider(_near, "near", "its size", 1e-25, 1e-2, 0.25, 1e-15, scale="log"),
        ex.Slider(_far, "far", "size in the second pair", 1e-12, 1e-1, 0.25, 1e-3, scale="log"),
        ex.Slider(edge_ratio, "ratio", r"step size over the edge, $c$", 0.9, 1.15, 0.005, 1.05),
        ex.Slider(_count, "steps", "steps", 0, 600, 1, 600, play=True),
    ],
    derived={
        step_size: 2 * edge_ratio / _SHARPNESS,
        _twice: 2 * step_size,
    },
    orbits=[_orbit],
    panels=[
        ex.Panel(
            ex.Axis("step", 0, 600),
            ex.Axis("loss, as a power of ten", -50, 4),
            ex.Path(
                _orbit,
                _orbit.step,
                _decades(_plain_first**2 + _plain_second**2, 1e-60),
                label="the numbers themselves",
                pen="red 2.5",
                dots=False,
            ),
            ex.Path(
                _orbit,
                _orbit.step,
                _decades(_first**2 + _second**2, 1e-60),
                label="displacements",
                pen="blue dashed 2",
                dots=False,
            ),
            aspect=1.3,
        ),
        ex.Panel(
            ex.Axis("step", 0, 600),
            ex.Axis("sharpest part, as a power of ten", -26, 2),
            ex.Path(
                _orbit,
                _orbit.step,
                _decades(sp.Abs(_plain_top), 1e-30),
                pen="red 2.5",
                dots=False,
            ),
            ex.Path(
                _orbit,
                _orbit.step,
                _decades(sp.Abs(_along_top), 1e-30),
                pen="blue dashed 2",
                dots=False,
            ),
            ex.Handle(0, sp.log(_near) / sp.log(10), moves="near", pen="ink", when=_present > 0),
            aspect=1.3,
        ),
    ],
    readouts=[
        ex.Readout("loss at the end, displacements", (_first**2 + _second**2).xreplace(_end)),
        ex.Readout(
            "loss at the end, the numbers", (_plain_first**2 + _plain_second**2).xreplace(_end)
        ),
        ex.Verdict(
            "who has left the minimum",
            (sp.And(_moved, _plain_moved), "both"),
            (_moved, "the displacements only"),
            (_plain_moved, "the numbers only"),
            otherwise="neither",
        ),
    ],
    settings=[
        ex.Setting("nothing", "exactly on the stable set", push=0),
        ex.Setting("closer", "from $10^{-22}$", near=1e-22),
        ex.Setting("farther", "from $10^{-9}$", near=1e-9, steps=400),
        ex.Setting("below", "below the edge", ratio=0.95),
    ],
)
