"""The plans of the slides, read and checked: ``teach/slides/<chapter>.yml``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from teach._tools import references
from teach._tools.entries import EntryError, fields, one_of, place
from teach._tools.sources import TEACH, chapters, load

#: What a slide may show beside its text; a slide has one of them at most, and ``show`` is many.
KINDS = ("show", "table", "question", "answer", "explorable", "exercise", "read")
_KEYS: dict[str, type | tuple[type, ...]] = {
    "title": str,
    "text": str,
    "after": str,
    "show": (str, list),
    "blocks": str,
    "table": str,
    "question": str,
    "answer": str,
    "explorable": str,
    "setting": str,
    "exercise": str,
    "read": list,
    "notes": str,
    "minutes": int,
}
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
_DECIMAL = re.compile(r"\d+\.\d+")


def path(chapter: str) -> Path:
    """Return the file that holds a chapter's plan."""
    return TEACH / f"slides/{chapter}.yml"


def slides(chapter: str) -> list[dict[str, Any]]:
    """Return the slides of a chapter, in order.

    A plan is a list. Whether its labels exist is asked where they are cut out (``pieces.py``),
    with the same kind of error; what is refused here needs no built book.
    """
    file = path(chapter)
    found = load(file)
    if not isinstance(found, list) or not found:
        raise EntryError(f"{place(file, 'the whole file')}: must be a list; begin slides by '- '")
    for number, slide in enumerate(found, 1):
        where = where_is(chapter, number, slide)
        fields(slide, where, {}, _KEYS)
        kinds = [kind for kind in KINDS if kind in slide]
        if len(kinds) > 1:
            raise EntryError(f"{where}: has {' and '.join(kinds)}; make slides of their own")
        if not kinds and "text" not in slide:
            raise EntryError(f"{where}: shows nothing; add text, or one of {', '.join(KINDS)}")
        if "title" not in slide and not {"explorable", "question", "show", "exercise", "read"} & {
            *kinds
        }:
            raise EntryError(f"{where}: 'title' is missing; add it")
        if "setting" in slide and "explorable" not in slide:
            raise EntryError(f"{where}: 'setting' belongs to an explorable; add its name")
        if "blocks" in slide and (
            not isinstance(slide.get("show"), str)
            or not re.fullmatch(r"\d+(-\d+)?", slide["blocks"])
        ):
            raise EntryError(f"{where}: 'blocks' is for one statement, such as \"1-3\"")
        if "after" in slide and "show" not in slide:
            raise EntryError(f"{where}: 'after' is text below what is shown; use 'text'")
        for key in ("title", "text", "after", "notes"):
            said = _FORMULA.sub("", slide.get(key, ""))
            if decimal := _DECIMAL.search(re.sub(r"\]\([^)]*\)", "]", said)):
                raise EntryError(
                    f"{where}: {key!r} says {decimal[0]}; computed numbers come from the book and "
                    "the scripts, whose tests compute them again: show the piece that has it"
                )
        if "explorable" in slide:
            name = slide["explorable"]
            one_of(name, references.explorables(chapter), where, "explorable")
    names = [slide["explorable"] for slide in found if "explorable" in slide]
    for name in names:
        if names.count(name) > 1:
            raise EntryError(f"{place(file, name)}: is shown twice; its steps are in its script")
    return found


def where_is(chapter: str, number: int, slide: Any) -> str:
    """Return how errors name a slide: the file, the slide's number and its title."""
    name = slide.get("title") if isinstance(slide, dict) else None
    if name is None and isinstance(slide, dict):
        name = next((slide[kind] for kind in KINDS if kind in slide), None)
    return place(path(chapter), f"slide {number}" + (f" ({name})" if name else ""))


def planned() -> list[str]:
    """Return the chapters that have a plan."""
    return [chapter for chapter in chapters() if path(chapter).exists()]
