"""What the pictures of the chapter on conditioning say is true, at other settings too."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dmfbook import (
    Conditioning,
    balanced_conditioning,
    collapse_threshold,
    conditioning_at,
    fast_flat_factors,
    gradient_descent,
    is_flat,
    minimizer_conditioning,
    sharpness,
    spectrum_at,
)
from dmfbook.demos import conditioning as demos
from dmfbook.demos.conditioning import _runs
from dmfbook.explorables import Explorable


def scene(demo: Explorable, **values: float) -> dict:
    start = {slider.name: slider.value for slider in demo.sliders}
    return demo.scene(start | values)


@pytest.mark.parametrize("value", [0.05, 0.2, 1.0])
@pytest.mark.parametrize("step", [0.01, 0.25, 0.4, 0.52])
def test_steps(step: float, value: float) -> None:
    ratio, rate, steps, words, distance = scene(demos.steps, step=step, value=value)["readouts"]
    speed = Conditioning(4 * value, 4.0)
    assert ratio["value"] == pytest.approx(speed.condition_number, rel=1e-12)
    assert rate["value"] == pytest.approx(speed.rate_at(step), rel=1e-12, abs=1e-12)
    if step < 0.5:
        assert steps["value"] == speed.predicted_steps(1e-6, step)
    assert ("too long" in words["text"]) == (step > 0.5)
    assert ("short" in words["text"]) == (step < speed.optimal_step_size - 1e-9)
    # The same descent by the library, on all eight parameters.
    root = np.sqrt(value)
    start = [np.diag([1.04, root + 0.04])] * 2
    run = gradient_descent(start, np.diag([1.0, value]), step, 80)
    away = np.diag(run.factors[0]) - [1, root]
    if step < 0.5 and speed.rate_at(step) > 0.8:
        assert distance["value"] == pytest.approx(np.linalg.norm(away), rel=1e-6, abs=1e-14)


@pytest.mark.parametrize("first", [-2.5, 0.0, 1.2])
@pytest.mark.parametrize("second", [-4.0, 0.0, 1.58, 3.0])
def test_along_valley(first: float, second: float) -> None:
    sharp, ratio, steps, words = scene(demos.along_valley, first=first, second=second)["readouts"]
    a, b = np.sqrt(3 * 2.0**first), np.sqrt(2.0**second)
    factors = [np.diag([3 / a, 1 / b]), np.diag([a, b])]
    speed = conditioning_at(factors)
    assert sharp["value"] == pytest.approx(sharpness(factors), rel=1e-12)
    assert ratio["value"] == pytest.approx(speed.condition_number, rel=1e-12)
    assert steps["value"] == speed.predicted_steps(1e-6)
    assert words["text"].startswith("is flat") == is_flat(factors)
    assert ("slower than the balanced" in words["text"]) == (speed.condition_number > 3 + 1e-9)
    if "faster than any flat one" in words["text"]:
        assert not is_flat(factors)
        assert speed.condition_number < 1.8


@pytest.mark.parametrize("layers", [2, 3, 5])
@pytest.mark.parametrize("price", [1e-3, 0.05, 0.3, 0.97])
@pytest.mark.parametrize("second", [0.2, 0.5, 0.9])
def test_decay_speed(layers: int, price: float, second: float) -> None:
    values = {"depth": layers, "regularization": price, "second": second}
    low, high, ratio, without, words = scene(demos.decay_speed, **values)["readouts"]
    target, widths = np.diag([1.0, second]), (2,) * (layers + 1)
    speed = minimizer_conditioning(target, widths, price)
    assert low["value"] == pytest.approx(speed.smallest, rel=1e-9)
    assert high["value"] == pytest.approx(speed.largest, rel=1e-9)
    assert ratio["value"] == pytest.approx(speed.condition_number, rel=1e-9)
    expected = balanced_conditioning(target, widths).condition_number
    assert without["value"] == pytest.approx(expected, rel=1e-12)
    fitted = sum(price < collapse_threshold(v, layers) for v in (1.0, second))
    assert words["text"] == ("none", "the first", "both")[fitted]


@pytest.mark.parametrize("layers", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("value", [0.02, 0.3, 0.99])
def test_depths(layers: int, value: float) -> None:
    shown = scene(demos.depths, depth=layers, value=value)
    slow, fast, gain, words = shown["readouts"]
    target, widths = np.diag([1.0, value]), (2,) * (layers + 1)
    expected = balanced_conditioning(target, widths).condition_number
    best = fast_flat_factors(target, widths)
    assert slow["value"] == pytest.approx(expected, rel=1e-12)
    assert fast["value"] == pytest.approx(best.condition_number, rel=1e-10)
    gains = [abs(np.diag(part))[1] for part in best.factors]
    assert gain["value"] == pytest.approx(max(gains), rel=1e-8)
    assert best.proved_best
    assert ("equal, the minimum is perfect" in words["text"]) == (best.condition_number == 1)
    bars = [m for m in shown["panels"][1]["marks"] if "heights" in m]
    for bar, factors in zip(bars, (None, best.factors), strict=True):
        heights = np.sort(np.array(bar["heights"], float))
        if factors is not None:
            found = spectrum_at(factors).values
            np.testing.assert_allclose(heights, found / found[-1], rtol=1e-8)
        else:
            assert 1 / heights[0] == pytest.approx(expected, rel=1e-12)
    points = [m for m in shown["panels"][2]["marks"] if np.ndim(m.get("x", 0))]
    heights = np.array(points[-1]["y"], float)
    np.testing.assert_allclose(np.sort(heights), np.sort(gains), rtol=1e-8)


def test_widen() -> None:
    for width, condition in ((3, 2 / (1 + 1 / 900)), (4, 1.8), (5, 1.0)):
        slow, fast, sharp, words = scene(demos.widen, width=width)["readouts"]
        best = fast_flat_factors(_runs.TARGET, (3, width, 3))
        assert best.proved_best
        assert fast["value"] == pytest.approx(best.condition_number, rel=1e-12)
        assert fast["value"] == pytest.approx(condition, rel=1e-12)
        expected = balanced_conditioning(_runs.TARGET, (3, width, 3))
        assert slow["value"] == pytest.approx(expected.condition_number, rel=1e-12)
        assert sharp["value"] == pytest.approx(expected.largest, rel=1e-12)
        assert sharpness(best.factors) == pytest.approx(12, rel=1e-12)
        assert ("perfect" in words["text"]) == (condition == 1)


def test_the_stored_runs() -> None:
    stored = json.loads(_runs.FILE.read_text(encoding="utf-8"))
    for kind, place, width in (("balanced", 0, 3), ("fast", 2, 5)):
        for power in (-3, 0):
            curvatures, losses = _runs.followed(kind, width, power)
            kept = stored[f"{kind}_losses"][place][_runs.DISTANCES.index(power)]
            # Near the floor of rounding the loss is noise.
            clear = losses > -20
            np.testing.assert_allclose(np.array(kept)[clear], losses[clear], atol=2e-2)
            np.testing.assert_allclose(stored[f"{kind}_curvatures"][place], curvatures, rtol=1e-3)
