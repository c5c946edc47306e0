"""Sphinx extension: explorables in pages that run no code, and their scripts in every page.

``{explorable} scalar_uniqueness well`` shows the explorable ``well`` of ``dmfbook.demos``'
module ``scalar_uniqueness``. What delays a page and not every reader needs moves into files beside
it: frames, the numbers that some explorables compute beforehand, into data scripts, and the still
images for readers without scripts into pictures.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class ExplorableDirective(SphinxDirective):
    """Show an explorable: the arguments are its chapter and its name."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Return the explorable's element for the page."""
        chapter, name = self.arguments
        try:
            demo = getattr(import_module(f"dmfbook.demos.{chapter}"), name)
        except (ImportError, AttributeError) as error:
            raise self.error(
                f"there is no explorable {name!r} of chapter {chapter!r}: {error}"
            ) from error
        return [nodes.raw("", demo.to_html(), format="html")]


def web_files() -> tuple[Path, list[str], list[str]]:
    """Return the engine's folder of browser files, its scripts in loading order, and its styles."""
    from dmfbook.explorables.forms import page

    return page.WEB, list(page.SCRIPTS), list(page.STYLES)


_FRAMES = re.compile(
    r'<script type="application/json" class="dmf-frames" data-of="([^"]+)">(.*?)</script>',
    re.DOTALL,
)
_STILL = re.compile(
    r'<noscript data-of="([^"]+)">(<svg[^>]*aria-label="([^"]*)".*?</svg>)\s*</noscript>', re.DOTALL
)


def ship(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Move the frames and still images of a page's explorables into files beside it."""

    def moved(name: str, content: str) -> str:
        file = f"_static/explorables/{pagename.replace('/', '-')}-{name}"
        target = Path(app.outdir) / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
        return str(context["pathto"](file, 1))

    def frames(match: re.Match[str]) -> str:
        name, data = match.groups()
        script = (
            "(globalThis.dmfbook=globalThis.dmfbook||{}).frames=dmfbook.frames||{};"
            f"dmfbook.frames[{json.dumps(name)}]={data};"
        )
        return f'<script defer src="{moved(f"{name}.js", script)}"></script>'

    def still(match: re.Match[str]) -> str:
        name, picture, words = match.groups()
        return f'<noscript><img src="{moved(f"{name}.svg", picture)}" alt="{words}"></noscript>'

    if doctree is not None and "<dmf-explorable" in context.get("body", ""):
        context["body"] = _STILL.sub(still, _FRAMES.sub(frames, context["body"]))


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the engine, deferred and in order, in pages that show an explorable."""
    if doctree is not None and "<dmf-explorable" in context.get("body", ""):
        from dmfbook.explorables.forms import page

        _, scripts, styles = web_files()
        surfaces = "dmf-surface" in context["body"]
        for name in scripts:
            if surfaces or name not in page.FOR_SURFACES:
                app.add_js_file(f"explorables/{name}", loading_method="defer")
        for name in styles:
            if surfaces or name not in page.FOR_SURFACES:
                app.add_css_file(f"explorables/{name}")


def copy_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Put the engine's scripts and styles beside the pages."""
    if exception is None and app.builder.format == "html":
        folder, scripts, styles = web_files()
        target = Path(app.outdir) / "_static/explorables"
        target.mkdir(parents=True, exist_ok=True)
        for name in scripts + styles:
            shutil.copyfile(folder / name, target / name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx; notebooks run during the build show the page's form."""
    if os.environ.setdefault("DMFBOOK_DISPLAY", "static") != "static":
        raise ExtensionError("unset DMFBOOK_DISPLAY to build the book: it must be 'static'")
    app.add_directive("explorable", ExplorableDirective)
    app.connect("html-page-context", ship)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", copy_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
