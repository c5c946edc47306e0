"""The explorables of the chapter on scalar uniqueness."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.scalar_uniqueness.descent import descent
    from dmfbook.demos.scalar_uniqueness.minimizer import minimizer
    from dmfbook.demos.scalar_uniqueness.phases import phases
    from dmfbook.demos.scalar_uniqueness.well import well

__all__ = ["descent", "minimizer", "phases", "well"]

build_when_asked(__name__)
