"""The explorables of the chapter on matrix uniqueness."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.matrix_uniqueness.circle import circle
    from dmfbook.demos.matrix_uniqueness.darts import darts
    from dmfbook.demos.matrix_uniqueness.layers import layers
    from dmfbook.demos.matrix_uniqueness.moves import moves
    from dmfbook.demos.matrix_uniqueness.staircase import staircase
    from dmfbook.demos.matrix_uniqueness.unseen import unseen

__all__ = ["circle", "darts", "layers", "moves", "staircase", "unseen"]

build_when_asked(__name__)
