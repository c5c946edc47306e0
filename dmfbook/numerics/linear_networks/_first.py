"""The first direction that a linear network with weight decay learns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import Array, check_depth, check_samples
from dmfbook.numerics.scalar_uniqueness import collapse_threshold

# Where the weight between variance and length is looked for: powers of e, and how many.
_REACH, _PLACES = 36.0, 400


@dataclass(frozen=True, eq=False, repr=False)
class FirstDirection:
    """Where a linear network leaves zero, and in which direction.

    Attributes
    ----------
    regularization : float
        The least lambda for which X = 0 is a minimizer.
    input_direction : ndarray of shape (d_0,)
        A unit vector v with the largest ||C v||^(2 - 2/L) (v^T S v)^(2/L - 1).
    output_direction : ndarray of shape (d_L,)
        The unit vector C v / ||C v||.
    """

    regularization: float
    input_direction: Array
    output_direction: Array

    def __repr__(self) -> str:
        sizes = f"{len(self.input_direction)} inputs, {len(self.output_direction)} outputs"
        return f"FirstDirection({sizes}, below the regularization {self.regularization:.3g})"


def first_direction(inputs: ArrayLike, outputs: ArrayLike, depth: int) -> FirstDirection:
    """Return the regularization below which a linear network leaves zero, and the direction.

    With S = X X^T / n and C = Y X^T / n, zero minimizes the loss over all factors if and only if
    lambda >= k max_v ||C v||^(2 - 2/L) (v^T S v)^(2/L - 1) over unit vectors v, where k is
    ``collapse_threshold(1, L)``. What is maximized is the criterion of continuum regression, of
    the power 1/(L - 1): partial least squares for L = 2, and close to reduced rank regression for
    large L.

    Parameters
    ----------
    inputs : array_like of shape (d_0, n)
        X, one column for each sample; its covariance may be singular.
    outputs : array_like of shape (d_L, n)
        Y, one column for each sample.
    depth : int
        L, at least 2.

    Returns
    -------
    FirstDirection
        The regularization and both directions; the hidden widths do not matter.

    Raises
    ------
    TypeError, ValueError
        If the data are not finite and real or do not fit together, if their squares are no floats,
        if ``depth`` is not an integer of at least 2, or if inputs and outputs are uncorrelated.

    Notes
    -----
    The maximum over v is that over one number of a largest eigenvalue, which is looked for at 400
    places and then refined; the regularization is accurate to about 1e-10. Where two directions
    tie, one is returned. The largest entry of the input direction is positive.

    References
    ----------
    This book; the criterion is that of Stone and Brooks (1990), and its reduction to one number
    that of Sundberg (1993).

    Examples
    --------
    >>> from dmfbook import first_direction
    >>> inputs = [[2, 2, -2, -2], [1, -1, 1, -1]]
    >>> outputs = [[2, 2, -2, -2], [3, -3, 3, -3]]
    >>> first_direction(inputs, outputs, depth=2).input_direction.round(6)
    array([1., 0.])
    >>> first_direction(inputs, outputs, depth=3).input_direction.round(6)
    array([0., 1.])
    """
    samples, answers = check_samples(inputs, outputs)
    layers = check_depth(depth)
    count = samples.shape[1]
    with np.errstate(over="ignore", under="ignore"):
        covariance, cross = samples @ samples.T / count, answers @ samples.T / count
        sizes = float(np.trace(covariance)), float(np.linalg.norm(cross))
    if not np.isfinite(sizes).all() or (samples.any() and sizes[0] == 0):
        raise ValueError(
            "inputs or outputs are too large or too small: no float can hold their squares; "
            "rescale them"
        )
    if sizes[1] <= 1e-14 * np.sqrt(sizes[0]) * np.linalg.norm(answers) / np.sqrt(count):
        raise ValueError("inputs and outputs are uncorrelated: no direction is learned")
    variances, axes = np.linalg.eigh(covariance / sizes[0])
    variances = np.maximum(variances, 0)
    seen = cross @ axes / sizes[1]
    power = 1 / (layers - 1)

    def weighted(place: float) -> Array:
        variance = (1 - power) * np.exp(power * place) * variances
        return np.asarray(variance + power * np.exp((power - 1) * place))

    def value(place: float) -> float:
        return float(np.linalg.norm(seen / np.sqrt(weighted(place)), 2))

    best = 0.0
    if layers > 2:
        places = np.linspace(-1, _REACH, _PLACES)
        top = places[int(np.argmax([value(place) for place in places]))]
        gap = places[1] - places[0]
        best = float(
            scipy.optimize.minimize_scalar(
                lambda place: -value(place),
                bounds=(top - gap, top + gap),
                method="bounded",
                options={"xatol": 1e-12},
            ).x
        )
    inner = weighted(best)
    output = np.linalg.svd(seen / np.sqrt(inner))[0][:, 0]
    direction = seen.T @ output / inner
    direction /= np.linalg.norm(direction)
    direction *= np.sign((axes @ direction)[np.argmax(np.abs(axes @ direction))])
    reply = seen @ direction
    strength = float(np.linalg.norm(reply)) * sizes[1]
    variance = float(direction @ (variances * direction)) * sizes[0]
    unit = float(collapse_threshold(1.0, layers))
    found = unit * strength ** (2 - 2 / layers) * variance ** (2 / layers - 1)
    return FirstDirection(found, axes @ direction, reply / np.linalg.norm(reply))
