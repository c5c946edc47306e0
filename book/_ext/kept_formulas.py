"""Sphinx extension: a formula and the signs that touch it stay on one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def keep_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Wrap a formula with the signs that touch it: no line shall begin with its full stop."""
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        kept = nodes.inline("", "", formula, classes=["kept"])
        parent[place] = kept
        for side, edge in ((place + 1, r"^\S+"), (place - 1, r"\S+$")):
            text = parent[side] if 0 <= side < len(parent) else None
            touching = isinstance(text, nodes.Text) and re.search(edge, text)
            if touching:
                parent[side] = nodes.Text(re.sub(edge, "", text))
                kept.insert(len(kept) if side > place else 0, nodes.Text(touching.group()))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-resolved", keep_together, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
