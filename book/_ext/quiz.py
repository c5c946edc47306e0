"""Sphinx extension: ``{quiz}`` puts the questions of a chapter, from ``teach/quiz``, into its page.

The page holds a link only, for the questions weigh as much as a section. A click loads them from a
script, which pages from disk may do. Without scripts the link leads to the same questions on a page
of their own, with the answers in folds; paper has the questions alone.
"""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from mathml import to_mathml
from side_by_side import side_by_side
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))

from teach._tools import bank, questions  # noqa: E402

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: Runs where the link stands; a click with a key held opens the other page, as links do.
LOADER = (
    "(a=>a.addEventListener('click',e=>{if(e.ctrlKey||e.metaKey||e.shiftKey)return;"
    "e.preventDefault();if(a.dataset.asked)return;a.dataset.asked='';"
    "const put=(tag,more)=>document.head.append(Object.assign(document.createElement(tag),more)),"
    "at=name=>new URL(name,a.href).href;"
    "put('link',{rel:'stylesheet',href:at('../quiz.css')});"
    "put('script',{src:a.href.replace(/htm$/,'js'),async:false,"
    "onerror(){location.href=a.href}});"
    "put('script',{src:at('../quiz.js'),async:false})}))"
    "(document.querySelector('dmf-quiz a'))"
)
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Check yourself: {title}</title>
<link rel="stylesheet" href="../fonts.css">
<link rel="stylesheet" href="../explorables/palette.css">
<link rel="stylesheet" href="../book.css">
<link rel="stylesheet" href="../quiz.css">
<script>document.documentElement.dataset.theme =
matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"</script>
<script src="../fonts.js"></script>
</head>
<body class="page quiz-page">
<main><article>
<h1>Check yourself</h1>
<p>Questions on the chapter <a href="../../{page}">{title}</a>, each with its answer in a fold.
Printed, this page has the questions alone.</p>
{block}</article></main>
</body>
</html>
"""
_SOURCE = re.compile(r"<annotation.*?</annotation>", re.DOTALL)


def formula(tex: str) -> str:
    """Return a formula in a line of text, with its source for those who copy it."""
    return f'<span class="math">{to_mathml(tex, display=False)}</span>'


def formula_alone(tex: str) -> str:
    """Return a formula without its source, for a page where no script uses it."""
    return re.sub("</?semantics>", "", _SOURCE.sub("", formula(tex)))


class Quiz(nodes.General, nodes.Element):
    """The place of the questions; ``chapter`` names them."""


class QuizDirective(SphinxDirective):
    """Ask the questions of the chapter in whose page it stands."""

    def run(self) -> list[nodes.Node]:
        """Return the place of the questions."""
        slug = Path(self.env.docname).name
        path = bank.TEACH / "quiz" / f"{slug}.yml"
        self.env.note_dependency(str(path))
        try:
            items = bank.chapter(slug)
        except bank.BankError as error:
            raise self.error(str(error)) from error
        if not items:
            raise self.error(f"there are no questions to ask: {path.relative_to(ROOT)} is missing")
        return [Quiz(chapter=slug, count=len(items))]


def visit_quiz(self: Any, node: Quiz) -> None:
    """Write the link, and what lets a click load the questions."""
    up = "../" * self.builder.current_docname.count("/")
    address = f"{up}_static/quiz/{escape(node['chapter'])}.htm"
    self.body.append(
        f'<dmf-quiz data-chapter="{escape(node["chapter"])}">'
        f"<p>{node['count']} questions on this chapter, with a word on every answer. Nothing is "
        "counted, and nothing is kept.</p>"
        f'<p class="quiz-open"><a href="{address}">Open the questions</a></p>'
        f"</dmf-quiz><script>{LOADER}</script>\n"
    )
    raise nodes.SkipNode


def nothing(self: Any, node: nodes.Node) -> None:
    """Add nothing to plain text."""
    raise nodes.SkipNode


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the questions of every chapter beside the pages, as a script and as a page."""
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static/quiz")
    folder.mkdir(parents=True, exist_ok=True)
    titles = {name: title.astext() for name, title in app.env.titles.items()}
    chapters = [(name, titles[name]) for name in sorted(titles) if name.startswith("book/")]
    side_by_side(app, partial(write_chapter, folder), chapters)


def write_chapter(folder: Path, chapter: tuple[str, str]) -> None:
    """Write the questions of a chapter, of which the name of its page and its title are given."""
    docname, title = chapter
    slug = Path(docname).name
    items = bank.chapter(slug)
    if not items:
        return
    data = json.dumps(questions.block(items, slug, formula), ensure_ascii=False)
    script = f'(globalThis.bookQuiz ??= {{}})["{slug}"] = {data};\n'
    (folder / f"{slug}.js").write_text(script, encoding="utf-8")
    address = f"{docname}.html"
    block = questions.block(items, slug, formula_alone, f"../../{address}")
    page = PAGE.format(title=escape(title), page=address, block=block)
    (folder / f"{slug}.htm").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_directive("quiz", QuizDirective)
    app.add_node(Quiz, html=(visit_quiz, None), text=(nothing, None), latex=(nothing, None))
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
