r"""The Schatten penalty hidden in weight decay.

Among all factorizations W_L ... W_1 = X, the least sum of ||W_l||_F^2 is L ||X||_{S_{2/L}}^{2/L}:
weight decay on the factors penalizes the Schatten quasi-norm of their product.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._chain import scaled
from dmfbook.numerics._checks import (
    Array,
    check_depth,
    check_hidden_widths,
    check_matrix,
    check_positive,
    check_rng,
    check_target,
    check_widths,
)
from dmfbook.numerics._reduction import decomposed, rank_of

__all__ = ["balanced_factors", "factorization_cost", "schatten_norm"]


def schatten_norm(matrix: ArrayLike, p: float) -> float:
    """Return the Schatten norm ||X||_{S_p} = (sum_i sigma_i(X)^p)^(1/p).

    For p below 1 it is a quasi-norm: the triangle inequality fails.

    Parameters
    ----------
    matrix : array_like of shape (m, n)
        The matrix X.
    p : float
        Above 0; ``math.inf`` gives the largest singular value.

    Returns
    -------
    float
        The norm; infinite where it exceeds the largest float.

    Raises
    ------
    TypeError, ValueError
        If ``matrix`` is not a finite real matrix, or ``p`` is not above 0.

    Notes
    -----
    Singular values of at most 8 max(m, n, 2) eps sigma_1 are rounding errors of the decomposition
    and count as zero, for at small p they would rule the sum. Given the singular values the
    relative error is a few eps (1 + 1/p).

    References
    ----------
    Kamber and Parhi, P2, Theorem 3 and Corollary 20.

    Examples
    --------
    >>> import math
    >>> from dmfbook import schatten_norm
    >>> schatten_norm([[3.0, 0.0], [0.0, 4.0]], p=2)
    5.0
    >>> schatten_norm([[3.0, 0.0], [0.0, 4.0]], p=math.inf)
    4.0
    """
    checked = check_matrix(matrix, "matrix")
    power = math.inf if isinstance(p, (int, float)) and p == math.inf else check_positive(p, "p")
    _, values, _, exponent = _thin_svd(checked)
    if values.size == 0:
        return 0.0
    largest = values[0]
    # The ratio of the norm to sigma_1 is 2^doublings. It is at least 1 and may alone overflow.
    doublings = 0.0
    if power < math.inf:
        rest = float(np.sum((values[1:] / largest) ** power))
        doublings = min(math.log1p(rest) / math.log(2) / power, 4096.0)
    whole = math.floor(doublings)
    with np.errstate(over="ignore"):
        return float(np.ldexp(largest * 2 ** (doublings - whole), exponent + whole))


def factorization_cost(matrix: ArrayLike, depth: int) -> float:
    """Return the least sum_l ||W_l||_F^2 over all factorizations W_L ... W_1 = X.

    It is L ||X||_{S_{2/L}}^{2/L} = L sum_i sigma_i(X)^(2/L), and is attained whenever all hidden
    widths are at least the rank of X (see `balanced_factors`).

    Parameters
    ----------
    matrix : array_like of shape (d_L, d_0)
        The matrix X.
    depth : int
        L, at least 2.

    Returns
    -------
    float
        The cost; infinite where it exceeds the largest float.

    Raises
    ------
    TypeError, ValueError
        If ``matrix`` is not a finite real matrix, or ``depth`` is not an integer of at least 2.

    Notes
    -----
    Singular values of at most 8 max(d_L, d_0, 2) eps sigma_1 count as zero, as in `schatten_norm`.
    Given the others the relative error is a few eps.

    References
    ----------
    Kamber and Parhi, P2, Theorem 22.

    Examples
    --------
    >>> from dmfbook import factorization_cost
    >>> round(factorization_cost([[16.0, 0.0], [0.0, 1.0]], depth=4), 12)
    20.0
    """
    checked = check_matrix(matrix, "matrix")
    layers = check_depth(depth)
    _, values, _, exponent = _thin_svd(checked)
    with np.errstate(over="ignore"):
        return layers * float(np.sum(_root(values, exponent, layers) ** 2))


def balanced_factors(
    matrix: ArrayLike, widths: Sequence[int], rng: np.random.Generator | int | None = None
) -> list[Array]:
    """Return a cheapest factorization of a matrix, which is balanced.

    With the singular value decomposition X = U S V^T of rank r the factors are
    W_l = Q_l S^(1/L) Q_(l-1)^T, with Q_0 = V, Q_L = U, and any d_l x r matrix Q_l with orthonormal
    columns in between. Their squares sum to `factorization_cost`, the least there is, and all
    cheapest factorizations are of this form.

    Parameters
    ----------
    matrix : array_like of shape (d_L, d_0)
        The matrix X.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2; every hidden width at least the rank of X.
    rng : numpy.random.Generator or int, optional
        Draws the hidden Q_l uniformly from all choices; an integer is a seed. Without it Q_l is
        the first r columns of the identity.

    Returns
    -------
    list of ndarray
        [W_1, ..., W_L], W_l of shape (d_l, d_(l-1)).

    Raises
    ------
    TypeError, ValueError
        If ``matrix`` is not finite and real or does not fit the widths, if a hidden width is below
        its rank, or if ``rng`` is neither a generator nor a seed.

    Notes
    -----
    Singular values of at most 8 max(d_L, d_0, 2) eps sigma_1 count as zero, and the rank of X is
    the number of the others, here as everywhere in this library; beyond these the product
    differs from X by a few max(d_L, d_0) L eps sigma_1. The imbalance is a few eps sigma_1^(2/L)
    times the largest width.

    References
    ----------
    Kamber and Parhi, P2, Theorem 22; that there are no others is proved in the book.

    Examples
    --------
    >>> import numpy as np
    >>> from dmfbook import balanced_factors, end_to_end
    >>> factors = balanced_factors([[0.0, 8.0], [0.0, 0.0]], widths=(2, 1, 3, 2), rng=0)
    >>> bool(np.allclose(end_to_end(factors), [[0, 8], [0, 0]]))
    True
    >>> [round(float(np.linalg.norm(factor)), 12) for factor in factors]
    [2.0, 2.0, 2.0]
    """
    sizes = check_widths(widths)
    checked = check_target(matrix, sizes, "matrix")
    generator = None if rng is None else check_rng(rng)
    left, values, right, exponent = _thin_svd(checked)
    rank = values.size
    check_hidden_widths(sizes, rank, f"factorize this matrix of rank {rank}")
    return balanced_lift(left, _root(values, exponent, len(sizes) - 1), right, sizes, generator)


def balanced_lift(
    left: Array,
    gains: Array,
    right: Array,
    widths: Sequence[int],
    generator: np.random.Generator | None,
) -> list[Array]:
    """Return the factors W_l = Q_l diag(gains) Q_(l-1)^T with Q_0 = right and Q_L = left."""
    rank = gains.size
    hidden = [
        np.eye(size, rank) if generator is None else _random_frame(size, rank, generator)
        for size in widths[1:-1]
    ]
    frames = [right, *hidden, left]
    return [(after * gains) @ before.T for before, after in pairwise(frames)]


def _thin_svd(matrix: Array) -> tuple[Array, Array, Array, int]:
    """Return U, s, V and e with matrix = U diag(s 2^e) V^T, without zero singular values."""
    body, exponent = scaled(matrix)
    left, values, right = decomposed(body, "matrix")
    rank = rank_of(values, matrix.shape)
    return left[:, :rank], values[:rank], right[:, :rank], exponent


def _root(values: Array, exponent: int, depth: int) -> Array:
    """Return (values 2^exponent)^(1/depth) without passing through its overflow."""
    whole, rest = divmod(exponent, depth)
    return np.asarray(np.ldexp(values ** (1 / depth) * 2 ** (rest / depth), whole))


def _random_frame(size: int, rank: int, generator: np.random.Generator) -> Array:
    """Draw orthonormal columns uniformly: QR of a Gaussian matrix, the signs of R made positive."""
    frame, triangle = np.linalg.qr(generator.standard_normal((size, rank)))
    return np.asarray(frame * np.where(np.diag(triangle) < 0, -1.0, 1.0))
