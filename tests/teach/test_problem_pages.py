"""The page of a problem set, from disk: the values, verdicts and sheet of Python without it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import overlay
import pytest
from accessible import prepare

from dmfbook.checks import ProblemSet, set_definition, set_names
from dmfbook.checks.judging import Plan, judge_file
from dmfbook.checks.problem_set import given_values
from dmfbook.checks.sheet import read_sheet
from teach._tools import problems
from teach._tools.sources import chapters

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
SETS = set_names()[:4]
COURSE = "dmf-2027"
STUDENTS = [f"s{1000 + i}" for i in range(500)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets of problems")
    problems.make(folder, chapters())
    return folder


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("private")
    overlay.write_overlay(folder)
    return folder


class Opened:
    """A page, and what went wrong on it."""

    def __init__(self, chromium: Any, address: str, **options: Any) -> None:
        options = {"viewport": {"width": 393, "height": 851}, **options}
        self.context = chromium.new_context(**options)
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self._asked)
        self.page.goto(address)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.problems.append(f"asks for {request.url}")


@pytest.fixture
def opened(chromium: Any, made: Path) -> Iterator[Any]:
    pages: list[Opened] = []

    def open_page(name: str, query: str = "", **options: Any) -> Opened:
        pages.append(Opened(chromium, (made / f"{name}.html").as_uri() + query, **options))
        return pages[-1]

    yield open_page
    for one in pages:
        one.context.close()
        assert one.problems == []


def test_the_hash_is_the_hash(opened: Any) -> None:
    texts = ["", "abc", "a" * 55, "a" * 56, "a" * 64, "x/y/1" * 50]
    page = opened("curvature").page
    words = page.evaluate("texts => texts.map(problemSet.sha256)", texts)
    for text, found in zip(texts, words, strict=True):
        digest = hashlib.sha256(text.encode()).digest()
        assert found == [int.from_bytes(digest[i : i + 4], "big") for i in range(0, 32, 4)]


@pytest.mark.parametrize("name", SETS)
def test_the_same_values_as_in_python(opened: Any, name: str) -> None:
    """To the last bit, for 500 students."""
    definition = set_definition(name)
    asked = [one for one in definition.questions if one.parameters]
    found = opened(name).page.evaluate(
        """([questions, course, students]) => questions.map((question) =>
             students.map((student) => problemSet.given(question, course, student)))""",
        [[one.name for one in asked], COURSE, STUDENTS],
    )
    for one, values in zip(asked, found, strict=True):
        assert values == [given_values(definition, one, COURSE, who) for who in STUDENTS]


def plain(answer: Any) -> dict[str, Any]:
    return {name: np.array(value, dtype=float).tolist() for name, value in answer.items()}


@pytest.mark.parametrize("name", SETS)
def test_the_same_verdicts_as_in_python(opened: Any, private: Path, name: str) -> None:
    """On model answers, and on answers that are off in each entry by various amounts."""
    page = opened(name).page
    judged = page.evaluate("Object.keys(problemSet.certificates)")
    definition = set_definition(name)
    assert judged == [one.name for one in definition.questions if one.kind == "O" and one.phone]
    reached = set()
    for student in ("s1", "s2", "s3", "s4"):
        sheet = ProblemSet(name, student, COURSE)
        model = overlay.model_answers(private, sheet)
        for question in judged:
            right = plain(model[question])
            answers = [right, {}, *({key: right[key]} for key in right)]
            for key, value in right.items():
                for factor in (0.0, -1.0, 0.9, 0.97, 0.999, 1.0005, 1.004, 1.03, 2.0, 1e5):
                    answers.append({**right, key: (np.array(value) * factor).tolist()})
                # The product stays, or only its sign changes.
                if np.ndim(value) == 1:
                    for two in ([1.02, 1 / 1.02], [40, 1 / 40], [-1, -1], [-1, 1]):
                        changed = np.array([*two, *[1] * (len(value) - 2)]) * value
                        answers.append({**right, key: changed.tolist()})
                same = [other for other in right if np.shape(right[other]) == np.shape(value)]
                answers += [{**right, key: right[other]} for other in same]
            given = given_values(definition, definition.question(question), COURSE, student)
            found = page.evaluate(
                """([question, given, answers]) => answers.map((answer) =>
                     problemSet.certificates[question](given, answer))""",
                [question, given, answers],
            )
            for answer, marks in zip(answers, found, strict=True):
                verdict = sheet.check(question, answer)
                points = sum(worth for worth, problem in marks if not problem)
                assert points == verdict.points, (question, answer, marks, verdict)
                assert sum(worth for worth, _ in marks) == verdict.out_of
                # Numbers are written differently where they are huge.
                said = [re.sub(r"[\d.e+-]+", "#", problem) for _, problem in marks if problem]
                assert said == [re.sub(r"[\d.e+-]+", "#", words) for words in verdict.messages]
                reached.add(points)
    assert {0, *(definition.question(q).points for q in judged)} <= reached


def fill(page: Any, question: str, answer: dict[str, Any]) -> None:
    for name, value in answer.items():
        for i, number in enumerate(np.ravel(np.array(value, dtype=float))):
            # As phones with other languages type it.
            page.fill(f"#{question}-{name}-{i}", str(float(number)).replace(".", ","))


@pytest.mark.parametrize("name", SETS)
def test_a_phone_saves_the_sheet_that_is_graded(
    opened: Any, private: Path, name: str, tmp_path: Path
) -> None:
    """All that the page offers is answered, checked, saved and graded: the phone's points."""
    page = opened(name, accept_downloads=True).page
    page.fill("#course", f" {COURSE.upper()} ")
    page.fill("#student", "S1")
    sheet = ProblemSet(name, "s1", COURSE)
    model = overlay.model_answers(private, sheet)
    by_phone = [one for one in sheet.definition.questions if one.phone and one.fields]
    for one in by_phone:
        fill(page, one.name, model[one.name])
        if one.kind == "O":
            page.click(f'[data-check="{one.name}"]')
            said = page.inner_text(f"#verdict-{one.name}")
            assert said == f"{one.points} of {one.points} points"
    texts = [one for one in sheet.definition.questions if one.by_hand]
    for one in texts:
        page.fill(f"#text-{one.name}", 'A text, "quoted"\nänd in lines.')
    with page.expect_download() as saving:
        page.click("#save")
    assert saving.value.suggested_filename == f"{name}-s1.json"
    path = tmp_path / f"{name}-s1.json"
    saving.value.save_as(path)
    result = judge_file(path, path.name, Plan(name, COURSE, "salt"))
    assert result.problem == ""
    assert {q: points for q, points in result.points.items() if points} == {
        one.name: one.points for one in by_phone
    }
    assert set(result.texts) == {one.name for one in texts}
    assert result.texts[texts[0].name] == 'A text, "quoted"\nänd in lines.'
    # The notebook goes on from it, and the page from the notebook's.
    sheet.continue_from(path)
    path = sheet.hand_in(tmp_path / "..")
    other = opened(name).page
    other.set_input_files("#load", path)
    other.wait_for_function("document.getElementById('said').textContent")
    other.click("#show")
    (tmp_path / "again.json").write_text(other.input_value("#sheet"), encoding="utf-8")
    assert read_sheet(tmp_path / "again.json") == read_sheet(path)


def test_answers_are_still_there_after_a_reload_and_belong_to_one_student(opened: Any) -> None:
    page = opened("curvature", f"?course={COURSE}&student=s1").page
    shown = page.inner_text("#given-q2")
    page.fill("#q2-flat-1", "1.5")
    page.reload()
    assert page.input_value("#q2-flat-1") == "1.5"
    page.fill("#student", "s2")
    assert page.input_value("#q2-flat-1") == ""
    assert page.inner_text("#given-q2") != shown
    page.fill("#student", "s1")
    assert page.input_value("#q2-flat-1") == "1.5"


def test_what_is_no_number_or_no_name_is_said(opened: Any) -> None:
    page = opened("curvature").page
    page.click("#save")
    assert page.inner_text("#said").startswith("First enter course and pseudonym")
    page.fill("#course", COURSE)
    page.fill("#student", "a b")
    assert "The student can hold letters" in page.inner_text("#identity-problem")
    assert page.inner_text("#given-q1") == ""
    page.fill("#student", "s1")
    assert page.inner_text("#identity-problem") == ""
    page.fill("#q1-trace-0", "12a")
    assert page.get_attribute("#q1-trace-0", "aria-invalid") == "true"
    page.click("#save")
    assert page.inner_text("#said") == "1 of your entries is no number up to 1e9."
    page.fill("#q1-trace-0", "\u221212,5")
    page.click("#show")
    assert json.loads(page.input_value("#sheet"))["answers"] == {"q1": {"trace": -12.5}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["", "-handout", "-rubric"])
def test_pages_are_accessible_and_fit_a_phone(
    chromium: Any, made: Path, kind: str, scheme: str
) -> None:
    for name in SETS:
        address = (made / f"{name}{kind}.html").as_uri() + "?course=demo&student=s1"
        one = Opened(chromium, address, viewport={"width": 320, "height": 800}, color_scheme=scheme)
        page = one.page
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate("document.fonts.check('16px Book')")
        prepare(page)
        found = page.evaluate(
            """(rules) => axe.run({ runOnly: rules })
                 .then((all) => all.violations.map(({ id, nodes }) => id + nodes[0].html))""",
            ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
        )
        assert found == []
        assert one.problems == []
        one.context.close()


def test_paper_has_no_fields_of_the_screen(opened: Any) -> None:
    page = opened("curvature", "?course=demo&student=s1", color_scheme="dark").page
    ink = "getComputedStyle(document.body).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_function(f"{ink} !== '{on_screen}'")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert not page.is_visible("#save")
    assert page.is_visible("#given-q1")
    assert len(page.pdf()) > 20_000
