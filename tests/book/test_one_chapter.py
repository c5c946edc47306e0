"""One chapter can be tested alone, as CONTRIBUTING.md says."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from browser import ROOT

CHAPTER = "book/scalar_uniqueness.ipynb"
#: Code cells that are run: they import, draw and print. The notebook tests run the others.
CELLS = 6


@pytest.mark.thorough
def test_a_chapter_passes_without_the_other_tests() -> None:
    cells = json.loads((ROOT / CHAPTER).read_text(encoding="utf-8"))["cells"]
    begun = [cell for cell in cells if cell["cell_type"] == "code"][:CELLS]
    assert any(cell["outputs"] for cell in begun)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    chosen = [f"{CHAPTER}::Cell {number}" for number in range(CELLS)]
    run = subprocess.run([*command, *chosen], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{CELLS} passed" in run.stdout
