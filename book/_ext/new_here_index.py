"""What this book adds to the papers, as data: ``book/new_here.yml``, and what may be wrong with it.

The checks of a result are found as the ledger finds them, by the tags of cells. So the list cannot
claim a check that is not there; the page *New here* and its tests read it through this module.
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

import ledger_index
import yaml  # type: ignore[import-untyped]

GRADES = ("checked", "proved", "measured")
"""How sure we are of a result, the surest first; the words for them stand in the list."""

CHECKS = {
    "proves": "by algebra",
    "tests": "by numbers",
    "breaks": "broken on purpose",
}
"""Roles of cells that check a result, and the word for each."""

_ROLE = re.compile(r"\{(cite(?::\w)?|prf:ref)\}`(?:[^`<]*<)?([^`>]+)>?`")
_PAPER = re.compile(r"\bP[12]\b")
_YEAR = re.compile(r"\((?:1[5-9]|20)\d\d\)")
_KEY = re.compile(r"^@\w+\{\s*([^,\s]+)\s*,", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """A result of this book: what it says, where, how sure we are, and what came before."""

    title: str
    group: str
    sure: str
    statement: str
    before: str
    states: tuple[str, ...] = ()
    unchecked: str = ""
    tests: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The name of its place on the page."""
        return "new-" + re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


@dataclass(frozen=True)
class Known:
    """A statement of the book that is not new: whose it is, or why it is elementary."""

    label: str
    source: str = ""
    elementary: str = ""


@dataclass(frozen=True)
class List:
    """The results, in their groups, and what they are held against."""

    scale: dict[str, dict[str, str]]
    groups: dict[str, str]
    results: tuple[Result, ...]
    known: tuple[Known, ...]
    index: ledger_index.Index
    cells: frozenset[str]
    """Code cells of the chapters, such as ``evidence#open-wide``."""
    tests: frozenset[str]
    """Tests, such as ``numerics/test_evidence.py::test_the_room_is_counted_on_a_grid``."""
    keys: frozenset[str]
    """The keys of the bibliography."""

    def of(self, group: str) -> list[Result]:
        """Return the results of a group."""
        return [result for result in self.results if result.group == group]

    def place(self, label: str) -> ledger_index.Place | None:
        """Return where a statement or an exercise is, or None."""
        exercises = (place for place in self.index.exercises if place.anchor == label)
        return self.index.statement(label) or next(exercises, None)

    def chapter(self, result: Result) -> str:
        """Return the chapter of a result, or nothing where the list is wrong."""
        places = [place for label in result.states if (place := self.place(label))]
        cells = [cell.partition("#")[0] for cell in result.cells]
        return places[0].chapter if places else (cells or [""])[0]

    def checks(self, result: Result, role: str) -> list[ledger_index.Place]:
        """Return the tagged cells that play a role for a result, each once."""
        found = [place for label in result.states for place in self.index.cells_about(label, role)]
        return list(dict.fromkeys(found))


def code_cells(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the position and the name, such as ``evidence#open-wide``, of each code cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for position, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            yield position, f"{path.stem}#{cell.get('id', '')}"


def _tests(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.relative_to(root).as_posix()}::{node.name}"


def read_data(root: Path) -> dict[str, Any]:
    """Read the file itself; it is empty in a repository that has none."""
    path = root / "book/new_here.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def read_list(root: Path) -> List:
    """Read the list of a repository, with its chapters, tests and bibliography."""
    data = read_data(root)

    def result(row: dict[str, Any]) -> Result:
        return Result(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})

    return List(
        scale=data["scale"],
        groups=data["groups"],
        results=tuple(map(result, data["results"])),
        known=tuple(Known(**row) for row in data["known"]),
        index=ledger_index.read_index(root),
        cells=frozenset(
            name for path in (root / "book").glob("*.ipynb") for _, name in code_cells(path)
        ),
        tests=frozenset(_tests(root / "tests")),
        keys=frozenset(_KEY.findall((root / "book/references.bib").read_text(encoding="utf-8"))),
    )


def _wrong_references(words: str, known: List) -> Iterator[str]:
    for role, target in _ROLE.findall(words):
        for name in map(str.strip, target.split(",")):
            if role.startswith("cite") and name not in known.keys:
                yield f"cites {name}, which is not in the bibliography"
            if role == "prf:ref" and known.index.statement(name) is None:
                yield f"refers to {name}, which is stated nowhere"


def _wrong_grade(result: Result, known: List) -> Iterator[str]:
    """Yield where a result claims more than its checks carry, or less than it says."""
    places = [place for label in result.states if (place := known.place(label))]
    theorems = [p.label for p in places if p.kind in ledger_index.CHECKED_KINDS]
    if result.sure == "measured":
        if theorems:
            yield f"is only measured, but {theorems[0]} is a {known.place(theorems[0]).kind}"  # type: ignore[union-attr]
        checked = any(known.checks(result, role) for role in CHECKS)
        exercise = any(place.kind == "exercise" for place in places)
        if not (checked or result.cells or result.tests or exercise):
            yield "is measured nowhere"
    elif not places:
        yield "is stated nowhere"
    if result.sure == "checked":
        for label in theorems:
            if not known.index.cells_about(label, "proves"):
                yield f"is checked by machine, but no cell proves-{label}"
        if not (known.checks(result, "tests") or result.tests):
            yield "is checked by machine, but nothing compares it with brute force"
    if bool(result.unchecked) != (result.sure == "proved"):
        yield "says what no cell checks exactly if it is of the grade 'proved'"


def problems(known: List) -> list[str]:
    """Return what is wrong with the list, one sentence each; nothing when all is well."""
    found = []
    if tuple(known.scale) != GRADES:
        found.append(f"the grades are {', '.join(known.scale)}, not {', '.join(GRADES)}")
    counts = Counter(result.anchor for result in known.results)
    found += [f"{name} occurs {count} times" for name, count in counts.items() if count > 1]
    for result in known.results:
        said = [f"{n} is no label" for n in result.states if known.place(n) is None]
        said += [f"{cell} is no code cell" for cell in result.cells if cell not in known.cells]
        said += [f"{test} is no test" for test in result.tests if test not in known.tests]
        if result.group not in known.groups:
            said.append(f"{result.group!r} is no group")
        if result.sure not in known.scale:
            said.append(f"{result.sure!r} is no grade")
        if not result.before.strip():
            said.append("does not say what came before")
        words = f"{result.statement} {result.before} {result.unchecked}"
        said += [*_wrong_references(words, known), *_wrong_grade(result, known)]
        found += [f"{result.title}: {what}" for what in said]

    papers = {item.label for item in known.index.items}
    for row in known.known:
        if known.index.statement(row.label) is None:
            found.append(f"{row.label}: is no label")
        if bool(row.source) == bool(row.elementary):
            found.append(f"{row.label}: needs a source, or a reason why it is elementary")
        names = {name for _, name in _ROLE.findall(row.source)}
        if row.source and not (_YEAR.search(row.source) or names & (papers | known.keys)):
            found.append(f"{row.label}: the source names no work")
        found += [
            f"{row.label}: {what}"
            for what in _wrong_references(f"{row.source} {row.elementary}", known)
        ]

    new = Counter(label for result in known.results for label in result.states)
    old = Counter(row.label for row in known.known)
    for place in known.index.statements:
        ours = place.kind in ledger_index.CHECKED_KINDS and not _PAPER.search(place.title)
        if ours and place.label not in papers and not new[place.label] + old[place.label]:
            found.append(f"{place.chapter}: {place.label} is neither new here nor known")
        if new[place.label] + old[place.label] > 1:
            found.append(f"{place.label} is listed more than once")
    return found
