"""Which statement of the book uses which, read from the chapters themselves.

A statement uses the statements that its text, its proof and what stands between the two refer to
by ``{prf:ref}``, and those with which the equations stand that its proof refers to by ``{eq}``. (In
the text of a statement an equation is mostly quoted for its notation.) The proof is

- the ``{prf:proof}`` that follows it, or
- the text of steps: sections named *Proof ...* or *Step ...*. A step proves what its first
  checking cell checks (``proves-<label>``), of the theorems, lemmas, propositions and corollaries
  without a ``{prf:proof}``; a step without such a cell goes on with what the one before it proved.

Exercises, notes and asides use statements too, but no statement rests on them: of an aside, only
the statements that it makes itself count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from ledger_index import CHECKED_KINDS, without_code

Uses = dict[str, tuple[str, ...]]
"""What each statement uses: labels, in the order of the book."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|:{3,})(?:\{([\w:-]+)\})?")
_LABEL = re.compile(r"^ {0,3}:label:\s*(\S+)")
_EQUATION = re.compile(r"^\s*\$\$ \(([^)]+)\)")
_HEADING = re.compile(r"^(#{1,6}) (.*)$")
_REFERENCE = re.compile(r"\{(prf:ref|eq)\}`(?:[^`<]*<)?([^`>]+)>?`")
_STEP = re.compile(r"(Proof|Step)\b")
_ASIDE = re.compile(r"(An )?aside\b", re.IGNORECASE)


@dataclass
class Section:
    """The text between two headings: what it refers to, states and checks."""

    step: bool = False
    aside: bool = False
    references: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)


@dataclass
class Chapter:
    """What one chapter refers to, and where."""

    kinds: dict[str, str] = field(default_factory=dict)
    """The kind of each statement, by its label, in the order of reading."""
    equations: dict[str, str] = field(default_factory=dict)
    """The statement with which a labelled equation stands, by the equation's label."""
    references: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of a statement and of what it, or the box with its proof, refers to."""
    boxed: set[str] = field(default_factory=set)
    """The statements whose proofs stand in boxes."""
    sections: list[Section] = field(default_factory=lambda: [Section()])


class _Reader:
    """Reads the lines of a chapter; ``chapter`` holds what was found so far."""

    def __init__(self) -> None:
        self.chapter = Chapter()
        self.boxes: list[tuple[str, str]] = []  # open fences: their marks and their directives
        self.aside = 7  # the level of the heading of the aside that we are in
        self.statement = ""
        self.between: list[str] = []  # what the text since the last statement refers to

    def heading(self, level: int, title: str) -> None:
        if level <= self.aside:
            self.aside = level if _ASIDE.match(title) else 7
        section = Section(step=bool(_STEP.match(title)), aside=self.aside < 7)
        self.chapter.sections.append(section)
        self.statement, self.between = "", []

    def opens(self, marks: str, directive: str) -> None:
        self.boxes.append((marks, directive))
        if directive == "prf:proof" and self.statement:
            self.chapter.boxed.add(self.statement)
            self.chapter.references += [(self.statement, label) for label in self.between]
            self.between = []

    def labels(self, label: str) -> None:
        kind = self.boxes[-1][1].removeprefix("prf:")
        self.chapter.kinds[label] = kind
        self.chapter.sections[-1].states.append(label)
        self.statement, self.between = label, []

    def line(self, line: str) -> None:
        fence, heading = _FENCE.match(line), _HEADING.match(line)
        inside = next((name for _, name in self.boxes if name.startswith("prf:")), "")
        skipped = any(name in ("exercise", "solution") for _, name in self.boxes)
        if fence and fence[2] is None and self.boxes and fence[1] >= self.boxes[-1][0]:
            self.boxes.pop()
        elif fence:
            self.opens(fence[1], fence[2] or "")
        elif heading and not self.boxes:
            self.heading(len(heading[1]), heading[2])
        elif inside and inside != "prf:proof" and (label := _LABEL.match(line)):
            self.labels(label[1])
        elif (equation := _EQUATION.match(line)) and inside and self.statement:
            self.chapter.equations[equation[1]] = self.statement
        elif not skipped:
            found = [
                label
                for role, label in _REFERENCE.findall(line)
                if role == "prf:ref" or inside in ("", "prf:proof")
            ]
            if inside:
                self.chapter.references += [(self.statement, label) for label in found]
            else:
                self.between += found
                self.chapter.sections[-1].references += found


def read_chapter(cells: list[dict[str, Any]]) -> Chapter:
    """Return what the cells of a notebook refer to."""
    reader = _Reader()
    for cell in cells:
        if cell["cell_type"] == "markdown":
            for line in without_code("".join(cell["source"])):
                reader.line(line)
        else:
            tags = cell["metadata"].get("tags", [])
            checked = [t.removeprefix("proves-") for t in tags if t.startswith("proves-")]
            # Of a step only the first checking cell tells what it proves.
            if not any(_open_claims(reader.chapter, reader.chapter.sections[-1])):
                reader.chapter.sections[-1].checks = checked
    return reader.chapter


def _open_claims(chapter: Chapter, section: Section) -> list[str]:
    """Return the statements without a proof in a box that the section is found to prove."""
    return [
        label
        for label in section.checks
        if chapter.kinds.get(label) in CHECKED_KINDS and label not in chapter.boxed
    ]


def uses_of_chapter(chapter: Chapter) -> list[tuple[str, str]]:
    """Return the pairs of a statement and a label that it, or its proof, refers to."""
    pairs = [pair for pair in chapter.references if pair[0]]
    proved: list[str] = []
    own: list[str] = []
    for section in chapter.sections:
        own = [*own, *section.states] if section.aside else []
        claims = _open_claims(chapter, section)
        if section.aside:
            claims = [label for label in claims if label in own]
        elif section.step and claims:
            proved = claims
        elif section.step:
            claims = proved
        if section.step:
            pairs += [(claim, label) for claim in claims for label in section.references]
    return pairs


def chapter_order(root: Path) -> list[str]:
    """Return the names of the chapters, in the order of the table of contents."""

    def files(entry: Any) -> Iterator[str]:
        if isinstance(entry, list):
            for part in entry:
                yield from files(part)
        elif isinstance(entry, dict):
            yield from [entry["file"]] if "file" in entry else []
            yield from files([entry.get(inner) for inner in ("parts", "chapters", "sections")])

    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    names = [Path(file).name for file in files(toc)]
    return [name for name in names if (root / f"book/{name}.ipynb").exists()]


def read_uses(root: Path) -> Uses:
    """Return what each labelled statement of a repository's book uses."""
    chapters = [
        read_chapter(json.loads((root / f"book/{name}.ipynb").read_text(encoding="utf-8"))["cells"])
        for name in chapter_order(root)
    ]
    order = {label: n for n, label in enumerate(c for ch in chapters for c in ch.kinds)}
    equations = {label: home for chapter in chapters for label, home in chapter.equations.items()}
    found: dict[str, set[str]] = {label: set() for label in order}
    for chapter in chapters:
        for label, reference in uses_of_chapter(chapter):
            used = equations.get(reference, reference)
            if used in order and used != label and label in order:
                found[label].add(used)
    return {label: tuple(sorted(used, key=order.__getitem__)) for label, used in found.items()}


def used_by(uses: Uses) -> Uses:
    """Return by which statements each is used."""
    return {label: tuple(other for other in uses if label in uses[other]) for label in uses}


def circle(uses: Uses) -> list[str]:
    """Return labels of which each uses the next and the last the first; nothing without them."""
    done: set[str] = set()
    for start in uses:
        path: list[str] = []
        todo = [(start, 0)]
        while todo:
            label, depth = todo.pop()
            del path[depth:]
            if label in path:
                return path[path.index(label) :]
            if label not in done:
                path.append(label)
                done.update(() if uses[label] else {label})
                todo += [(used, depth + 1) for used in uses[label]]
        done.update(path)
    return []
