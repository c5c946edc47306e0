"""The symbolic formulas of the chapter on matrix uniqueness, held against the numerical library."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from cases import matrix_with_singular_values, tie_value

from dmfbook import (
    collapse_threshold,
    end_to_end_minimizer,
    factorization_cost,
    reduced_loss,
    scalar_minimizer,
)
from dmfbook.demos import matrix_uniqueness as demos
from dmfbook.explorables import Explorable
from dmfbook.symbolic import depth, gain, regularization, target
from dmfbook.symbolic import matrix_uniqueness as formula
from dmfbook.symbolic import scalar_uniqueness as scalar
from dmfbook.symbolic.checks import check_identity

DEPTHS = [3, 4, 7]


def loss(matrix: np.ndarray, goal: np.ndarray, layers: int, price: float) -> float:
    """Return the loss of an end-to-end matrix, by the library's own penalty."""
    return float(((goal - matrix) ** 2).sum()) + price * factorization_cost(matrix, layers)


@pytest.mark.item("P2-10")
@pytest.mark.parametrize("layers", DEPTHS)
def test_the_curves_of_the_staircase_are_the_minimizers(layers: int) -> None:
    """Each matching regularization gives back its gain, down to the fall and no further."""
    for goal in (0.3, 1.0, 2.5):
        here = {depth: layers, target: goal}
        last = float(formula.last_gain.subs(here))
        fall = formula.matching_regularization.subs(here).subs(gain, last)
        assert float(fall) == pytest.approx(collapse_threshold(goal, layers), rel=1e-13)
        for part in (0.01, 0.5, 0.99):
            size = last + part * (goal ** (1 / layers) - last)
            price = float(formula.matching_regularization.subs(here).subs(gain, size))
            result = end_to_end_minimizer(np.diag([goal, 0.0]), layers, price)
            assert result.singular_values[0] == pytest.approx(size**layers, rel=1e-11)


@pytest.mark.item("P2-10")
@pytest.mark.parametrize("layers", [2, 3, 6])
def test_the_staircase_shows_the_minimizer_of_the_library(layers: int) -> None:
    """The marked singular values are those of the library for the same diagonal target."""
    for price in (0.004, 0.05, 0.3, 1.2):
        values = {"regularization": price, "ratio": 0.8, "depth": layers}
        shown = np.array(demos.staircase.scene(values)["panels"][1]["marks"][1]["heights"])
        result = end_to_end_minimizer(np.diag(0.8 ** np.arange(5.0)), layers, price)
        np.testing.assert_allclose(shown, result.singular_values, rtol=1e-12)


@pytest.mark.parametrize("layers", [2, 3, 8])
@pytest.mark.parametrize(
    ("setting", "verdict"), [("at-a-tie", "two:"), ("all-equal", "infinitely many:")]
)
def test_a_tie_of_the_staircase_ties_wherever_it_is_chosen(
    layers: int, setting: str, verdict: str
) -> None:
    for ratio in (0.5, 0.83, 1.0):
        values = {"regularization": 0.1, "ratio": ratio, "depth": layers}
        demos.staircase.values = values
        demos.staircase.apply(setting)
        assert demos.staircase.scene()["readouts"][0]["text"].startswith(verdict)
    demos.staircase.reset()


@pytest.mark.parametrize("layers", DEPTHS)
def test_the_family_at_a_double_tie_loses_what_the_formulas_say(layers: int) -> None:
    """The circle, the identity and the road between them, near the tie and at it."""
    price = float(formula.unit_regularization.subs(depth, layers))
    assert scalar_minimizer(tie_value(layers, price) * 1.000001, layers, price) > 1
    for shift, split, angle in ((0.0, 0.0, 0.7), (0.1, 0.0, 0.2), (-0.05, 0.08, 1.9)):
        places = {
            depth: layers,
            formula.shift: shift,
            formula.split: split,
            formula.direction: angle,
        }
        goal = np.array(formula.near_tie.subs(places), dtype=float)
        of_zero = loss(np.zeros((2, 2)), goal, layers, price)
        projector = np.array(formula.projector(formula.direction).subs(places), dtype=float)
        for first, second in ((1.0, 1e-300), (1.0, 1.0), (0.3, 1e-300), (1.0, 0.4)):
            matrix = first * projector + second * (np.eye(2) - projector)
            road = formula.road_excess.subs(
                {**places, formula.fraction: first, formula.other_fraction: second}
            )
            ours = loss(matrix, goal, layers, price) - of_zero
            assert ours == pytest.approx(float(road), abs=1e-12)
        circle = loss(projector, goal, layers, price) - of_zero
        identity = loss(np.eye(2), goal, layers, price) - of_zero
        assert circle == pytest.approx(float(formula.circle_excess.subs(places)), abs=1e-13)
        assert identity == pytest.approx(float(formula.full_excess.subs(places)), abs=1e-13)


def test_the_loss_of_a_symmetric_matrix() -> None:
    goal = sp.diag(1.7, 2.2)
    shown = formula.symmetric_loss(goal, sp.Float(0.3)).subs(
        {depth: 5, formula.half_trace: 0.6, formula.across: -0.4, formula.along: 0.9}
    )
    matrix = np.array([[0.2, 0.9], [0.9, 1.0]])
    assert float(shown) == pytest.approx(loss(matrix, np.diag([1.7, 2.2]), 5, 0.3), rel=1e-14)


@pytest.mark.parametrize("center", [0.0, 0.3, 0.5])
def test_the_shades_of_the_circle_are_losses(center: float) -> None:
    """Away from the creases they are exact, and next to them they are less."""
    start = {s.name: s.value for s in demos.circle.sliders}
    panel = demos.circle.scene(start | {"center": center, "split": 0.1, "depth": 5})["panels"][0]
    shown = panel["marks"][0]
    n = int(np.sqrt(np.size(shown["value"])))
    shades = np.reshape(shown["value"], (n, n))
    price = float(formula.unit_regularization.subs(depth, 5))
    tie = float(formula.unit_tie.subs(depth, 5))
    goal = np.diag([tie + 0.1, tie - 0.1])
    exact = 0
    for row, b in enumerate(np.linspace(*panel["y"], n)):
        for column, a in enumerate(np.linspace(*panel["x"], n)):
            matrix = np.array([[center + a, b], [b, center - a]])
            there = loss(matrix, goal, 5, price) - (goal**2).sum()
            if np.linalg.svd(matrix)[1].min() > 0.066:
                exact += 1
                assert shades[row, column] == pytest.approx(there, rel=1e-11, abs=1e-11)
            else:
                assert shades[row, column] <= there + 1e-11
    assert 0.7 * n**2 < exact < n**2


@pytest.mark.parametrize("layers", [3, 5, 8])
def test_the_ring_is_where_the_shades_are_darkest(layers: int) -> None:
    """Squares at the circle lie below the lowest contour, and none does that is far from it."""
    start = {s.name: s.value for s in demos.circle.sliders} | {"depth": layers}
    panel = demos.circle.scene(start)["panels"][0]
    shown = panel["marks"][0]
    n = int(np.sqrt(np.size(shown["value"])))
    across, up = (np.linspace(*panel[axis], n) for axis in "xy")
    size = np.hypot(*np.meshgrid(across, up))
    loss_there = np.reshape(shown["value"], (n, n))
    for angle in np.linspace(0, 2 * np.pi, 50):
        point = 0.5 * np.cos(angle), 0.5 * np.sin(angle)
        near = np.abs(across - point[0]).argmin(), np.abs(up - point[1]).argmin()
        assert loss_there[near[1], near[0]] < shown["low"] + 0.1
    assert loss_there[np.abs(size - 0.5) > 0.1].min() > shown["low"] + 0.15


@pytest.mark.parametrize("layers", [2, 3, 6])
@pytest.mark.parametrize("weight", [0.0, 0.2, 1.0])
def test_unseen_entries(layers: int, weight: float) -> None:
    """The loss in the picture, the marked values, and the best of a fine grid agree."""
    price, goal = 0.3, 1.3
    values = {"weight": weight, "target": goal, "regularization": price, "depth": layers}
    scene = demos.unseen.scene(values)
    marked = min(readout["value"] for readout in scene["readouts"][1:] if "value" in readout)
    diagonal, hidden = np.linspace(0, 1.6, 321)[:, None], np.linspace(0, 1.6, 321)[None, :]
    given_numbers = {depth: layers, regularization: price, target: goal, formula.weight: weight}
    shown = sp.lambdify(
        (formula.diagonal, formula.hidden), formula.unseen_loss.subs(given_numbers), "numpy"
    )(diagonal, hidden)
    matrix = np.array([[diagonal[200, 0], hidden[0, 90]], [hidden[0, 90], diagonal[200, 0]]])
    errors = (np.diag([goal, goal]) - matrix) ** 2 * np.array([[1, weight], [weight, 1]])
    direct = errors.sum() + price * factorization_cost(matrix, layers)
    assert shown[200, 90] == pytest.approx(direct, rel=1e-13)
    assert marked <= shown.min() <= marked * 1.001
    if weight == 1.0:
        least = 2 * reduced_loss(scalar_minimizer(goal, layers, price), goal, layers, price)
        assert marked == pytest.approx(least, rel=1e-12)


def test_unseen_entries_of_rank_one() -> None:
    """With a = t = y/2 the loss is that of one number, up to a constant and a factor."""
    y = sp.Symbol("y", positive=True)
    here = {formula.diagonal: y / 2, formula.hidden: y / 2}
    number = formula.rank_one_loss.subs(scalar.end_to_end, y)
    assert check_identity(formula.unseen_loss.subs(here), number).startswith("holds for every")


def test_turning_and_mirroring_make_the_singular_values() -> None:
    matrix = np.random.default_rng(2).standard_normal((20, 2, 2))
    (p, q), (r, s) = matrix[:, 0].T, matrix[:, 1].T
    sizes = np.hypot(p + s, r - q) / 2, np.hypot(p - s, r + q) / 2
    pair = sp.lambdify((formula.turning, formula.mirroring), (formula.larger, formula.smaller))
    expected = np.linalg.svd(matrix, compute_uv=False)
    np.testing.assert_allclose(np.transpose(pair(*sizes)), expected, rtol=1e-12)


@pytest.mark.parametrize("near", [0.2, 1.0, 2.3])
def test_the_density_of_a_value_and_the_share_of_double_hits(near: float) -> None:
    """Both are integrals of the density of the pair."""
    first, second = formula.first_value, formula.second_value
    density = sp.lambdify((first, second), formula.gaussian_density, "numpy")
    other = (np.arange(20000) + 0.5) / 2000
    exact = np.abs(density(near, other)).sum() / 2000
    integral = float(sp.integrate(sp.exp(-(second**2) / 2), (second, 0, near)))
    claimed = formula.value_density.subs({first: near, formula.gauss_integral: integral})
    assert float(claimed) == pytest.approx(exact, rel=1e-6)
    width = 1e-3
    beside = near + width * (2 * np.arange(400) + 1 - 400) / 400
    hits = np.abs(density(beside[:, None], beside)).sum() / 2 * (2 * width / 400) ** 2
    share = formula.double_share.subs({first: near, formula.half_width: width})
    assert float(share) == pytest.approx(hits, rel=1e-4)


def drawn_values(demo: Explorable, rng: np.random.Generator) -> dict[str, float]:
    """Return a random setting of an explorable's sliders."""
    return {s.name: s.clamp(rng.uniform(s.low, s.high)) for s in demo.sliders}


def step_of(values: dict[str, float]) -> np.ndarray:
    """Return the change of length one that the sliders of ``moves`` choose, written out."""
    heading, share, corner = np.deg2rad([values[k] for k in ("heading", "share", "corner")])
    diagonal, beside = np.cos(share), np.sin(share)
    return np.array(
        [
            [diagonal * np.cos(heading), beside * np.cos(corner)],
            [beside * np.sin(corner), diagonal * np.sin(heading)],
        ]
    )


@pytest.mark.item("P2-8")
def test_the_moved_values_are_singular_values_and_stay_in_the_disc() -> None:
    rng = np.random.default_rng(5)
    for _ in range(100):
        values = drawn_values(demos.moves, rng)
        scene = demos.moves.scene(values)
        marks = scene["panels"][0]["marks"]
        given = np.array([2.0, values["second"]])
        moved = np.diag(given) + values["distance"] * step_of(values)
        expected = np.linalg.svd(moved, compute_uv=False)
        shown = [marks[-1]["x"][0], marks[-1]["y"][0]]
        np.testing.assert_allclose(shown, expected, rtol=1e-13)
        distance = np.linalg.norm(expected - given)
        assert scene["readouts"][1]["value"] == pytest.approx(values["distance"], rel=1e-13)
        assert scene["readouts"][2]["value"] == pytest.approx(distance, abs=2e-9)
        cloud = np.hypot(np.subtract(marks[3]["x"], 2), np.subtract(marks[3]["y"], given[1]))
        assert len(cloud) > 100
        assert cloud.max() <= values["distance"] * (1 + 1e-13)
        places = dict(zip(formula.moved_entries, moved.ravel(), strict=True))
        places |= {formula.first_value: given[0], formula.second_value: given[1]}
        rest = values["distance"] ** 2 - distance**2
        assert float(formula.distance_rest.subs(places)) == pytest.approx(rest, abs=1e-13)


@pytest.mark.item("P2-8")
@pytest.mark.parametrize(
    ("setting", "verdict", "share"),
    [
        ("along", "have moved as far", 1),
        ("equal", "have moved as far", 1),
        ("still", "have not moved", 0),
        ("other-order", "have moved less far: the same", None),
        ("off", "have moved less far than", None),
    ],
)
def test_the_verdicts_on_moved_values(setting: str, verdict: str, share: int | None) -> None:
    """Wherever a setting is chosen it says the same, where the values keep their order."""
    for distance, second in ((0.4, 1.2), (0.1, 0.8), (0.5, 1.2)):
        values = {"distance": distance, "second": second, "heading": 20, "share": 30, "corner": 3}
        demos.moves.values = values
        demos.moves.apply(setting)
        readouts = demos.moves.scene()["readouts"]
        assert readouts[0]["text"].startswith(verdict)
        if share is not None:
            moved = share * demos.moves.values["distance"]
            assert readouts[2]["value"] == pytest.approx(moved, abs=2e-9)
    demos.moves.reset()


@pytest.mark.item("P2-13")
def test_the_layers_in_the_picture_are_those_of_minimizers() -> None:
    """Their product and loss are the library's, and the bars the norms of the shown entries."""
    rng = np.random.default_rng(6)
    on_the_tie = [
        {"first_target": first, "second_target": second, "staying": staying}
        for first in (1.3, 2, 2.6)
        for second in (2, 2.4)
        for staying in (0, 1, 2)
    ]
    for chosen in ({}, {}, {}, *on_the_tie):
        values = drawn_values(demos.layers, rng) | chosen
        scene = demos.layers.scene(values)
        entries = np.array(scene["panels"][0]["marks"][0]["value"]).reshape(4, 4)
        product, third = entries[:2, :2], entries[:2, 2:]
        second, first = entries[2:, :2], entries[2:, 2:]
        goal = np.diag([values["first_target"], values["second_target"]])
        result = end_to_end_minimizer(goal, 3, 1.0)
        np.testing.assert_allclose(third @ second @ first, product, atol=1e-14)
        squares = [float((factor**2).sum()) for factor in (third, second, first)]
        fit = float(((goal - product) ** 2).sum())
        assert fit + sum(squares) == pytest.approx(result.loss, rel=1e-12)
        assert scene["readouts"][2]["value"] == pytest.approx(result.loss, rel=1e-12)
        bars, others, level = scene["panels"][1]["marks"]
        np.testing.assert_allclose(bars["heights"], squares, atol=1e-13)
        np.testing.assert_allclose(squares, level["y0"][0], atol=1e-13)
        largest = float((result.singular_values ** (2 / 3)).sum())
        heights = largest - np.arange(result.tie_multiplicity, -1, -1.0)
        np.testing.assert_allclose(others["y0"], heights, atol=1e-12)
        assert np.abs(heights - squares[0]).min() < 1e-12


@pytest.mark.item("P2-12")
@pytest.mark.parametrize("layers", [3, 5, 8])
def test_the_marked_dart_is_tied_at_two_regularizations(layers: int) -> None:
    for setting, tied in (("first-exception", 1), ("second-exception", 0)):
        start = {s.name: s.value for s in demos.darts.sliders} | {"depth": layers}
        values = demos.darts.program.setting(setting, start)
        scene = demos.darts.scene(values)
        dart = scene["panels"][0]["marks"][5]
        goal = matrix_with_singular_values((dart["x"][0], dart["y"][0]), (2, 2), seed=1)
        result = end_to_end_minimizer(goal, layers, values["regularization"])
        assert result.tied.tolist() == [k == tied for k in range(2)]
        assert scene["readouts"][4]["text"].startswith("two minimizers")
        beside = demos.darts.scene(values | {"regularization": values["regularization"] * 1.001})
        assert beside["readouts"][4]["text"] == "one minimizer"


@pytest.mark.item("P2-11")
def test_the_line_polynomial_is_the_determinant() -> None:
    """It vanishes where a singular value is hit, has leading coefficient 1, and no more roots."""
    t, a = sp.symbols("t a", real=True)
    start = np.round(matrix_with_singular_values((2.0, 0.7), (2, 3), seed=4), 6)
    polynomial = sp.Poly(formula.line_polynomial(sp.Matrix(start), t, sp.Float(1.1)), t)
    assert polynomial.degree() == 4
    assert float(polynomial.LC()) == pytest.approx(1)
    roots = [complex(root) for root in polynomial.nroots()]
    real = [root.real for root in roots if abs(root.imag) < 1e-9]
    assert real
    for root in real:
        values = np.linalg.svd(start + root * np.eye(2, 3), compute_uv=False)
        assert np.abs(values - 1.1).min() < 1e-9
    assert a not in polynomial.free_symbols


def test_the_laws_of_the_darts() -> None:
    """The density is normalized, gives the density of one value, and the darts follow it."""
    first, second = formula.first_value, formula.second_value
    density = sp.lambdify((first, second), formula.gaussian_density, "numpy")
    grid = (np.arange(1600) + 0.5) / 200
    table = np.where(grid[:, None] > grid[None, :], density(grid[:, None], grid[None, :]), 0)
    assert table.sum() / 200**2 == pytest.approx(1, abs=1e-4)
    for price in (0.1, 0.4, 1.2):
        scene = demos.darts.scene({"throws": 10, "width": 0.1, "regularization": price, "depth": 3})
        shown = scene["panels"][1]["marks"][0]["y"][-1]
        tie = tie_value(3, price)
        exact = (np.abs(tie**2 - grid**2) * np.exp(-(tie**2 + grid**2) / 2)).sum() / 200
        assert shown == pytest.approx(exact, rel=1e-4)
    points = demos.darts.scene({"throws": 1000, "width": 0.1, "regularization": 0.4, "depth": 3})
    dots = points["panels"][0]["marks"][4]
    larger, smaller = np.asarray(dots["x"]), np.asarray(dots["y"])
    assert (larger >= smaller).all()
    # Mean square of a standard normal two by two matrix is 4; its spread over 1000 is about 0.09.
    assert np.mean(larger**2 + smaller**2) == pytest.approx(4, abs=0.3)
    assert float(scalar.jump_ratio.subs(depth, 3)) == 0.5
