"""Roads through a chapter are counted, asides marked, the steps of long proofs named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import roads
from browser import CHAPTERS, ROOT
from docutils import nodes
from docutils.utils import new_document


def section(title: str, *content: nodes.Node) -> nodes.section:
    name = nodes.make_id(title)
    return nodes.section("", nodes.title("", title), *content, ids=[name], classes=[])


def words(count: int) -> nodes.paragraph:
    return nodes.paragraph("", "word " * count)


def picture() -> nodes.raw:
    return nodes.raw("", "<dmf-explorable>" + "word " * 10_000, format="html")


def chapter(short: list[str], *content: nodes.Node) -> nodes.document:
    document = new_document("chapter")
    place = roads.roads("", short=short, play=5)
    document += section("Chapter", place, *content)
    roads.show_ways(None, document)  # type: ignore[arg-type]
    return document


def listed(document: nodes.document) -> list[str]:
    boxes = [box for box in document.findall(nodes.container) if "roads" in box["classes"]]
    return [line.astext() for box in boxes for line in box.children]


def test_times_are_counted_from_words_and_pictures() -> None:
    """120 words a minute, the declared minutes for a picture, and nothing that may be skipped."""
    proof = section("Proof", words(1200), section("Aside: more", words(9000)))
    short, full = listed(chapter(["Play"], section("Play", words(600), picture()), proof))
    assert short == "The short road, about 10 minutes: Play."
    assert full.startswith("The full one, about 20 minutes")


def test_a_section_that_is_missing_is_no_road(caplog: pytest.LogCaptureFixture) -> None:
    assert listed(chapter(["No such"], section("Play", words(1)))) == []


def test_asides_say_that_they_may_be_skipped() -> None:
    first = nodes.paragraph("", "", nodes.emphasis("", "Aside."), nodes.Text(" It goes"))
    display, rest, after = (
        nodes.math_block("", "x"),
        nodes.paragraph("", "on."),
        nodes.paragraph("", "Next."),
    )
    document = chapter(["Play"], section("Play", first, display, rest, after))
    (box,) = (box for box in document.findall(nodes.container) if "aside" in box["classes"])
    assert [c.astext().strip() for c in box.children] == [
        "Aside. You may skip it.",
        "It goes",
        "x",
        "on.",
    ]
    assert after.parent is not box


@pytest.mark.parametrize(("count", "named"), [(3, 0), (4, 4)])
def test_long_proofs_name_their_steps(count: int, named: int) -> None:
    steps = [section(f"Step {n}: go", words(1)) for n in range(1, count + 1)]
    document = chapter(["Proof"], section("Proof", *steps))
    boxes = [box for box in document.findall(nodes.container) if "proof-steps" in box["classes"]]
    links = [link["refid"] for box in boxes for link in box.findall(nodes.reference)]
    assert links == [f"step-{n}-go" for n in range(1, named + 1)]


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_offers_two_roads(book: Path, name: str) -> None:
    """Both have a time, the short one is shorter, and no time is written by hand."""
    page = (book / f"{name}.html").read_text(encoding="utf-8")
    times = [int(time) for time in re.findall(r"</strong>, about (\d+) minutes", page)]
    assert len(times) == 2
    assert times[0] < times[1]
    source = (ROOT / f"{name}.ipynb").read_text(encoding="utf-8")
    assert "**It takes**" not in source
    assert not re.search(r"\d+ minutes", source)
