"""Capstones and their rubric."""

from __future__ import annotations

from pathlib import Path

import pytest

from teach._tools import assessments
from teach._tools.entries import EntryError


def test_the_rubric_adds_up() -> None:
    """Twenty points, and four different sentences for each criterion."""
    found = assessments.capstones()
    rubric = found["rubric"]
    assert rubric["points"] == 20
    assert rubric["levels"] == sorted(rubric["levels"], reverse=True)
    for criterion in rubric["criteria"]:
        assert len(set(criterion["says"])) == 4
    assert len(found["capstones"]) >= 6


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
