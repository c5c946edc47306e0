"""TypeScript's checker, for the browser's scripts.

It comes from npm, which has it first and from its makers; ``.ci/run`` puts it below ``_build``, so
that nothing is added to the repository or to Python's environment. The scripts themselves are
shipped as they are written.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browser import ROOT

COMPILER = ROOT / "_build/typescript/node_modules/typescript/bin/tsc"


def tsc(project: Path) -> subprocess.CompletedProcess[str]:
    """Check the scripts of a folder; skip, with the reason, where the checker is missing."""
    node = shutil.which("node")
    if node is None or not COMPILER.exists():
        missing = "node" if node is None else "TypeScript"
        if os.environ.get("CI") and sys.platform != "win32":
            pytest.fail(f"{missing} is missing: .ci/run installs TypeScript with npm")
        pytest.skip(
            f"{missing} is missing: npm install --prefix _build/typescript typescript@5.9.3"
        )
    command = [node, str(COMPILER), "--project", str(project)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
