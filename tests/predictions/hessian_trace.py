"""The answers to the questions of `hessian_trace`, computed."""

import numpy as np

from dmfbook import (
    balanced_factors,
    gradient_noise_excess,
    hessian_trace,
    noisy_descent,
    target_noise_excess,
)
from dmfbook.reference import dense_hessian


def target_and_trace() -> str:
    """Compare the traces of dense Hessians at one point for several targets."""
    factors = [[[0.4]], [[1.2]], [[1.2]]]
    traces = [np.trace(dense_hessian(factors, [[m]], 0.2)) for m in (0.2, 1.5, 2.5)]
    return "Nothing" if np.ptp(traces) < 1e-12 else "shift"


def least_of_its_product() -> str:
    """Stretch the first factor of balanced ones a little, either way."""
    factors = balanced_factors(np.full((2, 4), 0.4), (4, 1, 1, 2))
    traces = [
        hessian_trace([np.exp(t) * factors[0], np.exp(-t) * factors[1], factors[2]])
        for t in (-0.05, 0.0, 0.05)
    ]
    places = ("if the first factor shrinks", "Yes", "if the first factor grows")
    return places[int(np.argmin(traces))]


def _factor(predict: object, kind: str) -> float:
    """Return by what a larger target multiplies the measured excess."""
    means = []
    for m in (1.5, 2.0):
        start = [[[np.sqrt(m - 0.25)]]] * 2
        options = {"kind": kind, "copies": 400, "discarded": 100, "rng": 6}
        run = noisy_descent(start, [[m]], 0.1, 500, 0.05, 0.25, **options)
        predicted = predict([[m]], (1, 1, 1), 0.25, 0.1, 0.05)  # type: ignore[operator]
        assert abs(run.mean - predicted) < 4 * run.standard_error
        means.append(predicted)
    return float(means[1] / means[0])


def steeper_valley() -> str:
    """Measure and predict the excess at both targets."""
    grown = _factor(gradient_noise_excess, "gradient")
    return "hardly changes" if 0.9 < grown < 1.15 else "in proportion to the curvature"


def steeper_with_target_noise() -> float:
    """Do so with noise in the target."""
    return _factor(target_noise_excess, "target")


TRUTHS = {
    "target-and-trace": target_and_trace,
    "least-of-its-product": least_of_its_product,
    "steeper-valley": steeper_valley,
    "steeper-with-target-noise": steeper_with_target_noise,
}
