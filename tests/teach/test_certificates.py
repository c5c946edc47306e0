"""Each condition of each certificate: an answer that breaks it alone loses its points alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import overlay
import pytest

from dmfbook.checks import ProblemSet
from dmfbook.checks.question import Verdict

COURSE = "dmf-2027"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Return the given values, the right answer and a judge for a question."""
    folder = tmp_path_factory.mktemp("private")
    overlay.write_overlay(folder)

    def ask(
        name: str, question: str
    ) -> tuple[dict[str, Any], Mapping[str, Any], Callable[..., Verdict]]:
        sheet = ProblemSet(name, "s4", COURSE)
        right = dict(overlay.model_answers(folder, sheet)[question])
        return (
            sheet.given(question),
            right,
            lambda **wrong: sheet.check(question, {**right, **wrong}),
        )

    return ask


def loses(verdict: Verdict, points: int, words: str) -> None:
    assert verdict.out_of - verdict.points == points, verdict
    assert any(words in message for message in verdict.messages), verdict


def test_every_unit_pays_the_same(asked: Callable[..., Any]) -> None:
    given, right, judge = asked("factors-and-prices", "q2")
    first, second, third = right["balanced"]
    left, values, rest = np.linalg.svd(given["matrix"])
    root = np.diag(np.cbrt(values))
    loses(judge(balanced=[root @ rest, root, left @ root]), 2, "the rows of W1 have the squares")
    # Even in the first layer only: the turn between second and third factor is undone.
    turn = np.linalg.svd(second)[0]
    half = [first, turn.T @ second, third @ turn]
    loses(judge(balanced=half), 2, "the rows of W2 have the squares")
    loses(judge(balanced=[2 * first, second / 2, third]), 5, "W2^T W2 and W1 W1^T differ")
    loses(judge(balanced=[first, 2 * second, third / 2]), 5, "W2^T W2 and W1 W1^T differ")
    shear = np.eye(3) + np.outer([1, 0, 0], [0, 0.01, 0])
    sheared = [first, second @ np.linalg.inv(shear) @ shear, third]
    assert judge(balanced=sheared).points == 8
    loses(judge(balanced=[first, second, third + 1e-4]), 5, "W3 W2 W1 is not your matrix")
    loses(judge(costly=right["balanced"]), 3, "these cost 1 times the least")
    far = [9 * right["costly"][0], right["costly"][1] / 9, right["costly"][2]]
    loses(judge(costly=far), 3, "times the least")
    loses(judge(costly=[first, second, third * 1.5]), 3, "W3 W2 W1 is not your matrix")
    last = [first, second @ shear, np.linalg.solve(shear.T, third.T).T]
    assert judge(balanced=last).points < 8


def test_half_of_the_bound(asked: Callable[..., Any]) -> None:
    given, right, judge = asked("factors-and-prices", "q5")
    loses(judge(matrix=right["matrix"].T @ np.diag([1, -1])), 2, "of the bound")
    yours = given["yours"]
    product = float(np.sum(right["matrix"] * yours)) / float(np.sum(yours**2))
    loses(judge(matrix=product * yours), 5, "it has other singular values")
    large = np.linalg.svd(right["matrix"])
    one = large[0] @ np.diag([large[1][0], 0.9 * large[1][1]]) @ large[2]
    loses(judge(matrix=one), 5, "it has other singular values")


def test_trapped_though_longer(asked: Callable[..., Any]) -> None:
    given, right, judge = asked("one-number-one-matrix", "q3")
    length = given["length"]
    loses(judge(trapped=[length - 0.01, 0.05, 0.05]), 3, "is below")
    loses(judge(trapped=[length + 0.01, 0.049, 0.05]), 3, "a factor is smaller than 0.05")
    loses(
        judge(trapped=[-length - 0.01, 0.05, 0.05]), 3, "the product of the start is not positive"
    )
    loses(judge(trapped=[length] * 3), 3, "does not end at zero")
    loses(judge(trapped=[30.0] * 3), 3, "flies off")
    even = length / math.sqrt(3)
    loses(judge(free=[1.01 * even] * 3), 3, "is above")
    loses(judge(free=[0.6 * even] * 3), 3, "does not end at the minimizer")
    loses(judge(free=[0.99 * even, 0.99 * even, -0.99 * even]), 3, "is not positive")
    loses(judge(free=[0.04, even, even]), 3, "a factor is smaller than 0.05")
    signs = [[x * s for x, s in zip(right["free"], (-1, -1, 1), strict=True)]]
    assert judge(free=signs[0]).points == 6


def test_two_minimizers(asked: Callable[..., Any]) -> None:
    given, _, judge = asked("one-number-one-matrix", "q4")
    m = given["target"]
    loses(judge(first=[1, 1, m]), 2, "there are shorter minimizers")
    loses(judge(first=[(1.002 * m) ** (1 / 3)] * 3), 2, "not your target")
    loses(judge(second=[900, 0.001, m / 0.9]), 2, "not above 1000")
    loses(judge(second=[2000, 0.001, 0.6 * m]), 2, "not your target")
    assert judge(second=[-2000, -0.001, m / 2]).points == 4


def test_one_flat_one_sharp(asked: Callable[..., Any]) -> None:
    given, right, judge = asked("curvature", "q2")
    m = given["target"]
    root = m ** (1 / 3)
    loses(judge(flat=[1.1 * root, root / 1.1, root]), 3, "there are flatter minima")
    loses(judge(flat=[1.002 * root] * 3), 3, "not your target")
    first, second, third = right["sharp"]
    loses(judge(sharp=[1.02 * first, second / 1.02, third]), 5, "times as sharp")
    loses(judge(sharp=[first, second, 1.01 * third]), 5, "not your target")
    assert judge(sharp=[third, -first, -second]).points == 8


def test_leave_and_land(asked: Callable[..., Any]) -> None:
    given, right, judge = asked("descent-and-data", "q2")
    minimum, step = np.array(right["minimum"]), float(right["step"])
    size = float(np.sum(minimum**2))
    loses(judge(step=1.01 / size), 7, "below 1.02")
    loses(judge(step=-step), 7, "not above zero")
    loses(judge(start=minimum), 7, "its distance from the minimum is 0")
    loses(judge(start=1.2 * minimum), 7, "its distance from the minimum is")
    loses(judge(minimum=1.01 * minimum), 7, "not your target")
    loses(judge(step=1.9 / size * 4), 7, "flies off")
    assert given["landing"] < 0.96
    loses(judge(step=1.025 / size), 7, "lands at the ratio")
