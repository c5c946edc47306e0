"""The conformance report as an OpenACR, the form of the U.S. General Services Administration.

It knows one product with components where the report has four products. So pages, slides and
quizzes are its component "web", PDFs of chapters its "electronic-docs"; where products of a
component differ, it has the lower level, and the notes say the level of each. It has no place for
evidence, which stands in the notes too; scripts for checks by hand are in the HTML report alone.
"""

from __future__ import annotations

from typing import Any

import yaml  # type: ignore[import-untyped]

from teach._tools import accessibility
from teach._tools.accessibility import LEVELS, PARTS, Row
from teach._tools.sources import load, repository

CATALOG = "2.5-edition-wcag-2.2-508-eu-en"
#: The levels in the words of the catalog, from the highest to the lowest.
TERMS = {
    "not-applicable": "not-applicable",
    "supports": "supports",
    "partially": "partially-supports",
    "does-not": "does-not-support",
}
PRODUCTS = {key: label for _, products in PARTS.values() for key, label in products.items()}
#: Which products a component is; what is not about the form of a product has the component "none".
COMPONENTS = {
    "web": ("web", "slides", "quiz"),
    "electronic-docs": ("pdf",),
    "none": tuple(PRODUCTS),
}
#: The chapters that have rows, each with its table and how the numbers of its criteria begin.
CHAPTERS = {
    "success_criteria_level_a": ("A", ""),
    "success_criteria_level_aa": ("AA", ""),
    "functional_performance_criteria": ("508", "302."),
    "support_documentation_and_services": ("508", "60"),
    "en_301_549_functional_performance": ("EN", "4.2."),
    "en_301_549_documentation_and_support_services": ("EN", "12."),
}
#: The chapters that have none, each with the reason.
LEFT_OUT = {
    "success_criteria_level_aaa": "Not evaluated: the book aims at level AA.",
    "hardware": "There is no hardware.",
    "software": "There is no software of its own: pages are for a browser.",
    "en_301_549_generic_requirements": "There is no closed system, no biometrics and no recording.",
    "en_301_549_ict_with_two-way_voice": "There is no two-way voice.",
    "en_301_549_ict_with_video": "There is no video.",
    "en_301_549_hardware": "There is no hardware.",
    "en_301_549_web": "It repeats WCAG: see the criteria of levels A and AA.",
    "en_301_549_non-web-documents": "It repeats WCAG: see the criteria of levels A and AA.",
    "en_301_549_software": "There is no software of its own: pages are for a browser.",
    "en_301_549_ict_providing_relay_or_emergency_service_access": "There is no such service.",
}
PARSING = """Criterion 4.1.1, Parsing, has no line: WCAG 2.2 has taken it out, and with WCAG 2.0 and
2.1 it is always supported in HTML."""
FORM = """This form has one component for pages, slides and quizzes: it has the lowest of their
levels, and the notes say the level of each. Decks of slides as PDFs are judged with the slides. The
authors have no address for mail, which the form asks for: see "feedback"."""


def flat(text: str) -> str:
    """Return text in one line."""
    return " ".join(text.split())


def adherence(rows: list[Row], component: str) -> dict[str, str]:
    """Return the lowest level of a component's products, with remarks and evidence."""
    notes, levels = [], []
    for row in rows:
        own = {key: row.levels[key] for key in COMPONENTS[component] if key in row.levels}
        if own:
            each = ", ".join(f"{PRODUCTS[key]}: {LEVELS[level]}" for key, level in own.items())
            evidence = ", ".join(f"`{item}`" for item in row.evidence)
            notes.append(flat(f"{each}. {row.remark} Evidence: {evidence}."))
            levels += own.values()
    return {"level": TERMS[max(levels, key=list(TERMS).index)], "notes": "\n\n".join(notes)}


def criterion(rows: list[Row]) -> dict[str, Any]:
    """Return a criterion, given what each part of the report says of it."""
    components = ("web", "electronic-docs") if rows[0].table in ("A", "AA") else ("none",)
    return {
        "num": rows[0].number,
        "components": [{"name": c, "adherence": adherence(rows, c)} for c in components],
    }


def chapters() -> dict[str, Any]:
    """Return all chapters of the catalog: those with criteria, and the others with a reason."""
    parts = [accessibility.rows(part=part) for part in PARTS]
    found: dict[str, Any] = {}
    for chapter, (table, begins) in CHAPTERS.items():
        shown = [
            criterion(list(rows))
            for rows in zip(*parts, strict=True)
            if rows[0].table == table and rows[0].number.startswith(begins)
        ]
        found[chapter] = {"criteria": shown}
    found["success_criteria_level_a"]["notes"] = flat(PARSING)
    return found | {
        chapter: {"notes": reason, "disabled": True} for chapter, reason in LEFT_OUT.items()
    }


def methods(given: list[str]) -> str:
    """Return how it was evaluated, and which checks people have still to do, as a list."""
    todo = [c["title"] for c in accessibility.checks().values() if c["state"] == "to do"]
    return "\n".join(f"- {flat(m)}" for m in [*given, *(f"To be done: {title}" for title in todo)])


def document() -> str:
    """Return the report as YAML."""
    report = load(accessibility.FOLDER / "acr.yml")
    content = {
        "title": "The Geometry of Deep Matrix Factorization Accessibility Conformance Report",
        "product": {
            "name": "The Geometry of Deep Matrix Factorization",
            "version": report["version"],
            "description": flat(report["description"]),
        },
        "author": {"name": "the dmfbook authors", "email": "", "website": repository()},
        "report_date": str(report["date"]),
        "version": 1,
        "notes": flat(f"{report['notes']} {FORM}"),
        "evaluation_methods_used": methods(report["methods"]),
        "license": "CC-BY-4.0",
        "repository": repository(),
        "feedback": f"{repository()}/issues",
        "catalog": CATALOG,
        "chapters": chapters(),
    }
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100))
