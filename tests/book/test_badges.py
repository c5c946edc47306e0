"""Pages in the browser: code is folded to badges, folds open where they should, paper has none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from badge_words import badge
from browser import CHAPTER, CHAPTERS, ROOT, Visit, visits
from ledger_index import read_index
from plain_formulas import typeset
from statement_map import short_title
from stored_cells import stored
from tiers import a_few_chapters

pytestmark = pytest.mark.browser

# What a badge says.
BADGES = """() => [...document.querySelectorAll("details.check")].map((fold) => {
  const words = fold.querySelector(":scope > summary > .badge-words");
  const kind = [...fold.classList].find((name) => name.startsWith("check-")).slice(6);
  return [kind, words.textContent.replace(/\\s+/g, " ")];
})"""


def shown(words: str) -> Iterator[str]:
    """Yield the words of a badge as a page has them: a title between quotation marks is prose."""
    for piece in re.split("(“[^”]*”)", words):
        if piece.startswith("“"):
            yield piece
        else:
            yield from (part.astext() for part in typeset(piece))


def test_every_cell_is_in_a_badge_that_says_what_it_printed(page: Visit, chapter: str) -> None:
    """Cells that only display an explorable are left without their code, all others folded."""
    places = read_index(ROOT).statements
    titles = {place.label: short_title(place.title) for place in places}
    expected = [
        (said.kind, "".join(shown(" ".join(said.words.split()))))
        for _, source, tags, text in stored(chapter)
        if not source.startswith("demos.")
        for said in [badge(source, tags, text, titles=titles)]
    ]
    assert [tuple(found) for found in page.page.evaluate(BADGES)] == expected
    code = page.page.evaluate(
        "() => [...document.querySelectorAll('.cell_input')].map((c) => !!c.closest('details'))"
    )
    assert len(code) == len(expected)
    assert all(code)
    text = page.page.evaluate("document.querySelector('main').innerText")
    assert "demos." not in text, "a line of code stands above a picture"
    assert "print(" not in text


def test_pictures_are_all_there(page: Visit, chapter: str) -> None:
    pictures = [c for c in stored(chapter) if c[1].startswith("demos.")]
    assert page.page.locator(".cell dmf-explorable").count() == len(pictures) > 0


def test_an_address_opens_the_badge_that_it_leads_to(page: Visit) -> None:
    """Links of the ledger lead to cells: the badge opens, and stands where the reader looks."""
    opened = page.page.evaluate(
        """async () => {
          const cells = [...document.querySelectorAll(".cell[id]:has(> details.check)")];
          const found = [];
          for (const cell of [cells[0], cells.at(-1)]) {
            location.hash = cell.id;
            await new Promise((done) => setTimeout(done, 200));
            const fold = cell.querySelector("details.check");
            const top = fold.getBoundingClientRect().top;
            found.push([fold.open, top >= -1 && top < innerHeight]);
            fold.open = false;
          }
          return found;
        }"""
    )
    assert opened == [[True, True], [True, True]]


def test_an_address_opens_the_solution_around_it(visit: Callable[..., Visit]) -> None:
    page = visit(CHAPTER).page
    name = page.locator("details.solution").first.get_attribute("id")
    assert name
    page.evaluate("name => { location.hash = encodeURIComponent(name) }", name)
    page.wait_for_function("document.querySelector('details.solution').open")
    assert page.locator("details.solution[open]").count() == 1


def test_solutions_fold_without_scripts(chromium: Any, book: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((book / CHAPTER).as_uri())
    solution = page.locator("details.solution").first
    inside = solution.locator("p").first
    assert not inside.is_visible()
    solution.locator("summary").first.click()
    assert inside.is_visible()
    context.close()


def test_paper_has_words_and_no_folds(visit: Callable[..., Visit]) -> None:
    """On paper: badges of checks as words, no buttons, solutions only where they were open."""
    page = visit(CHAPTER).page
    page.locator("details.solution > summary").nth(1).click()
    page.emulate_media(media="print")
    assert page.locator(".copy-code:visible, .check > summary > em:visible").count() == 0
    shown = page.evaluate(
        "() => [...document.querySelectorAll('details.solution')]"
        ".map((one) => one.getBoundingClientRect().height > 0)"
    )
    assert [number for number, seen in enumerate(shown) if seen] == [1]
    words = page.locator("details.check:not(.check-setup) .badge-words")
    assert all(one.is_visible() for one in words.all())
    backgrounds = page.evaluate(
        "() => [...document.querySelectorAll('details.check > summary')]"
        ".map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert set(backgrounds) == {"rgba(0, 0, 0, 0)"}


def test_the_browsers_search_finds_what_is_folded(visit: Callable[..., Visit]) -> None:
    """Chromium opens a fold for its search and for an address with words, in the same way."""
    page = visit("about:blank").page
    words = "slope%20=%20formula.reduced_slope"
    page.goto((ROOT / "_build/html" / CHAPTER).as_uri() + f"#:~:text={words}")
    page.wait_for_function("document.querySelectorAll('details.check[open]').length === 1")


def test_code_can_be_copied(visit: Callable[..., Visit]) -> None:
    page = visit(CHAPTER, permissions=["clipboard-read", "clipboard-write"]).page
    fold = page.locator("details.check").nth(1)
    fold.locator("summary").first.click()
    fold.locator("button.copy-code").first.click()
    page.wait_for_function(
        "document.querySelectorAll('details.check')[1].innerText.match('Copied|Selected')"
    )
    code = fold.locator(".cell_input pre").first.text_content()
    chosen = page.evaluate("navigator.clipboard.readText().catch(() => String(getSelection()))")
    assert len(code) > 40
    assert chosen.strip() == code.strip()


@pytest.fixture(scope="module", params=a_few_chapters(CHAPTERS, "badges"))
def chapter(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def page(chromium: Any, book: Path, chapter: str) -> Iterator[Visit]:
    """Every chapter in turn, opened once for all tests that ask for it."""
    with visits(chromium, book) as open_page:
        yield open_page(f"{chapter}.html")
