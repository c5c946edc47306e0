"""The items that are answered with an explorable: their conditions, tried in Python."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from teach._tools import bank, questions
from teach._tools.sources import TEACH, chapters

pytestmark = pytest.mark.thorough

WRITTEN = [slug for slug in chapters() if (TEACH / "quiz" / f"{slug}.yml").exists()]


def met(test: dict[str, Any], demo: Any) -> bool:
    """Say whether a condition of the page holds for an explorable as it is set."""
    shown = [value for _, value in demo.numbers()][len(demo.sliders) :]
    found = demo.values[test["slider"]] if "slider" in test else shown[test["readout"]]
    value = test["value"]
    if isinstance(value, str):
        return bool((found == value) == (test["test"] == "is"))
    far = float(found) - value
    return {
        "is": abs(far) < 1e-9,
        "isnt": abs(far) > 1e-9,
        "least": far > -1e-9,
        "most": far < 1e-9,
    }[test["test"]]


@pytest.mark.parametrize("slug", WRITTEN)
def test_conditions(slug: str) -> None:
    """Not met as the explorable opens; met by the right try, and by no other."""
    (item,) = [item for item in bank.chapter(slug) if item["kind"] == "demo"]
    demo = getattr(import_module(f"dmfbook.demos.{slug}"), item["demo"])
    tests = questions.conditions(item, slug)
    demo.reset()
    assert not all(met(test, demo) for test in tests)
    sliders = {slider.name: slider for slider in demo.sliders}
    for trial in item["tries"]:
        for name, value in trial["set"].items():
            assert sliders[name].low <= value <= sliders[name].high, (item["id"], name)
        demo.reset()
        demo.values = {**demo.values, **trial["set"]}
        right = all(met(test, demo) for test in tests)
        assert right == bool(trial.get("right")), (item["id"], trial["text"], demo.numbers())
    # Words are compared as the page shows them, where formulas would read otherwise.
    for test in tests:
        if isinstance(test["value"], str):
            assert not set("$^_") & set(test["value"])


def test_an_unknown_readout_is_named() -> None:
    item = {"id": "su-x", "demo": "phases", "conditions": [{"of": "winner", "is": "zero"}]}
    with pytest.raises(ValueError, match="su-x: phases has no 'winner'; it has 'target'"):
        questions.conditions(item, "scalar_uniqueness")
