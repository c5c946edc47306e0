"""What a nonzero residual, or inputs that are not white, mean for the closed form of sharpness."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._chain import chain_product, scaled
from dmfbook.numerics._checks import Array, check_matrix

RESIDUAL_SHARE = 1e-10
MINIMIZER_TOLERANCE = 1e-9


def covariance_root(covariance: ArrayLike | None, size: int) -> Array | None:
    """Return the symmetric root of a covariance of inputs, None for the identity."""
    if covariance is None:
        return None
    matrix = check_matrix(covariance, "covariance")
    if matrix.shape != (size, size):
        raise ValueError(
            f"covariance must have shape (d_0, d_0) = {(size, size)}, "
            f"but it has shape {matrix.shape}"
        )
    matrix, exponent = scaled(matrix)
    if not np.allclose(matrix, matrix.T, rtol=0.0, atol=1e-12):
        raise ValueError("covariance must be symmetric; give X X^T / n")
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    if values[0] < -1e-12 * max(float(values[-1]), 1e-300):
        raise ValueError(
            f"covariance must have eigenvalues at least 0, but one is "
            f"{math.ldexp(float(values[0]), exponent)}; give X X^T / n"
        )
    # An odd power of two has no exact root.
    half, odd = divmod(exponent, 2)
    roots = np.ldexp(np.sqrt(np.ldexp(np.maximum(values, 0.0), odd)), half)
    root: Array = (vectors * roots) @ vectors.T
    return root


def check_residual(
    factors: list[Array], target: Array, root: Array | None, value: float, exponent: int
) -> None:
    """Refuse a residual where half of the sharpness is not the given value times 2^exponent."""
    depth = len(factors)
    product = chain_product(factors)
    with np.errstate(over="ignore"):
        residual = target - product
    if np.isfinite(residual).all():
        if _residual_effect(factors, root, residual, exponent) <= RESIDUAL_SHARE * value:
            return
        narrowest = min(factor.shape[0] for factor in factors[:-1])
        ends = factors[0].shape[0] == narrowest and factors[-1].shape[1] == narrowest
        covered = root is None and (depth == 2 or ends)
        if covered and _is_best_approximation(product, residual, narrowest):
            return
    raise ValueError(
        "target differs from W_L ... W_1 (largest difference "
        f"{float(np.abs(residual).max()):.3g}), and the closed form holds at loss zero, or at the "
        "best approximation of rank r (the smallest width) if L = 2 or d_1 = d_(L-1) = r; leave "
        "target out for the value of the formula, or give hessian_operator(factors, target) "
        "to an eigensolver"
    )


def _residual_effect(
    factors: list[Array], root: Array | None, residual: Array, exponent: int
) -> float:
    """Bound what the residual does to half of the sharpness, divided by 2^exponent.

    The residual E enters D^2 F[U, U] as 4 sum_(k<l) <E, W_(L:l+1) U_l W_(l-1:k+1) U_k W_(k-1:1)>,
    at most 2 (L - 1) ||E|| c with c the largest product of the norms of the three pieces.
    """
    depth = len(factors)
    log_size = _log_norm(residual)
    if root is not None:
        (part, first), (other, second) = scaled(residual), scaled(root)
        log_size = _log_norm(part @ other) + (first + second) * math.log(2) + _log_norm(root)
    if math.isinf(log_size):
        return 0.0
    # The largest product leaves out the two factors of least norm.
    log_pieces = sum(sorted(map(_log_norm, factors))[2:])
    log_effect = math.log(depth - 1) + log_size + log_pieces - exponent * math.log(2)
    return math.exp(min(log_effect, 700.0))


def _log_norm(matrix: Array) -> float:
    part, exponent = scaled(matrix)
    norm = float(np.linalg.norm(part))
    return math.log(norm) + exponent * math.log(2) if norm > 0 else -math.inf


def _is_best_approximation(product: Array, residual: Array, rank: int) -> bool:
    # E f^T = 0, f^T E = 0 and ||E|| <= sigma_r(f): to first order in the distance to the best
    # approximation, where the norm of E alone would notice only its square.
    if not (np.isfinite(product).all() and rank <= min(product.shape)):
        return False
    product, exponent = scaled(product)
    residual, shift = scaled(residual)
    product = np.ldexp(product, min(exponent - shift, 0))
    residual = np.ldexp(residual, min(shift - exponent, 0))
    values = np.linalg.svd(product, compute_uv=False)
    size = float(values[0]) * float(np.linalg.norm(residual))
    orthogonal = max(
        float(np.linalg.norm(residual @ product.T)), float(np.linalg.norm(product.T @ residual))
    )
    largest = float(np.linalg.norm(residual, 2))
    return bool(
        orthogonal <= MINIMIZER_TOLERANCE * size
        and largest <= float(values[rank - 1]) * (1 + MINIMIZER_TOLERANCE)
    )
