"""The explorable that rotates the hidden layers, with dense Hessians computed beforehand."""

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook import scalar_minimizer, spectrum_from_singular_values
from dmfbook.reference import dense_hessian
from dmfbook.symbolic import hessian_spectrum as formula

# Three layers of 2 x 2 matrices: what the reader turns, and the Hessians computed beforehand.
_TARGETS = (1.6, 1.0)
_WEIGHT = 0.3
_DEGREES = tuple(range(0, 181, 15))
_STRETCHES = (0.0, 0.1, 0.2, 0.3, 0.4)
_first_angle, _second_angle = sp.symbols("first second", real=True)
_s1, _s2 = (float(x) ** (1 / 3) for x in scalar_minimizer(np.array(_TARGETS), 3, _WEIGHT))
_made = [
    factor.subs({formula.large_gain: _s1, formula.small_gain: _s2})
    for factor in formula.turned_factors
]
_by_degrees = {
    formula.first_turn: _first_angle * sp.pi / 180,
    formula.second_turn: _second_angle * sp.pi / 180,
}
_turned = [factor.subs(_by_degrees) for factor in _made]
_closed_form = spectrum_from_singular_values(_TARGETS, (2, 2, 2, 2), _WEIGHT).eigenvalues()


def _dense_spectra() -> np.ndarray:
    """Return the eigenvalues of the dense Hessian at every setting of the three sliders."""
    angles = [formula.first_turn, formula.second_turn, formula.stretch]
    make = sp.lambdify(angles, _made, "numpy")
    radians = np.deg2rad(_DEGREES)
    spectra = [
        np.linalg.eigvalsh(dense_hessian(make(first, second, tau), np.diag(_TARGETS), _WEIGHT))
        for first in radians
        for second in radians
        for tau in _STRETCHES
    ]
    # Nine decimals, so that rounding errors about zero do not fill the page's data.
    return np.round(spectra, 9).reshape(len(_DEGREES), len(_DEGREES), len(_STRETCHES), -1) + 0.0


_spectra = ex.Frames(
    over=("first", "second", "stretch"),
    grid=(tuple(map(float, _DEGREES)), tuple(map(float, _DEGREES)), _STRETCHES),
    series={"dense": _dense_spectra()},
)
_product = _turned[2] * _turned[1] * _turned[0]
_residual = sp.diag(*_TARGETS) - _product
_turned_loss = sum(entry**2 for entry in _residual) + _WEIGHT * sum(
    entry**2 for factor in _turned for entry in factor
)
_column = sp.Symbol("column", integer=True)


def _columns(factor: sp.Matrix, label: str, colour: str) -> ex.Segments:
    ends = [ex.where(sp.Eq(_column, 0), factor[row, 0], factor[row, 1]) for row in (0, 1)]
    return ex.Segments(
        (0, 0), tuple(ends), label=label, index=_column, count=2, arrow=True, pen=f"{colour} 2.5"
    )


rotate = ex.Explorable(
    name="rotate",
    title="Rotate the hidden layers",
    description=rf"""First: the twelve eigenvalues of the Hessian for three layers of two by two
        matrices, with targets {_TARGETS[0]} and {_TARGETS[1]} and $\lambda = {_WEIGHT}$. Bars are
        the closed form of the chapter, dots the eigenvalues of the Hessian computed at the factors
        that the sliders choose. Second: the columns of the three factors as arrows. Rotating a
        hidden layer turns the arrows, and every dot stays on its bar. Stretching a hidden layer
        leaves the product alone too, but it leaves the minimizers, and the dots leave the bars.""",
    sliders=[
        ex.Slider(_first_angle, "first", "rotate layer 1 (degrees)", 0, 180, 15, 30),
        ex.Slider(_second_angle, "second", "rotate layer 2 (degrees)", 0, 180, 15, 105),
        ex.Slider(formula.stretch, "stretch", r"stretch layer 1, $\tau$", 0, 0.4, 0.1, 0),
    ],
    panels=[
        ex.Panel(
            ex.Axis("the twelve eigenvalues, in order", -0.7, 11.7, ticks=False),
            ex.Axis("eigenvalue", -0.5, 11),
            ex.Bars(
                [float(f"{value:.12g}") for value in _closed_form],
                label="closed form, at every minimizer",
                pen="grey",
            ),
            ex.Points(
                list(range(12)), _spectra["dense"], label="dense Hessian, here", pen="orange"
            ),
            aspect=1.3,
        ),
        ex.Panel(
            ex.Axis("first coordinate", -1.8, 1.8),
            ex.Axis("second coordinate", -1.8, 1.8),
            _columns(_turned[0], "$W_1$", "blue"),
            _columns(_turned[1], "$W_2$", "red"),
            _columns(_turned[2], "$W_3$", "green"),
            ex.Handle((_turned[0][0, 0], _turned[0][1, 0]), moves="first"),
            ex.Handle((_turned[2][0, 0], _turned[2][0, 1]), pen="green", moves="second"),
            aspect=1.3,
            equal=True,
        ),
    ],
    readouts=[
        ex.Verdict(
            "the factors",
            (sp.Eq(formula.stretch, 0), "a minimizer: the spectrum is the closed form"),
            otherwise="not a minimizer: the same product at a higher price",
        ),
        ex.Readout("end-to-end, first entry", _product[0, 0], digits=6),
        ex.Readout("loss", _turned_loss, digits=6),
    ],
    settings=[
        ex.Setting("canonical", "diagonal factors", first=0, second=0),
        ex.Setting("turned", "rotated", first=60, second=150),
        ex.Setting("stretched", "stretched", stretch=0.4),
        ex.Setting("both", "stretched, then rotated", first=120, second=45, stretch=0.4),
    ],
    frames=_spectra,
)
