"""Pseudonyms for a class, from the list of participants that Moodle or Canvas exports."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dmfbook.checks.chance import identity

__all__ = ["ROSTER", "make_roster"]

#: The columns of a roster, and the headings under which Moodle and Canvas know them.
ROSTER = {
    "identifier": ("identifier",),
    "name": ("name", "full name", "student"),
    "id": ("id",),
    "sis_user_id": ("sis user id",),
    "sis_login_id": ("sis login id",),
    "section": ("section",),
    "email": ("email", "email address"),
}
# No letters that are taken for others when they are read aloud or copied by hand.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"


def make_roster(exported: Path, roster: Path) -> int:
    """Write a roster with a random pseudonym for each participant, and keep those it has.

    Parameters
    ----------
    exported : Path
        A CSV with one participant a line: Moodle's grading worksheet, or Canvas's gradebook.
    roster : Path
        The roster, which is for the teacher alone. Where it exists, its participants keep their
        pseudonyms, and new ones are added.

    Returns
    -------
    int
        How many participants are new.

    Raises
    ------
    ValueError
        If the export has no column that tells participants apart.
    """
    with exported.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    headings = {name.strip().lower(): name for name in (rows[0] if rows else {}) if name}
    columns = {
        column: next((headings[name] for name in names if name in headings), None)
        for column, names in ROSTER.items()
    }
    if not any(columns[key] for key in ("identifier", "id", "email")):
        raise ValueError(
            f"{exported} must have a line for each participant and one of the columns Identifier "
            f"(Moodle), ID (Canvas) or Email address, but it has {sorted(headings)}"
        )
    known: list[dict[str, Any]] = []
    if roster.exists():
        with roster.open(encoding="utf-8-sig", newline="") as file:
            known = list(csv.DictReader(file))
    people = {_person(row): row for row in known}
    taken = {identity(row["student"]) for row in known}
    new = 0
    for row in rows:
        one = {key: (row.get(name) or "").strip() if name else "" for key, name in columns.items()}
        if "points possible" in one["name"].lower() or not any(one.values()):
            continue
        person = _person(one)
        if person in people:
            people[person] = {**one, "student": people[person]["student"]}
        else:
            people[person] = {**one, "student": _pseudonym(taken)}
            new += 1
    partial = roster.with_suffix(".part")
    partial.parent.mkdir(parents=True, exist_ok=True)
    with partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["student", *ROSTER], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(people.values())
    partial.replace(roster)
    return new


def _person(row: Mapping[str, Any]) -> str:
    """Return what tells a participant from others: the first that there is."""
    return next((f"{key} {row[key]}" for key in ("identifier", "id", "email") if row.get(key)), "")


def _pseudonym(taken: set[str]) -> str:
    while True:
        letters = "".join(secrets.choice(LETTERS) for _ in range(3))
        found = letters + "".join(secrets.choice(DIGITS) for _ in range(3))
        if found not in taken:
            taken.add(found)
            return found
