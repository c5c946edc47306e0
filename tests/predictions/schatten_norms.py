"""The answers to the questions of `schatten_norms`, computed."""

import itertools

import numpy as np
from scipy.optimize import brentq

from dmfbook import factorization_cost


def entry_price() -> str:
    """Compare the price and the misfit of ever smaller multiples of a matrix, at depth three."""
    target = np.diag([1.0, 0.5])

    def change(scale: float, regularization: float, depth: int) -> float:
        price = regularization * factorization_cost(scale * target, depth=depth)
        return float((price - (2 * scale - scale**2) * np.sum(target**2)) / scale)

    assert change(1e-9, 0.01, depth=2) < 0
    slopes = [[change(10.0**-k, rate, 3) for k in (12, 15, 18)] for rate in (1, 0.01, 1e-3)]
    if all(0 < early < late / 5 for row in slopes for early, late in itertools.pairwise(row)):
        return "It rises, and vertically so"
    return "It falls"


def red_point_arrives() -> float:
    """Find the power at which the end of the line becomes its lowest point."""
    slant = float(np.tan(np.deg2rad(90 - 56)))

    def growth_at_the_end(p: float) -> float:
        step = 1e-300
        return float(step ** (p - 1) + np.expm1(p * np.log1p(-slant * step)) / step)

    return float(brentq(growth_at_the_end, 0.5, 2))


TRUTHS = {
    "entry-price": entry_price,
    "red-point-arrives": red_point_arrives,
}
