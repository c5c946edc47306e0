"""What several files of these tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import decks
import pytest

from teach._tools import pieces


@pytest.fixture(scope="session")
def made(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give a function that returns a chapter's deck of slides, made once."""
    assert book == pieces.HTML
    return decks.maker(tmp_path_factory.mktemp("slides"))
