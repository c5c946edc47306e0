"""Given values that belong to one student, from a hash.

A stream of whole numbers is read off SHA-256 of the course, the set, the student, the question, a
purpose, the number of the attempt and a counter. Hashes never change, while the streams of random
generators may; and a page computes the same numbers without Python. What is drawn is declared
(`Whole`, `Decimal`, `Pick`, `Turned`), so that one declaration serves both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dmfbook.numerics._checks import check_count, shown

__all__ = ["Decimal", "Parameters", "Pick", "Stream", "Turned", "Whole", "draw", "identity"]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_WORDS = 2**32
ATTEMPTS = 1000


def identity(name: Any, what: str = "student") -> str:
    """Return a name as it enters the hash: without blanks around it, in small letters.

    Small letters, because phones begin every field with a capital one.

    Raises
    ------
    TypeError, ValueError
        If it is no text, or holds more than 64 characters or others than a-z, 0-9, ``.``, ``_``
        and ``-``, or begins with one of these three.

    Examples
    --------
    >>> identity(" S1001 ")
    's1001'
    """
    if not isinstance(name, str):
        raise TypeError(f"{what} must be text, but it is {shown(name)}")
    plain = name.strip().lower()
    if not _NAME.fullmatch(plain):
        raise ValueError(
            f"{what} must be 1 to 64 letters a to z, digits, dots, underscores and hyphens, "
            f"beginning with a letter or digit, but it is {shown(name)}"
        )
    return plain


class Stream:
    """Whole numbers from a hash, the same on every machine, in every version and in a page.

    Parameters
    ----------
    *parts : str
        What the stream belongs to; a part holds no ``/``.

    Examples
    --------
    >>> dice = Stream("demo", "s1001")
    >>> [dice.whole(1, 6) for _ in range(8)]
    [2, 6, 3, 6, 4, 6, 6, 1]
    """

    def __init__(self, *parts: str) -> None:
        for part in parts:
            if not isinstance(part, str) or "/" in part:
                raise ValueError(f"a part of a stream is text without '/', but it is {shown(part)}")
        self._prefix = "/".join(parts)
        self._counter = 0
        self._words: list[int] = []

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included, all equally likely."""
        span = check_count(high, "high", -_WORDS) - check_count(low, "low", -_WORDS) + 1
        if not 1 <= span <= _WORDS:
            raise ValueError(f"high must be {low} or more, by less than 2^32, but it is {high}")
        while True:
            word = self._word()
            if word < _WORDS - _WORDS % span:
                return low + word % span

    def decimal(self, low: int, high: int, per: int) -> float:
        """Return k / per with a whole k from low to high."""
        return self.whole(low, high) / per

    def pick(self, options: Sequence[Any]) -> Any:
        """Return one of the options."""
        return options[self.whole(0, len(options) - 1)]

    def permutation(self, size: int) -> list[int]:
        """Return 0, ..., size - 1 in an order drawn uniformly."""
        order = list(range(size))
        for last in range(size - 1, 0, -1):
            other = self.whole(0, last)
            order[last], order[other] = order[other], order[last]
        return order

    def matrix(self, rows: int, columns: int, per: int = 1000) -> list[list[float]]:
        """Return a matrix of multiples of 1 / per between -1 and 1."""
        return [[self.whole(-per, per) / per for _ in range(columns)] for _ in range(rows)]

    def _word(self) -> int:
        if not self._words:
            digest = hashlib.sha256(f"{self._prefix}/{self._counter}".encode()).digest()
            self._counter += 1
            self._words = [int.from_bytes(digest[i : i + 4], "big") for i in range(28, -1, -4)]
        return self._words.pop()


@dataclass(frozen=True)
class Whole:
    """A whole number from low to high."""

    name: str
    low: int
    high: int

    def draw(self, stream: Stream, drawn: Mapping[str, Any]) -> int:
        """Return the next value."""
        return stream.whole(self.low, self.high)


@dataclass(frozen=True)
class Decimal:
    """A number k / per with a whole k from low to high."""

    name: str
    low: int
    high: int
    per: int

    def draw(self, stream: Stream, drawn: Mapping[str, Any]) -> float:
        """Return the next value."""
        return stream.decimal(self.low, self.high, self.per)


@dataclass(frozen=True)
class Pick:
    """One of some values, which are numbers or lists of numbers."""

    name: str
    options: tuple[Any, ...]

    def draw(self, stream: Stream, drawn: Mapping[str, Any]) -> Any:
        """Return the next value."""
        return stream.pick(self.options)


@dataclass(frozen=True)
class Turned:
    """The matrix ``left diag(values) right / divisor`` of whole matrices and drawn decimals.

    All its entries are quotients of whole numbers, so that they are the same floats everywhere.
    The whole matrices are drawn; `values` names decimals that were drawn before, all with the same
    `per`.
    """

    name: str
    left: tuple[tuple[tuple[int, ...], ...], ...]
    values: tuple[str, ...]
    per: int
    right: tuple[tuple[tuple[int, ...], ...], ...]
    divisor: int

    def draw(self, stream: Stream, drawn: Mapping[str, Any]) -> list[list[float]]:
        """Return the next value."""
        left, right = stream.pick(self.left), stream.pick(self.right)
        counts = [round(drawn[name] * self.per) for name in self.values]
        return [
            [
                sum(row[k] * counts[k] * right[k][j] for k in range(len(counts)))
                / (self.divisor * self.per)
                for j in range(len(right[0]))
            ]
            for row in left
        ]


Drawn = Whole | Decimal | Pick | Turned


@dataclass(frozen=True)
class Parameters:
    """What is drawn for a question, and which draws are fit to be given.

    Attributes
    ----------
    drawn : tuple
        `Whole`, `Decimal`, `Pick` and `Turned`, in their order. Names that begin with ``_`` are not
        shown to the student.
    accept : tuple of str
        Inequalities between the drawn numbers, with ``+ - * / **`` and one of ``< <= > >=`` each:
        they mean the same in Python and in JavaScript. Draws that break one are drawn again.
    """

    drawn: tuple[Drawn, ...]
    accept: tuple[str, ...] = ()

    def accepts(self, values: Mapping[str, Any]) -> bool:
        """Tell whether all inequalities hold."""
        return all(eval(rule, {"__builtins__": {}}, dict(values)) for rule in self.accept)


def draw(
    parameters: Parameters,
    course: str,
    problem_set: str,
    student: str,
    question: str,
    purpose: str = "given",
) -> dict[str, Any]:
    """Return the values that belong to a student and a question: the same ones every time.

    Parameters
    ----------
    parameters : Parameters
        What is to be drawn.
    course, problem_set, student, question, purpose : str
        Names, each as in `identity`. Another one gives other values.

    Returns
    -------
    dict
        The values by name, the hidden ones included.

    Raises
    ------
    TypeError, ValueError
        If a name is none, or no draw of a thousand was accepted.

    Examples
    --------
    >>> two = Parameters((Decimal("a", 10, 99, 10), Decimal("b", 10, 99, 10)), ("a > b + 1",))
    >>> draw(two, "demo", "a-set", "s1001", "q1")
    {'a': 4.9, 'b': 3.1}
    """
    names = {
        "course": course,
        "problem_set": problem_set,
        "student": student,
        "question": question,
        "purpose": purpose,
    }
    parts = [identity(value, what) for what, value in names.items()]
    for attempt in range(ATTEMPTS):
        stream = Stream(*parts, str(attempt))
        values: dict[str, Any] = {}
        for one in parameters.drawn:
            values[one.name] = one.draw(stream, values)
        if parameters.accepts(values):
            return values
    raise ValueError(
        f"none of {ATTEMPTS} draws for {question} of {problem_set} keeps the rules "
        f"{parameters.accept}: widen the ranges"
    )
