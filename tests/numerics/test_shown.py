"""Results print in a few lines of ASCII, however large what they hold is."""

from __future__ import annotations

import dataclasses
import inspect

import numpy as np
import pytest

import dmfbook
from dmfbook.numerics._shown import brief

RNG = np.random.default_rng(0)
LARGE = RNG.standard_normal((40, 30))
TALL = 1e-7 * RNG.standard_normal((60, 3)) @ RNG.standard_normal((3, 40))
DEEP = dmfbook.balanced_factors(TALL, (40, *(30,) * 14, 60), rng=0)
# Up to a factor c: gradient descent with a step beyond the edge.
SHARP = [RNG.standard_normal((20, 10)), RNG.standard_normal((10, 20))]
RELU = [RNG.standard_normal((12, 3)), RNG.standard_normal((1, 12))]
POINTS, ANSWERS = RNG.standard_normal((2, 20)), RNG.standard_normal((1, 20))
NUMBERS = np.geomspace(1e-300, 1e300, 500)
SHUFFLED = RNG.permutation(60)


def bowl(x):
    return float(np.sum(x**4))


RESULTS = {
    "BirkhoffDecomposition": [
        dmfbook.birkhoff_decomposition(np.full((20, 20), 0.05)),
        dmfbook.birkhoff_decomposition([[1.0]]),
    ],
    "Conditioning": [
        dmfbook.minimizer_conditioning(LARGE, (30, 30, 30, 40), 0.1),
        dmfbook.conditioning_at([[[1.0]], [[2.0]]]),
    ],
    "CriticalPoint": dmfbook.critical_points(np.diag([1e3, *np.linspace(1.0, 1.5, 3)]), 3, 0.3),
    "Descent": [
        dmfbook.gradient_descent(
            DEEP, TALL, [1e-3, 2e-3], 20, record_sharpness=True, record_trajectory=True
        ),
        dmfbook.gradient_descent([[[1.0]], [[2.0]]], [[2.0]], 0.01, 3),
    ],
    "EndToEndMinimizer": [
        dmfbook.end_to_end_minimizer(LARGE, 3, 1.0),
        dmfbook.end_to_end_minimizer([[2.0]], 3, 1.0),
    ],
    "EscapePrediction": [dmfbook.predict_escape(SHARP, 0.03)],
    "Evidence": [
        dmfbook.log_evidence(LARGE, (30, 30, 30, 40), 0.1, 10.0),
        dmfbook.log_evidence([[2.0]], (1, 1, 1), 0.1, 10.0),
    ],
    "FactorizationProblem": [
        dmfbook.equivalent_problem(
            RNG.standard_normal((30, 80)), LARGE @ RNG.standard_normal((30, 80))
        )
    ],
    "FlatnessConditions": [dmfbook.flatness_conditions(DEEP)],
    "FirstDirection": [dmfbook.first_direction(LARGE, LARGE, 3)],
    "FlatFactors": [dmfbook.fast_flat_factors(LARGE, (30, 50, 40))],
    "FlatPath": [
        dmfbook.plane_coordinates(
            dmfbook.gradient_descent(
                SHARP, SHARP[1] @ SHARP[0], 1e-3, 9, displacement=SHARP, record_trajectory=True
            ),
            [SHARP],
        )
    ],
    "HessianSpectrum": [dmfbook.hessian_spectrum(LARGE, (30, 30, 30, 40), 0.1)],
    "LandscapeThresholds": [dmfbook.landscape_thresholds(LARGE, 3)],
    "MatrixRecovery": [dmfbook.recover_matrix(LARGE, LARGE > 0, 3, 1.0, max_iterations=5)],
    "NoisyDescent": [
        dmfbook.noisy_descent(DEEP, TALL, 1e-4, 20, 0.01, kind="target", copies=3, rng=0)
    ],
    "RecoveryPath": [dmfbook.recovery_path(LARGE, LARGE > 0, 2, [9.0, 8.0])],
    "ReluCriticalPoint": [dmfbook.relu_critical_point(RELU, POINTS, ANSWERS, 0.05)],
    "ReluRun": [
        dmfbook.relu_training(RELU, POINTS, ANSWERS, 0.01, 30, 0.1, record_sharpness=True),
        dmfbook.relu_training(RELU, POINTS, ANSWERS, 1e3, 30),
    ],
    "ReluThreshold": [
        dmfbook.relu_collapse_threshold(POINTS, ANSWERS),
        dmfbook.relu_collapse_threshold(LARGE, LARGE, starts=1),
    ],
    "SampledEvidence": [
        dmfbook.sampled_log_evidence(
            np.diag([2.0, 1.0]), (2, 2, 2, 2), 0.1, 10.0, rng=0, samples=200
        )
    ],
    "ScalarCriticalPoints": [
        dmfbook.scalar_critical_points(NUMBERS, 3, 0.1),
        dmfbook.scalar_critical_points(2.0, 3, 0.1),
    ],
    "ScalarMinimizers": [
        dmfbook.scalar_minimizers(NUMBERS, 3, 0.1),
        dmfbook.scalar_minimizers(np.ones((40, 3)), 3, 0.1),
        dmfbook.scalar_minimizers(2.0, 3, 0.1),
    ],
    "SplitZeros": [dmfbook.split_zeros((300, 200, 100), 50)],
    "SwapSort": [dmfbook.swap_sort(np.arange(60)[::-1], SHUFFLED), dmfbook.swap_sort([1], [1])],
    "TaylorCheck": [dmfbook.check_gradient(bowl, lambda x: 4 * x**3, LARGE)],
    "TraceBounds": [dmfbook.trace_bounds(1e100 * LARGE, (30, 30, 40), 0.1)],
    "TraceEquality": [dmfbook.trace_equality(LARGE, LARGE), dmfbook.trace_equality([[1]], [[2]])],
    "ZeroLossSpectrum": [dmfbook.spectrum_at(SHARP)],
}
CASES = [
    pytest.param(name, i, id=f"{name}-{i}")
    for name, found in RESULTS.items()
    for i in range(len(found))
]


def test_every_result_is_here() -> None:
    classes = {
        name
        for name in dmfbook.__all__
        if inspect.isclass(getattr(dmfbook, name))
        and dataclasses.is_dataclass(getattr(dmfbook, name))
    }
    assert classes == set(RESULTS)


@pytest.mark.parametrize(("name", "i"), CASES)
def test_results_print_in_a_few_lines(name: str, i: int) -> None:
    result = RESULTS[name][i]
    for text in (repr(result), str(result)):
        assert text.isascii()
        assert len(text) <= 600
        lines = text.splitlines()
        assert len(lines) <= 7
        assert max(map(len, lines)) <= 100
    assert repr(result).startswith(f"{name}(")


def test_a_list_of_critical_points_prints_in_one_line() -> None:
    points = dmfbook.critical_points(np.diag([4.0, 3.0, 2.0, 1.0]), 3, 0.1)
    assert isinstance(points, list)
    assert len(points) == 81
    assert repr(points) == (
        "CriticalPoints(global minimum: 1, spurious minimum: 4, strict saddle: 76)"
    )
    assert repr(dmfbook.critical_points([[2.0]], 3, 1.0)[:1]).startswith("[CriticalPoint(")


def test_what_a_result_says() -> None:
    result = dmfbook.end_to_end_minimizer([[3.0, 0.0], [0.0, 0.5]], 2, 1.0)
    assert repr(result) == (
        "EndToEndMinimizer(rank=1, unique=True, tie_multiplicity=0, loss=5.25,\n"
        "    singular_values=[2, 0], target_singular_values=[3, 0.5],\n"
        "    matrix=[[2, 0], [0, 0]])"
    )
    run = dmfbook.gradient_descent(SHARP, np.zeros((10, 10)), 1e-3, 50)
    assert "factors=[20 x 10 array, 10 x 20 array]" in " ".join(repr(run).split())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1 / 3, "0.333333"),
        (np.float64(1e-300), "1e-300"),
        (np.True_, "True"),
        (np.int8(3), "3"),
        (None, "None"),
        ("λ", "'\\u03bb'"),
        (np.array(2.5), "2.5"),
        (np.arange(7), "[0, 1, ..., 6] (7)"),
        (np.array([True, False]), "[True, False]"),
        (np.zeros((0, 2)), "[]"),
        (np.eye(2), "[[1, 0], [0, 1]]"),
        (np.zeros((3, 4, 5)), "3 x 4 x 5 array"),
        (("upper", "zero"), "('upper', 'zero')"),
        ([np.zeros((3, 4))] * 15, "[3 x 4 array, 3 x 4 array, ..., 3 x 4 array] (15)"),
        (np.array([1.23456789e-300] * 5), "[1.23457e-300, 1.23457e-300, ..., 1.23457e-300] (5)"),
    ],
)
def test_brief(value: object, shown: str) -> None:
    assert brief(value) == shown
