"""What a question of a problem set is: what is given, what is asked, and who judges it.

A question may have a part that a program judges (numbers, an object with a certificate, or a
function), a part that a person marks (a proof, an experiment, a text), or both. Verdicts name what
fails, never what would have been right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import numpy as np

from dmfbook.checks.chance import Parameters, Stream
from dmfbook.checks.functions import Limits, Outcome
from dmfbook.numerics._checks import Array, check_array, shown

__all__ = ["Case", "Field", "FunctionTask", "Mark", "Question", "Verdict", "numbers"]

LARGEST = 1e9
Given = dict[str, Any]
Answer = dict[str, Array | None]


@dataclass(frozen=True)
class Verdict:
    """What the checks say about one answer.

    Attributes
    ----------
    question : str
        Its name, such as ``q1``.
    points, out_of : int
        Points reached, of those that a program gives.
    messages : tuple of str
        What failed; empty if nothing did.

    Examples
    --------
    >>> Verdict("q1", 4, 6, ("tie: not the value for depth 3",))
    q1: 4 of 6 points
      - tie: not the value for depth 3
    """

    question: str
    points: int
    out_of: int
    messages: tuple[str, ...] = ()

    def __repr__(self) -> str:
        head = f"{self.question}: {self.points} of {self.out_of} points"
        return "\n  - ".join([head, *self.messages])


@dataclass(frozen=True)
class Mark:
    """One thing that is judged: its points, and why not if they are not given."""

    points: int
    problem: str = ""


@dataclass(frozen=True)
class Field:
    """One entry of an answer: a number, or numbers in a fixed shape.

    Attributes
    ----------
    says : str
        What it is, in a few words.
    shape : tuple of int
        () for a number, (3,) for a list of three, (2, 2) for a matrix, rows first.
    """

    says: str
    shape: tuple[int, ...] = ()

    def read(self, value: Any, name: str) -> Array | None:
        """Return the numbers, or None where nothing was answered.

        Raises
        ------
        TypeError, ValueError
            If the value is not finite numbers of this shape, each at most 1e9 in size.
        """
        if value is None or value is ...:
            return None
        numbers = check_array(value, name)
        if np.asarray(value).dtype.kind == "b":
            raise TypeError(f"{name} must be {self.wanted()}, but it is {shown(value)}")
        if numbers.shape != self.shape:
            raise ValueError(
                f"{name} must be {self.wanted()}, but it has shape {numbers.shape}: {shown(value)}"
            )
        if np.abs(numbers).max() > LARGEST:
            raise ValueError(f"{name} must hold numbers up to 1e9, but it is {shown(value)}")
        return numbers

    def wanted(self) -> str:
        """Return the shape in words."""
        if not self.shape:
            return "one number"
        return f"numbers of shape {self.shape}"


@dataclass(frozen=True)
class Case:
    """A call of a student's function: the group whose points it decides, and the arguments.

    What the judge knows beside them, `right`, never leaves the grader's process.
    """

    group: str
    arguments: tuple[Any, ...]
    right: Any = None


@dataclass(frozen=True)
class FunctionTask:
    """A function that is to be written.

    Attributes
    ----------
    name, arguments : str
        As in ``def name(arguments)``.
    groups : mapping of str to int
        Points of each group of cases; they are given when all its cases pass.
    cases : callable
        Makes the cases from a stream.
    judge : callable
        Gets a case and what the function returned, plain numbers and lists, and returns what is
        wrong with it, or "".
    without : tuple of str
        Packages that cannot be imported.
    limits : Limits
        For all cases together.
    """

    name: str
    arguments: str
    groups: Mapping[str, int]
    cases: Callable[[Stream], list[Case]]
    judge: Callable[[Case, Any], str]
    without: tuple[str, ...] = ("dmfbook",)
    limits: Limits = field(default_factory=Limits)

    def drawn(self, question: str, salt: str) -> list[Case]:
        """Return the cases of a salt, which may be any text; notebooks use a public one."""
        return self.cases(Stream("cases", question, self.name, quote(salt, safe="")))

    def marks(self, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Iterator[Mark]:
        """Yield a mark for each group of cases."""
        for group, points in self.groups.items():
            problem, failed, count = "", 0, 0
            for case, outcome in zip(cases, outcomes, strict=True):
                if case.group == group:
                    count += 1
                    found = outcome.problem or self._judged(case, outcome.value)
                    if found:
                        failed += 1
                        problem = problem or f"{self._call(case)}: {found}"
            if count == 0:
                raise ValueError(f"no case of {self.name} belongs to the group {group!r}")
            more = f" ({failed} of {count} cases fail)" if failed > 1 else ""
            yield Mark(points, f"{group}: {problem}{more}" if problem else "")

    def _judged(self, case: Case, value: Any) -> str:
        try:
            with np.errstate(all="ignore"):
                return self.judge(case, value)
        except (TypeError, ValueError, IndexError, KeyError, OverflowError, ArithmeticError):
            return f"the result has not the form that was asked for: {shown(value)}"

    def _call(self, case: Case) -> str:
        return f"{self.name}({', '.join(_seen(one) for one in case.arguments)})"


@dataclass(frozen=True)
class Question:
    """A question of a problem set.

    Attributes
    ----------
    name, title : str
        ``q1`` and so on, and a few words.
    kind : str
        What a program judges: N numbers, O an object with a certificate, C a function; or "".
    points : int
        Points given by program.
    parameters : Parameters or None
        What is drawn for each student.
    fields : mapping of str to Field
        The entries of an answer.
    marks : callable or None
        Gets what is given and the answer, and yields a `Mark` for each thing that is judged.
    task : FunctionTask or None
        The function that is asked for.
    by_hand : tuple of str and int, or None
        The kind (P proof, E experiment, W writing) and points of the part that a person marks.
    phone, phone_by_hand : bool
        Whether each part can be done without Python.
    """

    name: str
    title: str
    kind: str = ""
    points: int = 0
    parameters: Parameters | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    marks: Callable[[Given, Answer], Iterable[Mark]] | None = None
    task: FunctionTask | None = None
    by_hand: tuple[str, int] | None = None
    phone: bool = False
    phone_by_hand: bool = False

    @property
    def total(self) -> int:
        """Points of both parts."""
        return self.points + (self.by_hand[1] if self.by_hand else 0)

    @property
    def phone_points(self) -> int:
        """Points that can be had without Python."""
        hand = self.by_hand[1] if self.by_hand and self.phone_by_hand else 0
        return (self.points if self.phone else 0) + hand

    def verdict(self, marks: Iterable[Mark]) -> Verdict:
        """Return the sum of some marks."""
        found = list(marks)
        if sum(mark.points for mark in found) != self.points:
            raise ValueError(f"the marks of {self.name} do not add up to {self.points} points")
        return Verdict(
            self.name,
            sum(mark.points for mark in found if not mark.problem),
            self.points,
            tuple(mark.problem for mark in found if mark.problem),
        )

    def judge(self, given: Given, answer: Any) -> Verdict:
        """Return the verdict on numbers; whatever is wrong with them is a verdict, too."""
        if self.marks is None:
            raise ValueError(f"{self.name} asks for no numbers")
        if not isinstance(answer, Mapping):
            wanted = ", ".join(self.fields)
            return self.nothing(f"the answer must name {wanted}, but it is {shown(answer)}")
        unknown = sorted(str(name)[:30] for name in answer if name not in self.fields)
        if unknown:
            return self.nothing(f"there is no entry {unknown[0]!r}; there are {list(self.fields)}")
        read: Answer = {}
        try:
            for name, one in self.fields.items():
                read[name] = one.read(answer.get(name), name)
            with np.errstate(all="ignore"):
                return self.verdict(self.marks(given, read))
        except (TypeError, ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            return self.nothing(str(error))

    def nothing(self, why: str) -> Verdict:
        """Return a verdict of no points."""
        return Verdict(self.name, 0, self.points, (why,))


def numbers(
    truth: Callable[[Given], Mapping[str, float]],
    points: Mapping[str, int],
    relative: float = 1e-3,
    absolute: float = 0.0,
    shown_given: Sequence[str] = (),
) -> Callable[[Given, Answer], Iterator[Mark]]:
    """Return a judge of numbers: each within a tolerance of the truth.

    Parameters
    ----------
    truth : callable
        Gets what is given and returns the right numbers by name.
    points : mapping of str to int
        The points of each.
    relative, absolute : float, optional
        A number passes within ``absolute + relative |truth|``.
    shown_given : sequence of str, optional
        Given values that a message repeats.

    Returns
    -------
    callable
        For `Question.marks`.
    """

    def marks(given: Given, answer: Answer) -> Iterator[Mark]:
        right = truth(given)
        place = ", ".join(f"{name} {given[name]}" for name in shown_given)
        for name, worth in points.items():
            value = answer[name]
            if value is None:
                yield Mark(worth, f"{name}: not answered")
                continue
            off = abs(float(value) - right[name])
            fits = off <= absolute + relative * abs(right[name])
            wrong = f"{name}: {float(value):.6g} is not the value for your sheet"
            yield Mark(worth, "" if fits else wrong + (f" ({place})" if place else ""))

    return marks


def _seen(argument: Any) -> str:
    if isinstance(argument, np.ndarray):
        if argument.size <= 9:
            return str(argument.tolist())
        return f"<{' x '.join(map(str, argument.shape))} matrix>"
    if isinstance(argument, (list, tuple)) and any(isinstance(a, np.ndarray) for a in argument):
        return f"[{', '.join(_seen(one) for one in argument)}]"
    return repr(argument)
