"""What the pictures of the chapter on flat minima say is true, far from their first setting too."""

from __future__ import annotations

import numpy as np
import pytest

from dmfbook import (
    end_to_end,
    flattest_sharpness,
    flattest_trace,
    hessian_trace,
    is_flat,
    sharpness,
    two_path_factors,
)
from dmfbook import flatness_conditions as conditions
from dmfbook.demos import flat_minima as demos
from dmfbook.explorables import Explorable


def shown(demo: Explorable, **values: float) -> list[dict]:
    start = {slider.name: slider.value for slider in demo.sliders}
    return demo.scene(start | values)["readouts"]


@pytest.mark.item("P1-7")
@pytest.mark.item("P1-8")
@pytest.mark.parametrize("angle", [0.0, 50.0, 75.0])
@pytest.mark.parametrize("ratio", [0.7, 1.0, 1.4])
def test_equal_norms(angle: float, ratio: float) -> None:
    sharp, least, first, last, verdict = shown(demos.equal_norms, angle=angle, ratio=ratio)
    turned = np.deg2rad(angle)
    arrow = last["value"] * np.array([[np.cos(turned), np.sin(turned)]])
    factors = [[[first["value"]], [0.0]], arrow]
    assert end_to_end(factors).item() == pytest.approx(1, rel=1e-12)
    assert sharp["value"] == pytest.approx(sharpness(factors), rel=1e-12)
    assert least["value"] == flattest_sharpness([[1.0]], 2)
    assert verdict["text"].startswith("is flat") == is_flat(factors)
    assert ("equally long, but not" in verdict["text"]) == (ratio == 1 and angle > 0)


@pytest.mark.parametrize("product", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("first", [0.02, 0.5, 1.0, 1.25, 1.7])
@pytest.mark.parametrize("last", [0.02, 0.8, 1.0, 1.35, 1.7])
def test_two_gains(first: float, last: float, product: float) -> None:
    sharp, verdict, norms, middle = shown(demos.two_gains, first=first, last=last, product=product)
    factors = two_path_factors(first, last, product)
    found = conditions(factors)
    assert sharp["value"] == pytest.approx(sharpness(factors), rel=1e-12)
    assert verdict["text"].startswith("is flat") == found.flat
    assert ("vouch" in verdict["text"]) == found.norm_balanced
    assert norms["value"] == pytest.approx(found.norm_share, rel=1e-12)
    assert middle["value"] == pytest.approx(factors[1][1, 1], rel=1e-14)
    if not found.flat:
        shares = [found.right_share, found.left_share, found.both_share]
        word = ("second", "third", "last")[int(np.argmax(shares))]
        # Where two bars are equally high either may be named.
        assert word in verdict["text"] or np.sum(np.isclose(shares, max(shares))) > 1


@pytest.mark.parametrize("doublings", [-1.6, -1.0, 0.0, 0.6, 1.02])
@pytest.mark.parametrize("shear", [-1.2, 0.0, 0.4])
def test_groove(doublings: float, shear: float) -> None:
    sharp, least, verdict = shown(demos.groove, doublings=doublings, shear=shear)
    beta, mixing = 2.0**doublings, np.array([[1.0, shear], [0.0, 1.0]])
    factors = [mixing @ np.diag([2, 1 / beta]), np.diag([2, beta]) @ np.linalg.inv(mixing)]
    assert sharp["value"] == pytest.approx(sharpness(factors), rel=1e-12)
    assert least["value"] == flattest_sharpness(np.diag([4.0, 1.0]), 2)
    assert verdict["text"].startswith("is flat") == is_flat(factors)
    assert ("do not share" in verdict["text"]) == (not conditions(factors).coupled)


@pytest.mark.parametrize(("inputs", "outputs"), [(6, 2), (2, 12), (4, 4)])
@pytest.mark.parametrize("setting", ["", "top", "trace"])
def test_two_flatnesses(inputs: int, outputs: int, setting: str) -> None:
    demo = demos.two_flatnesses
    start = {slider.name: slider.value for slider in demo.sliders}
    values = start | {"inputs": inputs, "outputs": outputs, "dial": -0.2}
    if setting:
        values["dial"] = 0.0 if setting == "top" else np.log(outputs / inputs) / 4
    sharp, trace, price, verdict = demo.scene(values)["readouts"]
    target = np.zeros((outputs, inputs))
    target[0, 0], target[1, 1] = 3, 1
    roots = np.sqrt(np.diag([3.0, 1.0]))
    first, last = np.zeros((2, inputs)), np.zeros((outputs, 2))
    first[:, :2], last[:2] = roots / np.exp(values["dial"]), roots * np.exp(values["dial"])
    ratios = (
        sharpness([first, last]) / flattest_sharpness(target, 2),
        hessian_trace([first, last]) / flattest_trace(target),
    )
    assert (sharp["value"], trace["value"]) == pytest.approx(ratios, rel=1e-12)
    if setting == "trace":
        assert sharp["value"] == pytest.approx(price["value"], rel=1e-12)
    least = [abs(ratio - 1) < 1e-12 for ratio in ratios]
    words = {(True, True): "in both", (True, False): "in the top", (False, True): "in the trace"}
    assert verdict["text"].startswith(words.get(tuple(least), "in neither"))
