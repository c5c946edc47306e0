"""A build's kernels are forked from a process that has loaded the libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has them")

PROGRAM = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from environment import settle
folder = Path(sys.argv[2])
settle(folder)
import nbformat
from nbclient import NotebookClient
from kernels import LOADED, fork_kernels
fork_kernels()
told = []
for source in sys.argv[3:]:
    cell = nbformat.v4.new_code_cell(f"LOADED = {LOADED}\\n{source}")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    resources = {"metadata": {"path": str(folder)}}
    try:
        NotebookClient(notebook, resources=resources, timeout=2).execute()
        told.append(json.loads(cell.outputs[0].text))
    except Exception as error:
        told.append(type(error).__name__)
print(json.dumps(told))
"""
LOOK = """
import json, os, sys
missing = [name for name in LOADED if name not in sys.modules]
print(json.dumps([missing, os.getpid(), os.getcwd(), "left" in globals(), os.environ["TZ"]]))
left = sys.modules["left"] = 1
"""


def told(folder: Path, *cells: str) -> tuple[list[Any], str]:
    """Return what notebooks of one cell each print, or how they fail, and what else is said."""
    command = [sys.executable, "-c", PROGRAM, str(ROOT / "tools"), str(folder), *cells]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout), run.stderr


def test_a_forked_kernel_has_loaded_the_libraries_and_nothing_else(tmp_path: Path) -> None:
    (first, second), complaints = told(tmp_path, LOOK, LOOK)
    assert complaints == ""
    for missing, number, folder, knows, zone in (first, second):
        assert (missing, knows, zone) == ([], False, "UTC")
        assert Path(folder) == tmp_path
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
    assert first[1] != second[1]


def test_a_forked_kernel_that_ends_or_takes_too_long_is_noticed(tmp_path: Path) -> None:
    failures, _ = told(tmp_path, "import os; os._exit(3)", "while True: pass", LOOK)
    assert failures[:2] == ["DeadKernelError", "CellTimeoutError"]
    assert failures[2][0] == []
