"""Reading JSON that strangers wrote: bounded, finite, without surprises."""

from __future__ import annotations

import json
import math
from typing import Any

__all__ = ["strict_json"]


def strict_json(text: str, levels: int = 8) -> Any:
    """Return what a JSON text holds, or raise ValueError in words for the one who sent it.

    Refused are: anything that is no JSON, NaN and infinity in any spelling (``1e400`` too), the
    same key twice, whole numbers of more than 18 digits, and brackets nested deeper than `levels`.

    Parameters
    ----------
    text : str
        The text; its length is the caller's to bound.
    levels : int, optional
        The deepest nesting allowed.

    Returns
    -------
    dict, list, str, int, float, bool or None
        The content.

    Raises
    ------
    ValueError
        Saying what is wrong.

    Examples
    --------
    >>> strict_json('{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    >>> strict_json('{"a": 1e400}')
    Traceback (most recent call last):
        ...
    ValueError: the number 1e400 is too large
    """
    _check_nesting(text, levels)
    try:
        return json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_short,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        raise ValueError(
            f"it is not JSON: {error.msg}, line {error.lineno}, column {error.colno}"
        ) from None


def _check_nesting(text: str, levels: int) -> None:
    depth, quoted, escaped = 0, False, False
    for letter in text:
        if quoted:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                quoted = False
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
            if depth > levels:
                raise ValueError(f"its brackets are nested deeper than {levels}")
        elif letter in "]}":
            depth -= 1


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number")


def _finite(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        raise ValueError(f"the number {word[:20]} is too large")
    return number


def _short(word: str) -> int:
    if len(word) > 19:
        raise ValueError(f"the number {word[:20]}... has too many digits")
    return int(word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise ValueError(f"the key {key[:40]!r} stands twice")
        content[key] = value
    return content
