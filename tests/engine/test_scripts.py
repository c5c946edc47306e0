"""The browser's scripts: their types, and what they share with Python.

TypeScript's checker reads the JSDoc of the scripts and ``web/types.d.ts``. It comes from npm, which
has it first and from its makers; ``.ci/run`` puts it below ``_build``, so that nothing is added to
the repository or to Python's environment. The scripts themselves are shipped as they are written.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import get_args

import pytest
from browser import ROOT
from explorable_cases import every_mark

from dmfbook.explorables import Colour, Dash, Mark, marks
from dmfbook.explorables.forms import page, still

COMPILER = ROOT / "_build/typescript/node_modules/typescript/bin/tsc"


def tsc(project: Path) -> subprocess.CompletedProcess[str]:
    """Check the scripts of a folder; skip, with the reason, where the checker is missing."""
    node = shutil.which("node")
    if node is None or not COMPILER.exists():
        missing = "node" if node is None else "TypeScript"
        if os.environ.get("CI"):
            pytest.fail(f"{missing} is missing: .ci/run installs TypeScript with npm")
        pytest.skip(
            f"{missing} is missing: npm install --prefix _build/typescript typescript@5.9.3"
        )
    command = [node, str(COMPILER), "--project", str(project)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("project", [page.WEB, ROOT / "book"])
def test_the_scripts_types_agree(project: Path) -> None:
    done = tsc(project)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("script", "right", "wrong"),
    [
        ("scene.js", "along.samples", "along.sample"),
        ("marks.js", "lower[i]", "lowest[i]"),
        ("controls.js", "steering.choose(name)", "steering.choose(1)"),
    ],
)
def test_a_wrong_type_is_found(tmp_path: Path, script: str, right: str, wrong: str) -> None:
    shutil.copytree(page.WEB, tmp_path / "web")
    file = tmp_path / "web" / script
    assert right in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(right, wrong), "utf-8")
    done = tsc(tmp_path / "web")
    assert done.returncode != 0
    assert script in done.stdout


def test_every_script_is_shipped_and_loaded() -> None:
    there = {file.name for file in page.WEB.glob("*.js")}
    assert there == {*page.SCRIPTS, "widget.js"}
    for name in page.SCRIPTS:  # a page opened from disk loads no modules
        assert not re.search(r"^(import|export)\b", (page.WEB / name).read_text("utf-8"), re.M)


def kinds() -> list[type[Mark]]:
    """Return the kinds of marks that an author can use."""
    found = [kind for kind in vars(marks).values() if isinstance(kind, type)]
    return [k for k in found if issubclass(k, Mark) and k not in (Mark, marks.Family)]


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_of_mark_is_drawn_everywhere(kind: type[Mark]) -> None:
    script = (page.WEB / "marks.js").read_text("utf-8")
    entries = re.search(r"dmfbook\.marks = \{ (.*?) \};", script)
    assert entries is not None
    assert kind.__name__.lower() in entries.group(1).split(", ")
    assert still._draw_mark.dispatch(kind) is not still._draw_mark.dispatch(object)
    used = {type(mark) for panel in every_mark().panels for mark in panel.marks}
    assert kind in used, "every_mark lacks one, so no test compares the languages over it"


def test_every_colour_and_dash_is_known_to_page_and_still() -> None:
    assert set(get_args(Colour)) <= set(still.PALETTE)
    css = page.styles()
    for colour in get_args(Colour):
        # The light palette, and the dark one.
        declared = re.findall(rf"--dmf-{colour}: (#[0-9a-f]{{6}});", css)
        assert len(declared) == 2
        assert still.PALETTE[colour] == declared[0]
        assert re.search(rf"\.dmf-{colour}\b", css), f"no style for {colour}"
    assert set(page.DASHES) == set(still._DASHES) == set(get_args(Dash))


def test_the_browser_is_told_how_dashes_are_written() -> None:
    spec = page.browser_specification(every_mark())
    written = {mark["dash"] for panel in spec["panels"] for mark in panel["marks"]}
    assert written == set(page.DASHES.values())
    assert json.dumps(spec)
