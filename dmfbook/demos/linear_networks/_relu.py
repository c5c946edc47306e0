"""What was computed beforehand for the pictures of ReLU networks."""

import json
from pathlib import Path
from typing import Any

__all__ = ["STORED", "stored"]

#: Where the runs of tools/relu_frames.py lie.
STORED = Path(__file__).with_name("edge.json")


def stored() -> dict[str, Any]:
    """Return the runs that tools/relu_frames.py has made."""
    data: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))
    return data
