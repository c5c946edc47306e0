"""The instructor's page says what is: chapters, times, what stands on what, parts, addresses."""

from __future__ import annotations

import re
from pathlib import Path

import dependencies
import pytest
import yaml
from browser import ROOT

from teach._tools import assessments, plans, references
from teach._tools.__main__ import PARTS
from teach._tools.sources import TEACH, chapters

README = (TEACH / "README.md").read_text(encoding="utf-8")


def rows() -> list[list[str]]:
    """Return the cells of the table of chapters."""
    table = README.split("| stands on |\n|---|---|---|---|---|---|\n")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def stands_on(chapter: str) -> str:
    """Return the numbers of the chapters whose statements a chapter's own statements use."""
    home = {label: c for c in chapters() for label in references.statements(c)}
    uses = dependencies.read_uses(ROOT)
    others = {home[x] for label, all_ in uses.items() if home.get(label) == chapter for x in all_}
    numbers = sorted(references.number(other) for other in others - {chapter})
    return ", ".join(map(str, numbers)) or "nothing"


def test_the_table_of_chapters_is_true(book: Path) -> None:
    """Numbers, titles, times, and which chapters each one stands on."""
    del book
    wanted = [
        [
            str(references.number(chapter)),
            f"[{references.title(chapter)}](../book/{chapter}.ipynb)",
            str(references.minutes(chapter, "short")),
            str(references.minutes(chapter, "full")),
            str(sum(entry["minutes"] for entry in plans.scripts(chapter))),
            stands_on(chapter),
        ]
        for chapter in chapters()
    ]
    assert rows() == wanted


def test_its_times_stand_in_for_a_book_that_is_not_built(
    book: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A course is planned without the book; a chapter that the table lacks is named."""
    del book
    read = references.minutes.__wrapped__
    built = {(c, road): read(c, road) for c in chapters() for road in ("short", "full")}
    monkeypatch.setattr(references, "HTML", tmp_path)
    assert {(c, road): read(c, road) for c, road in built} == built
    with pytest.raises(ValueError, match="has no row of mirrors: add one, or run make book"):
        read("mirrors", "short")


def test_what_begins_by_itself() -> None:
    """The sentence names the chapters that stand on nothing."""
    free = [row[0] for row in rows() if row[-1] == "nothing"]
    assert f"begin by themselves: {', '.join(free[:-1])} and {free[-1]}." in README


def test_every_part_is_named() -> None:
    """What `make teach` makes is in the table, and the commands name nothing else."""
    table = README.split("| part | what | from |")[1].split("\n\n")[0]
    named = re.findall(r"^\| `(\w+)` ", table, re.MULTILINE)
    assert set(PARTS) <= set(named)
    assert set(re.findall(r"PART=(\w+)", README)) <= set(named)


def test_files_that_are_named_exist() -> None:
    """Links within the repository, and the commands' files."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README):
        assert (TEACH / target).exists(), target


def test_the_link_for_a_hub_is_the_one_that_is_made() -> None:
    """With the address of this repository, and the branch without solutions."""
    link = references.pulled("scalar_uniqueness")
    url = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    assert f"repo={url.replace(':', '%3A').replace('/', '%2F')}&branch=student&" in link
    assert link in README


def test_the_variant_in_the_example_works(tmp_path: Path) -> None:
    """The numbers that the page gives as an example make a paper."""
    example = re.search(r"```yaml\n(spring-27:.*?)```", README, re.DOTALL)
    assert example is not None
    path = tmp_path / "exam.yml"
    path.write_text(example[1], encoding="utf-8")
    given = assessments.variants(path)["spring-27"]
    for question in assessments.exam()["questions"]:
        assessments.computed(question, given[question["id"]])
    assert given["reach"]["first"] * given["reach"]["second"] == given["reach"]["target"]
