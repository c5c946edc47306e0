"""What is folded is found: a browser's search on the page, or an address with words, opens it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser

# A few words of a folded part that stand nowhere else, and a mark to find the part by again.
WORDS = """(selector) => {
  const all = document.body.textContent.replace(/\\s+/g, " ");
  for (const part of document.querySelectorAll(selector)) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const words = walker.currentNode.data.trim().replace(/\\s+/g, " ");
      if (words.length > 24 && words.length < 90 && /^[\\w ,.=()]+$/.test(words)
        && walker.currentNode.parentElement.matches("p, pre") && all.split(words).length === 2)
        return words;
    }
  }
}"""
SEEN = """(words) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.replace(/\\s+/g, " ").includes(words)) continue;
    return node.parentElement.checkVisibility({ contentVisibilityAuto: true });
  }
}"""


def test_words_of_a_folded_solution_open_it(chromium: Any, served_book: str) -> None:
    """An address with words in it is searched for as the reader's own search does."""
    address = f"{served_book}book/scalar_uniqueness.html"
    page = chromium.new_page()
    page.goto(address)
    words = page.evaluate(WORDS, "details.solution")
    assert words
    assert page.evaluate(SEEN, words) is False
    page.close()
    page = chromium.new_page()
    page.goto(f"{address}#:~:text={quote(words, safe='')}")
    page.wait_for_function(SEEN, arg=words, timeout=20_000)
    page.close()
