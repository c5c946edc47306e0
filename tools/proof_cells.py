"""The cells that the proofs of a chapter need: run once, and again where an error reaches them."""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from names import names_of
from planted_errors import GENUINE, Call

from dmfbook.symbolic import checks

# Two values that differ by more, at a point with entries of order one, are not the same.
_APART = 1e-9


@dataclass(frozen=True)
class Cell:
    """A code cell of a chapter, with the names it reads and stores."""

    name: str
    source: str
    proves: bool
    reads: frozenset[str]
    stores: frozenset[str]


@dataclass
class Chapter:
    """The cells that a chapter's proofs need; once run, the state before each and its claims."""

    name: str
    cells: list[Cell]
    states: list[dict[str, Any]] = field(default_factory=list)
    claims: list[list[Call]] = field(default_factory=list)


def read_cell(name: str, source: str, proves: bool) -> Cell:
    """Return a cell with the names it reads and stores."""
    reads, stores = names_of(ast.parse(source))
    return Cell(name, source, proves, reads, stores)


def needed(found: list[Cell]) -> list[Cell]:
    """Return the proving cells and those that define what they read, in order."""
    kept: list[Cell] = []
    wanted: set[str] = set()
    for cell in reversed(found):
        if cell.proves or cell.stores & wanted:
            wanted = (wanted - cell.stores) | cell.reads
            kept.append(cell)
    return kept[::-1]


def chapter_of(name: str, code: Iterable[tuple[str, str, list[str]]]) -> Chapter:
    """Return a chapter with the cells that its proofs need, not yet run."""
    return Chapter(
        name,
        needed(
            [
                read_cell(cell, source, any(tag.startswith("proves-") for tag in tags))
                for cell, source, tags in code
                if not source.lstrip().startswith("%") and "\n    %" not in source
            ]
        ),
    )


def run(
    source: str, name: str, state: dict[str, Any], check: Callable[[str, tuple[Any, ...]], Any]
) -> list[Call]:
    """Run a cell in a state, with the checks handed to a function; return its claims."""
    made: list[Call] = []

    def recorder(kind: str) -> Callable[..., str]:
        def called(*args: Any) -> str:
            made.append((kind, args))
            return str(check(kind, args))

        return called

    for kind in GENUINE:
        stub = recorder(kind)
        setattr(checks, kind, stub)
        if kind in state:
            state[kind] = stub
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, name, "exec"), state)
    finally:
        for kind, genuine in GENUINE.items():
            setattr(checks, kind, genuine)
    return made


def learn(chapter: Chapter) -> None:
    """Run a chapter as it stands. Its checks are not made here: the notebook tests make them."""
    state: dict[str, Any] = {"__name__": "chapter"}
    for cell in chapter.cells:
        chapter.states.append(dict(state))
        chapter.claims.append(run(cell.source, cell.name, state, lambda kind, args: ""))
    chapter.states.append(dict(state))


def same(one: Any, other: Any) -> bool:
    """Tell whether two arguments of a check, or two formulas, are one up to expansion."""
    if isinstance(one, sp.MatrixBase) and isinstance(other, sp.MatrixBase):
        return one.shape == other.shape and all(map(same, one, other))
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return same(list(one.items()), list(other.items()))
    if type(one) is not type(other) and not isinstance(one, sp.Expr | int):
        return False
    if one == other:
        return True
    try:
        difference = sp.sympify(one) - sp.sympify(other)
        symbols = sorted(difference.free_symbols, key=str)
        somewhere = {symbol: sp.Rational(k + 3, k + 8) for k, symbol in enumerate(symbols)}
        if abs(difference.evalf(20, subs=somewhere)) > _APART:
            return False
        return bool(sp.expand(difference) == 0)
    except (TypeError, sp.SympifyError, AttributeError):
        return False


def follow(
    chapter: Chapter, start: int, spoiled: str | None, changed: set[str], known: set[Call]
) -> bool:
    """Run the cells from one on that an error reaches; tell whether a claim has changed.

    The names in `changed` are spoiled from the start. Claims in `known` were true without it.
    """
    other = False

    def check(kind: str, args: tuple[Any, ...]) -> Any:
        try:
            if (kind, args) in known:
                return ""
        except TypeError:  # something that has no hash
            pass
        return GENUINE[kind](*args)

    state = dict(chapter.states[start])
    for place in range(start, len(chapter.cells)):
        cell = chapter.cells[place]
        reached = bool(changed & cell.reads) or (place == start and spoiled is not None)
        if not reached:
            # The names it stores are what they were, whatever they had become.
            state |= {k: v for k, v in chapter.states[place + 1].items() if k in cell.stores}
            changed -= cell.stores
            continue
        source = spoiled if place == start and spoiled is not None else cell.source
        made = run(source, cell.name, state, check)
        other = other or not same(made, chapter.claims[place])
        after = chapter.states[place + 1]
        for name in cell.stores:
            if name in state and name in after and _plainly_same(state[name], after[name]):
                changed.discard(name)
            else:
                changed.add(name)
    return other


def _plainly_same(one: Any, other: Any) -> bool:
    try:
        return bool(one is other or (type(one) is type(other) and one == other))
    except (TypeError, ValueError):
        return False
