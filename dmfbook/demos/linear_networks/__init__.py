"""The explorables of the chapter on real data, and on what survives a ReLU."""

from dmfbook.demos.linear_networks.directions import directions
from dmfbook.demos.linear_networks.held_out import held_out
from dmfbook.demos.linear_networks.whitening import whitening

__all__ = ["directions", "held_out", "whitening"]
