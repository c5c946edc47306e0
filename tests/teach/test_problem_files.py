"""Texts, rubrics and notebooks of problem sets fit the library, and their links lead somewhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from browser import ROOT
from typescript import tsc

from dmfbook.checks import set_definition, set_names
from teach._tools import problems, references
from teach._tools.pages import LINK, linked
from teach._tools.sources import chapters

SETS = set_names()[:4]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("problems")
    problems.make(folder, chapters())
    return folder


@pytest.mark.parametrize("name", SETS)
def test_each_set_has_its_files(made: Path, name: str) -> None:
    kinds = (".ipynb", ".html", "-handout.html", "-rubric.html")
    assert all((made / f"{name}{kind}").stat().st_size > 5000 for kind in kinds)
    assert (
        set_definition(name).title
        == problems.read_texts(problems.PROBLEMS / name / "problem.md", set_definition(name)).title
    )


def test_every_folder_is_a_set() -> None:
    assert sorted(path.name for path in problems.PROBLEMS.iterdir() if path.is_dir()) == sorted(
        SETS
    )


@pytest.mark.parametrize("name", SETS)
def test_links_lead_to_chapters_explorables_and_settings(name: str) -> None:
    text = (problems.PROBLEMS / name / "problem.md").read_text(encoding="utf-8")
    links = LINK.findall(text)
    assert len(links) == text.count("](") > 2
    for kind, target, query in links:
        chapter, _, explorable = target.partition("/")
        assert chapter in chapters()
        if kind == "explorable":
            # Read, not imported: that would take longer than all else here.
            folder = ROOT / "dmfbook/demos"
            source = (folder / chapter / f"{explorable}.py").read_text(encoding="utf-8")
            helpers = "".join(path.read_text("utf-8") for path in folder.rglob("_*.py"))
            for key, value in parse_qsl(query.removeprefix("?")):
                if key == "setting":
                    assert (
                        f'Setting("{value}"' in source
                        or f'Setting(\n            "{value}"' in source
                    )
                else:
                    assert f'"{key}"' in source + helpers
                    assert float(value) == float(value)
    assert "explorable:" not in linked(text)
    assert "chapter:" not in linked(text)


@pytest.mark.parametrize("bad", ["chapter:sharpness/edge", "explorable:sharpness"])
def test_links_of_a_wrong_kind_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="a link is chapter:NAME or explorable:"):
        linked(f"[x]({bad})")


def test_the_address_is_that_of_the_readme() -> None:
    assert f"]({references.address()}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SETS)
def test_texts_name_the_entries_and_the_values_of_each_question(name: str) -> None:
    """A word that an answer or the given values use, and that the text does not, is a riddle."""
    definition = set_definition(name)
    texts = problems.read_texts(problems.PROBLEMS / name / "problem.md", definition)
    for one in definition.questions:
        text = texts.questions[one.name]
        for field in one.fields:
            assert f"`{field}`" in text, f"{one.name}: {field}"
        if one.task is not None:
            assert f"`{one.task.name}({one.task.arguments})`" in text
            for package in one.task.without:
                assert f"`{package}`" in text
            for limit in re.findall(r"(\d+) seconds", text):
                assert int(limit) == one.task.limits.seconds
        said = re.sub(r"[`*]", "", text).lower()
        for drawn in one.parameters.drawn if one.parameters else ():
            if not drawn.name.startswith("_"):
                assert drawn.name in said or f"your {drawn.name}" in said, (
                    f"{one.name}: {drawn.name}"
                )


@pytest.mark.parametrize("name", SETS)
def test_rubrics_add_up(name: str) -> None:
    definition = set_definition(name)
    rubric = problems.read_rubric(problems.PROBLEMS / name / "rubric.yml", definition)
    for one in definition.questions:
        assert (one.name in rubric) == (one.by_hand is not None)


def test_slips_in_sources_are_named(tmp_path: Path) -> None:
    definition = set_definition("curvature")
    folder = problems.PROBLEMS / "curvature"
    text = (folder / "problem.md").read_text(encoding="utf-8")
    (tmp_path / "problem.md").write_text(text.replace("## q3", "## q33"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"problem.md must have the sections \['q1'"):
        problems.read_texts(tmp_path / "problem.md", definition)
    (tmp_path / "problem.md").write_text("Title\n", encoding="utf-8")
    with pytest.raises(ValueError, match="must begin with a title"):
        problems.read_texts(tmp_path / "problem.md", definition)
    rubric = (folder / "rubric.yml").read_text(encoding="utf-8")
    for old, new, reason in (
        ("points: 4", "points: 5", "q4: 11 points, but it counts 10"),
        ("q5:", "q55:", "must have the entries"),
        ("half:", "halve:", "a row has the keys what, points"),
    ):
        (tmp_path / "rubric.yml").write_text(rubric.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ValueError, match=reason):
            problems.read_rubric(tmp_path / "rubric.yml", definition)


@pytest.mark.parametrize("name", SETS)
def test_notebooks_run_with_the_library_alone(made: Path, name: str, tmp_path: Path) -> None:
    """In another folder, as a student gets it: all cells run, and an empty sheet is written."""
    cells = json.loads((made / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert all(len(line) <= 75 for cell in code for line in cell.splitlines())
    # inspect needs the cells as a file, as it does in Jupyter.
    (tmp_path / "student.py").write_text("\n\n".join(code), encoding="utf-8")
    shutil.copytree(ROOT / "dmfbook", tmp_path / "dmfbook")
    run = subprocess.run(
        [sys.executable, "student.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    sheet = json.loads((tmp_path / f"{name}-s0000.json").read_text(encoding="utf-8"))
    assert sheet["set"] == name
    assert sheet["said"]
    assert all(words.startswith("0 of") for words in sheet["said"].values())


@pytest.mark.parametrize("name", SETS)
def test_nothing_of_the_checks_is_in_what_students_get_but_what_they_need(
    made: Path, name: str
) -> None:
    """The page knows certificates and declarations; no set's cases or truths."""
    page = (made / f"{name}.html").read_text(encoding="utf-8")
    assert "scalar_minimizer" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert not re.search(r"<(?:link|script|img)[^>]*(?:src|href)=", page)


def test_the_scripts_of_the_pages_name_what_there_is() -> None:
    """TypeScript's checker finds no name and no property that is not there."""
    done = tsc(ROOT / "teach/_tools/web")
    assert done.returncode == 0, done.stdout
