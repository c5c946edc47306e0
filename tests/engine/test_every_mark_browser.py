"""The explorable with every mark in a real browser: controls, addresses, ticks, themes, widgets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from explorable_cases import EVERY_MARK, explorable
from explorable_pages import Shown, window, written

from dmfbook.explorables.forms import widget
from dmfbook.explorables.forms.page import SCRIPTS, WEB

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shown(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Return it, opened once: settings are reached at once."""
    with window(chromium, reduced_motion="reduce") as one:
        yield one.show(EVERY_MARK, written(tmp_path_factory.mktemp("alone"), EVERY_MARK))


def test_sliders_are_moved_by_keyboard_and_pointer(shown: Shown) -> None:
    """As every explorable has the same ones, one of each scale is tried with real keys."""
    _, demo, page, messages = shown
    now = "document.querySelector('dmf-explorable').explorable.values"
    page.locator("button[data-setting='']").click()
    for slider in demo.sliders:
        field = page.locator(f"input[id='{demo.name}-{slider.name}']")
        field.focus()
        page.keyboard.press("End")
        assert page.evaluate(now)[slider.name] == slider.high
        page.keyboard.press("Home")
        assert page.evaluate(now)[slider.name] == slider.low
        page.keyboard.press("ArrowRight")
        assert page.evaluate(now)[slider.name] > slider.low
        box = field.bounding_box()
        page.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
        assert page.evaluate(now)[slider.name] == slider.high
        page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2)
        assert page.evaluate(now)[slider.name] == slider.low
    page.locator("button[data-setting='']").click()
    assert not messages


def test_play_and_step(shown: Shown) -> None:
    page = shown.page
    values = "document.querySelector('dmf-explorable').explorable.values"
    page.locator("button[data-setting='']").click()
    page.locator("button[data-step]").click()
    assert page.evaluate(values)["steps"] == 13
    page.locator("button[data-play]").click()
    # Paused from within the page: on a busy machine the play could end before a click arrives.
    page.wait_for_function(
        f"{values}.steps > 15 && (document.querySelector('button[data-play]').click(), true)"
    )
    stopped = page.evaluate(values)["steps"]
    page.wait_for_timeout(500)
    assert page.evaluate(values)["steps"] == stopped
    page.locator("summary").click()
    assert "root" in page.locator("details tbody").inner_text()


def test_shades_and_contours_stand_where_the_lines_do(shown: Shown) -> None:
    """At size 1 the widest contour is a circle of radius 2, twice as large as the dotted line."""
    shown.page.evaluate("document.querySelector('dmf-explorable').explorable.set({ size: 1 })")
    contour, circle, shades = shown.page.evaluate(
        """() => {
          const panel = document.querySelector('.dmf-panel');
          const marks = [...panel.querySelectorAll('svg svg > g > *')];
          const contour = marks.findIndex((mark) => mark.matches('.dmf-contour'));
          return [marks[contour], marks[contour + 2], panel.querySelector('.dmf-heat')]
            .map((e) => e.getBoundingClientRect()).map((r) => [r.x, r.y, r.width, r.height]);
        }"""
    )
    for box in (contour, shades):
        assert box[0] == pytest.approx(circle[0] - circle[2] / 2, abs=2)
        assert box[2] == pytest.approx(2 * circle[2], rel=0.02)
    assert contour[3] == pytest.approx(2 * circle[3], rel=0.02)
    # From -2 to 3, in the units of the circle.
    assert shades[3] == pytest.approx(2.5 * circle[3], rel=0.02)


def test_the_url_holds_the_state_and_brings_it_back(shown: Shown) -> None:
    page = shown.page
    page.locator("button[data-setting='']").click()
    page.locator("button[data-setting='one']").click()
    page.wait_for_function("location.hash === '#every-mark?size=1'")
    page.evaluate("location.hash = '#every-mark?setting=mirrored&steps=7'")
    page.wait_for_function("document.querySelector('dmf-explorable').explorable.values.steps === 7")
    assert page.evaluate(
        "document.querySelector('dmf-explorable').explorable.values.size"
    ) == pytest.approx(0.9)
    page.evaluate("location.hash = '#every-mark?size=nonsense&steps=99'")
    page.wait_for_function(
        "document.querySelector('dmf-explorable').explorable.values.steps === 30"
    )
    assert not shown.messages


NOW = "document.querySelector('dmf-explorable').explorable.values"


@pytest.mark.parametrize(
    "wishes",
    ["setting=constructor", "setting=__proto__", "size=%20", "size=NaN&steps=", "steps=%zz", "%"],
)
def test_rubbish_in_the_url_changes_nothing(shown: Shown, wishes: str) -> None:
    shown.page.evaluate(f"location.hash = '#every-mark?size=1.5&{wishes}#'")
    shown.page.evaluate(f"location.hash = '#every-mark?{wishes}'")
    shown.page.wait_for_function("document.activeElement.matches('figure')")
    assert shown.page.evaluate(NOW) == {s.name: s.value for s in shown.demo.sliders}
    assert not shown.messages


def test_a_link_stops_the_play_and_takes_the_keyboard_along(shown: Shown) -> None:
    page = shown.page
    page.locator("button[data-setting='']").click()
    play = page.locator("button[data-play]")
    page.emulate_media(reduced_motion="no-preference")
    play.click()
    assert "■" in play.inner_text()
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("location.hash = '#every-mark?steps=3'")
    page.wait_for_function(f"{NOW}.steps === 3")
    page.wait_for_timeout(500)
    assert page.evaluate(NOW)["steps"] == 3
    assert "▶" in play.inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('#every-mark .dmf-surface > svg')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "every-mark-size"


def test_an_address_that_the_page_wrote_moves_no_reader(shown: Shown) -> None:
    """Back brings the state again, and the reader to where they were; a link still leads there."""
    page = shown.page
    page.evaluate("document.body.style.paddingBottom = '9000px'")
    page.locator("button[data-setting='one']").click()
    page.wait_for_function("location.hash === '#every-mark?size=1'")
    page.evaluate("scrollTo({ top: 4000, behavior: 'instant' })")
    page.evaluate("location.hash = '#elsewhere'")
    page.evaluate("history.back()")
    page.wait_for_function("location.hash === '#every-mark?size=1'")
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == 4000
    assert page.evaluate(NOW)["size"] == 1
    page.evaluate("location.hash = '#every-mark?size=1.5'")
    page.wait_for_function("scrollY < 1000")
    page.evaluate("document.body.style.paddingBottom = ''")


def test_a_setting_starts_from_the_declared_state(shown: Shown) -> None:
    page = shown.page
    page.evaluate(
        "document.querySelector('dmf-explorable').explorable.set({ steps: 3, size: 0.4 })"
    )
    page.locator("button[data-setting='mirrored']").click()
    values = page.evaluate(NOW)
    assert values["size"] == pytest.approx(0.9)
    assert values["steps"] == 12


def test_the_link_to_a_state_is_copied_by_a_button(shown: Shown) -> None:
    page = shown.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("button[data-setting='one']").click()
    page.locator("button[data-link]").click()
    page.wait_for_function("document.querySelector('[data-link]').textContent !== 'Copy link'")
    assert page.evaluate("location.hash") == "#every-mark?size=1"
    words = page.locator("button[data-link]").inner_text()
    assert words in ("Copied", "In the address bar")
    if words == "Copied":
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.endswith("#every-mark?size=1")
    page.wait_for_function("document.querySelector('[data-link]').textContent === 'Copy link'")


def test_the_address_of_another_place_stays(shown: Shown) -> None:
    shown.page.locator("button[data-setting='one']").click()
    shown.page.evaluate("location.hash = '#elsewhere'")
    shown.page.wait_for_timeout(600)
    assert shown.page.evaluate("location.hash") == "#elsewhere"


def test_readouts_are_spoken_once_the_slider_rests_and_not_on_opening(shown: Shown) -> None:
    page = shown.page
    page.reload()
    page.wait_for_timeout(600)
    live = page.locator(".dmf-live")
    assert live.text_content() == ""
    assert "root: " in page.locator("svg[role=img]").first.get_attribute("aria-label")
    field = page.locator("input[data-slider='0']")
    for _ in range(3):
        field.press("ArrowRight")
    assert live.text_content() == ""
    page.wait_for_function("document.querySelector('.dmf-live').textContent.includes('root: ')")
    assert page.locator("output:not([aria-live=off])").count() == 0, "heard at every pixel"


@pytest.mark.parametrize(("touch", "least"), [(True, 44), (False, 36)])
def test_what_can_be_touched_is_large_enough(
    shown: Shown, chromium: Any, touch: bool, least: int
) -> None:
    context = chromium.new_context(has_touch=touch, is_mobile=touch)
    page = context.new_page()
    page.goto(shown.page.url.partition("#")[0])
    page.wait_for_function("document.querySelector('dmf-explorable').explorable")
    assert page.evaluate("matchMedia('(pointer: coarse)').matches") == touch
    for control in page.locator("button, summary, input").all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= least, control.evaluate("e => e.outerHTML")
    context.close()


def test_paper_shows_the_sliders_values(shown: Shown) -> None:
    page = shown.page
    page.emulate_media(media="print")
    assert page.locator("label", has_text="size").is_visible()
    assert all(output.is_visible() for output in page.locator("output").all())
    assert not any(e.is_visible() for e in page.locator("input, button, details").all())
    page.emulate_media(media="screen")


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (9999.6, 4, "10000"),
        (999.96, 3, "1000"),
        (0.99999, 4, "1"),
        (12340, 4, "12340"),
        (-0.25, 4, "−0.25"),
        (-0.00003, 4, "−3e−5"),
        (0.000099999, 4, "0.0001"),
        (2.5e8, 4, "2.5e8"),
        (0, 4, "0"),
    ],
)
def test_numbers_are_written_short_and_round(
    shown: Shown, number: float, digits: int, text: str
) -> None:
    assert shown.page.evaluate(f"dmfbook.format({number}, {digits})") == text


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    ("low", "high"), [(1.7, 9), (2, 3), (0.15, 1.2), (1e-9, 1e7), (3e-5, 4e-5), (1e6, 2e9)]
)
@pytest.mark.parametrize("count", [0.4, 2.1, 6])
def test_an_axis_has_two_ticks_at_least(
    shown: Shown, low: float, high: float, log: bool, count: float
) -> None:
    where = f"({low}, {high}, {count}, {json.dumps(log)})"
    ticks = shown.page.evaluate(f"dmfbook.ticks{where}")
    assert 2 <= len(ticks) <= max(2 * count + 1, 6)
    assert ticks == sorted(set(ticks))
    slack = 1e-9 * (high - low)
    assert low - slack <= ticks[0] < ticks[-1] <= high + slack
    assert ticks[0] > 0 or not log


@pytest.mark.parametrize(
    ("element", "attribute", "dark"),
    [("documentElement", "data-theme", "dark"), ("body", "data-jp-theme-light", "false")],
)
def test_shades_follow_the_theme(shown: Shown, element: str, attribute: str, dark: str) -> None:
    page = shown.page
    page.add_style_tag(
        content="[data-jp-theme-light=false] .dmf-explorable { --dmf-blue: #7db4f5 }"
    )
    page.evaluate(
        "window.tint = () => document.querySelector('.dmf-heat canvas').getContext('2d')"
        ".getImageData(8, 8, 1, 1).data.slice(0, 3).join()"
    )
    light = page.evaluate("tint()")
    page.evaluate(f"document.{element}.setAttribute('{attribute}', '{dark}')")
    page.wait_for_function("(light) => tint() !== light", arg=light)
    page.evaluate(f"document.{element}.removeAttribute('{attribute}')")
    page.wait_for_function("(light) => tint() === light", arg=light)


def test_missing_styles_leave_a_demo_alive(chromium: Any) -> None:
    scripts = "".join(f"<script>{(WEB / name).read_text('utf-8')}</script>" for name in SCRIPTS)
    page = chromium.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    element = explorable(EVERY_MARK).to_html(still=False)
    page.set_content(f"<!doctype html><main>{element}</main>{scripts}")
    page.wait_for_function("document.querySelector('dmf-explorable').explorable")
    assert "1.09545" in page.locator("dd").first.text_content()
    page.close()
    assert not errors


def test_views_of_one_widget_move_together_and_leave_nothing_behind(
    shown: Shown, chromium: Any
) -> None:
    page = chromium.new_page()
    page.set_content(f"<style>{widget.Picture._css}</style><main></main>")
    page.add_script_tag(content=widget._module().replace("export default", "window.view ="))
    picture = shown.demo.to_widget().children[0]
    state = {k: getattr(picture, k) for k in ("markup", "specification", "series", "values")}
    moved, left = page.evaluate(
        """(state) => {
          const listeners = new Set();
          const model = {
            get: (name) => state[name],
            set(name, value) { state[name] = value; listeners.forEach((listener) => listener()); },
            save_changes() {},
            on: (_, listener) => listeners.add(listener),
            off: (_, listener) => listeners.delete(listener),
          };
          const el = document.querySelector("main");
          const close = [1, 2].map(() => view.render({ model, el }));
          model.set("values", { ...state.values, size: 2 });
          const plot = document.querySelector(".dmf-plot");
          const { left, top } = plot.getBoundingClientRect();
          plot.dispatchEvent(new MouseEvent("click", { clientX: left, clientY: top }));
          const words = [...document.querySelectorAll(".dmf-readouts")].map((e) => e.textContent);
          close.forEach((f) => f());
          return [[state.values.size, words[0] === words[1]], listeners.size];
        }""",
        state,
    )
    page.close()
    assert moved == [0.1, True]
    assert left == 0
