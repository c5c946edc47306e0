"""Sphinx extension: the frame of every page, which ``book/_theme/layout.html`` lays out.

It stands in place of a theme with a framework of styles and scripts, which outweighs a chapter.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlparse

from docutils import nodes
from sphinx.environment.adapters.toctree import TocTree

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: Styles and scripts of Sphinx and of extensions in whose place the book has its own, or nothing.
UNUSED = {
    *("basic.css", "pygments.css", "proof.css", "exercise.css"),
    *("documentation_options.js", "doctools.js", "sphinx_highlight.js"),
    *("searchtools.js", "language_data.js", "searchindex.js"),
}

#: Runs before the page is drawn. Frames that keep a page apart refuse it any storage.
THEME_AT_ONCE = (
    "(r=>{let t;try{t=localStorage.getItem('theme')}catch{}"
    "r.dataset.theme=t||(matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light')})"
    "(document.documentElement)"
)
MARK = (
    '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">'
    '<path d="M2 3C5 26 8 30 10 30S13 20 15 20s3 6 7 6S28 16 30 3"/>'
    '<circle cx="22" cy="21" r="3.4"/></svg>'
)
MOON = (
    '<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7.2"/>'
    '<path d="M10 2.8a7.2 7.2 0 0 1 0 14.4z"/></svg>'
)
#: Kinds of words that code shows in the colour of its text: marking each would double the page.
PLAIN = re.compile(r'<span class="(?:n|p|o|w|nn|nb|nf|nc|bp|fm|vm|na|mi|mf)">([^<]*)</span>')


#: What browsers would show of a cited work, beside the preview.
TIPS = re.compile(r'(<a class="reference internal" href="[^"]*#cite-[^"]*") title="[^"]*"')
#: What keeps words of code together, as the styles do without it.
WORDS_OF_CODE = re.compile(r'<span class="pre">([^<]*)</span>')
#: Classes of docutils that no style or script asks for.
UNSTYLED = re.compile(r" docutils container|docutils literal notranslate")


def launch_places(options: dict[str, Any], page: str, edition: str = "") -> list[dict[str, str]]:
    """Return where a notebook can be run or read; an edition has a branch of its name."""
    repository = str(options.get("repository_url", ""))
    branch = quote(edition or str(options.get("repository_branch", "")), safe="")
    project = urlparse(repository).path.strip("/")
    services = options.get("launch_buttons") or {}
    file = f"{page}.ipynb"
    places = []
    if services.get("binderhub_url"):
        path = quote(f"lab/tree/{file}", safe="/")
        places.append(
            ("Binder", f"{services['binderhub_url']}/v2/gh/{project}/{branch}?urlpath={path}")
        )
    if services.get("colab_url"):
        places.append(("Colab", f"{services['colab_url']}/github/{project}/blob/{branch}/{file}"))
    if repository:
        places.append(("Read it on GitHub", f"{repository}/blob/{branch}/{file}"))
    return [{"name": name, "address": address} for name, address in places]


def chapter_of(app: Sphinx, pagename: str) -> dict[str, str] | None:
    """Return the number, title and part of a chapter; None for a page that is none."""
    number = app.env.toc_secnumbers.get(pagename, {}).get("")
    if not number:
        return None
    part = ""
    for tree in app.env.get_doctree(app.config.root_doc).findall(lambda n: "entries" in n):
        if any(name == pagename for _, name in tree["entries"]):
            part = tree.get("caption") or ""
    return {
        "number": ".".join(map(str, number)),
        "title": app.env.titles[pagename].astext(),
        "part": part,
    }


def sections_of(app: Sphinx, pagename: str) -> str:
    """Return links to the sections of a page, as an ordered list in HTML."""
    toc = TocTree(app.env).get_toc_for(pagename, app.builder)
    below = next((item for item in toc.findall(nodes.bullet_list) if item is not toc), None)
    if below is None:
        return ""
    return str(app.builder.render_partial(below)["fragment"])  # type: ignore[attr-defined]


def frame(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Hand to the layout what it shows, and leave out what the book does not use."""
    options = app.config.html_theme_options
    context.update(
        theme_at_once=THEME_AT_ONCE,
        mark=MARK,
        moon=MOON,
        repository=options.get("repository_url"),
        launch=launch_places(options, pagename, app.config.edition),
        edition=app.config.edition,
        chapter=chapter_of(app, pagename) if doctree is not None else None,
        sections=sections_of(app, pagename) if doctree is not None else "",
        # Sphinx calls the captions headings, and says of no level.
        contents=context["toctree"](
            maxdepth=1, collapse=False, titles_only=True, includehidden=True
        ).replace(' role="heading"', ""),
    )
    for kind in ("script_files", "css_files"):
        seen: set[str] = set()
        kept = []
        for file in context.get(kind, []):
            name = Path(str(getattr(file, "filename", file) or "")).name
            if name in UNUSED or re.match(r"mystnb\.", name) or name in seen:
                continue
            seen.add(name) if name else None
            kept.append(file)
        context[kind] = kept
    if "body" in context:
        body = PLAIN.sub(r"\1", WORDS_OF_CODE.sub(r"\1", context["body"]))
        body = TIPS.sub(r"\1", body)
        context["body"] = UNSTYLED.sub("", body)


#: Lines of a script or style that only speak to who reads the source.
COMMENTS = re.compile(r"^[ \t]*(?:/\*.*?\*/[ \t]*|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
INDENTS = re.compile(r"^[ \t]+", re.MULTILINE)
TYPES = re.compile(r"/\*\* @(?:type|param) .*?\*/ ?")
#: Between the rules of a style, and between their declarations.
BREAKS = re.compile(r";?\s*([{}])\s*|(;)\n")


def slim(app: Sphinx, exception: Exception | None) -> None:
    """Ship scripts and styles without comments and indents, which are a fifth of their weight."""
    if exception is not None or app.builder.format != "html":
        return
    for folder in ("", "explorables"):
        files = Path(app.outdir, "_static", folder).glob("*.[jc]s*")
        for file in files:
            if file.suffix in {".js", ".css"}:
                text = INDENTS.sub("", COMMENTS.sub("", file.read_text(encoding="utf-8")))
                style = file.suffix == ".css"
                text = BREAKS.sub(r"\1\2", text) if style else TYPES.sub("", text)
                file.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension and its theme with Sphinx."""
    app.add_html_theme("frame", str(Path(__file__).resolve().parents[1] / "_theme"))
    # Jupyter Book sets it for an extension that the book leaves out.
    app.add_config_value("comments_config", {}, "")
    # "student": the book without solutions, published below that address beside the whole one.
    app.add_config_value("edition", "", "html")
    # Late, so that it sees what every other extension adds to a page.
    app.connect("html-page-context", frame, priority=950)
    app.connect("build-finished", slim, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
