"""Pseudonyms: random, unique, kept when the class grows, and read by the grader."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmfbook.checks import identity
from dmfbook.checks.__main__ import main
from dmfbook.checks.pseudonyms import make_roster
from dmfbook.checks.tables import read_roster

MOODLE = "Identifier,Full name,Email address,Status,Grade\n" + "".join(
    f'Participant {i},"Roe, Jo {i}",jo{i}@example.org,,\n' for i in range(60)
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Quiz\n"
    "    Points Possible,,,,,10\n"
    '"Roe, Jo",17,u17,jo17,A,3\n"Poe, Al",18,u18,al18,A,\n'
)


def test_a_roster_from_moodle_that_grows(tmp_path: Path) -> None:
    exported, roster = tmp_path / "moodle.csv", tmp_path / "roster.csv"
    exported.write_text(MOODLE, encoding="utf-8-sig")
    assert make_roster(exported, roster) == 60
    first = read_roster(roster)
    assert len(first) == 60
    assert all(identity(student) == student and len(student) == 6 for student in first)
    assert {row["identifier"] for row in first.values()} == {f"Participant {i}" for i in range(60)}
    exported.write_text(
        MOODLE.replace('Jo 3"', 'Jo Three"') + "Participant 99,New,,,\n", encoding="utf-8"
    )
    assert make_roster(exported, roster) == 1
    second = read_roster(roster)
    assert set(first) < set(second)
    kept = {row["identifier"]: student for student, row in first.items()}
    now = {row["identifier"]: student for student, row in second.items()}
    assert {key: now[key] for key in kept} == kept
    assert second[kept["Participant 3"]]["name"] == "Roe, Jo Three"
    other = tmp_path / "other.csv"
    make_roster(exported, other)
    # They are drawn out of 6.2 million: of 1,700 such pairs of rosters one shares a pseudonym.
    shared = set(read_roster(other)) & set(second)
    assert len(shared) <= 2, "they are not made from the names"


def test_a_roster_from_canvas(tmp_path: Path) -> None:
    (tmp_path / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    roster = tmp_path / "roster.csv"
    assert main(["pseudonyms", str(tmp_path / "canvas.csv"), str(roster)]) == 0
    rows = list(read_roster(roster).values())
    assert [row["name"] for row in rows] == ["Roe, Jo", "Poe, Al"]
    assert [row["sis_login_id"] for row in rows] == ["jo17", "al18"]


@pytest.mark.parametrize("text", ["", "Name,Group\nJo,1\n"])
def test_a_list_without_people_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="must have a line for each participant"):
        make_roster(tmp_path / "x.csv", tmp_path / "roster.csv")
    assert not (tmp_path / "roster.csv").exists()


def test_given_values_can_be_looked_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["given", "curvature", " S1000 ", "--course", "dmf-2027"]) == 0
    said = capsys.readouterr().out
    assert "q2 target = " in said
    assert "_" not in said
    assert main(["given", "curvature", "a b", "--course", "dmf-2027"]) == 2
    assert "student must be" in capsys.readouterr().err
