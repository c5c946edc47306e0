"""The decks, cut from the built book: sound files that leak nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from decks import EVERY, QUICK, listed

from teach._tools import outline, pieces, plans, slide_plans
from teach._tools.entries import EntryError


@pytest.mark.parametrize("chapter", EVERY)
def test_a_deck_is_one_sound_file(chapter: str, made: Callable[[str], Path]) -> None:
    text = made(chapter).read_text(encoding="utf-8")
    soup = BeautifulSoup(text, "html.parser")
    boards = soup.select("section.slide")
    assert len(boards) == 1 + len(slide_plans.slides(chapter))
    assert not soup.select("[src], link, section section")
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    titles = [board.find(["h1", "h2"]) for board in boards]
    assert [title.name for title in titles] == ["h1"] + ["h2"] * (len(boards) - 1)
    assert len({title.get_text() for title in titles}) == len(titles)
    for board, title in zip(boards, titles, strict=True):
        assert board["aria-labelledby"] == title["id"]
        assert "CC BY 4.0" in board.select_one(".foot").get_text()
    for link in soup.select("a[href]"):
        inside = re.match(r"#([\w-]+)", link["href"])
        assert inside is None or inside[1] in ids, link
        assert inside or link["href"].startswith("https://"), link
    assert "$" not in "".join(board.get_text() for board in soup.select(".fit, .steps, .notes"))


@pytest.mark.parametrize("chapter", EVERY)
def test_what_is_shown_is_the_book(chapter: str, made: Callable[[str], Path]) -> None:
    """Formulas and numbers are those of the page: nothing is typed again."""
    deck = BeautifulSoup(made(chapter).read_text(encoding="utf-8"), "html.parser")
    page = BeautifulSoup((pieces.HTML / f"book/{chapter}.html").read_text("utf-8"), "html.parser")
    boards = deck.select("section.slide")[1:]
    for board, slide in zip(boards, slide_plans.slides(chapter), strict=True):
        for label in listed(slide.get("show", [])):
            origin = page.find(id=label.replace("eq-", "equation-eq-", 1))
            number = origin.select_one(".caption-number, .eqno").get_text().strip("#() \n")
            assert number in board.get_text(), label
            if "blocks" not in slide:
                math = origin.find("math", class_=lambda name: name != "rows")
                assert math is None or str(math.find(["mrow", "mtable", "mi"])) in str(board)
        if "answer" in slide:
            origin = page.find(id=f"answer-{slide['answer']}")
            assert squashed(origin.get_text()) in squashed(board.get_text())


@pytest.mark.parametrize("chapter", EVERY)
def test_no_solution_is_on_a_slide(chapter: str, made: Callable[[str], Path]) -> None:
    whole = BeautifulSoup((pieces.HTML / f"book/{chapter}.html").read_text("utf-8"), "html.parser")
    solutions = [fold.extract() for fold in whole.select("details.solution")]
    assert solutions
    elsewhere = squashed(whole.get_text())
    handed_out = [made(chapter).read_text(encoding="utf-8"), outline.outline(chapter)]
    texts = [squashed(pieces.text_of(text)) for text in handed_out]
    for solution in solutions:
        lines = [squashed(p.get_text()) for p in solution.find_all(["p", "pre"])]
        secrets = [line for line in lines if len(line) > 30 and line not in elsewhere]
        assert not [secret for secret in secrets for text in texts if secret in text]


def squashed(text: str) -> str:
    """Return the letters and digits of a text."""
    return re.sub(r"\W", "", text)


def test_a_wrong_label_is_refused_with_what_there_is(book: Path) -> None:
    page = pieces.page(QUICK)
    for ask, name in (
        (page.statement, "thm-scalar-uniqness"),
        (page.display, "eq-none"),
        (page.table, "what-brakes"),
        (page.question, "leep"),
        (page.explorable, "wel"),
    ):
        with pytest.raises(EntryError, match=f"slide 3: the chapter has no .*{name}.*there are"):
            ask(name, "slide 3")
    with pytest.raises(EntryError, match="has 0 tables"):
        page.table("what-breaks", "slide 3")
    with pytest.raises(EntryError, match="blocks, not 4-9"):
        page.statement("thm-scalar-uniqueness", "slide 3", "4-9")
    with pytest.raises(EntryError, match="no 'thm-none' to read on at"):
        pieces.place_of("thm-none", QUICK, "slide 3")


def test_a_solution_cannot_be_shown(book: Path) -> None:
    text = (pieces.HTML / f"book/{QUICK}.html").read_text(encoding="utf-8")
    name = re.search(r'<details[^>]*class="[^"]*solution[^>]*id="([^"]+)"', text)
    assert name is not None
    with pytest.raises(EntryError, match="no statement"):
        pieces.page(QUICK).statement(name[1], "slide 3")
    assert not pieces.page(QUICK).soup.select(".solution"), "it was only named otherwise"


@pytest.mark.parametrize("chapter", EVERY)
def test_the_outline_is_markdown_that_stands_alone(chapter: str, book: Path) -> None:
    text = outline.outline(chapter)
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert len(heads) == len(slide_plans.slides(chapter))
    assert not re.search(r"\{[a-z:]+\}`|^:label:|^:::\{|<a |\]\((?!https:)", text, re.MULTILINE)
    assert text.count("$$") % 2 == 0
    links = re.findall(r"\]\((https:[^)]*)\)", text)
    settings = {
        str(step["setting"])
        for entry in plans.scripts(chapter)
        for step in entry["show"]
        if any(
            slide.get("explorable") == entry["explorable"] for slide in slide_plans.slides(chapter)
        )
        and step["setting"] != "as it opens"
        and isinstance(step["setting"], str)
    }
    assert settings <= {link.partition("?setting=")[2] for link in links}
