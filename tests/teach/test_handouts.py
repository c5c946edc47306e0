"""Handouts: pages that work alone, on a screen and on paper, and whose links lead somewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Visit

from teach._tools import assessments, handouts, plans, problems, references
from teach._tools.handout_pages import table, tag
from teach._tools.sources import chapters

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, book: Path) -> Path:
    """Return a folder with all handouts."""
    del book
    folder = tmp_path_factory.mktemp("handouts")
    handouts.make(folder, chapters())
    return folder


def test_all_are_there(made: Path) -> None:
    """A page a syllabus and a chapter, and no private variant where there is none."""
    names = {path.stem for path in made.glob("*.html")}
    assert {f"script-{chapter}" for chapter in chapters()} <= names
    assert {f"syllabus-{name}" for name in plans.SYLLABI} <= names
    linked = set(re.findall(r'href="([\w-]+)\.html"', (made / "index.html").read_text("utf-8")))
    assert linked == names - {"index"}


def sets_at_home(plan: dict[str, Any]) -> list[str]:
    """Return the problem sets that a syllabus gives, in their order."""
    items = [item for week in plan["weeks"] for item in week.get("home", [])]
    return [item["set"] for item in items if "set" in item]


def places(page: Path) -> set[str]:
    """Return what may follow the # of an address: ids, and explorables with their settings."""
    if not page.exists():
        return set()
    text = page.read_text("utf-8")
    found = {"", *re.findall(r'\bid="([^"]+)"', text)}
    _, *parts = re.split(r'<dmf-explorable[^>]*\bid="([^"]+)"', text)
    for name, part in zip(parts[::2], parts[1::2], strict=True):
        for setting in re.findall(r'data-setting="([\w-]+)"', part):
            found.add(f"{name}?setting={setting}")
    return found


def test_links_lead_to_places_of_the_book(made: Path, book: Path) -> None:
    """Each address is a page of the book, and what follows # stands in it."""
    links: dict[str, str] = {}
    for path in made.glob("*.html"):
        for address in re.findall(r'href="([^"]+)"', path.read_text("utf-8")):
            links[html.unescape(address)] = path.name
    start = references.address()
    inside = [address.removeprefix(start) for address in links if address.startswith(start + "b")]
    assert len(inside) > 300
    # An address with values, such as #well?target=1.9, leads to the explorable at these values.
    inside = [re.sub(r"\?(?!setting=).*", "", link) for link in inside]
    known = {name: places(book / name) for name in {link.partition("#")[0] for link in inside}}
    wrong = [link for link in inside if link.partition("#")[2] not in known[link.partition("#")[0]]]
    assert not wrong


def test_a_set_at_home_is_linked(made: Path) -> None:
    """The line that gives a set has the address where its page is published."""
    given = {name: sets_at_home(plans.syllabus(name)) for name in plans.SYLLABI}
    assert given["week"] == ["one-number-one-matrix"]
    assert set(given["month"]) == set(problems.NAMES)
    for name, sets in given.items():
        page = (made / f"syllabus-{name}.html").read_text("utf-8")
        linked = re.findall(rf'href="{references.address("teach/problems/")}([\w-]+)\.html"', page)
        assert linked == sets, name


def test_every_line_at_home_has_a_link(made: Path) -> None:
    """What is read, asked or given at home is one click away, a single section too."""
    for name in plans.SYLLABI:
        text = (made / f"syllabus-{name}.html").read_text("utf-8")
        tables = re.findall(r"<caption>At home.*?</table>", text, re.DOTALL)
        rows = [row for found in tables for row in re.findall(r"<tr><td>.*?</tr>", found)]
        items = [item for week in plans.syllabus(name)["weeks"] for item in week.get("home", [])]
        assert len(rows) == len(items)
        assert not [row for row in rows if "<a " not in row], name
    week = (made / "syllabus-week.html").read_text("utf-8")
    assert f'href="{references.address("book/collapse.html#when-zero-wins")}"' in week


def test_pages_stand_alone(made: Path) -> None:
    """Nothing is loaded, from nowhere: styles, fonts and scripts are inside."""
    for path in made.glob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"<(?:link|img|iframe)\b|<script[^>]+src=|url\(['\"]?http", text), path
        assert {urlsplit(a).scheme for a in re.findall(r'href="([^"]+)"', text)} <= {"https", ""}
        assert "CC BY 4.0" in text


def test_the_paper_does_not_tell_the_answers(made: Path) -> None:
    """They are on a page of their own."""
    paper = (made / "exam-sample.html").read_text("utf-8")
    answers = (made / "exam-sample-answers.html").read_text("utf-8")
    assert "16, 14, 10, 4 (4 times), 0" in answers
    assert "16, 14, 10" not in paper
    assert "common mistakes" not in paper


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_quiet(made: Path, visit: Callable[..., Visit], scheme: str) -> None:
    """No finding of axe, no message, and no sideways scrolling at 320 pixels."""
    names = ["script-scalar_uniqueness", "self-test", "notebooks"]
    if scheme == "light":
        names += ["index", "syllabus-month", "objectives", "mistakes", "capstones"]
        names += ["exam-sample-answers"]
    for name in names:
        page = visit((made / f"{name}.html").as_uri(), scheme=scheme, width=320)
        found = Axe().run(page.page, options={"resultTypes": ["violations"]})
        assert not found.response["violations"], f"{name}: {found.generate_report()}"
        assert page.page.evaluate("document.documentElement.scrollWidth") <= 320, name
        page.check_quiet()


@pytest.mark.browser
def test_the_self_test_answers(made: Path, visit: Callable[..., Visit]) -> None:
    """By keyboard: a wrong choice explains itself and names a remedy, all right ones say begin."""
    page = visit((made / "self-test.html").as_uri()).page
    items = assessments.selftest()["items"]
    first = page.locator("fieldset").first
    assert not first.locator(".because").first.is_visible()
    first.locator("input:not([data-right])").first.focus()
    page.keyboard.press("Space")
    assert first.locator(".because.shown").inner_text().startswith("Not so.")
    assert first.locator(".remedy").is_visible()
    assert page.locator(".score").inner_text() == f"1 of {len(items)} answered, 0 right"
    for place in range(len(items)):
        page.locator("fieldset").nth(place).locator("input[data-right]").check()
    assert not first.locator(".remedy").is_visible()
    score = page.locator(".score").inner_text()
    assert score.startswith(f"{len(items)} of {len(items)} right. Begin the course.")


@pytest.mark.browser
def test_the_hub_is_put_into_the_links(made: Path, visit: Callable[..., Visit]) -> None:
    """Whatever address is typed, with or without a slash at its end."""
    page = visit((made / "notebooks.html").as_uri()).page
    page.locator(".hub input").fill("https://jupyter.uni.example/")
    wanted = references.pulled("escape", "https://jupyter.uni.example")
    assert wanted in [a.get_attribute("href") for a in page.locator("a[data-hub]").all()]


@pytest.mark.browser
@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_they_fit_on_paper(made: Path, visit: Callable[..., Visit], size: str) -> None:
    """Nothing is wider than a sheet, and a script sheet has no more pages than it needs."""
    for name in ("syllabus-month", "script-scalar_uniqueness", "objectives", "notebooks"):
        page = visit((made / f"{name}.html").as_uri(), width=680).page
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 680, name
        pdf = page.pdf(format=size, prefer_css_page_size=False)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 12, name


def test_tables_and_tags() -> None:
    """Attributes keep their names, and cells are HTML already."""
    assert tag("p", "x", class_="a", data_b="1 & 2", hidden=True, id=False) == (
        '<p class="a" data-b="1 &amp; 2" hidden>x</p>'
    )
    assert "<td><b>1</b></td>" in table("T", ("a",), [[tag("b", "1")]])
