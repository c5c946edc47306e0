"""Birkhoff's decomposition against a peel that matches anew at every step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from benchmarks.harness import Race, race
from dmfbook import birkhoff_decomposition
from dmfbook.numerics._checks import Array

Terms = list[tuple[float, Array]]


def doubly_stochastic(n: int) -> Array:
    matrix = np.random.default_rng(n).random((n, n))
    for _ in range(1000):
        matrix /= matrix.sum(axis=1, keepdims=True)
        matrix /= matrix.sum(axis=0)
    return matrix


def by_assignment(matrix: Array) -> Terms:
    """Peel by a linear assignment on the support, from scratch for every term."""
    rest, terms = matrix.copy(), []
    rows = np.arange(len(rest))
    while True:
        support = rest > 1e-14
        columns = linear_sum_assignment(support, maximize=True)[1]
        if not support[rows, columns].all():
            return terms
        weight = rest[rows, columns].min()
        terms.append((weight, columns))
        rest[rows, columns] -= weight


def by_matching(matrix: Array) -> Terms:
    """Peel by a bipartite matching on the support, from scratch for every term."""
    rest, terms = matrix.copy(), []
    rows = np.arange(len(rest))
    while True:
        columns = maximum_bipartite_matching(csr_array(rest > 1e-14), perm_type="column")
        if columns.min() < 0:
            return terms
        weight = rest[rows, columns].min()
        terms.append((weight, columns))
        rest[rows, columns] -= weight


def races() -> Iterator[Race]:
    for n in (10, 40):
        matrix = doubly_stochastic(n)
        parts = birkhoff_decomposition(matrix)
        np.testing.assert_allclose(parts.matrix(), matrix, rtol=0, atol=1e-14)
        for peel in (by_assignment, by_matching):
            total = np.zeros((n, n))
            for weight, columns in peel(matrix):
                total[np.arange(n), columns] += weight
            np.testing.assert_allclose(total, matrix, rtol=0, atol=1e-10)
        yield race(
            f"birkhoff_decomposition, n = {n}, {len(parts.weights)} terms",
            ours=lambda matrix=matrix: birkhoff_decomposition(matrix),
            peers={
                "scipy linear_sum_assignment for every term": lambda matrix=matrix: by_assignment(
                    matrix
                ),
                "scipy maximum_bipartite_matching for every term": lambda matrix=matrix: (
                    by_matching(matrix)
                ),
            },
            repeats=3,
            note="a dense random doubly stochastic matrix; the peers do not bound their terms",
        )
