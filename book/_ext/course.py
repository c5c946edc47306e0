"""Sphinx extension: a course on the page for teachers, from the files of ``teach/``.

``{syllabus} week`` shows a syllabus in a fold: what is done in which minute, and a link to each
picture. ``{class-files}`` lists for each chapter how long its pictures take in class, and what is
published for it. Minutes that do not add up stop the build with the words of ``make teach``.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.statemachine import StringList
from folds import folded
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))

from teach._tools import plans, references  # noqa: E402
from teach._tools.entries import EntryError  # noqa: E402
from teach._tools.sources import chapters  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sphinx.application import Sphinx


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Return the lines of a Markdown table."""
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def picture_link(name: str) -> str:
    """Return a link to ``chapter/explorable`` as its script begins."""
    chapter, _, explorable = name.partition("/")
    title = references.explorable_title(chapter, explorable)
    scripts = {entry["explorable"]: entry for entry in plans.scripts(chapter)}
    place = references.hash_of(explorable, scripts[explorable]["show"][0]["setting"])
    return f'<a href="{chapter}.html{escape(place)}">{title}</a>'


def meeting(entry: dict[str, Any]) -> Iterator[str]:
    """Return a meeting as a table of minutes."""
    yield f"**{entry['title']}**, {entry['minutes']} minutes"
    yield ""
    rows, now = [], 0
    for item in entry["plan"]:
        star = " *" if item.get("spare") else ""
        shown = "<br>".join(map(picture_link, item.get("explorables", [])))
        rows.append((f"{now}–{now + item['minutes']}{star}", item["do"], shown))
        now += item["minutes"]
    yield from table(("Minutes", "What", "On the screen"), rows)


def home(items: list[dict[str, Any]]) -> Iterator[str]:
    """Return what is done at home, as a list."""
    yield "**At home**"
    yield ""
    for item in items:
        read = [
            f"{{doc}}`{chapter}`, {road} road" for chapter, road in item.get("read", {}).items()
        ]
        for chapter, title in item.get("section", {}).items():
            place = f"{chapter}.html#{references.sections(chapter)[title]}"
            read.append(f'<a href="{place}">{title}</a> in {{doc}}`{chapter}`')
        for chapter in item.get("quiz", []):
            read.append(f'<a href="{chapter}.html#check-yourself">Check yourself</a>')
        if "set" in item:
            read.append(f"[the page of the set]({references.set_address(item['set'])})")
        minutes = f" ({item['minutes']} minutes)" if "minutes" in item else ""
        yield f"- {item['do']}{minutes}" + (f" {'; '.join(read)}." if read else "")
    yield ""


def syllabus(plan: dict[str, Any]) -> Iterator[str]:
    """Return a syllabus as lines of Markdown."""
    for head, key in (("Needs.", "needs"), ("Afterwards.", "after")):
        yield f"**{head}** {plan[key]}"
        yield ""
    for week in plan["weeks"]:
        if len(plan["weeks"]) > 1:
            yield from (f"**{week['title']}.**", "")
        for entry in week["meetings"]:
            yield from meeting(entry)
        yield from home(week.get("home", []))


class SyllabusDirective(SphinxDirective):
    """Show a syllabus in a fold."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the fold, its line the title and for whom it is."""
        name = self.arguments[0]
        self.env.note_dependency(str(ROOT / f"teach/syllabi/{name}.yml"))
        try:
            plan = plans.syllabus(name)
        except (EntryError, OSError) as error:
            raise self.error(str(error)) from error
        box = nodes.container()
        self.state.nested_parse(StringList(list(syllabus(plan)), name), 0, box)
        line = nodes.strong("", plan["title"]), nodes.Text(f" {plan['for']}")
        return [folded(line, box.children, ["syllabus"])]


class ClassFilesDirective(SphinxDirective):
    """List for each chapter the minutes of its pictures in class, and the files for it."""

    def run(self) -> list[nodes.Node]:
        """Return the table; the files are those that are published beside the book."""
        rows = []
        for chapter in chapters():
            minutes = sum(entry["minutes"] for entry in plans.scripts(chapter))
            at = references.address("teach/")
            files = (
                f"[script]({at}handouts/script-{chapter}.html)",
                f"[slides]({at}slides/{chapter}.html)",
                f"[on paper]({at}slides/{chapter}.pdf)",
            )
            rows.append((f"{{doc}}`{chapter}`", str(minutes), ", ".join(files)))
        lines = list(table(("Chapter", "Minutes in class", "Files"), rows))
        box = nodes.container()
        self.state.nested_parse(StringList(lines, "class-files"), 0, box)
        return list(box.children)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_directive("syllabus", SyllabusDirective)
    app.add_directive("class-files", ClassFilesDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
