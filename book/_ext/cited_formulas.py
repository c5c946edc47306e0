"""Sphinx extension: formulas in the titles of the bibliography, and quick citations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from pybtex.plugin import find_plugin, register_plugin  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def typeset_titles(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make formulas of what stands between dollars in the entries of the bibliography."""
    entries = list(doctree.findall(nodes.citation))
    for text in [text for entry in entries for text in entry.findall(nodes.Text)]:
        pieces = re.split(r"\$([^$]+)\$", text)
        if len(pieces) > 1:
            text.parent.replace(
                text,
                [nodes.math("", p) if n % 2 else nodes.Text(p) for n, p in enumerate(pieces)],
            )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    # For each citation pybtex would look through all that is installed.
    for name in ("plaintext", "docutils"):
        register_plugin("pybtex.backends", name, find_plugin("pybtex.backends", name), force=True)
    app.connect("doctree-resolved", typeset_titles, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
