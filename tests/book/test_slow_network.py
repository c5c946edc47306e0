"""A page whose styles, fonts and scripts come one after the other, over a slow network."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser import CHAPTERS, ROOT, SETTLED

pytestmark = pytest.mark.browser

#: Bytes in a second, and milliseconds for an answer: a first visit takes about two seconds.
SLOW = {"offline": False, "latency": 120, "downloadThroughput": 160_000, "uploadThroughput": 50_000}
LAYOUT_SHIFT = 0.01
#: A quiet machine needs about 55, a busy one some more, as what comes is cut into more pieces.
LAYOUTS = 120
SHIFTS = """() => new Promise((done) => {
  const found = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries())
      found.push([value,
        ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.nodeName)]);
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(found), 400);
})"""


def came(chromium: Any, address: str, width: int, extra: str = "") -> tuple[list[list[Any]], int]:
    """Return what moved while a page came, and how often all of it was laid out."""
    context = chromium.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", SLOW)
    client.send("Performance.enable")
    if extra:
        page.add_init_script(extra)
    page.goto(address)
    page.wait_for_function(SETTLED)
    found = page.evaluate(SHIFTS)
    metrics = {m["name"]: m["value"] for m in client.send("Performance.getMetrics")["metrics"]}
    context.close()
    return list(found), int(metrics["LayoutCount"])


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_it_comes_slowly(chromium: Any, served_book: str, width: int) -> None:
    """Neither when the fonts are there nor when the scripts are; what moves is named."""
    found, layouts = came(chromium, f"{served_book}{CHAPTERS[3]}.html", width)
    assert sum(value for value, *_ in found) <= LAYOUT_SHIFT, found
    # A script that asks for sizes and changes the page in turn has it laid out hundreds of times.
    assert layouts <= LAYOUTS


def test_what_moves_is_seen(chromium: Any, served_book: str) -> None:
    """A line that a script puts above the text is too much."""
    late = (
        "addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() =>"
        " document.querySelector('main').insertAdjacentHTML('afterbegin', '<p>Late.</p>'))))"
    )
    found, _ = came(chromium, f"{served_book}book/about.html", 1280, late)
    assert sum(value for value, *_ in found) > LAYOUT_SHIFT


def test_a_script_that_asks_between_two_changes_is_seen(chromium: Any, served_book: str) -> None:
    eager = (
        "addEventListener('load', () => { const box = document.querySelector('main');"
        " for (let n = 0; n < 200; n += 1)"
        " box.style.paddingLeft = `${box.offsetWidth % 7 + n}px`; })"
    )
    _, layouts = came(chromium, f"{served_book}book/about.html", 1280, eager)
    assert layouts > LAYOUTS


def test_no_style_asks_what_a_page_holds() -> None:
    """Whatever comes may change the answer: all that such a selector reaches is styled anew.

    ``:has`` may end a selector, where it changes its own box; below it nothing may hang.
    """
    for sheet in sorted((ROOT / "book/_static").glob("*.css")):
        # Without the fonts, whose long lines the expression would search from each sign on.
        rules = re.sub(r"url\([^)]*\)", "", sheet.read_text(encoding="utf-8"))
        for selector in re.findall(r"[^{};]*:has\([^{}]*(?={)", rules):
            below = re.sub(r"\([^()]*\)", "", selector.rpartition(":has")[2]).partition(",")[0]
            assert not re.search(r"[\s>+~]\S", below), f"{sheet.name}: {selector}"
