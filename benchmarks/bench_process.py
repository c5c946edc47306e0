"""What a fresh process pays: the time to import the library, and the memory of a large spectrum."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from benchmarks.harness import Race, race

IMPORT_TIME = """
import time
start = time.perf_counter()
import dmfbook
print(time.perf_counter() - start)
"""
SPECTRUM = r"""
import pathlib, re, resource, sys
import numpy as np
from dmfbook import spectrum_from_singular_values
values = np.linspace(0.1, 40.0, 500)
eigenvalues = spectrum_from_singular_values(values, (500,) * 11, 0.3).eigenvalues()
status = pathlib.Path("/proc/self/status")
if status.exists():  # where getrusage counts the parent's memory too
    print(1024 * int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text("utf-8"))[1]))
else:
    unit = 1 if sys.platform == "darwin" else 1024
    print(unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def run(source: str) -> str:
    """Return what a Python process of its own prints."""
    command = [sys.executable, "-c", source]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def races() -> Iterator[Race]:
    inside = statistics.median(float(run(IMPORT_TIME)) for _ in range(5))
    yield race(
        "a process that imports dmfbook",
        ours=partial(run, "import dmfbook"),
        peers={"a process that imports numpy": partial(run, "import numpy")},
        note=f"`import dmfbook` alone, numpy included: {1000 * inside:.0f} ms",
    )
    peak = float(run(SPECTRUM))
    yield race(
        "a process that computes all 2,500,000 eigenvalues, depth 10, 500 x 500",
        ours=partial(run, SPECTRUM),
        peers={},
        note=f"largest memory of the whole process, Python and numpy included: {peak / 1e6:.0f} MB",
    )
