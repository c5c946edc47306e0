"""The article on the book: its length, its citations, its numbers, and the page made of it."""

from __future__ import annotations

import copy
import doctest
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browser import ROOT
from pybtex.database import BibliographyData, parse_file

import paper.__main__ as article
from paper.numbers import NUMBERS

TEXT = article.SOURCE.read_text(encoding="utf-8")


@cache
def works() -> BibliographyData:
    return parse_file(article.WORKS)


@cache
def book_works() -> BibliographyData:
    return parse_file(ROOT / "book/references.bib")


def wrong(text: str, entries: BibliographyData | None = None) -> list[str]:
    return article.problems(text, entries or works(), book_works())


def test_the_article_is_in_order() -> None:
    """To write its numbers anew when the book has grown: ``python -m paper --renew``."""
    assert wrong(TEXT) == []


def test_the_examples_of_its_functions() -> None:
    result = doctest.testmod(article)
    assert result.attempted >= 3
    assert result.failed == 0


PLANTS = {
    "a work that is none": ("[@Crouch2004]", "[@Crouch2005]", "Crouch2005 is cited, but not"),
    "a work that is not cited": ("[@Sympy2017] ", "", "Sympy2017 is not cited"),
    "a citation in other words": ("[@Sympy2017]", "@Sympy2017", "is written otherwise"),
    "a section that is missing": ("# Use in class", "## Use in class", "the sections are"),
    "a head without a date": ("date:", "day:", "the head has no date"),
    "a number that nobody counts": ("one model", "1 model", "nobody counts '1'"),
    "a number in words": (
        "# Use in class\n",
        "# Use in class\n\nTwelve.",
        "nobody counts 'Twelve'",
    ),
    "a sentence without its number": ("such objectives", "objectives", "the text has no"),
    "too few words": ("# The story", "# Story", "the sections are"),
}


@pytest.mark.parametrize("plant", PLANTS)
def test_what_is_planted_is_found(plant: str) -> None:
    old, new, sentence = PLANTS[plant]
    text = TEXT.replace("one small model", "one model")
    assert old in text
    found = wrong(text.replace(old, new, 1))
    assert any(sentence in problem for problem in found), found


def test_too_many_and_too_few_words_are_found() -> None:
    assert any("words, not between" in problem for problem in wrong(TEXT + "\nword" * 200))
    head, body = TEXT.split("# Instructional design", 1)
    short = head + "# Instructional design\n\n# Explorables" + body.split("# Explorables", 1)[1]
    assert any("words, not between" in problem for problem in wrong(short))


@pytest.mark.parametrize("pattern", NUMBERS)
def test_a_wrong_number_is_found_and_renewed(pattern: str) -> None:
    match = re.search(pattern.replace(" ", r"\s+"), TEXT)
    assert match is not None
    start, end = match.span(1)
    other = f"1{match[1]}"
    planted = TEXT[:start] + other + TEXT[end:]
    found = wrong(planted)
    assert len(found) == 1
    assert f"the repository has {match[1]}" in found[0]
    assert article.renewed(planted) == TEXT


@pytest.mark.parametrize(
    ("key", "field", "sentence"),
    [
        ("Crouch2004", "journal", "Crouch2004 has no journal"),
        ("Kawaguchi2016", "booktitle", "Kawaguchi2016 has no booktitle"),
        ("JupyterBook2020", "doi", "JupyterBook2020 has no doi, eprint or pages"),
        ("Saxe2014", "year", "Saxe2014 differs from the entry of the book"),
    ],
)
def test_an_entry_that_lacks_something_is_found(key: str, field: str, sentence: str) -> None:
    entries = copy.deepcopy(works())
    del entries.entries[key].fields[field]
    assert sentence in wrong(TEXT, entries)


def test_the_page_stands_alone() -> None:
    """One file: no other is loaded, each citation leads to its work, and no markup is left."""
    page = article.page(TEXT, works())
    assert not re.search(r"<(?:link|img|iframe)|\bsrc=|@import|url\((?!['\"]?data:)", page)
    main = page[page.index("<main>") :]
    for key in article.cited(article.split(TEXT)[1]):
        assert f'href="#{key}"' in main
        assert main.count(f'<li id="{key}">') == 1
    words = re.sub(r"<[^>]+>", "", main)
    assert not re.search(r"[@{}\\]|--", words)
    assert "others" not in main.partition('class="works"')[2]
    assert "Anıl Kamber, Rahul Parhi (2026). On the Loss" in words
    assert "Charles R. Harris et al. (2020). Array" in words
    assert "Learning Tools or Entertainment? American Journal of Physics 72, 835–838." in words
    assert "(Kamber and Parhi, 2025; Kamber and Parhi, 2026)" in words


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.thorough)])
def test_the_page_fits_a_phone(tmp_path: Path, chromium: Any, width: int) -> None:
    path = tmp_path / "index.html"
    path.write_text(article.page(TEXT, works()), encoding="utf-8")
    page = chromium.new_page(viewport={"width": width, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert [url for url in asked if not url.startswith(("data:", path.as_uri()))] == []
    page.close()


def test_make_knows_the_command() -> None:
    assert "-m paper\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
