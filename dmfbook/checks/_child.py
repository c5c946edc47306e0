"""Runs a student's function on cases and gives back what it returned, as data.

A program of its own, started by ``functions.py``; it imports nothing of this library, which is to
be out of reach here. A notebook calls `run` as well, without the limits.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

MOST_NUMBERS = 200_000
MOST_LEVELS = 6
# What a function has no need of, by the names of Python's audit events.
DENIED = (
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "pty.",
    "shutil.",
    "socket.",
    "signal.pthread_kill",
    "ctypes.dlopen",
    "ctypes.dlsym",
    "gc.",
    "tempfile.",
    "urllib.",
    "http.",
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def to_data(value: Any, level: int = 0) -> Any:
    """Return a result as numbers and lists of them, or raise: no objects leave this process."""
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        if getattr(value, "size", 0) > MOST_NUMBERS:
            raise ValueError(f"gave back more than {MOST_NUMBERS} numbers")
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        if level == MOST_LEVELS or len(value) > MOST_NUMBERS:
            raise ValueError("gave back lists too deep or too long")
        return [to_data(one, level + 1) for one in value]
    if isinstance(value, (bool, int)):
        if abs(value) > 10**18:
            raise ValueError("gave back a whole number of more than 18 digits")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"gave back {value}")
        return float(value)
    raise TypeError(f"gave back {type(value).__name__}, not numbers or lists of numbers")


def problem_of(error: BaseException) -> str:
    """Return one short line about an exception, which may itself fail to describe itself."""
    try:
        return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
    except BaseException:
        return type(error).__name__[:60]


def to_arguments(data: Any) -> Any:
    """Return arguments as they are called: arrays travel as ``{"array": nested lists}``."""
    import numpy as np

    if isinstance(data, dict):
        return np.array(data["array"])
    if isinstance(data, list):
        return [to_arguments(one) for one in data]
    return data


def run(source: str, name: str, cases: Iterable[list[Any]], emit: Callable[[Any], None]) -> None:
    """Run the source, call the function on each case and emit ``{"value"}`` or ``{"error"}``."""
    import numpy as np

    space: dict[str, Any] = {"__name__": "answer", "np": np, "numpy": np, "math": math}
    try:
        exec(compile(source, "answer", "exec"), space)
    except BaseException as error:
        emit({"failed": problem_of(error)})
        return
    function = space.get(name)
    if not callable(function):
        emit({"failed": f"it defines no function {name}"})
        return
    for case in cases:
        try:
            emit({"value": to_data(function(*to_arguments(case)))})
        except BaseException as error:
            emit({"error": problem_of(error)})


def guard(modules: tuple[str, ...], folders: tuple[str, ...]) -> None:
    """Refuse modules, most files, all writing, other processes and the network from now on.

    Files are read where Python keeps its own, and not below the given folders. An audit hook
    cannot be taken away again by the code that it watches.
    """
    own = tuple(os.path.realpath(path) for path in {sys.prefix, sys.base_prefix, *sys.path} if path)

    def watch(
        event: str,
        args: tuple[Any, ...],
        *,
        denied: tuple[str, ...] = DENIED,
        text: type = str,
        writing: int = WRITING,
        begins: Any = str.startswith,
        is_a: Any = isinstance,
        path_of: Any = os.fspath,
        whole: type = int,
        decode: Any = os.fsdecode,
        real: Any = os.path.realpath,
    ) -> None:
        if event == "import":
            name = args[0]
            for module in modules:
                if name == module or begins(name, module + "."):
                    raise ImportError(f"{module} is not at hand here")
        elif event == "open":
            path, _, flags = args
            if is_a(flags, whole) and flags & writing:
                raise PermissionError("files cannot be written here")
            if not is_a(path, whole):
                where = real(decode(path_of(path)))
                if begins(where, folders) or not begins(where, own):
                    raise PermissionError("this file is not at hand here")
        elif begins(event, denied):
            raise PermissionError(f"{event} is not allowed here")

    sys.addaudithook(watch)


def limit(seconds: int, mebibytes: int) -> None:
    """Limit processor time, memory, files and processes, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the time limit of the parent alone.
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    # What it took to start is not the function's; on a busy machine that is more than a second.
    last = math.ceil(used.ru_utime + used.ru_stime) + seconds
    wanted = [
        (resource.RLIMIT_CPU, (last, last + 1)),
        (resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20)),
        (resource.RLIMIT_FSIZE, (0, 0)),
        (resource.RLIMIT_CORE, (0, 0)),
    ]
    for which, limits in wanted:
        try:
            resource.setrlimit(which, limits)
        except (OSError, ValueError):
            continue


def main() -> None:
    """Read a job from the standard input and write one line for each case."""
    job = json.loads(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    import ctypes  # noqa: F401  (numpy and scipy want it, and it opens a library when it is loaded)

    import numpy  # noqa: F401  (before the guard, which refuses what its import needs)

    limit(job["seconds"], job["mebibytes"])
    guard(tuple(job["without"]), tuple(job["folders"]))
    write, flush, dumps = out.write, out.flush, json.dumps

    def emit(line: Any) -> None:
        write(dumps(line) + "\n")
        flush()

    run(job["source"], job["name"], job["cases"], emit)
    # Threads and exit handlers of the answer get no turn.
    os._exit(0)


if __name__ == "__main__":
    main()
