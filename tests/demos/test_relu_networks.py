"""What the pictures of ReLU networks show is true, and what is stored is what the script trains."""

from __future__ import annotations

import numpy as np
import pytest
import relu_frames

from dmfbook import relu_collapse_threshold, relu_critical_point, relu_loss, relu_sharpness
from dmfbook.demos import linear_networks as demos
from dmfbook.demos.linear_networks._relu import stored
from dmfbook.demos.linear_networks.kinks import ANSWERS, SAMPLES


def shown(name, **values):
    demo = getattr(demos, name)
    moved = {slider.name: slider.value for slider in demo.sliders} | values
    scene = demo.scene(moved)
    return scene, [r.get("text", r.get("value")) for r in scene["readouts"]]


def data(answer):
    return np.array([SAMPLES]), np.array([[*ANSWERS[:4], answer, *ANSWERS[5:]]])


@pytest.mark.parametrize(
    ("kink", "decay", "answer"), [(-1.3, 0.0, -0.6), (0.0, 0.05, 0.4), (0.52, 0.2, -1.0)]
)
def test_the_least_loss_is_that_of_the_best_balanced_neuron(kink, decay, answer):
    _, (least, left, right, _) = shown("kinks", kink=kink, decay=decay, answer=answer)
    found = []
    for slope in np.linspace(0, 1.5, 1501):
        size = np.sqrt(slope * np.hypot(1, kink))
        row = size / np.hypot(1, kink) * np.array([[1.0, -kink]])
        found.append(relu_loss([row, [[size]]], *data(answer), decay))
    assert least == pytest.approx(min(found), abs=1e-5)
    for slope, side in ((left, -1), (right, 1)):
        other = shown("kinks", kink=kink + side * 1e-5, decay=decay, answer=answer)[1][0]
        assert (other - least) / (side * 1e-5) == pytest.approx(slope, abs=1e-4)


def test_in_the_corner_the_library_finds_a_pinned_neuron():
    scene, (least, left, right, words) = shown("kinks", kink=0.0)
    assert "corner of a V" in words
    point = relu_critical_point([[[0.8, 0.1]], [[0.8]]], *data(-0.6), 0.05)
    assert np.flatnonzero(point.pinned).tolist() == [4]
    assert point.minimum
    assert point.loss == pytest.approx(least, rel=1e-12)
    assert point.multipliers[0, 4] == pytest.approx(right / (right - left), rel=1e-9)
    # The curve of the rescaled network and its parabola touch to second order.
    marks = [m for m in scene["panels"][3]["marks"] if "x" in m and len(m.get("x", [])) > 100]
    t, curve, parabola = np.array(marks[0]["x"]), marks[0]["y"], marks[1]["y"]
    near = np.abs(t) < 0.05
    np.testing.assert_allclose(np.array(curve)[near], np.array(parabola)[near], atol=2e-5)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("held", "on a sample, in the corner"),
        ("free", "between samples, nearly at rest"),
        ("raised", "would leave it"),
        ("collapsed", "collapsed"),
    ],
)
def test_the_settings_of_kinks(setting, says):
    demo = demos.kinks
    values = demo.program.setting(setting, {s.name: s.value for s in demo.sliders})
    assert says in demo.scene(values)["readouts"][3]["text"]


def test_all_kinks_collapse_at_the_threshold_of_the_library():
    found = relu_collapse_threshold(*data(-0.6))
    threshold = found.value
    kinks = [*np.linspace(-2, 1.6, 6), -found.neuron[1] / found.neuron[0]]
    alive = [
        any("collapsed" not in shown("kinks", kink=c, decay=share * threshold)[1][3] for c in kinks)
        for share in (0.99, 1.001)
    ]
    assert alive == [True, False]


def test_a_part_of_the_stored_runs_is_made_again():
    kept = stored()
    assert tuple(kept["step_sizes"]) == relu_frames.STEP_SIZES
    assert tuple(kept["decays"]) == relu_frames.DECAYS
    i, j = 2, 3
    made = relu_frames.run(kept["step_sizes"][j], kept["decays"][i])
    at = relu_frames.shown(made)
    assert made.steps[at].tolist() == kept["steps"]
    np.testing.assert_allclose(made.sharpness[at], kept["sharpness"][i][j], atol=6e-3)
    np.testing.assert_allclose(made.losses[at], kept["loss"][i][j], rtol=6e-3)
    assert made.sharpness[-25:].mean() == pytest.approx(kept["final"][i][j], abs=2e-3)
    factors, (inputs, outputs) = relu_frames.start(), relu_frames.problem()
    assert made.sharpness[0] == pytest.approx(
        relu_sharpness(factors, inputs, outputs, kept["decays"][i])
    )


def test_the_page_reads_what_is_stored_and_decay_lifts_the_run_off():
    kept = stored()
    ratios = np.array(kept["final"]) * np.array(kept["step_sizes"]) / 2
    for i, decay in enumerate(kept["decays"]):
        for j, size in enumerate(kept["step_sizes"]):
            scene, (final, ratio, words) = shown("edge", step=size, decay=decay)
            assert final == pytest.approx(kept["final"][i][j])
            assert ratio == pytest.approx(ratios[i, j])
            assert (words == "on the edge") == (ratio > 0.93)
            assert scene["panels"][0]["marks"][1]["y"] == pytest.approx(kept["sharpness"][i][j])
    assert np.all(np.abs(ratios[0, 2:] - 1) < 0.11)
    assert np.all(np.diff(ratios, axis=0) < 0)
    assert ratios[-1].max() < 0.7
