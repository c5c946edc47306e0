"""The answers to the questions of `hessian_spectrum`, computed."""

import numpy as np
from questions import readout

from dmfbook import minimizer_factors
from dmfbook.demos import hessian_spectrum as demos
from dmfbook.reference import dense_hessian


def turned_spectrum() -> str:
    """Turn the hidden layers of a minimizer, and of a stretched one."""
    target = np.diag([1.6, 1.0])
    factors = minimizer_factors(target, [2] * 4, 0.3)
    rng, moved = np.random.default_rng(9), []
    for stretch in (np.eye(2), np.diag([1.4, 1 / 1.2])):
        network = [stretch @ factors[0], factors[1] @ np.linalg.inv(stretch), factors[2]]
        one, two = np.linalg.qr(rng.normal(size=(2, 2, 2)))[0]
        turned = [one @ network[0], two @ network[1] @ one.T, network[2] @ two.T]
        spectra = [np.linalg.eigvalsh(dense_hessian(f, target, 0.3)) for f in (network, turned)]
        moved.append(not np.allclose(*spectra, atol=1e-8))
    return {(0, 0): "Never.", (0, 1): "Never at the minimizer"}.get(tuple(moved), "Always")


def share_of_zeros() -> str:
    """Divide the zeros by all eigenvalues, once everything is fitted."""
    demo = demos.million
    share = readout(demo, 3, "all-fitted", depth=4) / readout(demo, 0, "all-fitted", depth=4)
    names = {0: "Hardly any", 3: "three eighths", 6: "three quarters"}
    return names[round(8 * share)]


TRUTHS = {
    "turned-spectrum": turned_spectrum,
    "share-of-zeros": share_of_zeros,
}
