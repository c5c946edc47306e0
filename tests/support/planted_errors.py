"""The cells of the chapters and the code of their solutions; wrong signs planted in claims."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sympy as sp
from browser import ROOT

from dmfbook.symbolic import checks

CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
GENUINE = {name: getattr(checks, name) for name in checks.__all__}
# Wrong signs per claim, evenly spread over its terms; `tools/mutants.py` plants every error.
MOST_MUTANTS = 5

Call = tuple[str, tuple[Any, ...]]


def cells(chapter: Path, kind: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the id, source and tags of the cells of a kind."""
    for cell in json.loads(chapter.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == kind:
            yield cell["id"], "".join(cell["source"]), cell["metadata"].get("tags", [])


def solutions(chapter: Path) -> Iterator[tuple[str, str]]:
    """Yield the label and the Python blocks, joined, of every solution that has any.

    A block outside of them would be run by nobody, and is refused.
    """
    fence = re.compile(r"^(`{3,})\{solution\} (\S+)$(.*?)^\1$", re.MULTILINE | re.DOTALL)
    block = re.compile(r"^```python$(.*?)^```$", re.MULTILINE | re.DOTALL)
    for name, text, _ in cells(chapter, "markdown"):
        bodies = {label: block.findall(body) for _, label, body in fence.findall(text)}
        written = re.findall(r"^\s*[`~:]{3,}\s*(?:\{code[^}]*\}\s*)?python", text, re.MULTILINE)
        assert sum(map(len, bodies.values())) == len(written), f"cell {name}: not all Python is run"
        yield from ((label, "".join(found)) for label, found in bodies.items() if found)


def flips(expression: Any) -> Iterator[Any]:
    """Yield the expression with the sign of one term changed, in every sum however deep it lies."""
    for position, argument in enumerate(expression.args):
        before, after = expression.args[:position], expression.args[position + 1 :]
        if expression.is_Add:
            yield expression.func(*before, -argument, *after)
        for flipped in flips(argument):
            yield expression.func(*before, flipped, *after)


def mutants(name: str, args: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return spoiled versions of the arguments of a check."""
    if name == "check_sign":
        return [(-sp.sympify(args[0]), *args[1:])]
    if name == "check_limit":
        value = sp.sympify(args[3])
        return [(*args[:3], -value if value != 0 else sp.Integer(1))]
    sides = [sp.sympify(side) for side in args]
    found: list[tuple[Any, ...]] = []
    for position, side in enumerate(sides):
        spoiled = [-side] if not side.is_Add and side != 0 else []
        spoiled += list(flips(side))
        # A change of a whole side's sign says nothing where the other side is zero.
        elsewhere = sides[1 - position]
        spoiled = [s for s in spoiled if not (elsewhere == 0 and s == -side)]
        found += [(s, elsewhere) if position == 0 else (elsewhere, s) for s in spoiled]
    step = -(-len(found) // MOST_MUTANTS)
    return found[:: max(step, 1)]
