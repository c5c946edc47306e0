"""What the pictures of the chapter show is true, far from their first setting too."""

from __future__ import annotations

import pytest

from dmfbook.demos import linear_networks as demos


@pytest.mark.parametrize("product", [0.5, 1.3, 2.0])
def test_the_readout_is_the_librarys_number(product: float) -> None:
    pytest.fail("FILL: compare each readout, and each word, with the library at several settings")
    (least,) = demos.shares.scene({"product": product})["readouts"]
    assert least["value"] == pytest.approx(2 * abs(product), rel=1e-14)
