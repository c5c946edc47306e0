"""The commands of a teacher: ``python -m dmfbook.checks pseudonyms``, ``given`` and ``grade``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dmfbook.checks.grading import JOURNAL, grade_folder, make_plan, sheet_files
from dmfbook.checks.problem_set import ProblemSet
from dmfbook.checks.pseudonyms import make_roster
from dmfbook.checks.sets import set_names
from dmfbook.checks.tables import TO_MARK, read_marks, read_roster, write_tables


def parser() -> argparse.ArgumentParser:
    """Return the parser of the commands."""
    top = argparse.ArgumentParser(prog="python -m dmfbook.checks", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    grade = commands.add_parser("grade", help="grade a folder of sheets")
    grade.add_argument("folder", type=Path, help="where the sheets are, at any depth")
    grade.add_argument("--salt-file", type=Path, required=True, help="a file with a secret text")
    grade.add_argument("--out", type=Path, default=Path("grades"), help="where the tables go")
    grade.add_argument("--set", dest="problem_set", choices=set_names(), help="the set")
    grade.add_argument("--course", help="the key of the course")
    grade.add_argument("--roster", type=Path, help="a CSV: who the pseudonyms are")
    grade.add_argument("--marks", type=Path, help="points given by people; to_mark.csv by default")
    grade.add_argument("--name", help="the name of the assignment in Canvas")
    grade.add_argument("--jobs", type=int, help="sheets at a time; one a processor by default")
    names = commands.add_parser("pseudonyms", help="make a roster with pseudonyms")
    names.add_argument("exported", type=Path, help="the participants, as Moodle or Canvas exports")
    names.add_argument("roster", type=Path, help="the roster, for you alone; new ones are added")
    given = commands.add_parser("given", help="show what is given to a student")
    given.add_argument("problem_set", choices=set_names())
    given.add_argument("student")
    given.add_argument("--course", required=True)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for."""
    asked = parser().parse_args(arguments)
    try:
        if asked.command == "pseudonyms":
            new = make_roster(asked.exported, asked.roster)
            print(f"{asked.roster}: {new} new pseudonyms. Keep this file to yourself.")
            return 0
        return _grade(asked) if asked.command == "grade" else _given(asked)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _given(asked: argparse.Namespace) -> int:
    sheet = ProblemSet(asked.problem_set, asked.student, asked.course)
    for question in sheet.definition.questions:
        for name, value in sheet.given(question.name).items():
            plain = value.tolist() if hasattr(value, "tolist") else value
            print(f"{question.name} {name} = {plain}")
    return 0


def _grade(asked: argparse.Namespace) -> int:
    if not asked.folder.is_dir():
        raise ValueError(f"folder must be a folder of sheets, but {asked.folder} is none")
    if asked.jobs is not None and asked.jobs < 1:
        raise ValueError(f"jobs must be at least 1, but it is {asked.jobs}")
    folder, out = asked.folder.resolve(), asked.out.resolve()
    known = asked.salt_file.is_file()
    salt = asked.salt_file.read_text(encoding="utf-8").strip() if known else ""
    if not salt:
        told = f"{asked.salt_file} must be a file that holds a text that students do not know"
        raise ValueError(told if known else f"{told}; there is none, so write any secret line")
    files = sheet_files(folder, out)
    plan = make_plan(folder, files, salt, asked.problem_set, asked.course)
    definition = plan.definition
    # Before the work: what is wrong with these files shall not be found after it.
    roster = read_roster(asked.roster) if asked.roster else {}
    filled = asked.marks or (out / TO_MARK if (out / TO_MARK).exists() else None)
    marks = read_marks(filled, definition) if filled else {}
    print(f"{definition.title}, version {definition.version}, course {plan.course}")
    try:
        results = grade_folder(folder, out, plan, asked.jobs, _progress)
    except KeyboardInterrupt:
        print(f"\nStopped. The same command goes on from {out / JOURNAL}.", file=sys.stderr)
        return 130
    standings = write_tables(out, results, definition, marks, roster, asked.name)
    strangers = [r.file for r in results if roster and r.student and r.student not in roster]
    print(f"{len(results)} sheets graded; tables in {out}")
    for words, names in (
        ("could not be graded (zero, with the reason)", [r.file for r in results if r.problem]),
        ("to be decided by you", [s.student for s in standings if s.points is None]),
        ("with a pseudonym that is not on the roster", strangers),
        ("on the roster, without a sheet", sorted(set(roster) - {r.student for r in results})),
    ):
        if names:
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            print(f"  {words}: {', '.join(names[:5])}{more}".encode("ascii", "replace").decode())
    hand = [one.name for one in definition.questions if one.by_hand]
    counted = sum(1 for r in results if r.student and not r.problem) * len(hand)
    if len(marks) < counted:
        missing = counted - len(marks)
        print(f"  {missing} marks by hand are missing: fill them in in {TO_MARK} and run it again")
    return 0


_last = [0.0]


def _progress(done: int, of: int, new: int, seconds: float) -> None:
    """Show how far it is: on one line of a terminal, otherwise a line every few seconds."""
    live = sys.stderr.isatty()
    if not live and seconds - _last[0] < 10 and done < of:
        return
    _last[0] = seconds
    rate = new / seconds if seconds > 0 else 0.0
    left = f", about {(of - done) / rate / 60:.0f} min left" if rate and of - done > 20 else ""
    print(
        f"\r{done} of {of} sheets, {rate:.1f} a second{left}    ",
        end="" if live and done < of else "\n",
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
