"""The answers to the questions of `flat_minima`, computed."""

import numpy as np
from questions import readout

from dmfbook import flattest_sharpness, sharpness, trace_flat_factors, two_path_factors
from dmfbook.demos import flat_minima as demos


def turned_apart() -> str:
    """Turn one of two equal layers away, and lengthen both so that the product stays."""
    values = []
    for degrees in (0, 40, 80, 89, 89.9):
        angle = np.deg2rad(degrees)
        size = np.cos(angle) ** -0.5
        last = size * np.array([[np.cos(angle), np.sin(angle)]])
        values.append(sharpness([[[size], [0.0]], last]))
    if max(values) - min(values) < 1e-9:
        return "Nothing"
    if np.all(np.diff(values) > 0) and values[-1] > 100 * values[0]:
        return "grows, beyond every bound"
    return "falls"


def how_far() -> float:
    """Raise the gain of the first of three layers until the sharpness exceeds the least."""
    low, high = 1.0, 3.0
    for _ in range(40):
        middle = (low + high) / 2
        flat = sharpness(two_path_factors(middle, 0.0)) < 6 * (1 + 1e-9)
        low, high = (middle, high) if flat else (low, middle)
    return low


def the_floor() -> str:
    """Look for points of least sharpness about the balanced one, along both ways and across."""
    flat = {
        (x, y): readout(demos.groove, 0, doublings=x, shear=y) < 16 * (1 + 1e-9)
        for x in (-0.3, 0.0, 0.3)
        for y in (-0.1, 0.0, 0.1)
    }
    if all(flat.values()):
        return "a region with an inside"
    on_the_line = {place for place, is_flat in flat.items() if is_flat}
    return "On a segment" if on_the_line == {(x, 0.0) for x in (-0.3, 0.0, 0.3)} else "one point"


def price() -> float:
    """Compare the sharpness at a minimum of least trace with the least sharpness."""
    target = np.random.default_rng(0).normal(size=(2, 8))
    return float(sharpness(trace_flat_factors(target)) / flattest_sharpness(target, 2))


TRUTHS = {
    "turned-apart": turned_apart,
    "how-far": how_far,
    "the-floor": the_floor,
    "price": price,
}
