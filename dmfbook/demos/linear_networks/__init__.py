"""The explorables of the chapter on real data, and on what survives a ReLU."""

from dmfbook.demos.linear_networks.directions import directions

from dmfbook.demos.linear_networks.whitening import whitening

__all__ = ["directions", "whitening"]
