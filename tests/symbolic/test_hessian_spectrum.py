"""The chapter's symbolic formulas and explorables against the library's spectra."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

from dmfbook import (
    Origin,
    collapse_threshold,
    end_to_end,
    hessian_spectrum,
    loss,
    minimizer_factors,
    scalar_minimizer,
    spectrum_from_singular_values,
    uniqueness_threshold,
)
from dmfbook.demos import hessian_spectrum as demos
from dmfbook.reference import dense_hessian
from dmfbook.symbolic import depth, gain, regularization, target
from dmfbook.symbolic import hessian_spectrum as formula

DEPTHS = (2, 3, 4, 7)
WEIGHT = 0.05


def value_of(expression: sp.Expr, layers: int, **gains: float) -> float:
    """Evaluate a formula of the chapter with the given numbers."""
    names = {symbol.name: symbol for symbol in expression.free_symbols}
    numbers = {"L": layers, "lambda": WEIGHT, **gains}
    return float(expression.subs({names[k]: v for k, v in numbers.items() if k in names}))


def only(spectrum, origin):
    (found,) = spectrum.values[spectrum.origins == origin]
    return found


@pytest.mark.item("P2-6")
@pytest.mark.parametrize("layers", DEPTHS)
@pytest.mark.parametrize("target", [1.7, -0.9])
def test_scalar_spectrum(layers: int, target: float) -> None:
    s = abs(scalar_minimizer(target, layers, WEIGHT)) ** (1 / layers)
    simple = value_of(formula.simple_value, layers, s=s)
    balancing = value_of(formula.balancing_value, layers)
    expected = np.sort([balancing] * (layers - 1) + [simple])
    found = hessian_spectrum([[target]], (1,) * (layers + 1), WEIGHT)
    np.testing.assert_allclose(found.eigenvalues(), expected, rtol=1e-13)
    factors = [[[s]]] * (layers - 1) + [[[s * np.sign(target)]]]
    dense = np.linalg.eigvalsh(dense_hessian(factors, [[target]], WEIGHT))
    np.testing.assert_allclose(dense, expected, rtol=1e-12)


@pytest.mark.item("P2-6")
@pytest.mark.parametrize("layers", DEPTHS)
@pytest.mark.parametrize(("first", "second"), [(0.7, 1.6), (-1.2, 0.4)])
def test_the_loss_of_two_factors(layers: int, first: float, second: float) -> None:
    """It is the loss of the library but for the penalty of the factors that do not move."""
    others = [[[1.1]]] * (layers - 2)
    at = {target: 2.3, gain: 1.1, depth: layers, regularization: WEIGHT}
    at |= dict(zip(formula.two_factors, (first, second), strict=True))
    penalty = WEIGHT * (layers - 2) * 1.1**2
    expected = loss([[[first]], *others, [[second]]], [[2.3]], WEIGHT)
    assert float(formula.two_factor_loss.subs(at)) + penalty == pytest.approx(expected, rel=1e-13)


@pytest.mark.item("P2-6")
@pytest.mark.parametrize("layers", DEPTHS)
def test_scalar_spectrum_at_zero(layers: int) -> None:
    target = 0.02
    dense = np.linalg.eigvalsh(dense_hessian([[[0.0]]] * layers, [[target]], WEIGHT))
    spread = 2 * target if layers == 2 else 0.0
    expected = 2 * WEIGHT + np.linspace(-spread, spread, layers)
    np.testing.assert_allclose(dense, expected, rtol=1e-13)
    found = hessian_spectrum([[target]], (1,) * (layers + 1), WEIGHT)
    np.testing.assert_allclose(found.eigenvalues(), expected, rtol=1e-13)


@pytest.mark.item("P2-7")
@pytest.mark.parametrize("layers", DEPTHS)
def test_vanishing_decay(layers: int) -> None:
    found = hessian_spectrum([[1.3]], (1,) * (layers + 1), 1e-9).eigenvalues()
    assert found[-1] == pytest.approx(2 * layers * 1.3 ** (2 - 2 / layers), rel=1e-7)
    assert found[:-1] == pytest.approx(4e-9)


@pytest.mark.item("P2-7")
@pytest.mark.parametrize("layers", DEPTHS)
@pytest.mark.parametrize("target", [1.3, -2.1])
def test_the_rate_of_vanishing_decay(layers: int, target: float) -> None:
    """The dense Hessian's largest eigenvalue leaves its limit at a rate without the target."""
    weight = 1e-6
    factors = minimizer_factors([[target]], (1,) * (layers + 1), weight, 3)
    sharpness = np.linalg.eigvalsh(dense_hessian(factors, [[target]], weight))[-1]
    rate = (sharpness - 2 * layers * abs(target) ** (2 - 2 / layers)) / weight
    assert rate == pytest.approx(float(formula.vanishing_rate.subs(depth, layers)), rel=1e-4)


@pytest.mark.parametrize("layers", DEPTHS)
def test_every_row_of_the_table(layers: int) -> None:
    targets = np.array([2.0, 1.5, 0.02])
    s = scalar_minimizer(targets[:2], layers, WEIGHT) ** (1 / layers)
    widths = (3, *(4,) * (layers - 1), 5)
    spectrum = spectrum_from_singular_values(targets, widths, WEIGHT)
    assert spectrum.rank == 2
    pair = {"s_a": s[0], "s_b": s[1]}
    for origin, expression in {
        Origin.PAIR_SYMMETRIC: formula.pair_symmetric,
        Origin.PAIR_ANTISYMMETRIC: formula.pair_antisymmetric,
    }.items():
        assert only(spectrum, origin) == pytest.approx(
            value_of(expression, layers, **pair), rel=1e-12
        )
    for origin, expression in {
        Origin.SINGULAR_VALUE: formula.simple_value,
        Origin.UNFITTED_SYMMETRIC: formula.unfitted_symmetric,
        Origin.UNFITTED_ANTISYMMETRIC: formula.unfitted_antisymmetric,
        Origin.EXCESS: formula.excess_value,
    }.items():
        expected = [value_of(expression, layers, s=x, m_b=targets[2]) for x in s]
        np.testing.assert_allclose(spectrum.values[spectrum.origins == origin], expected, 1e-12)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("layers", DEPTHS)
def test_stable_and_written_out_forms(layers: int, sign: int) -> None:
    pair = {"s_a": 1.3, "s_b": 0.8}
    plain = formula.pair_symmetric if sign > 0 else formula.pair_antisymmetric
    expected = value_of(plain, layers, **pair)
    assert value_of(formula.pair_value(layers, sign), layers, **pair) == pytest.approx(
        expected, rel=1e-12
    )
    stable = 2 * formula.stable_data_sum + 2 * regularization * (
        1 - sign * formula.stable_residual_sum
    )
    found = value_of(stable, layers, tau=np.log(1.3 / 0.8), **pair)
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("widths", "rank"), [((3, 4, 5, 2), 2), ((3, 4, 2), 1), ((2, 2, 2, 2), 2)])
def test_dimensions(widths: tuple[int, ...], rank: int) -> None:
    values = np.array([3.0] * rank + [0.01] * (min(widths[0], widths[-1]) - rank))
    spectrum = spectrum_from_singular_values(values, widths, WEIGHT)
    sizes = {formula.rank: rank, depth: len(widths) - 1}
    hidden = widths[1:-1]
    for origin, expression in (
        (Origin.ROTATION, formula.rotations),
        (Origin.BALANCING, formula.stretches),
    ):
        expected = sum(expression.subs({**sizes, formula.hidden_width: d}) for d in hidden)
        assert spectrum.count(origin) == expected
    sizes |= {formula.input_width: widths[0], formula.output_width: widths[-1]}
    sizes |= {formula.hidden_total: sum(hidden), formula.parameters: spectrum.dimension}
    assert spectrum.count(Origin.DEAD) == formula.dead_moves.subs(sizes)
    both = spectrum.count(Origin.ROTATION) + spectrum.count(Origin.BALANCING)
    assert formula.hidden_moves.subs(sizes) == both


def test_rotating_keeps_the_dense_spectrum_and_stretching_does_not() -> None:
    dense = demos.rotate.frames.series["dense"]
    closed = spectrum_from_singular_values((1.6, 1.0), (2,) * 4, 0.3).eigenvalues()
    kept = dense[:, :, 0]
    np.testing.assert_allclose(kept, np.broadcast_to(closed, kept.shape), rtol=1e-6, atol=1e-8)
    assert np.ptp(dense, axis=(0, 1)).max() < 1e-6
    assert (np.abs(dense[:, :, 1:] - closed).max(axis=-1) > 0.05).all()


def test_the_arrows_are_the_factors_of_the_dense_hessians() -> None:
    demo, degrees = demos.rotate, {"first": 45.0, "second": 120.0, "stretch": 0.2}
    arrows = demo.scene(degrees)["panels"][1]["marks"][:3]
    factors = [np.array([mark["x1"], mark["y1"]]) for mark in arrows]
    x = scalar_minimizer(np.array([1.6, 1.0]), 3, 0.3)
    np.testing.assert_allclose(end_to_end(factors), np.diag(x), rtol=0, atol=1e-12)
    found = np.linalg.eigvalsh(dense_hessian(factors, np.diag([1.6, 1.0]), 0.3))
    dots = demo.scene(degrees)["panels"][0]["marks"][1]["y"]
    np.testing.assert_allclose(dots, found, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("layers", [2, 3, 6])
@pytest.mark.parametrize("second", [0.05, 1.3, 1.4, 1.9])
def test_levels_are_the_spectrum(layers: int, second: float) -> None:
    values = {"first": 1.4, "second": second, "regularization": 0.05, "depth": layers}
    readouts = demos.levels.scene(values)["readouts"]
    spectrum = spectrum_from_singular_values([1.4, second], (2,) * (layers + 1), 0.05)
    assert readouts[1]["value"] == pytest.approx(spectrum.largest, rel=1e-9)
    assert readouts[3]["value"] == pytest.approx(
        0.05 if layers == 2 else uniqueness_threshold(layers, 0.05), rel=1e-12
    )


@pytest.mark.parametrize("layers", [2, 3, 8])
def test_the_scalar_picture_ends_where_the_library_collapses(layers: int) -> None:
    readouts = demos.simple.scene({"depth": layers, "target": 1.1, "regularization": 0.05})
    limit, simple = (readouts["readouts"][i]["value"] for i in (0, 1))
    assert limit == pytest.approx(collapse_threshold(1.1, layers), rel=1e-12)
    assert simple == pytest.approx(
        hessian_spectrum([[1.1]], (1,) * (layers + 1), 0.05).largest, rel=1e-12
    )


@pytest.mark.parametrize(("layers", "decades", "weight"), [(4, 1.0, 0.1), (16, 0.5, 0.02)])
def test_a_million_is_the_library_s_spectrum(layers: int, decades: float, weight: float) -> None:
    width = math.floor(1000 / math.sqrt(layers))
    place = {"one": 29.5 / (width - 1), "two": 6.5 / (width - 1)}
    values = {"depth": layers, "decades": decades, "regularization": weight, **place}
    shown = [row.get("value") for row in demos.million.scene(values)["readouts"]]
    assert [shown[1], *shown[7:]] == [width, 30, 7]
    targets = 3 * 10 ** (-decades * np.arange(width) / (width - 1))
    spectrum = spectrum_from_singular_values(targets, (width,) * (layers + 1), weight)
    assert shown[0] == spectrum.dimension
    assert shown[2] == spectrum.rank
    assert shown[3] == spectrum.count(Origin.ROTATION)
    assert shown[4] == spectrum.count(Origin.BALANCING)
    wanted = (spectrum.first == 6) & (spectrum.second == 29)
    pair = dict(zip(spectrum.origins[wanted], spectrum.values[wanted], strict=True))
    assert shown[5] == pytest.approx(pair[Origin.PAIR_ANTISYMMETRIC], rel=1e-9)
    assert shown[6] == pytest.approx(spectrum.largest, rel=1e-9)


def test_counts_of_the_orbit() -> None:
    values = {"rank": 2, "hidden": 5, "ends": 3, "depth": 4}
    shown = [row.get("value") for row in demos.orbit.scene(values)["readouts"]]
    spectrum = spectrum_from_singular_values([3.0, 2.0, 0.01], (3, 5, 5, 5, 3), WEIGHT)
    assert shown[:4] == [
        2,
        spectrum.count(Origin.ROTATION),
        spectrum.count(Origin.BALANCING),
        spectrum.dimension,
    ]
    dots = demos.orbit.scene(values)["panels"][0]["marks"][1:3]
    filled = [int(np.sum(mark["x"] > 0)) for mark in dots]
    assert [3 * count for count in filled] == shown[1:3]
