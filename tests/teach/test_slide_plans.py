"""The plans of the slides, without a built book."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from decks import CHAPTERS, QUICK, listed

from teach._tools import plans, references, slide_plans
from teach._tools.entries import EntryError
from teach._tools.sources import TEACH


def test_every_chapter_has_a_plan_of_a_lecture() -> None:
    assert slide_plans.planned() == CHAPTERS
    lengths = {chapter: 1 + len(slide_plans.slides(chapter)) for chapter in CHAPTERS}
    assert all(10 <= length <= 16 for length in lengths.values()), lengths


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_labels_questions_and_settings_exist(chapter: str) -> None:
    text = references.text(chapter)
    scripts = {entry["explorable"]: entry for entry in plans.scripts(chapter)}
    labels = {*references.statements(chapter), *references.exercises(chapter)}
    labels |= set(re.findall(r"^ *\$\$ \((eq-[\w-]+)\)", text, re.MULTILINE))
    for slide in slide_plans.slides(chapter):
        shown = [*listed(slide.get("show", [])), *listed(slide.get("exercise", []))]
        assert not set(shown) - labels
        for kind, directive in (("question", "predict"), ("answer", "answer")):
            if kind in slide:
                assert f":::{{{directive}}} {slide[kind]}\n" in text, slide[kind]
        if "explorable" in slide:
            steps = [step["setting"] for step in scripts[slide["explorable"]]["show"]]
            assert slide.get("setting", steps[0]) in steps


def test_a_question_comes_before_its_answer() -> None:
    for chapter in CHAPTERS:
        plan = slide_plans.slides(chapter)
        for number, slide in enumerate(plan):
            if "answer" in slide:
                before = [earlier.get("question") for earlier in plan[:number]]
                assert slide["answer"] in before, (chapter, slide["answer"])


def test_what_the_syllabi_show_is_on_a_slide() -> None:
    shown = {
        f"{chapter}/{slide['explorable']}"
        for chapter in CHAPTERS
        for slide in slide_plans.slides(chapter)
        if "explorable" in slide
    }
    for file in (TEACH / "syllabi").glob("*.yml"):
        wanted = set(re.findall(r"\b\w+/\w+\b", file.read_text(encoding="utf-8")))
        wanted = {name for name in wanted if name.split("/")[0] in CHAPTERS}
        assert wanted, file
        assert not wanted - shown, file


@pytest.mark.parametrize(
    ("slide", "message"),
    [
        ({"titel": "x", "text": "y"}, "unknown key 'titel'"),
        ({"title": "x", "show": "eq-slope", "explorable": "well"}, "make slides of their own"),
        ({"title": "x"}, "shows nothing"),
        ({"text": "y"}, "'title' is missing"),
        ({"title": "x", "text": "it is 0.79"}, "says 0.79"),
        ({"title": "x", "text": "y", "setting": "at-the-tie"}, "belongs to an explorable"),
        ({"explorable": "wel"}, "there is no explorable 'wel'"),
        ({"show": ["eq-slope"], "blocks": "1"}, "for one statement"),
        ({"show": 3}, "must be str or list"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(
    slide: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / f"slides/{QUICK}.yml"
    file.parent.mkdir()
    good = {"title": "A text", "text": "In $0.5$ and [words](thm-x) no number is refused."}
    file.write_text(yaml.safe_dump([good, slide]), encoding="utf-8")
    monkeypatch.setattr(slide_plans, "TEACH", tmp_path)
    with pytest.raises(EntryError, match=re.escape(message)) as error:
        slide_plans.slides(QUICK)
    assert f"{QUICK}.yml, slide 2" in str(error.value)
