"""What the pictures of the chapter show is true, and what is stored is what the scripts compute."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import recovery_frames
from browser import ROOT

from dmfbook import collapse_threshold, recovery_path, scalar_minimizer
from dmfbook.demos import matrix_recovery as demos
from dmfbook.demos.matrix_recovery._shared import stored
from dmfbook.samples import SAMPLES, sample_matrix


def numbers(name: str, values: dict[str, float]) -> list[float]:
    readouts = getattr(demos, name).scene(values)["readouts"]
    return [readout["value"] for readout in readouts if "value" in readout]


def words(name: str, values: dict[str, float]) -> str:
    readouts = getattr(demos, name).scene(values)["readouts"]
    return " ".join(readout["text"] for readout in readouts if "text" in readout)


@pytest.mark.parametrize("depth", [2, 3, 8])
@pytest.mark.parametrize("value", [0.4, 1.0, 1.7, 3.0])
def test_thresholding_is_the_librarys(depth: int, value: float) -> None:
    left, taken, weight = numbers("thresholds", {"value": value, "depth": depth})
    assert weight == pytest.approx(collapse_threshold(1.0, depth), rel=1e-12)
    if value != 1:
        assert left == pytest.approx(scalar_minimizer(value, depth, weight), rel=1e-10)
    assert left + taken == pytest.approx(value)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"start": 0, "step": 0.2, "target": 1.15, "depth": 3}, "rest at once, and not at"),
        ({"start": 0, "step": 0.5, "target": 1.15, "depth": 3}, "come to the best place"),
        ({"start": 0, "step": 0.05, "target": 0.9, "depth": 3}, "rest at once, at the best"),
        ({"start": 2, "step": 0.05, "target": 0.95, "depth": 3}, "elsewhere"),
        ({"start": 2, "step": 0.2, "target": 1.15, "depth": 3}, "come to the best place"),
    ],
)
def test_where_steps_rest(values: dict[str, float], says: str) -> None:
    assert says in words("rests", values)
    weight = collapse_threshold(1.0, 3)
    x, eta, m = values["start"], values["step"], values["target"]
    for _ in range(30):
        x = scalar_minimizer(x - 2 * eta * (x - m), 3, 2 * eta * weight)
    assert numbers("rests", values)[1] == pytest.approx(x, abs=1e-8)


@pytest.mark.parametrize("draws", [80, pytest.param(300, marks=pytest.mark.thorough)])
def test_what_prints_as_the_best_place_is_not_called_elsewhere(draws: int) -> None:
    """At random places; and nothing is called the best that differs in more than a last digit."""
    rng, said = np.random.default_rng(5), set()
    for _ in range(draws):
        values = {
            "start": round(rng.uniform(0, 2), 2),
            "step": round(rng.uniform(0.05, 0.5), 2),
            "target": round(rng.uniform(0.8, 1.8), 2),
            "depth": int(rng.integers(2, 7)),
        }
        best, last = numbers("rests", values)[:2]
        best_is_said = "elsewhere" not in words("rests", values) and "not at" not in words(
            "rests", values
        )
        if f"{best:.4g}" == f"{last:.4g}":
            assert best_is_said, values
        if best_is_said:
            assert abs(best - last) < (1e-4 if best < 1 else 1e-3), values
        said.add(best_is_said)
    assert said == {True, False}


def test_the_missing_entry_is_told_in_words() -> None:
    assert "rank one" in words("missing", {"entry": 4, "neighbor": 2})
    assert "less than rank one" in words("missing", {"entry": 1, "neighbor": 2, "depth": 2})
    assert "no less" in words("missing", {"entry": 1, "neighbor": 2, "depth": 3})


def test_a_part_of_the_stored_paths_computed_anew() -> None:
    data = stored()
    terrain, seen = recovery_frames.problem()
    assert data["terrain"] == recovery_frames.greys(terrain)
    assert [level != "0" for level in data["shown"]] == seen.ravel().tolist()
    top = float(np.linalg.norm(np.where(seen, terrain, 0.0), 2))
    first = np.array(recovery_frames.SHARES[:3]) * collapse_threshold(top, 3)
    path = recovery_path(terrain, seen, 3, first, tolerance=1e-6)
    there = data["paths"][recovery_frames.DEPTHS.index(3)]
    assert path.ranks.tolist() == there["ranks"][:3]
    assert path.errors(terrain, ~seen) == pytest.approx(there["unseen"][:3], abs=2e-3)
    pairs = zip(recovery_frames.greys(path.matrices[2]), there["pictures"][1], strict=True)
    # A value at the edge of two grey levels may fall to either side.
    assert sum(one != other for one, other in pairs) <= 3


def test_the_page_shows_what_is_stored() -> None:
    data = stored()
    share = data["shares"][4]
    panels = demos.picture.scene({"depth": 4, "share": share})["panels"]
    filled = np.sqrt(panels[0]["marks"][0]["value"]).reshape(24, 24)[::-1]
    wanted = [15 - int(level, 16) for level in data["paths"][2]["pictures"][2]]
    assert filled.ravel() == pytest.approx(wanted)
    best, worst = numbers("ranks", {"depth": 5})[1:]
    errors = data["paths"][3]["unseen"]
    assert best == min(errors)
    assert worst == max(errors[int(np.argmin(errors)) :]) > best


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_standardized(name: str) -> None:
    matrix = sample_matrix(name, 16)
    assert matrix.shape == (16, 16)
    assert abs(matrix.mean()) < 1e-12
    assert matrix.std() == pytest.approx(1)
    assert np.linalg.matrix_rank(matrix) > 8


def test_a_sample_is_the_mean_over_blocks() -> None:
    fine, coarse = sample_matrix("scan", 128), sample_matrix("scan", 64)
    means = fine.reshape(64, 2, 64, 2).mean((1, 3))
    assert np.allclose((means - means.mean()) / means.std(), coarse, atol=1e-12)
    assert not sample_matrix("scan", 1).any()


def test_a_wrong_sample_is_named() -> None:
    with pytest.raises(ValueError, match=r"name must be one of terrain, .*, but it is 'moon'"):
        sample_matrix("moon")
    with pytest.raises(ValueError, match="size must be at most 128, but it is 129"):
        sample_matrix("terrain", 129)
    with pytest.raises(TypeError, match="size"):
        sample_matrix("terrain", 8.5)


def test_a_number_of_the_study_computed_anew() -> None:
    """The convex depth, whose end does not depend on the machine."""
    sys.path.insert(0, str(ROOT))
    from benchmarks import recovery_study as study

    table = Path(study.TABLE).read_text(encoding="utf-8")
    row = next(line for line in table.splitlines() if line.startswith("| terrain | 60% |"))
    told = float(row.split("|")[3].split("±")[0])
    matrix = sample_matrix("terrain", 32)
    found = []
    for seed in range(study.DRAWS[32]):
        draw = study.drawn(matrix.shape, 0.6, seed)
        path = study.path_of(matrix, draw, 2)
        found.append(study.chosen_error(path.matrices, matrix, draw))
    assert np.mean(found) == pytest.approx(told, abs=2e-3)
