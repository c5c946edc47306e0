"""Look at the built book in Firefox and in WebKit, beside Chromium: ``make browsers``.

Debian's ``firefox-esr`` is driven through Marionette, its own protocol, and ``webkit2gtk-driver``,
the nearest thing to Safari on such a machine, through WebDriver, below ``xvfb-run`` where there is
no screen. A browser that is missing is skipped by name. What each saw is compared with Chromium:
formulas, their fonts and sizes, pictures, and what is wider than the window. Pictures of the pages
lie in ``_build/browsers``.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))
SHOTS = ROOT / "_build/browsers"
PAGES = (
    *("book/index", "book/hessian_spectrum", "book/scalar_uniqueness"),
    *("book/conditioning", "book/evidence", "book/notation"),
)
WIDTHS = (1280, 500)  # Firefox has no narrower window
#: How much wider or narrower than in Chromium, and how much higher or lower, a display may be.
SLACK = (0.15, 0.45)
#: And that many pixels always: boxes of single signs differ.
PIXELS = 24
#: How much larger than in Chromium the letters of a fraction may be, beside those of its formula.
LARGER = 0.1
LOOK = """
const all = (what) => [...document.querySelectorAll(what)];
const box = (part) => part.getBoundingClientRect();
const seen = (part) => box(part).width > 0 && box(part).height > 0;
// A display in one line is there in rows, too: one of them has no box at all.
const twin = (math) => getComputedStyle(math).display === "none";
const open = all("main math").filter(
  (math) => !math.closest("details:not([open]), [hidden]") && !twin(math));
const numbers = all("main .eqno").filter(seen);
return {
  fonts: ["16px Book", "16px 'Book Math'", "16px Hand"].every((font) => document.fonts.check(font)),
  formulas: open.length,
  unseen: open.filter((math) => !seen(math)).length,
  displays: all("main div.math > math").filter(seen).slice(0, 40).map((math) => {
    const { width, height } = box(math.firstElementChild?.firstElementChild ?? math);
    return [width, height];
  }),
  fractions: open.flatMap((math) => [...math.querySelectorAll("mfrac")].map((fraction) => {
    const size = (part) => parseFloat(getComputedStyle(part).fontSize);
    return size(fraction.firstElementChild) / size(math);
  })),
  numbers: numbers.length,
  struck: numbers.filter((number) => {
    const formulas = [...number.parentElement.querySelectorAll("math")];
    const [mine, its] = [box(number), box(formulas.find((math) => !twin(math)))];
    const beside = mine.left > its.right - 1 || mine.right < its.left;
    return !beside && mine.top < its.bottom - 1 && mine.bottom > its.top + 1;
  }).length,
  pictures: all("dmf-explorable").length,
  drawn: all("dmf-explorable").filter((one) => one.querySelector(".dmf-plot > svg path")).length,
  wider: document.documentElement.scrollWidth - innerWidth,
};
"""
FIRST_DISPLAY = "document.querySelector('main .eqno')?.scrollIntoView({block: 'center'})"
WAKE = "document.querySelectorAll('dmf-explorable').forEach((one) => one.wake?.()); return true;"


class Driver(Protocol):
    """What is asked of a browser."""

    def go(self, address: str, width: int) -> None:
        """Open a page in a window so wide inside."""

    def run(self, script: str) -> Any:
        """Return what a script returns."""

    def shoot(self) -> bytes:
        """Return a picture of the window."""


class Marionette:
    """Firefox, through the protocol that it speaks itself."""

    def __init__(self, port: int) -> None:
        for _ in range(100):
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
                break
            except OSError:
                time.sleep(0.2)
        self.count = 0
        self.read()
        self.ask("WebDriver:NewSession", {})

    def read(self) -> Any:
        """Return the next message: its length, a colon, and JSON."""
        length = b""
        while not length.endswith(b":"):
            length += self.socket.recv(1)
        data = b""
        while len(data) < int(length[:-1]):
            data += self.socket.recv(65536)
        return json.loads(data)

    def ask(self, command: str, parameters: dict[str, Any]) -> Any:
        """Send a command and return its result."""
        self.count += 1
        message = json.dumps([0, self.count, command, parameters]).encode()
        self.socket.sendall(str(len(message)).encode() + b":" + message)
        _, _, error, result = self.read()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result

    def go(self, address: str, width: int) -> None:
        """Open a page in a window so wide inside."""
        self.ask("WebDriver:Navigate", {"url": address})
        for _ in range(2):
            inside = self.run("return innerWidth")
            outside = self.ask("WebDriver:GetWindowRect", {})["width"]
            rect = {"width": outside + width - inside, "height": 900}
            self.ask("WebDriver:SetWindowRect", rect)
            time.sleep(0.3)

    def run(self, script: str) -> Any:
        """Return what a script returns."""
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": []})["value"]

    def shoot(self) -> bytes:
        """Return a picture of the window."""
        return base64.b64decode(self.ask("WebDriver:TakeScreenshot", {"full": False})["value"])


class WebDriver:
    """A browser behind a W3C WebDriver."""

    def __init__(self, port: int, capabilities: dict[str, Any]) -> None:
        self.base = f"http://127.0.0.1:{port}"
        for _ in range(50):
            try:
                found = self.ask(
                    "POST", "/session", {"capabilities": {"alwaysMatch": capabilities}}
                )
                break
            except OSError:
                time.sleep(0.2)
        self.base += f"/session/{found['sessionId']}"

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send a request and return its value."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())["value"]

    def go(self, address: str, width: int) -> None:
        """Open a page in a window so wide inside."""
        self.ask("POST", "/url", {"url": address})
        for _ in range(2):
            inside = self.run("return innerWidth")
            outside = self.ask("GET", "/window/rect")["width"]
            self.ask("POST", "/window/rect", {"width": outside + width - inside, "height": 900})
            time.sleep(0.3)

    def run(self, script: str) -> Any:
        """Return what a script returns."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": []})

    def shoot(self) -> bytes:
        """Return a picture of the window."""
        return base64.b64decode(self.ask("GET", "/screenshot"))


class Chromium:
    """Chromium, by which the tests look at the book."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_page()

    def go(self, address: str, width: int) -> None:
        """Open a page in a window so wide inside."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.goto(address)

    def run(self, script: str) -> Any:
        """Return what a script returns."""
        return self.page.evaluate(f"() => {{ {script} }}")

    def shoot(self) -> bytes:
        """Return a picture of the window."""
        return bytes(self.page.screenshot())


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str]) -> Iterator[None]:
    """Run a program as long as it is needed."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home}
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield
        finally:
            # With all that it started: a browser outlives its driver.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def firefox() -> Iterator[Driver | str]:
    """Yield Firefox, or why there is none."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        yield "install firefox-esr"
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as profile:
        settings = f'user_pref("marionette.port", {port});\n'
        (Path(profile) / "user.js").write_text(settings, encoding="utf-8")
        with running([program, "--marionette", "--headless", "--no-remote", "--profile", profile]):
            yield Marionette(port)


@contextmanager
def webkit() -> Iterator[Driver | str]:
    """Yield WebKit, or why there is none."""
    program = shutil.which("WebKitWebDriver")
    mini = next(iter(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser")), None)
    if program is None or mini is None:
        yield "install webkit2gtk-driver"
        return
    port = free_port()
    screen = [] if os.environ.get("DISPLAY") else ["xvfb-run", "-a", "-s", "-screen 0 1600x1200x24"]
    if screen and not shutil.which("xvfb-run"):
        yield "install xvfb"
        return
    options = {"binary": str(mini), "args": ["--automation"]}
    with running([*screen, program, f"--port={port}"]):
        yield WebDriver(port, {"webkitgtk:browserOptions": options})


def look(driver: Driver, name: str) -> dict[tuple[str, int], dict[str, Any]]:
    """Return what a browser sees of each page at each width."""
    found = {}
    for page in PAGES:
        for width in WIDTHS:
            driver.go((ROOT / f"_build/html/{page}.html").as_uri(), width)
            for _ in range(50):
                if driver.run("return document.documentElement.dataset.fonts"):
                    break
                time.sleep(0.2)
            driver.run(WAKE)
            time.sleep(0.5)
            found[page, width] = driver.run(LOOK)
            driver.run(FIRST_DISPLAY)
            shot = SHOTS / f"{name}-{Path(page).name}-{width}.png"
            shot.write_bytes(driver.shoot())
    return found


def faults(seen: dict[str, Any], reference: dict[str, Any]) -> list[str]:
    """Return what is wrong with a page, beside Chromium's view of it."""
    wrong = []
    if not seen["fonts"]:
        wrong.append("the fonts are not there")
    if seen["unseen"] > reference["unseen"]:
        wrong.append(f"{seen['unseen']} of {seen['formulas']} formulas have no size")
    if seen["struck"]:
        wrong.append(f"{seen['struck']} of {seen['numbers']} numbers stand on their formulas")
    if seen["drawn"] < seen["pictures"]:
        wrong.append(f"{seen['pictures'] - seen['drawn']} of {seen['pictures']} pictures are empty")
    if seen["wider"] > 1:
        wrong.append(f"the page is {seen['wider']} pixels too wide")
    sizes = zip(seen["fractions"], reference["fractions"], strict=True)
    large = [mine for mine, its in sizes if mine > its + LARGER]
    if large:
        wrong.append(f"{len(large)} of {len(seen['fractions'])} fractions are too large")
    pairs = zip(seen["displays"], reference["displays"], strict=False)
    far = [
        (mine, its)
        for mine, its in pairs
        if any(
            abs(x - y) > max(slack * y, PIXELS)
            for x, y, slack in zip(mine, its, SLACK, strict=True)
        )
    ]
    if far:
        wrong.append(
            f"{len(far)} displays have other sizes, the first {far[0][0]}, not {far[0][1]}"
        )
    return wrong


def main() -> int:
    """Say what each browser saw."""
    from browser import FLAGS, find_chromium

    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        reference = look(Chromium(chromium), "chromium")
        chromium.close()
    failed = False
    for name, start in (("firefox", firefox), ("webkit", webkit)):
        with start() as driver:
            if isinstance(driver, str):
                print(f"{name}: skipped, {driver}")
                continue
            for (page, width), seen in look(driver, name).items():
                wrong = faults(seen, reference[page, width])
                failed |= bool(wrong)
                counted = f"{seen['formulas']} formulas, {seen['drawn']} pictures"
                print(f"{name}, {page} at {width}: {'; '.join(wrong) or f'{counted}, all well'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
