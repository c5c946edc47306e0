"""Model answers pass, everything else does not, and a verdict never tells what would be right."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import overlay
import pytest

from dmfbook.checks import ProblemSet, set_definition, set_names
from dmfbook.checks.judging import _cases
from dmfbook.checks.question import Question
from dmfbook.checks.sheet import read_sheet

SETS = set_names()[:4]
COURSE = "dmf-2027"


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overlay made for tests."""
    folder = tmp_path_factory.mktemp("private")
    overlay.write_overlay(folder)
    return folder


@cache
def model(private: Path, name: str, student: str) -> Mapping[str, Any]:
    return overlay.model_answers(private, ProblemSet(name, student, COURSE))


def asked(kinds: str) -> list[tuple[str, str]]:
    return [
        (name, one.name)
        for name in SETS
        for one in set_definition(name).questions
        if one.kind and one.kind in kinds
    ]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("student", ["s1", "s2", "s3"])
def test_model_answers_pass(private: Path, name: str, student: str) -> None:
    sheet = ProblemSet(name, student, COURSE)
    answers = model(private, name, student)
    for question, answer in answers.items():
        if not isinstance(answer, str):
            verdict = sheet.check(question, answer)
            assert (verdict.points, verdict.messages) == (verdict.out_of, ()), verdict
    by_program = {one.name for one in sheet.definition.questions if one.points}
    assert by_program <= set(answers)


@pytest.mark.skipif(not overlay.PRIVATE.exists(), reason="the teachers' overlay is not mounted")
@pytest.mark.parametrize("name", SETS)
def test_the_teachers_answers_pass(name: str) -> None:
    sheet = ProblemSet(name, "s1", COURSE)
    for question, answer in overlay.model_answers(overlay.PRIVATE, sheet).items():
        if not isinstance(answer, str):
            verdict = sheet.check(question, answer)
            assert verdict.points == verdict.out_of, verdict


def stubs(question: Question) -> list[Any]:
    shapes = {name: one.shape for name, one in question.fields.items()}
    return [
        None,
        {},
        ...,
        dict.fromkeys(shapes, ...),
        dict.fromkeys(shapes, "1"),
        dict.fromkeys(shapes, math.nan),
        dict.fromkeys(shapes, 1e300),
        dict.fromkeys(shapes, True),
        {name: np.zeros(shape) for name, shape in shapes.items()},
        {name: np.ones(shape) for name, shape in shapes.items()},
        {name: -np.ones(shape) for name, shape in shapes.items()},
        {name: np.full(shape, 1e9) for name, shape in shapes.items()},
        {name: np.ones((*shape, 1)) for name, shape in shapes.items()},
        {name: [[1], [1, 2]] for name in shapes},
        {"other": 1},
    ]


@pytest.mark.parametrize(("name", "question"), asked("NO"))
def test_stub_answers_fail(name: str, question: str) -> None:
    sheet = ProblemSet(name, "s1", COURSE)
    one = sheet.definition.question(question)
    for stub in stubs(one):
        verdict = sheet.check(question, stub)
        assert verdict.points == 0, f"{stub!r} reaches {verdict.points}"
        assert verdict.out_of == one.points
        assert verdict.messages


def nearly(answer: Mapping[str, Any], entry: str, factor: float) -> dict[str, Any]:
    changed = copy.deepcopy(dict(answer))
    changed[entry] = np.array(changed[entry], dtype=float) * factor
    return changed


#: Entries that may be a little off on one side: a step size, and starts.
ONE_SIDED = {("descent-and-data", "q2"), ("one-number-one-matrix", "q3")}


@pytest.mark.parametrize(("name", "question"), asked("NO"))
def test_answers_that_are_off_by_three_percent_fail(
    private: Path, name: str, question: str
) -> None:
    sheet = ProblemSet(name, "s2", COURSE)
    answer = model(private, name, "s2")[question]
    full = sheet.definition.question(question).points
    for entry, value in answer.items():
        points = [sheet.check(question, nearly(answer, entry, f)).points for f in (0.97, 1.03)]
        worst = min(points) if (name, question) in ONE_SIDED else max(points)
        # A number of zeros may be zero.
        assert worst < full or not np.any(value), entry
    last_digits = {
        entry: np.array(value, dtype=float) * (1 + 1e-9) for entry, value in answer.items()
    }
    assert sheet.check(question, last_digits).points == full


@pytest.mark.parametrize(("name", "question"), asked("NO"))
def test_the_numbers_of_a_neighbour_fail(private: Path, name: str, question: str) -> None:
    sheet = ProblemSet(name, "s3", COURSE)
    verdict = sheet.check(question, model(private, name, "s1")[question])
    # A start may happen to serve two students, or a number of zeros.
    assert verdict.points <= verdict.out_of / 2, verdict
    assert verdict.messages


@pytest.mark.parametrize(("name", "question"), asked("NO"))
def test_verdicts_do_not_tell_the_answer(private: Path, name: str, question: str) -> None:
    """No number of the right answer stands in what is said about a wrong one."""
    sheet = ProblemSet(name, "s1", COURSE)
    shapes = {n: one.shape for n, one in sheet.definition.question(question).fields.items()}
    said = "".join(
        repr(sheet.check(question, {entry: np.full(shape, 2.5) for entry, shape in shapes.items()}))
        for _ in range(1)
    )
    right = model(private, name, "s1")[question]
    for value in right.values():
        for number in np.ravel(np.array(value, dtype=float)):
            if abs(number - round(number)) > 1e-6:
                assert f"{number:.4g}" not in said


@pytest.mark.parametrize(("name", "question"), asked("C"))
def test_functions_that_do_nothing_fail_with_a_failing_input(name: str, question: str) -> None:
    sheet = ProblemSet(name, "s1", COURSE)
    task = sheet.definition.question(question).task
    assert task is not None
    bodies = [
        "return None",
        "return 0.0",
        "return [[1.0, [0]]]",
        "raise KeyError('x')",
        "return 7 * 'a'",
    ]
    for body in bodies:
        source = f"def {task.name}({task.arguments}):\n    {body}\n"
        space: dict[str, Any] = {}
        exec(compile(source, "<stub>", "exec"), space)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("inspect.getsource", lambda function, source=source: source)
            verdict = sheet.check(question, space[task.name])
        # Zero is right for targets below the tie, and the trivial mixture for size one.
        assert verdict.points <= 2, (body, verdict)
        assert verdict.messages
        assert all(f"{task.name}(" in message for message in verdict.messages)


def test_a_function_that_needs_its_notebook_is_told_so() -> None:
    sheet = ProblemSet("curvature", "s1", COURSE)
    factor = 2.0

    def sharpness(factors):
        return factor

    verdict = sheet.check("q3", sharpness)
    assert verdict.points == 0
    assert "NameError" in verdict.messages[0]
    for wrong in (lambda factors: 1, 3, None, np.linalg.norm, test_model_answers_pass):
        assert sheet.check("q3", wrong).messages[0].startswith("the answer must be a function def")


def test_the_library_is_not_at_hand_while_a_notebook_checks() -> None:
    sheet = ProblemSet("curvature", "s1", COURSE)

    def sharpness(factors):
        import dmfbook.numerics.sharpness as cheat

        return cheat.sharpness(factors)

    verdict = sheet.check("q3", sharpness)
    assert verdict.points == 0
    assert "ModuleNotFoundError" in verdict.messages[0]
    import dmfbook.numerics.sharpness

    assert dmfbook.numerics.sharpness.sharpness([[[1.0]], [[3.0]]]) == 20


@pytest.mark.parametrize(("name", "question"), asked("C"))
def test_other_salts_draw_other_cases_of_every_group(name: str, question: str) -> None:
    task = set_definition(name).question(question).task
    assert task is not None
    public, secret = (_cases(name, question, salt) for salt in ("public", "secret"))
    assert [case.group for case in public] == [case.group for case in secret]
    assert {case.group for case in public} == set(task.groups)
    assert repr(public) != repr(secret)


@pytest.mark.parametrize("name", SETS)
def test_a_sheet_says_what_was_answered(private: Path, name: str, tmp_path: Path) -> None:
    sheet = ProblemSet(name, " S1 ", COURSE.upper())
    path = sheet.hand_in(tmp_path, **model(private, name, "s1"))
    assert path.name == f"{name}-s1.json"
    assert path.stat().st_size < 12_000
    read = read_sheet(path)
    assert (read.problem_set, read.student, read.course) == (name, "s1", COURSE)
    for question, answer in read.answers.items():
        if "source" not in answer and "text" not in answer:
            assert sheet.check(question, answer).points > 0
    again = ProblemSet(name, "s1", COURSE)
    again.continue_from(path)
    assert json.loads(again.hand_in(tmp_path).read_text())["answers"] == read.answers
    with pytest.raises(
        ValueError, match="path must be a sheet of student 's2', but it is one of 's1'"
    ):
        ProblemSet(name, "s2", COURSE).continue_from(path)


def test_bad_calls_are_named() -> None:
    with pytest.raises(ValueError, match="problem_set must be one of factors-and-prices"):
        ProblemSet("curvatures", "s1", "c")
    sheet = ProblemSet("curvature", "s1", "c")
    with pytest.raises(ValueError, match="question must be one of q1, q2"):
        sheet.given("q9")
    with pytest.raises(ValueError, match=r"q4 is marked by a person: use write\('q4'"):
        sheet.check("q4", {})
    with pytest.raises(ValueError, match=r"q1 asks for no text: use check\('q1'"):
        sheet.write("q1", "x")
    with pytest.raises(TypeError, match="text must be text, but it is 3"):
        sheet.write("q4", 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at most 8000 letters"):
        sheet.write("q4", "x" * 8001)
