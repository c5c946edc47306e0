"""Compute the paths that the explorables `picture` and `ranks` show, and store them.

``python tools/recovery_frames.py`` writes `dmfbook/demos/matrix_recovery/terrain.json`. A test
computes a part of it anew.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from dmfbook import collapse_threshold, recovery_path
from dmfbook.demos.matrix_recovery._shared import STORED
from dmfbook.samples import sample_matrix

SIZE = 24
OBSERVED = 0.4
DEPTHS = (2, 3, 4, 5)
# The regularizations, as shares of the one up to which zero gives way; every other has a picture.
SHARES = tuple(float(f"{share:.3g}") for share in np.geomspace(0.8, 0.004, 13))
# Grey values from 1, low, to 15, high; 0 is for what is not seen.
LOW, HIGH = -2.2, 2.2


def problem() -> tuple[np.ndarray, np.ndarray]:
    """Return the terrain, and which of its entries are seen."""
    terrain = sample_matrix("terrain", SIZE)
    return terrain, np.random.default_rng(0).random(terrain.shape) < OBSERVED


def greys(matrix: np.ndarray) -> str:
    """Return one hexadecimal digit for each entry, row by row."""
    levels = np.clip(np.round((matrix - LOW) / (HIGH - LOW) * 14), 0, 14).astype(int) + 1
    return "".join(f"{level:x}" for level in levels.flat)


def path(depth: int) -> dict[str, Any]:
    """Return what is shown of one depth."""
    terrain, seen = problem()
    top = float(np.linalg.norm(np.where(seen, terrain, 0.0), 2))
    weights = np.array(SHARES) * collapse_threshold(top, depth)
    found = recovery_path(terrain, seen, depth, weights, tolerance=1e-6)
    return {
        "pictures": [greys(matrix) for matrix in found.matrices[::2]],
        "values": np.round(found.singular_values[::2, :8], 2).tolist(),
        "ranks": found.ranks.tolist(),
        "seen": np.round(found.errors(terrain, seen), 3).tolist(),
        "unseen": np.round(found.errors(terrain, ~seen), 3).tolist(),
    }


def main() -> None:
    """Compute all paths and store them."""
    terrain, seen = problem()
    shown = "".join(
        level if known else "0" for level, known in zip(greys(terrain), seen.flat, strict=True)
    )
    data = {
        "depths": DEPTHS,
        "shares": SHARES,
        "terrain": greys(terrain),
        "shown": shown,
        "paths": [path(depth) for depth in DEPTHS],
    }
    STORED.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
