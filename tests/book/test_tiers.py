"""Two tiers: what `make test` leaves out, the CI runs, and no named test is left out unseen."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from browser import CHAPTERS, ROOT
from explorable_cases import declared
from tiers import KINDS, a_few_chapters, chapters_for, drawn_of_each_chapter, one_of_each_chapter

QUICK = ["-m", "not thorough"]


def pytest_calls(text: str) -> list[list[str]]:
    """Return the arguments of the calls of pytest in a text."""
    return [shlex.split(found)[1:] for found in re.findall(r"\bpython -m (pytest[^`\n]*)", text)]


def test_the_ci_runs_both_tiers() -> None:
    """Its only calls are `make test ALL=1`, in `.ci/run`, and pytest without this marker."""
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert re.findall(r"^make test.*", run, re.MULTILINE) == ["make test ALL=1"]
    assert run.rstrip().endswith("\nmake test ALL=1")
    workflows = {p.stem: p.read_text("utf-8") for p in (ROOT / ".github/workflows").glob("*.yml")}
    steps = yaml.safe_load(workflows["book"])["jobs"]["test"]["steps"]
    assert {"run": ".ci/run"} in steps
    for name in ("book", "nightly"):
        assert pytest_calls(workflows[name]), name
    for text in workflows.values():
        assert "thorough" not in text
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = shlex.split(settings["tool"]["pytest"]["ini_options"]["addopts"])
    assert not {"-m", "-k", "--deselect"} & set(options), "who names a test gets it"


def test_the_readme_has_the_commands_of_the_makefile() -> None:
    rows = dict(
        re.findall(
            r"^\| `(make test\S*(?: ALL=1)?)` \| `python -m pytest ([^`]+)` \|$",
            (ROOT / "README.md").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    assert list(rows) == ["make test", "make test ALL=1"]
    quick, everything = map(shlex.split, rows.values())
    assert quick == [*everything, *QUICK]
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    # What the calling make was told, as in `make test ALL=1`, is no business of this one.
    bare = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MAKEOVERRIDES", "ALL"}}
    for target, wanted in rows.items():
        told = subprocess.run(
            ["make", "--dry-run", "--silent", "-o", ".venv/.ready", *target.split()[1:]],
            cwd=ROOT,
            env=bare,
            capture_output=True,
            encoding="utf-8",
        )
        (call,) = pytest_calls(told.stdout)
        assert call == shlex.split(wanted.replace("-n 2", "--numprocesses 2"))


def test_every_chapter_is_sampled() -> None:
    drawn = drawn_of_each_chapter(declared(), "any kind")
    chapters = [name.split(".")[0] for name in declared()]
    assert [name.split(".")[0] for name in drawn] == list(dict.fromkeys(chapters))
    assert drawn == drawn_of_each_chapter(declared(), "any kind")
    assert drawn != drawn_of_each_chapter(declared(), "another kind")
    marked = {p.id: bool(p.marks) for p in one_of_each_chapter(declared(), "any kind")}
    assert marked == {name: name not in drawn for name in declared()}


def test_every_chapter_is_opened_for_some_kind_of_test() -> None:
    """And each kind is the name of a test's parameters, so that none of them stands there idle."""
    assert {chapter for kind in KINDS for chapter in chapters_for(kind)} == set(CHAPTERS)
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    asked = re.compile(r'(?:a_few_chapters|one_of_each_chapter|chapters_for)\([^"]*"([^"]+)"[,)]')
    used = {name for text in sources for name in asked.findall(text)}
    assert set(KINDS) <= used
    for kind in KINDS:
        quick = [p.id or p.values[0] for p in a_few_chapters(CHAPTERS, kind) if not p.marks]
        assert quick == chapters_for(kind)
        slugs = [Path(chapter).name for chapter in quick]
        shown = [p.id for p in one_of_each_chapter(declared(), kind) if not p.marks]
        assert sorted(name.split(".")[0] for name in shown) == sorted(slugs)
    with pytest.raises(ValueError, match="not in tuple"):
        chapters_for("another kind")
