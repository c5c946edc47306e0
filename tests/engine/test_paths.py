"""The lines that the browser draws leave out points, but never leave the curve."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from browser import chromium
from numpy.typing import NDArray

from dmfbook.explorables.forms.page import SCRIPTS, WEB

__all__ = ["chromium"]

#: A tenth of a pixel in the script, twice at most where a path turns back, and two digits.
CLOSE = 0.21
_T = np.linspace(0, 1, 600)
_DRAW = np.random.default_rng(0).normal
CURVES = {
    "a straight line": (500 * _T, 200 * _T),
    "a parabola": (500 * _T, 800 * (_T - 0.5) ** 2),
    "a spiral to rest": (
        250 + 200 * np.exp(-9 * _T) * np.cos(40 * _T),
        150 + 200 * np.exp(-9 * _T) * np.sin(40 * _T),
    ),
    "a swing": (250 + 200 * np.exp(-4 * _T) * (-1) ** np.arange(600), 300 * _T),
    "there and back": (500 * np.abs(2 * _T - 1), 100 + 50 * np.abs(2 * _T - 1)),
    "a walk": tuple(200 + 0.3 * np.cumsum(_DRAW(size=(2, 600)), axis=1)),
    "at rest but for rounding": (100 + np.r_[0, 300 + 1e-9 * _DRAW(size=599)], 100 + 0 * _T),
    "one place": (100 + 0 * _T, 100 + 0 * _T),
    "far away": (500 * _T, np.where(_T < 0.5, 100.0, 1e12)),
}


@pytest.fixture(scope="module")
def page(chromium: Any) -> Any:
    with chromium.new_context() as context:
        page = context.new_page()
        for name in SCRIPTS:
            page.add_script_tag(content=(WEB / name).read_text("utf-8"))
        yield page


def drawn(page: Any, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the corners of the path of a line, stretch by stretch, on a scale of pixels."""
    numbers = [[None if np.isnan(v) else float(v) for v in list_] for list_ in (x, y)]
    markup = page.evaluate(
        """([x, y]) => {
          const [xs, ys] = [x, y].map((list) => list.map((v) => v ?? NaN));
          const frame = { x: { to: (v) => v }, y: { to: (v) => v } };
          return dmfbook.marks.line.draw({ kind: "line" }, { x: xs, y: ys }, frame);
        }""",
        numbers,
    )
    (path,) = re.findall(r' d="([^"]*)"', markup)
    return [
        np.array([[float(n) for n in corner.split(",")] for corner in part.split("L")])
        for part in path.split("M")[1:]
    ]


def furthest(points: NDArray[np.float64], corners: NDArray[np.float64]) -> float:
    """Return the largest distance of a point from the lines between the corners."""
    start, along = corners[:-1], np.diff(corners, axis=0)
    size = np.maximum(np.sum(along**2, axis=1), 1e-30)
    offset = points[:, None] - start
    share = np.clip(np.sum(offset * along, axis=2) / size, 0, 1)
    return float(np.linalg.norm(offset - share[..., None] * along, axis=2).min(axis=1).max())


@pytest.mark.parametrize("name", CURVES)
def test_no_point_is_far_from_the_path(page: Any, name: str) -> None:
    x, y = (np.clip(part, -5000, 5000) for part in CURVES[name])
    (corners,) = drawn(page, *CURVES[name])
    points = np.stack([x, y], axis=1)
    assert furthest(points, corners) < CLOSE
    assert furthest(corners, points) < CLOSE
    np.testing.assert_allclose(corners[[0, -1]], points[[0, -1]], atol=0.006)


@pytest.mark.parametrize(
    ("name", "most"),
    [("a straight line", 2), ("a parabola", 90), ("at rest but for rounding", 3), ("one place", 2)],
)
def test_a_smooth_path_has_few_corners(page: Any, name: str, most: int) -> None:
    (corners,) = drawn(page, *CURVES[name])
    assert len(corners) <= most


def test_a_path_is_broken_where_there_is_no_number(page: Any) -> None:
    x = np.arange(9.0) * 20
    y = np.array([0, 5, np.nan, 7, np.nan, np.nan, 1, 50, 3.0])
    parts = drawn(page, x, y)
    assert [part.tolist() for part in parts] == [
        [[0, 0], [20, 5]],
        [[60, 7]],
        [[120, 1], [140, 50], [160, 3]],
    ]
