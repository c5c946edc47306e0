"""Sphinx extension: statements show their permanent names, what they use and what uses them.

``{map}`` draws how the statements of the book rest on one another, ``{map} <chapter>`` those of one
chapter; each chapter's *Notes* begin with its own. All is read from the sources by
``dependencies`` and ``ledger_index`` when the book is built, and pages that it changes are written
again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import dependencies
import ledger_index
import statement_map
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class MapPlace(nodes.General, nodes.Element):
    """Where a map is to be drawn; ``chapter`` names one chapter, or none for the whole book."""


class MapDirective(SphinxDirective):
    """Draw the map of the book, or of the chapter that the argument names."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the place of the map: it is drawn when all numbers are known."""
        chapter = self.arguments[0] if self.arguments else ""
        order = dependencies.chapter_order(Path(self.env.srcdir))
        if chapter and chapter not in order:
            raise self.error(f"there is no chapter {chapter!r}; the chapters are {order}")
        if not hasattr(self.env, "map_pages"):
            self.env.map_pages = set()
        self.env.map_pages.add(self.env.docname)
        return [MapPlace(chapter=chapter)]


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Take the pages with maps from another process, of those that it read."""
    pages = getattr(other, "map_pages", set()) & set(docnames)
    env.map_pages = getattr(env, "map_pages", set()) | pages  # type: ignore[attr-defined]


def place_maps(app: Sphinx, doctree: nodes.document) -> None:
    """Let the notes of a chapter begin with its map, unless it stands elsewhere in the chapter."""
    chapter = Path(app.env.docname).name
    if chapter in dependencies.chapter_order(Path(app.srcdir)) and not any(
        doctree.findall(MapPlace)
    ):
        for section in doctree.findall(nodes.section):
            if "notes" in section["ids"]:
                section.insert(1, MapPlace(chapter=chapter))


def read_facts(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Read what the statements use and what is known of them; return the pages to write again."""
    root = Path(app.srcdir)
    if not (root / "book/ledger.yml").exists():  # another book, built with these extensions
        env.statement_facts = ({}, {}, {})  # type: ignore[attr-defined]
        return []
    index = ledger_index.read_index(root)
    titles = {place.label: statement_map.short_title(place.title) for place in index.statements}
    facts = (dependencies.read_uses(root), statement_map.states(index), titles)
    if facts == getattr(env, "statement_facts", None):
        return []
    env.statement_facts = facts  # type: ignore[attr-defined]
    pages = {known["docname"] for known in getattr(env, "proof_list", {}).values()}
    return sorted(pages | getattr(env, "map_pages", set()))


class Book:
    """The statements as one page sees them: their names, numbers, titles and addresses."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        self.app, self.docname = app, docname
        self.uses, self.states, self.titles = app.env.statement_facts  # type: ignore[attr-defined]
        self.used_by = dependencies.used_by(self.uses)

    def number(self, label: str) -> str:
        """Return the kind and number of a statement, such as Theorem 4.1."""
        known = self.app.env.proof_list[label]  # type: ignore[attr-defined]
        numbers = self.app.env.toc_fignumbers.get(known["docname"], {}).get(known["type"], {})
        dotted = ".".join(map(str, numbers.get(label, ())))
        return f"{known['type'].capitalize()} {dotted}".strip()

    def address(self, label: str) -> str:
        """Return where a statement is, from this page."""
        known = self.app.env.proof_list[label]  # type: ignore[attr-defined]
        if known["docname"] == self.docname:
            return f"#{label}"
        page = self.app.builder.get_relative_uri(self.docname, known["docname"])
        return f"{page}#{label}"

    def links(self, heading: str, labels: tuple[str, ...]) -> list[nodes.Node]:
        """Return a heading and links to the statements, as one item of a list."""
        if not labels:
            return []
        line = nodes.paragraph("", "", nodes.strong("", heading))
        for position, label in enumerate(labels):
            line += nodes.Text(", " if position else " ")
            line += nodes.reference(
                "", self.number(label), refuri=self.address(label), internal=True
            )
        return [nodes.list_item("", line)]


def show_facts(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put name, uses and users below each statement of a page, and draw its maps."""
    if app.builder.format != "html":
        for place in list(doctree.findall(MapPlace)):
            place.replace_self([])
        return
    book = Book(app, docname)
    for node in list(doctree.findall(nodes.Admonition)):
        label = node.get("label") if isinstance(node, nodes.Element) else None
        if label in book.uses:
            name = nodes.reference("", label, refuri=f"#{label}", internal=True)
            name["classes"].append("statement-name")
            node[0] += [nodes.Text(" "), name]  # type: ignore[index]
            facts = nodes.bullet_list(classes=["statement-facts"])
            facts += book.links("Uses", book.uses[label])
            facts += book.links("Used by", book.used_by[label])
            if facts.children:
                node += facts  # type: ignore[operator]
    for place in list(doctree.findall(MapPlace)):
        drawn = statement_map.draw(book, place["chapter"])
        place.replace_self(nodes.raw("", drawn, format="html"))


def add_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the map's script and styles in pages that have one."""
    if doctree is not None and 'class="statement-map' in context.get("body", ""):
        app.add_js_file("map.js", loading_method="defer")
        app.add_css_file("map.css")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_node(MapPlace)
    app.add_directive("map", MapDirective)
    app.connect("doctree-read", place_maps)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", read_facts)
    app.connect("doctree-resolved", show_facts)
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
