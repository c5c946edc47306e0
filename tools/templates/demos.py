"""The explorables of the chapter: one file each, named here.

FILL: rename ``shares`` and its file; every further explorable gets a file and a name below.
"""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.chapter_name.shares import shares

__all__ = ["shares"]

build_when_asked(__name__)
