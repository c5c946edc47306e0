"""The library computes the formulas of the chapter on the hidden penalty, and its pictures do."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from cases import matrix_with_singular_values

from dmfbook import (
    balanced_factors,
    end_to_end,
    factorization_cost,
    loss,
    schatten_norm,
)
from dmfbook.demos import schatten_norms as demos
from dmfbook.symbolic import depth, regularization
from dmfbook.symbolic import schatten_norms as formula
from dmfbook.symbolic.checks import check_identity

VALUES = (2.5, 2.5, 0.7)
DEPTHS = (2, 3, 5, 8)


def costs(factors: list[np.ndarray]) -> float:
    return sum(float(np.sum(factor**2)) for factor in factors)


@pytest.mark.item("P2-22")
@pytest.mark.parametrize("L", DEPTHS)
def test_the_least_cost_is_the_formula(L: int) -> None:  # noqa: N803
    matrix = matrix_with_singular_values(VALUES, (4, 5), seed=1)
    single = [float(formula.least_cost.subs({formula.singular_value: v, depth: L})) for v in VALUES]
    assert factorization_cost(matrix, L) == pytest.approx(sum(single), rel=1e-13)
    factors = balanced_factors(matrix, (5, *[3] * (L - 1), 4), rng=0)
    assert costs(factors) == pytest.approx(sum(single), rel=1e-13)
    np.testing.assert_allclose(end_to_end(factors), matrix, atol=1e-13)


@pytest.mark.item("P2-22")
@pytest.mark.parametrize("t", [-0.7, 0.0, 0.3, 1.1])
def test_a_stretch_costs_the_formula(t: float) -> None:
    factors = balanced_factors(matrix_with_singular_values(VALUES, (4, 4), 2), (4, 3, 3, 4), rng=1)
    u = np.array([2.0, -1.0, 2.0]) / 3
    stretched = [
        factors[0] + (np.exp(t) - 1) * np.outer(u, u @ factors[0]),
        factors[1] + (np.exp(-t) - 1) * np.outer(factors[1] @ u, u),
        factors[2],
    ]
    np.testing.assert_allclose(end_to_end(stretched), end_to_end(factors), atol=1e-13)
    energy = float(np.sum((u @ factors[0]) ** 2))
    excess = float(formula.stretch_excess.subs({formula.stretch: t, formula.energy: energy}))
    assert costs(stretched) - costs(factors) == pytest.approx(excess, rel=1e-12, abs=1e-13)


@pytest.mark.item("P2-3")
@pytest.mark.parametrize("L", DEPTHS)
def test_the_floor_of_the_cloud_is_the_loss_of_balanced_factors(L: int) -> None:  # noqa: N803
    x, rho, weight = 0.6, 0.3, 0.45
    target = np.diag([1.0, rho])
    found = loss(balanced_factors(x * target, [2] * (L + 1)), target, weight)
    values = {formula.scale: x, formula.second_value: rho, regularization: weight, depth: L}
    assert found == pytest.approx(float(formula.floor_of_loss.subs(values)), rel=1e-13)


@pytest.mark.item("P2-3")
@pytest.mark.parametrize("L", [2, 3, 6])
def test_no_dot_is_below_the_floor(L: int) -> None:  # noqa: N803
    values = {"imbalance": 1.1, "depth": L, "regularization": 0.4, "second": 0.3}
    dots, _, least = demos.cloud.scene(values)["panels"][0]["marks"]
    x = np.asarray(dots["x"])
    floor = 1.09 * (1 - x) ** 2 + 0.4 * L * (1 + 0.3 ** (2 / L)) * x ** (2 / L)
    assert np.all(dots["y"] >= floor - 1e-12)
    assert np.min(dots["y"] - floor) < 1e-2 < 0.5 < np.max(dots["y"] - floor)
    grid = np.linspace(0, 1.5, 100_001)
    losses = 1.09 * (1 - grid) ** 2 + 0.4 * L * (1 + 0.3 ** (2 / L)) * grid ** (2 / L)
    assert least["y"][0] == pytest.approx(np.min(losses), rel=1e-8)
    assert least["x"][0] == pytest.approx(grid[np.argmin(losses)], abs=2e-5)


@pytest.mark.item("P2-19")
@pytest.mark.parametrize("angle", [0.0, 0.4, 1.2, np.pi / 2])
@pytest.mark.parametrize(("alpha", "beta"), [(0.9, 0.6), (0.5, 0.5), (0.0, 0.7)])
def test_the_turned_product_has_the_formulas_singular_values(
    angle: float, alpha: float, beta: float
) -> None:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    product = np.diag(np.exp([alpha, -alpha])) @ turn @ np.diag(np.exp([beta, -beta]))
    values = {formula.spread: alpha, formula.other_spread: beta, formula.angle: angle}
    spread = float(formula.turned_spread.subs(values))
    found = np.linalg.svd(product)[1]
    np.testing.assert_allclose(found, np.exp([spread, -spread]), rtol=1e-7)
    assert found[0] <= np.exp(alpha + beta) * (1 + 1e-14)


@pytest.mark.item("P2-19")
def test_the_picture_of_partial_products_is_that_of_four_by_four_matrices() -> None:
    values = {"angle": 35.0, "spread": 0.3, "other": 0.2, "exponent": 0.7}
    marks = demos.partial_products.scene(values)["panels"][0]["marks"]
    c, s = np.cos(np.pi * 35 / 180), np.sin(np.pi * 35 / 180)
    turn = np.array([[c, 0, 0, -s], [0, c, -s, 0], [0, s, c, 0], [s, 0, 0, c]])
    order = np.array([3, 1, -1, -3])
    product = np.diag(np.exp(0.3 * order)) @ turn @ np.diag(np.exp(0.2 * order))
    logs = np.log(np.linalg.svd(product)[1])
    np.testing.assert_allclose(marks[3]["y"], [0, *np.cumsum(logs)], atol=1e-12)
    np.testing.assert_allclose(marks[1]["y"], [0, *np.cumsum(0.5 * order)], atol=1e-12)


@pytest.mark.parametrize("p", [0.2, 0.8, 1.0, 1.3, 2.0])
@pytest.mark.parametrize("degrees", [25.0, 40.0, 45.0, 63.0])
def test_the_ball_touches_the_line_at_its_cheapest_point(p: float, degrees: float) -> None:
    marks = demos.ball.scene({"exponent": p, "tilt": degrees})["panels"][0]["marks"]
    point = np.array([marks[3]["x"][0], marks[3]["y"][0]])
    normal = np.array([np.cos(np.pi * degrees / 180), np.sin(np.pi * degrees / 180)])
    assert normal @ point == pytest.approx(1, rel=1e-13)
    along = np.linspace(0, 1, 100_001)
    line = np.array([(1 - along) / normal[0], along / normal[1]])
    prices = np.sum(line**p, axis=0)
    assert np.sum(point**p) == pytest.approx(np.min(prices), rel=1e-8)
    assert schatten_norm(np.diag(point), p) ** p == pytest.approx(np.min(prices), rel=1e-8)


@pytest.mark.parametrize("L", DEPTHS)
def test_equal_singular_values_pay_the_price_of_rank(L: int) -> None:  # noqa: N803
    ratio = factorization_cost(np.eye(3) / np.sqrt(3), L) / L
    price = float(formula.price_of_rank.subs({formula.rank: sp.Integer(3), depth: L}))
    assert ratio == pytest.approx(price, rel=1e-13)


def rotation(degrees: float) -> np.ndarray:
    c, s = np.cos(np.pi * degrees / 180), np.sin(np.pi * degrees / 180)
    return np.array([[c, -s], [s, c]])


def unit_diagonal(exponent: float, degrees: float) -> np.ndarray:
    """Return a diagonal matrix whose Schatten norm is one."""
    angle = np.pi * degrees / 180
    return np.diag([np.cos(angle) ** (2 / exponent), np.sin(angle) ** (2 / exponent)])


@pytest.mark.item("P2-20")
@pytest.mark.parametrize("angle", [0.0, 0.3, 1.2, np.pi / 2])
@pytest.mark.parametrize(
    "pairs", [(2.0, 0.5, 1.0, 1.0), (1.5, 0.2, 0.7, 0.6), (1.0, 0.0, 3.0, 1.0)]
)
def test_the_losses_of_a_product_are_the_formulas(
    angle: float, pairs: tuple[float, float, float, float]
) -> None:
    a, b = np.diag(pairs[:2]), np.diag(pairs[2:])
    product = a @ rotation(180 * angle / np.pi) @ b
    symbols = (*formula.values_of_a, *formula.values_of_b, formula.angle)
    at = dict(zip(symbols, (*pairs, angle), strict=True))
    one, two = np.linalg.svd(product)[1]
    for found, expression in (
        (one + two, formula.turned_sum_squared),
        (one - two, formula.turned_difference_squared),
    ):
        assert found == pytest.approx(float(sp.sqrt(expression.subs(at))), rel=1e-12, abs=1e-12)
    slack = (schatten_norm(a, 2) * schatten_norm(b, 2)) ** 2 - schatten_norm(product, 1) ** 2
    lost = float((formula.lost_by_mismatch + formula.lost_by_turn).subs(at))
    assert slack == pytest.approx(lost, rel=1e-12, abs=1e-12)
    assert slack >= -1e-12


@pytest.mark.item("P2-18")
@pytest.mark.item("P2-20")
@pytest.mark.parametrize("p", [0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize(
    ("s", "t", "turn"),
    [(14, 34, 50), (30, 30, 0), (45, 45, 70), (0, 20, 90), (45, 20, 50), (20, 45, 50), (14, 34, 0)],
)
def test_the_picture_of_two_losses_is_that_of_two_matrices(
    p: float, s: float, t: float, turn: float
) -> None:
    q = 3.0
    r = 1 / (1 / p + 1 / q)
    setting = {"exponent": p, "other": q, "first": s, "second": t, "turn": turn}
    scene = demos.two_losses.scene(setting)
    a, b = unit_diagonal(p, s), unit_diagonal(q, t)
    product = a @ rotation(turn) @ b
    marks = scene["panels"][0]["marks"]
    red = [marks[6][axis][0] for axis in "xy"]
    np.testing.assert_allclose(red, np.linalg.svd(product)[1], atol=1e-14)
    hollow = [marks[5][axis][0] for axis in "xy"]
    np.testing.assert_allclose(hollow, np.diag(a @ b), atol=1e-14)
    _, of_lists, of_product = (entry["value"] for entry in scene["readouts"][:3])
    assert of_product == pytest.approx(schatten_norm(product, r), rel=1e-11, abs=1e-13)
    assert of_lists == pytest.approx(schatten_norm(a @ b, r), rel=1e-11)
    assert of_product <= of_lists * (1 + 1e-12)
    assert of_lists <= 1 + 1e-12
    assert (of_lists == pytest.approx(1, rel=1e-12)) == (s == t)
    text = scene["readouts"][3]["text"]
    assert text.startswith("nothing") == (of_product == pytest.approx(1, rel=1e-9))
    if s != t:
        assert ("turn loses" in text) == (of_product < of_lists * (1 - 1e-9))
    for index, degrees in enumerate(np.linspace(0, 90, len(marks[4]["x"]))):
        values = np.linalg.svd(a @ rotation(degrees) @ b)[1]
        np.testing.assert_allclose([marks[4][axis][index] for axis in "xy"], values, atol=1e-14)
    for curve, degrees in zip(scene["panels"][1]["marks"][2:4], (0, turn), strict=True):
        for at, height in zip(curve["x"], curve["y"], strict=True):
            norm = schatten_norm(a @ rotation(degrees) @ unit_diagonal(q, at), r)
            assert height == pytest.approx(norm, rel=1e-10, abs=1e-12)


@pytest.mark.item("P2-21")
@pytest.mark.parametrize("p", [0.7, 2.0])
@pytest.mark.parametrize(("s", "t", "turn"), [(30, 18, 10), (25, 25, 0), (45, 45, 20), (40, 5, 90)])
def test_the_picture_of_many_factors_is_that_of_products_of_matrices(
    p: float, s: float, t: float, turn: float
) -> None:
    q = 2.0
    setting = {"exponent": p, "other": q, "first": s, "second": t, "turn": turn}
    scene = demos.many_factors.scene(setting)
    marks = scene["panels"][0]["marks"]
    turned = [layer @ rotation(turn) for layer in (unit_diagonal(p, s), unit_diagonal(q, t))]
    reciprocal, product = 0.0, np.eye(2)
    for index in range(8):
        product = turned[index % 2] @ product
        reciprocal += 1 / (q if index % 2 else p)
        for mark, part in zip(marks[1:], (0.9, 1.1, 1.0), strict=True):
            norm = schatten_norm(product, part / reciprocal)
            assert mark["y"][index] == pytest.approx(norm, rel=1e-9)
    norms = np.asarray(marks[3]["y"])
    assert norms[0] == pytest.approx(1, rel=1e-13)
    assert np.all(np.diff(norms) <= 1e-12)
    level = scene["readouts"][4]["text"].startswith("is level")
    assert level == (norms[-1] == pytest.approx(1, rel=1e-9))


def test_a_product_of_crossed_layers_of_rank_one_is_zero() -> None:
    for demo in (demos.many_factors, demos.two_losses):
        for p in (0.5, 0.6, 4.0):
            setting = {"exponent": p, "other": p, "first": 0, "second": 0, "turn": 90}
            scene = demo.scene(setting)
            values = [entry["value"] for entry in scene["readouts"] if "value" in entry]
            assert np.isfinite(values).all()
            assert min(values) == 0
            for panel in scene["panels"]:
                for mark in panel["marks"]:
                    assert all(np.isfinite(mark[key]).all() for key in mark if key in "xy")


@pytest.mark.item("P2-16")
def test_the_regions_of_two_kinds_are_those_of_the_definition() -> None:
    words = {
        "is weakly log-majorized": (True, True),
        "has weakly majorized powers": (False, True),
        "is neither": (False, False),
        "is not weakly log-majorized": (False, False),
    }
    rng = np.random.default_rng(0)
    for _ in range(60):
        larger, smaller, beta, p = rng.uniform((0.3, 0, 0, 0.1), (1.2, 1, 1, 2.5))
        setting = {"first": larger, "second": smaller, "beta": beta, "exponent": p}
        scene = demos.two_kinds.scene(setting)
        verdict = scene["readouts"][4]["text"]
        if smaller > larger:
            assert "descending" in verdict
            continue
        lists = np.array([[larger, smaller], [1, beta]])
        products = np.cumprod(lists, axis=1)
        sums = np.cumsum(lists**p, axis=1)
        found = bool(np.all(products[0] <= products[1])), bool(np.all(sums[0] <= sums[1]))
        assert found in [both for word, both in words.items() if verdict.startswith(word)]
        # The point lies in a region exactly when it lies below the region's upper edge.
        marks = scene["panels"][0]["marks"]
        for (triangle, edge), inside in zip(((3, 4), (1, 2)), found, strict=True):
            x = np.concatenate([marks[triangle]["x"], np.sort(marks[edge]["x"])])
            top = np.concatenate([marks[triangle]["upper"], np.sort(marks[edge]["upper"])[::-1]])
            height = np.interp(larger, x, top, right=-1.0)
            if abs(smaller - height) > 0.01:
                assert (smaller < height) == inside


@pytest.mark.item("P2-16")
@pytest.mark.parametrize(("low", "gap", "s", "v"), [(0.5, 0.7, 0.2, 0.4), (1.0, 0.0, 0.3, 0.0)])
def test_the_excess_of_the_sum_is_the_formula(low: float, gap: float, s: float, v: float) -> None:
    high = low + gap
    beta = (1 + s) * high, (1 + v) * low / (1 + s)
    symbols = (
        formula.smaller_alpha,
        formula.alpha_gap,
        formula.first_excess,
        formula.product_excess,
    )
    at = dict(zip(symbols, (low, gap, s, v), strict=True))
    found = float(formula.excess_of_sum.subs(at))
    assert sum(beta) - low - high == pytest.approx(found, rel=1e-12)


def test_a_wrong_point_of_contact_is_refused() -> None:
    """The check of where the ball touches the line sees the exponent of the ratio."""
    k, x, c = formula.slant, formula.scale, formula.above_one
    slope = sp.diff((1 - k * x) ** (1 + c) + x ** (1 + c), x)
    right = formula.cheapest_ratio.subs(formula.exponent, 1 + c)
    assert check_identity(slope.subs(x, right / (1 + k * right)), 0) == "holds"
    for wrong in (k ** (1 / (1 + c)), k**c, 1 / right):
        with pytest.raises(AssertionError):
            check_identity(slope.subs(x, wrong / (1 + k * wrong)), 0)


@pytest.mark.parametrize("degrees", [0, 17, 60, 90])
def test_horns_parabola_is_that_of_the_turned_product(degrees: float) -> None:
    """Value and slope at a_1^2 b_1^2 are the chapter's; the place is right of the roots."""
    a, b, theta = (2.0, 0.7), (1.5, 1.1), np.deg2rad(degrees)
    product = np.diag(a) @ rotation(degrees) @ np.diag(b)
    roots = np.linalg.svd(product, compute_uv=False) ** 2
    place = a[0] ** 2 * b[0] ** 2
    symbols = (*formula.values_of_a, *formula.values_of_b, formula.angle)
    lost = float(formula.lost_by_turn.subs(dict(zip(symbols, (*a, *b, theta), strict=True))))
    assert np.prod(place - roots) == pytest.approx(place * lost, abs=1e-12)
    slope = place - a[1] ** 2 * b[1] ** 2 + lost
    assert np.sum(place - roots) == pytest.approx(slope, rel=1e-12)
    assert roots[0] <= place * (1 + 1e-12)
