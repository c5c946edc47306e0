"""Objectives and scripts: all that they refer to exists, and a wrong entry says where and what."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from teach._tools import plans, references
from teach._tools.entries import EntryError
from teach._tools.sources import TEACH, chapters


@pytest.mark.parametrize("chapter", chapters())
def test_each_chapter_has_its_objectives(chapter: str) -> None:
    """Two or three, whose verbs can be seen, with a statement, a picture and an exercise each."""
    found = plans.objectives(chapter)
    assert 2 <= len(found) <= 3
    assert len({entry["verb"] for entry in found}) >= 2, (
        "three times the same verb teaches one thing"
    )


@pytest.mark.parametrize("chapter", chapters())
def test_each_explorable_has_its_script(chapter: str) -> None:
    """Every picture of the chapter, and in the order in which the chapter shows them."""
    found = [entry["explorable"] for entry in plans.scripts(chapter)]
    assert sorted(found) == references.explorables(chapter)
    cells = (references.ROOT / f"book/{chapter}.ipynb").read_text(encoding="utf-8")
    places = [cells.index(f'"demos.{name}"') for name in found]
    assert places == sorted(places)


def test_the_files_are_the_explorables() -> None:
    """The names that are listed without loading anything are those that the demos export."""
    from dmfbook.demos import scalar_uniqueness

    assert sorted(scalar_uniqueness.__all__) == references.explorables("scalar_uniqueness")


def test_no_file_is_left_over() -> None:
    """Sources belong to a chapter of the book."""
    for kind in ("objectives", "scripts"):
        names = {path.stem for path in (TEACH / kind).glob("*.yml")}
        assert names == set(chapters())


def test_each_chapter_has_two_letters_of_its_own() -> None:
    """With them the ids of its objectives and questions begin."""
    codes = [plans.objectives(chapter)[0]["id"][:2] for chapter in chapters()]
    assert len(set(codes)) == len(codes)


def test_verbs_can_be_seen() -> None:
    """Nobody sees a student understand, know or appreciate."""
    assert not {"understand", "know", "learn", "appreciate", "see"} & set(plans.VERBS)


def planted(folder: Path, kind: str, old: str, new: str) -> None:
    """Copy the sources, with one thing changed in those of the scalar chapter."""
    shutil.copytree(TEACH / kind, folder / kind)
    path = folder / kind / "scalar_uniqueness.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "old", "new", "says"),
    [
        (
            "objectives",
            "verb: compute",
            "verb: understand",
            "su-compute-minimizer: there is no verb",
        ),
        (
            "objectives",
            "lem-reduction-to-balance",
            "lem-nowhere",
            "there is no statement 'lem-nowh",
        ),
        ("objectives", "[well, minimizer]", "[wall]", "no explorable 'wall'; there are descent, "),
        ("objectives", "-spurious-strip", "-strip", "no exercise 'ex-scalar-uniqueness-strip'"),
        ("objectives", "su-predict-jump", "su-jump", "the id must be su-predict-WORD"),
        ("objectives", "text: predict where", "text: say where", "must begin with the verb"),
        ("objectives", "su-exhibit-trap", "su-exhibit-Trap", "the id must be su-exhibit-WORD"),
        ("objectives", "id: su-exhibit", "id: ex-exhibit", "begin alike, here with 'su'"),
        ("objectives", "exercises:", "excercises:", "unknown key 'excercises'; take one of id"),
        ("scripts", "explorable: phases", "explorable: phase", "phase: there is no explorable"),
        ("scripts", "minutes: 8", "minutes: eight", "well: 'minutes' must be int, not 'eight'"),
        ("scripts", "      ask: Lower", "      aks: Lower", "well, at-the-tie: unknown key 'aks'"),
        ("scripts", "explorable: phases", "explorable: well", "'well' occurs twice"),
        ("scripts", "- explorable: well", "- explorable: [well", "line "),
    ],
)
def test_a_wrong_entry_says_where_and_what(
    kind: str, old: str, new: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the file, the entry, and what would be right."""
    planted(tmp_path, kind, old, new)
    monkeypatch.setattr(plans, "TEACH", tmp_path)
    read = {"objectives": plans.objectives, "scripts": plans.scripts}[kind]
    with pytest.raises(EntryError) as raised:
        read("scalar_uniqueness")
    assert f"{kind}/scalar_uniqueness.yml, " in str(raised.value)
    assert says in str(raised.value)


def test_addresses_open_a_setting() -> None:
    """As the pages write them: a name with hyphens, then a setting or sliders."""
    assert references.hash_of("two_kinds", "as it opens") == "#two-kinds"
    assert references.hash_of("well", "at-the-tie") == "#well?setting=at-the-tie"
    assert references.hash_of("well", {"target": 1.2, "depth": 3}) == "#well?target=1.2&depth=3"
