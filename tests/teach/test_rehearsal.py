"""Set 2 given to ten students of every kind, and graded as a new teacher does it.

The functions have two seconds here instead of ten; all else is the set as it is.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import overlay
import pytest
from practice_set import quick, table

from dmfbook.checks import ProblemSet, set_definition
from dmfbook.checks.__main__ import main
from dmfbook.checks.sheet import Sheet, sheet_text

pytestmark = pytest.mark.thorough
NAME = "rehearsal"
COURSE = "dmf-2027"
SET = quick(set_definition("one-number-one-matrix"), NAME)
FULL = {"q1": 6, "q2": 8, "q3": 6, "q4": 4, "q6": 4}
SOFT = "def minimizer(target, depth, regularization):\n    return max(target - regularization, 0)\n"
LOOP = "def minimizer(target, depth, regularization):\n    while True:\n        pass\n"
CHEAT = (
    "def minimizer(target, depth, regularization):\n"
    "    from dmfbook import scalar_minimizer\n"
    "    return scalar_minimizer(target, depth, regularization)\n"
)
WHOLE = next(part for part in overlay.NUMBER.split("\n\n\n") if part.startswith("def minimizer"))


def model(private: Path, student: str) -> dict[str, Any]:
    """Return right answers as JSON holds them, to the set that has another name here."""
    sheet = ProblemSet(NAME, student, COURSE)
    given = {one.name: sheet.given(one.name) for one in SET.questions}
    answers = overlay.solutions(private, "one-number-one-matrix").answers(given)
    plain: dict[str, Any] = {
        question: {key: np.array(value, dtype=float).tolist() for key, value in answer.items()}
        for question, answer in answers.items()
        if isinstance(answer, dict)
    }
    return {**plain, "q2": {"source": WHOLE}, "q5": {"text": "Let m be a target."}}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("a course")
    overlay.write_overlay(folder / "private")
    sheets = folder / "sheets"
    sheets.mkdir()

    def hand_in(student: str, answers: dict[str, Any], **changes: Any) -> None:
        text = sheet_text(Sheet(NAME, SET.version, COURSE, student, answers), {})
        text = json.dumps({**json.loads(text), **changes})
        # As Moodle packs them, a folder for each.
        place = sheets / f"Participant_{student}_assignsubmission_file"
        place.mkdir()
        (place / f"{NAME}-{student}.json").write_text(text, encoding="utf-8")

    answers = {f"s{i}": model(folder / "private", f"s{i}") for i in range(1, 11)}
    hand_in("s1", answers["s1"])
    off = {"tie": answers["s2"]["q1"]["tie"], "minimizer": 1.0}
    hand_in("s2", {**answers["s2"], "q1": off, "q2": {"source": SOFT}})
    hand_in("s3", {"q1": answers["s3"]["q1"], "q4": answers["s3"]["q4"]})
    hand_in("s4", {**answers["s4"], "q2": {"source": CHEAT}})
    hand_in("s5", {**answers["s5"], "q2": {"source": LOOP}})
    hand_in("s6", answers["s1"])
    hand_in("s7", {"q1": {"tie": 1}}, said={"q1": "6 of 6", "q2": "8 of 8"}, points=44)
    hand_in("s8", answers["s8"], version=0)
    broken = sheets / "Participant_s9_assignsubmission_file"
    broken.mkdir()
    (broken / f"{NAME}-s9.json").write_text('{"form": 1, "answers": [[[[', encoding="utf-8")
    hand_in(
        "s10",
        {**answers["s10"], "q2": {"source": "def minimizer(*a):\n    import os\n    os._exit(9)"}},
    )
    (folder / "private/roster.csv").write_text(
        "student,identifier,name\n"
        + "".join(f's{i},Participant {i},"Roe, {i}"\n' for i in range(1, 12)),
        encoding="utf-8",
    )
    return folder


def grade(folder: Path) -> None:
    private = folder / "private"
    options = ["--salt-file", private / "salt", "--out", folder / "grades"]
    options += ["--roster", private / "roster.csv", "--jobs", "2"]
    assert main(["grade", *map(str, [folder / "sheets", *options])]) == 0


def test_ten_students(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grade(graded)
    said = capsys.readouterr().out
    assert "10 sheets graded" in said
    assert "on the roster, without a sheet: s11" in said
    rows = {row["student"]: row for row in table(graded / "grades/grades.csv")}
    points = {
        student: [int(row[f"{q} ({most})"]) for q, most in FULL.items()]
        for student, row in rows.items()
    }
    full = list(FULL.values())
    assert points == {
        "s1": full,
        "s2": [2, 2, 6, 4, 4],
        "s3": [6, 0, 0, 4, 0],
        "s4": [6, 0, 6, 4, 4],
        "s5": [6, 0, 6, 4, 4],
        "s6": points["s6"],
        "s7": [0] * 5,
        "s8": [0] * 5,
        "s9": [0] * 5,
        "s10": [6, 0, 6, 4, 4],
    }
    copied = points["s6"]
    assert (copied[0], copied[1], copied[3], copied[4]) == (0, 8, 0, 0)
    assert copied[2] <= 3, "one start may serve two students"
    reasons = {
        "s2": "is not the best product",
        "s3": "q2: not answered",
        "s4": "dmfbook is not at hand",
        "s5": "and was stopped",
        "s6": "is not the value for your sheet",
        "s7": "collapse: not answered",
        "s8": "a sheet of version 0 of the set; this is version 1",
        "s9": "no sheet: ",
        "s10": "crashed Python (code 9)",
    }
    for student, reason in reasons.items():
        assert reason in rows[student]["why"], rows[student]["why"]
    assert rows["s1"]["why"] == ""
    assert rows["s6"]["same function as"].count("-s1.json") == 1


def test_a_person_marks_and_both_systems_get_their_files(graded: Path) -> None:
    grade(graded)
    to_mark = graded / "grades/to_mark.csv"
    rows = table(to_mark)
    # Broken and refused sheets leave nothing to mark.
    assert len(rows) == 8 * 2
    assert rows[0]["text"] == "Let m be a target."
    for row in rows:
        row["points"] = "7.5" if row["question"] == "q5" else "3"
    with to_mark.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    grade(graded)
    moodle = {row["Identifier"]: row for row in table(graded / "grades/moodle.csv")}
    assert moodle["Participant 1"]["Grade"] == "38.5"
    assert moodle["Participant 8"]["Grade"] == "0"
    assert "hand in again" in moodle["Participant 8"]["Feedback comments"]
    assert moodle["Participant 9"]["Grade"] == "0"
    assert len(moodle) == 10
    with (graded / "grades/canvas.csv").open(encoding="utf-8", newline="") as file:
        canvas = list(csv.reader(file))
    assert canvas[1][-1] == "44"
    assert {row[0]: row[-1] for row in canvas[2:]}["Roe, 1"] == "38.5"
    journal = (graded / "grades/journal.jsonl").read_text(encoding="utf-8").split("\n")
    assert len([line for line in journal if line]) == 10, "a sheet was graded twice"
