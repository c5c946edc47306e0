"""What the build's execution of the chapters prints is what their files store.

The build executes each chapter whenever it, the library or a package has changed, and stops at an
error. Its outputs are held here against the stored ones; nbval, which executes all a second time,
cell by cell, is thorough.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import notebooks
import pytest
from browser import CHAPTERS, ROOT


def code_cells(path: Path) -> list[Any]:
    """Return the code cells of a notebook, with the texts of their outputs."""
    cells = nbformat.v4.reads(path.read_text(encoding="utf-8")).cells
    found = [cell for cell in cells if cell.cell_type == "code"]
    for cell in found:
        cell.outputs = notebooks.joined(map(notebooks.text_only, cell.outputs))
        for output in cell.outputs:
            output.pop("execution_count", None)
            output.pop("metadata", None)
    return found


@pytest.fixture(scope="module")
def executed(book: Path) -> dict[tuple[str, ...], list[Any]]:
    """Return the code cells of the notebooks that the build has executed, by their sources."""
    paths = (book.parent / ".jupyter_cache/executed").glob("*/base.ipynb")
    return {tuple(cell.source for cell in cells): cells for cells in map(code_cells, paths)}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_prints_what_it_stores(
    executed: dict[tuple[str, ...], list[Any]], chapter: str
) -> None:
    stored = code_cells(ROOT / f"{chapter}.ipynb")
    printed = executed[tuple(cell.source for cell in stored)]
    assert any(cell.outputs for cell in stored)
    for ours, theirs in zip(stored, printed, strict=True):
        assert theirs.outputs == ours.outputs, f"cell {ours.id}"
