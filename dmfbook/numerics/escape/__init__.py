"""How gradient descent leaves a minimum that is too sharp for its step size.

At a minimum with sharpness s (the largest Hessian eigenvalue) gradient descent with a step size
eta is stable up to ``eta s / 2 = 1``. Just above, it escapes along the sharpest direction and
lands at a flatter minimum. ``gradient_descent`` runs it, many step sizes at once, also from
starts that differ from the minimum by less than rounding; ``predict_escape`` says what to expect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from dmfbook.numerics._chain import chain_product, scaled
from dmfbook.numerics._checks import Array, check_factors, check_positive
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.escape._function_space import FunctionSpace
from dmfbook.numerics.escape._gradient_descent import (
    Descent,
    check_moves,
    gradient_descent,
    joint_norm,
)
from dmfbook.numerics.escape._plane import FlatPath, loss_on_plane, plane_coordinates
from dmfbook.numerics.flat_minima import flattest_sharpness
from dmfbook.numerics.sharpness import sharpest_direction, sharpness

__all__ = [
    "Descent",
    "EscapePrediction",
    "FlatPath",
    "gradient_descent",
    "loss_on_plane",
    "plane_coordinates",
    "predict_escape",
    "sharpness_gradient",
    "stability_threshold",
    "tangent_projection",
]


@dataclass(frozen=True, eq=False, repr=False)
class EscapePrediction(Shown):
    """What to expect of gradient descent that starts next to a minimum with zero loss.

    Attributes
    ----------
    sharpness : float
        s, the largest eigenvalue of the Hessian at the minimum.
    ratio : float
        c = eta s / 2.
    stable : bool
        Whether c <= 1. This is exact: the linearized step ``I - eta H`` then has no eigenvalue of
        modulus above 1.
    loss_growth : float
        (2c - 1)^2, the factor per step of the loss along the sharpest direction, while it is small.
    lowest_ratio : float
        The least eta s' / 2 of all minima s' of this product: ``eta L sigma_1^(2-2/L)``. Exact.
    final_ratio : float
        2 - c, the eta s / 2 of the minimum where the run lands, by the mirror law (a heuristic for
        c slightly above 1); c itself where the minimum is stable. NaN where no minimum has that
        ratio, because 2 - c is below ``lowest_ratio``, or where P grad s vanishes: then the law
        says nothing.
    peak_loss : float
        ``s (eta s - 2)^2 / (eta^2 ||P grad s||_F^2)``, the largest loss on the way, by the mirror
        law; P projects on the null space of the Hessian. Infinity if P grad s vanishes, 0 where
        the minimum is stable.
    sharpest_direction : list of ndarray, shapes (d_l, d_(l-1))
        The unit eigenvector of s, its largest entry positive.
    flattening_direction : list of ndarray, shapes (d_l, d_(l-1))
        ``-P grad s``, normalized: the way along the minima on which s falls fastest; zeros if
        P grad s vanishes.
    """

    sharpness: float
    ratio: float
    stable: bool
    loss_growth: float
    lowest_ratio: float
    final_ratio: float
    peak_loss: float
    sharpest_direction: list[Array]
    flattening_direction: list[Array]

    @property
    def stable_minimum_exists(self) -> bool:
        """Whether some minimum of this product is stable: whether lowest_ratio is at most 1."""
        return self.lowest_ratio <= 1


def stability_threshold(factors: Any) -> float:
    """Return the largest step size for which gradient descent is stable at a minimum.

    At a minimum with zero loss, ``eta = 2 / s`` with the sharpness s of the factors: the linearized
    step ``I - eta H`` has spectral radius at most 1 if and only if eta is at most that.

    Parameters
    ----------
    factors : list of array_like
        [W_1, ..., W_L], a minimum with ``target = W_L ... W_1`` and regularization 0.

    Returns
    -------
    float
        The threshold; infinity if the sharpness is 0.

    Raises
    ------
    TypeError, ValueError
        If the factors are not at least two finite matrices that fit together.

    Notes
    -----
    Accuracy: that of ``dmfbook.sharpness``, and one rounding.

    Source: Kamber and Parhi, P1, Definition 1 with Theorem 5.

    Examples
    --------
    >>> stability_threshold([[[1.0]], [[3.0]]])
    0.1
    """
    value = sharpness(check_factors(factors))
    return 2.0 / value if value > 0 else math.inf


def sharpness_gradient(factors: Any) -> list[Array]:
    """Return the gradient of the sharpness formula ``s = 2 max_X <X, sum_l A_l X B_l>``.

    Here ``||X||_F = 1``, ``A_l = W_{L:l+1} W_{L:l+1}^T`` and ``B_l = W_{l-1:1}^T W_{l-1:1}``. With
    the maximiser X held fixed and ``U_l = W_{L:l+1}^T X W_{l-1:1}^T``, the gradient is 4 times the
    derivative, along U, of the gradient of ``<X, W_L ... W_1>``. At depth 2 that is
    ``4 (s_1 u_1 v_1^T, s_2 u_2 v_2^T)``, with the top singular triples of W_1 and W_2.

    Parameters
    ----------
    factors : list of array_like
        [W_1, ..., W_L].

    Returns
    -------
    list of ndarray
        One matrix per factor, of its shape.

    Raises
    ------
    TypeError, ValueError
        If the factors are not at least two finite matrices that fit together; if products of them
        overflow; or if the maximum is attained twice (relative gap below 1e-10), where s has no
        gradient.

    Notes
    -----
    Accuracy: about ``100 eps`` over the relative gap between the two largest eigenvalues. Cost: the
    singular value decompositions of the factors at depth 2, a symmetric eigenvalue problem of size
    ``d_0 d_L`` beyond.

    Source: this book; s is that of Kamber and Parhi, P1, Theorem 5.

    Examples
    --------
    >>> [part.tolist() for part in sharpness_gradient([[[1.0]], [[3.0]]])]
    [[[4.0]], [[12.0]]]
    """
    return FunctionSpace(check_factors(factors)).sharpness_gradient()


def tangent_projection(factors: Any, direction: Any) -> list[Array]:
    """Return the part of a direction in the null space of the Hessian at a minimum with zero loss.

    The Hessian is ``2 J^T J`` with ``J(D) = sum_l W_{L:l+1} D_l W_{l-1:1}``, so that the projection
    is ``P D = D - J^T (J J^T)^+ J D``.

    Parameters
    ----------
    factors : list of array_like
        [W_1, ..., W_L], a minimum with ``target = W_L ... W_1`` and regularization 0.
    direction : list of array_like
        D, one matrix per factor, of its shape.

    Returns
    -------
    list of ndarray
        P D, one matrix per factor.

    Raises
    ------
    TypeError, ValueError
        If the factors are not at least two finite matrices that fit together, or the shapes of
        direction are not theirs.

    Notes
    -----
    Accuracy: ``||J P D||`` is at most ``1e-12 ||J|| ||D||``; eigenvalues of ``J J^T`` below
    ``d_0 d_L eps`` of the largest count as zero. Cost: as for `sharpness_gradient`.

    Source: this book.

    Examples
    --------
    Of the two ways to change the factors of ``3 = 3 * 1``, one keeps the product to first order:

    >>> moved = tangent_projection([[[1.0]], [[3.0]]], [[[1.0]], [[0.0]]])
    >>> [round(part.item(), 12) for part in moved]
    [0.1, -0.3]
    """
    checked = check_factors(factors)
    moves, _ = check_moves(direction, checked, "direction")
    if any(move.ndim == 3 for move in moves):
        raise ValueError("direction must hold matrices, but some have three dimensions")
    # Over powers of two: the null space is that of J over any number, and the projection is linear.
    moves, exponent = _scaled_together(moves)
    kept = FunctionSpace(checked, up_to_scale=True).project(moves)
    with np.errstate(over="ignore"):
        return [np.ldexp(part, exponent) for part in kept]


def predict_escape(factors: Any, step_size: Any) -> EscapePrediction:
    """Predict how gradient descent leaves a minimum with zero loss, and where it lands.

    Stability and the growth of the loss, ``(2c - 1)^2`` per step with ``c = eta s / 2``, are
    exact for the linearized dynamics. The landing point ``2 - c`` and the peak loss come from the
    mirror law, a **heuristic**: averaged over two steps, the excess ``e = eta s - 2`` and the
    squared amplitude ``a^2`` along the sharpest direction conserve ``e^2 + k a^2``, with
    ``k = eta^2 ||P grad s||^2 / 2``; so e turns into -e. Where no minimum of this product is as
    flat as that, no landing point is predicted.

    Parameters
    ----------
    factors : list of array_like
        [W_1, ..., W_L], a minimum with ``target = W_L ... W_1`` and regularization 0.
    step_size : float
        eta, above 0.

    Returns
    -------
    EscapePrediction
        Ratio, growth, landing point, peak, and the two directions that span the picture.

    Raises
    ------
    TypeError, ValueError
        If the factors are not at least two finite matrices that fit together, step_size is not
        above 0, products of the factors overflow, or the largest eigenvalue of the Hessian is zero
        or not simple (relative gap below 1e-10).

    Notes
    -----
    Accuracy: the exact parts to about 1e-13; what exceeds the largest float is infinite. The mirror
    law, in 120 draws of standard normal factors of shapes (20, 20) and (10, 20) left along random
    directions, was off by 0.0001, 0.002 and 0.03 in the final ratio in the median, by 0.0001, 0.03
    and 0.09 in nine draws of ten, by up to 0.006, 0.05 and 0.1, and by at most 2, 8 and 16 percent
    in the peak, at c = 1.01, 1.05 and 1.1. Other draws differ: the median at 1.1 was 0.01 to 0.06
    in samples of 24. It neglects how cubic and higher terms bend the path: it fails far from
    c = 1, and where ``P grad s`` vanishes. Cost: the singular value decompositions of the factors
    at depth 2, a symmetric eigenvalue problem of size ``d_0 d_L`` beyond.

    Source: linear stability: Kamber and Parhi, P1, Definition 1. The mirror law is this book's
    reading of the self-stabilization equations of Damian, Nichani and Lee (2023).

    Examples
    --------
    >>> found = predict_escape([[[1.0]], [[3.0]]], 0.102)
    >>> found.stable, round(found.ratio, 6), round(found.final_ratio, 6)
    (False, 1.02, 0.98)
    """
    checked = check_factors(factors)
    eta = check_positive(step_size, "step_size")
    space = FunctionSpace(checked)
    value = space.sharpness
    ratio = eta * value / 2
    stable = ratio <= 1
    slope = space.project(space.sharpness_gradient())
    size = joint_norm(slope)
    # What is left of the gradient by rounding alone must not become a direction.
    if size <= 1e-10 * value / (joint_norm(checked) or 1.0):
        slope, size = [np.zeros_like(part) for part in slope], 0.0
    peak = math.inf
    if stable:
        peak = 0.0
    elif size > 0:
        excess = (value - 2 / eta) / size
        peak = value * excess * excess
    flattest = flattest_sharpness(chain_product(checked), len(checked))
    lowest = min(eta * flattest / 2, ratio)
    # A minimum that is as flat as any lands nowhere, whichever way rounding turns 2 - c.
    final = 2 - ratio if size > 0 and 2 - ratio >= lowest else math.nan
    if stable:
        final = ratio
    return EscapePrediction(
        sharpness=value,
        ratio=ratio,
        stable=stable,
        loss_growth=(2 * ratio - 1) * (2 * ratio - 1),
        lowest_ratio=lowest,
        final_ratio=final,
        peak_loss=peak,
        sharpest_direction=sharpest_direction(checked),
        flattening_direction=[-part / (size or 1.0) for part in slope],
    )


def _scaled_together(parts: list[Array]) -> tuple[list[Array], int]:
    """Return the matrices over one power of two, the largest entry at most one, and that power."""
    exponent = max((scaled(part)[1] for part in parts if part.any()), default=0)
    return [np.ldexp(part, -exponent) for part in parts], exponent
