"""Finished pages, taken apart: the elements that bear a name, as they stand in the page."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)


class _Parts(HTMLParser):
    """Notes where each element with an id begins and ends."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.lines = [0]
        for line in page.split("\n"):  # lines as the parser counts them
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.open: list[tuple[str, str, int]] = []
        self.parts: dict[str, str] = {}
        self.term = ""  # a term whose explanation is still to come
        self.feed(page)

    def here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("id") or "", self.here()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over what closes itself, in a picture or a formula: it is empty."""

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _, _ in self.open):
            return
        while self.open:
            name, anchor, start = self.open.pop()
            if name == tag:
                break
        text = self.page[start : self.page.index(">", self.here()) + 1]
        if anchor:
            self.parts[anchor] = text
        if tag == "dt":
            self.term = anchor
        elif tag == "dd" and self.term:
            self.parts[self.term] += text
            self.term = ""


def parts(page: str) -> dict[str, str]:
    """Return the elements of a page that have an id; a term of a list, with its explanation.

    >>> parts('<p id="a">x<br><i>y</i></p><dl><dt id="b">B</dt><dd>b</dd></dl>')
    {'a': '<p id="a">x<br><i>y</i></p>', 'b': '<dt id="b">B</dt><dd>b</dd>'}
    """
    return _Parts(page).parts
