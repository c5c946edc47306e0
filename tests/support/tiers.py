"""The two tiers: what `make test` runs, and what `make test ALL=1` repeats everywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest


def drawn_of_each_chapter(names: Sequence[str], kind: str) -> list[str]:
    """Return one of the names "chapter.name" of each chapter.

    It is drawn by the kind of test, so that different kinds come to different explorables.
    """
    chapters: dict[str, list[str]] = {}
    for name in names:
        chapters.setdefault(name.split(".")[0], []).append(name)
    return [random.Random(f"{kind}: {chapter}").choice(chapters[chapter]) for chapter in chapters]


def one_of_each_chapter(names: Sequence[str], kind: str) -> list[Any]:
    """Return the names as parameters of a test; all but one of each chapter are thorough."""
    quick = drawn_of_each_chapter(names, kind)
    return [
        pytest.param(name, id=name, marks=() if name in quick else pytest.mark.thorough)
        for name in names
    ]
