"""A class of critical points, with its Hessian spectrum, for `dmfbook.critical_points`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np

from dmfbook.numerics._checks import Array, check_hidden_widths, check_widths
from dmfbook.numerics._reduction import FittedValues
from dmfbook.numerics._shown import Shown
from dmfbook.numerics._shrinkage_curve import rational_power
from dmfbook.numerics.hessian_spectrum._table import HessianSpectrum, spectrum_of

Root = Literal["zero", "lower", "upper", "double"]
Kind = Literal["global minimum", "spurious minimum", "strict saddle", "non-strict saddle"]

_BRANCHES = {"upper": 1, "double": 0, "lower": -1}


@dataclass(frozen=True, eq=False, repr=False)
class CriticalPoint(Shown):
    """A class of critical points: all those that take the same roots.

    Attributes
    ----------
    matrix : ndarray of shape (d_L, d_0)
        The end-to-end matrix. Where equal singular values of the target take different roots it is
        one of a connected family, in which the singular vectors of the block are rotated.
    singular_values : ndarray of shape (n,)
        Singular values of ``matrix``, in the order of the target's. A lower root below the smallest
        float is shown as 0 (and so in ``matrix``), but counts in ``rank`` and in the spectrum.
    target_singular_values : ndarray of shape (n,)
        Those that count as equal to each other, to zero or to a threshold are equal to it.
    roots : tuple of str
        For each singular value of the target ``"zero"``, ``"lower"``, ``"upper"``, or ``"double"``
        where lower and upper root meet.
    kind : str
        ``"global minimum"``; ``"spurious minimum"``, a local minimum that is not global;
        ``"strict saddle"``, whose Hessian has a negative eigenvalue; ``"non-strict saddle"``, whose
        Hessian has none, though the loss falls in some direction. It belongs to hidden widths of at
        least n; for others ask `morse_index`.
    loss : float
    depth : int
    regularization : float
    """

    _shows: ClassVar[str] = "kind loss rank roots singular_values matrix depth regularization"

    matrix: Array
    singular_values: Array
    target_singular_values: Array
    roots: tuple[Root, ...]
    kind: Kind
    loss: float
    depth: int
    regularization: float

    @property
    def rank(self) -> int:
        """The number of singular values that are not sent to zero."""
        return sum(root != "zero" for root in self.roots)

    def spectrum(self, widths: Sequence[int]) -> HessianSpectrum:
        r"""Return the whole Hessian spectrum at these critical points, in closed form.

        The table of `dmfbook.hessian_spectrum` holds at every critical point, with the fitted
        values in the place of the first r: its proof uses no more of them than
        :math:`m_a = s_a^L + \lambda s_a^{2-L}`. For depth at least 3 the negative eigenvalues are

        - one for each lower root, :math:`2L s_a^{2L-2} - 2(L-2)\lambda`;
        - one for each pair of fitted values that are in the wrong order, or that both take the same
          lower root: :math:`2(x_a + x_b)(m_a - m_b)/(s_a^2 - s_b^2)`, or its limit;
        - one for each fitted value and each larger one left out, :math:`2 s_a^{L-2}(m_a - m_b)`.

        For depth 2 there are the last ones, and :math:`2(\lambda - m_b)`, :math:`d_1 - r` times,
        for each value :math:`m_b > \lambda` that is left out.

        Parameters
        ----------
        widths : sequence of int
            (d_0, ..., d_L), the ends those of ``matrix``, every hidden width at least ``rank``;
            hidden widths below n are allowed.

        Returns
        -------
        HessianSpectrum
            Every eigenvalue with its multiplicity and origin, the same at all factors that belong
            to this class. Its zeros are exact: double roots, rotations of factors, and rotations of
            equal singular values that take different roots.

        Raises
        ------
        ValueError, TypeError
            If the widths do not fit the matrix, the depth or the rank.

        Notes
        -----
        The error is about 1e-13 of the largest eigenvalue (tested to 1e-12); the signs are decided
        by comparing singular values, not by rounded eigenvalues.
        Source: this book; for local minima see `dmfbook.hessian_spectrum`.

        Examples
        --------
        >>> from dmfbook import critical_points
        >>> for point in critical_points([[1.0]], depth=3, regularization=0.45):
        ...     print(point.kind, point.spectrum((1, 1, 1, 1)).eigenvalues().round(3).tolist())
        global minimum [0.9, 0.9, 0.9]
        spurious minimum [0.735, 1.8, 1.8]
        strict saddle [-0.436, 1.8, 1.8]
        """
        sizes = check_widths(widths)
        shape = self.matrix.shape
        if len(sizes) != self.depth + 1 or (sizes[-1], sizes[0]) != shape:
            raise ValueError(
                f"widths must be (d_0, ..., d_L) with L = {self.depth}, d_0 = {shape[1]} and "
                f"d_L = {shape[0]}, but they are {sizes}"
            )
        check_hidden_widths(sizes, self.rank, f"carry a critical point of rank {self.rank}")
        return spectrum_of(self._fitted(sizes))

    def morse_index(self, widths: Sequence[int]) -> int:
        """Return the number of negative eigenvalues of the Hessian, for `spectrum`'s widths.

        It is 0 at local minima and at non-strict saddles.

        Examples
        --------
        >>> from dmfbook import critical_points
        >>> points = critical_points([[3.0, 0.0], [0.0, 2.0]], depth=2, regularization=0.5)
        >>> [point.morse_index((2, 2, 2)) for point in points]
        [0, 1, 2, 4]
        """
        return self.spectrum(widths).morse_index

    def nullity(self, widths: Sequence[int]) -> int:
        """Return the number of zero eigenvalues of the Hessian, for `spectrum`'s widths."""
        return self.spectrum(widths).nullity

    def _fitted(self, widths: tuple[int, ...]) -> FittedValues:
        taken = np.array([i for i, root in enumerate(self.roots) if root != "zero"], dtype=np.intp)
        branches = np.array([_BRANCHES[self.roots[i]] for i in taken], dtype=np.int8)
        values, targets = self.singular_values[taken], self.target_singular_values[taken]
        # No lower root exceeds an upper one; of two lower ones the larger target has the smaller.
        order = np.lexsort((targets, -values, -branches))
        values, targets, branches = values[order], targets[order], branches[order]
        upper = branches >= 0
        gaps = targets - values
        gaps[upper] = rational_power(
            values[upper], 2 - self.depth, self.depth, factor=self.regularization
        )
        return FittedValues(
            widths,
            self.regularization,
            self.target_singular_values,
            values,
            gaps,
            taken[order],
            branches,
        )


class CriticalPoints(list[CriticalPoint]):
    """A list of critical points that prints how many there are of each kind."""

    def __repr__(self) -> str:
        found = Counter(point.kind for point in self)
        kinds = (f"{kind}: {found[kind]}" for kind in get_args(Kind) if found[kind])
        return f"CriticalPoints({', '.join(kinds)})"
