"""Slides in a browser: they fit, live, are accessible, and print."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from accessible import choose_theme, prepare, violations
from decks import EVERY, QUICK
from typescript import tsc

from teach._tools import pieces, plans, slide_plans, slides_pdf
from teach._tools.sources import ROOT

AXE = "() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"


def test_the_script_has_its_types() -> None:
    done = tsc(ROOT / "teach/_tools")
    assert done.returncode == 0, done.stdout


def shown(visit: Callable[..., Any], file: Path, **how: Any) -> Any:
    """Open a deck, and wait until all of its slides are laid out."""
    seen = visit(file.as_uri(), **{"width": 1280, "height": 720, **how})
    seen.page.wait_for_function(slides_pdf.READY)
    return seen


@pytest.mark.browser
@pytest.mark.parametrize("chapter", EVERY)
def test_every_slide_fits(
    chapter: str, made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    seen = shown(visit, made(chapter))
    found = seen.page.evaluate(
        """() => [...document.querySelectorAll(".slide")].map((slide) => {
          const board = slide.querySelector(".board").getBoundingClientRect();
          const foot = slide.querySelector(".foot").getBoundingClientRect();
          const parts = [...slide.querySelectorAll(".fit, .fit *, .dmf-figure, .steps li, h1, h2")];
          const boxes = parts.map((part) => part.getBoundingClientRect()).filter((b) => b.width);
          return {
            name: slide.querySelector("h1, h2").textContent,
            board: [board.width, board.height],
            low: Math.max(...boxes.map((box) => box.bottom)) - foot.top,
            right: Math.max(...boxes.map((box) => box.right)) - board.right,
            type: Number(slide.dataset.type || 99),
            zoom: Number(slide.dataset.zoom || 9),
            plots: [...slide.querySelectorAll(".dmf-plot")].map((plot) => plot.clientHeight),
            full: Boolean(slide.dataset.full),
          };
        })"""
    )
    for slide in found:
        assert slide["board"] == [1280, 720]
        assert not slide["full"], slide
        assert slide["low"] <= 1, slide
        assert slide["right"] <= -40, slide
        assert slide["type"] >= 22, slide
        assert slide["zoom"] >= 1.1, slide
        assert all(height >= 80 for height in slide["plots"]), slide
    seen.page.wait_for_function(
        "[...document.querySelectorAll('.dmf-plot > svg')].every((svg) => svg.childElementCount)"
    )
    seen.check_quiet()


@pytest.mark.browser
def test_keys_turn_slides_take_steps_and_move_sliders(
    made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    page = shown(visit, made(QUICK)).page
    number = [slide.get("explorable") for slide in slide_plans.slides(QUICK)].index("well") + 2

    def now() -> int:
        return int(page.evaluate("document.querySelector('.slide.now').id.split('-')[1]"))

    values = "document.getElementById('well').explorable.values"
    for place in range(2, number + 1):
        page.keyboard.press("ArrowRight")
        assert now() == place
    opened = page.evaluate(values)
    script = next(entry for entry in plans.scripts(QUICK) if entry["explorable"] == "well")
    page.keyboard.press("PageDown")
    assert now() == number
    page.wait_for_function(f"{values}.target < {opened['target'] - 0.1}")  # it glides to the tie
    step = page.locator(".slide.now .steps li.now")
    assert step.inner_text() == script["show"][1]["ask"].strip()

    slider = page.locator("#well-target")
    slider.focus()
    page.wait_for_timeout(1200)  # until the transition to the setting has ended
    before = page.evaluate(values)["target"]
    page.keyboard.press("ArrowRight")
    assert page.evaluate(values)["target"] > before
    assert now() == number
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    assert step.inner_text() == script["show"][0]["ask"].strip()
    page.keyboard.press("ArrowLeft")
    assert now() == number - 1
    page.keyboard.press("End")
    assert now() == len(slide_plans.slides(QUICK)) + 1
    page.reload()
    page.wait_for_function(slides_pdf.READY)
    assert now() == len(slide_plans.slides(QUICK)) + 1


@pytest.mark.browser
def test_a_swipe_turns_slides_and_an_address_opens_a_setting(
    made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    file = made(QUICK)
    page = shown(visit, file, has_touch=True).page
    swipe = """([from, to]) => {
      const target = document.body;
      const touch = (x) => [new Touch({ identifier: 1, target, clientX: x, clientY: 300 })];
      const send = (name, touches) =>
        target.dispatchEvent(new TouchEvent(name, { bubbles: true, ...touches }));
      send("touchstart", { touches: touch(from) });
      send("touchend", { changedTouches: touch(to) });
      return document.querySelector(".slide.now").id;
    }"""
    assert page.evaluate(swipe, [900, 500]) == "slide-2"
    assert page.evaluate(swipe, [500, 480]) == "slide-2"
    assert page.evaluate(swipe, [500, 900]) == "slide-1"
    page.goto("about:blank")
    page.goto(f"{file.as_uri()}#well?setting=depth-two")
    page.wait_for_function(slides_pdf.READY)
    assert page.evaluate("document.querySelector('.slide.now #well').explorable.values.depth") == 2


@pytest.mark.browser
def test_notes_in_a_second_window_stay_in_step(
    made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    page = shown(visit, made(QUICK)).page
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value
    notes.wait_for_function(slides_pdf.READY)
    page.keyboard.press("End")
    last = f"slide-{len(slide_plans.slides(QUICK)) + 1}"
    notes.wait_for_function(f"document.querySelector('.slide.now').id === '{last}'")
    number = [slide.get("explorable") for slide in slide_plans.slides(QUICK)].index("well") + 2
    notes.evaluate(f"location.hash = '#slide-{number}'")
    page.wait_for_function(f"document.querySelector('.slide.now').id === 'slide-{number}'")
    notes.keyboard.press("PageDown")
    page.wait_for_function("document.querySelector('.slide.now .steps li:nth-child(2).now')")
    said = notes.locator(".slide.now .notes")
    script = next(entry for entry in plans.scripts(QUICK) if entry["explorable"] == "well")
    assert said.is_visible()
    assert script["show"][0]["expect"].split(".")[0] in said.inner_text()
    assert not page.locator(".slide.now .notes").is_visible()


@pytest.mark.thorough
@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    theme: str, made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    page = shown(visit, made(QUICK), scheme=theme).page
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    prepare(page)
    choose_theme(page, theme)
    page.keyboard.press("n")
    wrong = []
    for number in range(1, len(slide_plans.slides(QUICK)) + 2):
        page.evaluate(f"location.hash = '#slide-{number}'")
        page.wait_for_function(f"document.querySelector('.slide.now').id === 'slide-{number}'")
        wrong += violations(page, AXE)
    page.keyboard.press("o")
    wrong += violations(page, AXE)
    assert not wrong, wrong


@pytest.mark.browser
def test_on_a_phone_a_deck_is_a_page(
    made: Callable[[str], Path], visit: Callable[..., Any]
) -> None:
    seen = visit(made(QUICK).as_uri(), width=390, height=800)
    page = seen.page
    count = """[...document.querySelectorAll('.slide')].filter(
      (s) => s.checkVisibility({ visibilityProperty: true })).length"""
    assert page.evaluate(count) == len(slide_plans.slides(QUICK)) + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#well").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#well .dmf-plot > svg').childElementCount")
    seen.check_quiet()


@pytest.mark.browser
@pytest.mark.parametrize("chapter", EVERY)
def test_on_paper_a_slide_is_a_page(
    chapter: str, made: Callable[[str], Path], chromium: Any
) -> None:
    file = made(chapter)
    count = len(slide_plans.slides(chapter)) + 1
    title = pieces.text_of(pieces.page(chapter).title())
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(180_000)
    page.goto(file.as_uri())
    page.wait_for_function(slides_pdf.READY)
    for notes, box in ((False, "[0 0 960 540]"), (True, "[0 0 594.95996 841.91998]")):
        data = slides_pdf.printed(page, notes=notes)
        pages = re.findall(rb"/Type /Page\n.*?/MediaBox (\[[^\]]*\])", data, re.DOTALL)
        assert {found.decode() for found in pages} == {box}
        assert len(pages) == count or (notes and count <= len(pages) <= count + 4)
        assert b"/StructTreeRoot" in data
        assert b"/Lang (en)" in data
        assert b"/Outlines" in data
        assert title.encode("utf-16-be").hex().upper().encode() in data
    page.close()
