"""A small problem set for tests of the grader: every kind of question, with tight limits."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dmfbook.checks.chance import Parameters, Stream, Whole
from dmfbook.checks.functions import Limits
from dmfbook.checks.problem_set import ProblemSet
from dmfbook.checks.question import (
    Answer,
    Case,
    Field,
    FunctionTask,
    Given,
    Mark,
    Question,
    numbers,
)
from dmfbook.checks.sets import SetDefinition, register
from dmfbook.checks.sheet import Sheet, sheet_text

COURSE = "dmf-2027"
GOOD = "def triple(number):\n    return 3 * number\n"
TIGHT = Limits(seconds=1, wall=8.0, mebibytes=700)


def _sum_of_squares(given: Given, answer: Answer) -> Iterator[Mark]:
    found = answer["pair"]
    if found is None:
        yield Mark(4, "pair: not answered")
        return
    off = abs(float(np.sum(found**2)) - given["sum"])
    yield Mark(4, "" if off < 1e-6 else f"pair: the sum of squares is off by {off:.3g}")


def _triples(stream: Stream) -> list[Case]:
    small = [Case("small", (k,), 3 * k) for k in (0, 1)]
    return [*small, *(Case("drawn", (k,), 3 * k) for k in [stream.whole(10, 10**6)])]


def _is_triple(case: Case, value: Any) -> str:
    return "" if float(value) == case.right else f"{float(value):g} is not it"


PRACTICE = SetDefinition(
    "practice",
    "Practice",
    3,
    (
        Question(
            "q1",
            "A square",
            kind="N",
            points=2,
            parameters=Parameters((Whole("side", 10, 30_000),)),
            fields={"area": Field("the area")},
            marks=numbers(lambda given: {"area": given["side"] ** 2}, {"area": 2}),
        ),
        Question(
            "q2",
            "Two numbers",
            kind="O",
            points=4,
            parameters=Parameters((Whole("sum", 10, 10**6),)),
            fields={"pair": Field("two numbers", (2,))},
            marks=_sum_of_squares,
        ),
        Question(
            "q3",
            "Three times",
            kind="C",
            points=4,
            task=FunctionTask(
                "triple",
                "number",
                {"small": 1, "drawn": 3},
                _triples,
                _is_triple,
                without=("dmfbook", "scipy"),
                limits=TIGHT,
            ),
        ),
        Question("q4", "A proof", by_hand=("P", 10)),
    ),
)


def practice_set() -> SetDefinition:
    """Return the set, known to the library from now on in this process."""
    register(PRACTICE)
    return PRACTICE


def quick(definition: SetDefinition, name: str) -> SetDefinition:
    """Return a set under another name whose functions get a second or two."""
    tight = Limits(seconds=2, wall=60.0, mebibytes=1024)
    questions = tuple(
        replace(one, task=replace(one.task, limits=tight)) if one.task else one
        for one in definition.questions
    )
    copy = replace(definition, name=name, questions=questions)
    register(copy)
    return copy


def values(student: str) -> dict[str, Any]:
    """Return right answers: a square, and two numbers by trial."""
    sheet = ProblemSet("practice", student, COURSE)
    total = sheet.given("q2")["sum"]
    return {
        "q1": {"area": sheet.given("q1")["side"] ** 2},
        "q2": {"pair": [total**0.5, 0.0]},
        "q3": {"source": GOOD},
    }


def written(folder: Path, student: str, file: str = "", /, **changes: Any) -> Path:
    """Write a good sheet with some changes: answers by question, or other entries of the file."""
    answers = values(student)
    answers.update({key: value for key, value in changes.items() if key[0] == "q"})
    content = json.loads(sheet_text(Sheet("practice", 3, COURSE, student, answers), {}))
    content.update({key: value for key, value in changes.items() if key[0] != "q"})
    path = folder / (file or f"practice-{student}.json")
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
