"""Errors planted by ``tools/mutants.py`` are noticed, and the tool tells those that are not."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import mutants
import pytest
from browser import ROOT
from planting import planted
from proof_cells import chapter_of

from dmfbook.symbolic import hessian_spectrum

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="each error has a forked process")

SETUP = (
    "imports",
    "import sympy as sp\nfrom dmfbook.symbolic import gain\n"
    "from dmfbook.symbolic import hessian_spectrum as formula\n"
    "from dmfbook.symbolic.checks import check_identity\n",
    [],
)
PROOF = ["proves-thm-one"]


def found(*sources: str) -> dict[str, str]:
    """Return what becomes of every error in the cells of a made-up chapter, by its second line."""
    parts = [SETUP, *((f"cell-{n}", source, PROOF) for n, source in enumerate(sources))]
    bench = mutants.Bench([chapter_of("made_up", parts)])
    result = {}
    for mutant in bench.mutants():
        try:
            result[mutant.error.after] = bench.by_cells(mutant)
        except Exception:  # any failure of a cell notices the error
            result[mutant.error.after] = "noticed"
    return result


def test_a_weak_check_lets_an_error_survive() -> None:
    weak = found("both = 2 * gain\ncheck_identity(both, both)")
    assert weak["both = 3 * gain"] == "survives"
    strict = found("both = 2 * gain\ncheck_identity(both, gain + gain)")
    assert set(strict.values()) == {"noticed"}
    assert strict.keys() >= {"both = 3 * gain", "both = 2 / gain", "both = -(2 * gain)"}


def test_an_error_may_be_noticed_by_a_later_cell() -> None:
    cells = "both = 2 * gain\ncheck_identity(gain, gain)", "check_identity(both, gain + gain)"
    assert set(found(*cells).values()) == {"noticed"}
    assert found(cells[0], "both = gain + gain", cells[1])["both = 3 * gain"] == "changes nothing"


def test_what_changes_no_claim_is_told_apart() -> None:
    alone = found("x = gain ** 2\ny = x * 1 ** 1\ncheck_identity(y, gain * gain)")
    assert alone["y = x / 1 ** 1"] == "changes nothing"
    assert alone["y = x * 1 ** 2"] == "changes nothing"
    assert alone["x = gain ** 3"] == "noticed"


def test_loops_choose_instances_and_are_left_alone() -> None:
    loop = "for k in (2, 3):\n    check_identity(gain ** k * gain, gain ** (k + 1))"
    assert not any(after.startswith("for") for after in found(loop))


def test_errors_of_every_kind_are_planted() -> None:
    source = "y = -a * x ** (2 / n) + b[0]\ncheck_sign(y, 'positive')"
    after = {error.after for error in planted(source)}
    assert after >= {
        "y = a * x ** (2 / n) + b[0]",
        "y = -a / x ** (2 / n) + b[0]",
        "y = -a * x ** (3 / n) + b[0]",
        "y = -a * x ** (2 * n) + b[0]",
        "y = -a * x ** (2 / n + 1) + b[0]",
        "y = -a * x ** (2 / n) - b[0]",
        "y = -a * x ** (2 / n) + b[1]",
        "check_sign(y, 'negative')",
    }
    assert all(error.before != error.after for error in planted(source))


@needs_fork
def test_an_endless_error_is_stopped_and_undecided() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tools'); import mutants\n"
        "def work(task):\n"
        "    while task == 'endless': pass\n"
        "    return {'kept': 'survives'}[task]\n"
        "tasks = ['endless', 'fails', 'kept']\n"
        "print(sorted(mutants.in_children(tasks, work, 2, 1.0)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout.strip() == str(
        [("endless", "undecided"), ("fails", ""), ("kept", "survives")]
    ), ran.stderr


def test_an_error_in_a_formula_changes_what_is_made_from_it() -> None:
    formulas = {path.stem: mutants.read_formulas(path.stem) for path in mutants.modules()}
    source = formulas["scalar_uniqueness"].source
    error = next(
        e for e in planted(source) if e.after.startswith("critical_target = gain ** depth -")
    )
    before = hessian_spectrum.large_target
    try:
        changed = mutants.install(error, "scalar_uniqueness", formulas)
        assert hessian_spectrum.large_target != before
    finally:
        honest = next(planted(source))
        mutants.install(type(honest)(1, "", "", source, False), "scalar_uniqueness", formulas)
    assert hessian_spectrum.large_target == before
    assert {"scalar_uniqueness.critical_target", "hessian_spectrum.large_target"} <= changed
    assert "scalar_uniqueness.loss" not in changed


@cache
def errors_of(place: str) -> set[tuple[str, str]]:
    """Return every error that can be planted in a place, as what stood there and what stands."""
    return {(e.before, e.after) for source in mutants.sources(place) for e in planted(source)}


@pytest.mark.parametrize("row", mutants.harmless(), ids=lambda row: row["after"])
def test_reviewed_errors_are_still_met(row: dict[str, str]) -> None:
    assert len(row["reason"]) > 20
    told = "the place has changed: read the entry again, or delete it"
    assert (row["before"], row["after"]) in errors_of(row["place"]), told


@pytest.mark.thorough
@needs_fork
def test_a_sample_of_errors_is_noticed() -> None:
    """A seeded sample of one chapter.

    An edit of the chapters may change which errors are in it. If this test turns red after an edit
    elsewhere, the error that it names is a gap that was there before: mend the check, or list the
    error as harmless with a reason.
    """
    command = [
        sys.executable,
        "tools/mutants.py",
        "--sample",
        "8",
        "--seconds",
        "120",
        "--seed",
        "3",
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = f"{' '.join(command[1:])}\n{ran.stdout}{ran.stderr}"
    assert ran.returncode == 0, told
    assert " noticed" in ran.stdout, told
