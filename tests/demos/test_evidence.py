"""What the pictures of the chapter show is true, far from their first setting too."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dmfbook import (
    integrated_log_evidence,
    log_evidence,
    log_orbit_volume,
    minimizer_factors,
    scalar_minimizer,
)
from dmfbook.demos import evidence as demos
from dmfbook.demos.evidence import _shares


def _marks(scene: dict, panel: int) -> list[dict]:
    return scene["panels"][panel]["marks"]


def _values(scene: dict) -> list:
    return [readout.get("value", readout.get("text")) for readout in scene["readouts"]]


@pytest.mark.parametrize(("beta", "m"), [(0.2, 3.0), (3.0, 1.2), (20.0, 4.0)])
def test_the_ring(beta: float, m: float) -> None:
    scene = demos.ring.scene({"beta": beta, "target": m})
    room, ratio, length = _values(scene)
    found = log_evidence([[m]], (1, 2, 1), 1.0, beta)
    exact = integrated_log_evidence([[m]], (1, 2, 1), 1.0, beta)
    assert room == pytest.approx(math.exp(exact - found.log_height), rel=1e-7)
    assert ratio == pytest.approx(math.exp(exact - found.log_integral), rel=1e-7)
    assert length == pytest.approx(math.exp(log_orbit_volume([[m - 1]], (1, 2, 1))))
    curves = [mark for mark in _marks(scene, 1) if np.size(mark.get("x")) == 61]
    for width, curve in zip((2, 3, 6), curves, strict=True):
        at = curve["x"][30]
        problem = [[m]], (1, width, 1), 1.0, at
        apart = integrated_log_evidence(*problem) - log_evidence(*problem).log_integral
        assert curve["y"][30] == pytest.approx(math.exp(apart), rel=1e-4)
    circle = next(mark for mark in _marks(scene, 0) if np.size(mark.get("x")) == 240)
    first = minimizer_factors([[m]], (1, 2, 1), 1.0)[0]
    radii = np.hypot(circle["x"], circle["y"])
    np.testing.assert_allclose(radii, np.linalg.norm(first), rtol=1e-12)


@pytest.mark.parametrize(("m", "beta"), [(6.0, 30.0), (1.5, 10.0), (35.0, 100.0)])
def test_the_choice(m: float, beta: float) -> None:
    scene = demos.choice.scene({"target": m, "beta": beta})
    points = [mark for mark in _marks(scene, 1) if np.size(mark.get("y")) == 12]
    depths = (2, 3, 4, 6)
    known = {
        (layers, d): log_evidence([[m]], (1, *[d] * (layers - 1), 1), 0.2, beta).log_likelihood
        for layers in depths
        for d in (1, 2, 3, 12)
    }
    best = max(known[layers, 1] for layers in depths)
    for layers, mark in zip(depths, points[:4], strict=True):
        for d in (1, 2, 3, 12):
            assert mark["y"][d - 1] == pytest.approx(known[layers, d] - best, abs=1e-6)
    exact = integrated_log_evidence([[m]], (1, 12, 1), 0.2, beta)
    exact += math.log(beta / math.pi) / 2 + 12 * math.log(beta * 0.2 / math.pi)
    assert points[4]["y"][11] == pytest.approx(exact - best, abs=1e-6)
    losses = {
        layers: log_evidence([[m]], (1,) * (layers + 1), 0.2, 1.0).log_height for layers in depths
    }
    cheapest, _, factor, _ = _values(scene)
    assert int(cheapest) == max(losses, key=losses.__getitem__)
    assert factor == pytest.approx(math.exp(known[2, 2] - known[2, 1]), rel=1e-6)
    lines = [mark for mark in _marks(scene, 0) if np.size(mark.get("x")) == 80]
    for layers, line in zip(depths, lines, strict=True):
        at = line["x"][40]
        kept = scalar_minimizer(at, layers, 0.2)
        height = (at - kept) ** 2 + 0.2 * layers * kept ** (2 / layers)
        assert line["y"][40] == pytest.approx(height / (0.4 * at - 0.04), rel=1e-9)


@pytest.mark.parametrize(
    ("second", "layers", "d"), [(1.1, 3, 3), (1.5, 4, 2), (0.2, 3, 4), (0.1, 2, 3), (0.3, 2, 6)]
)
def test_towards_the_tie(second: float, layers: int, d: int) -> None:
    scene = demos.to_the_tie.scene(
        {"second": second, "first": 1.5, "depth": layers, "width": d, "beta": 70.0}
    )
    target, widths = np.diag([1.5, second]), (2, *[d] * (layers - 1), 2)
    found = log_evidence(target, widths, 0.15, 70.0)
    volume, dimension, density, _ = _values(scene)
    assert volume == pytest.approx(found.log_volume, abs=1e-5)
    assert dimension == found.orbit_dimension
    assert density == pytest.approx(found.log_likelihood - found.log_height, abs=1e-5)


@pytest.mark.parametrize(
    ("d", "offset", "beta"), [(1, 0.0, 30.0), (2, 0.05, 100.0), (3, -0.1, 9.0)]
)
def test_two_rooms(d: int, offset: float, beta: float) -> None:
    scene = demos.two_rooms.scene({"width": d, "offset": offset, "beta": beta})
    dots = next(mark for mark in _marks(scene, 1) if np.size(mark.get("y")) == len(_shares.BETAS))
    again = [_shares.share(d, offset, at) for at in (_shares.BETAS[3], _shares.BETAS[15])]
    assert dots["y"][[3, 15]] == pytest.approx(again, rel=1e-3, abs=1e-12)
    # The formula and the exact share agree at large precisions, where neither is nearly 0 or 1.
    at = 200.0 if offset == 0 else 40.0
    share = _values(demos.two_rooms.scene({"width": d, "offset": offset, "beta": at}))[0]
    assert share == pytest.approx(_shares.share(d, offset, at), abs=0.05)


def test_the_exact_shares_know_the_whole_integral() -> None:
    """At the tie the odds of the formula, from two evidences, are those of the exact shares."""
    near = [log_evidence([[2.0]], (1, 2, 2, 1), 1.0, 300.0, rank=k).log_integral for k in (0, 1)]
    odds = math.exp(near[1] - near[0])
    exact = _shares.share(2, 0.0, 300.0)
    assert exact / (1 - exact) == pytest.approx(odds, rel=0.03)
