"""Execute the chapters and store their text outputs: ``notebooks.py [slug ...]``.

The same cells give the same bytes on every run: no pictures, web elements, timings or versions are
stored, cells are counted from 1, and the kernel is called by its plain name. With ``--check``
nothing is written, and the exit code says whether every file is as it would be stored.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
from environment import ROOT, settle
from nbclient import NotebookClient

BOOK = ROOT / "book"
TEXT = ("text/plain", "text/latex")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def text_only(output: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return an output with only its text left."""
    if "data" in output:
        output.data = {kind: output.data[kind] for kind in TEXT if kind in output.data}
        output.metadata = {}
    return output


def joined(outputs: Iterable[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Return the outputs with each stream in one piece: where it is split depends on timing."""
    kept: list[nbformat.NotebookNode] = []
    for output in outputs:
        same = kept and output.output_type == "stream" == kept[-1].output_type
        if same and output.name == kept[-1].name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def stored(path: Path) -> str:
    """Execute a notebook and return the text of its file."""
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        # One output for each stream, however the kernel happened to cut it.
        coalesce_streams=True,
    ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(map(text_only, cell.outputs))
        cell.metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text + "\n"


def main() -> int:
    """Store every chapter, or those that are named."""
    parser = argparse.ArgumentParser(
        description="Execute the chapters and store their text outputs."
    )
    parser.add_argument("slugs", nargs="*", help="chapters; all of them when none is named")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    arguments = parser.parse_args()
    settle()
    paths = [BOOK / f"{slug}.ipynb" for slug in arguments.slugs] or sorted(BOOK.glob("*.ipynb"))
    different = False
    for path in paths:
        before, after = path.read_text(encoding="utf-8"), stored(path)
        different |= before != after
        state = "unchanged" if before == after else "differs" if arguments.check else "stored"
        if not arguments.check and before != after:
            path.write_text(after, encoding="utf-8", newline="\n")
        print(f"{path.name}: {state}")
    return int(arguments.check and different)


if __name__ == "__main__":
    sys.exit(main())
