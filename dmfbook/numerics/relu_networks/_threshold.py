"""The largest correlation of the data with one neuron: by enumeration, or from many starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from dmfbook.numerics._checks import Array

Rows = NDArray[np.float64]


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
        slope = samples.T @ (expit(before) * (answers @ (sums / value))) / len(samples)
        return -value, -(slope - unit * (unit @ slope)) / length

    best: Array = np.eye(samples.shape[1])[-1]
    top = -1.0
    for _ in range(starts):
        point: Array = np.asarray(rng.standard_normal(samples.shape[1]))
        for smoothing in size * np.array([1e-1, 1e-2, 1e-4]):
            end = minimize(negative, point, args=(smoothing,), jac=True, method="L-BFGS-B").x
            point = np.asarray(end / np.linalg.norm(end), dtype=np.float64)
        found = float(values(point[None, :], samples, answers)[0])
        if found > top:
            best, top = point, found
    return best
