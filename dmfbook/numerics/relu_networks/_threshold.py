"""Collapse: the largest correlation of the data with one neuron, enumerated or searched for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from dmfbook.numerics._checks import Array, check_count, check_rng, check_samples
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.relu_networks._network import extended

Rows = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class ReluThreshold(Shown):
    """The regularization from which on a ReLU network collapses.

    Attributes
    ----------
    value : float
        The threshold D, or a lower bound of it; see ``exact``.
    neuron : ndarray of shape (d_0 + 1,)
        The unit vector, its bias last, at which the value is attained.
    exact : bool
        Whether all cones were tried, so that the value is D up to rounding.
    """

    value: float
    neuron: Array
    exact: bool


def relu_collapse_threshold(
    inputs: ArrayLike,
    outputs: ArrayLike,
    rng: np.random.Generator | int | None = None,
    starts: int = 20,
) -> ReluThreshold:
    """Return D = max over ||a|| <= 1 of ||(1/n) sum_i y_i relu(a . [x_i; 1])||.

    If lambda < D, then near zero there are networks of any width with less loss. If lambda >= D > 0
    zero is the only critical point of `relu_loss`, and along the gradient flow
    ||W_1||^2 + ||W_2||^2 decays at least as exp(-4 (lambda - D) t).

    For what a network leaves, Y - f(X), in place of Y it certifies: a critical point at which this
    is at most lambda is a global minimizer, among the networks of all widths.

    For inputs with one or two entries all cones on which no a . [x_i; 1] changes its sign are
    tried, and the value is exact. For more entries it is the best of ascents from ``starts`` random
    points, and a lower bound.

    Parameters
    ----------
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
        Y, one column for each sample.
    rng : numpy.random.Generator or int, optional
        Draws the starts, if d_0 > 2; an integer is a seed. Without it the seed is 0.
    starts : int, optional
        How many starts, if d_0 > 2.

    Returns
    -------
    ReluThreshold
        The value, where it is attained, and whether it is exact.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, or the numbers of columns differ.

    Notes
    -----
    The enumeration takes time of order n^(d_0 + 1). An exact value has a relative error of a few
    n eps.

    Source: the dual norm of convex reformulations; see Mishkin and Pilanci (2023) and the
    references there.

    Examples
    --------
    The neuron relu(x) sees the largest answer; the bias helps it:

    >>> found = relu_collapse_threshold([[-1.0, 0.0, 1.0]], [[0.0, 0.0, 3.0]])
    >>> round(found.value, 12), found.neuron.round(6), found.exact
    (1.414213562373, array([0.707107, 0.707107]), True)
    """
    given, wanted = check_samples(inputs, outputs)
    draw = check_rng(0 if rng is None else rng)
    starts = check_count(starts, "starts")
    samples = extended(given)
    size, height = float(np.abs(samples).max()), float(np.abs(wanted).max())
    if height == 0:
        return ReluThreshold(0.0, np.eye(samples.shape[1])[-1], exact=True)
    # The value is linear in both.
    scaled, answers = samples / size, wanted.T / height
    exact = len(given) <= 2
    found = enumerated(scaled, answers) if exact else searched(scaled, answers, draw, starts)
    with np.errstate(over="ignore"):
        value = float(np.float64(values(found[None, :], scaled, answers)[0]) * size * height)
    return ReluThreshold(value, found, exact)


def values(neurons: Rows, samples: Array, answers: Array) -> Rows:
    """Return |(1/n) sum_i y_i relu(a.x_i)| for each row a."""
    found = np.maximum(neurons @ samples.T, 0.0) @ answers / len(samples)
    return np.asarray(np.linalg.norm(found, axis=-1))


def enumerated(samples: Array, answers: Array) -> Array:
    """Return the unit vector of R^2 or R^3 with the largest value.

    On a cone where no a.x_i changes sign the value is |M a| with a matrix M. Its maximum over the
    unit vectors of the cone is a top right singular vector of M, or lies on the cone's boundary: in
    a plane a.x_i = 0, where the same holds within the plane, or on a ray where planes meet. All of
    these are tried; every cone has a side in some plane.
    """
    best, top = np.zeros(samples.shape[1]), -1.0
    for first in np.unique(samples, axis=0):
        tried = _beside(first, samples, answers)
        found = values(tried, samples, answers)
        at = int(np.argmax(found))
        if found[at] > top:
            best, top = tried[at], float(found[at])
    return best


def _beside(first: Array, samples: Array, answers: Array) -> Rows:
    """Return the candidates in the plane that one sample is normal to, and in the cones beside."""
    size = len(first)
    same = (samples == first).all(axis=1)
    plane = np.linalg.svd(first[None, :])[2][1:]  # orthonormal rows
    others = samples[~same]
    if size == 2:
        inside = np.array([[1.0], [-1.0]])
        rays = inside @ plane
    else:
        cuts = others @ plane.T
        angles = np.arctan2(cuts[:, 0], -cuts[:, 1])  # at right angles to the cut
        angles = np.unique(np.concatenate([angles, angles + np.pi, [0.0]]) % (2 * np.pi))
        middle = (angles + np.append(angles[1:], angles[0] + 2 * np.pi)) / 2
        inside = np.column_stack([np.cos(middle), np.sin(middle)])
        rays = np.column_stack([np.cos(angles), np.sin(angles)]) @ plane
    on = (inside @ plane @ others.T > 0).astype(float)
    # M of each sector of the plane: sum of y_i x_i^T over the samples that are on.
    products = others[:, None, :] * answers[~same][:, :, None]
    flat = on @ products.reshape(len(others), size * answers.shape[1])
    maps = flat.reshape(len(on), answers.shape[1], size)
    extra = np.outer(answers[same].sum(axis=0), first)
    tried = [rays, _top(maps), _top(maps + extra), _top(maps @ plane.T) @ plane]
    found = np.concatenate(tried)
    return np.concatenate([found, -found])


def _top(maps: Rows) -> Rows:
    """Return a top right singular vector of each matrix."""
    return np.asarray(np.linalg.svd(maps)[2][:, 0, :])


def searched(samples: Array, answers: Array, rng: np.random.Generator, starts: int) -> Array:
    """Return a unit vector where ascents of smoothed values end that go on with less smoothing."""
    size = float(np.median(np.linalg.norm(samples, axis=1)))

    def negative(point: Array, smoothing: float) -> tuple[float, Array]:
        length = float(np.linalg.norm(point))
        unit = point / length
        before = samples @ unit / smoothing
        soft = smoothing * np.logaddexp(0.0, before)
        sums = soft @ answers / len(samples)
        value = float(np.linalg.norm(sums))
        if value == 0:
            return 0.0, np.zeros_like(point)
        slope = (
            samples.T @ (scipy.special.expit(before) * (answers @ (sums / value))) / len(samples)
        )
        return -value, -(slope - unit * (unit @ slope)) / length

    best: Array = np.eye(samples.shape[1])[-1]
    top = -1.0
    for _ in range(starts):
        point: Array = np.asarray(rng.standard_normal(samples.shape[1]))
        for smoothing in size * np.array([1e-1, 1e-2, 1e-4]):
            end = scipy.optimize.minimize(
                negative, point, args=(smoothing,), jac=True, method="L-BFGS-B"
            ).x
            point = np.asarray(end / np.linalg.norm(end), dtype=np.float64)
        found = float(values(point[None, :], samples, answers)[0])
        if found > top:
            best, top = point, found
    return best
