"""Linear operators on matrices: a mask, data on the right, or a pair of functions of the user.

Each is kept over a power of two, so that its norm is about one whatever its scale.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dmfbook.numerics._chain import scaled
from dmfbook.numerics._checks import Array, check_array, check_matrix, shown

_POWER_STEPS = 30
# The steps that follow watch the bound, so the estimate has to be near, not above.
_MARGIN = 1.02
_ADJOINT_TOLERANCE = 1e-8


@dataclass
class Operator:
    """A linear map A of matrices, scaled.

    Attributes
    ----------
    product, adjoint : callable
        X -> A(X) 2^-exponent and its adjoint.
    bound : float
        A bound of the squared norm of what ``product`` computes. For a map that is only known by
        its values this is an estimate, which grows when a step contradicts it.
    exponent : int
    exact : bool
        Whether the bound is none that may grow.
    """

    product: Callable[[Array], Array]
    adjoint: Callable[[Array], Array]
    bound: float
    exponent: int = 0
    exact: bool = True


def masking(observed: NDArray[np.bool_]) -> Operator:
    """Return the projection onto the observed entries."""
    weights = observed.astype(np.float64)
    return Operator(lambda x: weights * x, lambda e: weights * e, 1.0)


def multiplying(data: Array) -> Operator:
    """Return X -> X R."""
    body, exponent = scaled(data)
    bound = float(np.linalg.norm(body, 2)) ** 2
    return Operator(lambda x: x @ body, lambda e: e @ body.T, bound or 1.0, exponent)


def measuring(operator: Any, shape: tuple[int, int], data: Array) -> Operator:
    """Return the operator that the user gave, after a look at its shapes and its adjoint."""
    product, adjoint = _pair(operator, shape, data.shape)
    rng = np.random.default_rng(0)
    probe, answer = rng.standard_normal(shape), rng.standard_normal(data.shape)
    there = _computed(product(probe), data.shape, "product", "data")
    back = _computed(adjoint(answer), shape, "adjoint", "shape")
    _check_adjoint(probe, answer, there, back)
    exponent, bound = _squared_norm(product, adjoint, probe)
    return Operator(
        lambda x: np.asarray(product(np.ldexp(x, -exponent)), dtype=np.float64),
        lambda e: np.ldexp(np.asarray(adjoint(e), dtype=np.float64), -exponent),
        bound,
        exponent,
        exact=False,
    )


def _pair(
    operator: Any, shape: tuple[int, int], data_shape: tuple[int, ...]
) -> tuple[Callable[[Array], Any], Callable[[Array], Any]]:
    if isinstance(operator, (tuple, list)) and len(operator) == 2 and all(map(callable, operator)):
        return operator[0], operator[1]
    if not hasattr(operator, "matvec"):
        if hasattr(operator, "tocsr"):
            matrix = operator.tocsr()
        elif isinstance(operator, (np.ndarray, list)):
            matrix = check_matrix(operator, "operator")
        else:
            raise TypeError(
                "operator must be a pair of functions (product, adjoint), a matrix that acts on "
                f"X.ravel(), or a scipy LinearOperator, but it is {shown(operator)}"
            )
        forward, backward, size = matrix.dot, matrix.T.dot, matrix.shape
    else:
        forward, backward, size = operator.matvec, operator.rmatvec, operator.shape
    wanted = (math.prod(data_shape), math.prod(shape))
    if tuple(size) != wanted:
        raise ValueError(
            f"operator must have shape {wanted} to take X.ravel() of a matrix of shape {shape} to "
            f"data of shape {data_shape}, but its shape is {tuple(size)}"
        )
    return (
        lambda x: np.reshape(forward(x.ravel()), data_shape),
        lambda e: np.reshape(backward(e.ravel()), shape),
    )


def _computed(value: Any, wanted: tuple[int, ...], part: str, match: str) -> Array:
    computed = check_array(value, f"what the {part} of operator returns")
    if computed.shape != wanted:
        raise ValueError(
            f"the {part} of operator must return an array of shape {wanted}, as {match} has it, "
            f"but it returns shape {computed.shape}"
        )
    return computed


def _check_adjoint(probe: Array, answer: Array, there: Array, back: Array) -> None:
    (there, first), (back, second) = scaled(there), scaled(back)
    common = max(first, second)
    one = float(np.sum(np.ldexp(there, first - common) * answer))
    other = float(np.sum(np.ldexp(back, second - common) * probe))
    size = float(np.linalg.norm(np.ldexp(there, first - common)) * np.linalg.norm(answer))
    size = max(size, float(np.linalg.norm(np.ldexp(back, second - common))))
    if abs(one - other) > _ADJOINT_TOLERANCE * size:
        raise ValueError(
            "operator must be (product, adjoint) with <product(X), E> = <X, adjoint(E)>, but for "
            f"random X and E the two sides differ by {abs(one - other) / size:.2g} of their size"
        )


def _squared_norm(
    product: Callable[[Array], Any], adjoint: Callable[[Array], Any], probe: Array
) -> tuple[int, float]:
    """Return e and c with ||A||^2 about c 4^e, by the power method."""
    vector, exponent, ratio = probe / np.linalg.norm(probe), 0, 0.0
    for _ in range(_POWER_STEPS):
        there, up = scaled(np.asarray(product(vector), dtype=np.float64))
        back, down = scaled(np.asarray(adjoint(there), dtype=np.float64))
        size = float(np.linalg.norm(back))
        if size == 0:
            return 0, 1.0
        exponent, before = (up + down) // 2, ratio
        ratio = math.ldexp(size, up + down - 2 * exponent)
        vector = back / size
        if abs(ratio - before) <= 1e-3 * ratio:
            break
    return exponent, _MARGIN * ratio
