import re
from itertools import pairwise

import numpy as np
import pytest
from cases import Drawn, Problem, drawn_problems, problems, random_factors
from hypothesis import given, settings

from dmfbook import end_to_end, pack, sharpest_direction, sharpness, spectrum_at
from dmfbook.numerics._kronecker_sum import DENSE_LIMIT, largest_eigenpair
from dmfbook.reference import dense_data_hessian, dense_hessian, dense_kronecker_sum

LANCZOS_WIDTHS = [
    (13, 12, 14, 13),
    (13, 13, 12, 12, 13),
    (13, 3, 4, 15),
    (6, 6, 6, 30),
    (16, 14),
]


def assert_all_agree(factors, hessian, covariance=None):
    eigenvalues = np.linalg.eigvalsh(hessian)
    largest = eigenvalues[-1]
    assert sharpness(factors, covariance=covariance) == pytest.approx(largest, rel=1e-12)
    direction = pack(sharpest_direction(factors, covariance=covariance))
    assert np.linalg.norm(direction) == pytest.approx(1, rel=1e-13)
    assert np.linalg.norm(hessian @ direction - largest * direction) <= 1e-11 * largest
    assert direction[np.argmax(np.abs(direction))] > 0
    spectrum = spectrum_at(factors, covariance=covariance)
    assert spectrum.dimension == eigenvalues.size
    np.testing.assert_allclose(spectrum.eigenvalues(), eigenvalues, rtol=0, atol=1e-12 * largest)
    assert spectrum.largest == pytest.approx(largest, rel=1e-12)
    assert spectrum.trace == pytest.approx(np.trace(hessian), rel=1e-12)
    assert spectrum.nullity == np.count_nonzero(eigenvalues < 1e-11 * largest)


@pytest.mark.item("P1-5")
@pytest.mark.parametrize("problem", problems(), ids=str)
def test_zero_loss(problem: Problem):
    factors = problem.factors
    assert_all_agree(factors, dense_hessian(factors, end_to_end(factors)))


@pytest.mark.item("P1-5")
@settings(max_examples=80, deadline=None, derandomize=True)
@given(drawn_problems())
def test_drawn_zero_loss(problem: Drawn):
    factors = problem.factors
    target = end_to_end(factors)
    hessian = dense_hessian(factors, target)
    assert sharpness(factors, target) == pytest.approx(np.linalg.norm(hessian, 2), rel=1e-12)
    eigenvalues = spectrum_at(factors).eigenvalues()
    atol = 1e-12 * eigenvalues[-1]
    np.testing.assert_allclose(eigenvalues, np.linalg.eigvalsh(hessian), rtol=0, atol=atol)


@pytest.mark.parametrize("widths", LANCZOS_WIDTHS, ids=str)
def test_problems_beyond_the_dense_limit(widths):
    if len(widths) == 2:
        widths = (widths[0], 20, widths[1])
    assert widths[0] * widths[-1] > DENSE_LIMIT
    factors = random_factors(widths, 5)
    assert_all_agree(factors, dense_hessian(factors, end_to_end(factors)))


def test_a_start_that_is_an_eigenvector_but_not_the_top_one():
    # Diagonal factors, coupled along the first coordinate but sharper off it, by little or much.
    for gain in (1.3161, 1.317, 1.4, 1.9):
        off = np.full(13, gain)
        idle = np.full(13, 0.3)
        factors = [np.diag([1.0, *layer]) for layer in (off, idle * 0, off)]
        expected = 2 * np.linalg.eigvalsh(dense_kronecker_sum(factors))[-1]
        assert expected > 6
        assert sharpness(factors) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("excess", [1e-6, 1e-8, 1e-10, 1e-11])
def test_a_top_just_above_a_start_that_is_an_eigenvector(excess):
    gain = (3 * (1 + excess)) ** 0.25
    outer = np.diag([1.0, gain, *np.linspace(1.3, 0.1, 29)])
    factors = [outer, np.diag([1.0, *np.zeros(30)]), outer]
    assert sharpness(factors) == pytest.approx(2 * gain**4, rel=1e-12)


HARD_SPECTRA = {
    "even": np.linspace(1, 2, 300),
    "two close": np.r_[np.ones(298), 2 - 1e-6, 2],
    "repeated": np.r_[np.ones(150), np.full(150, 2)],
    "constant": np.full(300, 2),
    "crowded": 2 - np.geomspace(1e-5, 1, 300),
}


# The smallest basis restarts; a crowded top is within reach of the usual one only.
@pytest.mark.parametrize(
    ("name", "basis_numbers"),
    [*((name, 0) for name in list(HARD_SPECTRA)[:4]), *((name, 10**7) for name in HARD_SPECTRA)],
)
def test_lanczos_on_hard_spectra(name, basis_numbers, monkeypatch):
    values = HARD_SPECTRA[name]
    monkeypatch.setattr("dmfbook.numerics._kronecker_sum.BASIS_NUMBERS", basis_numbers)
    vectors = np.linalg.qr(np.random.default_rng(0).standard_normal((300, 300)))[0]
    matrix = (vectors * values) @ vectors.T
    value, vector = largest_eigenpair(lambda x: matrix @ x, np.ones(300))
    assert value == pytest.approx(values.max(), rel=1e-13)
    assert np.linalg.norm(matrix @ vector - value * vector) < 1e-12


def test_wide_ends_do_not_change_the_sharpness():
    # The compression of wide ends against the uncompressed sum.
    for widths in [(16, 3, 4, 16), (30, 2, 2, 2, 5), (5, 4, 3, 30)]:
        factors = random_factors(widths, 2)
        value = 2 * np.linalg.eigvalsh(dense_kronecker_sum(factors))[-1]
        assert sharpness(factors) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("problem", problems(), ids=str)
def test_data_with_a_residual(problem: Problem):
    rng = np.random.default_rng(1)
    factors = problem.factors
    product = end_to_end(factors)
    samples = 2 * product.shape[1] + 1
    inputs = rng.standard_normal((product.shape[1], samples)) + 0.5
    noise = rng.standard_normal((product.shape[0], samples))
    noise -= noise @ np.linalg.pinv(inputs) @ inputs
    outputs = product @ inputs + noise
    covariance = inputs @ inputs.T / samples
    assert_all_agree(factors, dense_data_hessian(factors, inputs, outputs), covariance)
    assert sharpness(factors, product, covariance=covariance) == pytest.approx(
        sharpness(factors, covariance=covariance), rel=1e-14
    )
    with pytest.raises(ValueError, match="target differs"):
        sharpness(factors, product + 1, covariance=covariance)


def test_a_singular_covariance_and_the_identity():
    factors = random_factors((3, 4, 2, 2), 0)
    inputs = np.array([[1.0, 2.0], [0.5, 1.0], [0.0, 3.0]])
    covariance = inputs @ inputs.T / 2
    hessian = dense_data_hessian(factors, inputs, end_to_end(factors) @ inputs)
    assert_all_agree(factors, hessian, covariance)
    assert sharpness(factors, covariance=np.eye(3)) == pytest.approx(sharpness(factors), rel=1e-13)
    assert sharpness(factors, covariance=np.zeros((3, 3))) == 0


def truncated(widths, target, rng):
    """Return random factors of the best approximation whose rank is the smallest width."""
    rank = min(widths[1:-1])
    left, values, right = np.linalg.svd(target, full_matrices=False)
    frames = [right[:rank].T]
    frames += [np.linalg.qr(rng.standard_normal((d, rank)))[0] for d in widths[1:-1]]
    frames += [left[:, :rank]]
    root = np.diag(values[:rank] ** (1 / (len(widths) - 1)))
    factors = [b @ root @ a.T for a, b in pairwise(frames)]
    for layer, width in enumerate(widths[1:-1]):
        change = np.eye(width) + 0.3 * rng.standard_normal((width, width))
        factors[layer] = change @ factors[layer]
        factors[layer + 1] = factors[layer + 1] @ np.linalg.inv(change)
    return factors


@pytest.mark.parametrize(
    "widths", [(3, 1, 4), (4, 2, 4), (3, 1, 2, 1, 3), (4, 2, 3, 2, 4), (3, 2, 2, 3)]
)
def test_a_residual_is_covered_where_the_ends_are_the_narrowest(widths):
    rng = np.random.default_rng(0)
    for _ in range(8):
        target = rng.standard_normal((widths[-1], widths[0]))
        factors = truncated(widths, target, rng)
        dense = np.linalg.eigvalsh(dense_hessian(factors, target))[-1]
        assert sharpness(factors, target) == pytest.approx(dense, rel=1e-9)
        # A best approximation no longer: neither a little off it, nor with another singular value.
        with pytest.raises(ValueError, match="target differs"):
            sharpness([1.001 * factors[0], *factors[1:]], target)
        left, values, right = np.linalg.svd(target, full_matrices=False)
        swapped = (left * values[::-1]) @ right
        with pytest.raises(ValueError, match="target differs"):
            sharpness(truncated(widths, swapped, rng), target)


def test_the_counterexample_is_refused():
    target = np.diag([1, 0.9])
    factors = [np.array([[1.0, 0]]), np.array([[1.0], [0]]), np.diag([1.0, 2])]
    dense = np.linalg.eigvalsh(dense_hessian(factors, target))[-1]
    assert dense == pytest.approx(6 + np.sqrt(805) / 5, rel=1e-13)
    assert sharpness(factors) == pytest.approx(10, rel=1e-14)
    with pytest.raises(ValueError, match=re.escape("hessian_operator")):
        sharpness(factors, target)


def test_residuals_that_cannot_matter_are_ignored():
    factors = random_factors((3, 4, 2, 3), 0)
    target = end_to_end(factors)
    assert sharpness(factors, target * (1 + 1e-13)) == sharpness(factors)
    with pytest.raises(ValueError, match="target differs"):
        sharpness(factors, target * (1 + 1e-6))
    # At zero factors of depth 3 the Hessian is zero for every target; at depth 2 it is not.
    zeros = [np.zeros((2, 3)), np.zeros((2, 2)), np.zeros((3, 2))]
    assert sharpness(zeros, target) == 0
    with pytest.raises(ValueError, match="target differs"):
        sharpness([zeros[0], zeros[2]], target)


@pytest.mark.parametrize("widths", [(3, 4, 2, 5), (3, 4, 5), (13, 12, 12, 13)])
def test_scales(widths):
    factors = random_factors(widths, 0)
    depth = len(factors)
    plain, direction = sharpness(factors), pack(sharpest_direction(factors))
    for shift in (-200, 200):
        moved = [np.ldexp(factor, shift) for factor in factors]
        assert sharpness(moved) == np.ldexp(plain, 2 * (depth - 1) * shift)
        np.testing.assert_array_equal(pack(sharpest_direction(moved)), direction)
        np.testing.assert_array_equal(
            spectrum_at(moved).values,
            np.ldexp(spectrum_at(factors).values, 2 * (depth - 1) * shift),
        )
        covariance = np.ldexp(np.eye(widths[0]), 1 - shift)
        assert sharpness(moved, covariance=covariance) == pytest.approx(
            2 * np.ldexp(plain, (2 * depth - 3) * shift), rel=1e-13
        )
    huge = [np.ldexp(factor, 600) for factor in factors]
    np.testing.assert_array_equal(pack(sharpest_direction(huge)), direction)
    with pytest.raises(ValueError, match="exceeds the largest float"):
        sharpness(huge)
    with pytest.raises(ValueError, match="exceeds the largest float"):
        spectrum_at(huge)
    uneven = [np.ldexp(factors[0], 450), np.ldexp(factors[1], -450), *factors[2:]]
    assert np.isfinite(sharpness(uneven))


def test_zero_hessian():
    zeros = [np.zeros((2, 3)), np.zeros((2, 2)), np.zeros((3, 2))]
    assert sharpness(zeros) == 0
    spectrum = spectrum_at(zeros)
    assert (spectrum.nullity, spectrum.largest, spectrum.trace) == (16, 0.0, 0.0)
    with pytest.raises(ValueError, match="zero Hessian"):
        sharpest_direction(zeros)


def test_more_functions_than_parameters():
    factors = random_factors((6, 1, 6), 0)
    spectrum = spectrum_at(factors)
    assert spectrum.dimension == 12
    assert spectrum.nullity == 1


def test_covariances_at_odd_powers_of_two():
    factors = random_factors((2, 3, 2), 0)
    plain = sharpness(factors, covariance=np.diag([0.6, 0.7]))
    for power in (-601, -600, 3, 4):
        covariance = np.ldexp(np.diag([0.6, 0.7]), power)
        assert sharpness(factors, covariance=covariance) == pytest.approx(
            plain * 2.0**power, rel=1e-13
        )


@pytest.mark.parametrize(
    ("covariance", "message"),
    [
        (np.eye(3), "shape (d_0, d_0) = (2, 2)"),
        ([[1.0, 0.5], [0.0, 1.0]], "must be symmetric"),
        ([[1.0, 2.0], [2.0, 1.0]], "eigenvalues at least 0"),
        ([[1.0, np.nan], [2.0, 1.0]], "covariance must be finite"),
    ],
)
def test_refused_covariances(covariance, message):
    factors = random_factors((2, 2, 2), 0)
    with pytest.raises(ValueError, match=re.escape(message)):
        sharpness(factors, covariance=covariance)


@pytest.mark.parametrize("covariance", [None, 1e300 * np.eye(2)])
def test_a_product_beyond_the_floats_is_not_the_target(covariance):
    factors = [1e200 * np.ones((2, 2)), np.array([[1e200, -1e200], [0.0, 1e200]])]
    message = "target differs"
    with np.errstate(all="raise", under="ignore"), pytest.raises(ValueError, match=message):
        sharpness(factors, np.eye(2), covariance=covariance)


def test_the_trace_of_large_eigenvalues_is_infinite():
    assert spectrum_at([np.eye(3), np.eye(3)], covariance=4e307 * np.eye(3)).trace == np.inf
