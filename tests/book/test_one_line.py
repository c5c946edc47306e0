"""Displays whose rows are broken for a phone: in one line on a laptop, if it fits there."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import CHAPTERS, ROOT, Visit, bring_sources
from formula_sources import read_whole
from mathml import forms, to_mathml
from one_line import broken_products, joined, rows_of, width
from search_index import entries, readable
from tiers import a_few_chapters

ONE = (
    r"\begin{aligned} & F(w) \\ & \quad {} = (m - w)^2 \\ & \quad {} + \lambda w^2 . \end{aligned}"
)


def prose(path: Path) -> list[str]:
    """Return the text of a page of the book, cell by cell."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return [text]
    cells = json.loads(text)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (r"& F \\ & = G ,", r"F = G ,"),
        (r"f&(x) - y \\ & \le {} z \\ &\quad - u .", r"f(x) - y \le {} z - u ."),
        (r"a &= b \\ & \longrightarrow 1 ,", r"a = b \longrightarrow 1 ,"),
        (r"a & \overset{1}{\le} b \\ & \overset{2}{=} c", r"a \overset{1}{\le} b \overset{2}{=} c"),
        (r"a = {} & b \cdot \\ & c", r"a = {} b \cdot c"),
        (r"E & = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \\ & \ne 0", None),
        (r"a \le b , \\ \text{with} \quad b = 1", r"a \le b , \quad \text{with} \quad b = 1"),
        (r"a \quad \text{and} \\ -b", r"a \quad \text{and} \quad -b"),
        # Statements of their own, and rows of which it is not known what they are.
        (r"a &= b , \\ c &= d .", ""),
        (r"a &= b . \\ - c &= d", ""),
        (r"a &= b \, , \, \\ = d", ""),
        (r"a &= b \\ c &= d", ""),
        (r"= \bigl\langle R , \; \\ & W \bigr\rangle", ""),
        (r"& A \cdots \\ & \cdots B \\ & = X", ""),
        (r"a \\ \inf b", ""),
        (r"a", ""),
    ],
)  # fmt: skip
def test_what_is_joined(rows: str, line: str | None) -> None:
    found = joined(rf"\begin{{aligned}} {rows} \end{{aligned}}")
    if line is None:  # what is in a matrix stays as it is
        line = r"E = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \ne 0"
    assert (found and re.sub(r" +", " ", found)) == (line or None)


def test_statements_stay_apart() -> None:
    """The parts of each are joined, and their marks of alignment stay."""
    tex = r"\begin{aligned} a &= b \\ &\le c , \\ d &= e \\ & + f . \end{aligned}"
    assert joined(tex) == r"\begin{aligned}a &= b \le c , \\ d &= e + f .\end{aligned}"


def test_only_displays_of_rows_are_joined() -> None:
    assert joined(r"a \\ = b") is None
    assert joined(r"\left[\begin{matrix} a \\ = b \end{matrix}\right]") is None
    assert rows_of(r"\substack{a \\ b} \\ \{ c \\ d \}") == [
        r"\substack{a \\ b} ", r" \{ c ", r" d \}"
    ]  # fmt: skip


def test_the_line_must_fit() -> None:
    """Where it does, both forms are there with the source of the one; else the rows alone."""
    line = to_mathml(joined(ONE) or "", display=True)
    wide = width(line)
    assert 8 < wide < 13
    assert forms(ONE, wide - 0.1) == to_mathml(ONE, display=True)
    both = forms(ONE, wide + 0.1)
    assert re.findall("<math class=.([a-z-]+)", both) == ["one-line", "rows"]
    sources = re.findall(r"<annotation[^>]*>(.*?)</annotation>", both, re.DOTALL)
    assert [html.unescape(source) for source in sources] == [ONE, ONE]


def test_no_row_ends_between_two_factors() -> None:
    """The next row would be read as something else: a sign, a comma or words stand between."""
    broken = broken_products(r"\begin{aligned} & A \cdots \\ & \cdots B \\ & = X \end{aligned}")
    assert broken == [(r"A \cdots", r"\cdots B")]
    displays = [
        (path.name, display)
        for path in sorted(ROOT.glob("book/*"))
        if path.suffix in (".ipynb", ".md")
        for text in prose(path)
        for display in re.findall(r"\$\$.*?\$\$|```\{math\}.*?```", text, re.DOTALL)
    ]
    assert len(displays) > 100
    found = {
        display: (name, rows) for name, display in displays if (rows := broken_products(display))
    }
    assert found == {}


# Of the displays that have both forms: which are there, and which are wider than their boxes.
LOOK = """() => {
  const shown = (math) => math.getClientRects().length > 0;
  const seen = { line: [], rows: [], neither: 0, wide: [], below: [] };
  for (const box of document.querySelectorAll("main div.math:has(> .one-line)")) {
    const [line, rows] = box.querySelectorAll(":scope > math");
    const tex = rows.querySelector("annotation").textContent;
    if (shown(line) === shown(rows)) seen.neither += 1;
    if (shown(rows)) seen.rows.push(tex);
    if (!shown(line)) continue;
    seen.line.push(tex);
    if (box.scrollWidth > box.clientWidth + 1) seen.wide.push(tex);
    const number = box.querySelector(".eqno");
    if (number && number.getBoundingClientRect().top > line.getBoundingClientRect().bottom)
      seen.below.push(tex);
  }
  return seen;
}"""


UNFOLD = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
}"""
# What holds no such display needs no room while windows of several widths are laid out.
LEAVE_THEM = """() => {
  const rest = "p, pre, li, dt, figure, table, nav, form, dmf-explorable, details, h1, h2, h3";
  for (const part of document.querySelectorAll(`main :is(${rest})`))
    if (!part.querySelector(".one-line") && !part.closest("div.math")) part.remove();
}"""


# What the margins of a printed page leave, in CSS pixels.
A4 = 680
# Large brackets with a power or an index that are not as tall as those without.
SMALL = """() => [...document.querySelectorAll("main :is(msub, msup, msubsup) mo[minsize]")]
  .filter((sign) => sign.getClientRects().length)
  .filter((sign) => sign.getBoundingClientRect().height
    < parseFloat(sign.getAttribute("minsize")) * parseFloat(getComputedStyle(sign).fontSize) - 1)
  .map((sign) => sign.closest("math").querySelector("annotation").textContent)"""


@pytest.fixture(params=a_few_chapters(CHAPTERS, "one line"))
def chapter(request: pytest.FixtureRequest, visit: Callable[..., Visit]) -> Visit:
    seen = visit(f"{request.param}.html")
    bring_sources(seen.page)
    return seen


@pytest.mark.browser
def test_one_line_on_a_laptop_and_rows_on_a_phone(chapter: Visit) -> None:
    """No line is wider than its box or pushes its number below it; paper is like a laptop."""
    page = chapter.page
    page.evaluate(UNFOLD)
    assert page.evaluate(SMALL) == []
    page.evaluate(LEAVE_THEM)
    for width_of_window in (1280, 720):
        page.set_viewport_size({"width": width_of_window, "height": 900})
        seen = page.evaluate(LOOK)
        assert seen["line"]
        assert seen["rows"] == []
        assert seen["neither"] == 0
        assert seen["wide"] == []
        assert seen["below"] == []
    on_a_laptop = seen["line"]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4, "height": 900})
    seen = page.evaluate(LOOK)
    assert (seen["line"], seen["rows"], seen["wide"]) == (on_a_laptop, [], [])
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})
    seen = page.evaluate(LOOK)
    assert (seen["line"], seen["rows"], seen["neither"]) == ([], on_a_laptop, 0)


COPY = """(selector) => {
  const range = document.createRange();
  range.selectNode(document.querySelector(selector));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  const data = new DataTransfer();
  document.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data }));
  getSelection().removeAllRanges();
  return data.getData("text/plain");
}"""


@pytest.mark.browser
def test_the_source_is_given_once(visit: Callable[..., Visit], book: Path) -> None:
    """A passage with the display, and a click on it, give what its author wrote; so does search."""
    page = visit("book/scalar_uniqueness.html").page
    bring_sources(page)
    box = page.locator("main div.math:has(> .one-line)").first
    (source,) = {text.strip() for text in box.locator("annotation").all_text_contents()}
    page.evaluate("box => { box.parentElement.id = 'passage' }", box.element_handle())
    for what in ("#passage div.math", "#passage"):
        copied = page.evaluate(COPY, what)
        assert copied.count(" ".join(source.split())) + copied.count(source) == 1, copied
    box.click()
    assert page.locator("pre.tex-source").text_content() == source
    text = read_whole(book, book / "book/scalar_uniqueness.html")
    found = "".join(part for entry in entries(text) for part in entry.text)
    assert found.count(readable(source)) == 1
