"""A surface in a real browser is turned: by hand, by a finger, by keys and in a widget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from explorable_cases import EVERY_MARK, explorable
from surface_pages import PIXELS, PLOT, SUMS, SVG, TURN, alone, opened

from dmfbook.explorables import Explorable
from dmfbook.explorables.forms import widget

__all__ = ["opened"]

pytestmark = pytest.mark.browser


def test_arrow_keys_turn_it_and_nothing_else(opened: tuple[Explorable, Any]) -> None:
    _, page = opened
    page.locator(SVG).focus()
    assert page.evaluate(TURN) == [35, 30]
    before = page.evaluate(SUMS)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(TURN) == [40, 35]
    assert page.evaluate(SUMS) != before
    for _ in range(20):
        page.keyboard.press("ArrowUp")
    assert page.evaluate(TURN) == [40, 90]
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    assert page.evaluate(TURN) == [40, 0]
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(TURN) == [350, 0]
    assert page.evaluate("scrollY") == 0, "the keys scroll the page too"
    page.keyboard.press("Home")
    assert page.evaluate(TURN) == [35, 30]
    assert page.evaluate(SUMS) == before
    page.keyboard.press("Tab")
    assert page.evaluate(f"!{PLOT}.contains(document.activeElement)"), "the keyboard is trapped"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(TURN) == [35, 30]


def test_a_drag_turns_it_with_the_hand_and_moves_no_slider(opened: tuple[Explorable, Any]) -> None:
    demo, page = opened
    plot = page.locator(".dmf-surface")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    drawn = page.locator(SVG).inner_html()
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1] + 10, steps=4)
    assert page.evaluate(TURN) == [15, 35]
    # It goes on beyond the edge of the picture, and ends with the button.
    page.mouse.move(middle[0] + 40, box["y"] - 20, steps=2)
    turned = page.evaluate(TURN)
    assert turned[1] < 35
    page.mouse.up()
    page.mouse.move(*middle)
    assert page.evaluate(TURN) == turned
    assert page.locator(SVG).inner_html() != drawn
    values = "document.querySelector('dmf-explorable').explorable.values"
    assert page.evaluate(values) == {s.name: s.value for s in demo.sliders}
    page.mouse.dblclick(*middle)
    assert page.evaluate(TURN) == [35, 30]
    assert page.locator(SVG).inner_html() == drawn


def test_what_is_near_moves_with_the_hand(opened: tuple[Explorable, Any]) -> None:
    """A drag to the right takes the nearest corner of the floor to the right."""
    _, page = opened
    nearest = f"""(() => {{
      const path = {PLOT}.querySelector('.dmf-axis').getAttribute('d');
      return Number(/L([^,]+),/.exec(path)[1]);
    }})()"""
    before = page.evaluate(nearest)
    page.locator(".dmf-surface").scroll_into_view_if_needed()
    box = page.locator(".dmf-surface").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 110, box["y"] + 100)
    page.mouse.up()
    assert page.evaluate(nearest) > before


def test_a_finger_turns_it_sideways_and_scrolls_the_page_otherwise(
    chromium: Any, tmp_path: Path
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 700}, has_touch=True)
    page = context.new_page()
    page.goto(alone(tmp_path, EVERY_MARK))
    page.wait_for_function("document.querySelector('dmf-explorable').explorable")
    page.evaluate(f"{PLOT}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
    box = page.locator(".dmf-surface").bounding_box()
    client = context.new_cdp_session(page)
    start = page.evaluate("scrollY")

    def swipe(dx: int, dy: int) -> None:
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        touch = "Input.dispatchTouchEvent"
        client.send(touch, {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for k in range(1, 9):
            at = {"x": x + dx * k / 8, "y": y + dy * k / 8}
            client.send(touch, {"type": "touchMove", "touchPoints": [at]})
        client.send(touch, {"type": "touchEnd", "touchPoints": []})

    swipe(80, 4)
    turned = page.evaluate(TURN)
    # All of the way: a browser that may scroll sideways takes the finger away after a few pixels.
    assert turned == [355, 30]
    assert page.evaluate("scrollY") == start
    swipe(0, -160)
    page.wait_for_function(f"scrollY > {start}")
    assert abs(page.evaluate(TURN)[0] - turned[0]) < 10
    context.close()


def test_the_view_stays_when_a_slider_moves(opened: tuple[Explorable, Any]) -> None:
    _, page = opened
    page.locator(SVG).focus()
    page.keyboard.press("ArrowLeft")
    before = page.evaluate(SUMS)
    page.evaluate("document.querySelector('dmf-explorable').explorable.set({ size: 0.3 })")
    assert page.evaluate(SUMS) != before
    assert page.evaluate(TURN) == [40, 30]
    page.set_viewport_size({"width": 600, "height": 900})
    page.wait_for_function(f"{PLOT}.querySelector('canvas').width < 590")
    assert page.evaluate(TURN) == [40, 30]


@pytest.mark.parametrize("opened", ["flat_minima.groove", EVERY_MARK], indirect=True)
def test_names_of_axes_stay_in_a_narrow_picture(opened: tuple[Explorable, Any]) -> None:
    _, page = opened
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(f"{PLOT}.querySelector('canvas').width < 400")
    beyond = page.evaluate(
        f"""() => Array.from({{ length: 24 }}, (_, k) => 15 * k).flatMap((about) => {{
          const live = dmfbook.turnOf({PLOT});
          live[0] = about;
          document.querySelector('dmf-explorable').explorable.set({{}});
          const room = {PLOT}.getBoundingClientRect();
          return [...{PLOT}.querySelectorAll('.dmf-word-at')]
            .map((name) => [name.textContent, name.getBoundingClientRect()])
            .filter(([, box]) => box.left < room.left - 1 || box.right > room.right + 1)
            .map(([text]) => `${{text}} at ${{about}} degrees`);
        }})"""
    )
    assert beyond == []


def test_the_numbers_of_the_table_have_heights(opened: tuple[Explorable, Any]) -> None:
    demo, page = opened
    page.locator("summary").click()
    row = page.locator("details tr", has=page.locator("th", has_text="two"))
    two = demo.scene()["panels"][-1]["marks"][3]
    height = f"{two['z'][0]:.4g}".replace("-", "\N{MINUS SIGN}")
    assert f"(0, 0, {height})" in row.inner_text()


def test_a_widget_can_be_turned(chromium: Any) -> None:
    page = chromium.new_page()
    picture = explorable(EVERY_MARK).to_widget().children[0]
    page.set_content(f"<style>{widget.Picture._css}</style><main></main>")
    page.add_script_tag(content=PIXELS)
    page.add_script_tag(content=widget._module().replace("export default", "window.view ="))
    state = {k: getattr(picture, k) for k in ("markup", "specification", "series", "values")}
    page.evaluate(
        """(state) => view.render({
          model: { get: (name) => state[name], set() {}, save_changes() {}, on() {}, off() {} },
          el: document.querySelector("main"),
        })""",
        state,
    )
    before = page.evaluate(SUMS)
    page.locator(SVG).press("ArrowLeft")
    assert page.evaluate(TURN) == [40, 30]
    assert page.evaluate(SUMS) != before
    page.close()
