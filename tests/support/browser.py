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
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def book_documents() -> list[str]:
    """Return the book's documents in the order of its table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]


DOCUMENTS = book_documents()
CHAPTERS = [name for name in DOCUMENTS if (ROOT / f"{name}.ipynb").exists()]
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium, one for each test file.

    It is not shared by the session: Playwright keeps an event loop running, which would disturb
    the notebook tests that may run in the same process.
    """
    path = find_chromium()
    if path is None:
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop(f"Chromium is missing. {INSTALL_CHROMIUM}")

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def _watch(context: Any, seen: Visit) -> None:
    """Refuse and note requests to other machines; note messages and files that fail."""

    def refuse(route: Any) -> None:
        seen.outside.append(route.request.url)
        route.abort()

    def failed(request: Any) -> None:
        if request.url not in seen.outside:
            seen.missing.append(request.url)

    def answered(response: Any) -> None:
        if response.status >= 400:
            seen.missing.append(f"{response.status} {response.url}")

    context.route(re.compile(r"^(https?|wss?)://(?!127\.0\.0\.1[:/])"), refuse)

    def said(message: Any) -> None:
        if HINT not in message.text:
            seen.messages.append(f"{message.type}: {message.text}")

    context.on("console", said)
    context.on("weberror", lambda error: seen.messages.append(f"error: {error.error}"))
    context.on("requestfailed", failed)
    context.on("requestfinished", lambda request: seen.files.add(request.url))
    context.on("response", answered)


@contextmanager
def visits(chromium: Any, book: Path) -> Iterator[Callable[..., Visit]]:
    """Give a function that opens pages, each in a context of its own, closed in the end."""
    contexts: list[Any] = []

    def open_page(
        address: str, scheme: str = "light", width: int = 1280, height: int = 900, **options: Any
    ) -> Visit:
        context = chromium.new_context(
            color_scheme=scheme, viewport={"width": width, "height": height}, **options
        )
        # A busy machine may take long to lay out a chapter; that is no fault of the page.
        context.set_default_timeout(180_000)
        contexts.append(context)
        seen = Visit(context.new_page())
        _watch(context, seen)
        path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", address).groups()
        seen.page.goto(address if ":" in path else (book / path).as_uri() + mark + rest)
        seen.page.wait_for_load_state("load")
        if address != "about:blank":
            seen.page.wait_for_function(SETTLED)
        return seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(chromium: Any, book: Path) -> Iterator[Callable[..., Visit]]:
    """Open pages, closed after the test."""
    with visits(chromium, book) as open_page:
        yield open_page


@pytest.fixture(scope="module", params=PAGES)
def page_from_disk(request: pytest.FixtureRequest, chromium: Any, book: Path) -> Iterator[Visit]:
    """Every page of the book in turn, opened once for all tests of a file that ask for it."""
    with visits(chromium, book) as open_page:
        yield open_page(request.param)
