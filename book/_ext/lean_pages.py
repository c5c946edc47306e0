"""Sphinx extension: light pages that need nothing from other machines.

It keeps the theme's icon fonts and scripts nobody uses out of the book, copies the part of MathJax
that the book needs next to the pages, mends the markup where the theme's own is not accessible,
makes formulas of those in the titles of the bibliography, and keeps a formula and the signs that
touch it on one line.
"""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MATHJAX = "sphinx-mathjax-offline"
"""The package whose copy of MathJax 3.2.2 is served."""

# Scripts and styles that serve features which this book does not use.
UNUSED = re.compile(r"thebe|sphinx-comments|sphinx-design|design-tabs|locales/")

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

UNUSED_FILES = [
    "vendor/fontawesome",
    "locales",
    "sphinx-thebe.js",
    "sphinx-thebe.css",
    "design-tabs.js",
    "images/logo_deepnote.svg",
    "images/logo_jupyterhub.svg",
]


def mathjax_folder() -> Path:
    """Return the folder of the installed copy of MathJax."""
    package = find_spec(MATHJAX)
    if package is None or package.origin is None:
        raise RuntimeError(f"{MATHJAX} is not installed: install requirements.txt")
    return Path(package.origin).parent / "static/mathjax"


def copy_mathjax(components: list[str], target: Path) -> None:
    """Copy MathJax's loader, the named components and its web fonts to the target folder.

    Parameters
    ----------
    components
        Names as in MathJax's ``loader.load`` setting: ``core``, ``[tex]/ams``.
    target
        The folder, made anew.
    """
    source = mathjax_folder()
    fonts = ["output/chtml/fonts/tex.js", "output/chtml/fonts/woff-v2"]
    scripts = [name.replace("[tex]", "input/tex/extensions") + ".js" for name in components]
    shutil.rmtree(target, ignore_errors=True)
    for name in ["startup.js", *scripts, *fonts]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (source / name).is_dir() else shutil.copyfile
        copy(source / name, target / name)


def drop_unused(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Leave the scripts and styles that the book does not use out of a page."""
    for kind in ("script_files", "css_files"):
        context[kind] = [
            file
            for file in context.get(kind, [])
            if not UNUSED.search(str(getattr(file, "filename", file) or ""))
            and not UNUSED.search(getattr(file, "attributes", {}).get("body") or "")
        ]


def drop_thebe(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Remove what the theme's extensions put into pages for a service that is not used."""
    for node in list(doctree.findall(nodes.raw)):
        if "thebe" in node.astext() or "kernelName" in node.astext():
            node.parent.remove(node)


def typeset_titles(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make formulas of what stands between dollars in the entries of the bibliography."""
    entries = list(doctree.findall(nodes.citation))
    for text in [text for entry in entries for text in entry.findall(nodes.Text)]:
        pieces = re.split(r"\$([^$]+)\$", text)
        if len(pieces) > 1:
            text.parent.replace(
                text,
                [nodes.math("", p) if n % 2 else nodes.Text(p) for n, p in enumerate(pieces)],
            )
            # Sphinx looked for formulas before the entries were there.
            app.env.get_domain("math").data["has_equations"][docname] = True


def keep_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Wrap a formula with the signs that touch it: no line shall begin with its full stop."""
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        kept = nodes.inline("", "", formula, classes=["kept"])
        parent[place] = kept
        for side, edge in ((place + 1, r"^\S+"), (place - 1, r"\S+$")):
            text = parent[side] if 0 <= side < len(parent) else None
            touching = isinstance(text, nodes.Text) and re.search(edge, text)
            if touching:
                parent[side] = nodes.Text(re.sub(edge, "", text))
                kept.insert(len(kept) if side > place else 0, nodes.Text(touching.group()))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Copy MathJax beside the pages, and remove from the output what no page uses."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    copy_mathjax(app.config.mathjax3_config["loader"]["load"], static / "mathjax")
    for name in UNUSED_FILES:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for name in CHATTY_SCRIPTS:
        script = static / name
        script.write_text(script.read_text("utf-8").replace("console.log(", "void("), "utf-8")
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text("utf-8")
        for old, new in MENDED_MARKUP.items():
            text = text.replace(old, new)
        page.write_text(text, "utf-8")
    for source_map in static.rglob("*.map"):
        source_map.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", drop_unused, priority=900)
    app.connect("doctree-resolved", drop_thebe, priority=900)
    app.connect("doctree-resolved", typeset_titles, priority=900)
    app.connect("doctree-resolved", keep_together, priority=900)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
