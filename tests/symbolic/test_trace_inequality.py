"""The library's functions against the formulas of the chapter on the trace inequality."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from dmfbook.numerics import trace_inequality as numerics
from dmfbook.symbolic import trace_inequality as formula

ANGLES = st.floats(-np.pi, np.pi)
SIZES = st.lists(st.floats(0.0, 4.0), min_size=2, max_size=2).map(lambda x: sorted(x)[::-1])
SYMBOLS = (*formula.first_values, *formula.second_values, formula.out_turn, formula.in_turn)
NAMES = ("first", "second", "total", "trace_by_angles", "bound", "overlaps")
COMPILED = {name: sp.lambdify(SYMBOLS, getattr(formula, name), "numpy") for name in NAMES}
PAIR = sp.lambdify(SYMBOLS, formula.singular_value_pair(formula.total), "numpy")


@pytest.mark.item("P2-9")
@settings(max_examples=80, deadline=None, derandomize=True)
@given(SIZES, SIZES, ANGLES, ANGLES)
def test_trace_and_bound_in_the_plane(
    a: list[float], b: list[float], out_turn: float, in_turn: float
) -> None:
    values = (*a, *b, out_turn, in_turn)
    first, second = COMPILED["first"](*values), COMPILED["second"](*values)
    scale = 1.0 + a[0] * b[0]
    found = numerics.trace_equality(first, second)
    assert found.bound == pytest.approx(COMPILED["bound"](*values), abs=1e-14 * scale)
    assert found.trace == pytest.approx(COMPILED["trace_by_angles"](*values), abs=1e-14 * scale)
    assert found.trace <= found.bound + 1e-14 * scale


@pytest.mark.item("P2-9")
@pytest.mark.parametrize(
    ("a", "b", "out_turn", "in_turn", "expected"),
    [
        ((2.0, 1.0), (3.0, 1.0), 0.0, 0.0, True),
        ((2.0, 1.0), (3.0, 1.0), np.pi, np.pi, True),
        ((2.0, 1.0), (3.0, 1.0), np.pi, 0.0, False),
        ((2.0, 1.0), (3.0, 1.0), 0.3, 0.3, False),
        ((2.0, 2.0), (3.0, 1.0), 0.3, 0.3, True),
        ((2.0, 1.0), (3.0, 3.0), -2.0, -2.0, True),
        ((2.0, 2.0), (3.0, 1.0), 0.3, 0.2, False),
        ((2.0, 0.0), (3.0, 0.0), 0.3, 0.3, False),
        ((0.0, 0.0), (3.0, 1.0), 0.7, -1.1, True),
    ],
)
def test_equality_is_where_the_cosines_say(
    a: tuple[float, float], b: tuple[float, float], out_turn: float, in_turn: float, expected: bool
) -> None:
    values = (*a, *b, out_turn, in_turn)
    missing = COMPILED["bound"](*values) - COMPILED["trace_by_angles"](*values)
    assert (missing < 1e-12) == expected
    first, second = COMPILED["first"](*values), COMPILED["second"](*values)
    assert numerics.trace_equality(first, second).equality == expected


@settings(max_examples=40, deadline=None, derandomize=True)
@given(ANGLES, ANGLES)
def test_overlaps_in_the_plane(out_turn: float, in_turn: float) -> None:
    values = (2.0, 1.0, 3.0, 0.5, out_turn, in_turn)
    computed = numerics.singular_overlaps(COMPILED["first"](*values), COMPILED["second"](*values))
    np.testing.assert_allclose(computed, COMPILED["overlaps"](*values), atol=1e-14)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SIZES, SIZES, ANGLES, ANGLES)
def test_singular_values_of_the_sum(
    a: list[float], b: list[float], out_turn: float, in_turn: float
) -> None:
    values = (*a, *b, out_turn, in_turn)
    expected = np.linalg.svd(COMPILED["total"](*values), compute_uv=False)
    np.testing.assert_allclose(PAIR(*values), expected, atol=1e-14 * (1 + a[0] + b[0]))


@pytest.mark.item("P2-31")
def test_filling_is_the_formula() -> None:
    part = np.random.default_rng(0).random((3, 3)) / 3
    expected = np.array(formula.filled(sp.Matrix(part)).tolist(), dtype=float)
    computed = numerics.dominating_doubly_stochastic(part)
    np.testing.assert_allclose(computed, expected, rtol=1e-14)


@pytest.mark.item("P2-29")
def test_peeled_permutations_are_the_matrices_of_the_formula() -> None:
    orders = list(itertools.permutations(range(3)))
    weights = np.array([5, 0, 3, 0, 2, 0]) / 10
    matrices = [np.array(formula.permutation_matrix(o).tolist(), dtype=float) for o in orders]
    parts = numerics.birkhoff_decomposition(np.tensordot(weights, matrices, axes=1))
    found = {tuple(map(int, o)): w for o, w in zip(parts.permutations, parts.weights, strict=True)}
    for order, weight in zip(orders, weights, strict=True):
        assert found.get(order, 0.0) == pytest.approx(weight, abs=1e-14)


def test_swaps_gain_what_the_formula_says() -> None:
    a, b = [5.0, 3.0, 2.0, 1.0], [1.0, 4.0, 0.5, 2.0]
    found = numerics.swap_sort(a, b)
    for stage, (i, j), gain in zip(
        found.arrangements, found.swapped, np.diff(found.sums), strict=False
    ):
        names = (formula.higher, formula.lower, formula.early, formula.late)
        values = dict(zip(names, (a[i], a[j], stage[i], stage[j]), strict=True))
        assert float(formula.swap_gain.subs(values)) == pytest.approx(gain, rel=1e-14)
    assert len(found.swapped) == 3


@pytest.mark.item("P2-24")
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_leibniz_is_the_determinant(n: int) -> None:
    matrix = np.random.default_rng(n).integers(-5, 6, (n, n))
    assert int(formula.leibniz_determinant(sp.Matrix(matrix))) == round(np.linalg.det(matrix))


@pytest.mark.item("P2-23")
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_signs_are_determinants(n: int) -> None:
    for order in itertools.permutations(range(n)):
        matrix = formula.permutation_matrix(order)
        assert formula.sign_of_permutation(order) == matrix.det()
        assert formula.leibniz_products(matrix).count(0) == math.factorial(n) - 1


@pytest.mark.item("P2-23")
@pytest.mark.parametrize("n", [2, 3, 5])
def test_exchanges_of_neighbors_count_inversions(n: int) -> None:
    # The slow way: sort by exchanges of neighbors, and count them.
    for order in itertools.permutations(range(n)):
        left, count = order, 0
        for last in range(n - 1, 0, -1):
            for i in range(last):
                if left[i] > left[i + 1]:
                    left, count = formula.exchanged(left, i, i + 1), count + 1
        assert left == tuple(range(n))
        assert formula.inversions(order) == count


@pytest.mark.item("P2-27")
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_what_overlaps_lack(n: int) -> None:
    a, b = np.random.default_rng(n).standard_normal((2, n, n))
    (u, _, v), (other_u, _, other_v) = map(np.linalg.svd, (a, b))
    left, right = u.T @ other_u, v @ other_v.T
    sizes = np.abs(numerics.singular_overlaps(a, b))
    for i in range(n):
        row = formula.lack_of_overlaps(left[i].tolist(), right[i].tolist())
        column = formula.lack_of_overlaps(left[:, i].tolist(), right[:, i].tolist())
        assert float(row) == pytest.approx(1 - sizes[i].sum(), abs=1e-14)
        assert float(column) == pytest.approx(1 - sizes[:, i].sum(), abs=1e-14)


@pytest.mark.item("P2-30")
@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_gap_of_convexity(n: int) -> None:
    rng = np.random.default_rng(n)
    orders = list(itertools.permutations(range(n)))
    weights, goal = rng.dirichlet(np.ones(len(orders))), rng.standard_normal((n, n))
    corners = np.eye(n)[orders]
    distances = np.sum((corners - goal) ** 2, axis=(1, 2))
    mean = np.tensordot(weights, corners, axes=1)
    expected = weights @ distances - np.sum((mean - goal) ** 2)
    matrices = [formula.permutation_matrix(order) for order in orders]
    gap = formula.gap_of_convexity(weights.tolist(), matrices)
    assert float(gap) == pytest.approx(expected, abs=1e-13)
    assert np.sum((mean - goal) ** 2) <= distances.max()
    found = formula.weighted_mean(weights.tolist(), matrices)
    np.testing.assert_allclose(np.array(found.tolist(), dtype=float), mean, atol=1e-15)


def test_the_general_matrix_with_unit_sums_has_unit_sums() -> None:
    matrix = formula.unit_sums
    assert [sp.expand(sum(matrix[i, :])) for i in range(3)] == [1, 1, 1]
    assert [sp.expand(sum(matrix[:, j])) for j in range(3)] == [1, 1, 1]
    assert len(matrix.free_symbols) == 4


def test_every_two_lists_in_order_are_described() -> None:
    """Each list has a gap of its own, which may be any positive number."""
    lists = formula.first_values, formula.second_values
    gaps = [formula.in_order[large] - small for large, small in lists]
    assert len(set(gaps)) == 2
    for gap in gaps:
        assert gap.is_Symbol
        assert gap.is_positive
        assert gap not in (*formula.first_values, *formula.second_values)
