"""What was computed beforehand: the runs of tools/network_frames.py on real data."""

import json
from pathlib import Path
from typing import Any

STORED = Path(__file__).parent / "paths.json"
PROBLEMS = ("digits", "stocks", "planted")
DEPTHS = (1, 2, 3, 4)


def stored() -> dict[str, Any]:
    """Return the regularizations, and for each problem and depth the errors and singular values."""
    data: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))
    return data
