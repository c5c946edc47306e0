"""Common mistakes, the self-test, the exam and the capstones: read, checked and computed anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import dmfbook
from teach._tools import references
from teach._tools.entries import EntryError, entries, fields, one_of, place
from teach._tools.plans import unique
from teach._tools.sources import TEACH, chapters, load

PRIVATE = TEACH / "private/exam.yml"


def filled(text: str, values: Mapping[str, object]) -> str:
    """Put values for the names in braces; the braces of formulas hold no such names."""
    return re.sub(r"\{([a-z_]+)\}", lambda m: str(values[m[1]]) if m[1] in values else m[0], text)


def printed(value: object) -> str:
    """Return a value as the sources write it: a number to four digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | np.integer):
        return str(value)
    return f"{float(value):.4g}"  # type: ignore[arg-type]


def statement_labels() -> list[str]:
    """Return the labels of all statements of the book."""
    return [label for chapter in chapters() for label in references.statements(chapter)]


def mistakes() -> list[dict[str, Any]]:
    """Return the guide to common mistakes."""
    path = TEACH / "mistakes.yml"
    found = entries(path)
    texts = dict.fromkeys(("id", "claim", "tempting", "example", "python"), str)
    for entry in found:
        where = place(path, entry.get("id", entry) if isinstance(entry, dict) else entry)
        fields(entry, where, {**texts, "numbers": dict, "see": dict})
        see = entry["see"]
        fields(see, where, {"chapter": str, "statement": str}, {"explorable": str, "setting": str})
        one_of(see["chapter"], chapters(), where, "chapter")
        one_of(see["statement"], references.statements(see["chapter"]), where, "statement")
        if "explorable" in see:
            one_of(see["explorable"], references.explorables(see["chapter"]), where, "explorable")
        for name in entry["numbers"]:
            if f"{{{name}}}" not in entry["example"]:
                raise EntryError(f"{where}: the example does not use {name!r}; take it out")
    unique([entry["id"] for entry in found], place(path, "ids"))
    return found


def run_mistake(entry: dict[str, Any]) -> dict[str, Any]:
    """Run the Python of a common mistake, and return what it defines."""
    names: dict[str, Any] = {}
    exec(entry["python"], names)
    return names


def selftest() -> dict[str, Any]:
    """Return the self-test on what the course needs."""
    path = TEACH / "prerequisites.yml"
    test = load(path)
    head = {"title": str, "minutes": int, "words": list, "items": list}
    fields(test, place(path, "the head"), head)
    for item in test["items"]:
        where = place(path, item.get("id", item))
        fields(item, where, {"id": str, "ask": str, "options": list, "remedy": dict})
        fields(item["remedy"], where, {"words": str}, {"url": str, "page": str})
        if ("url" in item["remedy"]) == ("page" in item["remedy"]):
            raise EntryError(f"{where}: the remedy needs a url, or a page of the book")
        for option in item["options"]:
            fields(option, where, {"text": str, "because": str, "holds": str}, {"right": bool})
        if sum(option.get("right", False) for option in item["options"]) != 1:
            raise EntryError(f"{where}: exactly one option must be marked right: true")
    unique([item["id"] for item in test["items"]], place(path, "ids"))
    return dict(test)


def exam() -> dict[str, Any]:
    """Return the exam; its points and its minutes add up."""
    path = TEACH / "exam.yml"
    test = load(path)
    head = {"title": str, "minutes": int, "points": int, "aids": str, "conventions": str}
    fields(test, place(path, "the head"), {**head, "questions": list})
    labels = statement_labels()
    for question in test["questions"]:
        where = place(path, question.get("id", question))
        needed = {"id": str, "points": int, "minutes": int, "statement": str, "ask": str}
        needed |= {"parts": list, "answer": str}
        extra = {"computed": dict, "claims": list, "given": dict}
        fields({k: v for k, v in question.items() if v != {}}, where, needed, extra)
        one_of(question["statement"], labels, where, "statement")
        for part in question["parts"]:
            fields(part, where, {"points": int, "do": str})
        if sum(part["points"] for part in question["parts"]) != question["points"]:
            raise EntryError(f"{where}: the parts do not add up to its {question['points']} points")
        for claim in question.get("claims", []):
            check_claim(claim, where, labels)
    total = sum(question["points"] for question in test["questions"])
    if total != test["points"]:
        raise EntryError(f"{place(path, 'points')}: they add up to {total}, not {test['points']}")
    if sum(question["minutes"] for question in test["questions"]) > test["minutes"] - 10:
        raise EntryError(f"{place(path, 'minutes')}: leave ten minutes for reading the questions")
    return dict(test)


def check_claim(claim: dict[str, Any], where: str, labels: list[str]) -> None:
    """Refuse a claim without a ground: a common mistake if it is false, else a statement."""
    fields(claim, where, {"claim": str, "verdict": bool, "because": str}, {"holds": str})
    if claim["verdict"]:
        one_of(claim["because"], labels, f"{where}, {claim['claim']!r}", "statement")
    else:
        known = [entry["id"] for entry in mistakes()]
        one_of(claim["because"], known, f"{where}, {claim['claim']!r}", "common mistake")


def counted(spectrum: dmfbook.HessianSpectrum) -> str:
    """Return eigenvalues with their multiplicities, in words."""
    times: dict[float, int] = {}
    for value, how_often in zip(spectrum.values, spectrum.multiplicities, strict=True):
        key = round(float(value), 6) + 0.0
        times[key] = times.get(key, 0) + int(how_often)
    pairs = sorted(times.items(), reverse=True)
    return ", ".join(f"{v:.4g}" if n == 1 else f"{v:.4g} ({n} times)" for v, n in pairs)


def names() -> dict[str, Any]:
    """Return what the expressions of an exam may use: the library, numpy, and `counted`."""
    library = {name: getattr(dmfbook, name) for name in dmfbook.__all__}
    return {**library, "np": np, "counted": counted}


def computed(question: dict[str, Any], given: Mapping[str, object]) -> dict[str, str]:
    """Return what is given and what is computed for a question, as it is printed."""
    known = names() | dict(given)
    values = {key: eval(text, known) for key, text in question.get("computed", {}).items()}
    return {key: printed(value) for key, value in {**given, **values}.items()}


def variants(path: Path = PRIVATE) -> dict[str, dict[str, Any]]:
    """Return the numbers of each variant: the public sample, and those of the private overlay."""
    questions = {question["id"]: question for question in exam()["questions"]}
    found: dict[str, dict[str, Any]] = {"sample": {}}
    if path.exists():
        found |= load(path)
    for name, changes in found.items():
        where = place(path, name)
        for question, given in changes.items():
            one_of(question, questions, where, "question")
            one_of(
                sorted(given),
                [sorted(questions[question].get("given", {}))],
                where,
                "set of numbers",
            )
    return {
        name: {q: changes.get(q, question.get("given", {})) for q, question in questions.items()}
        for name, changes in found.items()
    }


def capstones() -> dict[str, Any]:
    """Return the capstones and their rubric, whose points add up."""
    path = TEACH / "capstones.yml"
    found = load(path)
    fields(found, place(path, "the head"), {"rubric": dict, "capstones": list})
    rubric, where = found["rubric"], place(path, "rubric")
    fields(rubric, where, {"points": int, "levels": list, "criteria": list})
    for criterion in rubric["criteria"]:
        fields(criterion, where, {"name": str, "says": list})
        if len(criterion["says"]) != len(rubric["levels"]) or len(rubric["levels"]) != 4:
            raise EntryError(f"{where}, {criterion['name']}: four levels need four sentences")
    if max(rubric["levels"]) * len(rubric["criteria"]) != rubric["points"]:
        raise EntryError(f"{where}: the best levels must add up to {rubric['points']} points")
    texts = dict.fromkeys(("id", "title", "question", "data", "first_week", "trap"), str)
    for entry in found["capstones"]:
        where = place(path, entry.get("id", entry))
        fields(entry, where, {**texts, "uses": list, "chapters": list, "functions": list})
        for chapter in entry["chapters"]:
            one_of(chapter, chapters(), where, "chapter")
        known = [label for c in entry["chapters"] for label in references.statements(c)]
        for label in entry["uses"]:
            one_of(label, known, where, "statement in these chapters:")
        for name in entry["functions"]:
            one_of(name, dmfbook.__all__, where, "function in dmfbook:")
    return dict(found)
