import itertools

import numpy as np
import pytest
from cases import orthonormal_columns
from hypothesis import given, settings
from hypothesis import strategies as st

from dmfbook import (
    birkhoff_decomposition,
    dominating_doubly_stochastic,
    singular_overlaps,
)

EPS = np.finfo(float).eps


def sinkhorn(matrix):
    for _ in range(2000):
        matrix = matrix / matrix.sum(axis=1, keepdims=True)
        matrix = matrix / matrix.sum(axis=0)
    return matrix


def permutation_mean(n, count, seed):
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(count))
    return sum(w * np.eye(n)[rng.permutation(n)] for w in weights)


def squared_orthogonal(n, seed):
    return orthonormal_columns(n, n, np.random.default_rng(seed)) ** 2


STOCHASTIC = {
    "one": np.ones((1, 1)),
    "identity": np.eye(4),
    "permutation": np.eye(5)[[2, 0, 4, 1, 3]],
    "constant": np.full((6, 6), 1 / 6),
    "thirds": np.full((3, 3), 1 / 3),
    "half block": np.array([[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1.0]]),
    "random": sinkhorn(np.random.default_rng(0).random((7, 7))),
    "wide range": sinkhorn(np.random.default_rng(1).random((6, 6)) ** 12),
    "few permutations": permutation_mean(8, 3, 2),
    "many permutations": permutation_mean(12, 40, 3),
    "squared orthogonal": squared_orthogonal(9, 4),
    "tiny share": (1 - 1e-13) * np.eye(3) + 1e-13 * np.eye(3)[[1, 2, 0]],
    "tiny share of one entry": (1 - 1e-12) * np.eye(3) + 1e-12 * np.eye(3)[[1, 0, 2]],
    "off by 1e-11": squared_orthogonal(5, 5) * (1 + 1e-11),
}


@pytest.mark.item("P2-29")
@pytest.mark.parametrize("matrix", STOCHASTIC.values(), ids=STOCHASTIC)
def test_birkhoff_puts_the_matrix_together_again(matrix):
    n = len(matrix)
    parts = birkhoff_decomposition(matrix)
    off = max(np.abs(matrix.sum(axis=axis) - 1).max() for axis in (0, 1))
    assert len(parts.weights) == len(parts.permutations) <= n * n - 2 * n + 2
    assert (parts.weights > 0).all()
    assert parts.weights.sum() == pytest.approx(1, rel=10 * n * EPS)
    assert (np.sort(parts.permutations, axis=1) == np.arange(n)).all()
    slow = sum(w * np.eye(n)[p] for w, p in zip(parts.weights, parts.permutations, strict=True))
    np.testing.assert_allclose(parts.matrix(), slow, atol=n * EPS)
    assert np.abs(slow - matrix).max() <= 8 * n * EPS + 2 * n * off


@pytest.mark.item("P2-29")
@pytest.mark.parametrize("n", [2, 5, 20, 60])
def test_birkhoff_takes_what_sinkhorn_in_single_precision_returns(n):
    matrix = np.exp(3 * np.random.default_rng(n).standard_normal((n, n))).astype(np.float32)
    for _ in range(3000):
        matrix /= matrix.sum(axis=1, keepdims=True)
        matrix /= matrix.sum(axis=0, keepdims=True)
    off = max(np.abs(matrix.sum(axis=axis, dtype=float) - 1).max() for axis in (0, 1))
    assert 1e-9 < off < 1e-5
    for given_matrix in (matrix, matrix.astype(float), matrix.tolist()):
        parts = birkhoff_decomposition(given_matrix)
        assert len(parts.weights) <= n * n - 2 * n + 2
        assert np.abs(parts.matrix() - matrix).max() <= 2 * n * off


def test_the_advice_for_sums_that_are_off_works():
    matrix = np.random.default_rng(0).random((6, 6)) ** 4
    with pytest.raises(ValueError, match="divide the rows and the columns by their sums, in turn"):
        birkhoff_decomposition(matrix)
    while np.abs(matrix.sum(axis=1) - 1).max() > 1e-5:
        matrix = matrix / matrix.sum(axis=1, keepdims=True)
        matrix = matrix / matrix.sum(axis=0, keepdims=True)
    np.testing.assert_allclose(birkhoff_decomposition(matrix).matrix(), matrix, atol=1e-4)
    beyond = np.full((3, 3), 0.5)
    with pytest.raises(ValueError, match="divide the matrix by its largest row or column sum"):
        dominating_doubly_stochastic(beyond)
    dominating_doubly_stochastic(beyond / beyond.sum(axis=1).max())


@pytest.mark.item("P2-29")
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 9), st.integers(1, 25), st.integers(0, 2**20))
def test_birkhoff_of_drawn_means_of_permutations(n, count, seed):
    matrix = permutation_mean(n, count, seed)
    parts = birkhoff_decomposition(matrix)
    assert len(parts.weights) <= n * n - 2 * n + 2
    assert np.abs(parts.matrix() - matrix).max() <= 8 * n * EPS
    # Only permutations inside the support can appear.
    assert all((matrix[np.arange(n), p] > 0).all() for p in parts.permutations)


def test_birkhoff_needs_as_many_terms_as_the_bound_allows():
    # A generic matrix lies in no proper face: each peel leaves one face of one dimension less.
    assert (
        len(birkhoff_decomposition(sinkhorn(np.random.default_rng(3).random((5, 5)))).weights) == 17
    )


@pytest.mark.item("P2-30")
def test_a_convex_function_is_largest_at_a_permutation():
    matrix = STOCHASTIC["squared orthogonal"][:4, :4]
    matrix = dominating_doubly_stochastic(matrix)
    x, y = np.array([4.0, 2.0, 1.0, -3.0]), np.array([1.0, 0.5, -2.0, 3.0])
    best = max(x @ y[list(p)] for p in itertools.permutations(range(4)))
    assert x @ matrix @ y <= best
    assert best == pytest.approx(np.sort(x) @ np.sort(y), rel=4 * EPS)


@pytest.mark.item("P2-31")
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 8), st.integers(0, 2**20), st.floats(0.0, 1.0))
def test_domination(n, seed, fill):
    rng = np.random.default_rng(seed)
    matrix = fill * squared_orthogonal(n, seed) * (rng.random((n, n)) < 0.7)
    filled = dominating_doubly_stochastic(matrix)
    assert (filled >= matrix).all()
    for axis in (0, 1):
        np.testing.assert_allclose(filled.sum(axis=axis), 1, rtol=4 * n * EPS)


@pytest.mark.item("P2-25")
@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 8), st.integers(0, 2**20))
def test_what_is_doubly_stochastic_is_accepted_and_needs_no_filling(n, seed):
    # Squares of orthogonal matrices, means of permutations, and their product.
    square, mean = squared_orthogonal(n, seed), permutation_mean(n, 3, seed)
    for matrix in (square, mean, square @ mean):
        assert matrix.min() >= 0
        for axis in (0, 1):
            np.testing.assert_allclose(matrix.sum(axis=axis), 1, rtol=4 * n * EPS)
        parts = birkhoff_decomposition(matrix)
        assert parts.weights.sum() == pytest.approx(1, rel=10 * n * EPS)
        np.testing.assert_allclose(dominating_doubly_stochastic(matrix), matrix, atol=20 * n * EPS)


@pytest.mark.item("P2-27")
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**20))
def test_overlaps_are_doubly_substochastic_and_are_filled_up(rows, columns, seed):
    a, b = np.random.default_rng(seed).standard_normal((2, rows, columns))
    sizes = np.abs(singular_overlaps(a, b))
    assert sizes.shape == (min(rows, columns),) * 2
    for axis in (0, 1):
        assert sizes.sum(axis=axis).max() <= 1 + 40 * EPS
    assert (dominating_doubly_stochastic(sizes) >= sizes).all()
    beyond = sizes * (1.01 / sizes.sum(axis=1).max())
    with pytest.raises(ValueError, match="at most 1"):
        dominating_doubly_stochastic(beyond)


@pytest.mark.item("P2-31")
def test_domination_at_the_edges():
    np.testing.assert_array_equal(dominating_doubly_stochastic(np.eye(3)), np.eye(3))
    np.testing.assert_allclose(dominating_doubly_stochastic(np.zeros((4, 4))), 0.25, rtol=4 * EPS)
    nearly = np.eye(3) * (1 - EPS)
    np.testing.assert_allclose(dominating_doubly_stochastic(nearly), np.eye(3), atol=4 * EPS)


@pytest.mark.item("P2-26")
@pytest.mark.parametrize("n", [2, 3, 4])
def test_a_doubly_stochastic_matrix_is_a_permutation_or_has_two_entries_more(n):
    seen = set()
    for seed in range(60):
        matrix = permutation_mean(n, 1 + seed % 4, seed)
        positive = np.count_nonzero(matrix > EPS)
        assert positive >= n
        assert positive != n + 1
        assert (positive == n) == np.allclose(matrix, matrix.round(), atol=4 * EPS)
        seen.add(positive)
    # Both a permutation and the fewest entries of any other matrix occur.
    assert {n, n + 2} <= seen


@pytest.mark.item("P2-28")
@pytest.mark.parametrize("matrix", STOCHASTIC.values(), ids=STOCHASTIC)
def test_all_but_the_identity_have_another_positive_permutation(matrix):
    n = len(matrix)
    parts = birkhoff_decomposition(matrix)
    others = [p for p in parts.permutations if (p != np.arange(n)).any()]
    assert bool(others) == (not np.array_equal(matrix, np.eye(n)))
    assert all((matrix[np.arange(n), p] > 0).all() for p in others)
