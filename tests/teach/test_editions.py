"""What a class gets: the branch for students, the zip, the wheel; and what publishes them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml
from browser import CHAPTERS, ROOT
from editions import student_book
from frame import launch_places

from teach._tools import offline, pdf, student
from teach._tools.__main__ import PARTS
from teach._tools.editions import VERSION, Edition, editions, wheel
from teach._tools.sources import chapters, repository

__all__ = ["student_book"]
WORKFLOWS = ROOT / ".github/workflows"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The branch for students, as files."""
    out = tmp_path_factory.mktemp("tree") / "student"
    student.make(out, chapters())
    return out


def test_the_tree_has_every_chapter_and_what_runs_it(tree: Path) -> None:
    names = {path.name for path in (tree / "book").iterdir()}
    assert {f"{chapter}.ipynb" for chapter in chapters()} <= names
    for file in ("binder/requirements.txt", "binder/postBuild", "pyproject.toml", "LICENSE"):
        assert (tree / file).read_bytes() == (ROOT / file).read_bytes()
    tracked = {p.relative_to(ROOT / "dmfbook") for p in (ROOT / "dmfbook").rglob("*.py")}
    assert {p.relative_to(tree / "dmfbook") for p in (tree / "dmfbook").rglob("*.py")} == tracked


def test_the_tree_has_no_solution_and_nothing_of_the_makers(tree: Path) -> None:
    """Neither tests nor tools, nor the packages that test the book; exercises are all there."""
    assert not {"tests", "tools", "teach", "Makefile", ".github", "_toc.yml"} & {
        path.name for path in tree.iterdir()
    }
    wanted = (tree / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert wanted[0] == ".[notebook]"
    assert [re.split("[<>=]", line)[0] for line in wanted[1:]] == ["jupyterlab", "jupyterlab-myst"]
    for chapter in chapters():
        text = (tree / f"book/{chapter}.ipynb").read_text(encoding="utf-8")
        whole = (ROOT / f"book/{chapter}.ipynb").read_text(encoding="utf-8")
        assert "{solution" not in text
        assert text.count("{exercise}") == whole.count("{exercise}") > 0


def test_its_page_leads_to_each_chapter(tree: Path) -> None:
    """The links for a JupyterHub name the repository that is set, the branch and the file."""
    text = (tree / "README.md").read_text(encoding="utf-8")
    for file in re.findall(r"\]\((book/[^)]+)\)", text):
        assert (tree / file).is_file()
    owner, name = repository().split("/")[-2:]
    hub = student.hub_link("escape", "https://hub.example.edu")
    assert hub == (
        "https://hub.example.edu/hub/user-redirect/git-pull"
        f"?repo=https%3A%2F%2Fgithub.com%2F{owner}%2F{name}&branch=student"
        f"&urlpath=lab%2Ftree%2F{name}%2Fbook%2Fescape.ipynb"
    )
    assert text.count("git-pull?") == len(chapters()) == text.count("mybinder.org")
    assert "/main" not in text


def test_the_branch_grows(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is pushed is the tree; again, nothing; changed, a commit on top, so that pulls work."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    remote, here = tmp_path / "remote.git", tmp_path / "here"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    subprocess.run(["git", "init", "--quiet", str(here)], check=True)
    monkeypatch.setattr(student, "ROOT", here)
    begin = ["-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "--allow-empty"]
    student.git(*begin, "-m", "Begin")
    first = student.push(tree, str(remote))
    assert first
    assert student.push(tree, str(remote)) == ""
    changed = tmp_path / "changed"
    shutil.copytree(tree, changed)
    (changed / "book/escape.ipynb").unlink()
    second = student.push(changed, str(remote))
    read = ["git", "--git-dir", str(remote)]
    log = subprocess.run([*read, "log", "--format=%H", "student"], capture_output=True, text=True)
    assert log.stdout.split() == [second, first]
    listed = subprocess.run([*read, "ls-tree", "-r", "--name-only", "student"], capture_output=True)
    files = {path.relative_to(changed).as_posix() for path in changed.rglob("*") if path.is_file()}
    assert set(listed.stdout.decode().split("\n")) - {""} == files
    with pytest.raises(RuntimeError, match="git ls-remote"):
        student.push(tree, str(tmp_path / "nowhere.git"))


def test_an_edition_leads_to_its_own_branch_and_address() -> None:
    options = {"repository_url": "https://github.com/a/b", "repository_branch": "main"}
    options["launch_buttons"] = {"binderhub_url": "https://x", "colab_url": "https://y"}  # type: ignore[assignment]
    whole = [place["address"] for place in launch_places(options, "book/p")]
    cut = [place["address"] for place in launch_places(options, "book/p", "student")]
    assert [address.replace("/main", "/student") for address in whole] == cut
    assert len(cut) == 3
    for one, other in zip(whole, cut, strict=True):
        assert one != other
    assert [e.address.split("github.io")[1].count("/") for e in editions()] == [3, 2]


@pytest.mark.thorough
def test_the_pages_of_students_open_notebooks_without_solutions(student_book: Edition) -> None:
    """Launch buttons, links and downloads; and the page says which edition it is."""
    for chapter in chapters():
        page = (student_book.html / f"book/{chapter}.html").read_text(encoding="utf-8")
        notebooks = re.findall(r'href="([^"]*\.ipynb)"', page)
        assert len(notebooks) == 4
        outside = [link for link in notebooks if link.startswith("https://")]
        assert all("/student/" in link or "/student?" in link for link in outside)
        (download,) = set(notebooks) - set(outside)
        text = (student_book.html / "book" / download).read_text(encoding="utf-8")
        assert "{exercise}" in text
        assert "{solution" not in text
        assert f'"{student_book.address}book/{chapter}.html"' in page
        assert "student edition: exercises without solutions" in page
        assert 'class="solution' not in page


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(tmp_path_factory.mktemp("wheel"))


@pytest.mark.thorough
def test_the_wheel_holds_the_library(library: Path) -> None:
    """All of it, and nothing besides; the sources it was built from are as they were."""
    names = set(zipfile.ZipFile(library).namelist())
    own = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "dmfbook").rglob("*")
        if path.is_file() and path.suffix not in (".md", ".pyc", ".ts") and path.stem != "tsconfig"
    }
    about = f"dmfbook-{VERSION}.dist-info/"
    assert {name for name in names if not name.startswith(about)} == own
    assert library.stat().st_size < 1_000_000


@pytest.mark.thorough
def test_the_zip_is_a_book_and_its_notebooks(
    student_book: Edition, library: Path, tmp_path: Path
) -> None:
    """Every link of its pages leads to a file in it; what is to be installed is in it."""
    files = offline.packed(student_book, library)
    offline.pack(tmp_path / "one.zip", files)
    offline.pack(tmp_path / "two.zip", dict(reversed(files.items())))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert (tmp_path / "one.zip").stat().st_size < 4_000_000
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        archive.extractall(tmp_path / "a class")
    folder = tmp_path / "a class/dmfbook-student"
    missing = [
        f"{page.name}: {link}"
        for page in folder.rglob("*.html")
        for link in re.findall(r' (?:href|src)="([^"#?]+)', page.read_text(encoding="utf-8"))
        if not re.match("https?:|data:", link) and not (page.parent / link).is_file()
    ]
    assert missing == []
    assert len(list((folder / "notebooks").glob("*.ipynb"))) == len(CHAPTERS)
    wanted = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert (folder / wanted[0].removesuffix("[notebook]")).is_file()
    words = (folder / "READ ME.txt").read_bytes().decode()
    assert "py -m jupyterlab notebooks" in words
    assert student_book.address in words
    for notebook in (folder / "notebooks").glob("*.ipynb"):
        assert json.loads(notebook.read_text(encoding="utf-8"))["nbformat"] == 4


def steps(workflow: str, job: str) -> str:
    """Return what a job of a workflow runs."""
    jobs = yaml.safe_load((WORKFLOWS / f"{workflow}.yml").read_text(encoding="utf-8"))["jobs"]
    return "\n".join(step.get("run", step.get("uses", "")) for step in jobs[job]["steps"])


def test_the_workflows_publish_what_is_tested_here() -> None:
    """Both editions on the pages, the branch, and the files of a release."""
    test = steps("book", "test")
    assert "python tools/build.py --without-solutions" in test
    assert "cp -r _build/without_solutions/_build/html _build/html/student" in test
    assert test.index("html/student") < test.index("upload-pages-artifact")
    assert "python -m teach._tools.student --push origin" in steps("book", "student")
    jobs = yaml.safe_load((WORKFLOWS / "book.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["student"]["permissions"] == {"contents": "write"}
    assert jobs["student"]["if"] == jobs["publish"]["if"]
    assert set(jobs["student"]["needs"]) == {"test", "windows"}
    # A job may not ask for more than the workflow that calls it may.
    release = yaml.safe_load((WORKFLOWS / "release.yml").read_text(encoding="utf-8"))["jobs"]
    for job in jobs.values():
        for name, level in job.get("permissions", {}).items():
            assert release["test"]["permissions"].get(name) in (level, "write"), name
    made = steps("release", "class")
    parts = re.findall(r"--part (\w+)", made)
    assert parts == ["offline", "pdf", "accessibility"]
    assert set(parts) <= set(PARTS)
    assert pdf.ENGINE in made
    assert pdf.ENGINE in (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "python -m teach._tools.leaks" in made
    assert "class/*" in steps("release", "github")
