"""Curvatures across the valley, rates of real runs, and perfect minima, against brute force."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from dmfbook import (
    Conditioning,
    balanced_conditioning,
    balanced_factors,
    collapse_threshold,
    conditioning_at,
    end_to_end,
    fast_flat_factors,
    flattest_sharpness,
    gradient,
    gradient_descent,
    is_flat,
    minimizer_conditioning,
    minimizer_factors,
    pack,
    perfect_factors,
    scalar_minimizer,
    spectrum_at,
    unpack,
)
from dmfbook.reference import dense_hessian

ROOT_THREE = 3 / (1 + math.sqrt(3))


def extremes_by_hand(m: np.ndarray, widths: tuple[int, ...], price: float) -> tuple[float, float]:
    """The lists of the chapter, for hidden widths of at least n and r >= 1."""
    depth, n = len(widths) - 1, m.size
    x = np.array([scalar_minimizer(value, depth, price) for value in m])
    r, s = int(np.count_nonzero(x)), x ** (1 / depth)
    low = [4 * price]
    if depth == 2:
        low.append(4 * (m[r - 1] - price))
        low += [2 * (price - m[r])] if r < n else []
        low += [2 * price] if widths[0] != widths[-1] and widths[1] > r else []
    else:
        low += [2 * price] if any((a - r) * (b - r) > 0 for a, b in pairwise(widths)) else []
        low += [2 * s[r - 1] ** (depth - 2) * (m[r - 1] - m[r])] if r < n else []
    high = [4 * price, 2 * depth * s[0] ** (2 * depth - 2) - 2 * (depth - 2) * price]
    if n >= 2:
        high.append(2 * (x[0] - x[1]) * (m[0] + m[1]) / (s[0] ** 2 - s[1] ** 2))
    return min(low), max(high)


def test_the_list_of_the_theorem_and_the_dense_hessian() -> None:
    rng = np.random.default_rng(0)
    seen = set()
    for case in range(300):
        depth, n = int(rng.integers(2, 6)), int(rng.integers(1, 4))
        ends = (n, n + int(rng.integers(0, 2)))[:: int(rng.choice([-1, 1]))]
        hidden = tuple(int(d) for d in rng.integers(n, n + 2, depth - 1))
        widths = (ends[0], *hidden, ends[1])
        m = np.sort(rng.uniform(0.1, 3, n))[::-1]
        price = float(rng.uniform(0.01, 0.95) * collapse_threshold(m[0], depth))
        found = minimizer_conditioning(_diagonal(m, widths), widths, price)
        expected = extremes_by_hand(m, widths, price)
        assert (found.smallest, found.largest) == pytest.approx(expected, rel=1e-9)
        seen.add((depth == 2, round(found.smallest / price, 6) in (2, 4)))
        if case < 20:
            factors = minimizer_factors(_diagonal(m, widths), widths, price, rng=case)
            dense = np.linalg.eigvalsh(dense_hessian(factors, _diagonal(m, widths), price))
            positive = dense[dense > 1e-9 * dense[-1]]
            assert (found.smallest, found.largest) == pytest.approx(
                (positive[0], positive[-1]), rel=1e-8
            )
    assert len(seen) == 4


def _diagonal(values: np.ndarray, widths: tuple[int, ...]) -> np.ndarray:
    target = np.zeros((widths[-1], widths[0]))
    np.fill_diagonal(target, values)
    return target


def test_collapsed_and_degenerate() -> None:
    assert minimizer_conditioning([[1.0]], (1, 1, 1, 1), 5.0).condition_number == 1
    with pytest.raises(ValueError, match="regularization equals a singular value"):
        minimizer_conditioning(np.diag([3.0, 1.0]), (2, 2, 2), 1.0)
    with pytest.raises(ValueError, match="rank"):
        minimizer_conditioning([[2.0]], (1, 1, 1, 1), collapse_threshold(2.0, 3))
    tie = minimizer_conditioning([[2.0]], (1, 1, 1, 1), collapse_threshold(2.0, 3), rank=1)
    assert tie.condition_number == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("widths", [(2, 3, 2), (3, 3, 2), (3, 2, 3), (2, 2, 2, 2, 2)], ids=str)
def test_balanced(widths: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    target = rng.normal(size=(widths[-1], widths[0]))
    if min(widths) < min(widths[0], widths[-1]):
        target = target[:, :2] @ target[:2]
    found = balanced_conditioning(target, widths)
    slow = conditioning_at(balanced_factors(target, widths))
    assert found.smallest == pytest.approx(slow.smallest, rel=1e-10)
    assert found.largest == pytest.approx(slow.largest, rel=1e-10)
    far = balanced_conditioning(np.diag([1e6, 1e-6]), (2, 2, 2)).condition_number
    assert far == pytest.approx(1e12, rel=1e-9)


@pytest.mark.parametrize(("widths", "price"), [((2, 2, 3), 0.3), ((2, 3, 2, 2), 0.1)], ids=str)
def test_measured_rates(widths: tuple[int, ...], price: float) -> None:
    """Runs from beside a minimizer, along its slowest and its fastest direction."""
    target = np.random.default_rng(2).normal(size=(widths[-1], widths[0]))
    speed = minimizer_conditioning(target, widths, price)
    factors = minimizer_factors(target, widths, price, rng=0)
    values, vectors = np.linalg.eigh(dense_hessian(factors, target, price))
    slow = int(np.argmin(abs(values - speed.smallest)))
    nudge = unpack(1e-8 * (vectors[:, slow] + vectors[:, -1]), widths)
    best, edge = speed.optimal_step_size, 2 / speed.largest
    for step in (best / 2, best, (best + edge) / 2):
        steps = int(speed.predicted_steps(1e-5, step))
        run = gradient_descent(factors, target, step, steps, price, displacement=nudge)
        half = steps // 2
        measured = (run.losses[-1] / run.losses[half]) ** (0.5 / (steps - half))
        assert measured == pytest.approx(speed.rate_at(step), rel=1e-4)
    assert speed.rate_at(speed.optimal_step_size) == pytest.approx(speed.rate, rel=1e-12)
    assert speed.rate_at(2.1 / speed.largest) > 1

    point = before = pack(factors) + 1e-3 * (vectors[:, slow] + vectors[:, -1])
    sizes = []
    for _ in range(int(speed.predicted_momentum_steps(1e-6))):
        slope = pack(gradient(unpack(point, widths), target, price))
        sizes.append(np.linalg.norm(slope))
        move = -speed.momentum_step_size * slope + speed.momentum * (point - before)
        point, before = point + move, point
    third = len(sizes) // 3
    measured = (sizes[-1] / sizes[third]) ** (1 / (len(sizes) - 1 - third))
    # A double root adds a factor k after k steps.
    growth = ((len(sizes) - 1) / third) ** (1 / (len(sizes) - 1 - third))
    assert speed.momentum_rate * 0.97 < measured < speed.momentum_rate * growth * 1.03
    assert speed.momentum_rate < speed.rate**1.5


def test_numbers_of_steps() -> None:
    speed = Conditioning(1.0, 9.0)
    for accuracy in (0.5, 1e-3, 1e-12):
        steps = speed.predicted_steps(accuracy)
        assert speed.rate**steps <= accuracy * (1 + 1e-12) < speed.rate ** (steps - 1)
        steps = speed.predicted_momentum_steps(accuracy)
        assert speed.momentum_rate**steps <= accuracy * (1 + 1e-12)
    assert speed.predicted_steps(1e-3, 0.1) == math.ceil(math.log(1e-3) / math.log(0.9))
    assert speed.predicted_steps(1e-3, 2 / 9) == speed.predicted_steps(1e-3, 1.0) == math.inf
    same = Conditioning(2.0, 2.0)
    assert same.predicted_steps(1e-9) == same.predicted_momentum_steps(1e-9) == 1
    assert same.predicted_steps(1e-9, 0.5) == 1
    # log(1 - 2 / kappa) is lost to rounding for such condition numbers, the prediction is not.
    far = Conditioning(1e-20, 1.0).predicted_steps(math.exp(-1))
    assert far == pytest.approx(0.5e20, rel=1e-12)
    for bad in ((0.0, 1.0), (2.0, 1.0), (1.0, math.inf)):
        with pytest.raises(ValueError, match=r"smallest|largest"):
            Conditioning(*bad)
    with pytest.raises(ValueError, match="accuracy"):
        speed.predicted_steps(1.5)


def has_perfect_by_theorem(k: int, r: int, widths: tuple[int, ...]) -> bool:
    """Depth two and three, where the chapter proves both directions."""
    for sizes in (widths, widths[::-1]):
        spare = [width - sizes[-1] for width in sizes[1:-1]]
        if min(spare) >= 0 and spare[0] >= sizes[0] - r and sum(spare) >= sizes[0] - k:
            return True
    return False


def perfect(factors: list[np.ndarray], target: np.ndarray) -> None:
    np.testing.assert_allclose(end_to_end(factors), target, atol=1e-12 * np.abs(target).max())
    values = spectrum_at(factors).values
    assert values.size == target.size
    flat = flattest_sharpness(target, len(factors))
    np.testing.assert_allclose(values, flat, rtol=1e-11)
    assert is_flat(factors)


def test_perfect_minima_exactly_where_they_exist() -> None:
    rng = np.random.default_rng(3)
    counts = {True: 0, False: 0}
    for _ in range(300):
        depth = int(rng.integers(2, 4))
        widths = tuple(int(d) for d in rng.integers(1, 6, depth + 1))
        n = min(widths[0], widths[-1])
        r = int(rng.integers(1, n + 1))
        if min(widths) < r:
            continue
        k = int(rng.integers(1, r + 1))
        values = np.zeros(n)
        values[:r] = np.sort(rng.uniform(0.1, 2, r))[::-1]
        values[:k] = 2.5
        left, right = (np.linalg.qr(rng.normal(size=(d, d)))[0] for d in (widths[-1], widths[0]))
        target = left @ _diagonal(values, widths) @ right
        exists = has_perfect_by_theorem(k, r, widths)
        counts[exists] += 1
        if exists:
            perfect(perfect_factors(target, widths), target)
        else:
            with pytest.raises(ValueError, match="no perfect minimum"):
                perfect_factors(target, widths)
            best = fast_flat_factors(target, widths)
            assert best.condition_number > 1
            assert is_flat(best.factors)
            found = conditioning_at(best.factors).condition_number
            assert found == pytest.approx(best.condition_number, rel=1e-9)
    assert min(counts.values()) > 20


@pytest.mark.parametrize("depth", [5, 6, 9])
@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 3)], ids=str)
def test_perfect_without_width_from_depth_five(depth: int, shape: tuple[int, int]) -> None:
    target = np.random.default_rng(4).normal(size=shape)
    widths = (shape[1], *[max(shape)] * (depth - 1), shape[0])
    perfect(perfect_factors(target, widths), target)
    repeated = np.diag([2.0, 2.0, 1e-4])
    perfect(perfect_factors(repeated, (3,) * (depth + 1)), repeated)


@pytest.mark.parametrize("small", [0.999, 0.5, 1e-3, 1e-7])
def test_two_values_at_depth_four(small: float) -> None:
    target = 3 * np.diag([1.0, small, small])
    perfect(perfect_factors(target, (3,) * 5), target)
    with pytest.raises(ValueError, match="no perfect minimum"):
        perfect_factors(np.diag([1.0, small, small / 2]), (3,) * 5)
    with pytest.raises(ValueError, match="no perfect minimum"):
        perfect_factors(np.diag([1.0, 0.3, 0.0]), (3,) * 5)


@pytest.mark.parametrize("depth", [4, 5, 7])
@pytest.mark.parametrize("shape", [(2, 2), (4, 2), (2, 3), (3, 3)], ids=str)
def test_ones_and_zeros_without_width(depth: int, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(8)
    left, right = (np.linalg.qr(rng.normal(size=(d, d)))[0] for d in shape)
    target = 5 * left[:, :1] @ right[:1]
    widths = (shape[1], shape[1], *[shape[0]] * (depth - 1))
    perfect(perfect_factors(target, widths), target)
    turned = (shape[1], *[shape[1]] * (depth - 2), shape[0], shape[0])
    perfect(perfect_factors(target, turned), target)


def test_depth_three_never_needs_width() -> None:
    rng = np.random.default_rng(5)
    for shape in ((3, 3), (4, 2), (2, 4), (1, 3)):
        for _ in range(5):
            target = rng.normal(size=shape) * 10.0 ** rng.uniform(-3, 3)
            widths = (shape[1], shape[1], shape[0], shape[0])
            best = fast_flat_factors(target, widths)
            assert best.condition_number <= ROOT_THREE * (1 + 1e-12)
            assert is_flat(best.factors)
            np.testing.assert_allclose(
                end_to_end(best.factors), target, atol=1e-13 * np.abs(target).max()
            )
            found = conditioning_at(best.factors).condition_number
            assert found == pytest.approx(best.condition_number, rel=1e-10)
    assert fast_flat_factors(np.diag([1.0, 0.0]), (2,) * 4).condition_number == pytest.approx(
        ROOT_THREE, rel=1e-14
    )


def test_no_flat_minimum_of_depth_two_beats_the_bound() -> None:
    """Flat means coupled: beside the path both layers have norms of at most one."""
    rng = np.random.default_rng(6)
    values = np.array([1.0, 0.6, 0.2])
    for width in (3, 4):
        bound = fast_flat_factors(np.diag(values), (3, width, 3)).condition_number
        assert bound == pytest.approx(2 / (1 + values[5 - width] ** 2), rel=1e-13)
        found = []
        for _ in range(1500):
            turns = [np.linalg.qr(rng.normal(size=(d, d)))[0] for d in (2, width - 1)]
            last = turns[0] @ np.eye(2, width - 1) * rng.uniform(0.5, 1, width - 1) @ turns[1]
            first = np.linalg.pinv(last) @ np.diag(values[1:])
            idle = np.eye(width - 1) - np.linalg.pinv(last) @ last
            first += idle @ rng.normal(size=(width - 1, 2))
            if max(np.linalg.norm(part, 2) for part in (first, last)) <= 1:
                factors = [np.eye(width, 3), np.eye(3, width)]
                factors[0][1:, 1:], factors[1][1:, 1:] = first, last
                found.append(conditioning_at(factors).condition_number)
        assert len(found) > 100
        assert bound * (1 - 1e-12) <= min(found) < 1.2 * bound


def test_a_perfect_start_takes_few_steps() -> None:
    target = np.diag([3.0, 1.0, 0.1])
    counts = []
    for factors in (perfect_factors(target, (3, 5, 3)), balanced_factors(target, (3, 5, 3))):
        speed = conditioning_at(factors)
        assert speed.largest == pytest.approx(12, rel=1e-12)
        rng = np.random.default_rng(0)
        start = [part + 1e-4 * rng.normal(size=part.shape) for part in factors]
        run = gradient_descent(start, target, speed.optimal_step_size, 600)
        counts.append(int(np.argmax(run.losses < 1e-24)))
    assert counts[0] <= 4
    assert 200 < counts[1] < 400


@pytest.mark.parametrize("size", [1e-200, 1e-9, 1e9, 1e100])
def test_targets_of_any_size(size: float) -> None:
    target = size * np.diag([1.0, 0.3])
    for widths in ((2, 3, 2), (2, 2, 2, 2), (2,) * 5, (2,) * 6):
        best = fast_flat_factors(target, widths)
        np.testing.assert_allclose(end_to_end(best.factors), target, rtol=1e-12, atol=0)
        found = conditioning_at(best.factors).condition_number
        assert found == pytest.approx(best.condition_number, rel=1e-10)


def test_zero_targets_are_refused() -> None:
    zero = np.zeros((2, 2))
    for function in (perfect_factors, fast_flat_factors, balanced_conditioning):
        with pytest.raises(ValueError, match="target must not be the zero matrix"):
            function(zero, (2, 4, 2))
    with pytest.raises(ValueError, match="nonzero Hessian"):
        conditioning_at([zero, zero])
    with pytest.raises(ValueError, match="too small"):
        fast_flat_factors(np.eye(3), (3, 2, 3))
