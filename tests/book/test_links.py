"""The check of links to other sites finds them, and tells which of them work."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import links
import pytest
from browser import ROOT


class Site(http.server.BaseHTTPRequestHandler):
    """A site with one page, one that has moved, and one that is not for robots."""

    def do_GET(self) -> None:
        codes = {"/here": 200, "/moved": 302, "/astray": 302, "/private": 403}
        self.send_response(codes.get(self.path, 404))
        if self.path in ("/moved", "/astray"):
            self.send_header("Location", "/here" if self.path == "/moved" else "/nowhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_links_are_found() -> None:
    text = 'See [a](https://a.org/b_c#d), <https://e.org/>. "https://f.org/g",\n  doi = {10.1/x},\n'
    assert links.links(text + '  eprint = "2401.1",') == {
        "https://a.org/b_c",
        "https://e.org/",
        "https://f.org/g",
        "https://doi.org/10.1/x",
        "https://arxiv.org/abs/2401.1",
    }


def test_the_book_has_links() -> None:
    held = links.places(ROOT)
    assert "README.md" in held["https://arxiv.org/abs/2509.25783"]
    assert {file for files in held.values() for file in files} >= {"book/references.bib"}


def test_answers(
    site: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    held = {f"{site}/{page}": ["a.md"] for page in ("here", "moved", "astray", "private", "gone")}
    held["http://127.0.0.1:1/"] = ["b.md", "c.md"]
    assert links.report(held) == 3
    said = capsys.readouterr().out
    assert f"{site}/gone (a.md): answers 404" in said
    assert f"{site}/astray (a.md): answers 404" in said
    assert f"{site}/private (a.md): refused" in said
    assert "(b.md, c.md): does not answer" in said
    assert "/here" not in said
    assert "6 links, 3 broken" in said
