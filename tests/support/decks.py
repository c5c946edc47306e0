"""The decks that tests look at: one in every run, all of them in a thorough one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from teach._tools import slides
from teach._tools.sources import chapters

CHAPTERS = chapters()
QUICK = "scalar_uniqueness"
EVERY = [c if c == QUICK else pytest.param(c, marks=pytest.mark.thorough) for c in CHAPTERS]


def listed(value: Any) -> list[str]:
    """Return a label or a list of labels as a list."""
    return value if isinstance(value, list) else [value]


def maker(folder: Path) -> Callable[[str], Path]:
    """Return a function that gives a chapter's deck, made once."""

    def deck(chapter: str) -> Path:
        file = folder / f"{chapter}.html"
        if not file.exists():
            file.write_text(slides.deck(chapter), encoding="utf-8")
        return file

    return deck
