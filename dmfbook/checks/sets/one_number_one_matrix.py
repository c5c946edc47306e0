"""Set 2: one number, one matrix."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from dmfbook.checks.chance import Decimal, Parameters, Pick, Stream, Turned
from dmfbook.checks.question import (
    Answer,
    Case,
    Field,
    FunctionTask,
    Given,
    Mark,
    Question,
    numbers,
)
from dmfbook.checks.sets import SetDefinition
from dmfbook.checks.sets._shared import ROUNDED, Whole, descend, marked, off_target, product_of
from dmfbook.numerics.scalar_uniqueness import (
    collapse_threshold,
    scalar_minimizer,
    uniqueness_threshold,
)

STEP = 0.05
STEPS = 6000
LEAST_FACTOR = 0.05
TIE = "(depth - 1) / (depth - 2) * (regularization * (depth - 2)) ** (depth / (2 * depth - 2))"


def _thresholds(given: Given) -> dict[str, float]:
    target, depth, regularization = given["target"], given["depth"], given["regularization"]
    return {
        "tie": float(uniqueness_threshold(depth, regularization)),
        "collapse": float(collapse_threshold(target, depth)),
        "minimizer": float(scalar_minimizer(target, depth, regularization)),
    }


def _scalars(stream: Stream) -> list[Case]:
    calls: list[tuple[str, float, int, float]] = [
        ("signs, zero and no decay", 0.0, 3, 0.5),
        ("signs, zero and no decay", 2.5, 4, 0.0),
        ("signs, zero and no decay", -1.25, 2, 0.0),
    ]
    for _ in range(4):
        regularization = stream.decimal(10, 150, 100)
        near, far = stream.decimal(20, 95, 100), stream.decimal(105, 400, 100)
        calls.append(("depth two", near * regularization, 2, regularization))
        calls.append(("depth two", far * regularization, 2, regularization))
    for depth in (3, 4, 5, 7):
        for low, high, group in ((103, 300, "above the tie"), (20, 97, "below the tie")):
            regularization = stream.decimal(10, 150, 100)
            tie = float(uniqueness_threshold(depth, regularization))
            target = stream.decimal(low, high, 100) * tie
            calls.append((group, target, depth, regularization))
            if group == "above the tie":
                calls.append(("signs, zero and no decay", -target, depth, regularization))
    return [
        Case(group, (target, depth, decay), float(scalar_minimizer(target, depth, decay)))
        for group, target, depth, decay in calls
    ]


def _lowest(case: Case, value: Any) -> str:
    off = abs(float(value) - case.right)
    if off <= 1e-5 * max(1.0, abs(case.right)):
        return ""
    return f"{float(value):.6g} is not the best product"


def _starts(given: Given, answer: Answer) -> Iterator[Mark]:
    target, regularization, length = given["target"], given["regularization"], given["length"]
    for name in ("trapped", "free"):
        start = answer[name]
        if start is None:
            yield marked(name, 3, "not answered")
            continue
        size = math.sqrt(sum(float(number) ** 2 for number in start))
        problem = ""
        if min(abs(float(number)) for number in start) < LEAST_FACTOR:
            problem = f"a factor is smaller than {LEAST_FACTOR}"
        elif product_of(start) <= 0:
            problem = "the product of the start is not positive"
        elif name == "trapped" and size < length:
            problem = f"its length {size:.4f} is below {length}"
        elif name == "free" and size > length:
            problem = f"its length {size:.4f} is above {length}"
        else:
            end = descend(start, target, regularization, STEP, STEPS)
            if end is None:
                problem = "descent from there flies off"
            elif name == "trapped" and max(map(abs, end)) > 1e-3:
                problem = "descent from there does not end at zero"
            elif name == "free" and not product_of(np.array(end)) > target / 2:
                problem = "descent from there does not end at the minimizer"
        yield marked(name, 3, problem)


def _two_minimizers(given: Given, answer: Answer) -> Iterator[Mark]:
    target = given["target"]
    for name in ("first", "second"):
        point = answer[name]
        if point is None:
            yield marked(name, 2, "not answered")
            continue
        squares = float(np.sum(point**2))
        least = 3 * target ** (2 / 3)
        problem = off_target(point, target)
        if not problem and name == "first" and squares > (1 + ROUNDED) * least:
            problem = "there are shorter minimizers"
        if not problem and name == "second" and squares <= 1e6:
            problem = f"its norm is {math.sqrt(squares):.6g}, not above 1000"
        yield marked(name, 2, problem)


def _ladder(given: Given, answer: Answer) -> Iterator[Mark]:
    found = answer["steps"]
    if found is None:
        yield marked("steps", 4, "not answered")
        return
    values = np.linalg.svd(np.array(given["matrix"]), compute_uv=False)
    right = sorted(float(collapse_threshold(float(value), 3)) for value in values)
    for i, (one, step) in enumerate(zip(sorted(map(float, found)), right, strict=True)):
        fits = abs(one - step) <= 3e-3 * step
        problem = "" if fits else f"{one:.6g}, number {i + 1} from below, is no step"
        yield marked("steps", 1, problem)


_HALVES: tuple[Whole, ...] = (
    ((1, 1, 1, 1), (1, -1, 1, -1), (1, 1, -1, -1), (1, -1, -1, 1)),
    ((1, 1, -1, 1), (1, -1, 1, 1), (-1, 1, 1, 1), (1, 1, 1, -1)),
    ((1, 1, 1, -1), (1, 1, -1, 1), (1, -1, 1, 1), (1, -1, -1, -1)),
)
_ORDERS: tuple[Whole, ...] = (
    ((0, 1, 0, 0), (0, 0, 0, 1), (1, 0, 0, 0), (0, 0, 1, 0)),
    ((0, 0, 1, 0), (1, 0, 0, 0), (0, 0, 0, -1), (0, 1, 0, 0)),
    ((0, 0, 0, 1), (0, -1, 0, 0), (0, 0, 1, 0), (1, 0, 0, 0)),
    ((0, 0, -1, 0), (0, 0, 0, 1), (0, 1, 0, 0), (1, 0, 0, 0)),
)

SET = SetDefinition(
    "one-number-one-matrix",
    "One number, one matrix",
    1,
    (
        Question(
            "q1",
            "Tie, collapse, minimizer",
            kind="N",
            points=6,
            parameters=Parameters(
                (
                    Pick("depth", (3, 4, 5)),
                    Decimal("regularization", 20, 120, 100),
                    Decimal("target", 150, 500, 100),
                ),
                (f"target >= 1.1 * {TIE}", f"target <= 2.5 * {TIE}"),
            ),
            fields={
                "tie": Field("the target at the tie"),
                "collapse": Field("the regularization of the collapse"),
                "minimizer": Field("the best product"),
            },
            marks=numbers(
                _thresholds,
                {"tie": 2, "collapse": 2, "minimizer": 2},
                shown_given=("target", "depth", "regularization"),
            ),
            phone=True,
        ),
        Question(
            "q2",
            "The best product, by program",
            kind="C",
            points=8,
            task=FunctionTask(
                "minimizer",
                "target, depth, regularization",
                {
                    "depth two": 2,
                    "above the tie": 2,
                    "below the tie": 2,
                    "signs, zero and no decay": 2,
                },
                _scalars,
                _lowest,
                without=("dmfbook", "scipy"),
            ),
        ),
        Question(
            "q3",
            "Trapped, though longer",
            kind="O",
            points=6,
            parameters=Parameters(
                (
                    Decimal("target", 120, 240, 100),
                    Decimal("regularization", 20, 60, 100),
                    Decimal("length", 30, 120, 100),
                ),
                (
                    "target >= 1.15 * 2 * regularization ** 0.75",
                    "target <= 1.7 * 2 * regularization ** 0.75",
                    # The round basin about zero has the radius sqrt(3) s with
                    # s^3 + regularization / s = target: the length is 1.2 to 1.5 times that.
                    "(length / 2.0785) ** 3 + regularization * 2.0785 / length <= target",
                    "(length / 2.5981) ** 3 + regularization * 2.5981 / length >= target",
                ),
            ),
            fields={
                "trapped": Field("the trapped start", (3,)),
                "free": Field("the free start", (3,)),
            },
            marks=_starts,
            phone=True,
        ),
        Question(
            "q4",
            "Two minimizers without decay",
            kind="O",
            points=4,
            parameters=Parameters((Decimal("target", 200, 9900, 100),)),
            fields={
                "first": Field("the shortest minimizer", (3,)),
                "second": Field("a minimizer of norm above 1000", (3,)),
            },
            marks=_two_minimizers,
            phone=True,
        ),
        Question("q5", "The slope of the least loss", by_hand=("P", 10), phone_by_hand=True),
        Question(
            "q6",
            "The staircase of your matrix",
            kind="N",
            points=4,
            parameters=Parameters(
                (
                    Decimal("_first", 350, 450, 100),
                    Decimal("_second", 250, 310, 100),
                    Decimal("_third", 150, 210, 100),
                    Decimal("_fourth", 60, 110, 100),
                    Turned(
                        "matrix",
                        _HALVES,
                        ("_first", "_second", "_third", "_fourth"),
                        100,
                        _ORDERS,
                        2,
                    ),
                )
            ),
            fields={"steps": Field("the four regularizations where the rank falls", (4,))},
            marks=_ladder,
            by_hand=("E", 6),
            phone=True,
        ),
    ),
)
