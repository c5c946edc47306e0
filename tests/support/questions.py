"""The questions that the book asks before it answers, read from the notebooks."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from browser import CHAPTERS, ROOT
from predict import read_number


@dataclass(frozen=True)
class Question:
    """A ``{predict}`` block: its name, chapter, number if it asks for one, and choices."""

    name: str
    chapter: str
    number: tuple[float, float] | None
    choices: list[tuple[str, str]]


_BLOCK = re.compile(r"^:::\{predict\} (\S+)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
_CHOICE = re.compile(r"^- \[(.*?)\] (.*?)(?=^- \[|^\s*$|\Z)", re.MULTILINE | re.DOTALL)


def questions_of(chapter: str) -> list[Question]:
    """Return the questions of a chapter, in the order of its text."""
    found = []
    notebook = json.loads((ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    texts = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    for text in texts:
        for name, body in _BLOCK.findall(text):
            number = re.search(r"^:number: (.*)$", body, re.MULTILINE)
            choices = [(mark, " ".join(words.split())) for mark, words in _CHOICE.findall(body)]
            wanted = read_number(number[1]) if number else None
            found.append(Question(name, chapter, wanted, choices))
    return found


QUESTIONS = [question for chapter in CHAPTERS for question in questions_of(chapter)]


def truths_of(chapter: str) -> dict[str, Callable[[], str | float]]:
    """Return what computes the answers of a chapter, by the names of its questions."""
    path = ROOT / f"tests/predictions/{chapter.rpartition('/')[2]}.py"
    return runpy.run_path(str(path))["TRUTHS"] if path.exists() else {}


def readout(demo: Any, place: int, setting: str | None = None, **values: float) -> Any:
    """Return what a readout of an explorable shows, which is left as it was declared."""
    declared = {slider.name: slider.value for slider in demo.sliders}
    chosen = demo.program.setting(setting, declared) if setting else declared
    shown = demo.scene({**chosen, **values})["readouts"][place]
    return shown["text"] if "text" in shown else shown["value"]
