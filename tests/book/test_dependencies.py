"""What uses what: read rightly from the text, without circles, and never from a later chapter."""

from __future__ import annotations

from typing import Any

import pytest
from browser import ROOT
from dependencies import chapter_order, circle, read_chapter, read_uses, used_by, uses_of_chapter
from ledger_index import Index, read_index
from statement_map import STATES, states


@pytest.fixture(scope="module")
def index() -> Index:
    """Return the index of the book."""
    return read_index(ROOT)


def text(*lines: str) -> dict[str, Any]:
    """Return a cell of text."""
    return {"cell_type": "markdown", "metadata": {}, "source": ["\n".join(lines)]}


def check(*labels: str) -> dict[str, Any]:
    """Return a cell that checks a step of the proofs of statements."""
    return {"cell_type": "code", "metadata": {"tags": [f"proves-{label}" for label in labels]}}


def statement(label: str, *lines: str) -> tuple[str, ...]:
    """Return the lines of a statement."""
    kind = {"thm": "theorem", "lem": "lemma", "def": "definition"}[label.partition("-")[0]]
    return (f"```{{prf:{kind}}} Title", f":label: {label}", "", *lines, "```", "")


def pairs(*cells: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the references of the statements of a chapter."""
    return set(uses_of_chapter(read_chapter(list(cells))))


def test_no_statement_of_the_book_rests_on_itself() -> None:
    assert circle(read_uses(ROOT)) == []


def test_no_statement_of_the_book_rests_on_a_later_chapter(index: Index) -> None:
    order = {name: place for place, name in enumerate(chapter_order(ROOT))}
    chapter = {place.label: order[place.chapter] for place in index.statements}
    uses = read_uses(ROOT)
    later = {(a, b) for a, used in uses.items() for b in used if chapter[b] > chapter[a]}
    assert later == set()


def test_the_book_is_not_read_as_loose_statements(index: Index) -> None:
    """Theorems whose proofs refer to nothing are first ones: the known chain is found."""
    uses = read_uses(ROOT)
    assert set(uses) == {place.label for place in index.statements}
    for label, used in {
        "thm-hidden-penalty": "thm-schatten-variational",  # an open step
        "lem-birkhoff": "lem-positive-permutation",  # a proof in a box
        "rem-null-union": "lem-null-set",  # its own text
        "thm-one-orbit": "thm-balance",  # between statement and box
        "lem-sharpness-variational": "lem-second-derivative",  # the first cell of a step alone
    }.items():
        assert used in uses[label]
        assert label in used_by(uses)[used]


def test_circles_are_found() -> None:
    assert circle({"a": ("b",), "b": ("c",), "c": ()}) == []
    assert circle({"a": ("b", "c"), "b": ("c",), "c": ()}) == []
    assert circle({"a": ("b",), "b": ("c",), "c": ("d",), "d": ("b",)}) == ["b", "c", "d"]


def test_a_proof_in_a_box_belongs_to_the_statement_before_it() -> None:
    found = pairs(
        text(
            *statement("lem-a", "See {prf:ref}`lem-x`."),
            "Between them {prf:ref}`lem-y`.",
            "",
            "```{prf:proof}",
            "By {prf:ref}`a lemma <lem-z>` and {eq}`eq-z`.",
            "```",
            "Afterwards {prf:ref}`lem-w`.",
        )
    )
    assert found == {("lem-a", name) for name in ("lem-x", "lem-y", "lem-z", "eq-z")}


def test_steps_prove_what_their_first_checking_cell_checks() -> None:
    found = pairs(
        text("## Statement", *statement("thm-a"), *statement("thm-b")),
        text("## Proof", "### Step 1: one", "By {prf:ref}`lem-x`."),
        check("thm-a"),
        check("thm-b", "thm-a"),
        text("### Step 2: goes on", "By {prf:ref}`lem-y`."),
        text(*statement("lem-c"), "```{prf:proof}", "By {prf:ref}`lem-z`.", "```"),
        check("lem-c"),
        text("### Step 3: another", "By {prf:ref}`thm-a`."),
        check("thm-b"),
        text("## What follows", "More in {prf:ref}`lem-w`."),
    )
    assert found == {
        ("thm-a", "lem-x"),
        ("thm-a", "lem-y"),
        ("lem-c", "lem-z"),
        ("thm-b", "thm-a"),
    }


def test_asides_exercises_and_quoted_equations_do_not_count() -> None:
    found = pairs(
        text("## Statement", *statement("thm-a", "For the loss of {eq}`eq-x`.")),
        text("## Aside: another road", "### Step 1: once more", "By {prf:ref}`lem-x`."),
        check("thm-a"),
        text("### Step 2: its own", *statement("lem-b"), "By {prf:ref}`lem-y`."),
        check("lem-b"),
        text("## Exercises", "```{exercise} Try", ":label: ex-a", "", "{prf:ref}`thm-a`", "```"),
    )
    assert found == {("lem-b", "lem-y")}


def test_an_equation_stands_for_the_statement_that_holds_it() -> None:
    chapter = read_chapter(
        [text(*statement("thm-a", "$$", "x", "$$ (eq-a)"), "$$", "y", "$$ (eq-b)")]
    )
    assert chapter.equations == {"eq-a": "thm-a"}


@pytest.mark.parametrize("state", STATES)
def test_each_state_of_a_statement_comes_from_the_ledger(state: str, index: Index) -> None:
    found = {label for label, known in states(index).items() if state in known}
    if state == "library":
        expected = {item.label for item in index.items if index.tests_of(item.item)}
    else:
        expected = {cell.label for cell in index.cells if cell.kind == state}
    assert found == expected & {place.label for place in index.statements}
    assert found
