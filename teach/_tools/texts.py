r"""The texts of the course as HTML: formulas between dollars, ``*words*``, ```code``` and links."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"\$(?P<math>[^$]+)\$|\*(?P<words>[^*\s][^*]*)\*|`(?P<code>[^`]+)`"
    r"|\[(?P<name>[^\]]+)\]\((?P<link>[^)\s]+)\)"
)


def to_html(text: str, math: Callable[[str], str], link: Callable[[str], str] = str) -> str:
    """Return the HTML of a text; ``math`` and ``link`` say what becomes of formulas and addresses.

    >>> to_html("*no* $x<1$, see [it](#well)", lambda tex: f"({tex})", lambda to: "page" + to)
    '<em>no</em> (x<1), see <a href="page#well">it</a>'
    """
    parts, end = [], 0
    for match in _TOKEN.finditer(text):
        parts.append(html.escape(text[end : match.start()], quote=False))
        end = match.end()
        if match["math"]:
            parts.append(math(match["math"]))
        elif match["words"]:
            parts.append(f"<em>{to_html(match['words'], math, link)}</em>")
        elif match["code"]:
            parts.append(f"<code>{html.escape(match['code'], quote=False)}</code>")
        else:
            address = html.escape(link(match["link"]))
            parts.append(f'<a href="{address}">{to_html(match["name"], math, link)}</a>')
    return "".join(parts) + html.escape(text[end:], quote=False)


def delimited(tex: str) -> str:
    r"""Return a formula as Moodle's and Canvas's typesetting expects it in HTML.

    >>> delimited("a<b")
    '\\(a&lt;b\\)'
    """
    return rf"\({html.escape(tex, quote=False)}\)"
