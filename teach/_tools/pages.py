"""HTML pages that stand alone, from Markdown, with the formulas, colours and fonts of the book."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from teach._tools.sources import ROOT, load

sys.path.insert(0, str(ROOT / "book/_ext"))
from mathml import to_mathml

WEB = Path(__file__).parent / "web"
LINK = re.compile(r"\]\((chapter|explorable):([\w./-]+?)(\?[^)]*)?\)")


@cache
def repository() -> str:
    """Return the address of the repository, without a slash at its end."""
    return str(load(ROOT / "_config.yml")["repository"]["url"]).rstrip("/")


@cache
def book_address() -> str:
    """Return the public address of the book, without a slash at its end."""
    owner, name = urlsplit(repository()).path.strip("/").split("/")
    return f"https://{owner.lower()}.github.io/{name}"


def linked(text: str) -> str:
    """Return Markdown whose ``chapter:`` and ``explorable:`` links are public addresses.

    >>> linked("[descent](explorable:scalar_uniqueness/descent?setting=trapped)")
    '[descent](https://dmfbook.github.io/dmfbook/book/scalar_uniqueness.html#descent?setting=trapped)'
    """

    def address(match: re.Match[str]) -> str:
        kind, target, query = match.groups()
        chapter, _, name = target.partition("/")
        if (kind == "explorable") != bool(name):
            raise ValueError(
                f"a link is chapter:NAME or explorable:CHAPTER/NAME, but one is {match.group()!r}"
            )
        place = f"#{name}{query or ''}" if name else ""
        return f"]({book_address()}/book/{chapter}.html{place})"

    return LINK.sub(address, text)


@cache
def _markdown() -> MarkdownIt:
    def formula(content: str, options: dict[str, bool]) -> str:
        made = to_mathml(content.strip(), display=options["display_mode"])
        if not options["display_mode"]:
            return made
        # It may be wider than a phone, and the keyboard has to reach what scrolls.
        return f'<div class="scroll" tabindex="0" role="group" aria-label="Formula">{made}</div>'

    return MarkdownIt("commonmark", {"html": False}).use(
        dollarmath_plugin, renderer=formula, double_inline=False
    )


def rendered(text: str) -> str:
    """Return Markdown as HTML, its formulas as MathML."""
    return str(_markdown().render(linked(text)))


def styles() -> str:
    """Return the book's colours and fonts, and the looks of these pages."""
    files = (
        ROOT / "dmfbook/explorables/web/palette.css",
        ROOT / "book/_static/fonts.css",
        WEB / "set.css",
    )
    return "".join(path.read_text(encoding="utf-8") for path in files)


def page(title: str, body: str, scripts: Sequence[str] = (), *, wide: bool = False) -> str:
    """Return a page that asks for no other file."""
    theme = (WEB / "theme.js").read_text(encoding="utf-8")
    owner = book_address()
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>{styles()}</style>
<script>{theme}</script>
</head>
<body>
<main{' class="wide"' if wide else ""}>
{body}
<footer>From <a href="{owner}/">The Geometry of Deep Matrix Factorization</a>.
Text: CC BY 4.0.</footer>
</main>
{"".join(scripts)}
</body>
</html>
"""
