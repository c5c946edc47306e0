"""Set 1: factors and prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dmfbook.checks.chance import Decimal, Parameters, Pick, Stream, Turned
from dmfbook.checks.question import (
    Answer,
    Case,
    Field,
    FunctionTask,
    Given,
    Mark,
    Question,
    numbers,
)
from dmfbook.checks.sets import SetDefinition
from dmfbook.checks.sets._shared import PLANE, in_plane, marked, pair_of_singular_values, times
from dmfbook.numerics._checks import Array
from dmfbook.numerics.schatten_norms import factorization_cost, schatten_norm

EXACT = 1e-6
EVEN = 1e-4
ROUNDED = 2e-3


def _prices(given: Given) -> dict[str, float]:
    matrix, depth = np.array(given["matrix"]), given["depth"]
    cost = float(factorization_cost(matrix, depth))
    return {
        "cost": cost,
        "norm": float(schatten_norm(matrix, 2 / depth)),
        "layer": (cost / depth) ** 0.5,
    }


def _product(factors: Array) -> Array:
    first, second, third = factors
    product: Array = third @ second @ first
    return product


def _off(factors: Array, matrix: Array) -> str:
    gap = np.linalg.norm(_product(factors) - matrix)
    if gap <= EXACT * np.linalg.norm(matrix):
        return ""
    return f"W3 W2 W1 is not your matrix: it differs by {gap:.2g}"


def _factorizations(given: Given, answer: Answer) -> Iterator[Mark]:
    matrix = np.array(given["matrix"])
    balanced, costly = answer["balanced"], answer["costly"]
    if balanced is None:
        yield marked("balanced", 3, "not answered")
        yield marked("even", 2, "not answered")
    else:
        problem = _off(balanced, matrix)
        first, second, third = balanced
        size = float(np.sum(balanced**2))
        for name, gap in (
            ("W2^T W2 and W1 W1^T", second.T @ second - first @ first.T),
            ("W3^T W3 and W2 W2^T", third.T @ third - second @ second.T),
        ):
            if not problem and np.linalg.norm(gap) > EXACT * size:
                problem = f"{name} differ by {np.linalg.norm(gap):.2g}"
        yield marked("balanced", 3, problem)
        for layer, factor in ((1, first), (2, second)):
            prices = np.sum(factor**2, axis=1)
            if not problem and np.ptp(prices) > EVEN * prices.mean():
                problem = f"the rows of W{layer} have the squares {prices.round(4).tolist()}"
        yield marked("even", 2, problem)
    if costly is None:
        yield marked("costly", 3, "not answered")
        return
    problem = _off(costly, matrix)
    ratio = float(np.sum(costly**2)) / float(factorization_cost(matrix, 3))
    if not problem and not 2 <= ratio <= 3:
        problem = f"these cost {ratio:.3g} times the least"
    yield marked("costly", 3, problem)


def _half_of_the_bound(given: Given, answer: Answer) -> Iterator[Mark]:
    found = answer["matrix"]
    if found is None:
        yield marked("matrix", 3, "not answered")
        yield marked("trace", 2, "not answered")
        return
    large, small = pair_of_singular_values(found)
    off = max(abs(large - given["large"]), abs(small - given["small"]))
    problem = "" if off <= ROUNDED * given["large"] else "it has other singular values"
    yield marked("matrix", 3, problem)
    first, second = pair_of_singular_values(np.array(given["yours"]))
    bound = first * given["large"] + second * given["small"]
    share = float(np.sum(np.array(given["yours"]) * found)) / bound
    if not problem and abs(share - 0.5) > ROUNDED:
        problem = f"the trace is {share:.4f} of the bound"
    yield marked("trace", 2, problem)


def _mixture(stream: Stream, size: int, terms: int) -> Array:
    weights = [stream.whole(1, 20) for _ in range(terms)]
    matrix = np.zeros((size, size))
    for weight in weights:
        matrix[np.arange(size), stream.permutation(size)] += weight
    return matrix / sum(weights)


def _doubly_stochastic(stream: Stream) -> list[Case]:
    few = [np.ones((1, 1)), _mixture(stream, 3, 1), _mixture(stream, 3, 2), _mixture(stream, 4, 3)]
    equal = [np.full((n, n), 1 / n) for n in (2, 4, 6)]
    blocks = np.zeros((5, 5))
    blocks[:2, 3:], blocks[2:, :3] = 1 / 2, 1 / 3
    many = [_mixture(stream, size, 12) for size in (5, 6, 7)] + [_mixture(stream, 8, 40)]
    return [
        *(Case("few permutations", (matrix,)) for matrix in few),
        *(Case("equal entries", (matrix,)) for matrix in [*equal, blocks]),
        *(Case("many permutations", (matrix,)) for matrix in many),
    ]


def _peeled(case: Case, value: Any) -> str:
    matrix = case.arguments[0]
    size = len(matrix)
    most = (size - 1) ** 2 + 1
    rest = matrix.copy()
    for weight, permutation in value:
        if sorted(permutation) != list(range(size)):
            return f"{permutation} is no permutation of 0 to {size - 1}"
        if not weight > 0:
            return f"the weight {weight} is not above zero"
        rest[np.arange(size), permutation] -= weight
    if len(value) > most:
        return f"{len(value)} permutations, more than {most}"
    off = float(np.abs(rest).max())
    return "" if off <= 1e-8 else f"the sum differs from the matrix by {off:.2g} in some entry"


_SPACE = tuple(
    times(in_plane(first, 3, 0, 1), in_plane(second, 3, 1, 2))
    for first in PLANE[:4]
    for second in PLANE[:4]
)
_AXES = ((0, 1), (1, 2), (0, 2))
_ONE_PLANE = tuple(in_plane(turn, 3, *axes) for turn in PLANE[:4] for axes in _AXES)

SET = SetDefinition(
    "factors-and-prices",
    "Factors and prices",
    1,
    (
        Question(
            "q1",
            "The price of your matrix",
            kind="N",
            points=6,
            parameters=Parameters(
                (
                    Pick("depth", (3, 4, 5)),
                    Decimal("_large", 40, 90, 10),
                    Decimal("_small", 10, 35, 10),
                    Turned("matrix", PLANE, ("_large", "_small"), 10, PLANE, 25),
                )
            ),
            fields={
                "cost": Field("the least cost"),
                "norm": Field("the Schatten norm"),
                "layer": Field("the Frobenius norm of a layer"),
            },
            marks=numbers(_prices, {"cost": 2, "norm": 2, "layer": 2}),
            phone=True,
        ),
        Question(
            "q2",
            "Every unit pays the same",
            kind="O",
            points=8,
            parameters=Parameters(
                (
                    Decimal("_first", 60, 95, 10),
                    Decimal("_second", 25, 50, 10),
                    Decimal("_third", 8, 20, 10),
                    Turned("matrix", _SPACE, ("_first", "_second", "_third"), 10, _ONE_PLANE, 125),
                )
            ),
            fields={
                "balanced": Field("W1, W2, W3, even and cheapest", (3, 3, 3)),
                "costly": Field("W1, W2, W3, two to three times as costly", (3, 3, 3)),
            },
            marks=_factorizations,
        ),
        Question("q3", "One layer without decay", by_hand=("P", 10), phone_by_hand=True),
        Question(
            "q4",
            "Peeling",
            kind="C",
            points=8,
            task=FunctionTask(
                "peel",
                "matrix",
                {"few permutations": 3, "equal entries": 2, "many permutations": 3},
                _doubly_stochastic,
                _peeled,
            ),
        ),
        Question(
            "q5",
            "Half of the bound",
            kind="O",
            points=5,
            parameters=Parameters(
                (
                    Decimal("_first", 30, 60, 10),
                    Decimal("_second", 10, 25, 10),
                    Turned("yours", PLANE, ("_first", "_second"), 10, PLANE, 25),
                    Decimal("large", 30, 60, 10),
                    Decimal("small", 5, 25, 10),
                )
            ),
            fields={"matrix": Field("your matrix with these singular values", (2, 2))},
            marks=_half_of_the_bound,
            by_hand=("W", 3),
            phone=True,
            phone_by_hand=True,
        ),
    ),
)
