"""Execute the notebooks of the book, side by side, and look at what they printed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import nbformat
import yaml  # type: ignore[import-untyped]
from environment import ROOT
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from jupyter_cache.executors.basic import ExecutionWorkerLocalMProc, ProcessData
from kernels import fork_kernels
from notebooks import joined

#: The chapters that take longest are executed first, so that none is left over at the end.
LONGEST = ("linear_networks", "matrix_recovery", "escape", "factorization", "collapse")


def execute(folder: Path) -> None:
    """Execute the notebooks that changed, side by side; Sphinx then finds their outputs.

    It would execute them one after the other. One that fails is left to it, for it explains why.
    """
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["execute"]
    cache = get_cache(folder / ".jupyter_cache")
    for notebook in sorted((ROOT / "book").glob("*.ipynb")):
        cache.add_nb_to_project(str(notebook))
    changed = load_executor("local-parallel", cache=cache).get_records()
    changed.sort(key=lambda notebook: Path(notebook.uri).stem not in LONGEST)
    tasks = [ProcessData(each.pk, each.uri, cache, settings["timeout"], False) for each in changed]
    if tasks:
        fork_kernels()
        # One by one: the executor of jupyter_cache shares them out in pairs.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(ExecutionWorkerLocalMProc(), tasks))
    for executed in (folder / ".jupyter_cache/executed").glob("*/base.ipynb"):
        join_streams(executed)
    for task in tasks:
        with suppress(KeyError):  # it failed
            kept = cache.match_cache_file(task.uri)
            executed = folder / ".jupyter_cache/executed" / kept.hashkey / "base.ipynb"
            if not whole(executed, Path(task.uri)):
                cache.remove_cache(kept.pk)


def join_streams(path: Path) -> None:
    """Join each stream of an executed notebook: the page would break a line at every cut."""
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def whole(executed: Path, stored: Path) -> bool:
    """Whether an executed notebook has printed wherever the stored one has.

    On a machine that is too busy the client of a kernel may miss what a cell printed.
    """

    def silent(path: Path) -> set[str]:
        cells = nbformat.read(path, as_version=4).cells  # type: ignore[no-untyped-call]
        return {cell.id for cell in cells if cell.cell_type == "code" and not cell.outputs}

    return silent(executed) <= silent(stored)


def complaints(folder: Path) -> Iterator[str]:
    """Yield what executed cells wrote to stderr, which stops a build without a word."""
    for path in sorted((folder / ".jupyter_cache/executed").glob("*/base.ipynb")):
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                if output.output_type == "stream" and output.name == "stderr":
                    yield f"This cell\n\n{cell.source}\n\nwrote to stderr:\n\n{output.text}"
