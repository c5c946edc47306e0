"""One table of bad arguments for all public functions: each must be refused by its own name.

A public function without a row fails `test_every_public_function_has_a_row`; an argument whose kind
is not known fails `test_every_argument_has_a_kind`.
"""

from __future__ import annotations

import inspect
import re

import pytest
from bad_arguments import BAD, ENORMOUS, INF, NAN, kind
from valid_calls import MATRIX, POINT, VALID, function

import dmfbook
from dmfbook import reference


def shown(value):
    text = "10**5000" if value is ENORMOUS else repr(value)
    return re.sub(r"\s+", " ", text)[:40]


BAD_CALLS = [
    pytest.param(name, argument, value, id=f"{name}-{argument}-{shown(value)}")
    for name, kwargs in VALID.items()
    for argument in kwargs
    for value in BAD[kind(name, argument)]
]


def public_functions():
    names = [name for name in dmfbook.__all__ if inspect.isfunction(getattr(dmfbook, name))]
    return names + [f"reference.{name}" for name in reference.__all__]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dmfbook.loss(**{**POINT, "regularization": INF}), "regularization must be finite, "
         "but it is inf"),
        (lambda: dmfbook.schatten_norm(MATRIX, NAN), "p must be finite, but it is nan"),
        (lambda: dmfbook.scalar_minimizer([1.0, NAN], 3, 0.1), "but entry (1,) is nan"),
        (lambda: dmfbook.flattest_trace([[1.0], [1.0, 2.0]]), "target must not be ragged, but its "
         "rows differ in length: [[1.0], [1.0, 2.0]]"),
    ],
)  # fmt: skip
def test_messages_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_every_public_function_has_a_row():
    public = set(public_functions())
    assert public - set(VALID) == set(), "add a row to VALID in tests/support/valid_calls.py"
    assert set(VALID) - public == set(), "a row of VALID names no public function"


@pytest.mark.parametrize("name", VALID)
def test_every_argument_has_a_kind(name):
    required = {
        parameter.name
        for parameter in inspect.signature(function(name)).parameters.values()
        if parameter.default is parameter.empty
    }
    assert required <= set(VALID[name])
    assert all(kind(name, argument) in BAD for argument in VALID[name])


@pytest.mark.parametrize("name", VALID)
def test_the_valid_call_is_valid(name):
    function(name)(**VALID[name])


@pytest.mark.parametrize(("name", "argument", "value"), BAD_CALLS)
def test_a_bad_argument_is_refused_by_name(name, argument, value):
    with pytest.raises((TypeError, ValueError), match=rf"\b{argument}\b"):
        function(name)(**{**VALID[name], argument: value})
