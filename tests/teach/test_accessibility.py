"""The statement and the conformance report rest on what is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from browser import DOCUMENTS, ROOT

from teach._tools import accessibility

REPORT = accessibility.FOLDER / "acr.yml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the report's data, to be spoilt."""
    return Path(shutil.copytree(accessibility.FOLDER, tmp_path / "accessibility"))


def change(path: Path, *keys: str, value: Any) -> None:
    """Set a value deep in a YAML file; None takes it away."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    place = content
    for key in keys[:-1]:
        place = place[next(k for k in place if str(k) == key)]
    last = next((k for k in place if str(k) == keys[-1]), keys[-1])
    if value is None:
        del place[last]
    else:
        place[last] = value
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


PARTS = sorted(accessibility.PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_every_criterion_has_a_row_with_evidence(part: str) -> None:
    """All 55 of WCAG 2.2 at A and AA, and the functional ones; all tests that are named exist."""
    rows = accessibility.rows(part=part)
    count = {table: sum(row.table == table for row in rows) for table in accessibility.TABLES}
    assert count == {"A": 31, "AA": 24, "508": 14, "EN": 16}
    assert all(row.evidence for row in rows)
    assert len({row.number for row in rows}) == len(rows)


@pytest.mark.parametrize("part", PARTS)
def test_a_group_of_tests_is_named_by_a_row(part: str) -> None:
    """None is left over, and none is cited for another part's products alone."""
    report = yaml.safe_load((accessibility.FOLDER / part).read_text(encoding="utf-8"))
    named = {item for row in report["rows"].values() for item in row["evidence"]}
    assert set(report["tests"]) <= named
    if part == "course.yml":
        for row in accessibility.rows(part=part):
            own = [item for item in row.evidence if item.startswith("tests/teach/")]
            assert own or "supports" not in row.levels.values() or row.number == "1.4.11", row


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_claimed_for_people_who_were_not_asked(part: str) -> None:
    """What only they can tell is to be done, has a script, and is no more than partly supported."""
    checks = accessibility.checks()
    asked = {name for name, check in checks.items() if check["state"] == "done"}
    readers = {name for name in checks if name.startswith("screen-reader")} | {"speech-input"}
    assert len(readers) == 6
    for row in accessibility.rows(part=part):
        named = {item.removeprefix("hand: ") for item in row.evidence if item.startswith("hand: ")}
        if (named & readers) - asked:
            most = "web" if part == "acr.yml" else "slides"
            assert row.levels[most] != "supports", row.number
    without_sight = {row.number: row for row in accessibility.rows(part=part)}["302.1"]
    assert any(item.startswith("hand: screen-reader") for item in without_sight.evidence)


@pytest.mark.parametrize(
    ("file", "keys", "value", "said"),
    [
        ("acr", ("rows", "1.1.1"), None, "a row is missing for 1.1.1"),
        ("acr", ("rows", "9.9.9"), {"web": "supports"}, "criteria.yml has no 9.9.9"),
        ("acr", ("rows", "2.1.1", "web"), "fully", "2.1.1: a level is one of supports"),
        ("acr", ("rows", "2.1.1", "evidence"), None, "2.1.1: evidence is missing"),
        ("acr", ("rows", "2.1.1", "evidences"), ["axe"], "2.1.1: there is no key evidences"),
        ("acr", ("rows", "1.3.3", "remark"), None, "1.3.3: a remark must say"),
        ("acr", ("rows", "3.1.1", "evidence"), ["tests/book/test_pages.py::test_gone"], "no test"),
        ("acr", ("rows", "3.1.1", "evidence"), ["hand: telepathy"], "no check 'telepathy'"),
        ("acr", ("rows", "3.1.1", "evidence"), ["hand: speech-input"], "nothing that was done"),
        ("by_hand", ("flashes", "state"), "done", "flashes: what is done says date, role"),
        ("by_hand", ("flashes", "state"), "soon", 'state is "done" or "to do"'),
        ("by_hand", ("flashes", "steps"), [{"Look": "there"}], "put it in quotes"),
        ("by_hand", ("flashes", "steps"), None, "flashes: a check needs a title and steps"),
    ],
)
def test_what_is_wrong_in_the_data_is_named(
    folder: Path, file: str, keys: tuple[str, ...], value: Any, said: str
) -> None:
    change(folder / f"{file}.yml", *keys, value=value)
    with pytest.raises(accessibility.ReportError, match=re.escape(said)):
        accessibility.rows(folder)


@pytest.mark.parametrize("part", PARTS)
def test_a_test_that_is_gone_is_missed(
    part: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of the tests disappears, a row says so."""
    named = {item for row in accessibility.rows(part=part) for item in row.evidence if "::" in item}
    assert len(named) > 30
    real = accessibility.functions
    for item in sorted(named):
        file, _, test = item.partition("::")
        monkeypatch.setattr(
            accessibility,
            "functions",
            lambda f, file=file, test=test: real(f) - {test} if f == file else real(f),
        )
        with pytest.raises(accessibility.ReportError, match=test):
            accessibility.rows(folder, part)


def test_the_report_is_of_this_version_and_shows_every_row() -> None:
    version = (ROOT / "dmfbook/_version.py").read_text(encoding="utf-8")
    report = yaml.safe_load(REPORT.read_text(encoding="utf-8"))
    assert f'"{report["version"]}"' in version, "look at the report anew, and write the version"
    text = accessibility.document()
    for row in accessibility.rows():
        assert text.count(f'<th scope="row">{row.number} ') == len(PARTS)
    assert text.count("To be done.") == sum(
        check["state"] == "to do" for check in accessibility.checks().values()
    )
    assert not re.search(r'(?:src|href)="', text)
    assert "VPAT&reg; version 2.5 (Rev), International" in text


def test_the_statement_is_a_page_that_says_what_it_must() -> None:
    """Standard, date, method, gaps, alternatives, contact; gaps of the report are told there."""
    assert "book/accessibility" in DOCUMENTS
    text = (ROOT / "book/accessibility.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    for heading in ("aim at", "tested", "missing", "instead", "ask"):
        assert any(heading in found for found in headings), heading
    words = " ".join(text.split())
    assert "version 2.2, level AA" in words
    assert re.search(r"\d{1,2} [A-Z][a-z]+ 20\d\d", words)
    assert "/issues" in words
    assert "No person who uses a screen reader" in words
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/broken_demo.yml").read_text("utf-8"))
    assert f"*{form['name']}*" in words
    assert form["name"] in yaml.safe_load(REPORT.read_text(encoding="utf-8"))["contact"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.thorough)])
def test_the_report_is_accessible(chromium: Any, tmp_path: Path, scheme: str) -> None:
    from accessible import AXE

    accessibility.make(tmp_path, [])
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    page.goto((tmp_path / "conformance-report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "async () => (await axe.run()).violations.map((v) => [v.id, v.nodes[0].html.slice(0, 90)])"
    )
    assert found == []
    context.close()
