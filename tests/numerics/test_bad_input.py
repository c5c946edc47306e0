"""One table of bad arguments for all public functions: each must be refused by its own name.

A public function without a row fails `test_every_public_function_has_a_row`; an argument whose kind
is not known fails `test_every_argument_has_a_kind`.
"""

from __future__ import annotations

import inspect
import math
import re

import numpy as np
import pytest

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

NAN, INF = math.nan, math.inf
# Too long to be shown.
ENORMOUS = 10**5000
# numpy reads numbers out of text; the library does not.
NOT_A_NUMBER = ["x", 10**400, ENORMOUS, "3", b"3", np.str_("3"), NAN, INF, 1j, []]
TEXT = [["1", "2"], [1.0, "2"], np.array([1.0, "2"], dtype=object), np.array([b"1"])]
DATES = [np.datetime64("2020-01-01"), np.timedelta64(3, "s"), np.array(["2020"], dtype="M8[Y]")]
MASKED = np.ma.masked_array([1.0, 2.0], mask=[False, True])
NOT_FINITE = [[1.0, None], [1.0, NAN], [1.0, INF]]
GIVEN_NUMBERS = [*NOT_A_NUMBER, *TEXT, *DATES, MASKED, *NOT_FINITE, [1j, 1.0], ["x"], [[], []], {}]
NUMBERS = [*GIVEN_NUMBERS, None]
VECTOR = [*NUMBERS, [[1.0]]]
MATRICES = [
    *NOT_A_NUMBER,
    1.0,
    [1.0, 2.0],
    np.ones((2, 2, 2)),
    np.zeros((0, 2)),
    np.zeros((2, 0)),
    [[NAN, 1.0], [1.0, 1.0]],
    [[INF, 1.0], [1.0, 1.0]],
    [[1j, 1.0], [1.0, 1.0]],
    [["x", 1.0], [1.0, 1.0]],
    [["2", "1"], ["1", "2"]],
    [[2.0, b"1"], [1.0, 2.0]],
    np.array([[2.0, "1"], [1.0, 2.0]], dtype=object),
    [[1.0], [1.0, 2.0]],
    [[1.0, None], [2.0, 3.0]],
    np.ones((2, 2), dtype="m8[s]"),
    np.ma.masked_array(MATRIX, mask=[[True, False], [False, False]]),
]
# Several starts may be given at once.
STARTS = [v for v in MATRICES if not (isinstance(v, np.ndarray) and v.shape == (2, 2, 2))]
COUNTS = [0, -1, 2.5, "x", "3", b"3", True, NAN, [2]]
POSITIVE = [*NOT_A_NUMBER, 0.0, -1.0, [1.0, 2.0]]
NONNEGATIVE = [*NOT_A_NUMBER, -1.0, -1e-300, [1.0, 2.0]]

# What each kind of argument must refuse.
BAD = {
    "numbers or nothing": GIVEN_NUMBERS,
    "matrix": MATRICES,
    "numbers": NUMBERS,
    "number": [*NOT_A_NUMBER, [1.0, 2.0]],
    "vector": VECTOR,
    "factors": [
        MATRIX,
        "factors",
        3,
        [],
        [MATRIX],
        [MATRIX, np.ones((2, 3))],
        [MATRIX, "x"],
        [MATRIX, [1.0, 2.0]],
        [MATRIX, np.zeros((2, 0))],
        [MATRIX, [[1.0, NAN], [0.0, 1.0]]],
        [MATRIX, [[1.0, INF], [0.0, 1.0]]],
        [MATRIX, [[1.0, 1j], [0.0, 1.0]]],
        [MATRIX, [["1", "0"], ["0", "1"]]],
    ],
    "depth": [*COUNTS, 1],
    "count": COUNTS,
    "widths": [
        3,
        "223",
        (),
        (2, 2),
        (2, 0, 2),
        (2, -1, 2),
        (2, 2.5, 2),
        (2, True, 2),
        (2, NAN, 2),
        (2, "2", 2),
    ],
    "regularization": NONNEGATIVE,
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "rng": ["x", "3", -1, 1.5, True, [1], NAN],
    "mask": [None, 1, [[1, 0], [0, 1]], [True], np.zeros((2, 2), dtype=bool)],
    "callback": [3, "x"],
    "count or zero": [count for count in COUNTS if count != 0 or count is False],
    "kind of noise": ["x", "", 3, None],
    "operator": ["x", 3, None, (1, 2), [abs], np.eye(3), np.ones((4, 4, 1)), NAN * np.eye(4)],
    "shape": [3, "22", (2,), (2, 2, 2), (0, 2), (2, -1), (2.0, 2), (2, True), None],
    "start": [*STARTS, np.ones((3, 2)), np.ones((1, 3, 2))],
    "share": [*NOT_A_NUMBER, -0.1, 1.1],
    "positives": [*VECTOR, 0.0, -1.0, [1.0, -1.0], [1.0, 0.0]],
    "nonnegatives": [*VECTOR, -1.0, -1e-300, [1.0, -1.0]],
    "rank": [-1, 2.5, "x", "1", True],
    "p": ["x", "3", b"3", NAN, -INF, 1j, 0, -1.0, [1.0, 2.0]],
    "callable": [3, "x", None],
    "directions": [
        MATRIX,
        "x",
        3,
        [],
        [MATRIX, MATRIX],
        [FACTORS, [MATRIX]],
        [FACTORS, [MATRIX, np.ones((3, 2))]],
        [FACTORS, [MATRIX, [[1.0, NAN], [0.0, 1.0]]]],
        [FACTORS, [np.zeros((2, 2))] * 2],
        [FACTORS, FACTORS],
        [FACTORS, [np.ones((2, 2, 2)), np.eye(2)]],
    ],
    "run": [None, 3, "x", MATRIX, dmfbook.gradient_descent(FACTORS, MATRIX, 0.01, 2)],
    # What is shown as it comes.
    "free": [],
}

KINDS = {
    "a": "matrix",
    "across": "vector",
    "b": "matrix",
    "callback": "callback",
    "copies": "count",
    "covariance": "matrix",
    "data": "numbers",
    "depth": "depth",
    "direction": "numbers or nothing",
    "directions": "directions",
    "discarded": "count or zero",
    "eigenvalues": "numbers",
    "excess": "positive",
    "factors": "factors",
    "first": "number",
    "gradient": "callable",
    "hessian_product": "callable",
    "idle_gain": "number",
    "imbalance": "share",
    "inputs": "matrix",
    "kind": "kind of noise",
    "last": "number",
    "levels": "count",
    "limit": "count",
    "loss": "callable",
    "mask": "mask",
    "matrix": "matrix",
    "max_iterations": "count",
    "noise": "nonnegative",
    "operator": "operator",
    "outputs": "matrix",
    "p": "p",
    "point": "numbers",
    "points": "count",
    "precision": "positive",
    "product": "number",
    "progress": "free",
    "rank": "rank",
    "regularization": "regularization",
    "record_every": "count",
    "regularizations": "positives",
    "rng": "rng",
    "rtol": "nonnegative",
    "run": "run",
    "samples": "count",
    "shape": "shape",
    "singular_values": "vector",
    "start": "start",
    "starts": "count",
    "step_size": "positive",
    "steps": "count",
    "target": "matrix",
    "tolerance": "nonnegative",
    "up": "vector",
    "variances": "numbers",
    "vector": "vector",
    "widths": "widths",
    "x": "numbers",
}
# Where a name means something else than elsewhere.
SPECIAL = {
    **{
        (name, "target"): "numbers"
        for name, kwargs in VALID.items()
        if isinstance(kwargs.get("target"), float)
    },
    ("reference.grid_minimizer", "target"): "number",
    ("gradient_descent", "step_size"): "positives",
    ("gradient_descent", "regularization"): "nonnegatives",
    ("relu_critical_point", "regularization"): "positive",
    ("swap_sort", "a"): "vector",
    ("swap_sort", "b"): "vector",
    ("tangent_projection", "direction"): "factors",
    ("minimize_penalized", "rank"): "count",
    **{
        (name, argument): "positive"
        for name in ("minimize_penalized", "recover_matrix", "recovery_path")
        for argument in ("regularization", "tolerance")
    },
}


def function(name):
    return getattr(reference, name[10:]) if name[:10] == "reference." else getattr(dmfbook, name)


def kind(name, argument):
    return SPECIAL.get((name, argument)) or KINDS[argument]


def shown(value):
    text = "10**5000" if value is ENORMOUS else repr(value)
    return re.sub(r"\s+", " ", text)[:40]


BAD_CALLS = [
    pytest.param(name, argument, value, id=f"{name}-{argument}-{shown(value)}")
    for name, kwargs in VALID.items()
    for argument in kwargs
    for value in BAD[kind(name, argument)]
]


def public_functions():
    names = [name for name in dmfbook.__all__ if inspect.isfunction(getattr(dmfbook, name))]
    return names + [f"reference.{name}" for name in reference.__all__]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dmfbook.loss(**{**POINT, "regularization": INF}), "regularization must be finite, "
         "but it is inf"),
        (lambda: dmfbook.schatten_norm(MATRIX, NAN), "p must be finite, but it is nan"),
        (lambda: dmfbook.scalar_minimizer([1.0, NAN], 3, 0.1), "but entry (1,) is nan"),
        (lambda: dmfbook.flattest_trace([[1.0], [1.0, 2.0]]), "target must not be ragged, but its "
         "rows differ in length: [[1.0], [1.0, 2.0]]"),
    ],
)  # fmt: skip
def test_messages_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_every_public_function_has_a_row():
    public = set(public_functions())
    assert public - set(VALID) == set(), "add a row of valid arguments to VALID in this file"
    assert set(VALID) - public == set(), "a row of VALID names no public function"


@pytest.mark.parametrize("name", VALID)
def test_every_argument_has_a_kind(name):
    required = {
        parameter.name
        for parameter in inspect.signature(function(name)).parameters.values()
        if parameter.default is parameter.empty
    }
    assert required <= set(VALID[name])
    assert all(kind(name, argument) in BAD for argument in VALID[name])


@pytest.mark.parametrize("name", VALID)
def test_the_valid_call_is_valid(name):
    function(name)(**VALID[name])


@pytest.mark.parametrize(("name", "argument", "value"), BAD_CALLS)
def test_a_bad_argument_is_refused_by_name(name, argument, value):
    with pytest.raises((TypeError, ValueError), match=rf"\b{argument}\b"):
        function(name)(**{**VALID[name], argument: value})
