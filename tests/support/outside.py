"""Programs and schemas of others, which judge what is exported. They come from npm and PyPI.

``.ci/run`` puts them below ``_build``, so that nothing is added to the repository or to Python's
environment.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from browser import ROOT

NPM = "npm install --no-save --ignore-scripts --prefix"


def needs(path: Path, install: str, *, node: bool = True, on_the_ci: bool = True) -> None:
    """Skip, with the reason, where something is missing; fail where the CI installs it."""
    if path.exists() and (not node or shutil.which("node")):
        return
    missing = path.relative_to(ROOT).as_posix() if not path.exists() else "Node.js"
    if on_the_ci and os.environ.get("CI") and sys.platform != "win32":
        pytest.fail(f"missing: {missing}; .ci/run installs it")
    pytest.skip(f"{missing} is missing: {install}")
