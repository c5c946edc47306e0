"""The picture stays with its control: on a phone, on a laptop at 200 %, and on a laptop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from explorable_cases import declared
from explorable_pages import Window, window, written
from tiers import one_of_each_chapter

pytestmark = pytest.mark.browser

SIZES = {"phone": (390, 844), "zoomed": (640, 400), "laptop": (1280, 800)}
#: The book's frame, as far as an explorable feels it: a bar that stays, a column and its margin.
FRAME = """
  :root { --book-bar: 48px; }
  body { margin: 0; font: 18px/1.6 serif; }
  header { position: fixed; inset: 0 0 auto; height: 48px; background: #ccc; z-index: 9; }
  main { box-sizing: border-box; padding: 2000px 20px; max-width: 57.5rem; margin: auto; }
"""
#: Its words move with every step of the first slider.
WORDED = "hessian_spectrum.simple"
#: What the test asks of the page, in the page.
ASK = """
  const all = (selector) => [...document.querySelectorAll(selector)];
  const mounted = () => document.querySelector('dmf-explorable').explorable;
  const panels = () => all('.dmf-panel').map((panel) => panel.innerHTML);
  const still = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  /* The part of an element's box that the window shows below the bar. */
  function seen(element) {
    const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
    const across = Math.min(right, innerWidth) - Math.max(left, 0);
    const up = Math.min(bottom, innerHeight) - Math.max(top, 48);
    const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
    const y = (Math.max(top, 48) + Math.min(bottom, innerHeight)) / 2;
    return { width, height, across, up, x, y };
  }
  const uncovered = (element, { x, y }) => element.contains(document.elementFromPoint(x, y));
  /* What is wrong with the view of a control and of the panels that it changes; null if nothing. */
  function complaint(control, changed) {
    const hand = seen(control);
    if (hand.up < hand.height - 1 || hand.across < hand.width - 1) return 'is out of view';
    if (!uncovered(control, hand)) return 'is covered';
    const plots = all('.dmf-plot').filter((_, i) => changed.has(i));
    if (!plots.length) return 'changes nothing';
    const good = (plot) => {
      const part = seen(plot);
      const share = (Math.max(part.up, 0) * Math.max(part.across, 0)) / (part.width * part.height);
      const large = share >= 0.6 || (part.up >= 180 && part.across >= 0.9 * part.width);
      return large && part.height >= 80 && uncovered(plot, part);
    };
    return plots.some(good) ? null : 'has its picture out of view';
  }
  /* Come to a control as readers do. */
  const ways = {
    down(control) { scrollTo(0, 0); control.scrollIntoView({ block: 'nearest' }); },
    tab(control) { scrollTo(0, 0); control.focus(); },
    back(control) { scrollTo(0, document.body.scrollHeight); control.focus(); },
    // By hand, which knows no margins for scrolling: the last place in which what stands below the
    // picture is in view. Beside it sliders, which stand first, come a third of the way down, and
    // settings, which stand last, half of it: no tall picture fits all of the window's places.
    hand(control) {
      const { left, top, height } = control.getBoundingClientRect();
      const below = left < all('.dmf-panels')[0].getBoundingClientRect().right;
      const down = control.matches('input') ? innerHeight / 3 : (innerHeight - height) / 2;
      scrollBy(0, top - (below ? 48 : down));
      for (let k = 0; below && k < 99 && !uncovered(control, seen(control)); k++) scrollBy(0, -8);
    },
  };
  function differing(before, after) {
    return after.map((html, i) => (html === before[i] ? -1 : i)).filter((i) => i >= 0);
  }
  async function complaints(control, changed) {
    const found = [];
    for (const [way, come] of Object.entries(ways)) {
      document.activeElement?.blur();
      come(control);
      await still();
      const wrong = complaint(control, changed);
      if (wrong) found.push(`${control.id || control.textContent} ${wrong} (${way})`);
    }
    return found;
  }
"""
SLIDERS = """async () => {
  const found = [];
  const spec = document.querySelector('dmf-explorable').spec;
  for (const input of all('.dmf-slider input')) {
    mounted().recall(null, {});
    const before = panels();
    const changed = new Set();
    for (const position of [0, input.max / 3, input.max / 2, input.max]) {
      input.value = Math.round(position);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      differing(before, panels()).forEach((i) => changed.add(i));
    }
    found.push(...(await complaints(input, changed)));
  }
  return found;
}"""
SETTINGS = """async () => {
  const found = [];
  for (const button of all('button[data-setting]')) {
    // From far ends, and from a place between, for a setting may itself be such ends.
    const changed = new Set();
    for (const from of [(i) => (i.value < i.max / 2 ? i.max : 0), (i) => Math.round(i.max / 3)]) {
      mounted().recall(null, {});
      for (const input of all('.dmf-slider input')) {
        input.value = from(input);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }
      const before = panels();
      button.click();
      differing(before, panels()).forEach((i) => changed.add(i));
    }
    found.push(...(await complaints(button, changed)));
  }
  return found;
}"""
MOVED = """() => {
  const controls = all('.dmf-slider input, .dmf-desk button');
  const boxes = () => {
    const home = document.querySelector('figure').getBoundingClientRect();
    return controls.map((control) => {
      const box = control.getBoundingClientRect();
      return [box.left - home.left, box.top - home.top, box.width, box.height];
    });
  };
  // What is written, line by line: a number that outgrows its place covers what stands beside.
  const written = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return [...range.getClientRects()].filter((line) => line.width > 1);
  };
  const covers = (one, other) => written(one).some((a) => written(other).some((b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
  const home = (mounted().recall(null, {}), boxes());
  const found = [];
  const look = (what) => {
    boxes().forEach((box, i) => {
      const by = Math.max(...box.map((number, k) => Math.abs(number - home[i][k])));
      const moved = controls[i].id || controls[i].textContent;
      if (by > 1) found.push(`${what} moves ${moved} by ${by.toFixed(1)}`);
    });
    for (const row of all('.dmf-slider, .dmf-readouts > div')) {
      const name = row.querySelector('label, dt');
      const number = row.querySelector('output > span, dd > span');
      if (!covers(number, name)) continue;
      found.push(`at ${what} ${number.textContent} covers ${name.textContent}`);
    }
  };
  for (const input of all('.dmf-slider input')) {
    mounted().recall(null, {});
    for (const position of [0, input.max / 2, input.max]) {
      input.value = Math.round(position);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      look(`${input.id} = ${input.value}`);
    }
  }
  for (const button of all('button[data-setting]')) {
    button.click();
    look(button.textContent);
  }
  return found;
}"""

#: Moves the first slider over its range, and counts at how many places a sentence changed.
SWEEP = """() => {
  const [input] = all('.dmf-slider input');
  const sentences = () => all('.dmf-sentence dd, .dmf-waits').map((said) => said.innerHTML).join();
  let changes = 0;
  for (let k = 0; k <= 24; k++) {
    const before = sentences();
    input.value = Math.round((input.max * k) / 24);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    void document.body.offsetHeight;
    changes += Number(sentences() !== before);
  }
  return changes;
}"""


@pytest.fixture(scope="module")
def shown_here(chromium: Any) -> Iterator[Window]:
    """Return one window for all: settings are reached at once in it."""
    with window(chromium, reduced_motion="reduce") as one:
        yield one


@pytest.fixture(scope="module", params=one_of_each_chapter(declared(), "layout", [WORDED]))
def page(request: pytest.FixtureRequest, shown_here: Window, tmp_path_factory: Any) -> Any:
    """Every explorable in turn, alone in a column like the book's."""
    folder = tmp_path_factory.mktemp("layout")
    around = "<header></header><main>{}</main>"
    shown = shown_here.show(request.param, written(folder, request.param, around, FRAME))
    shown.page.add_script_tag(content=ASK)
    return shown.page


def sized(page: Any, width: int, height: int) -> Any:
    """Return the page in a window of a size, once it has fitted itself into it."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("async () => { await still(); await still(); }")
    return page


@pytest.mark.parametrize("size", SIZES)
def test_every_slider_moves_a_picture_in_view(page: Any, size: str) -> None:
    assert sized(page, *SIZES[size]).evaluate(SLIDERS) == []


@pytest.mark.parametrize("size", SIZES)
def test_every_panel_has_room_for_its_picture(page: Any, size: str) -> None:
    boxes = """() => all('.dmf-plot').map((plot) => plot.getBoundingClientRect())
                                     .map(({ width, height }) => Math.min(width, height))"""
    assert min(sized(page, *SIZES[size]).evaluate(boxes)) >= 80


@pytest.mark.parametrize("size", SIZES)
def test_every_setting_shows_a_picture_in_view(page: Any, size: str) -> None:
    assert sized(page, *SIZES[size]).evaluate(SETTINGS) == []


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_under_the_finger(page: Any, size: str) -> None:
    """Whichever slider moves, or setting is pressed; nor does a number cover its name."""
    assert sized(page, *SIZES[size]).evaluate(MOVED) == []


@pytest.mark.parametrize("size", SIZES)
def test_panels_leave_no_hole(page: Any, size: str) -> None:
    """The last row of panels is as wide as the first."""
    rights = """() => all('.dmf-panel').map((panel) => panel.getBoundingClientRect().right)"""
    found = sized(page, *SIZES[size]).evaluate(rights)
    assert max(found) - found[-1] < 2


def test_the_narrowest_phone_scrolls_up_and_down_alone(page: Any) -> None:
    sized(page, 320, 568)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_picture_is_held_where_its_controls_do_not_fit(
    shown_here: Window, tmp_path: Path
) -> None:
    """In what the bars of a browser leave of a phone, seven sliders need more than the window."""
    around = "<header></header><main>{}</main>"
    name = "factorization.decay"
    page = shown_here.show(name, written(tmp_path, name, around, FRAME)).page
    page.add_script_tag(content=ASK)
    assert sized(page, 390, 560).evaluate(SLIDERS) == []


def test_a_move_lays_out_what_it_writes_and_not_the_page(page: Any) -> None:
    """But for a sentence, which may grow, a handle that comes or goes, and the word beside it."""
    sized(page, *SIZES["laptop"]).evaluate(SWEEP)
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    sentences = page.evaluate(SWEEP)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    partial = [e["args"]["beginData"]["partialLayout"] for e in events if e["name"] == "Layout"]
    assert partial.count(False) <= sentences + 3, (partial, sentences)
