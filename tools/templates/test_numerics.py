"""The numerics of the chapter, against slow and obvious computations."""

from __future__ import annotations

import numpy as np
import pytest

from dmfbook import chapter_name_cost


def test_against_a_slow_and_obvious_computation() -> None:
    pytest.fail("FILL: compare the function with brute force, random cases and edges included")
    splits = np.geomspace(0.1, 10, 20_001)
    for product in np.random.default_rng(0).uniform(0.1, 2, 20):
        least = np.min(splits**2 + (product / splits) ** 2)
        assert chapter_name_cost(product) == pytest.approx(least, rel=1e-6)
        assert chapter_name_cost(-product) == chapter_name_cost(product)
    assert chapter_name_cost(0) == 0


def test_bad_input_is_named() -> None:
    pytest.fail("FILL: each bad argument is refused by an error that names it")
    with pytest.raises(ValueError, match="product"):
        chapter_name_cost(float("nan"))
