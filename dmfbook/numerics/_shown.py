"""How results print: a few lines of ASCII that a person reads, however large their arrays."""

from __future__ import annotations

import textwrap
from dataclasses import fields
from typing import Any, ClassVar

import numpy as np

_WIDTH = 79
# What is shown whole: this many entries, if they take no more than this many characters.
_ENTRIES = 6
_CHARACTERS = 48


class Shown:
    """Gives a dataclass (made with ``repr=False``) a short ``__repr__``.

    ``_shows`` names the attributes to show, properties among them; by default all fields.
    """

    _shows: ClassVar[str] = ""

    def __repr__(self) -> str:
        names = self._shows.split() or [field.name for field in fields(self)]  # type: ignore[arg-type]
        # Lines break between attributes, not inside of one.
        parts = (f"{name}={brief(getattr(self, name))}".replace(" ", "\0") for name in names)
        text = textwrap.fill(
            f"{type(self).__name__}({', '.join(parts)})",
            width=_WIDTH,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return text.replace("\0", " ")


def brief(value: Any) -> str:
    """Show a value in a few words: numbers to six digits, arrays by some entries or their shape."""
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return str(value)
    if isinstance(value, (float, np.floating)):
        return f"{value:.6g}"
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return brief(value[()])
        if value.ndim > 1 and value.size > _ENTRIES:
            return f"{' x '.join(map(str, value.shape))} array"
        return _brief_list([brief(entry) for entry in value], "[]")
    if isinstance(value, (list, tuple)):
        return _brief_list(
            [brief(entry) for entry in value], "[]" if isinstance(value, list) else "()"
        )
    return ascii(value)


def _brief_list(entries: list[str], brackets: str) -> str:
    opening, closing = brackets[0], brackets[1]
    whole = opening + ", ".join(entries) + closing
    if len(entries) <= _ENTRIES and len(whole) <= _CHARACTERS:
        return whole
    if len(entries) < 4:
        return f"{opening}{entries[0]}, ...{closing} ({len(entries)})"
    return f"{opening}{entries[0]}, {entries[1]}, ..., {entries[-1]}{closing} ({len(entries)})"
