"""A cross of two perpendicular directions and its image, an explorable of `factorization`."""

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import factorization as formula

_p, _s, _h = formula.stretch, formula.shear, formula.height
_degrees = sp.Symbol("degrees", real=True)
_cos, _sin = sp.symbols("cos sin", real=True)
_radians = sp.pi / 180
_tiny = 1e-9
_area = _p * sp.Abs(_h)
_longest, _shortest, _inner = sp.symbols("longest shortest inner", real=True)
_now, _next = sp.symbols("now next", nonnegative=True)
_ends = sp.symbols("x y", real=True), sp.symbols("x_next y_next", real=True)


def _length(vector: tuple[sp.Expr, sp.Expr]) -> sp.Expr:
    return sp.sqrt(vector[0] ** 2 + vector[1] ** 2)


_images = [formula.sheared * arm for arm in formula.cross]
_present = {sp.cos(formula.cross_angle): _cos, sp.sin(formula.cross_angle): _sin}
_by_angle = [
    _length(tuple(image.subs(formula.cross_angle, ex.along * _radians))) for image in _images
]
_inner_by_angle = _images[0].dot(_images[1]).subs(formula.cross_angle, ex.along * _radians)
_between = sp.atan2(_area, _inner) / _radians
_circle = formula.cross[0].subs(formula.cross_angle, ex.along)
_ellipse = formula.sheared * _circle
_right = sp.Abs(_inner) < _tiny
_arms = ((_cos, _sin), (-_sin, _cos))


def _arrow(end: tuple[sp.Expr, sp.Expr], colour: str, label: str = "") -> ex.Segments:
    return ex.Segments((0, 0), (end[0], end[1]), label=label, arrow=True, pen=f"{colour} 3")


def _completed(
    first: tuple[sp.Expr, sp.Expr], second: tuple[sp.Expr, sp.Expr]
) -> list[ex.Segments]:
    """Draw the two sides that complete two arrows to a parallelogram."""
    corner = first[0] + second[0], first[1] + second[1]
    return [
        ex.Segments((end[0], end[1]), (corner[0], corner[1]), pen="grey dashed 1.5")
        for end in (first, second)
    ]


cross = ex.Explorable(
    name="cross",
    title="A cross that stays a cross",
    description=r"""First: the unit circle with a cross of two perpendicular unit vectors, $v$
        (blue) and $w$ (orange), turned by the angle $\theta$. Second: their images under the matrix
        $A$, on the ellipse that is the image of the circle. For most turns the images are not
        perpendicular, and the parallelogram that they span (gray, dashed) leans. Third: the lengths
        of both images for every turn, between two dotted levels, the singular values. Fourth: the
        angle between the images, unless they lie on one line. It is a right angle for the turns at
        which one image is the longest of all and the other the shortest.""",
    sliders=[
        ex.Slider(_degrees, "angle", r"turn $\theta$ of the cross, degrees", 0, 180, 0.5, 100),
        ex.Slider(_p, "stretch", "stretch $p$: first column $(p, 0)$", 0.2, 1.5, 0.05, 1.3),
        ex.Slider(_s, "shear", "shear $s$: second column $(s, h)$", -1.5, 1.5, 0.05, 0.9),
        ex.Slider(_h, "height", "height $h$ of the second column", -1.5, 1.5, 0.05, 0.7),
    ],
    derived={
        _cos: sp.cos(_degrees * _radians),
        _sin: sp.sin(_degrees * _radians),
        **dict(zip(_ends[0], _images[0].subs(_present), strict=True)),
        **dict(zip(_ends[1], _images[1].subs(_present), strict=True)),
        _now: _length(_ends[0]),
        _next: _length(_ends[1]),
        _inner: _ends[0][0] * _ends[1][0] + _ends[0][1] * _ends[1][1],
        _longest: (formula.sheared_sum + formula.sheared_difference) / 2,
        _shortest: _area / _longest,
    },
    panels=[
        ex.Panel(
            ex.Axis("", -1.5, 1.5),
            ex.Axis("", -1.5, 1.5),
            ex.Line(_circle[0], _circle[1], span=(0, 2 * sp.pi), samples=97, pen="ink"),
            *_completed(*_arms),
            _arrow(_arms[0], "blue", "$v$, $Av$ and its length"),
            _arrow(_arms[1], "orange", "$w$, $Aw$ and its length"),
            ex.Handle(_cos, _sin, pen="blue", moves="angle"),
            title="a cross",
            aspect=1.25,
            equal=True,
        ),
        ex.Panel(
            ex.Axis("", -3.05, 3.05),
            ex.Axis("", -2.45, 2.45),
            ex.Line(_ellipse[0], _ellipse[1], span=(0, 2 * sp.pi), samples=121, pen="ink"),
            *_completed(*_ends),
            _arrow(_ends[0], "blue"),
            _arrow(_ends[1], "orange"),
            title="its image",
            aspect=1.25,
            equal=True,
        ),
        ex.Panel(
            ex.Axis(r"turn $\theta$, degrees", 0, 180),
            ex.Axis("", 0, 1.1 * _longest),
            ex.Rule(label="singular values", y=_longest, pen="ink dotted"),
            ex.Rule(y=_shortest, pen="ink dotted"),
            ex.Line(_by_angle[0], samples=181),
            ex.Line(_by_angle[1], samples=181, pen="orange"),
            ex.Points(_degrees, ex.rounded(_now), size=7),
            ex.Points(_degrees, ex.rounded(_next), pen="orange", size=7),
            title="how long the images are",
            aspect=1.25,
        ),
        ex.Panel(
            ex.Axis(r"turn $\theta$, degrees", 0, 180),
            ex.Axis("", 0, 180),
            ex.Rule(label="right angle", y=90, pen="grey dashed"),
            ex.Line(
                sp.atan2(_area, _inner_by_angle) / _radians,
                samples=181,
                pen="purple",
                when=_area > _tiny,
            ),
            ex.Points(_degrees, _between, pen="purple", size=7, when=_area > _tiny),
            title="angle between the images, degrees",
            aspect=1.25,
        ),
    ],
    readouts=[
        ex.Readout(
            "angle between the images, degrees",
            _between,
            when=sp.And(_now > _tiny, _next > _tiny),
            otherwise="none: one is 0",
        ),
        ex.Readout("product of the lengths $|Av|$ and $|Aw|$", ex.rounded(_now * _next)),
        ex.Readout(r"area of the parallelogram, $|\det A| = \sigma_1 \sigma_2$", _area),
        ex.Verdict(
            "the cross",
            (
                sp.And(_right, _longest - _shortest < _tiny),
                "stays a cross, and so does every other: the ellipse is a circle",
            ),
            (sp.And(_right, _area < _tiny), "one arm is sent to zero: the rank is one"),
            (_right, "stays a cross: the lengths are the singular values"),
            (_now * _next < 1.002 * _area, "nearly stays one"),
            (_area < _tiny, "is flattened into a line: neither arm is a singular vector"),
            otherwise="leans: neither arm is a singular vector",
        ),
    ],
    settings=[
        ex.Setting(
            "right-angle",
            "make it a right angle",
            angle=sp.Mod(formula.longest_angle / _radians, 180),
        ),
        ex.Setting("shear", "a shear", stretch=1, shear=1, height=1),
        ex.Setting("mirrored", "mirror the image", height=-_h),
        ex.Setting("rank-one", "rank one", height=0),
    ],
)
