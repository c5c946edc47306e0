"""A page in the frame of a learning platform, which gives it no storage and no origin."""

from __future__ import annotations

from typing import Any

import pytest
from browser import HINT, SETTLED

pytestmark = pytest.mark.browser


def test_a_chapter_lives_in_a_sandboxed_frame(served_book: str, chromium: Any) -> None:
    """The fonts are there, formulas are not cut off, a demo moves, and nothing is refused."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(120_000)
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    chapter = f"{served_book}book/scalar_uniqueness.html"
    body = (
        f'<iframe sandbox="allow-scripts" src="{chapter}" style="width: 1200px; height: 800px">'
        "</iframe>"
    )
    address = f"{served_book}frame.html"
    page.route(address, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(address)
    frame = page.frame(url=chapter)
    assert frame.evaluate("self.origin") == "null"
    frame.wait_for_function(SETTLED)
    assert frame.evaluate("document.fonts.check('16px \"Book Math\"')")
    assert frame.evaluate(
        "() => [...document.querySelectorAll('span.math')]"
        ".every((formula) => getComputedStyle(formula).overflowY === 'visible')"
    )
    demo = frame.locator("dmf-explorable").first
    picture = demo.locator("svg[role=img]").first
    before = picture.inner_html()
    demo.locator("input[type=range]").first.press("ArrowLeft")
    frame.wait_for_function(
        "([svg, was]) => svg.innerHTML !== was", arg=[picture.element_handle(), before]
    )
    frame.wait_for_timeout(600)  # by then the state would be in the address
    page.close()
    assert [text for text in messages if HINT not in text] == []
