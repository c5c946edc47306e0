"""Sphinx extension: accessible markup, where extensions lack it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# The markup of extensions where it is wanting, and what stands there instead.
MENDED_MARKUP = {
    'role="doc-biblioentry"': 'role="listitem"',
    # One name for many elements is none, and "proof" is the name of a heading.
    '<div class="proof admonition" id="proof">': '<div class="proof admonition">',
    ' id="proof-content"': "",
    ' id="exercise-content"': "",
    ' id="solution-content"': "",
}
# What is wide scrolls in a box of its own; the tables of explorables, which bear no class, fit.
_TABLE = re.compile(r'<table class="[^>]*>.*?</table>', re.DOTALL)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Mend the pages of the output."""
    if exception is not None or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text("utf-8")
        for old, new in MENDED_MARKUP.items():
            text = text.replace(old, new)
        text = _TABLE.sub(r'<div class="table-box">\g<0></div>', text)
        page.write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
