"""A surface seen from a side: where its points fall on paper, which are seen, and in what order.

The twin of ``web/relief.js``. The view is parallel, so that equal heights look equally high
everywhere. The box has the floor from -1 to 1 both ways and the height ``rise``. Its picture has
the middle of the box at the origin and the same unit. Cells are painted from back to front, each
with the pieces of lines that lie in it, so that what is nearer covers what is farther.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Ends = Sequence[float]
#: Whence the light comes: from the left, from the viewer, from above.
_LAMP = np.array([-0.45, 0.35, 0.82]) / np.linalg.norm([-0.45, 0.35, 0.82])
#: How much higher than the line of sight a surface must be to hide: a share of the box.
_MARGIN = 0.012


class Piece(NamedTuple):
    """A polygon or a line in the order of painting, with its corners as rows of x, y and z."""

    kind: Literal["face", "level", "rim", "edge"]
    corners: Numbers
    #: Of a face: its height as a share of the box, its light, and if one sees its underside.
    share: float = 0.0
    light: float = 0.0
    under: bool = False


@dataclass(frozen=True)
class Relief:
    """The heights of a surface over a square grid, rows from low to high y, and how it is seen.

    ``turn`` is the angle about the upright and the angle from above the horizon, in degrees.
    """

    heights: Numbers
    x: Ends
    y: Ends
    z: Ends
    turn: tuple[float, float]
    rise: float = 1.0
    equal: bool = False

    @property
    def sides(self) -> Numbers:
        """Half the sides of the floor."""
        spans = np.array([self.x[1] - self.x[0], self.y[1] - self.y[0]])
        return spans / spans.max() if self.equal else np.ones(2)

    @property
    def toward(self) -> tuple[float, float]:
        """The direction on the floor that leads to the viewer."""
        about = np.radians(self.turn[0])
        return float(np.sin(about)), float(-np.cos(about))

    def flat(self, x: Numbers, y: Numbers, z: Numbers) -> tuple[Numbers, Numbers]:
        """Return where points fall on paper: how far to the right, and how far up."""
        about, down = np.radians(self.turn)
        floor = self.sides
        across = floor[0] * (2 * (x - self.x[0]) / (self.x[1] - self.x[0]) - 1)
        along = floor[1] * (2 * (y - self.y[0]) / (self.y[1] - self.y[0]) - 1)
        up = self.rise * ((z - self.z[0]) / self._tall - 0.5)
        away = along * np.cos(about) - across * np.sin(about)
        right = across * np.cos(about) + along * np.sin(about)
        return right, away * np.sin(down) + up * np.cos(down)

    def seen(self, x: Numbers, y: Numbers, z: Numbers) -> NDArray[np.bool_]:
        """Return which points no nearer part of the surface hides."""
        n = len(self.heights)
        column = (x - self.x[0]) / (self.x[1] - self.x[0]) * (n - 1)
        row = (y - self.y[0]) / (self.y[1] - self.y[0]) * (n - 1)
        step = np.array(self.toward) / self.sides
        # One cell of the longer side on the floor, and how far the line of sight climbs over it.
        climb = 2 / (n - 1) * np.tan(np.radians(self.turn[1])) * self._tall / self.rise
        height = np.fmax(z, self._between(column, row)) + _MARGIN * self._tall
        hidden = np.zeros(len(x), dtype=bool)
        for k in range(1, 2 * n):
            over = self._between(column + k * step[0], row + k * step[1])
            hidden |= (over > height + k * climb) & (over <= self.z[1])
        return ~hidden

    def traced(self, x: Numbers, y: Numbers, z: Numbers) -> tuple[list[Numbers], list[Numbers]]:
        """Return a line as the stretches that are seen and those that are hidden, on paper.

        What leaves the box is cut off. Each stretch has two rows: to the right, and up.
        """
        points = np.stack([x, y, z], axis=1)
        pieces = [self._cut(*ends) for ends in pairwise(points)]
        kept = np.array([piece for piece in pieces if piece is not None])
        if not len(kept):
            return [], []
        seen = self.seen(*kept.mean(axis=1).T)
        stretches: tuple[list[Numbers], list[Numbers]] = ([], [])
        start = 0
        for k in range(1, len(kept) + 1):
            if (
                k < len(kept)
                and seen[k] == seen[start]
                and np.array_equal(kept[k][0], kept[k - 1][1])
            ):
                continue
            line = np.concatenate([kept[start:k, 0], kept[k - 1 : k, 1]])
            stretches[0 if seen[start] else 1].append(np.stack(self.flat(*line.T)))
            start = k
        return stretches

    def inside(self, x: Numbers, y: Numbers, z: Numbers) -> NDArray[np.bool_]:
        """Return which points are in the box."""
        result = np.ones(len(x), dtype=bool)
        for values, (low, high) in ((x, self.x), (y, self.y), (z, self.z)):
            slack = 1e-9 * (high - low)
            result &= (values >= low - slack) & (values <= high + slack)
        return result

    def pieces(self, levels: Sequence[float]) -> Iterator[Piece]:
        """Yield the faces of the surface and the lines on it, from back to front."""
        n = len(self.heights)
        forward = self.toward
        columns, rows = (range(n - 1) if ahead > 0 else range(n - 2, -1, -1) for ahead in forward)
        low, high = self.z
        inner = [level for level in levels if low < level < high]
        for j in rows:
            for i in columns:
                ring = self._ring(i, j)
                heights = ring[:, 2]
                if not np.isfinite(heights).all() or heights.min() > high or heights.max() < low:
                    continue
                yield self._face(ring)
                for level in inner:
                    yield from (Piece("level", cut) for cut in _cuts(ring, level))
                for level in self.z:
                    yield from (Piece("rim", cut) for cut in _cuts(ring, level))
                for side, outer in enumerate((j == 0, i == n - 2, j == n - 2, i == 0)):
                    cut = self._cut(ring[side], ring[(side + 1) % 4]) if outer else None
                    if cut is not None:
                        yield Piece("edge", cut)

    @property
    def _tall(self) -> float:
        return float(self.z[1] - self.z[0]) or 1.0

    def _between(self, column: Numbers, row: Numbers) -> Numbers:
        """Return heights between the samples; NaN outside the grid and beside holes."""
        n = len(self.heights)
        i, j = (np.clip(np.floor(k), 0, n - 2).astype(int) for k in (column, row))
        u, v = column - i, row - j
        a, b = self.heights[j, i], self.heights[j, i + 1]
        d, c = self.heights[j + 1, i], self.heights[j + 1, i + 1]
        with np.errstate(invalid="ignore"):
            result = (a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v
        return np.where((u >= 0) & (u <= 1) & (v >= 0) & (v <= 1), result, np.nan)

    def _ring(self, i: int, j: int) -> Numbers:
        n = len(self.heights)
        places = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
        return np.array(
            [
                (
                    self.x[0] + (self.x[1] - self.x[0]) * k / (n - 1),
                    self.y[0] + (self.y[1] - self.y[0]) * m / (n - 1),
                    self.heights[m, k],
                )
                for k, m in places
            ]
        )

    def _face(self, ring: Numbers) -> Piece:
        """Return a cell, cut at the top and the bottom of the box, with its light."""
        about, down = np.radians(self.turn)
        a, b, c, d = self.rise * ring[:, 2] / self._tall
        sides = 2 * self.sides / (len(self.heights) - 1)
        slope = np.array([-((b - a) + (c - d)) / 2, -((d - a) + (c - b)) / 2]) / sides
        normal = np.array([*slope, 1]) / np.sqrt(1 + slope @ slope)
        ahead = np.array(self.toward)
        right = np.array([np.cos(about), np.sin(about)])
        lamp = np.array([*(_LAMP[0] * right + _LAMP[1] * ahead), _LAMP[2]])
        eye = np.array([*(np.cos(down) * ahead), np.sin(down)])
        middle = np.clip(ring[:, 2], self.z[0], self.z[1]).mean()
        corners = _clipped(_clipped(ring, self.z[1], -1), self.z[0], 1)
        share = float((middle - self.z[0]) / self._tall)
        return Piece("face", corners, share, abs(float(normal @ lamp)), bool(normal @ eye < 0))

    def _cut(self, start: Numbers, end: Numbers) -> Numbers | None:
        """Return the part of a straight piece that is in the box, or None."""
        first, last = 0.0, 1.0
        for k, (low, high) in enumerate((self.x, self.y, self.z)):
            slack = 1e-9 * (high - low)
            way = end[k] - start[k]
            if not np.isfinite(way):
                return None
            if way == 0:
                if not low - slack <= start[k] <= high + slack:
                    return None
                continue
            ends = sorted(((low - slack - start[k]) / way, (high + slack - start[k]) / way))
            first, last = max(first, ends[0]), min(last, ends[1])
        if first >= last:
            return None
        return np.array(
            [
                start if first == 0 else start + first * (end - start),
                end if last == 1 else start + last * (end - start),
            ]
        )


def _clipped(ring: Numbers, bound: float, side: int) -> Numbers:
    """Return the part of a polygon that is above a height, or below it where ``side`` is -1."""
    kept = []
    for k, here in enumerate(ring):
        before = ring[k - 1]
        then, now = side * (before[2] - bound), side * (here[2] - bound)
        if (then < 0) != (now < 0):
            kept.append(before + (bound - before[2]) / (here[2] - before[2]) * (here - before))
        if now >= 0:
            kept.append(here)
    return np.array(kept)


def _cuts(ring: Numbers, level: float) -> Iterator[Numbers]:
    """Yield the straight pieces in which a cell is at a level."""
    ends = []
    for k, here in enumerate(ring):
        after = ring[(k + 1) % 4]
        if (here[2] < level) != (after[2] < level):
            part = (level - here[2]) / (after[2] - here[2])
            ends.append(here + part * (after - here))
    for k in range(0, len(ends) - 1, 2):
        yield np.array(ends[k : k + 2])
