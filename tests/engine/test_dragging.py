"""Handles: what is dragged in a picture moves its sliders, and the sliders move it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browser import ROOT
from explorable_cases import EVERY_MARK, declared, explorable
from explorable_pages import MOUNTED, Window, window, written
from tiers import one_of_each_chapter

from dmfbook.explorables import Explorable, Handle, Slider

#: A handle ends this near to the pointer, in pixels: within its clinging, or a step of its slider.
NEAR = 8.0


class Place(NamedTuple):
    """Where a handle stands in its explorable."""

    name: str
    panel: int
    mark: int

    @property
    def handle(self) -> Handle:
        """The declaration."""
        found = explorable(self.name).panels[self.panel].marks[self.mark]
        assert isinstance(found, Handle)
        return found


def places(name: str) -> list[Place]:
    """Return the handles of an explorable."""
    return [
        Place(name, i, j)
        for i, panel in enumerate(explorable(name).panels)
        for j, mark in enumerate(panel.marks)
        if isinstance(mark, Handle)
    ]


def with_handles() -> list[str]:
    """Return the explorables with handles, as their sources say: none is compiled for it."""
    # The figures of a paper share a function, and it lays the handle.
    lays = re.compile(r"\b(ex\.Handle|escape_figure)\(")
    sources = (ROOT / "dmfbook/demos").glob("*/*.py")
    found = [f"{s.parent.name}.{s.stem}" for s in sources if lays.search(s.read_text("utf-8"))]
    return [*(name for name in declared() if name in found), EVERY_MARK]


def test_explorables_with_handles_are_known_by_their_sources() -> None:
    assert with_handles() == [name for name in [*declared(), EVERY_MARK] if places(name)]


def test_every_chapter_has_handles_in_two_explorables() -> None:
    everywhere = Counter(name.split(".")[0] for name in declared())
    dragged = Counter(name.split(".")[0] for name in declared() if places(name))
    for chapter, count in everywhere.items():
        assert dragged[chapter] >= min(2, count), chapter


# In the browser.


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the pages."""
    return tmp_path_factory.mktemp("dragging")


class Dragged(NamedTuple):
    """An explorable with handles, its page, and what was logged there."""

    name: str
    demo: Explorable
    page: Any
    messages: list[str]

    def values(self) -> dict[str, float]:
        """Return where the sliders stand."""
        return dict(self.page.evaluate(f"{MOUNTED}.values"))

    def set(self, values: dict[str, float]) -> None:
        """Move the sliders."""
        self.page.evaluate(f"(values) => {MOUNTED}.set(values)", values)

    def at(self, place: Place) -> tuple[float, float] | None:
        """Return the middle of a handle in the window, or None where it is not shown."""
        found = self.page.locator(".dmf-handle").nth(places(self.name).index(place)).bounding_box()
        return found and (found["x"] + found["width"] / 2, found["y"] + found["height"] / 2)

    def rings(self, place: Place) -> list[tuple[float, float]]:
        """Return the middles of the rings that a panel draws."""
        found = self.page.locator(".dmf-plot").nth(place.panel).locator("circle.dmf-ring")
        boxes = [ring.bounding_box() for ring in found.all()]
        return [(b["x"] + b["width"] / 2, b["y"] + b["height"] / 2) for b in boxes]

    def position(self, slider: Slider) -> float:
        """Return how far along its range the native slider stands."""
        field = self.page.locator(f"input[id='{self.demo.name}-{slider.name}']")
        return float(field.evaluate("(e) => Number(e.value) / Number(e.max)"))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag with the mouse, beginning a little beside the middle of the handle."""
        self.page.mouse.move(start[0] + 3, start[1] - 2)
        self.page.mouse.down()
        self.page.mouse.move(end[0] + 3, end[1] - 2, steps=5)
        self.page.mouse.up()


@pytest.fixture(scope="module")
def shown_here(chromium: Any) -> Iterator[Window]:
    """Return the window of the explorables in turn."""
    with window(chromium, height=1000) as one:
        yield one


@pytest.fixture(scope="module", params=one_of_each_chapter(with_handles(), "dragging"))
def shown(request: pytest.FixtureRequest, shown_here: Window, folder: Path) -> Dragged:
    """Every explorable with handles in turn."""
    return Dragged(*shown_here.show(request.param, written(folder, request.param)))


def starts(demo: Explorable) -> list[dict[str, float]]:
    """Return the declared state and the named ones."""
    first = {s.name: float(s.value) for s in demo.sliders}
    return [first, *(demo.program.setting(s.name, first) for s in demo.settings)]


def distance(one: Any, other: Any) -> float:
    """Return how many pixels two places are apart."""
    return math.dist(one, other)


def share(slider: Slider, value: float) -> float:
    """Return how far along its range a slider stands at a value."""
    place = math.log if slider.scale == "log" else float
    low, high = place(slider.low), place(slider.high)
    return (place(value) - low) / (high - low)


def stop(slider: Slider, part: float) -> float:
    """Return the stop of a slider that is nearest to a part of its range."""
    if slider.scale == "log":
        steps = round(part * math.log10(slider.high / slider.low) / slider.step)
        return slider.clamp(slider.low * 10 ** (steps * slider.step))
    steps = round(part * (slider.high - slider.low) / slider.step)
    return slider.clamp(slider.low + steps * slider.step)


def still_axes(place: Place, one: dict[str, float], other: dict[str, float]) -> bool:
    """Return whether the axes of a handle are the same at two settings."""
    demo = explorable(place.name)
    first, second = (demo.scene(v)["panels"][place.panel] for v in (one, other))
    return bool(first["x"] == second["x"] and first["y"] == second["y"])


def ways(place: Place) -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """Yield settings, and others in which the sliders of a handle are elsewhere."""
    demo, moves = explorable(place.name), place.handle.moves
    for start in starts(demo):
        for part in (0.3, 0.7):
            goal = dict(start)
            for s in demo.sliders:
                if s.name in moves:
                    share = part if s.name == moves[0] else 1 - part
                    goal[s.name] = stop(s, share)
            yield start, goal


def ends(shown: Dragged, place: Place) -> Iterator[tuple[Any, ...]]:
    """Yield where a handle can be dragged from and to: settings, and places in the window."""
    beside = [p for p in places(shown.name) if p != place and p.panel == place.panel]
    for start, goal in ways(place):
        shown.set(goal)
        end = shown.at(place)
        shown.set(start)
        begin = shown.at(place)
        if not begin or not end or distance(begin, end) < 3 * NEAR:
            continue
        # Another handle that lies on it would be taken in its place.
        if not any(at and distance(at, begin) < 9 for at in map(shown.at, beside)):
            yield start, goal, begin, end


@pytest.mark.browser
def test_each_handle_moves_its_sliders_and_they_move_it(shown: Dragged) -> None:
    """Sliders bring it to where the ring is; dragged to where sliders had it, it brings them."""
    for place in places(shown.name):
        tried = 0
        for start, goal, begin, end in ends(shown, place):
            where = f"{place} from {start} to {goal}"
            assert any(distance(ring, begin) < 1 for ring in shown.rings(place)), where
            shown.drag(begin, end)
            after = shown.values()
            assert {k for k in start if after[k] != start[k]} <= set(place.handle.moves), where
            for s in shown.demo.sliders:
                if s.name in place.handle.moves:
                    assert shown.position(s) == pytest.approx(share(s, after[s.name]), abs=0.02)
            assert after != pytest.approx(start, abs=0), f"nothing moved: {where}"
            if still_axes(place, start, goal):
                stands = shown.at(place)
                assert stands is not None, where
                assert distance(stands, end) < NEAR, where
            elif len(place.handle.moves) == 1:
                (name,) = place.handle.moves
                assert (after[name] > start[name]) == (goal[name] > start[name]), where
            tried += 1
            if tried == 2:
                break
        assert tried, f"never dragged: {place}"
    assert not shown.messages


@pytest.mark.browser
def test_handles_are_large_and_silent(shown: Dragged) -> None:
    shown.set({s.name: float(s.value) for s in shown.demo.sliders})
    for handle in shown.page.locator(".dmf-handle").all():
        assert handle.get_attribute("aria-hidden") == "true"
        assert handle.evaluate("(e) => e.tabIndex < 0 && !e.querySelector('[tabindex], a, button')")
        assert handle.evaluate("(e) => getComputedStyle(e).touchAction") == "none"
        box = handle.bounding_box()
        assert box is None or min(box["width"], box["height"]) >= 44
    plots = shown.page.locator(".dmf-plot:not(.dmf-surface)").all()
    assert {p.evaluate("(e) => getComputedStyle(e).touchAction") for p in plots} == {"auto"}


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
  return [...document.querySelectorAll(".dmf-plot text")]
    .filter((text) => meet(text.getBoundingClientRect())).map((text) => text.textContent);
}"""


@pytest.mark.browser
@pytest.mark.parametrize("step", [10, pytest.param(2, marks=pytest.mark.thorough)])
def test_the_word_covers_no_text(step: int, chromium: Any, folder: Path) -> None:
    """On a phone it is shown in most explorables; one too large for its place hides or moves."""
    said = []
    drawn = [name for name in with_handles() if name != EVERY_MARK][::step]
    with window(chromium, width=390, height=844) as phone:
        large = ".dmf-handle > b { font-size: 3rem !important }"
        for style, names in (("", drawn), (large, drawn[::3])):
            for name in names:
                page = phone.show(name, written(folder, name, style=style)).page
                assert page.evaluate(COVERED) == [], (name, style)
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
