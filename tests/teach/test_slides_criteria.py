"""What a deck owes to readers who use it otherwise: the conformance report names these tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from decks import QUICK

from teach._tools import pieces, slide_plans, slides_pdf
from teach._tools.sources import ROOT

pytestmark = pytest.mark.browser

NUMBER = [slide.get("explorable") for slide in slide_plans.slides(QUICK)].index("well") + 2
SPACED = """* {
  line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
} p { margin-bottom: 2em !important; }"""


@pytest.fixture
def page(made: Callable[[str], Path], visit: Callable[..., Any]) -> Any:
    """A deck that is shown, at the slide of an explorable."""
    seen = visit(f"{made(QUICK).as_uri()}#slide-{NUMBER}", width=1280, height=720)
    seen.page.wait_for_function(slides_pdf.READY)
    return seen.page


def test_it_says_what_it_is_and_has_no_sound_film_or_flash(
    made: Callable[[str], Path], page: Any
) -> None:
    title = pieces.text_of(pieces.page(QUICK).title())
    assert page.title().startswith(title)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("audio, video, iframe, object, embed, img").count() == 0
    assert page.evaluate("document.querySelectorAll('h1').length") == 1
    style = (ROOT / "teach/_tools/deck.css").read_text(encoding="utf-8")
    assert not re.search(r"animation|@keyframes", style)
    assert "devicemotion" not in made(QUICK).read_text(encoding="utf-8")


def test_letters_can_be_switched_off_as_keys(page: Any) -> None:
    """Other keys go on; the switch is where the keys are told."""

    def notes() -> bool:
        return bool(page.evaluate("document.documentElement.classList.contains('notes')"))

    def now() -> str:
        return str(page.evaluate("document.querySelector('.slide.now').id"))

    page.keyboard.press("n")
    assert notes()
    page.keyboard.press("n")
    page.get_by_role("button", name="All slides, and keys").click()
    page.get_by_role("checkbox", name="Letters are keys").press("Space")
    page.get_by_role("button", name="Close").click()
    for key in ("n", "N", "d", "o", "?"):
        page.keyboard.press(key)
    assert not notes()
    assert not page.locator("dialog").is_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.keyboard.press("Home")
    assert now() == "slide-1"
    page.keyboard.press("End")
    page.keyboard.press("PageUp")
    assert now() == f"slide-{len(slide_plans.slides(QUICK))}"


def test_the_keyboard_goes_through_a_slide(page: Any) -> None:
    """Tab comes to all that can be used, in sight and with a ring, and out of the slide again."""
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const at = document.activeElement;
              if (!at || at === document.body) return null;
              const box = at.getBoundingClientRect();
              const style = getComputedStyle(at);
              const x = box.x + box.width / 2, y = box.y + box.height / 2;
              return {
                name: `${at.tagName} ${at.type} ${at.outerHTML.slice(0, 80)}`,
                place: at.closest(".slide")?.id || (at.closest(".tools") ? "tools" : ""),
                inside: x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight,
                ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
              };
            }"""
        )
        if found is None:
            break
        seen.append(found)
        assert found["inside"], found
        assert found["ring"], found
        assert found["place"] in (f"slide-{NUMBER}", "tools"), found
    else:
        pytest.fail("the keyboard does not come out again")
    assert sum("range" in one["name"] for one in seen) >= 3
    assert {one["place"] for one in seen} == {f"slide-{NUMBER}", "tools"}


def test_targets_are_large_and_have_names(page: Any) -> None:
    small = page.evaluate(
        """() => [...document.querySelectorAll(".slide.now :is(button, input), .tools button")]
          .filter((e) => e.checkVisibility({ visibilityProperty: true }))
          .map((e) => [e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent,
            e.getBoundingClientRect()])
          .filter(([name, box]) => !name.trim() || box.width < 24 || box.height < 24)"""
    )
    assert small == []
    page.get_by_role("button", name="Forward").click()
    page.get_by_role("button", name="Step 1:").click()
    assert page.evaluate("document.querySelector('.slide.now').id") == f"slide-{NUMBER}"


def test_what_a_step_asks_is_told(page: Any) -> None:
    """The questions of the steps stand in a place that is read out when it changes."""
    asked = page.locator(".slide.now .steps")
    assert asked.get_attribute("aria-live") == "polite"
    before = asked.inner_text()
    page.keyboard.press("PageDown")
    assert asked.inner_text() != before


@pytest.mark.parametrize(("width", "height"), [(320, 640), (640, 360)])
def test_in_a_narrow_window_text_flows_and_may_be_spaced(
    made: Callable[[str], Path], visit: Callable[..., Any], width: int, height: int
) -> None:
    """A phone, and a laptop at 200 %: slides are a page there, wider than no window."""
    page = visit(made(QUICK).as_uri(), width=width, height=height).page
    page.wait_for_function("document.documentElement.dataset.fonts")
    assert not page.evaluate("document.documentElement.classList.contains('show')")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.add_style_tag(content=SPACED)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    clipped = page.evaluate(
        """() => [...document.querySelectorAll(".board :is(h1, h2, p, li, dt, dd)")].filter((e) =>
          e.checkVisibility() && e.clientHeight && getComputedStyle(e).overflow !== "visible"
          && e.scrollHeight > e.clientHeight + 1).map((e) => e.outerHTML.slice(0, 100))"""
    )
    assert clipped == []
