"""Every item of the papers has a test of the library, marked with its name."""

from __future__ import annotations

from browser import ROOT
from ledger_index import read_index


def test_every_item_has_a_library_test() -> None:
    """Also those whose chapter is still to come."""
    index = read_index(ROOT)
    assert [item.item for item in index.items if not index.tests_of(item.item)] == []
