"""Capstones and their rubric."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from teach._tools import assessments
from teach._tools.entries import EntryError
from teach._tools.sources import chapters


def test_the_rubric_adds_up() -> None:
    """Twenty points, and four different sentences for each criterion."""
    found = assessments.capstones()
    rubric = found["rubric"]
    assert rubric["points"] == 20
    assert rubric["levels"] == sorted(rubric["levels"], reverse=True)
    for criterion in rubric["criteria"]:
        assert len(set(criterion["says"])) == 4
    assert len(found["capstones"]) >= 6


def test_chapters_beyond_the_papers_have_one_each() -> None:
    """The instructor's page offers them for a capstone."""
    readme = (assessments.TEACH / "README.md").read_text(encoding="utf-8")
    offered = re.search(r"Chapters ([\d, and]+) go beyond the papers: .*or for a capstone", readme)
    assert offered is not None
    numbers = [int(number) for number in re.findall(r"\d+", offered[1])]
    assert len(numbers) >= 2
    taken = {name for entry in assessments.capstones()["capstones"] for name in entry["chapters"]}
    assert {chapters()[number - 1] for number in numbers} <= taken


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points: 20", "points: 21", "best levels must add up to 21"),
        (
            "rem-mirror-law",
            "rem-mirror",
            "mirror-law: there is no statement in these chapters: ",
        ),
        ("predict_escape", "predict_landing", "no function in dmfbook: 'predict_landing'"),
        ("levels: [4, 3, 2, 0]", "levels: [4, 3, 0]", "four levels need four sentences"),
    ],
)
def test_a_wrong_capstone_says_so(
    old: str, new: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Points and references are checked when it is read."""
    text = (assessments.TEACH / "capstones.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "capstones.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(assessments, "TEACH", tmp_path)
    with pytest.raises(EntryError) as raised:
        assessments.capstones()
    assert says in str(raised.value)
