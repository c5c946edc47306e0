"""Volumes, determinants and integrals, against slow and independent computations."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import dblquad

from dmfbook import (
    end_to_end_minimizer,
    integrated_log_evidence,
    log_determinant,
    log_evidence,
    log_orbit_volume,
    log_room,
    loss,
    minimizer_factors,
    pack,
    sampled_log_evidence,
    uniqueness_threshold,
)
from dmfbook.reference import dense_hessian

SKEW = np.array([[2.0, 0.3], [-0.4, 1.2]])


def _tangents(factors: list[np.ndarray], rank: int) -> np.ndarray:
    """Return how all factors move under each unit rotation that moves the first coordinates."""
    moves = []
    for place in range(len(factors) - 1):
        size = factors[place].shape[0]
        for i in range(rank):
            for k in range(i + 1, size):
                turn = np.zeros((size, size))
                turn[k, i], turn[i, k] = 1, -1
                parts = [np.zeros_like(w) for w in factors]
                parts[place] = turn @ factors[place]
                parts[place + 1] = -factors[place + 1] @ turn
                moves.append(pack(parts))
    return np.array(moves)


def test_the_density_of_the_orbit_is_the_determinant_of_its_tangents() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        layers, n = rng.integers(2, 5), rng.integers(1, 4)
        rank = rng.integers(1, n + 1)
        sizes = [n + 1, *rng.integers(rank, rank + 3, layers - 1), n]
        widths = tuple(int(size) for size in sizes)
        x = np.sort(rng.uniform(0.3, 3, rank))[::-1]
        factors = [np.zeros((b, a)) for a, b in pairwise(widths)]
        for factor in factors:
            factor[range(rank), range(rank)] = x ** (1 / layers)
        matrix = np.zeros((n, n + 1))
        matrix[range(rank), range(rank)] = x
        tangents = _tangents(factors, rank)
        density = np.linalg.slogdet(tangents @ tangents.T)[1] / 2 if len(tangents) else 0.0
        frames = sum(
            math.log(2) + k / 2 * math.log(math.pi) - math.lgamma(k / 2)
            for d in widths[1:-1]
            for k in range(d - rank + 1, d + 1)
        )
        found = log_orbit_volume(matrix, widths)
        assert found == pytest.approx(density + frames, abs=1e-12)


def test_the_determinant_is_that_of_the_dense_hessian() -> None:
    rng = np.random.default_rng(1)
    for trial in range(25):
        layers = 2 + trial % 3
        widths = (2, *(int(w) for w in rng.integers(2, 5, layers - 1)), int(rng.integers(2, 4)))
        target = rng.normal(size=(widths[-1], 2)) * 1.5
        weight = rng.uniform(0.05, 0.6)
        factors = minimizer_factors(target, widths, weight)
        values = np.linalg.eigvalsh(dense_hessian(factors, target, weight))
        found = log_evidence(target, widths, weight, 3.0)
        across = values[found.orbit_dimension :]
        assert across[0] > 1e-6
        assert values[: found.orbit_dimension] == pytest.approx(0, abs=1e-9)
        assert found.log_determinant == pytest.approx(np.log(across).sum(), abs=1e-9)
        assert found.log_height == pytest.approx(-3 * loss(factors, target, weight), rel=1e-12)
        assert found.dimension == values.size


@pytest.mark.parametrize("widths", [(1, 3, 1), (2, 4, 1), (1, 2, 2, 1), (2, 1, 3, 1), (1, 4, 2, 3)])
def test_the_formula_meets_the_integral_at_the_rate_of_one_over_beta(
    widths: tuple[int, ...],
) -> None:
    target = np.full((widths[-1], widths[0]), 2.0 / math.sqrt(widths[0] * widths[-1]))
    scaled = []
    for beta in (1e2, 1e3, 1e4):
        exact = integrated_log_evidence(target, widths, 0.4, beta)
        scaled.append(beta * (log_evidence(target, widths, 0.4, beta).log_integral - exact))
    assert scaled[1] == pytest.approx(scaled[2], rel=0.03, abs=1e-3)
    assert 0.01 < abs(scaled[2]) < 5


def test_two_integrals_of_two_numbers() -> None:
    """The plainest integral of all, over the plane of two factors, at a small beta."""

    def height(u: float, v: float) -> float:
        return math.exp(-0.7 * ((1.5 - u * v) ** 2 + 0.3 * (u * u + v * v)))

    plain = dblquad(height, -12, 12, -12, 12, epsrel=1e-9)[0]
    found = integrated_log_evidence([[1.5]], (1, 1, 1), 0.3, 0.7)
    assert found == pytest.approx(math.log(plain), abs=1e-7)


@pytest.mark.parametrize("widths", [(2, 2, 2), (2, 3, 2), (2, 3, 2, 1), (2, 2, 3, 2)])
def test_integrals_agree_with_plain_sampling_from_the_prior(widths: tuple[int, ...]) -> None:
    """No triangle, no Bessel function: normal weights, and the average likelihood."""
    rng, weight, beta, count = np.random.default_rng(2), 0.2, 2.5, 100_000
    target = np.diag([1.5, 1.0])[: widths[-1]]
    product = np.broadcast_to(np.eye(2), (count, 2, 2))
    size = 0
    for below, above in pairwise(widths):
        spread = 1 / math.sqrt(2 * beta * weight)
        product = spread * rng.normal(size=(count, above, below)) @ product
        size += above * below
    likely = np.exp(-beta * ((product - target) ** 2).sum(axis=(1, 2)))
    plain = math.log(likely.mean()) + size / 2 * math.log(math.pi / (beta * weight))
    error = likely.std() / likely.mean() / math.sqrt(count)
    sampled = sampled_log_evidence(target, widths, weight, beta, 0, samples=40_000)
    spread = math.hypot(error, sampled.standard_error)
    assert spread < 0.1
    assert abs(plain - sampled.log_integral) < 4 * spread
    if widths[-1] == 1:
        assert abs(plain - integrated_log_evidence(target, widths, weight, beta)) < 4 * error


@pytest.mark.parametrize("widths", [(2, 2, 2), (2, 4, 2), (3, 2, 2, 2), (2, 3, 2, 3)])
def test_the_formula_meets_samples_for_two_singular_values(widths: tuple[int, ...]) -> None:
    target = np.zeros((widths[-1], widths[0]))
    target[:2, :2] = SKEW
    beta = 400.0
    sampled = sampled_log_evidence(target, widths, 0.3, beta, 5, samples=20_000)
    formula = log_evidence(target, widths, 0.3, beta).log_integral
    assert sampled.standard_error < 6e-3
    assert abs(formula - sampled.log_integral) < 4 * sampled.standard_error + 3 / beta


@pytest.mark.parametrize("eps", [1e-2, 1e-3])
def test_the_room_is_counted_on_a_grid(eps: float) -> None:
    target, weight = 2.0, 0.5
    best = math.sqrt(target - weight)
    u, v = np.meshgrid(*[np.linspace(best - 0.4, best + 0.4, 1601)] * 2)
    height = (target - u * v) ** 2 + weight * (u * u + v * v)
    least = loss(minimizer_factors([[target]], (1, 1, 1), weight), [[target]], weight)
    counted = 2 * np.mean(height <= least + eps) * 0.8**2
    assert math.exp(log_room([[target]], (1, 1, 1), weight, eps)) == pytest.approx(
        counted, rel=2e-3 + eps
    )


def test_square_layers_of_full_rank_have_the_volume_of_menon_and_yu() -> None:
    """Their formula: powers of the volume of O_d, times a root of two Vandermonde determinants."""
    for d, layers in ((2, 2), (3, 3), (4, 5)):
        x = np.linspace(0.7, 2.3, d)[::-1]
        s = x ** (1 / layers)
        pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
        ratio = sum(math.log((x[i] ** 2 - x[j] ** 2) / (s[i] ** 2 - s[j] ** 2)) for i, j in pairs)
        group = sum(
            math.log(2) + k / 2 * math.log(math.pi) - math.lgamma(k / 2) for k in range(1, d + 1)
        ) + d * (d - 1) / 4 * math.log(2)
        wanted = (layers - 1) * group + ratio / 2
        widths = (d,) * (layers + 1)
        assert log_orbit_volume(np.diag(x), widths) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("size", [1e150, 1e-150])
@pytest.mark.parametrize("layers", [2, 3, 5])
def test_another_unit_shifts_the_logarithms(size: float, layers: int) -> None:
    """M times c and lambda times c^(2 - 2/L) multiply every eigenvalue by c^(2 - 2/L)."""
    widths = (2, *[3] * (layers - 1), 3)
    target = np.vstack([SKEW, [0.1, 0.2]])
    power = (2 - 2 / layers) * math.log(size)
    here = log_evidence(target, widths, 0.3, 2.0)
    there = log_evidence(size * target, widths, 0.3 * math.exp(power), 2.0 * size**-1.9)
    determinant = here.log_determinant + power * here.effective_dimension
    assert there.log_determinant == pytest.approx(determinant, rel=1e-11)
    volume = here.log_volume + here.orbit_dimension * math.log(size) / layers
    assert there.log_volume == pytest.approx(volume, rel=1e-11)


@pytest.mark.parametrize(("size", "weight"), [(1e300, 1e-300), (1e-300, 1e-300), (1e-300, 1e300)])
def test_no_float_is_too_large_or_too_small(size: float, weight: float) -> None:
    for widths in ((2, 3, 2), (2, 2, 4, 3), (2, 2, 2, 2, 2, 2)):
        target = np.zeros((widths[-1], 2))
        target[:2] = size * np.diag([1.0, 0.5]) * 0.7
        assert math.isfinite(log_determinant(target, widths, weight))
        assert math.isfinite(log_room(target, widths, weight, 1e-300))
        assert math.isfinite(log_orbit_volume(target, widths))
    if weight > 1:
        both = 2 * math.log(2 * weight)
        assert log_determinant([[size]], (1, 1, 1), weight) == pytest.approx(both)


def test_a_weight_that_is_nothing_beside_the_target() -> None:
    """Stretches 4 lambda, and the simple eigenvalue 2 L m^(2 - 2/L), in logarithms."""
    found = log_determinant([[1e300]], (1, 1, 1, 1, 1), 1e-300)
    assert found == pytest.approx(3 * math.log(4e-300) + math.log(8) + 1.5 * math.log(1e300))


def test_equal_and_nearly_equal_singular_values_are_no_special_case() -> None:
    at = {
        gap: log_evidence(np.diag([2.0, 2.0 - gap]), (2, 3, 2, 2), 0.2, 9.0)
        for gap in (0.0, 1e-15, 1e-9, 1e-6)
    }
    for gap, found in at.items():
        assert found.log_determinant == pytest.approx(at[0.0].log_determinant, abs=1e-12 + 9 * gap)
        assert found.log_volume == pytest.approx(at[0.0].log_volume, abs=1e-12 + 9 * gap)


def test_what_is_no_clean_valley_is_refused() -> None:
    with pytest.raises(ValueError, match="regularization"):
        log_evidence(np.diag([2.0, 0.3]), (2, 2, 2), 0.3, 5.0)
    with pytest.raises(ValueError, match="both fitted and not"):
        log_determinant(np.diag([2.0, 2.0]), (2, 1, 2), 0.3)
    tie = uniqueness_threshold(3, 0.2)
    with pytest.raises(ValueError, match="rank="):
        log_evidence(np.diag([2.0, tie]), (2, 2, 2, 2), 0.2, 5.0)
    with pytest.raises(ValueError, match="both fitted and not"):
        log_evidence(np.diag([tie, tie]), (2, 2, 2, 2), 0.2, 5.0, rank=1)
    with pytest.raises(ValueError, match="full rank"):
        sampled_log_evidence(np.diag([2.0, 0.1]), (2, 2, 2), 0.3, 5.0, 0)
    with pytest.raises(ValueError, match="precision"):
        log_evidence([[1e200]], (1, 1, 1), 0.3, 1e200)
    with pytest.raises(ValueError, match="depth 2 or 3"):
        integrated_log_evidence(np.eye(2), (2, 2, 2), 0.3, 5.0)


def test_narrow_layers_fit_the_largest_values_only() -> None:
    target, widths, weight = np.diag([2.0, 1.0]), (2, 1, 2), 0.3
    factors = minimizer_factors(target, widths, weight)
    values = np.linalg.eigvalsh(dense_hessian(factors, target, weight))
    assert log_determinant(target, widths, weight) == pytest.approx(np.log(values).sum(), abs=1e-12)


def test_at_the_tie_each_rank_has_its_own_room() -> None:
    tie = uniqueness_threshold(3, 1.0)
    found = [log_evidence([[tie]], (1, 1, 1, 1), 1.0, 50.0, rank=rank) for rank in (0, 1)]
    assert found[0].log_height == pytest.approx(found[1].log_height, rel=1e-14)
    odds = found[1].log_integral - found[0].log_integral
    assert odds == pytest.approx(math.log(2) / 2, abs=1e-12)
    assert end_to_end_minimizer([[tie]], 3, 1.0).unique is False


@pytest.mark.parametrize("precision", [1e-9, 1.0, 1e4, 1e6, 1e8])
@pytest.mark.parametrize("widths", [(1, 2, 1), (3, 2, 1), (3, 4, 1)], ids=str)
def test_quadrature_at_any_precision(widths: tuple[int, ...], precision: float) -> None:
    """Shapes whose formula has no error of a power of 1 / beta, and the circle for small beta."""
    target = np.full((1, widths[0]), 3 / math.sqrt(widths[0]))
    found = integrated_log_evidence(target, widths, 0.5, precision)
    if precision >= 1e2:
        claim = log_evidence(target, widths, 0.5, precision).log_integral
        assert found == pytest.approx(claim, rel=1e-14, abs=1e-9)
    elif widths == (1, 2, 1):
        root = math.sqrt(precision)
        sides = math.exp(-3 * precision) * math.erfc(-2.5 * root)
        sides += math.exp(3 * precision) * math.erfc(3.5 * root)
        known = 2.5 * math.log(math.pi) - 1.5 * math.log(precision) + precision / 4
        assert found == pytest.approx(known + math.log(sides), abs=1e-10)


@pytest.mark.parametrize("precision", [1e5, 1e9])
def test_quadrature_sees_both_wells_at_a_tie(precision: float) -> None:
    problem = [[uniqueness_threshold(3, 1.0)]], (1, 2, 3, 1), 1.0, precision
    both = [log_evidence(*problem, rank=rank).log_integral for rank in (0, 1)]
    found = integrated_log_evidence(*problem)
    assert found == pytest.approx(np.logaddexp(*both), rel=1e-15, abs=5 / precision)


@pytest.mark.parametrize("depth", [2, 3])
def test_quadrature_of_enormous_numbers(depth: int) -> None:
    """Nothing but the prior is left: of all weights, with the likelihood of the target."""
    widths = (1, 3, 1) if depth == 2 else (1, 3, 40, 1)
    size = sum(a * b for a, b in pairwise(widths))
    for weight, precision in ((1e300, 1.0), (0.5, 1e300)):
        found = integrated_log_evidence([[1e-200]], widths, weight, precision)
        prior = size / 2 * (math.log(math.pi) - math.log(weight) - math.log(precision))
        assert found == pytest.approx(prior, rel=1e-12)
    with pytest.raises(ValueError, match="exceeds the largest float"):
        integrated_log_evidence([[1e200]], widths, 0.5, 1e200)
