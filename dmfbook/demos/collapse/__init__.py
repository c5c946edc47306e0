"""The explorables of the chapter on collapse: one file each, named here."""

from dmfbook.demos.collapse.landscape import landscape
from dmfbook.demos.collapse.norm_after_training import norm_after_training
from dmfbook.demos.collapse.ranks import ranks
from dmfbook.demos.collapse.swallowtail import swallowtail

__all__ = ["landscape", "norm_after_training", "ranks", "swallowtail"]
