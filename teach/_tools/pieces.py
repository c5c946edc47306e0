"""Pieces of the built book, by label: what a slide shows is what the page shows.

Solutions are taken out of a page before anything is cut from it.
"""

from __future__ import annotations

import html
import json
import re
import sys
from functools import cache
from typing import Any

from bs4 import BeautifulSoup, Tag

from teach._tools import references
from teach._tools.entries import EntryError
from teach._tools.sources import HTML, ROOT, chapters

_UNWANTED = (
    "details.solution, .solution, .headerlink, .statement-name, .statement-facts, noscript, "
    "details.check, .predict-act, .predict-verdict"
)
_FIRST = re.compile(r"^\((.*?)(?:; .*)?\)$", re.DOTALL)


class Page:
    """A chapter as it was built, without its solutions."""

    def __init__(self, chapter: str) -> None:
        self.chapter = chapter
        file = HTML / f"book/{chapter}.html"
        if not file.exists():
            raise FileNotFoundError(f"{file} is not there: run make book")
        self.soup = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        self.descriptions = {
            demo["id"]: image["alt"]
            for demo in self.soup.find_all("dmf-explorable")
            if (image := demo.select_one("noscript img"))
        }
        for element in self.soup.select(_UNWANTED):
            element.decompose()
        for line in self.soup.select("math.one-line"):
            if (rows := line.find_next_sibling("math", class_="rows")) is not None:
                rows.decompose()
            del line["style"]
        self.article: Any = self.soup.find("article")

    def find(self, name: str, what: str, where: str, select: str = "*") -> Tag:
        """Return what has an id, if it is of a kind that a CSS selector describes."""
        found = self.article.find(id=name)
        if found is None or not found.css.match(select):
            known = sorted(e["id"] for e in self.article.select(select) if e.get("id"))
            shown = ", ".join(known) or "none"
            raise EntryError(f"{where}: the chapter has no {what} {name!r}; there are {shown}")
        return found

    def title(self) -> str:
        """Return the chapter's title without its number."""
        head = copy(self.article.find("h1"))
        for number in head.select(".section-number"):
            number.decompose()
        return inner(head)

    def lead(self) -> str:
        """Return the first paragraph, which says what the chapter is about."""
        return self.mended(self.article.find("h1").find_next_sibling("p"))

    def vignette(self) -> str:
        """Return the chapter's picture."""
        picture = self.article.select_one(".opener svg")
        return str(picture) if picture else ""

    def statement(self, label: str, where: str, blocks: str = "") -> tuple[str, str]:
        """Return the heading of a statement or an exercise, and its text or some blocks of it."""
        box = copy(self.find(label, "statement", where, ".admonition[id]"))
        head = box.select_one(".admonition-title")
        if head is None:
            raise EntryError(f"{where}: {label!r} has no title")
        number = head.select_one(".caption-number")
        kind = number.get_text(strip=True) if number else ""
        if number:
            number.extract()
        name = _FIRST.sub(r"\1", inner(head).strip())
        head.decompose()
        if blocks:
            name += ", in part"
            keep_blocks(box, blocks, where)
        return (f"{kind} · {name}" if name else kind), self.mended(box, inside=True)

    def display(self, label: str, where: str) -> str:
        """Return a numbered display, with its number in the book."""
        return self.mended(self.find(f"equation-{label}", "display", where, "div.math[id]"))

    def table(self, name: str, where: str) -> str:
        """Return a table of a section: "what-breaks", or "what-breaks 2" for the second one."""
        section, _, place = name.partition(" ")
        found = self.find(section, "section", where, "section[id]").find_all("table")
        tables = [table for table in found if table.find_parent("dmf-explorable") is None]
        index = int(place or 1) - 1
        if not 0 <= index < len(tables):
            raise EntryError(f"{where}: section {section!r} has {len(tables)} tables")
        return self.mended(tables[index])

    def question(self, name: str, where: str) -> dict[str, Any]:
        """Return a question: what leads to it, itself, and its options with the right one."""
        form = copy(self.find(f"predict-{name}", "question", where, "form.predict"))
        for reply in form.select(".predict-reply, .predict-kind"):
            reply.decompose()
        options = []
        for option in form.select(".predict-option"):
            words = option.select_one(".predict-words")
            if words is None:  # what is said to a number that is too low or too high
                continue
            right = option.select_one(".predict-mark") is not None
            options.append({"words": self.mended(words, inside=True), "right": right})
        asked = form.find("legend")
        lead = "".join(self.mended(p) for p in form.find_all("p", recursive=False))
        return {"lead": lead, "asked": self.mended(asked, inside=True), "options": options}

    def answer(self, name: str, where: str) -> str:
        """Return what the chapter says to a question."""
        block = self.find(f"answer-{name}", "answer", where, ".predict-answer")
        return "".join(self.mended(e) for e in block.find_all(["p", "ul", "ol", "div"], False))

    def explorable_title(self, name: str, where: str) -> str:
        """Return the title of an explorable."""
        demo = self.find(name.replace("_", "-"), "explorable", where, "dmf-explorable")
        return inner(demo.find("figcaption"))

    def explorable(self, name: str, where: str) -> str:
        """Return an explorable with all it needs to live."""
        demo = copy(self.find(name.replace("_", "-"), "explorable", where, "dmf-explorable"))
        for script in demo.find_all("script", src=True):
            file = (HTML / "book" / script["src"].partition("?")[0]).resolve()
            del script["src"]
            del script["defer"]
            script.string = file.read_text(encoding="utf-8")
        return str(demo)

    def mended(self, element: Any, *, inside: bool = False) -> str:
        """Return a piece as HTML for another page: no ids, no section, links that lead out."""
        piece = copy(element)
        for part in [piece, *piece.find_all(True)]:
            if part.name == "section":
                part.name = "div"
            for key in ("id", "tabindex"):
                if key in part.attrs:
                    del part[key]
        for link in piece.find_all("a", href=True):
            target = str(link["href"])
            if "glossary.html" in target or not link.get_text(strip=True):
                link.unwrap()
            elif not target.startswith("#") or "?setting=" not in target:
                link["href"] = public(self.chapter, target)
        return inner(piece) if inside else str(piece)


def copy(element: Any) -> Any:
    """Return an element that may be changed."""
    return BeautifulSoup(str(element), "html.parser").contents[0]


def keep_blocks(box: Any, blocks: str, where: str) -> None:
    """Keep some blocks of a statement: paragraphs, displays, tables, the points of its lists."""
    content = box.find(["section", "div"], recursive=False) or box
    parts = []
    for block in content.find_all(True, recursive=False):
        points = block.find_all("li", recursive=False) if block.name in ("ol", "ul") else []
        for number, point in enumerate(points, 1):
            if block.name == "ol":
                point["value"] = str(number)
        parts += points or [block]
    first, _, last = blocks.partition("-")
    low, high = int(first), int(last or first)
    if not 1 <= low <= high <= len(parts):
        raise EntryError(f"{where}: the statement has {len(parts)} blocks, not {blocks}")
    for number, part in enumerate(parts, 1):
        if not low <= number <= high:
            part.decompose()


def inner(element: Any) -> str:
    """Return what stands in an element."""
    return "".join(str(part) for part in element.contents)


def public(chapter: str, target: str) -> str:
    """Return the public address of a link in a chapter's page."""
    if ":" in target.partition("#")[0]:
        return target
    page, mark, rest = target.partition("#")
    if page.startswith("../"):
        return references.address(page.removeprefix("../") + mark + rest)
    return references.address(f"book/{page or f'{chapter}.html'}{mark}{rest}")


@cache
def page(chapter: str) -> Page:
    """Return a chapter's page, read once."""
    return Page(chapter)


@cache
def _home(label: str) -> str:
    for chapter in chapters():
        if f'id="{label}"' in (HTML / f"book/{chapter}.html").read_text(encoding="utf-8"):
            return chapter
    return ""


def place_of(name: str, chapter: str, where: str) -> tuple[str, str]:
    """Return the address of a label, a section or a chapter, and its words in the book, as HTML.

    A section of another chapter is ``chapter#section``.
    """
    if name in chapters():
        number = references.number(name)
        return references.address(f"book/{name}.html"), f"Chapter {number} · {page(name).title()}"
    home, _, label = name.rpartition("#")
    home = home or (chapter if page(chapter).article.find(id=label) else _home(label))
    found = page(home).article.find(id=label) if home in chapters() else None
    if found is None:
        raise EntryError(f"{where}: the book has no {name!r} to read on at")
    address = references.address(f"book/{home}.html") + f"#{label}"
    if found.name == "section":
        head = copy(found.find(re.compile("^h[1-6]$")))
        words = inner(head)
    elif found.name == "dmf-explorable":
        words = inner(found.find("figcaption"))
    else:
        words = page(home).statement(label, where)[0]
    if home != chapter:
        words += f", in chapter {references.number(home)}"
    return address, words


def text_of(markup: str) -> str:
    """Return the words of a piece of HTML."""
    return re.sub(r"\s+", " ", BeautifulSoup(markup, "html.parser").get_text()).strip()


@cache
def _renderer() -> Any:
    """Return a Markdown parser that makes MathML as the book does."""
    sys.path.append(str(ROOT / "book/_ext"))
    from markdown_it import MarkdownIt
    from mathml import to_mathml
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    def formula(tex: str, how: dict[str, Any]) -> str:
        return to_mathml(tex.strip(), display=bool(how["display_mode"]))

    parser = MarkdownIt("commonmark", {"html": False})
    return parser.use(dollarmath_plugin, renderer=formula, allow_labels=False)


def prose(text: str, chapter: str, where: str) -> str:
    """Return Markdown with formulas as HTML; a link may name a label, a section or a chapter."""
    made = _renderer().render(text)

    def resolved(match: re.Match[str]) -> str:
        target = html.unescape(match[1])
        if ":" in target or "?setting=" in target:
            return match[0]
        return f'href="{html.escape(place_of(target.lstrip("#"), chapter, where)[0])}"'

    made = re.sub(r'href="([^"]*)"', resolved, made)
    return re.sub(r'<(div|span) class="math (?:block|inline)">', r'<\1 class="math">', made)


def line(text: str, chapter: str, where: str) -> str:
    """Return one line of Markdown as HTML without a paragraph."""
    return re.sub(r"^<p>(.*)</p>\s*$", r"\1", prose(text, chapter, where), flags=re.DOTALL)


def step_values(setting: object) -> str:
    """Return what an explorable is asked to show, as JSON: the name of a setting, or values."""
    if isinstance(setting, dict):
        return json.dumps({"values": setting})
    return json.dumps({"setting": "" if setting == "as it opens" else setting})
