"""Pages for handouts: each is one file that works alone, on a screen and on paper."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path

from dmfbook.explorables.labels import to_html
from teach._tools import references
from teach._tools.pages import alone

STYLE = Path(__file__).with_name("handouts.css")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def prose(text: str) -> str:
    """Return text with formulas between dollars as HTML with MathML."""
    return to_html(text)


def plain(text: object) -> str:
    """Return text as HTML, dollars and all."""
    return html.escape(str(text))


def tag(name: str, *content: str, **attributes: object) -> str:
    """Return an element with HTML as its content; ``class_`` and ``aria_live`` are attributes.

    >>> tag("p", "Text", class_="note", hidden=True)
    '<p class="note" hidden>Text</p>'
    """
    given = "".join(
        f" {key.strip('_').replace('_', '-')}" + ("" if value is True else f'="{plain(value)}"')
        for key, value in attributes.items()
        if value is not False
    )
    return f"<{name}{given}>{''.join(content)}</{name}>"


def link(address: str, words: str, **attributes: object) -> str:
    """Return a link; its words may hold formulas."""
    return tag("a", prose(words), href=address, **attributes)


def table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]], kind: str = "") -> str:
    """Return a table with a caption, heads of its columns, and cells that are HTML already."""
    head = tag("tr", *(tag("th", plain(cell), scope="col") for cell in heads))
    body = "\n".join(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    parts = (tag("caption", plain(caption)), tag("thead", head), tag("tbody", body))
    whole = tag("table", *parts, class_=kind or False)
    # What may scroll sideways on a phone is reached by the keyboard too.
    return tag("div", whole, class_="wide", tabindex=0, role="group", aria_label=caption)


def page(title: str, kind: str, *body: str, script: str = "") -> str:
    """Return a page: its kind above its title, and below it who made it and under which licence."""
    book = link(references.address(), "The Geometry of Deep Matrix Factorization")
    foot = f"From {book}, by the dmfbook authors, {link(LICENCE, 'CC BY 4.0')}."
    content = "\n".join(body)
    inside = f"""<main>
{tag("p", plain(kind), class_="kind")}
<h1>{prose(title)}</h1>
{content}
</main>
<footer class="foot"><p>{foot}</p></footer>"""
    return alone(title, STYLE, inside, [tag("script", script)] if script else [])
