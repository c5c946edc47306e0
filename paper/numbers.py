"""The numbers that the article tells, each with the words around it, and how it is counted.

``python -m paper --renew`` writes them anew when the book has grown.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]


@cache
def _load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@cache
def _chapters() -> tuple[str, ...]:
    """Return the chapters of the table of contents that are notebooks."""
    files = [row["file"] for part in _load("_toc.yml")["parts"] for row in part["chapters"]]
    return tuple(Path(file).name for file in files if (ROOT / f"{file}.ipynb").exists())


@cache
def _cells() -> tuple[dict[str, Any], ...]:
    texts = [(ROOT / f"book/{name}.ipynb").read_text(encoding="utf-8") for name in _chapters()]
    return tuple(cell for text in texts for cell in json.loads(text)["cells"])


@cache
def _directives(name: str) -> int:
    text = "\n".join("".join(c["source"]) for c in _cells() if c["cell_type"] == "markdown")
    return len(re.findall(rf"^(?:`{{3,}}|:{{3,}})\{{{name}\}}", text, re.MULTILINE))


@cache
def _tags(role: str) -> int:
    tags = [tag for cell in _cells() for tag in cell["metadata"].get("tags", ())]
    return sum(tag.startswith(f"{role}-") for tag in tags)


@cache
def _explorables() -> int:
    folders = [ROOT / "dmfbook/demos" / name for name in _chapters()]
    return sum(not f.stem.startswith("_") for folder in folders for f in folder.glob("*.py"))


def _parts_of_chapters() -> int:
    parts = _load("_toc.yml")["parts"]
    return sum(any(Path(r["file"]).name in _chapters() for r in p["chapters"]) for p in parts)


@cache
def _tests() -> int:
    """Return the number of test functions, down to the last full hundred."""
    found = 0
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found += isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    return found // 100 * 100


@cache
def _questions() -> int:
    """Return how many questions a chapter has, which has to be one number for all."""
    counts = {len(_load(f"teach/quiz/{name}.yml")) for name in _chapters()}
    return counts.pop() if len(counts) == 1 else 0


def _problem_sets() -> int:
    return sum(path.is_dir() for path in (ROOT / "teach/problems").iterdir())


NUMBERS: dict[str, Callable[[], int]] = {
    r"all of their (\d+) numbered items": lambda: len(_load("book/ledger.yml")["items"]),
    r"It has (\d+) chapters as": lambda: len(_chapters()),
    r"notebooks, (\d+) interactive pictures": _explorables,
    r"explorables, (\d+) exercises": lambda: _directives("exercise(?:-start)?"),
    r"There are (\d+) such objectives": lambda: sum(
        len(_load(f"teach/objectives/{name}.yml")) for name in _chapters()
    ),
    r"The chapters form (\d+) parts": _parts_of_chapters,
    r"lists the (\d+) results": lambda: len(_load("book/new_here.yml")["results"]),
    r"picture answers, at (\d+) places": lambda: _directives("predict"),
    r"ends with (\d+) questions": _questions,
    r"several places\. (\d+) tags on cells": lambda: _tags("proves"),
    r"with symbols, (\d+) a numerical": lambda: _tags("tests"),
    r"comparison, and (\d+) a counter-example": lambda: _tags("breaks"),
    r"More than (\d+,\d+) test functions": _tests,
    r"holds (\d+) syllabi": lambda: len(list((ROOT / "teach/syllabi").glob("*.yml"))),
    r"pictures, (\d+) problem sets": _problem_sets,
    r"and (\d+) capstone projects": lambda: len(_load("teach/capstones.yml")["capstones"]),
}
"""How to count what stands in the one group of each pattern, where a blank may be a new line."""

NO_COUNTS = (r"CC BY 4\.0", r"BSD 3-Clause", r"Source Sans 3")
"""Where a digit is no count."""
