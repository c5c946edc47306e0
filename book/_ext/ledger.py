"""Sphinx extension: the page *The ledger*, and anchors on the cells that it links to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ledger_index
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HEADINGS = {
    "proves": "Checked by algebra",
    "tests": "Tested by numbers",
    "breaks": "Broken on purpose",
    "shows": "Shown",
}


def link(text: str, address: str) -> nodes.reference:
    """Return a link to a page beside the ledger, or to another machine."""
    return nodes.reference("", text, refuri=address, internal="://" not in address)


def address(place: ledger_index.Place) -> str:
    """Return where a place of the book is, from a page beside it."""
    return f"{place.chapter}.html#{place.anchor}"


def numbered(word: str, count: int, position: int) -> str:
    """Return the text of one of several links: the word, then numbers that tell them apart."""
    return word if count == 1 else f"{word} {position}"


class LedgerDirective(SphinxDirective):
    """List every item of both papers, and every other labeled statement of the book."""

    def run(self) -> list[nodes.Node]:
        """Return one section for each paper, and one for the statements of this book."""
        self.env.note_reread()
        self.index = ledger_index.read_index(Path(self.env.srcdir))
        return [
            *(self.paper(name) for name in sorted(self.index.papers, reverse=True)),
            self.own(),
        ]

    def parsed(self, text: str) -> list[nodes.Node]:
        """Return Markdown text as nodes."""
        holder = nodes.container()
        self.state.nested_parse(StringList([text]), self.content_offset, holder)
        return holder.children

    def section(self, name: str, title: str) -> nodes.section:
        """Return an empty section."""
        section = nodes.section(ids=[name], names=[name])
        section += nodes.title("", title)
        return section

    def paper(self, name: str) -> nodes.section:
        """Return the section of one paper."""
        about = self.index.papers[name]
        items = [item for item in self.index.items if item.paper == name]
        figures = [f for f in self.index.figures if f.figure.startswith(f"{name}-")]
        covered = sum(self.index.statement(item.label) is not None for item in items)
        section = self.section(f"ledger-{name.lower()}", f"{name}: {about['title']}")
        section += self.parsed(
            f"{{cite:t}}`{about['cite']}`. {self.index.notes[name]} "
            f"**{covered} of {len(items)} items are covered so far.**"
        )
        line = nodes.paragraph("", "Its figures, alive: ")
        for number, figure in enumerate(figures):
            if number:
                line += nodes.Text(", ")
            words = f"Figure {figure.figure.rpartition('-')[2]}"
            line += link(words, f"figures.html#{figure.anchor}")
        section += line
        for item in items:
            entry = self.entry(f"{name}, {item.kind} {item.number}", item.item.lower(), item.label)
            entry.insert(1, self.parsed(item.statement))
            if self.index.statement(item.label) is None:
                entry["classes"].append("ledger-open")
                entry += nodes.paragraph(
                    "", f"Not yet covered. Chapter planned: {item.chapter.replace('_', ' ')}."
                )
            entry += self.places(item.label, item.item)
            section += entry
        return section

    def own(self) -> nodes.section:
        """Return the section of the statements that stand in no paper."""
        section = self.section("ledger-book", "This book")
        section += nodes.paragraph(
            "",
            "Statements beside the papers' items: steps of proofs, and results of our own.",
        )
        for place in self.index.own_statements():
            title = (
                f"{place.kind.capitalize()}: {place.title}"
                if place.title
                else place.kind.capitalize()
            )
            entry = self.entry("", f"ledger-{place.label}", place.label)
            entry.children[0].extend(self.parsed(title)[0].children)  # type: ignore[attr-defined]
            entry += self.places(place.label, None)
            section += entry
        return section

    def entry(self, title: str, anchor: str, label: str) -> nodes.container:
        """Return the box of one statement, with its heading line."""
        entry = nodes.container(classes=["ledger-entry"], ids=[anchor])
        entry += nodes.paragraph("", title, classes=["ledger-title"])
        return entry

    def places(self, label: str, item: str | None) -> nodes.bullet_list:
        """Return the list of links to all that the book holds about a statement."""
        places = nodes.bullet_list(classes=["ledger-places"])
        for heading, links in self.rows(label, item).items():
            if not links:
                continue
            line = nodes.paragraph("", "", nodes.strong("", heading), nodes.Text(": "))
            for number, (text, address) in enumerate(links):
                if number:
                    line += nodes.Text(", ")
                line += self.link_with_mathematics(text, address)
            places += nodes.list_item("", line)
        return places

    def rows(self, label: str, item: str | None) -> dict[str, list[tuple[str, str]]]:
        """Return the texts and addresses of the links about a statement, by their heading."""
        where = self.index.statement(label)
        rows = {"Stated": [(where.title or where.kind, address(where))] if where else []}
        for role, heading in HEADINGS.items():
            cells = self.index.cells_about(label, role)
            rows[heading] = [
                (cell.title or numbered("cell", len(cells), position), address(cell))
                for position, cell in enumerate(cells, 1)
            ]
        exercises = self.index.exercises_about(label)
        rows["Exercised"] = [(e.title or e.anchor, address(e)) for e in exercises]
        source = self.config.html_theme_options
        tree = f"{source['repository_url']}/blob/{source['repository_branch']}/tests"
        rows["Tested in the library"] = [
            (
                test.function.removeprefix("test_").replace("_", " "),
                f"{tree}/{test.file}#L{test.line}",
            )
            for test in (self.index.tests_of(item) if item else [])
        ]
        return rows

    def link_with_mathematics(self, text: str, address: str) -> nodes.reference:
        """Return a link whose text may hold mathematics between dollars."""
        reference = link("", address)
        reference += self.parsed(text)[0].children
        return reference


def add_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Give every cell with a ledger tag an anchor that the ledger links to."""
    used: Counter[str] = Counter()
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code":
            tags = cell.attributes.get("cell_metadata", {}).get("tags", [])
            cell["ids"] += [anchor for _, _, anchor in ledger_index.anchors(tags, used)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_directive("ledger", LedgerDirective)
    app.connect("doctree-read", add_anchors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
