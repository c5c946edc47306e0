"""The guide to common mistakes: every example is computed, and breaks its claim."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from teach._tools import assessments

GUIDE = {entry["id"]: entry for entry in assessments.mistakes()}
SLOW = {"one-seed", "ties-never-matter"}


def wrong_numbers(entry: dict[str, Any]) -> list[str]:
    """Return what an example says and its Python does not."""
    names = assessments.run_mistake(entry)
    found = [] if bool(names["broken"]) else ["the example does not break the claim"]
    for name, said in entry["numbers"].items():
        if assessments.printed(names[name]) != assessments.printed(said):
            found.append(f"{name} is {assessments.printed(names[name])}, not {said}")
    return found


@pytest.mark.parametrize(
    "mistake",
    [pytest.param(name, marks=pytest.mark.thorough) if name in SLOW else name for name in GUIDE],
)
def test_the_example_breaks_the_claim(mistake: str) -> None:
    """Its Python runs, finds the numbers that the text says, and the claim broken."""
    assert not wrong_numbers(GUIDE[mistake])


@pytest.mark.parametrize("mistake", GUIDE)
def test_no_number_is_only_said(mistake: str) -> None:
    """Outside of formulas each number of an example is computed by its Python."""
    text = re.sub(r"\$[^$]*\$", "", GUIDE[mistake]["example"])
    assert not re.findall(r"\d+\.\d+|\b\d{2,}\b", text)


def test_a_wrong_example_is_found() -> None:
    """A number that is off, and an example that breaks nothing."""
    entry = copy.deepcopy(GUIDE["sharpness-of-a-function"])
    entry["numbers"]["unequal"] = 32
    assert wrong_numbers(entry) == ["unequal is 33, not 32"]
    entry["python"] = entry["python"].replace(
        "[[0.25]], [[2.0]], [[2.0]]", "[[1.0]], [[1.0]], [[1.0]]"
    )
    assert "the example does not break the claim" in wrong_numbers(entry)


def test_settings_exist() -> None:
    """The picture to which an entry of the guide leads has that setting."""
    import importlib

    for entry in GUIDE.values():
        see = entry["see"]
        if see["chapter"] == "scalar_uniqueness" and "setting" in see:
            demos = importlib.import_module("dmfbook.demos.scalar_uniqueness")
            known = {setting.name for setting in getattr(demos, see["explorable"]).settings}
            assert see["setting"] in known | {"as it opens"}
