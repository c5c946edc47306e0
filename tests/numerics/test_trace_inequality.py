import numpy as np
import pytest
from cases import matrix_with_singular_values, orthonormal_columns
from hypothesis import given, settings
from hypothesis import strategies as st

from dmfbook import (
    birkhoff_decomposition,
    dominating_doubly_stochastic,
    singular_overlaps,
    swap_sort,
    trace_bound,
    trace_equality,
)

EPS = np.finfo(float).eps


# shape, singular values of a, singular values of b: zeros fill up
ALIGNED = {
    "scalar": ((1, 1), (2.0,), (3.0,)),
    "square": ((3, 3), (3.0, 2.0, 0.5), (5.0, 1.0, 0.1)),
    "tall": ((5, 2), (3.0, 2.0), (1.0, 0.2)),
    "broad": ((2, 4), (3.0, 2.0), (1.0, 0.2)),
    "one column": ((4, 1), (3.0,), (0.5,)),
    "repeated in a": ((3, 3), (2.0, 2.0, 1.0), (3.0, 2.0, 1.0)),
    "repeated in both, apart": ((4, 4), (2.0, 2.0, 1.0, 1.0), (3.0, 2.0, 2.0, 1.0)),
    "repeated in both, together": ((3, 3), (2.0, 2.0, 2.0), (5.0, 5.0, 5.0)),
    "rank deficient a": ((4, 3), (2.0,), (3.0, 2.0, 1.0)),
    "rank deficient both": ((4, 4), (2.0, 1.0), (3.0,)),
    "zero b": ((3, 2), (2.0, 1.0), ()),
    "both zero": ((3, 2), (), ()),
    "nearly repeated": ((3, 3), (2.0, 2.0 * (1 + 1e-13), 1.0), (3.0, 2.0, 1.0)),
    "far apart": ((3, 3), (1.0, 1e-9, 1e-14), (1e3, 1.0, 1e-12)),
}


def aligned_pair(shape, sigma_a, sigma_b, seed=0):
    rng = np.random.default_rng(seed)
    count = min(shape)
    left, right = (
        orthonormal_columns(shape[0], count, rng),
        orthonormal_columns(shape[1], count, rng),
    )
    pad = [
        np.pad(sorted(sigma, reverse=True), (0, count - len(sigma))) for sigma in (sigma_a, sigma_b)
    ]
    return (left * pad[0]) @ right.T, (left * pad[1]) @ right.T, *pad


@pytest.mark.item("P2-9")
@pytest.mark.parametrize(("shape", "sigma_a", "sigma_b"), ALIGNED.values(), ids=ALIGNED)
def test_equality_holds_with_a_common_ordered_decomposition(shape, sigma_a, sigma_b):
    a, b, pad_a, pad_b = aligned_pair(shape, sigma_a, sigma_b)
    found = trace_equality(a, b)
    k = max(shape)
    assert found.equality
    assert found.misalignment <= 100 * k * EPS
    assert found.bound == pytest.approx(pad_a @ pad_b, rel=20 * k * EPS)
    assert found.trace == pytest.approx(found.bound, rel=100 * k * EPS)
    assert found.gap <= 100 * k * EPS * found.bound
    for vectors in (found.left, found.right):
        np.testing.assert_allclose(vectors.T @ vectors, np.eye(min(shape)), atol=10 * k * EPS)
    for matrix, sigma in ((a, found.singular_values_a), (b, found.singular_values_b)):
        assert (np.diff(sigma) <= 0).all()
        error = np.linalg.norm(matrix - (found.left * sigma) @ found.right.T)
        assert error <= 100 * k * EPS * np.linalg.norm(matrix)
    for product in (a @ b.T, a.T @ b):
        scale = np.linalg.norm(a) * np.linalg.norm(b)
        np.testing.assert_allclose(product, product.T, atol=100 * k * EPS * scale)
        assert np.linalg.eigvalsh(product)[0] >= -100 * k * EPS * scale


@pytest.mark.item("P2-9")
@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.diag([2.0, 1.0]), np.diag([1.0, 2.0])),
        (np.diag([2.0, 1.0]), np.diag([2.0, -1.0])),
        (np.diag([2.0, 1.0]), -np.diag([2.0, 1.0])),
        (np.diag([2.0, 0.0]), np.diag([0.0, 3.0])),
        (np.diag([2.0, 2.0, 1.0]), np.diag([3.0, 1.0, 2.0])),
        (np.eye(3)[:, :2], np.eye(3)[:, 1:]),
        (np.eye(2), -np.eye(2)),
        (np.array([[-2.0]]), np.array([[1.0]])),
        (np.array([[2.0]]), np.array([[-1.0]])),
    ],
    ids=[
        "unordered",
        "one sign",
        "all signs",
        "apart",
        "repeated",
        "rectangular",
        "opposite",
        "negative a",
        "negative b",
    ],
)
def test_equality_fails_without_one(a, b):
    found = trace_equality(a, b)
    assert not found.equality
    assert found.gap > 0.05 * found.bound
    assert found.gap == found.bound - found.trace
    assert found.left is None
    assert found.right is None


def test_repeated_singular_values_leave_a_choice():
    # Every rotation of the double singular value of a is as good as any other: b decides.
    t = 0.7
    turn = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    assert trace_equality(np.eye(2), turn @ np.diag([3.0, 1.0]) @ turn.T).equality
    assert not trace_equality(np.diag([2.0, 1.0]), turn @ np.diag([3.0, 1.0]) @ turn.T).equality


@pytest.mark.parametrize("angle", [1e-3, 1e-6, 1e-8])
def test_misalignment_sees_angles_that_the_gap_does_not(angle):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = trace_equality(np.diag([2.0, 1.0]), turn @ np.diag([3.0, 1.0]) @ turn.T)
    assert not found.equality
    assert 0.05 * angle < found.misalignment < angle
    assert found.gap <= 10 * (angle**2 + EPS) * found.bound
    assert trace_equality([[2, 0], [0, 1]], turn @ np.diag([3.0, 1.0]) @ turn.T, rtol=0.1).equality


@pytest.mark.item("P2-32")
@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**20))
def test_bound_overlaps_and_substochastic(rows, columns, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((rows, columns)), rng.standard_normal((rows, columns))
    k = max(rows, columns)
    sigma_a, sigma_b = np.linalg.svd(a, compute_uv=False), np.linalg.svd(b, compute_uv=False)
    bound = trace_bound(a, b)
    assert bound == pytest.approx(sigma_a @ sigma_b, rel=10 * k * EPS)
    assert abs(np.trace(a.T @ b)) <= bound * (1 + 10 * k * EPS)
    overlaps = singular_overlaps(a, b)
    assert sigma_a @ overlaps @ sigma_b == pytest.approx(
        np.trace(a.T @ b), abs=100 * k * EPS * bound
    )
    sizes = np.abs(overlaps)
    assert max(sizes.sum(axis=0).max(), sizes.sum(axis=1).max()) <= 1 + 20 * k * EPS
    # The whole proof: overlaps, domination, Birkhoff, and sorting as the best permutation.
    parts = birkhoff_decomposition(dominating_doubly_stochastic(sizes))
    permuted = np.array([sigma_a @ sigma_b[columns] for columns in parts.permutations])
    assert np.trace(a.T @ b) <= parts.weights @ permuted + 100 * k * EPS * bound
    assert permuted.max() <= bound * (1 + 10 * k * EPS)
    # No turning of b beats the bound, and aligning b with a attains it.
    left, _, right_t = np.linalg.svd(a, full_matrices=False)
    assert np.vdot(a, (left * sigma_b) @ right_t) == pytest.approx(bound, rel=20 * k * EPS)
    assert trace_equality(a, (left * sigma_b) @ right_t).equality


def test_tiny_and_huge_entries_lose_nothing():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((3, 2)), rng.standard_normal((3, 2))
    assert trace_bound(np.ldexp(a, 900), np.ldexp(b, -900)) == trace_bound(a, b)
    found, scaled = trace_equality(a, b), trace_equality(np.ldexp(a, -900), np.ldexp(b, 900))
    assert (scaled.trace, scaled.bound, scaled.gap) == (found.trace, found.bound, found.gap)
    np.testing.assert_array_equal(scaled.singular_values_b, np.ldexp(found.singular_values_b, 900))
    assert trace_bound([[1e300]], [[1e300]]) == np.inf
    assert trace_equality([[1e300]], [[-1e300]]).trace == -np.inf
    assert trace_bound([[5e-324]], [[1.0]]) == 5e-324
    assert trace_bound([[0.0]], [[1.0]]) == 0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 9), st.integers(0, 2**20))
def test_swaps_only_raise_the_sum(n, seed):
    rng = np.random.default_rng(seed)
    a, b = np.sort(rng.integers(-5, 6, n))[::-1], rng.integers(-5, 6, n)
    found = swap_sort(a, b)
    assert len(found.swapped) <= n - 1
    assert len(found.arrangements) == len(found.sums) == len(found.swapped) + 1
    assert (np.diff(found.sums) >= 0).all()
    np.testing.assert_array_equal(found.arrangements[0], b)
    np.testing.assert_array_equal(found.arrangements[-1], np.sort(b)[::-1])
    np.testing.assert_array_equal(found.sums, found.arrangements @ a)
    for before, after, (i, j) in zip(
        found.arrangements, found.arrangements[1:], found.swapped, strict=False
    ):
        exchanged = before.copy()
        exchanged[[i, j]] = before[[j, i]]
        np.testing.assert_array_equal(after, exchanged)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: trace_bound(np.eye(2), np.eye(3)), r"shape \(2, 2\) and b has shape \(3, 3\)"),
        (lambda: trace_equality(np.eye(2), np.eye(2), rtol=0), "rtol must be above 0"),
        (lambda: birkhoff_decomposition(np.ones((2, 3)) / 3), "must be square"),
        (lambda: birkhoff_decomposition(np.eye(2) / 2), "row 0 must sum to 1"),
        (lambda: birkhoff_decomposition([[1, 0], [1, 0]]), "column 0 must sum to 1"),
        (lambda: birkhoff_decomposition([[2, -1], [-1, 2]]), r"entry \(0, 1\) is negative"),
        (lambda: dominating_doubly_stochastic([[0.5, 0.6], [0, 0]]), "row 0 .* at most 1"),
        (lambda: dominating_doubly_stochastic([[0.5, 0], [0.6, 0]]), "column 0 .* at most 1"),
        (lambda: swap_sort([1, 2], [1, 2]), "a must be descending"),
        (lambda: swap_sort([2, 1], [1, 2, 3]), "one length"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_arguments_are_left_alone():
    matrix = np.linalg.qr(np.random.default_rng(0).standard_normal((5, 5)))[0] ** 2
    kept = matrix.copy()
    birkhoff_decomposition(matrix)
    dominating_doubly_stochastic(matrix)
    np.testing.assert_array_equal(matrix, kept)
    b = np.array([1.0, 2.0])
    swap_sort([2.0, 1.0], b)
    np.testing.assert_array_equal(b, [1.0, 2.0])


def test_misalignment_matches_the_gap_for_matrices_of_known_singular_values():
    a = matrix_with_singular_values((3.0, 1.0), (3, 4), 0)
    b = matrix_with_singular_values((2.0, 1.0), (3, 4), 1)
    found = trace_equality(a, b)
    assert found.bound == pytest.approx(7, rel=100 * EPS)
    assert found.trace == pytest.approx(np.trace(a.T @ b), rel=100 * EPS)
    assert not found.equality


def test_sums_beyond_the_floats_are_infinite_and_never_fall():
    with np.errstate(all="raise", under="ignore"):
        sums = swap_sort([1e308, -1e308], [-1e308, 1e308]).sums
        assert sums.tolist() == [-np.inf, np.inf]
        assert swap_sort([3e200, 1e200], [1e-200, 2e-200]).sums == pytest.approx([5.0, 7.0])
        assert trace_equality(np.full((2, 2), 1.7e308), np.eye(2)).singular_values_a[0] == np.inf
        for function in (birkhoff_decomposition, dominating_doubly_stochastic):
            with pytest.raises(ValueError, match="row 0 must sum to"):
                function(np.full((2, 2), 1.7e308))
