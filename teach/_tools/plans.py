"""The sources of a course, read and checked: objectives, scripts and syllabi."""

from __future__ import annotations

import re
from typing import Any

from teach._tools import references
from teach._tools.entries import EntryError, entries, fields, one_of, place
from teach._tools.sources import TEACH, chapters, load

#: What a student can be seen to do; "understand" and "know" are not among them.
VERBS = (
    "choose", "compare", "compute", "count", "decide", "derive", "describe", "exhibit", "explain",
    "predict", "prove", "refute", "use",
)  # fmt: skip
SYLLABI = ("lecture", "week", "month")

_NUMBER = re.compile(r"(?<![\w.^])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def objectives(chapter: str) -> list[dict[str, Any]]:
    """Return the objectives of a chapter."""
    path = TEACH / f"objectives/{chapter}.yml"
    known = {
        "statements": references.statements(chapter),
        "explorables": references.explorables(chapter),
        "exercises": references.exercises(chapter),
    }
    found = entries(path)
    for entry in found:
        where = place(path, entry.get("id", entry) if isinstance(entry, dict) else entry)
        fields(entry, where, {"id": str, "verb": str, "text": str, **dict.fromkeys(known, list)})
        one_of(entry["verb"], VERBS, where, "verb")
        code = found[0]["id"][:2]
        if not re.fullmatch(rf"[a-z]{{2}}-{entry['verb']}-[a-z-]+", entry["id"]):
            raise EntryError(f"{where}: the id must be {code}-{entry['verb']}-WORD")
        if entry["id"][:2] != code:
            raise EntryError(f"{where}: all ids of a chapter begin alike, here with {code!r}")
        if not re.match(rf"{entry['verb']}\b", entry["text"]):
            raise EntryError(f"{where}: the text must begin with the verb, {entry['verb']!r}")
        for kind, names in known.items():
            for name in entry[kind]:
                one_of(name, names, where, kind[:-1])
    unique([entry["id"] for entry in found], place(path, "ids"))
    return found


def scripts(chapter: str) -> list[dict[str, Any]]:
    """Return the scripts of a chapter's explorables, in the order in which they are shown."""
    path = TEACH / f"scripts/{chapter}.yml"
    found = entries(path)
    for entry in found:
        where = place(path, entry.get("explorable", entry) if isinstance(entry, dict) else entry)
        texts = {"misconception": str, "after": str}
        fields(entry, where, {"explorable": str, "minutes": int, "show": list, **texts})
        one_of(entry["explorable"], references.explorables(chapter), where, "explorable")
        for step in entry["show"]:
            at = f"{where}, {step.get('setting') if isinstance(step, dict) else step}"
            needed = {"setting": (str, dict), "ask": str, "expect": str}
            fields(step, at, needed, {"readouts": dict})
    unique([entry["explorable"] for entry in found], place(path, "explorables"))
    return found


def said(entry: dict[str, Any]) -> list[str]:
    """Return all sentences of a script."""
    steps = [step[key] for step in entry["show"] for key in ("ask", "expect")]
    return [entry["misconception"], *steps, entry["after"]]


def unbacked(sentence: str, shown: list[str]) -> list[str]:
    """Return the numbers of a sentence that are none of those shown, nor rounded from one.

    Formulas between dollars are not looked into: their numbers are exponents and the like.
    """
    values = [float(token) for text in shown for token in _NUMBER.findall(text)]
    values += [abs(value) for value in values]
    wrong = []
    for token in _NUMBER.findall(re.sub(r"\$[^$]*\$", "", sentence)):
        digits = len(token.partition(".")[2].partition("e")[0])
        if not any(same(float(token), value, digits) for value in values):
            wrong.append(token)
    return wrong


def same(said: float, shown: float, digits: int) -> bool:
    """Tell whether a number that is said is the one shown, to the digits that are said."""
    rounded = digits > 0 or abs(shown) >= 10
    return said == shown or (rounded and said == round(shown, digits))


def syllabus(name: str) -> dict[str, Any]:
    """Return a syllabus; its meetings add up, and leave each explorable the time of its script."""
    path = TEACH / f"syllabi/{name}.yml"
    plan = load(path)
    where = place(path, "the head")
    needed = {"title": str, "for": str, "needs": str, "after": str, "weeks": list}
    fields(plan, where, needed, {"grading": dict, "note": str})
    if sum(plan.get("grading", {"": 100}).values()) != 100:
        raise EntryError(f"{place(path, 'grading')}: the parts must add up to 100 percent")
    for week in plan["weeks"]:
        at = place(path, week.get("title") if isinstance(week, dict) else week)
        fields(
            week, at, {"title": str, "meetings": list}, {"home": list, "home_hours": (int, float)}
        )
        for meeting in week["meetings"]:
            fields(meeting, at, {"title": str, "minutes": int, "plan": list})
            check_meeting(meeting, f"{at}, {meeting['title']}")
        for item in week.get("home", []):
            optional = {"minutes": int, "read": dict, "section": dict, "set": str, "quiz": list}
            fields(item, at, {"do": str}, optional)
            if ("minutes" in item) == ("read" in item):
                raise EntryError(
                    f"{at}, {item['do']!r}: give its minutes, or what is read and on which road, "
                    "not both: the time of reading is the chapters' own"
                )
            sets = sorted(path.name for path in (TEACH / "problems").glob("*") if path.is_dir())
            if sets and "set" in item:
                one_of(item["set"], sets, at, "problem set")
            for chapter, road in item.get("read", {}).items():
                one_of(chapter, chapters(), at, "chapter")
                one_of(road, ("short", "full"), at, "road")
            for chapter, title in item.get("section", {}).items():
                one_of(chapter, chapters(), at, "chapter")
                one_of(title, references.sections(chapter), at, f"section of {chapter}")
            for chapter in item.get("quiz", []):
                one_of(chapter, chapters(), at, "chapter")
    return dict(plan)


def check_meeting(meeting: dict[str, Any], at: str) -> None:
    """Refuse a meeting whose minutes do not add up, or that hurries through an explorable."""
    for item in meeting["plan"]:
        fields(item, at, {"minutes": int, "do": str}, {"explorables": list, "spare": bool})
        least = 0
        for name in item.get("explorables", []):
            chapter, _, explorable = name.partition("/")
            one_of(chapter, chapters(), at, "chapter")
            times = {entry["explorable"]: entry["minutes"] for entry in scripts(chapter)}
            one_of(explorable, times, at, f"script in {chapter}:")
            least += times[explorable]
        if item["minutes"] < least:
            raise EntryError(f"{at}, {item['do']!r}: its scripts take {least} minutes")
    total = sum(item["minutes"] for item in meeting["plan"])
    if total != meeting["minutes"]:
        raise EntryError(f"{at}: the plan takes {total} minutes, not {meeting['minutes']}")


def home_minutes(week: dict[str, Any]) -> int:
    """Return how long the homework of a week takes, reading at the chapters' own times."""
    total = 0
    for item in week.get("home", []):
        total += item.get("minutes", 0)
        total += sum(references.minutes(c, road) for c, road in item.get("read", {}).items())
    return total


def taught(plan: dict[str, Any]) -> set[str]:
    """Return the chapters that a syllabus shows something of."""
    items = [i for week in plan["weeks"] for meeting in week["meetings"] for i in meeting["plan"]]
    return {name.partition("/")[0] for item in items for name in item.get("explorables", [])}


def unique(names: list[str], where: str) -> None:
    """Refuse a name that occurs twice."""
    for name in names:
        if names.count(name) > 1:
            raise EntryError(f"{where}: {name!r} occurs twice; rename one or take it out")
