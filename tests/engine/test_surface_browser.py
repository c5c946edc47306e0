"""The surface in a real browser: drawn as Python draws it, and turned by hand and by keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from explorable_cases import EVERY_MARK, explorable

from dmfbook.explorables import Explorable
from dmfbook.explorables.forms import widget
from dmfbook.explorables.forms.page import SCRIPTS, WEB, styles
from dmfbook.explorables.forms.relief import Relief

pytestmark = pytest.mark.browser

PLOT = "document.querySelector('.dmf-surface')"
TURN = f"[...dmfbook.turnOf({PLOT})]"
SVG = ".dmf-surface > svg"
#: Reads a copy: browsers warn of reading often from a canvas that is drawn on.
PIXELS = """globalThis.pixels = (canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
};"""
#: The picture as numbers: the sum of each channel of the canvas, so that any change shows.
SUMS = f"""(() => {{
  const {{ data }} = pixels({PLOT}.querySelector('canvas'));
  const sums = [0, 0, 0, 0];
  data.forEach((value, k) => (sums[k % 4] += value));
  return sums;
}})()"""
TURNS = {
    "factorization.valley": (35, 30),
    "scalar_uniqueness.minimizer": (160, 12),
    "sharpness.direction": (275, 65),
    EVERY_MARK: (200, 40),
}
#: One of the book's and the one with every mark; the others are thorough.
QUICK = ("scalar_uniqueness.minimizer", EVERY_MARK)


def shown(*of_each: dict[str, Any]) -> list[Any]:
    """Return the explorables as parameters, each with what further dictionaries have for it."""
    return [
        pytest.param(
            name,
            *(values[name] for values in of_each),
            id=name,
            marks=() if name in QUICK else pytest.mark.thorough,
        )
        for name in TURNS
    ]


def write(folder: Path, name: str) -> str:
    """Write a page with one explorable; return its address."""
    scripts = "".join(f'<script defer src="{(WEB / s).as_uri()}"></script>' for s in SCRIPTS)
    file = folder / f"{name}.html"
    file.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>'
        f"<style>{styles()}</style><script>{PIXELS}</script>{scripts}"
        f"<main>{explorable(name).to_html(still=False)}</main>"
        '<div style="height: 2000px"></div>'
    )
    return file.as_uri()


@pytest.fixture
def opened(
    request: pytest.FixtureRequest, chromium: Any, tmp_path: Path
) -> Iterator[tuple[Explorable, Any]]:
    """One explorable alone on a page that may log nothing."""
    name = getattr(request, "param", EVERY_MARK)
    page = chromium.new_page(viewport={"width": 900, "height": 900})
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.goto(write(tmp_path, name))
    page.wait_for_function("document.querySelector('dmf-explorable').explorable")
    yield explorable(name), page
    page.close()
    assert not messages


def seen(demo: Explorable, turn: tuple[float, float]) -> tuple[Relief, dict[str, Any], str]:
    """Return a surface as Python sees it, its numbers, and what the browser needs for the same."""
    (k, panel), *_ = [(k, p) for k, p in enumerate(demo.panels) if p.surface]
    numbers = demo.scene()["panels"][k]
    surface = numbers["marks"][0]
    ends = {"x": numbers["x"], "y": numbers["y"], "z": (surface["low"], surface["high"])}
    style: dict[str, Any] = {"turn": turn, "rise": panel.surface.rise, "equal": panel.equal}
    n = panel.surface.resolution
    given = [None if np.isnan(h) else h for h in surface["value"]]
    browser = f"dmfbook.relief({json.dumps({'heights': given, **ends, **style})}, null)"
    # JSON has no NaN.
    browser = browser.replace("null,", "NaN,").replace("null]", "NaN]").replace(", null)", ")")
    return Relief(surface["value"].reshape(n, n), **ends, **style), numbers, browser


@pytest.mark.parametrize("opened", ["sharpness.direction"], indirect=True)
def test_a_surface_is_painted_again_only_when_it_changes(opened: tuple[Explorable, Any]) -> None:
    _, page = opened
    page.evaluate(
        f"""() => {{
          const context = {PLOT}.querySelector('canvas').getContext('2d');
          const clear = context.clearRect.bind(context);
          globalThis.paints = 0;
          context.clearRect = (...box) => {{ paints += 1; clear(...box); }};
        }}"""
    )
    # On the loss itself nothing changes with a direction; the line through it does.
    for values, paints in (({"angle": 70}, 0), ({"first": 0.5}, 0), ({"target": 1.7}, 1)):
        lines = page.inner_html(SVG)
        counted = page.evaluate(
            """(values) => {
              paints = 0;
              document.querySelector('dmf-explorable').explorable.set(values);
              return paints;
            }""",
            values,
        )
        assert (counted, page.inner_html(SVG) == lines) == (paints, False), values
    page.locator(SVG).focus()
    for key in ("ArrowLeft", "Home"):
        assert page.evaluate("paints = 0") == 0
        page.keyboard.press(key)
        assert page.evaluate("paints") == 1
    page.evaluate("paints = 0; document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate("paints") == 1


@pytest.mark.parametrize("opened", ["sharpness.direction"], indirect=True)
def test_after_moves_the_canvas_is_that_of_a_fresh_page(opened: tuple[Explorable, Any]) -> None:
    demo, page = opened
    ends = [{s.name: getattr(s, end) for s in demo.sliders} for end in ("low", "high", "value")]
    move = "(values) => document.querySelector('dmf-explorable').explorable.set(values)"
    moved = []
    for values in ends:
        page.evaluate(move, values)
        moved.append(page.evaluate(SUMS))
    assert len({tuple(sums) for sums in moved}) >= 3
    for values, sums in zip(ends, moved, strict=True):
        page.reload()
        page.wait_for_function("document.querySelector('dmf-explorable').explorable")
        page.evaluate(move, values)
        assert page.evaluate(SUMS) == sums, values


@pytest.mark.parametrize(("opened", "turn"), shown(TURNS), indirect=["opened"])
def test_both_languages_see_the_same(
    opened: tuple[Explorable, Any], turn: tuple[float, float]
) -> None:
    demo, page = opened
    relief, numbers, browser = seen(demo, turn)
    levels = numbers["marks"][0]["levels"]
    theirs = page.evaluate(
        f"""(levels) => {{
          const relief = {browser};
          const pieces = [];
          relief.paint(
            levels,
            (corners, count, share, light, under) => {{
              const place = (_, k) => [corners[2 * k], corners[2 * k + 1]];
              pieces.push(["face", Array.from({{ length: count }}, place), share, light, under]);
            }},
            (kind, ax, ay, bx, by) => pieces.push([kind, [[ax, ay], [bx, by]]]),
          );
          return pieces;
        }}""",
        [float(level) for level in levels],
    )
    ours = list(relief.pieces(sorted(levels)))
    assert [piece.kind for piece in ours] == [kind for kind, *_ in theirs]
    assert {"face", "level"} <= {piece.kind for piece in ours}
    for piece, (_, corners, *shades) in zip(ours, theirs, strict=True):
        flat = np.stack(relief.flat(*piece.corners.T), axis=1)
        np.testing.assert_allclose(corners, flat, atol=1e-9)
        if piece.kind == "face":
            np.testing.assert_allclose(shades[:2], [piece.share, piece.light], atol=1e-9)
            assert shades[2] == piece.under
    for mark in numbers["marks"][1:]:
        if mark.get("hidden"):
            continue
        place = [np.asarray(mark[k]) for k in "xyz"]
        kept = np.isfinite(sum(place)) & relief.inside(*place)
        points = np.stack(place, axis=1)[kept].tolist()
        told = page.evaluate(
            f"(points) => {{ const r = {browser}; return points.map((p) => r.seen(...p)); }}",
            points,
        )
        assert told == relief.seen(*(p[kept] for p in place)).tolist()
        if len(place[0]) > 1 and np.isfinite(sum(place)).all():
            lines = page.evaluate(
                f"(xyz) => {{ const t = {browser}.traced(...xyz); return [t.before, t.behind]; }}",
                [p.tolist() for p in place],
            )
            for part, mine in zip(lines, relief.traced(*place), strict=True):
                assert len(part) == len(mine)
                for line, stretch in zip(part, mine, strict=True):
                    np.testing.assert_allclose(np.array(line).T, stretch, atol=1e-9)


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
    page.goto(write(tmp_path, EVERY_MARK))
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


def test_the_dark_theme_draws_it_again(opened: tuple[Explorable, Any]) -> None:
    _, page = opened
    light = page.evaluate(SUMS)
    page.evaluate("document.documentElement.setAttribute('data-theme', 'dark')")
    page.wait_for_function(f"(light) => {SUMS}[2] < light[2]", arg=light)
    # The same picture, but for its colours.
    assert page.evaluate(SUMS)[3] == light[3]
    page.evaluate("document.documentElement.removeAttribute('data-theme')")
    page.wait_for_function(f"(light) => {SUMS}.join() === light.join()", arg=light)


def test_a_hole_shows_the_ground(opened: tuple[Explorable, Any]) -> None:
    """From above, where the logarithm has no value nothing is painted, and elsewhere there is."""
    _, page = opened
    page.locator(SVG).focus()
    for _ in range(12):
        page.keyboard.press("ArrowUp")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(TURN) == [0, 90]
    page.evaluate("document.querySelector('dmf-explorable').explorable.set({ size: 0.1 })")
    opaque = page.evaluate(
        f"""() => {{
          const canvas = {PLOT}.querySelector('canvas');
          const {{ data, width }} = pixels(canvas);
          const ratio = width / {PLOT}.clientWidth;
          const path = {PLOT}.querySelector('.dmf-axis').getAttribute('d');
          const [[x0, y0], [x1], [, y2]] = path.slice(1).split('M')[0].split('L')
            .map((pair) => pair.split(',').map(Number));
          const [left, wide] = [Math.min(x0, x1), Math.abs(x1 - x0)];
          const row = Math.round((ratio * (y0 + y2)) / 2);
          return [-0.8, -0.1, 0.9].map((x) =>
            data[4 * (row * width + Math.round(ratio * (left + (wide * (x + 1)) / 2))) + 3]);
        }}"""
    )
    # It is log(0.7 + x), and the first whole cell begins at -0.5.
    assert opaque[0] == 0
    assert opaque[1:] == [255, 255]


@pytest.mark.parametrize("opened", shown(), indirect=True)
def test_every_view_at_every_end_of_the_sliders_draws_numbers(
    opened: tuple[Explorable, Any],
) -> None:
    demo, page = opened
    ends = [{s.name: float(e)} for s in demo.sliders for e in (s.low, s.high)]
    corners = [{s.name: float(getattr(s, e)) for s in demo.sliders} for e in ("low", "high")]
    markups = page.evaluate(
        f"""(all) => all.flatMap((values) => [[0, 0], [90, 90], [217, 45]].map((turn) => {{
          const live = dmfbook.turnOf({PLOT});
          [live[0], live[1]] = turn;
          document.querySelector('dmf-explorable').explorable.set(values);
          return {PLOT}.innerHTML;
        }}))""",
        [*ends, *corners],
    )
    for markup in markups:
        assert "NaN" not in markup
        assert "Infinity" not in markup
        assert "dmf-axis" in markup


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
