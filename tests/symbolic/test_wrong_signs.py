"""Every symbolic check of every chapter must notice a wrong sign planted in its claim.

The cells of each chapter that make checks, and those that define what these read, run here with the
check functions recorded. Then each recorded claim is spoiled, one sign at a time, and handed to the
genuine check, which has to refuse it: one of each claim in a few chapters, and all of them in the
thorough test, which also runs the solutions that only compute.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import proof_cells
import pytest
import sympy as sp
from browser import ROOT
from IPython.core.inputtransformer2 import TransformerManager
from planted_errors import CHAPTERS, GENUINE, Call, cells, flips, mutants, solutions
from tiers import chapters_for


def recorded(chapter: Path, all_solutions: bool) -> dict[str, list[Call]]:
    """Run what makes checks, and if asked all code in the solutions; return the checks they make.

    The checks of the cells are not made here, because the notebook tests make them, and run the
    cells that are left out.
    """
    calls: dict[str, list[Call]] = {}
    solved = dict(solutions(chapter))
    parts = [*((name, source) for name, source, _ in cells(chapter, "code")), *solved.items()]
    found = []
    for name, source in parts:
        cell = proof_cells.read_cell(name, TransformerManager().transform_cell(source), False)
        checks = (all_solutions and name in solved) or not cell.reads.isdisjoint(GENUINE)
        found.append(replace(cell, proves=checks))
    state: dict[str, Any] = {"__name__": "chapter"}
    for cell in proof_cells.needed(found):

        def check(kind: str, args: tuple[Any, ...], name: str = cell.name) -> str:
            return str(GENUINE[kind](*args)) if name in solved else ""

        made = proof_cells.run(cell.source, f"{chapter.name}:{cell.name}", state, check)
        if made:
            calls[cell.name] = made
    return calls


@pytest.fixture(autouse=True)
def display(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let cells show explorables as text."""
    monkeypatch.setenv("DMFBOOK_DISPLAY", "text")


def unnoticed(chapter: Path, every: bool) -> list[Any]:
    """Plant one wrong sign in every claim, or every one; return those that no check notices."""
    calls = recorded(chapter, all_solutions=every)
    proving = {
        cell
        for cell, _, tags in cells(chapter, "code")
        if any(tag.startswith("proves-") for tag in tags)
    }
    assert proving <= set(calls), "a cell tagged as a proof makes no check"
    found = []
    for cell, made in calls.items():
        for place, (name, args) in enumerate(made):
            spoiled = mutants(name, args)
            assert spoiled, f"no wrong sign can be planted in {name}{args} of cell {cell}"
            for mutant in spoiled if every else [spoiled[place % len(spoiled)]]:
                with contextlib.suppress(AssertionError):
                    found.append((cell, mutant, GENUINE[name](*mutant)))
    return found


@pytest.mark.parametrize("document", chapters_for("wrong signs"))
def test_checks_notice_a_wrong_sign(document: str) -> None:
    assert not unnoticed(ROOT / f"{document}.ipynb", every=False)


@pytest.mark.thorough
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_checks_notice_all_wrong_signs(chapter: Path) -> None:
    assert not unnoticed(chapter, every=True)


def test_a_chapter_was_found() -> None:
    assert CHAPTERS


def test_flips_reach_nested_terms() -> None:
    a, b = sp.symbols("a b", positive=True)
    assert set(flips(a * (a - b) ** 2 + b)) == {
        -a * (a - b) ** 2 + b,
        a * (a - b) ** 2 - b,
        a * (-a - b) ** 2 + b,
        a * (a + b) ** 2 + b,
    }
