"""The built book in a real browser: fixtures, and what a visit to a page collects."""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
INSTALL_CHROMIUM = "Install it with: sudo apt-get install -y chromium (or set CHROMIUM to its path)"
#: Holds in a page of the book once all its fonts are there.
SETTLED = "document.readyState === 'complete' && document.documentElement.dataset.fonts"
#: What Chromium says when a test itself measures closed answers.
HINT = "in a subtree hidden by content-visibility"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    # The first is Chromium without what draws windows: the same pages for half the work.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def book_documents() -> list[str]:
    """Return the book's documents in the order of its table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]


DOCUMENTS = book_documents()
CHAPTERS = [name for name in DOCUMENTS if (ROOT / f"{name}.ipynb").exists()]
#: A short chapter, for what all of them share.
CHAPTER = "book/scalar_uniqueness.html"
PAGES = [f"{name}.html" for name in DOCUMENTS] + ["search.html"]


def bring_sources(page: Any) -> None:
    """Let a page load the TeX of its formulas, as the first press or selection does."""
    if page.evaluate("Boolean(document.documentElement.dataset.formulas)"):
        page.evaluate("document.dispatchEvent(new PointerEvent('pointerdown'))")
        page.wait_for_function("!document.querySelector('semantics:not(:has(annotation))')")


@dataclass
class Visit:
    """A page that was opened, and everything that went wrong since.

    Attributes
    ----------
    page
        Playwright's page.
    messages
        What the console printed and the errors that the page threw.
    outside
        Addresses on other machines that the page asked for; all are refused.
    missing
        Files of the book that did not load.
    files
        Addresses of those that did.
    """

    page: Any
    messages: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def check_quiet(self) -> None:
        """Assert that nothing was printed, refused or missing."""
        assert not self.messages, f"the console says {self.messages}"
        assert not self.outside, f"the page asks other machines for {self.outside}"
        assert not self.missing, f"files do not load: {self.missing}"


@pytest.fixture(scope="session")
def book() -> Path:
    """Path of the built HTML book, brought up to date first."""
    build = subprocess.run(
        [sys.executable, str(ROOT / "tools/build.py")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert build.returncode == 0, f"the book does not build:\n{build.stdout}\n{build.stderr}"
    return ROOT / "_build/html"


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and keeps the test log clean."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class _QuietServer(http.server.ThreadingHTTPServer):
    """Keeps the test log clean when a browser leaves before a file has arrived."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def served_book(book: Path) -> Iterator[str]:
    """Base address of the book served over HTTP on this machine."""
    handler = functools.partial(_QuietHandler, directory=str(book))
    with _QuietServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


_RUNNING: list[tuple[Any, Any]] = []
#: Windows that a visit has left, for the next one that asks for the same options.
_FREE: dict[str, list[_Window]] = {}


def stop_browsers() -> None:
    """Close the Chromium of this process, if there is one."""
    _FREE.clear()
    while _RUNNING:
        playwright, browser = _RUNNING.pop()
        browser.close()
        playwright.stop()


def running(path: str) -> Any:
    """Return the Chromium of this process, started if there is none."""
    if _RUNNING and not _RUNNING[0][1].is_connected():
        stop_browsers()
    if not _RUNNING:
        from playwright.sync_api import sync_playwright

        playwright = sync_playwright().start()
        _RUNNING.append((playwright, playwright.chromium.launch(executable_path=path, args=FLAGS)))
    return _RUNNING[0][1]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium; the windows that a test file has opened are closed after it.

    One serves all files of a process, for a start is dear. `conftest.py` stops it before the cells
    of the notebooks, which may run in the same process: Playwright keeps an event loop running.
    """
    path = find_chromium()
    if path is None:
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop(f"Chromium is missing. {INSTALL_CHROMIUM}")
    browser = running(path)
    yield browser
    free = [window.context for windows in _FREE.values() for window in windows]
    for context in browser.contexts:
        if context not in free:
            context.close()


class _Window:
    """A page in a context of its own, and what the visit that is in it has seen."""

    def __init__(self, chromium: Any, options: dict[str, Any]) -> None:
        self.context = chromium.new_context(**options)
        # A busy machine may take long to lay out a chapter; that is no fault of the page.
        self.context.set_default_timeout(180_000)
        self.seen = Visit(self.context.new_page())
        self.scheme = options["color_scheme"]
        self._watch()

    def _watch(self) -> None:
        """Refuse and note requests to other machines; note messages and files that fail."""
        context = self.context

        def refuse(route: Any) -> None:
            self.seen.outside.append(route.request.url)
            route.abort()

        def failed(request: Any) -> None:
            if request.url not in self.seen.outside:
                self.seen.missing.append(request.url)

        def answered(response: Any) -> None:
            if response.status >= 400:
                self.seen.missing.append(f"{response.status} {response.url}")

        def said(message: Any) -> None:
            if HINT not in message.text:
                self.seen.messages.append(f"{message.type}: {message.text}")

        context.route(re.compile(r"^(https?|wss?)://(?!127\.0\.0\.1[:/])"), refuse)
        context.on("console", said)
        context.on("weberror", lambda error: self.seen.messages.append(f"error: {error.error}"))
        context.on("requestfailed", failed)
        context.on("requestfinished", lambda request: self.seen.files.add(request.url))
        context.on("response", answered)

    def is_as_new(self, book: Path) -> bool:
        """Let go of the visit, and tell whether nothing of it is left for the next one."""
        page = self.seen.page
        served = any(file.startswith("http") for file in self.seen.files)
        if served or page.is_closed() or self.context.pages != [page]:
            return False
        page.mouse.move(-1, -1)
        page.goto((book / "_static/favicon.svg").as_uri())
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.emulate_media(
            media="null", color_scheme=self.scheme, reduced_motion="null", forced_colors="null"
        )
        self.seen = Visit(page)
        return True


@contextmanager
def visits(chromium: Any, book: Path, afresh: bool = False) -> Iterator[Callable[..., Visit]]:
    """Give a function that opens pages; no two of them are in one window before the end.

    A window that a visit from disk has left is used by a later one of the same kind, which halves
    what the visit costs; with ``afresh`` each has a window of its own.
    """
    taken: list[tuple[str, _Window]] = []

    def open_page(
        address: str, scheme: str = "light", width: int = 1280, height: int = 900, **options: Any
    ) -> Visit:
        kind = repr((scheme, options))
        size = {"width": width, "height": height}
        if _FREE.get(kind) and not afresh:
            window = _FREE[kind].pop()
            window.seen.page.set_viewport_size(size)
        else:
            window = _Window(chromium, {"color_scheme": scheme, "viewport": size, **options})
        taken.append((kind, window))
        page = window.seen.page
        path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", address).groups()
        page.goto(address if ":" in path else (book / path).as_uri() + mark + rest)
        page.wait_for_load_state("load")
        if address != "about:blank":
            page.wait_for_function(SETTLED)
        return window.seen

    yield open_page
    for kind, window in taken:
        if not afresh and kind.endswith(", {})") and window.is_as_new(book):
            _FREE.setdefault(kind, []).append(window)
        else:
            window.context.close()


@pytest.fixture
def visit(chromium: Any, book: Path) -> Iterator[Callable[..., Visit]]:
    """Open pages, closed after the test."""
    with visits(chromium, book) as open_page:
        yield open_page
