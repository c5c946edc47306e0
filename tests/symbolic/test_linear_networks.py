"""The library computes the formulas of the chapter."""

from __future__ import annotations

import numpy as np
import pytest

from dmfbook.symbolic import linear_networks as formula


def test_the_library_computes_the_formula() -> None:
    pytest.fail("FILL: put numbers into the formula and compare the library's function with it")
    for product in np.random.default_rng(0).uniform(0.1, 2, 20):
        expected = float(formula.least_cost.subs(formula.product, product))
        assert 2 * abs(product) == pytest.approx(expected, rel=1e-14)
