"""The exact Hessian products of curvlinops, by automatic differentiation, where it is installed."""

from __future__ import annotations

import importlib.util
import warnings
from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator

INSTALLED = all(importlib.util.find_spec(name) is not None for name in ("curvlinops", "torch"))


def torch_hessian(
    factors: list[np.ndarray], target: np.ndarray, regularization: float = 0.0
) -> LinearOperator:
    """Return curvlinops' Hessian of the loss at the factors, on one thread."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from curvlinops import HessianLinearOperator

    torch.set_num_threads(1)
    layers = []
    for factor in factors:
        layer = torch.nn.Linear(*factor.shape[::-1], bias=False, dtype=torch.float64)
        layer.weight.data.copy_(torch.from_numpy(np.array(factor)))
        layers.append(layer)
    model = torch.nn.Sequential(*layers)
    # The unit vectors as inputs, the columns of the target as outputs.
    data = [(torch.eye(target.shape[1], dtype=torch.float64), torch.from_numpy(target.T.copy()))]
    fit = HessianLinearOperator(
        model,
        torch.nn.MSELoss(reduction="sum"),
        list(model.parameters()),
        data,
        check_deterministic=False,
    ).to_scipy()

    def product(vector: Any) -> Any:
        vector = np.ravel(vector)
        return fit @ vector + 2 * regularization * vector

    return LinearOperator(fit.shape, matvec=product, dtype=np.dtype(np.float64))
