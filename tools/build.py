"""Build the book: ``python tools/build.py [--without-solutions]``.

Warnings are errors and references are checked. Nothing happens when nothing has changed. Executed
notebooks are kept between builds, except when ``dmfbook`` or the pinned packages change, because
then the same cells may print other numbers. Both editions share them: the one without solutions
says ``edition: student``, which leads its launch buttons to notebooks without solutions.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import cast

import yaml  # type: ignore[import-untyped]
from environment import GRAMMAR, ROOT, settle

LIBRARY = ["dmfbook", "requirements.txt"]
TOOLS = ("build", "environment", "execution", "kernels", "notebooks")
FRAME = [
    "_config.yml",
    "_toc.yml",
    "book/_ext",
    "book/_static",
    "book/_theme",
    "book/pictures.yml",
    *(f"tools/{name}.py" for name in TOOLS),
    "book/ledger.yml",
    "book/new_here.yml",
    "book/references.bib",
]
ASKED = ["teach/quiz", *(f"teach/_tools/{name}.py" for name in ("bank", "questions", "texts"))]
PAGES = ["book", *ASKED]
#: Where outputs of executed notebooks are kept, for both editions.
EXECUTED = ROOT / "_build"


def fingerprint(names: Iterable[str]) -> str:
    """Return a hash of the named files, and of all files in the named folders."""
    digest = hashlib.sha256()
    for name in names:
        path = ROOT / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if (
                file.is_file()
                and "__pycache__" not in file.parts
                and ".ipynb_checkpoints" not in file.parts
            ):
                digest.update(f"{file.relative_to(ROOT)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def marked_tests(folder: Path) -> str:
    """Return a hash of what the ledger tells of the tests: which they are, and in which lines."""
    extensions = str(ROOT / "book/_ext")
    if extensions not in sys.path:
        sys.path.append(extensions)
    from ledger_index import read_tests

    found = [
        test
        for path in sorted(folder.rglob("test_*.py"))
        if "mark.item" in path.read_text(encoding="utf-8")
        for test in read_tests(path, folder)
    ]
    return hashlib.sha256(repr(found).encode()).hexdigest()


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let builds of one folder wait for each other (two test processes may ask at once)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w", encoding="utf-8") as lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def configuration(folder: Path, hide_solutions: bool) -> Path:
    """Return the settings to build with; without solutions they are a copy with a few changes."""
    if not hide_solutions:
        return ROOT / "_config.yml"
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    settings["sphinx"]["config"] |= {"hide_solutions": True, "edition": "student"}
    settings["execute"]["cache"] = str(EXECUTED / ".jupyter_cache")
    extensions = settings["sphinx"]["local_extensions"]
    settings["sphinx"]["local_extensions"] = {n: str(ROOT / path) for n, path in extensions.items()}
    path = folder / "_config.yml"
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return path


def recorded(folder: Path) -> dict[str, str]:
    """Return of what the folder was last built."""
    stamp = folder / ".built.json"
    return cast(dict[str, str], json.loads(stamp.read_text("utf-8"))) if stamp.exists() else {}


def record(folder: Path, made_of: dict[str, str]) -> None:
    """Note of what the folder is built."""
    (folder / ".built.json").write_text(json.dumps(made_of), encoding="utf-8")


def build(folder: Path, hide_solutions: bool = False) -> bool:
    """Bring the book in the folder up to date; return whether it is fine."""
    wanted = {
        "library": fingerprint(LIBRARY),
        "frame": fingerprint(FRAME),
        "tests": marked_tests(ROOT / "tests"),
        "pages": fingerprint(PAGES),
    }
    done = recorded(folder)
    if done == wanted:
        return True
    # Loading this takes two seconds, which a build with nothing to do need not wait for.
    from execution import complaints, execute

    record(folder, {"library": done.get("library", "")})  # until it is built
    if {**done, "pages": ""} != {**wanted, "pages": ""}:
        # Sphinx does not see that a page depends on these, and would repeat no warning.
        shutil.rmtree(folder / ".doctrees", ignore_errors=True)
        shutil.rmtree(folder / "html", ignore_errors=True)
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.modules[{GRAMMAR!r}] = None;"
        "from jupyter_book.cli.main import main; main()",
        "build",
        str(ROOT),
        "-W",
        "-n",
        "--keep-going",
        "--quiet",
        "--config",
        str(configuration(folder, hide_solutions)),
        "--toc",
        str(ROOT / "_toc.yml"),
        "--path-output",
        str(folder.parent),
    ]
    if recorded(EXECUTED).get("library") != wanted["library"]:
        shutil.rmtree(EXECUTED / ".jupyter_cache", ignore_errors=True)
        record(EXECUTED, {"library": wanted["library"]})
    execute(EXECUTED)
    result = subprocess.run(command, cwd=ROOT)
    if result.returncode or not (folder / "html/index.html").exists():
        shutil.rmtree(folder / ".doctrees", ignore_errors=True)
        (EXECUTED / ".built.json").unlink(missing_ok=True)
        print(*complaints(EXECUTED), sep="\n", file=sys.stderr)
        return False
    record(folder, wanted)
    return True


def main() -> int:
    """Build, and print the page to open."""
    parser = argparse.ArgumentParser(description="Build the book.")
    parser.add_argument("--without-solutions", action="store_true", help="leave all solutions out")
    hide = parser.parse_args().without_solutions
    folder = ROOT / ("_build/without_solutions/_build" if hide else "_build")
    settle(folder)
    os.environ["DMFBOOK_DISPLAY"] = "static"
    for stream in (sys.stdout, sys.stderr):  # whose encoding may not have every letter of a path
        cast(TextIOWrapper, stream).reconfigure(errors="backslashreplace")
    with one_at_a_time(EXECUTED):
        fine = build(folder, hide)
    if not fine:
        return 1
    print(f"The book is ready. Open {folder / 'html/index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
