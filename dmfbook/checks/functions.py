"""Running a student's function in a process of its own, which gets cases and gives back numbers.

What protects the grader: the child is an isolated Python with limits on processor time and memory
and a limit on the time of the clock; files cannot be written, other processes not started and the
network not reached; its output is read up to a limit and parsed as plain data. That stops the
mistakes and the tricks of a class. It is no prison for code written to break out of Python: run
the grader in a container or under an account that owns nothing, if you have to expect that.
Windows limits neither processor time nor memory: there the clock alone ends what goes on and on.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dmfbook.checks import _child
from dmfbook.checks.strict import strict_json

__all__ = ["Limits", "Outcome", "run_here", "run_in_child", "travelling"]

MOST_OUTPUT = 8 << 20
PACKAGE = str(Path(__file__).resolve().parents[1])


@dataclass(frozen=True)
class Limits:
    """What a function may use for all its cases: seconds of processor and clock, and memory."""

    seconds: int = 10
    wall: float = 60.0
    mebibytes: int = 2048


@dataclass(frozen=True)
class Outcome:
    """What one case came to: a value, plain numbers and lists, or a problem in words."""

    value: Any = None
    problem: str = ""


def travelling(argument: Any) -> Any:
    """Return an argument as JSON holds it; arrays become ``{"array": nested lists}``."""
    if isinstance(argument, np.ndarray):
        return {"array": argument.tolist()}
    if isinstance(argument, (list, tuple)):
        return [travelling(one) for one in argument]
    return argument


def run_in_child(
    source: str,
    name: str,
    cases: Sequence[Sequence[Any]],
    without: Sequence[str] = ("dmfbook",),
    limits: Limits | None = None,
    hidden: Sequence[str] = (),
) -> list[Outcome]:
    """Call a function on cases in a child process.

    Parameters
    ----------
    source, name : str
        What defines the function, and its name. ``np`` and ``math`` are at hand.
    cases : sequence of sequences
        The arguments of each call; numbers, lists and arrays.
    without : sequence of str, optional
        Packages that cannot be imported.
    limits : Limits, optional
        For all cases together.
    hidden : sequence of str, optional
        Folders that cannot be read, beside all that are not Python's own.

    Returns
    -------
    list of Outcome
        One for each case, whatever the function does.

    Examples
    --------
    >>> for outcome in run_in_child("def part(x): return 1 / x", "part", [(4,), (0,)]):
    ...     print(outcome)
    Outcome(value=0.25, problem='')
    Outcome(value=None, problem='ZeroDivisionError: division by zero')
    """
    limits = limits or Limits()
    job = {
        "source": source,
        "name": name,
        "cases": [travelling(list(case)) for case in cases],
        "without": list(without),
        "folders": [PACKAGE, *(os.path.realpath(folder) for folder in hidden)],
        "seconds": limits.seconds,
        "mebibytes": limits.mebibytes,
    }
    with tempfile.TemporaryDirectory(prefix="answer-", ignore_cleanup_errors=True) as folder:
        with tempfile.TemporaryFile() as sent:
            sent.write(json.dumps(job).encode("ascii"))
            sent.seek(0)
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", _child.__file__],
                stdin=sent,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=_environment(folder),
                start_new_session=os.name == "posix",
            )
        text, stopped = _listen(process, limits.wall)
    ended = stopped or _ending(process.returncode, limits)
    return _outcomes(text, len(cases), ended)


def run_here(
    source: str, name: str, cases: Sequence[Sequence[Any]], without: Sequence[str] = ("dmfbook",)
) -> list[Outcome]:
    """Call a function on cases in this process, from its source alone, as a notebook does.

    A name that only the notebook knows, or a library that is not allowed, is noticed here as it
    will be when the sheet is graded. There are no limits.
    """
    lines: list[Any] = []
    with _hidden(without):
        _child.run(source, name, [travelling(list(case)) for case in cases], lines.append)
    return _outcomes("\n".join(json.dumps(line) for line in lines), len(cases), "")


@contextmanager
def _hidden(names: Sequence[str]) -> Iterator[None]:
    found = {
        name: module for name, module in sys.modules.items() if name.split(".")[0] in set(names)
    }
    for name in found:
        del sys.modules[name]
    blocked: dict[str, Any] = dict.fromkeys(names)
    sys.modules.update(blocked)
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(found)


def _environment(folder: str) -> dict[str, str]:
    """Return what Python needs to start, and nothing of the grader's own."""
    kept = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    homes = {"HOME": folder, "TMPDIR": folder, "TEMP": folder}
    return {name: os.environ[name] for name in kept if name in os.environ} | one | homes


def _listen(process: subprocess.Popen[bytes], wall: float) -> tuple[str, str]:
    """Return what a child wrote, and why it was stopped if it was."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        _kill(process)

    clock = threading.Timer(wall, stop)
    clock.daemon = True
    clock.start()
    try:
        assert process.stdout is not None
        with process.stdout:
            written = process.stdout.read(MOST_OUTPUT + 1)
        flooded = len(written) > MOST_OUTPUT
        if flooded:
            _kill(process)
        process.wait()
    finally:
        clock.cancel()
        _kill(process)
    if flooded:
        return "", "its output was too long"
    reason = f"ran past {wall:g} s and was stopped" if late.is_set() else ""
    return written.decode("ascii", "replace"), reason


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        try:
            if hasattr(os, "killpg"):  # Windows has no groups of processes
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        except (ProcessLookupError, PermissionError):
            process.kill()


def _ending(code: int, limits: Limits) -> str:
    if code == 0:
        return ""
    if os.name == "posix" and code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"ran past {limits.seconds} s of processor time and was stopped"
    return f"crashed Python (code {code})"


def _outcomes(text: str, count: int, ended: str) -> list[Outcome]:
    """Read the lines of a child, which may be anything; fill up what is missing with a reason."""
    found: list[Outcome] = []
    for line in text.split("\n")[:count]:
        try:
            got = strict_json(line, levels=_child.MOST_LEVELS + 2)
        except ValueError:
            break
        if not isinstance(got, dict) or len(got) != 1:
            break
        (kind, content), *_ = got.items()
        if kind == "failed":
            return [Outcome(problem=f"the source does not run: {_line(content)}")] * count
        if kind not in ("value", "error"):
            break
        found.append(Outcome(value=content) if kind == "value" else Outcome(problem=_line(content)))
    missing = Outcome(problem=ended or "gave no result")
    return found + [missing] * (count - len(found))


def _line(content: Any) -> str:
    """Return words of the student's process as one short printable line."""
    return "".join(c if c.isprintable() else " " for c in str(content))[:200]
