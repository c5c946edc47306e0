"""The answers to the questions of `collapse`, computed."""

import numpy as np
from questions import readout

from dmfbook import balanced_factors, critical_points, end_to_end, gradient_descent
from dmfbook.demos import collapse as demos
from dmfbook.demos.collapse import _runs
from dmfbook.reference import dense_hessian


def eight_products() -> str:
    """Count the products without a negative eigenvalue among those of upper roots and zeros."""
    target, count = np.diag([2.0, 1.8, 1.5]), 0
    points = [p for p in critical_points(target, 3, 0.2) if "lower" not in p.roots]
    assert len(points) == 8
    for point in points:
        factors = balanced_factors(point.matrix, [3] * 4)
        count += bool(np.linalg.eigvalsh(dense_hessian(factors, target, 0.2))[0] > -1e-9)
    return {8: "All eight", 4: "Four", 1: "One, the best"}[count]


def who_misses() -> str:
    """Run 24 small starts at depth three, where the best product has rank two."""
    values, above = _runs.run(3, 0.2, 0.54)
    stored = [ord(letter) - 97 for letter in _runs.COUNTS[3, 0.2].split()[8]]
    assert np.bincount((values > 1e-3).sum(axis=1), minlength=5).tolist() == stored
    share = float(np.mean(above < 1e-4))
    assert readout(demos.norm_after_training, 0, "small") > 80
    return "None" if share < 0.05 else "Nearly all" if share > 0.9 else "About half"


def out_of_the_plane() -> str:
    """Descend from the tilted start of the picture with the library's own steps."""
    values = {slider.name: slider.value for slider in demos.landscape.sliders}
    start = np.diag([values["first"], values["other"]]) + 0.005 * (1 - np.eye(2))
    target = np.diag([1.0, values["second"]])
    weight = values["unit"] * 0.472470
    run = gradient_descent([start] * 3, target, 0.08, 4000, weight)
    kept = np.diag(end_to_end(run.factors)) > 0.3
    words = {(False, True): "Beside that point", (True, True): "keeps both values"}
    return words.get(tuple(kept.tolist()), "keeps the first value alone")


TRUTHS = {
    "eight-products": eight_products,
    "who-misses": who_misses,
    "out-of-the-plane": out_of_the_plane,
}
