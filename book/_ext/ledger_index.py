"""The ledger as data: what the papers state, and where this book states, checks and shows it.

Nothing is written down twice. Statements and exercises are found by the labels in the notebooks,
checks, counter-examples and explorables by the tags of cells (``proves-<label>``,
``tests-<label>``, ``breaks-<label>``, ``shows-<label>``), and library tests by the marker
``pytest.mark.item("P2-5")``. The page *The ledger* is made from this index; its tests read it too.
"""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

ROLES = ("proves", "tests", "breaks", "shows")
"""What the tag of a cell may say about a statement."""

CHECKED_KINDS = ("theorem", "lemma", "proposition", "corollary")
"""Kinds of statements of our own that need a check; a paper's items need more, of whatever kind."""

COVERING_ROLES = ("proves", "tests", "shows")
"""Roles that some cell has to play for every item of a paper that is stated; for a theorem, all."""

_OPENING = re.compile(r"^ {0,3}[`:~]{3,}\{(prf:\w+|exercise(?:-start)?)\}\s*(.*?)\s*$")
_FENCE = re.compile(r"^\s*(`{3,}+|~{3,}+|:{3,}+)\s*([^`]*?)\s*$")
_OPTION = re.compile(r"^\s*:(label|class):\s*(\S.*?)\s*$")
_NAMED_ITEM = re.compile(r"\b(P\d+), ([A-Z][a-z]+) (\d+)\b")
_TAG = re.compile(rf"^({'|'.join(ROLES)})-(.+)$")


@dataclass(frozen=True)
class Item:
    """An item of a paper: its number ("P2-5"), kind, statement, our label and its chapter."""

    item: str
    kind: str
    label: str
    chapter: str
    statement: str

    @property
    def paper(self) -> str:
        """The paper's short name, such as P2."""
        return self.item.partition("-")[0]

    @property
    def number(self) -> str:
        """The item's number in its paper."""
        return self.item.partition("-")[2]


@dataclass(frozen=True)
class Figure:
    """A figure of a paper ("P1-3"), and the explorable of a chapter that shows it."""

    figure: str
    chapter: str
    explorable: str

    @property
    def anchor(self) -> str:
        """The name of its section on the page of figures."""
        return f"figure-{self.figure.lower()}"


@dataclass(frozen=True)
class Place:
    """Somewhere in the book: a chapter's slug, an anchor in its page, and the role it plays.

    ``label`` names the statement that the place is about (for a statement or an exercise without
    one, its own label), ``kind`` is the directive's name or the role, ``title`` its title, or that
    of the explorable that it shows.
    """

    chapter: str
    anchor: str
    kind: str
    label: str
    title: str = ""


@dataclass(frozen=True)
class LibraryTest:
    """A test of the library that carries an item's name: its file, line and function."""

    item: str
    file: str
    line: int
    function: str


@dataclass(frozen=True)
class Index:
    """All that is known about the statements of the papers and of this book."""

    items: tuple[Item, ...]
    papers: dict[str, dict[str, str]]
    notes: dict[str, str]
    statements: tuple[Place, ...]
    exercises: tuple[Place, ...]
    cells: tuple[Place, ...]
    library_tests: tuple[LibraryTest, ...]
    figures: tuple[Figure, ...] = ()
    displayed: frozenset[tuple[str, str]] = frozenset()
    figures_page: str = ""

    def statement(self, label: str) -> Place | None:
        """Return where the label is stated, or None."""
        return next((place for place in self.statements if place.label == label), None)

    def cells_about(self, label: str, role: str) -> list[Place]:
        """Return the cells that play the role for the statement."""
        return [place for place in self.cells if (place.label, place.kind) == (label, role)]

    def exercises_about(self, label: str) -> list[Place]:
        """Return the exercises that name the statement."""
        return [place for place in self.exercises if place.label == label]

    def tests_of(self, item: str) -> list[LibraryTest]:
        """Return the library tests that carry the item's name."""
        return [test for test in self.library_tests if test.item == item]

    def own_statements(self) -> list[Place]:
        """Return the labeled statements of this book that no paper's item claims."""
        claimed = {item.label for item in self.items}
        return [place for place in self.statements if place.label not in claimed]


def without_code(text: str) -> list[str]:
    """Return the lines of a Markdown text; those of fenced code are empty."""
    lines: list[str] = []
    open_fences: list[str] = []
    in_code = False
    for line in text.split("\n"):
        lines.append("" if in_code else line)
        fence = _FENCE.match(line)
        if not fence:
            continue
        marks, info = fence.groups()
        if open_fences and not info and marks.startswith(open_fences[-1]):
            open_fences.pop()
            in_code = False
        elif not in_code:
            open_fences.append(marks)
            in_code = not info.startswith("{") or info.startswith("{code")
    return lines


def directives(text: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the name, title and options of every statement and exercise in a Markdown text.

    What code shows, fenced or indented by four spaces, is none of them.
    """
    lines = without_code(text)
    for number, line in enumerate(lines):
        opened = _OPENING.match(line)
        if opened:
            options = {}
            for following in lines[number + 1 :]:
                option = _OPTION.match(following)
                if option is None:
                    if following.strip().startswith(":"):
                        continue
                    break
                options[option[1]] = option[2]
            yield opened[1].removeprefix("prf:").removesuffix("-start"), opened[2], options


def anchors(tags: list[str], used: Counter[str]) -> list[tuple[str, str, str]]:
    """Return the role, label and anchor of each ledger tag of a cell; ``used`` counts per page."""
    found = []
    for tag in tags:
        named = _TAG.match(tag)
        if named:
            used[tag] += 1
            anchor = tag if used[tag] == 1 else f"{tag}-{used[tag]}"
            found.append((named[1], named[2], anchor))
    return found


def explorable_title(cell: dict[str, Any]) -> str:
    """Return the title of the explorable that a cell displays: the first line of its text."""
    texts = (output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", []))
    return next(("".join(text).partition("\n")[0] for text in texts if text), "")


def read_notebook(path: Path) -> tuple[list[Place], list[Place], list[Place]]:
    """Return the statements, exercises and tagged cells of a chapter."""
    slug = path.stem
    statements, exercises, cells = [], [], []
    used: Counter[str] = Counter()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            for role, label, anchor in anchors(cell["metadata"].get("tags", []), used):
                title = explorable_title(cell) if role == "shows" else ""
                cells.append(Place(slug, anchor, role, label, title))
            continue
        for kind, title, options in directives("".join(cell["source"])):
            own = options.get("label", "")
            if kind == "exercise":
                about = re.findall(r"\babout-(\S+)", options.get("class", "")) or [own]
                exercises += [Place(slug, own, kind, label, title) for label in about]
            elif own:
                statements.append(Place(slug, own, kind, own, title))
    return statements, exercises, cells


def displayed_by(path: Path) -> set[tuple[str, str]]:
    """Return the explorables that the cells of a chapter display, with the chapter's name."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "".join("".join(c["source"]) + "\n" for c in cells if c["cell_type"] == "code")
    return {(path.stem, name) for name in re.findall(r"^demos\.(\w+)$", code, re.MULTILINE)}


def read_tests(path: Path, tests: Path) -> list[LibraryTest]:
    """Return the tests of a file below ``tests`` that are marked with an item of the papers."""

    def items(markers: list[ast.expr]) -> list[str]:
        return [
            str(argument.value)
            for marker in markers
            if isinstance(marker, ast.Call) and ast.unparse(marker.func) == "pytest.mark.item"
            for argument in marker.args
            if isinstance(argument, ast.Constant)
        ]

    found = []
    name = path.relative_to(tests).as_posix()
    text = path.read_text(encoding="utf-8")
    # Few files have such a marker, and to parse them all takes two seconds.
    tree = ast.parse(text) if "mark.item" in text else ast.Module([], [])
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for item in items(node.decorator_list):
                found.append(LibraryTest(item, name, node.lineno, node.name))
    return found


def read_index(root: Path) -> Index:
    """Read the index of a repository: its ledger file, notebooks and tests."""
    data = yaml.safe_load((root / "book/ledger.yml").read_text(encoding="utf-8"))
    notebooks = sorted((root / "book").glob("*.ipynb"))
    parts = [read_notebook(path) for path in notebooks]
    page = root / "book/figures.md"
    tests = [
        test
        for path in sorted((root / "tests").rglob("test_*.py"))
        for test in read_tests(path, root / "tests")
    ]
    return Index(
        items=tuple(Item(**row) for row in data["items"]),
        papers=data["papers"],
        notes=data["notes"],
        statements=tuple(place for part in parts for place in part[0]),
        exercises=tuple(place for part in parts for place in part[1]),
        cells=tuple(place for part in parts for place in part[2]),
        library_tests=tuple(tests),
        figures=tuple(Figure(**row) for row in data.get("figures", [])),
        displayed=frozenset().union(*map(displayed_by, notebooks)),
        figures_page=page.read_text(encoding="utf-8") if page.exists() else "",
    )


def problems(index: Index) -> list[str]:
    """Return what is wrong with the ledger, one sentence each; nothing when all is well."""
    found = []
    for what, names in {
        "item": [item.item for item in index.items],
        "label of an item": [item.label for item in index.items],
        "label of a statement": [place.label for place in index.statements],
    }.items():
        found += [f"the {what} {n!r} occurs {c} times" for n, c in Counter(names).items() if c > 1]

    stated = {place.label for place in index.statements}
    items = {item.item: item.kind for item in index.items}
    for cell in index.cells:
        if cell.label not in stated:
            found.append(f"{cell.chapter}: the tag {cell.kind}-{cell.label} names no statement")
    for exercise in index.exercises:
        if not exercise.anchor.startswith("ex-"):
            found.append(f"{exercise.chapter}: the exercise {exercise.title!r} has no label ex-...")
        elif exercise.label not in stated | {exercise.anchor}:
            found.append(f"{exercise.chapter}: {exercise.anchor} is about no statement")
    for test in index.library_tests:
        if test.item not in items:
            found.append(
                f"{test.file}: {test.function} is marked with the unknown item {test.item}"
            )

    for place in index.statements:
        checks = [c for role in ("proves", "tests") for c in index.cells_about(place.label, role)]
        if place.kind in CHECKED_KINDS and not checks:
            found.append(f"{place.chapter}: {place.kind} {place.label} has no check")
        found += [
            f"{place.chapter}: {place.label} names {paper}, {kind} {number}, which is no item"
            for paper, kind, number in _NAMED_ITEM.findall(place.title)
            if items.get(f"{paper}-{number}") != kind
        ]
    for item in index.items:
        where = index.statement(item.label)
        if where is None:
            found.append(f"{item.item} is stated in no chapter")
            continue
        if where.chapter != item.chapter:
            found.append(f"{item.item} is stated in {where.chapter}, not in {item.chapter}")
        found += [
            f"{where.chapter}: {item.label} ({item.item}) lacks a cell {role}-{item.label}"
            for role in (ROLES if item.kind == "Theorem" else COVERING_ROLES)
            if not index.cells_about(item.label, role)
        ]
        if not index.tests_of(item.item):
            found.append(f'{item.item} is stated, but no test is marked item("{item.item}")')
    for figure in index.figures:
        name, demo = f"Figure {figure.figure}", (figure.chapter, figure.explorable)
        if demo not in index.displayed:
            found.append(f"{name}: {figure.chapter} does not show {figure.explorable}")
        if f"({figure.anchor})=" not in index.figures_page:
            found.append(f"{name} has no section on the page of figures")
        if f"{{explorable}} {figure.chapter} {figure.explorable}\n" not in index.figures_page:
            found.append(f"{name}: the page of figures does not show {figure.explorable}")
    return found
