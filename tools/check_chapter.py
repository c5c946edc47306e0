"""Check one chapter: ``check_chapter.py NAME [--browser]``.

Stores the notebook's outputs, runs every test that knows the chapter, and lists what is still to be
written, in its own files and where the whole book names its chapters. With ``--browser`` the book
is built and the chapter's page and explorables are tried in Chromium too.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: Stands before whatever is still to be written in a new chapter.
MARKER = "FILL:"
#: Their cases carry the names of chapters.
BY_NAME = [
    "tests/book/test_chapters.py",
    "tests/book/test_frame.py",
    "tests/book/test_ledger.py",
    "tests/book/test_pictures.py",
    "tests/book/test_predictions.py",
    "tests/engine/test_explorables.py",
    "tests/numerics/test_bad_input.py",
    "tests/symbolic/test_wrong_signs.py",
    "tests/teach/test_readouts.py",
    "tests/teach/test_references.py",
]
IN_A_BROWSER = ["tests/book/test_pages.py", "tests/engine/test_explorables_browser.py"]
#: Tests of these files run although no case of theirs names the chapter.
WHOLE = ["test_chapters", "test_frame", "test_ledger", "has_a_row"]
#: What names each chapter when it is all there, and is no part of a chapter's own files.
ELSEWHERE = {
    "book/new_here.yml": "its theorems, or what they are known from, unless the ledger has them",
    "teach/README.md": "a row in the table of chapters, and the numbers of those after it",
    "teach/syllabi/month.yml": "a place, with minutes that another item gives up",
    "teach/slides/{name}.yml": "a plan of ten to sixteen slides, as in the other chapters' files",
    "teach/quiz/{name}.yml": "twelve questions, as teach/quiz/README.md tells",
}
#: But for this one, which is of the papers' figures alone.
SLOW = "test_the_code_of_the_figures_draws_them"


def to_write(root: Path) -> list[str]:
    """Return ``file:line: text`` of every mark left in the book, its library, course and tests."""
    files = [root / "_toc.yml"]
    folders = {"book": ".md .ipynb .yml", "dmfbook": ".py", "teach": ".yml", "tests": ".py"}
    for folder, endings in folders.items():
        files += [path for e in endings.split() for path in sorted(root.glob(f"{folder}/**/*{e}"))]
    return [
        f"{path.relative_to(root).as_posix()}:{number}: {line.strip()}"
        for path in files
        if ".ipynb_checkpoints" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MARKER in line
    ]


def elsewhere(root: Path, name: str) -> list[str]:
    """Return ``file: what`` of each place where the whole book does not know the chapter yet."""
    notebook = (root / f"book/{name}.ipynb").read_text(encoding="utf-8")
    labels = re.findall(r":label: ((?:thm|prop|lem|cor)-[\w-]+)", notebook)
    lacking = []
    for place, what in ELSEWHERE.items():
        path = root / place.format(name=name)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if place == "book/new_here.yml":
            text += (root / "book/ledger.yml").read_text(encoding="utf-8")
            known = not labels or any(re.search(rf"\b{label}(?![\w-])", text) for label in labels)
        else:
            known = bool(text) if "{name}" in place else bool(re.search(rf"\b{name}\b", text))
        if not known:
            lacking.append(f"{place.format(name=name)}: {what}")
    return lacking


def tests_of(name: str, browser: bool) -> list[str]:
    """Return pytest's arguments for one chapter."""
    own = [f"book/{name}.ipynb", f"dmfbook/numerics/{name}", f"dmfbook/numerics/{name}.py"]
    own += [f"tests/{kind}/test_{name}.py" for kind in ("numerics", "symbolic", "demos")]
    paths = [path for path in own if (ROOT / path).exists()]
    chosen = f"({' or '.join([name, *WHOLE])}) and not {SLOW}"
    options = ["--nbval", "--nbval-current-env", "-q", "-k", chosen]
    return [*options, *paths, *BY_NAME, *(IN_A_BROWSER if browser else [])]


def main() -> int:
    """Store the outputs, run the tests, list what is left."""
    parser = argparse.ArgumentParser(description="Check one chapter.")
    parser.add_argument("name")
    parser.add_argument("--browser", action="store_true", help="try its page in Chromium too")
    options = parser.parse_args()
    if not (ROOT / f"book/{options.name}.ipynb").exists():
        wanted = f"book/{options.name}.ipynb" if options.name else "without a name: NAME=..."
        print(f"There is no chapter {wanted}.", file=sys.stderr)
        return 1
    # The chapter uses the library of its own folder, whatever else is installed.
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    steps = [
        ["tools/notebooks.py", options.name],
        ["-m", "pytest", *tests_of(options.name, options.browser)],
    ]
    for step in steps:
        code = subprocess.run([sys.executable, *step], cwd=ROOT, env=environment).returncode
        if code:
            break
    lines = [f"To write: {line}" for line in to_write(ROOT)]
    lines += [f"Before `make test`: {line}" for line in elsewhere(ROOT, options.name)]
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
