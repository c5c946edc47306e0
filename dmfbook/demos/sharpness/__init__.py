"""The explorables of the chapter on sharpness at minima of loss zero."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.sharpness.data import data
    from dmfbook.demos.sharpness.direction import direction
    from dmfbook.demos.sharpness.edge import edge
    from dmfbook.demos.sharpness.narrow import narrow
    from dmfbook.demos.sharpness.rescale import rescale
    from dmfbook.demos.sharpness.spectrum import spectrum

__all__ = ["data", "direction", "edge", "narrow", "rescale", "spectrum"]

build_when_asked(__name__)
