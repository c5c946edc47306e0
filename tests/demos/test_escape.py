"""What the pictures of the escape show is what the library computes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from dmfbook import gradient_descent, loss_on_plane, sharpness
from dmfbook.demos import escape as demos
from dmfbook.demos.escape import _traces
from dmfbook.demos.escape._figures import STORED


def shown(demo, **values):
    moved = {slider.name: slider.value for slider in demo.sliders} | values
    scene = demo.scene(moved)
    return scene, [r.get("text", r.get("value")) for r in scene["readouts"]]


def test_a_thinned_trace_keeps_a_straight_line_and_its_corners():
    x = np.arange(101.0)
    y = np.where(x < 40, x, 80 - x)
    kept, values = _traces.thinned(x, y, 4, 40.0)
    assert {0.0, 40.0, 100.0} <= set(kept)
    np.testing.assert_allclose(np.interp(x, kept, values), y, atol=1e-12)


def alike(stored, made):
    """Tell whether two traces are one line: what rounding errors decide is which points stand."""
    for step, value, most in (("loss_step", "loss", 0.3), ("ratio_step", "ratio", 0.02)):
        for x, y, u, v in zip(stored[step], stored[value], made[step], made[value], strict=True):
            np.testing.assert_allclose(np.interp(x, u, v), y, atol=most)


def test_a_sample_of_the_stored_traces_is_made_again():
    figure = _traces.FIGURES["figure-two"]
    some = dataclasses.replace(figure, ratios=figure.ratios[1:8:3])
    made, stored = _traces.traces(some), STORED["figure-two"]
    rows = {key: stored[key][1:8:3] for key in ("loss_step", "loss", "ratio_step", "ratio")}
    alike(rows, made)
    assert made["rests"] == stored["rests"][1:8:3]
    assert made["gone"] == stored["gone"][1:8:3]
    assert made["landing"] == pytest.approx(stored["landing"][1:8:3], abs=2e-3)
    for key in ("share", "first", "steps"):
        assert made[key] == pytest.approx(stored[key], rel=1e-6), key


@pytest.mark.parametrize("name", _traces.FIGURES)
def test_what_is_stored_belongs_to_its_network(name):
    figure, stored = _traces.FIGURES[name], STORED[name]
    network = figure.network()
    assert tuple(stored["ratios"]) == figure.ratios
    assert stored["steps"] == figure.steps
    assert stored["share"] == pytest.approx(network.flattest / network.sharpness, rel=1e-6)


def test_the_stored_paths_and_landings_are_made_again():
    made, stored = _traces.seen_in_planes(), STORED["figure-three"]
    for key in ("ratios", "x", "y", "shares", "polynomials"):
        np.testing.assert_allclose(made[key], stored[key], rtol=1e-5, atol=2e-3, err_msg=key)
    assert tuple(STORED["mirror"]["ratios"]) == _traces.MIRROR_RATIOS
    np.testing.assert_allclose(_traces.landings(), STORED["mirror"]["landed"], atol=2e-3)


@pytest.mark.parametrize("ratio", [0.95, 1.05, 1.1])
def test_figure_one_is_a_run_of_the_library(ratio):
    network = _traces.matrix_network((20, 20, 10))
    run = gradient_descent(
        network.factors,
        network.target,
        2 * ratio / network.sharpness,
        600,
        displacement=[1e-15 * part for part in network.sharpest_direction],
    )
    scene, words = shown(demos.figure_one, ratio=ratio)
    steps, losses = (scene["panels"][0]["marks"][1][name] for name in ("x", "y"))
    true = np.log10(run.losses[np.asarray(steps, dtype=int)])
    np.testing.assert_allclose(losses, np.maximum(true, -34), atol=0.3)
    # Between the points that are kept the line is never far from the trace.
    between = np.interp(np.arange(601), steps, losses)
    assert np.abs(between - np.maximum(np.log10(run.losses), -34)).max() < 0.8
    end = 2 * ratio / network.sharpness * sharpness(run.factors) / 2
    assert words[0] == pytest.approx(end, abs=2e-3)


@pytest.mark.parametrize(
    ("name", "setting", "verdict"),
    [
        ("figure_one", "below", "falls back"),
        ("figure_one", "on", "on the edge"),
        ("figure_one", "above", "settles at a flatter minimum"),
        ("figure_one", "nowhere", "no minimum is stable"),
        ("figure_two", "twice", "settles at a flatter minimum"),
        ("figure_four", "swinging", "no minimum is stable"),
        ("figure_four", "gone", "leaves for good"),
        ("figure_five", "just-above", "settles at a flatter minimum"),
        ("rounding", "nothing", "the numbers only"),
        ("rounding", "farther", "both"),
        ("rounding", "below", "neither"),
        ("drift", "nearly-equal", "at rest at a flatter minimum"),
        ("drift", "nowhere", "no minimum is stable"),
        ("cycle", "stable", "the minimum"),
        ("cycle", "two", "a cycle of two numbers"),
        ("cycle", "four", "neither"),
    ],
)
def test_the_settings_show_what_they_say(name, setting, verdict):
    demo = getattr(demos, name)
    values = {slider.name: slider.value for slider in demo.sliders}
    found = demo.scene(demo.program.setting(setting, values))
    assert verdict in " ".join(r["text"] for r in found["readouts"] if "text" in r)


def test_the_map_is_the_loss_on_the_plane():
    network = _traces.scalar_network()
    x, y = np.linspace(-0.04, 0.08, 13), np.linspace(-0.03, 0.09, 13)
    for plane in _traces.third_figure_planes(network):
        coefficients = _traces.polynomial(network, plane)
        drawn = np.polynomial.polynomial.polygrid2d(x, y, coefficients).T ** 2
        true = loss_on_plane(network.factors, network.target, plane, x, y)
        assert np.abs(np.log10(drawn + 1e-4) - np.log10(true + 1e-4)).max() < 1e-2


def test_the_random_plane_hides_the_way_and_the_other_shows_it():
    assert shown(demos.figure_three, plane=1)[1][0] < 0.2
    assert shown(demos.figure_three, plane=2)[1][0] > 0.95


@pytest.mark.parametrize("ratio", [1.02, 1.1, 1.2])
@pytest.mark.parametrize("bend", [0.0, 0.1, 2.0, 10.0])
def test_the_averaged_curve_ends_where_its_formula_says(ratio, bend):
    _, (start, end, landing) = shown(demos.mirror, ratio=ratio, bend=bend)
    assert start == pytest.approx(2 * (ratio - 1))
    assert landing == pytest.approx(1 + end / 2)
    if bend == 0:
        assert end == pytest.approx(-start)
    else:
        x, departure = 2 * bend * end, 2 * bend * start
        assert -1 < x < 0
        assert (1 + x) * np.exp(-x) == pytest.approx((1 + departure) * np.exp(-departure), rel=1e-9)
