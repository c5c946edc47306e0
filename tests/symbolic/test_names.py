"""The names that a cell reads from the cells before it, and those that it binds for later ones."""

from __future__ import annotations

import ast

import pytest
from names import names_of


@pytest.mark.parametrize(
    ("source", "reads", "stores"),
    [
        ("x = a + x", "a x", "x"),
        ("x = 1\ny = x", "", "x y"),
        ("x += a", "a x", "x"),
        ("x = a\nx += 1", "a", "x"),
        ("x[i] = a", "a i x", ""),
        ("x.y = a", "a x", ""),
        ("(x, y), *z = a", "a", "x y z"),
        ("import a.b, c as d\nfrom e import f, g as h", "", "a d f h"),
        ("x = [k * a for k in b if k]", "a b", "x"),
        ("x = {k: v for k, v in b for k in k}\nk", "b k", "x"),
        ("x = [k for k in k]", "k", "x"),
        ("f = lambda u, *v, w=a: u + v + w + b", "a b", "f"),
        ("for k, m in a:\n    x = k + m\ny = x + k", "a", "k m x y"),
        ("for k in a:\n    x += k", "a x", "k x"),
        ("if a:\n    x = 1\nelse:\n    y = x\nz = x", "a x", "x y z"),
        ("while a:\n    x = 1\nx", "a x", "x"),
        ("try:\n    x = a\nexcept b as e:\n    pass\nx", "a b x", "e x"),
        ("with a as b:\n    c = b\nc", "a", "b c"),
        ("def f(u):\n    v = u + a\n    return v\nf(1)\nv", "a v", "f"),
        ("class C(a):\n    b = c\nC.b", "a c", "C"),
        ("print(n := a)\nn", "a print", "n"),
        (
            "match a:\n  case [x, *y]:\n    x\n  case {0: z, **r}:\n    y",
            "a y",
            "r x y z",
        ),
        ("del a", "a", ""),
        ("global_ = f'{a!r:{b}}'", "a b", "global_"),
    ],
)
def test_names_of(source: str, reads: str, stores: str) -> None:
    found = names_of(ast.parse(source))
    assert [" ".join(sorted(names)) for names in found] == [reads, stores]


def test_a_cell_can_run_on_what_it_reads_alone() -> None:
    """What runs in a state with those names alone leaves the names that it is said to bind."""
    source = "\n".join(
        [
            "total = 0",
            "for k, part in enumerate(parts):",
            "    total += part * scale",
            "squares = {n: n**2 for n in range(k + 1)}",
            "shift = lambda x, by=total: x + by",
            "(first, *rest), last = squares.values(), shift(1)",
        ]
    )
    reads, stores = names_of(ast.parse(source))
    state = {"parts": [1, 2, 3], "scale": 2}
    assert reads - {"enumerate", "range"} == set(state)
    before = {*state, "__builtins__"}
    exec(source, state)
    assert set(state) - before == stores
