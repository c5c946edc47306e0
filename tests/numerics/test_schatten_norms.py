import math

import numpy as np
import pytest
from cases import PROBLEMS, drawn_problems, matrix_with_singular_values
from hypothesis import given, settings
from hypothesis import strategies as st

from dmfbook import (
    balanced_factors,
    end_to_end,
    factorization_cost,
    imbalance,
    schatten_norm,
    widths_of,
)

problems = pytest.mark.parametrize("problem", PROBLEMS, ids=str)
wide_enough = given(problem=drawn_problems(hidden_at_least_ends=True))
quick = settings(max_examples=60, deadline=None, derandomize=True)
EPS = np.finfo(float).eps


def cost(factors):
    return sum(float(np.sum(factor**2)) for factor in factors)


@problems
@pytest.mark.parametrize("p", [0.2, 0.5, 2 / 3, 1, 2, 3.5, 100, math.inf])
def test_the_norm_is_its_definition(problem, p):
    values = np.array(problem.singular_values)
    if values.size == 0:
        wanted = 0.0
    else:
        wanted = values.max() if p == math.inf else np.sum(values**p) ** (1 / p)
    found = schatten_norm(problem.target, p)
    assert found == pytest.approx(wanted, rel=1e-13 * (1 + 1 / p))


def test_the_norm_is_numpys_where_numpy_has_it():
    matrix = np.random.default_rng(0).standard_normal((5, 3))
    for p, name in [(1, "nuc"), (2, "fro"), (math.inf, 2)]:
        assert schatten_norm(matrix, p) == pytest.approx(np.linalg.norm(matrix, name), rel=1e-14)


@pytest.mark.parametrize("scale", [1e-320, 1e-300, 1e-150, 1e150, 1e300])
@pytest.mark.parametrize("p", [0.1, 2, math.inf])
def test_the_norm_scales_without_overflow_or_underflow(scale, p):
    matrix = np.array([[3.0, 1.0], [1.0, 2.0], [0.0, 1.0]])
    precision = max(1e-12, 10 * 5e-324 / scale)
    wanted = schatten_norm(matrix, p) * scale
    assert schatten_norm(scale * matrix, p) == pytest.approx(wanted, rel=precision, abs=0)


def test_a_norm_above_all_floats_is_infinite():
    assert schatten_norm(np.eye(10), 1e-4) == math.inf
    assert schatten_norm(1e-300 * np.eye(10), 1 / 400) == pytest.approx(1e100, rel=1e-10)
    assert schatten_norm(np.eye(3), 1e-300) == math.inf
    assert schatten_norm(np.zeros((2, 3)), 1e-300) == 0
    assert factorization_cost(1e308 * np.eye(3), 2) == math.inf


def test_rounding_does_not_count_as_rank():
    matrix = matrix_with_singular_values((2.0,), (6, 6), 3)
    assert schatten_norm(matrix, 0.05) == pytest.approx(2.0, rel=1e-13)
    assert factorization_cost(matrix, 40) == pytest.approx(40 * 2 ** (1 / 20), rel=1e-13)


@pytest.mark.item("P2-20")
@given(
    seed=st.integers(0, 999),
    p=st.floats(0.2, 5),
    q=st.floats(0.2, 5),
)
@quick
def test_hoelder_for_products(seed, p, q):
    """||A B||_r <= ||A||_p ||B||_q with 1/r = 1/p + 1/q: P2, Corollary 20."""
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((4, 3)), rng.standard_normal((3, 5))
    r = 1 / (1 / p + 1 / q)
    assert schatten_norm(a @ b, r) <= schatten_norm(a, p) * schatten_norm(b, q) * (1 + 1e-12)


@pytest.mark.item("P2-22")
@wide_enough
@quick
def test_no_factorization_is_cheaper(problem):
    """P2, Theorem 22: sum ||W_l||^2 >= L ||W_L ... W_1||^(2/L) in S_(2/L)."""
    factors = problem.factors
    least = factorization_cost(end_to_end(factors), problem.depth)
    assert cost(factors) >= least * (1 - 1e-12)
    power = 2 / problem.depth
    norm = schatten_norm(end_to_end(factors), power)
    assert problem.depth * norm**power == pytest.approx(least, rel=1e-11)


@pytest.mark.item("P2-22")
@problems
@pytest.mark.parametrize("rng", [None, 0, np.random.default_rng(1)], ids=["canonical", "0", "rng"])
def test_balanced_factors_attain_the_cost(problem, rng):
    target, widths = problem.target, problem.widths
    factors = balanced_factors(target, widths, rng=rng)
    assert widths_of(factors) == widths
    top = max(problem.singular_values, default=0.0)
    error = np.linalg.norm(end_to_end(factors) - target)
    assert error <= 50 * problem.depth * EPS * top
    least = factorization_cost(target, problem.depth)
    assert cost(factors) == pytest.approx(least, rel=1e-13)
    for part in imbalance(factors):
        assert np.abs(part).max() <= 1e-14 * top ** (2 / problem.depth)


@wide_enough
@quick
def test_balanced_factors_of_drawn_matrices(problem):
    target = problem.target
    factors = balanced_factors(target, problem.widths, rng=problem.seed)
    assert np.allclose(end_to_end(factors), target, rtol=0, atol=1e-13 * np.linalg.norm(target))
    assert cost(factors) == pytest.approx(factorization_cost(target, problem.depth), rel=1e-12)


def test_a_seed_repeats_and_another_differs():
    target, widths = PROBLEMS[1].target, PROBLEMS[1].widths
    first, again, other = (balanced_factors(target, widths, rng=seed) for seed in (5, 5, 6))
    assert np.array_equal(first[0], again[0])
    assert not np.allclose(first[0], other[0], atol=0.1)


def test_random_frames_are_uniform():
    """Signs and directions of the hidden frame average out, as QR without its signs would not."""
    rng = np.random.default_rng(0)
    sums = sum(balanced_factors([[1.0]], (1, 2, 1), rng)[0][:, 0] for _ in range(2000)) / 2000
    assert np.abs(sums).max() < 5 / math.sqrt(2 * 2000)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_balanced_factors_of_tiny_and_huge_matrices(scale):
    target = scale * np.array([[2.0, 1.0], [1.0, 3.0]])
    for depth in (2, 5, 50):
        factors = balanced_factors(target, (2,) * (depth + 1))
        error = np.abs(end_to_end(factors) / scale - target / scale).max()
        assert error <= 100 * depth * EPS


def test_widths_below_the_rank_are_refused():
    with pytest.raises(ValueError, match="every hidden width must be at least 2"):
        balanced_factors(np.eye(2), (2, 1, 2))
    with pytest.raises(ValueError, match=r"matrix must have shape \(d_L, d_0\) = \(3, 2\)"):
        balanced_factors(np.eye(2), (2, 2, 3))


@pytest.mark.item("P2-17")
@given(a=st.floats(0, 50), b=st.floats(0, 50), p=st.floats(1.05, 20))
@quick
def test_young(a, b, p):
    q = p / (p - 1)
    assert a * b <= (a**p / p + b**q / q) * (1 + 1e-12)
    # Equality exactly where a^p = b^q.
    partner = a ** (p - 1)
    assert a * partner == pytest.approx(a**p / p + partner**q / q, rel=1e-10, abs=1e-300)
    away = 1.5 * partner + 0.1
    assert a * away < a**p / p + away**q / q


@pytest.mark.item("P2-18")
@given(seed=st.integers(0, 999), p=st.floats(0.2, 5), q=st.floats(0.2, 5))
@quick
def test_hoelder_for_vectors(seed, p, q):
    """Vectors are the diagonals of matrices, whose Schatten norms are the norms of vectors."""
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((2, 6))
    r = 1 / (1 / p + 1 / q)
    bound = schatten_norm(np.diag(x), p) * schatten_norm(np.diag(y), q)
    assert schatten_norm(np.diag(x * y), r) <= bound * (1 + 1e-12)
    # Equality where |x|^p and |y|^q are proportional. The entries are so chosen that none of the
    # larger power is small enough to count as zero.
    x = rng.uniform(0.1, 1.0, 6) ** (q / max(p, q))
    matched = x ** (p / q)
    bound = schatten_norm(np.diag(x), p) * schatten_norm(np.diag(matched), q)
    assert schatten_norm(np.diag(x * matched), r) == pytest.approx(bound, rel=1e-11)


@pytest.mark.item("P2-19")
@given(seed=st.integers(0, 999), p=st.floats(0.1, 4))
@quick
def test_singular_values_of_products_are_weakly_majorized(seed, p):
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((4, 5)), rng.standard_normal((5, 4))
    of_product, of_a, of_b = (np.linalg.svd(m, compute_uv=False) for m in (a @ b, a, b))
    left, right = np.cumsum(of_product**p), np.cumsum((of_a * of_b) ** p)
    assert (left <= right * (1 + 1e-12)).all()


@pytest.mark.item("P2-16")
@given(seed=st.integers(0, 999), decades=st.floats(0.1, 2))
@quick
def test_lists_are_log_majorized_exactly_when_all_their_powers_are_majorized(seed, decades):
    """Sums of powers are norms of diagonal matrices; a small power stands for all small ones."""
    rng = np.random.default_rng(seed)
    below, above = -np.sort(-(10 ** (decades * rng.uniform(-0.5, 0.5, (2, 4)))), axis=1)
    gaps = np.cumsum(np.log(above) - np.log(below))
    if abs(gaps.min()) < 0.05:
        return
    norms = [
        [schatten_norm(np.diag(values[:k]), p) for values in (below, above)]
        for p in (0.005, 0.1, 1, 3)
        for k in (1, 2, 3, 4)
    ]
    majorized = all(small <= large * (1 + 1e-12) for small, large in norms)
    assert majorized == (gaps.min() > 0)


@pytest.mark.item("P2-16")
def test_majorized_lists_need_not_be_log_majorized():
    mean, ends = np.diag([1.0, 1.0]), np.diag([2.0, 0.0])
    assert schatten_norm(mean, 1) == schatten_norm(ends, 1)
    assert schatten_norm(mean, math.inf) <= schatten_norm(ends, math.inf)
    # The determinant of the larger list is zero, and so a smaller power shows the difference.
    assert np.linalg.det(mean) > np.linalg.det(ends) == 0
    assert schatten_norm(mean, 0.9) > schatten_norm(ends, 0.9)


@pytest.mark.item("P2-21")
@given(seed=st.integers(0, 999), powers=st.lists(st.floats(0.3, 5), min_size=3, max_size=6))
@quick
def test_hoelder_for_many_factors(seed, powers):
    rng = np.random.default_rng(seed)
    factors = [rng.standard_normal((3, 3)) for _ in powers]
    r = 1 / sum(1 / p for p in powers)
    bound = math.prod(schatten_norm(f, p) for f, p in zip(factors, powers, strict=True))
    assert schatten_norm(end_to_end(factors), r) <= bound * (1 + 1e-11)
    # Equality for powers of one positive matrix, so chosen that their p-th powers agree.
    values = rng.uniform(0.5, 2.0, 3)
    aligned = [np.diag(values ** (r / p)) for p in powers]
    bound = math.prod(schatten_norm(f, p) for f, p in zip(aligned, powers, strict=True))
    assert schatten_norm(end_to_end(aligned), r) == pytest.approx(bound, rel=1e-11)
