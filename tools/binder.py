"""What Binder installs: ``binder.py`` writes ``binder/requirements.txt``, ``--check`` tries it.

The pins are those of ``requirements.txt`` that the chapters need, less what Binder's own image has.
The trial needs no Docker: it makes an environment from ``binder/`` alone, weighs it, and executes
every chapter in it; and it reads the Dockerfile that repo2docker prints.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

from environment import ROOT

PINS = ROOT / "binder/requirements.txt"
IN_THE_IMAGE = {"ipykernel", "jupyter-server", "jupyterlab", "notebook"}
SHOWS_THE_DIRECTIVES = "jupyterlab-myst"
MOST_MEGABYTES = 600
HEADER = "# What Binder installs. `make requirements` writes it: the pins that the chapters need.\n"


def parents(requirements: str) -> dict[str, set[str]]:
    """Return the pins, each with the packages that ask for it, from the comments of pip-compile."""
    asking: dict[str, set[str]] = {}
    for line in requirements.splitlines():
        if line and not line.startswith(("#", " ", "-e")):
            asking[line.split(" ")[0]] = set()
        elif asking and (name := re.fullmatch(r" +#(?: +via)? +([\w.-]+)(?:\[.*\])?", line)):
            asking[next(reversed(asking))].add(name[1])
    return asking


def pins() -> str:
    """Return the text of Binder's requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["notebook"]
    kept = {re.split(r"[<>=\[]", name)[0] for name in asked} | {SHOWS_THE_DIRECTIVES}
    asking = parents((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    names = {pin: pin.split("==")[0] for pin in asking}
    while True:
        more = {names[pin] for pin, by in asking.items() if by & kept} - IN_THE_IMAGE - kept
        if not more:
            break
        kept |= more
    return HEADER + "".join(f"{pin}\n" for pin in asking if names[pin] in kept)


def dockerfile(repo2docker: str) -> str:
    """Return the Dockerfile that repo2docker would build this folder with."""
    command = [repo2docker, "--no-build", "--debug", str(ROOT)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return run.stdout + run.stderr


def faults(dockerfile: str) -> list[str]:
    """Return what is wrong with a Dockerfile: packages must come before the repository's files."""
    steps = [line.strip() for line in dockerfile.splitlines()]
    install = [i for i, s in enumerate(steps) if "-r" in s and "binder/requirements.txt" in s]
    copy = [i for i, step in enumerate(steps) if re.match(r"COPY .*\bsrc/ \$\{REPO_DIR\}", step)]
    after = [i for i, step in enumerate(steps) if "binder/postBuild" in step]
    wrong = []
    if not install:
        wrong.append("it does not install binder/requirements.txt")
    if not copy or (install and install[0] > copy[0]):
        wrong.append("it copies the repository before it installs the packages")
    if not after:
        wrong.append("it does not run binder/postBuild")
    return wrong


def megabytes(folder: Path) -> float:
    """Return the size of a folder's files."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def check(folder: Path) -> int:
    """Make the environment, weigh it, and execute every chapter in it."""
    venv.create(folder / "environment", with_pip=True, clear=True)
    python = folder / "environment" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    empty = megabytes(folder / "environment")
    subprocess.run([*pip, "-r", str(PINS)], check=True)
    size = megabytes(folder / "environment") - empty
    print(f"Binder's packages: {size:.0f} MB of at most {MOST_MEGABYTES}")
    # What the image has, and what executes chapters.
    subprocess.run([*pip, "ipykernel", "nbclient"], check=True)
    subprocess.run([*pip, "--no-deps", str(ROOT)], check=True)
    chapters = subprocess.run([str(python), str(ROOT / "tools/notebooks.py"), "--check"], cwd=ROOT)
    return int(chapters.returncode != 0 or size > MOST_MEGABYTES)


def main() -> int:
    """Write the pins, or try them."""
    parser = argparse.ArgumentParser(description="Write Binder's requirements, or try them.")
    parser.add_argument("--check", action="store_true", help="try them in a new environment")
    if parser.parse_args().check:
        return check(ROOT / "_build/binder")
    PINS.write_text(pins(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
