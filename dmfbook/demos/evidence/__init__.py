"""The explorables of the chapter on the room that minimizers have."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.evidence.choice import choice
    from dmfbook.demos.evidence.ring import ring
    from dmfbook.demos.evidence.to_the_tie import to_the_tie
    from dmfbook.demos.evidence.two_rooms import two_rooms

__all__ = ["choice", "ring", "to_the_tie", "two_rooms"]

build_when_asked(__name__)
