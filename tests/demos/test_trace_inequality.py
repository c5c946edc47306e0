"""What the pictures of the trace inequality show, against the library and the formulas."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dmfbook import dominating_doubly_stochastic
from dmfbook.demos import trace_inequality as demos
from dmfbook.symbolic import trace_inequality as formula


@pytest.mark.item("P2-23")
def test_swaps_count_inversions() -> None:
    heights = (0.9, 0.6, 0.5, 0.2)
    for order in itertools.permutations(range(4)):
        values = {f"height_{i + 1}": heights[order[i]] for i in range(4)}
        scenes = [demos.swaps.scene({**values, "settled": settled}) for settled in range(4)]
        shown = [[readout["value"] for readout in scene["readouts"][-3:]] for scene in scenes]
        assert shown[0][1] == formula.inversions(order)
        assert shown[-1][1] == 0
        assert all(sign == (-1) ** inversions for _, inversions, sign in shown)
        for (adds, before, _), (_, after, _) in itertools.pairwise(shown):
            assert before - after in ((1, 3, 5) if adds > 0 else (0,))


@pytest.mark.item("P2-26")
def test_what_is_left_never_has_five_zeros() -> None:
    seen = set()
    for tilt, second, peeled in itertools.product((0, 1, 20, 50, 89), (0, 25, 84), range(6)):
        values = {"first_turn": 68, "tilt": tilt, "second_turn": second, "peeled": peeled}
        taken, left, zeros = (
            shown["value"] for shown in demos.peeling.scene(values)["readouts"][:3]
        )
        assert taken + left == pytest.approx(1, abs=1e-6)
        seen.add(int(zeros))
    assert seen == {0, 1, 2, 3, 4, 6, 9}


@pytest.mark.item("P2-31")
@pytest.mark.parametrize("turns", [(5, 60, 50), (40, 40, 50), (90, 0, 30), (0, 60, 0), (0, 90, 0)])
def test_filling_is_that_of_the_library(turns: tuple[int, int, int]) -> None:
    values = dict(zip(("output", "input", "tilt"), map(float, turns), strict=True))
    empty, full = (
        np.reshape(
            demos.filling.scene({**values, "part": part})["panels"][0]["marks"][0]["value"], (3, 3)
        )
        for part in (0.0, 1.0)
    )
    np.testing.assert_allclose(full, dominating_doubly_stochastic(empty), atol=1e-12)
    bars, *missing = demos.filling.scene({**values, "part": 0.5})["panels"][1]["marks"][:7]
    middle = (empty + full) / 2
    sums = [*middle.sum(axis=1), *middle.sum(axis=0)]
    np.testing.assert_allclose(bars["heights"], sums, atol=1e-12)
    np.testing.assert_allclose([mark["lower"][0] for mark in missing], sums, atol=1e-12)
    np.testing.assert_allclose([mark["upper"][0] for mark in missing], 1)


@pytest.mark.item("P2-24")
def test_the_products_make_the_determinant() -> None:
    scene = demos.products.scene({"level": 0.4, "swap": 0.1, "cycle": 0.3, "back": 0.2})
    mean = 0.4 * np.eye(3)
    for weight, order in ((0.1, [1, 0, 2]), (0.3, [1, 2, 0]), (0.2, [2, 0, 1])):
        mean += weight * np.eye(3)[order]
    determinant = np.linalg.det(0.4 * np.eye(3) - mean)
    assert sum(scene["panels"][0]["marks"][0]["heights"]) == pytest.approx(determinant, abs=1e-15)
    assert scene["readouts"][0]["value"] == pytest.approx(determinant, abs=1e-15)


@pytest.mark.item("P2-28")
def test_permutations_along_which_a_mean_of_four_is_positive() -> None:
    for weights in itertools.product((0.0, 0.2, 0.33), repeat=3):
        values = dict(zip(("swap", "cycle", "back"), weights, strict=True))
        mean = (1 - sum(weights)) * np.eye(3)
        for weight, order in zip(weights, ([1, 0, 2], [1, 2, 0], [2, 0, 1]), strict=True):
            mean += weight * np.eye(3)[order]
        orders = list(itertools.permutations(range(3)))
        along = mean[np.arange(3), orders].min(axis=1) > 0
        scene = demos.products.scene({**values, "level": 1.0})
        assert scene["readouts"][2]["value"] == along.sum()
        # At one the products cancel, and off the first they need a positive permutation.
        bars = np.array(scene["panels"][0]["marks"][0]["heights"])
        assert bars.sum() == pytest.approx(0, abs=1e-15)
        assert not np.any((abs(bars) > 1e-12) & ~along)


@pytest.mark.item("P2-30")
@pytest.mark.parametrize("bend", [-0.2, 0.0, 0.13])
@pytest.mark.parametrize(("second", "third"), [(0.3, 0.2), (0.0, 1.0), (0.9, 0.6)])
def test_the_function_on_the_triangle(bend: float, second: float, third: float) -> None:
    values = {"bend": bend, "tilt": 0.4, "second": second, "third": third}
    here, mean, best = (shown["value"] for shown in demos.corners.scene(values)["readouts"][:3])
    scale = max(1.0, second + third)
    weights = np.array([scale - second - third, second, third]) / scale
    corners = np.eye(3)[[[0, 1, 2], [1, 2, 0], [2, 0, 1]]]
    matrices = [np.tensordot(weights, corners, axes=1), *corners]
    value, *at_corners = (
        np.array([3, 2, 1]) / 3 @ matrix @ [1, 0.4, 0] + bend * np.sum(matrix**2)
        for matrix in matrices
    )
    assert (here, best) == pytest.approx((value, max(at_corners)), abs=1e-14)
    assert mean == pytest.approx(weights @ at_corners, abs=1e-14)


@pytest.mark.item("P2-30")
@pytest.mark.parametrize("bend", [-0.2, 0.0, 0.2])
def test_the_triangle_is_shaded_where_the_function_is_large(bend: float) -> None:
    """Each shade falls short of a bound, which no value exceeds, by what the function does."""
    values = {"bend": bend, "tilt": 0.4, "second": 0.3, "third": 0.2}
    panel = demos.corners.scene(values)["panels"][0]
    n = int(np.sqrt(np.size(panel["marks"][0]["value"])))
    shades = np.reshape(panel["marks"][0]["value"], (n, n))
    x, y = np.meshgrid(*(np.linspace(*panel[axis], n) for axis in "xy"))
    inside = np.min([x, y, 1 - x - y], axis=0) > 0
    corners = np.eye(3)[[[0, 1, 2], [1, 2, 0], [2, 0, 1]]]
    matrices = np.tensordot([1 - x - y, x, y], corners, axes=(0, 0))
    function = np.einsum("i,...ij,j", [1, 2 / 3, 1 / 3], matrices, [1, 0.4, 0])
    function += bend * np.sum(matrices**2, axis=(-2, -1))
    bound = (shades + function)[inside]
    np.testing.assert_allclose(bound, bound[0], atol=1e-12)
    assert shades[inside].min() >= 0


@pytest.mark.item("P2-28")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_walk_enlarges_the_matching(number: int) -> None:
    def shown(steps: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray], float, str]:
        """Return the matrix, the matching, the ends of the arrows (row, column), and the words."""
        scene = demos.matching.scene({"number": number, "steps": steps})
        cells, *outlines, _, onward, back = scene["panels"][0]["marks"]
        squares = np.zeros((5, 5), dtype=bool)
        for mark in outlines:
            if "x0" in mark:
                squares[int(5 - np.mean(mark["y0"])), int(np.mean(mark["x0"]))] = True
        ends = [
            np.floor([5 - np.array(mark["y1"]), mark["x1"]]).astype(int).T
            if "x1" in mark
            else np.zeros((0, 2), dtype=int)
            for mark in (onward, back)
        ]
        size, *_, verdict = scene["readouts"]
        return np.reshape(cells["value"], (5, 5)), squares, ends, size["value"], verdict["text"]

    matrix, before, _, size, _ = shown(0)
    np.testing.assert_allclose([matrix.sum(axis=0), matrix.sum(axis=1)], 1, atol=1e-12)
    assert (matrix >= 0).all()
    assert matrix[before].all()
    assert before.sum() == size == 4
    assert max(*before.sum(axis=0), *before.sum(axis=1)) == 1
    # How far the free row reaches along positive entries and back along the matching.
    rows, moves = ~before.any(axis=1), 1
    while not (matrix[rows].any(axis=0) & ~before.any(axis=0)).any():
        rows |= before[:, matrix[rows].any(axis=0)].any(axis=1)
        moves += 2
    for steps in range(moves + 1):
        _, squares, (onward, back), _, verdict = shown(steps)
        assert (squares == before).all()
        assert (len(onward), len(back)) == ((steps + 1) // 2, steps // 2)
        assert ("this column is free" in verdict) == (steps == moves)
    assert matrix[tuple(onward.T)].all()
    assert not before[tuple(onward.T)].any()
    assert before[tuple(back.T)].all()
    assert (onward[1:, 0] == back[:, 0]).all()
    assert (onward[:-1, 1] == back[:, 1]).all()
    _, after, _, size, verdict = shown(moves + 1)
    changed = before.copy()
    changed[tuple(back.T)], changed[tuple(onward.T)] = False, True
    assert (after == changed).all()
    assert (after.sum(axis=0) == 1).all()
    assert (after.sum(axis=1) == 1).all()
    assert matrix[after].all()
    assert size == 5
    assert "positive permutation" in verdict
