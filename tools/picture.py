"""Draw the picture of the README, the still of an explorable: ``picture.py``.

Words are drawn as outlines, because the README's readers may lack the fonts.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import matplotlib as mpl

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs/well.svg"


def drawn(setting: str = "at-the-tie") -> str:
    """Return the well at one of its settings as SVG, the same on every run."""
    from dmfbook.demos.scalar_uniqueness import well

    buffer = io.StringIO()
    style = {"svg.fonttype": "path", "svg.hashsalt": "dmfbook", "figure.facecolor": "white"}
    well.apply(setting)
    try:
        with mpl.rc_context({**mpl.rcParamsDefault, "backend": mpl.get_backend(), **style}):
            metadata = {"Date": None, "Creator": None}
            well.to_figure().savefig(buffer, format="svg", metadata=metadata)
    finally:
        well.reset()
    text = re.sub(r"<metadata>.*?</metadata>\n?", "", buffer.getvalue(), flags=re.DOTALL)
    return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}", text)


def main() -> int:
    """Write the picture."""
    sys.path.insert(0, str(ROOT))  # the library of this folder, whatever else is installed
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn(), encoding="utf-8", newline="\n")
    print(f"{PICTURE.relative_to(ROOT).as_posix()}: {PICTURE.stat().st_size / 1024:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
