"""The Hessian of two networks of twelve parameters, against the Kronecker sum."""

import numpy as np
import sympy as sp
from numpy.typing import NDArray

import dmfbook.explorables as ex
from dmfbook import end_to_end
from dmfbook.reference import dense_hessian, dense_kronecker_sum
from dmfbook.symbolic import depth

__all__ = ["spectrum"]

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


def _spectra() -> ex.Frames:
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
    return ex.Frames(
        ("depth", "turn", "stretch"), ((2.0, 3.0), _DEGREES, _STRETCHES), {**rounded, **places}
    )


_frames = _spectra()
_highest = 1.08 * float(max(_frames.series["hessian"].max(), _frames.series["formula"].max()))

spectrum = ex.Explorable(
    name="spectrum",
    title="The Kronecker sum against the Hessian",
    description=r"""First: the twelve eigenvalues of the Hessian at a minimum of loss zero, computed
        from the Hessian itself, as points, and twice the four eigenvalues of the Kronecker sum as
        bars. Every bar ends at a point, and the other eight points lie at zero. Second: the two
        singular values of the product $M$. At depth two, turning the first layer against the second
        changes $M$ but no eigenvalue of the Hessian. At depth three it changes both. Rescaling the
        outer layers never changes $M$, and always changes the eigenvalues.""",
    sliders=[
        ex.Slider(sp.Symbol("turn"), "turn", "turn of the first layer, degrees", 0, 180, 15, 30),
        ex.Slider(
            sp.Symbol("stretch"),
            "stretch",
            r"rescaling $\tau$: $W_1$ times $e^{\tau}$, $W_L$ times $e^{-\tau}$",
            -0.4,
            0.4,
            0.1,
            0.2,
        ),
        ex.Slider(depth, "depth", "depth $L$", 2, 3, 1, 2),
    ],
    frames=_frames,
    panels=[
        ex.Panel(
            ex.Axis("eigenvalues in increasing order", 0.4, 12.6, ticks=False),
            ex.Axis("eigenvalue", -0.03 * _highest, _highest),
            ex.Bars(
                _frames["formula"],
                label="Kronecker sum, doubled",
                at=_frames["formula_place"],
                thickness=0.62,
            ),
            ex.Points(
                _frames["hessian_place"], _frames["hessian"], label="Hessian", pen="orange", size=5
            ),
            aspect=1.2,
        ),
        ex.Panel(
            ex.Axis(r"$\sigma_1(M)$ and $\sigma_2(M)$", 0.3, 2.7, ticks=False),
            ex.Axis("singular value", 0, 1.08 * float(_frames.series["product"].max())),
            ex.Bars(
                _frames["product"],
                label="product $M$",
                at=_frames["product_place"],
                thickness=0.5,
                pen="green",
            ),
            aspect=1.2,
        ),
    ],
    readouts=[
        ex.Verdict(
            "the turn changes",
            (depth < sp.Rational(5, 2), "the product, and no eigenvalue"),
            otherwise="the product and the eigenvalues",
        ),
        ex.Verdict("the rescaling changes", otherwise="the eigenvalues, and never the product"),
    ],
    settings=[
        ex.Setting("aligned", "aligned, depth two", turn=0),
        ex.Setting("crossed", "crossed, depth two", turn=90),
        ex.Setting("aligned-three", "aligned, depth three", turn=0, depth=3),
        ex.Setting("crossed-three", "crossed, depth three", turn=90, depth=3),
    ],
)
