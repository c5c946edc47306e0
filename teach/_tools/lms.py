"""The questions for learning management systems: Moodle, Canvas, QTI 2.1, Common Cartridge."""

from __future__ import annotations

from pathlib import Path

from teach._tools import cartridge, gift, qti12, qti21
from teach._tools.exported import pack, quizzes
from teach._tools.sources import write


def make(out: Path, chapters: list[str]) -> None:
    """Write one file for each system."""
    asked = quizzes(chapters)
    write(out / "moodle.gift.txt", gift.export(asked))
    pack(out / "canvas-qti12.zip", qti12.canvas(asked))
    pack(out / "qti21.zip", qti21.package(asked))
    pack(out / "dmfbook.imscc", cartridge.package(asked))
