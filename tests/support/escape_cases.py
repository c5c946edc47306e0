"""Starts, moves and points from which gradient descent escapes."""

from __future__ import annotations

import numpy as np
import pytest
from cases import PROBLEMS

from dmfbook import pack

POINTS = pytest.mark.parametrize("factors", [p.factors for p in PROBLEMS], ids=map(str, PROBLEMS))


def moves_like(factors, size, seed):
    rng = np.random.default_rng(seed)
    moves = [rng.standard_normal(factor.shape) for factor in factors]
    norm = np.linalg.norm(pack(moves))
    return [size * move / norm for move in moves]


def wide_pair():
    """The factors of the escape experiments: 20 x 20, then 10 x 20."""
    rng = np.random.default_rng(0)
    second = rng.standard_normal((10, 20))
    return [rng.standard_normal((20, 20)).T, second]


def critical_point(depth, shape, singular_values, regularization, seed):
    """Return balanced factors with s^(L-1) of each singular value off by lambda / s, exactly."""
    rng = np.random.default_rng(seed)
    count = len(singular_values)
    left = np.linalg.qr(rng.standard_normal((shape[0], count)))[0]
    right = np.linalg.qr(rng.standard_normal((shape[1], count)))[0]
    s = np.array(singular_values)
    factors = [np.diag(s) @ right.T, *[np.diag(s)] * (depth - 2), left @ np.diag(s)]
    target = left @ np.diag(s**depth + regularization * s ** (2.0 - depth)) @ right.T
    return factors, target


def relative_error(parts, expected):
    """Return the distance of two lists of matrices or stacks, relative to the second."""
    difference = np.concatenate([(p - e).ravel() for p, e in zip(parts, expected, strict=True)])
    size = np.linalg.norm(np.concatenate([np.ravel(part) for part in expected]))
    return np.linalg.norm(difference) / (size or 1.0)


ONE = [[[1.0]], [[3.0]]]
