"""Where the sources of the course lie, and how they are read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
TEACH = ROOT / "teach"
HTML = ROOT / "_build/html"
STUDENT_HTML = ROOT / "_build/without_solutions/_build/html"
OUT = ROOT / "_build/teach"
#: libyaml's, seven times as fast, which the wheels of PyYAML have; else the one in Python.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class MissingTool(RuntimeError):  # noqa: N818
    """A part cannot be made on this machine: a program is not there. The message says which."""


def chapters() -> list[str]:
    """Return the slugs of the chapters, in the order of the book."""
    toc = load(ROOT / "_toc.yml")
    files = [c["file"] for part in toc["parts"] for c in part["chapters"]]
    return [Path(file).name for file in files if (ROOT / f"{file}.ipynb").exists()]


def load(path: Path) -> Any:
    """Read a YAML file; its encoding does not depend on the machine."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)


@cache
def repository() -> str:
    """Return the repository's address, which ``_config.yml`` sets, without a slash at its end."""
    return str(load(ROOT / "_config.yml")["repository"]["url"]).rstrip("/")


def write(path: Path, text: str) -> None:
    """Write a text file with the line endings of every machine, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
