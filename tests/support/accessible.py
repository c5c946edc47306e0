"""A page as axe-core sees it: made quick to look at, in a theme and at a width."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
# Axe takes its time for every element: what a formula is made of, which it has no rules for, gives
# way to a letter in a box as large. Of the coloured tokens of the code, one of each kind stays.
SHORTEN = """() => {
  const formulas = [...document.querySelectorAll("math")];
  const sizes = formulas.map((formula) => formula.getBoundingClientRect());
  formulas.forEach((formula, i) => {
    if (sizes[i].width === 0) return formula.remove();
    const box = document.createElement("span");
    const { width, height } = sizes[i];
    box.style.cssText = `display:inline-block;width:${width}px;height:${height}px`;
    box.textContent = "x";
    formula.replaceWith(box);
  });
  const kinds = new Set();
  for (const token of document.querySelectorAll("pre span[class]")) {
    if (kinds.has(token.className)) token.replaceWith(...token.childNodes);
    kinds.add(token.className);
  }
  document.body.normalize();
}"""
STILL = "*, ::before, ::after { transition: none !important }"


def prepare(page: Any) -> None:
    """Bring axe into the page, and hold its colours still: half-way ones would be at fault."""
    page.add_script_tag(path=AXE)
    page.add_style_tag(content=STILL)


def resize(page: Any, width: int, height: int = 900) -> None:
    """Make the page as large, and let its scripts answer."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def choose_theme(page: Any, theme: str) -> None:
    """Show the page in a theme."""
    page.evaluate(
        "theme => { document.documentElement.dataset.mode = theme;"
        " document.documentElement.dataset.theme = theme }",
        theme,
    )


def violations(page: Any, rules: str, look: str = "") -> list[str]:
    """Return what axe-core finds wrong with the page as it is now."""
    return [
        f"{rule['id']} ({rule['help']}): {node['html'][:160]} | {node['failureSummary'][:200]}"
        for rule in page.evaluate(rules, look)["violations"]
        for node in rule["nodes"]
    ]
