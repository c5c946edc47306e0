"""Every page of the built book is accessible, as far as axe-core can tell, and quiet from disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from browser import PAGES, Visit

pytestmark = pytest.mark.browser

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
# The glyphs inside a formula are hidden from assistive technology, which reads its MathML instead:
# axe would spend most of its time on them. A letter stands in for them, in a box as large.
SHORTEN_FORMULAS = """() => {
  const boxes = [...document.querySelectorAll("mjx-container")];
  const sizes = boxes.map((box) => box.getBoundingClientRect());
  boxes.forEach((box, i) => {
    const { width, height } = sizes[i];
    box.style.cssText += `;display:inline-block;width:${width}px;height:${height}px`;
    box.replaceChildren("x");
  });
}"""
# A theme changes nothing but colours, so only the rules about colours run again in the dark.
RUN_AXE = """(colours) => axe.run({
  resultTypes: ["violations"], preload: false,
  ...(colours ? { runOnly: ["color-contrast"] } : {}) })"""


def _violations(seen: Visit, colours: bool) -> list[str]:
    """Return what axe-core finds wrong with the page as it is now, or with its colours only."""
    found = seen.page.evaluate(RUN_AXE, colours)
    return [
        f"{rule['id']} ({rule['help']}): {node['html'][:160]} | {node['failureSummary'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_accessible_and_quiet_from_disk(visit: Callable[..., Visit], page: str, width: int) -> None:
    """From disk: nothing is logged, requested elsewhere or missing, and axe finds nothing."""
    wrong = {}
    seen = visit(page, width=width)
    seen.page.add_script_tag(path=AXE)
    # Colours must be the final ones: axe would find fault with a colour that is still changing.
    seen.page.add_style_tag(content="*, ::before, ::after { transition: none !important }")
    seen.page.evaluate(SHORTEN_FORMULAS)
    for theme in ("light", "dark"):
        seen.page.evaluate(
            "theme => { document.documentElement.dataset.mode = theme;"
            " document.documentElement.dataset.theme = theme }",
            theme,
        )
        wrong[theme] = _violations(seen, colours=theme == "dark")
    assert wrong == {"light": [], "dark": []}
    seen.check_quiet()
