"""The file that is handed in: a little JSON, and nothing in it is believed.

::

    {"form": 1, "set": "curvature", "version": 1, "course": "dmf-2027", "student": "s1001",
     "answers": {"q1": {"sharpness": 9.2, "trace": 30.5, "zeros": 4},
                 "q3": {"source": "def sharpness(factors): ..."},
                 "q6": {"text": "Dear colleague, ..."}},
     "said": {"q1": "6 of 6"}}

What the checks said on the student's machine stands in it for the student; no grader reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dmfbook.checks.chance import identity
from dmfbook.checks.strict import strict_json

__all__ = ["Sheet", "read_sheet", "sheet_of", "sheet_text"]

FORM = 1
MOST_BYTES = 200_000
MOST_SOURCE = 20_000
MOST_TEXT = 8_000


@dataclass(frozen=True)
class Sheet:
    """The content of a file that was handed in.

    Attributes
    ----------
    problem_set, course, student : str
        Names, as in `identity`.
    version : int
        The version of the set that it answers.
    answers : dict
        For each question a dict: named numbers, or ``source``, and ``text``.
    """

    problem_set: str
    version: int
    course: str
    student: str
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)


def sheet_text(sheet: Sheet, said: Mapping[str, str]) -> str:
    """Return the file of a sheet."""
    content = {
        "form": FORM,
        "set": sheet.problem_set,
        "version": sheet.version,
        "course": sheet.course,
        "student": sheet.student,
        "answers": sheet.answers,
        "said": dict(said),
    }
    return json.dumps(content, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def read_sheet(path: Path) -> Sheet:
    """Read a file that was handed in.

    Raises
    ------
    ValueError
        Saying what is wrong with it, in words for the student.
    """
    if path.is_symlink() or not path.is_file():
        raise ValueError("it is no file")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"it is longer than {MOST_BYTES // 1000} KB; a sheet is a small file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None
    return sheet_of(strict_json(text))


def sheet_of(content: Any) -> Sheet:
    """Return a sheet from parsed JSON, or raise ValueError in words for the student."""
    if not isinstance(content, dict):
        raise ValueError("it is not the object that a sheet is")
    if content.get("form") != FORM or isinstance(content["form"], bool):
        raise ValueError(f"its form is not {FORM}: write it with hand_in, or the page of the set")
    version = content.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise ValueError("its version is no whole number")
    names = {}
    for key in ("set", "course", "student"):
        try:
            names[key] = identity(content.get(key), key)
        except TypeError:
            raise ValueError(f"its {key} is no text") from None
        except ValueError:
            raise ValueError(
                f"its {key} is no name: letters a to z, digits, dots and hyphens, at most 64"
            ) from None
    answers = content.get("answers")
    if not isinstance(answers, dict):
        raise ValueError("its answers are not an object with an entry for each question")
    read: dict[str, dict[str, Any]] = {}
    for question, answer in answers.items():
        if isinstance(answer, dict):
            read[question] = _checked(question, answer)
        elif answer is not None:
            raise ValueError(f"the answer to {question[:20]!r} is not an object with named entries")
    return Sheet(names["set"], version, names["course"], names["student"], read)


def _checked(question: str, answer: dict[str, Any]) -> dict[str, Any]:
    for key, most in (("source", MOST_SOURCE), ("text", MOST_TEXT)):
        if key in answer and not isinstance(answer[key], str):
            raise ValueError(f"the {key} of {question[:20]!r} is no text")
        if len(answer.get(key, "")) > most:
            raise ValueError(f"the {key} of {question[:20]!r} is longer than {most} letters")
    return answer
