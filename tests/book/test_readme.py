"""The first thing that a visitor sees: its picture, its example, its links."""

from __future__ import annotations

import doctest
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import yaml
from browser import DOCUMENTS, ROOT
from picture import PICTURE, drawn

from dmfbook.explorables.forms import still

README = (ROOT / "README.md").read_text(encoding="utf-8")
URL = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
OWNER, PROJECT = URL.split("/")[-2:]


def shapes(svg: str) -> list[tuple[str, str, list[float]]]:
    """Return the tag, the color and the numbers of all that is drawn, words left out."""
    found = []

    def walk(element: ElementTree.Element) -> None:
        name = element.get("id", "")
        if name.startswith("text_"):
            return
        tag = element.tag.rpartition("}")[2]
        if tag in ("path", "use") and not name.startswith("DejaVu"):
            colors = " ".join(re.findall(r"#[0-9a-f]{6}\b", element.get("style", "")))
            places = [element.get(key, "") for key in ("d", "x", "y")]
            found.append((tag, colors, [float(n) for n in re.findall(r"-?[\d.]+", str(places))]))
        for child in element:
            walk(child)

    walk(ElementTree.fromstring(svg))
    return found


def assert_same_picture(one: str, other: str) -> None:
    """Assert that two pictures show the same, to a quarter of a point."""
    first, second = shapes(one), shapes(other)
    assert [shape[:2] for shape in first] == [shape[:2] for shape in second]
    for (*_, these), (*_, those) in zip(first, second, strict=True):
        assert these == pytest.approx(those, abs=0.25)


def test_the_picture_shows_the_explorable() -> None:
    """`make picture` would draw the same. Words are compared by nobody: fonts differ."""
    assert_same_picture(PICTURE.read_text(encoding="utf-8"), drawn())


def test_a_picture_that_is_behind_is_noticed() -> None:
    """The well in another color, and the well at another setting, are other pictures."""
    kept = PICTURE.read_text(encoding="utf-8")
    for changed in (kept.replace(still.PALETTE["blue"], "#1d5fa9"), drawn("deeper-tie")):
        with pytest.raises(AssertionError):
            assert_same_picture(changed, kept)


def test_the_picture_is_light() -> None:
    assert PICTURE.stat().st_size < 60 * 1024


def test_the_example_runs() -> None:
    """The lines in Python print what they are said to print."""
    (example,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    parsed = doctest.DocTestParser().get_doctest(example, {}, "README.md", "README.md", 0)
    assert len(parsed.examples) == 5
    said: list[str] = []
    assert doctest.DocTestRunner().run(parsed, out=said.append).failed == 0, "".join(said)


def test_its_links_lead_somewhere() -> None:
    """Links within the repository name files; links to it follow its one address."""
    links = re.findall(r"\]\(([^)\s]+)\)", README)
    assert len(links) > 10
    ours = {
        "github.com": f"https://github.com/{OWNER}/{PROJECT}/actions/",
        "mybinder.org": f"https://mybinder.org/v2/gh/{OWNER}/{PROJECT}/",
        "colab.research.google.com": f"https://colab.research.google.com/github/{OWNER}/{PROJECT}/",
        f"{OWNER}.github.io": f"https://{OWNER}.github.io/{PROJECT}/",
    }
    outside = {"arxiv.org", "mybinder.org/badge_logo.svg", "colab.research.google.com/assets"}
    headings = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors, link
        elif not link.startswith("https://"):
            assert (ROOT / link).exists(), link
        elif not link.removeprefix("https://").startswith(tuple(outside)):
            host = link.split("/")[2]
            assert host in ours, link
            assert link.startswith(ours[host]), link
        for name in re.findall(r"book/(\w+)\.(?:ipynb|html)", link):
            assert f"book/{name}" in DOCUMENTS, link


def test_all_commands_exist() -> None:
    """Every target of make and every file that the words name is there."""
    targets = re.findall(r"^([a-z-]+):.* ## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"\bmake ([a-z][a-z-]*)\b", " ".join(re.findall(r"`[^`\n]+`", README)))
    assert set(named) <= {*targets, "help"}
    for file in re.findall(r"\bpython ([\w/]+\.py)", README):
        assert Path(ROOT / file).is_file(), file
