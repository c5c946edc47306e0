"""The explorables of the chapter on filling in a matrix."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.matrix_recovery.missing import missing
    from dmfbook.demos.matrix_recovery.picture import picture
    from dmfbook.demos.matrix_recovery.ranks import ranks
    from dmfbook.demos.matrix_recovery.rests import rests
    from dmfbook.demos.matrix_recovery.thresholds import thresholds

__all__ = ["missing", "picture", "ranks", "rests", "thresholds"]

build_when_asked(__name__)
