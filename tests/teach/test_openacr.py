"""The conformance report as an OpenACR: it says what the report says, in the form of the GSA.

The form is judged by the GSA's schema and catalog where these are there; its npm package has the
schema, and only its repository the catalog of VPAT 2.5.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import jsonschema
import outside
import pytest
import yaml
from browser import ROOT

from teach._tools import accessibility, openacr

PACKAGE = ROOT / "_build/schemas/openacr-openacr-0.3.5.tgz"
PACK = "npm pack --pack-destination _build/schemas @openacr/openacr@0.3.5"
CATALOG = ROOT / f"_build/schemas/{openacr.CATALOG}.yaml"
COMMIT = "86f890a07a2a193d2a9404fb57d2cc2d62a60a4f"
SOURCE = f"https://raw.githubusercontent.com/GSA/openacr/{COMMIT}/catalog/{openacr.CATALOG}.yaml"


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return dict(yaml.safe_load(openacr.document()))


def adherences(report: dict[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    """Return what it says, by the number of the criterion and the name of the component."""
    return {
        (criterion["num"], component["name"]): component["adherence"]
        for chapter in report["chapters"].values()
        for criterion in chapter.get("criteria", [])
        for component in criterion["components"]
    }


def test_every_row_is_in_it_once(report: dict[str, Any]) -> None:
    found = adherences(report)
    wcag = {
        number for number, (table, _) in accessibility.criteria().items() if table in ("A", "AA")
    }
    others = set(accessibility.criteria()) - wcag
    assert set(found) == {
        *((number, name) for number in wcag for name in ("web", "electronic-docs")),
        *((number, "none") for number in others),
    }
    listed = [
        c["num"] for chapter in report["chapters"].values() for c in chapter.get("criteria", [])
    ]
    assert len(listed) == len(set(listed)) == 85


def test_a_component_is_no_better_than_the_least_of_its_products(report: dict[str, Any]) -> None:
    """Its level is not above that of any of its products, and the notes say the level of each."""
    order = ["not-applicable", "supports", "partially-supports", "does-not-support"]
    words = {"partially": "partially-supports", "does-not": "does-not-support"}
    found = adherences(report)
    for part, (_, products) in accessibility.PARTS.items():
        for row in accessibility.rows(part=part):
            for product, label in products.items():
                form = "electronic-docs" if product == "pdf" else "web"
                said = found.get((row.number, form)) or found[row.number, "none"]
                assert f"{label}: {accessibility.LEVELS[row.levels[product]]}" in said["notes"]
                assert row.remark in said["notes"]
                assert all(f"`{item}`" in said["notes"] for item in row.evidence)
                own = words.get(row.levels[product], row.levels[product])
                assert order.index(said["level"]) >= order.index(own), row.number
    assert found["1.1.1", "electronic-docs"]["level"] == "supports"
    assert found["1.1.1", "web"]["level"] == "partially-supports"
    assert found["1.2.1", "web"]["level"] == "not-applicable"


def test_it_says_what_does_not_fit_and_what_is_to_be_done(report: dict[str, Any]) -> None:
    assert "the lowest of their levels" in report["notes"]
    assert "4.1.1" in report["chapters"]["success_criteria_level_a"]["notes"]
    left_out = {name for name, chapter in report["chapters"].items() if chapter.get("disabled")}
    assert left_out == set(openacr.LEFT_OUT)
    assert all(report["chapters"][name]["notes"] for name in left_out)
    for check in accessibility.checks().values():
        told = f"To be done: {check['title']}" in report["evaluation_methods_used"]
        assert told == (check["state"] == "to do")


def test_it_lies_beside_the_report(tmp_path: Path) -> None:
    accessibility.make(tmp_path, [])
    text = (tmp_path / "conformance-report.openacr.yml").read_text(encoding="utf-8")
    assert text == openacr.document()


def test_it_is_valid_by_the_schema_of_the_gsa(report: dict[str, Any]) -> None:
    outside.needs(PACKAGE, PACK, node=False)
    with tarfile.open(PACKAGE) as archive:
        file = archive.extractfile("package/schema/openacr-0.1.0.json")
        assert file is not None
        schema = json.load(file)
    jsonschema.validate(report, schema)
    del report["author"]["email"]
    with pytest.raises(jsonschema.ValidationError, match="'email' is a required"):
        jsonschema.validate(report, schema)


def test_its_words_are_those_of_the_catalog(report: dict[str, Any]) -> None:
    """As the GSA's validator looks them up; and none of its criteria is left out in silence."""
    outside.needs(
        CATALOG, f"curl -o {CATALOG.relative_to(ROOT)} {SOURCE}", node=False, on_the_ci=False
    )
    catalog = yaml.safe_load(CATALOG.read_text(encoding="utf-8"))
    terms = {term["id"] for term in catalog["terms"]}
    assert set(report["chapters"]) == {chapter["id"] for chapter in catalog["chapters"]}
    for chapter in catalog["chapters"]:
        ours = report["chapters"][chapter["id"]]
        if ours.get("disabled"):
            continue
        allowed = {c["id"]: set(c["components"]) for c in chapter["criteria"]}
        for criterion in ours["criteria"]:
            names = {component["name"] for component in criterion["components"]}
            assert names <= allowed[criterion["num"]]
            assert {c["adherence"]["level"] for c in criterion["components"]} <= terms
        # 12.1 and 12.2 are headings, and a note tells of 4.1.1.
        left_out = set(allowed) - {criterion["num"] for criterion in ours["criteria"]}
        assert left_out <= {"12.1", "12.2", "4.1.1"}
