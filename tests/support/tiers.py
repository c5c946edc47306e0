"""The two tiers: what `make test` runs, and what `make test ALL=1` repeats everywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from browser import CHAPTERS

#: Kinds of tests that are dear and go through all chapters, most of them in a browser. Each has
#: chapters of its own in `make test`, every eighth from another start: together they come to all.
KINDS = (
    "pages",
    "badges",
    "one line",
    "predictions",
    "layout",
    "dragging",
    "numbers",
    "still",
    "wrong signs",
)
STEP = 8


def chapters_for(kind: str) -> list[str]:
    """Return the documents of the chapters that stand for all in a kind of test."""
    return CHAPTERS[KINDS.index(kind) % STEP :: STEP]


def a_few_chapters(names: Sequence[str], kind: str) -> list[Any]:
    """Return the documents as parameters of a test; all but those of its kind are thorough."""
    quick = chapters_for(kind)
    return [
        pytest.param(name, marks=() if name in quick else pytest.mark.thorough) for name in names
    ]


def drawn_of_each_chapter(names: Sequence[str], kind: str) -> list[str]:
    """Return one of the names "chapter.name" of each chapter.

    It is drawn by the kind of test, so that different kinds come to different explorables.
    """
    chapters: dict[str, list[str]] = {}
    for name in names:
        chapters.setdefault(name.split(".")[0], []).append(name)
    return [random.Random(f"{kind}: {chapter}").choice(chapters[chapter]) for chapter in chapters]


def one_of_each_chapter(names: Sequence[str], kind: str, also: Sequence[str] = ()) -> list[Any]:
    """Return the names as parameters of a test; all but one of each chapter are thorough.

    Of a kind that has chapters of its own, all but one of each of these. What is named besides has
    something that the drawn ones may lack.
    """
    quick = drawn_of_each_chapter(names, kind)
    if kind in KINDS:
        slugs = {Path(document).name for document in chapters_for(kind)}
        quick = [name for name in quick if name.split(".")[0] in slugs]
    return [
        pytest.param(name, id=name, marks=() if name in {*quick, *also} else pytest.mark.thorough)
        for name in names
    ]
