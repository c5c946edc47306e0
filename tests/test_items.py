"""Every item of the papers that says something has a test of the library, marked with its name."""

from __future__ import annotations

from browser import ROOT
from ledger_index import read_index

# A definition without a function: what it defines is used by the items after it.
UNTESTED = {"P2-16"}


def test_every_item_has_a_library_test() -> None:
    index = read_index(ROOT)
    without = {item.item: item.kind for item in index.items if not index.tests_of(item.item)}
    assert without == dict.fromkeys(UNTESTED, "Definition")
