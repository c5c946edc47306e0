"""The explorables of the chapter on the Hessian spectrum."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.hessian_spectrum.levels import levels
    from dmfbook.demos.hessian_spectrum.million import million
    from dmfbook.demos.hessian_spectrum.orbit import orbit
    from dmfbook.demos.hessian_spectrum.rotate import rotate
    from dmfbook.demos.hessian_spectrum.simple import simple

__all__ = ["levels", "million", "orbit", "rotate", "simple"]

build_when_asked(__name__)
