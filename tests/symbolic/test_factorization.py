"""The library computes the formulas of the chapter on balance, and so do its demos."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from cases import PROBLEMS
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.optimize import minimize, root

from dmfbook import balanced_factors, end_to_end, gradient, imbalance, loss, pack, unpack
from dmfbook.demos import factorization as demos
from dmfbook.reference import dense_hessian
from dmfbook.symbolic import factorization as formula
from dmfbook.symbolic import regularization, step_size, target
from dmfbook.symbolic.checks import check_identity

DECAY = 0.15
TARGET = np.array([[2.0, 0.5, 0.1], [0.3, -1.5, 0.4]])
WIDTHS = (3, 3, 4, 2)

problems = pytest.mark.parametrize("problem", PROBLEMS, ids=str)


def numbers_of(matrix: sp.Matrix, values: np.ndarray) -> dict[sp.Symbol, float]:
    return dict(zip(matrix, values.ravel().tolist(), strict=True))


def four_layers(seed: int) -> tuple[list[np.ndarray], dict[sp.Symbol, float]]:
    """Return random factors of widths 1, 2, 2, 2, 1, and the values of the chapter's symbols."""
    rng = np.random.default_rng(seed)
    before, layer, next_layer, after = (
        rng.normal(size=s) for s in ((2, 1), (2, 2), (2, 2), (1, 2))
    )
    values = {regularization: DECAY, step_size: 0.05, formula.goal[0, 0]: 1.3}
    for symbols, matrix in (
        (formula.before, before),
        (formula.layer, layer),
        (formula.next_layer, next_layer),
        (formula.after, after),
    ):
        values |= numbers_of(symbols, matrix)
    return [before, layer, next_layer, after], values


def evaluated(matrix: sp.Matrix, values: dict[sp.Symbol, float]) -> np.ndarray:
    return np.array(matrix.subs(values).tolist(), dtype=float)


@pytest.mark.parametrize("seed", range(5))
def test_the_library_computes_the_symbolic_loss_gradient_and_imbalance(seed: int) -> None:
    factors, values = four_layers(seed)
    outer = DECAY * float(np.sum(factors[0] ** 2) + np.sum(factors[3] ** 2))
    goal = [[1.3]]
    expected = float(formula.matrix_loss.subs(values)) + outer
    assert loss(factors, goal, DECAY) == pytest.approx(expected, rel=1e-13)
    slopes = gradient(factors, goal, DECAY)
    for k, layer in ((1, formula.layer), (2, formula.next_layer)):
        wanted = evaluated(formula.derivative(formula.matrix_loss, layer), values)
        np.testing.assert_allclose(slopes[k], wanted, rtol=1e-11)
    wanted = evaluated(formula.imbalance, values)
    np.testing.assert_allclose(imbalance(factors)[1], wanted, rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_law_of_one_step_of_descent(seed: int) -> None:
    factors, values = four_layers(seed)
    slopes = gradient(factors, [[1.3]], DECAY)
    moved = [w - 0.05 * g for w, g in zip(factors, slopes, strict=True)]
    bridge = evaluated(formula.square_bridge, values)
    _, layer, next_layer, _ = factors
    shrunk = float(formula.descent_decay.subs(values)) * imbalance(factors)[1]
    from_data = layer @ bridge.T @ bridge @ layer.T - next_layer.T @ bridge @ bridge.T @ next_layer
    np.testing.assert_allclose(imbalance(moved)[1], shrunk + 0.05**2 * from_data, rtol=1e-10)


@problems
def test_the_identity_of_two_neighbors(problem) -> None:
    factors, weight = problem.factors, problem.regularization
    slopes = gradient(factors, problem.target, weight)
    neighbors = zip(factors, factors[1:], slopes, slopes[1:], imbalance(factors), strict=False)
    for before, after, slope, next_slope, gap in neighbors:
        parts = after.T @ next_slope, slope @ before.T
        scale = max(np.abs(parts[0]).max(), np.abs(parts[1]).max(), 1e-300)
        np.testing.assert_allclose(parts[0] - parts[1], 2 * weight * gap, atol=1e-12 * scale)


@pytest.mark.item("P2-1")
@problems
def test_singular_values_make_up_the_norm_and_the_rank(problem) -> None:
    left, values, right = np.linalg.svd(problem.target)
    middle = np.zeros_like(problem.target)
    np.fill_diagonal(middle, values)
    assert np.all(np.diff(values) <= 0)
    assert np.all(values >= 0)
    scale = np.linalg.norm(problem.target)
    np.testing.assert_allclose(left @ middle @ right, problem.target, atol=1e-13 * scale)
    assert np.sqrt(np.sum(values**2)) == pytest.approx(scale, rel=1e-13)
    for square in (left, right):
        np.testing.assert_allclose(square @ square.T, np.eye(len(square)), atol=1e-13)
    for gram in (problem.target.T @ problem.target, problem.target @ problem.target.T):
        largest = np.linalg.eigvalsh(gram)[::-1][: values.size]
        np.testing.assert_allclose(largest, values**2, atol=1e-13 * scale**2)


@pytest.mark.item("P2-1")
@pytest.mark.parametrize("height", [-1.2, 0.0, 0.7, 1.3])
@pytest.mark.parametrize("shear", [-1.5, 0.0, 0.9])
def test_the_cross_of_the_demo_finds_the_singular_values(shear: float, height: float) -> None:
    matrix = np.array([[1.3, shear], [0.0, height]])
    values = np.linalg.svd(matrix, compute_uv=False)
    shown = {"stretch": 1.3, "shear": shear, "height": height}
    start = {s.name: float(s.value) for s in demos.cross.sliders}
    turned = demos.cross.program.setting("right-angle", {**start, **shown})
    lengths = r"product of the lengths $|Av|$ and $|Aw|$"
    area = r"area of the parallelogram, $|\det A| = \sigma_1 \sigma_2$"
    for label in (lengths, area):
        assert readout(demos.cross, label, **turned) == pytest.approx(values.prod(), abs=1e-9)
    for degrees in range(0, 181, 9):
        angle = np.deg2rad(degrees)
        images = matrix @ np.array(
            [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        )
        norms = np.linalg.norm(images, axis=0)
        product = readout(demos.cross, lengths, angle=degrees, **shown)
        assert product == pytest.approx(norms.prod(), abs=1e-9)
        assert product >= values.prod() - 1e-9
        if min(norms) > 1e-9:
            between = readout(
                demos.cross, "angle between the images, degrees", angle=degrees, **shown
            )
            cosine = np.dot(*images.T) / norms.prod()
            assert np.cos(np.deg2rad(between)) == pytest.approx(cosine, abs=1e-9)


@pytest.mark.item("P2-2")
def test_every_standstill_is_balanced() -> None:
    """Newton's method finds saddles as well as minima, of every rank; all are balanced."""
    rng = np.random.default_rng(3)
    ranks, found = set(), 0
    for _ in range(25):
        end = root(
            lambda v: pack(gradient(unpack(v, WIDTHS), TARGET, DECAY)),
            rng.normal(size=29),
            jac=lambda v: dense_hessian(unpack(v, WIDTHS), TARGET, DECAY),
            method="lm",
            tol=1e-13,
        )
        if np.abs(end.fun).max() > 1e-9:
            continue
        factors = unpack(end.x, WIDTHS)
        found += 1
        assert all(np.abs(gap).max() < 1e-8 for gap in imbalance(factors))
        shares = np.linalg.svd(end_to_end(factors), compute_uv=False)
        ranks.add(int(np.sum(shares > 1e-4)))
        for factor in factors:
            values = np.linalg.svd(factor, compute_uv=False)[:2]
            np.testing.assert_allclose(values**3, shares, atol=1e-7)
    assert found >= 15
    assert len(ranks) >= 2


def test_imbalance_decays_along_the_flow() -> None:
    start = np.random.default_rng(4).normal(size=29)
    flow = solve_ivp(
        lambda t, v: -pack(gradient(unpack(v, WIDTHS), TARGET, DECAY)),
        (0, 2),
        start,
        rtol=1e-11,
        atol=1e-12,
    )
    decayed = float(formula.decay.subs({regularization: DECAY, formula.time: 2}))
    first, last = (imbalance(unpack(flow.y[:, k], WIDTHS)) for k in (0, -1))
    for before, after in zip(first, last, strict=True):
        np.testing.assert_allclose(after, decayed * before, rtol=1e-6)


def readout(demo, label: str, **values: float) -> float:
    """Return the number that a demo shows under a label."""
    chosen = {**{s.name: float(s.value) for s in demo.sliders}, **values}
    place = [r.label for r in demo.readouts].index(label)
    return demo.scene(chosen)["readouts"][place]["value"]


@pytest.mark.parametrize("weight", [0.0, 0.2, 0.6])
@pytest.mark.parametrize("goal", [-2.0, 0.5, 3.0])
def test_the_demo_of_three_numbers_follows_the_flow(goal: float, weight: float) -> None:
    flow = solve_ivp(
        lambda t, w: -pack(gradient(unpack(w, (1, 1, 1, 1)), [[goal]], weight)),
        (0, 3),
        [0.3, 0.9, 1.6],
        rtol=1e-10,
        atol=1e-12,
    )
    shown = {"target": goal, "regularization": weight, "time": 3}
    product = float(np.prod(flow.y[:, -1]))
    assert readout(demos.decay, "product", **shown) == pytest.approx(product, rel=3e-3)
    exact = readout(demos.decay, r"its start times $e^{-4\lambda t}$", **shown)
    assert exact == pytest.approx((1.6**2 - 0.9**2) * np.exp(-12 * weight), rel=1e-12)
    assert readout(demos.decay, "$w_3^2 - w_2^2$ of the flow", **shown) == pytest.approx(
        exact, rel=5e-3
    )


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("angle", [-90.0, 10.0, 55.0])
def test_the_demo_of_two_layers_loses_imbalance_at_the_exact_rate(
    angle: float, weight: float
) -> None:
    shown = {"angle": angle, "regularization": weight, "time": 4.0}
    exact = readout(demos.layers_agree, r"its start times $e^{-4\lambda t}$", **shown)
    found = readout(demos.layers_agree, "size of the imbalance", **shown)
    assert found == pytest.approx(exact, rel=1e-2)


def test_the_cheapest_basis_of_the_demo_is_balanced() -> None:
    least = demos.basis.program.setting("least", {s.name: 0.0 for s in demos.basis.sliders})
    price = readout(demos.basis, r"price $\|W_1\|_F^2 + \|W_2\|_F^2$", **least)
    assert price == pytest.approx(readout(demos.basis, "least price"), rel=1e-12)
    written = readout(demos.basis, "price along the line, written", **least)
    read = readout(demos.basis, "price along the line, read", **least)
    assert written == pytest.approx(read, rel=1e-12)
    rng = np.random.default_rng(5)
    for direction, stretch, turn in rng.uniform([0, -1.2, -180], [180, 1.2, 180], size=(60, 3)):
        other = readout(
            demos.basis,
            r"price $\|W_1\|_F^2 + \|W_2\|_F^2$",
            direction=direction,
            stretch=stretch,
            turn=turn,
        )
        assert other >= price * (1 - 1e-12)


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.7])
@pytest.mark.parametrize("weight", [0.0, 0.3, 1.1])
def test_the_floor_of_the_valley(weight: float, share: float) -> None:
    values = {target: 1.2, regularization: weight, formula.share: share}
    floor = max(float(formula.floor_product.subs(values)), 0.0)
    products = np.linspace(0, 3, 30_001)
    losses = np.array(
        [
            loss(
                [[[np.sqrt(x) * np.exp(-share / 2)]], [[np.sqrt(x) * np.exp(share / 2)]]],
                [[1.2]],
                weight,
            )
            for x in products[::50]
        ]
    )
    assert abs(products[::50][np.argmin(losses)] - floor) <= 0.0051
    height = readout(demos.valley, "its loss", target=1.2, regularization=weight, share=share)
    assert losses.min() == pytest.approx(height, abs=1e-4)


def test_equal_shares() -> None:
    wanted = np.array([2.0, 0.7])
    matrix = np.diag(wanted)
    for widths in ((2, 2, 2), (2, 3, 5, 2), (2, 4, 2, 3, 2)):
        depth = len(widths) - 1
        for factor in balanced_factors(matrix, widths, rng=depth):
            values = np.linalg.svd(factor, compute_uv=False)[:2]
            np.testing.assert_allclose(values, wanted ** (1 / depth), rtol=1e-13)


@pytest.mark.parametrize("seed", range(20))
def test_steps_that_are_not_too_large_even_out_and_others_do_not(seed: int) -> None:
    """The threshold of the exercise on large steps, 1/sqrt(2), on both of its sides."""
    factors = np.random.default_rng(seed).uniform(-2, 2, size=2)
    residual = factors[0] * factors[1] - 1.5
    before = factors[1] ** 2 - factors[0] ** 2
    for size in (0.1, 0.7, 0.72, 1.5):
        moved = factors - 2 * size / abs(residual) * residual * factors[::-1]
        after = moved[1] ** 2 - moved[0] ** 2
        assert (abs(after) < abs(before)) == (size < np.sqrt(0.5))


def test_descent_may_end_less_even_than_the_flow() -> None:
    """The example of the chapter: a converging descent, seven times as uneven as its start."""
    factors = np.array([-1.8, 1.9])
    for _ in range(200):
        factors = factors - 2 * 0.2 * (factors[0] * factors[1] - 1.5) * factors[::-1]
    np.testing.assert_allclose(factors, [1.8257, 0.8216], atol=1e-4)
    assert abs(factors[1] ** 2 - factors[0] ** 2) > 7 * (1.9**2 - 1.8**2)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_basis_costs_twice_the_singular_values_of_the_product(seed: int) -> None:
    """A blind search over the changes of basis gets there, and nowhere below."""
    layer, next_layer = np.random.default_rng(seed).normal(size=(2, 2, 2))

    def price(entries: np.ndarray) -> float:
        basis = expm(entries.reshape(2, 2))
        return float(
            np.sum((basis @ layer) ** 2) + np.sum((next_layer @ np.linalg.inv(basis)) ** 2)
        )

    least = 2 * np.linalg.svd(next_layer @ layer, compute_uv=False).sum()
    found = min(minimize(price, start).fun for start in 0.3 * np.eye(4))
    assert found == pytest.approx(least, rel=1e-6)
    assert found > least * (1 - 1e-9)


def test_a_wrong_price_of_a_stretch_is_refused() -> None:
    """The check of the cheapest basis sees the exponents of the stretch, along any axis."""
    found = formula.price_by_axes.subs(formula.stretched_axis)
    price = formula.stretched_price
    assert check_identity(found, price.subs(formula.parts_by_axes)) == "holds"
    t = formula.share
    for wrong in (price.subs(t, t / 2), price.subs(t, -t), price + formula.along_read):
        with pytest.raises(AssertionError):
            check_identity(found, wrong.subs(formula.parts_by_axes))
