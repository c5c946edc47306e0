"""What the pictures of the chapter show is true, and what is stored is what the scripts compute."""

from __future__ import annotations

import sys

import network_frames
import numpy as np
import pytest
from browser import ROOT

from dmfbook import (
    data_sharpness,
    first_direction,
    network_minimizer,
    scalar_minimizer,
    sharpness,
)
from dmfbook.demos import linear_networks as demos
from dmfbook.demos.linear_networks._stored import DEPTHS, PROBLEMS, stored
from dmfbook.samples import REGRESSIONS, sample_regression


def readouts(name: str, values: dict[str, float]) -> list[float]:
    shown = getattr(demos, name).scene(values)["readouts"]
    return [readout["value"] for readout in shown if "value" in readout]


def words(name: str, values: dict[str, float]) -> str:
    shown = getattr(demos, name).scene(values)["readouts"]
    return " ".join(readout["text"] for readout in shown if "text" in readout)


@pytest.mark.parametrize(
    "values",
    [
        {"depth": 2, "regularization": 2.0},
        {"depth": 3, "regularization": 1.65},
        {"depth": 8, "regularization": 0.4, "slope_one": 2.0, "variance_two": 0.5},
    ],
)
def test_what_is_kept_of_two_directions(values: dict[str, float]) -> None:
    at = {"variance_one": 4.0, "slope_one": 1.0, "variance_two": 1.0, "slope_two": 3.0} | values
    s = np.array([at["variance_one"], at["variance_two"]])
    m = np.array([at["slope_one"], at["slope_two"]])
    depth, weight = int(at["depth"]), at["regularization"]
    found = readouts("directions", values)
    assert found[:2] == pytest.approx(s * m ** (2 - 2 / depth), rel=1e-12)
    kept = [scalar_minimizer(t, depth, weight / v) / t for t, v in zip(m, s, strict=True)]
    assert found[2:] == pytest.approx(kept, abs=1e-9)
    first = first_direction(np.diag(np.sqrt(2 * s)), np.diag(m * np.sqrt(2 * s)), depth)
    last = 1 - int(np.argmax(np.abs(first.input_direction)))
    assert f"direction {last + 1} goes first" in words("directions", values)


@pytest.mark.parametrize("depth", [2, 3, 5])
@pytest.mark.parametrize("variances", [(4.0, 1.0), (0.3, 2.0)])
def test_both_sharpnesses_are_the_librarys(depth: int, variances: tuple[float, float]) -> None:
    roots = np.diag(np.sqrt(2 * np.array(variances)))
    inputs, outputs = roots, np.diag([1.0, 3.0]) @ roots
    factors = network_minimizer(inputs, outputs, (2,) * (depth + 1))
    moved = [factors[0] @ np.diag(np.sqrt(variances)), *factors[1:]]
    wanted = [data_sharpness(factors, inputs, outputs), sharpness(moved)]
    values = {"depth": depth, "variance_one": variances[0], "variance_two": variances[1]}
    assert readouts("whitening", values) == pytest.approx(wanted, rel=1e-8)


def test_a_part_of_the_stored_paths_computed_anew() -> None:
    data = stored()
    for problem, depth in (("digits", 1), ("stocks", 2)):
        there = data["paths"][PROBLEMS.index(problem)][DEPTHS.index(depth)]
        found = network_frames.path(problem, depth)
        assert found["errors"] == pytest.approx(there["errors"], abs=2e-3)
        assert np.allclose(found["values"], there["values"], atol=5e-3)


def test_the_page_shows_what_is_stored() -> None:
    data = stored()
    errors = data["paths"][2][2]["errors"]
    values = {"problem": 3, "depth": 3, "share": data["shares"][4]}
    assert readouts("held_out", values)[0] == min(errors)
    assert readouts("held_out", values)[1] == min(data["paths"][2][0]["errors"])
    marks = demos.held_out.scene(values)["panels"][0]["marks"]
    assert any(np.allclose(mark.get("y", np.nan), errors[4]) for mark in marks)


def test_a_number_of_the_study_computed_anew() -> None:
    """Ridge, whose end does not depend on the machine."""
    sys.path.insert(0, str(ROOT))
    from benchmarks import regression_study as study

    table = study.TABLE.read_text(encoding="utf-8")
    row = next(line for line in table.splitlines() if line.startswith("| digits | 150 |"))
    told = float(row.split("|")[3].split("±")[0])
    seeds = next(seeds for name, _, seeds in study.ROWS if name == "digits")
    found = [study.chosen(study.drawn("digits", 150, seed), 1)[0] for seed in range(seeds)]
    assert np.mean(found) == pytest.approx(told, abs=2e-3)


def test_the_regressions_are_what_they_say() -> None:
    pictures, classes = sample_regression("digits")
    assert pictures.min() == 0
    assert pictures.max() == 1
    assert np.array_equal(classes.sum(0), np.ones(1000))
    left, right = sample_regression("halves")
    both = np.concatenate([left.T.reshape(-1, 8, 4), right.T.reshape(-1, 8, 4)], axis=2)
    assert np.array_equal(both.reshape(-1, 64).T, pictures)
    for data in sample_regression("stocks"):
        assert np.abs(data.mean(1)).max() < 1e-12
        assert data.std(1) == pytest.approx(1)
    with pytest.raises(ValueError, match=rf"name must be one of {', '.join(REGRESSIONS)}"):
        sample_regression("moons")
