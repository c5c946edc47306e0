"""The explorables of the chapter on collapse: one file each, named here."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.collapse.landscape import landscape
    from dmfbook.demos.collapse.norm_after_training import norm_after_training
    from dmfbook.demos.collapse.ranks import ranks
    from dmfbook.demos.collapse.swallowtail import swallowtail

__all__ = ["landscape", "norm_after_training", "ranks", "swallowtail"]

build_when_asked(__name__)
