"""Time a first visit on a phone: ``python -m benchmarks.page_load [name=FOLDER/page.html ...]``.

The largest chapter of the built book is loaded over slow 4G on a processor slowed four times. Each
``name=FOLDER/page.html`` is another page, served in the same way, with whose times ours are
compared: a public copy of an article, or an older build of this book. An absent one is skipped.
"""

from __future__ import annotations

import gzip
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))
VISITS = 3
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
SLOWED = 4
#: What a page costs its reader, in the order of the columns.
COLUMNS = ("LCP (s)", "blocking time (s)", "main thread (s)", "layout shift")
OBSERVE = """
window.seen = { lcp: 0, fcp: 0, long: [], shift: 0 };
const watch = (type, act) => new PerformanceObserver((list) => list.getEntries().forEach(act))
  .observe({ type, buffered: true });
watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
watch("paint", ({ name, startTime }) => {
  if (name === "first-contentful-paint") seen.fcp = startTime;
});
watch("longtask", (entry) => seen.long.push([entry.startTime, entry.duration]));
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
"""
COLLECT = """() => [seen.lcp / 1000, seen.long.filter(([start]) => start > seen.fcp)
  .reduce((sum, [, duration]) => sum + duration - 50, 0) / 1000, seen.shift]"""


class Compressed(SimpleHTTPRequestHandler):
    """Serves files gzipped, as hosts do, and without a word."""

    def do_GET(self) -> None:
        """Send a file, compressed."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        content = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, and yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def visit(browser: Browser, address: str) -> list[float]:
    """Return the costs of one first visit."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=3,
        is_mobile=True,
        has_touch=True,
    )
    page = context.new_page()
    page.add_init_script(OBSERVE)
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", SLOW_4G)
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    client.send("Performance.enable")
    page.goto(address, wait_until="load", timeout=180_000)
    page.wait_for_timeout(3000)
    spent = {m["name"]: m["value"] for m in client.send("Performance.getMetrics")["metrics"]}
    lcp, blocked, shift = page.evaluate(COLLECT)
    context.close()
    return [lcp, blocked, spent["TaskDuration"], shift]


def main() -> None:
    """Print the medians of each page, and ours over theirs."""
    from browser import FLAGS, find_chromium

    pages = {"this book": ROOT / "_build/html/book/hessian_spectrum.html"}
    for argument in sys.argv[1:]:
        name, _, path = argument.partition("=")
        pages[name] = Path(path).resolve()
    found = {name: path for name, path in pages.items() if path.is_file()}
    for name in pages.keys() - found.keys():
        print(f"{name}: skipped, there is no {pages[name]}")
    costs: dict[str, list[list[float]]] = {name: [] for name in found}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for _ in range(VISITS):  # in turn, so that a busy moment hits all alike
            for name, path in found.items():
                # The pages of the book lie one folder below its root.
                root = path.parents[1] if (path.parents[1] / "_static").is_dir() else path.parent
                with served(root) as address:
                    where = path.relative_to(root).as_posix()
                    costs[name].append(visit(browser, f"{address}/{where}"))
        browser.close()
    print(f"{'':24}" + "".join(f"{column:>20}" for column in COLUMNS))
    medians = {
        name: [median(column) for column in zip(*rows, strict=True)] for name, rows in costs.items()
    }
    for name, row in medians.items():
        print(f"{name:24}" + "".join(f"{value:20.3f}" for value in row))
    ours = medians["this book"]
    for name, row in medians.items():
        if name != "this book":
            ratios = [a / b if b else float("nan") for a, b in zip(ours, row, strict=True)]
            print(f"{'ours over ' + name:24}" + "".join(f"{ratio:20.3f}" for ratio in ratios))


if __name__ == "__main__":
    main()
