from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from cases import Problem, problems, random_factors

from dmfbook import (
    balanced_factors,
    end_to_end,
    flatness_conditions,
    flattest_sharpness,
    flattest_trace,
    hessian_trace,
    is_flat,
    sharpness,
    trace_flat_factors,
    two_path_factors,
    unbalanced_flat_factors,
)
from dmfbook.reference import dense_hessian


def frame(size, rng):
    return np.linalg.qr(rng.standard_normal((size, size)))[0]


def coupled_factors(rng):
    """Return factors with a coupled path and random complements of singular values at most 1."""
    depth = int(rng.integers(2, 6))
    widths = rng.integers(1, 4, depth + 1)
    rests = [
        rng.uniform(0.2, 1.3) * rng.standard_normal((b - 1, a - 1)) for a, b in pairwise(widths)
    ]
    product = np.eye(widths[0] - 1)
    for rest in rests:
        product = rest @ product
    if product.size and (size := np.linalg.norm(product, 2)) > 1:
        rests[rng.integers(depth)] *= rng.uniform(0.3, 1) / size
    frames = [frame(width, rng) for width in widths]
    factors = []
    for layer, rest in enumerate(rests):
        block = np.zeros((widths[layer + 1], widths[layer]))
        block[0, 0] = 1
        block[1:, 1:] = rest
        factors.append(1.7 * frames[layer + 1] @ block @ frames[layer].T)
    return factors


def uncouple(factors, size, rng):
    """Return other factors of the same product, by a change of one hidden space."""
    layer = int(rng.integers(len(factors) - 1))
    width = factors[layer].shape[0]
    change = np.eye(width) + size * rng.standard_normal((width, width))
    result = list(factors)
    result[layer] = change @ result[layer]
    result[layer + 1] = result[layer + 1] @ np.linalg.inv(change)
    return result


@pytest.mark.item("P1-8")
def test_the_conditions_are_necessary_and_sufficient():
    rng = np.random.default_rng(0)
    seen = Counter()
    for _ in range(500):
        factors = coupled_factors(rng)
        if rng.random() < 0.3:
            factors = uncouple(factors, rng.choice([1e-2, 0.3]), rng)
        ratio = sharpness(factors) / flattest_sharpness(end_to_end(factors), len(factors))
        assert ratio >= 1 - 1e-12
        # Too near the edge the verdict is a matter of tolerances.
        if 1e-10 < ratio - 1 < 1e-7:
            continue
        conditions = flatness_conditions(factors)
        assert conditions.flat == is_flat(factors) == (ratio - 1 <= 1e-10)
        assert conditions.flat or not conditions.norm_balanced
        assert conditions.norm_share >= 1 - 1e-12
        if conditions.coupled:
            shares = conditions.left_share, conditions.right_share, conditions.both_share
            assert max(1, *shares) == pytest.approx(ratio, rel=1e-12)
        seen[conditions.coupled, conditions.flat, conditions.norm_balanced] += 1
    assert min(seen.values()) > 20
    assert set(seen) == {
        (True, True, True),
        (True, True, False),
        (True, False, False),
        (False, False, False),
    }


@pytest.mark.item("P1-7")
@pytest.mark.parametrize("problem", problems(lambda p: len(p.singular_values) > 0), ids=str)
def test_balanced_minima_are_flat(problem: Problem):
    factors = balanced_factors(problem.target, problem.widths, rng=0)
    least = flattest_sharpness(problem.target, problem.depth)
    top = np.linalg.eigvalsh(dense_hessian(factors, problem.target))[-1]
    assert least == pytest.approx(top, rel=1e-12)
    conditions = flatness_conditions(factors)
    assert conditions.flat
    assert conditions.norm_balanced
    scaled = [3 * factors[0], factors[1] / 3, *factors[2:]]
    assert not is_flat(scaled)
    assert sharpness(scaled) > 1.01 * least


@pytest.mark.parametrize("problem", problems(), ids=str)
@pytest.mark.parametrize("imbalance", [0.0, 0.5, 1.0])
def test_unbalanced_flat_factors(problem: Problem, imbalance: float):
    if not problem.singular_values:
        factors = unbalanced_flat_factors(problem.target, problem.widths, imbalance)
        assert not any(factor.any() for factor in factors)
        return
    target, widths = problem.target, problem.widths
    factors = unbalanced_flat_factors(target, widths, imbalance)
    top = problem.singular_values[0]
    np.testing.assert_allclose(end_to_end(factors), target, rtol=0, atol=1e-13 * top)
    least = flattest_sharpness(target, problem.depth)
    assert sharpness(factors) == pytest.approx(least, rel=1e-12)
    assert flatness_conditions(factors).norm_balanced
    if imbalance == 0:
        gram = factors[1].T @ factors[1] - factors[0] @ factors[0].T
        assert np.abs(gram).max() < 1e-13 * np.linalg.norm(factors[0]) ** 2
    else:
        # Two distinct singular values are enough for an imbalance.
        uneven = len(set(problem.singular_values)) > 1 and problem.name != "nearly repeated"
        moved = np.abs(factors[1].T @ factors[1] - factors[0] @ factors[0].T).max()
        assert (moved > 1e-3) == uneven


@pytest.mark.parametrize("gain", [0.5, 30.0, 1e12])
def test_flat_minima_are_unbounded(gain):
    target = np.diag([2.0, 1.0])
    for widths in [(2, 3, 3, 2), (2, 4, 3, 2, 2)]:
        factors = unbalanced_flat_factors(target, widths, 0.3, idle_gain=gain)
        np.testing.assert_allclose(end_to_end(factors), target, rtol=0, atol=1e-14)
        assert np.linalg.norm(factors[1], 2) >= gain
        assert is_flat(factors)
        least = flattest_sharpness(target, len(factors))
        assert sharpness(factors) == pytest.approx(least, rel=1e-12)


@pytest.mark.parametrize("widths", [(2, 3, 2), (2, 2, 3, 2), (2, 3, 2, 2)])
def test_an_idle_path_needs_room(widths):
    with pytest.raises(ValueError, match="idle_gain must be 0 here"):
        unbalanced_flat_factors(np.eye(2), widths, idle_gain=1.0)


def test_two_paths_are_flat_in_the_stated_region():
    for first in np.linspace(0, 1.6, 17):
        for last in np.linspace(0, 1.6, 17):
            squares = first**2, last**2, first**2 * last**2 * 2 / 3
            inside = max(squares) <= 2
            factors = two_path_factors(first, last)
            assert is_flat(factors) == inside
            assert (sharpness(factors) <= 6 * (1 + 1e-12)) == inside
            balanced = max(first, last) <= 1 + 1e-12
            assert flatness_conditions(factors).norm_balanced == balanced
    np.testing.assert_allclose(end_to_end(two_path_factors(0.3, 7.0, 0.2)), np.diag([1, 0.2]))
    with pytest.raises(ValueError, match="product must be 0 unless"):
        two_path_factors(0.0, 1.0, 0.5)


def test_traps_of_the_words_balanced_and_constant():
    # All products of norms are equal, to sqrt(101) and not to 1: sharpness 404 against 4.
    factors = [np.array([[1.0], [0], [10]]), np.array([[1.0, 10, 0]])]
    assert sharpness(factors) == pytest.approx(404, rel=1e-14)
    assert flattest_sharpness(end_to_end(factors), 2) == pytest.approx(4)
    conditions = flatness_conditions(factors)
    assert conditions.norm_share == pytest.approx(np.sqrt(101), rel=1e-13)
    assert not conditions.coupled
    # Flat without balance of Frobenius norms.
    factors = [np.diag([2, 1 / 1.8]), np.diag([2, 1.8])]
    assert sharpness(factors) == pytest.approx(16, rel=1e-14)
    assert is_flat(factors)


def test_repeated_top_singular_values():
    for depth in (2, 3, 4):
        factors = balanced_factors(np.eye(3), (3,) * (depth + 1), rng=1)
        assert is_flat(factors)
        change = np.diag([1.0, 1.0, 1.2])
        tilted = [change @ factors[0], factors[1] @ np.linalg.inv(change), *factors[2:]]
        assert not is_flat(tilted)
        assert sharpness(tilted) > 2 * depth * 1.001


def test_zero_end_to_end_matrix():
    zero, one = np.zeros((2, 2)), np.ones((2, 2))
    assert flattest_sharpness(zero, 3) == 0
    for factors, flat in [
        ([zero, zero], True),
        ([zero, one], False),
        ([zero, zero, one], True),
        ([zero, one, one], False),
        ([one, zero, one], False),
        ([zero, one, zero], True),
    ]:
        assert is_flat(factors) == flat
        assert (sharpness(factors) == 0) == flat


def test_scales():
    factors = unbalanced_flat_factors(np.diag([3.0, 2.0, 0.5]), (3, 4, 4, 3), 0.4)
    for shift in (-150, 150):
        assert is_flat([np.ldexp(factor, shift) for factor in factors])
    assert not is_flat([np.ldexp(factors[0], 900), np.ldexp(factors[1], -900), factors[2]])
    assert not is_flat([np.ldexp(factors[0], -900), np.ldexp(factors[1], 900), factors[2]])
    huge = unbalanced_flat_factors(np.diag([1e300, 1e299]), (2, 2, 2, 2))
    assert is_flat(huge)
    np.testing.assert_allclose(np.diag(end_to_end(huge)), [1e300, 1e299], rtol=1e-13)
    tiny = flattest_sharpness([[1e-200]], 3)
    assert tiny == pytest.approx(6e-200 * 1e-200 ** (1 / 3), rel=1e-13)
    with pytest.raises(ValueError, match="exceeds the largest float"):
        flattest_sharpness([[1e300]], 3)


def test_trace_flat_is_another_flatness():
    target = np.zeros((2, 6))
    target[0, 0], target[1, 1] = 3, 1
    balanced = balanced_factors(target, (6, 2, 2))
    trace_flat = trace_flat_factors(target)
    np.testing.assert_allclose(end_to_end(trace_flat), target, atol=1e-14)
    assert hessian_trace(balanced) == pytest.approx(64)
    assert hessian_trace(trace_flat) == pytest.approx(flattest_trace(target), rel=1e-13)
    assert flattest_trace(target) == pytest.approx(16 * np.sqrt(12), rel=1e-13)
    assert sharpness(balanced) == pytest.approx(12)
    assert sharpness(trace_flat) == pytest.approx(2 * 3 * (3**0.5 + 3**-0.5), rel=1e-13)
    rng = np.random.default_rng(0)
    for size in (1e-3, 0.1, 0.5):
        for _ in range(20):
            moved = uncouple(trace_flat, size, rng)
            assert hessian_trace(moved) >= flattest_trace(target) * (1 - 1e-13)
    with pytest.raises(ValueError, match="exceeds the largest float"):
        flattest_trace([[1e308, 0.0]])


@pytest.mark.parametrize("imbalance", [-0.1, 1.1])
def test_imbalance_out_of_range(imbalance):
    with pytest.raises(ValueError, match="imbalance must be from 0"):
        unbalanced_flat_factors(np.eye(2), (2, 2, 2), imbalance)


def test_there_is_nothing_off_the_path_of_one_row_or_column():
    for widths, empty in [((3, 2, 2, 1), "left_share"), ((1, 2, 2, 3), "right_share")]:
        factors = balanced_factors(np.ones((widths[-1], widths[0])), widths, rng=0)
        conditions = flatness_conditions(factors)
        assert getattr(conditions, empty) == pytest.approx(0, abs=1e-14)
        assert conditions.both_share == pytest.approx(0, abs=1e-14)
        assert conditions.flat


def test_random_minima_are_not_flat():
    for seed in range(10):
        assert not is_flat(random_factors((3, 4, 4, 3), seed))
