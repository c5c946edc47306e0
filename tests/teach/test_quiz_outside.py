"""The exports of the questions, judged by others: a parser of GIFT, a DTD and schemas of IMS.

The schemas of Common Cartridge 1.3 could not be had. Its quizzes are judged by the DTD, and its
manifest by the schema of content packages that it narrows, without the block of metadata.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
from browser import ROOT
from lxml import etree
from outside import NPM, needs

from teach._tools import cartridge, exported, gift, qti12, qti21
from teach._tools.sources import chapters

pytestmark = pytest.mark.thorough

QUIZZES = exported.quizzes(chapters())
QUESTIONS = [question for quiz in QUIZZES for question in quiz.questions]

PARSER = ROOT / "_build/gift/node_modules/gift-pegjs"
PYSLET = ROOT / "_build/schemas/pyslet-0.7.20170805.tar.gz"
SDK = ROOT / "_build/schemas/qti-sdk"
SCHEMAS = SDK / "src/qtism/data/storage/xml/schemes"
READ = """
const parser = require(process.argv[1]);
const text = require("node:fs").readFileSync(0, "utf-8");
process.stdout.write(JSON.stringify(parser.parse(text)));
"""


def parsed(text: str) -> list[dict[str, Any]]:
    """Return questions in GIFT as gift-pegjs reads them."""
    needs(PARSER, f"{NPM} _build/gift gift-pegjs@1.0.2")
    run = subprocess.run(
        ["node", "-e", READ, str(PARSER)],
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr[-1000:]
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return [question for question in found if question["type"] != "Category"]


def test_gift_is_read_by_a_parser_of_others() -> None:
    """It finds every question, every choice and every sentence, and what is right."""
    read = {question["title"]: question for question in parsed(gift.export(QUIZZES))}
    assert list(read) == [question.name for question in QUESTIONS]
    for meant in QUESTIONS:
        found = read[meant.name]
        assert found["stem"] == {"format": "html", "text": meant.ask}
        if meant.kind == "order":
            assert found["type"] == "Matching"
            pairs = [
                (pair["subquestion"]["text"], pair["subanswer"]) for pair in found["matchPairs"]
            ]
            assert pairs == [(c.text, str(k)) for k, c in enumerate(meant.choices, start=1)]
            said = found["globalFeedback"]["text"]
            assert all(choice.because in said for choice in meant.choices)
        elif meant.kind == "number":
            assert found["type"] == "Numerical"
            values = [
                (choice["weight"], choice["text"]["number"], choice["feedback"]["text"])
                for choice in found["choices"]
            ]
            near = [(0, choice.value, choice.because) for choice in meant.choices]
            assert values == [(100, meant.answer, meant.because), *near]
            assert {choice["text"]["range"] for choice in found["choices"]} == {meant.tolerance}
        else:
            assert found["type"] == "MC"
            texts = [(c["text"]["text"], c["feedback"]["text"]) for c in found["choices"]]
            assert texts == [(choice.text, choice.because) for choice in meant.choices]
            right = [c["isCorrect"] or (c["weight"] or 0) > 0 for c in found["choices"]]
            assert right == [choice.right for choice in meant.choices]


def test_that_parser_notices_what_is_not_escaped() -> None:
    """An equals sign within a choice begins another one."""
    meant = next(q for q in QUESTIONS if q.kind == "choice" and "=" in q.choices[0].text)
    ask, begin, choices = gift.written(meant).partition("{\n")
    (found,) = parsed(ask + begin + choices.replace("\\=", "=", 1))
    assert len(found["choices"]) > len(meant.choices)


def bare(text: str) -> Any:
    """Return XML, read without its namespace, which a DTD does not know."""
    return etree.fromstring(re.sub(r' xmlns="[^"]*"', "", text, count=1).encode())


def quizzes(files: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files of a package that hold questions in QTI 1.2."""
    yield from ((name, text) for name, text in files.items() if "<questestinterop" in text)


@pytest.fixture(scope="module")
def dtd() -> Any:
    """The DTD of QTI 1.2.1 by IMS, as a library on PyPI carries it in its source."""
    needs(
        PYSLET,
        "python -m pip download --no-deps --no-binary :all: "
        "--dest _build/schemas pyslet==0.7.20170805",
        node=False,
        on_the_ci=False,
    )
    name = f"{PYSLET.name.removesuffix('.tar.gz')}/unittests/data_imsqtiv1p2p1/ims_qtiasiv1p2p1.dtd"
    with tarfile.open(PYSLET) as archive:
        file = archive.extractfile(name)
        assert file is not None
        return etree.DTD(file)


@pytest.mark.parametrize("package", [qti12.canvas, cartridge.package])
def test_qti12_is_valid_by_the_dtd_of_ims(package: Any, dtd: Any) -> None:
    found = dict(quizzes(package(QUIZZES)))
    assert len(found) >= len(chapters())
    for name, text in found.items():
        assert dtd.validate(bare(text)), (name, dtd.error_log[0])
        assert not dtd.validate(bare(re.sub(r"(</?)presentation\b", r"\1presented", text))), name


def schema(name: str) -> Any:
    """Return a schema of IMS, as the SDK of QTI on GitHub carries it."""
    install = f"git clone --depth 1 https://github.com/oat-sa/qti-sdk {SDK.relative_to(ROOT)}"
    needs(SCHEMAS / name, install, node=False, on_the_ci=False)
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(str(SCHEMAS / name), parser))


def test_qti21_is_valid_by_the_schema_of_ims() -> None:
    items = schema("qtiv2p1/imsqti_v2p1.xsd")
    files = qti21.package(QUIZZES)
    del files["imsmanifest.xml"]
    assert len(files) == len(QUESTIONS) + len(QUIZZES)
    for name, text in files.items():
        assert items.validate(etree.fromstring(text.encode())), (name, items.error_log[0])
    text = files[f"items/{QUESTIONS[0].name}.xml"]
    spoilt = text.replace("correctResponse", "rightResponse")
    assert spoilt != text
    assert not items.validate(etree.fromstring(spoilt.encode()))


def test_manifests_are_valid_by_the_schema_of_ims() -> None:
    packages = schema("imscp_v1p1.xsd")
    space = re.search(r'xmlns="([^"]*)"', qti12.CONTENT)
    assert space is not None
    course = cartridge.package(QUIZZES)["imsmanifest.xml"]
    course = re.sub(r"<lomimscc:lom>.*?</lomimscc:lom>", "", course, flags=re.DOTALL)
    course = re.sub(r'xmlns="[^"]*"', f'xmlns="{space[1]}"', course, count=1)
    manifests = [
        files["imsmanifest.xml"] for files in (qti12.canvas(QUIZZES), qti21.package(QUIZZES))
    ]
    for text in [*manifests, course]:
        assert packages.validate(etree.fromstring(text.encode())), packages.error_log[0]
        spoilt = text.replace("<resource ", "<source ").replace("</resource>", "</source>")
        assert not packages.validate(etree.fromstring(spoilt.encode()))
