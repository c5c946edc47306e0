"""No module shadows a public name or loads too much, and none import each other in a circle."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import ROOT

import dmfbook

PACKAGE = ROOT / "dmfbook"


def test_no_module_shadows_a_public_name() -> None:
    """Not even after every module has been imported, which sets attributes of its packages."""
    for module in pkgutil.walk_packages(dmfbook.__path__, "dmfbook."):
        # An explorable takes long to build, and its import touches its own package alone.
        if not re.fullmatch(r"dmfbook\.demos\.\w+\.\w+", module.name):
            importlib.import_module(module.name)
    shadowed = [
        name for name in dmfbook.__all__ if isinstance(getattr(dmfbook, name), types.ModuleType)
    ]
    assert shadowed == []
    assert len(set(dmfbook.__all__)) == len(dmfbook.__all__)
    below = {module.name for module in pkgutil.iter_modules(dmfbook.__path__)}
    assert below.isdisjoint(dmfbook.__all__)


def test_the_library_loads_no_part_of_scipy_before_it_is_used() -> None:
    """The parts together take longer than numpy and the library, and twice their memory."""
    program = "import sys, dmfbook; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    parts = {"linalg", "optimize", "sparse", "special"}
    assert "dmfbook.numerics.evidence" in loaded
    assert loaded.isdisjoint({*(f"scipy.{part}" for part in parts), "sympy", "matplotlib"})


def modules(package: Path) -> dict[str, str]:
    """Return the source of every module below a package, by its name below it."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        *parts, last = path.relative_to(package).with_suffix("").parts
        found[".".join(parts if last == "__init__" else [*parts, last])] = path.read_text("utf-8")
    return found


def imported(source: str, name: str, known: set[str]) -> Iterator[str]:
    """Yield the modules of the package that another one imports, wherever it does.

    Imports for type checkers and those inside functions count. A package that names what its own
    modules hold is above them: that a module also imports its package is no import of the names.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            wanted = [f"{node.module}.{alias.name}" for alias in node.names]
            wanted = [w if w.removeprefix("dmfbook.") in known else node.module for w in wanted]
        else:
            continue
        for module in wanted:
            first, _, rest = module.partition(".")
            if first == "dmfbook" and rest in known and rest != name:
                yield rest


def circles(sources: dict[str, str]) -> set[frozenset[str]]:
    """Return the largest sets of modules in which each one leads to every other by imports."""
    edges = {name: set(imported(source, name, set(sources))) for name, source in sources.items()}
    reached = {name: set(targets) for name, targets in edges.items()}
    for middle in reached:
        for name, targets in reached.items():
            if middle in targets:
                reached[name] = targets | reached[middle]
    return {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in reached
        if name in reached[name]
    }


def test_no_circle_of_imports() -> None:
    assert circles(modules(PACKAGE)) == set()


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ({"a": "import dmfbook.b", "b": "from dmfbook import a"}, {"ab"}),
        (
            {"a": "from dmfbook.b import x", "b": "def f():\n    from dmfbook.c import y", "c": ""},
            (),
        ),
        (
            {
                "a": "import dmfbook.b",
                "b": "import dmfbook.c",
                "c": "if TYPE_CHECKING:\n    from dmfbook.a import A",
                "d": "import dmfbook.a",
            },
            {"abc"},
        ),
    ],
)
def test_circles_are_found(sources: dict[str, str], found: set[str]) -> None:
    assert circles(sources) == {frozenset(circle) for circle in found}
