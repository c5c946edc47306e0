"""HTML pages that stand alone, from Markdown, with the formulas, colours and fonts of the book."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from teach._tools import references
from teach._tools.sources import ROOT

sys.path.insert(0, str(ROOT / "book/_ext"))
from mathml import to_mathml

WEB = Path(__file__).parent / "web"
LINK = re.compile(r"\]\((chapter|explorable):([\w./-]+?)(\?[^)]*)?\)")


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
        return f"]({references.address(f'book/{chapter}.html{place}')})"

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


def alone(title: str, style: Path, body: str, scripts: Sequence[str] = ()) -> str:
    """Return a page that asks for no other file: the book's colours and fonts, and a style.

    Scripts are elements, and stand at the end.
    """
    files = ("dmfbook/explorables/web/palette.css", "book/_static/fonts.css")
    styles = [path.read_text(encoding="utf-8") for path in [*(ROOT / f for f in files), style]]
    theme = (WEB / "theme.js").read_text(encoding="utf-8")
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<script>{theme}</script>
<style>
{"".join(styles)}
</style>
</head>
<body>
{body}
{"".join(scripts)}
</body>
</html>
"""


def page(title: str, body: str, scripts: Sequence[str] = (), *, wide: bool = False) -> str:
    """Return a page of a problem set."""
    book = f'<a href="{references.address()}">The Geometry of Deep Matrix Factorization</a>'
    inside = f"""<main{' class="wide"' if wide else ""}>
{body}
<footer>From {book}.
Text: CC BY 4.0.</footer>
</main>"""
    return alone(title, WEB / "set.css", inside, scripts)
