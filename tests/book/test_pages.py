"""Every page of the book from disk: steady, light, typeset, fit for a phone, accessible, quiet."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from accessible import SHORTEN, choose_theme, prepare, resize, violations
from browser import CHAPTERS, PAGES, SETTLED, Visit, bring_sources, visits
from fonts import STYLES, fonts_of
from tiers import chapters_for

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def book_fonts() -> dict[str, set[int]]:
    """Return the code points that the fonts of the book hold, by family."""
    fonts = fonts_of(STYLES.read_text(encoding="utf-8"))
    return {
        family: set().union(*(f.getBestCmap() for f in found)) for family, found in fonts.items()
    }


STRUCTURE = """() => axe.run({
  resultTypes: ["violations"], preload: false,
  rules: { "color-contrast": { enabled: false }, "link-in-text-block": { enabled: false } } })"""
# The contrast of a text depends on its colour, size and weight and on what its ancestors paint, and
# that of a link on the colour around it. Two of the texts that agree in all of these stand for the
# others: a page holds thousands. What was sampled once is not sampled again.
SAMPLE = """(look) => {
  const painted = new Map();
  const paint = (node) => {
    if (!node) return "";
    if (!painted.has(node)) {
      const s = getComputedStyle(node);
      const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter].join();
      const nothing = own === "rgba(0, 0, 0, 0),none,1,none";
      painted.set(node, paint(node.parentElement) + (nothing ? "" : "|" + own));
    }
    return painted.get(node);
  };
  const met = (window.met ??= new Map());
  for (const node of document.body.querySelectorAll("*")) {
    const texts = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
    if (!texts.some((text) => text.data.trim()) && !node.matches("input, textarea")) continue;
    const s = getComputedStyle(node);
    const around = getComputedStyle(node.parentElement).color;
    const own = [s.color, s.fill, s.fontSize, s.fontWeight, s.textShadow];
    const kind = [...own, around, paint(node)].join();
    met.set(kind, (met.get(kind) ?? 0) + 1);
    if (met.get(kind) <= 2) node.dataset.looks = `${node.dataset.looks ?? ""} ${look}`;
  }
}"""
# Elements that are no sample and hold none go before axe looks: it maps the page for every answer.
LEAVE_SAMPLES = """() => {
  for (const node of document.body.querySelectorAll("*"))
    if (!node.closest("[data-looks]") && !node.querySelector("[data-looks]")) node.remove();
}"""
CONTRAST = """async (look) => {
  const include = [...document.querySelectorAll(`[data-looks~="${look}"]`)];
  return include.length === 0 ? { violations: [] } : axe.run({ include },
    { resultTypes: ["violations"], preload: false,
      runOnly: ["color-contrast", "link-in-text-block"] });
}"""
# What a phone alone shows is of the frame and of the explorables, which many pages share.
# So it is with the marks of its structure: what each chapter has of its own is few of them.
ONE_OF_EACH_KIND = (PAGES[0], PAGES[-1], f"{CHAPTERS[0]}.html", "map.html", "ledger.html")
QUICK = (*ONE_OF_EACH_KIND, *(f"{chapter}.html" for chapter in chapters_for("pages")))
BUDGET = 190_000
# Above 0.1 readers notice that a page moves, say those who introduced the measure; ours does not.
LAYOUT_SHIFT = 0.01


def sampled(quick: tuple[str, ...]) -> list[Any]:
    """Return the pages as parameters; those that are not quick are thorough."""
    return [
        pytest.param(page, marks=() if page.endswith(quick) else pytest.mark.thorough)
        for page in PAGES
    ]


@pytest.fixture(scope="module", params=sampled(QUICK))
def page_from_disk(request: pytest.FixtureRequest, chromium: Any, book: Path) -> Iterator[Visit]:
    """Pages of the book in turn, 1280 pixels wide, opened once for all tests of this file.

    What one test does to the page, the next one sees. Each has a new window, since these tests look
    at what a first visit loads and moves.
    """
    with visits(chromium, book, afresh=True) as open_page:
        yield open_page(request.param)


def test_nothing_moves_while_the_page_loads(page_from_disk: Visit) -> None:
    """What is visible stays where it is while fonts and scripts arrive."""
    shifts = page_from_disk.page.evaluate(
        """() => new Promise((done) => {
          new PerformanceObserver((list) => done(list.getEntries().map((entry) => [entry.value,
            ...entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.nodeName)]))
          ).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done([]), 100);
        })"""
    )
    assert sum(value for value, *_ in shifts) < LAYOUT_SHIFT, shifts


def test_is_light(page_from_disk: Visit, book: Path, record_property: Callable[..., None]) -> None:
    """All files of a first visit, gzipped, stay within the budget."""
    weights = {
        path.name: len(gzip.compress(path.read_bytes(), 6))
        for path in (book / unquote(urlsplit(url).path) for url in page_from_disk.files)
    }
    total = sum(weights.values())
    record_property("kilobytes", round(total / 1000))
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert 0 < total <= BUDGET, f"{total} bytes; the heaviest files are {heaviest}"


# What stands between dollars in the source must not reach the reader that way.
DOLLARS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const inside = walker.currentNode.parentElement;
        if (inside.closest("pre, code, script, noscript")) continue;
        if (/[$].+[$]/.test(walker.currentNode.data)) found.push(walker.currentNode.data);
    }
    return found;
}"""


def test_mathematics_is_typeset(page_from_disk: Visit) -> None:
    """Every formula is there as MathML, its TeX beside the page; chapters have some."""
    page = page_from_disk.page
    assert page.evaluate(DOLLARS) == []
    weight = page.evaluate("document.querySelectorAll('annotation').length")
    bring_sources(page)
    formulas, typeset, sources, errors = page.evaluate(
        """() => {
          const all = (kind) => [...document.querySelectorAll(kind)];
          const typeset = all(".math > math:not(.one-line)");
          const letter = (math) => [...math.textContent].length === 1;
          const source = (math) => letter(math) || math.querySelector("annotation");
          const sourced = typeset.filter(source);
          const wrong = all("merror, mtext[mathcolor]");
          return [all(".math"), typeset, sourced, wrong].map((found) => found.length);
        }"""
    )
    assert formulas > 0 or not is_chapter(page)
    assert typeset == sources == formulas
    assert weight <= formulas / 5, "the sources of formulas weigh"
    assert errors == 0


# Characters in formulas and text that the fonts of the book lack: another font would stand in. A
# letter alone in <mi> is drawn by its italic code point.
UNDRAWN = """() => {
  const upright = (node) => node.getAttribute("mathvariant") === "normal";
  const italic = (char) => {
    const code = char.codePointAt(0);
    if (char === "h") return 0x210e;
    if (code >= 0x41 && code <= 0x5a) return 0x1d434 + code - 0x41;
    if (code >= 0x61 && code <= 0x7a) return 0x1d44e + code - 0x61;
    if (code >= 0x3b1 && code <= 0x3c9) return 0x1d6fc + code - 0x3b1;
    if (code >= 0x391 && code <= 0x3a9) return 0x1d6e2 + code - 0x391;
    return { 0x2202: 0x1d715, 0x3f5: 0x1d716, 0x3d1: 0x1d717, 0x3d5: 0x1d719 }[code] ?? code;
  };
  const found = new Set();
  for (const node of document.querySelectorAll("math :is(mi, mo, mn, mtext, ms)")) {
    const letters = [...node.textContent.trim()];
    const alone = node.localName === "mi" && letters.length === 1 && !upright(node);
    for (const letter of letters) found.add(alone ? italic(letter) : letter.codePointAt(0));
  }
  return [...found];
}"""


def test_every_sign_is_in_the_fonts(page_from_disk: Visit, book_fonts: dict[str, set[int]]) -> None:
    """No other font stands in for a sign of a formula."""
    used = set(page_from_disk.page.evaluate(UNDRAWN))
    # What chooses among the forms of the sign before it is no sign.
    chooses = set(range(0xFE00, 0xFE10))
    missing = {c for c in used - book_fonts["Book Math"] - chooses if not chr(c).isspace()}
    assert sorted(map(chr, missing)) == [], "add them to tools/fonts.py, and run `make fonts`"


# Formulas in a line of text neither break nor scroll, so what leaves their column is not seen.
# Displays scroll, but what has to be moved is read by few: only those made from code may,
# and those of docstrings.
# Those in folded solutions are typeset with the others and measured unfolded.
CUT_OFF = """() => {
    const folds = [...document.querySelectorAll("details:not([open])")];
    folds.forEach((fold) => { fold.open = true; });
    const cut = [];
    for (const formula of document.querySelectorAll(".math > math:not([display='block'])")) {
        const around = formula.closest("p, li, dd, td, th, h1, h2, h3, summary, legend, div");
        const column = around.getBoundingClientRect();
        const box = formula.getBoundingClientRect();
        if (box.width && box.right > column.right + 2)
            cut.push(`${Math.round(box.right - column.right)} pixels of ${formula.textContent}`);
    }
    for (const display of document.querySelectorAll("main div.math")) {
        const wider = display.scrollWidth - display.clientWidth;
        if (wider > 1 && !display.closest(".shown-formulas, dl.py"))
            cut.push(`${wider} pixels of ${display.querySelector(".rows, math").textContent}`);
    }
    folds.forEach((fold) => { fold.open = false; });
    return cut;
}"""


# All boxes of formulas at once, which are opened for it: how many there are, what in them is no
# formula, and what scrolls sideways and cannot be reached with the keyboard.
BOXES = """async () => {
  const boxes = [...document.querySelectorAll("details.shown-formulas")];
  const folds = [...document.querySelectorAll("details.check, details.shown-formulas")]
    .filter((fold) => !fold.open);
  for (const fold of folds) fold.open = true;
  await new Promise((done) => setTimeout(done, 200));
  const all = (what) => [...document.querySelectorAll(`.shown-formulas ${what}`)];
  const scrolling = all("div.math").filter((box) => box.scrollWidth > box.clientWidth + 1);
  const seen = [
    boxes.length,
    document.documentElement.scrollWidth,
    all("merror").length,
    all("div.math").length - all("div.math > math").length,
    scrolling.filter((box) => box.tabIndex !== 0).length,
  ];
  for (const fold of folds) fold.open = false;
  return seen;
}"""


# On the narrowest phone, with all that folds unfolded.
NARROWEST = """() => {
  const folds = [...document.querySelectorAll("main details:not([open])")];
  for (const fold of folds) fold.open = true;
  const width = document.scrollingElement.scrollWidth;
  for (const fold of folds) fold.open = false;
  return width;
}"""


def is_chapter(page: Any) -> bool:
    """Tell whether a page is one of the chapters."""
    return any(page.url.endswith(f"{name}.html") for name in CHAPTERS)


def test_fits_a_phone(page_from_disk: Visit) -> None:
    """At 390 pixels the page itself does not scroll sideways, and no formula is cut off."""
    page = page_from_disk.page
    resize(page, 390)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    page.wait_for_function(SETTLED)
    assert page.evaluate(CUT_OFF) == []
    boxes, wide, broken, plain, stuck = page.evaluate(BOXES)
    assert (boxes > 0) == is_chapter(page)
    assert wide <= 390
    assert broken == plain == 0
    assert stuck == 0, "what scrolls sideways cannot be reached with the keyboard"
    resize(page, 320)
    assert page.evaluate(NARROWEST) <= 320
    resize(page, 1280)


def poor_contrasts(page: Any, looks: list[tuple[int, str]]) -> dict[str, list[str]]:
    """Return what axe-core finds wrong with the colours of the page, by width and theme.

    Most of the page is gone then.
    """
    names = {f"{theme}-{width}": (width, theme) for width, theme in looks}
    for name, (width, theme) in names.items():
        resize(page, width)
        choose_theme(page, theme)
        page.evaluate(SAMPLE, name)
    page.evaluate(LEAVE_SAMPLES)
    wrong = {}
    for name, (width, theme) in names.items():
        resize(page, width)
        choose_theme(page, theme)
        wrong[name] = violations(page, CONTRAST, name)
    return wrong


def test_is_quiet(page_from_disk: Visit) -> None:
    """By now nothing was logged."""
    page_from_disk.check_quiet()


@pytest.mark.parametrize("page_from_disk", sampled(ONE_OF_EACH_KIND), indirect=True)
def test_accessible(page_from_disk: Visit) -> None:
    """Axe finds nothing but, perhaps, colours; and looking so closely nothing was logged."""
    page = page_from_disk.page
    prepare(page)
    page.evaluate(SHORTEN)
    wrong = {}
    for width in (1280, 390) if page.url.endswith(ONE_OF_EACH_KIND) else (1280,):
        resize(page, width)
        wrong[f"structure-{width}"] = violations(page, STRUCTURE)
    page_from_disk.check_quiet()
    assert not any(wrong.values()), {where: found for where, found in wrong.items() if found}


# Most of the page is gone afterwards: this is the last test that uses it.
@pytest.mark.parametrize("page_from_disk", sampled(ONE_OF_EACH_KIND), indirect=True)
def test_colours(page_from_disk: Visit) -> None:
    """Axe finds no poor contrast, in light and dark, wide and narrow."""
    wrong = poor_contrasts(
        page_from_disk.page, [(w, theme) for w in (1280, 390) for theme in ("light", "dark")]
    )
    assert not any(wrong.values()), {where: found for where, found in wrong.items() if found}


def colours_at_fault(visit: Callable[..., Visit], body: str, script: str = "") -> list[str]:
    """Return what is found wrong with the colours of a page made up, after a script."""
    page = visit("about:blank").page
    page.set_content(body)
    prepare(page)
    page.evaluate(f"() => {{ {script} }}")
    return poor_contrasts(page, [(1280, "light")])["light-1280"]


def test_poor_contrast_is_found_among_many_texts(visit: Callable[..., Visit]) -> None:
    """One pale paragraph among many is found, by its own colour and by its background."""
    body = "<main>" + "<p>Text.</p>" * 50 + "</main>"
    pale = "document.querySelectorAll('p')[30].style.color = '#aaa';"
    dark = "document.querySelectorAll('p')[40].style.background = '#555';"
    assert colours_at_fault(visit, body) == []
    assert len(colours_at_fault(visit, body, pale)) == 1
    assert len(colours_at_fault(visit, body, pale + dark)) == 2


def test_a_link_that_looks_like_its_paragraph_is_found(visit: Callable[..., Visit]) -> None:
    """Links are alike only if the words around them are, too."""
    link = "<p>Words <a href='#x' style='color: #0000c0; text-decoration: none'>link</a> words.</p>"
    plain = "<p style='color: #0000a0'>Words alone.</p>"
    body = f"<main id='x'>{link * 20}{plain * 2}</main>"
    alike = "document.querySelectorAll('p')[10].style.color = '#0000a0';"
    assert any("link-in-text-block" in line for line in colours_at_fault(visit, body, alike))


def test_poor_contrast_is_found_in_one_theme_and_width_alone(visit: Callable[..., Visit]) -> None:
    """What the dark theme paints on a phone alone is found there, and nowhere else."""
    page = visit("about:blank").page
    rule = "@media (width < 600px) { [data-theme=dark] .pale { color: #aaa } }"
    page.set_content(f"<style>{rule}</style><main>{'<p>Text.</p>' * 9}<p class=pale>Text.</p>")
    prepare(page)
    wrong = poor_contrasts(page, [(w, t) for w in (1280, 390) for t in ("light", "dark")])
    assert [name for name, found in wrong.items() if found] == ["dark-390"]
    assert len(wrong["dark-390"]) == 1
