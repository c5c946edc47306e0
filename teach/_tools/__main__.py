"""Make the files of a course: ``python -m teach._tools [--chapter NAME] [--part NAME ...]``.

A part is a module of this package with a function ``make(out, chapters)``. It writes below the
folder ``out`` and takes all it needs from the sources under ``teach/`` and from the built book.
"""

from __future__ import annotations

import argparse
import importlib
import sys

from teach._tools.sources import OUT, MissingTool, chapters

PARTS: list[str] = [
    "handouts",
    "problems",
    "student",
    "offline",
    "pdf",
    "lms",
    "scorm",
    "accessibility",
    "slides",
]


def main() -> int:
    """Make the parts that were asked for, all of them if none was named."""
    known = chapters()
    parser = argparse.ArgumentParser(description="Make the files of a course.")
    parser.add_argument("--chapter", choices=known, help="make one chapter's files only")
    parser.add_argument("--part", choices=PARTS, action="append", help="make this part only")
    asked = parser.parse_args()
    chosen = [asked.chapter] if asked.chapter else known
    for part in asked.part or PARTS:
        print(f"{part} ...", flush=True)
        try:
            importlib.import_module(f"teach._tools.{part}").make(OUT / part, chosen)
        except MissingTool as missing:
            if asked.part:
                print(missing, file=sys.stderr)
                return 1
            print(f"  left out: {missing}")
    print(f"Ready in {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
