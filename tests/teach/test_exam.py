"""The exam: points and minutes add up, and its answers are computed anew for every variant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from teach._tools import assessments, papers
from teach._tools.entries import EntryError

QUESTIONS = {question["id"]: question for question in assessments.exam()["questions"]}

GIVEN = assessments.variants(Path("of nobody"))["sample"]

#: The sample's answers, worked out on paper.
BY_HAND = {
    "least-cost": {"cost": "39", "one": "3", "two": "2"},
    "draw": {"tie": "1.189", "jump": "0.5946"},
    "thresholds": {"tie": "3.364", "jump": "1.682", "collapse": "2.52"},
    "spectrum": {
        "one": "4",
        "two": "1",
        "eigenvalues": "16, 14, 10, 4 (4 times), 0",
        "step": "0.125",
    },
    "universal": {"check": "4"},
    "reach": {"sharp": "26", "least": "24", "edge": "20", "verdict": "none of them"},
    "abstract": {"tie": "2", "zero": "2", "other": "4"},
}


@pytest.mark.parametrize("name", BY_HAND)
def test_the_answers_are_those_worked_out_by_hand(name: str) -> None:
    """The library and the pencil agree on the sample."""
    values = assessments.computed(QUESTIONS[name], GIVEN[name])
    assert {key: values[key] for key in BY_HAND[name]} == BY_HAND[name]


def test_every_question_with_numbers_was_worked_out() -> None:
    """None is computed that nobody has checked."""
    assert set(BY_HAND) == {name for name, question in QUESTIONS.items() if "computed" in question}


def test_true_claims_hold() -> None:
    """False ones are broken by the guide to mistakes, true ones by nothing that we try."""
    claims = QUESTIONS["claims"]["claims"]
    assert {claim["verdict"] for claim in claims} == {True, False}
    for claim in claims:
        if claim["verdict"]:
            assert eval(claim["holds"], assessments.names()), claim["claim"]


def test_texts_name_what_is_computed() -> None:
    """No brace is left over in what is printed."""
    for name, question in QUESTIONS.items():
        values = assessments.computed(question, GIVEN[name])
        for text in (question["ask"], question["answer"]):
            assert not re.search(r"(?<!mathrm)\{[a-z]\w*\}", assessments.filled(text, values))


def test_a_variant_of_your_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other numbers in the private overlay give another paper, and a key."""
    path = tmp_path / "exam.yml"
    numbers = {"least-cost": {"layers": 3, "first": 64, "second": 1}}
    path.write_text(yaml.safe_dump({"spring": numbers}), encoding="utf-8")
    found = assessments.variants(path)
    assert list(found) == ["sample", "spring"]
    assert found["spring"]["draw"] == found["sample"]["draw"]
    values = assessments.computed(QUESTIONS["least-cost"], found["spring"]["least-cost"])
    assert values["cost"] == "51"  # 3 (16 + 1)
    monkeypatch.setattr(assessments, "variants", lambda: found)
    key = papers.exam_page("spring", answers=True)
    assert "51; each layer" in key
    assert "so are these answers" not in key
    assert "51; each layer" not in papers.exam_page("spring")


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ({"least": {}}, "exam.yml, spring: there is no question 'least'"),
        (
            {"least-cost": {"layers": 3, "frist": 64}},
            "exam.yml, spring: there is no set of numbers",
        ),
    ],
)
def test_a_wrong_variant_says_so(numbers: dict[str, Any], says: str, tmp_path: Path) -> None:
    """A misspelt question or number is no silent sample."""
    path = tmp_path / "exam.yml"
    path.write_text(yaml.safe_dump({"spring": numbers}), encoding="utf-8")
    with pytest.raises(EntryError) as raised:
        assessments.variants(path)
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points: 60", "points: 61", "they add up to 60, not 61"),
        ("points: 8", "points: 9", "spectrum: the parts do not add up to its 9 points"),
        ("minutes: 12", "minutes: 30", "leave ten minutes"),
        ("because: unique-means-found", "because: unique", "there is no common mistake 'unique'"),
        ("because: thm-zero-basin", "because: thm-basin", "there is no statement 'thm-basin'"),
    ],
)
def test_a_wrong_exam_says_so(
    old: str, new: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums and references are checked when it is read."""
    for name in ("exam.yml", "mistakes.yml"):
        text = (assessments.TEACH / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(assessments, "TEACH", tmp_path)
    with pytest.raises(EntryError) as raised:
        assessments.exam()
    assert says in str(raised.value)
