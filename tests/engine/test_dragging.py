"""Handles: what is dragged in a picture moves its sliders, and the sliders move it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from explorable_cases import EVERY_MARK, declared, explorable
from explorable_pages import Window, window, written
from handles import Dragged, Place, distance, places, with_handles
from tiers import one_of_each_chapter

from dmfbook.explorables import Explorable, Slider

#: A handle ends this near to the pointer, in pixels: within its clinging, or a step of its slider.
NEAR = 8.0


@pytest.mark.thorough
def test_explorables_with_handles_are_known_by_their_sources() -> None:
    assert with_handles() == [name for name in [*declared(), EVERY_MARK] if places(name)]


def test_every_chapter_has_handles_in_two_explorables() -> None:
    everywhere = Counter(name.split(".")[0] for name in declared())
    dragged = Counter(name.split(".")[0] for name in with_handles())
    for chapter, count in everywhere.items():
        assert dragged[chapter] >= min(2, count), chapter


# In the browser.


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the pages."""
    return tmp_path_factory.mktemp("dragging")


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
        # A box that a transform has moved is measured in single precision.
        assert box is None or min(box["width"], box["height"]) >= 44 - 1e-3
    plots = shown.page.locator(".dmf-plot:not(.dmf-surface)").all()
    assert {p.evaluate("(e) => getComputedStyle(e).touchAction") for p in plots} == {"auto"}
