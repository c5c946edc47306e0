"""The picture that stands for a chapter is drawn by one of its explorables."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
import yaml
from browser import CHAPTERS, ROOT

from dmfbook.explorables.forms.vignette import vignette


@pytest.mark.parametrize("chapter", [Path(name).name for name in CHAPTERS])
def test_the_picture_of_a_chapter_is_drawn(chapter: str) -> None:
    about = yaml.safe_load((ROOT / "book/pictures.yml").read_text(encoding="utf-8"))[chapter]
    demo = getattr(import_module(f"dmfbook.demos.{chapter}"), about["explorable"])
    drawn = vignette(demo, panel=about.get("panel", 0), values=about.get("values"))
    assert drawn.count("<path") >= 1
    assert len(about["line"]) > 20
