"""A problem set as a student sees it: given values, checks, and a file to hand in."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dmfbook.checks.chance import draw, identity
from dmfbook.checks.functions import run_here
from dmfbook.checks.question import Question, Verdict
from dmfbook.checks.sets import SetDefinition, set_definition
from dmfbook.checks.sheet import MOST_SOURCE, MOST_TEXT, Sheet, read_sheet, sheet_text
from dmfbook.numerics._checks import shown

__all__ = ["PUBLIC_SALT", "ProblemSet", "given_values"]

PUBLIC_SALT = "public"


def given_values(
    definition: SetDefinition, question: Question, course: str, student: str
) -> dict[str, Any]:
    """Return all values drawn for a student, the hidden ones included."""
    if question.parameters is None:
        return {}
    return draw(question.parameters, course, definition.name, student, question.name)


class ProblemSet:
    """One student's copy of a problem set.

    Parameters
    ----------
    name : str
        The set, such as ``"curvature"``.
    student : str
        The pseudonym that the course handed out. Another one gets other values.
    course : str
        The key of the course, which the teacher announces.

    Raises
    ------
    TypeError, ValueError
        If there is no such set, or a name holds other characters than letters, digits, ``.``,
        ``_`` and ``-``.

    Examples
    --------
    >>> sheet = ProblemSet("one-number-one-matrix", student="s1001", course="demo")
    >>> sheet.given("q4")
    {'target': 31.83}
    >>> sheet.check("q4", {"first": [1, 1, 1], "second": [2000, 1, 1]})
    q4: 0 of 4 points
      - first: the product is 1, not your target
      - second: the product is 2000, not your target
    """

    def __init__(self, name: str, student: str, course: str) -> None:
        self.definition = set_definition(name)
        self.student = identity(student)
        self.course = identity(course, "course")
        self._answers: dict[str, dict[str, Any]] = {}
        self._said: dict[str, str] = {}

    def given(self, question: str) -> dict[str, Any]:
        """Return what is given to this student; matrices as arrays."""
        values = given_values(
            self.definition, self.definition.question(question), self.course, self.student
        )
        return {
            name: np.array(value) if isinstance(value, list) else value
            for name, value in values.items()
            if not name.startswith("_")
        }

    def check(self, question: str, answer: Any) -> Verdict:
        """Judge an answer, and keep it for `hand_in`.

        Parameters
        ----------
        question : str
            Its name, such as ``"q1"``.
        answer : dict or function
            Named numbers and matrices; or the function that was asked for, whose source is
            handed in, so that it has to import what it needs (``np`` and ``math`` are at hand).

        Returns
        -------
        Verdict
            Points, and what failed. A wrong or broken answer is a verdict, not an error.
        """
        asked = self.definition.question(question)
        if asked.task is not None:
            verdict = self._check_function(asked, answer)
        elif asked.marks is not None:
            given = given_values(self.definition, asked, self.course, self.student)
            verdict = asked.judge(given, answer)
            self._keep(question, _plain(answer))
        else:
            raise ValueError(f"{question} is marked by a person: use write({question!r}, ...)")
        self._said[question] = f"{verdict.points} of {verdict.out_of}"
        return verdict

    def write(self, question: str, text: str) -> None:
        """Keep a text for the part of a question that a person marks."""
        if self.definition.question(question).by_hand is None:
            raise ValueError(f"{question} asks for no text: use check({question!r}, ...)")
        if not isinstance(text, str):
            raise TypeError(f"text must be text, but it is {shown(text)}")
        if len(text) > MOST_TEXT:
            raise ValueError(f"text must have at most {MOST_TEXT} letters, but it has {len(text)}")
        self._keep(question, {"text": text})

    def continue_from(self, path: str | Path) -> None:
        """Take over the answers of a sheet that was saved before, here or by the page.

        Raises
        ------
        ValueError
            If the file is no sheet, or one of another student, course, set or version.
        """
        sheet = read_sheet(Path(path))
        own = self._sheet()
        for name in ("problem_set", "course", "student", "version"):
            if getattr(sheet, name) != getattr(own, name):
                raise ValueError(
                    f"path must be a sheet of {name} {getattr(own, name)!r}, but it is one of "
                    f"{getattr(sheet, name)!r}"
                )
        self._answers = {**sheet.answers, **self._answers}

    def hand_in(self, folder: str | Path = ".", **answers: Any) -> Path:
        """Write the sheet with all answers so far, and say what it holds.

        Parameters
        ----------
        folder : str or Path, optional
            Where the file goes.
        **answers : dict, function or str
            By question, as for `check` or, if they are text, for `write`.

        Returns
        -------
        Path
            ``<set>-<student>.json``, the file to hand in.
        """
        for question, answer in answers.items():
            if isinstance(answer, str):
                self.write(question, answer)
            else:
                print(self.check(question, answer))
        path = Path(folder) / f"{self.definition.name}-{self.student}.json"
        path.write_text(sheet_text(self._sheet(), self._said), encoding="utf-8", newline="\n")
        missing = [one.name for one in self.definition.questions if one.name not in self._answers]
        print(f"Written: {path}" + (f"; without {', '.join(missing)}" if missing else ""))
        return path

    def _sheet(self) -> Sheet:
        return Sheet(
            self.definition.name,
            self.definition.version,
            self.course,
            self.student,
            self._answers,
        )

    def _keep(self, question: str, answer: dict[str, Any]) -> None:
        kept = self._answers.get(question, {})
        self._answers[question] = {**kept, **answer}

    def _check_function(self, asked: Question, answer: Any) -> Verdict:
        assert asked.task is not None
        task = asked.task
        try:
            source = _source(answer, task.name)
        except (TypeError, ValueError) as error:
            return asked.nothing(str(error))
        self._keep(asked.name, {"source": source})
        cases = task.drawn(asked.name, PUBLIC_SALT)
        outcomes = run_here(source, task.name, [case.arguments for case in cases], task.without)
        return asked.verdict(task.marks(cases, outcomes))


def _source(function: Callable[..., Any], name: str) -> str:
    """Return the source of a function, which has to have the name that was asked for."""
    if not inspect.isfunction(function) or function.__name__ != name:
        raise TypeError(
            f"the answer must be a function def {name}(...), but it is {shown(function)}"
        )
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except OSError:
        raise ValueError(f"the source of {name} is not to be found: write it in a cell") from None
    if len(source) > MOST_SOURCE:
        raise ValueError(
            f"{name} must have at most {MOST_SOURCE} letters, but it has {len(source)}"
        )
    return source


def _plain(answer: Any) -> dict[str, Any]:
    """Return the numbers of an answer as JSON can hold them; what it cannot hold is left out."""
    if not isinstance(answer, dict):
        return {}
    kept = {}
    for name, value in answer.items():
        try:
            numbers = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            continue
        if isinstance(name, str) and numbers.size and np.isfinite(numbers).all():
            kept[name] = numbers.tolist()
    return kept
