"""Grading a class: in any order, interrupted and resumed, and the tables that come of it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from practice_set import COURSE, practice_set, table, values, written

from dmfbook.checks.__main__ import main
from dmfbook.checks.grading import grade_folder, make_plan, sheet_files
from dmfbook.checks.judging import Plan, Result, judge_file
from dmfbook.checks.tables import read_marks, read_roster, safe, write_tables

SET = practice_set()
PLAN = Plan("practice", COURSE, "salt")


def source(body: str) -> dict[str, str]:
    return {"source": f"def triple(number):\n    {body}\n"}


def class_of(folder: Path) -> None:
    """Write sheets of every kind."""
    folder.mkdir()
    for student in ("s1", "s2", "s3"):
        written(folder, student)
    written(folder, "s4", q3=source("import os; os._exit(3)"))
    written(folder, "s5", q1={"area": 1}, q4={"text": '=HYPERLINK("http://x")\n@proof'})
    written(folder, "s6", version=1)
    (folder / "sub").mkdir()
    (folder / "sub/=cmd().json").write_text("[", encoding="utf-8")
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX/._practice-s1.json").write_bytes(b"\0")
    (folder / "photo.pdf").write_bytes(b"%PDF")


def test_results_do_not_depend_on_order_or_on_the_others(tmp_path: Path) -> None:
    class_of(tmp_path / "sheets")
    alone = {
        path.relative_to(tmp_path / "sheets").as_posix(): judge_file(path, path.name, PLAN)
        for path in sheet_files(tmp_path / "sheets")
    }
    assert len(alone) == 7
    together = grade_folder(tmp_path / "sheets", tmp_path / "out", PLAN, jobs=3)
    assert [one.file for one in together] == sorted(alone)
    for one in together:
        other = alone[one.file]
        assert (one.points, one.why, one.problem) == (other.points, other.why, other.problem)


def test_an_interrupted_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost and nothing graded twice, although the last line was cut off."""
    class_of(tmp_path / "sheets")
    graded: list[str] = []
    judge: Callable[..., Result] = judge_file

    def counting(path: Path, name: str, plan: Plan) -> Result:
        graded.append(name)
        return judge(path, name, plan)

    monkeypatch.setattr("dmfbook.checks.grading.judge_file", counting)
    out = tmp_path / "out"

    def stop(done: int, of: int, new: int, seconds: float) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade_folder(tmp_path / "sheets", out, PLAN, jobs=1, progress=stop)
    journal = out / "journal.jsonl"
    kept = journal.read_text(encoding="utf-8").splitlines()
    assert len(kept) == 3
    first = [json.loads(line)["file"] for line in kept]
    journal.write_text("\n".join([*kept[:2], kept[2][:40]]), encoding="utf-8")
    graded.clear()
    results = grade_folder(tmp_path / "sheets", out, PLAN, jobs=1)
    assert len(results) == 7
    assert sorted(graded) == sorted({one.file for one in results} - set(first[:2]))
    graded.clear()
    assert grade_folder(tmp_path / "sheets", out, PLAN, jobs=1) == results
    assert graded == []
    # A file that changed, and another salt, are graded anew.
    written(tmp_path / "sheets", "s1", q1={"area": 1})
    changed = grade_folder(tmp_path / "sheets", out, PLAN, jobs=1)
    assert graded == ["practice-s1.json"]
    assert sum(one.total for one in changed) == sum(one.total for one in results) - 2
    graded.clear()
    grade_folder(tmp_path / "sheets", out, Plan("practice", COURSE, "another"), jobs=2)
    assert len(graded) == 7


def test_where_the_grader_failed_the_next_run_judges_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk or a mistake of ours is no verdict on a sheet, and is not kept as one."""
    (tmp_path / "sheets").mkdir()
    written(tmp_path / "sheets", "s1")

    def failing(*given: object) -> Result:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr("dmfbook.checks.judging._judged", failing)
        (result,) = grade_folder(tmp_path / "sheets", tmp_path / "out", PLAN, jobs=1)
    assert (result.total, "the grader met OSError" in result.problem) == (0, True)
    (result,) = grade_folder(tmp_path / "sheets", tmp_path / "out", PLAN, jobs=1)
    assert (result.total, result.problem) == (10, "")


@pytest.mark.thorough
def test_a_killed_grader_goes_on(tmp_path: Path) -> None:
    """The whole program, killed in the middle, then run again: the same tables as in one go."""
    (tmp_path / "sheets").mkdir()
    for i in range(12):
        written(tmp_path / "sheets", f"s{i}")
    (tmp_path / "salt").write_text("salt", encoding="utf-8")
    folders = [str(Path(__file__).parents[1] / "support"), str(Path(__file__).parents[2])]
    code = f"import sys; sys.path[:0] = {folders}\n"
    code += "from practice_set import practice_set; practice_set()\n"
    code += "from dmfbook.checks.__main__ import main; sys.exit(main())"

    def command(out: str) -> list[str]:
        sheets, salt = str(tmp_path / "sheets"), str(tmp_path / "salt")
        options = ["--salt-file", salt, "--out", str(tmp_path / out), "--jobs", "1"]
        return [sys.executable, "-c", code, "grade", sheets, *options]

    process = subprocess.Popen(command("cut"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal = tmp_path / "cut/journal.jsonl"
    while not (journal.exists() and len(journal.read_bytes().splitlines()) >= 3):
        assert process.poll() is None, "it ended before it could be killed"
    process.kill()
    process.wait()
    before = len(journal.read_bytes().splitlines())
    assert 3 <= before < 12
    for out in ("cut", "whole"):
        run = subprocess.run(command(out), capture_output=True, text=True, timeout=120)
        assert run.returncode == 0, run.stderr
        assert "12 of 12 sheets" in run.stderr
    files = [json.loads(line)["file"] for line in journal.read_text().splitlines() if line]
    assert sorted(files) == sorted(set(files)), "a sheet was graded twice"
    assert (tmp_path / "cut/grades.csv").read_bytes() == (
        tmp_path / "whole/grades.csv"
    ).read_bytes()


def test_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class_of(tmp_path / "sheets")
    (tmp_path / "salt").write_text("any/text: ä, 100 %\nof two lines\n", encoding="utf-8")
    (tmp_path / "roster.csv").write_text(
        "student,identifier,name,id\n"
        + "".join(f's{i},Participant 10{i},"Doe, Jo {i}",70{i}\n' for i in (1, 2, 4, 5, 6, 7)),
        encoding="utf-8",
    )
    out = tmp_path / "grades"
    command = ["grade", str(tmp_path / "sheets"), "--salt-file", str(tmp_path / "salt")]
    command += ["--out", str(out), "--roster", str(tmp_path / "roster.csv"), "--name", "Set 0"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "7 sheets graded" in said
    assert "sub/=cmd().json" in said
    assert "not on the roster: practice-s3.json\n" in said
    assert "on the roster, without a sheet: s7" in said
    assert "5 marks by hand are missing" in said
    grades = table(out / "grades.csv")
    assert [row["total"] for row in grades] == ["10", "10", "10", "6", "8", "0", "0"]
    assert grades[2]["note"] == "not on the roster"
    assert grades[6]["file"] == "sub/=cmd().json"
    assert "version 1" in grades[5]["why"]
    assert all(row["why"] for row in grades if row["total"] != "10"), "zero without a reason"
    # A person marks; the file may go through a spreadsheet that writes semicolons.
    to_mark = table(out / "to_mark.csv")
    assert [row["student"] for row in to_mark] == ["s1", "s2", "s3", "s4", "s5"]
    assert to_mark[4]["text"] == '\'=HYPERLINK("http://x") @proof'
    text = "student;question;points;comment\n s1 ;q4;7,5;=good\ns7;q4;4;on paper\n"
    (out / "to_mark.csv").write_text(text, encoding="utf-8")
    assert main(command) == 0
    moodle = table(out / "moodle.csv")
    assert [(row["Identifier"], row["Grade"]) for row in moodle] == [
        ("Participant 101", "17.5"),
        ("Participant 102", "10"),
        ("Participant 104", "6"),
        ("Participant 105", "8"),
        ("Participant 106", "0"),
        ("Participant 107", "4"),
    ]
    assert {row["Maximum grade"] for row in moodle} == {"20"}
    assert "crashed Python (code 3)" in moodle[2]["Feedback comments"]
    assert "hand in again" in moodle[4]["Feedback comments"]
    with (out / "canvas.csv").open(encoding="utf-8", newline="") as file:
        canvas = list(csv.reader(file))
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Set 0"]
    assert canvas[:3] == [
        head,
        ["    Points Possible", "", "", "", "", "20"],
        ["Doe, Jo 1", "701", "", "", "", "17.5"],
    ]
    # What a person wrote is still there.
    assert table(out / "to_mark.csv")[0]["points"] == "7.5"
    assert table(out / "to_mark.csv")[0]["comment"] == "'=good"


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    for cell in ("=1", "+1", "-1", "@x", " =1", "\t=1", "'=1", '"=1', "\n=1"):
        assert safe(cell).startswith("'"), cell
        assert "\n" not in safe(cell)
    assert [safe(cell) for cell in ("a=1", "", 3, -1.5)] == ["a=1", "", 3, -1.5]


def test_two_sheets_of_one_student(tmp_path: Path) -> None:
    """The same file twice is one; a refused one does not count beside a good one; else: ask."""
    first = written(tmp_path, "s1")
    (tmp_path / "again.json").write_bytes(first.read_bytes())
    written(tmp_path, "s2")
    written(tmp_path, "s2", "older.json", version=2)
    written(tmp_path, "s3")
    written(tmp_path, "s3", "forged.json", q1={"area": 1})
    results = grade_folder(tmp_path, tmp_path / "out", PLAN)
    found = write_tables(tmp_path / "out", results, SET, {}, {})
    assert [(one.student, one.points) for one in found] == [("s1", 10), ("s2", 10), ("s3", None)]
    assert "forged.json" in found[2].feedback
    moodle = table(tmp_path / "out/moodle.csv")
    assert [row["Grade"] for row in moodle] == ["10", "10", ""]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("who\nx\n", "must have the columns student"),
        ("student\na b\n", "line 2: student must be"),
        ("student\ns1\nS1\n", "line 3: s1 stands there twice"),
    ],
)
def test_rosters_that_are_wrong(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        read_roster(tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("s1,q1,2", "line 2: people mark q4, not 'q1'"),
        ("s1,q4,11", "line 2: q4 has 0 to 10 points, not 11"),
        ("s1,q4,-1", "0 to 10 points"),
        ("s1,q4,nan", "0 to 10 points"),
        ("s1,q4,many", "could not convert"),
        ("s1,q4,1\ns1,q4,2", "line 3: s1 has points for q4 already"),
    ],
)
def test_marks_that_are_wrong(row: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(f"student,question,points\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        read_marks(tmp_path / "m.csv", SET)


def test_the_plan_is_that_of_most_sheets(tmp_path: Path) -> None:
    for i in range(3):
        written(tmp_path, f"s{i}")
    written(tmp_path, "s7", course="another")
    written(tmp_path, "s8", course="another", set="curvature")
    files = sheet_files(tmp_path)
    assert make_plan(tmp_path, files, "x").course == COURSE
    assert make_plan(tmp_path, files[::-1], "x", course="another").problem_set == "curvature"
    with pytest.raises(ValueError, match="folder must hold sheets"):
        make_plan(tmp_path, [], "x")
    assert main(["grade", str(tmp_path / "absent"), "--salt-file", "x"]) == 2


def test_a_neighbours_sheet_under_ones_own_name(tmp_path: Path) -> None:
    """Numbers and objects count nothing; the function is the same, which the table shows."""
    written(tmp_path, "s1")
    copied = written(tmp_path, "s2", **values("s1"))
    result = judge_file(copied, copied.name, PLAN)
    assert result.points == {"q1": 0, "q2": 0, "q3": 4}
    assert set(result.why) == {"q1", "q2"}
    results = grade_folder(tmp_path, tmp_path / "out", PLAN, jobs=2)
    write_tables(tmp_path / "out", results, SET, {}, {})
    rows = table(tmp_path / "out/grades.csv")
    assert [row["same function as"] for row in rows] == ["practice-s2.json", "practice-s1.json"]
