"""Settings are reached in a short transition, which any input ends, and links lead there alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from explorable_cases import EVERY_MARK, explorable

from dmfbook.explorables.forms.page import SCRIPTS, WEB, styles

pytestmark = pytest.mark.browser

NOW = "document.querySelector('dmf-explorable').explorable.values"
#: Notes the states in which a value beside a slider changes.
WATCH = """() => {
  window.states = [];
  const watch = () => { states.push(document.querySelector('dmf-explorable').explorable.values); };
  new MutationObserver(watch).observe(document.querySelector('.dmf-controls'),
    { subtree: true, childList: true, characterData: true });
}"""


@pytest.fixture
def page(chromium: Any, tmp_path: Any) -> Iterator[Any]:
    """The explorable with every mark, at rest."""
    file = tmp_path / "glide.html"
    scripts = "".join(f'<script defer src="{(WEB / name).as_uri()}"></script>' for name in SCRIPTS)
    file.write_text(
        f'<!doctype html><meta charset="utf-8"><style>{styles()}</style>{scripts}'
        f"<main>{explorable(EVERY_MARK).to_html(still=False)}</main>",
        encoding="utf-8",
    )
    page = chromium.new_page()
    page.goto(file.as_uri())
    page.wait_for_function(NOW)
    page.evaluate(WATCH)
    yield page
    page.close()


def rest(page: Any) -> list[dict[str, float]]:
    """Return the states shown until nothing moved for a while."""
    page.evaluate(
        """async () => {
          let length = -1;
          while (length !== states.length) {
            length = states.length;
            await new Promise((done) => setTimeout(done, 900));
          }
        }"""
    )
    return list(page.evaluate("states"))


def test_a_setting_is_reached_in_steps_and_exactly(page: Any) -> None:
    page.evaluate(f"{NOW}; document.querySelector('dmf-explorable').explorable.set({{ steps: 3 }})")
    page.locator("button[data-setting='mirrored']").click()
    states = rest(page)
    sizes = [state["size"] for state in states]
    goal = explorable(EVERY_MARK).program.setting(
        "mirrored", {s.name: s.value for s in explorable(EVERY_MARK).sliders}
    )
    assert page.evaluate(NOW) == goal
    between = [size for size in sizes if goal["size"] < size < 1.2]
    assert between, "the setting is reached in one jump"
    assert between == sorted(between, reverse=True)
    assert all(float(state["steps"]).is_integer() for state in states)
    assert any(3 < state["steps"] < 12 for state in states)
    pressed = page.locator("button[aria-pressed=true]").evaluate_all(
        "(all) => all.map((button) => button.dataset.setting)"
    )
    assert pressed == ["mirrored"]


def test_ratios_are_halved_where_steps_are_ratios(page: Any) -> None:
    way = page.evaluate(
        """async () => {
          const { sliders } = document.querySelector('dmf-explorable').spec;
          const start = { size: 0.1, steps: 0, decade: 0.0001 };
          const states = [];
          await new Promise((done) => {
            const glide = dmfbook.glide(sliders, (state) => {
              states.push(state);
              if (state.size === 2) done();
            });
            glide.to(start, { size: 2, steps: 30, decade: 1 });
          });
          return states.map(({ size, decade }) => [size, decade]);
        }"""
    )
    assert len(way) > 2
    for size, decade in way:
        assert decade == pytest.approx(1e-4 * 1e4 ** ((size - 0.1) / 1.9), rel=1e-9)


def test_any_input_ends_the_transition(page: Any) -> None:
    page.evaluate(
        """async () => {
          document.querySelector("button[data-setting='one']").click();
          await new Promise((done) => setTimeout(done, 60));
          const input = document.querySelector('.dmf-slider input');
          input.value = input.max;
          input.dispatchEvent(new Event('input', { bubbles: true }));
        }"""
    )
    assert rest(page)[-1]["size"] == 2
    assert page.evaluate(NOW)["size"] == 2


def test_a_link_glides_and_reduced_motion_goes_at_once(page: Any) -> None:
    page.evaluate("location.hash = '#every-mark?setting=one'")
    states = rest(page)
    assert page.evaluate(NOW)["size"] == 1
    assert any(1 < state["size"] < 1.2 for state in states)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("states.length = 0")
    page.locator("button[data-setting='']").click()
    assert page.evaluate(NOW)["size"] == 1.2
    assert {state["size"] for state in rest(page)} == {1.2}
