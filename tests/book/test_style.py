"""The code keeps its own rules: ruff's, and mypy's strict ones."""

from __future__ import annotations

import subprocess
import sys

import pytest
from browser import ROOT


@pytest.mark.parametrize(
    "command", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join
)
def test_the_checkers_find_nothing(command: list[str]) -> None:
    """Each checker of `make style` reports nothing."""
    checker = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert checker.returncode == 0, checker.stdout + checker.stderr
