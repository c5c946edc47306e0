"""The formulas of the chapter on the problem, its symmetries and balance.

Scalars are written for symbolic depth by keeping two neighboring factors and one symbol for the
product of all others. Matrices are 2 by 2 symbols: two neighboring factors, with one matrix for
the product of all factors after them and one for the product of all factors before them, so that
one identity stands for every depth.
"""

from __future__ import annotations

import sympy as sp

from dmfbook.symbolic import regularization, step_size, target

# Two neighboring scalar factors w_l and w_(l+1), the product of all others, and their squares.
factor, next_factor = sp.symbols("w_l w_(l+1)", real=True)
others = sp.Symbol("r", real=True)
squares = sp.Symbol("q", real=True)
scalar_loss = (target - others * next_factor * factor) ** 2 + regularization * (
    factor**2 + next_factor**2 + squares
)

# Depth two and one number: w_1 = sqrt(x) e^(-t/2) and w_2 = sqrt(x) e^(t/2) have the product x, and
# the ratio e^t says how unevenly they share it. The floor is the cheapest loss for a given t.
share = sp.Symbol("t", real=True)
product = sp.Symbol("x", nonnegative=True)
cost_of_share = (target - product) ** 2 + 2 * regularization * product * sp.cosh(share)
floor_product = target - regularization * sp.cosh(share)
floor_loss = target**2 - floor_product**2

# Where two numbers rest with weight decay, for a product that is not zero.
at_rest = {
    factor: sp.sqrt(product),
    next_factor: sp.sqrt(product),
    others: 1,
    target: product + regularization,
}


def _matrix(letter: str, rows: int = 2, columns: int = 2) -> sp.Matrix:
    return sp.Matrix(rows, columns, lambda i, j: sp.Symbol(f"{letter}_{i + 1}{j + 1}", real=True))


def squared_norm(matrix: sp.Matrix) -> sp.Expr:
    """Return the squared Frobenius norm of a matrix of symbols."""
    return sum((entry**2 for entry in matrix), start=sp.Integer(0))


def derivative(loss: sp.Expr, matrix: sp.Matrix) -> sp.Matrix:
    """Return the matrix of the derivatives of an expression in the entries of a matrix."""
    return matrix.applyfunc(lambda entry: sp.diff(loss, entry))


_probe = _matrix("s")


def against_any_matrix(matrix: sp.Matrix) -> sp.Expr:
    """Return the inner product with a matrix of free symbols, which knows every entry."""
    return sum((entry * probe for entry, probe in zip(matrix, _probe, strict=True)), sp.Integer(0))


# A matrix with two columns, and a cross: a unit vector at an angle, and the one a quarter turn on.
two_columns = _matrix("x", 3, 2)
cross_angle = sp.Symbol("theta", real=True)
cross = (
    sp.Matrix([sp.cos(cross_angle), sp.sin(cross_angle)]),
    sp.Matrix([-sp.sin(cross_angle), sp.cos(cross_angle)]),
)

# Every 2 by 2 matrix with a first column other than zero is one of these, followed by a turn of the
# output. The singular values are half the sum and half the difference of the two roots: sums of
# squares, in which nothing cancels.
stretch = sp.Symbol("p", positive=True)
shear, height = sp.symbols("s h", real=True)
sheared = sp.Matrix([[stretch, shear], [0, height]])
sheared_sum = sp.sqrt((stretch + sp.Abs(height)) ** 2 + shear**2)
sheared_difference = sp.sqrt((stretch - sp.Abs(height)) ** 2 + shear**2)
longest_angle = sp.atan2(2 * stretch * shear, stretch**2 - shear**2 - height**2) / 2

# W_l and W_(l+1); all factors after them, all before them, and the target.
layer, next_layer = _matrix("a"), _matrix("b")
after, before = _matrix("p", 1, 2), _matrix("r", 2, 1)
goal = _matrix("m", 1, 1)
end_to_end = after * next_layer * layer * before
misfit = squared_norm(goal - end_to_end)
matrix_loss = misfit + regularization * (squared_norm(layer) + squared_norm(next_layer))

# The derivatives of the misfit are bridge * W_l^T in W_(l+1) and W_(l+1)^T * bridge in W_l, where
# the bridge is the matrix between them; it is kept as a symbol when the misfit does not matter.
bridge = _matrix("k")
square_bridge = -2 * after.T * (goal - end_to_end) * before.T

# What W_l writes into the hidden layer between the two, what W_(l+1) reads, and the imbalance.
written, read = layer * layer.T, next_layer.T * next_layer
imbalance = read - written

# Weight decay of the two after the hidden layer is stretched by e^t along a unit vector: the parts
# along it that are written and read, and the rest, which does not change.
along_written, along_read = sp.symbols("p q", nonnegative=True)
untouched = sp.Symbol("c", real=True)
stretched_price = along_written * sp.exp(2 * share) + along_read * sp.exp(-2 * share) + untouched

# It is least where both terms are equal.
best_stretch = sp.log(along_read / along_written) / 4

# The same price for any change of basis A: with S = A^T A it is tr(S P) + tr(S^-1 R), where P is
# written and R is read. S has two perpendicular axes, and stretches them by s_1 and s_2.
any_basis = _matrix("A")
_stretches = sp.symbols("s_1 s_2", positive=True)


def _symmetric(letter: str) -> sp.Matrix:
    first, mixed, second = sp.symbols(f"{letter}_11 {letter}_12 {letter}_22", real=True)
    return sp.Matrix([[first, mixed], [mixed, second]])


def _along(axis: sp.Matrix, matrix: sp.Matrix) -> sp.Expr:
    return (axis.T * matrix * axis)[0]


any_written, any_read = _symmetric("P"), _symmetric("R")
_axes = list(zip(_stretches, cross, strict=True))
any_metric = sum((s * (u * u.T) for s, u in _axes), sp.zeros(2, 2))
any_metric_inverse = sum(((u * u.T) / s for s, u in _axes), sp.zeros(2, 2))
price_by_axes = sum(s * _along(u, any_written) + _along(u, any_read) / s for s, u in _axes)
# A stretch by e^t along the first axis alone.
stretched_axis = {_stretches[0]: sp.exp(2 * share), _stretches[1]: 1}
parts_by_axes = {
    along_written: _along(cross[0], any_written),
    along_read: _along(cross[0], any_read),
    untouched: _along(cross[1], any_written) + _along(cross[1], any_read),
}

# The best basis, in axes along which P is diagonal: the roots of P and of P^(1/2) R P^(1/2).
written_root = sp.diag(*sp.symbols("p_1 p_2", positive=True))
middle_root = _symmetric("T")

# The slope of the loss of three scalar factors, and of two 2 by 2 factors with the target
# diag(m_1, m_2). Gradient flow moves against it.
three = sp.symbols("w_1:4", real=True)
_three_excess = three[0] * three[1] * three[2] - target
three_slope = tuple(
    2 * _three_excess * three[(k + 1) % 3] * three[(k + 2) % 3] + 2 * regularization * three[k]
    for k in range(3)
)
first_layer, second_layer = _matrix("u"), _matrix("v")
goals = sp.symbols("m_1 m_2", real=True)
_excess = second_layer * first_layer - sp.diag(*goals)
pair_slope = (
    2 * second_layer.T * _excess + 2 * regularization * first_layer,
    2 * _excess * first_layer.T + 2 * regularization * second_layer,
)

# Gradient flow in small time steps, by the three-step rule of Adams and Bashforth: the slopes of
# the last two steps are part of the state.
time_step = sp.Symbol("h", positive=True)


def flow_step(state: tuple[sp.Expr, ...], *slopes: tuple[sp.Expr, ...]) -> tuple[sp.Expr, ...]:
    """Return the state a time step later, from the slopes now, a step ago and two steps ago."""
    return tuple(
        w - time_step * (23 * now - 16 * last + 5 * earlier) / 12
        for w, now, last, earlier in zip(state, *slopes, strict=True)
    )


# The exact decay of the imbalance in time, and the first part of its law in one step of descent.
time = sp.Symbol("t", nonnegative=True)
decay = sp.exp(-4 * regularization * time)
descent_decay = (1 - 2 * step_size * regularization) ** 2
