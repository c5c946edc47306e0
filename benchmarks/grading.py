"""Grade a class: ``python -m benchmarks.grading [SHEETS] [--set NAME] [--jobs N]``.

Sheets of the set are written, with answers that are right, wrong or missing, and one in a hundred
is broken or crashes; then they are graded as a teacher does it, with the functions in child
processes. Printed are sheets per second, processor time for each, and the largest memory of the
grader; Windows tells neither of the children nor of memory. A function that never ends costs its
limit of processor time beside that, 10 seconds in most questions.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from dmfbook.checks import ProblemSet, set_names
from dmfbook.checks.grading import grade_folder, make_plan, sheet_files
from dmfbook.checks.sheet import Sheet, sheet_text
from dmfbook.checks.tables import write_tables

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))


def plain(answer: Any, source: str) -> dict[str, Any]:
    if callable(answer):
        return {"source": source}
    if isinstance(answer, str):
        return {"text": answer}
    return {name: np.array(value, dtype=float).tolist() for name, value in answer.items()}


def write_class(folder: Path, name: str, count: int) -> None:
    import overlay

    overlay.write_overlay(folder / "private")
    sheets = folder / "sheets"
    sheets.mkdir()
    for i in range(count):
        sheet = ProblemSet(name, f"s{i:05d}", "bench")
        definition = sheet.definition
        model = overlay.model_answers(folder / "private", sheet)
        task = next(one for one in definition.questions if one.task)
        function = task.task.name if task.task else ""
        whole = overlay.SOLUTIONS[name].split("\n\n\n")
        source = next(part for part in whole if part.startswith(f"def {function}("))
        answers = {question: plain(answer, source) for question, answer in model.items()}
        if i % 4 == 1:
            answers["q1"] = {key: value + 1 for key, value in answers["q1"].items()}
        if i % 4 == 2:
            del answers[task.name]
        if i % 4 == 3:
            answers[task.name] = {"source": f"def {function}(*a): return 0.0"}
        if i % 200 == 7:
            answers[task.name] = {"source": f"import os\ndef {function}(*a): os._exit(1)"}
        text = sheet_text(Sheet(name, definition.version, "bench", sheet.student, answers), {})
        if i % 200 == 107:
            text = text[: len(text) // 2]
        (sheets / f"{name}-{sheet.student}.json").write_text(text, encoding="utf-8")


def mebibytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def seconds_in_children() -> float:
    if resource is None:
        return float("nan")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("sheets", nargs="?", type=int, default=1000)
    parser.add_argument("--set", dest="name", choices=set_names(), default="one-number-one-matrix")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        # A process of its own, so that its memory is not counted.
        apart = multiprocessing.get_context("spawn")
        child = apart.Process(target=write_class, args=(folder, asked.name, asked.sheets))
        child.start()
        child.join()
        before = seconds_in_children()
        begun, used = time.perf_counter(), time.process_time()
        out = folder / "grades"
        plan = make_plan(folder / "sheets", sheet_files(folder / "sheets"), "salt")
        results = grade_folder(folder / "sheets", out, plan, asked.jobs)
        write_tables(out, results, plan.definition, {}, {})
        seconds = time.perf_counter() - begun
        own = time.process_time() - used
        children = seconds_in_children() - before
        totals = json.dumps(sorted({one.total for one in results}))
        broken = sum(bool(one.problem) for one in results)
    each = 1000 / asked.sheets
    print(f"{asked.sheets} sheets of {asked.name}, {asked.jobs} at a time: {seconds:.0f} s")
    print(f"{asked.sheets / seconds:.1f} sheets per second")
    print(f"processor: {own * each:.0f} ms a sheet here, {children * each:.0f} ms in children")
    if resource is not None:
        print(f"largest memory of the grader {mebibytes():.0f} MB")
    print(f"points from 0: {totals}; {broken} sheets could not be read")


if __name__ == "__main__":
    main()
