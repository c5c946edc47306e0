r"""Sharpness at any minimum of loss zero, in closed form.

The sharpness of a minimum of ||M - W_L ... W_1||_F^2 is the largest eigenvalue of its Hessian.
With A_l = W_(L:l+1) W_(L:l+1)^T and B_l = W_(l-1:1)^T W_(l-1:1) (empty products are identities), at
a minimum of loss zero it is

    lambda_max = 2 || sum_l B_l kron A_l ||_2,

and the eigenvalues of this d_0 d_L by d_0 d_L matrix, doubled, with zeros, are the whole spectrum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._chain import chain_widths, scaled
from dmfbook.numerics._checks import Array, check_factors, check_target
from dmfbook.numerics._kronecker_sum import (
    PartialProducts,
    kronecker_sum,
    partial_products,
    pulled_to_top,
)
from dmfbook.numerics._residual import check_residual, covariance_root
from dmfbook.numerics._shown import Shown

__all__ = ["ZeroLossSpectrum", "sharpest_direction", "sharpness", "spectrum_at"]


@dataclass(frozen=True, eq=False, repr=False)
class ZeroLossSpectrum(Shown):
    """The eigenvalues of the Hessian at a minimum of loss zero.

    Attributes
    ----------
    values : ndarray
        The eigenvalues above rounding, in increasing order, with repetition.
    nullity : int
        The number of zero eigenvalues.
    """

    _shows: ClassVar[str] = "dimension nullity largest trace"

    values: Array
    nullity: int

    @property
    def dimension(self) -> int:
        """Return N, the number of parameters."""
        return self.values.size + self.nullity

    @property
    def largest(self) -> float:
        """Return the sharpness."""
        return float(self.values[-1]) if self.values.size else 0.0

    @property
    def trace(self) -> float:
        """Return the sum of all eigenvalues, infinite where it exceeds the largest float."""
        try:
            return math.fsum(self.values)
        except OverflowError:
            return math.inf

    def eigenvalues(self) -> Array:
        """Return all N eigenvalues in increasing order."""
        return np.concatenate([np.zeros(self.nullity), self.values])


def sharpness(
    factors: Sequence[ArrayLike],
    target: ArrayLike | None = None,
    *,
    covariance: ArrayLike | None = None,
) -> float:
    """Return the largest eigenvalue of the Hessian of ||M - W_L ... W_1||_F^2 at a minimum.

    At a minimum of loss zero it is 2 || sum_l B_l kron A_l ||_2 with A_l = W_(L:l+1) W_(L:l+1)^T
    and B_l = W_(l-1:1)^T W_(l-1:1). For depth 2 that is 2 (||W_1||^2 + ||W_2||^2) in spectral
    norms, and for d_0 = d_L = 1 it is 2 sum_l ||W_(L:l+1)||^2 ||W_(l-1:1)||^2.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2.
    target : array_like of shape (d_L, d_0), optional
        The matrix M. Without it the loss is taken to be zero, that is M = W_L ... W_1.
    covariance : array_like of shape (d_0, d_0), optional
        S = X X^T / n, for the data loss (1/n) ||Y - W_L ... W_1 X||_F^2 at a point where
        W_L ... W_1 is a least-squares solution (which is then what `target` means). The residual of
        the data has no part in the Hessian there; B_l becomes S^(1/2) B_l S^(1/2). Default: the
        identity.

    Returns
    -------
    float
        The sharpness, at least 0.

    Raises
    ------
    TypeError, ValueError
        If the arguments are not finite matrices that fit together, if ``covariance`` is not
        symmetric with eigenvalues at least 0, if the result exceeds the largest float, or if
        W_L ... W_1 differs from ``target`` where the formula does not cover it (see Notes).
    ArithmeticError
        If so many eigenvalues crowd at the top that Lanczos does not separate them (only beyond
        d_0 d_L of about 10,000).

    Notes
    -----
    A residual is ignored where it can change the sharpness by no more than 1e-10 of itself. A
    larger one is accepted at a global minimizer of a factorization too narrow for its target
    (W_L ... W_1 is a best approximation of rank r, the smallest width) where the formula holds all
    the same: L = 2, or d_1 = d_(L-1) = r. Both conditions are checked to 1e-9. It fails in general:
    widths (2, 1, 2, 2), M = diag(1, 9/10), W_1 = [1, 0], W_2 = [1, 0]^T, W_3 = diag(1, 2) has
    sharpness 6 + sqrt(805) / 5 = 11.67, while the formula gives 10. There, take
    `hessian_operator` to an eigensolver.

    The relative error is about 1e-14 (tested to 1e-12); factors are scaled by powers of two, so it
    does not depend on their size. Small problems are solved densely; large ones by Lanczos on
    matrices of shape (min(d_L, d_(L-1)), min(d_0, d_1)), instead of on N parameters.

    References
    ----------
    Kamber and Parhi, P1, Theorems 4 and 5; nonzero residuals, and this form with a covariance,
    are this book's.

    Examples
    --------
    >>> from dmfbook import sharpness
    >>> sharpness([[[2.0, 0.0], [0.0, 1.0]], [[3.0, 0.0], [0.0, 1.0]]])
    26.0
    >>> sharpness([[[1.0]], [[2.0]], [[0.5]]])
    10.5
    """
    checked = check_factors(factors)
    root = covariance_root(covariance, checked[0].shape[1])
    value, exponent = closed_form(checked, root)
    if target is not None:
        matrix = check_target(target, chain_widths(checked))
        check_residual(checked, matrix, root, value, exponent)
    return _unscaled(value, exponent, "sharpness")


def sharpest_direction(
    factors: Sequence[ArrayLike], *, covariance: ArrayLike | None = None
) -> list[Array]:
    """Return the unit eigenvector of the sharpness at a minimum of loss zero, factor by factor.

    With Z the top eigenmatrix of Z -> sum_l A_l Z B_l (see `sharpness`) its block for W_l is
    proportional to W_(L:l+1)^T Z W_(l-1:1)^T.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2, with loss zero.
    covariance : array_like of shape (d_0, d_0), optional
        As in `sharpness`.

    Returns
    -------
    list of ndarray
        One array for each factor, of its shape; together they have norm one. The sign is the one
        that makes the entry of largest size positive (the first of them, up to rounding). Where
        the sharpness is a repeated eigenvalue, this is one of its eigenvectors.

    Raises
    ------
    TypeError, ValueError
        As `sharpness`, and where the Hessian is zero (at the zero matrix), so that there is no
        sharpest direction.

    Notes
    -----
    The residual of the eigenvector is at most about 1e-12 of the sharpness (tested to 1e-11). At
    depth 2 it comes from the top singular vectors of the factors.

    References
    ----------
    Kamber and Parhi, P1, Theorem 5 and appendix C.1.

    Examples
    --------
    >>> from dmfbook import sharpest_direction
    >>> [part.round(3).tolist() for part in sharpest_direction([[[3.0]], [[4.0]]])]
    [[[0.8]], [[0.6]]]
    """
    checked = check_factors(factors)
    root = covariance_root(covariance, checked[0].shape[1])
    if len(checked) == 2 and root is None:
        parts = _depth_two_direction(checked)
    else:
        parts = _top_direction(checked, root)
    flat = np.concatenate([part.ravel() for part in parts])
    sizes = np.abs(flat)
    if not sizes.any():
        raise ValueError("factors have a zero Hessian, so no direction is sharpest")
    first = int(np.argmax(sizes >= sizes.max() * (1 - 1e-9)))
    norm = math.copysign(float(np.linalg.norm(flat)), flat[first])
    return [part / norm for part in parts]


def _depth_two_direction(factors: list[Array]) -> list[Array]:
    """Return (W_2^T u v^T, u v^T W_1^T) over a power of two, u and v the top singular vectors."""
    (first, first_exponent), (second, second_exponent) = map(scaled, factors)
    top = max(first_exponent, second_exponent)
    first = np.ldexp(first, first_exponent - top)
    second = np.ldexp(second, second_exponent - top)
    left = np.linalg.svd(second, full_matrices=False)[0][:, 0]
    right = np.linalg.svd(first, full_matrices=False)[2][0]
    return [np.outer(left @ second, right), np.outer(left, first @ right)]


def _top_direction(factors: list[Array], root: Array | None) -> list[Array]:
    products = partial_products(factors, root)
    operator = kronecker_sum(products, root is None)
    value, eigenmatrix = operator.top(lambda: _start(products, factors))
    if value == 0:
        return [np.zeros_like(factor) for factor in factors]
    top = operator.exponent // 2
    return [
        np.zeros_like(factor)
        if exponent is None
        else np.ldexp(left.T @ eigenmatrix @ right.T, exponent - top)
        for factor, left, right, exponent in zip(
            factors, products.left, products.right, products.exponents(), strict=True
        )
    ]


def spectrum_at(
    factors: Sequence[ArrayLike], *, covariance: ArrayLike | None = None
) -> ZeroLossSpectrum:
    """Return the whole Hessian spectrum at a minimum of loss zero.

    The nonzero eigenvalues are twice those of sum_l B_l kron A_l (see `sharpness`). For depth 2
    they are 2 (sigma_i(W_2)^2 + sigma_j(W_1)^2).

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)), L at least 2, with loss zero.
    covariance : array_like of shape (d_0, d_0), optional
        As in `sharpness`.

    Returns
    -------
    ZeroLossSpectrum
        The nonzero eigenvalues and the number of zeros.

    Raises
    ------
    TypeError, ValueError
        As `sharpness`.

    Notes
    -----
    The error is about 1e-14 of the largest eigenvalue (tested to 1e-12). Eigenvalues up to
    d_0 d_L eps times the largest count as zero. For depth 2 the cost is two singular value
    decompositions; otherwise memory is (d_0 d_L)^2 numbers and time (d_0 d_L)^3.

    References
    ----------
    Kamber and Parhi, P1, Theorem 5; the whole spectrum comes from the same argument.

    Examples
    --------
    >>> from dmfbook import spectrum_at
    >>> spectrum = spectrum_at([[[2.0, 0.0], [0.0, 1.0]], [[3.0, 0.0], [0.0, 1.0]]])
    >>> spectrum.values.tolist(), spectrum.nullity
    ([4.0, 10.0, 20.0, 26.0], 4)
    """
    checked = check_factors(factors)
    dimension = sum(factor.size for factor in checked)
    root = covariance_root(covariance, checked[0].shape[1])
    if len(checked) == 2 and root is None:
        values, exponent = _depth_two_values(checked)
    else:
        operator = kronecker_sum(partial_products(checked, root), root is None)
        values = np.asarray(np.linalg.eigvalsh(operator.dense()), dtype=np.float64)
        exponent = operator.exponent
    floor = values.size * np.finfo(float).eps * float(values[-1])
    values = values[max(0, values.size - dimension) :]
    nonzero = values[values > floor]
    with np.errstate(over="ignore"):
        result = 2 * np.ldexp(nonzero, exponent)
    if not np.isfinite(result).all():
        raise _too_large("spectrum")
    return ZeroLossSpectrum(result, dimension - result.size)


def closed_form(factors: list[Array], root: Array | None) -> tuple[float, int]:
    """Return half of the sharpness as a number and a power of two."""
    if len(factors) == 2 and root is None:
        (first, first_exponent), (second, second_exponent) = map(scaled, factors)
        exponent = max(first_exponent, second_exponent)
        norms = [
            math.ldexp(float(np.linalg.norm(part, 2)), shift - exponent)
            for part, shift in ((first, first_exponent), (second, second_exponent))
        ]
        return norms[0] ** 2 + norms[1] ** 2, 2 * exponent
    if root is None:
        factors = _compressed(factors)
    products = partial_products(factors, root)
    operator = kronecker_sum(products, root is None)
    return operator.top_value(lambda: _start(products, factors)), operator.exponent


def _compressed(factors: list[Array]) -> list[Array]:
    # All B_l with l > 1 vanish on the kernel of W_1, where the operator is A_1, and A_1 is no
    # larger than the operator on the rest: without the kernel the norm is the same. So on the left.
    first, *middle, last = factors
    if first.shape[1] > first.shape[0]:
        first = np.asarray(np.linalg.qr(first.T, mode="r")).T
    if last.shape[0] > last.shape[1]:
        last = np.asarray(np.linalg.qr(last, mode="r"))
    return [first, *middle, last]


def _start(products: PartialProducts, factors: list[Array]) -> Array:
    return pulled_to_top(scaled(factors[-1])[0] @ products.right[-1])


def _depth_two_values(factors: list[Array]) -> tuple[Array, int]:
    (first, first_exponent), (second, second_exponent) = map(scaled, factors)
    exponent = max(first_exponent, second_exponent)
    right = np.zeros(first.shape[1])
    left = np.zeros(second.shape[0])
    right_values = np.linalg.svd(first, compute_uv=False)
    left_values = np.linalg.svd(second, compute_uv=False)
    right[: right_values.size] = np.ldexp(right_values, first_exponent - exponent)
    left[: left_values.size] = np.ldexp(left_values, second_exponent - exponent)
    return np.sort(np.add.outer(left**2, right**2), axis=None), 2 * exponent


def _unscaled(half: float, exponent: int, name: str) -> float:
    try:
        return math.ldexp(2 * half, exponent)
    except OverflowError:
        raise _too_large(name) from None


def _too_large(name: str) -> ValueError:
    return ValueError(
        f"factors are too large: the {name} exceeds the largest float; divide every factor by c "
        f"and multiply the {name} by c^(2L-2)"
    )
