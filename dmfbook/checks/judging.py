"""Judging one sheet: numbers here, functions in a child process; every sheet gets a result.

Nothing of a student is executed or unpickled in this process, nothing in a sheet is believed, and
whatever a sheet holds the result is points and reasons.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from dmfbook.checks.chance import identity
from dmfbook.checks.functions import run_in_child
from dmfbook.checks.problem_set import given_values
from dmfbook.checks.question import Case, Question, Verdict
from dmfbook.checks.sets import SetDefinition, set_definition
from dmfbook.checks.sheet import Sheet, read_sheet

__all__ = ["Plan", "Result", "judge_file"]


@dataclass(frozen=True)
class Plan:
    """What a run of the grader goes by.

    Attributes
    ----------
    problem_set, course : str
        The set and the course whose sheets are graded; others are refused.
    salt : str
        Draws the cases on which functions are tried.
    hidden : str
        The folder of the sheets, which no function may read.
    """

    problem_set: str
    course: str
    salt: str
    hidden: str = ""

    @property
    def definition(self) -> SetDefinition:
        """The set."""
        return set_definition(self.problem_set)

    def key(self) -> str:
        """Return what a result depends on beside the file, as a short hash."""
        parts = (self.problem_set, str(self.definition.version), self.course, self.salt)
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True)
class Result:
    """What became of one file.

    Attributes
    ----------
    file, digest : str
        Its path below the folder, and the hash of its content.
    student : str
        The pseudonym in it, or in its name if it could not be read; "" if there is none.
    points : dict of str to int
        By question, by program.
    why : dict of str to str
        By question, what failed.
    texts : dict of str to str
        By question, what a person is to mark.
    sources : dict of str to str
        By question, a hash of the function without blanks and comments.
    problem : str
        Why the whole sheet counts nothing, if so.
    again : bool
        Whether the next run judges it anew, since it was the grader that failed.
    """

    file: str
    digest: str
    student: str = ""
    points: dict[str, int] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    again: bool = False

    @property
    def total(self) -> int:
        """Points by program."""
        return sum(self.points.values())

    def data(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def digest_of(path: Path) -> str:
    """Return the hash of a file, or of nothing where there is no file to read."""
    try:
        if path.is_symlink() or not path.is_file():
            return "none"
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except OSError:
        return "none"


def judge_file(path: Path, name: str, plan: Plan) -> Result:
    """Return the result of a file, whatever it is.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        How it is called in the tables.
    plan : Plan
        What the run goes by.
    """
    digest = digest_of(path)
    nothing = {one.name: 0 for one in plan.definition.questions if one.points}
    try:
        sheet = read_sheet(path)
    except (ValueError, OSError, RecursionError, MemoryError) as error:
        student = _named_in(name, plan.problem_set)
        return Result(name, digest, student, nothing, problem=f"no sheet: {_words(error)}")
    try:
        problem = refused(sheet, plan)
        if problem:
            return Result(name, digest, sheet.student, nothing, problem=problem)
        return _judged(sheet, name, digest, plan)
    except Exception as error:
        words = f"the grader met {type(error).__name__}: {_words(error)}; look at it yourself"
        return Result(name, digest, sheet.student, nothing, problem=words, again=True)


def _named_in(file: str, problem_set: str) -> str:
    """Return the pseudonym in the name of a file that cannot be read, "" if there is none.

    Systems put more before the name that `hand_in` gave, and a number after it.
    """
    found = re.search(rf"{problem_set}-([a-z0-9][a-z0-9._]*)(-\d+)?\.json$", file.lower())
    try:
        return identity(found.group(1)) if found else ""
    except ValueError:
        return ""


def refused(sheet: Sheet, plan: Plan) -> str:
    """Return why a sheet is not graded in this run, or ""."""
    version = plan.definition.version
    if sheet.problem_set != plan.problem_set:
        return f"a sheet of the set {sheet.problem_set}; here {plan.problem_set} is graded"
    if sheet.version != version:
        return (
            f"a sheet of version {sheet.version} of the set; this is version {version}, "
            "with other given values or checks: hand in again from the new notebook or page"
        )
    if sheet.course != plan.course:
        return f"a sheet of the course {sheet.course}; here {plan.course} is graded"
    return ""


def _judged(sheet: Sheet, name: str, digest: str, plan: Plan) -> Result:
    points: dict[str, int] = {}
    why: dict[str, str] = {}
    texts: dict[str, str] = {}
    sources: dict[str, str] = {}
    for question in plan.definition.questions:
        answer = dict(sheet.answers.get(question.name, {}))
        text = answer.pop("text", "")
        if question.by_hand and text:
            texts[question.name] = text
        if not question.points:
            continue
        verdict = _verdict(question, answer, sheet, plan)
        points[question.name] = verdict.points
        if verdict.messages:
            why[question.name] = "; ".join(_words(message) for message in verdict.messages)
        if question.task is not None and "source" in answer:
            bare = re.sub(r"#.*|\s+", "", answer["source"])
            sources[question.name] = hashlib.sha256(bare.encode("utf-8", "replace")).hexdigest()[
                :16
            ]
    strangers = sorted(set(sheet.answers) - {one.name for one in plan.definition.questions})
    if strangers:
        why["more"] = f"there is no question {_words(strangers[0])[:20]}"
    return Result(name, digest, sheet.student, points, why, texts, sources)


def _verdict(question: Question, answer: dict[str, Any], sheet: Sheet, plan: Plan) -> Verdict:
    if not answer:
        return question.nothing("not answered")
    if question.task is None:
        given = given_values(plan.definition, question, sheet.course, sheet.student)
        try:
            return question.judge(given, answer)
        except (RecursionError, MemoryError) as error:
            return question.nothing(type(error).__name__)
    if "source" not in answer:
        return question.nothing(f"the source of {question.task.name} is missing")
    cases = _cases(plan.problem_set, question.name, plan.salt)
    outcomes = run_in_child(
        answer["source"],
        question.task.name,
        [case.arguments for case in cases],
        question.task.without,
        question.task.limits,
        hidden=(plan.hidden,) if plan.hidden else (),
    )
    return question.verdict(question.task.marks(cases, outcomes))


@lru_cache(maxsize=64)
def _cases(problem_set: str, question: str, salt: str) -> tuple[Case, ...]:
    """Return the cases of a salt: all sheets share them, and their truths are computed once."""
    task = set_definition(problem_set).question(question).task
    assert task is not None
    return tuple(task.drawn(question, salt))


def _words(message: object) -> str:
    """Return a message on one printable line; it may hold words of a student."""
    line = " ".join(str(message).split())
    return "".join(c if c.isprintable() else "?" for c in line)[:400]
