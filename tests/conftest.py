"""What every test file may ask for.

Fixtures (the browser ones live in ``browser.py`` and are for tests marked ``browser``):

``book``
    Path of the built HTML book (built first when it is missing or stale). Pages are found by
    ``book / "book/<slug>.html"``.
``served_book``
    The same book over HTTP on this machine: its base address, ending in a slash.
``chromium``
    A Chromium started once for the process, driven by Playwright (a ``Browser``). Where it is
    missing the test is skipped, and fails when the environment variable ``CI`` is set.
``visit``
    ``visit(address, scheme="light", width=1280, height=900, **context_options)`` opens a page in a
    window that no other visit of the test is in, with nothing stored, all requests to other
    machines refused, and returns a ``browser.Visit``:
    ``.page`` (Playwright's), ``.messages`` (console and page errors), ``.outside`` (refused
    requests), ``.missing`` (files that did not load) and ``.check_quiet()``, which asserts that the
    three lists are empty. The address is a path inside the book (opened from disk) or a full URL.

Markers: ``browser`` (needs Chromium), ``thorough`` (left to ``make test ALL=1``) and
``item("P2-5")``: the test checks that item of the papers, which the ledger then shows.
"""

from __future__ import annotations

from typing import Any

import pytest
from browser import (
    INSTALL_CHROMIUM,
    book,
    chromium,
    find_chromium,
    served_book,
    stop_browsers,
    visit,
)
from environment import settle

__all__ = ["book", "chromium", "served_book", "visit"]

settle()

#: The longest files, by what they cost the processors.
LONGEST = (
    "test_pages.py",
    "test_explorables.py",
    "test_predict_pages.py",
    "test_references.py",
    "test_wrong_signs.py",
    "test_style.py",
    "test_matrix_recovery.py",
    "test_slides_browser.py",
    "test_badges.py",
    "test_linear_operators.py",
    "test_whole_book.py",
    "test_gestures.py",
    "test_checks.py",
    "test_layout.py",
    "test_painting_browser.py",
    "test_explorables_browser.py",
    "test_front_page.py",
    "test_one_line.py",
    "test_factorization.py",
    "test_scripts.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that ties a test to an item of the papers."""
    config.addinivalue_line(
        "markers", "item(name): the item of the papers that the test checks, such as P2-5"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Mark the cells of the chapters as thorough, and put the files in order.

    The build has executed these cells, and `test_executed.py` looks at what they printed. Two
    processes share the files: the first one waits for the book to be built, while the other one
    goes through those that need no book, and neither should end with a long one.
    """
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker(pytest.mark.thorough)
    place = {name: i for i, name in enumerate(LONGEST)}
    with_book = {item.path for item in items if "book" in getattr(item, "fixturenames", ())}

    def order(item: Any) -> tuple[bool, bool, int]:
        name = item.path.name
        return name != LONGEST[0], item.path in with_book, place.get(name, len(place))

    items.sort(key=order)


def pytest_runtest_setup(item: Any) -> None:
    """Stop the browser before a notebook: its cells have an event loop of their own."""
    if item.path.suffix == ".ipynb":
        stop_browsers()


def pytest_sessionfinish() -> None:
    """Stop the browser of this process."""
    stop_browsers()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what the pages weigh; and, in one line, how to get skipped browser tests to run."""
    weights = {
        report.nodeid.split("[")[-1].rstrip("]"): kilobytes
        for report in terminalreporter.stats.get("passed", [])
        for name, kilobytes in report.user_properties
        if name == "kilobytes"
    }
    if weights:
        shown = ", ".join(f"{page} {kilobytes}" for page, kilobytes in weights.items())
        terminalreporter.write_line(f"First visits, gzipped, in KB: {shown}")
    if find_chromium() is None:
        terminalreporter.write_line(f"Browser tests need Chromium. {INSTALL_CHROMIUM}")
