"""Nothing that is handed out holds a solution, or a word of the private overlay."""

from __future__ import annotations

import importlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from browser import ROOT, stop_browsers
from editions import student_book

from teach._tools import leaks, student
from teach._tools.__main__ import PARTS
from teach._tools.editions import Edition
from teach._tools.sources import OUT, MissingTool, chapters

__all__ = ["student_book"]

TOKEN = "-".join(["CANARY", "0f6c21d9ab47e5"])  # in pieces: this file is no overlay


@pytest.fixture(scope="module")
def solutions() -> list[leaks.Secret]:
    return leaks.solutions_of_the_book()


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """An overlay such as a teacher has, with a model solution and a picture."""
    folder = tmp_path / "private"
    folder.mkdir()
    (folder / "model.py").write_text(f"# {TOKEN}\nanswer = 1\n", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    return folder


def test_every_solution_has_pieces_to_look_for(solutions: list[leaks.Secret]) -> None:
    """Of each exercise of the book, long ones."""
    asked = {
        label
        for chapter in chapters()
        for text in leaks.chapter_texts(ROOT / f"book/{chapter}.ipynb")
        for label in re.findall(r"\{solution\} (\S+)", text)
    }
    assert {secret.whose for secret in solutions} == asked
    assert len(asked) >= 99
    assert min(len(secret.text) for secret in solutions) >= leaks.LEAST
    short = [secret for secret in solutions if len(secret.text) < leaks.SHORTEST]
    assert len(short) <= 5


def test_the_branch_for_students_is_clean(tmp_path: Path, solutions: list[leaks.Secret]) -> None:
    student.make(tmp_path / "student", chapters())
    assert leaks.leaks(leaks.files_below(tmp_path / "student"), solutions, leaks.canaries()) == []


def test_each_notebook_with_solutions_would_be_noticed(solutions: list[leaks.Secret]) -> None:
    """One leak for each exercise, wherever the notebook lies."""
    files = [
        (f"problems/{chapter}.ipynb", (ROOT / f"book/{chapter}.ipynb").read_bytes())
        for chapter in chapters()
    ]
    found = leaks.leaks(files, solutions, [])
    assert {text.rpartition(" ")[2] for text in found} == {secret.whose for secret in solutions}


@pytest.mark.parametrize("form", ["html", "json", "js", "zip", "py"])
def test_a_solution_is_noticed_in_every_dress(form: str) -> None:
    """With tags, entities and curly quotes, escaped, wrapped in a comment, packed twice."""
    secret = leaks.Secret("ex", leaks.squashed("It's so: the flow ends where both numbers agree"))
    said = "It's so: the flow ends where both numbers agree"
    dressed = {
        "html": "<p>It&#8217;s so: the <a href='x'>flow</a> ends\nwhere <em>both</em> "
        "numbers agree</p>",
        "json": json.dumps({"source": ["It's so: the flow\n", "ends where both numbers agree"]}),
        "js": 'x = {"a": "<p>It\\u2019s so: the <b>flow<\\/b> ends\\nwhere both '
        'numbers agree<\\/p>"}',
        "py": "# It's so: the flow\n# ends where both\n# numbers agree",
    }
    data = dressed.get(form, said).encode()
    if form == "zip":
        for name in ("inner.txt", "inner.zip"):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(name, data)
            data = packed.getvalue()
    (found,) = leaks.leaks([(f"slides/a.{form}", data)], [secret], [])
    assert found.endswith("holds a piece of: ex")
    assert (
        leaks.leaks([("slides/a.html", b"The flow ends where numbers agree.")], [secret], []) == []
    )


def test_a_word_of_the_overlay_is_noticed_even_in_what_is_for_teachers(overlay: Path) -> None:
    (canary,) = leaks.canaries(overlay)
    assert canary.whose == "overlay, model.py"
    model = (overlay / "model.py").read_bytes()
    for name in ("lms/quiz.xml", "pdf/book/escape.pdf", f"student/{TOKEN}.txt"):
        assert leaks.leaks([(name, model)], [], [canary]) != []
    assert leaks.leaks([("lms/quiz.xml", b"answer = 1")], [], [canary]) == []
    (overlay / "salts.yml").write_text("salt: 7\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no canary"):
        leaks.canaries(overlay)


def test_a_gated_solution_is_not_passed_over(tmp_path: Path) -> None:
    text = "```{solution-start} ex-a\n```\nwords\n```{solution-end}\n```\n"
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="is it gated"):
        leaks.solutions_of_the_book(tmp_path)


def test_what_is_for_teachers_says_so() -> None:
    """Each pattern begins with a part that is made."""
    for pattern in leaks.FOR_TEACHERS:
        assert pattern.split("/")[0] in PARTS, pattern


@pytest.mark.thorough
def test_the_pages_for_students_are_clean(
    student_book: Edition, book: Path, solutions: list[leaks.Secret]
) -> None:
    """Pages, scripts, index of the search, previews; the whole book's hold every solution."""
    assert leaks.leaks(leaks.files_below(student_book.html), solutions, leaks.canaries()) == []
    whole = [(f"x/{name}", data) for name, data in leaks.files_below(book / "book")]
    found = leaks.leaks(whole, solutions, [])
    assert {text.rpartition(" ")[2] for text in found} == {secret.whose for secret in solutions}


@pytest.mark.thorough
@pytest.mark.parametrize("part", PARTS)
def test_what_is_made_is_clean(
    part: str, tmp_path: Path, student_book: Edition, book: Path, solutions: list[leaks.Secret]
) -> None:
    """Every part of the course, made for two chapters."""
    stop_browsers()  # what prints starts one of its own, and a process has room for one
    try:
        importlib.import_module(f"teach._tools.{part}").make(tmp_path / part, chapters()[3:5])
    except MissingTool as missing:
        pytest.skip(str(missing))
    files = list(leaks.files_below(tmp_path))
    assert files
    assert leaks.leaks(files, solutions, leaks.canaries()) == []
    if part in {pattern.split("/")[0] for pattern in leaks.FOR_TEACHERS}:
        held = leaks.leaks([(f"x/{name}", data) for name, data in files], solutions, [])
        assert held, "what is for teachers holds no solution: does the test read it?"


@pytest.mark.thorough
def test_what_lies_there_already_is_clean(solutions: list[leaks.Secret]) -> None:
    if not OUT.is_dir():
        pytest.skip("nothing was made by `make teach`")
    assert leaks.leaks(leaks.files_below(OUT), solutions, leaks.canaries()) == []
