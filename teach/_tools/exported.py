"""What every export needs: the questions as learning management systems can ask them."""

from __future__ import annotations

import html
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from teach._tools import bank, references
from teach._tools.sources import ROOT, TEACH
from teach._tools.texts import delimited, to_html

TITLE = "The Geometry of Deep Matrix Factorization"
LICENCE = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Choice:
    """One answer to choose, or one number, or one step: its HTML and what is said to it."""

    text: str
    because: str
    right: bool = False
    value: float = 0.0


@dataclass(frozen=True)
class Question:
    """A question: ``kind`` is choice, several, number or order; order has its choices in order."""

    name: str
    kind: str
    ask: str
    choices: tuple[Choice, ...]
    answer: float = 0.0
    tolerance: float = 0.0
    because: str = ""


@dataclass(frozen=True)
class Quiz:
    """The questions of a chapter, or the self-test."""

    name: str
    title: str
    questions: tuple[Question, ...]


def student_site() -> str:
    """Return the public address of the edition without solutions, to which exports link."""
    return references.address("student/")


def quizzes(chapters: list[str]) -> list[Quiz]:
    """Return the quizzes of chapters, and the self-test if all chapters are asked for."""
    found = [Quiz(slug, title(slug), questions(slug)) for slug in chapters if bank.chapter(slug)]
    test = TEACH / "prerequisites.yml"
    if len(chapters) > 1 and test.exists():
        items = tuple(question(item, "") for item in bank.read(test, placed=False))
        found.insert(0, Quiz("prerequisites", "Are you ready? A self-test", items))
    return found


def title(slug: str) -> str:
    """Return the title of a chapter, from its first heading."""
    notebook = load_notebook(slug)
    for cell in notebook["cells"]:
        for line in "".join(cell["source"]).splitlines():
            if line.startswith("# ") and cell["cell_type"] == "markdown":
                return line[2:].strip()
    raise ValueError(f"book/{slug}.ipynb has no title")


def load_notebook(slug: str) -> Any:
    """Read the notebook of a chapter."""
    return json.loads((ROOT / f"book/{slug}.ipynb").read_text(encoding="utf-8"))


def questions(slug: str) -> tuple[Question, ...]:
    """Return the questions of a chapter."""
    return tuple(question(item, slug) for item in bank.chapter(slug))


def question(item: bank.Item, slug: str) -> Question:
    """Return an item as a question.

    What is done with an explorable becomes a choice among its settings, each with its address: no
    system can read the picture.
    """
    page = f"{student_site()}book/{slug}.html"

    def text(source: str) -> str:
        return to_html(source, delimited, lambda to: page + to if to.startswith("#") else to)

    kind, ask = item["kind"], text(item["ask"])
    because = text(item.get("because", ""))
    if kind == "number":
        choices = tuple(Choice("", text(n["because"]), value=n["value"]) for n in item["near"])
        return Question(item["id"], kind, ask, choices, item["answer"], item["tolerance"], because)
    if kind == "order":
        steps = tuple(Choice(text(s["text"]), text(s["because"])) for s in item["steps"])
        return Question(item["id"], kind, ask, steps, because=text(item["argument"]))
    if kind == "demo":
        place = item["demo"].replace("_", "-")
        picture = _link(f"{page}#{place}", "the picture")
        ask = f"{ask} Which of these settings does it? Try them in {picture}."
        choices = tuple(
            Choice(
                text(trial["text"]) + _opened(f"{page}#{place}?{query(trial['set'])}"),
                text(trial["because"]),
                bool(trial.get("right")),
            )
            for trial in item["tries"]
        )
        return Question(item["id"], "choice", ask, choices)
    choices = tuple(
        Choice(text(o["text"]), text(o.get("because", "")), bool(o.get("right")))
        for o in item["options"]
    )
    return Question(item["id"], kind, ask, choices)


def _link(address: str, words: str) -> str:
    return f'<a href="{html.escape(address)}">{words}</a>'


def _opened(address: str) -> str:
    return f" ({_link(address, 'open it')})"


def query(values: dict[str, float]) -> str:
    """Return the part of an address that sets sliders."""
    return "&".join(f"{name}={value}" for name, value in values.items())


def pack(path: Path, files: dict[str, str]) -> None:
    """Write a zip file that is the same whenever and wherever it is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED)
