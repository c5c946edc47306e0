"""The browser's scripts: their types, and what they share with Python.

TypeScript's checker reads the JSDoc of the scripts and ``web/types.d.ts``.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest
from browser import ROOT
from explorable_cases import every_mark
from typescript import tsc

from dmfbook.explorables import Colour, Dash, Mark, marks, surface
from dmfbook.explorables.forms import page, still


@pytest.mark.parametrize("project", [page.WEB, ROOT / "book"])
def test_the_scripts_types_agree(project: Path) -> None:
    done = tsc(project)
    assert done.returncode == 0, done.stdout


# What stands in a script, and what would be a wrong type there.
WRONG_TYPES = (
    (page.WEB, "scene.js", "along.samples", "along.sample"),
    (page.WEB, "marks.js", "lower[i]", "lowest[i]"),
    (page.WEB, "controls.js", "steering.choose(name)", "steering.choose(1)"),
    (ROOT / "book/_static", "folds.js", "fold.open", "fold.opened"),
)


@pytest.mark.thorough
def test_wrong_types_are_found(tmp_path: Path) -> None:
    """One run of the checker finds each of them, where it stands."""
    copy = tmp_path / "web"
    shutil.copytree(page.WEB, copy)
    places = set()
    for folder, script, right, wrong in WRONG_TYPES:
        lines = (folder / script).read_text("utf-8").split("\n")
        number = next(n for n, line in enumerate(lines) if right in line)
        lines[number] = lines[number].replace(right, wrong)
        (copy / script).write_text("\n".join(lines), "utf-8")
        places.add((script, str(number + 1)))
    done = tsc(copy)
    assert done.returncode != 0
    assert set(re.findall(r"(\w+\.js)\((\d+),", done.stdout)) == places, done.stdout


def test_every_script_is_shipped_and_loaded() -> None:
    there = {file.name for file in page.WEB.glob("*.js")}
    assert there == {*page.SCRIPTS, "widget.js"}
    for name in page.SCRIPTS:  # a page opened from disk loads no modules
        assert not re.search(r"^(import|export)\b", (page.WEB / name).read_text("utf-8"), re.M)


def kinds() -> list[type[Mark]]:
    """Return the kinds of marks that an author can use."""
    declared = {**vars(marks), **vars(surface)}
    found = [kind for kind in declared.values() if isinstance(kind, type)]
    return [
        k for k in found if issubclass(k, Mark) and k not in (Mark, marks.Family, marks.OverPlane)
    ]


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
