"""Criteria of accessibility that axe-core cannot judge, one test each.

`teach/accessibility/acr.yml` names these tests as evidence; what none can tell is done by hand.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from accessible import AXE
from browser import CHAPTER, CHAPTERS, PAGES, ROOT, SETTLED, Visit, visits

#: One page of each kind.
KINDS = (PAGES[0], CHAPTER, "book/ledger.html", "book/library.html", "book/notation.html")
SCRIPTS = [*(ROOT / "book/_static").glob("*.js"), *(ROOT / "dmfbook/explorables/web").glob("*.js")]
STYLES = [*(ROOT / "book/_static").glob("*.css"), *(ROOT / "dmfbook/explorables/web").glob("*.css")]


def texts(book: Path) -> dict[str, str]:
    return {page: (book / page).read_text(encoding="utf-8") for page in PAGES}


def test_there_is_no_sound_and_no_film(book: Path) -> None:
    """Nothing to caption, to describe or to silence."""
    for page, text in texts(book).items():
        assert re.findall(r"<(audio|video|object|embed|iframe|track)\b", text) == [], page
    for script in SCRIPTS:
        assert not re.search(
            r"\bAudio(Context)?\(|speechSynthesis|<video", script.read_text("utf-8")
        )


def test_there_is_no_picture_of_text(book: Path) -> None:
    """Pictures in files are the stills, for readers without scripts; formulas are MathML."""
    for page, text in texts(book).items():
        outside = re.sub(r"<noscript>.*?</noscript>", "", text, flags=re.DOTALL)
        assert "<img" not in outside, page
    assert sum(text.count("<math") for text in texts(book).values()) > 3000


def test_nothing_asks_who_the_reader_is_and_no_clock_runs(book: Path) -> None:
    """No account, no personal field, no file or payment to send, no time limit, no reload."""
    for page, text in texts(book).items():
        kinds = set(re.findall(r'<input [^>]*?type="(\w+)"', text))
        assert kinds <= {"range", "radio", "number"}, page
        assert not re.search(r"<form\b[^>]*\baction=|<textarea|autocomplete=\"(?!off)", text), page
        assert "http-equiv" not in text, page
    door = (book / "index.html").read_text(encoding="utf-8")
    assert 'http-equiv="refresh" content="0;' in door  # at once is no limit


def test_nothing_follows_how_the_device_is_held_or_shaken(book: Path) -> None:
    for script in SCRIPTS:
        assert not re.search(
            r"devicemotion|deviceorientation|screen\.orientation", script.read_text("utf-8")
        )
    for style in STYLES:
        assert "orientation:" not in style.read_text(encoding="utf-8"), style.name


def test_nothing_flashes() -> None:
    """Three animations of style: two run once, and one takes more than a second each time."""
    css = "\n".join(style.read_text(encoding="utf-8") for style in STYLES)
    assert set(re.findall(r"@keyframes ([\w-]+)", css)) == {"book-show", "hero-call", "preview"}
    forever = re.findall(r"animation: ([\w-]+) ([\d.]+)s[^;]*infinite", css)
    assert [name for name, _ in forever] == ["hero-call"]
    assert all(float(seconds) > 1 / 3 for _, seconds in forever)


def test_all_pages_have_one_frame(book: Path) -> None:
    """The same links in the same order, search, contents, and where to report an error."""
    bars, feet = set(), set()
    for text in texts(book).values():
        (bar,) = re.findall(r'<nav aria-label="The book">(.*?)</nav>', text, re.DOTALL)
        bar = re.sub(r'<details class="menu"><summary>Run.*?</details>', "", bar, flags=re.DOTALL)
        chapters = re.findall(r'<a class="[^"]*reference internal" href="[^"]*">(.*?)</a>', bar)
        bars.add((*chapters, "data-search" in bar))
        (foot,) = re.findall(r'<footer class="foot">(.*?)</footer>', text, re.DOTALL)
        feet.add(foot)
    assert len(bars) == 1
    assert len(feet) == 1
    assert "where to report an error" in feet.pop()
    assert len(bars.pop()) > len(CHAPTERS)


def test_the_written_order_is_that_on_the_screen() -> None:
    """Styles move two things alone: the numbers of equations, and an explorable's desk."""
    css = "".join(style.read_text("utf-8") for style in STYLES if style.name != "fonts.css")
    assert len(re.findall(r"(?<![-\w])order: -?\d", css)) == 2
    assert not re.search(r"(row|column)-reverse", css)


@pytest.fixture(scope="module")
def opened(chromium: Any, book: Path) -> Iterator[Callable[..., Visit]]:
    with visits(chromium, book) as open_page:
        yield open_page


@pytest.mark.browser
@pytest.mark.thorough
@pytest.mark.parametrize("page", KINDS)
@pytest.mark.parametrize("size", [(320, 512), (640, 400), (851, 393)], ids=lambda s: f"{s[0]}")
def test_it_flows_into_every_window(opened: Any, page: str, size: tuple[int, int]) -> None:
    """A laptop at 400 %, at 200 %, and a phone on its side: nothing scrolls sideways."""
    seen = opened(page, width=size[0], height=size[1])
    assert seen.page.evaluate("document.scrollingElement.scrollWidth") <= size[0]
    seen.page.close()


#: As the criterion has it: lines 1.5, paragraphs 2, letters 0.12, words 0.16; formulas are no text.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important } p { margin-bottom: 2em !important }
  math, math * { letter-spacing: normal !important; word-spacing: normal !important }"""
CLIPPED = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.matches("p, li, h1, h2, h3, dt, dd, summary, button, label, td, th"))
  .filter((e) => e.checkVisibility() && e.textContent.trim())
  .filter((e) => !e.closest(".unseen, [aria-hidden]"))
  .filter((e) => { const s = getComputedStyle(e);
    return (/hidden|clip/.test(s.overflowX) && e.scrollWidth > e.clientWidth + 2)
      || (/hidden|clip/.test(s.overflowY) && e.scrollHeight > e.clientHeight + 2); })
  .map((e) => e.outerHTML.slice(0, 120))"""


@pytest.mark.browser
@pytest.mark.thorough
@pytest.mark.parametrize("width", [1280, 390])
def test_text_may_be_spaced(opened: Any, width: int) -> None:
    """With the spacing of the criterion no text is cut, and nothing scrolls sideways."""
    page = opened(CHAPTER, width=width).page
    assert page.evaluate(CLIPPED) == []
    page.add_style_tag(content=SPACED)
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    tight = "main p { height: 1em; overflow: hidden }"
    page.add_style_tag(content=tight)
    assert len(page.evaluate(CLIPPED)) > 20  # which is what it looks for
    page.close()


STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const bar = document.querySelector("header.bar").getBoundingClientRect();
  const inBar = Boolean(at.closest("header.bar"));
  at.dataset.stops = Number(at.dataset.stops ?? 0) + 1;
  return {
    what: at.outerHTML.slice(0, 100), top: Math.round(box.top + scrollY), inBar,
    again: Number(at.dataset.stops) > 1,
    covered: !inBar && getComputedStyle(document.querySelector("header.bar")).position === "sticky"
      && box.bottom <= bar.bottom + 1,
    outside: box.bottom < 0 || box.top > innerHeight,
    // The ring of a choice is around the choice.
    ring: [at, at.closest(".predict-choice")].some((place) => {
      const style = place && getComputedStyle(place);
      return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    }),
  };
}"""


@pytest.mark.browser
@pytest.mark.thorough
def test_the_keyboard_goes_through_a_chapter(opened: Any) -> None:
    """Tab comes to everything once, from top to bottom, in sight, ringed, and out at the end."""
    page = opened(CHAPTER).page
    wanted = page.evaluate(
        "[...document.querySelectorAll('main :is(a[href], button, input, summary)')].filter((e) =>"
        " e.checkVisibility() && !e.disabled && e.tabIndex >= 0 && e.type !== 'radio'"
        " && !e.matches('.headerlink')).length"
    )
    stops = []
    for _ in range(1500):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["again"]:
            break
        stops.append(stop)
    address = page.url
    text = [stop for stop in stops if not stop["inBar"]]
    assert len(text) >= wanted
    assert [stop["what"] for stop in stops if stop["covered"] or stop["outside"]] == []
    assert [stop["what"] for stop in stops if not stop["ring"]] == []
    # Within a figure the desk is beside the stage; apart from that the page is gone down.
    back = [b for a, b in itertools.pairwise(text) if b["top"] < a["top"] - 900]
    assert len(back) <= 1, back  # from the rail beside the text to its beginning
    assert address.endswith(CHAPTER), "what is only focused must lead nowhere"
    page.close()


@pytest.mark.browser
@pytest.mark.thorough
def test_no_letter_does_anything(opened: Any) -> None:
    """Speech input types letters: with the focus on the page none of them acts."""
    page = opened(CHAPTER).page
    page.evaluate("document.activeElement.blur()")
    before = page.evaluate("document.body.innerHTML.length")
    for key in "abcdefghijklmnopqrstuvwxyz0123456789/?.,-+":
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.evaluate("document.body.innerHTML.length") == before
    assert page.evaluate("document.querySelector('dialog[open], .preview')") is None
    page.keyboard.press("Control+k")
    page.locator("dialog[open]").wait_for()  # which needs a second key
    page.close()


# A sign, such as the triangle of "play", is no text that a speaker would read.
RULES = """async () => {
  const runOnly = ["target-size", "label-content-name-mismatch"];
  const rules = Object.fromEntries(runOnly.map((name) => [name, { enabled: true }]));
  const options = { runOnly, rules, resultTypes: ["violations"], preload: false };
  return (await axe.run(document, options)).violations
    .flatMap((rule) => rule.nodes.map((node) => [rule.id, document.querySelector(node.target[0])]))
    .filter(([id, node]) => id === "target-size" || /[\\p{L}\\p{N}]/u.test(node.innerText))
    .map(([id, node]) => `${id}: ${node.outerHTML.slice(0, 120)}`);
}"""
BAD = """<p style='line-height: 9px'>
  <button style='all: unset; width: 9px; height: 9px' aria-label='Other'>Go</button><button
  style='all: unset; width: 9px; height: 9px'>x</button></p>"""


@pytest.mark.browser
@pytest.mark.thorough
@pytest.mark.parametrize("page", [CHAPTER, PAGES[0], "book/map.html"])
def test_targets_are_large_and_called_as_they_read(opened: Any, page: str) -> None:
    """24 pixels, or room around; and what a button shows is in the name by which it is called."""
    seen = opened(page, width=390, height=844).page
    seen.add_script_tag(path=AXE)
    assert seen.evaluate(RULES) == []
    seen.evaluate("bad => document.querySelector('main').insertAdjacentHTML('beforeend', bad)", BAD)
    found = seen.evaluate(RULES)
    assert any(line.startswith("target-size") for line in found)
    assert any(line.startswith("label-content-name-mismatch") for line in found)
    seen.close()


@pytest.mark.browser
@pytest.mark.thorough
def test_a_change_of_a_slider_changes_nothing_else(opened: Any) -> None:
    """No other page, no other place, no window; the focus stays."""
    page = opened(CHAPTER).page
    slider = page.locator("dmf-explorable input[type=range]").first
    slider.focus()
    before = page.evaluate("[location.pathname, scrollY]")
    slider.press("ArrowRight")
    page.wait_for_timeout(700)
    assert page.evaluate("[location.pathname, scrollY]") == before
    assert slider.evaluate("slider => slider === document.activeElement")
    assert len(page.context.pages) == 1
    page.wait_for_function(SETTLED)
    page.close()
