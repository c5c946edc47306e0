"""What the explorables of the chapter factorization share."""

from typing import Any

import sympy as sp

import dmfbook.explorables as ex
from dmfbook.symbolic import factorization as formula

now = sp.Symbol("now", positive=True)
around = sp.Symbol("round", real=True)
circle = sp.Matrix([sp.cos(around), sp.sin(around)])


def ellipse(matrix: sp.Matrix, **style: Any) -> ex.Line:
    """Draw the image of the unit circle."""
    image = tuple(matrix * circle)
    return ex.Line(image, parameter=around, span=(0, 2 * sp.pi), samples=121, **style)


def flow(
    name: str,
    state: tuple[sp.Symbol, ...],
    slope: tuple[sp.Expr, ...],
    start: tuple[sp.Expr, ...],
    time_step: sp.Float,
    duration: float,
) -> ex.Orbit:
    """Return gradient flow in small time steps; the slopes of the last two are in its state."""
    last, earlier = (tuple(sp.Symbol(f"{w}_{k}_ago", real=True) for w in state) for k in (1, 2))
    first = [e.subs(dict(zip(state, start, strict=True)), simultaneous=True) for e in slope]
    # Before the start the path is continued along its tangent.
    past = [
        {w: w0 + k * time_step * s for w, w0, s in zip(state, start, first, strict=True)}
        for k in (1, 2)
    ]
    before = [e.subs(point, simultaneous=True) for point in past for e in slope]
    moved = formula.flow_step(state, slope, last, earlier)
    return ex.Orbit(
        name=name,
        state=(*state, *last, *earlier),
        start=(*start, *before),
        update=(*(e.subs(formula.time_step, time_step) for e in moved), *slope, *last),
        count=sp.floor(now / time_step + sp.Rational(1, 2)),
        limit=round(duration / float(time_step)),
    )
