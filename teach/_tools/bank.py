"""The bank of questions: its items, read and checked. ``teach/quiz/README.md`` tells their form."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path
from typing import Any

from teach._tools.sources import TEACH, load

Item = dict[str, Any]

KINDS = ("choice", "several", "number", "order", "demo")
LEVELS = ("recall", "apply", "explain", "refute")
TESTS = ("is", "isnt", "least", "most")

_COMMON = {"id", "kind", "ask"}
_PLACED = {"about", "objective", "level", "seconds"}
_OWN: dict[str, tuple[set[str], set[str]]] = {  # needed, allowed
    "choice": ({"options"}, set()),
    "several": ({"options"}, set()),
    "number": ({"answer", "tolerance", "because", "near"}, {"holds", "argument", "unit"}),
    "order": ({"steps", "argument"}, set()),
    "demo": ({"demo", "conditions", "because", "tries"}, set()),
}
_TRUTH = {"holds", "argument"}


class BankError(ValueError):
    """An item that cannot be used; the message names file, item and what to do."""


def read(path: Path, *, placed: bool = True) -> list[Item]:
    """Return the items of a file.

    ``placed`` items belong to a chapter: each names a statement and an objective, and every option
    says how it is decided. The self-test's do not.

    Raises
    ------
    BankError
        When something is missing, unknown or of the wrong type.
    """
    content = load(path)
    if not placed and isinstance(content, dict):
        # The self-test says more than its items, which all are choices.
        content = [{"kind": "choice"} | item for item in content.get("items", [])]
    if not isinstance(content, list):
        raise BankError(f"{path.name}: a list of items is needed, each beginning with '- id:'")
    seen: set[str] = set()
    for place, item in enumerate(content, start=1):
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            raise BankError(f"{path.name}: item {place} has no 'id'")
        where = f"{path.name}, {item['id']}"
        try:
            _check(item, placed)
        except BankError as error:
            raise BankError(f"{where}: {error}") from None
        if item["id"] in seen:
            raise BankError(f"{where}: the id stands twice; give each item its own")
        seen.add(item["id"])
    return content


def chapter(slug: str) -> list[Item]:
    """Return the items of a chapter; none if it has no file yet."""
    path = TEACH / "quiz" / f"{slug}.yml"
    return read(path) if path.exists() else []


def options(item: Item) -> list[Item]:
    """Return what a reader chooses from: the options, or the settings that were tried."""
    return list(item.get("options") or item.get("tries") or [])


def is_constant(expression: str) -> bool:
    """Say whether a truth value names nothing, so that nothing is computed.

    >>> is_constant("1 > 2"), is_constant("sharpness([[2]]) > 3")
    (True, False)
    """
    tree = ast.parse(expression, mode="eval")
    return not any(isinstance(node, ast.Name) for node in ast.walk(tree))


def is_formula(text: str) -> bool:
    """Say whether a text has no words beside its formulas.

    >>> is_formula("$x = 1$."), is_formula("at $x = 1$")
    (True, False)
    """
    return not re.search(r"[A-Za-z0-9]", re.sub(r"\$.*?\$", "", text))


def _check(item: Item, placed: bool) -> None:
    if item.get("kind") not in KINDS:
        raise BankError(f"'kind' is one of {', '.join(KINDS)}, not {item.get('kind')!r}")
    needed, allowed = _OWN[item["kind"]]
    needed = needed | _COMMON | (_PLACED if placed else set())
    extra = _PLACED if placed else _PLACED | {"remedy"}
    _keys(item, needed, needed | allowed | extra, "the item")
    if not re.fullmatch(r"[a-z]{2}-[a-z0-9-]+", item["id"]):
        raise BankError("an id is two letters, a dash and a word, all small, as in su-leap")
    _text(item["ask"], "'ask'")
    if placed:
        if item["level"] not in LEVELS:
            raise BankError(f"'level' is one of {', '.join(LEVELS)}, not {item['level']!r}")
        if not isinstance(item["seconds"], int) or not 10 <= item["seconds"] <= 600:
            raise BankError("'seconds' is a whole number from 10 to 600")
    {
        "choice": _choices,
        "several": _choices,
        "number": _number,
        "order": _order,
        "demo": _demo,
    }[item["kind"]](item, placed)


def _keys(entry: Any, needed: set[str], allowed: set[str], what: str) -> None:
    if not isinstance(entry, dict):
        raise BankError(f"{what} has to be keys with values, not {entry!r}")
    for key in sorted(needed - entry.keys()):
        raise BankError(f"{what} lacks '{key}'")
    for key in sorted(entry.keys() - allowed):
        raise BankError(
            f"{what} has an unknown key '{key}'; known are {', '.join(sorted(allowed))}"
        )


def _text(value: Any, what: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise BankError(f"{what} has to be a text in quotes, not {value!r}")
    if value.count("$") % 2:
        raise BankError(f"{what} has a formula without its second dollar: {value!r}")


def _finite(value: Any, what: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BankError(f"{what} has to be a number, not {value!r}")


def _truth(entry: Item, what: str, placed: bool) -> None:
    given = [key for key in sorted(_TRUTH) if key in entry]
    if placed and len(given) != 1:
        raise BankError(f"{what} needs one of 'holds' and 'argument': how is it decided?")
    for key in given:
        _text(entry[key], f"'{key}' of {what}")
    if "holds" in given:
        try:
            constant = is_constant(entry["holds"])
        except SyntaxError as error:
            raise BankError(f"'holds' of {what} is not Python: {error.msg}") from None
        if constant and placed:
            raise BankError(
                f"'holds' of {what} computes nothing; if no number decides, give 'argument'"
            )


def _list(item: Item, key: str, least: int) -> list[Item]:
    value = item[key]
    if not isinstance(value, list) or len(value) < least:
        raise BankError(f"'{key}' is a list of at least {least}")
    return value


def _choices(item: Item, placed: bool) -> None:
    right = 0
    for place, option in enumerate(_list(item, "options", 2), start=1):
        what = f"option {place}"
        _keys(option, {"text"}, {"text", "right", "because", "spoken", "remedy", *_TRUTH}, what)
        _text(option["text"], f"'text' of {what}")
        correct = option.get("right", False)
        if not isinstance(correct, bool):
            raise BankError(f"'right' of {what} is true, or left out")
        right += correct
        if placed or not correct:
            if "because" not in option:
                raise BankError(f"{what} lacks 'because': what is said to those who chose it?")
            _text(option["because"], f"'because' of {what}")
        _truth(option, what, placed)
        if placed and is_formula(option["text"]) and "spoken" not in option:
            raise BankError(f"{what} is only a formula and needs 'spoken', how one reads it aloud")
    if item["kind"] == "choice" and right != 1:
        raise BankError(f"a choice has one option that is right, not {right}")
    if not right:
        raise BankError("no option is right")


def _number(item: Item, placed: bool) -> None:
    for key in ("answer", "tolerance"):
        _finite(item[key], f"'{key}'")
    _text(item["because"], "'because'")
    _truth(item, "the answer", placed)
    if item["tolerance"] <= 0:
        raise BankError("'tolerance' is how far off an answer may be, and more than zero")
    values = [item["answer"]]
    for place, near in enumerate(_list(item, "near", 1), start=1):
        _keys(near, {"value", "because"}, {"value", "because"}, f"wrong number {place}")
        _finite(near["value"], f"'value' of wrong number {place}")
        _text(near["because"], f"'because' of wrong number {place}")
        if any(abs(near["value"] - value) <= 2 * item["tolerance"] for value in values):
            raise BankError(f"wrong number {place} is too close to another to be told from it")
        values.append(near["value"])


def _order(item: Item, placed: bool) -> None:
    _text(item["argument"], "'argument'")
    for place, step in enumerate(_list(item, "steps", 3), start=1):
        _keys(step, {"text", "because"}, {"text", "because", "holds"}, f"step {place}")
        for key in ("text", "because"):
            _text(step[key], f"'{key}' of step {place}")
        if "holds" in step:
            _truth(step, f"step {place}", placed)


def _demo(item: Item, placed: bool) -> None:
    for key in ("demo", "because"):
        _text(item[key], f"'{key}'")
    for place, condition in enumerate(_list(item, "conditions", 1), start=1):
        what = f"condition {place}"
        _keys(condition, {"of", "because"}, {"of", "because", *TESTS}, what)
        _text(condition["of"], f"'of' of {what}")
        _text(condition["because"], f"'because' of {what}")
        if len(condition.keys() & set(TESTS)) != 1:
            raise BankError(f"{what} has one of {', '.join(TESTS)}")
        for key in ("least", "most"):
            if key in condition:
                _finite(condition[key], f"'{key}' of {what}")
    right = 0
    for place, trial in enumerate(_list(item, "tries", 2), start=1):
        what = f"try {place}"
        _keys(trial, {"text", "set", "because"}, {"text", "set", "because", "right"}, what)
        for key in ("text", "because"):
            _text(trial[key], f"'{key}' of {what}")
        _keys(trial["set"], set(), set(trial["set"]), f"'set' of {what}")
        for name, value in trial["set"].items():
            _finite(value, f"{name} of {what}")
        right += bool(trial.get("right"))
    if right != 1:
        raise BankError(f"one try meets the conditions and is right, not {right}")
