"""The formulas of the chapter on linear networks on data, in symbolic depth.

The data enter through S = Z Z^T / k and C = Y Z^T / k. A singular direction of the end-to-end
matrix X sees two numbers of them: the variance s = v^T S v and the covariance c = u^T C v. Its
slope is m = c/s.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from dmfbook.symbolic import depth, regularization, target
from dmfbook.symbolic import scalar_uniqueness as scalar

__all__ = ["data_term", "direction_pair"]

Matrix = Any

variance, slope, size = sp.symbols("s m x", positive=True)
covariance = sp.Symbol("c", positive=True)

# What one singular direction of the size x adds to the loss of zero.
direction_loss = (
    variance * size**2 - 2 * covariance * size + regularization * depth * size ** (2 / depth)
)
# The same as the problem of one number, whose target is the slope c/s.
direction_as_number = variance * (
    (covariance / variance - size) ** 2
    + (regularization / variance) * depth * size ** (2 / depth)
    - (covariance / variance) ** 2
)

# The ridge parameter that a singular value x has for itself, and what it leaves of the slope.
own_ridge = regularization * size ** (2 / depth - 2)
ridge_answer = covariance / (variance + own_ridge)

# What decides about a direction: s at depth one, c = s m at two, s m^2 in the limit.
importance = variance * slope ** (2 - 2 / depth)
# With the part x/m that is kept, a critical point has 1 - part = (lambda/importance) part^(2/L-1).
part = sp.Symbol("p", positive=True)
kept_condition = (regularization / importance) * part ** (2 / depth - 1)

# Zero gives way below this regularization, for one direction.
unit_threshold = scalar.collapse_threshold.subs(target, sp.Integer(1))
direction_threshold = unit_threshold * covariance ** (2 - 2 / depth) * variance ** (2 / depth - 1)
# Continuum regression maximizes c^2 s^(power - 1).
continuum_power = 1 / (depth - 1)
continuum_criterion = covariance**2 * variance ** (continuum_power - 1)

# Eigenvalues without decay, for data with axes in common: the gains g_i, g_j of the factorization,
# and what the variance s_j of the network's inputs adds in the first layer.
first_gain, second_gain = sp.symbols("g_i g_j", positive=True)
layer = sp.Symbol("l", integer=True, positive=True)
factorization_eigenvalue = 2 * sp.Sum(
    first_gain ** (2 * depth - 2 * layer) * second_gain ** (2 * layer - 2), (layer, 1, depth)
)
variance_excess = 2 * (variance - 1) * first_gain ** (2 * depth - 2)


def _matrix(letter: str, rows: int = 2, columns: int = 2) -> sp.Matrix:
    return sp.Matrix(rows, columns, lambda i, j: sp.Symbol(f"{letter}_{i + 1}{j + 1}", real=True))


# Small data: two inputs, two outputs, three samples, and a map.
inputs, outputs = _matrix("z", 2, 3), _matrix("y", 2, 3)
network_map = _matrix("x")
input_covariance = sp.Matrix(
    [
        [sp.Symbol("s_11", real=True), sp.Symbol("s_12", real=True)],
        [sp.Symbol("s_12", real=True), sp.Symbol("s_22", real=True)],
    ]
)
cross_covariance = _matrix("c")
# S^(1/2), any symmetric matrix.
covariance_root = input_covariance.subs(
    {entry: sp.Symbol(f"q_{entry.name[2:]}", real=True) for entry in input_covariance}
)


def data_term(matrix: Matrix, covariances: Matrix, cross: Matrix) -> Any:
    """Return tr(X S X^T) - 2 tr(C X^T), the data term less that of zero."""
    return sp.expand((matrix * covariances * matrix.T - 2 * cross * matrix.T).trace())


def direction_pair(angle: Any) -> tuple[Matrix, Matrix]:
    """Return two orthonormal vectors of the plane."""
    cosine, sine = sp.cos(angle), sp.sin(angle)
    return sp.Matrix([cosine, sine]), sp.Matrix([-sine, cosine])
