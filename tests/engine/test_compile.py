"""Expressions in two languages: what is refused, and what both compute alike."""

from __future__ import annotations

import re

import numpy as np
import pytest
import sympy as sp

from dmfbook.explorables import Routine, UnknownNameError
from dmfbook.explorables.compile import Compiler

a, x = sp.symbols("a x")


@pytest.mark.parametrize(
    "expression",
    [
        sp.I * a,
        sp.Sum(x, (x, 1, 3)),
        sp.gamma(a),
        sp.Symbol("unheard_of"),
        sp.oo,
        sp.nan,
        sp.EulerGamma,
        sp.GoldenRatio,
        sp.Function("nobody")(a),
        sp.Derivative(sp.Function("f")(a), a),
        sp.Integral(a, a),
        sp.Piecewise((a, a > 0)),
    ],
)
def test_what_the_browser_cannot_compute_is_refused(expression: sp.Expr) -> None:
    with pytest.raises(UnknownNameError):
        Compiler([a]).compile(expression)


def test_reserved_words_become_identifiers() -> None:
    names = sp.symbols("lambda new v i_ m^* 2x class")
    compiled = Compiler(names).compile(sum(names))
    assert compiled.python(dict.fromkeys(names, 1.0)) == len(names)
    assert re.match(r"const (\w+=v\[\d\],?)+;return \(\)=>", compiled.javascript)
    assert " i_ " not in compiled.javascript  # the counter of a routine's loop


def test_small_powers_are_products() -> None:
    compiled = Compiler([a]).compile(a**3 + a**-2)
    assert "Math.pow" not in compiled.javascript
    assert compiled.python({a: 2.0}) == 8.25


def test_reciprocals_are_divisions() -> None:
    """A power of minus one would be off by a rounding at some of these, in numpy only."""
    compiled = Compiler([a]).compile(1 / a)
    for value in np.random.default_rng(0).uniform(0.5, 3, 2000):
        assert compiled.python({a: value}) == 1 / value


def test_a_routine_iterates_and_broadcasts() -> None:
    root = Routine("root", (a,), (x,), (a + 1,), ((x + a / x) / 2,), 10, result=x)
    compiled = Compiler([], [root]).compile(root(a**2), [a])
    np.testing.assert_allclose(
        compiled.python({}, np.array([1.0, 2.0, 3.0])), [1, 2, 3], rtol=1e-15
    )
    with pytest.raises(TypeError, match="takes 1 argument"):
        root(a, x)


def test_python_divides_by_zero_as_the_browser_does() -> None:
    reciprocal, root = (Compiler([a]).compile(e) for e in (1 / a, sp.Pow(a, sp.Rational(1, 3))))
    assert reciprocal.python({a: 0.0}) == np.inf
    assert np.isnan(root.python({a: -1.0}))
    assert "cbrt" not in root.javascript  # which has a root of -1


def test_a_remainder_keeps_its_brackets_and_its_sign() -> None:
    compiled = Compiler([a]).compile(3 * sp.Mod(a, 2) + 1)
    assert compiled.python({a: -0.5}) == 5.5
    assert "%" not in compiled.javascript
