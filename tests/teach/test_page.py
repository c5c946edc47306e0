"""The page for teachers: what it links to is made, and published where it says."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import yaml
from browser import ROOT

from teach._tools import plans, problems, references, slide_plans
from teach._tools.__main__ import PARTS
from teach._tools.sources import HTML

PAGE = HTML / "book/teach.html"
PUBLISHED = references.address("teach/")


pytestmark = pytest.mark.usefixtures("book")


def addresses() -> list[str]:
    """Return the addresses of what is published for classes, without that of the place itself."""
    found = re.findall(r'href="([^"]+)"', PAGE.read_text(encoding="utf-8"))
    return [a.removeprefix(PUBLISHED) for a in found if a.startswith(PUBLISHED)]


def test_every_file_that_it_links_to_is_made() -> None:
    chapters = slide_plans.planned()
    made = {"handouts/"}
    made |= {f"handouts/script-{chapter}.html" for chapter in chapters}
    made |= {f"slides/{chapter}.{kind}" for chapter in chapters for kind in ("html", "pdf")}
    made |= {f"problems/{name}.html" for name in problems.NAMES}
    assert set(addresses()) == made


def test_a_set_at_home_is_linked() -> None:
    """Once in the list of sets, and wherever a plan gives it."""
    items = [
        item["set"]
        for plan in map(plans.syllabus, plans.SYLLABI)
        for week in plan["weeks"]
        for item in week.get("home", [])
        if "set" in item
    ]
    for name in problems.NAMES:
        assert addresses().count(f"problems/{name}.html") == 1 + items.count(name), name


def test_a_section_at_home_is_linked() -> None:
    """The week's line on a single section opens it."""
    page = HTML / "book/collapse.html"
    assert '<a href="collapse.html#when-zero-wins">' in PAGE.read_text(encoding="utf-8")
    assert 'id="when-zero-wins"' in page.read_text(encoding="utf-8")


def test_the_workflow_publishes_those_parts() -> None:
    parts = {address.partition("/")[0] for address in addresses()}
    assert parts <= set(PARTS)
    workflow = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8"))
    (step,) = [s["run"] for s in workflow["jobs"]["test"]["steps"] if "html/teach" in str(s)]
    assert set(re.findall(r"--part (\w+)", step)) == parts
    assert set(re.findall(r"_build/teach/(\w+)", step)) == parts


def test_pictures_open_as_their_scripts_begin() -> None:
    """Every explorable of every plan, at a setting that the page of its chapter knows."""
    text = PAGE.read_text(encoding="utf-8")
    links = {urlsplit(a) for a in re.findall(r'href="(\w+\.html#[^"]+)"', text)}
    shown = {(link.path.removesuffix(".html"), link.fragment.partition("?")[0]) for link in links}
    planned = {
        tuple(name.replace("_", "-") if n else name for n, name in enumerate(named.split("/")))
        for plan in map(plans.syllabus, plans.SYLLABI)
        for week in plan["weeks"]
        for meeting in week["meetings"]
        for item in meeting["plan"]
        for named in item.get("explorables", [])
    }
    assert planned
    assert shown >= planned
    begun = {link.fragment for link in links}
    for chapter, name in sorted(planned):
        entry = next(s for s in plans.scripts(chapter) if s["explorable"] == name.replace("-", "_"))
        place = references.hash_of(name, entry["show"][0]["setting"]).removeprefix("#")
        assert place.replace("&", "&amp;") in begun, f"{chapter}: {place}"
