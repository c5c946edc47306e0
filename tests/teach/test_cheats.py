"""Cheats and broken sheets get zero and a reason, and all else counts as if nothing had been."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from practice_set import COURSE, practice_set, written

from dmfbook.checks.functions import Limits, run_in_child
from dmfbook.checks.judging import Plan, Result, judge_file
from dmfbook.checks.strict import strict_json

SET = practice_set()
PLAN = Plan("practice", COURSE, "salt")


def judged(path: Path) -> Result:
    return judge_file(path, path.name, PLAN)


def source(body: str) -> dict[str, str]:
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return {"source": f"def triple(number):\n{lines}\n"}


def test_a_good_sheet_gets_all_points(tmp_path: Path) -> None:
    result = judged(written(tmp_path, "s1"))
    assert (result.total, result.why, result.problem) == (10, {}, "")


CHEATS: dict[str, tuple[str, str]] = {
    "the library": ("import dmfbook\nreturn 3 * number", "ImportError: dmfbook is not at hand"),
    "the library, unblocked": (
        "import sys\nsys.modules.pop('dmfbook', None)\n"
        "from dmfbook.numerics import sharpness\nreturn 3 * number",
        "ImportError: dmfbook is not at hand",
    ),
    "the library, by its file": (
        "import sys\n"
        "from importlib.machinery import PathFinder\n"
        "spec = PathFinder.find_spec('dmfbook', sys.path + ['ROOT'])\n"
        "exec(open(spec.origin).read())\nreturn 3 * number",
        "PermissionError: this file is not at hand",
    ),
    "scipy": ("import scipy.linalg\nreturn 3 * number", "ImportError: scipy is not at hand"),
    "an endless loop": ("while True:\n    pass", "and was stopped"),
    "a sleep": ("import time\ntime.sleep(60)", "ran past 8 s and was stopped"),
    "a crash": ("import ctypes\nreturn ctypes.string_at(0)", "crashed Python"),
    "an exit": ("import os\nos._exit(0)", "gave no result"),
    "a polite exit": ("raise SystemExit", "SystemExit"),
    "memory": ("return len(np.ones(10**10)) * number", "MemoryError"),
    "memory, bit by bit": ("a = [0]\nwhile True:\n    a = a + a", "MemoryError"),
    "recursion": ("return triple(number)", "RecursionError"),
    "a flood": (
        "import os\nfor f in range(3, 9):\n    try:\n        while True:\n"
        "            os.write(f, b'x' * 10**6)\n    except OSError:\n        pass\nreturn 0",
        "its output was too long",
    ),
    "printing": ("for _ in range(10**5):\n    print('x' * 100)\nreturn 1", "1 is not it"),
    "forged lines": (
        "import os\nfor f in range(3, 9):\n    try:\n"
        '        os.write(f, b\'{"value": NaN}\\n{"points": 99}\\n\')\n'
        "    except OSError:\n        pass\nreturn 3 * number",
        "gave no result",
    ),
    "writing": ("open('x.txt', 'w').write('x')\nreturn 3", "files cannot be written"),
    "other sheets": ("return len(open('SHEETS/practice-s2.json').read())", "not at hand here"),
    "deleting": ("import os\nos.remove('SHEETS/practice-s2.json')", "os.remove is not allowed"),
    "other programs": ("import os\nos.system('true')\nreturn 3", "os.system is not allowed"),
    "the grader": ("import os\nos.kill(os.getppid(), 9)\nreturn 3", "os.kill is not allowed"),
    "forks": ("import os\nwhile True:\n    os.fork()", "os.fork is not allowed"),
    "the network": (
        "import socket\nsocket.create_connection(('127.0.0.1', 9))",
        "is not allowed here",
    ),
    "no number": ("return float('nan')", "gave back nan"),
    "an object": ("class A(float):\n    __eq__ = lambda s, o: True\nreturn A(1)", "is not it"),
    "an array of objects": ("return np.array([{}])", "gave back dict"),
    "text": ("return '3'", "gave back str"),
    "nothing": ("pass", "gave back NoneType"),
    "a huge number": ("return 10**5000", "more than 18 digits"),
    "an error that cannot be shown": (
        "class E(Exception):\n    def __str__(self):\n        raise self\nraise E",
        "triple(",
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("cheat", CHEATS)
def test_functions_that_cheat_or_crash(cheat: str, tmp_path: Path) -> None:
    """Zero for the function with a reason, and all other points as if nothing had been."""
    if sys.platform != "linux" and cheat in ("memory", "memory, bit by bit", "forks"):
        pytest.skip("the system sets no such limit")
    neighbour = written(tmp_path, "s2")
    before = neighbour.read_bytes()
    body, reason = CHEATS[cheat]
    root = str(Path(__file__).resolve().parents[2])
    body = body.replace("SHEETS", tmp_path.as_posix()).replace("ROOT", root)
    path = written(tmp_path, "s1", q3=source(body))
    result = judge_file(path, path.name, Plan("practice", COURSE, "salt", str(tmp_path)))
    assert result.points["q3"] <= 1, "0 is three times 0"
    assert result.points["q1"] + result.points["q2"] == 6
    assert reason in result.why["q3"]
    assert len(result.why["q3"]) < 500
    assert neighbour.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["practice-s1.json", "practice-s2.json"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def triple(number:", "the source does not run: SyntaxError"),
        ("def tripled(number): return 3", "it defines no function triple"),
        ("triple = 3", "it defines no function triple"),
        ("import sys; sys.exit()", "the source does not run: SystemExit"),
        ("", "it defines no function triple"),
        ("x = " + "(" * 5000 + ")" * 5000, "the source does not run"),
        ("\0", "the source does not run"),
        ("\ud800", "the source does not run"),
        ("while 1: pass", "and was stopped"),
    ],
)
def test_sources_that_do_not_even_run(text: str, reason: str, tmp_path: Path) -> None:
    result = judged(written(tmp_path, "s1", q3={"source": text}))
    assert result.points["q3"] == 0
    assert reason in result.why["q3"]


def test_what_the_checks_said_is_not_believed(tmp_path: Path) -> None:
    claims = {"said": {"q1": "2 of 2"}, "points": {"q1": 2}, "total": 99}
    result = judged(written(tmp_path, "s1", q1={"area": 1}, **claims))
    assert result.points == {"q1": 0, "q2": 4, "q3": 4}, result.why
    assert "1 is not the value for your sheet" in result.why["q1"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"version": 2}, "a sheet of version 2 of the set; this is version 3"),
        ({"set": "curvature"}, "a sheet of the set curvature; here practice is graded"),
        ({"course": "other"}, "a sheet of the course other; here dmf-2027 is graded"),
        ({"form": 2}, "its form is not 1"),
        ({"form": True}, "its form is not 1"),
        ({"version": "3"}, "its version is no whole number"),
        ({"version": True}, "its version is no whole number"),
        ({"student": "../../etc/passwd"}, "its student is no name"),
        ({"student": "=cmd()"}, "its student is no name"),
        ({"student": "a" * 65}, "its student is no name"),
        ({"student": 7}, "its student is no text"),
        ({"student": None}, "its student is no text"),
        ({"student": {"a": 1}}, "its student is no text"),
        ({"course": "\ud800"}, "its course is no name"),
        ({"answers": []}, "its answers are not an object"),
        ({"answers": {"q1": 3}}, "the answer to 'q1' is not an object"),
        ({"answers": {"q3": {"source": 3}}}, "the source of 'q3' is no text"),
        ({"answers": {"q3": {"source": "x" * 20_001}}}, "longer than 20000 letters"),
        ({"answers": {"q4": {"text": ["x"]}}}, "the text of 'q4' is no text"),
    ],
)
def test_sheets_that_are_refused(changes: dict[str, Any], reason: str, tmp_path: Path) -> None:
    result = judged(written(tmp_path, "s1", **changes))
    assert result.total == 0
    assert reason in result.problem
    assert result.points == {"q1": 0, "q2": 0, "q3": 0}


@pytest.mark.parametrize(
    ("area", "reason"),
    [
        (None, "not answered"),
        ("4", "must be an array of real numbers"),
        (True, "must be one number"),
        ([4], "must be one number, but it has shape"),
        ([], "must not be empty"),
        ([[1], [1, 2]], "must not be ragged"),
        ({"a": 1}, "must be an array of real numbers"),
        (10**17, "must hold numbers up to 1e9"),
        (-1, "is not the value for your sheet"),
    ],
)
def test_answers_of_another_type(area: Any, reason: str, tmp_path: Path) -> None:
    result = judged(written(tmp_path, "s1", q1={"area": area}))
    assert result.points == {"q1": 0, "q2": 4, "q3": 4}, result.why
    assert reason in result.why["q1"]


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "it is not JSON"),
    "half": (b'{"form": 1, "set":', "it is not JSON"),
    "a list": (b"[]", "it is not the object"),
    "a number": (b"3", "it is not the object"),
    "NaN": (b'{"form": NaN}', "NaN is not a number"),
    "infinity": (b'{"form": -Infinity}', "-Infinity is not a number"),
    "overflow": (b'{"form": 1e400}', "the number 1e400 is too large"),
    "digits": (b'{"form": ' + b"9" * 5000 + b"}", "has too many digits"),
    "depth": (b"[" * 100_000, "nested deeper than 8"),
    "depth of objects": (b'{"a":' * 30_000 + b"1" + b"}" * 30_000, "nested deeper than 8"),
    "twice": (b'{"form": 1, "form": 1}', "the key 'form' stands twice"),
    "bytes": (b"\xff\xfe\x00", "it is not text in UTF-8"),
    "size": (b" " * 200_001, "it is longer than 200 KB"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "it is not text in UTF-8"),
    "a pickle": (b"\x80\x04\x95.", "it is not text in UTF-8"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_files_that_are_no_sheets(kind: str, tmp_path: Path) -> None:
    content, reason = HOSTILE[kind]
    path = tmp_path / "smith_17_practice-s9-2.json"
    path.write_bytes(content)
    result = judged(path)
    assert (result.total, result.student) == (0, "s9"), "the name of the file tells who"
    assert reason in result.problem


def test_files_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    assert "it is no file" in judged(tmp_path / "folder.json").problem
    assert "it is no file" in judged(tmp_path / "absent.json").problem
    if os.name == "posix":
        (tmp_path / "link.json").symlink_to("/dev/zero")
        os.mkfifo(tmp_path / "pipe.json")
        assert "it is no file" in judged(tmp_path / "link.json").problem
        assert "it is no file" in judged(tmp_path / "pipe.json").problem


def test_strings_may_hold_brackets() -> None:
    assert strict_json('{"a": "[[[[[[[[[[\\"[[["}') == {"a": '[[[[[[[[[["[[['}


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no processor time")
def test_limits_hold_for_all_cases_together() -> None:
    slow = "def f(x):\n    k = 0\n    while k < 10**7: k += 1\n    return x"
    outcomes = run_in_child(slow, "f", [(i,) for i in range(50)], limits=Limits(1, 60.0, 700))
    assert outcomes[0].value == 0
    assert "processor time" in outcomes[-1].problem
    assert len(outcomes) == 50


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no processor time")
def test_what_a_child_took_to_start_is_not_counted() -> None:
    """A busy machine loads numpy in more than the second that a function may have."""
    code = (
        "import resource, time\n"
        "from dmfbook.checks import _child\n"
        "while time.process_time() < 1.2: pass\n"
        "_child.limit(1, 1 << 20)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0] - time.process_time())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 1 <= float(run.stdout) <= 2


def test_arrays_travel_as_arrays() -> None:
    code = "def f(a, m, p): return [a.T @ a, m.sum(), len(p), p[1].shape, np.float64(2), True]"
    case = (np.array([[1.5, 2.0]]), np.array([[True, False]]), [np.eye(2), np.ones((1, 3))])
    (outcome,) = run_in_child(code, "f", [case])
    assert outcome.value == [[[2.25, 3.0], [3.0, 4.0]], 1, 2, [1, 3], 2.0, 1]
