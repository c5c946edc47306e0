"""What the badges of code cells say is what the cells printed, and no more."""

from __future__ import annotations

import pytest
from badge_words import Badge, badge, together
from browser import CHAPTERS
from code_badges import put_badge
from docutils import nodes
from folds import fold
from stored_cells import stored

GREEN = {"proves", "tests"}
PROVES, TESTS, BREAKS = ["proves-thm-balance"], ["tests-thm-balance"], ["breaks-thm-balance"]


@pytest.mark.parametrize(
    ("tags", "text", "kind", "words"),
    [
        (PROVES, "'holds'", "proves", "Checked: one identity"),
        (PROVES, "holds\nholds", "proves", "Checked: two identities"),
        (PROVES, "{'holds'}", "proves", "Checked: identities"),
        (
            PROVES,
            "slope: holds for every depth L >= 2\nits turn: holds for every depth L >= 2",
            "proves",
            "Checked for every L >= 2: slope; its turn",
        ),
        # The words say no more than the weakest claim, and a sign or a limit is named.
        (
            PROVES,
            "tie: holds for every depth L >= 2\nfloor: positive for every depth L > 2",
            "proves",
            "Checked for every L > 2: tie; floor: positive",
        ),
        (PROVES, "far: tends to oo", "proves", "Checked: far: tends to ∞"),
        (PROVES, "small: tends to eta**2/4", "proves", "Checked: small: tends to eta²/4"),
        # One depth is not every depth.
        (
            PROVES,
            "depth 2 gap: holds\nslope: holds for every depth L >= 2",
            "proves",
            "Checked: depth 2 gap; slope",
        ),
        # A table that stays in view is not repeated.
        (PROVES, "3 [0.39 0.47]\n4 [0.27 0.38]\n6 [0.17 0.32]", "code", "Computed: balance"),
        ([], "3 [0.39 0.47]\n4 [0.27 0.38]\n6 [0.17 0.32]", "code", "Computed"),
        ([], "holds", "proves", "Checked: one identity"),
        (TESTS, "100 networks, equal: True", "tests", "Tested: 100 networks, equal"),
        (TESTS, "one: True  two: True", "tests", "Tested: one, two"),
        (TESTS, "ranks: [1  2]\nall met: True", "tests", "Tested: ranks: [1 2]; all met"),
        # Numbers alone are no verdict.
        (TESTS, "found 0.25  formula 0.25", "code", "Computed: found 0.25, formula 0.25"),
        (BREAKS, "equality: False\nother: True", "breaks", "Fails, as it should: equality"),
        (BREAKS, "loss 0.0", "breaks", "Outside the hypotheses of balance"),
        (TESTS, "", "setup", "Prepared for what follows"),
    ],
)
def test_words(tags: list[str], text: str, kind: str, words: str) -> None:
    found = badge("x = 1", tags, text)
    assert (found.kind, " ".join(found.words.split())) == (kind, words)


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        (TESTS, "equal: False"),
        (TESTS, "one: True\ntwo: False"),
        (TESTS, "windows, sums: [True, False]"),
        (TESTS, "False"),
        (PROVES, "holds\nequal: False"),
        ([], "equal: False"),
    ],
)
def test_a_false_verdict_is_not_green(tags: list[str], text: str) -> None:
    found = badge("x = 1", tags, text)
    assert found.kind == "wrong"
    assert found.words.startswith("Does not hold")
    assert found.shows_output


def test_what_breaks_nothing_does_not_claim_to_fail() -> None:
    assert "Fails" not in badge("x = 1", BREAKS, "equality: True").words


def test_what_breaks_is_named_by_its_title() -> None:
    titles = {"thm-balance": "Balance", "cor-benign": "Where all is benign"}
    tags = ["breaks-thm-balance", "breaks-cor-benign"]
    words = "Outside the hypotheses of “Balance” and “Where all is benign”"
    assert badge("x", tags, "loss 0.0", titles=titles).words == words
    # A title that is not known, or holds a formula, is said in the words of its label.
    for other in ({"thm-balance": "Balance"}, titles | {"cor-benign": "Where $m$ is small"}):
        assert badge("x", tags, "loss 0.0", titles=other).words.endswith("of balance; benign")


def test_an_error_is_not_green() -> None:
    assert badge("x = 1", TESTS, "equal: True", failed=True).kind == "wrong"


def test_many_numbers_stay_in_view() -> None:
    table = "\n".join(f"depth {n}, met: True  quotient {n / 7:.3f}" for n in (2, 3, 4))
    assert badge("x", TESTS, table) == Badge("tests", "Tested: depth 2 to 4, met", True)


def test_parts_are_put_together_only_where_all_are_there() -> None:
    square = [f"depth {a} sign {b}" for a in (2, 3, 4) for b in (1, -1)]
    assert together(square) == ["depth 2 to 4, sign 1 and -1"]
    assert together(square[:-1]) == square[:-1]
    assert together(["2 pairs", "3 pairs"]) == ["2 and 3 pairs"]
    assert together([f"within {a} met" for a in (2, 1)]) == ["within 2 and 1, met"]
    digits = [f"layer {a}, to 7 digits, 50 of 50 agree" for a in (2, 1)]
    assert together(digits) == ["layer 2 and 1, to 7 digits, 50 of 50 agree"]
    assert together(["100 networks agree"]) == ["100 networks agree"]
    assert together(["shape (1, 2)", "shape (3, 3)"]) == ["shape (1, 2) and (3, 3)"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_stored_verdict_holds(chapter: str) -> None:
    """No cell says that something fails but those that are to; and none leaves its words empty."""
    badges = {name: badge(source, tags, text) for name, source, tags, text in stored(chapter)}
    assert [name for name, found in badges.items() if found.kind == "wrong"] == []
    assert [name for name, found in badges.items() if found.words.rstrip().endswith(":")] == []
    assert sum(found.kind in GREEN for found in badges.values()) > len(badges) / 3


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_planted_false_is_seen_in_every_tested_cell(chapter: str) -> None:
    for name, source, tags, text in stored(chapter):
        if "True" in text and badge(source, tags, text).kind == "tests":
            place = text.index("True")
            spoiled = f"{text[:place]}False{text[place + 4 :]}"
            assert badge(source, tags, spoiled).kind == "wrong", name


def cell(text: str, classes: list[str]) -> nodes.container:
    """Return a code cell as myst-nb makes it."""
    source = nodes.container("", nodes.literal_block("", "print(x)"), nb_element="cell_code_source")
    block = nodes.literal_block("", text, classes=classes)
    output = nodes.container("", block, nb_element="cell_code_output")
    data = {"tags": TESTS}
    return nodes.container(
        "", source, output, nb_element="cell_code", cell_metadata=data, classes=["cell"]
    )


def test_a_cell_folds_and_a_wrong_one_keeps_its_output_in_view() -> None:
    fine, wrong = cell("equal: True", ["output", "stream"]), cell("equal: False", ["output"])
    failed = cell("Traceback: equal: True", ["output", "traceback"])
    for one in (fine, wrong, failed):
        put_badge(one)
    assert [len(one.children) for one in (fine, wrong, failed)] == [1, 2, 2]
    kinds = [next(iter(one.findall(fold)))["classes"][1] for one in (fine, wrong, failed)]
    assert kinds == ["check-tests", "check-wrong", "check-wrong"]
