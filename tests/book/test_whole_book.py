"""The built book as a whole: its theme, its links, and HTTP."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from browser import CHAPTERS, PAGES, ROOT, SETTLED, Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_follows_the_system_theme(visit: Callable[..., Visit], scheme: str) -> None:
    """A reader who never chose a theme gets the one of their system."""
    seen = visit(PAGES[0], scheme=scheme)
    assert seen.page.evaluate("document.documentElement.dataset.theme") == scheme


@pytest.mark.parametrize("page", [PAGES[0], f"{CHAPTERS[1]}.html", PAGES[-1]])
def test_quiet_over_http(visit: Callable[..., Visit], served_book: str, page: str) -> None:
    """Over HTTP nothing is logged, missing or asked of others either: one page of each kind.

    From disk every page is opened (`test_pages.py`), and every link is followed below.
    """
    seen = visit("about:blank")
    seen.page.goto(served_book + page)
    seen.page.wait_for_function(SETTLED)
    seen.check_quiet()


def test_readers_without_scripts_see_the_still_images(chromium: Any, book: Path) -> None:
    """The stills lie beside the page: they load, and have words."""
    page = chromium.new_page(java_script_enabled=False)
    page.goto((book / "book/matrix_uniqueness.html").as_uri())
    stills = page.locator("dmf-explorable > noscript > img")
    assert stills.count() == page.locator("dmf-explorable").count() > 0
    for still in stills.all():
        still.scroll_into_view_if_needed()
        assert still.bounding_box()["height"] > 200
        assert len(still.get_attribute("alt")) > 100
    assert not page.locator("dmf-explorable .dmf-controls").first.is_visible()
    page.close()


def test_an_address_that_cannot_be_decoded_leaves_the_formulas(visit: Callable[..., Visit]) -> None:
    """A stray percent sign behind the hash names nothing, and hinders nothing."""
    seen = visit("book/scalar_uniqueness.html#well%zz?target=1")
    seen.page.wait_for_function(SETTLED)
    seen.check_quiet()


def test_paper_is_light(visit: Callable[..., Visit]) -> None:
    """What a reader of the dark theme prints is dark on white, and the screen stays dark."""
    theme = "document.documentElement.dataset.theme"
    seen = visit("book/scalar_uniqueness.html", scheme="dark")
    assert seen.page.evaluate(f"dispatchEvent(new Event('beforeprint')) && {theme}") == "light"
    assert seen.page.evaluate(f"dispatchEvent(new Event('afterprint')) && {theme}") == "dark"
    seen.page.emulate_media(media="print")
    assert not seen.page.locator(".toggle-button").first.is_visible()


@pytest.mark.parametrize("name", ["thm-hessian-spectrum", "simple?regularization=0.3"])
def test_a_link_leads_to_its_place(visit: Callable[..., Visit], name: str) -> None:
    """The place that an address names is in view."""
    seen = visit(f"book/hessian_spectrum.html#{name}")
    top = seen.page.evaluate(
        "name => document.getElementById(name).getBoundingClientRect().top", name.split("?")[0]
    )
    assert 0 <= top < 200


def test_a_reload_returns_to_where_the_reader_was(visit: Callable[..., Visit]) -> None:
    """A slider moved long before wrote the address, which leads nobody back."""
    page = visit("book/scalar_uniqueness.html").page
    page.locator("dmf-explorable input[type=range]").first.press("ArrowLeft")
    page.wait_for_function("location.hash.startsWith('#well?')")
    page.evaluate("scrollTo({ top: 6000, behavior: 'instant' })")
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_function(SETTLED)
    page.wait_for_timeout(500)
    assert abs(page.evaluate("scrollY") - 6000) < 100


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_pages_print_what_the_notebooks_store(book: Path, chapter: str) -> None:
    """Every line that a cell prints stands on the page as nbval has tested it."""
    page = (book / f"{chapter}.html").read_text(encoding="utf-8")
    blocks = re.findall(r'<div class="output stream[^>]*>(.*?)</pre>', page, re.DOTALL)
    printed = [html.unescape(re.sub(r"<[^>]*>", "", block)).strip() for block in blocks]
    stored = [
        "".join(output["text"]).strip()
        for cell in json.loads((ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream"
    ]
    assert printed == stored


@pytest.mark.parametrize("page", ["index.html", *PAGES[:-1]])
def test_every_page_says_what_it_is(book: Path, page: str) -> None:
    """All pages but the search have a title, nothing twice in it, and a description."""
    text = (book / page).read_text(encoding="utf-8")
    (title,) = re.findall(r"<title>(.*)</title>", text)
    assert len(set(title.split(" &#8212; "))) == len(title.split(" &#8212; "))
    (description,) = re.findall(r'<meta name="description" content="([^"]*)">', text)
    assert re.fullmatch(r"[A-Z][^$\\]{30,}[.?!:]", description)
    assert "favicon.svg" in text


class _Links(HTMLParser):
    """Collects the links and the anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.twice: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                if value in self.anchors:
                    self.twice.append(value)
                self.anchors.add(value)
            if value and ((name == "href" and tag in {"a", "link"}) or name == "src"):
                self.links.append(value)


def test_links_and_anchors_resolve(book: Path) -> None:
    """Every link inside the book leads to a page or file, and to one anchor, that exists."""
    parsed: dict[Path, _Links] = {}
    for path in book.rglob("*.html"):
        if "_static" not in path.parts:
            parsed[path] = _Links()
            parsed[path].feed(path.read_text(encoding="utf-8"))
    broken = []
    for path, page in parsed.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            steers = re.search(r"[?=]", anchor)
            if not target.is_file():
                broken.append(f"{path.name}: {link}")
            elif (
                anchor and target in parsed and not steers and anchor not in parsed[target].anchors
            ):
                broken.append(f"{path.name}: {link} (no such anchor)")
            elif steers and target in parsed and anchor.split("?")[0] not in parsed[target].anchors:
                broken.append(f"{path.name}: {link} (no such explorable)")
        if path.name != "search.html":  # where the theme shows its search field twice
            broken += [f"{path.name}: {name} stands more than once" for name in page.twice]
    assert len(parsed) >= len(PAGES)
    assert not broken
