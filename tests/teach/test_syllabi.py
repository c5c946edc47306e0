"""Syllabi: minutes add up, scripts get their time, homework fits, and all chapters are taught."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from teach._tools import plans, references
from teach._tools.entries import EntryError
from teach._tools.sources import TEACH, chapters


@pytest.mark.parametrize("name", plans.SYLLABI)
def test_the_minutes_add_up(name: str) -> None:
    """Each meeting's plan fills it, and each picture has the time of its script."""
    assert plans.taught(plans.syllabus(name)) <= set(chapters())


def test_the_long_course_shows_every_chapter() -> None:
    """A new chapter needs a place in the four weeks."""
    missing = set(chapters()) - plans.taught(plans.syllabus("month"))
    assert not missing, f"teach/syllabi/month.yml shows nothing of {', '.join(sorted(missing))}"


@pytest.mark.parametrize("name", plans.SYLLABI)
def test_homework_fits_its_hours(name: str, book: Path) -> None:
    """Reading takes what the chapters say, sets what they are given."""
    del book  # the times are read from it
    for week in plans.syllabus(name)["weeks"]:
        needed, given = plans.home_minutes(week), 60 * week.get("home_hours", 0)
        assert given - 60 <= needed <= given, (
            f"{name}, {week['title']}: {needed} of {given} minutes"
        )


def test_chapters_say_their_times(book: Path) -> None:
    """Both roads, the short one not longer."""
    del book
    for chapter in chapters():
        assert 5 <= references.minutes(chapter, "short") <= references.minutes(chapter, "full")


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (
            "lecture",
            "- minutes: 12\n            do: Slide",
            "- minutes: 13\n            do: Slide",
            "takes 91 minu",
        ),
        ("lecture", "minutes: 90", "minutes: 100", "the plan takes 90 minutes, not 100"),
        (
            "lecture",
            "- minutes: 12\n            do: Slide",
            "- minutes: 7\n            do: Slide",
            "take 8 minutes",
        ),
        ("lecture", "/well]", "/wall]", "there is no script in scalar_uniqueness: 'wall'"),
        ("lecture", "[scalar_uniqueness/well]", "[scalar/well]", "there is no chapter 'scalar'"),
        ("lecture", "needs: Deriv", "need: Deriv", "unknown key 'need'"),
        ("week", "When zero wins}", "When none wins}", "no section of collapse 'When none wins'"),
        ("week", "{collapse: When", "{collapsed: When", "there is no chapter 'collapsed'"),
        ("week", "        minutes: 10\n        section", "        section", "give its minutes"),
    ],
)
def test_a_wrong_plan_says_where_and_what(
    name: str, old: str, new: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the syllabus, the place in it and what does not fit."""
    shutil.copytree(TEACH / "syllabi", tmp_path / "syllabi")
    shutil.copytree(TEACH / "scripts", tmp_path / "scripts")
    path = tmp_path / f"syllabi/{name}.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(plans, "TEACH", tmp_path)
    with pytest.raises(EntryError) as raised:
        plans.syllabus(name)
    assert f"syllabi/{name}.yml, " in str(raised.value)
    assert says in str(raised.value)


def test_grades_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred percent, not more."""
    shutil.copytree(TEACH / "syllabi", tmp_path / "syllabi")
    shutil.copytree(TEACH / "scripts", tmp_path / "scripts")
    path = tmp_path / "syllabi/week.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("quiz: 30}", "quiz: 40}"), "utf-8")
    monkeypatch.setattr(plans, "TEACH", tmp_path)
    with pytest.raises(EntryError, match="must add up to 100"):
        plans.syllabus("week")
