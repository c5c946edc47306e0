"""Passes through the factors that the loss, its gradient and its Hessian share.

Forward the products W_l ... W_1, backward the products with the residual; nothing is checked here.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._checks import Array


def chain_widths(factors: list[Array]) -> tuple[int, ...]:
    """Return (d_0, ..., d_L) of factors that were checked."""
    return (factors[0].shape[1], *(factor.shape[0] for factor in factors))


def refuse_overflow(values: Array, what: str) -> None:
    """Refuse a result that is not finite, in the words of the caller's arguments."""
    if not np.isfinite(values).all():
        raise ValueError(
            f"factors or target are too large: the {what} exceeds the largest float; scale the "
            "target by c, the factors by c^(1/L) and the regularization by c^(2-2/L), with c < 1"
        )


def scaled(matrix: Array) -> tuple[Array, int]:
    """Return the matrix over a power of two, and that power, with entries of size at most one."""
    exponent = math.frexp(np.abs(matrix).max())[1]
    return np.ldexp(matrix, -exponent), exponent


def scaled_product(factors: list[Array]) -> tuple[Array, int]:
    """Return the product over a power of two, and that power, which no size of factors spoils."""
    product, exponent = scaled(factors[0])
    for factor in factors[1:]:
        left, left_exponent = scaled(factor)
        product, rest = scaled(left @ product)
        exponent += left_exponent + rest
    return product, exponent


def chain_product(factors: list[Array]) -> Array:
    """Multiply from the right, apart from a power of two, so that only the end can overflow."""
    product, exponent = scaled_product(factors)
    with np.errstate(over="ignore"):
        return np.asarray(np.ldexp(product, exponent))


def both_passes(factors: list[Array], goal: Array) -> tuple[list[Array], list[Array]]:
    """Return W_l ... W_1 for l < L, and 2 (W_L ... W_(l+1))^T E for l = 1, ..., L."""
    prefixes = [factors[0]]
    for factor in factors[1:]:
        prefixes.append(factor @ prefixes[-1])
    backs = [2 * (prefixes.pop() - goal)]
    for factor in reversed(factors[1:]):
        backs.append(factor.T @ backs[-1])
    return prefixes, backs[::-1]


def split_columns(block: Array, widths: tuple[int, ...]) -> list[Array]:
    """Cut columns of packed parameters into stacks of factors, the column first."""
    shapes = [(rows, columns) for columns, rows in pairwise(widths)]
    ends = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    return [
        part.T.reshape(part.shape[1], *shape)
        for part, shape in zip(np.split(block, ends), shapes, strict=True)
    ]


def hessian_columns(
    factors: list[Array],
    prefixes: list[Array],
    backs: list[Array],
    weight: float,
    widths: tuple[int, ...],
    block: NDArray[Any],
) -> Array:
    """Multiply columns by the Hessian: the derivative of both passes of the gradient."""
    moves = split_columns(np.asarray(block, dtype=np.float64), widths)
    changes = [moves[0]]
    for factor, move, prefix in zip(factors[1:], moves[1:], prefixes, strict=True):
        changes.append(move @ prefix + factor @ changes[-1])
    change_back = 2 * changes.pop()
    results = []
    for layer in range(len(factors) - 1, 0, -1):
        results.append(
            change_back @ prefixes[layer - 1].T
            + backs[layer] @ np.swapaxes(changes[layer - 1], 1, 2)
            + 2 * weight * moves[layer]
        )
        change_back = (
            np.swapaxes(moves[layer], 1, 2) @ backs[layer] + factors[layer].T @ change_back
        )
    results.append(change_back + 2 * weight * moves[0])
    return np.concatenate(
        [
            part.reshape(len(part), w.size).T
            for part, w in zip(reversed(results), factors, strict=True)
        ]
    )
