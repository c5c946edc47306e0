"""Compute the paths that the explorable `held_out` shows, and store them.

``python tools/network_frames.py`` writes `dmfbook/demos/linear_networks/paths.json`. A test
computes a part of it anew. The draws are those of `benchmarks/regression_study.py` with the first
seed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks import regression_study as study
from dmfbook.demos.linear_networks._stored import DEPTHS, PROBLEMS, STORED

#: How many samples are learned from.
COUNTS = {"digits": 60, "stocks": 40, "planted": 60}
VALUES = 10


def path(problem: str, depth: int) -> dict[str, list[object]]:
    """Return the errors on the rest, and the largest singular values of the maps."""
    draw = study.drawn(problem, COUNTS[problem], 0)
    found = study.maps(draw, depth)
    values = np.array([np.linalg.svd(matrix, compute_uv=False)[:VALUES] for matrix in found])
    values = np.pad(values, [(0, 0), (0, VALUES - values.shape[1])])
    return {
        "errors": np.round([study.error(matrix, draw.rest) for matrix in found], 4).tolist(),
        "values": np.round(values, 3).tolist(),
    }


def main() -> None:
    """Compute all paths and store them."""
    data = {
        "shares": [float(f"{share:.3g}") for share in study.SHARES],
        "paths": [[path(problem, depth) for depth in DEPTHS] for problem in PROBLEMS],
    }
    STORED.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
