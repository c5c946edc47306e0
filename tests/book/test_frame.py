"""The frame of the project: pins, addresses and stored notebooks."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from browser import CHAPTERS, ROOT
from mathml import to_mathml
from sphinx.errors import ExtensionError

from dmfbook import symbolic

NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))


def test_every_requirement_is_pinned() -> None:
    """Each line pins one version; the library comes from this folder, and no host is named."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text
    lines = [line.split(" #")[0].strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    assert lines.count("-e .") == 1
    assert [
        line for line in lines if line != "-e ." and not re.fullmatch(r"[\w.-]+==[\w.]+", line)
    ] == []


def test_a_formula_that_cannot_be_converted_ends_the_build_and_is_shown() -> None:
    with pytest.raises(ExtensionError, match=r"cannot be converted.*\n\\unheardof\{x\}"):
        to_mathml(r"\unheardof{x}", display=False)


def test_the_repository_has_one_address() -> None:
    """Every file that names the repository names the one of the book's settings."""
    url = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    project = url.rpartition("/")[2]
    files = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CITATION.cff")]
    for path in [*files, ROOT / "book/about.md", *NOTEBOOKS]:
        named = re.findall(
            rf"https://github\.com/[\w.-]+/{project}\b", path.read_text(encoding="utf-8")
        )
        assert set(named) <= {url}, path.name


def test_every_chapter_has_a_picture() -> None:
    """Those of the front page are the chapters', in their order; `test_pictures.py` draws them."""
    pictures = yaml.safe_load((ROOT / "book/pictures.yml").read_text(encoding="utf-8"))
    assert list(pictures) == [Path(name).name for name in CHAPTERS]


def test_the_guide_declares_an_explorable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of the guide is the one that new chapters begin with, and it works."""
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (example,) = re.findall(
        r"^```python\n(import dmfbook.*?)^```$", guide, re.MULTILINE | re.DOTALL
    )
    templates = ROOT / "tools/templates"
    assert (templates / "explorable.py").read_text(encoding="utf-8").endswith(f"\n\n{example}")
    formula = ModuleType("dmfbook.symbolic.chapter_name")
    exec((templates / "symbolic.py").read_text(encoding="utf-8"), formula.__dict__)
    monkeypatch.setitem(sys.modules, formula.__name__, formula)
    monkeypatch.setattr(symbolic, "chapter_name", formula, raising=False)
    namespace: dict[str, Any] = {}
    exec(example, namespace)
    scene = namespace["shares"].scene({"product": 0.5})
    assert scene["readouts"] == [{"value": 1.0}]


def test_the_guide_names_what_exists() -> None:
    """Files and targets that the guides name are there."""
    targets = re.findall(r"^([a-z-]+):.* ## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for guide in ("CONTRIBUTING.md", "ARCHITECTURE.md"):
        text = (ROOT / guide).read_text(encoding="utf-8")
        named = re.findall(r"\bmake ([a-z][a-z-]*)\b", " ".join(re.findall(r"`[^`\n]+`", text)))
        assert set(named) <= {*targets, "help"}, guide
        tops = "book|dmfbook|tests|tools|benchmarks|web|docs"
        files = re.findall(rf"`((?:{tops})/[\w./-]+|[\w-]+\.(?:md|toml|txt|cff))`", text)
        assert [file for file in files if not (ROOT / file).exists()] == [], guide


def test_the_library_page_shows_every_module() -> None:
    """The page on the library is made from all modules that a reader may import from."""
    text = (ROOT / "book/library.md").read_text(encoding="utf-8")
    numerics = [path.stem for path in (ROOT / "dmfbook/numerics").glob("[a-z]*")]
    modules = {f"dmfbook.numerics.{name}" for name in numerics}
    modules |= {f"dmfbook.{path.stem}" for path in (ROOT / "dmfbook").glob("[a-z]*.py")}
    assert set(re.findall(r"automodule:: (\S+)", text)) == modules


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_store_text_only(path: Path) -> None:
    """Every code cell has been run, in order, and its outputs are text."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    kinds = {kind for cell in code for output in cell["outputs"] for kind in output.get("data", {})}
    assert kinds <= {"text/plain", "text/latex"}
    assert not any(output["output_type"] == "error" for cell in code for output in cell["outputs"])
    assert any(cell["outputs"] for cell in code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_code_fits_the_page(path: Path) -> None:
    """Code that a reader sees is short, and no line has to be scrolled, solutions included."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    shown = [cell for cell in cells if "remove-cell" not in cell["metadata"].get("tags", [])]
    code = ["".join(cell["source"]) for cell in shown if cell["cell_type"] == "code"]
    prose = "\n".join("".join(cell["source"]) for cell in shown if cell["cell_type"] == "markdown")
    blocks = code + re.findall(r"^```python\n(.*?)^```$", prose, re.MULTILINE | re.DOTALL)
    assert [line for block in blocks for line in block.splitlines() if len(line) > 75] == []
    assert [block for block in code if len(block.splitlines()) > 18] == []
