"""Build the book on a machine that has everything against it: ``hostile.py [--keep]``.

A fresh clone, as Git for Windows would make it, in a folder with spaces and a percent sign; no home
to write to; a matplotlibrc that asks for LaTeX; a locale and streams of Latin-1; another time zone;
code that Python and IPython would run at their start; and a processor without its newest
instructions. The clone must build, and chapters must store the same outputs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import ROOT

TRIED = ["factorization", "sharpness"]


def newest_instructions() -> list[str]:
    """Return what numpy would make use of on this processor, in the names that it knows."""
    from numpy._core import _multiarray_umath as core

    return [name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name)]


def environment(folder: Path) -> dict[str, str]:
    """Return variables, and write files, that nobody would wish to a friend."""
    settings = folder / "settings"
    startup = settings / "profile_default/startup"
    startup.mkdir(parents=True)
    rc = "text.usetex: True\nfont.family: fantasy\nbackend: nonsense\nsvg.fonttype: path\nwhat?\n"
    (settings / "matplotlibrc").write_text(rc, encoding="utf-8")
    (startup / "00-first.py").write_text("print('IPython was told')\n", encoding="utf-8")
    (settings / "start.py").write_text("print('Python was told')\n", encoding="utf-8")
    return {
        **os.environ,
        # Nobody can make folders below a device, not even the administrator.
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "XDG_CACHE_HOME": os.devnull,
        "MPLCONFIGDIR": str(settings),
        "MATPLOTLIBRC": str(settings / "matplotlibrc"),
        "IPYTHONDIR": str(settings),
        "PYTHONSTARTUP": str(settings / "start.py"),
        "PYTHONIOENCODING": "latin-1",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONOPTIMIZE": "2",
        "PYTHONWARNINGS": "always",
        "LC_ALL": "C",
        "TZ": "Pacific/Kiritimati",
        "SOURCE_DATE_EPOCH": "0",
        "OMP_NUM_THREADS": "2",
        "NPY_DISABLE_CPU_FEATURES": " ".join(newest_instructions()),
        "OPENBLAS_CORETYPE": "Nehalem",
    }


def main() -> int:
    """Clone, build, and compare."""
    folder = Path(tempfile.mkdtemp(prefix="hostile "))
    clone = folder / "a clone, 100 % spaces"
    git = ["git", "-c", "core.autocrlf=true", "-c", "core.eol=crlf"]
    subprocess.run([*git, "clone", "--quiet", str(ROOT), str(clone)], check=True)
    hostile = environment(folder)
    steps = [
        ["tools/build.py"],
        ["tools/notebooks.py", "--check", *TRIED],
        ["-m", "pytest", "-q", "tests/engine/test_readers_machines.py"],
    ]
    failed = False
    for step in steps:
        # Interpreters warn of their own libraries too under "always"; only failures count.
        if "pytest" in step:
            del hostile["PYTHONOPTIMIZE"]  # without assertions no test can fail, and pytest stops
        run = subprocess.run([sys.executable, *step], cwd=clone, env=hostile)
        failed |= run.returncode != 0
        print(f"{' '.join(step)}: {'fails' if run.returncode else 'passes'}", flush=True)
    if "--keep" in sys.argv or failed:
        print(f"The clone is in {folder}")
    else:
        shutil.rmtree(folder)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
