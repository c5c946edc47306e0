"""Tables of grades, for people and for learning management systems."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dmfbook.checks.chance import identity
from dmfbook.checks.judging import Result
from dmfbook.checks.sets import SetDefinition

__all__ = ["TO_MARK", "Standing", "read_marks", "read_roster", "standings", "write_tables"]

Marks = Mapping[tuple[str, str], tuple[float, str]]
Roster = Mapping[str, Mapping[str, str]]
TO_MARK = "to_mark.csv"
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


@dataclass(frozen=True)
class Standing:
    """What one student has reached: points, None where a teacher has to decide, and words."""

    student: str
    points: float | None
    feedback: str


def safe(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> safe("=cmd()"), safe(3), safe("s1001")
    ("'=cmd()", 3, 's1001')
    """
    if isinstance(cell, str):
        cell = "".join(c if c.isprintable() else " " for c in cell)
        if cell.lstrip(" '\"")[:1] in ("=", "+", "-", "@") or cell[:1] == " ":
            return "'" + cell
    return cell


def read_roster(path: Path) -> dict[str, dict[str, str]]:
    """Read who hides behind the pseudonyms: a CSV with a column ``student``, which stays here.

    Further columns, all optional: ``identifier`` (Moodle's), ``name``, ``id``, ``sis_user_id``,
    ``sis_login_id`` and ``section`` (Canvas's).

    Raises
    ------
    ValueError
        Naming the line, if a pseudonym is none or stands twice.
    """
    roster: dict[str, dict[str, str]] = {}
    for number, row in _rows(path, ("student",)):
        try:
            student = identity(row["student"])
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
        if student in roster:
            raise ValueError(f"{path}, line {number}: {student} stands there twice")
        roster[student] = {key: value or "" for key, value in row.items() if key}
    return roster


def read_marks(path: Path, definition: SetDefinition) -> dict[tuple[str, str], tuple[float, str]]:
    """Read the points that people gave: ``to_mark.csv`` with its column ``points`` filled in.

    Raises
    ------
    ValueError
        Naming the line, if a question has no part for people or the points are out of range.
    """
    marks: dict[tuple[str, str], tuple[float, str]] = {}
    most = {one.name: one.by_hand[1] for one in definition.questions if one.by_hand}
    for number, row in _rows(path, ("student", "question", "points")):
        place = f"{path}, line {number}"
        question, given = (row["question"] or "").strip(), (row["points"] or "").strip()
        if not given:
            continue
        if question not in most:
            raise ValueError(f"{place}: people mark {', '.join(most)}, not {question!r}")
        try:
            student, points = identity(row["student"]), float(given.replace(",", "."))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{place}: {error}") from None
        if not 0 <= points <= most[question]:
            raise ValueError(f"{place}: {question} has 0 to {most[question]} points, not {given}")
        if (student, question) in marks:
            raise ValueError(f"{place}: {student} has points for {question} already")
        marks[student, question] = points, row.get("comment") or ""
    return marks


def _rows(path: Path, needed: Sequence[str]) -> Iterable[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.readline()
        file.seek(0)
        # Spreadsheets of half of Europe write semicolons.
        reader = csv.DictReader(file, delimiter=";" if ";" in sample else ",")
        missing = [name for name in needed if name not in (reader.fieldnames or [])]
        if missing:
            raise ValueError(f"{path} must have the columns {', '.join(needed)} in its first line")
        yield from ((reader.line_num, row) for row in reader)


def standings(
    results: Sequence[Result], definition: SetDefinition, marks: Marks, roster: Roster
) -> list[Standing]:
    """Return what each student has reached, in the order of their names.

    Of several sheets of one student those that could not be graded do not count. If the others
    differ, nobody can tell here whose they are, and the teacher decides.
    """
    sheets: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        sheets[result.student].append(result)
    students = {student for student in [*sheets, *(who for who, _ in marks)] if student}
    found = []
    for student in sorted(students & set(roster) if roster else students):
        own = [one for one in sheets[student] if not one.problem] or sheets[student]
        if len({one.digest for one in own}) > 1:
            files = ", ".join(sorted(one.file for one in own))
            found.append(Standing(student, None, f"several different sheets: {files}"))
            continue
        by_hand = {q: mark for (who, q), mark in marks.items() if who == student}
        points = sum(one.total for one in own[:1]) + sum(mark[0] for mark in by_hand.values())
        found.append(Standing(student, points, _feedback(own[:1], definition, by_hand)))
    return found


def _feedback(
    own: Sequence[Result], definition: SetDefinition, by_hand: Mapping[str, tuple[float, str]]
) -> str:
    lines = [result.problem for result in own if result.problem]
    if not own:
        lines.append("no sheet")
    for one in definition.questions:
        for result in own:
            if one.points and not result.problem:
                why = f" ({result.why[one.name]})" if one.name in result.why else ""
                lines.append(f"{one.name}: {result.points[one.name]} of {one.points}{why}")
        if one.name in by_hand and one.by_hand:
            points, comment = by_hand[one.name]
            words = f" ({comment})" if comment else ""
            lines.append(f"{one.name} marked: {points:g} of {one.by_hand[1]}{words}")
    return " | ".join(lines)


def write_tables(
    out: Path,
    results: Sequence[Result],
    definition: SetDefinition,
    marks: Marks,
    roster: Roster,
    name: str | None = None,
) -> list[Standing]:
    """Write ``grades.csv``, ``to_mark.csv``, ``moodle.csv`` and ``canvas.csv``.

    Parameters
    ----------
    out : Path
        Their folder.
    results : sequence of Result
        In the order of the rows.
    definition : SetDefinition
        The set.
    marks, roster : mapping
        From `read_marks` and `read_roster`; empty if there are none.
    name : str, optional
        The assignment in Canvas; the set's title by default.

    Returns
    -------
    list of Standing
        What is in the last two tables.
    """
    asked = [one for one in definition.questions if one.points]
    hand = [(one.name, *one.by_hand) for one in definition.questions if one.by_hand]
    same = _same_sources(results)
    head = ["file", "student", *(f"{one.name} ({one.points})" for one in asked)]
    head += [f"{question} by hand ({points})" for question, _, points in hand]
    head += ["total", "out of", "why", "same function as", "note"]
    rows = []
    for one in results:
        by_hand = [marks.get((one.student, question)) for question, _, _ in hand]
        given = sum(mark[0] for mark in by_hand if mark)
        why = [f"{question}: {words}" for question, words in one.why.items()]
        note = "not on the roster" if one.student and roster and one.student not in roster else ""
        rows.append(
            [
                one.file,
                one.student,
                *(one.points[question.name] for question in asked),
                *(f"{mark[0]:g}" if mark else "" for mark in by_hand),
                f"{one.total + given:g}",
                definition.total,
                one.problem or " | ".join(why),
                ", ".join(same.get(one.file, ())),
                note,
            ]
        )
    _write(out / "grades.csv", [head, *rows], mark_encoding=True)
    texts = {
        (one.student, question): one.texts.get(question, "")
        for one in results
        for question, _, _ in hand
        if one.student and not one.problem
    }
    to_mark = [["student", "question", "kind", "out of", "points", "comment", "text"]]
    kinds = {question: (kind, str(points)) for question, kind, points in hand}
    for student, question in sorted({*texts, *marks}):
        mark = marks.get((student, question))
        shown = [f"{mark[0]:g}", mark[1]] if mark else ["", ""]
        to_mark.append(
            [student, question, *kinds[question], *shown, texts.get((student, question), "")]
        )
    _write(out / TO_MARK, to_mark, mark_encoding=True)
    found = standings(results, definition, marks, roster)
    _write_systems(out, found, definition, roster, name or definition.title)
    return found


def _write_systems(
    out: Path, found: Sequence[Standing], definition: SetDefinition, roster: Roster, name: str
) -> None:
    most = f"{definition.total}"
    moodle: list[list[Any]] = [["Identifier", "Grade", "Maximum grade", "Feedback comments"]]
    canvas: list[list[Any]] = [[*CANVAS, name], ["    Points Possible", "", "", "", "", most]]
    for one in found:
        who = roster.get(one.student, {})
        points = "" if one.points is None else f"{one.points:g}"
        moodle.append([who.get("identifier") or one.student, points, most, one.feedback])
        columns = ("name", "id", "sis_user_id", "sis_login_id", "section")
        known = [who.get(column, "") for column in columns]
        canvas.append([known[0] or one.student, *known[1:], points])
    _write(out / "moodle.csv", moodle)
    _write(out / "canvas.csv", canvas)


def _same_sources(results: Sequence[Result]) -> dict[str, list[str]]:
    """Return, for each file, the files of other students that hold the same function."""
    groups: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for one in results:
        for question, source in one.sources.items():
            groups[question, source].append(one)
    found: dict[str, set[str]] = defaultdict(set)
    for group in groups.values():
        for one in group:
            found[one.file].update(o.file for o in group if o.student != one.student)
    return {file: sorted(others) for file, others in found.items()}


def _write(path: Path, rows: Iterable[Sequence[Any]], mark_encoding: bool = False) -> None:
    encoding = "utf-8-sig" if mark_encoding else "utf-8"
    partial = path.with_suffix(".part")
    with partial.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(
            row if row and row[0] == "    Points Possible" else [safe(cell) for cell in row]
            for row in rows
        )
    partial.replace(path)
