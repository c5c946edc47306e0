"""Chapters as PDFs, of both editions: tagged, with bookmarks, every formula with words.

Chromium prints each chapter as one file (``single.py``), so every link leads out of it to where the
book is published. How a formula is said comes from the Speech Rule Engine, which needs Node.js.
In the edition for students solutions do not exist; for the whole book's PDFs they are unfolded.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from teach._tools.editions import Edition, built, editions
from teach._tools.single import single
from teach._tools.sources import OUT, ROOT, MissingTool, chapters, load, write

SPEECH = ROOT / "_build/speech"
ENGINE = "speech-rule-engine@4.1.5"
PAPER = """
@page { size: A4; margin: 20mm 19mm 22mm; }
html { scroll-behavior: auto; }
/* A frame as wide as the page would lose its right border. */
main { padding-right: 1px; }
p, li { orphans: 3; widows: 2; }
"""
FOOTER = (
    '<div style="width:100%;font:8px sans-serif;color:#555;text-align:center">'
    '<span class="title"></span> &middot; <span class="pageNumber"></span></div>'
)
PREPARE = Path(__file__).with_name("print.js").read_text(encoding="utf-8")
NAME = """(said) => {
  document.querySelectorAll("math").forEach((formula, i) => {
    formula.setAttribute("role", "img");
    formula.setAttribute("aria-label", said[i]);
    formula.setAttribute("lang", "x-formula");
  });
  // A picture that was drawn late has written its own words again.
  document.querySelectorAll("[data-said]").forEach((picture) => {
    picture.setAttribute("aria-label", picture.dataset.said);
  });
}"""


def spoken(formulas: list[str]) -> list[str]:
    """Return how formulas in MathML are said, in English."""
    node = shutil.which("node")
    if node is None or not (SPEECH / "node_modules").is_dir():
        raise MissingTool(
            "PDFs need Node.js and the Speech Rule Engine: "
            f"npm install --no-save --prefix _build/speech {ENGINE}"
        )
    distinct = sorted(set(formulas))
    run = subprocess.run(
        [node, str(Path(__file__).with_name("speech.cjs")), str(SPEECH)],
        input=json.dumps(distinct),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    said = dict(zip(distinct, json.loads(run.stdout), strict=True))
    return [said[formula] or "formula" for formula in formulas]


@contextmanager
def browser() -> Iterator[Any]:
    """Give a Chromium that asks nobody for anything."""
    sys.path[:0] = [str(ROOT / "tests/support")]
    try:
        import pikepdf  # noqa: F401
        from browser import FLAGS, INSTALL_CHROMIUM, find_chromium
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise MissingTool(f"PDFs need the packages of requirements.txt: {error}") from error
    path = find_chromium()
    if path is None:
        raise MissingTool(f"PDFs need Chromium. {INSTALL_CHROMIUM}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        context = chromium.new_context(
            viewport={"width": 900, "height": 1200}, color_scheme="light", offline=True
        )
        context.set_default_timeout(300_000)
        yield context
        chromium.close()


def printed(context: Any, edition: Edition, chapter: str) -> tuple[bytes, list[str]]:
    """Return a chapter as Chromium prints it, with a name on every formula, and its headings."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{chapter}.html"
        write(file, single(edition, chapter))
        page = context.new_page()
        page.goto(file.as_uri())
        page.wait_for_function("document.documentElement.dataset.fonts")
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")  # on paper nothing waits
        page.wait_for_timeout(500)
        address = f"{edition.address}book/{chapter}.html"
        found = page.evaluate(PREPARE, {"address": address, "unfold": edition.name == "book"})
        page.evaluate(NAME, spoken(found["formulas"]))
        page.add_style_tag(content=PAPER)
        data: bytes = page.pdf(
            tagged=True,
            outline=True,
            print_background=True,
            prefer_css_page_size=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
        )
        page.close()
    return data, found["headings"]


def finished(data: bytes, headings: list[str], edition: Edition) -> Any:
    """Return a printed chapter with its structure mended, and with title, author and licence."""
    from pikepdf import Pdf, String

    from teach._tools import pdf_structure

    pdf = Pdf.open(io.BytesIO(data))
    pdf_structure.mend(pdf, headings)
    title = str(pdf.docinfo["/Title"])
    with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
        about["dc:title"] = title
        about["dc:creator"] = [str(load(ROOT / "_config.yml")["author"])]
        about["dc:language"] = ["en"]
        about["dc:rights"] = "CC BY 4.0"
        about["dc:source"] = edition.address
    pdf.docinfo["/Creator"] = String("dmfbook")
    return pdf


def save(pdf: Any, path: Path) -> None:
    """Write a PDF, with its many small objects packed."""
    from pikepdf import ObjectStreamMode

    path.parent.mkdir(parents=True, exist_ok=True)
    pdf.save(path, object_stream_mode=ObjectStreamMode.generate, linearize=False)


def make(out: Path, chosen: list[str]) -> None:
    """Print chapters of both editions: ``student/<chapter>.pdf`` and ``book/<chapter>.pdf``."""
    with browser() as context:
        for edition in editions():
            built(edition)
            for chapter in chosen:
                pdf = finished(*printed(context, edition, chapter), edition)
                save(pdf, out / edition.name / f"{chapter}.pdf")


def main() -> int:
    """Print chapters, and on demand one PDF of all."""
    parser = argparse.ArgumentParser(description="Print the chapters as PDFs.")
    parser.add_argument("--chapter", choices=chapters(), action="append")
    make(OUT / "pdf", parser.parse_args().chapter or chapters())
    return 0


if __name__ == "__main__":
    sys.exit(main())
