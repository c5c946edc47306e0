"""Spectrum, Morse index and nullity at every critical point against dense Hessians."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from cases import (
    Drawn,
    drawn_problems,
    matrix_with_singular_values,
    orthonormal_columns,
    tie_value,
)
from hypothesis import given, settings

from dmfbook import (
    CriticalPoint,
    critical_points,
    end_to_end,
    hessian_spectrum,
    tangent_threshold,
)
from dmfbook.reference import dense_hessian


def lifted(point: CriticalPoint, target: np.ndarray, widths: tuple[int, ...]) -> list[np.ndarray]:
    """Return factors over a critical matrix; in the matrix itself tiny roots have lost digits."""
    left, _, right = np.linalg.svd(target, full_matrices=False)
    taken = [i for i, root in enumerate(point.roots) if root != "zero"]
    gains = point.singular_values[taken] ** (1 / point.depth)
    rng = np.random.default_rng(0)
    hidden = [orthonormal_columns(width, len(taken), rng) for width in widths[1:-1]]
    frames = [right[taken].T, *hidden, left[:, taken]]
    factors = [(after * gains) @ before.T for before, after in pairwise(frames)]
    np.testing.assert_allclose(
        end_to_end(factors), point.matrix, rtol=0, atol=1e-13 * max(1, np.linalg.norm(target))
    )
    return factors


def assert_spectrum_is_dense(
    point: CriticalPoint, target: np.ndarray, widths: tuple[int, ...], zero: float = 1e-9
) -> int:
    """Compare all eigenvalues, and the numbers of negative and of zero ones; return the index."""
    factors = lifted(point, target, widths)
    dense = np.linalg.eigvalsh(dense_hessian(factors, target, point.regularization))
    spectrum = point.spectrum(widths)
    scale = np.abs(dense).max()
    assert spectrum.dimension == dense.size
    assert spectrum.rank == point.rank
    # Half of the digits of a double root are lost where the point is lifted.
    accuracy = 1e-7 if "double" in point.roots else 1e-12
    np.testing.assert_allclose(spectrum.eigenvalues(), dense, rtol=0, atol=accuracy * scale)
    zero = 1e-6 if "double" in point.roots else zero
    assert point.morse_index(widths) == np.sum(dense < -zero * scale), point
    assert point.nullity(widths) == np.sum(np.abs(dense) <= zero * scale), point
    return point.morse_index(widths)


def lists(depth: int, regularization: float) -> list[tuple[float, ...]]:
    """Singular values with ties, repeated and missing ones, near and at the tangent threshold."""
    tangent = tangent_threshold(depth, regularization)
    return [
        (1.5, 1.2, 0.9),
        (1.5, 1.5, 1.05 * tangent),
        (2.0, 2.0, 2.0),
        (1.5, 0.99 * tangent, 0.0),
        (1.5, 1.2, tie_value(max(depth, 3), regularization)),
        (2.0, tangent, 0.1),
        (1.0,),
        (),
    ]


HIDDEN = {"as wide as n": (3, 3, 3, 3), "narrow": (1, 2, 1, 2), "wide": (4, 5, 3, 4)}


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_spectra_at_all_critical_points(depth: int, hidden: str) -> None:
    widths = (3, *HIDDEN[hidden][: depth - 1], 4)
    seen: Counter[str] = Counter()
    indices = set()
    for seed, values in enumerate(lists(depth, 0.1)):
        target = matrix_with_singular_values(values, (4, 3), seed)
        for point in critical_points(target, depth, 0.1):
            if point.rank > min(widths[1:-1]):
                with pytest.raises(ValueError, match=r"carry a critical point of rank"):
                    point.spectrum(widths)
                continue
            index = assert_spectrum_is_dense(point, target, widths)
            if hidden != "narrow":
                assert (index > 0) == (point.kind == "strict saddle")
            indices.add(index)
            seen.update(set(point.roots))
    assert seen.keys() == (
        {"zero", "upper"} if depth == 2 else {"zero", "upper", "lower", "double"}
    )
    assert len(indices) >= (2 if hidden == "narrow" else 4)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(drawn_problems(max_depth=4, max_width=3, min_regularization=2.0**-6))
def test_spectra_of_drawn_problems(problem: Drawn) -> None:
    for scale in (1.0, 4.0):
        target = scale * problem.target
        for point in critical_points(target, problem.depth, problem.regularization):
            if point.rank <= min(problem.widths[1:-1]):
                # Drawn values may come near a threshold, where eigenvalues are small, not zero.
                assert_spectrum_is_dense(point, target, problem.widths, zero=1e-11)


def test_the_global_minimum_has_the_spectrum_of_the_minimizers() -> None:
    target = matrix_with_singular_values((3.0, 2.0, 0.7, 0.05), (5, 4), 0)
    for widths in [(4, 4, 5), (4, 6, 4, 5), (4, 4, 4, 4, 5)]:
        best = critical_points(target, len(widths) - 1, 0.1)[0]
        expected = hessian_spectrum(target, widths, 0.1)
        assert best.kind == "global minimum"
        assert best.morse_index(widths) == 0
        found = best.spectrum(widths)
        assert (found.origins == expected.origins).all()
        assert (found.second == expected.second).all()
        np.testing.assert_allclose(
            found.values, expected.values, rtol=0, atol=1e-13 * found.largest
        )


def test_narrow_widths_make_a_minimum_of_the_best_approximation() -> None:
    """At depth 2 a value left out bends the loss down only where an idle coordinate is left."""
    first, second = (
        next(p for p in critical_points(np.diag([3.0, 2.0]), 2, 0.5) if p.roots == roots)
        for roots in [("upper", "zero"), ("zero", "upper")]
    )
    assert [first.morse_index((2, width, 2)) for width in (1, 2, 3)] == [0, 1, 2]
    assert [second.morse_index((2, width, 2)) for width in (1, 2, 3)] == [1, 2, 3]


@pytest.mark.parametrize("depth", [2, 3, 4, 5])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_indices_add_up_to_the_euler_characteristic(depth: int, width: int) -> None:
    """Sum (-1)^index over all critical points; of a manifold of them count its characteristic.

    The loss is Morse-Bott and grows in all directions, so the sum is that of a ball, 1. The points
    of one class of rank r form a product of Stiefel manifolds V_r(R^width), whose characteristic is
    that of a point for r = 0, of a sphere for r = 1, and 0 for r >= 2.
    """
    widths = (4, *(width,) * (depth - 1), 3)
    target = np.eye(3, 4) * [[2.0], [1.3], [0.9]]
    total = 0
    for point in critical_points(target, depth, 0.1):
        sphere = 1 + (-1) ** (width - 1)
        count = [1, sphere ** (depth - 1), 0, 0][point.rank]
        if point.rank <= width and count:
            total += (-1) ** point.morse_index(widths) * count
    assert total == 1


@pytest.mark.parametrize("depth", [3, 4, 5, 8])
@pytest.mark.parametrize("excess", [1e-12, 1e-9, 1e-6])
def test_signs_survive_next_to_a_double_root(depth: int, excess: float) -> None:
    """Above the tangent threshold the roots part like the square root, and the signs are exact."""
    tangent = tangent_threshold(depth, 0.2)
    target = np.diag([tangent * (1 + 2 * excess), tangent * (1 + excess)])
    widths = (2,) * (depth + 1)
    assert {p.roots: p.morse_index(widths) for p in critical_points(target, depth, 0.2)} == {
        ("zero", "zero"): 0,
        ("zero", "upper"): 1,
        ("zero", "lower"): 2,
        ("upper", "zero"): 0,
        ("lower", "zero"): 1,
        ("upper", "upper"): 0,
        ("upper", "lower"): 1,
        # The lower root and the pair, whose order it reverses; and for both: themselves and theirs.
        ("lower", "upper"): 2,
        ("lower", "lower"): 3,
    }


@pytest.mark.parametrize("depth", [3, 4, 5, 8])
def test_double_roots_are_zeros_and_nothing_else(depth: int) -> None:
    tangent = tangent_threshold(depth, 0.2)
    widths = (2,) * (depth + 1)
    points = critical_points(np.diag([1.1 * tangent, tangent]), depth, 0.2)
    rotations = {0: 0, 1: depth - 1, 2: depth - 1}
    numbers = {
        p.roots: (p.morse_index(widths), p.nullity(widths) - rotations[p.rank]) for p in points
    }
    assert numbers == {
        ("zero", "zero"): (0, 0),
        ("zero", "double"): (1, 1),
        ("upper", "zero"): (0, 0),
        ("lower", "zero"): (1, 0),
        ("upper", "double"): (0, 1),
        ("lower", "double"): (2, 1),
    }


def test_a_tiny_regularization_neither_invents_roots_nor_loses_them() -> None:
    for regularization in (1e-20, 1e-60, 1e-150, 1e-300):
        points = critical_points(np.diag([1.0, 0.0]), 3, regularization)
        assert {p.roots for p in points} == {("zero", "zero"), ("lower", "zero"), ("upper", "zero")}
        lower = next(p for p in points if p.rank == 1 and "lower" in p.roots)
        # s^3 + lambda / s = 1 has the lower root s = lambda, x = lambda^3, which may underflow.
        assert lower.singular_values[0] == pytest.approx(regularization**3, rel=1e-12)
        assert lower.kind == "strict saddle"
        spectrum = lower.spectrum((2, 2, 2, 2))
        # Own value -2 lambda, next to 2 s m = 2 lambda for the pair with the second value.
        assert spectrum.morse_index == 1
        assert spectrum.smallest == pytest.approx(-2 * regularization, rel=1e-12)
    target = matrix_with_singular_values((3.0, 2.0, 1.0), (20, 20), 0)
    assert len(critical_points(target, 3, 1e-30)) == 27


def test_lower_roots_that_underflow_keep_their_pairs() -> None:
    """Where x = lambda^3 / m^3 is below the floats, s = lambda / m and the spectrum are not."""
    regularization = 1e-200
    points = critical_points(np.diag([2.0, 1.0]), 3, regularization)
    both = next(p for p in points if p.roots == ("lower", "lower"))
    assert both.singular_values.tolist() == [0.0, 0.0]
    assert both.rank == 2
    # In units of lambda s = 1/2 and 1: 2 (s_a^3 + s_b^3)(m_a - m_b)/(s_a^2 - s_b^2), the same with
    # both signs changed, and the own values -2.
    expected = [2 * 9 / 8 * 1 / (1 / 4 - 1), 2 * (-7 / 8) * 3 / (1 / 4 - 1), -2, -2]
    values = both.spectrum((2, 2, 2, 2)).values / regularization
    for value in expected:
        assert np.abs(values - value).min() <= 1e-12


@pytest.mark.parametrize(
    ("widths", "message"),
    [
        ((2, 2, 2), "with L = 3, d_0 = 2 and d_L = 3, but they are (2, 2, 2)"),
        ((3, 2, 2, 2), "but they are (3, 2, 2, 2)"),
        ((2, 2, 1, 3), "every hidden width must be at least 2, but the smallest is 1"),
    ],
)
def test_widths_that_do_not_fit(widths: tuple[int, ...], message: str) -> None:
    point = critical_points(matrix_with_singular_values((3.0, 2.0), (3, 2), 0), 3, 0.1)[0]
    with pytest.raises(ValueError, match=re.escape(message)):
        point.spectrum(widths)
    assert math.isfinite(point.spectrum((2, 2, 2, 3)).trace)
