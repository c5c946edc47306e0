"""The exports of the questions, read back: Moodle's GIFT, Canvas, QTI 2.1, Common Cartridge.

Well-formed, unique names, references that resolve, and answers that score as they should. What
programs and schemas of others say is in ``test_quiz_outside.py``.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from html import unescape
from pathlib import Path

import pytest

from teach._tools import bank, cartridge, exported, gift, lms, qti12, qti21
from teach._tools.exported import Question, Quiz
from teach._tools.sources import TEACH, chapters

WRITTEN = [slug for slug in chapters() if (TEACH / "quiz" / f"{slug}.yml").exists()]
QUIZZES = exported.quizzes(chapters())
QUESTIONS = [question for quiz in QUIZZES for question in quiz.questions]
CASES = {question.name: question for question in QUESTIONS}
AWKWARD = Question(
    "su-awkward",
    "choice",
    r"Is \(\nabla f = \{0\}\) at \(x &lt; 1\): ~yes~ #1 = \(\ne\)?",
    (
        exported.Choice(r"\(\nu\) & <em>so</em> -> on: {no}", r"because \(a \ne b\)", True),
        exported.Choice("no = no", "~ # ~"),
    ),
)
Text = tuple[str, str]


def test_every_item_of_the_bank_is_asked() -> None:
    items = [item for slug in WRITTEN for item in bank.chapter(slug)]
    assert {item["id"] for item in items} <= set(CASES)
    assert len(CASES) == len(QUESTIONS)
    assert {question.kind for question in QUESTIONS} == {"choice", "several", "number", "order"}


def test_settings_become_addresses() -> None:
    """What is done with an explorable is a choice among settings that can be opened."""
    for slug in WRITTEN:
        (item,) = [item for item in bank.chapter(slug) if item["kind"] == "demo"]
        question = CASES[item["id"]]
        place = item["demo"].replace("_", "-")
        start = f"{exported.student_site()}book/{slug}.html#{place}"
        assert f'href="{start}"' in question.ask
        for choice, trial in zip(question.choices, item["tries"], strict=True):
            query = "&amp;".join(f"{name}={value}" for name, value in trial["set"].items())
            assert f'href="{start}?{query}"' in choice.text
            assert choice.right == bool(trial.get("right"))


# Moodle's reader takes a backslash before one of its signs for the sign, and \n for a new line.
SIGNS = {sign: sign for sign in gift.SPECIAL} | {"n": "\n"}


def tokens(text: str) -> list[Text]:
    """Return the signs of a text in GIFT, each with what it is: plain text or a sign in force."""
    found: list[Text] = []
    place = 0
    while place < len(text):
        if text[place] == "\\" and text[place + 1] in SIGNS:
            found.append(("text", SIGNS[text[place + 1]]))
            place += 2
            continue
        force = text[place] in "~=#{}:\n"
        found.append(("sign" if force else "text", text[place]))
        place += 1
    return found


def plain(part: list[Text]) -> str:
    """Return tokens as the text they stand for."""
    return "".join(sign for _, sign in part)


def parted(part: list[Text], sign: str) -> list[list[Text]]:
    """Return tokens parted at a sign that is in force."""
    parts: list[list[Text]] = [[]]
    for token in part:
        if token == ("sign", sign):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def read_gift(text: str) -> dict[str, Question]:
    """Return the questions of a text in GIFT."""
    found = {}
    for paragraph in re.split(r"\n\s*\n", text):
        if not paragraph.startswith("::"):
            assert paragraph.startswith(("//", "$CATEGORY: ")), paragraph
            continue
        all_tokens = tokens(paragraph.strip())
        head, _, body = (
            all_tokens[: (k := all_tokens.index(("sign", "{")))],
            None,
            all_tokens[k + 1 : -1],
        )
        assert all_tokens[-1] == ("sign", "}")
        assert ("sign", "{") not in body
        assert ("sign", "}") not in body
        _, _, name, _, rest = parted(head, ":")
        ask = plain(rest).removeprefix("[html]")
        lines = parted(body, "\n")
        number = lines[0] == [("sign", "#")]
        answers = [line for line in lines[1:] if line]
        if number:
            values = []
            for line in answers:
                assert line[0] == ("sign", "=")
                value, said = parted(line[1:], "#")
                part, _, rest_of = plain(value).lstrip("%").partition("%")
                values.append((float(part), *map(float, rest_of.split(":")), plain(said)))
            (full,) = [value for value in values if value[0] == 100]
            near = tuple(
                exported.Choice("", said, value=value)
                for part, value, _, said in values
                if part == 0
            )
            found[plain(name)] = Question(
                plain(name), "number", ask, near, full[1], full[2], full[3]
            )
            continue
        choices, kind, because = [], "choice", ""
        for line in answers:
            if plain(line).startswith("####"):
                because = plain(line)[4:]
                continue
            (sort, sign), rest_of_line = line[0], line[1:]
            assert sort == "sign"
            halves = parted(rest_of_line, "#")
            words = plain(halves[0])
            said = plain(halves[1]) if len(halves) > 1 else ""
            right = sign == "="
            share = re.match(r"%(-?[\d.]+)%", words)
            if share:
                kind, words = "several", words[share.end() :]
                right = float(share[1]) > 0
            elif re.search(r" -> \d+$", words):
                kind = "order"
                words, place = words.rsplit(" -> ", 1)
                assert int(place) == len(choices) + 1
                right = False
            choices.append(exported.Choice(words, said, right))
        found[plain(name)] = Question(plain(name), kind, ask, tuple(choices), because=because)
    return found


def test_gift_is_read_as_it_was_meant() -> None:
    """Every text comes back, backslashes and all."""
    read = read_gift(gift.export([*QUIZZES, Quiz("more", "More", (AWKWARD,))]))
    assert set(read) == {*CASES, AWKWARD.name}
    for name, found in read.items():
        meant = CASES.get(name, AWKWARD)
        assert (found.kind, found.ask) == (meant.kind, meant.ask)
        if meant.kind == "order":
            assert [c.text for c in found.choices] == [c.text for c in meant.choices]
            assert all(choice.because in found.because for choice in meant.choices)
        elif meant.kind == "number":
            assert (found.answer, found.tolerance) == (meant.answer, meant.tolerance)
            assert found.because == meant.because
            assert found.choices == meant.choices
        else:
            assert found.choices == meant.choices


def test_gift_shares_are_of_moodles_list() -> None:
    """Moodle refuses percentages that are not on its list."""
    known = {"100", "50", "33.33333", "25", "20"}
    shares = re.findall(r"^~%-?([\d.]+)%", gift.export(QUIZZES), re.MULTILINE)
    assert len(shares) > 100
    assert set(shares) <= known


def test_an_undoubled_backslash_is_noticed() -> None:
    r"""Without doubling ``\nabla`` and ``\ne`` would be broken lines."""
    text = gift.written(AWKWARD)
    read = read_gift(text.replace("\\\\n", "\\n"))
    assert read[AWKWARD.name].ask != AWKWARD.ask


ASI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


def holds(test: ET.Element, answers: dict[str, set[str]]) -> bool:
    """Say whether a condition of QTI 1.2 holds for answers."""
    kind = test.tag.removeprefix(ASI)
    if kind in {"and", "conditionvar"}:
        return all(holds(one, answers) for one in test)
    if kind == "or":
        return any(holds(one, answers) for one in test)
    if kind == "not":
        return not any(holds(one, answers) for one in test)
    given = answers.get(test.attrib["respident"], set())
    text = test.text or ""
    if kind == "varequal":
        return text in given
    (value,) = given
    return {"vargte": float(value) >= float(text), "varlte": float(value) <= float(text)}[kind]


def scored(item: ET.Element, answers: dict[str, set[str]]) -> tuple[float, list[str]]:
    """Return the score of answers, and the names of the feedback that is shown."""
    score, shown = 0.0, []
    for condition in item.iter(f"{ASI}respcondition"):
        test = condition.find(f"{ASI}conditionvar")
        assert test is not None
        if holds(test, answers):
            for change in condition.iter(f"{ASI}setvar"):
                value = float(change.text or "")
                score = score + value if change.attrib["action"] == "Add" else value
            shown += [show.attrib["linkrefid"] for show in condition.iter(f"{ASI}displayfeedback")]
            if condition.attrib["continue"] == "No":
                break
    return score, shown


def texts(element: ET.Element) -> list[str]:
    """Return the HTML of all texts of an item."""
    return [unescape(text.text or "") for text in element.iter(f"{ASI}mattext")]


@pytest.mark.parametrize("canvas", [True, False])
def test_qti12_scores_as_meant(canvas: bool) -> None:
    """The right answers get all points, every wrong one none, and each is told its sentence."""
    seen = set()
    for quiz in QUIZZES:
        root = ET.fromstring(qti12.assessment(quiz, canvas=canvas))
        names = [e.attrib["ident"] for e in root.iter() if "ident" in e.attrib]
        responses = [n for n in names if not re.search(r"-p\d+$", n)]
        assert len(set(responses)) == len(responses)
        for item in root.iter(f"{ASI}item"):
            name = item.attrib["ident"]
            seen.add(name)
            meant = CASES[name]
            presentation = item.find(f"{ASI}presentation")
            assert presentation is not None
            assert texts(presentation)[0] == unescape(meant.ask)
            said = {
                entry.attrib["ident"]: texts(entry)[0] for entry in item.iter(f"{ASI}itemfeedback")
            }
            if meant.kind == "number":
                assert scored(item, {f"{name}-r": {str(meant.answer)}}) == (100, [f"{name}-f0"])
                edge = meant.answer + 0.99 * meant.tolerance
                assert scored(item, {f"{name}-r": {str(edge)}})[0] == 100
                for k, near in enumerate(meant.choices, start=1):
                    score, shown = scored(item, {f"{name}-r": {str(near.value)}})
                    assert (score, shown) == (0, [f"{name}-f{k}"])
                    assert said[shown[0]] == unescape(near.because)
            elif meant.kind == "order":
                steps = item.findall(f".//{ASI}response_lid")
                places = [[c.text for c in meant.choices].index(html_of(s)) for s in steps]
                assert places != sorted(places)
                right = {
                    s.attrib["ident"]: {f"{name}-p{place}"}
                    for s, place in zip(steps, places, strict=True)
                }
                assert scored(item, right)[0] == pytest.approx(100, abs=0.1)
                turned = {s.attrib["ident"]: {f"{name}-p{k}"} for k, s in enumerate(steps)}
                assert scored(item, turned)[0] < 99
            else:
                place = f"{name}-r"
                right_ones = {f"{name}-c{k}" for k, c in enumerate(meant.choices) if c.right}
                assert scored(item, {place: right_ones})[0] == 100
                for k, choice in enumerate(meant.choices):
                    score, shown = scored(item, {place: {f"{name}-c{k}"}})
                    assert (score == 100) == ({f"{name}-c{k}"} == right_ones)
                    assert shown == [f"{name}-f{k}"]
                    assert said[shown[0]] == unescape(choice.because)
                    if meant.kind == "several" and not choice.right:
                        assert scored(item, {place: {*right_ones, f"{name}-c{k}"}})[0] == 0
    kinds = {"choice", "several", "number", "order"} if canvas else {"choice", "several"}
    assert seen == {name for name, question in CASES.items() if question.kind in kinds}


def html_of(step: ET.Element) -> str:
    """Return the HTML of the first text of a step, as it was before it was escaped."""
    text = next(step.iter(f"{ASI}mattext")).text
    assert text
    return text


def test_html_in_qti12_is_escaped_once() -> None:
    root = ET.fromstring(qti12.assessment(Quiz("more", "A & B", (AWKWARD,)), canvas=True))
    assert [text.text for text in root.iter(f"{ASI}mattext")][:2] == [
        AWKWARD.ask,
        AWKWARD.choices[0].text,
    ]
    assessment = root.find(f"{ASI}assessment")
    assert assessment is not None
    assert assessment.attrib["title"] == "A & B"


QTI21 = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"


@pytest.mark.parametrize("name", CASES)
def test_qti21_item(name: str) -> None:
    """Right answers are offered and are the right ones; each answer is told its sentence."""
    meant = CASES[name]
    root = ET.fromstring(qti21.item(meant))
    assert root.attrib["identifier"] == name
    correct = [e.text for e in root.findall(f".//{QTI21}correctResponse/{QTI21}value")]
    offered = {
        e.attrib["identifier"]: "".join(e.itertext()) for e in root.iter(f"{QTI21}simpleChoice")
    }
    said = {
        e.attrib["identifier"]: "".join(e.itertext()) for e in root.iter(f"{QTI21}modalFeedback")
    }
    bare = [re.sub(r"<[^>]+>", "", unescape_tags(c.text)) for c in meant.choices]
    if meant.kind == "number":
        assert [float(value or "") for value in correct] == [meant.answer]
        tests = list(root.iter(f"{QTI21}equal"))
        values = [float(t.find(f"{QTI21}baseValue").text) for t in tests]  # type: ignore[union-attr, arg-type]
        assert values == [meant.answer, *(c.value for c in meant.choices)]
        assert len(said) == len(values)
    elif meant.kind == "order":
        assert correct == list(offered)
        assert list(offered.values()) == bare
    else:
        assert [offered[c or ""] for c in correct] == [
            text for text, c in zip(bare, meant.choices, strict=True) if c.right
        ]
        assert set(said) == set(offered)
    if meant.kind == "several":
        shares = [float(e.attrib["mappedValue"]) for e in root.iter(f"{QTI21}mapEntry")]
        assert sum(share for share in shares if share > 0) == pytest.approx(1, abs=1e-4)
        assert sum(share for share in shares if share < 0) == pytest.approx(-1, abs=1e-4)


def unescape_tags(text: str) -> str:
    """Return HTML with its tags left out and its signs as they are read."""
    return unescape(re.sub(r"<[^>]+>", "", text))


def resolved(files: dict[str, str], space: str) -> tuple[set[str], set[str]]:
    """Return the names and files of a manifest, once all that it names has been found."""
    root = ET.fromstring(files["imsmanifest.xml"])
    resources = root.findall(f".//{{{space}}}resource")
    names = [resource.attrib["identifier"] for resource in resources]
    every = [e.attrib["identifier"] for e in root.iter() if "identifier" in e.attrib]
    assert len(set(every)) == len(every)
    listed = {file.attrib["href"] for file in root.findall(f".//{{{space}}}file")}
    assert listed == set(files) - {"imsmanifest.xml"}
    for element in root.iter():
        if "identifierref" in element.attrib:
            assert element.attrib["identifierref"] in names
    return set(names), listed


CONTENT = "http://www.imsglobal.org/xsd/imscp_v1p1"
CARTRIDGE = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"


def test_packages_hold_what_they_name() -> None:
    names, _ = resolved(qti12.canvas(QUIZZES), CONTENT)
    assert names == {f"quiz-{quiz.name}" for quiz in QUIZZES}
    names, files = resolved(qti21.package(QUIZZES), CONTENT)
    assert names == {*CASES, *(f"quiz-{quiz.name}" for quiz in QUIZZES)}
    for quiz in QUIZZES:
        root = ET.fromstring(qti21.test(quiz))
        asked = [e.attrib["href"] for e in root.iter(f"{QTI21}assessmentItemRef")]
        assert asked == [f"items/{question.name}.xml" for question in quiz.questions]
        assert set(asked) <= files


def test_cartridge_has_a_link_and_a_quiz_for_each_chapter() -> None:
    files = cartridge.package(QUIZZES)
    names, _ = resolved(files, CARTRIDGE)
    assert {f"{kind}-{slug}" for kind in ("link", "quiz") for slug in WRITTEN} <= names
    for slug in WRITTEN:
        link = ET.fromstring(files[f"links/{slug}.xml"])
        addresses = [e.attrib["href"] for e in link.iter() if "href" in e.attrib]
        assert addresses == [f"{exported.student_site()}book/{slug}.html"]
    profiles = set(re.findall(r"<fieldentry>(cc\.[^<]+)<", "".join(files.values())))
    assert profiles == {"cc.exam.v0p1", *qti12.CARTRIDGE.values()}
    modules = re.findall(r'identifier="module-\d+"><title>([^<]+)<', files["imsmanifest.xml"])
    assert modules[1:] == [caption for caption, _ in cartridge.parts()]


def test_files_are_the_same_each_time(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        lms.make(tmp_path / folder, WRITTEN[:2])
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["canvas-qti12.zip", "dmfbook.imscc", "moodle.gift.txt", "qti21.zip"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        if not name.endswith(".txt"):
            with zipfile.ZipFile(tmp_path / "one" / name) as archive:
                assert archive.testzip() is None
                assert "imsmanifest.xml" in archive.namelist()
                assert b"CC BY 4.0" in archive.read("imsmanifest.xml")
