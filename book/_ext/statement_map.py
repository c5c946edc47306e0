"""The map of the statements: where each stands, and how it is written as a list with curves behind.

The page holds an ordinary list of links, column by column, which tells in words what each statement
uses and what is known of it. Styles set its entries on a grid of fixed steps, so the curves between
them can be computed here. On a narrow page and on paper the list stays a list.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ledger_index
from dependencies import Uses

if TYPE_CHECKING:
    from statements import Book

STATES = {
    "proves": ("checked", "M1 1h8v8h-8z"),
    "tests": ("tested", "M5 .5a4.5 4.5 0 1 0 .01 0z"),
    "library": ("tested in the library", "M5 .5 9.5 5 5 9.5.5 5z"),
    "breaks": (
        "broken",
        "M1 2.2 2.2 1 5 3.8 7.8 1 9 2.2 6.2 5 9 7.8 7.8 9 5 6.2 2.2 9 1 7.8 3.8 5z",
    ),
    "shows": ("shown", "M1 1 9.5 5 1 9z"),
}
"""What may be known of a statement: the word for it, and its mark in a square of ten."""

MEANING = {
    "proves": "algebra of its proof checked with symbols",
    "tests": "tested against brute force in the chapter",
    "library": "tested in the library",
    "breaks": "broken by dropping a hypothesis",
    "shows": "shown by a picture to play with",
}

# The grid, in sixteenths of the letter size of the page; map.css has the same numbers.
WIDTH, GAP, HEIGHT, STEP, TOP = 168, 32, 56, 64, 52
#: So many columns stand beside each other, which a laptop shows without scrolling sideways.
ABREAST, BETWEEN = 5, 40


@dataclass(frozen=True)
class Place:
    """Where a statement stands on the map."""

    column: int
    row: int
    top: int = 0

    @property
    def left(self) -> int:
        """Return the left edge."""
        return self.column % ABREAST * (WIDTH + GAP)

    @property
    def middle(self) -> int:
        """Return the height of its middle."""
        return self.top + TOP + self.row * STEP + HEIGHT // 2


@dataclass(frozen=True)
class Column:
    """A column of the map: its heading, where that leads if anywhere, and its statements."""

    title: str
    address: str
    labels: tuple[str, ...]


def states(index: ledger_index.Index) -> dict[str, tuple[str, ...]]:
    """Return what is known of each statement, by its label."""
    tested = {item.label for item in index.items if index.tests_of(item.item)}
    return {
        place.label: tuple(
            state
            for state in STATES
            if (state == "library" and place.label in tested)
            or index.cells_about(place.label, state)
        )
        for place in index.statements
    }


def levels(labels: list[str], uses: Uses) -> list[list[str]]:
    """Return the labels by the length of the longest chain of uses that leads to each.

    >>> levels(["a", "b", "c"], {"a": (), "b": ("a", "far"), "c": ()})
    [['a', 'c'], ['b']]
    """
    depth: dict[str, int] = {}

    def of(label: str) -> int:
        if label not in depth:
            depth[label] = 0  # should there be a circle, it ends here
            within = [used for used in uses[label] if used in labels]
            depth[label] = 1 + max((of(used) for used in within), default=-1)
        return depth[label]

    return [
        [label for label in labels if of(label) == level]
        for level in range(1 + max(map(of, labels), default=-1))
    ]


def curve(start: Place, end: Place) -> str:
    """Return the path from a statement to one that uses it."""
    x1, y1, y2 = start.left + WIDTH, start.middle, end.middle
    if start.column == end.column:
        bulge = x1 + min(GAP, 14 + 6 * abs(end.row - start.row))
        return f"M{x1} {y1}C{bulge} {y1} {bulge} {y2} {x1} {y2}"
    x2 = end.left
    bend = GAP + abs(x2 - x1) // 6
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def short_title(title: str) -> str:
    """Return the title of a statement without what it says of the papers.

    >>> short_title("Balance; P2, Theorem 2, for any differentiable misfit")
    'Balance'
    """
    return re.sub(r"\s*;.*", "", title)


def columns(book: Book, chapter: str) -> list[Column]:
    """Return the columns of the map of the book, or of one chapter."""
    known = book.app.env.proof_list  # type: ignore[attr-defined]
    docs: dict[str, list[str]] = {}
    for label in book.uses:
        docs.setdefault(known[label]["docname"], []).append(label)
    if not chapter:
        relative = book.app.builder.get_relative_uri
        return [
            Column(
                f"{'.'.join(map(str, book.app.env.toc_secnumbers.get(doc, {}).get('', ())))} "
                f"{book.app.env.titles[doc].astext()}".strip(),
                relative(book.docname, doc),
                tuple(labels),
            )
            for doc, labels in docs.items()
        ]
    own = next((labels for doc, labels in docs.items() if doc.endswith(chapter)), [])
    before = {used for label in own for used in book.uses[label]} - set(own)
    earlier = tuple(label for label in book.uses if label in before)
    drawn = [Column("", "", tuple(level)) for level in levels(own, book.uses)]
    return [Column("From other chapters", "", earlier), *drawn] if earlier else drawn


def entry(book: Book, label: str) -> str:
    """Return the entry of one statement."""
    found = book.states[label]
    marks = "".join(
        f'<svg viewBox="0 0 10 10" class="map-{state}" aria-hidden="true">'
        f'<use href="#map-{state}"/></svg>'
        for state in found
    )
    used = ", ".join(book.number(other) for other in book.uses[label])
    words = ", ".join(STATES[state][0] for state in found) or "stated"
    sentence = f"{words}." + (f" Uses {used}." if used else "")
    return (
        f'<li><a href="{html.escape(book.address(label))}" data-node="{label}">'
        f"<b>{book.number(label)}</b> {html.escape(book.titles[label])}</a>"
        f'<span class="map-states">{marks}</span><span class="map-words">{sentence}</span></li>'
    )


def draw(book: Book, chapter: str) -> str:
    """Return the map of the book, or of one chapter, as HTML."""
    drawn = columns(book, chapter)
    bands = [drawn[start : start + ABREAST] for start in range(0, len(drawn), ABREAST)]
    rows = [max(len(column.labels) for column in band) for band in bands]
    tops = [sum(TOP + STEP * n + BETWEEN for n in rows[:i]) for i in range(len(rows) + 1)]
    places = {
        label: Place(x, y, tops[x // ABREAST])
        for x, column in enumerate(drawn)
        for y, label in enumerate(column.labels)
    }
    edges = [
        f'<path data-from="{used}" data-to="{label}" d="{curve(places[used], places[label])}"/>'
        for label in places
        for used in book.uses[label]
        if used in places and (not chapter or places[label].column or not drawn[0].title)
    ]
    width = min(len(drawn), ABREAST) * (WIDTH + GAP)
    height = tops[-1] - BETWEEN
    symbols = "".join(
        f'<symbol id="map-{state}" viewBox="0 0 10 10"><path d="{mark}"/></symbol>'
        for state, (_, mark) in STATES.items()
    )
    lists = []
    for band in bands:
        lists.append('<div class="map-band">')
        for column in band:
            title = html.escape(column.title)
            heading = f'<a href="{column.address}">{title}</a>' if column.address else title
            items = "".join(entry(book, label) for label in column.labels)
            lists.append(f'<div><p class="map-title">{heading}</p><ol>{items}</ol></div>')
        lists.append("</div>")
    legend = "".join(
        f'<li><svg viewBox="0 0 10 10" class="map-{state}" aria-hidden="true">'
        f'<use href="#map-{state}"/></svg><b>{word}</b>: {MEANING[state]}</li>'
        for state, (word, _) in STATES.items()
    )
    name = "How the statements of this chapter rest on one another" if chapter else "The statements"
    return (
        f'<figure class="statement-map{"" if chapter else " of-the-book"}">'
        f'<div class="map-box" role="group" aria-label="{name}"><div class="map-plane">'
        f'<svg class="map-edges" viewBox="0 0 {width} {height}" aria-hidden="true" '
        f'style="width:{width / 16}rem;height:{height / 16}rem"><defs>{symbols}'
        '<marker id="map-arrow" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" '
        'markerHeight="6" orient="auto"><path d="M0 .5 6 3 0 5.5z"/></marker></defs>'
        f"{''.join(edges)}</svg>{''.join(lists)}</div></div>"
        '<figcaption><span class="map-arrows">An arrow leads from a statement to one whose text or '
        "proof refers to it.</span>"
        f'<ul class="map-legend">{legend}</ul></figcaption></figure>'
    )
