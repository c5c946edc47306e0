"""What the pictures of the chapter show is true, far from their first setting too."""

from __future__ import annotations

import numpy as np
import pytest

from dmfbook import (
    collapse_threshold,
    flattest_sharpness,
    gradient,
    gradient_descent,
    hessian_spectrum,
    imbalance,
    limit_spectrum,
)
from dmfbook.demos import vanishing_decay as demos
from dmfbook.demos.vanishing_decay import _runs


def _marks(scene: dict, panel: int) -> list[dict]:
    return scene["panels"][panel]["marks"]


@pytest.mark.parametrize(
    ("weight", "second", "layers"),
    [(0.0, 0.7, 3), (0.1, 0.7, 3), (0.25, 0.3, 3), (0.2, 0.9, 4), (0.25, 0.3, 2), (0.02, 1.0, 2)],
)
def test_the_dots_are_the_spectrum(weight: float, second: float, layers: int) -> None:
    scene = demos.splitting.scene({"regularization": weight, "second": second, "depth": layers})
    shown = []
    for mark in _marks(scene, 1):
        if "x" in mark and mark.get("when", True):
            places, values = np.ravel(mark["x"]), np.ravel(mark["y"])
            values = np.broadcast_to(values, places.shape)
            shown += list(values[places > 0])
    target, widths = np.diag([1.0, second]), [2] * (layers + 1)
    known = (
        hessian_spectrum(target, widths, weight) if weight else limit_spectrum(target, widths)
    ).eigenvalues()
    np.testing.assert_allclose(np.sort(shown), known, atol=1e-9)
    counts = [readout["value"] for readout in scene["readouts"]]
    assert counts[0] == counts[1] + counts[2] + counts[3] + counts[4] == known.size
    assert counts[1] == np.sum(np.abs(known) < 1e-9)


def test_the_lines_end_where_the_value_collapses() -> None:
    at = collapse_threshold(0.4, 3)
    scene = demos.splitting.scene({"regularization": 0.1, "second": 0.4, "depth": 3})
    ends = [np.max(mark["x"]) for mark in _marks(scene, 0) if np.ndim(mark.get("x")) == 1]
    assert any(end == pytest.approx(at, rel=1e-9) for end in ends)


@pytest.mark.parametrize(("weight", "first", "second"), [(0.02, 0.3, 2.1), (0.1, 1.9, 0.4)])
def test_the_clocks_run_the_librarys_descent(weight: float, first: float, second: float) -> None:
    values = {"regularization": weight, "first": first, "second": second}
    readouts = demos.two_clocks.scene(values)["readouts"]
    run = gradient_descent([[[first]], [[second]]], [[1.0]], 0.08, 2000, weight)
    product = run.factors[0].item() * run.factors[1].item()
    assert readouts[2]["value"] == pytest.approx(product, rel=1e-12)
    assert readouts[3]["value"] == pytest.approx(imbalance(run.factors)[0].item(), abs=1e-12)
    assert readouts[1]["value"] == pytest.approx(1 / (4 * weight * 0.08))


def test_a_stored_run_is_followed_again() -> None:
    frames = demos.slow_run.frames
    assert frames.grid == (_runs.POWERS,)
    again = _runs.rounded(_runs.followed(10 ** _runs.POWERS[-2]))
    for name, row in zip(("misfit", "imbalance", "sharpness"), again, strict=True):
        np.testing.assert_allclose(row, frames.series[name][-2], rtol=2e-3, atol=2e-6)


def test_the_long_run_follows_the_gradient_and_the_law() -> None:
    flat = np.random.default_rng(0).normal(size=12)
    slope = _runs.downhill(0.0, flat, 0.03)
    known = gradient(list(flat.reshape(3, 2, 2)), np.diag([2.0, 1.0]), 0.03)
    np.testing.assert_allclose(slope, -np.concatenate([g.ravel() for g in known]), rtol=1e-12)
    series = demos.slow_run.frames.series
    decay = 10 ** np.array(demos.slow_run.frames.grid[0])[:, None]
    law = series["first"] * np.exp(-4 * decay * series["time"])
    seen = law > 1e-2
    np.testing.assert_allclose(series["imbalance"][seen], law[seen], rtol=2e-3)
    least = flattest_sharpness(np.diag([2.0, 1.0]), 3)
    assert series["last"][0] == pytest.approx(least, rel=1e-3)
    assert (series["last"][-2:] < least).all()
    assert (series["sharpness"].max(axis=1) > 1.7 * least).all()
