"""Given values: the same for ever, fair to everyone, and never without an answer."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dmfbook.checks import Decimal, Parameters, Stream, Whole, draw, identity
from dmfbook.checks.problem_set import given_values
from dmfbook.checks.sets import set_definition, set_names
from dmfbook.checks.sets._shared import descend, pair_of_singular_values
from dmfbook.checks.sets.curvature import _at_the_minimizers
from dmfbook.checks.sets.descent_and_data import measured
from dmfbook.checks.sets.factors_and_prices import _prices
from dmfbook.checks.sets.one_number_one_matrix import STEP, STEPS, _thresholds

STORED = json.loads((Path(__file__).parent / "drawn.json").read_text(encoding="utf-8"))
DRAWN = [
    (name, one.name)
    for name in ("factors-and-prices", "one-number-one-matrix", "curvature", "descent-and-data")
    for one in set_definition(name).questions
    if one.parameters
]
STUDENTS = [f"s{1000 + i}" for i in range(500)]


@cache
def given(problem_set: str, question: str) -> list[dict[str, Any]]:
    """Return what is given to 500 students."""
    definition = set_definition(problem_set)
    one = definition.question(question)
    return [given_values(definition, one, "dmf-2027", student) for student in STUDENTS]


def test_words_are_the_bytes_of_the_hash() -> None:
    digest = hashlib.sha256(b"a/b/0").digest() + hashlib.sha256(b"a/b/1").digest()
    stream = Stream("a", "b")
    words = [stream.whole(0, 2**32 - 1) for _ in range(16)]
    assert words == [int.from_bytes(digest[4 * i : 4 * i + 4], "big") for i in range(16)]


def test_no_number_is_likelier_than_another() -> None:
    """A span that does not divide 2^32: what is beyond the last multiple is read again."""
    words, stream = Stream("even"), Stream("even")
    span = 3 * 2**30
    read = [words.whole(0, 2**32 - 1) for _ in range(100)]
    kept = [word for word in read if word < span]
    assert 50 < len(kept) < 100
    assert [stream.whole(0, span - 1) for _ in kept] == kept
    counts = np.bincount([stream.whole(0, 6) for _ in range(7000)], minlength=7)
    assert np.sum((counts - 1000) ** 2) / 1000 < 22.5  # chi squared, 6 degrees, 1 in 1000


def test_draws_are_those_that_were_stored() -> None:
    """Other values for old sheets would be another set: raise its version and store anew."""
    now = {
        f"{name} {set_definition(name).version} {question}": given(name, question)[:2]
        for name, question in DRAWN
    }
    assert json.loads(json.dumps(now)) == STORED


def test_every_part_of_an_identity_matters() -> None:
    parameters = Parameters((Whole("n", 0, 2**31),))
    parts = ["course", "set", "student", "q1", "given"]
    drawn = {draw(parameters, *parts)["n"]}
    for i in range(5):
        drawn.add(draw(parameters, *parts[:i], "other", *parts[i + 1 :])["n"])
    drawn.add(draw(parameters, "cours", "e-set", "student", "q1", "given")["n"])
    assert len(drawn) == 7
    assert draw(parameters, *parts) == draw(parameters, " Course", "SET", *parts[2:])


@pytest.mark.parametrize("bad", ["", " ", "a/b", "../x", "-rf", ".", "a" * 65, "ü", "a b", "=1+1"])
def test_names_that_are_none(bad: str) -> None:
    with pytest.raises(ValueError, match="student must be 1 to 64 letters"):
        identity(bad)


def test_names_of_another_type() -> None:
    with pytest.raises(TypeError, match="course must be text, but it is 7"):
        identity(7, "course")


def test_draws_that_break_the_rules_are_drawn_again() -> None:
    parameters = Parameters((Decimal("a", 0, 100, 100),), ("a > 0.9",))
    assert all(draw(parameters, "c", "s", f"x{i}", "q")["a"] > 0.9 for i in range(50))
    impossible = Parameters((Decimal("a", 0, 100, 100),), ("a > 2",))
    with pytest.raises(ValueError, match=r"none of 1000 draws for q of s keeps the rules"):
        draw(impossible, "c", "s", "x", "q")


@pytest.mark.parametrize(("name", "question"), DRAWN)
def test_hardly_two_students_have_the_same_values(name: str, question: str) -> None:
    seen = {
        json.dumps({key: value for key, value in one.items() if key[0] != "_"})
        for one in given(name, question)
    }
    assert len(seen) >= 0.95 * len(STUDENTS)


def ladder(one: dict[str, Any]) -> list[float]:
    values = np.linalg.svd(np.array(one["matrix"]), compute_uv=False)
    return [float(values[i] / values[i + 1]) for i in range(3)]


def lengths_of_starts(one: dict[str, Any]) -> list[float]:
    """Return 1 if a start of each kind exists, from the two families that the text suggests."""
    length, target, regularization = one["length"], one["target"], one["regularization"]
    trapped = np.array([math.sqrt(length**2 - 2 * 0.05**2) + 0.005, 0.05, 0.05])
    free = np.full(3, 0.99 * length / math.sqrt(3))
    ends = [descend(start, target, regularization, STEP, STEPS) for start in (trapped, free)]
    assert ends[0] is not None
    assert ends[1] is not None
    return [max(map(abs, ends[0])) < 1e-4, math.prod(ends[1]) > target / 2]


def two_values(name: str) -> Callable[[dict[str, Any]], list[float]]:
    def ratio(one: dict[str, Any]) -> list[float]:
        large, small = pair_of_singular_values(np.array(one[name]))
        return [large / small]

    return ratio


#: What an answer has to do with, and the range it stays in for everyone: no trivial answer, no
#: tie, no two numbers that rounding cannot tell apart.
DIFFICULTY: dict[tuple[str, str], tuple[Callable[[dict[str, Any]], list[float]], float, float]] = {
    ("factors-and-prices", "q1"): (two_values("matrix"), 1.1, 9.1),
    ("factors-and-prices", "q2"): (
        lambda one: list(-np.diff(np.linalg.svd(np.array(one["matrix"]), compute_uv=False))),
        0.45,
        7.1,
    ),
    ("factors-and-prices", "q5"): (two_values("yours"), 1.19, 6.1),
    ("one-number-one-matrix", "q1"): (
        lambda one: [
            one["target"] / _thresholds(one)["tie"],
            2 * _thresholds(one)["minimizer"] / one["target"],
        ],
        1.05,
        2.51,
    ),
    ("one-number-one-matrix", "q3"): (lengths_of_starts, 1, 1),
    ("one-number-one-matrix", "q4"): (lambda one: [one["target"]], 2, 99),
    ("one-number-one-matrix", "q6"): (ladder, 1.1, 3.6),
    ("curvature", "q1"): (
        lambda one: [
            _at_the_minimizers(one)["zeros"] + 1,
            _at_the_minimizers(one)["sharpness"],
            abs(one["second"] - one["regularization"]) * 5,
        ],
        0.99,
        26,
    ),
    ("curvature", "q2"): (lambda one: [one["times"]], 8, 15),
    ("descent-and-data", "q1"): (
        lambda one: [measured(one), (2 * one["ratio"] - 1) ** 2],
        0.7,
        2,
    ),
    ("descent-and-data", "q2"): (lambda one: [one["landing"]], 0.83, 0.95),
    ("descent-and-data", "q5"): (lambda one: [one["high"] / one["low"]], 1.3, 80),
}


def check_difficulty(name: str, question: str, every: int) -> None:
    measure, low, high = DIFFICULTY[name, question]
    values = [measure(one) for one in given(name, question)[::every]]
    assert low <= np.min(values), "the easiest"
    assert np.max(values) <= high, "the hardest"


#: Where a truth has to be computed by descent; all 500 are looked at by the thorough test.
SLOW = [("one-number-one-matrix", "q3"), ("descent-and-data", "q1")]


@pytest.mark.parametrize(("name", "question"), DRAWN)
def test_nobody_has_it_much_easier(name: str, question: str) -> None:
    check_difficulty(name, question, 25 if (name, question) in SLOW else 1)


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "question"), SLOW)
def test_nobody_at_all_has_it_much_easier(name: str, question: str) -> None:
    check_difficulty(name, question, 1)


def test_prices_are_apart() -> None:
    """The three numbers of the first question are no multiples that could be guessed."""
    for one in given("factors-and-prices", "q1"):
        price = _prices(one)
        assert price["norm"] > 1.05 * max(one["_large"], 1)
        assert abs(price["cost"] / price["layer"] - 1) > 0.1


def test_a_landing_can_be_reached_by_everyone() -> None:
    """In units of the root of the target the question has 25 versions: each has an answer."""
    ratios = np.arange(1.02, 1.35, 0.0025)
    reached: list[float] = []
    for first in (1.6, 1.9, 2.3):
        second = 1 / first
        step = ratios / (first**2 + second**2)
        x, y = np.full_like(step, first + 0.004), np.full_like(step, second + 0.008)
        with np.errstate(all="ignore"):
            for _ in range(3000):
                gap = x * y - 1
                x, y = x - 2 * step * gap * y, y - 2 * step * gap * x
            settled = np.abs(x * y - 1) < 1e-9
            reached += list((step * (x**2 + y**2))[settled])
    wanted = np.arange(166, 191) / 200
    assert np.abs(np.subtract.outer(wanted, reached)).min(axis=1).max() < 0.005


def test_sets_are_those_of_the_design() -> None:
    totals = {name: set_definition(name).total for name in set_names()[:4]}
    assert list(totals.values()) == [40, 44, 45, 45]
    assert sum(totals.values()) == 174
    for name in totals:
        questions = set_definition(name).questions
        phone = sum(one.phone_points for one in questions)
        assert phone >= 0.6 * totals[name], name
        assert [one.name for one in questions] == [f"q{i + 1}" for i in range(len(questions))]
