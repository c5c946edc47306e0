"""The numerics run where an index has 32 bits, as in WebAssembly.

There numpy refuses counts and indices of 64 bits, since they may not fit. Here an index has 64 bits
itself; what it refuses in the same way are unsigned numbers of 64 bits. So they stand in.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest

from dmfbook import hessian_spectrum

TABLE = sys.modules["dmfbook.numerics.hessian_spectrum._table"]


class WiderThanAnIndex(ModuleType):
    """numpy, but for its integers of 64 bits, which do not pass for indices."""

    int64 = np.uint64

    def __getattr__(self, name: str) -> object:
        return getattr(np, name)


def test_the_stand_in_is_refused_as_wide_counts_are() -> None:
    with pytest.raises(TypeError, match="Cannot cast"):
        np.repeat(np.ones(2), np.array([1, 2], dtype=WiderThanAnIndex.int64))


@pytest.mark.parametrize("widths", [(3, 4, 2), (2, 5, 6, 3)], ids=["depth 2", "depth 3"])
def test_spectra_use_no_wide_index(
    widths: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = np.random.default_rng(7).standard_normal((widths[-1], widths[0]))
    expected = hessian_spectrum(target, widths, 0.05)
    monkeypatch.setattr(TABLE, "np", WiderThanAnIndex("numpy"))
    narrow = hessian_spectrum(target, widths, 0.05)
    assert narrow.multiplicities.dtype == np.uint64
    np.testing.assert_array_equal(narrow.eigenvalues(), expected.eigenvalues())
    assert narrow.dimension == sum(a * b for a, b in pairwise(widths))
    assert narrow.nullity == expected.nullity
