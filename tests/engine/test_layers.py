"""The layers of the library: what each file may import (arrows point down only).

Numerical modules need numpy and scipy alone, so that they load fast and run in a browser; the
engine of the explorables knows no theorem; demos stand on all of them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import ROOT

PACKAGE = ROOT / "dmfbook"
LIBRARY = {"numpy", "scipy"}
# What each layer may import beside the standard library: packages, then layers of this library.
ALLOWED = {
    "numerics": (LIBRARY, {"numerics"}),
    # Numbers and hashes alone: students run it in a browser, too.
    "checks": ({"numpy"}, {"numerics", "checks"}),
    "symbolic": ({"sympy"}, {"symbolic"}),
    "explorables": (
        {"sympy", "numpy", "matplotlib", "ipywidgets", "anywidget", "latex2mathml", "traitlets"},
        {"explorables"},
    ),
    # Pictures that matplotlib ships, read when asked for.
    "samples": ({"numpy", "matplotlib"}, {"numerics"}),
    "demos": ({"sympy", "numpy", "scipy"}, {"numerics", "symbolic", "explorables", "demos"}),
}
# The reference computes everything densely, so that it needs no scipy.
NUMPY_ALONE = {"reference.py"}


def layer(parts: tuple[str, ...]) -> str:
    """Return the layer of a module, from the parts of its name below the package."""
    return parts[0] if parts and parts[0] in ALLOWED else "numerics"


def imports(source: str) -> Iterator[str]:
    """Yield the full names of the modules that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import is relative: name the module in full"
            module = node.module or ""
            for alias in node.names:
                inside = PACKAGE.parent.joinpath(*module.split("."), alias.name)
                is_module = inside.is_dir() or inside.with_suffix(".py").is_file()
                yield f"{module}.{alias.name}" if is_module else module


def strays(relative: Path, source: str) -> list[str]:
    """Return the modules that a file of the package imports against the rules."""
    packages, layers = ALLOWED[layer(relative.with_suffix("").parts)]
    if str(relative) in NUMPY_ALONE:
        packages = {"numpy"}
    found = []
    for name in imports(source):
        first, *rest = name.split(".")
        if first == "dmfbook":
            allowed = layer(tuple(rest)) in layers
        else:
            allowed = first in packages or first in sys.stdlib_module_names
        if not allowed:
            found.append(name)
    return found


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_imports_point_down(path: Path) -> None:
    assert strays(path.relative_to(PACKAGE), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("numerics/sharpness.py", "import sympy"),
        ("numerics/sharpness.py", "def f():\n    from matplotlib import pyplot"),
        ("numerics/sharpness.py", "from dmfbook.symbolic import checks"),
        ("numerics/sharpness.py", "import curvlinops"),
        ("reference.py", "import scipy.linalg"),
        ("checks/sheet.py", "import scipy"),
        ("numerics/sharpness.py", "from dmfbook.checks import draw"),
        ("explorables/marks.py", "from dmfbook import sharpness"),
        ("explorables/marks.py", "from dmfbook.symbolic.sharpness import half"),
        ("symbolic/sharpness.py", "import numpy as np"),
        ("symbolic/sharpness.py", "from dmfbook import demos"),
        ("demos/sharpness.py", "import torch"),
        ("demos/sharpness.py", "from dmfbook.samples import sample_matrix"),
        ("samples.py", "import sympy"),
    ],
)
def test_an_import_that_points_up_is_found(file: str, source: str) -> None:
    assert len(strays(Path(file), source)) == 1
