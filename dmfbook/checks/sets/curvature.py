"""Set 3: curvature."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
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
from dmfbook.checks.sets._shared import ROUNDED, marked, off_target, others
from dmfbook.numerics._checks import Array
from dmfbook.numerics.hessian_spectrum import hessian_spectrum
from dmfbook.numerics.sharpness import sharpness

RATIO = 5e-3


def _at_the_minimizers(given: Given) -> dict[str, float]:
    first, hidden, last = given["widths"]
    target = np.zeros((last, first))
    target[0, 0], target[1, 1] = given["first"], given["second"]
    spectrum = hessian_spectrum(target, (first, hidden, last), given["regularization"])
    return {"sharpness": spectrum.largest, "trace": spectrum.trace, "zeros": spectrum.nullity}


def _bend(point: Array) -> float:
    """Return the sharpness of a minimum of (m - w3 w2 w1)^2."""
    return 2 * sum(other**2 for other in others([float(number) for number in point]))


def _flat_and_sharp(given: Given, answer: Answer) -> Iterator[Mark]:
    target, times = given["target"], given["times"]
    least = 6 * target ** (4 / 3)
    for name, points in (("flat", 3), ("sharp", 5)):
        point = answer[name]
        if point is None:
            yield marked(name, points, "not answered")
            continue
        ratio = _bend(point) / least
        problem = off_target(point, target)
        if not problem and name == "flat" and ratio > 1 + 2 * ROUNDED:
            problem = "there are flatter minima"
        if not problem and name == "sharp" and abs(ratio - times) > RATIO * times:
            problem = f"it is {ratio:.5g} times as sharp as the flattest"
        yield marked(name, points, problem)


def _chains(stream: Stream) -> list[Case]:
    shapes = [
        ("two factors", (3, 4, 2)),
        ("two factors", (1, 3, 1)),
        ("two factors", (6, 6, 6)),
        ("three to five factors", (2, 3, 3, 2)),
        ("three to five factors", (4, 2, 5, 3)),
        ("three to five factors", (3, 3, 3, 3, 3)),
        ("three to five factors", (2, 4, 3, 4, 2, 2)),
        ("many parameters", (120, 120, 120, 120)),
    ]
    cases = []
    for group, widths in shapes:
        chain = [np.array(stream.matrix(after, before)) for before, after in pairwise(widths)]
        if group == "many parameters":
            # A few large values, so that simple iterations end soon.
            chain = [factor / 8 for factor in chain]
            for factor in chain:
                factor[0, 0] += 3
        cases.append(Case(group, (chain,), sharpness(chain)))
    return cases


def _is_sharpness(case: Case, value: Any) -> str:
    if abs(float(value) - case.right) <= 1e-4 * case.right:
        return ""
    return f"{float(value):.6g} is not the largest eigenvalue of the Hessian"


SET = SetDefinition(
    "curvature",
    "Curvature",
    1,
    (
        Question(
            "q1",
            "The curvature of all your minimizers",
            kind="N",
            points=6,
            parameters=Parameters(
                (
                    Decimal("first", 200, 600, 100),
                    Decimal("second", 50, 190, 100),
                    Decimal("regularization", 30, 120, 100),
                    Pick("widths", ([2, 2, 2], [2, 3, 2], [3, 2, 2], [2, 2, 3], [3, 3, 2])),
                ),
                (
                    "first >= second + 0.3",
                    "(second - regularization) ** 2 >= 0.04",
                ),
            ),
            fields={
                "sharpness": Field("the sharpness"),
                "trace": Field("the trace"),
                "zeros": Field("how many eigenvalues are zero"),
            },
            marks=numbers(_at_the_minimizers, {"sharpness": 2, "trace": 2, "zeros": 2}),
            phone=True,
        ),
        Question(
            "q2",
            "One flat, one sharp",
            kind="O",
            points=8,
            parameters=Parameters(
                (Decimal("target", 120, 900, 100), Decimal("times", 80, 150, 10))
            ),
            fields={
                "flat": Field("a flattest minimum", (3,)),
                "sharp": Field("the sharp minimum", (3,)),
            },
            marks=_flat_and_sharp,
            phone=True,
        ),
        Question(
            "q3",
            "Sharpness without a Hessian",
            kind="C",
            points=8,
            task=FunctionTask(
                "sharpness",
                "factors",
                {"two factors": 2, "three to five factors": 3, "many parameters": 3},
                _chains,
                _is_sharpness,
                limits=Limits(seconds=30, wall=150.0, mebibytes=1024),
            ),
        ),
        Question("q4", "The trace at every point", by_hand=("P", 10), phone_by_hand=True),
        Question("q5", "Thirty runs, twice", by_hand=("E", 8)),
        Question("q6", "Flat, therefore good?", by_hand=("W", 5), phone_by_hand=True),
    ),
)
