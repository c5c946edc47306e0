"""One valid call of each public function, in which bad arguments then take a place."""

from __future__ import annotations

import numpy as np

import dmfbook
from dmfbook import reference

MATRIX = np.array([[2.0, 0.5], [0.3, 1.0]])
FACTORS = [MATRIX, np.eye(2)]
# The largest Hessian eigenvalue is simple there.
TILTED = [MATRIX, np.diag([2.0, 1.0])]
WIDTHS = (2, 2, 2)
PROBLEM = {"target": MATRIX, "depth": 3, "regularization": 0.1}
SCALAR = {"target": 1.5, "depth": 3, "regularization": 0.1}
WIDE = {"target": MATRIX, "widths": WIDTHS, "regularization": 0.1}
POINT = {"factors": FACTORS, "target": MATRIX, "regularization": 0.1}
DATA = {"inputs": np.eye(2), "outputs": MATRIX}
# The last column of W_1 holds the biases.
RELU = {"factors": [[[1.0, 0.5, 0.2], [-1.0, 0.3, 0.4]], MATRIX], **DATA}


def bowl(x):
    return float(np.sum(x**2))


# One valid call of each function, by keyword.
VALID = {
    "balanced_conditioning": {"target": MATRIX, "widths": WIDTHS},
    "conditioning_at": {"factors": FACTORS},
    "fast_flat_factors": {"target": MATRIX, "widths": WIDTHS},
    "minimizer_conditioning": {**WIDE, "rank": 2},
    "perfect_factors": {"target": MATRIX, "widths": (2, 3, 2)},
    "balanced_factors": {"matrix": MATRIX, "widths": WIDTHS, "rng": 0},
    "birkhoff_decomposition": {"matrix": np.full((2, 2), 0.5)},
    "check_gradient": {
        "loss": bowl,
        "gradient": lambda x: 2 * x,
        "point": np.ones(2),
        "direction": np.ones(2),
        "rng": 0,
    },
    "check_hessian": {
        "gradient": lambda x: 2 * x,
        "hessian_product": lambda x, d: 2 * d,
        "point": np.ones(2),
        "direction": np.ones(2),
        "rng": 0,
    },
    "collapse_threshold": {"target": 1.5, "depth": 3},
    "critical_points": {**PROBLEM, "limit": 100, "tolerance": 1e-12},
    "data_loss": {"factors": FACTORS, **DATA, "regularization": 0.1},
    "data_sharpness": {"factors": FACTORS, **DATA},
    "distance_to_tie": PROBLEM,
    "dominating_doubly_stochastic": {"matrix": np.full((2, 2), 0.25)},
    "end_to_end": {"factors": FACTORS},
    "end_to_end_minimizer": {**PROBLEM, "tolerance": 1e-12},
    "equivalent_problem": {**DATA, "regularization": 0.1},
    "factorization_cost": {"matrix": MATRIX, "depth": 3},
    "first_direction": {**DATA, "depth": 3},
    "flatness_conditions": {"factors": FACTORS, "tolerance": 1e-8},
    "flattest_sharpness": {"target": MATRIX, "depth": 3},
    "flattest_trace": {"target": MATRIX},
    "gradient": POINT,
    "gradient_noise_excess": {**WIDE, "step_size": 0.1, "noise": 0.1, "rank": 2},
    "gradient_descent": {
        "factors": FACTORS,
        "target": MATRIX,
        "step_size": 0.01,
        "steps": 2,
        "regularization": 0.1,
        "record_every": 1,
    },
    "hessian_operator": POINT,
    "hessian_spectrum": {**WIDE, "rank": 2},
    "integrated_log_evidence": {
        "target": [[1.0, 0.5]],
        "widths": (2, 2, 1),
        "regularization": 0.1,
        "precision": 2.0,
    },
    "log_determinant": {**WIDE, "rank": 2},
    "log_evidence": {**WIDE, "precision": 2.0, "rank": 2},
    "log_orbit_volume": {"matrix": MATRIX, "widths": WIDTHS},
    "log_room": {**WIDE, "excess": 0.1, "rank": 2},
    "sampled_log_evidence": {**WIDE, "precision": 20.0, "rng": 0, "samples": 50},
    "limit_spectrum": {"target": MATRIX, "widths": WIDTHS},
    "hessian_trace": {"factors": FACTORS, "regularization": 0.1},
    "imbalance": {"factors": FACTORS},
    "is_flat": {"factors": FACTORS, "tolerance": 1e-8},
    "landscape_thresholds": {"target": MATRIX, "depth": 3},
    "loss": POINT,
    "loss_on_plane": {
        **POINT,
        "directions": [FACTORS, TILTED],
        "across": [0.0, 1.0],
        "up": [0.0, 0.5, 1.0],
    },
    "minimize_penalized": {
        "operator": np.eye(4),
        "data": MATRIX.ravel(),
        "shape": (2, 2),
        "depth": 3,
        "regularization": 0.1,
        "rank": 2,
        "start": MATRIX,
        "step_size": 0.4,
        "levels": 2,
        "max_iterations": 5,
        "tolerance": 1e-3,
        "progress": False,
        "callback": None,
    },
    "minimizer_factors": {**WIDE, "rng": 0},
    "minimizer_sharpness": {**WIDE, "rank": 2},
    "minimizer_trace": {**WIDE, "rank": 2},
    "noise_excess": {
        "eigenvalues": [0.0, 2.0],
        "step_size": 0.1,
        "noise": 0.1,
        "variances": [1.0, 3.0],
    },
    "noisy_descent": {
        **POINT,
        "step_size": 0.01,
        "steps": 3,
        "noise": 0.1,
        "kind": "target",
        "copies": 2,
        "discarded": 1,
        "rng": 0,
    },
    "network_minimizer": {**DATA, "widths": WIDTHS, "regularization": 0.1, "rng": 0},
    "pack": {"factors": FACTORS},
    "plane_coordinates": {
        "run": dmfbook.gradient_descent(
            FACTORS,
            MATRIX,
            0.01,
            2,
            displacement=FACTORS,
            record_trajectory=True,
        ),
        "directions": [FACTORS, TILTED],
    },
    "predict_escape": {"factors": TILTED, "step_size": 0.21},
    "recover_matrix": {
        **PROBLEM,
        "mask": np.ones((2, 2), dtype=bool),
        "start": MATRIX,
        "step_size": 0.4,
        "levels": 2,
        "max_iterations": 5,
        "tolerance": 1e-3,
        "progress": False,
        "callback": None,
    },
    "recovery_path": {
        "target": MATRIX,
        "mask": np.ones((2, 2), dtype=bool),
        "depth": 3,
        "regularizations": [0.1, 0.2],
        "step_size": 0.4,
        "max_iterations": 5,
        "tolerance": 1e-3,
        "progress": False,
    },
    "reduced_loss": {"x": 1.0, **SCALAR},
    "relu_collapse_threshold": {**DATA, "rng": 0, "starts": 2},
    "relu_critical_point": {**RELU, "regularization": 0.1},
    "relu_gradient": {**RELU, "regularization": 0.1},
    "relu_imbalance": {"factors": RELU["factors"]},
    "relu_loss": {**RELU, "regularization": 0.1},
    "relu_outputs": {"factors": RELU["factors"], "inputs": np.eye(2)},
    "relu_sharpness": {**RELU, "regularization": 0.1},
    "relu_training": {
        **RELU,
        "step_size": 0.01,
        "steps": 2,
        "regularization": 0.1,
        "record_every": 1,
    },
    "scalar_critical_points": SCALAR,
    "scalar_minimizer": SCALAR,
    "scalar_minimizers": SCALAR,
    "schatten_norm": {"matrix": MATRIX, "p": 0.5},
    "sharpest_direction": {"factors": FACTORS, "covariance": np.eye(2)},
    "sharpness": {"factors": FACTORS, "target": MATRIX, "covariance": np.eye(2)},
    "sharpness_gradient": {"factors": TILTED},
    "shrinkage": SCALAR,
    "singular_overlaps": {"a": MATRIX, "b": MATRIX},
    "spectrum_at": {"factors": FACTORS, "covariance": np.eye(2)},
    "split_zeros": {"widths": WIDTHS, "rank": 1},
    "spectrum_from_singular_values": {
        "singular_values": [2.0, 1.0],
        "widths": WIDTHS,
        "regularization": 0.1,
        "rank": 2,
    },
    "stability_threshold": {"factors": FACTORS},
    "swap_sort": {"a": [2.0, 1.0], "b": [1.0, 2.0]},
    "target_noise_excess": {**WIDE, "step_size": 0.1, "noise": 0.1, "rank": 2},
    "tangent_projection": {"factors": TILTED, "direction": TILTED},
    "tangent_regularization": {"target": 1.5, "depth": 3},
    "tangent_threshold": {"depth": 3, "regularization": 0.1},
    "threshold_singular_values": {"matrix": MATRIX, "depth": 3, "regularization": 0.1},
    "trace_bound": {"a": MATRIX, "b": MATRIX},
    "trace_bounds": {**WIDE, "rank": 2},
    "trace_equality": {"a": MATRIX, "b": MATRIX, "rtol": 1e-10},
    "trace_flat_factors": {"target": MATRIX},
    "two_path_factors": {"first": 1.0, "last": 1.0, "product": 0.0},
    "unbalanced_flat_factors": {
        "target": MATRIX,
        "widths": WIDTHS,
        "imbalance": 1.0,
        "idle_gain": 0.0,
    },
    "uniqueness_threshold": {"depth": 3, "regularization": 0.1},
    "unpack": {"vector": np.ones(8), "widths": WIDTHS},
    "widths_of": {"factors": FACTORS},
    "zero_basin_radius": {"target": MATRIX, "depth": 3, "regularization": 0.1},
    "reference.dense_data_hessian": {"factors": FACTORS, **DATA, "regularization": 0.1},
    "reference.dense_hessian": POINT,
    "reference.dense_jacobian": {"factors": FACTORS},
    "reference.dense_kronecker_sum": {"factors": FACTORS},
    "reference.grid_minimizer": {**SCALAR, "points": 11},
}


def function(name):
    return getattr(reference, name[10:]) if name[:10] == "reference." else getattr(dmfbook, name)
