"""References in the browser: previews, the map, symbols and search, from disk."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import search_index
from browser import CHAPTERS, ROOT, Visit
from dependencies import read_uses

pytestmark = pytest.mark.browser

CHAPTER = "book/matrix_uniqueness.html"
ELSEWHERE = 'main p a[href*="trace_inequality.html#thm-trace-inequality"]'
BUDGET = {"previews.js": 4000, "search.js": 4000, "map.js": 1000, "search-index.js": 130_000}


@pytest.fixture
def chapter(visit: Callable[..., Visit]) -> Iterator[Any]:
    """A chapter on a laptop; it stays quiet, and nothing in it moves."""
    seen = visit(CHAPTER)
    yield seen.page
    seen.check_quiet()


def preview(page: Any) -> Any:
    """Wait for a preview; return it."""
    page.wait_for_selector(".preview")
    return page.locator(".preview")


def test_a_preview_shows_another_page_under_the_mouse(chapter: Any) -> None:
    link = chapter.locator(ELSEWHERE).first
    link.scroll_into_view_if_needed()
    before = chapter.evaluate("[scrollY, document.documentElement.scrollHeight]")
    link.hover()
    shown = preview(chapter)
    assert "Theorem 3.1" in shown.get_attribute("aria-label")
    assert shown.locator("math").count() > 5
    assert shown.locator("[id]").count() == 0
    assert chapter.evaluate("[scrollY, document.documentElement.scrollHeight]") == before
    inside = shown.locator(".preview-body a").first.evaluate("link => link.href")
    assert "trace_inequality.html#" in inside or "glossary.html#" in inside
    chapter.keyboard.press("Escape")
    assert chapter.locator(".preview").count() == 0


def test_a_preview_shows_a_cited_work(chapter: Any) -> None:
    """Under the name by which it is cited, and without the tip of the browser beside it."""
    link = chapter.locator('main a[href*="#cite-"]').first
    link.scroll_into_view_if_needed()
    link.hover()
    shown = preview(chapter)
    label = re.sub(r"^\d+$", r"Bibliography, \g<0>", link.inner_text())
    assert shown.get_attribute("aria-label") == f"Preview: {label}"
    assert re.search(r"20\d\d|19\d\d", shown.locator(".preview-body").inner_text())
    assert link.get_attribute("title") is None
    assert chapter.locator('a[href*="#cite-"][title]').count() == 0


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_a_preview_leaves_its_reference_in_sight(chapter: Any, share: float) -> None:
    link = chapter.locator(ELSEWHERE).first
    link.evaluate(
        "(a, share) => scrollBy(0, a.getBoundingClientRect().top - share * innerHeight)", share
    )
    link.hover()
    panel, place = preview(chapter).bounding_box(), link.bounding_box()
    above = panel["y"] + panel["height"] <= place["y"]
    assert above or panel["y"] >= place["y"] + place["height"]
    assert panel["y"] >= 0
    assert panel["y"] + panel["height"] <= chapter.evaluate("innerHeight")


def test_a_preview_is_pinned_and_stays(chapter: Any) -> None:
    link = chapter.locator('main p a[href^="#thm-tie-family"]').first
    link.scroll_into_view_if_needed()
    link.hover()
    preview(chapter).get_by_role("button", name="Pin").click()
    chapter.mouse.move(2, 2)
    chapter.mouse.wheel(0, 900)
    chapter.wait_for_timeout(600)
    assert preview(chapter).count() == 1
    preview(chapter).get_by_role("button", name="Close").click()
    assert chapter.locator(".preview").count() == 0


def test_the_keyboard_goes_into_a_preview_and_on(chapter: Any) -> None:
    link = chapter.locator(ELSEWHERE).first
    following = link.evaluate(
        """link => { const all = [...document.querySelectorAll("main a[href]")];
        return all[all.indexOf(link) + 1].textContent }"""
    )
    link.evaluate("link => { const p = link.closest('p'); p.tabIndex = -1; p.focus() }")
    focused = "document.activeElement.textContent"
    while chapter.evaluate(focused) != "Theorem 3.1":
        chapter.keyboard.press("Tab")
    preview(chapter)
    chapter.keyboard.press("Tab")
    assert chapter.evaluate("!!document.activeElement.closest('.preview')")
    chapter.keyboard.press("Shift+Tab")
    assert chapter.evaluate(focused) == "Theorem 3.1"
    for _ in range(12):
        chapter.keyboard.press("Tab")
        if not chapter.evaluate("!!document.activeElement.closest('.preview')"):
            break
    assert chapter.evaluate(focused) == following
    assert chapter.locator(".preview").count() == 0


def test_a_tap_opens_a_sheet_and_its_title_goes_there(visit: Callable[..., Visit]) -> None:
    page = visit(CHAPTER, width=320, height=640, has_touch=True, is_mobile=True).page
    page.locator(ELSEWHERE).first.tap()
    box = preview(page).bounding_box()
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 320, 640)
    for control in page.locator(".preview-head > *").all():
        assert control.bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.locator(".preview-head > a").tap()
    page.wait_for_url("**/trace_inequality.html#thm-trace-inequality")


def test_symbols_of_a_chapter_open_in_place(chapter: Any) -> None:
    chapter.locator("a[data-symbols]").click()
    rows = preview(chapter).locator("tr")
    assert rows.count() > 15
    assert "weight decay" in " ".join(rows.all_inner_texts())
    assert "matrix_uniqueness" in chapter.url
    chapter.keyboard.press("Escape")
    symbol = chapter.locator(".math.symbol").first
    symbol.click()
    assert preview(chapter).locator("tr").count() == 1


def test_no_word_of_the_glossary_cuts_another_link(book: Path) -> None:
    for name in CHAPTERS:
        page = (book / f"{name}.html").read_text(encoding="utf-8")
        assert "?setting=" in page
        assert not re.findall(r'<a href="#[^"]*">[^<]*<a\b[^>]*>[^<]*', page), name


def test_every_statement_has_its_name_and_a_place_on_the_map(book: Path) -> None:
    uses = read_uses(ROOT)
    pages = {name: (book / f"{name}.html").read_text("utf-8") for name in CHAPTERS}
    whole = (book / "book/map.html").read_text("utf-8")
    for label, used in uses.items():
        (home,) = [page for page in pages.values() if f'id="{label}"' in page]
        assert re.search(rf'class="[^"]*statement-name[^"]*" href="#{label}">{label}<', home)
        assert whole.count(f'data-node="{label}"') == 1
        for other in used:
            assert f'data-from="{other}" data-to="{label}"' in whole
    drawn = whole.count("data-from=")
    assert drawn == sum(map(len, uses.values()))
    assert all('class="statement-map"' in page for page in pages.values())


def test_the_map_stands_out_where_the_keyboard_is(visit: Callable[..., Visit]) -> None:
    seen = visit("book/map.html")
    seen.page.locator('[data-node="thm-hidden-penalty"]').focus()
    near = seen.page.locator("path.is-near")
    ends = near.evaluate_all("all => all.map(edge => [edge.dataset.from, edge.dataset.to])")
    assert ["thm-schatten-variational", "thm-hidden-penalty"] in ends
    assert all("thm-hidden-penalty" in pair for pair in ends)
    start = near.first.evaluate(
        """edge => { const at = edge.getPointAtLength(0).matrixTransform(edge.getScreenCTM());
        const node = document.querySelector(`[data-node="${edge.dataset.from}"]`);
        const box = node.getBoundingClientRect();
        return [at.x - box.right, at.y - (box.top + box.bottom) / 2] }"""
    )
    assert max(map(abs, start)) < 3
    assert seen.page.locator(".map-arrows").is_visible()
    seen.page.set_viewport_size({"width": 320, "height": 640})
    assert not seen.page.locator(".map-edges").is_visible()
    assert not seen.page.locator(".map-arrows").is_visible(), "it speaks of what is not there"
    assert not re.search("arrow|curve", seen.page.locator("main p").first.inner_text())
    assert seen.page.locator(".map-words").first.is_visible()
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 320
    seen.check_quiet()


AMONG_THE_FIRST = """(place) => [...document.querySelectorAll(".search-list a")].slice(0, 4)
  .some((link) => link.href.includes(place))"""
QUERIES = [
    ("hidden penalty", "schatten_norms.html#thm-hidden-penalty"),
    ("theorem 4.1", "scalar_uniqueness.html#thm-scalar-uniqueness"),
    ("Λ_max", "notation.html#sym-lambda-max"),
    ("sigma_1", "notation.html#sym-sigma-i-A"),
    (r"\lambda", "notation.html#sym-lambda"),
    ("Holder", "schatten_norms.html#lem-holder"),
    ("hessian_spectrum(", "library.html#"),
    ("reconstructed", "notation.html#as-reconstructed"),
]


def test_search_finds_places_and_opens_them(chapter: Any) -> None:
    chapter.keyboard.press("Control+k")
    field = chapter.get_by_role("combobox")
    for query, place in QUERIES:
        field.fill(query)
        # The answer comes when the index has been read, however busy the machine is.
        chapter.wait_for_function(AMONG_THE_FIRST, arg=place)
    # Letters that no text holds: words of a sentence may one day stand in a chapter.
    field.fill("qqqxxx")
    chapter.get_by_text("Nothing found").wait_for()
    chapter.keyboard.press("Escape")
    assert not chapter.locator("dialog.search").is_visible()
    chapter.keyboard.press("Control+k")
    field.fill("von Neumann trace")
    chapter.locator(".search-list mark").first.wait_for()
    chapter.keyboard.press("ArrowDown")
    second = chapter.locator(".search-list a").nth(1)
    assert field.get_attribute("aria-activedescendant") == second.get_attribute("id")
    chapter.keyboard.press("ArrowUp")
    chapter.keyboard.press("Enter")
    chapter.wait_for_url("**/trace_inequality.html#thm-trace-inequality")


def test_the_page_for_search_answers_a_question(visit: Callable[..., Visit]) -> None:
    seen = visit("search.html?q=collapse")
    seen.page.locator(".search-list a mark").first.wait_for()
    seen.check_quiet()


def test_formulas_that_are_found_can_be_read(visit: Callable[..., Visit]) -> None:
    """Indices stand below and powers above; the index holds them in plain characters."""
    page = visit("search.html?q=sigma_1").page
    found = page.locator(".search-list")
    found.locator("a").first.wait_for()
    assert found.locator("sub").count() > 3
    rows = page.evaluate("bookIndex.rows.filter((row) => bookIndex.kinds[row[2]] === 'statement')")
    assert len(rows) > 70
    assert [row[4] for row in rows if re.search(r"[_^](?!\{)|\\", row[4])] == []
    assert any("Matrices A and B of one shape" in row[4] for row in rows), "letters are missing"
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert not re.search(r"[_^]\{", found.inner_text())


def test_page_and_index_fold_words_alike(chapter: Any) -> None:
    """What Python writes into the index is what the script looks for."""
    text = r"Hölder's σ_1 and \sigma_{2}, Λ_max at λ3; P2, Theorem 4.1, é ﬁ x²"
    script = (ROOT / "book/_static/search.js").read_text("utf-8")
    chapter.keyboard.press("Control+k")
    chapter.wait_for_function("globalThis.bookIndex")
    fold = re.search(r"function fold\(text\) \{.*?\n  \}", script, re.DOTALL)
    words = re.search(r"const words = .*?;\n", script)
    assert fold is not None
    assert words is not None
    found = chapter.evaluate(
        f"""text => {{ const names = bookIndex.greek;
        const spelled = new RegExp(`\\\\b(${{Object.values(names).join("|")}})(?=\\\\d)`, "g");
        {fold[0]} {words[0]} return words(text) }}""",
        text,
    )
    assert found == search_index.words(text)
    assert {"sigma_1", "sigma_2", "lambda_max", "lambda_3", "4.1", "holder"} <= set(found)


@pytest.mark.parametrize("name", BUDGET)
def test_scripts_and_index_are_small(book: Path, name: str) -> None:
    assert len(gzip.compress((book / "_static" / name).read_bytes())) <= BUDGET[name]


CUT = """() => [...document.querySelectorAll(".map-plane li > a, .map-title")]
  .filter((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.textContent)"""


def test_no_title_in_a_map_is_cut(visit: Callable[..., Visit]) -> None:
    """The map of the book holds the titles of all statements, those of chapters the same boxes."""
    page = visit("book/map.html").page
    assert page.locator(".map-plane li > a").count() > 70
    assert page.evaluate(CUT) == []


def test_the_map_does_not_scroll_sideways_on_a_laptop(visit: Callable[..., Visit]) -> None:
    """Its columns stand in bands, one below the other, and curves join them."""
    page = visit("book/map.html", width=1280, height=800).page
    assert page.locator(".map-box").evaluate("box => box.scrollWidth <= box.clientWidth")
    tops = page.locator(".map-band").evaluate_all("all => all.map(e => e.offsetTop)")
    assert len(tops) > 1
    assert tops == sorted(set(tops))
    off = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll(".map-edges [data-to]")].map((edge) => {
          const end = edge.getPointAtLength(edge.getTotalLength())
            .matrixTransform(edge.getScreenCTM());
          const at = document.querySelector(`[data-node="${edge.dataset.to}"]`)
            .getBoundingClientRect();
          return Math.abs(end.y - (at.top + at.bottom) / 2);
        }))"""
    )
    assert off < 3, "a curve does not end at its statement"


@pytest.mark.parametrize("width", [1280, 900])
def test_the_map_begins_within_the_window(visit: Callable[..., Visit], width: int) -> None:
    """Its first column is in view, and it uses the width that there is."""
    page = visit("book/map.html", width=width, height=800).page
    box = page.locator(".of-the-book").bounding_box()
    assert 0 <= box["x"] <= 60
    assert width - 120 <= box["width"] <= width
