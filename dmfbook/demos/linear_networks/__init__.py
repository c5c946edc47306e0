"""The explorables of the chapter: one file each, named here.

FILL: rename ``shares`` and its file; every further explorable gets a file and a name below.
"""

from dmfbook.demos.linear_networks.edge import edge
from dmfbook.demos.linear_networks.kinks import kinks
from dmfbook.demos.linear_networks.shares import shares

__all__ = ["edge", "kinks", "shares"]
