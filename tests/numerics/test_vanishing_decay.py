"""The spectrum in the limit, and the count of its zeros, against dense Hessians."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from dmfbook import (
    balanced_factors,
    collapse_threshold,
    hessian_spectrum,
    limit_spectrum,
    minimizer_factors,
    spectrum_at,
    split_zeros,
)
from dmfbook.reference import dense_hessian

SHAPES = [(2, 2, 2), (1, 3, 1), (3, 2, 4, 2), (2, 4, 2, 3, 3), (4, 4, 4, 1), (1, 1, 1, 1, 1, 1)]


def _target(widths: tuple[int, ...], rank: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(widths[-1], rank)) @ rng.normal(size=(rank, widths[0]))


@pytest.mark.parametrize("widths", SHAPES)
def test_against_dense_hessians_before_and_after(widths: tuple[int, ...]) -> None:
    for rank in range(1, min(widths) + 1):
        target = _target(widths, rank, rank)
        smallest = np.linalg.svd(target, compute_uv=False)[rank - 1]
        weight = 1e-3 * collapse_threshold(smallest, len(widths) - 1)
        still = np.linalg.eigvalsh(dense_hessian(balanced_factors(target, widths, 0), target))
        limit = limit_spectrum(target, widths)
        np.testing.assert_allclose(limit.eigenvalues(), still, atol=1e-12 * still[-1])
        split = split_zeros(widths, rank)
        assert limit.nullity == split.without_decay
        assert split.without_decay == split.rotations + split.stretches + split.dead
        pulled = dense_hessian(minimizer_factors(target, widths, weight, 0), target, weight)
        slow = np.linalg.eigvalsh(pulled)[: limit.nullity]
        expected = np.repeat(
            [0.0, 2 * weight, 4 * weight], [split.rotations, split.dead, split.stretches]
        )
        np.testing.assert_allclose(slow, expected, atol=1e-12 * still[-1] + 1e-9 * weight)


def test_it_is_the_limit_of_the_closed_form_with_decay() -> None:
    target, widths = _target((4, 5, 3, 3), 2, 5), (4, 5, 3, 3)
    limit = limit_spectrum(target, widths).eigenvalues()
    gaps = [
        np.abs(hessian_spectrum(target, widths, weight).eigenvalues() - limit).max()
        for weight in (1e-4, 1e-5)
    ]
    assert gaps[1] == pytest.approx(gaps[0] / 10, rel=1e-2)


def test_sizes_near_the_ends_of_the_floats_and_ties() -> None:
    assert limit_spectrum(np.zeros((2, 2)), (2, 2, 2)).eigenvalues().tolist() == [0.0] * 8
    assert split_zeros((2, 2, 2), 0).dead == 8
    same = limit_spectrum(np.eye(3), (3, 3, 3, 3))
    assert same.values.tolist() == [6.0] * 9
    tiny, one = (limit_spectrum(c * np.diag([2.0, 1.0]), (2, 3, 2)).values for c in (1e-300, 1.0))
    np.testing.assert_allclose(tiny, 1e-300 * one, rtol=1e-14)
    with pytest.raises(ValueError, match="target is too large"):
        limit_spectrum([[1e300]], [1] * 4)


def test_a_large_one_against_the_kronecker_sum() -> None:
    target = np.random.default_rng(2).normal(size=(7, 9))
    found = limit_spectrum(target, (9, 8, 11, 7))
    known = spectrum_at(balanced_factors(target, (9, 8, 11, 7), 1))
    np.testing.assert_allclose(found.eigenvalues(), known.eigenvalues(), rtol=1e-11)
    assert found.nullity == known.nullity


def test_refusals_name_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="rank must be at most every width"):
        split_zeros((2, 1, 2), 2)
    with pytest.raises(ValueError, match="every hidden width must be at least 2"):
        limit_spectrum(np.eye(2), (2, 1, 2))


def test_the_counts_depend_on_nothing_but_sums() -> None:
    for widths, rank in product(SHAPES, (0, 1)):
        counts = split_zeros(widths, rank)
        assert min(counts.rotations, counts.stretches, counts.dead) >= 0
