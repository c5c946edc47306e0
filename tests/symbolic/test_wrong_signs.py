"""Every symbolic check of every chapter must notice a wrong sign planted in its claim.

The cells of each chapter run here with the check functions recorded. Then each recorded claim is
spoiled, one sign at a time, and handed to the genuine check, which has to refuse it.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
import sympy as sp
from planted_errors import CHAPTERS, GENUINE, cells, flips, mutants, recorded


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_checks_notice_wrong_signs(chapter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = recorded(chapter, monkeypatch)
    proving = {
        cell
        for cell, _, tags in cells(chapter, "code")
        if any(tag.startswith("proves-") for tag in tags)
    }
    assert proving <= set(calls), "a cell tagged as a proof makes no check"
    unnoticed = []
    for cell, made in calls.items():
        for name, args in made:
            spoiled = mutants(name, args)
            assert spoiled, f"no wrong sign can be planted in {name}{args} of cell {cell}"
            for mutant in spoiled:
                with contextlib.suppress(AssertionError):
                    unnoticed.append((cell, mutant, GENUINE[name](*mutant)))
    assert not unnoticed


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
