"""A new chapter can be made, fails until it is written, and passes then."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import new_chapter
import pytest
import yaml
from browser import CHAPTERS, ROOT
from check_chapter import ELSEWHERE, MARKER, elsewhere, to_write

NAME = "mirrored_pairs"
#: What a copy can do without. What Python has compiled goes along: it is good for the copies too.
HEAVY = (".venv", ".git", "_build", "build", "*_cache", ".hypothesis", "*.egg-info")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project."""
    root = tmp_path_factory.mktemp("a copy") / "project"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*HEAVY, ".ipynb_checkpoints"))
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy, with the copy's library."""
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the runs have the same files to compile
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def fill(path: Path) -> None:
    """Write the least that a template asks for: take it as it is, without its marks."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(rf"^ +pytest\.fail\(\"{MARKER}.*\n", "", text, flags=re.MULTILINE)
    path.write_text(text.replace(f"{MARKER} ", ""), encoding="utf-8")


@pytest.mark.thorough
def test_a_new_chapter_fails_until_it_is_written(copy: Path) -> None:
    """From `make chapter` to a green test, as CONTRIBUTING.md tells it."""
    after = Path(CHAPTERS[2]).name
    made = run(copy, "tools/new_chapter.py", NAME, "--title", "Mirrored pairs", "--after", after)
    assert made.returncode == 0, made.stderr
    paths = [copy / line for line in made.stdout.split("\n\n")[0].splitlines()]
    assert len(paths) == 17
    assert all(path.is_file() for path in paths)
    assert f"file: book/{after}\n      - file: book/{NAME}\n" in (copy / "_toc.yml").read_text()
    pictures = yaml.safe_load((copy / "book/pictures.yml").read_text(encoding="utf-8"))
    assert list(pictures).index(NAME) == 3

    tests = [f"tests/{layer}/test_{NAME}.py" for layer in ("numerics", "symbolic", "demos")]
    unwritten = run(copy, "-m", "pytest", "-q", *tests, "tests/book/test_chapters.py")
    assert unwritten.returncode == 1, unwritten.stdout
    failed = set(re.findall(r"^FAILED (\S+?)(?:\[|$| )", unwritten.stdout, re.MULTILINE))
    assert failed == {
        "tests/book/test_chapters.py::test_nothing_is_left_to_write",
        f"tests/numerics/test_{NAME}.py::test_against_a_slow_and_obvious_computation",
        f"tests/numerics/test_{NAME}.py::test_bad_input_is_named",
        f"tests/symbolic/test_{NAME}.py::test_the_library_computes_the_formula",
        f"tests/demos/test_{NAME}.py::test_the_readout_is_the_librarys_number",
    }
    reasons = re.findall(rf"^E +Failed: {MARKER} (.*)", unwritten.stdout, re.MULTILINE)
    assert len(reasons) == 6, unwritten.stdout  # one test runs at three settings
    marked = {path for path in paths if MARKER in path.read_text(encoding="utf-8")}
    unmarked = ["_toc.yml", "book/library.md", "dmfbook/__init__.py"]
    unmarked += [f"tests/support/{table}.py" for table in ("valid_calls", "bad_arguments")]
    assert marked == set(paths) - {copy / place for place in unmarked}
    assert to_write(copy)

    for path in paths:
        fill(path)
    written = run(copy, "tools/check_chapter.py", NAME)
    assert written.returncode == 0, written.stdout + written.stderr
    assert to_write(copy) == []
    assert written.stdout.count("Before `make test`: ") == len(ELSEWHERE)
    files = [str(path) for path in paths if path.suffix in (".py", ".ipynb")]
    for command in (["check"], ["format", "--check"]):
        style = run(copy, "-m", "ruff", *command, *files)
        assert style.returncode == 0, style.stdout


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_is_known_everywhere(chapter: str) -> None:
    assert elsewhere(ROOT, Path(chapter).name) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["sharpness"], "there is already dmfbook/symbolic/sharpness.py"),
        (["hessian_trace"], "there is already dmfbook/symbolic/hessian_trace.py"),
        (["Mirrored"], "lower-case words joined by _"),
        (["mirrored", "--after", "no_chapter"], "there is no chapter 'no_chapter'"),
    ],
)
def test_a_name_that_will_not_do_writes_nothing(
    arguments: list[str],
    complaint: str,
    copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*.*")}
    monkeypatch.setattr(new_chapter, "ROOT", copy)
    monkeypatch.setattr(sys, "argv", ["new_chapter.py", *arguments])
    assert new_chapter.main() == 1
    assert complaint in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*.*")} == before


@pytest.mark.thorough
def test_numerics_that_exist_are_kept(copy: Path) -> None:
    """A chapter around them keeps them, says so, and is green once it is written."""
    name = "kept_pairs"
    module = copy / f"dmfbook/numerics/{name}"
    module.mkdir()
    there = {
        module / "__init__.py": '"""Nothing yet."""\n\n__all__: list[str] = []\n',
        copy / f"tests/numerics/test_{name}.py": "def test_kept() -> None:\n    assert True\n",
    }
    for path, text in there.items():
        path.write_text(text, encoding="utf-8")
    made = run(copy, "tools/new_chapter.py", name)
    assert made.returncode == 0, made.stderr
    kept = f"Kept as it is: dmfbook/numerics/{name}, tests/numerics/test_{name}.py"
    assert kept in made.stdout
    assert {path: path.read_text(encoding="utf-8") for path in there} == there
    paths = [copy / line for line in made.stdout.split("\n\n")[0].splitlines()]
    assert not set(paths) & set(there)
    assert "kept_pairs_cost" not in "".join(path.read_text(encoding="utf-8") for path in paths)
    for path in paths:
        fill(path)
    tests = [f"tests/{layer}/test_{name}.py" for layer in ("numerics", "symbolic", "demos")]
    written = run(copy, "-m", "pytest", "-q", *tests)
    assert written.returncode == 0, written.stdout
