"""How an entry of a YAML source is checked: the error names the file, the entry and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from teach._tools.sources import ROOT, load


class EntryError(ValueError):
    """An entry of a source is wrong; the message is for the teacher who wrote it."""


def place(path: Path, entry: object) -> str:
    """Return how errors name an entry: the file, seen from the root, and the entry."""
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return f"{shown.as_posix()}, {entry}"


def entries(path: Path) -> list[Any]:
    """Return the entries of a source that is a list."""
    if not path.exists():
        raise EntryError(f"{place(path, 'the whole file')}: is missing; write it as others are")
    try:
        found = load(path)
    except yaml.YAMLError as error:
        raise EntryError(f"{place(path, 'as YAML')}: {' '.join(str(error).split())}") from error
    if not isinstance(found, list) or not found:
        raise EntryError(f"{place(path, 'the whole file')}: must be a list; begin entries by '- '")
    return found


def fields(
    entry: Any,
    where: str,
    needed: Mapping[str, type | tuple[type, ...]],
    optional: Mapping[str, type | tuple[type, ...]] | None = None,
) -> None:
    """Refuse an entry with a key too many or too few, or with a value of a wrong type."""
    if not isinstance(entry, dict):
        raise EntryError(f"{where}: must have keys ({', '.join(needed)}), but is {entry!r}")
    known = {**needed, **(optional or {})}
    for key in entry:
        if key not in known:
            raise EntryError(f"{where}: unknown key {key!r}; take one of {', '.join(known)}")
    for key in needed:
        if key not in entry:
            raise EntryError(f"{where}: {key!r} is missing; add it")
    for key, value in entry.items():
        types = known[key]
        if not isinstance(value, types) or (isinstance(value, bool) and types is int):
            names = types if isinstance(types, tuple) else (types,)
            words = " or ".join(t.__name__ for t in names)
            raise EntryError(f"{where}: {key!r} must be {words}, not {value!r}")
        if value in ("", [], {}):
            raise EntryError(f"{where}: {key!r} is empty; fill it or take it out")


def one_of(value: object, known: Iterable[object], where: str, what: str) -> None:
    """Refuse a value that is not among those that exist."""
    names = [str(name) for name in known]
    if str(value) not in names:
        raise EntryError(f"{where}: there is no {what} {value!r}; there are {', '.join(names)}")
