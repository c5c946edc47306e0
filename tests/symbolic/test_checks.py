"""The checks of algebra are sound."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from planted_errors import flips

from dmfbook.symbolic import (
    checks,
    depth,
    end_to_end,
    extra_depth,
    gain,
    regularization,
    target,
)
from dmfbook.symbolic import scalar_uniqueness as formula
from dmfbook.symbolic.checks import check_identity, check_limit, check_sign

a, b, p = sp.symbols("a b p", positive=True)
real = sp.Symbol("r", real=True)
power = 2 * depth - 2


def inverse(threshold: Any) -> dict[Any, Any]:
    return {regularization: threshold.subs(target, a)}


TRUE_IDENTITIES: list[tuple[Any, Any]] = [
    ((a - b) * (a + b), a**2 - b**2),
    ((a**depth) ** (1 / depth), a),
    ((a * b) ** (2 / depth), a ** (2 / depth) * b ** (2 / depth)),
    (sp.log(a**depth / b), depth * sp.log(a) - sp.log(b)),
    (sp.exp(real) * sp.exp(1 - real), sp.E),
    (sp.Abs(real) ** 2, real**2),
    (sp.cos(3 * real), 4 * sp.cos(real) ** 3 - 3 * sp.cos(real)),
    (sp.diff(formula.critical_target, gain), depth * gain ** (depth - 1)
     + (2 - depth) * regularization * gain ** (1 - depth)),
    (((depth - 2) / depth * a) ** (1 / power) ** 1, ((depth - 2) * a / depth) ** (1 / power)),
    (formula.winning_threshold, formula.uniqueness_threshold),
    (formula.tangent_threshold.subs(inverse(formula.tangent_regularization)), a),
    (formula.uniqueness_threshold.subs(inverse(formula.collapse_threshold)), a),
    (formula.relative_slope.subs(formula.kept_fraction, 1 - formula.shrinkage),
     -formula.shrinkage_equation),
    (formula.tangent_gain**depth, formula.tangent_fraction * formula.tangent_threshold),
]  # fmt: skip

FALSE_IDENTITIES: list[tuple[Any, Any]] = [
    (sp.sqrt(real**2), real),
    (sp.log(real**2), 2 * sp.log(sp.Abs(real)) + sp.Rational(1, 10**12)),
    ((real**2) ** (1 / depth), real ** (2 / depth)),
    (sp.Abs(real - a), real - a),
    (sp.Float("1.000000000000001") * a, a),
    (a ** (1 / depth), a ** (2 / depth)),
    (depth, 2),
    (sp.Integer(0), sp.Integer(1)),
    (sp.sin(sp.pi * real), 0),
    (a / (a - a + depth - 2) * (depth - 2), a + b),
]


def identifier(claim: Any) -> str:
    return str(claim)[:60]


@pytest.mark.parametrize("claim", TRUE_IDENTITIES, ids=identifier)
def test_true_identities_hold(claim: tuple[Any, Any]) -> None:
    assert check_identity(*claim).startswith("holds")


@pytest.mark.parametrize("claim", FALSE_IDENTITIES, ids=identifier)
def test_false_identities_are_refused(claim: tuple[Any, Any]) -> None:
    with pytest.raises(AssertionError):
        check_identity(*claim)


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(claim, marks=() if i % 4 == 0 else pytest.mark.thorough)
        for i, claim in enumerate(TRUE_IDENTITIES)
    ],
    ids=identifier,
)
def test_simplification_alone_notices_wrong_signs(claim: tuple[Any, Any]) -> None:
    # The numbers that refute are set aside here: the symbols must do without them.
    left, right = (sp.sympify(side).subs(depth, extra_depth + 2) for side in claim)
    spoiled = [(left + a, right), *[(flip, right) for flip in flips(left)][:2]]
    assert not any(checks._equal(*mutant) for mutant in spoiled)


def test_numbers_alone_do_not_confirm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_equal", lambda left, right: False)
    with pytest.raises(AssertionError, match="does not reduce"):
        check_identity((a - b) * (a + b), a**2 - b**2)


def test_numbers_guard_against_a_wrong_simplification(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_equal", lambda left, right: True)
    monkeypatch.setattr(checks, "_decided", lambda expression, attribute: True)
    with pytest.raises(AssertionError, match="for example at a = "):
        check_identity(a**2, a)
    with pytest.raises(AssertionError, match="is not positive, for example at a = "):
        check_sign(1 - a, "positive")


def test_verdicts_name_the_depths() -> None:
    assert check_identity(a + b, b + a) == "holds"
    assert check_identity(formula.tie_gain**power, (depth - 2) * regularization) == (
        "holds for every depth L >= 2"
    )
    tie = formula.critical_target.subs(gain, formula.tie_gain)
    assert check_identity(tie, formula.uniqueness_threshold) == "holds for every depth L > 2"
    assert check_identity(sp.Abs(2 - depth) / (depth - 2), 1) == "holds for every depth L > 2"


@pytest.mark.parametrize(
    ("expression", "sign", "verdict"),
    [
        (a + b, "positive", "positive"),
        (-a, "negative", "negative"),
        (real**2, "nonnegative", "nonnegative"),
        (-sp.Abs(real), "nonpositive", "nonpositive"),
        (depth - 2, "positive", "positive for every depth L > 2"),
        (depth - 2, "nonnegative", "nonnegative for every depth L >= 2"),
        (a**2 * depth - a**2, "positive", "positive for every depth L >= 2"),
        ((2 - depth) / depth, "nonpositive", "nonpositive for every depth L >= 2"),
    ],
    ids=identifier,
)
def test_signs(expression: Any, sign: str, verdict: str) -> None:
    assert check_sign(expression, sign) == verdict


@pytest.mark.parametrize(
    ("expression", "sign"),
    [
        (a - b, "positive"),
        (real, "nonnegative"),
        (depth - 3, "nonnegative"),
        (sp.Integer(0), "positive"),
        (sp.Integer(0), "negative"),
        (-(a**2), "nonnegative"),
        (1 / (3 - depth), "positive"),
        (sp.sqrt(real), "nonnegative"),
    ],
    ids=identifier,
)
def test_wrong_signs_are_refused(expression: Any, sign: str) -> None:
    with pytest.raises(AssertionError):
        check_sign(expression, sign)


@pytest.mark.parametrize(
    ("expression", "variable", "point", "value"),
    [
        (formula.critical_target, gain, 0, sp.oo),
        (formula.critical_target, gain, sp.oo, sp.oo),
        (formula.uniqueness_threshold, depth, 2, regularization),
        (formula.jump_ratio, depth, sp.oo, 1),
        (sp.sin(a) / a, a, 0, 1),
        (-1 / a, a, 0, -sp.oo),
        (a**b, a, 0, 0),
    ],
    ids=identifier,
)
def test_limits(expression: Any, variable: Any, point: Any, value: Any) -> None:
    assert check_limit(expression, variable, point, value).startswith(f"tends to {value}")
    for wrong in (-value if value != 0 else 1, value + 1 if sp.sympify(value).is_finite else 0):
        with pytest.raises(AssertionError, match="limit"):
            check_limit(expression, variable, point, wrong)


def test_numbers_guard_against_a_wrong_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (sp.Integer(2), sp.oo):
        monkeypatch.setattr(checks.sp, "limit", lambda *_, answer=answer: answer)
        with pytest.raises(AssertionError, match="do not approach"):
            check_limit((a + 1) / b * b, a, 0, answer)


def test_what_cannot_be_checked_is_refused() -> None:
    undeclared = sp.Symbol("q")
    with pytest.raises(TypeError, match="q must be declared"):
        check_identity(undeclared, undeclared)
    with pytest.raises(TypeError, match="q must be declared"):
        check_sign(undeclared**2, "nonnegative")
    with pytest.raises(TypeError, match="q must be declared"):
        check_limit(undeclared * a, a, 0, 0)
    with pytest.raises(ValueError, match="'up'"):
        check_sign(a, "up")
    with pytest.raises(ValueError, match="it is -oo"):
        check_limit(1 / depth, depth, -sp.oo, 0)


def test_symbols_keep_their_declarations() -> None:
    assert target.is_real
    assert target.is_positive is None
    assert end_to_end.is_real
    assert regularization.is_positive
    assert gain.is_positive
    assert depth.is_integer


def test_points_respect_nonnegative_symbols() -> None:
    size = sp.Symbol("a", nonnegative=True)
    assert check_sign(size**3 + 1, "positive")
    with pytest.raises(AssertionError):
        check_sign(size**3 - 100, "positive")
