"""Grading where Python has no limits of a process and no groups of processes, as on Windows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dmfbook.checks import _child
from dmfbook.checks.functions import Limits, run_in_child

PROGRAM = """
import runpy, sys
sys.modules["resource"] = None
runpy.run_path({path!r}, run_name="__main__")
"""
LIMITS = Limits(seconds=1, wall=4.0, mebibytes=64)


@pytest.fixture(autouse=True)
def like_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start children that find no module ``resource``, and a parent without ``os.killpg``."""
    program = tmp_path / "child.py"
    program.write_text(PROGRAM.format(path=_child.__file__), encoding="utf-8")
    monkeypatch.setattr(_child, "__file__", str(program))
    monkeypatch.delattr(os, "killpg", raising=False)


def test_a_function_is_judged_and_its_processor_time_is_not_limited() -> None:
    """It runs for longer than the limit that holds elsewhere, and gives back what it found."""
    source = (
        "import time\n"
        "def late(x):\n"
        "    while time.process_time() < 2:\n"
        "        pass\n"
        "    return x + 0.5\n"
    )
    (outcome,) = run_in_child(source, "late", [(1,)], limits=Limits(seconds=1, wall=60.0))
    assert (outcome.value, outcome.problem) == (1.5, "")


def test_the_clock_ends_an_endless_loop() -> None:
    source = "def forever(x):\n    while x:\n        pass\n    return 7\n"
    outcomes = run_in_child(source, "forever", [(0,), (1,), (0,)], limits=LIMITS)
    assert [outcome.value for outcome in outcomes] == [7, None, None]
    assert {outcome.problem for outcome in outcomes[1:]} == {"ran past 4 s and was stopped"}


def test_what_is_forbidden_stays_forbidden() -> None:
    """The guard needs no help of the system."""
    source = "def ask(x):\n    import dmfbook\n    return 1\n"
    (outcome,) = run_in_child(source, "ask", [(1,)], limits=LIMITS)
    assert outcome.problem == "ImportError: dmfbook is not at hand here"
    source = "def leave(x):\n    import os\n    os._exit(3)\n"
    (outcome,) = run_in_child(source, "leave", [(1,)], limits=LIMITS)
    assert outcome.problem == "crashed Python (code 3)"
