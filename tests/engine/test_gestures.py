"""Gestures at one handle: what a drag, a click, a pen and a finger do, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from explorable_cases import EVERY_MARK, explorable
from explorable_pages import MOUNTED, window, written
from handles import Dragged, places, with_handles


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the pages."""
    return tmp_path_factory.mktemp("gestures")


@pytest.fixture
def every_mark(chromium: Any, folder: Path) -> Iterator[Dragged]:
    """Return the explorable with every mark, fresh."""
    with window(chromium, height=1000) as one:
        here = Dragged(*one.show(EVERY_MARK, written(folder, EVERY_MARK)))
        yield here
        assert not here.messages


@pytest.mark.browser
def test_a_word_says_it_until_the_first_drag(every_mark: Dragged) -> None:
    page, (plane, _) = every_mark.page, places(EVERY_MARK)
    word = page.locator(".dmf-handle b")
    assert word.count() == 1
    assert word.inner_text() == "drag"
    start = every_mark.at(plane)
    assert start
    page.mouse.click(*start)
    assert word.count() == 1, "a click without a move is no drag"
    every_mark.drag(start, (start[0] - 40, start[1] + 20))
    assert word.count() == 0
    assert page.locator(".dmf-held, .dmf-dragging").count() == 0


COVERED = """() => {
  const word = document.querySelector(".dmf-handle:not([hidden]) > b");
  if (!word || getComputedStyle(word).visibility === "hidden") return [];
  const own = word.getBoundingClientRect();
  const meet = (t) =>
    t.left < own.right && own.left < t.right && t.top < own.bottom && own.top < t.bottom;
  const others = document.querySelectorAll(".dmf-plot text, .dmf-word, .dmf-handle");
  return [...others].filter((other) => !other.contains(word) && meet(other.getBoundingClientRect()))
    .map((other) => other.textContent || other.className);
}"""


#: Where the first handle comes to be when its slider goes far; the word settles when it rests.
FAR = """() => {
  const { explorable, spec } = document.querySelector("dmf-explorable");
  const { name, low, high } = spec.sliders[0];
  explorable.set({ [name]: low + 0.8 * (high - low) });
  return new Promise((done) => setTimeout(done, 200));
}"""


@pytest.mark.browser
@pytest.mark.parametrize("step", [10, pytest.param(2, marks=pytest.mark.thorough)])
def test_the_word_covers_no_text_and_no_handle(step: int, chromium: Any, folder: Path) -> None:
    """On a phone it is shown in most explorables; one too large for its place hides or moves."""
    said = []
    drawn = [name for name in with_handles() if name != EVERY_MARK][::step]
    with window(chromium, width=390, height=844) as phone:
        large = ".dmf-handle > b { font-size: 3rem !important }"
        for style, names in (("", drawn), (large, drawn[::3])):
            for name in names:
                page = phone.show(name, written(folder, name, style=style)).page
                assert page.evaluate(COVERED) == [], (name, style)
                page.evaluate(FAR)
                assert page.evaluate(COVERED) == [], (name, style, "far")
                if not style:
                    said.append(page.locator(".dmf-handle > b:visible").count())
    assert sum(said) > len(said) / 2


@pytest.mark.browser
def test_the_handle_comes_to_a_click_and_not_after_a_drag(every_mark: Dragged) -> None:
    page, (plane, _) = every_mark.page, places(EVERY_MARK)
    start = every_mark.at(plane)
    assert start
    # The pointer leaves the picture: the handle stays within, and the click that follows is none.
    every_mark.drag(start, (start[0] - 600, start[1]))
    low = every_mark.values()
    assert low["size"] == 0.1
    every_mark.set({"size": 1.2})
    before = every_mark.values()
    page.mouse.click(start[0] + 30, start[1] - 30)
    after = every_mark.values()
    assert after["size"] > before["size"]
    assert after["steps"] > before["steps"]
    assert after["decade"] == before["decade"]


@pytest.mark.browser
def test_a_pen_drags_as_a_mouse_does(every_mark: Dragged) -> None:
    """The scripts ask for a pointer, and not which: what comes from a pen says so."""
    plane, _ = places(EVERY_MARK)
    page = every_mark.page
    every_mark.set({"size": 1})
    start = every_mark.at(plane)
    assert start
    page.evaluate(
        """() => { window.pens = [];
        for (const kind of ["pointerdown", "pointermove", "pointerup"])
          addEventListener(kind, (event) => pens.push(event.pointerType)); }"""
    )
    client = page.context.new_cdp_session(page)
    way = [("mousePressed", 0), ("mouseMoved", -20), ("mouseMoved", -40), ("mouseReleased", -40)]
    for kind, off in way:
        pen = {"type": kind, "x": start[0] + off, "y": start[1], "pointerType": "pen"}
        pressed = {"button": "left", "buttons": 1, "clickCount": 1}
        client.send("Input.dispatchMouseEvent", pen | pressed)
    assert set(page.evaluate("pens")) == {"pen"}
    there = every_mark.at(plane)
    assert there
    assert there[0] < start[0] - 20
    assert page.locator(".dmf-held, .dmf-dragging").count() == 0


@pytest.mark.browser
def test_a_handle_clings_to_its_value(every_mark: Dragged) -> None:
    _, root = places(EVERY_MARK)
    every_mark.set({"size": 1})
    there = every_mark.at(root)
    every_mark.set({"size": 1.7})
    start = every_mark.at(root)
    assert there
    assert start
    every_mark.drag(start, (there[0], there[1] + 4))
    assert every_mark.values()["size"] == 1
    assert every_mark.at(root) == pytest.approx(there, abs=0.1)
    every_mark.drag(there, (there[0], there[1] + 14))
    assert every_mark.values()["size"] < 1


@pytest.mark.browser
def test_a_drag_ends_what_plays_and_writes_the_address(every_mark: Dragged) -> None:
    page, (plane, _) = every_mark.page, places(EVERY_MARK)
    page.locator("button[data-play]").click()
    start = every_mark.at(plane)
    assert start
    every_mark.drag(start, (start[0] - 40, start[1] + 20))
    steps = every_mark.values()["steps"]
    page.wait_for_timeout(700)
    assert every_mark.values()["steps"] == steps
    assert f"size={every_mark.values()['size']}" in page.evaluate("location.hash")


@pytest.mark.browser
def test_a_finger_drags_a_handle_and_scrolls_the_page_beside_it(
    chromium: Any, folder: Path
) -> None:
    around = '<div style="height:300px"></div><main>{}</main><div style="height:2000px"></div>'
    address = written(folder, EVERY_MARK, around)
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(MOUNTED)
    here = Dragged(EVERY_MARK, explorable(EVERY_MARK), page, [])
    client = context.new_cdp_session(page)

    def swipe(x: float, y: float, up: float) -> None:
        def send(kind: str, *points: tuple[float, float]) -> None:
            touches = [{"x": x, "y": y} for x, y in points]
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

        send("touchStart", (x, y))
        for part in range(1, 11):
            send("touchMove", (x, y - up * part / 10))
        send("touchEnd")
        page.wait_for_timeout(300)

    (plane, _) = places(EVERY_MARK)
    start = here.at(plane)
    assert start
    before = here.values()
    swipe(*start, 60)
    after = here.values()
    assert page.evaluate("scrollY") == 0
    assert after["steps"] > before["steps"], "a finger on the handle drags it up"
    beside = page.locator(".dmf-plot").first.bounding_box()
    swipe(beside["x"] + 20, beside["y"] + 15, 200)
    assert page.evaluate("scrollY") > 100
    assert here.values() == after
    context.close()


@pytest.mark.browser
def test_a_place_is_asked_for_without_the_rest_of_the_scene(every_mark: Dragged) -> None:
    """A drag asks for dozens of places; the orbit, which they do not need, is not run for them."""
    run = every_mark.page.evaluate(
        """() => {
          const { spec } = document.querySelector("dmf-explorable");
          let run = 0;
          const orbits = spec.orbits.map((orbit) => ({
            ...orbit,
            get count() { run++; return orbit.count; },
          }));
          const program = dmfbook.program({ ...spec, orbits }, {});
          const values = { size: 1, steps: 12, decade: 1 };
          const counts = [];
          for (const [i, mark] of spec.panels[0].marks.entries()) {
            if (mark.moves) program.place(values, 0, i);
          }
          counts.push(run);
          program.scene(values);
          return [...counts, run];
        }"""
    )
    assert run == [0, 1]
