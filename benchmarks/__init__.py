"""Races of the library against the tools one would otherwise use; see ``python -m benchmarks``."""

import os

# One core. Set here, before any benchmark imports numpy, whose linear algebra reads these once.
for _variable in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM"):
    os.environ[f"{_variable}_NUM_THREADS"] = "1"
