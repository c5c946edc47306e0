"""A page of the book as one file, which works alone: mailed, or opened from a phone's files.

Fonts, styles, scripts, numbers and pictures stand in it, and its links to other pages lead to where
the book is published.
"""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from teach._tools.editions import Edition

_LINK = re.compile(r'<link rel="([^"]+)"[^>]*?href="([^"]+)"[^>]*>\n?')
_SCRIPT = re.compile(r'<script((?: [^>]*)?) src="([^"]+)"[^>]*></script>\n?')
_STILL = re.compile(r'(<noscript><img )src="([^"]+)"')
_ANCHOR = re.compile(r'(<a\b[^>]*? href=")([^"]+)(")')
_SEARCH = re.compile(r"(<a [^>]*?) data-search(?=[ >])")
_CLOSING = re.compile(r"</(?=script|style)", re.IGNORECASE)


def safe(code: str) -> str:
    """Return a script that closes no element of the page it stands in."""
    return _CLOSING.sub(r"<\\/", code)


class Single:
    """What becomes of one page, ``book/<name>.html`` of an edition."""

    def __init__(self, edition: Edition, name: str) -> None:
        from formula_sources import read_whole

        self.edition = edition
        self.page = edition.html / f"book/{name}.html"
        self.address = f"{edition.address}book/{name}.html"
        self.text = read_whole(edition.html, self.page)
        self.last: list[str] = []

    def file(self, link: str) -> Path:
        """Return the file that a link of the page names."""
        return self.page.parent / urlsplit(link).path

    def code(self, file: Path) -> str:
        """Return a script; where it asks for its own address, it is told the published one."""
        place = file.relative_to(self.edition.html).as_posix()
        own = json.dumps(
            {"src": self.edition.address + place, "dataset": {"alone": "true"}}, ensure_ascii=False
        )
        own = f"({{...{own}, dispatchEvent() {{}}}})"
        text = file.read_text(encoding="utf-8").replace("(document.currentScript)", own)
        # A copied link to a setting is for others, who have no file that lies here.
        copied = f"writeText({json.dumps(self.address)} + location.hash)"
        return safe(text.replace("writeText(location.href)", copied))

    def style(self, match: re.Match[str]) -> str:
        """Write a style into the page, and drop the links that only a site needs."""
        kind, link = match.groups()
        if kind == "stylesheet":
            return f"<style>{self.file(link).read_text(encoding='utf-8')}</style>\n"
        if kind == "icon":
            data = base64.b64encode(self.file(link).read_bytes()).decode()
            return f'<link rel="icon" href="data:image/svg+xml;base64,{data}">\n'
        return ""

    def script(self, match: re.Match[str]) -> str:
        """Write a script into the page: at its end, if it waits for the page."""
        how, link = match.groups()
        code = f"<script>{self.code(self.file(link))}</script>\n"
        if "defer" not in how + match[0]:
            return code
        self.last.append(code)
        return ""

    def still(self, match: re.Match[str]) -> str:
        """Write the picture for readers without scripts into the page."""
        picture = self.file(match[2]).read_text(encoding="utf-8")
        if "xmlns=" not in picture[:300]:
            picture = picture.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        return f'{match[1]}src="data:image/svg+xml,{quote(picture, safe=" =:/;,()+*")}"'

    def link(self, match: re.Match[str]) -> str:
        """Let a link lead out of the file."""
        before, link, after = match.groups()
        if link.startswith("#"):
            return match[0]
        return before + html.escape(urljoin(self.address, html.unescape(link))) + after

    def previews(self) -> str:
        """Return what the page shows of other pages, in place."""
        anchors = re.findall(r'href="[^"#]+#([^"?]+)"', self.text)
        rows = re.findall(r' data-symbols="([^"]+)"', self.text)
        wanted = {html.unescape(name) for name in [*anchors, *" ".join(rows).split()]}
        shown = {}
        for file in sorted((self.edition.html / "_static/previews").glob("*.js")):
            # (globalThis.bookPreviews ??= {})["book/page"] = {...};
            name, _, code = file.read_text(encoding="utf-8").partition("[")[2].partition("] = ")
            data = json.loads(code.rstrip(";\n"))
            parts = {place: part for place, part in data["parts"].items() if place in wanted}
            symbols = {t: row for t, row in data.get("symbols", {}).items() if row in wanted}
            if parts:
                shown[json.loads(name)] = {"parts": parts, "symbols": symbols}
        held = safe(json.dumps(shown, ensure_ascii=False))
        return f"<script>globalThis.bookPreviews = {held};</script>\n"

    def whole(self) -> str:
        """Return the page as one file."""
        if "previews.js" in self.text:
            self.last.append(self.previews())
        text = re.sub(r' data-formulas="[^"]*"', "", self.text)
        text = _LINK.sub(self.style, text)
        text = _STILL.sub(self.still, _SCRIPT.sub(self.script, text))
        text = _ANCHOR.sub(self.link, _SEARCH.sub(r"\1", text))
        formulas = self.code(self.edition.html / "_static/formulas.js")
        self.last.append(f"<script>{formulas}</script>\n")
        body, end = text[: text.rindex("</body>")], text[text.rindex("</body>") :]
        return body + "".join(self.last) + end


def single(edition: Edition, name: str) -> str:
    """Return the page ``book/<name>.html`` of an edition as one file."""
    return Single(edition, name).whole()
