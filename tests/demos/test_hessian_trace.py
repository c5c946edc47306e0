"""What the pictures of the trace show is true, far from their first setting too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dmfbook import (
    balanced_factors,
    gradient_noise_excess,
    hessian_trace,
    loss,
    minimizer_factors,
    minimizer_trace,
    target_noise_excess,
    trace_bounds,
)
from dmfbook.demos import hessian_trace as demos
from dmfbook.explorables import Explorable
from dmfbook.reference import dense_hessian


def shown(demo: Explorable, **values: float) -> list[Any]:
    readouts = demo.scene(values)["readouts"]
    return [row["text"] if "text" in row else row["value"] for row in readouts]


@pytest.mark.parametrize("layers", [2, 3, 5])
@pytest.mark.parametrize("target", [0.3, 1.9])
def test_the_trace_of_any_point(layers: int, target: float) -> None:
    values = {"first": 0.8, "others": -1.1, "target": target, "regularization": 0.2}
    trace, first, other, height, least = shown(demos.anywhere, depth=layers, **values)
    factors = [[[0.8]], *[[[-1.1]]] * (layers - 1)]
    dense = np.diag(dense_hessian(factors, [[target]], 0.2))
    np.testing.assert_allclose([first, *[other] * (layers - 1)], dense, rtol=1e-12)
    assert trace == pytest.approx(dense.sum(), rel=1e-12)
    assert height == pytest.approx(loss(factors, [[target]], 0.2), rel=1e-12)
    found = minimizer_trace([[target]], (1,) * (layers + 1), 0.2)
    assert least == pytest.approx(found, rel=1e-9)


@pytest.mark.parametrize("layers", [2, 3, 6])
@pytest.mark.parametrize("ends", [1, 2, 5])
@pytest.mark.parametrize("values", [(2.4, 1.6, 0.9), (2.0, 2.0, 2.0), (0.2, 2.5, 0.0), (0.0,) * 3])
def test_the_three_bars(layers: int, ends: int, values: tuple[float, ...]) -> None:
    named = dict(zip(("one", "two", "three"), values, strict=True))
    rank, trace, norm, sharp, ratio, attained = shown(
        demos.bounds, depth=layers, ends=ends, regularization=0.1, **named
    )
    target = np.zeros((ends, ends))
    target[range(min(ends, 3)), range(min(ends, 3))] = values[:ends]
    widths = (ends, *[3] * (layers - 1), ends)
    found = trace_bounds(target, widths, 0.1)
    assert [trace, norm, sharp] == pytest.approx(
        [found.trace, found.norm_bound, found.sharp_bound], rel=1e-9
    )
    assert ("both" in attained) == found.norm_bound_attained
    assert (attained != "neither") == found.sharp_bound_attained
    assert (ratio == "both are zero") == (rank == 0)


@pytest.mark.parametrize("layers", [2, 3, 5])
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 8), (6, 2), (3, 3)])
def test_the_line_of_one_product(layers: int, inputs: int, outputs: int) -> None:
    values = {"stretch": 0.3, "inputs": inputs, "outputs": outputs, "depth": layers}
    values |= {"product": 1.4, "regularization": 0.2}
    here, there, least, place, rise = shown(demos.stretched, **values)
    matrix = np.full((outputs, inputs), 1.4 / np.sqrt(inputs * outputs))
    factors = balanced_factors(matrix, (inputs, *[1] * (layers - 1), outputs))

    def moved(tau: float) -> list[np.ndarray]:
        return [np.exp(tau) * factors[0], np.exp(-tau) * factors[1], *factors[2:]]

    assert there == pytest.approx(hessian_trace(factors, 0.2), rel=1e-12)
    assert here == pytest.approx(hessian_trace(moved(0.3), 0.2), rel=1e-12)
    line = [hessian_trace(moved(tau), 0.2) for tau in np.linspace(-0.8, 0.8, 401)]
    assert least == pytest.approx(min(line), rel=1e-4)
    assert least == pytest.approx(hessian_trace(moved(place), 0.2), rel=1e-12)
    losses = [loss(each, matrix, 0.2) for each in (moved(0.3), factors)]
    assert rise == pytest.approx(losses[0] - losses[1], rel=1e-9)


@pytest.mark.parametrize(("kind", "target"), [(0, 2.0), (1, 1.6)])
def test_the_shaken_descent_is_predicted_by_the_library(kind: int, target: float) -> None:
    values = {"target": target, "kind": kind, "noise": 0.05, "step": 0.12}
    predict = (gradient_noise_excess, target_noise_excess)[kind]
    expected = predict([[target]], (1, 1, 1), 0.25, 0.12, 0.05)
    ratios = []
    for draw in range(1, 6):
        predicted, measured, ratio, data = shown(demos.shaken, draw=draw, **values)
        ratios.append(ratio)
        assert predicted == pytest.approx(expected, rel=1e-12)
        assert ratio == pytest.approx(measured / predicted, rel=1e-12)
    assert data == pytest.approx(minimizer_trace([[target]], (1, 1, 1), 0.25) - 1.0, rel=1e-12)
    assert np.mean(ratios) == pytest.approx(1, abs=0.1)
    assert np.ptp(ratios) > 0.01


def test_the_shaken_descent_is_descent_with_this_noise() -> None:
    """The first steps again, with the generators written out in integers."""
    demo, values = demos.shaken, {"draw": 3, "kind": 0, "target": 1.4, "noise": 0.1, "step": 0.1}
    path = demo.scene(values)["panels"][0]["marks"][1]
    states = [7919 * 24940 * 3 % (2**29 - 3), 104729 * 4345 * 3 % (2**29 - 3)]
    (u,), (v,) = (w.ravel() for w in minimizer_factors([[1.4]], (1, 1, 1), 0.25))
    u, v = abs(u), abs(v)
    for step in range(5):
        assert [path["x"][step], path["y"][step]] == pytest.approx([u, v], rel=1e-12)
        shakes = [np.sqrt(12) * (state / (2**29 - 3) - 0.5) for state in states]
        lack = 1.4 - u * v
        slopes = -2 * lack * v + 0.5 * u, -2 * lack * u + 0.5 * v
        u, v = (
            w - 0.1 * (slope + 0.1 * shake)
            for w, slope, shake in zip((u, v), slopes, shakes, strict=True)
        )
        states = [a * s % (2**29 - 3) for a, s in zip((24940, 43459), states, strict=True)]


def test_the_noise_of_the_generators_has_mean_zero_and_variance_one() -> None:
    modulus = 2**29 - 3
    for multiplier in (24940, 43459):
        state, drawn = 7919, []
        for _ in range(20_000):
            state = multiplier * state % modulus
            drawn.append(np.sqrt(12) * (state / modulus - 0.5))
        assert abs(np.mean(drawn)) < 0.03
        assert np.var(drawn) == pytest.approx(1, abs=0.03)
        assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03
