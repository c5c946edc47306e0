"""Sphinx extension: what the head of a page says of the page, for search engines and for links.

A page is described by its first paragraph. The title of the front page is not said twice, and the
address of the book itself, which leads to the front page, has its title and description too.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from docutils import nodes
from front import pictures

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_TWICE = re.compile(r"<title>(.+?) &#8212; \1</title>")
_HEAD = re.compile(r'<title>.*?</title>|<meta name="description"[^>]*>|<link rel="icon"[^>]*>')

DOOR = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{head}
<meta http-equiv="refresh" content="0; url={page}">
</head>
<body><p><a href="{page}">Open the book</a></p></body>
</html>
"""
"""The page at the address of the book."""


def description(doctree: nodes.document) -> str:
    """Return the first paragraph below the title of a page, up to a sentence with a formula."""
    title = next(iter(doctree.findall(nodes.title)), None)
    section = title.parent if title is not None else doctree
    paragraph = next((node for node in section.children if isinstance(node, nodes.paragraph)), None)
    if paragraph is None:
        return ""
    words = ""
    for node in paragraph.findall(lambda node: isinstance(node, nodes.Text | nodes.math)):
        if isinstance(node, nodes.math):
            whole = re.match(r".*[.?!](?!\S)", " ".join(words.split()))
            return whole.group() if whole else ""
        if not isinstance(node.parent, nodes.math):
            words += node.astext()
    return " ".join(words.split())


def describe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Put the description into the head of a page, and what other sites show of a link to it."""
    if doctree is None:
        return
    options = app.config.html_theme_options
    base = published(str(options.get("repository_url", "")), app.config.edition)
    words = html.escape(description(doctree))
    name = Path(pagename).name
    card = name if name in pictures() else Path(app.config.root_doc).name
    shown = {
        "og:type": "article",
        "og:title": html.escape(app.env.titles[pagename].astext()),
        "og:description": words,
        "og:url": f"{base}{pagename}.html",
        "og:image": f"{base}_static/pictures/{card}.png",
    }
    tags = [f'<meta property="{name}" content="{value}">' for name, value in shown.items() if value]
    if words:
        tags.append(f'<meta name="description" content="{words}">')
    tags.append('<meta name="twitter:card" content="summary_large_image">')
    context["metatags"] += "\n" + "\n".join(tags)


def published(repository: str, edition: str = "") -> str:
    """Return where GitHub's pages publish an edition of the book: addresses there must be whole."""
    owner, _, project = urlparse(repository).path.strip("/").partition("/")
    return f"https://{owner}.github.io/{project}/{edition}{'/' if edition else ''}"


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Mend the title of the front page, and make the page that leads to it."""
    if exception is not None or app.builder.format != "html":
        return
    name = f"{app.config.root_doc}.html"
    front = Path(app.outdir) / name
    text = _TWICE.sub(r"<title>\1</title>", front.read_text("utf-8"))
    front.write_text(text, "utf-8")
    head = "\n".join(_HEAD.findall(text)).replace('href="../', 'href="')
    door = DOOR.format(head=head, page=name)
    (Path(app.outdir) / "index.html").write_text(door, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", describe)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
