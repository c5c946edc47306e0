"""The explorables of the chapter on how gradient descent leaves a minimum."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.escape.cycle import cycle
    from dmfbook.demos.escape.drift import drift
    from dmfbook.demos.escape.figure_five import figure_five
    from dmfbook.demos.escape.figure_four import figure_four
    from dmfbook.demos.escape.figure_one import figure_one
    from dmfbook.demos.escape.figure_three import figure_three
    from dmfbook.demos.escape.figure_two import figure_two
    from dmfbook.demos.escape.mirror import mirror
    from dmfbook.demos.escape.rounding import rounding

__all__ = [
    "cycle",
    "drift",
    "figure_five",
    "figure_four",
    "figure_one",
    "figure_three",
    "figure_two",
    "mirror",
    "rounding",
]

build_when_asked(__name__)
