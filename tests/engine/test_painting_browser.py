"""What a panel shows in a real browser: surfaces as Python draws them, and only changes anew."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest
from explorable_cases import EVERY_MARK, declared
from surface_pages import PLOT, SUMS, SVG, TURN, opened
from tiers import one_of_each_chapter

from dmfbook.explorables import Explorable
from dmfbook.explorables.forms.relief import Relief

__all__ = ["opened"]

pytestmark = pytest.mark.browser

TURNS = {
    "factorization.valley": (35, 30),
    "scalar_uniqueness.minimizer": (160, 12),
    "sharpness.direction": (275, 65),
    EVERY_MARK: (200, 40),
}
#: One of the book's and the one with every mark; the others are thorough.
QUICK = ("scalar_uniqueness.minimizer", EVERY_MARK)
#: Whether pictures are drawn as large as their places are.
FITTED = """() => [...document.querySelectorAll('.dmf-plot')].every(
  (plot) => plot.querySelector('svg').getAttribute('viewBox') ===
            `0 0 ${plot.clientWidth} ${plot.clientHeight}`)"""
MOVE = "(values) => document.querySelector('dmf-explorable').explorable.set(values)"


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
def test_marks_and_shades_that_stay_are_not_drawn_again(opened: tuple[Explorable, Any]) -> None:
    """In the plane a direction moves segments, a target the map with all its contours."""
    _, page = opened
    page.evaluate(
        """() => {
          const panel = document.querySelector('.dmf-panel');
          globalThis.drawn = new Set();
          panel.querySelectorAll('svg svg > g').forEach((group, i) =>
            new MutationObserver((records) => {
              drawn.add(i);
              parsed += records.filter(({ type }) => type === 'childList').length;
            }).observe(group, { subtree: true, childList: true, attributes: true }));
          const context = panel.querySelector('.dmf-heat canvas').getContext('2d');
          const put = context.putImageData.bind(context);
          context.putImageData = (...image) => { shades += 1; put(...image); };
        }"""
    )
    heat, valleys, segments = [0], [1, 2], [3, 4, 5]
    for values, changed, painted in (
        ({"angle": 70}, segments, 0),
        ({"first": 0.5}, segments, 0),
        ({"target": 1.7}, heat + valleys, 1),
        ({"target": 1.7}, [], 0),
    ):
        page.evaluate("shades = parsed = 0; drawn.clear()")
        page.evaluate(MOVE, values)
        assert page.evaluate("[[...drawn], shades, parsed]") == [changed, painted, 0], values
    page.evaluate("shades = 0; document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate("shades") == 1


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
            f"(values) => {{ paints = 0; ({MOVE})(values); return paints; }}", values
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
def test_after_moves_the_picture_is_that_of_a_fresh_page(opened: tuple[Explorable, Any]) -> None:
    """Its canvases, of the map and of the surface, and all that is drawn on them."""
    demo, page = opened
    picture = """(() => {
      const panels = document.querySelector('.dmf-panels');
      return [panels.innerHTML, [...panels.querySelectorAll('canvas')].map(sums)];
    })()"""
    ends = [{s.name: getattr(s, end) for s in demo.sliders} for end in ("low", "high", "value")]
    moved = []
    for values in ends:
        page.evaluate(MOVE, values)
        moved.append(page.evaluate(picture))
    for one, other in itertools.combinations(moved, 2):
        assert all(of_one != of_other for of_one, of_other in zip(one[1], other[1], strict=True))
    for values, shown_then in zip(ends, moved, strict=True):
        page.reload()
        page.wait_for_function("document.querySelector('dmf-explorable').explorable")
        page.evaluate(MOVE, values)
        assert page.evaluate(picture) == shown_then, values


@pytest.mark.parametrize(
    "opened", one_of_each_chapter([EVERY_MARK, *declared()], "numbers"), indirect=True
)
def test_markup_that_is_amended_is_that_of_a_fresh_page(opened: tuple[Explorable, Any]) -> None:
    """Whatever came before: every slider at a few places, every setting, and another size."""
    demo, page = opened
    # What a picture is called follows its numbers when they rest.
    panels = """(() => {
      for (const svg of document.querySelectorAll('.dmf-plot > svg')) svg.ariaLabel = '';
      return document.querySelector('.dmf-panels').innerHTML;
    })()"""
    fresh = page.evaluate(panels)
    page.evaluate(
        """(moves) => {
          const { explorable } = document.querySelector('dmf-explorable');
          for (const [setting, values] of moves) explorable.recall(setting, values);
        }""",
        [
            *((None, {s.name: s.at(k * s.positions // 7)}) for s in demo.sliders for k in range(8)),
            *((setting.name, {}) for setting in demo.settings),
        ],
    )
    assert page.evaluate(panels) != fresh
    for width in (700, 900):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(FITTED)
    page.evaluate("document.querySelector('dmf-explorable').explorable.recall(null, {})")
    # A word that has found its place stays there.
    page.evaluate("new Promise((done) => setTimeout(done, 200))")
    amended = page.evaluate(panels)
    page.reload()
    page.wait_for_function("document.querySelector('dmf-explorable').explorable")
    page.wait_for_function(FITTED)
    assert amended == page.evaluate(panels)


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
