"""One matrix, one minimizer, almost always.

The end-to-end matrix of every global minimizer of
``||M - W_L ... W_1||_F^2 + regularization * sum ||W_l||_F^2`` comes from M by sending each singular
value to the minimizer of its scalar problem. It is unique unless a singular value of M equals the
uniqueness threshold; then the minimizers form a family of projectors, which is given in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import (
    Array,
    check_array,
    check_depth,
    check_matrix,
    check_nonnegative,
    check_regularization,
    check_rng,
    check_target,
    check_widths,
)
from dmfbook.numerics._reduction import computed_values, decomposed, rank_of, reduced_values
from dmfbook.numerics._shown import Shown
from dmfbook.numerics._shrinkage_curve import rational_power
from dmfbook.numerics.scalar_uniqueness import (
    reduced_loss,
    scalar_minimizer,
    scalar_minimizers,
    uniqueness_threshold,
)
from dmfbook.numerics.schatten_norms import balanced_lift

__all__ = ["EndToEndMinimizer", "distance_to_tie", "end_to_end_minimizer", "minimizer_factors"]


@dataclass(frozen=True, eq=False, repr=False)
class EndToEndMinimizer(Shown):
    """The minimizing end-to-end matrix, or all of them where it is not unique.

    With the tied singular vectors as the columns of U and V (``tie_left`` and ``tie_right``, k of
    them) the minimizers are ``rest + x* U P V^T``, one for each orthogonal projector P of R^k. So
    there is one family, a Grassmannian, for each rank of P from 0 to k.

    Attributes
    ----------
    matrix : ndarray of shape (d_L, d_0)
        The minimizer; where it is not unique the one of largest rank, P the identity.
    singular_values : ndarray of shape (n,)
        Singular values of ``matrix``, n = min(d_0, d_L), in the order of the target's: largest
        first.
    target_singular_values : ndarray of shape (n,)
        What rounding cannot tell from zero, or from where the rank of the minimizer changes, is
        equal to it.
    left : ndarray of shape (d_L, n)
        Left singular vectors of the target, as columns.
    right : ndarray of shape (d_0, n)
        Right singular vectors of the target, as columns.
    tied : ndarray of bool, shape (n,)
        Which singular values of the target equal the uniqueness threshold.
    loss : float
        The least loss, infinite where it exceeds the largest float.
    """

    _shows: ClassVar[str] = (
        "rank unique tie_multiplicity loss singular_values target_singular_values matrix"
    )

    matrix: Array
    singular_values: Array
    target_singular_values: Array
    left: Array
    right: Array
    tied: np.typing.NDArray[np.bool_]
    loss: float

    @property
    def unique(self) -> bool:
        """Whether there is only one minimizing matrix."""
        return not self.tied.any()

    @property
    def tie_multiplicity(self) -> int:
        """How many singular values of the target are tied (k)."""
        return int(self.tied.sum())

    @property
    def rank(self) -> int:
        """The number of nonzero singular values of ``matrix``, the largest rank of a minimizer."""
        return int(np.count_nonzero(self.singular_values))

    @property
    def tie_left(self) -> Array:
        """The left singular vectors of the tied singular values, of shape (d_L, k)."""
        return self.left[:, self.tied]

    @property
    def tie_right(self) -> Array:
        """The right singular vectors of the tied singular values, of shape (d_0, k)."""
        return self.right[:, self.tied]

    def at_projector(self, projector: ArrayLike) -> Array:
        """Return the minimizer that belongs to an orthogonal projector of the tied block.

        Parameters
        ----------
        projector : array_like of shape (k, k)
            Symmetric and idempotent (to 1e-8; it is rounded to the nearest such matrix), in the
            coordinates of ``tie_left`` and ``tie_right``.

        Returns
        -------
        ndarray of shape (d_L, d_0)

        Raises
        ------
        ValueError, TypeError
            If the minimizer is unique, or the matrix is no orthogonal projector of R^k.
        """
        count = self._check_tied()
        matrix = check_matrix(projector, "projector")
        if matrix.shape != (count, count):
            raise ValueError(
                f"projector must have shape {(count, count)}, but it has shape {matrix.shape}"
            )
        departure = max(np.abs(matrix - matrix.T).max(), np.abs(matrix @ matrix - matrix).max())
        if not departure <= 1e-8:
            raise ValueError(
                "projector must be symmetric and equal to its square, "
                f"but it departs from that by {departure:.3g}"
            )
        eigenvalues, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        return self._with_basis(vectors[:, eigenvalues > 0.5])

    def at_subspace(self, basis: ArrayLike) -> Array:
        """Return the minimizer that keeps a chosen subspace of the tied block.

        Parameters
        ----------
        basis : array_like of shape (k, q)
            Linearly independent columns, q from 0 to k, in the coordinates of ``tie_left`` and
            ``tie_right``. They need not be orthonormal.

        Returns
        -------
        ndarray of shape (d_L, d_0)

        Raises
        ------
        ValueError, TypeError
            If the minimizer is unique, or the columns are dependent or of the wrong length.
        """
        count = self._check_tied()
        if np.shape(basis) == (count, 0):
            return self._with_basis(np.zeros((count, 0)))
        columns = check_array(basis, "basis", ndim=2)
        if columns.shape[0] != count or columns.shape[1] > count:
            raise ValueError(
                f"basis must have shape ({count}, q) with q at most {count}, "
                f"but it has shape {columns.shape}"
            )
        left, values, _ = np.linalg.svd(columns, full_matrices=False)
        if rank_of(values, columns.shape) < columns.shape[1]:
            raise ValueError(
                "basis must have linearly independent columns, but its singular values are "
                f"{values.tolist()}"
            )
        return self._with_basis(left)

    def _check_tied(self) -> int:
        if self.unique:
            raise ValueError("the minimizer is unique, so there is no projector to choose")
        return self.tie_multiplicity

    def _with_basis(self, basis: Array) -> Array:
        value = self.singular_values[self.tied][0]
        rest = _assemble(self.left, np.where(self.tied, 0.0, self.singular_values), self.right)
        chosen: Array = value * (self.tie_left @ basis) @ (self.tie_right @ basis).T
        return rest + chosen


def end_to_end_minimizer(
    target: ArrayLike, depth: int, regularization: float, tolerance: float | None = None
) -> EndToEndMinimizer:
    r"""Return the end-to-end matrix of the global minimizers, all of them at a tie.

    With the singular value decomposition :math:`M = U \operatorname{diag}(m_i) V^T` the minimizer
    is

    .. math:: X = U \operatorname{diag}(x(m_i)) V^T, \qquad
        x(m) = \operatorname{argmin}_x (m - x)^2 + \lambda L |x|^{2/L},

    and it is unique if and only if no :math:`m_i` equals the uniqueness threshold
    :math:`m^*` (depth at least 3; always for depth 2 or regularization 0).

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M. The hidden widths do not enter, if each is at least the rank of the minimizer.
    depth : int
        L, at least 2.
    regularization : float
        lambda, at least 0.
    tolerance : float, optional
        A singular value within ``tolerance * m_1`` of the threshold (lambda for depth 2) counts as
        equal to it. The default, ``8 * max(d_0, d_L, 2) * eps``, is what rounding may do to
        computed singular values, so that ``unique`` is false where they cannot tell.

    Returns
    -------
    EndToEndMinimizer

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, empty or not finite.

    Notes
    -----
    The singular values are as accurate as LAPACK's of the target, ``max(d_0, d_L) eps m_1`` or
    so; the scalar map adds 1e-14 relative. Across the threshold the minimizer jumps, and within the
    tolerance the tied values are all set to ``m* (L-2)/(L-1)``. Singular values of at most
    ``8 max(d_0, d_L, 2) eps m_1`` count as zero. With the default tolerance every function of this
    library that takes the target reports or implies the same rank.
    Source: Kamber and Parhi (P2), Theorem 10 (uniqueness); the converse is elementary, the family
    at a tie is this book's.

    Examples
    --------
    >>> import numpy as np
    >>> from dmfbook import end_to_end_minimizer
    >>> result = end_to_end_minimizer([[0.0, 3.0], [0.5, 0.0]], depth=2, regularization=1.0)
    >>> result.unique, result.rank, (np.abs(result.matrix.round(12))).tolist()
    (True, 1, [[0.0, 2.0], [0.0, 0.0]])

    At depth 3 and regularization 1 the singular value 2 is tied, here twice:

    >>> result = end_to_end_minimizer([[2.0, 0.0], [0.0, 2.0]], depth=3, regularization=1.0)
    >>> result.unique, result.tie_multiplicity
    (False, 2)
    >>> bool(np.isclose(np.linalg.norm(result.at_subspace([[1.0], [1.0]])), 1))
    True
    """
    matrix = check_matrix(target, "target")
    depth, regularization = check_depth(depth), check_regularization(regularization)
    if tolerance is not None:
        tolerance = check_nonnegative(tolerance, "tolerance")
    left, computed, right = decomposed(matrix)
    target_values = reduced_values(computed, matrix.shape, depth, regularization, tolerance)
    minimizers = scalar_minimizers(target_values, depth, regularization)
    values = minimizers.large
    with np.errstate(over="ignore"):
        loss = float(np.sum(reduced_loss(values, target_values, depth, regularization)))
    return EndToEndMinimizer(
        matrix=_assemble(left, values, right),
        singular_values=values,
        target_singular_values=target_values,
        left=left,
        right=right,
        tied=~minimizers.unique,
        loss=loss,
    )


def distance_to_tie(target: ArrayLike, depth: int, regularization: float) -> float:
    r"""Return how far the target is from the nearest one whose minimizer is not unique.

    .. math:: \min \{ \|M - M'\| : M' \text{ has several minimizers} \} = \min_i |m_i - m^*|

    in the Frobenius norm and in the spectral norm alike: moving the nearest singular value onto
    the threshold attains it, and no singular value moves by more than the spectral norm of the
    change.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    depth : int
        L, at least 2.
    regularization : float
        lambda, at least 0.

    Returns
    -------
    float
        Infinity for depth 2 and for regularization 0, where every minimizer is unique; 0 exactly
        where `end_to_end_minimizer` says that it is not.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range, empty or not finite.

    Notes
    -----
    Absolute error about ``max(d_0, d_L) eps m_1``. Source: this book; that the set has measure
    zero is Kamber and Parhi (P2), Lemma 11 and Remark 12.

    Examples
    --------
    >>> from dmfbook import distance_to_tie
    >>> round(distance_to_tie([[5.0, 0.0], [0.0, 1.5]], depth=3, regularization=1.0), 12)
    0.5
    """
    matrix = check_matrix(target, "target")
    depth, regularization = check_depth(depth), check_regularization(regularization)
    computed = computed_values(matrix)
    if depth == 2 or regularization == 0:
        return float("inf")
    values = reduced_values(computed, matrix.shape, depth, regularization)
    if not np.all(scalar_minimizers(values, depth, regularization).unique):
        return 0.0
    return float(np.abs(values - uniqueness_threshold(depth, regularization)).min())


def minimizer_factors(
    target: ArrayLike,
    widths: Sequence[int],
    regularization: float,
    rng: np.random.Generator | int | None = None,
) -> list[Array]:
    r"""Return the factors of a global minimizer.

    They are the balanced factors of the minimizing end-to-end matrix; all global minimizers over
    it differ by rotations of the hidden layers, :math:`W_l \to Q_l W_l Q_{l-1}^T`.

    Parameters
    ----------
    target : array_like of shape (d_L, d_0)
        The matrix M.
    widths : sequence of int
        (d_0, ..., d_L), L at least 2. Hidden widths below the rank that the minimizer would have
        are allowed: then only the largest singular values are fitted, as many as the smallest
        hidden width, which is the minimizer of the narrower problem.
    regularization : float
        lambda, at least 0. For 0 it is the balanced one among the many minimizers.
    rng : numpy.random.Generator or int, optional
        Draws the rotations uniformly; an integer is a seed. Without it the factors are as nearly
        diagonal as the target allows.

    Returns
    -------
    list of ndarray
        [W_1, ..., W_L]. At a tie they belong to the minimizer of largest rank; for another one
        pass ``end_to_end_minimizer(...).at_subspace(...)`` to `dmfbook.balanced_factors`. Where
        narrow widths fit only some of several equal singular values, each choice of singular
        vectors in their block gives a minimizer, and one of these is returned.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range or not finite, or the target does not fit the widths.

    Notes
    -----
    The gradient of the loss there is zero up to a modest multiple of ``max(widths) * L * eps``
    relative to its terms. What counts as zero and as tied is as in `end_to_end_minimizer`, and the
    rank is that of `dmfbook.hessian_spectrum`. Source: Kamber and Parhi (P2), Theorems 2 and 3.
    That all of them form one orbit is due to Menon and Yu and to Lindsey and Menon for square
    matrices of full rank, and is proved in this book for the others.

    Examples
    --------
    >>> from dmfbook import minimizer_factors
    >>> [factor.round(12).tolist() for factor in minimizer_factors([[2.0]], (1, 1, 1), 1.0)]
    [[[1.0]], [[1.0]]]
    """
    sizes = check_widths(widths)
    matrix = check_target(target, sizes)
    weight = check_regularization(regularization)
    generator = None if rng is None else check_rng(rng)
    depth = len(sizes) - 1
    left, computed, right = decomposed(matrix)
    values = reduced_values(computed, matrix.shape, depth, weight)
    fitted = scalar_minimizer(values, depth, weight)
    rank = min(int(np.count_nonzero(fitted)), *sizes[1:-1])
    gains = rational_power(fitted[:rank], 1, depth)
    return balanced_lift(left[:, :rank], gains, right[:, :rank], sizes, generator)


def _assemble(left: Array, values: Array, right: Array) -> Array:
    return (left * values) @ right.T
