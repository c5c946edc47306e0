"""The explorables of the chapter on flat minima."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.flat_minima.equal_norms import equal_norms
    from dmfbook.demos.flat_minima.groove import groove
    from dmfbook.demos.flat_minima.two_flatnesses import two_flatnesses
    from dmfbook.demos.flat_minima.two_gains import two_gains

__all__ = ["equal_norms", "groove", "two_flatnesses", "two_gains"]

build_when_asked(__name__)
