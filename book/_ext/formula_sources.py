"""Sphinx extension: the TeX of a page's formulas stands in a script beside it.

Few readers copy a formula, and the sources weigh a tenth of a chapter. ``formulas.js`` loads the
script when something is first selected. In the page the element that held a source stays.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_OPEN, _CLOSE = '<annotation encoding="application/x-tex">', "</annotation>"
_SOURCE = re.compile(f"{_OPEN}(.*?){_CLOSE}(?=</semantics>)", re.DOTALL)
_PLACE = re.compile(r"(?<!</annotation>)</semantics>")
# The preview of a symbol is found by its source.
_SYMBOL = re.compile(r'<span class="(?:[^"]* )?symbol(?: [^"]*)?"><math.*?</math>', re.DOTALL)


def parted(page: str) -> tuple[str, list[str]]:
    """Return a page without the sources of its formulas, and the sources; symbols keep theirs.

    >>> parted(joined("<semantics>y</semantics>", ["a < b"]))
    ('<semantics>y</semantics>', ['a < b'])
    """
    sources: list[str] = []
    kept = {match.start() for symbol in _SYMBOL.finditer(page)
            for match in _SOURCE.finditer(page, symbol.start(), symbol.end())}  # fmt: skip

    def take(match: re.Match[str]) -> str:
        if match.start() in kept:
            return match[0]
        sources.append(html.unescape(match[1]))
        return ""

    return _SOURCE.sub(take, page), sources


def joined(page: str, sources: list[str]) -> str:
    """Return a page with the sources of its formulas.

    >>> joined("<semantics>y</semantics>", ["a < b"])
    '<semantics>y<annotation encoding="application/x-tex">a &lt; b</annotation></semantics>'
    """
    rest = iter(sources)
    return _PLACE.sub(
        lambda match: f"{_OPEN}{html.escape(next(rest), quote=False)}{_CLOSE}{match[0]}", page
    )


def beside(root: Path, page: Path) -> Path:
    """Return the script that holds the sources of a page of the book."""
    name = page.relative_to(root).with_suffix("").as_posix().replace("/", "-")
    return root / "_static/formulas" / f"{name}.js"


def read_whole(root: Path, page: Path) -> str:
    """Return a finished page with the sources of its formulas, whether it was parted before."""
    text = page.read_text("utf-8")
    file = beside(root, page)
    if not _PLACE.search(text):
        return text
    return joined(text, json.loads(file.read_text("utf-8").partition(" = ")[2].rstrip(";\n")))


def part(app: Sphinx, exception: Exception | None) -> None:
    """Part the pages that were written now, once all who read them have."""
    if exception is not None or app.builder.format != "html":
        return
    root = Path(app.outdir)
    for page in sorted(root.rglob("*.html")):
        text, sources = parted(page.read_text("utf-8"))
        if not sources:
            continue
        file = beside(root, page)
        file.parent.mkdir(exist_ok=True)
        data = json.dumps(sources, ensure_ascii=False)
        file.write_text(f"globalThis.bookFormulas = {data};\n", encoding="utf-8")
        text = text.replace("<html ", f'<html data-formulas="{file.stem}" ', 1)
        page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("build-finished", part, priority=940)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
