"""Decks on paper: one slide a page, and a page for the teacher with the notes below each slide.

Chromium prints the decks from disk, tagged and with bookmarks. Where it is missing, the decks can
still be printed from any browser.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from teach._tools.sources import ROOT

READY = "document.documentElement.dataset.deck === 'ready'"


def make(out: Path, chapters: list[str]) -> None:
    """Print ``<chapter>.html`` of a folder to ``<chapter>.pdf`` and ``<chapter>-notes.pdf``."""
    sys.path.append(str(ROOT / "tests/support"))
    try:
        from browser import FLAGS, find_chromium
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        print(f"no PDFs of the slides: {error}")
        return
    path = find_chromium()
    if path is None:
        print("no PDFs of the slides: they need Chromium; or open a deck and print it")
        return
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 720}, color_scheme="light")
        page.set_default_timeout(180_000)
        for chapter in chapters:
            page.goto((out / f"{chapter}.html").resolve().as_uri())
            page.wait_for_function(READY)
            page.wait_for_timeout(500)  # until the last picture is drawn
            (out / f"{chapter}.pdf").write_bytes(printed(page, notes=False))
            (out / f"{chapter}-notes.pdf").write_bytes(printed(page, notes=True))
        chromium.close()


def printed(page: Any, *, notes: bool) -> bytes:
    """Return the deck that a page shows as a PDF: its slides, or a page of notes for each."""
    page.evaluate("on => document.documentElement.classList.toggle('notes', on)", notes)
    data: bytes = page.pdf(
        tagged=True, outline=True, print_background=True, prefer_css_page_size=True
    )
    return data
