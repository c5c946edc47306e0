"""Memory: only the dense references hold N x N numbers, and large spectra stay small."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from cases import random_factors

import dmfbook
from dmfbook.reference import dense_hessian

# One million bytes.
MB = 1e6
WIDTHS = (10, 60, 80, 10)
FACTORS = random_factors(WIDTHS, 0)
TARGET = dmfbook.end_to_end(FACTORS)
SIZE = sum(factor.size for factor in FACTORS)
RIVALS = random_factors((40, 50, 50, 36), 0)
MOVES = random_factors(WIDTHS, 1)
REGULARIZATION = 0.02
RNG = np.random.default_rng(0)
INPUTS, NOISE = RNG.standard_normal((10, 40)), RNG.standard_normal((10, 40))
FITTED = TARGET @ INPUTS
OUTPUTS = FITTED + 0.1 * NOISE
VECTOR = RNG.standard_normal(SIZE)

FUNCTIONS: dict[str, Callable[[], object]] = {
    "balanced_factors": lambda: dmfbook.balanced_factors(TARGET, WIDTHS, rng=0),
    "data_sharpness": lambda: dmfbook.data_sharpness(FACTORS, INPUTS, FITTED),
    "end_to_end_minimizer": lambda: dmfbook.end_to_end_minimizer(TARGET, 3, REGULARIZATION),
    "flatness_conditions": lambda: dmfbook.flatness_conditions(FACTORS),
    "gradient": lambda: dmfbook.gradient(FACTORS, TARGET, REGULARIZATION),
    "gradient_descent": lambda: dmfbook.gradient_descent(FACTORS, TARGET, 1e-3, 20, REGULARIZATION),
    "hessian_operator": lambda: dmfbook.hessian_operator(FACTORS, TARGET, REGULARIZATION) @ VECTOR,
    "hessian_spectrum": lambda: dmfbook.hessian_spectrum(
        TARGET, WIDTHS, REGULARIZATION
    ).eigenvalues(),
    "hessian_trace": lambda: dmfbook.hessian_trace(FACTORS, REGULARIZATION),
    "loss": lambda: dmfbook.loss(FACTORS, TARGET, REGULARIZATION),
    "minimizer_factors": lambda: dmfbook.minimizer_factors(TARGET, WIDTHS, REGULARIZATION, rng=0),
    "minimizer_sharpness": lambda: dmfbook.minimizer_sharpness(TARGET, WIDTHS, REGULARIZATION),
    "minimizer_trace": lambda: dmfbook.minimizer_trace(TARGET, WIDTHS, REGULARIZATION),
    "network_minimizer": lambda: dmfbook.network_minimizer(INPUTS, OUTPUTS, WIDTHS, 0.0),
    "predict_escape": lambda: dmfbook.predict_escape(
        FACTORS, 1.05 * dmfbook.stability_threshold(FACTORS)
    ),
    "recover_matrix": lambda: dmfbook.recover_matrix(
        TARGET, np.ones((10, 10), dtype=bool), 3, REGULARIZATION, max_iterations=20
    ),
    "sharpest_direction": lambda: dmfbook.sharpest_direction(RIVALS),
    "sharpness": lambda: dmfbook.sharpness(RIVALS),
    "sharpness_gradient": lambda: dmfbook.sharpness_gradient(FACTORS),
    "spectrum_at": lambda: dmfbook.spectrum_at(FACTORS).eigenvalues(),
    "tangent_projection": lambda: dmfbook.tangent_projection(FACTORS, MOVES),
    "trace_bounds": lambda: dmfbook.trace_bounds(TARGET, WIDTHS, REGULARIZATION),
    "unbalanced_flat_factors": lambda: dmfbook.unbalanced_flat_factors(TARGET, WIDTHS),
}


def peak(function: Callable[[], object]) -> int:
    """Return the most bytes that were held while the function ran; numpy's arrays count."""
    function()
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_holds_a_hessian(name: str) -> None:
    assert SIZE > 6000
    assert peak(FUNCTIONS[name]) < 8 * SIZE**2 / 10


def test_the_dense_reference_is_noticed() -> None:
    factors = random_factors((8, 10, 10, 8), 0)
    size = sum(factor.size for factor in factors)
    assert peak(lambda: dense_hessian(factors, dmfbook.end_to_end(factors))) > 8 * size**2


def test_a_spectrum_of_millions_of_parameters_is_small() -> None:
    widths = (500,) * 11
    values = np.linspace(0.1, 40.0, 500)
    spectra: list[np.ndarray] = []

    def whole() -> None:
        spectra[:] = [dmfbook.spectrum_from_singular_values(values, widths, 0.3).eigenvalues()]

    assert peak(whole) < 400 * MB
    assert spectra[0].size == 2_500_000
    assert (np.diff(spectra[0]) >= 0).all()
