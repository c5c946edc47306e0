"""Sphinx extension: the page *New here*, which lists what the papers do not have."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import new_here_index
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGE = "book/new_here"


class NewHereDirective(SphinxDirective):
    """List the results of the book that are not in the papers, and what is known beside them."""

    def run(self) -> list[nodes.Node]:
        """Return the scale, the results at a glance, a section a group, and what is not new."""
        self.env.note_reread()
        self.list = new_here_index.read_list(Path(self.env.srcdir))
        return [
            self.scale(),
            self.glance(),
            *(self.group(name) for name in self.list.groups),
            self.known(),
        ]

    def parsed(self, text: str) -> list[nodes.Node]:
        """Return the nodes of a line of Markdown."""
        holder = nodes.container()
        self.state.nested_parse(StringList([text]), self.content_offset, holder)
        return list(holder.children[0].children)

    def line(self, heading: str, content: list[nodes.Node]) -> nodes.list_item:
        """Return an item of a list: a heading in bold, then what belongs to it."""
        line = nodes.paragraph("", "", nodes.strong("", heading), nodes.Text(" "))
        line += content
        return nodes.list_item("", line)

    def section(self, name: str, title: str) -> nodes.section:
        """Return an empty section."""
        return nodes.section("", nodes.title("", title), ids=[name], names=[name])

    def scale(self) -> nodes.bullet_list:
        """Return what the three grades mean, and how many results have each."""
        scale = nodes.bullet_list(classes=["sure-scale"])
        for name, grade in self.list.scale.items():
            count = sum(result.sure == name for result in self.list.results)
            line = nodes.paragraph("", "", self.verdict(name), nodes.Text(f" ({count}). "))
            line += self.parsed(grade["meaning"])
            scale += nodes.list_item("", line)
        return scale

    def verdict(self, grade: str) -> nodes.inline:
        """Return the words of a grade, which the styles precede by its mark."""
        title = self.list.scale[grade]["title"]
        return nodes.inline("", title, classes=["sure", f"sure-{grade}"])

    def glance(self) -> nodes.section:
        """Return the titles of all results, as links with the mark of their grade."""
        section = self.section("new-at-a-glance", "At a glance")
        for name, title in self.list.groups.items():
            section += nodes.paragraph("", title, classes=["ledger-title"])
            links = nodes.bullet_list(classes=["sure-links"])
            for result in self.list.of(name):
                link = nodes.reference("", result.title, refid=result.anchor, internal=True)
                grade = nodes.inline("", f" ({self.list.scale[result.sure]['title']})")
                grade["classes"].append("sure-words")
                line = nodes.paragraph("", "", link, grade)
                links += nodes.list_item("", line, classes=["sure", f"sure-{result.sure}"])
            section += links
        return section

    def group(self, name: str) -> nodes.section:
        """Return the section of one group, its results below the titles of their chapters."""
        section = self.section(f"new-{name}", self.list.groups[name])
        chapter = ""
        for result in self.list.of(name):
            if self.list.chapter(result) != chapter:
                chapter = self.list.chapter(result)
                title = nodes.paragraph("", "", *self.parsed(f"{{doc}}`{chapter}`"))
                title["classes"].append("new-chapter")
                section += title
            section += self.entry(result)
        return section

    def entry(self, result: new_here_index.Result) -> nodes.container:
        """Return the box of one result."""
        entry = nodes.container(
            classes=["ledger-entry", f"of-sure-{result.sure}"], ids=[result.anchor]
        )
        entry += nodes.paragraph("", result.title, classes=["ledger-title"])
        entry += nodes.paragraph("", "", *self.parsed(result.statement))
        entry += nodes.paragraph("", "", self.verdict(result.sure), classes=["sure-line"])
        places = nodes.bullet_list(classes=["ledger-places"])
        if result.states:
            named = [self.reference(label) for label in result.states]
            places += self.line("Where:", self.parsed(", ".join(named)))
        checks = self.checks(result)
        if checks:
            places += self.line(("Measured:" if result.sure == "measured" else "Checked:"), checks)
        if result.unchecked:
            places += self.line("Not checked:", self.parsed(result.unchecked))
        places += self.line("Before:", self.parsed(result.before))
        entry += places
        return entry

    def reference(self, label: str) -> str:
        """Return the Markdown of a reference to a statement or an exercise."""
        place = self.list.place(label)
        is_exercise = place is not None and place.kind == "exercise"
        return f"{{ref}}`{label}`" if is_exercise else f"{{prf:ref}}`{label}`"

    def checks(self, result: new_here_index.Result) -> list[nodes.Node]:
        """Return links to the cells and tests that check a result."""
        ways: list[list[nodes.Node]] = []
        for role, words in new_here_index.CHECKS.items():
            cells = self.list.checks(result, role)
            places = [f"{cell.chapter}.html#{cell.anchor}" for cell in cells]
            ways.append(self.links(words, places))
        cells = [f"{cell.partition('#')[0]}.html#{anchor(cell)}" for cell in result.cells]
        ways.append(self.links("computed", cells))
        source = self.config.html_theme_options
        tree = f"{source['repository_url']}/blob/{source['repository_branch']}/tests"
        ways.append(
            self.links(
                "in the library",
                [f"{tree}/{test.partition('::')[0]}" for test in result.tests],
                [test.partition("::test_")[2].replace("_", " ") for test in result.tests],
            )
        )
        found: list[nodes.Node] = []
        for way in filter(None, ways):
            found += [nodes.Text("; "), *way] if found else way
        return found

    def links(
        self, words: str, addresses: list[str], names: list[str] | None = None
    ) -> list[nodes.Node]:
        """Return words, and after them the links: named, or counted where one has no name."""
        if not addresses:
            return []
        if names is None and len(addresses) == 1:
            return [nodes.reference("", words, refuri=addresses[0], internal=True)]
        found: list[nodes.Node] = [nodes.Text(f"{words} ")]
        for number, address in enumerate(addresses):
            name = names[number] if names else f"{number + 1}"
            link = nodes.reference("", name, refuri=address, internal="://" not in address)
            found += [nodes.Text(", "), link] if number else [link]
        return found

    def known(self) -> nodes.section:
        """Return the statements without a paper's number that are not new."""
        section = self.section("new-known", "Not new")
        section += nodes.paragraph(
            "",
            "The other theorems, propositions, corollaries and lemmas of the chapters without a "
            "number of the papers: whose they are, or why we call them elementary.",
        )
        rows = nodes.bullet_list(classes=["ledger-places", "new-known"])
        for row in self.list.known:
            place = self.list.place(row.label)
            title = f", *{place.title.partition(';')[0]}*" if place and place.title else ""
            why = row.source or row.elementary
            line = nodes.paragraph("", "", *self.parsed(f"{{prf:ref}}`{row.label}`{title}: {why}."))
            rows += nodes.list_item("", line)
        section += rows
        return section


def anchor(cell: str) -> str:
    """Return the anchor of a cell that the list names, such as ``evidence#open-wide``."""
    return "cell-" + cell.partition("#")[2]


@cache
def named_cells(root: Path) -> frozenset[str]:
    """Return the cells that the list names; it is read once, and not for every page."""
    rows = new_here_index.read_data(root).get("results", [])
    return frozenset(cell for row in rows for cell in row.get("cells", ()))


def add_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Give the cells that the list names an anchor."""
    root = Path(app.srcdir)
    path = root / f"{app.env.docname}.ipynb"
    wanted = named_cells(root)
    if not path.exists() or not any(cell.startswith(f"{path.stem}#") for cell in wanted):
        return
    named = {at: name for at, name in new_here_index.code_cells(path) if name in wanted}
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code" and cell.get("cell_index") in named:
            cell["ids"].append(anchor(named[cell["cell_index"]]))


def add_styles(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the styles in the page that needs them."""
    if pagename == PAGE:
        app.add_css_file("new_here.css")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_directive("new-here", NewHereDirective)
    app.connect("doctree-read", add_anchors)
    app.connect("html-page-context", add_styles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
