"""What the pictures of the chapter on collapse show is true, far from their first setting too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dmfbook import (
    CriticalPoint,
    collapse_threshold,
    critical_points,
    end_to_end_minimizer,
    gradient_descent,
    tangent_regularization,
)
from dmfbook.demos import collapse as demos
from dmfbook.demos.collapse import _runs

PLACES = [
    {"unit": 0.3, "second": 0.85, "depth": 3},
    {"unit": 0.75, "second": 0.85, "depth": 3},
    {"unit": 0.95, "second": 0.9, "depth": 3},
    {"unit": 0.62, "second": 0.97, "depth": 6},
    {"unit": 1.08, "second": 0.5, "depth": 4},
    {"unit": 0.02, "second": 0.5, "depth": 5},
]
NAMES = {-1: "lower", 0: "zero", 1: "upper"}


def listed(values: dict[str, float]) -> dict[tuple[str, ...], CriticalPoint]:
    """Return the library's critical points for a setting of the pictures."""
    depth = int(values.get("depth", 3))
    weight = values["unit"] * tangent_regularization(1.0, depth)
    return {p.roots: p for p in critical_points(np.diag([1.0, values["second"]]), depth, weight)}


def shown(demo: Any, values: dict[str, float]) -> list[Any]:
    return [r["text"] if "text" in r else r["value"] for r in demo.scene(values)["readouts"]]


@pytest.mark.parametrize("values", [*PLACES, {"unit": 0.6, "second": 0.5, "depth": 2}])
def test_what_a_matrix_keeps(values: dict[str, float]) -> None:
    points = listed(values)
    best = next(iter(points.values())).rank
    zero = 1 + values["second"] ** 2
    says, minima, saddle, weight = shown(demos.ranks, values)
    words = ["nothing", "the first singular value alone", "both singular values"]
    assert says == words[best]
    assert minima == sum(p.kind.endswith("minimum") for p in points.values())
    assert weight == pytest.approx(values["unit"] * tangent_regularization(1, values["depth"]))
    there = points.get(("zero", "upper"))
    assert saddle.startswith("a saddle" if there else "not there")
    assert there is None or there.kind == "strict saddle"
    bars = [m for m in demos.ranks.scene(values)["panels"][1]["marks"] if "heights" in m]
    heights = {round(float(np.ravel(m["heights"])[0]), 9) for m in bars}
    kept = [("zero", "zero"), ("upper", "zero"), ("zero", "upper"), ("upper", "upper")]
    assert heights == {round(points[k].loss - zero, 9) for k in kept if k in points}


@pytest.mark.parametrize("values", PLACES)
def test_every_class_of_the_swallowtail(values: dict[str, float]) -> None:
    points = listed(values)
    widths = (2,) * (int(values["depth"]) + 1)
    zero = 1 + values["second"] ** 2
    classes, minima, best, _ = shown(demos.swallowtail, values)
    assert classes == len(points)
    assert minima == sum(p.kind.endswith("minimum") for p in points.values())
    words = ["is zero", "keeps the first alone", "keeps both values"]
    assert best == words[next(iter(points.values())).rank]
    first, second = demos.swallowtail.scene(values)["panels"]
    indices = [p.morse_index(widths) for p in points.values()]
    bars = [float(np.ravel(m["heights"])[0]) for m in second["marks"]]
    assert bars == [indices.count(k) for k in range(4)]
    dots = [m for m in first["marks"] if "y" in m and np.size(m.get("x")) == 1]
    levels = [float(np.ravel(m["y"])[0]) for m in dots]
    for point in points.values():
        assert min(abs(point.loss - zero - y) for y in levels) < 1e-6


@pytest.mark.parametrize("depth", [3, 6])
def test_the_curves_of_the_swallowtail(depth: int) -> None:
    """Each curve, read where it is drawn, is the loss of its class there."""
    base = {"unit": 0.5, "second": 0.8, "depth": depth}
    lines = [
        m for m in demos.swallowtail.scene(base)["panels"][0]["marks"] if np.size(m.get("x")) > 50
    ]
    assert len(lines) == 9
    order = [(0, 0), (1, 0), (1, 1), (0, 1), (-1, 0), (1, -1), (0, -1), (-1, 1), (-1, -1)]
    for roots, line in zip(order, lines, strict=True):
        place = 70
        weight, level = float(line["x"][place]), float(line["y"][place])
        if weight < 1e-6:
            continue
        points = {p.roots: p for p in critical_points(np.diag([1.0, 0.8]), depth, weight)}
        point = points[tuple(NAMES[root] for root in roots)]
        assert point.loss - 1.64 == pytest.approx(level, abs=1e-7)


@pytest.mark.parametrize(
    ("setting", "verdict"),
    [
        ("tilted", "at the product that keeps the first value alone"),
        ("trapped", "at zero"),
        ("both", "at the product that keeps both values"),
        ("spurious", "at the product that keeps the first value alone"),
        ("first-alone", "at the product that keeps the first value alone"),
    ],
)
def test_where_the_path_ends(setting: str, verdict: str) -> None:
    declared = {slider.name: slider.value for slider in demos.landscape.sliders}
    values = demos.landscape.program.setting(setting, declared)
    says, at_end, least, _ = shown(demos.landscape, values)
    assert says == verdict
    start = np.diag([values["first"], values["other"]]) + values["tilt"] * (1 - np.eye(2))
    target = np.diag([1.0, values["second"]])
    weight = values["unit"] * tangent_regularization(1.0, 3)
    run = gradient_descent([start] * 3, target, 0.08, int(values["steps"]), weight)
    assert at_end == pytest.approx(run.losses[-1], rel=1e-9)
    assert least == pytest.approx(end_to_end_minimizer(target, 3, weight).loss, rel=1e-9)


def test_without_a_tilt_the_path_ends_at_the_saddle() -> None:
    declared = {slider.name: slider.value for slider in demos.landscape.sliders}
    assert shown(demos.landscape, declared)[0] == "at the saddle that keeps the second value alone"


def test_the_points_of_the_landscape_carry_their_index() -> None:
    values = {slider.name: slider.value for slider in demos.landscape.sliders}
    points = listed(values)
    panel = demos.landscape.panels[0]
    marks = demos.landscape.scene(values)["panels"][0]["marks"]
    seen = {}
    for declared, mark in zip(panel.marks, marks, strict=True):
        if getattr(declared, "text", "") and "x" in mark:
            x, y = (float(np.ravel(mark[name])[0]) ** 3 for name in "xy")
            seen[round(x, 5), round(y, 5)] = int(declared.text)
    saddles = [p for p in points.values() if p.kind == "strict saddle"]
    assert seen == {
        tuple(p.singular_values.round(5).tolist()): p.morse_index((2, 2, 2, 2)) for p in saddles
    }


@pytest.mark.item("P2-14")
@pytest.mark.parametrize(("depth", "size", "place"), [(2, 0.4, 10), (4, 1.0, 17)])
def test_a_sample_of_the_runs_is_run_again(depth: int, size: float, place: int) -> None:
    """The stored counts and norms, and that a run misses if and only if its rank is wrong."""
    values, above = _runs.run(depth, size, _runs.UNITS[place])
    ranks = (values > 1e-3).sum(axis=1)
    stored = [ord(letter) - 97 for letter in _runs.COUNTS[depth, size].split()[place]]
    assert [int((ranks == k).sum()) for k in range(5)] == stored
    norms = np.linalg.norm(values, axis=1)
    assert norms == pytest.approx([_runs.NORMS[depth][place][k] for k in ranks], abs=2e-3)
    weight = _runs.UNITS[place] * collapse_threshold(2.0, depth)
    best = end_to_end_minimizer(np.diag(_runs.SINGULAR_VALUES), depth, weight)
    np.testing.assert_array_equal(above < 1e-5, ranks == best.rank)
    scene = demos.norm_after_training.scene({"depth": depth, "size": size})
    missed = np.ravel(scene["panels"][1]["marks"][0]["heights"])[place]
    assert missed == pytest.approx(100 * np.mean(ranks != best.rank), abs=0.06)


@pytest.mark.item("P2-14")
@pytest.mark.parametrize("depth", [2, 3, 4])
def test_the_stairs_are_the_norms_of_the_best_products(depth: int) -> None:
    marks = demos.norm_after_training.scene({"depth": depth, "size": 0.6})["panels"][0]["marks"]
    stairs = [m for m in marks if np.size(m.get("x")) == 60]
    assert len(stairs) == 4
    for stair in stairs:
        for unit, norm in list(zip(stair["x"], stair["y"], strict=True))[1:-1:10]:
            weight = float(unit) * collapse_threshold(2.0, depth)
            best = end_to_end_minimizer(np.diag(_runs.SINGULAR_VALUES), depth, weight)
            assert norm == pytest.approx(np.linalg.norm(best.matrix), rel=1e-9)
