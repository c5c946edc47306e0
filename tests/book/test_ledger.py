"""The ledger: complete, without contradictions, and strict about statements that lack checks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import ROOT
from ledger_index import (
    Figure,
    Index,
    Item,
    LibraryTest,
    Place,
    directives,
    problems,
    read_index,
    read_tests,
)

ITEM = Item("P2-5", "Theorem", "thm-one", "chapter", "A statement.")
DEFINITION = Item("P2-1", "Definition", "def-three", "chapter", "What a word means.")
TESTS = (
    LibraryTest("P2-5", "test_one.py", 3, "test_it"),
    LibraryTest("P2-1", "test_one.py", 9, "test_that"),
)
FINE = Index(
    items=(DEFINITION, ITEM),
    papers={},
    notes={},
    statements=(
        Place("chapter", "thm-one", "theorem", "thm-one"),
        Place("chapter", "lem-two", "lemma", "lem-two"),
        Place("chapter", "def-three", "definition", "def-three"),
    ),
    exercises=(Place("chapter", "ex-chapter-easy", "exercise", "thm-one"),),
    cells=(
        *(
            Place("chapter", f"{r}-thm-one", r, "thm-one")
            for r in ("proves", "tests", "breaks", "shows")
        ),
        *(Place("chapter", f"{r}-def-three", r, "def-three") for r in ("proves", "tests", "shows")),
        Place("chapter", "proves-lem-two", "proves", "lem-two"),
    ),
    library_tests=TESTS,
    figures=(Figure("P2-1", "chapter", "well"),),
    displayed=frozenset({("chapter", "well")}),
    figures_page="(figure-p2-1)=\n## One\n\n```{explorable} chapter well\n```\n",
)


@pytest.fixture(scope="module")
def index() -> Index:
    """Return the index of this book."""
    return read_index(ROOT)


def test_this_book_has_no_problem(index: Index) -> None:
    """The ledger of this book is in order."""
    assert problems(index) == []


def test_all_items_of_both_papers_are_listed(index: Index) -> None:
    """P2 has items 1 to 32 without 4, and P1 has items 1 to 8, in order."""
    items = [item.item for item in index.items]
    assert items == [
        *(f"P2-{number}" for number in range(1, 33) if number != 4),
        *(f"P1-{number}" for number in range(1, 9)),
    ]


def test_all_figures_that_we_know_of_are_listed(index: Index) -> None:
    """Three of P2; five of P1, whose sixth and seventh nobody here has seen."""
    figures = [figure.figure for figure in index.figures]
    assert figures == [*(f"P2-{n}" for n in (1, 2, 3)), *(f"P1-{n}" for n in range(1, 6))]


def test_the_code_of_the_figures_draws_them(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines on the page of figures run, one block after the other, and each draws something."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    text = (ROOT / "book/figures.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == len(index.figures)
    names: dict[str, Any] = {}
    for block in blocks:
        exec(block, names)
        assert names["plt"].gca().has_data(), block
        names["plt"].close()
    # What the text says of them: runs that escape rest at flatter minima.
    assert (names["run"].losses[:, -1] < 1e-6).all()


def test_labels_follow_the_naming(index: Index) -> None:
    """Labels begin with the kind of their statement, or of the item where it is still to come."""
    prefixes = {
        "theorem": "thm",
        "lemma": "lem",
        "corollary": "cor",
        "proposition": "prop",
        "definition": "def",
        "remark": "rem",
    }
    kinds = {item.label: item.kind.lower() for item in index.items}
    kinds |= {place.label: place.kind for place in index.statements}
    for label, kind in kinds.items():
        assert label.startswith(prefixes[kind] + "-"), label


def test_an_index_in_order_has_no_problem() -> None:
    """The hand-made index that the next test spoils is itself fine."""
    assert problems(FINE) == []


def _without(role: str, label: str) -> tuple[Place, ...]:
    return tuple(cell for cell in FINE.cells if (cell.kind, cell.label) != (role, label))


@pytest.mark.parametrize(
    ("spoiled", "complaint"),
    [
        ({"items": (ITEM, ITEM)}, "the item 'P2-5' occurs 2 times"),
        ({"statements": (*FINE.statements, FINE.statements[1])}, "'lem-two' occurs 2 times"),
        (
            {"cells": (*FINE.cells, Place("chapter", "a", "tests", "thm-typo"))},
            "names no statement",
        ),
        ({"cells": _without("proves", "lem-two")}, "lemma lem-two has no check"),
        ({"cells": _without("proves", "thm-one")}, "lacks a cell proves-thm-one"),
        ({"cells": _without("tests", "thm-one")}, "lacks a cell tests-thm-one"),
        ({"cells": _without("breaks", "thm-one")}, "lacks a cell breaks-thm-one"),
        ({"cells": _without("shows", "thm-one")}, "lacks a cell shows-thm-one"),
        ({"cells": _without("proves", "def-three")}, "lacks a cell proves-def-three"),
        ({"cells": _without("tests", "def-three")}, "lacks a cell tests-def-three"),
        ({"cells": _without("shows", "def-three")}, "lacks a cell shows-def-three"),
        ({"items": (replace(ITEM, chapter="elsewhere"),)}, "not in elsewhere"),
        ({"library_tests": TESTS[1:]}, 'no test is marked item("P2-5")'),
        ({"library_tests": TESTS[:1]}, 'no test is marked item("P2-1")'),
        ({"library_tests": (replace(TESTS[0], item="P2-4"),)}, "unknown item P2-4"),
        (
            {"statements": (replace(FINE.statements[0], title="Named; P2, Lemma 5"),)},
            "names P2, Lemma 5, which is no item",
        ),
        ({"items": (*FINE.items, replace(ITEM, item="P2-9", label="thm-no"))}, "in no chapter"),
        ({"displayed": frozenset()}, "chapter does not show well"),
        ({"figures_page": FINE.figures_page.replace("(", "")}, "has no section"),
        (
            {"figures_page": FINE.figures_page.replace("well", "swell")},
            "figures does not show well",
        ),
        ({"exercises": (Place("chapter", "", "exercise", "", "Easy"),)}, "has no label ex-"),
        ({"exercises": (Place("chapter", "ex-a", "exercise", "thm-no"),)}, "is about no statement"),
    ],
)
def test_each_defect_is_noticed(spoiled: dict[str, Any], complaint: str) -> None:
    """Every rule of the ledger can fail."""
    assert any(complaint in problem for problem in problems(replace(FINE, **spoiled)))


def test_labels_tags_and_markers_are_read(tmp_path: Path) -> None:
    """Statements, exercises, cells and marked tests are found, with anchors that differ."""
    (tmp_path / "book").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "book/ledger.yml").write_text("{papers: {}, notes: {}, items: []}")
    text = (
        "```{prf:theorem} Named\n:label: thm-one\n:class: x\n\nText.\n```\n\n"
        ":::{exercise}\n:label: ex-a\n:class: dropdown about-thm-one\n:::\n"
    )
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)},
        {"cell_type": "code", "metadata": {"tags": ["tests-thm-one", "hide-input"]}, "source": []},
        {"cell_type": "code", "metadata": {"tags": ["tests-thm-one"]}, "source": []},
        {
            "cell_type": "code",
            "metadata": {"tags": ["shows-thm-one"]},
            "source": ["demos.well"],
            "outputs": [{"data": {"text/plain": ["The well\n", "A curve."]}}],
        },
    ]
    (tmp_path / "book/chapter.ipynb").write_text(json.dumps({"cells": cells}))
    test = '@pytest.mark.item("P1-4")\n@pytest.mark.slow\ndef test_sum():\n    pass\n'
    (tmp_path / "tests/test_chapter.py").write_text(test)
    index = read_index(tmp_path)
    assert index.statement("thm-one") == Place("chapter", "thm-one", "theorem", "thm-one", "Named")
    assert [e.anchor for e in index.exercises_about("thm-one")] == ["ex-a"]
    anchors = [cell.anchor for cell in index.cells_about("thm-one", "tests")]
    assert anchors == ["tests-thm-one", "tests-thm-one-2"]
    assert [cell.title for cell in index.cells] == ["", "", "The well"]
    assert read_tests(tmp_path / "tests/test_chapter.py", tmp_path / "tests") == [
        LibraryTest("P1-4", "test_chapter.py", 3, "test_sum")
    ]


STATEMENT = """```{prf:lemma} Shown
:label: lem-shown
What it says.
```"""


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


@pytest.mark.parametrize(
    "code",
    [
        f"````\n{STATEMENT}\n````",
        f"````markdown\n{STATEMENT}\n````",
        f"````{{code-block}} markdown\n{STATEMENT}\n````",
        f"~~~ md\n{STATEMENT}\n~~~",
        f"- as here:\n\n  ````\n  {STATEMENT}\n  ````",
        f"So it is written:\n\n{_indented(STATEMENT)}",
        f"````{{solution}} ex-one\n~~~\n{STATEMENT}\n~~~\n````",
    ],
)
def test_code_states_nothing(code: str) -> None:
    """A theorem that code shows is not counted as stated, and what follows the code is."""
    after = STATEMENT.replace("shown", "true").replace("Shown", "True")
    found = list(directives(f"{code}\n\n{after}"))
    assert found == [("lemma", "True", {"label": "lem-true"})]


@pytest.mark.parametrize(
    "around", ["````{admonition} A\n@\n````", ":::{tip}\n@\n:::", "- one\n\n  @"]
)
def test_a_statement_inside_another_box_is_found(around: str) -> None:
    """A directive that is no code may hold a statement."""
    assert [label for _, _, label in directives(around.replace("@", STATEMENT))]
