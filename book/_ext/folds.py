"""Sphinx extension: what folds, as ``<details>``, which browsers open by themselves.

A fold opens without scripts, and where a browser searches a page it finds what is folded. The
script ``folds.js`` opens the folds around the place that an address names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx


class fold(nodes.General, nodes.Element):  # noqa: N801, as docutils names nodes
    """What folds; its first child is the line that stays in view."""


class fold_line(nodes.TextElement):  # noqa: N801
    """The line of a fold that stays in view."""


def folded(
    line: Iterable[nodes.Node], content: Iterable[nodes.Node], classes: Iterable[str]
) -> fold:
    """Return a fold with a line, what is below it, and classes."""
    return fold("", fold_line("", "", *line), *content, classes=list(classes))


def visit_fold(translator: Any, node: nodes.Element) -> None:
    """Open a fold in HTML."""
    translator.body.append(translator.starttag(node, "details"))


def depart_fold(translator: Any, node: nodes.Element) -> None:
    """Close a fold in HTML."""
    translator.body.append("</details>\n")


def visit_line(translator: Any, node: nodes.Element) -> None:
    """Open the line of a fold in HTML."""
    translator.body.append(translator.starttag(node, "summary", ""))


def depart_line(translator: Any, node: nodes.Element) -> None:
    """Close the line of a fold in HTML."""
    translator.body.append("</summary>\n")


def unfolded(translator: Any, node: nodes.Element) -> None:
    """Leave out the fold, and keep what is in it, where nothing can be folded."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the nodes with Sphinx."""
    plain = dict.fromkeys(("latex", "text", "man", "texinfo"), (unfolded, unfolded))
    app.add_node(fold, html=(visit_fold, depart_fold), **plain)
    app.add_node(fold_line, html=(visit_line, depart_line), **plain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
