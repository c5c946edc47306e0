"""Sphinx extension: accessible markup, and silence, where the theme and its scripts lack them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# A frame that keeps a page apart, as learning platforms have it, refuses the storage that the
# theme's scripts ask for at once: what they store is then kept as long as the page is.
STORAGE = (
    '<script>for(const name of["localStorage","sessionStorage"])try{window[name]}catch{'
    "const kept=new Map();Object.defineProperty(window,name,{value:{"
    "getItem:k=>kept.get(k)??null,setItem:(k,v)=>{kept.set(k,String(v))},"
    "removeItem:k=>{kept.delete(k)}}})}</script>"
)

# The markup of the theme and of extensions where it is wanting, and what stands there instead.
MENDED_MARKUP = {
    '<meta charset="utf-8" />': f'<meta charset="utf-8" />{STORAGE}',
    '<div class="bd-sidebar-primary bd-sidebar': (
        '<div role="complementary" aria-label="The book" class="bd-sidebar-primary bd-sidebar'
    ),
    'role="doc-biblioentry"': 'role="listitem"',
    '<img alt="Colab logo"': '<img loading="lazy" alt="Colab logo"',
    'console.log("[PST]: Set focus on search field.");': "",
    # One name for many elements is none, and "proof" is the name of a heading.
    '<div class="proof admonition" id="proof">': '<div class="proof admonition">',
    ' id="proof-content"': "",
    ' id="exercise-content"': "",
    ' id="solution-content"': "",
}

CHATTY_SCRIPTS = ["scripts/pydata-sphinx-theme.js", "togglebutton.js"]
"""Scripts that log to the console while all is well."""


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Mend the pages and scripts of the output."""
    if exception is not None or app.builder.format != "html":
        return
    for name in CHATTY_SCRIPTS:
        script = Path(app.outdir) / "_static" / name
        script.write_text(script.read_text("utf-8").replace("console.log(", "void("), "utf-8")
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text("utf-8")
        for old, new in MENDED_MARKUP.items():
            text = text.replace(old, new)
        page.write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
