"""Every explorable in a real browser: its numbers are Python's, and no setting shows NaN."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from explorable_cases import EVERY_MARK, declared
from explorable_pages import Shown, Window, window, written
from tiers import one_of_each_chapter

from dmfbook.explorables import Explorable

pytestmark = pytest.mark.browser


RANDOM_SETTINGS = 8


#: Relative to the largest number of the same list.
TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def shown_here(chromium: Any) -> Iterator[Window]:
    """Return the window of all tests: settings are reached at once in it."""
    with window(chromium, reduced_motion="reduce") as one:
        yield one


@pytest.fixture(scope="module", params=[*one_of_each_chapter(declared(), "numbers"), EVERY_MARK])
def shown(
    request: pytest.FixtureRequest, shown_here: Window, tmp_path_factory: pytest.TempPathFactory
) -> Shown:
    """Every explorable in turn, alone on a page from disk, opened once for all its tests."""
    address = written(tmp_path_factory.mktemp("alone"), request.param)
    return shown_here.show(request.param, address)


def settings(demo: Explorable) -> list[dict[str, float]]:
    """Return the declared values, both ends of every slider, the named settings, random ones."""
    start = {s.name: float(s.value) for s in demo.sliders}
    draw = random.Random(demo.name)
    ends = [{**start, s.name: float(end)} for s in demo.sliders for end in (s.low, s.high)]
    corners = [
        {s.name: float(draw.choice((s.low, s.high))) for s in demo.sliders} for _ in range(4)
    ]
    drawn = [
        {s.name: s.clamp(draw.uniform(s.low, s.high)) for s in demo.sliders}
        for _ in range(RANDOM_SETTINGS)
    ]
    named = [demo.program.setting(s.name, start) for s in demo.settings]
    return [start, *ends, *corners, *drawn, *named]


def compare(python: Any, browser: Any, where: str) -> None:
    """Assert that two scenes hold the same numbers."""
    if isinstance(python, dict):
        for key, value in python.items():
            compare(value, browser[key], f"{where}.{key}")
    elif isinstance(python, list) and not all(isinstance(x, (int, float)) for x in python):
        assert len(python) == len(browser), where
        for i, value in enumerate(python):
            compare(value, browser[i], f"{where}[{i}]")
    elif isinstance(python, (str, bool)):
        assert python == browser, where
    else:
        ours = np.atleast_1d(np.asarray(python, dtype=float))
        theirs = np.array([np.nan if x is None else x for x in np.atleast_1d(browser)], dtype=float)
        assert ours.shape == theirs.shape, where
        finite = np.isfinite(ours)
        # JSON knows neither NaN nor infinity, and has null for both.
        np.testing.assert_array_equal(finite, np.isfinite(theirs), err_msg=where)
        scale = max(np.abs(ours[finite]), default=0.0)
        np.testing.assert_allclose(
            theirs[finite], ours[finite], rtol=TOLERANCE, atol=TOLERANCE * scale, err_msg=where
        )


def test_the_browsers_numbers_are_pythons(shown: Shown) -> None:
    name, demo, page, _ = shown
    asked = settings(demo)
    # As text, in which numbers keep all their digits: Playwright is slow with large objects.
    scenes = page.evaluate(
        "(all) => { const e = document.querySelector('dmf-explorable').explorable;"
        " return JSON.stringify(all.map((values) => e.scene(values))); }",
        asked,
    )
    for values, scene in zip(asked, json.loads(scenes), strict=True):
        compare(demo.scene(values), scene, f"{name} at {values}")
    for setting in demo.settings:
        moved = page.evaluate(
            "([name, values]) => document.querySelector('dmf-explorable')"
            ".explorable.setting(name, values)",
            [setting.name, asked[0]],
        )
        compare(demo.program.setting(setting.name, asked[0]), moved, f"{name}: {setting.name}")


def test_no_setting_shows_nan_or_an_empty_picture(shown: Shown) -> None:
    name, demo, page, messages = shown
    asked = settings(demo)
    all_shown = page.evaluate(
        """(all) => all.map((values) => {
          const element = document.querySelector('dmf-explorable');
          element.explorable.set(values);
          const figure = element.querySelector('figure');
          const marks = 'svg svg *, .dmf-dot, .dmf-hollow';
          const drawn = (plot) => [...plot.querySelectorAll(marks)]
            .some((node) => node.tagName === 'circle' || node.tagName === 'rect'
              || (node.getAttribute('d') || '').length > 8);
          return { markup: figure.innerHTML,
                   readouts: [...figure.querySelectorAll('dd')].map((cell) => cell.textContent),
                   drawn: [...element.querySelectorAll('.dmf-plot')].map(drawn) };
        })""",
        asked,
    )
    for values, seen in zip(asked, all_shown, strict=True):
        for word in ("NaN", "Infinity", "undefined"):
            assert word not in seen["markup"], f"{name} shows {word} at {values}"
        assert all(seen["drawn"]), f"{name} at {values} has an empty picture: {seen['drawn']}"
        assert "–" not in seen["readouts"], f"{name} at {values} has a readout without a number"
    assert not messages


def test_every_slider_moves_the_picture(shown: Shown) -> None:
    name, demo, page, messages = shown
    page.locator("button[data-setting='']").click()
    seen = page.evaluate(
        """() => [...document.querySelectorAll('.dmf-slider input[type=range]')].map((field) => {
          const element = document.querySelector('dmf-explorable');
          const pictures = () => element.querySelector('.dmf-panels').innerHTML;
          element.explorable.recall(null, {});
          const shown = [pictures()];
          const values = [field.max, field.min].map((position) => {
            field.value = position;
            field.dispatchEvent(new Event('input', { bubbles: true }));
            shown.push(pictures());
            return element.explorable.values;
          });
          element.explorable.recall(null, {});
          const { width, height } = field.getBoundingClientRect();
          return { id: field.id, width, height, values, pictures: new Set(shown).size };
        })"""
    )
    assert [field["id"] for field in seen] == [f"{demo.name}-{s.name}" for s in demo.sliders]
    for slider, field in zip(demo.sliders, seen, strict=True):
        ends = [values[slider.name] for values in field["values"]]
        assert ends == [slider.high, slider.low], f"the ends of {slider.name}"
        assert field["pictures"] > 1, f"slider {slider.name} of {name} moves nothing"
        assert field["width"] >= 120, f"the track of {slider.name} is too short to aim at"
        assert field["height"] >= 44, f"{slider.name} is too small to touch"
    assert not messages
