"""The environment in which chapters run and the book is built: the same on every machine.

Whatever the reader's home folder, configuration files, fonts, locale, time zone and variables are,
a build, a notebook and a picture do not follow them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Variables that change what Python, Jupyter, matplotlib or Sphinx do.
DROPPED = (
    "JUPYTER_PATH",
    "JUPYTER_CONFIG_PATH",
    "MPLBACKEND",
    "PYTHONIOENCODING",
    "PYTHONLEGACYWINDOWSSTDIO",
    "PYTHONOPTIMIZE",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "SOURCE_DATE_EPOCH",  # would change the year of the copyright
)

#: What our processes do not load: a grammar of international addresses, with which jsonschema, and
#: so nbformat, would take three seconds to load. No notebook has such an address.
GRAMMAR = "rfc3987_syntax"


def settle(folder: Path = ROOT / "_build") -> None:
    """Set this process's environment, and so its children's; what they write goes to the folder."""
    jupyter, matplotlib = folder / ".jupyter", folder / ".matplotlib"
    matplotlib.mkdir(parents=True, exist_ok=True)
    (matplotlib / "matplotlibrc").touch()
    # The library is that of this folder, whatever else is installed.
    path = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    for name in DROPPED:
        os.environ.pop(name, None)
    sys.modules.setdefault(GRAMMAR, None)  # type: ignore[arg-type]
    os.environ |= {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(filter(None, path))),
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "TZ": "UTC",
        # The order in which threads add numbers would change last digits.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLCONFIGDIR": str(matplotlib),
        "MATPLOTLIBRC": str(matplotlib / "matplotlibrc"),
        "IPYTHONDIR": str(folder / ".ipython"),
        "JUPYTER_CONFIG_DIR": str(jupyter / "config"),
        "JUPYTER_DATA_DIR": str(jupyter / "data"),
        "JUPYTER_RUNTIME_DIR": str(jupyter / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    # Kernels of a build speak with it over this machine's own ports, and would each warn of that.
    profile = folder / ".ipython/profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(
        'c.IPKernelApp.log_level = "ERROR"\n', encoding="utf-8"
    )
    if not list(matplotlib.glob("fontlist-*.json")):
        # Where fonts are many it says that it looks for them, and a cell must print nothing.
        command = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(command, capture_output=True)
