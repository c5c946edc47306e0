"""Plant errors in the proofs of the chapters, and list those that no check notices.

    mutants.py scalar_uniqueness             all errors of a chapter and its formulas
    mutants.py --all                         of all chapters: hours
    mutants.py --sample 50 --seed 3          some, in an order that the seed decides
    mutants.py --seconds 20 --seed 3         of one chapter that the seed chooses, until time is up

An error is one constant, sign, operator or exponent changed: in a cell that is tagged
``proves-<label>``, or in a formula of ``dmfbook.symbolic``. The cells of the chapters then run
with it, and one of them has to fail. No file is written, and each error has its own process.

What counts as noticed
    A cell fails, with whatever exception, as it would for a reader. An error in a formula may be
    noticed by the proof cells of any of the chapters, or else by the tests that hold the formulas
    against the numerics: ``tests/symbolic/test_<chapter>.py`` and ``tests/demos/test_<chapter>.py``
    of the chapters whose formulas it changes.

What counts as no change
    Of an error in a cell: every claim checked there and later is what it was, up to expansion.
    Of an error in a formula: so is every public formula, and no public function computes it.
    What a loop of a cell runs over, and its tables of integers, choose the instances of a claim
    that is made of all: no error is planted there. The rest stands, with reasons, in
    ``tools/harmless_mutants.yml``; a test insists that each entry there is still met.

An error whose cells take longer than notebooks may (``execute: timeout`` in ``_config.yml``) is
stopped and listed as undecided. The exit code is 1 if any error survives.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import gc
import io
import math
import os
import random
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests/support"), str(ROOT)]

from planted_errors import CHAPTERS, Call, cells  # noqa: E402
from planting import Planted, planted  # noqa: E402
from proof_cells import Cell, Chapter, chapter_of, follow, learn  # noqa: E402
from proof_formulas import (  # noqa: E402
    SYMBOLIC,
    attributes,
    imports_of_formulas,
    install,
    read_formulas,
)

HARMLESS = Path(__file__).with_name("harmless_mutants.yml")
NOTHING = Planted(0, "", "", "", chooses=False)
TESTS_LIMIT = 600
"""Seconds for the tests of a formula."""


@dataclass(frozen=True)
class Mutant:
    """An error in a cell of a chapter, or (with the cell "") in its module of formulas."""

    chapter: str
    cell: str
    error: Planted

    @property
    def place(self) -> str:
        """Where the error stands: the cell, or the file and line."""
        if self.cell:
            return f"{self.chapter}.ipynb[{self.cell}]"
        return f"symbolic/{self.chapter}.py"

    def __str__(self) -> str:
        return f"{self.place}:{self.error.line}\n    {self.error.before}\n -> {self.error.after}"


def modules() -> list[Path]:
    """Return the files of the modules of formulas."""
    return [p for p in sorted(SYMBOLIC.glob("*.py")) if p.stem not in ("__init__", "checks")]


def sources(place: str) -> list[str]:
    """Return the source at the place of an error."""
    return [
        source
        for path in CHAPTERS
        for name, source, _ in cells(path, "code")
        if place == Mutant(path.stem, name, NOTHING).place
    ] + [
        path.read_text(encoding="utf-8")
        for path in modules()
        if place == Mutant(path.stem, "", NOTHING).place
    ]


class Bench:
    """The chapters and formulas under test, run once without errors."""

    def __init__(self, chapters: list[Chapter]) -> None:
        self.chapters = {chapter.name: chapter for chapter in chapters}
        self.formulas = {path.stem: read_formulas(path.stem) for path in modules()}
        self.known: set[Call] = set()
        for chapter in chapters:
            learn(chapter)
            aliases = {}
            for cell in chapter.cells:
                aliases |= imports_of_formulas(ast.parse(cell.source))[1]
            chapter.cells = [
                Cell(
                    c.name,
                    c.source,
                    c.proves,
                    c.reads | attributes(ast.parse(c.source), aliases),
                    c.stores,
                )
                for c in chapter.cells
            ]
            for call in (call for calls in chapter.claims for call in calls):
                with contextlib.suppress(TypeError):
                    self.known.add(call)

    def mutants(self) -> list[Mutant]:
        """Return every error that can be planted in the chapters and their formulas."""
        found = []
        for chapter in self.chapters.values():
            for cell in chapter.cells:
                if cell.proves:
                    errors = planted(cell.source, in_choices=False)
                    found += [Mutant(chapter.name, cell.name, error) for error in errors]
            if chapter.name in self.formulas:
                source = self.formulas[chapter.name].source
                found += [Mutant(chapter.name, "", e) for e in planted(source)]
        return found

    def by_cells(self, mutant: Mutant) -> str:
        """Run the cells that an error reaches; return ``""`` if they notice, else what it does."""
        if mutant.cell:
            chapter = self.chapters[mutant.chapter]
            start = [cell.name for cell in chapter.cells].index(mutant.cell)
            other = follow(chapter, start, mutant.error.source, set(), self.known)
            return "survives" if other else "changes nothing"
        changed = install(mutant.error, mutant.chapter, self.formulas)
        if not any(not name.partition(".")[2].startswith("_") for name in changed):
            return "changes nothing"
        for chapter in self.chapters.values():
            reached = [i for i, cell in enumerate(chapter.cells) if cell.reads & changed]
            if reached:
                follow(chapter, reached[0], None, set(changed), self.known)
        return "survives"

    def by_tests(self, mutant: Mutant) -> str:
        """Run the tests of formulas against the numerics with an error."""
        import pytest

        changed = install(mutant.error, mutant.chapter, self.formulas)
        for name in [n for n in sys.modules if n.startswith("dmfbook.demos")]:
            del sys.modules[name]
        homes = {n.partition(".")[0] for n in changed} - {mutant.chapter}
        names = [mutant.chapter, *sorted(homes)]
        files = [
            ROOT / "tests" / kind / f"test_{n}.py" for n in names for kind in ("symbolic", "demos")
        ]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            code = pytest.main(
                ["-x", "-q", "-p", "no:cacheprovider", "-m", "not browser"]
                + [str(file) for file in files if file.exists()]
            )
        return "survives" if code == 0 else ""


def in_children(
    tasks: Iterable[Any],
    work: Callable[[Any], str],
    jobs: int,
    limit: float,
    last: float = math.inf,
) -> Iterator[tuple[Any, str]]:
    """Do each piece of work in a process of its own; yield it and its answer.

    The answer is that of the work, "" if the work raises, and "undecided" if it was stopped after
    its limit. When the clock shows the last moment, what still runs is stopped and not told.
    """
    waiting = iter(tasks)
    gc.freeze()  # so that children share what is there already
    running: dict[int, tuple[int, Any, float]] = {}
    while True:
        while len(running) < jobs and (task := next(waiting, None)) is not None:
            source, sink = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(source)
                answer = ""
                with contextlib.suppress(BaseException):
                    answer = work(task)
                os.write(sink, answer.encode())
                os._exit(0)
            os.close(sink)
            running[source] = (child, task, time.monotonic() + limit)
        if time.monotonic() > last:
            for child, *_ in running.values():
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            running.clear()
        if not running:
            return
        ready = select.select([*running], [], [], 0.5)[0]
        for source, (child, task, end) in [*running.items()]:
            if source not in ready and time.monotonic() < end:
                continue
            answer = os.read(source, 100).decode() if source in ready else "undecided"
            if source not in ready:
                os.kill(child, signal.SIGKILL)
            del running[source]
            os.close(source)
            status = os.waitpid(child, 0)[1]
            yield task, answer if status == 0 else "undecided"


def harmless() -> list[dict[str, str]]:
    """Return the reviewed list of errors that change no statement, each with its reason."""
    return list(yaml.safe_load(HARMLESS.read_text(encoding="utf-8")) or [])


def is_harmless(mutant: Mutant) -> bool:
    """Tell whether an error is in the reviewed list."""
    error = mutant.error
    return any(
        (row["place"], row["before"], row["after"]) == (mutant.place, error.before, error.after)
        for row in harmless()
    )


def time_limit() -> float:
    """Return the seconds that a cell of the book may take."""
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    return float(settings["execute"]["timeout"])


def judged(
    bench: Bench, mutants: list[Mutant], jobs: int, seconds: float, ask_tests: bool
) -> Iterator[tuple[Mutant, str]]:
    """Yield each error with "noticed", "changes nothing", "harmless", "undecided" or "survives".

    The tests are asked at the end, for a third of the time: they are slow.
    """
    start, asked = time.monotonic(), []
    cells_end = start + (seconds * 2 / 3 if ask_tests else seconds)
    for mutant, answer in in_children(mutants, bench.by_cells, jobs, time_limit(), cells_end):
        if answer == "survives" and not mutant.cell and ask_tests:
            asked.append(mutant)
        else:
            yield mutant, verdict(mutant, answer)
    for mutant, answer in in_children(asked, bench.by_tests, jobs, TESTS_LIMIT, start + seconds):
        yield mutant, verdict(mutant, answer)


def verdict(mutant: Mutant, answer: str) -> str:
    """Return what is said of an error: "harmless" if it survives and is in the reviewed list."""
    return "harmless" if answer == "survives" and is_harmless(mutant) else answer or "noticed"


def main() -> int:
    """Plant the errors that the command line asks for, and tell what became of them."""
    parser = argparse.ArgumentParser(description="Plant errors in the proofs of the chapters.")
    parser.add_argument("chapters", nargs="*", help="such as scalar_uniqueness")
    parser.add_argument("--all", action="store_true", help="all chapters, all errors")
    parser.add_argument("--sample", type=int, help="so many errors, in an order of the seed")
    parser.add_argument("--seconds", type=float, help="so long; of one chapter if none is named")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", choices=["cells", "formulas"])
    parser.add_argument("--cells-alone", action="store_true", help="do not ask the tests")
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    names = [path.stem for path in CHAPTERS if path.stem in asked.chapters or not asked.chapters]
    if {*asked.chapters} - {*names}:
        parser.error(f"no such chapter: {', '.join({*asked.chapters} - {*names})}")
    if not asked.chapters and not asked.all:
        if asked.seconds is None and asked.sample is None:
            parser.error("name chapters, or say --all, --sample N or --seconds S")
        if asked.seconds is not None:
            names = [draw.choice(names)]
    paths = [path for path in CHAPTERS if path.stem in names]
    bench = Bench([chapter_of(path.stem, cells(path, "code")) for path in paths])
    mutants = [
        m for m in bench.mutants() if asked.only in (None, "cells" if m.cell else "formulas")
    ]
    if asked.sample is not None or asked.seconds is not None:
        draw.shuffle(mutants)
    counts: Counter[str] = Counter()
    seconds = math.inf if asked.seconds is None else asked.seconds
    chosen = mutants[: asked.sample]
    for mutant, told in judged(bench, chosen, asked.jobs, seconds, not asked.cells_alone):
        counts[told] += 1
        if told in ("survives", "undecided"):
            print(f"{told}: {mutant}", flush=True)
    summary = ", ".join(f"{number} {told}" for told, number in counts.most_common())
    print(f"{', '.join(names)}: {counts.total()} of {len(mutants)} errors planted: {summary}")
    return 1 if counts["survives"] else 0


if __name__ == "__main__":
    sys.exit(main())
