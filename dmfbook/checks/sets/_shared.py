"""What several sets use: marks of fields, turns with whole numbers, descent on a product."""

from __future__ import annotations

import math

import numpy as np

from dmfbook.checks.question import Mark
from dmfbook.numerics._checks import Array

Whole = tuple[tuple[int, ...], ...]

#: The part by which numbers that people type may be off.
ROUNDED = 1e-3
#: Turns and mirror images of the plane times 5: the triangle with sides 3, 4 and 5.
PLANE: tuple[Whole, ...] = (
    ((3, -4), (4, 3)),
    ((4, -3), (3, 4)),
    ((3, 4), (-4, 3)),
    ((4, 3), (-3, 4)),
    ((3, 4), (4, -3)),
    ((4, 3), (3, -4)),
)


def in_plane(turn: Whole, size: int, first: int, second: int) -> Whole:
    """Return a turn of a coordinate plane, times 5."""
    whole = [[5 * (i == j) for j in range(size)] for i in range(size)]
    axes = (first, second)
    for i, row in enumerate(axes):
        for j, column in enumerate(axes):
            whole[row][column] = turn[i][j]
    return tuple(tuple(row) for row in whole)


def times(left: Whole, right: Whole) -> Whole:
    """Return a product of whole matrices."""
    columns = list(zip(*right, strict=True))
    return tuple(
        tuple(sum(a * b for a, b in zip(row, column, strict=True)) for column in columns)
        for row in left
    )


def product_of(numbers: Array) -> float:
    """Return a product, multiplied from the left, as the page does."""
    product = 1.0
    for number in numbers:
        product *= float(number)
    return product


def marked(name: str, points: int, problem: str = "") -> Mark:
    """Return the points of a field, or what is wrong with it."""
    return Mark(points, f"{name}: {problem}" if problem else "")


def off_target(point: Array, target: float) -> str:
    """Say it if the product of a point is not the target, to a part in a thousand."""
    product = product_of(point)
    if abs(product - target) <= ROUNDED * target:
        return ""
    return f"the product is {product:.6g}, not your target"


def others(numbers: list[float]) -> list[float]:
    """Return for each number the product of the others."""
    return [math.prod(numbers[:i] + numbers[i + 1 :]) for i in range(len(numbers))]


def descend(
    start: Array, target: float, regularization: float, step: float, steps: int
) -> tuple[float, ...] | None:
    """Return where gradient descent on the factors of a number is after some steps.

    Only sums and products, in the order in which the page takes them, so that both end alike. It
    is over when no number moves by more than 1e-12; None if one leaves the range up to 1e6.
    """
    numbers = [float(number) for number in start]
    for _ in range(steps):
        product = 1.0
        for number in numbers:
            product *= number
        gap = product - target
        rest = others(numbers)
        moves = [
            step * (2 * gap * other + 2 * regularization * number)
            for number, other in zip(numbers, rest, strict=True)
        ]
        numbers = [number - move for number, move in zip(numbers, moves, strict=True)]
        if not max(map(abs, numbers)) < 1e6:
            return None
        if max(map(abs, moves)) <= 1e-12:
            break
    return tuple(numbers)


def pair_of_singular_values(matrix: Array) -> tuple[float, float]:
    """Return the singular values of a 2 x 2 matrix from its squares and its determinant."""
    squares = float(np.sum(matrix * matrix))
    determinant = abs(float(matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]))
    total = math.sqrt(squares + 2 * determinant)
    difference = math.sqrt(max(squares - 2 * determinant, 0.0))
    return (total + difference) / 2, (total - difference) / 2
