"""Checks of algebra that a chapter runs after each step of a proof.

A check passes only if sympy reduces the claim to a tautology, for symbolic depth. Numbers are used
to refute, never to confirm: a claim is first evaluated at a few points with 50 digits, and is
rejected there if it is false, which guards against a wrong simplification and names a point where
the claim fails. A check that does not pass raises `AssertionError`.

The depth symbol L is replaced by n + 2 with a positive real n. A claim that survives holds for
every depth above two; depth two is then tried by itself, and the verdict says which of the two
was reached.

All free symbols must be declared real or positive (or made from such symbols), since the
simplifications of powers and logarithms rest on it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sympy as sp

from dmfbook.symbolic import depth, extra_depth

__all__ = ["check_identity", "check_limit", "check_sign"]

Expression = Any

_DIGITS = 50
_POINTS = 4
# The points have entries of order one, so that a true remainder is about 10^-50 there.
_SMALLEST_REFUTATION = sp.Float("1e-25")
# Operations of a difference that is still worth showing to the reader of a message.
_READABLE = 60

# What binds symbols, which are not free to be replaced by numbers.
_BINDERS = (sp.Sum, sp.Product, sp.Integral, sp.Derivative, sp.Limit, sp.Subs, sp.Lambda)

_SIGNS: dict[str, tuple[str, Callable[[Expression], bool]]] = {
    "positive": ("is_positive", lambda value: bool(value > 0)),
    "negative": ("is_negative", lambda value: bool(value < 0)),
    "nonnegative": ("is_nonnegative", lambda value: bool(value >= -_SMALLEST_REFUTATION)),
    "nonpositive": ("is_nonpositive", lambda value: bool(value <= _SMALLEST_REFUTATION)),
}


def check_identity(left: Expression, right: Expression) -> str:
    """Check that two expressions are equal for all values of their symbols.

    Parameters
    ----------
    left, right
        Sympy expressions (or numbers) whose symbols are declared real or positive.

    Returns
    -------
    str
        ``"holds"``, or, where the depth occurs, ``"holds for every depth L >= 2"`` or
        ``"holds for every depth L > 2"`` (at depth two the claim is false or not defined).

    Raises
    ------
    AssertionError
        When the difference is not reduced to zero; the message holds the remainder.
    TypeError
        When a symbol is declared neither real nor positive.

    Notes
    -----
    The difference is tried with, in this order: `expand`; `powdenest`, `expand`, `powsimp`; the
    same with the bases of powers expanded first; `simplify`; and, if both sides are positive, the
    difference of their expanded logarithms.

    Examples
    --------
    >>> from dmfbook.symbolic import depth, gain
    >>> check_identity((gain**depth - 1) * (gain**depth + 1), gain ** (2 * depth) - 1)
    'holds for every depth L >= 2'
    >>> check_identity((gain - 1) ** 2, gain**2 - 1)
    Traceback (most recent call last):
    ...
    AssertionError: the two sides differ by 2 - 2*s, for example at s = 195/97
    """
    left, right = sp.sympify(left), sp.sympify(right)
    deep_left, deep_right = _above_two(left), _above_two(right)
    _refuse_undeclared(deep_left, deep_right)
    point = _refuting_point(deep_left - deep_right, lambda value: abs(value) < _SMALLEST_REFUTATION)
    if point is not None:
        remainder = deep_left - deep_right
        by = ""
        if remainder.count_ops() <= _READABLE:
            by = f" by {sp.powsimp(sp.expand(remainder))}"
        raise AssertionError(f"the two sides differ{by}, for example at {_shown(point)}")
    if not _equal(deep_left, deep_right):
        remainder = sp.simplify(deep_left - deep_right)
        raise AssertionError(f"sympy does not reduce the difference to 0; it leaves {remainder}")
    return "holds" + _range_of_depths([left, right], lambda: _equal_at_two(left, right))


def check_sign(expression: Expression, sign: str) -> str:
    """Check the sign of an expression for all values of its symbols.

    Parameters
    ----------
    expression
        A sympy expression whose symbols are declared real or positive.
    sign
        ``"positive"``, ``"negative"``, ``"nonnegative"`` or ``"nonpositive"``.

    Returns
    -------
    str
        The sign, and where the depth occurs the depths: ``"positive for every depth L > 2"``.

    Raises
    ------
    AssertionError
        When sympy's rules for signs do not decide the claim.
    ValueError
        When `sign` is none of the four words.
    TypeError
        When a symbol is declared neither real nor positive.

    Notes
    -----
    Sympy's rules for signs are asked about the expression itself, then about its factored,
    expanded and simplified forms.

    Examples
    --------
    >>> from dmfbook.symbolic import depth, gain, regularization
    >>> check_sign((depth - 2) * regularization * gain, "nonnegative")
    'nonnegative for every depth L >= 2'
    >>> check_sign((depth - 2) * regularization * gain, "positive")
    'positive for every depth L > 2'
    """
    if sign not in _SIGNS:
        raise ValueError(f"sign must be one of {', '.join(_SIGNS)}, but it is {sign!r}")
    attribute, has_sign = _SIGNS[sign]
    expression = sp.sympify(expression)
    deep = _above_two(expression)
    _refuse_undeclared(deep)
    point = _refuting_point(deep, has_sign)
    if point is not None:
        raise AssertionError(f"{deep} is not {sign}, for example at {_shown(point)}")
    if not _decided(deep, attribute):
        raise AssertionError(f"sympy cannot tell that {deep} is {sign}")
    return sign + _range_of_depths(
        [expression], lambda: _decided(_with(expression, {depth: sp.Integer(2)}), attribute)
    )


def check_limit(
    expression: Expression, variable: Expression, point: Expression, value: Expression
) -> str:
    """Check a limit: from above at a finite point, or at infinity.

    Parameters
    ----------
    expression
        A sympy expression whose symbols are declared real or positive.
    variable
        The symbol that moves.
    point
        Where it tends: a finite number, approached from above, or ``sympy.oo``.
    value
        The claimed limit, finite or infinite.

    Returns
    -------
    str
        ``"tends to <value>"``, and where the depth occurs (and does not move) the depths:
        ``"tends to oo for every depth L > 2"``. For this check the depth is above two.

    Raises
    ------
    AssertionError
        When sympy finds another limit, or when numbers close to the point contradict it.
    TypeError
        When a symbol is declared neither real nor positive.
    ValueError
        When the point is neither a finite number nor ``sympy.oo``.

    Examples
    --------
    >>> from dmfbook.symbolic import depth
    >>> import sympy
    >>> check_limit((depth - 2) / (depth - 1), depth, sympy.oo, 1)
    'tends to 1'
    """
    expression, point, value = sp.sympify(expression), sp.sympify(point), sp.sympify(value)
    if point != sp.oo and not point.is_finite:
        raise ValueError(f"point must be a finite number or oo, but it is {point}")
    if variable == depth:
        deep, deep_value, mover = _above_two(expression), value, extra_depth
        point = point - 2
    else:
        deep, deep_value, mover = _above_two(expression), _above_two(value), variable
    _refuse_undeclared(deep, deep_value)
    found = sp.limit(deep, mover, point, "+")
    if found != deep_value and not (
        found.is_finite and deep_value.is_finite and _equal(found, deep_value)
    ):
        raise AssertionError(f"the limit is {found}, not {deep_value}")
    if not _approaches(deep, mover, point, deep_value):
        raise AssertionError(f"numbers near the limit do not approach {deep_value}")
    return f"tends to {value}" + (
        " for every depth L > 2" if variable != depth and expression.has(depth) else ""
    )


def _with(expression: Expression, values: dict[Expression, Expression]) -> Expression:
    """Put values in place of symbols: as `subs` does, which takes five times as long."""
    if expression.has(*_BINDERS):
        return expression.subs(values)
    return expression.xreplace(values)


def _above_two(expression: Expression) -> Expression:
    """Replace the depth L by n + 2 with n positive."""
    return _with(expression, {depth: extra_depth + 2})


def _range_of_depths(expressions: list[Expression], holds_at_two: Callable[[], bool]) -> str:
    """Say for which depths a claim, already decided above two, is known."""
    if not any(expression.has(depth) for expression in expressions):
        return ""
    return f" for every depth L {'>=' if holds_at_two() else '>'} 2"


def _refuse_undeclared(*expressions: Expression) -> None:
    """Refuse symbols whose assumptions allow complex values."""
    for expression in expressions:
        for symbol in expression.free_symbols:
            if not symbol.is_extended_real:
                raise TypeError(
                    f"symbol {symbol} must be declared real or positive, "
                    f"as in sympy.Symbol({symbol.name!r}, real=True)"
                )


def _points(symbols: Iterable[Expression]) -> Iterator[dict[Expression, Expression]]:
    """Yield the same few points on every run, with entries that the declarations allow."""
    draw = random.Random(20).randint
    symbols = sorted(symbols, key=lambda symbol: str(symbol.name))
    for _ in range(_POINTS):
        point = {}
        for symbol in symbols:
            entry = draw(3, 6) if symbol.is_integer else sp.Rational(draw(20, 200), 97)
            if symbol.is_nonpositive or (symbol.is_nonnegative is None and draw(0, 1)):
                entry = -entry
            point[symbol] = sp.sympify(entry)
        yield point


def _refuting_point(
    expression: Expression, accepts: Callable[[Expression], bool]
) -> dict[Expression, Expression] | None:
    """Find a point where the value is not accepted, or is no finite real number."""
    for point in _points(expression.free_symbols):
        value = _with(expression, point).evalf(_DIGITS)
        if not (value.is_real and value.is_finite and accepts(value)):
            return point
    return None


def _shown(point: dict[Expression, Expression]) -> str:
    return ", ".join(f"{symbol} = {value}" for symbol, value in point.items()) or "every point"


def _denested(expression: Expression) -> Expression:
    return sp.powsimp(sp.expand(sp.powdenest(expression)))


_STRATEGIES: tuple[Callable[[Expression], Expression], ...] = (
    sp.expand,
    _denested,
    lambda expression: _denested(sp.expand_power_base(sp.powdenest(expression))),
    sp.simplify,
)


def _equal(left: Expression, right: Expression) -> bool:
    """Tell whether a documented strategy reduces the difference to zero."""
    if any(strategy(left - right) == 0 for strategy in _STRATEGIES):
        return True
    if left.is_positive and right.is_positive:
        ratio = sp.expand_log(sp.log(left)) - sp.expand_log(sp.log(right))
        return bool(sp.simplify(ratio) == 0)
    return False


def _equal_at_two(left: Expression, right: Expression) -> bool:
    left, right = _with(left, {depth: sp.Integer(2)}), _with(right, {depth: sp.Integer(2)})
    return bool(left.is_finite is not False and right.is_finite is not False) and _equal(
        left, right
    )


def _decided(expression: Expression, attribute: str) -> bool:
    """Ask sympy's rules for the sign about several forms of an expression."""
    forms = (lambda form: form, sp.factor, sp.expand, sp.simplify)
    return any(getattr(form(expression), attribute) is True for form in forms)


def _approaches(
    expression: Expression, variable: Expression, point: Expression, value: Expression
) -> bool:
    """Tell whether the distance to a limit shrinks (or an infinite limit grows) at some points."""
    far, near = sp.Rational(1, 10**8), sp.Rational(1, 10**80)
    if point is sp.oo:
        far, near = 1 / far, 1 / near
    else:
        far, near = point + far, point + near
    for parameters in _points((expression.free_symbols | value.free_symbols) - {variable}):
        at_far, at_near = (
            _with(expression, {**parameters, variable: place}).evalf(_DIGITS)
            for place in (far, near)
        )
        if value.is_infinite:
            good = sp.sign(at_near) == sp.sign(value) and abs(at_near) > 2 * abs(at_far)
        else:
            goal = _with(value, parameters).evalf(_DIGITS)
            distance = abs(at_near - goal)
            good = distance < _SMALLEST_REFUTATION or 2 * distance < abs(at_far - goal)
        if not bool(good):
            return False
    return True
