"""The explorables of the chapter on von Neumann's trace inequality."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.trace_inequality.alignment import alignment
    from dmfbook.demos.trace_inequality.corners import corners
    from dmfbook.demos.trace_inequality.filling import filling
    from dmfbook.demos.trace_inequality.matching import matching
    from dmfbook.demos.trace_inequality.peeling import peeling
    from dmfbook.demos.trace_inequality.products import products
    from dmfbook.demos.trace_inequality.sum_of_both import sum_of_both
    from dmfbook.demos.trace_inequality.swaps import swaps

__all__ = [
    "alignment",
    "corners",
    "filling",
    "matching",
    "peeling",
    "products",
    "sum_of_both",
    "swaps",
]

build_when_asked(__name__)
