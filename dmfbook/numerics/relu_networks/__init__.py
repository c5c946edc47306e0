r"""Two-layer ReLU networks: what of the deep linear theory holds for them.

A network maps an input x to W_2 relu(W_1 [x; 1]): the last column of W_1 holds the biases. Its
loss, in the normalisation of this library, is

    (1/n) ||Y - W_2 relu(W_1 [X; 1])||_F^2 + lambda (||W_1||_F^2 + ||W_2||_F^2).

Row j of W_1 and column j of W_2 are neuron j. Multiplying the one by c > 0 and the other by 1 / c
changes no output, and from this follow, as for linear networks, the decay of the imbalance
(`relu_imbalance`), the threshold of collapse (`relu_collapse_threshold`), and a curvature of
4 lambda for each neuron (`relu_critical_point`), which is found where the loss is differentiable:
at the minimizers often in a subspace only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dmfbook.numerics._checks import Array, check_matrix
from dmfbook.numerics.relu_networks._critical_point import ReluCriticalPoint, relu_critical_point
from dmfbook.numerics.relu_networks._network import (
    check_layers,
    check_network,
    check_width,
    extended,
    norms,
)
from dmfbook.numerics.relu_networks._threshold import ReluThreshold, relu_collapse_threshold
from dmfbook.numerics.relu_networks._training import ReluRun, relu_training

__all__ = [
    "ReluCriticalPoint",
    "ReluRun",
    "ReluThreshold",
    "relu_collapse_threshold",
    "relu_critical_point",
    "relu_gradient",
    "relu_imbalance",
    "relu_loss",
    "relu_outputs",
    "relu_sharpness",
    "relu_training",
]


def relu_outputs(factors: Sequence[ArrayLike], inputs: ArrayLike) -> Array:
    """Return W_2 relu(W_1 [X; 1]), one column for each sample.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.

    Returns
    -------
    ndarray of shape (d_2, n)
        The outputs.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, there are not two factors, or a shape does not fit.

    Notes
    -----
    Accuracy: a few eps times the sum of the absolute values of the terms.

    Source: textbook; the biases as a column of W_1 are this book's notation.

    Examples
    --------
    >>> relu_outputs([[[1.0, -1.0]], [[2.0]]], inputs=[[0.0, 1.0, 3.0]])
    array([[0., 0., 4.]])
    """
    incoming, outgoing = check_layers(factors)
    given = check_matrix(inputs, "inputs")
    check_width(incoming, given)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(outgoing @ np.maximum(incoming @ extended(given).T, 0.0))


def relu_loss(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float = 0.0,
) -> float:
    """Return (1/n) ||Y - W_2 relu(W_1 [X; 1])||_F^2 + lambda (||W_1||_F^2 + ||W_2||_F^2).

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
        Y, one column for each sample.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    float
        The loss, infinite where it exceeds the largest float.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, there are not two factors, a shape does not fit, or
        lambda is negative.

    Notes
    -----
    The relative error is a few eps, apart from what the subtraction cancels.

    Source: as `data_loss`, with a ReLU.

    Examples
    --------
    >>> relu_loss([[[1.0, -1.0]], [[2.0]]], [[0.0, 1.0, 3.0]], [[0.0, 0.0, 1.0]], 0.5)
    6.0
    """
    network, incoming, outgoing = check_network(factors, inputs, outputs, regularization)
    return network.loss(incoming, outgoing)


def relu_gradient(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float = 0.0,
) -> list[Array]:
    """Return the derivatives of `relu_loss` by W_1 and W_2, with relu'(0) = 0.

    For every choice of relu'(0) in [0, 1], and so for every generalized gradient, they satisfy
    <a_j, dF/da_j> - <v_j, dF/dv_j> = 2 lambda (||a_j||^2 - ||v_j||^2) with row a_j of W_1 and
    column v_j of W_2, because relu'(z) z = relu(z) also at z = 0.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
        Y, one column for each sample.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    list of ndarray
        Two arrays with the shapes of the factors.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, there are not two factors, a shape does not fit, or
        lambda is negative.

    Notes
    -----
    Accuracy: a few eps times the sum of the absolute values of the terms.

    Source: the chain rule; the identity is that of Du, Hu and Lee (2018) for lambda = 0.

    Examples
    --------
    >>> relu_gradient([[[1.0, -1.0]], [[2.0]]], [[1.0, 3.0]], [[0.0, 1.0]])
    [array([[18.,  6.]]), array([[6.]])]
    """
    network, incoming, outgoing = check_network(factors, inputs, outputs, regularization)
    with np.errstate(over="ignore", invalid="ignore"):
        return list(network.gradient(incoming, outgoing))


def relu_imbalance(factors: Sequence[ArrayLike]) -> Array:
    """Return ||a_j||^2 - ||v_j||^2 of each neuron: row a_j of W_1 with its bias, column v_j of W_2.

    Along the gradient flow each decays exactly as exp(-4 lambda t), whatever the data; it does so
    across kinks too, for any choice of relu'(0) in [0, 1]. At every critical point with
    lambda > 0, generalized ones among them, all are zero.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.

    Returns
    -------
    ndarray of shape (h,)
        The imbalances, infinite where a norm exceeds the floats.

    Raises
    ------
    TypeError, ValueError
        If there are not two finite factors that fit together.

    Notes
    -----
    The error is a few eps times ||a_j||^2 + ||v_j||^2.

    Source: the difference of squared norms of Du, Hu and Lee (2018); its decay in
    Kunin et al. (2021), equation (20), in another normalisation.

    Examples
    --------
    >>> relu_imbalance([[[1.0, 2.0], [0.0, 3.0]], [[2.0, 3.0]]])
    array([1., 0.])
    """
    incoming, outgoing = check_layers(factors)
    ones, others = norms(incoming, 1), norms(outgoing, 0)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(ones - others, nan=np.inf, posinf=np.inf, neginf=-np.inf)


def relu_sharpness(
    factors: Sequence[ArrayLike],
    inputs: ArrayLike,
    outputs: ArrayLike,
    regularization: float = 0.0,
) -> float:
    """Return the largest eigenvalue of the Hessian of `relu_loss`, with relu'(0) = 0.

    Where a preactivation is zero the loss has no Hessian; this is then the one of the side on which
    that neuron is off.

    Parameters
    ----------
    factors : sequence of array_like
        [W_1, W_2] of shapes (h, d_0 + 1) and (d_2, h); the last column of W_1 holds the biases.
    inputs : array_like of shape (d_0, n)
        X, one column for each sample.
    outputs : array_like of shape (d_2, n)
        Y, one column for each sample.
    regularization : float, optional
        lambda, at least 0.

    Returns
    -------
    float
        The sharpness. Gradient descent is stable at a minimum up to the step size 2 / sharpness.

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite and real, there are not two factors, a shape does not fit,
        lambda is negative, or an entry of the Hessian exceeds the floats.

    Notes
    -----
    The Hessian is made as a matrix with h (d_0 + 1 + d_2) rows. Accuracy: a few eps times its norm.

    Source: textbook.

    Examples
    --------
    >>> round(relu_sharpness([[[1.0, 0.0]], [[1.0]]], [[1.0]], [[1.0]]), 12)
    6.0
    """
    network, incoming, outgoing = check_network(factors, inputs, outputs, regularization)
    with np.errstate(over="ignore", invalid="ignore"):
        hessian = network.hessian(incoming, outgoing)
    if not np.isfinite(hessian).all():
        raise ValueError("factors and inputs are too large: the Hessian exceeds the largest float")
    return float(np.linalg.eigvalsh(hessian)[-1])
