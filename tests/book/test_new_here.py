"""The page *New here*: nothing is missing from its list, and nothing in it claims too much."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browser import ROOT
from new_here_index import GRADES, Known, List, Result, problems, read_list

PAGE = "book/new_here.html"


@cache
def ours() -> List:
    return read_list(ROOT)


def entry(**changes: Any) -> List:
    """Return the list with one entry changed, the first that is checked by machine."""
    rows = list(ours().results)
    at = next(n for n, row in enumerate(rows) if row.title == "One orbit")
    rows[at] = replace(rows[at], **changes)
    return replace(ours(), results=tuple(rows))


def without(label: str) -> List:
    """Return the list without what it says of a label."""
    results = tuple(row for row in ours().results if label not in row.states)
    known = tuple(row for row in ours().known if row.label != label)
    return replace(ours(), results=results, known=known)


def with_known(label: str, **changes: str) -> List:
    """Return the list with one row of what is known in other words."""
    known = tuple(
        Known(row.label, **changes) if row.label == label else row for row in ours().known
    )
    return replace(ours(), known=known)


def test_this_list_has_no_problem() -> None:
    assert problems(ours()) == []


def test_each_grade_and_each_group_occurs() -> None:
    assert {row.sure for row in ours().results} == set(GRADES)
    assert {row.group for row in ours().results} == set(ours().groups)


PLANTS: dict[str, tuple[Callable[[], List], str]] = {
    "a label that is none": (lambda: entry(states=("thm-one-orbits",)), "thm-one-orbits is no la"),
    "a cell that is none": (lambda: entry(cells=("evidence#open-wid",)), "evidence#open-wid is no"),
    "a cell of another chapter": (
        lambda: entry(cells=("escape#open-wide",)),
        "escape#open-",
    ),
    "a cell of text": (lambda: entry(cells=("evidence#",)), "evidence# is no code cell"),
    "a test that is none": (
        lambda: entry(tests=("numerics/test_evidence.py::test_it",)),
        "numerics/test_evidence.py::test_it is no test",
    ),
    "a work that is none": (lambda: entry(before="{cite:t}`Menon2525`"), "cites Menon2525, which"),
    "one of two works": (
        lambda: entry(before="{cite:p}`MenonYu2025entropy,Menon2525`"),
        "cites Menon2525",
    ),
    "a reference that leads nowhere": (
        lambda: entry(statement="See {prf:ref}`the orbit <thm-two-orbits>`."),
        "refers to thm-two-orbits",
    ),
    "no word on what came before": (lambda: entry(before=" "), "does not say what came before"),
    "a grade that is none": (lambda: entry(sure="certain"), "'certain' is no grade"),
    "a group that is none": (lambda: entry(group="new"), "'new' is no group"),
    "a theorem that is only measured": (
        lambda: entry(sure="measured"),
        "thm-one-orbit is a",
    ),
    "a proof without what is not checked": (lambda: entry(sure="proved"), "what no cell checks"),
    "an unchecked step of what is checked": (lambda: entry(unchecked="A."), "what no cell checks"),
    "a check by machine of nothing": (lambda: entry(states=()), "is stated nowhere"),
    "an entry twice": (
        lambda: replace(ours(), results=(*ours().results, ours().results[0])),
        "occurs 2 times",
    ),
    "a theorem of ours that is missing": (
        lambda: without("thm-orbit-volume"),
        "thm-orbit-volume is neither new here nor known",
    ),
    "a known lemma that is missing": (
        lambda: without("lem-horn"),
        "lem-horn is neither new here nor known",
    ),
    "a lemma that is new and known": (
        lambda: entry(states=("thm-one-orbit", "lem-horn")),
        "lem-horn is listed more than once",
    ),
    "a known label that is none": (
        lambda: replace(ours(), known=(*ours().known, Known("lem-x", elementary="So it is."))),
        "lem-x: is no label",
    ),
    "a source without a work": (lambda: with_known("lem-horn", source="Horn"), "names no work"),
    "a source that is none": (
        lambda: with_known("lem-horn", source="{cite:t}`Horn1850`"),
        "cites Horn1850",
    ),
    "neither source nor reason": (lambda: with_known("lem-horn"), "lem-horn: needs a source"),
    "a grade that is left out": (
        lambda: replace(ours(), scale={"checked": ours().scale["checked"]}),
        "the grades are checked",
    ),
}


@pytest.mark.parametrize("plant", PLANTS)
def test_what_is_planted_is_found(plant: str) -> None:
    planted, sentence = PLANTS[plant]
    found = problems(planted())
    assert any(sentence in problem for problem in found), found


def test_a_grade_needs_its_checks() -> None:
    """Without the cells that prove it, or all that compares it, nothing is checked by machine."""
    for role, words in {"proves": "no cell proves-", "tests": "nothing compares it"}.items():
        index = ours().index
        cells = tuple(c for c in index.cells if (c.label, c.kind) != ("thm-one-orbit", role))
        known = replace(entry(tests=()), index=replace(index, cells=cells))
        assert any(words in problem for problem in problems(known)), role
    nowhere = Result("A law", "beyond", "measured", "So it is.", "Nothing.")
    known = replace(ours(), results=(*ours().results, nowhere))
    assert problems(known) == ["A law: is measured nowhere"]


def test_a_new_theorem_in_a_chapter_is_asked_for() -> None:
    """Unless its title has the number of a paper."""
    index = ours().index
    new = replace(index.statement("thm-orbit-volume"), label="thm-new", anchor="thm-new")  # type: ignore[type-var]
    for title, missing in {"A law": True, "A law; P2, Theorem 5": False, "P20": True}.items():
        known = replace(
            ours(), index=replace(index, statements=(*index.statements, replace(new, title=title)))
        )
        wanted = ["evidence: thm-new is neither new here nor known"] if missing else []
        assert problems(known) == wanted


def unprinted(row: Result) -> list[str]:
    """Return the decimals of a statement that the cells beside it do not print."""
    outputs = []
    for name in row.cells:
        chapter, cell = name.split("#")
        cells = json.loads((ROOT / f"book/{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
        outputs += [out["text"] for c in cells if c["id"] == cell for out in c["outputs"]]
    printed = "".join("".join(text) for text in outputs)
    return [n for n in re.findall(r"\d+\.\d+", row.statement) if n not in printed]


def test_what_was_measured_is_what_the_cells_print() -> None:
    measured = [row for row in ours().results if row.cells]
    assert [number for row in measured for number in unprinted(row)] == []
    (row,) = [row for row in measured if "1.0087" in row.statement]
    other = replace(row, statement=row.statement.replace("1.0087", "1.0086"))
    assert unprinted(other) == ["1.0086"]


def test_no_entry_calls_itself_the_first() -> None:
    """Nobody can know that. What an author says of his own paper is told as his."""
    for row in ours().results:
        words = f"{row.statement} {row.before}".replace("by its own account the first", "")
        assert not re.search(r"\b(first to|the first (?!coeff|corr|result))\b", words), row.title


@pytest.mark.browser
def test_every_link_of_the_page_leads_somewhere(book: Path) -> None:
    text = (book / PAGE).read_text("utf-8")
    article = text[text.index("<article") : text.index("</article>")]
    links = re.findall(r'href="([^"#]*)#([^"]+)"', article)
    assert len(links) > 300
    pages: dict[str, str] = {}
    for page, anchor in links:
        if "://" in page:
            continue
        path = book / "book" / page if page else book / PAGE
        source = pages.setdefault(page, path.read_text("utf-8"))
        assert f'id="{anchor}"' in source, (page, anchor)
    assert article.count("ledger-entry") == len(ours().results)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_and_needs_no_script(chromium: Any, book: Path, width: int) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    page.goto((book / PAGE).as_uri())
    overflow = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(overflow) <= 0
    wide = """() => [...document.querySelectorAll("article math, article p")]
      .filter((e) => e.getBoundingClientRect().right > innerWidth).map((e) => e.textContent)"""
    assert page.evaluate(wide) == []
    marks = page.locator("ul.sure-links > li")
    assert marks.count() == len(ours().results)
    for grade in GRADES:
        mark = page.locator(f"li.sure-{grade}").first
        style = mark.evaluate("e => getComputedStyle(e, '::before').borderTopStyle")
        assert style == "solid"
    context.close()
