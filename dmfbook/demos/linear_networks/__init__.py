"""The explorables of the chapter on real data, and on what survives a ReLU."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.linear_networks.directions import directions
    from dmfbook.demos.linear_networks.edge import edge
    from dmfbook.demos.linear_networks.held_out import held_out
    from dmfbook.demos.linear_networks.kinks import kinks
    from dmfbook.demos.linear_networks.whitening import whitening

__all__ = ["directions", "edge", "held_out", "kinks", "whitening"]

build_when_asked(__name__)
