"""Prose names panels by their order, which no window changes, and not by where they stand.

Panels stand beside each other or above each other, as the window allows
(``layout.css``). What stands left or right within one panel, or in a formula, may be called so.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHAPTERS, ROOT

PANEL = re.compile(r"\b(left|right)(-hand)? (picture|panel|plot)s?\b", re.IGNORECASE)
#: As descriptions begin: "Left: the eigenvalues", "The curve (right)".
NAMED = re.compile(r"^(left|right)\b[:,]|\((left|right)\)", re.IGNORECASE)
SIDE = re.compile(r"\bon the (left|right)\b(?!-)", re.IGNORECASE)
#: What is in a picture and in no formula.
PICTURED = re.compile(
    r"\b(curves?|bars?|lines?|polygons?|dots?|arrows?|panels?|picture|you see|sliders?|output"
    r"|blue|orange|green|red|purple|grey)\b"
)


def misplaced(text: str) -> list[str]:
    """Return the sentences that say where a panel stands."""
    sentences = re.split(r"(?<=[.?!])\s+", " ".join(text.split()))
    return [
        s
        for s in sentences
        if PANEL.search(s) or NAMED.search(s) or (SIDE.search(s) and PICTURED.search(s))
    ]


def prose(chapter: str) -> Iterator[str]:
    """Yield what a chapter says, and what its script for teachers does."""
    notebook = json.loads((ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"])
    script = ROOT / "teach/scripts" / f"{chapter.removeprefix('book/')}.yml"
    yield script.read_text(encoding="utf-8")


def strings(file: Path) -> Iterator[str]:
    """Yield what an explorable says: all strings in its file, each as Python joins it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(v.value) if isinstance(v, ast.Constant) else "1" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_explorable_calls_a_panel_by_its_side() -> None:
    """Not in its description, nor in titles, labels and verdicts."""
    files = sorted((ROOT / "dmfbook/demos").rglob("*.py"))
    said = {f.stem: sorted({s for text in strings(f) for s in misplaced(text)}) for f in files}
    assert {stem: sentences for stem, sentences in said.items() if sentences} == {}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_panel_is_called_by_its_side(chapter: str) -> None:
    assert [sentence for text in prose(chapter) for sentence in misplaced(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wait. On the right you see why: an uneven split pays.", 1),
        ("In the left-hand picture all\nis still.", 1),
        ("The polygons on the left end together. Those of the second panel do not.", 1),
        ("Left: the loss. Second: its slope.", 1),
        ("The gain (left) and what it costs.", 1),
        ("Left of the tie nothing is fitted.", 0),
        ("Equality holds on the left if and only if $r = 1$, and on the right never.", 0),
        ("On the left-hand side the line of zeros stays.", 0),
        ("The blue curve bends to the right.", 0),
    ],
)
def test_sides_of_panels_are_told_from_sides_of_formulas(text: str, found: int) -> None:
    assert len(misplaced(text)) == found
