"""The front page: what a stranger sees first, and whether it is true."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from accessible import resize
from browser import CHAPTERS, DOCUMENTS, Visit

from dmfbook import uniqueness_threshold
from dmfbook.demos.scalar_uniqueness import well
from dmfbook.symbolic import depth
from dmfbook.symbolic.scalar_uniqueness import jump_ratio

pytestmark = pytest.mark.browser
FRONT = f"{DOCUMENTS[0]}.html"
SLIDER = ".hero-control input"
TIE = float(uniqueness_threshold(depth=3, regularization=0.5))
#: Where the marble lies, as a number between its places at zero and in the other valley.
MARBLE = """() => {
  const x = (part) => Number(/translate[(]([-\\d.]+)/.exec(part.getAttribute("transform"))[1]);
  return x(document.querySelector(".hero-marble"));
}"""


#: Holds once the picture shows the value of the slider.
DRAWN = """() => {
  const slider = document.querySelector(".hero-control input");
  const spoken = slider.getAttribute("aria-valuetext") || "";
  return spoken.startsWith(Number(slider.value).toFixed(2));
}"""


@pytest.fixture
def front(visit: Callable[..., Visit]) -> Any:
    """Return the front page, at rest."""
    page = visit(FRONT).page
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    page.wait_for_selector(f"{SLIDER}:visible")
    return page


def boxes(page: Any, *selectors: str) -> list[dict[str, float]]:
    """Return where the parts of the page are."""
    return [page.locator(selector).first.bounding_box() for selector in selectors]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_all_of_it_is_above_the_fold(front: Any, width: int, height: int) -> None:
    resize(front, width, height)
    for box in boxes(front, ".hero h1", ".hero-lead", ".hero-ways a", ".hero-scene", SLIDER):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 1
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height + 1
    assert boxes(front, ".hero-land")[0]["height"] >= 250


def test_the_marble_hops_at_the_tie_and_not_elsewhere(front: Any) -> None:
    """The values of the slider, one after the other: the marble moves far only across the tie."""
    slider = front.locator(SLIDER)
    slider.focus()
    slider.evaluate("input => { input.value = 1.3 }")
    places = {}
    for _ in range(24):
        slider.press("ArrowLeft")
        front.wait_for_function(DRAWN)
        places[slider.input_value()] = front.evaluate(MARBLE)
    jumps = [abs(b - a) for a, b in pairwise(places.values())]
    assert len(places) == 24
    (far,) = [k for k, jump in enumerate(jumps) if jump > 100]
    low, high = sorted(float(value) for value in list(places)[far : far + 2])
    assert low < TIE < high + 0.006


def test_a_step_stops_on_the_tie_and_only_then_it_is_told(front: Any) -> None:
    digits = f"{TIE:.5f}"
    words = "() => document.querySelector('.hero').innerText"
    assert digits[:5] not in front.evaluate(words)
    slider = front.locator(SLIDER)
    slider.evaluate("input => { input.value = 1.2 }")
    slider.press("ArrowLeft")
    front.wait_for_function(DRAWN)
    assert digits in front.evaluate(words)
    assert "two best products" in slider.get_attribute("aria-valuetext")
    slider.press("ArrowLeft")
    front.wait_for_function(DRAWN)
    assert digits not in front.evaluate(words)
    # After the leap it says from where on products are ever best: what the library's tie keeps.
    kept = TIE * float(jump_ratio.subs(depth, 3))
    assert f"strictly between 0 and {kept:.2f}" in front.evaluate(words)


def test_its_curve_is_that_of_python(front: Any) -> None:
    """The landscape's lowest point is the minimizer, in the scale of the ruler."""
    slider = front.locator(SLIDER)
    slider.evaluate("input => { input.value = 1.39 }")
    slider.press("ArrowRight")
    front.wait_for_function(DRAWN)
    target = float(slider.input_value())
    values = {"target": target, "regularization": 0.5, "depth": 3}
    best = well.scene(values)["panels"][0]["marks"][2]["x"][0]
    zero, one = (
        float(
            front.locator(".hero-numbers text", has_text=re.compile(f"^{text}$")).get_attribute("x")
        )
        for text in ("0", "1")
    )
    assert front.evaluate(MARBLE) == pytest.approx(zero + best * (one - zero), abs=0.1)
    corners = re.findall(r"([-\d.]+),([-\d.]+)", front.locator(".hero-crest").get_attribute("d"))
    x, _ = max(((float(x), float(y)) for x, y in corners), key=lambda corner: corner[1])
    assert x == pytest.approx(zero + best * (one - zero), abs=3)


def test_it_moves_by_itself_until_it_is_touched(visit: Callable[..., Visit]) -> None:
    page = visit(FRONT).page
    shown = f"() => document.querySelector('{SLIDER}').value"
    page.wait_for_selector(f"{SLIDER}:visible")
    before = page.evaluate(shown)
    page.wait_for_function(
        f"before => document.querySelector('{SLIDER}').value !== before", arg=before
    )
    page.locator("[data-pause]").click()
    page.wait_for_timeout(100)
    still = page.evaluate(shown)
    page.wait_for_timeout(200)
    assert page.evaluate(shown) == still
    page.locator(SLIDER).press("ArrowRight")
    assert not page.locator("[data-pause]").is_visible()


def test_every_chapter_has_a_card_and_a_picture(front: Any, book: Path) -> None:
    cards = front.locator(".cards li")
    links = [card.locator("a").get_attribute("href") for card in cards.all()]
    assert links == [f"{Path(name).name}.html" for name in CHAPTERS]
    numbers = [card.locator("small").text_content() for card in cards.all()]
    assert numbers == [str(n) for n in range(1, len(CHAPTERS) + 1)]
    assert cards.locator("svg.vignette path").count() >= 2 * len(CHAPTERS)


def test_every_page_shows_a_picture_where_it_is_linked(book: Path) -> None:
    for name in DOCUMENTS:
        head = (book / f"{name}.html").read_text("utf-8").split("</head>")[0]
        shown = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)">', head))
        assert {"og:title", "og:type", "og:url", "og:image"} <= set(shown), name
        picture = book / shown["og:image"].split("/", 4)[4]
        assert picture.read_bytes()[:4] == b"\x89PNG", name
        assert shown["og:url"].endswith(f"{name}.html")


def test_a_phone_is_not_told_of_keys(visit: Callable[..., Visit]) -> None:
    said = visit(FRONT, width=390, height=844, has_touch=True, is_mobile=True).page
    assert said.locator(".hero-said").inner_text() == "Drag the orange handle."
    assert "arrow keys" in visit(FRONT).page.locator(".hero-said").inner_text()
