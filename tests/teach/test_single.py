"""A chapter as one file lives alone: without network, without any other file, on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import SETTLED
from editions import student_book

from teach._tools.editions import Edition, editions
from teach._tools.single import single
from teach._tools.sources import chapters, write

__all__ = ["student_book"]
pytestmark = [pytest.mark.browser, pytest.mark.thorough]

PUBLISHED = editions()[0].address
#: A phone of a common size, held upright.
PHONE = {
    "viewport": {"width": 393, "height": 851},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
LOADS = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?"
    r' (?:src|data)="(?!data:)([^"]*)"'
    r'|<link\b[^>]*? href="(?!data:)([^"]*)"|url\((?!["\']?(?:data:|#|%23))[^)]*\)|@import'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, student_book: Edition) -> Path:
    """A folder whose name has what file managers put into names, with all chapters."""
    out = tmp_path_factory.mktemp("files") / "My course (week 2) 100%"
    for chapter in chapters():
        write(out / f"{chapter}.html", single(student_book, chapter))
    return out


@pytest.fixture(scope="module", params=chapters())
def alone(request: pytest.FixtureRequest, chromium: Any, folder: Path) -> Iterator[Any]:
    """Each chapter in turn on a phone, where whatever else it asks for is refused and noted."""
    file = folder / f"{request.param}.html"
    context = chromium.new_context(**PHONE)
    context.set_default_timeout(120_000)
    asked: list[str] = []
    said: list[str] = []

    def answer(route: Any) -> None:
        if route.request.url.split("#")[0] == file.as_uri():
            return route.continue_()
        asked.append(route.request.url)
        return route.abort()

    context.route(re.compile(r"^(?!data:|blob:)"), answer)
    context.set_offline(True)
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_function(SETTLED)
    yield page, file, asked, said
    context.close()


@pytest.mark.parametrize("chapter", chapters())
def test_it_names_no_file_to_load(folder: Path, chapter: str) -> None:
    text = (folder / f"{chapter}.html").read_text(encoding="utf-8")
    assert [match[0] for match in LOADS.finditer(text)] == []
    assert len(text.encode()) < 2_000_000


def test_a_file_that_would_be_loaded_is_noticed(student_book: Edition) -> None:
    """The page that is not alone has many."""
    page = student_book.html / "book/scalar_uniqueness.html"
    assert len(LOADS.findall(page.read_text(encoding="utf-8"))) > 20


def test_it_stands_on_a_phone(alone: Any) -> None:
    """Fonts are there, formulas have their signs, nothing lies beside the screen."""
    page, *_ = alone
    fonts = ("16px Book", "16px Hand", '16px "Book Math"')
    assert all(page.evaluate("font => document.fonts.check(font)", font) for font in fonts)
    assert page.evaluate("document.fonts.size") >= 5
    assert page.locator("main math").count() > 50
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("getComputedStyle(document.body).fontFamily.includes('Book')")


def test_all_its_explorables_live(alone: Any) -> None:
    """Each has pictures, and a slider that changes what it says or draws."""
    page, *_ = alone
    page.locator("button.predict-skip").first.tap()  # so that no panel waits for a guess
    demos = page.locator("dmf-explorable")
    assert demos.count() > 0
    for demo in demos.all():
        demo.scroll_into_view_if_needed()
        name = demo.get_attribute("id")
        shown = "d => d.querySelector('.dmf-figure').innerHTML"
        demo.locator("svg[role=img]:visible").first.wait_for()
        before = demo.evaluate(shown)
        slider = demo.locator("input[type=range]").first
        slider.focus()
        at_end = slider.evaluate("s => Number(s.value) >= Number(s.max)")
        slider.press("ArrowLeft" if at_end else "ArrowRight")
        page.wait_for_function(
            f"([d, before]) => ({shown})(d) !== before", arg=[demo.element_handle(), before]
        )
        assert name


def test_a_preview_of_another_page_is_in_it(alone: Any) -> None:
    """A tap on a term shows what the glossary says, though no page is near."""
    page, *_ = alone
    link = page.locator("main a[href*='glossary.html#term-']:visible").first
    assert link.get_attribute("href").startswith("https://")
    link.scroll_into_view_if_needed()
    link.tap()
    page.locator(".preview-body").first.wait_for()
    assert len(page.locator(".preview-body").first.inner_text()) > 30
    page.keyboard.press("Escape")


def test_it_gives_the_source_of_a_formula(alone: Any) -> None:
    page, *_ = alone
    page.locator("div.math:visible").first.evaluate("formula => formula.click()")
    assert len(page.locator("pre.tex-source").first.inner_text()) > 3


def test_its_links_lead_out(alone: Any) -> None:
    """To its own places, or to where the book is published; none to a file beside it."""
    page, file, *_ = alone
    links = page.evaluate("[...document.links].map((link) => link.getAttribute('href'))")
    assert len(links) > 50
    own = {link for link in links if link.startswith("#")}
    assert [link for link in links if not re.match(r"#|https://", link)] == []
    assert f"{PUBLISHED}_sources/book/{file.stem}.ipynb" in links
    text = file.read_text(encoding="utf-8")
    assert text.count(f'writeText("{PUBLISHED}book/{file.name}" + location.hash)') == 1
    assert "writeText(location.href)" not in text
    ids = set(page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)"))
    assert {link[1:].split("?")[0] for link in own} - {""} <= ids


def test_it_asked_for_nothing_and_was_quiet(alone: Any) -> None:
    """After all that the tests above did with it, Ctrl+K included."""
    page, _, asked, said = alone
    page.keyboard.press("Control+k")
    page.wait_for_timeout(100)
    assert asked == []
    assert [text for text in said if "content-visibility" not in text] == []


def test_without_scripts_it_shows_its_pictures(chromium: Any, folder: Path) -> None:
    """As in the previews of iPhones."""
    context = chromium.new_context(**PHONE, java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((folder / "escape.html").as_uri())
    stills = page.locator("dmf-explorable > noscript > img")
    assert stills.count() == page.locator("dmf-explorable").count() > 5
    assert all(still.bounding_box()["height"] > 100 for still in stills.all())
    context.close()
