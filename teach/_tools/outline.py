"""The slides of a chapter as Markdown with TeX, which other tools open: Pandoc, Quarto, an editor.

Headings are the slides, and what a teacher says stands in blocks of ``::: notes``. Texts are those
of the notebook; references in them become the numbers of the built book.
"""

from __future__ import annotations

import html
import re
from typing import Any

from teach._tools import pieces, plans, references, slide_plans
from teach._tools.entries import EntryError
from teach._tools.pieces import Page
from teach._tools.sources import chapters

_SOLUTION = re.compile(r"^(`{3,})\{solution\}.*?^\1[ ]*$", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"(?:^\|.*\|[ ]*\n)+", re.MULTILINE)
_ROLE = re.compile(r"\{([a-z:]+)\}`([^`]*)`")
_ANCHOR = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_HINT = re.compile(r"^- \[(.)\] (.*?)(?=^- \[|\Z)", re.MULTILINE | re.DOTALL)


class Source:
    """The Markdown of a chapter, in pieces by label."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.text = _SOLUTION.sub("", references.text(page.chapter)) + "\n"

    def match(self, pattern: str, what: str, where: str) -> str:
        """Return what a pattern encloses."""
        found = re.search(pattern, self.text, re.MULTILINE | re.DOTALL)
        if found is None:
            raise EntryError(f"{where}: the notebook has no {what}")
        return found["body"].strip()

    def statement(self, label: str, where: str) -> str:
        """Return the text of a statement or an exercise."""
        fence = r"^(?P<fence>`{3,})\{[a-z:-]+\}[^\n]*\n:label: *" + re.escape(label)
        return self.match(fence + r"\n(?P<body>.*?)^(?P=fence)[ ]*$", label, where)

    def display(self, label: str, where: str) -> str:
        """Return a display, between double dollars."""
        inside = r"(?P<body>(?:(?!\$\$).)*?)\$\$ \("
        body = self.match(r"\$\$\n" + inside + re.escape(label) + r"\)", label, where)
        return f"$$\n{body}\n$$"

    def block(self, kind: str, name: str, where: str) -> str:
        """Return the inside of a question or an answer, without its options."""
        start = r"^:::\{" + kind + r"\} " + re.escape(name) + r"\n(?::[^\n]*\n)*"
        return self.match(start + r"(?P<body>.*?)^:::$", name, where)

    def table(self, name: str, where: str) -> str:
        """Return a table, by its place among all tables of the chapter."""
        section, _, number = name.partition(" ")
        own = [
            t for t in self.page.article.find_all("table") if not t.find_parent("dmf-explorable")
        ]
        part = self.page.find(section, "section", where, "section[id]")
        index = next(i for i, t in enumerate(own) if part in t.parents) + int(number or 1) - 1
        return _TABLE.findall(self.text)[index].strip()

    def plain(self, text: str, where: str) -> str:
        """Return a text of the notebook without roles, labels and HTML."""
        text = re.sub(r"(\$\$) \(eq-[\w-]+\)", r"\1", text)
        text = _ROLE.sub(lambda match: self.role(match[1], match[2], where), text)
        return _ANCHOR.sub(lambda match: f"[{match[2]}]({self.address(match[1])})", text)

    def role(self, kind: str, inside: str, where: str) -> str:
        """Return the words of a reference."""
        named = re.fullmatch(r"(.*?) *<(.*)>", inside, re.DOTALL)
        words, target = (named[1], named[2]) if named else ("", inside)
        if words or kind.startswith(("term", "cite")):
            return words or target
        if kind == "doc":
            return references.title(target) if target in chapters() else target
        if kind == "eq":
            return number_of_display(self.page, target)
        return pieces.text_of(pieces.place_of(target, self.page.chapter, where)[1]).split(" · ")[0]

    def address(self, link: str) -> str:
        """Return the public address of a link."""
        return pieces.public(self.page.chapter, html.unescape(link))


def number_of_display(page: Page, label: str) -> str:
    """Return the number of a display, in parentheses, from the chapter that has it."""
    for chapter in [page.chapter, *chapters()]:
        found = pieces.page(chapter).article.find(id=f"equation-{label}")
        if found is not None:
            return pieces.text_of(str(found.select_one(".eqno"))).rstrip("#")
    return label


def outline(chapter: str) -> str:
    """Return the outline of a chapter's slides."""
    page = pieces.page(chapter)
    source = Source(page)
    scripts = {entry["explorable"]: entry for entry in plans.scripts(chapter)}
    parts = [
        f"---\ntitle: {pieces.text_of(page.title())!r}\nlang: en\nrights: CC BY 4.0\n---",
        f"From [The Geometry of Deep Matrix Factorization]({references.address()}), "
        "by the dmfbook authors, CC BY 4.0.",
    ]
    for number, slide in enumerate(slide_plans.slides(chapter), 1):
        where = slide_plans.where_is(chapter, number, slide)
        title, body = content(source, slide, where, scripts)
        parts.append(f"## {title}\n\n" + "\n\n".join(piece for piece in body if piece))
        said = notes(source, slide, scripts.get(slide.get("explorable", "")))
        if said:
            parts.append(f"::: notes\n\n{said}\n\n:::")
    return "\n\n".join(parts) + "\n"


def content(
    source: Source, slide: dict[str, Any], where: str, scripts: dict[str, dict[str, Any]]
) -> tuple[str, list[str]]:
    """Return the title of a slide, and what stands on it."""
    page = source.page
    title, body = slide.get("title", ""), [linked(source, slide.get("text", ""), where)]
    if "explorable" in slide:
        name = slide["explorable"]
        title = title or pieces.text_of(page.explorable_title(name, where))
        for step in scripts[name]["show"] if name in scripts else []:
            if slide.get("setting", step["setting"]) == step["setting"]:
                link = source.address(references.hash_of(name, step["setting"]))
                body.append(f"- {step['ask'].strip()} [Show it]({link})")
        if len(body) == 1:
            body.append(f"[Open it]({source.address('#' + name.replace('_', '-'))})")
    elif "question" in slide or "answer" in slide:
        kind = "question" if "question" in slide else "answer"
        title = title or "What do you think?"
        asked = source.block("predict", slide[kind], where)
        options = [(m[1], m[2].split("\n\n")[0].strip()) for m in _HINT.finditer(asked)]
        options = [(mark, words) for mark, words in options if mark in " x"]
        if kind == "question":
            body.append(
                source.plain(re.split(r"^- \[", asked, flags=re.MULTILINE)[0].strip(), where)
            )
            body.extend(f"{x}. {words}" for x, (_, words) in zip("ABCDEFGH", options, strict=False))
        else:
            body.append(source.plain(source.block("answer", slide[kind], where), where))
    elif "read" in slide:
        title = title or "Where to read on"
        rows = (pieces.place_of(str(name), page.chapter, where) for name in slide["read"])
        body.append("\n".join(f"- [{pieces.text_of(words)}]({link})" for link, words in rows))
    elif "table" in slide:
        body.append(source.plain(source.table(slide["table"], where), where))
    labels = slide.get("show", slide.get("exercise", []))
    for label in labels if isinstance(labels, list) else [labels]:
        if label.startswith("eq-"):
            body.append(source.display(label, where))
            continue
        name = pieces.text_of(page.statement(label, where)[0])
        title = title or name
        text = source.plain(source.statement(label, where), where)
        body.append("\n".join(f"> {row}".rstrip() for row in f"**{name}.**\n\n{text}".split("\n")))
    body.append(linked(source, slide.get("after", ""), where))
    return title, body


def linked(source: Source, text: str, where: str) -> str:
    """Return the text of a plan with links as addresses."""

    def address(match: re.Match[str]) -> str:
        if ":" in match[1] or "?" in match[1]:
            return match[0]
        return f"]({pieces.place_of(match[1].lstrip('#'), source.page.chapter, where)[0]})"

    return re.sub(r"\]\(([^)\s]*)\)", address, text.strip())


def notes(source: Source, slide: dict[str, Any], script: dict[str, Any] | None) -> str:
    """Return what the teacher says, from the plan and the script."""
    said = [slide.get("notes", "").strip()]
    if script:
        said.append(
            f"{script['minutes']} minutes. They may think: {script['misconception'].strip()}"
        )
        for step in script["show"]:
            if slide.get("setting", step["setting"]) == step["setting"]:
                said.append(f"- {step['ask'].strip()} *{step['expect'].strip()}*")
        said.append(script["after"].strip())
    return "\n\n".join(piece for piece in said if piece)
