"""Pages show the formulas that a cell takes from the modules of formulas, and show them truly.

How the boxes stand on a phone is seen in `test_pages.py`, where the pages are open already.
"""

from __future__ import annotations

import html
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from browser import CHAPTER, CHAPTERS, ROOT
from docutils import nodes
from formula_sources import read_whole
from mathml import display_tex
from planted_errors import cells
from shown_formulas import formulas_of_cells, row

BOX = re.compile(r'<details class="shown-formulas">(.*?)</details>', re.DOTALL)
ALIAS = re.compile(r"^from dmfbook\.symbolic import (\w+) as (\w+)$", re.MULTILINE)


def read_by(chapter: str) -> list[tuple[list[str], list[tuple[str, Any]]]]:
    """Return the tags of each code cell that reads formulas, and what it reads, in order."""
    found, modules = [], {}
    for _, source, tags in cells(ROOT / f"{chapter}.ipynb", "code"):
        modules |= {alias: name for name, alias in ALIAS.findall(source)}
        names = [
            f"{alias}.{name}"
            for alias, name in re.findall(r"(?<![\w.])(\w+)\.(\w+)", source)
            if alias in modules
        ]
        if names:
            values = [
                getattr(importlib.import_module(f"dmfbook.symbolic.{modules[alias]}"), attribute)
                for alias, attribute in (name.split(".") for name in dict.fromkeys(names))
            ]
            found.append((tags, list(zip(dict.fromkeys(names), values, strict=True))))
    return found


def shown_in(page: str) -> list[tuple[list[str], list[str]]]:
    """Return the names and the formulas in each box of a page."""
    found = []
    for box in BOX.findall(page):
        names = re.findall(r"<code[^>]*>([\w.]+)</code>", box)
        formulas = re.findall(r'<math(?! class="one-line")[^>]*>(.*?)</math>', box, re.DOTALL)
        annotated = re.compile(
            r'.*<annotation encoding="application/x-tex">(.*?)</annotation>', re.DOTALL
        )
        # A letter has no annotation.
        mathematics = [
            source[1] if (source := annotated.match(f)) else re.sub("<[^>]*>", "", f)
            for f in formulas
        ]
        found.append((names, [" ".join(html.unescape(m).split()) for m in mathematics]))
    return found


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_cell_shows_the_formulas_it_reads(book: Path, chapter: str) -> None:
    shown = shown_in(read_whole(book, book / f"{chapter}.html"))
    expected = read_by(chapter)
    assert len(shown) == len(expected) > 0
    proving = 0
    for (names, mathematics), (tags, formulas) in zip(shown, expected, strict=True):
        assert names == [name for name, _ in formulas]
        latex = [sp.latex(v) for _, v in formulas if not inspect.isfunction(v)]
        assert mathematics == [" ".join(text.split()) for text in latex]
        proving += any(tag.startswith("proves-") for tag in tags)
    assert proving


def test_a_function_is_shown_in_words() -> None:
    def doubled(x: float) -> float:
        """Return twice a number.

        More is not shown.
        """
        return 2 * x

    shown = row("formula.doubled", doubled)
    assert shown.astext() == "formula.doubled: Return twice a number."
    assert not list(shown.findall(nodes.math_block))


def test_a_matrix_is_typeset_as_it_is() -> None:
    """Its line breaks are its own: nothing is put around them."""
    latex = sp.latex(sp.Matrix([[1, 2], [3, 4]]))
    (shown,) = row("formula.matrix", sp.Matrix([[1, 2], [3, 4]])).findall(nodes.math_block)
    assert shown.astext() == display_tex(latex) == latex


def test_formulas_are_found_in_the_order_of_reading() -> None:
    setup = "from dmfbook.symbolic import scalar_uniqueness as one\nimport numpy as np"
    cell = "a = one.loss + one.tie_gain\nb = one.loss + np.pi + c.loss"
    first, second = formulas_of_cells([setup, cell])
    assert first == []
    assert [name for name, _ in second] == ["one.loss", "one.tie_gain"]


@pytest.mark.browser
def test_boxes_open_without_scripts(chromium: Any, book: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((book / CHAPTER).as_uri())
    box = page.locator("details.shown-formulas").first
    first = box.locator("code").first
    assert not first.is_visible()
    page.locator("details.check:has(.shown-formulas) > summary").first.click()
    assert not first.is_visible()
    box.locator("summary").click()
    assert first.is_visible()
    context.close()
