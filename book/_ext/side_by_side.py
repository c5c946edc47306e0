"""Sphinx extension: pages are read and written side by side, by a process for each of few cores.

Jupyter Book gives Sphinx one process, and no setting changes it.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sphinx.util.parallel import parallel_available
from sphinx_proof.domain import ProofDomain  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.domains import Domain

One = TypeVar("One")
Result = TypeVar("Result")

SAFE = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")
"""Extensions that do not say whether pages may be read side by side.

They may: the first numbers sections when all pages are read, and the second, which Jupyter Book
brings along, changes the page that it reads and nothing else.
"""

MOST = 4
"""Each process holds the libraries, and thirty pages are soon done."""


def side_by_side(app: Sphinx, task: Callable[[One], Result], given: Sequence[One]) -> list[Result]:
    """Return the result of a task for each of the given, worked out by a process for each core."""
    if not parallel_available or app.parallel == 1:
        return [task(one) for one in given]
    with multiprocessing.get_context("fork").Pool(app.parallel - 1) as pool:
        return pool.map(task, given, chunksize=1)


def declare(app: Sphinx) -> None:
    """Say what the extensions do not."""
    for name in SAFE:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True


def merge_nothing(domain: Domain, docnames: set[str], other: dict[str, Any]) -> None:
    """Merge what the domain of proofs has read: it keeps all of it elsewhere, and merges that."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    # One process more: while others write, the first prepares what they write.
    app.parallel = min(os.cpu_count() or 1, MOST) + 1
    app.connect("builder-inited", declare)
    ProofDomain.merge_domaindata = merge_nothing
    return {"parallel_read_safe": True, "parallel_write_safe": True}
