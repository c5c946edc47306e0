"""Pages are read by several processes: what one of them learns, the book knows."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import previews
import pytest
import side_by_side
import statements

EXTENSIONS = Path(__file__).resolve().parents[2] / "book/_ext"
#: Set once, when all pages are read.
AFTERWARDS = {"statement_facts"}


def environment(**known: Any) -> Any:
    return SimpleNamespace(**known)


def test_the_symbols_come_from_the_process_that_read_their_page() -> None:
    old, new = ("book/notation", {"sym-W": ["W"]}), ("book/notation", {"sym-X": ["X"]})
    book = environment(symbols=old)
    previews.merge(None, book, {"book/escape"}, environment(symbols=new))  # type: ignore[arg-type]
    assert book.symbols == old, "they come from a process that did not read the page"
    previews.merge(None, book, {"book/notation"}, environment(symbols=new))  # type: ignore[arg-type]
    assert book.symbols == new
    previews.merge(None, book, {"book/notation"}, environment())  # type: ignore[arg-type]
    assert book.symbols == new


def test_the_pages_with_maps_come_from_all_processes() -> None:
    book = environment()
    read: list[tuple[set[str], set[str]]] = [({"map", "a"}, {"map"}), ({"b"}, {"b", "c"})]
    for pages, found in read:
        statements.merge(None, book, pages, environment(map_pages=found))  # type: ignore[arg-type]
    assert book.map_pages == {"map", "b"}


@pytest.mark.parametrize("file", sorted(EXTENSIONS.glob("*.py")), ids=lambda file: file.stem)
def test_what_an_extension_learns_while_pages_are_read_is_merged(file: Path) -> None:
    text = file.read_text("utf-8")
    learned = set(re.findall(r"\benv\.(\w+)(?:\[\S+\])? = ", text)) - AFTERWARDS
    assert not learned or '"env-merge-info"' in text, f"other processes do not know {learned}"


@pytest.mark.parametrize("name", side_by_side.SAFE)
def test_an_extension_that_does_not_say_so_is_declared_safe_if_it_is_there(name: str) -> None:
    extension = SimpleNamespace(parallel_read_safe=None)
    side_by_side.declare(SimpleNamespace(extensions={name: extension}))  # type: ignore[arg-type]
    assert extension.parallel_read_safe
    side_by_side.declare(SimpleNamespace(extensions={}))  # type: ignore[arg-type]
