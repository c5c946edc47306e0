"""Sphinx extension: pages without the theme's icon fonts, and without scripts nobody uses."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Scripts and styles that serve features which this book does not use.
UNUSED = re.compile(
    r"thebe|sphinx-comments|togglebutton|copybutton|clipboard|sphinx-design|design-tabs|locales/"
)

UNUSED_FILES = [
    "vendor/fontawesome",
    "locales",
    "sphinx-thebe.js",
    "sphinx-thebe.css",
    "design-tabs.js",
    "images/logo_deepnote.svg",
    "images/logo_jupyterhub.svg",
]


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


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Remove from the output what no page uses."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for name in UNUSED_FILES:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for source_map in static.rglob("*.map"):
        source_map.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", drop_unused, priority=900)
    app.connect("doctree-resolved", drop_thebe, priority=900)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
