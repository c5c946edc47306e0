"""The kinds of arguments that public functions have, and what each kind must refuse."""

from __future__ import annotations

import math

import numpy as np
from valid_calls import FACTORS, MATRIX, VALID

import dmfbook

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


def kind(name, argument):
    found = SPECIAL.get((name, argument)) or KINDS.get(argument)
    assert found, f"{name}: say in KINDS or SPECIAL of {__file__} what {argument!r} takes"
    return found
