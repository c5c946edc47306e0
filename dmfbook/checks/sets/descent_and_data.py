"""Set 4: descent and data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from dmfbook.checks.chance import Decimal, Parameters, Pick, Stream
from dmfbook.checks.functions import Limits
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
from dmfbook.checks.sets._shared import descend, marked, off_target

STEPS = 6000
LANDING = 0.02
BESIDE = 0.05
# Largest relative error on the entries that nobody saw.
CLOSE = 0.15


def predicted(given: Given) -> dict[str, float]:
    """Return step, growth and landing of a start beside (u, 1/u), as the mirror law has it."""
    first, ratio = given["first"], given["ratio"]
    bend = 2 * (first**2 + first**-2)
    return {"step": 2 / bend, "growth": (2 * ratio - 1) ** 2, "predicted": 2 - ratio}


def measured(given: Given) -> float:
    """Return the ratio of the minimum where descent settles, NaN if it does not."""
    first, ratio = float(given["first"]), float(given["ratio"])
    second = 1 / first
    length = math.hypot(first, second)
    step = ratio / (first**2 + second**2)
    start = np.array(
        [first + given["away"] * second / length, second + given["away"] * first / length]
    )
    end = descend(start, 1.0, 0.0, step, STEPS)
    if end is None or abs(end[0] * end[1] - 1) > 1e-6:
        return math.nan
    return step * (end[0] ** 2 + end[1] ** 2)


def _escape(given: Given, answer: Answer) -> Iterator[Mark]:
    yield from numbers(predicted, {"step": 2, "growth": 2, "predicted": 2})(given, answer)
    landed = answer["measured"]
    if landed is None:
        yield marked("measured", 2, "not answered")
        return
    off = abs(float(landed) - measured(given))
    problem = "" if off <= LANDING else f"{float(landed):.4g} is not where it lands"
    yield marked("measured", 2, problem)


def _leaves_and_lands(given: Given, answer: Answer) -> Iterator[Mark]:
    target = given["target"]
    minimum, start, step = answer["minimum"], answer["start"], answer["step"]
    if minimum is None or start is None or step is None:
        yield Mark(7, "minimum, step and start belong together, and one is not answered")
        return
    size = float(np.sum(minimum**2))
    away = float(np.linalg.norm(start - minimum))
    eta = float(step)
    if problem := off_target(minimum, target):
        yield marked("minimum", 7, problem)
    elif not eta > 0:
        yield marked("step", 7, "it is not above zero")
    elif eta * size < 1.02:
        yield marked("step", 7, f"the ratio at the minimum is {eta * size:.4f}, below 1.02")
    elif not 0 < away <= BESIDE * math.sqrt(size):
        yield marked("start", 7, f"its distance from the minimum is {away:.6g}")
    else:
        yield marked("start", 7, _landing(start, eta, target, given["landing"]))


def _landing(start: Any, eta: float, target: float, wanted: float) -> str:
    end = descend(start, target, 0.0, eta, STEPS)
    if end is None:
        return "descent flies off"
    if abs(end[0] * end[1] - target) > 1e-6 * target:
        return "descent does not settle"
    ratio = eta * (end[0] ** 2 + end[1] ** 2)
    if abs(ratio - wanted) > 0.01:
        return f"descent lands at the ratio {ratio:.4f}"
    return ""


def _low_rank(stream: Stream, rank: int, rows: int, columns: int) -> Any:
    left = np.array(stream.matrix(rows, rank))
    right = np.array(stream.matrix(rank, columns))
    matrix = left @ right
    return matrix / np.linalg.norm(matrix) * math.sqrt(rows * columns)


def _pictures(stream: Stream) -> list[Case]:
    cases = []
    plans = [
        ("most entries", 2, 80, 0.0),
        ("most entries", 1, 70, 0.0),
        ("half of the entries", 2, 60, 0.0),
        ("half of the entries", 1, 50, 0.0),
        ("noise", 2, 70, 0.05),
        ("noise", 1, 60, 0.05),
    ]
    for group, rank, percent, noise in plans:
        rows, columns = 14, 12
        whole = _low_rank(stream, rank, rows, columns)
        while True:
            mask = np.array(
                [[stream.whole(1, 100) <= percent for _ in range(columns)] for _ in range(rows)]
            )
            # A row with fewer seen entries than the rank says nothing about its place.
            if min(mask.sum(axis=0).min(), mask.sum(axis=1).min()) >= rank + 2:
                break
        seen = np.where(mask, whole + noise * np.array(stream.matrix(rows, columns)), 0.0)
        cases.append(Case(group, (seen, mask, 3, 0.02), whole))
    return cases


def _close(case: Case, value: Any) -> str:
    found = np.asarray(value, dtype=np.float64)
    whole, mask = case.right, case.arguments[1]
    if found.shape != whole.shape:
        return f"the result has the shape {found.shape}, not {whole.shape}"
    error = float(np.linalg.norm((found - whole)[~mask]) / np.linalg.norm(whole[~mask]))
    if error <= CLOSE:
        return ""
    return f"on the entries that were not seen it is off by {100 * error:.3g} percent"


def _bounds(given: Given) -> dict[str, float]:
    low, high, white = given["low"], given["high"], given["white"]
    return {"at_least": low * white, "at_most": high * white, "step": 2 / (high * white)}


SET = SetDefinition(
    "descent-and-data",
    "Descent and data",
    1,
    (
        Question(
            "q1",
            "Beside the edge",
            kind="N",
            points=8,
            parameters=Parameters(
                (
                    Decimal("first", 140, 250, 100),
                    Decimal("ratio", 208, 240, 200),
                    Pick("away", (1e-4, 1e-3, 1e-2)),
                ),
                ("2 - ratio >= 1.1 * ratio * 2 / (first ** 2 + 1 / first ** 2)",),
            ),
            fields={
                "step": Field("the largest stable step size"),
                "growth": Field("the factor of the loss per step"),
                "predicted": Field("the ratio where the mirror law lands"),
                "measured": Field("the ratio where descent landed"),
            },
            marks=_escape,
            phone=True,
        ),
        Question(
            "q2",
            "Leave, and land where you said",
            kind="O",
            points=7,
            parameters=Parameters(
                (Decimal("target", 50, 450, 100), Decimal("landing", 166, 190, 200))
            ),
            fields={
                "minimum": Field("the minimum w1, w2", (2,)),
                "step": Field("the step size"),
                "start": Field("the start w1, w2", (2,)),
            },
            marks=_leaves_and_lands,
            phone=True,
        ),
        Question(
            "q3",
            "Entries that nobody sees",
            kind="C",
            points=10,
            task=FunctionTask(
                "complete",
                "matrix, mask, depth, regularization",
                {"most entries": 3, "half of the entries": 4, "noise": 3},
                _pictures,
                _close,
                limits=Limits(seconds=30, wall=150.0, mebibytes=2048),
            ),
        ),
        Question("q4", "Sharpness between two bounds", by_hand=("P", 10), phone_by_hand=True),
        Question(
            "q5",
            "Digits through a linear network",
            kind="N",
            points=3,
            parameters=Parameters(
                (
                    Decimal("low", 5, 90, 100),
                    Decimal("high", 120, 400, 100),
                    Decimal("white", 40, 160, 10),
                )
            ),
            fields={
                "at_least": Field("the sharpness is at least"),
                "at_most": Field("the sharpness is at most"),
                "step": Field("the largest step that is stable for all such data"),
            },
            marks=numbers(_bounds, {"at_least": 1, "at_most": 1, "step": 1}),
            by_hand=("E", 7),
            phone=True,
        ),
    ),
)
