"""What the pictures of scalar uniqueness say in words is true, far from their first setting too."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dmfbook.demos import scalar_uniqueness as demos
from dmfbook.explorables import Explorable
from dmfbook.reference import grid_minimizer


def words(demo: Explorable, values: dict[str, float]) -> str:
    return " ".join(r["text"] for r in demo.scene(values)["readouts"] if "text" in r)


def ends(demo: Explorable) -> list[dict[str, float]]:
    """Return every combination of ends of the sliders."""
    names = [slider.name for slider in demo.sliders]
    return [
        dict(zip(names, map(float, corner), strict=True))
        for corner in itertools.product(*((slider.low, slider.high) for slider in demo.sliders))
    ]


@pytest.mark.parametrize(
    ("name", "setting", "verdict"),
    [
        ("well", "at-the-tie", "a tie"),
        ("well", "deeper-tie", "a tie"),
        ("minimizer", "at-the-jump", "two of them"),
        ("phases", "on-the-tie", "a tie"),
        ("phases", "spurious", "zero wins, alone; the nonzero well is a local minimum only"),
        ("phases", "zero-alone", "there is no other well"),
        ("descent", "found", "at a minimizer"),
        ("descent", "trapped", "trapped at zero, which is not a minimizer here"),
        ("descent", "spurious", "trapped in the nonzero well, which is not a minimizer here"),
        ("descent", "depth-two", "at a minimizer"),
        ("descent", "too-large-a-step", "it diverged"),
    ],
)
def test_a_named_setting_shows_what_it_promises_from_wherever_it_is_chosen(
    name: str, setting: str, verdict: str
) -> None:
    demo: Explorable = getattr(demos, name)
    for values in ends(demo):
        demo.values = values
        demo.apply(setting)
        assert verdict in words(demo, dict(demo.values)), values
    demo.reset()


def descended(values: dict[str, float]) -> tuple[float, ...]:
    """Gradient descent on all the factors, written out."""
    depth = int(values["depth"])
    factors = np.full(depth, values["others"])
    factors[0] = values["first"]
    for _ in range(int(values["steps"])):
        others = np.array([np.prod(np.delete(factors, layer)) for layer in range(depth)])
        residual = values["target"] - factors.prod()
        factors -= values["step"] * 2 * (values["regularization"] * factors - residual * others)
    return tuple(factors)


@pytest.mark.parametrize(("first", "others"), [(0.01, 0.0), (0.0, 0.01), (0.01, 0.01)])
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_at_depth_two_a_path_near_the_saddle_is_not_called_trapped(
    first: float, others: float, steps: int
) -> None:
    values = {"first": first, "others": others, "steps": steps, "step": 0.05}
    values |= {"target": 1.5, "regularization": 0.4, "depth": 2}
    assert "not there yet" in words(demos.descent, values)
    values["steps"] = 200
    assert "at a minimizer" in words(demos.descent, values)


@pytest.mark.parametrize("start", [0.0, 0.01, 1.0])
def test_at_depth_two_opposite_factors_are_trapped_at_the_saddle(start: float) -> None:
    values = {"first": start, "others": -start, "steps": 200, "step": 0.05}
    values |= {"target": 1.5, "regularization": 0.4, "depth": 2}
    assert "trapped at zero" in words(demos.descent, values)


@pytest.mark.parametrize("draws", [160, pytest.param(400, marks=pytest.mark.thorough)])
def test_descent_says_truly_where_it_ended(draws: int) -> None:
    rng = np.random.default_rng(4)
    seen: dict[str, int] = {}
    for _ in range(draws):
        values = {
            "first": float(rng.uniform(-1.2, 1.2)),
            "others": float(rng.uniform(-1.2, 1.2)),
            "steps": 200.0,
            "step": 0.05,
            "target": float(rng.uniform(0.2, 2.5)),
            "regularization": float(rng.uniform(0.2, 1)),
            "depth": float(rng.integers(2, 6)),
        }
        best = grid_minimizer(values["target"], int(values["depth"]), values["regularization"])
        product = float(np.prod(descended(values)))
        verdict = words(demos.descent, values)
        seen[verdict] = seen.get(verdict, 0) + 1
        if verdict == "at a minimizer":
            assert product == pytest.approx(best, abs=0.05), values
        elif "trapped" in verdict:
            assert abs(product - best) > 0.05, values
    assert seen["at a minimizer"] > draws / 4
    assert seen["trapped at zero, which is not a minimizer here"] > draws / 40
    assert seen["trapped in the nonzero well, which is not a minimizer here"] >= draws / 80
