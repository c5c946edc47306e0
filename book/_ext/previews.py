"""Sphinx extension: what previews.js shows in place, of statements, equations, terms and symbols.

A page from disk may not read another one, so what pages refer to in others stands a second time in
scripts, one for each page, which are loaded when a reader first asks. From the page *Notation* come
the symbols: each chapter links to those that occur in it, and formulas that are nothing but such a
symbol are marked.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from docutils import nodes
from formula_sources import read_whole
from page_parts import parts
from side_by_side import side_by_side

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

NOTATION = "notation"
"""The name of the page that lists the symbols."""

_REFERENCE = re.compile(
    r'href="([^"#:?]*)#((?:thm|lem|prop|cor|def|rem|ex|equation|term|cite)-[^"]+)"'
)
_BASE = re.compile(r"\\?[A-Za-z]+(?:[_^]\*?)?")
_NORM = re.compile(r"\\[lr]Vert|\\langle|\\otimes|\\operatorname")


def row_name(tex: str) -> str:
    r"""Return the name of a symbol's row.

    >>> row_name(r"\sigma_i(A)"), row_name("m^*")
    ('sym-sigma-i-A', 'sym-m-star')
    """
    return "sym-" + "-".join(re.findall(r"[A-Za-z]+|\d+", tex.replace("*", " star ")))


def symbol_rows(doctree: nodes.document) -> dict[str, list[str]]:
    """Give the rows of the tables of symbols names; return the symbols of each."""
    found: dict[str, list[str]] = {}
    for row in doctree.findall(nodes.row):
        if isinstance(row.parent, nodes.tbody):
            symbols = [math.astext() for math in row[0].findall(nodes.math)]  # type: ignore[attr-defined]
            if symbols:
                name = row_name(symbols[0])
                row["ids"].append(name)
                found[name] = symbols
    return found


def read_symbols(app: Sphinx, doctree: nodes.document) -> None:
    """Read the symbols of the book from the page that lists them."""
    if Path(app.env.docname).name == NOTATION:
        app.env.symbols = (app.env.docname, symbol_rows(doctree))  # type: ignore[attr-defined]


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Take the symbols from the process that read their page."""
    symbols = getattr(other, "symbols", None)
    if symbols and symbols[0] in docnames:
        env.symbols = symbols  # type: ignore[attr-defined]


def occurring(symbols: dict[str, list[str]], formulas: str) -> list[str]:
    r"""Return the rows of which a symbol occurs in the formulas, whatever its index is.

    >>> occurring({"sym-W-l": ["W_l"], "sym-Gamma": [r"\Gamma"]}, r"W_2 \in G")
    ['sym-W-l']
    """

    def occurs(symbol: str) -> bool:
        base = _BASE.match(symbol)
        if base is None or _NORM.match(symbol):
            whole = _NORM.match(symbol)
            return whole is not None and whole[0] in formulas
        after = "" if base[0][-1] in "_*^" else r"(?![A-Za-z_^])"
        return re.search(rf"(?<![A-Za-z\\]){re.escape(base[0])}{after}", formulas) is not None

    return [name for name, row in symbols.items() if any(map(occurs, row))]


def show_symbols(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Mark the formulas of a chapter that are a symbol, and link to the symbols in it."""
    page, symbols = getattr(app.env, "symbols", ("", {}))
    if app.builder.format != "html" or Path(app.env.doc2path(docname)).suffix != ".ipynb":
        return
    listed = {symbol for row in symbols.values() for symbol in row}
    maths = list(doctree.findall(lambda node: isinstance(node, nodes.math | nodes.math_block)))
    for node in maths:
        if isinstance(node, nodes.math) and node.astext() in listed:
            node["classes"].append("symbol")
    used = occurring(symbols, "\n".join(node.astext() for node in maths))
    chapter = next(iter(doctree.findall(nodes.section)), None)
    first = chapter.first_child_matching_class(nodes.section) if chapter is not None else None
    if used and chapter is not None and first is not None:
        address = app.builder.get_relative_uri(docname, page)
        link = f'<a href="{address}" data-symbols="{" ".join(used)}">Symbols of this chapter</a>'
        chapter.insert(first, nodes.raw("", f'<p class="symbols">{link}</p>', format="html"))


def script(page: str, shown: dict[str, str], **more: Any) -> str:
    """Return the script that brings parts of a page to others."""
    data = json.dumps({"parts": shown, **more}, ensure_ascii=False).replace("</", r"<\/")
    return f"(globalThis.bookPreviews ??= {{}})[{json.dumps(page)}] = {data};\n"


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write what pages refer to in other pages into scripts."""
    if exception is not None or app.builder.format != "html":
        return
    root = Path(app.outdir)
    pages = {path: read_whole(root, path) for path in sorted(root.rglob("*.html"))}
    wanted: dict[Path, set[str]] = defaultdict(set)
    for path, text in pages.items():
        for page, anchor in _REFERENCE.findall(text):
            target = (path.parent / unquote(page)).resolve() if page else path
            if target != path:
                wanted[target].add(unquote(anchor))
    folder = root / "_static/previews"
    folder.mkdir(parents=True, exist_ok=True)
    notation, symbols = getattr(app.env, "symbols", ("", {}))
    named = []
    for path, text in pages.items():
        name = path.relative_to(root).with_suffix("").as_posix()
        more: dict[str, Any] = {}
        if name == notation:
            more["symbols"] = {tex: row for row, found in symbols.items() for tex in found}
            wanted[path.resolve()] |= set(symbols)
        if path.resolve() in wanted:
            named.append((name, text, wanted[path.resolve()], more))
    side_by_side(app, partial(write_script, folder), named)


def write_script(folder: Path, named: tuple[str, str, set[str], dict[str, Any]]) -> None:
    """Write the script of a page: its name, its text, the names that others refer to, and more."""
    page, text, names, more = named
    there = parts(text)
    shown = {anchor: there[anchor] for anchor in sorted(names) if anchor in there}
    file = folder / f"{page.replace('/', '-')}.js"
    file.write_text(script(page, shown, **more), encoding="utf-8")


def add_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the script and the styles of previews in pages with text."""
    if doctree is not None:
        app.add_css_file("explorables/palette.css")
        app.add_css_file("previews.css")
        app.add_js_file("previews.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx; pages are read when the others have finished them."""
    app.connect("doctree-read", read_symbols)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", show_symbols)
    app.connect("html-page-context", add_files)
    app.connect("build-finished", write, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
