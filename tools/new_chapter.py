"""Make a chapter's files from templates: ``new_chapter.py NAME [--title ...] [--after CHAPTER]``.

The new chapter is a small one that works: two numbers with a given product. Whatever is to be
written is marked ``FILL:`` and says what; the chapter's tests fail until no mark is left. Numerics
of the name that exist already are kept, with their tests. Nothing is written when anything else is
in the way.
"""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from pathlib import Path

import nbformat
from check_chapter import MARKER

ROOT = Path(__file__).resolve().parents[1]
VALID_CALLS = "tests/support/valid_calls.py"
BAD_ARGUMENTS = "tests/support/bad_arguments.py"
TEMPLATES = Path(__file__).parent / "templates"
#: Each template, and the file that it becomes.
FILES = {
    "numerics.py": "dmfbook/numerics/{name}.py",
    "symbolic.py": "dmfbook/symbolic/{name}.py",
    "demos.py": "dmfbook/demos/{name}/__init__.py",
    "explorable.py": "dmfbook/demos/{name}/shares.py",
    "test_numerics.py": "tests/numerics/test_{name}.py",
    "test_symbolic.py": "tests/symbolic/test_{name}.py",
    "test_demos.py": "tests/demos/test_{name}.py",
    "predictions.py": "tests/predictions/{name}.py",
    "objectives.yml": "teach/objectives/{name}.yml",
    "scripts.yml": "teach/scripts/{name}.yml",
    "chapter.md": "book/{name}.ipynb",
}


#: What is not made anew around numerics that exist already.
NUMERICS = ("numerics.py", "test_numerics.py")


class InTheWayError(Exception):
    """What keeps the chapter from being made."""


def rendered(template: str, name: str, title: str, kept: bool) -> str:
    """Return a template with the chapter's name and title; ``kept`` if it has numerics already."""
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    if kept:  # the example's function does not exist
        text = text.replace("from dmfbook import chapter_name_cost\n", "")
        text = text.replace("chapter_name_cost(", "2 * abs(")
    text = text.replace("chapter_name", name).replace("chapter-name", name.replace("_", "-"))
    return text.replace("Chapter title", title)


def notebook(text: str, setup: str) -> str:
    """Return the notebook of a text whose cells begin with ``%% kind id [tag ...]``."""
    cells = []
    for kind, head, body in re.findall(r"^%% (\w+) (.*)\n((?:(?!%%).*\n)*)", text, re.MULTILINE):
        name, *tags = head.split()
        make = getattr(nbformat.v4, f"new_{kind}_cell")
        source = setup if name == "colab-setup" else body.strip()
        cells.append(make(source, id=name, metadata={"tags": tags} if tags else {}))
    book = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"  # type: ignore[no-untyped-call]


def setup_of(chapter: str) -> str:
    """Return the cell of a chapter that installs the library in Colab."""
    path = ROOT / f"book/{chapter}.ipynb"
    cells = nbformat.read(path, as_version=4).cells  # type: ignore[no-untyped-call]
    found = [str(cell.source) for cell in cells if "google.colab" in cell.source]
    if not found:
        raise InTheWayError(f"{path.name} has no cell that installs the library in Colab")
    return found[0]


def contents(text: str, name: str, after: str) -> str:
    """Return the table of contents with the chapter after another one."""
    line = f"      - file: book/{after}\n"
    return replaced(text, line, line + f"      - file: book/{name}\n", "_toc.yml")


def pictures(text: str, name: str, after: str) -> str:
    """Return the list of pictures with the chapter's after another one's."""
    found = re.search(rf"^{after}:\n(?:  .*\n)+", text, re.MULTILINE)
    if not found:
        raise InTheWayError(f"book/pictures.yml has no picture of {after}")
    line = f'line: "{MARKER} a line that asks more than it answers."'
    entry = f"{name}:\n  explorable: shares\n  {line}\n"
    return text[: found.end()] + entry + text[found.end() :]


def library_page(text: str, name: str, title: str) -> str:
    """Return the page on the library with the chapter's module, after those of other chapters."""
    if f"automodule:: dmfbook.numerics.{name}\n" in text:
        return text
    last = list(re.finditer(r"automodule:: dmfbook\.numerics\..*\n   :members:\n```\n", text))
    if not last:
        raise InTheWayError("book/library.md shows no module of dmfbook.numerics")
    page = f".. automodule:: dmfbook.numerics.{name}\n   :members:\n"
    section = f"\n## {title}\n\n```{{eval-rst}}\n{page}```\n"
    return text[: last[-1].end()] + section + text[last[-1].end() :]


def exports(text: str, name: str) -> str:
    """Return ``dmfbook/__init__.py`` with the chapter's module, in order."""
    lines = re.findall(r"^from dmfbook\.numerics\.\w+ import \*\n", text, re.MULTILINE)
    if not lines:
        raise InTheWayError("dmfbook/__init__.py imports no module of dmfbook.numerics")
    line = f"from dmfbook.numerics.{name} import *\n"
    return text.replace("".join(lines), "".join(sorted({*lines, line})))


def valid_calls(text: str, name: str) -> str:
    """Return the table of valid calls with the chapter's function."""
    row = f'    "{name}_cost": {{"product": 1.5}},\n'
    return replaced(text, "\nVALID = {\n", f"\nVALID = {{\n{row}", VALID_CALLS)


def bad_arguments(text: str, name: str) -> str:
    """Return the kinds of arguments with that of the chapter's function."""
    special = f'    ("{name}_cost", "product"): "number",\n'
    return replaced(text, "\nSPECIAL = {\n", f"\nSPECIAL = {{\n{special}", BAD_ARGUMENTS)


def replaced(text: str, old: str, new: str, file: str) -> str:
    """Replace what must occur once."""
    if text.count(old) != 1:
        raise InTheWayError(f"{file} has {text.count(old)} times, not once, the line {old.strip()}")
    return text.replace(old, new)


def kept_numerics(name: str) -> list[str]:
    """Return where there are numerics of this name already, and their tests."""
    modules = [f"dmfbook/numerics/{name}.py", f"dmfbook/numerics/{name}"]
    modules = [path for path in modules if (ROOT / path).exists()]
    tests = FILES["test_numerics.py"].format(name=name)
    return [*modules, tests] if modules and (ROOT / tests).exists() else modules


def check_name(name: str) -> None:
    """Refuse what cannot name a chapter, or names one already."""
    if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise InTheWayError(f"NAME must be lower-case words joined by _, but it is {name!r}")
    taken = [path.format(name=name) for path in FILES.values()]
    taken += [f"dmfbook/{layer}/{name}" for layer in ("symbolic", "demos")]
    kept = kept_numerics(name)
    taken = [path for path in taken if (ROOT / path).exists() and path not in kept]
    if taken:
        raise InTheWayError(f"there is already {', '.join(taken)}")


def chapters() -> list[str]:
    """Return the chapters in the order of the table of contents."""
    named = re.findall(r"file: book/(\w+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [name for name in named if (ROOT / f"book/{name}.ipynb").exists()]


def make(name: str, title: str, after: str) -> list[str]:
    """Write the chapter's files and its entries in shared ones; return their paths."""
    check_name(name)
    if after not in chapters():
        raise InTheWayError(f"there is no chapter {after!r}; there are {', '.join(chapters())}")
    shared = {
        "_toc.yml": lambda text: contents(text, name, after),
        "book/pictures.yml": lambda text: pictures(text, name, after),
        "book/library.md": lambda text: library_page(text, name, title),
        "dmfbook/__init__.py": lambda text: exports(text, name),
        VALID_CALLS: lambda text: valid_calls(text, name),
        BAD_ARGUMENTS: lambda text: bad_arguments(text, name),
    }
    kept = bool(kept_numerics(name))
    if kept:
        del shared[VALID_CALLS], shared[BAD_ARGUMENTS]
    files = {t: path for t, path in FILES.items() if not (kept and t in NUMERICS)}
    texts = {path.format(name=name): rendered(t, name, title, kept) for t, path in files.items()}
    texts[f"book/{name}.ipynb"] = notebook(texts[f"book/{name}.ipynb"], setup_of(after))
    texts |= {path: edit((ROOT / path).read_text("utf-8")) for path, edit in shared.items()}
    for path, text in texts.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
    return list(texts)


def main() -> int:
    """Make a chapter and say what to do next."""
    parser = argparse.ArgumentParser(description="Make a chapter's files from templates.")
    parser.add_argument("name", help="lower-case words joined by _, such as matrix_uniqueness")
    parser.add_argument("--title", help="the chapter's title; the name in words by default")
    parser.add_argument("--after", help="the chapter before it; the last one by default")
    options = parser.parse_args()
    title = options.title or options.name.replace("_", " ").capitalize()
    kept = kept_numerics(options.name)
    try:
        paths = make(options.name, title, options.after or chapters()[-1])
    except InTheWayError as problem:
        print(f"No file was written: {problem}.", file=sys.stderr)
        return 1
    print("\n".join(paths))
    if kept:
        print(f"\nKept as it is: {', '.join(kept)}")
    print(f"\nWrite what {MARKER} asks for in these files, then: make check NAME={options.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
