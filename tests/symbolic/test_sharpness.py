"""The library's sharpness held against the symbolic formulas of the chapter."""

import numpy as np
import pytest
import sympy as sp
from cases import random_factors

from dmfbook import (
    end_to_end,
    gradient_descent,
    hessian_operator,
    loss,
    pack,
    sharpest_direction,
    sharpness,
    spectrum_at,
    stability_threshold,
)
from dmfbook.demos import sharpness as demos
from dmfbook.reference import dense_hessian, dense_kronecker_sum
from dmfbook.symbolic import depth, gain, step_size, target
from dmfbook.symbolic import sharpness as formula

WIDTHS = [(2, 2), (3, 1, 2), (1, 3, 1), (2, 1, 3, 2), (1, 2, 2, 1), (2, 2, 1, 2, 2)]
DEEP = [widths for widths in WIDTHS if len(widths) > 2]


def numbers(expressions, symbols, values):
    return np.array(sp.lambdify(symbols, expressions, "numpy")(*values), dtype=float)


@pytest.mark.item("P1-1")
@pytest.mark.parametrize("widths", DEEP, ids=str)
def test_the_edge_is_where_an_eigenvalue_of_a_step_leaves_the_unit_interval(widths):
    factors = random_factors(widths, 3)
    hessian = dense_hessian(factors, end_to_end(factors))
    edge = stability_threshold(factors)
    for ratio, stable in ((0.5, True), (1 - 1e-9, True), (1 + 1e-9, False), (3.0, False)):
        multipliers = np.linalg.eigvalsh(np.eye(len(hessian)) - ratio * edge * hessian)
        # Zero eigenvalues of the Hessian give multipliers that are one up to rounding.
        assert (np.abs(multipliers).max() <= 1 + 1e-12) == stable
        factor = float(formula.amplification.subs(formula.edge_ratio, ratio))
        assert multipliers[0] == pytest.approx(factor, rel=1e-11, abs=1e-11)


@pytest.mark.item("P1-2")
@pytest.mark.parametrize("widths", DEEP, ids=str)
def test_second_derivatives_are_the_hessians(widths):
    rng = np.random.default_rng(4)
    factors, moves = random_factors(widths, 5), random_factors(widths, 6)
    matrix = rng.standard_normal((widths[-1], widths[0]))
    symbols = [formula.symbol_factors(widths, name) for name in "wu"]
    goal = formula.symbol_factors((widths[0], widths[-1]), "m")
    expression = formula.second_variation(*symbols, goal[0])
    names = [entry for part in (*symbols, goal) for entry in formula.parameters(part)]
    values = np.concatenate([pack(factors), pack(moves), matrix.ravel()])
    exact = pack(moves) @ (hessian_operator(factors, matrix) @ pack(moves))
    assert numbers(expression, names, values) == pytest.approx(exact, rel=1e-11)


@pytest.mark.item("P1-3")
@pytest.mark.parametrize("widths", DEEP, ids=str)
def test_no_direction_bends_more_than_the_sharpest(widths):
    factors = random_factors(widths, 7)
    operator = hessian_operator(factors, end_to_end(factors))
    value, best = sharpness(factors), pack(sharpest_direction(factors))
    assert best @ (operator @ best) == pytest.approx(value, rel=1e-12)
    directions = np.random.default_rng(8).standard_normal((200, best.size))
    bends = [(u @ (operator @ u)) / (u @ u) for u in directions]
    assert max(bends) <= value * (1 + 1e-12)


@pytest.mark.item("P1-4")
@pytest.mark.parametrize("layers", range(2, 9))
def test_one_number_rescaled(layers):
    for scale in (0.1, 0.7, 1.0, 4.0):
        at = {depth: layers, formula.scale: scale, gain: 1.2}
        first, other = (float(f.subs(at)) for f in (formula.scaled_factor, formula.other_factor))
        factors = [[[first]]] + [[[other]]] * (layers - 1)
        expected = float(formula.rescaled_sharpness.subs(at))
        assert sharpness(factors) == pytest.approx(expected, rel=1e-12)
        spectrum = spectrum_at(factors)
        assert spectrum.nullity == layers - 1
        assert spectrum.trace == pytest.approx(expected, rel=1e-12)


@pytest.mark.item("P1-5")
@pytest.mark.parametrize("widths", DEEP, ids=str)
def test_the_kronecker_sum(widths):
    factors = random_factors(widths, 9)
    symbols = formula.symbol_factors(widths)
    matrix = formula.kronecker_sum(symbols)
    values = numbers(list(matrix), formula.parameters(symbols), pack(factors))
    values = values.reshape(matrix.shape)
    np.testing.assert_allclose(values, dense_kronecker_sum(factors), rtol=1e-11, atol=1e-12)
    eigenvalues = 2 * np.linalg.eigvalsh(values)
    assert sharpness(factors) == pytest.approx(eigenvalues[-1], rel=1e-12)
    hessian = np.linalg.eigvalsh(dense_hessian(factors, end_to_end(factors)))
    padded = np.zeros(max(hessian.size, eigenvalues.size))
    padded[: eigenvalues.size] = eigenvalues
    expected = np.sort(padded)[-hessian.size :]
    np.testing.assert_allclose(hessian, expected, rtol=0, atol=1e-12 * hessian[-1])


@pytest.mark.item("P1-6")
def test_two_numbers():
    for first, second in ((1.0, 3.0), (0.2, 5.0), (2.0, -2.0)):
        at = dict(zip(formula.factors_of_two, (first, second), strict=True))
        expected = float(formula.pair_sharpness.subs(at))
        assert sharpness([[[second]], [[first]]]) == pytest.approx(expected, rel=1e-14)


def pair_at(first, second, goal, bearing):
    """Return values for the symbols of two numbers with a target and a direction."""
    symbols = (*formula.two_numbers, target, formula.bearing)
    return dict(zip(symbols, (first, second, goal, bearing), strict=True))


PAIRS = [(1.0, 0.2, 1.0), (1.6, 0.625, 1.0), (0.0, 0.0, 0.7), (-1.3, 0.9, 2.0), (0.5, 0.5, 0.5)]


@pytest.mark.item("P1-2")
@pytest.mark.item("P1-3")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_two_numbers_in_every_direction(pair):
    first, second, goal = pair
    factors, matrix = [[[first]], [[second]]], [[goal]]
    hessian = dense_hessian(factors, matrix)
    bends = []
    for bearing in np.linspace(0, np.pi, 37):
        at = pair_at(*pair, bearing)
        bend = float((formula.pair_square + formula.pair_mixed).subs(at))
        ray = np.array([np.cos(bearing), np.sin(bearing)])
        assert bend == pytest.approx(ray @ hessian @ ray, abs=1e-12)
        size = 1e-3
        moved = [
            loss([[[first + k * ray[0]]], [[second + k * ray[1]]]], matrix) for k in (-size, size)
        ]
        difference = (moved[0] - 2 * loss(factors, matrix) + moved[1]) / size**2
        assert bend == pytest.approx(difference, abs=1e-5)
        bends.append(bend)
    eigenvalues, vectors = np.linalg.eigh(hessian)
    top, determinant = (float(e.subs(at)) for e in (formula.pair_top, formula.pair_determinant))
    assert top == pytest.approx(eigenvalues[1], rel=1e-12)
    assert determinant / top == pytest.approx(eigenvalues[0], abs=1e-12)
    assert eigenvalues[0] - 1e-12 <= min(bends)
    assert max(bends) <= eigenvalues[1] + 1e-12
    if eigenvalues[1] - eigenvalues[0] > 1e-9:
        at = pair_at(*pair, float(formula.sharpest_bearing.subs(at)))
        ray = np.array([float(e.subs(at)) for e in formula.heading])
        assert abs(ray @ vectors[:, 1]) == pytest.approx(1, abs=1e-12)


@pytest.mark.item("P1-2")
@pytest.mark.item("P1-3")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_the_demo_of_directions_shows_the_hessian(pair):
    first, second, goal = pair
    hessian = dense_hessian([[[first]], [[second]]], [[goal]])
    low, top = np.linalg.eigvalsh(hessian)
    chosen = {"first": first, "second": second, "target": goal}
    for setting, expected in ((None, None), ("sharpest", top), ("least", low)):
        values = {"angle": 33.5, **chosen}
        if setting:
            values = demos.direction.program.setting(setting, values)
        angle = np.deg2rad(values["angle"])
        rays = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        bends = np.einsum("ki,ij,kj->k", rays, hessian, rays)
        *readouts, verdict = demos.direction.scene(values)["readouts"]
        loss_here = (goal - first * second) ** 2
        right = [*bends, hessian.trace(), top, low, loss_here]
        np.testing.assert_allclose([r["value"] for r in readouts], right, atol=1e-9)
        if expected is not None:
            assert bends[0] == pytest.approx(expected, abs=1e-9)
        if abs(bends[0]) > 1e-9:
            assert verdict["text"].startswith("up" if bends[0] > 0 else "down")
        else:
            assert verdict["text"].startswith("not at all")


@pytest.mark.item("P1-1")
@pytest.mark.parametrize("curvature", [0.0, 0.3, 1.9, 2.1, 40.0])
def test_the_margin_of_a_step_is_negative_beyond_the_edge(curvature):
    at = {formula.curvature: curvature, step_size: 1.0}
    assert (float(formula.step_margin.subs(at)) >= 0) == (abs(1 - curvature) <= 1)


@pytest.mark.parametrize("missed", [0.0, 0.4, 0.9, 1.0, 1.25])
@pytest.mark.parametrize("idle", [0.0, 0.5, 1.0, 2.0, 3.0])
def test_the_narrow_family(missed, idle):
    at = {formula.missed: missed, formula.idle_gain: idle}
    factors = [np.array(f.subs(at), dtype=float) for f in formula.narrow_factors]
    matrix = np.diag([1.0, missed])
    eigenvalues = np.linalg.eigvalsh(dense_hessian(factors, matrix))
    expected = np.sort([*(float(v.subs(at)) for v in formula.narrow_values), *[0.0] * 5])
    np.testing.assert_allclose(eigenvalues, expected, rtol=0, atol=1e-12 * expected[-1])
    assert (eigenvalues[0] > -1e-12) == (missed <= 1)
    claimed = float(formula.narrow_formula.subs(at))
    assert sharpness(factors) == pytest.approx(claimed, rel=1e-13)
    if missed == 0:
        assert sharpness(factors, matrix) == pytest.approx(claimed, rel=1e-13)
    else:
        with pytest.raises(ValueError, match="target differs"):
            sharpness(factors, matrix)


@pytest.mark.parametrize("eccentricity", [0.0, 0.5, 0.95])
@pytest.mark.parametrize("imbalance", [0.5, 1.0, 2.0])
def test_data_of_two_inputs(imbalance, eccentricity):
    factors = [[[imbalance, 0.0]], [[1 / imbalance]]]
    symbols = (formula.imbalance, formula.eccentricity, formula.angle)
    both = sp.lambdify(symbols, (formula.covariance, formula.data_sharpness), "numpy")
    for degrees in (0, 20, 90, 135):
        covariance, expected = both(imbalance, eccentricity, np.deg2rad(degrees))
        value = sharpness(factors, covariance=covariance)
        # Where the two eigenvalues meet, the square root halves the digits of its argument.
        assert value == pytest.approx(float(expected), rel=1e-7)


@pytest.mark.parametrize("size", [1e-13, 0.05])
def test_the_displaced_step_is_the_librarys(size):
    first, second, eta = 1.65, 0.5, 0.4
    names = (*formula.displacement, *formula.factors_of_two, step_size)
    step = sp.lambdify(names, formula.displaced_step)
    start = x, y = size, -0.3 * size
    for _ in range(30):
        x, y = step(x, y, first, second, eta)
    run = gradient_descent(
        [[[first]], [[second]]],
        [[first * second]],
        eta,
        30,
        displacement=[[[start[0]]], [[start[1]]]],
    )
    assert pack(run.displacement) == pytest.approx([x, y], rel=1e-10)
