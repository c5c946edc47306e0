"""The accessibility conformance report, and the scripts for checks that only people can do.

Both are data in ``teach/accessibility/``, checked when they are read: every criterion has a row,
every row has evidence, and what supports a criterion does not rest on a check that nobody has done.
"""

from __future__ import annotations

import ast
import html
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from teach._tools.sources import ROOT, TEACH, load, write

FOLDER = TEACH / "accessibility"
LEVELS = {
    "supports": "Supports",
    "partially": "Partially Supports",
    "does-not": "Does Not Support",
    "not-applicable": "Not Applicable",
}
#: The parts of the report: the file of each, its title, and the products that it judges.
PARTS = {
    "acr.yml": ("Pages and PDFs of chapters", {"web": "Pages", "pdf": "PDFs"}),
    "course.yml": ("Slides, quizzes and problem sets", {"slides": "Slides", "quiz": "Quizzes"}),
}
TABLES = {
    "A": "WCAG 2.2, success criteria of level A",
    "AA": "WCAG 2.2, success criteria of level AA",
    "508": "Section 508: functional performance (chapter 3), support (chapter 6)",
    "EN": "EN 301 549: functional performance (clause 4.2), support (clause 12)",
}
ELSEWHERE = """Chapters 4 and 5 of Section 508 and clauses 5 to 8, 11 and 13 of EN 301 549 are
about hardware, software, two-way voice, video and relay services, of which there are none here.
Clauses 9 (web) and 10 (documents that are not web) repeat criteria of WCAG: see the first two
tables. WCAG 2.0 and 2.1 are part of WCAG 2.2, but for 4.1.1, Parsing, which is always supported in
HTML."""


class ReportError(ValueError):
    """Something is wrong in the report's data; the message names file, row and what to do."""


@dataclass(frozen=True)
class Row:
    """What the report says of a criterion."""

    number: str
    name: str
    table: str
    levels: dict[str, str]
    remark: str
    evidence: tuple[str, ...]


@cache
def functions(file: str) -> frozenset[str]:
    """Return the names of the tests in a file."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def criteria(folder: Path = FOLDER) -> dict[str, tuple[str, str]]:
    """Return table and name of every criterion, by its number."""
    return {
        str(number): (str(table), name)
        for table, rows in load(folder / "criteria.yml").items()
        for number, name in rows.items()
    }


def checks(folder: Path = FOLDER) -> dict[str, Any]:
    """Return the checks by hand; one that is done must say when, by whom, and what came out."""
    found: dict[str, Any] = load(folder / "by_hand.yml")
    for name, check in found.items():
        where = f"by_hand.yml, {name}"
        if check.get("state") not in ("done", "to do"):
            raise ReportError(f'{where}: state is "done" or "to do", not {check.get("state")!r}')
        if not check.get("title") or not check.get("steps"):
            raise ReportError(f"{where}: a check needs a title and steps")
        if not all(isinstance(step, str) for step in check["steps"]):
            raise ReportError(
                f"{where}: a step is a sentence; with a colon in it, put it in quotes"
            )
        missing = [key for key in ("date", "role", "with", "result") if not check.get(key)]
        if check["state"] == "done" and missing:
            raise ReportError(f"{where}: what is done says {', '.join(missing)} as well")
    return found


def rows(folder: Path = FOLDER, part: str = "acr.yml") -> list[Row]:
    """Return the rows of a part, in the order of the criteria, or say which one is wrong."""
    report, known, by_hand = load(folder / part), criteria(folder), checks(folder)
    products = PARTS[part][1]
    given = {str(number): row for number, row in report["rows"].items()}
    if missing := sorted(set(known) - set(given)):
        raise ReportError(f"{part}: a row is missing for {', '.join(missing)}")
    if more := sorted(set(given) - set(known)):
        raise ReportError(f"{part}: criteria.yml has no {', '.join(more)}")
    found = []
    for number, (table, name) in known.items():
        row, where = given[number], f"{part}, {number}"
        if unknown := set(row) - {*products, "remark", "evidence"}:
            raise ReportError(f"{where}: there is no key {', '.join(sorted(unknown))}")
        levels = {product: row.get(product) for product in products}
        if wrong := [level for level in levels.values() if level not in LEVELS]:
            raise ReportError(f"{where}: a level is one of {', '.join(LEVELS)}, not {wrong[0]!r}")
        evidence = [
            e for given in row.get("evidence", []) for e in report["tests"].get(given, [given])
        ]
        if not evidence:
            raise ReportError(f"{where}: evidence is missing: name a test or a check by hand")
        done = []
        for item in evidence:
            kind, _, rest = item.partition("hand: ")
            file, _, test = item.partition("::")
            if rest and not kind:
                if rest not in by_hand:
                    raise ReportError(f"{where}: by_hand.yml has no check {rest!r}")
                done.append(by_hand[rest]["state"] == "done")
            elif test not in functions(file):
                raise ReportError(
                    f"{where}: there is no test {item!r}: name the one that replaced it"
                )
            else:
                done.append(True)
        if "supports" in levels.values() and not any(done):
            raise ReportError(f"{where}: nothing that was done supports it: say partially, and why")
        remark = " ".join(str(row.get("remark", "")).split())
        if {"partially", "does-not"} & set(levels.values()) and not remark:
            raise ReportError(f"{where}: a remark must say what is missing")
        found.append(Row(number, name, table, levels, remark, tuple(dict.fromkeys(evidence))))
    return found


def table(name: str, shown: list[Row], part: str) -> str:
    """Return a table of the report, as HTML."""
    lines = []
    title, products = PARTS[part]
    for row in shown:
        if row.table != name:
            continue
        levels = "<br>".join(
            f"{label}: <b>{LEVELS[row.levels[key]]}</b>" for key, label in products.items()
        )
        evidence = "".join(f"<li><code>{html.escape(item)}</code></li>" for item in row.evidence)
        remark = f"<p>{html.escape(row.remark)}</p>" if row.remark else ""
        lines.append(
            f'<tr><th scope="row">{row.number} {html.escape(row.name)}</th><td>{levels}</td>'
            f"<td>{remark}<details><summary>Evidence</summary><ul>{evidence}</ul></details></td></tr>"
        )
    return (
        f"<h3>{html.escape(TABLES[name])}</h3><div class=box tabindex=0 role=group "
        f'aria-label="{title}: {html.escape(TABLES[name])}"><table><thead><tr>'
        '<th scope="col">Criterion</th><th scope="col">Conformance</th>'
        '<th scope="col">Remarks and evidence</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def by_hand() -> str:
    """Return the checks by hand with their scripts, as HTML."""
    parts = []
    for check in checks().values():
        steps = "".join(f"<li>{html.escape(step)}</li>" for step in check["steps"])
        if check["state"] == "done":
            told = f"{check['date']}, {check['role']}, with {check['with']}. {check['result']}"
        else:
            told = "To be done."
        parts.append(
            f"<h3>{html.escape(check['title'])}</h3><p>{html.escape(told)}</p><ol>{steps}</ol>"
        )
    return "".join(parts)


STYLE = """
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.2rem 4rem; background: var(--dmf-paper);
  color: var(--dmf-ink); font: 1.05rem/1.55 Book, Georgia, serif; }
h1, h2, h3 { line-height: 1.2; font-weight: 400; } h2 { margin-top: 2.6rem; }
h3 { margin-bottom: 0.2rem; font-weight: 600; font-size: 1.1rem; }
.box { overflow-x: auto; } table { border-collapse: collapse; width: 100%; min-width: 34rem; }
th, td { padding: 0.55rem 0.8rem 0.55rem 0; border-top: 1px solid var(--dmf-line); text-align: left;
  vertical-align: top; font-weight: 400; } thead th { color: var(--dmf-soft); border: 0; }
td { font: 0.95rem/1.45 Hand, sans-serif; } td p { margin: 0 0 0.3rem; }
td:nth-child(2) { min-width: 11.5rem; } summary { color: var(--dmf-soft); cursor: pointer; }
code { font-size: 0.86em; overflow-wrap: anywhere; } ul { padding-left: 1.1rem; margin: 0.3rem 0; }
@media print { details:not([open]) { display: none; } tr { break-inside: avoid; } }
"""


def document() -> str:
    """Return the report, one page of HTML that needs nothing beside it."""
    report = load(FOLDER / "acr.yml")
    tables = ""
    for part, (title, _) in PARTS.items():
        shown = rows(part=part)
        tables += f"<h2>{title}</h2>" + "".join(table(name, shown, part) for name in TABLES)
    styles = [
        (ROOT / "book/_static/fonts.css").read_text(encoding="utf-8"),
        (ROOT / "dmfbook/explorables/web/palette.css").read_text(encoding="utf-8"),
    ]
    facts = {
        "Product": f"{report['product']}, version {report['version']}",
        "Date of the report": report["date"],
        "Description": report["description"],
        "Contact": report["contact"],
        "Standards": report["standard"],
        "Notes": report["notes"],
    }
    told = "".join(
        f"<p><b>{name}.</b> {html.escape(str(fact))}</p>" for name, fact in facts.items()
    )
    methods = "".join(f"<li>{html.escape(method)}</li>" for method in report["methods"])
    terms = (
        "<p>Supports: at least one way of using it meets the criterion without known defects. "
        "Partially Supports: some of it does not. Does Not Support: most of it does not. "
        "Not Applicable: the criterion is about something that is not there.</p>"
    )
    theme = (
        "document.documentElement.dataset.theme ="
        " matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en" data-theme="light">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Accessibility conformance report: The Geometry of Deep Matrix Factorization</title>"
        f"<script>{theme}</script><style>{''.join(styles)}{STYLE}</style></head>\n<body><main>"
        "<h1>Accessibility conformance report</h1>"
        "<p>On the form of VPAT&reg; version 2.5 (Rev), International edition.</p>"
        f"{told}<h2>How it was evaluated</h2><ul>{methods}</ul><h2>Terms</h2>{terms}"
        f"{tables}<h2>What does not apply</h2>"
        f"<p>{ELSEWHERE}</p><h2>Checks by hand</h2>{by_hand()}</main></body>\n</html>\n"
    )


def make(out: Path, chosen: list[str]) -> None:
    """Write the report, whichever chapters are chosen: to be read, and as an OpenACR."""
    from teach._tools import openacr

    write(out / "conformance-report.html", document())
    write(out / "conformance-report.openacr.yml", openacr.document())
