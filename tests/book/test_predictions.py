"""The answers to the book's questions: what each marks as right is computed, by the library.

`tests/predictions/<chapter>.py` has a function for every ``{predict}`` block. It computes what
happens and returns words that stand in the right choice and in no other, or the number itself.
Nothing is copied from the notebooks, so that a wrong mark, and a changed library, are noticed.
"""

from __future__ import annotations

import pytest
from browser import CHAPTERS
from questions import QUESTIONS, Question, questions_of, truths_of

BY_CHAPTER = [pytest.param(q, id=f"{q.chapter}-{q.name}") for q in QUESTIONS]


def judge(question: Question, truth: str | float) -> None:
    """Assert that the question marks the truth as right, and nothing else."""
    if isinstance(truth, float):
        assert question.number is not None
        value, slack = question.number
        assert abs(truth - value) <= slack / 4, f"{question.name}: {truth}, not {value}"
        return
    holding = [mark for mark, words in question.choices if truth in words]
    assert holding == ["x"], f"{question.name}: {truth!r} is true, and stands in {holding}"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_asks_twice_and_each_answer_is_checked(chapter: str) -> None:
    names = [question.name for question in questions_of(chapter)]
    assert len(names) >= 2
    assert names == list(truths_of(chapter)), "each question needs a row in TRUTHS, in its order"


def test_no_two_questions_share_a_name() -> None:
    """Guesses are kept by the name."""
    names = [question.name for question in QUESTIONS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("question", BY_CHAPTER)
def test_the_right_answer_is_right(question: Question) -> None:
    judge(question, truths_of(question.chapter)[question.name]())


def test_a_wrong_mark_is_noticed() -> None:
    choices = [(" ", "It leaps."), ("x", "It slides.")]
    with pytest.raises(AssertionError, match="leaps"):
        judge(Question("leap", "", None, choices), "leaps")
    with pytest.raises(AssertionError, match=r"not 1\.2"):
        judge(Question("number", "", (1.2, 0.03), []), 1.0)
