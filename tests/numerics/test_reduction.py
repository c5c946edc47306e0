"""All functions that report or imply the rank of a minimizer agree on it, at every threshold."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from cases import matrix_with_singular_values, tie_value
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dmfbook import (
    balanced_factors,
    critical_points,
    distance_to_tie,
    end_to_end_minimizer,
    factorization_cost,
    hessian_spectrum,
    landscape_thresholds,
    minimizer_factors,
    minimizer_sharpness,
    minimizer_trace,
    schatten_norm,
    tangent_threshold,
    threshold_singular_values,
    trace_bounds,
    unbalanced_flat_factors,
)
from dmfbook.reference import dense_hessian

EPS = float(np.finfo(float).eps)
# Steps of one ulp: around a level, and around the edge of what counts as equal to it.
STEPS = [0, 1, -1, 2, -2, 3, -3, 15, 16, 17, 18, -15, -16, -17, 23, 24, 25, 26, -24, -25]


@st.composite
def edge_cases(draw: Callable[[st.SearchStrategy[Any]], Any]) -> dict[str, Any]:
    """Draw singular values a few ulp from zero, from each other and from every threshold."""
    depth = draw(st.integers(2, 5))
    weight = draw(st.sampled_from([1.999, 0.3, 1e-3, 1e-9, 1e-17, 1e-40]))
    levels = {"zero": 0.0, "threshold": weight, "repeated": 2.0, "between": 1.1, "large": 3.0}
    if depth > 2:
        levels["threshold"] = tie_value(depth, weight)
        levels["tangent"] = tangent_threshold(depth, weight)
    names = draw(st.lists(st.sampled_from(sorted(levels)), min_size=1, max_size=3))
    largest = max(2.0, *(levels[name] for name in names))
    values = [
        abs(levels[name] + draw(st.sampled_from(STEPS)) * EPS * draw(st.sampled_from([1, largest])))
        for name in names
    ]
    rows, columns = len(values) + draw(st.integers(0, 1)), len(values)
    seed = draw(st.none() | st.integers(0, 5))
    return {
        "values": tuple(sorted(values, reverse=True)),
        "shape": (rows, columns) if draw(st.booleans()) else (columns, rows),
        "depth": depth,
        "weight": weight,
        "seed": seed,
        "narrowest": draw(st.integers(1, len(values))),
    }


def target_of(case: dict[str, Any]) -> np.ndarray:
    if case["seed"] is not None:
        return matrix_with_singular_values(case["values"], case["shape"], case["seed"])
    target = np.zeros(case["shape"])
    np.fill_diagonal(target, case["values"])
    return target


def used(factors: list[np.ndarray]) -> int:
    """Return how many rows of W_1 are not zero: the rank, without rotations."""
    return int(np.any(factors[0] != 0, axis=1).sum())


def admitted(call: Callable[[int | None], Any], n: int) -> set[int]:
    """Return the ranks that a function takes for those of minimizers."""
    ranks = set()
    for rank in range(n + 1):
        try:
            call(rank)
        except ValueError as error:
            if "rank must be that of a minimizer" not in str(error):
                raise
        else:
            ranks.add(rank)
    try:
        call(None)
    except ValueError as error:
        if "choose one by rank=" not in str(error) or len(ranks) < 2:
            raise
    else:
        assert len(ranks) == 1
    return ranks


EXAMPLE = {"values": (2.0, 1.999 + 2 * 2.0**-52), "shape": (2, 2), "depth": 2, "weight": 1.999}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(edge_cases())
@example({**EXAMPLE, "seed": None, "narrowest": 2})
@example({**EXAMPLE, "seed": 1, "narrowest": 1})
@example(
    {
        "values": (tie_value(3, 0.3) * (1 + 11 * EPS),),
        "shape": (1, 1),
        "depth": 3,
        "weight": 0.3,
        "seed": None,
        "narrowest": 1,
    }
)
def test_all_functions_agree_on_the_rank(case: dict[str, Any]) -> None:
    target, depth, weight = target_of(case), case["depth"], case["weight"]
    n = min(target.shape)
    widths = (target.shape[1], *(n,) * (depth - 1), target.shape[0])
    result = end_to_end_minimizer(target, depth, weight)
    most, least = result.rank, result.rank - result.tie_multiplicity
    ranks = set(range(least, most + 1))
    assert result.unique == (least == most)
    assert (distance_to_tie(target, depth, weight) == 0) == (not result.unique)
    assert used(minimizer_factors(target, widths, weight)) == most
    assert np.linalg.matrix_rank(threshold_singular_values(target, depth, weight)) == most
    assert used(balanced_factors(result.matrix, widths)) == most
    # Global minima of one rank are several classes only where the tied values differ, and they are
    # set equal.
    points = critical_points(target, depth, weight)
    assert sorted(p.rank for p in points if p.kind == "global minimum") == sorted(ranks)
    fittable = np.count_nonzero(points[0].target_singular_values)
    assert max(p.rank for p in points) <= fittable
    for function in (hessian_spectrum, minimizer_sharpness, minimizer_trace, trace_bounds):
        assert admitted(lambda r, f=function: f(target, widths, weight, rank=r), n) == ranks, (
            function
        )
    assert hessian_spectrum(target, widths, weight, rank=most).rank == most
    bounds = trace_bounds(target, widths, weight, rank=most)
    assert bounds.sharp_bound_attained == (most <= 1)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(edge_cases())
def test_all_functions_agree_on_the_narrower_minimizer(case: dict[str, Any]) -> None:
    target, depth, weight = target_of(case), case["depth"], case["weight"]
    narrowest = case["narrowest"]
    widths = (target.shape[1], narrowest, *(3,) * (depth - 2), target.shape[0])
    wide = end_to_end_minimizer(target, depth, weight)
    most = min(wide.rank, narrowest)
    least = min(wide.rank - wide.tie_multiplicity, narrowest)
    factors = minimizer_factors(target, widths, weight)
    assert used(factors) == most
    for function in (hessian_spectrum, minimizer_sharpness, minimizer_trace, trace_bounds):
        ranks = admitted(lambda r, f=function: f(target, widths, weight, rank=r), most)
        assert ranks == set(range(least, most + 1))
    if weight >= 1e-3:
        spectrum = hessian_spectrum(target, widths, weight, rank=most)
        dense = np.linalg.eigvalsh(dense_hessian(factors, target, weight))
        np.testing.assert_allclose(
            spectrum.eigenvalues(), dense, rtol=0, atol=1e-12 * np.abs(dense).max()
        )
        assert spectrum.morse_index == 0


@settings(max_examples=80, deadline=None, derandomize=True)
@given(edge_cases())
def test_all_functions_agree_on_the_rank_of_a_matrix(case: dict[str, Any]) -> None:
    matrix, depth = target_of(case), case["depth"]
    widths = (matrix.shape[1], *(4,) * (depth - 1), matrix.shape[0])
    rank = end_to_end_minimizer(matrix, depth, 0).rank
    assert used(balanced_factors(matrix, widths)) == rank
    assert used(minimizer_factors(matrix, widths, 0)) == rank
    assert used(unbalanced_flat_factors(matrix, widths, 0.5)) == rank
    assert np.count_nonzero(landscape_thresholds(matrix, depth).collapse) == rank
    # For p -> 0 the sum of the p-th powers of singular values counts them.
    assert factorization_cost(matrix, 10**9) / 10**9 == pytest.approx(rank, abs=1e-6)
    power = 1e-3
    count = schatten_norm(matrix, power) ** power if rank else 0
    assert count == pytest.approx(rank, rel=0.1) or math.isinf(count)
    if rank > 1:
        for function in (balanced_factors, unbalanced_flat_factors):
            with pytest.raises(
                ValueError, match=f"at least {rank}, but the smallest is {rank - 1}"
            ):
                function(matrix, (widths[0], rank - 1, *widths[2:]))


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_a_zero_singular_value_is_zero_before_it_is_tied(depth: int) -> None:
    """With a tiny lambda rounding reaches from zero over all thresholds."""
    target = matrix_with_singular_values((2.0, 1.0), (30, 20), 0)
    for weight in (1e-16, 1e-20, 1e-25, 1e-40):
        result = end_to_end_minimizer(target, depth, weight)
        assert (result.rank, result.unique) == (2, True)
        assert result.target_singular_values[2:].tolist() == [0.0] * 18
        points = critical_points(target, depth, weight)
        assert len(points) == (2 if depth == 2 else 3) ** 2
