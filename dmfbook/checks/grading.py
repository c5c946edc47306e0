"""Grading a folder of sheets: many at a time, resumable, one broken sheet stopping no other.

Each result is written to a journal as soon as it is there. A run that was interrupted goes on from
it: a file that stands there with the same content, under the same plan, is not graded again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from dmfbook.checks.judging import Plan, Result, digest_of, judge_file
from dmfbook.checks.sheet import read_sheet

__all__ = ["grade_folder", "make_plan", "sheet_files"]

JOURNAL = "journal.jsonl"


def sheet_files(folder: Path, apart_from: Path | None = None) -> list[Path]:
    """Return the JSON files below a folder, in the order of their names.

    What the Finder leaves in archives (``__MACOSX``, ``._...``) is no sheet, and neither is what
    lies below the folder of the results.
    """
    found = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.suffix.lower() != ".json" or any(p == "__MACOSX" or p[0] == "." for p in parts):
            continue
        if apart_from is not None and path.is_relative_to(apart_from):
            continue
        if path.is_symlink() or not path.is_dir():
            found.append(path)
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def make_plan(
    folder: Path,
    files: Iterable[Path],
    salt: str,
    problem_set: str | None = None,
    course: str | None = None,
) -> Plan:
    """Return the plan for a folder; set and course are those of most sheets unless they are named.

    Raises
    ------
    ValueError
        If neither is named and no file is a sheet.
    """
    seen: Counter[tuple[str, str]] = Counter()
    if problem_set is None or course is None:
        for path in files:
            try:
                sheet = read_sheet(path)
            except (ValueError, OSError, RecursionError, MemoryError):
                continue
            if problem_set in (None, sheet.problem_set) and course in (None, sheet.course):
                seen[sheet.problem_set, sheet.course] += 1
        if not seen:
            raise ValueError(f"folder must hold sheets, but no file in {folder} is one")
    chosen = min(seen, key=lambda pair: (-seen[pair], pair), default=("", ""))
    return Plan(problem_set or chosen[0], course or chosen[1], salt, str(folder))


def grade_folder(
    folder: Path,
    out: Path,
    plan: Plan,
    jobs: int | None = None,
    progress: Callable[[int, int, int, float], None] | None = None,
) -> list[Result]:
    """Grade all sheets of a folder and return their results in the order of the files' names.

    Parameters
    ----------
    folder, out : Path
        The sheets, and where the journal is kept.
    plan : Plan
        From `make_plan`.
    jobs : int, optional
        How many sheets at a time; one for each processor by default.
    progress : callable, optional
        Gets how many sheets are done, of how many, how many of them in this run, and its seconds.

    Returns
    -------
    list of Result
        One for each file, those of the journal included.
    """
    out.mkdir(parents=True, exist_ok=True)
    files = {path.relative_to(folder).as_posix(): path for path in sheet_files(folder, out)}
    known = _journal(out / JOURNAL, plan.key())
    results: dict[str, Result] = {}
    for name, path in files.items():
        old = known.get(name)
        if old is not None and not old.again and old.digest == digest_of(path):
            results[name] = old
    begun, resumed = time.monotonic(), len(results)
    waiting = [name for name in files if name not in results]
    with (out / JOURNAL).open("a", encoding="utf-8", newline="\n") as journal:
        if journal.tell():
            # The last line may have been cut off.
            journal.write("\n")
        for result in _all(waiting, files, plan, jobs or _processors()):
            journal.write(json.dumps({"plan": plan.key(), **result.data()}) + "\n")
            journal.flush()
            results[result.file] = result
            if progress is not None:
                new = len(results) - resumed
                progress(len(results), len(files), new, time.monotonic() - begun)
    return [results[name] for name in files]


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _all(names: list[str], files: dict[str, Path], plan: Plan, jobs: int) -> Iterator[Result]:
    """Yield results as they come; only a few sheets wait in memory at any time."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        running: set[Future[Result]] = set()
        left = iter(names)
        try:
            while True:
                while len(running) < 2 * jobs and (name := next(left, None)) is not None:
                    running.add(pool.submit(judge_file, files[name], name, plan))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _journal(path: Path, key: str) -> dict[str, Result]:
    """Return the results of a journal that were made by the same plan; the last one counts."""
    found: dict[str, Result] = {}
    if not path.exists():
        return found
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                content = json.loads(line)
                if content.pop("plan") == key:
                    found[content["file"]] = Result(**content)
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
    return found
