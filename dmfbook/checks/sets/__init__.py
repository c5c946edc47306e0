"""The problem sets: what is given in each, and how it is judged. Their texts are in ``teach``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from dmfbook.checks.question import Question
from dmfbook.numerics._checks import shown

__all__ = ["SetDefinition", "register", "set_definition", "set_names"]

NAMES = ("factors-and-prices", "one-number-one-matrix", "curvature", "descent-and-data")


@dataclass(frozen=True)
class SetDefinition:
    """A problem set.

    Attributes
    ----------
    name, title : str
        Its name in files and addresses, and its heading.
    version : int
        Raised whenever given values or checks change: sheets of another version are refused.
    questions : tuple of Question
        In their order.
    """

    name: str
    title: str
    version: int
    questions: tuple[Question, ...]

    def question(self, name: object) -> Question:
        """Return a question by its name."""
        for one in self.questions:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.questions)
        raise ValueError(f"question must be one of {known}, but it is {shown(name)}")

    @property
    def total(self) -> int:
        """Points of all questions."""
        return sum(one.total for one in self.questions)


_added: dict[str, SetDefinition] = {}


def set_names() -> tuple[str, ...]:
    """Return the names of all sets."""
    return (*NAMES, *_added)


def register(definition: SetDefinition) -> None:
    """Add a set of one's own, for this process."""
    if definition.name in NAMES:
        raise ValueError(f"definition must have a new name, but {definition.name!r} is taken")
    _added[definition.name] = definition


def set_definition(name: object) -> SetDefinition:
    """Return a set by its name.

    Examples
    --------
    >>> set_definition("curvature").total
    45
    """
    if isinstance(name, str) and name in _added:
        return _added[name]
    if name not in NAMES:
        raise ValueError(
            f"problem_set must be one of {', '.join(set_names())}, but it is {shown(name)}"
        )
    module = import_module(f"dmfbook.checks.sets.{str(name).replace('-', '_')}")
    definition: SetDefinition = module.SET
    return definition
