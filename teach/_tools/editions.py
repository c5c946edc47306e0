"""The two editions of the book, whole and without solutions, and what a class gets of them."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from teach._tools.sources import HTML, ROOT, STUDENT_HTML, repository

# Where the book's own tools lie, which cut solutions and know the published address.
sys.path[:0] = [str(ROOT / "book/_ext"), str(ROOT / "tools")]

VERSION = str(runpy.run_path(str(ROOT / "dmfbook/_version.py"))["__version__"])


@dataclass(frozen=True)
class Edition:
    """An edition: its name, where its pages are built, and where they are published."""

    name: str
    html: Path
    address: str


def editions() -> tuple[Edition, Edition]:
    """Return the edition for students and the whole one."""
    from page_heads import published

    student = Edition("student", STUDENT_HTML, published(repository(), "student"))
    return student, Edition("book", HTML, published(repository()))


def built(edition: Edition) -> Edition:
    """Bring an edition up to date; nothing happens when nothing has changed."""
    more = ["--without-solutions"] if edition.html == STUDENT_HTML else []
    command = [sys.executable, str(ROOT / "tools/build.py"), *more]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return edition


def wheel(out: Path) -> Path:
    """Build the library's wheel into a folder; no package index is asked."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        # In a copy: setuptools leaves folders beside the sources.
        copy = Path(name)
        for file in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(ROOT / file, copy / file)
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "dmfbook", copy / "dmfbook", ignore=skipped)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
        more = ["--no-build-isolation", "--disable-pip-version-check", "--wheel-dir", str(out)]
        subprocess.run([*command, *more, str(copy)], check=True)
    return out / f"dmfbook-{VERSION}-py3-none-any.whl"
