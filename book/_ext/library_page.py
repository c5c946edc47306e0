r"""Sphinx extension: the page of the library, made to be read.

Docstrings hold their formulas as plain text, for those who read them in a terminal. On the page
letters are italic and Greek, and what stands below or above does so. Of a function the statement is
there; parameters, accuracy, sources and the example are folded below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from folds import folded
from plain_formulas import typeset
from sphinx import addnodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def _is_prose(text: nodes.Text) -> bool:
    """Tell whether a text may hold formulas: it is no code, no name and no reference."""
    place: Any = text.parent
    while place is not None:
        if isinstance(
            place,
            nodes.literal | nodes.literal_block | nodes.doctest_block | nodes.math
            | nodes.math_block | addnodes.desc_signature | nodes.title | nodes.raw
            | nodes.strong | nodes.reference | addnodes.pending_xref,
        ):  # fmt: skip
            return False
        around = place.parent
        before = around[max(around.index(place) - 1, 0)] if around is not None else None
        if isinstance(before, nodes.rubric) and before.astext() == "References":
            return False
        place = around
    return True


def set_page(app: Sphinx, doctree: nodes.document) -> None:
    """Set the formulas of the page, and fold what is below the statement of each function."""
    if app.env.docname.rpartition("/")[2] != "library":
        return
    for text in list(doctree.findall(nodes.Text)):
        if _is_prose(text):
            place = text.parent.index(text)
            text.parent[place : place + 1] = typeset(text.astext())
    for content in list(doctree.findall(addnodes.desc_content)):
        first = next(
            (i for i, child in enumerate(content)
             if isinstance(child, nodes.field_list | nodes.rubric)), None
        )  # fmt: skip
        if first is None:
            continue
        names = [part[0].astext() for part in content[first:]
                 if isinstance(part, nodes.rubric)]  # fmt: skip
        line = ", ".join(["Parameters", *(name.lower() for name in names)])
        below = content[first:]
        content[first:] = [folded([nodes.Text(line)], below, ["more"])]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-read", set_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
