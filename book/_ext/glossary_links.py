"""Sphinx extension: the words of the glossary lead to it.

In every part of a chapter (what stands below a heading of the second level) the first mention of a
word in plain text becomes a link, which previews.js shows in place. Where a word is set apart it is
being defined, or is a link already; exercises, notes and what precedes all headings have none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

WITHOUT = {"exercises", "notes"}
"""Parts of a chapter whose words are left alone."""


def pattern(terms: list[str]) -> re.Pattern[str]:
    """Return what finds the terms, the longest first, also in the plural.

    >>> [m[1] for m in pattern(["tie", "tie family"]).finditer("Ties of a tie family, not tied")]
    ['Tie', 'tie family']
    """
    longest = sorted(terms, key=len, reverse=True)
    choice = "|".join(re.escape(term).replace(r"\ ", r"\s+") for term in longest)
    return re.compile(rf"(?<![\w-])({choice})(?:e?s)?(?![\w-])", re.IGNORECASE)


def plain_texts(part: nodes.Element) -> Iterator[nodes.Text]:
    """Yield the texts of a part that stand in paragraphs, not set apart in any way.

    A link to a setting of a picture is HTML in the source: its tags stand beside its text.
    """
    for paragraph in part.findall(nodes.paragraph):
        linked = False
        for child in list(paragraph.children):
            if isinstance(child, nodes.raw):
                tag = child.astext()
                linked = (linked or tag.startswith("<a ")) and "</a>" not in tag
            elif isinstance(child, nodes.Text) and not linked:
                yield child


def link(part: nodes.Element, found: re.Pattern[str], addresses: dict[str, str]) -> None:
    """Make links of the first mentions in a part."""
    seen: set[str] = set()
    for text in plain_texts(part):
        pieces: list[nodes.Node] = []
        end = 0
        for match in found.finditer(text):
            term = " ".join(match[1].lower().split())
            if term not in seen:
                seen.add(term)
                pieces.append(nodes.Text(text[end : match.start()]))
                reference = nodes.reference("", match[0], refuri=addresses[term], internal=True)
                reference["classes"].append("term")
                pieces.append(reference)
                end = match.end()
        if pieces:
            text.parent.replace(text, [*pieces, nodes.Text(text[end:])])


def link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link the words of a chapter to the glossary."""
    if app.builder.format != "html" or Path(app.env.doc2path(docname)).suffix != ".ipynb":
        return
    addresses = {
        name.lower(): f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        for (kind, name), (page, anchor) in app.env.domains["std"].objects.items()
        if kind == "term"
    }
    if not addresses:
        return
    found = pattern(list(addresses))
    chapter = next(iter(doctree.findall(nodes.section)), None)
    for part in chapter.children if chapter is not None else []:
        if isinstance(part, nodes.section) and WITHOUT.isdisjoint(part["ids"]):
            link(part, found, addresses)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-resolved", link_terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
