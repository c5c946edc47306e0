"""Sphinx extension: code folds to a badge that says in words what it established.

The words come from ``badge_words``: from the cell's tags and from what it printed. Output that is
meant to be read stays in view. Of a cell that only displays an explorable the picture is left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from badge_words import Badge, badge
from docutils import nodes
from folds import folded
from plain_formulas import typeset
from statement_map import short_title

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# A tick, a cross, a lightning: kinds differ by more than their colour.
_SHAPES = {
    "proves": "M3 8.5 6.5 12 13 4.5",
    "tests": "M3 8.5 6.5 12 13 4.5",
    "breaks": "M9 2 5 9h6l-4 5",
    "wrong": "M4 4l8 8M12 4l-8 8",
}


def part(cell: nodes.Element, name: str) -> nodes.Element | None:
    """Return the source or the output of a code cell."""
    return next((child for child in cell.children if child.get("nb_element") == name), None)  # type: ignore[attr-defined]


def printed(output: nodes.Element | None) -> tuple[str, bool]:
    """Return the text of an output, and whether it is that of an error."""
    if output is None:
        return "", False
    blocks = list(output.findall(nodes.literal_block))
    failed = any({"traceback", "stderr"} & set(block["classes"]) for block in blocks)
    return "\n".join(block.astext() for block in blocks), failed


def displays(output: nodes.Element | None) -> bool:
    """Tell whether an output holds an explorable."""
    return output is not None and any(
        "<dmf-explorable" in raw.astext() for raw in output.findall(nodes.raw)
    )


def line(said: Badge, source: str) -> list[nodes.Node]:
    """Return the line of a badge: its shape, its words, and how long the code is."""
    shape = _SHAPES.get(said.kind)
    picture = f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{shape}"/></svg>'
    parts: list[nodes.Node] = [nodes.raw("", picture, format="html")] if shape else []
    # The title of a statement is prose, in which "A" is no formula.
    pieces = re.split("(“[^”]*”)", said.words)
    typed = [[nodes.Text(one)] if one[:1] == "“" else typeset(one) for one in pieces]
    words = nodes.inline("", "", *chain.from_iterable(typed), classes=["badge-words"])
    count = len(source.splitlines())
    length = nodes.emphasis("", f"{count} line{'s' if count > 1 else ''}")
    return [*parts, words, nodes.Text(" "), length]


def put_badge(cell: nodes.Element, titles: Mapping[str, str] | None = None) -> None:
    """Fold the code of a cell, and what it printed unless that is meant to be read."""
    code, output = part(cell, "cell_code_source"), part(cell, "cell_code_output")
    if code is None:
        return
    source = next(iter(code.findall(nodes.literal_block))).astext().strip()
    if displays(output):
        cell["classes"].append("cell-picture")
        if "\n" not in source:
            cell.remove(code)
            return
        said = Badge("code", "The code of this picture", True)
    else:
        tags = cell.attributes.get("cell_metadata", {}).get("tags", [])
        said = badge(source, tags, *printed(output), titles)
    stays = [output] if said.shows_output and output is not None else []
    inside = [child for child in cell.children if child not in stays]
    cell.children = []
    cell += folded(line(said, source), inside, ["check", f"check-{said.kind}"])
    cell.extend(stays)


def put_badges(app: Sphinx, doctree: nodes.document) -> None:
    """Give every code cell of a page its badge."""
    titles = {
        statement["label"]: short_title(statement["title"].strip(" ()"))
        for statement in doctree.findall(nodes.Element)
        if {"label", "title"} <= statement.attributes.keys()
    }
    for cell in list(doctree.findall(nodes.container)):
        if cell.get("nb_element") == "cell_code":
            put_badge(cell, titles)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx: after those that read cells and add to them."""
    app.setup_extension("folds")
    app.connect("doctree-read", put_badges, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
