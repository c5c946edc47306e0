"""Time slider moves in a real browser: ``python -m benchmarks.browser_latency [name ...]``.

A name is a chapter's, as ``escape``, or one explorable's, as ``escape.drift``; without any, all are
timed. A move is computed, drawn and laid out; printed are the median and the 95th percentile over
the whole range of an explorable's first slider, at full speed and on a processor slowed six times.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from dmfbook.explorables.forms.page import SCRIPTS, WEB, styles

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/support"))

MOVES = 120
TIMING = """(moves) => {
  const element = document.querySelector('dmf-explorable');
  const slider = element.spec.sliders[0];
  const times = [];
  for (let i = 0; i < moves; i++) {
    const start = performance.now();
    const value = slider.low + (slider.high - slider.low) * i / (moves - 1);
    element.explorable.set({ [slider.name]: value });
    void element.offsetHeight;
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return [times[Math.floor(moves / 2)], times[Math.floor(0.95 * moves)]];
}"""


def main(chosen: Sequence[str]) -> None:
    """Print a table of latencies of the chosen chapters and explorables, or of all."""
    from browser import FLAGS, find_chromium
    from explorable_cases import declared, explorable

    style = f"<style>{styles()}</style>"
    scripts = "".join(f'<script defer src="{(WEB / name).as_uri()}"></script>' for name in SCRIPTS)
    print(f"{'explorable':44} {'median':>9} {'95 %':>9} {'slowed':>9} {'95 %':>9}   (ms)")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name in declared():
            if chosen and not {name, name.partition(".")[0]} & set(chosen):
                continue
            demo = explorable(name)
            file = Path(folder) / f"{name}.html"
            markup = f"<!doctype html>{style}{scripts}<main>{demo.to_html(still=False)}</main>"
            file.write_text(markup, encoding="utf-8")
            page = browser.new_page(viewport={"width": 900, "height": 900})
            page.goto(file.as_uri())
            page.wait_for_function("document.querySelector('dmf-explorable').explorable")
            client = page.context.new_cdp_session(page)
            shown = []
            for rate in (1, 6):
                client.send("Emulation.setCPUThrottlingRate", {"rate": rate})
                page.evaluate(TIMING, MOVES // 4)
                shown += page.evaluate(TIMING, MOVES)
            print(f"{name:44} " + " ".join(f"{time:9.2f}" for time in shown))
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
