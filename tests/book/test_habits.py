"""What keeps the project in order: one version, and files of GitHub's that mean what they say.

Workflows cannot run here. So that a slip does not wait for a release to be found, each file is held
against the published schema of its kind, and every file, target and job that it names must exist.
"""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import check_jsonschema
import pytest
import yaml
from browser import ROOT
from click.testing import CliRunner, Result

import dmfbook

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = [
    path for path in sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) if path.stem != "config"
]
SCHEMAS = {
    "github-workflows": WORKFLOWS,
    "github-issue-forms": FORMS,
    "github-issue-config": [GITHUB / "ISSUE_TEMPLATE/config.yml"],
    "dependabot": [GITHUB / "dependabot.yml"],
    "citation-file-format": [ROOT / "CITATION.cff"],
}


def loaded(path: Path) -> dict[Any, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def check(schema: str, *paths: Path) -> Result:
    """Hold files against a schema that check-jsonschema ships: no network is asked."""
    command = ["--builtin-schema", f"vendor.{schema}", *map(str, paths)]
    return CliRunner().invoke(check_jsonschema.main, command)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_keep_to_the_schema_of_their_kind(schema: str) -> None:
    assert SCHEMAS[schema]
    checked = check(schema, *SCHEMAS[schema])
    assert checked.exit_code == 0, checked.output


def test_a_slip_in_a_workflow_is_noticed(tmp_path: Path) -> None:
    slip = tmp_path / "book.yml"
    text = (GITHUB / "workflows/book.yml").read_text(encoding="utf-8")
    slip.write_text(text.replace("runs-on:", "run-on:", 1), encoding="utf-8")
    assert check("github-workflows", slip).exit_code == 1


def jobs(path: Path) -> dict[str, Any]:
    found = loaded(path)["jobs"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_names_what_exists(path: Path) -> None:
    """The jobs that it waits for, the files that it runs; and no job is without a limit."""
    text = path.read_text(encoding="utf-8")
    assert loaded(path)["permissions"] == {"contents": "read"}
    for job in jobs(path).values():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(jobs(path))
        if "uses" in job:
            assert (ROOT / job["uses"]).is_file()
        else:
            assert job["timeout-minutes"] <= 90
    for file in re.findall(r"\btools/\w+\.py|\.ci/\w+|dmfbook/\w+\.py", text):
        assert (ROOT / file).is_file(), file
    assert (ROOT / "Makefile").is_file()
    assert "make " not in text.replace("`make requirements`", ""), "call .ci/run or a tool instead"


def test_every_supported_python_is_tested() -> None:
    """The oldest that pyproject.toml promises, all up to the newest, and one run on Windows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    matrix = jobs(GITHUB / "workflows/book.yml")["test"]["strategy"]["matrix"]["python"]
    assert project["requires-python"] == f">={matrix[0]}"
    assert matrix == [f"3.{minor}" for minor in range(11, 11 + len(matrix))]
    listed = [c.rpartition(" ")[2] for c in project["classifiers"] if ":: 3." in c]
    assert listed == matrix
    systems = {job.get("runs-on") for job in jobs(GITHUB / "workflows/book.yml").values()}
    assert "windows-latest" in systems


def test_the_version_is_written_once() -> None:
    """The package, the citation and the changelog follow `dmfbook/_version.py`."""
    assert loaded(ROOT / "CITATION.cff")["version"] == dmfbook.__version__
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)
    assert "version" not in project["project"]
    dynamic = project["tool"]["setuptools"]["dynamic"]["version"]["attr"]
    assert dynamic == "dmfbook._version.__version__"
    released = re.findall(
        r"^## (\d[\w.]*)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert released[0] == dmfbook.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", version("dmfbook"))


def test_the_archive_describes_the_project_as_the_citation_does() -> None:
    archive = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    citation = loaded(ROOT / "CITATION.cff")
    assert archive["title"] == citation["title"]
    assert archive["description"] == citation["abstract"].strip()
    assert [c["name"] for c in archive["creators"]] == [a["name"] for a in citation["authors"]]
    assert archive["license"] in citation["license"]
    papers = {i["value"] for work in citation["references"] for i in work["identifiers"]}
    assert {work["identifier"] for work in archive["related_identifiers"]} == papers
