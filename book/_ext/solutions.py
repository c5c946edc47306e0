"""Sphinx extension: solutions fold, and a book can be built without them.

A solution is a fold below its exercise. With ``hide_solutions`` (a setting of sphinx-exercise)
every solution is cut from the sources before they are read, so that no page, search index or
reference ever holds it, and from the copies of the sources that readers can download.

A solution is a ``{solution}`` directive, or everything between ``{solution-start}`` and
``{solution-end}``, code cells included.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from folds import folded
from sphinx_exercise.nodes import solution_node

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,}|:{3,})\s*\{(?P<name>solution(?:-start|-end)?)\}")


def strip_text(text: str, inside: bool = False) -> tuple[str, bool]:
    r"""Return a Markdown text without its solutions.

    Parameters
    ----------
    text
        The text, a whole page or one cell of a notebook.
    inside
        Whether the text starts within a gated solution.

    Returns
    -------
    tuple
        What remains, and whether the text ends within a gated solution.

    Raises
    ------
    ValueError
        When a solution is never closed: cutting the rest of the page would lose text unnoticed.

    Examples
    --------
    >>> strip_text("Before\n```{solution} ex-one\nsecret\n```\nAfter")
    ('Before\nAfter', False)
    """
    kept: list[str] = []
    closing: re.Pattern[str] | None = None
    for line in text.split("\n"):
        if closing is not None:
            if closing.match(line):
                closing = None
            continue
        opened = _FENCE.match(line)
        if opened:
            fence = opened["fence"]
            closing = re.compile(rf"^{fence[0]}{{{len(fence)},}}\s*$")
            inside = {"solution-start": True, "solution-end": False}.get(opened["name"], inside)
        elif not inside:
            kept.append(line)
    if closing is not None:
        raise ValueError("a solution is opened but never closed: its fence has no end")
    return "\n".join(kept), inside


def strip_notebook(text: str) -> str:
    """Return a notebook (its JSON text) without its solutions; cells left empty are dropped."""
    notebook = json.loads(text)
    inside = False
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "markdown":
            if not inside:
                cells.append(cell)
            continue
        before = "".join(cell["source"])
        after, inside = strip_text(before, inside)
        if after.strip() or not before.strip():
            cells.append({**cell, "source": after.splitlines(keepends=True)})
    if inside:
        raise ValueError("a solution-start has no solution-end")
    return json.dumps({**notebook, "cells": cells}, indent=1, ensure_ascii=False) + "\n"


def strip_source(text: str, suffix: str) -> str:
    """Return the source of a page without its solutions."""
    if suffix == ".ipynb":
        return strip_notebook(text)
    kept, inside = strip_text(text)
    if inside:
        raise ValueError("a solution-start has no solution-end")
    return kept


def strip_before_reading(app: Sphinx, docname: str, content: list[str]) -> None:
    """Cut the solutions from a source before Sphinx reads it."""
    if app.config.hide_solutions:
        content[0] = strip_source(content[0], Path(app.env.doc2path(docname)).suffix)


def strip_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Cut the solutions from the copies of the sources that the pages offer for download."""
    if exception is None and app.config.hide_solutions and app.builder.format == "html":
        for copy in (Path(app.outdir) / "_sources").rglob("*.*"):
            if copy.suffix in {".ipynb", ".md"}:
                copy.write_text(
                    strip_source(copy.read_text(encoding="utf-8"), copy.suffix), encoding="utf-8"
                )


def fold_solutions(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make every solution a fold; its line names the exercise, and is no link to it."""
    if app.builder.format != "html":
        return
    for node in list(doctree.findall(solution_node)):
        title, *content = node.children
        words = [
            part
            for child in title.children
            for part in (child.children if isinstance(child, nodes.reference) else [child])
        ]
        fold = folded(words, content, ["solution"])
        fold["ids"] = node["ids"]
        node.replace_self(fold)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.setup_extension("folds")
    app.connect("doctree-resolved", fold_solutions, priority=900)
    app.connect("source-read", strip_before_reading)
    app.connect("build-finished", strip_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
