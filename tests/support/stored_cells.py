"""The code cells of the chapters as they are stored, with what they printed."""

from __future__ import annotations

import json
from typing import Any

from browser import ROOT


def printed(cell: dict[str, Any]) -> str:
    """Return the text that a stored cell printed or returned."""
    return "".join(
        "".join(output["text"] if "text" in output else [*output["data"]["text/plain"], "\n"])
        for output in cell["outputs"]
    )


def stored(chapter: str) -> list[tuple[str, str, list[str], str]]:
    """Return id, source, tags and printed text of the code cells that a page shows."""
    cells = json.loads((ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    found = [
        (c["id"], "".join(c["source"]), c["metadata"].get("tags", []), printed(c))
        for c in cells
        if c["cell_type"] == "code"
    ]
    return [cell for cell in found if "remove-cell" not in cell[2]]
