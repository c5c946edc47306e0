"""The symbolic formulas of the chapter on flat minima, held against the numerical library."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from cases import random_factors

from dmfbook import (
    balanced_factors,
    end_to_end,
    flatness_conditions,
    flattest_sharpness,
    flattest_trace,
    hessian_trace,
    sharpness,
    two_path_factors,
)
from dmfbook.reference import dense_kronecker_sum
from dmfbook.symbolic import depth, gain
from dmfbook.symbolic import flat_minima as formula


def numbers(matrices: list[sp.Matrix], at: dict[sp.Symbol, float]) -> list[np.ndarray]:
    return [np.array(matrix.subs(at), dtype=float) for matrix in matrices]


@pytest.mark.item("P1-7")
@pytest.mark.parametrize("layers", [2, 3, 5, 9])
def test_the_least_sharpness(layers: int) -> None:
    for size in (0.3, 1.0, 2.5):
        here = {depth: layers, gain: size}
        claim = float(formula.least_sharpness.subs(here))
        target = np.diag([size**layers, 0.4 * size**layers])
        assert flattest_sharpness(target, layers) == pytest.approx(claim, rel=1e-13)
        for layer in range(1, layers + 1):
            at = here | {formula.layer: layer}
            after, before = (f.subs(at) for f in (formula.after_length, formula.before_length))
            assert float(after * before) == pytest.approx(size ** (layers - 1), rel=1e-13)


@pytest.mark.item("P1-7")
@pytest.mark.parametrize("widths", [(2, 3, 2), (3, 2, 1, 2), (2, 2, 3, 2, 2)], ids=str)
def test_the_sum_along_the_path_is_below_the_sharpness(widths: tuple[int, ...]) -> None:
    """And above the least value, at any factors; the two paths meet in the singular value."""
    factors = random_factors(widths, 2)
    left, values, right = np.linalg.svd(end_to_end(factors))
    symbols = [sp.Matrix(factor) for factor in factors]
    ends = sp.Matrix(right[0]), sp.Matrix(left[:, 0])
    total = 2 * sum(float(a * b) for a, b in formula.path_squares(symbols, *ends))
    least = flattest_sharpness(end_to_end(factors), len(factors))
    assert least <= total * (1 + 1e-12)
    assert total <= sharpness(factors) * (1 + 1e-12)
    meetings = [float(x) for x in formula.pairings(symbols, *ends)]
    assert len(meetings) == len(widths), "the paths meet before, between and after the layers"
    np.testing.assert_allclose(meetings, values[0], rtol=1e-12)


@pytest.mark.item("P1-8")
@pytest.mark.parametrize("degrees", [0.0, 33.0, 80.0])
@pytest.mark.parametrize("ratio", [0.6, 1.0, 1.7])
def test_two_arrows(degrees: float, ratio: float) -> None:
    at = {formula.product: 1.3, formula.between: np.deg2rad(degrees), formula.ratio: ratio}
    factors = numbers([formula.first_arrow, formula.last_arrow], at)
    assert end_to_end(factors).item() == pytest.approx(1.3, rel=1e-12)
    claim = float(formula.arrows_sharpness.subs(at))
    assert sharpness(factors) == pytest.approx(claim, rel=1e-12)
    flat = degrees == 0 and ratio == 1
    assert flatness_conditions(factors).flat == flat
    assert flatness_conditions(factors).norm_balanced == flat


@pytest.mark.parametrize("product", [0.0, 0.3, 0.9])
@pytest.mark.parametrize(("first", "last"), [(1.2, 1.1), (0.4, 1.4), (1.35, 1.35), (0.97, 0.97)])
def test_the_corners_of_two_paths(first: float, last: float, product: float) -> None:
    at = {formula.first_gain: first, formula.last_gain: last, formula.second_value: product}
    factors = numbers(list(formula.two_path_factors), at)
    for ours, theirs in zip(factors, two_path_factors(first, last, product), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-15)
    names = ("path", "input", "output", "inner")
    corners = [float(getattr(formula, f"{name}_corner").subs(at)) for name in names]
    np.testing.assert_allclose(np.diag(dense_kronecker_sum(factors)), corners, rtol=1e-13)
    conditions = flatness_conditions(factors)
    shares = conditions.right_share, conditions.left_share, conditions.both_share
    np.testing.assert_allclose(np.array(corners[1:]) / 3, shares, rtol=1e-12)
    assert conditions.norm_share == pytest.approx(float(formula.norm_share.subs(at)), rel=1e-13)
    claim = float(formula.two_path_sharpness.subs(at))
    assert sharpness(factors) == pytest.approx(claim, rel=1e-13)


@pytest.mark.parametrize("widths", [(2, 3, 2), (1, 2, 1, 3), (2, 1, 2, 2)], ids=str)
def test_four_corners(widths: tuple[int, ...]) -> None:
    """With the path in the first place, the corners of a random Z add up to <Z, G(Z)>."""
    rests = random_factors(widths, 4)
    factors = [np.zeros((rest.shape[0] + 1, rest.shape[1] + 1)) for rest in rests]
    for factor, rest in zip(factors, rests, strict=True):
        factor[0, 0], factor[1:, 1:] = 1, rest
    matrix = np.random.default_rng(5).normal(size=(widths[-1] + 1, widths[0] + 1))
    form = matrix.ravel() @ dense_kronecker_sum(factors) @ matrix.ravel()
    grid = sp.Matrix(matrix)
    corners = grid[:1, :1], grid[:1, 1:], grid[1:, :1], grid[1:, 1:]
    parts = formula.four_corners([sp.Matrix(rest) for rest in rests], corners)
    assert float(sum(parts)) == pytest.approx(form, rel=1e-12)


@pytest.mark.parametrize("beta", [0.4, 1.0, 2.0, 2.7])
@pytest.mark.parametrize("shear", [-0.8, 0.0, 0.3])
def test_the_groove(beta: float, shear: float) -> None:
    at = {formula.gain_beta: beta, formula.shear: shear}
    factors = numbers(list(formula.sheared_factors), at)
    np.testing.assert_allclose(end_to_end(factors), np.diag([4.0, 1.0]), atol=1e-14)
    claim = float(formula.sheared_sharpness.subs(at))
    assert sharpness(factors) == pytest.approx(claim, rel=1e-13)
    assert (claim < 16 * (1 + 1e-12)) == (shear == 0 and 0.5 <= beta <= 2)


@pytest.mark.parametrize("widths", [(6, 3, 2), (2, 2, 5), (3, 4, 3)], ids=str)
@pytest.mark.parametrize("dial", [-0.4, 0.0, 0.25])
def test_the_dial(widths: tuple[int, ...], dial: float) -> None:
    target = np.random.default_rng(6).normal(size=(widths[-1], widths[0]))
    values = np.linalg.svd(target, compute_uv=False)
    first, last = balanced_factors(target, widths)
    factors = [first / np.exp(dial), np.exp(dial) * last]
    at = {
        formula.dial: dial,
        formula.inputs: widths[0],
        formula.outputs: widths[-1],
        formula.top: values[0],
        formula.nuclear: values.sum(),
    }
    sharp, trace, least, share_of_sharp, share_of_trace = (
        float(e.subs(at))
        for e in (
            formula.dial_sharpness,
            formula.dial_trace,
            formula.least_trace,
            formula.sharpness_share,
            formula.trace_share,
        )
    )
    assert sharpness(factors) == pytest.approx(sharp, rel=1e-12)
    assert hessian_trace(factors) == pytest.approx(trace, rel=1e-12)
    assert flattest_trace(target) == pytest.approx(least, rel=1e-12)
    assert sharp / flattest_sharpness(target, 2) == pytest.approx(share_of_sharp, rel=1e-12)
    assert trace / least == pytest.approx(share_of_trace, rel=1e-12)


@pytest.mark.parametrize("widths", [(2, 2, 2), (3, 2, 4, 2), (1, 2, 1), (2, 2, 2, 2, 2)], ids=str)
def test_dimensions_by_the_rank_of_the_equations(widths: tuple[int, ...]) -> None:
    """Linearize "the product stays" and "coupled" at a balanced minimum, and count."""
    shortest = min(widths[0], widths[-1])
    target = np.zeros((widths[-1], widths[0]))
    np.fill_diagonal(target, [1.0, 0.4, 0.2][:shortest])
    factors = balanced_factors(target, widths)
    sizes = [factor.size for factor in factors]

    def equations(entries: np.ndarray) -> np.ndarray:
        parts = np.split(entries, np.cumsum(sizes)[:-1])
        moved = [part.reshape(f.shape) for part, f in zip(parts, factors, strict=True)]
        path, back = [np.eye(widths[0])[0]], [np.eye(widths[-1])[0]]
        for factor, reverse in zip(moved, moved[::-1], strict=True):
            path.append(factor @ path[-1])
            back.append(reverse.T @ back[-1])
        # Coupled: forward and backward vectors agree at every stage, in units of s = 1.
        apart = [x - y for x, y in zip(path, back[::-1], strict=True)]
        return np.concatenate([end_to_end(moved).ravel() - target.ravel(), *apart])

    point = np.concatenate([factor.ravel() for factor in factors])
    steps = 1e-6 * np.eye(point.size)
    columns = [(equations(point + step) - equations(point - step)) / 2e-6 for step in steps]
    jacobian = np.array(columns).T
    rank = int(np.linalg.matrix_rank(jacobian, tol=1e-6))
    kept = int(np.linalg.matrix_rank(jacobian[: target.size], tol=1e-6))
    assert point.size - kept == formula.minimizer_dimension(widths)
    assert point.size - rank == formula.coupled_dimension(widths)
    assert rank - kept == sum(widths[1:-1])
