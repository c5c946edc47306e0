"""One chapter can be tested alone, as CONTRIBUTING.md says."""

from __future__ import annotations

import subprocess
import sys

from browser import ROOT


def test_a_chapter_passes_without_the_other_tests() -> None:
    chapter = "book/scalar_uniqueness.ipynb"
    command = [sys.executable, "-m", "pytest", chapter]
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
