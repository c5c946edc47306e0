"""The plane of two directions, or the flat of any number of them, for ``escape``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dmfbook.numerics._checks import (
    Array,
    check_array,
    check_factors,
    check_regularization,
    check_target,
    shown,
)
from dmfbook.numerics._shown import Shown
from dmfbook.numerics.escape._descent import FactorLandscape, decay
from dmfbook.numerics.escape._gradient_descent import Descent, check_moves

#: How many points of a plane are computed at once.
_AT_ONCE = 512
#: Directions whose smallest singular value is less than this part of the largest are dependent.
_DEPENDENT = 1e-10


@dataclass(frozen=True, eq=False, repr=False)
class FlatPath(Shown):
    """A run of gradient descent as seen in the plane of some directions.

    Attributes
    ----------
    coordinates : ndarray, shape batch + (k, q)
        The coordinates, one per direction, of the point of the plane that is nearest to the run.
    distance : ndarray, shape batch + (k,)
        How far the run is from that point.
    """

    coordinates: Array
    distance: Array


def _check_directions(value: Any, factors: list[Array]) -> Array:
    """Return the directions as the columns of one matrix."""
    if isinstance(value, np.ndarray) or not isinstance(value, (list, tuple)) or not value:
        raise TypeError(
            "directions must be a list of directions, each a list with one matrix per factor, but "
            f"it is {shown(value)}"
        )
    columns = []
    for i, direction in enumerate(value):
        parts, size = check_moves(direction, factors, f"directions[{i}]")
        if size is not None:
            raise ValueError(f"directions[{i}] must hold matrices, but some have three dimensions")
        columns.append(np.concatenate([part.ravel() for part in parts]))
    matrix = np.stack(columns, axis=1)
    lengths = np.linalg.norm(matrix, axis=0)
    if not (lengths > 0).all():
        raise ValueError(f"directions[{int(np.argmin(lengths))}] must not be zero")
    values = np.linalg.svd(matrix / lengths, compute_uv=False)
    if matrix.shape[1] > matrix.shape[0] or values[-1] < _DEPENDENT * values[0]:
        raise ValueError(
            "directions must be linearly independent, but their unit vectors have the singular "
            f"values {', '.join(f'{x:.3g}' for x in values)}; leave some out"
        )
    return matrix


def plane_coordinates(run: Any, directions: Any) -> FlatPath:
    """Return a run's coordinates in the plane through the minimum that some directions span.

    At each recorded step with the displacement D these are the numbers x_1, ..., x_q with the least
    ``||D - x_1 V_1 - ... - x_q V_q||_F``, and that least distance.

    Parameters
    ----------
    run : Descent
        A run, or a batch, of `gradient_descent` with ``displacement`` and ``record_trajectory``.
    directions : list of lists of array_like
        V_1, ..., V_q, linearly independent, each with one matrix per factor. They need neither be
        of length one nor orthogonal.

    Returns
    -------
    FlatPath
        Coordinates and distances.

    Raises
    ------
    TypeError, ValueError
        If run is not such a run, a direction is not finite, zero or of the wrong shape, or the
        directions are linearly dependent.

    Notes
    -----
    Accuracy: coordinates and distances to about ``10 eps`` of the length of D, over the smallest
    singular value of the unit directions; so at 1e-15 from the minimum, too.

    Source: the plane of Kamber and Parhi, P1, Figure 3.

    Examples
    --------
    >>> from dmfbook import gradient_descent
    >>> minimum, nudge = [[[1.0]], [[3.0]]], [[[1e-15]], [[0.0]]]
    >>> run = gradient_descent(minimum, [[3.0]], 0.09, 2, displacement=nudge,
    ...     record_trajectory=True)
    >>> seen = plane_coordinates(run, [[[[3.0]], [[1.0]]], [[[1.0]], [[-3.0]]]])
    >>> seen.coordinates[0].round(17), bool((seen.distance < 1e-30).all())
    (array([3.e-16, 1.e-16]), True)
    """
    if not isinstance(run, Descent):
        raise TypeError(f"run must be what gradient_descent returns, but it is {shown(run)}")
    if run.trajectory is None or run.displacement is None:
        raise ValueError(
            "run must come from gradient_descent with displacement and record_trajectory=True"
        )
    first = [part.reshape(-1, *part.shape[-2:])[0] for part in run.factors]
    matrix = _check_directions(directions, first)
    moves = np.concatenate(
        [stack.reshape(*stack.shape[:-2], -1) for stack in run.trajectory], axis=-1
    )
    basis, triangle = np.linalg.qr(matrix)
    within = moves @ basis
    coordinates = np.linalg.solve(triangle, within[..., None])[..., 0]
    return FlatPath(coordinates, np.linalg.norm(moves - within @ basis.T, axis=-1))


def loss_on_plane(
    factors: Any, target: Any, directions: Any, across: Any, up: Any, regularization: Any = 0.0
) -> Array:
    """Return the loss on a grid of the plane through given factors that two directions span.

    Parameters
    ----------
    factors : list of array_like
        [W_1, ..., W_L], where the plane is zero.
    target : array_like, shape (d_L, d_0)
        The matrix M.
    directions : list of two lists of array_like
        V_1 and V_2, linearly independent, each with one matrix per factor.
    across, up : array_like, shapes (p,) and (q,)
        The coordinates x along V_1 and y along V_2.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    ndarray, shape (q, p)
        The loss at ``W + x V_1 + y V_2``, a row for each y: what contour plots take.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite or of the wrong shape, or there are not two directions, or they
        are linearly dependent.

    Notes
    -----
    Accuracy: that of `dmfbook.loss`; what exceeds the largest float is infinite. Points are
    computed 512 at a time, so that memory does not grow with the grid.

    Source: Kamber and Parhi, P1, Figure 3.

    Examples
    --------
    >>> plane = [[[[1.0]], [[0.0]]], [[[0.0]], [[1.0]]]]
    >>> loss_on_plane([[[1.0]], [[3.0]]], [[3.0]], plane, [0, 1], [0, 1, 2])
    array([[ 0.,  9.],
           [ 1., 25.],
           [ 4., 49.]])
    """
    checked = check_factors(factors)
    goal = check_target(target, (checked[0].shape[1], *(w.shape[0] for w in checked)))
    weight = np.asarray(check_regularization(regularization))
    if len(_check_directions(directions, checked).T) != 2:
        raise ValueError(f"directions must be two, but there are {len(directions)}")
    x, y = check_array(across, "across"), check_array(up, "up")
    for name, axis in (("across", x), ("up", y)):
        if axis.ndim != 1:
            raise ValueError(f"{name} must be a vector, but it has shape {axis.shape}")
    landscape = FactorLandscape(goal)
    points = np.stack([np.tile(x, len(y)), np.repeat(y, len(x))], axis=1)
    losses = np.empty(len(points))
    pairs = [np.array(pair, dtype=float) for pair in zip(*directions, strict=True)]
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(points), _AT_ONCE):
            some = points[start : start + _AT_ONCE]
            stacks = [w + np.tensordot(some, p, 1) for w, p in zip(checked, pairs, strict=True)]
            losses[start : start + _AT_ONCE] = landscape.loss(stacks) + decay(weight, stacks)
    losses[np.isnan(losses)] = np.inf
    return losses.reshape(len(y), len(x))
