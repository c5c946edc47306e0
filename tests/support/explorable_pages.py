"""Explorables alone on a page from disk, and a window in which one after the other is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from explorable_cases import explorable

from dmfbook.explorables import Explorable
from dmfbook.explorables.forms.page import SCRIPTS, WEB, styles

MOUNTED = "document.querySelector('dmf-explorable').explorable"


def written(folder: Path, name: str, around: str = "<main>{}</main>", style: str = "") -> str:
    """Write an explorable alone on a page, and return its address.

    Browsers with scripts never show the still image, and other tests look at it.
    """
    scripts = "".join(f'<script defer src="{(WEB / s).as_uri()}"></script>' for s in SCRIPTS)
    file = folder / f"{name}.html"
    file.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{name}</title><style>{styles()}{style}</style>{scripts}<body>"
        + around.format(explorable(name).to_html(still=False)),
        encoding="utf-8",
    )
    return file.as_uri()


class Shown(NamedTuple):
    """An explorable, its page, and what went wrong there."""

    name: str
    demo: Explorable
    page: Any
    messages: list[str]


class Window:
    """A window that shows explorables, and notes what is logged."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.messages: list[str] = []
        page.on("console", lambda message: self.messages.append(message.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))

    def show(self, name: str, address: str) -> Shown:
        """Open the page of an explorable, awake."""
        self.page.goto("about:blank")  # what the last page may still say is its own
        self.messages.clear()
        self.page.goto(address)
        self.page.evaluate("document.querySelector('dmf-explorable').scrollIntoView()")
        self.page.wait_for_function(MOUNTED)
        return Shown(name, explorable(name), self.page, self.messages)


@contextmanager
def window(chromium: Any, width: int = 900, height: int = 900, **options: Any) -> Iterator[Window]:
    """Open a window; it is dear, so that tests of many explorables share one."""
    page = chromium.new_page(viewport={"width": width, "height": height}, **options)
    page.set_default_timeout(120_000)
    yield Window(page)
    page.close()
