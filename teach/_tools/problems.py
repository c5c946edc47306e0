"""Problem sets: for each a notebook, a page for phones, a handout to print, and the rubrics."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dmfbook.checks.question import Question
from dmfbook.checks.sets import NAMES, SetDefinition, set_definition
from teach._tools.declared import declared
from teach._tools.pages import WEB, linked, page, rendered
from teach._tools.sources import TEACH, load, repository, write

PROBLEMS = TEACH / "problems"
KINDS = {
    "N": "numbers",
    "O": "an object with a certificate",
    "C": "a function",
    "P": "a proof",
    "E": "an experiment",
    "W": "a text",
}


@dataclass(frozen=True)
class Texts:
    """The words of a set: its introduction and, by question, what is asked."""

    title: str
    introduction: str
    questions: dict[str, str]


def read_texts(path: Path, definition: SetDefinition) -> Texts:
    """Read ``problem.md``: a title, an introduction, and a section ``## q1`` for each question.

    Raises
    ------
    ValueError
        Naming the file, if sections and questions differ.
    """
    head, *sections = path.read_text(encoding="utf-8").split("\n## ")
    first, _, introduction = head.partition("\n")
    if not first.startswith("# "):
        raise ValueError(f"{path} must begin with a title: # ...")
    questions = {}
    for section in sections:
        name, _, text = section.partition("\n")
        questions[name.strip()] = text.strip()
    wanted = [one.name for one in definition.questions]
    if list(questions) != wanted:
        raise ValueError(f"{path} must have the sections {wanted}, but it has {list(questions)}")
    return Texts(first[2:].strip(), introduction.strip(), questions)


def read_rubric(path: Path, definition: SetDefinition) -> dict[str, list[dict[str, Any]]]:
    """Read ``rubric.yml``: for each part that people mark, rows whose points add up to its points.

    Raises
    ------
    ValueError
        Naming file, question and row.
    """
    rubric: dict[str, list[dict[str, Any]]] = load(path)
    by_hand = {one.name: one.by_hand[1] for one in definition.questions if one.by_hand}
    if list(rubric) != list(by_hand):
        raise ValueError(f"{path} must have the entries {list(by_hand)}, but has {list(rubric)}")
    for question, rows in rubric.items():
        for row in rows:
            if sorted(row) != ["full", "half", "none", "points", "what"]:
                raise ValueError(
                    f"{path}, {question}: a row has the keys what, points, full, half and none, "
                    f"but one has {sorted(row)}"
                )
        total = sum(row["points"] for row in rows)
        if total != by_hand[question]:
            raise ValueError(
                f"{path}, {question}: {total} points, but it counts {by_hand[question]}"
            )
    return rubric


END = """## Hand in

The last cell writes one small file and says what is missing in it. In Colab and Binder download it,
from the list of files, before you close the page."""


def heading(number: int, question: Question) -> str:
    """Return what stands above a question."""
    return f"{number}. {question.title}"


def worth(question: Question) -> str:
    """Return the points of a question in words, and what does not need Python."""
    parts = []
    if question.points:
        parts.append((question.kind, question.points, question.phone))
    if question.by_hand:
        parts.append((*question.by_hand, question.phone_by_hand))
    words = [
        f"{KINDS[kind]}, {points} points{'' if phone else ' (needs Python)'}"
        for kind, points, phone in parts
    ]
    joined = "; ".join(words)
    return joined[0].upper() + joined[1:]


def make(out: Path, chapters: list[str]) -> None:
    """Write all sets below a folder; they belong to no single chapter."""
    for name in NAMES:
        definition = set_definition(name)
        folder = PROBLEMS / name
        texts = read_texts(folder / "problem.md", definition)
        rubric = read_rubric(folder / "rubric.yml", definition)
        write(out / f"{name}.ipynb", notebook(definition, texts))
        write(out / f"{name}.html", set_page(definition, texts, folder / "certificates.js"))
        write(out / f"{name}-handout.html", handout(definition, texts))
        write(out / f"{name}-rubric.html", rubric_page(definition, rubric))


def set_page(definition: SetDefinition, texts: Texts, certificates: Path) -> str:
    """Return the page on which a set is done without Python."""
    phone = sum(one.phone_points for one in definition.questions)
    body = [
        _top(definition, texts),
        f'<p class="note">On this page, without Python, {phone} of {definition.total} points can '
        "be had. It sends nothing anywhere: your answers stay in this browser until you save the "
        "sheet and hand in the file. The rest is done in the notebook of this set, which goes on "
        "from a saved sheet.</p>",
        '<form id="identity">',
        '<label for="course">Course <input id="course" name="course" autocapitalize="none" '
        'autocomplete="off" spellcheck="false"></label>',
        '<label for="student">Pseudonym <input id="student" name="student" autocapitalize="none" '
        'autocomplete="off" spellcheck="false"></label>',
        '<p class="note">Both as your course announced them: your values depend on them.</p>',
        '<p class="problem" id="identity-problem" role="status"></p></form>',
        *(
            f'<section id="{one.name}"><h2>{html.escape(heading(i + 1, one))}</h2>'
            f'<p class="points">{worth(one)}</p>{rendered(texts.questions[one.name])}'
            f"{_given(one)}{_answer(one)}</section>"
            for i, one in enumerate(definition.questions)
        ),
        '<section id="hand-in"><h2>Hand in</h2><div class="row">'
        '<button type="button" id="save">Save the sheet</button>'
        '<button type="button" class="second" id="show">Show it as text</button>'
        '<label class="file">Go on from a saved sheet<input type="file" id="load" '
        'accept=".json,application/json"></label></div>'
        '<p id="said" role="status"></p>'
        '<textarea id="sheet" hidden readonly aria-label="The sheet as text"></textarea></section>',
    ]
    content = json.dumps(declared(definition), separators=(",", ":")).replace("</", "<\\/")
    judge = certificates.read_text(encoding="utf-8") if certificates.exists() else ""
    scripts = [
        f'<script type="application/json" id="set">{content}</script>',
        f"<script>{(WEB / 'certificates.js').read_text(encoding='utf-8')}{judge}</script>",
        *(
            f"<script>{(WEB / name).read_text(encoding='utf-8')}</script>"
            for name in ("draws.js", "set.js")
        ),
    ]
    return page(f"{texts.title}: the problem set", "\n".join(body), scripts)


def _top(definition: SetDefinition, texts: Texts) -> str:
    return (
        f'<p class="over">Problem set, {definition.total} points, version {definition.version}</p>'
        f"<h1>{html.escape(texts.title)}</h1>{rendered(texts.introduction)}"
    )


def _given(question: Question) -> str:
    if question.parameters is None:
        return ""
    return f'<dl class="given" id="given-{question.name}" aria-label="Your values"></dl>'


def _answer(question: Question) -> str:
    """Return the fields of an answer, for what can be done on the page."""
    parts = []
    if question.phone and question.marks is not None:
        for name, one in question.fields.items():
            count = 1
            for size in one.shape:
                count *= size
            columns = one.shape[-1] if one.shape else 1
            inputs = "".join(
                f'<input id="{question.name}-{name}-{i}" data-question="{question.name}" '
                f'data-field="{name}" inputmode="text" autocomplete="off" '
                f'aria-label="{html.escape(_place(one.says, one.shape, i))}">'
                for i in range(count)
            )
            parts.append(
                f"<fieldset><legend>{html.escape(one.says)} <code>{name}</code></legend>"
                f'<div class="numbers" style="--columns: {columns}">{inputs}</div></fieldset>'
            )
        if question.kind == "O":
            parts.append(
                f'<div class="row"><button type="button" class="second" '
                f'data-check="{question.name}">Check</button></div>'
                f'<div class="verdict" id="verdict-{question.name}" role="status"></div>'
            )
    elif question.points:
        parts.append('<p class="note">This part needs Python: do it in the notebook.</p>')
    if question.by_hand:
        kind, points = question.by_hand
        label = f"{KINDS[kind].capitalize()} ({points} points): write it here, or on paper"
        parts.append(
            f'<label for="text-{question.name}">{label}<textarea id="text-{question.name}" '
            'data-keep maxlength="8000"></textarea></label>'
        )
    return f'<div class="answer">{"".join(parts)}</div>'


def _place(says: str, shape: tuple[int, ...], i: int) -> str:
    """Return the name of one input for a screen reader."""
    if not shape:
        return says
    if len(shape) == 1:
        return f"{says}, entry {i + 1}"
    return f"{says}, row {i // shape[-1] + 1}, column {i % shape[-1] + 1}"


def handout(definition: SetDefinition, texts: Texts) -> str:
    """Return the set for the printer."""
    body = [
        _top(definition, texts),
        '<p>Pseudonym: <span class="blank"></span> &nbsp; Course: <span class="blank"></span></p>',
        "<p>The values of a question stand on the page of the set and in its notebook; they belong "
        "to your pseudonym.</p>",
    ]
    for i, one in enumerate(definition.questions):
        blanks = "".join(
            f"<div><dt>{name}</dt><dd><span class='blank'></span></dd></div>"
            for name in (_shown(one))
        )
        given = f"<dl class='given'>{blanks}</dl>" if blanks else ""
        body.append(
            f"<section><h2>{html.escape(heading(i + 1, one))}</h2>"
            f'<p class="points">{worth(one)}</p>{rendered(texts.questions[one.name])}{given}'
            "</section>"
        )
    return page(f"{texts.title}: handout", "\n".join(body))


def _shown(question: Question) -> list[str]:
    drawn = question.parameters.drawn if question.parameters else ()
    return [one.name for one in drawn if not one.name.startswith("_")]


def rubric_page(definition: SetDefinition, rubric: dict[str, list[dict[str, Any]]]) -> str:
    """Return the rubrics of a set, for those who mark."""
    body = [
        f'<p class="over">For those who mark</p><h1>{html.escape(definition.title)}: rubrics</h1>',
        "<p>Each row counts alone. Full points where the first sentence holds, half where the "
        "second does, none where the third does.</p>",
    ]
    for i, one in enumerate(definition.questions):
        if one.by_hand is None:
            continue
        kind, points = one.by_hand
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(row['what'])}</th><td>{row['points']:g}</td>"
            + "".join(f"<td>{html.escape(row[key])}</td>" for key in ("full", "half", "none"))
            + "</tr>"
            for row in rubric[one.name]
        )
        body.append(
            f"<section><h2>{html.escape(heading(i + 1, one))}</h2>"
            f'<p class="points">{KINDS[kind].capitalize()}, {points} points</p>'
            f'<div class="scroll" tabindex="0" role="group" aria-label="Question {i + 1}">'
            f"<table><thead><tr><th scope='col'>What</th>"
            f'<th scope="col">Points</th><th scope="col">Full</th><th scope="col">Half</th>'
            f'<th scope="col">None</th></tr></thead><tbody>{rows}</tbody></table></div></section>'
        )
    return page(f"{definition.title}: rubrics", "\n".join(body), wide=True)


def notebook(definition: SetDefinition, texts: Texts) -> str:
    """Return the notebook of a set; a student needs the library alone to run it."""
    cells = [
        _markdown("top", f"# {texts.title}\n\n{linked(texts.introduction)}"),
        _markdown(
            "how",
            "Enter your pseudonym and the key of your course, run the cells, and hand in the file "
            "that the last one writes. `check` says what fails, and keeps your answer for that "
            "file. Do not rename functions, and import what they need inside them: they are "
            "judged from their source alone. If you began on the page of the set, take its file "
            "over with `sheet.continue_from(...)`.\n\n"
            "Where `dmfbook` is missing, in Colab for example, run first: "
            f"`%pip install {repository()}/archive/refs/heads/main.zip`",
        ),
        _code(
            "identity",
            "import numpy as np\n\nfrom dmfbook.checks import ProblemSet\n\n"
            f'sheet = ProblemSet("{definition.name}", student="s0000", course="demo")',
        ),
    ]
    for i, one in enumerate(definition.questions):
        text = linked(texts.questions[one.name])
        cells.append(_markdown(one.name, f"## {heading(i + 1, one)}\n\n*{worth(one)}*\n\n{text}"))
        if one.parameters is not None:
            cells.append(_code(f"{one.name}-given", f'sheet.given("{one.name}")'))
        if one.task is not None:
            cells.append(
                _code(
                    f"{one.name}-answer",
                    f"def {one.task.name}({one.task.arguments}):\n    ...\n\n\n"
                    f'sheet.check("{one.name}", {one.task.name})',
                )
            )
        elif one.fields:
            entries = "".join(
                f"    # {field.says}{f': {field.wanted()}' if field.shape else ''}\n"
                f'    "{name}": ...,\n'
                for name, field in one.fields.items()
            )
            cells.append(
                _code(
                    f"{one.name}-answer",
                    f'answer = {{\n{entries}}}\nsheet.check("{one.name}", answer)',
                )
            )
        if one.by_hand is not None:
            cells.append(
                _code(
                    f"{one.name}-text",
                    "# Your text, or a line that says what you hand in beside this sheet.\n"
                    f'sheet.write("{one.name}", """\n""")',
                )
            )
    cells.append(_markdown("end", END))
    cells.append(_code("hand-in", "sheet.hand_in()"))
    content = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _markdown(name: str, text: str) -> dict[str, Any]:
    source = text.splitlines(keepends=True)
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def _code(name: str, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }
