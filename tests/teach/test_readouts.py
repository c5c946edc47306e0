"""Every number that a script says is one that the picture shows at that setting."""

from __future__ import annotations

import copy

import pytest

from teach._tools import plans, readouts
from teach._tools.sources import chapters

SOON = "scalar_uniqueness"


@pytest.mark.parametrize(
    "chapter", [c if c == SOON else pytest.param(c, marks=pytest.mark.thorough) for c in chapters()]
)
def test_the_scripts_say_what_the_pictures_show(chapter: str) -> None:
    """Settings exist, readouts are those written, and no sentence has another number."""
    wrong = readouts.differences(chapter, plans.scripts(chapter))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("key", "old", "new", "says"),
    [
        (
            "setting",
            "at-the-tie",
            "at-a-tie",
            "well, at-a-tie: no setting 'at-a-tie'; there are at-the",
        ),
        ("setting", "at-the-tie", {"targets": 1}, "no slider 'targets'"),
        ("expect", "0.5946", "0.5964", "0.5964 in 'At two places at once, zero and 0.5964."),
        ("ask", "Lower the target", "Lower it to 1.3", "1.3 in 'Lower it to 1.3"),
        (
            "readouts",
            {"bottom of the nonzero well, x": 0.79},
            None,
            "is 0.5946 now, not 0.79; mend it",
        ),
        ("readouts", {"the bottom": 0.5946}, None, "no number 'the bottom'; there are who wins, "),
        ("readouts", {}, None, "name one number at least of who wins"),
    ],
)
def test_a_wrong_number_is_found(key: str, old: object, new: object, says: str) -> None:
    """Planted one at a time in a script that is right."""
    scripts = [entry for entry in plans.scripts(SOON) if entry["explorable"] == "well"]
    step = next(s for s in copy.deepcopy(scripts)[0]["show"] if s["setting"] == "at-the-tie")
    if key == "readouts":
        step[key] = old
    elif key == "setting":
        step[key] = new
    else:
        assert str(old) in step[key]
        step[key] = step[key].replace(str(old), str(new))
    found = readouts.differences(SOON, [{**scripts[0], "show": [step]}])
    assert any(says in line for line in found), found
    assert all(f"scripts/{SOON}.yml, well" in line for line in found)


def test_numbers_in_sentences() -> None:
    """A number may be rounded, or lose its sign; what stands in a formula is not looked at."""
    shown = ["0.5946", "-0.17982", "two: 232416 of them", "1.682e-10"]
    assert not plans.unbacked("0.5946, 0.59, 0.18, 232416 and 1.682e-10", shown)
    assert not plans.unbacked("$2^{10}$ and two or $e^{-4\\lambda t}$", shown)
    assert plans.unbacked("0.6, 0.5, 1 and 0.594", shown) == ["0.5", "1", "0.594"]
    assert plans.unbacked("1", ["0.5946"]) == ["1"]


def test_pictures_are_left_as_they_were() -> None:
    """One explorable serves all tests of a process."""
    from dmfbook.demos.scalar_uniqueness import well

    before = dict(well.values)
    readouts.numbers(well, "depth-two")
    assert dict(well.values) == before
